"""A network whose layers differ: other things between them, and a readout of several layers.

What a person trained elsewhere is run by it, on the same cells as the shipped networks, so that
every signal and every gradient is recorded in the same way. What stands around the recurrent
layers is torch's own modules in evaluation; each takes ``[..., T, F]`` and works step by step.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

from ..contracts import Array, Cell, Encoding, direction_name, float64, suffix_name
from .network import Network, Shape

# Where a readout reads: at every step, the last, the end of each direction, the mean, the maximum.
Place = Literal["every", "last", "ends", "mean", "max"]
# What is done to the last layer's numbers to give the answer.
Output = Literal["softmax", "sigmoid", "identity", "log_softmax"]


@dataclass(frozen=True)
class RecurrentLayer:
    """One layer of cells; ``directions`` holds the weights of each, True being the reverse one."""

    cell: type[Cell]
    directions: Mapping[bool, Mapping[str, Tensor]]
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def inputs(self) -> int:
        """The features that enter it, X."""
        return next(iter(self.directions.values()))["weight_ih"].shape[1]

    @property
    def hidden(self) -> int:
        """The units of one direction, H."""
        return next(iter(self.directions.values()))["weight_hh"].shape[1]

    @property
    def outputs(self) -> int:
        """The features that leave it, D * H."""
        return self.hidden * len(self.directions)


@dataclass(frozen=True)
class Structure:
    """A whole network in the order in which it is run.

    ``before[k]`` is what stands before the k-th recurrent layer. A network without an
    ``embedding [V, X]`` takes numbers. ``above`` works on every step of the last layer's outputs,
    ``readout`` on what stands at the place. Both are empty where nothing follows the layers that
    could be run: their states alone are then known.
    """

    layers: Sequence[RecurrentLayer]
    before: Sequence[Sequence[nn.Module]]
    embedding: Tensor | None = None
    place: Place = "last"
    readout: Sequence[nn.Module] = ()
    output: Output = "identity"
    above: Sequence[nn.Module] = ()


class Affine(nn.Module):
    """``scale x + shift``, feature by feature: what batch normalisation is in evaluation."""

    scale: Tensor
    shift: Tensor

    def __init__(self, scale: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.register_buffer("scale", scale)
        self.register_buffer("shift", shift)

    def forward(self, x: Tensor) -> Tensor:
        """Apply it to ``[..., F]``."""
        y: Tensor = x * self.scale + self.shift
        return y


class AgainstZero(nn.Module):
    """Two logits, 0 and z, of one: their softmax is the sigmoid of z and what is left of 1."""

    def forward(self, z: Tensor) -> Tensor:
        """Turn ``[..., 1]`` into ``[..., 2]``."""
        return torch.cat([torch.zeros_like(z), z], dim=-1)


def normalize_batches(
    mean: Tensor, variance: Tensor, epsilon: float, weight: Tensor | None, bias: Tensor | None
) -> Affine:
    """Make batch normalisation in evaluation of its running statistics."""
    scale = (variance + epsilon).rsqrt()
    if weight is not None:
        scale = scale * weight
    shift = -mean * scale
    return Affine(scale, shift if bias is None else shift + bias)


def make_linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    """Make a linear layer of ``weight [out, in]``."""
    rows, columns = weight.shape
    linear = nn.Linear(1, 1, bias=bias is not None)  # what it draws is replaced
    linear.in_features, linear.out_features = columns, rows
    linear.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        linear.bias = nn.Parameter(bias, requires_grad=False)
    return linear


def pool(h: Tensor, place: Place, hidden: int) -> Tensor:
    """Give what a readout takes at every step, ``[..., T, D * H]``: as if the text ended there.

    At the last step that is what the network answers by. With "ends" the reverse direction stands
    where it has read the whole text.
    """
    if place == "ends" and h.shape[-1] > hidden:
        end = h[..., :1, hidden:].expand(*h.shape[:-1], -1)
        return torch.cat([h[..., :hidden], end], dim=-1)
    if place == "mean":
        count = torch.arange(1, h.shape[-2] + 1, dtype=h.dtype)
        return h.cumsum(dim=-2) / count[:, None]
    if place == "max":
        return h.cummax(dim=-2).values
    return h


class Chain(Network):
    """A :class:`Structure` in the explicit loop over time."""

    def __init__(self, structure: Structure) -> None:
        """Bind the structure's weights to the cells of every layer."""
        self.structure = structure
        self._connections = [nn.Sequential(*modules) for modules in structure.before]
        self._above = nn.Sequential(*structure.above)
        self._readout = nn.Sequential(*structure.readout)
        for module in (*self._connections, self._above, self._readout):
            module.double().eval().requires_grad_(False)
        self.cell = structure.layers[0].cell
        self.shape = measure(structure)
        self.weights = name_weights(structure)
        self.layers = [
            {reverse: layer.cell(own, layer.settings) for reverse, own in layer.directions.items()}
            for layer in structure.layers
        ]

    def in_float64(self) -> Network:
        """Give the network itself: its weights are in float64."""
        return self

    def copy_with_gradients(self) -> tuple[Chain, list[Tensor]]:
        """Give a copy whose weights ask for gradients, and these but for the embedding's."""
        own = Chain(copy.deepcopy(self.structure))
        cells = [cell for directions in own.layers for cell in directions.values()]
        weights = [value for cell in cells for value in cell.weights.values()]
        for module in (*own._connections, own._above, own._readout):
            weights += module.parameters()
        return own, [value.requires_grad_() for value in weights]

    def encode(self, ids: Tensor) -> Tensor:
        """Look up ``ids [..., T]``: ``[..., T, X]``, in float64; a large table stays as it is."""
        return super().encode(ids).double()

    def read(self, encoding: Encoding) -> Tensor:
        return super().read(encoding).double()

    def connect(self, layer: int, x: Tensor) -> Tensor:
        y: Tensor = self._connections[layer](x)
        return y

    def connect_array(self, layer: int, x: Array) -> Array:
        if not len(self._connections[layer]):
            return x
        return float64(self.connect(layer, torch.from_numpy(x)))

    def backpropagate_connection(self, layer: int, x: Array, grad_inputs: Array) -> Array:
        if not len(self._connections[layer]):
            return grad_inputs
        with torch.enable_grad():
            below = torch.from_numpy(x).requires_grad_()
            (grad,) = torch.autograd.grad(
                self.connect(layer, below), below, torch.from_numpy(grad_inputs)
            )
        return float64(grad)

    def read_out(self, h: Tensor) -> Tensor:
        h = pool(self._above(h), self.structure.place, self.structure.layers[-1].hidden)
        logits: Tensor = self._readout(h)
        return logits

    def read_out_end(self, h: Tensor) -> Tensor:
        return self.read_out(h)[..., -1, :]  # what it reads may stand at every step

    def read_out_array(self, h: Array) -> Array:
        return float64(self.read_out(torch.from_numpy(h)))

    def backpropagate_readout(self, h: Array, grad_logits: Array) -> Array:
        with torch.enable_grad():
            top = torch.from_numpy(h.copy()).requires_grad_()
            (grad,) = torch.autograd.grad(self.read_out(top), top, torch.from_numpy(grad_logits))
        return float64(grad)

    def answer(self, x: Tensor) -> Tensor:
        """Run the network over ``ids [T]`` or ``x [T, X]`` as its framework does.

        Gives ``[T, C]`` where it answers at every step, else ``[C]``.
        """
        if self.structure.embedding is not None:
            x = self.encode(x)
        with torch.no_grad():
            y = self.read_out(self.recur(x.double()))
        if self.structure.place != "every":
            y = y[..., -1, :]
        match self.structure.output:
            case "softmax":
                return y.softmax(dim=-1)
            case "log_softmax":
                return y.log_softmax(dim=-1)
            case "sigmoid":
                return y.sigmoid()
        return y


def measure(structure: Structure) -> Shape:
    """Give a structure's sizes; ``hidden`` is that of its widest layer, V is 0 for numbers."""
    first, last = structure.layers[0], structure.layers[-1]
    width = last.outputs
    for module in (*structure.above, *structure.readout):
        width = getattr(module, "out_features", 2 if isinstance(module, AgainstZero) else width)
    embedding = structure.embedding
    rows, inputs = (0, first.inputs) if embedding is None else embedding.shape
    return Shape(
        rows,
        inputs,
        max(layer.hidden for layer in structure.layers),
        width,
        len(structure.layers),
        len(last.directions) > 1,
    )


def name_weights(structure: Structure) -> dict[str, Tensor]:
    """Name every weight as a plain network's: ``recurrent.weight_ih_l0``, ``readout.0.weight``."""
    weights: dict[str, Tensor] = {}
    if structure.embedding is not None:
        weights["embedding.weight"] = structure.embedding
    for k, layer in enumerate(structure.layers):
        for reverse, own in layer.directions.items():
            suffix = suffix_name(k, reverse)
            weights |= {f"recurrent.{name}{suffix}": value for name, value in own.items()}
        for place, module in enumerate(structure.before[k]):
            for name, value in module.state_dict().items():
                weights[f"before.{direction_name(k, reverse=False)}.{place}.{name}"] = value
    for place, module in enumerate((*structure.above, *structure.readout)):
        for name, value in module.state_dict().items():
            weights[f"readout.{place}.{name}"] = value
    return weights
