"""Encoder, layers of cells, readout; the explicit loop over time.

A network's state dict is that of the plainest module a person would write, so PyTorch's own layer
(:func:`build_plain`, fast, shows nothing) and the unrolled one (:class:`Network`) take the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from ..cancellation import checkpoint
from ..contracts import (
    Array,
    Backward,
    Cell,
    State,
    Tap,
    direction_name,
    float64,
    no_tap,
    suffix_name,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network: V, X, H, C, layers and whether it reads both ways."""

    vocabulary: int
    inputs: int
    hidden: int
    classes: int
    layers: int = 1
    bidirectional: bool = False

    @property
    def directions(self) -> tuple[bool, ...]:
        """The directions of each layer; True reads from the last step to the first."""
        return (False, True) if self.bidirectional else (False,)

    def layer_inputs(self, layer: int) -> int:
        """Give the number of features that enter a layer."""
        return self.inputs if layer == 0 else self.hidden * len(self.directions)


class Pass(NamedTuple):
    """One layer in one direction along a run; every array in that direction's order of time."""

    name: str  # layers.0, layers.0.reverse
    cell: Cell
    reverse: bool
    x: Array  # what entered, [T, X]
    signals: Mapping[str, Array]  # each [T, H]

    @property
    def output(self) -> Array:
        """Return what the next layer or the readout takes, ``[T, H]``."""
        return self.signals[self.cell.output]

    def turn(self, values: Array) -> Array:
        """Turn ``[T, ...]`` from the order of the text into this direction's, or back."""
        return np.ascontiguousarray(values[::-1]) if self.reverse else values


def join_outputs(row: Sequence[Pass]) -> Array:
    """Give what the passes of one layer hand on, side by side in the order of the text."""
    outputs = [one.turn(one.output) for one in row]
    return outputs[0] if len(outputs) == 1 else np.hstack(outputs)  # [T, D * H]


class Network:
    """Weights in the explicit loop over time, every signal within reach of a tap."""

    def __init__(
        self,
        cell: type[Cell],
        shape: Shape,
        weights: Mapping[str, Tensor],
        settings: Mapping[str, float] | None = None,
    ) -> None:
        """Bind ``weights``, named as in :func:`name_weights`, to the cells of every layer."""
        self.cell = cell
        self.shape = shape
        self.weights = weights
        self.stack: list[dict[bool, Cell]] = []
        for layer in range(shape.layers):
            bound = {}
            for reverse in shape.directions:
                suffix = suffix_name(layer, reverse)
                names = cell.shapes(shape.layer_inputs(layer), shape.hidden)
                own = {name: weights[f"recurrent.{name}{suffix}"] for name in names}
                bound[reverse] = cell(own, settings or {})
            self.stack.append(bound)

    @property
    def settings(self) -> Mapping[str, float]:
        """Return what a person may change of the cells, as it is."""
        return next(iter(self.stack[0].values())).values

    def encode(self, ids: Tensor) -> Tensor:
        """Look up ``ids [..., T]`` in the embedding: ``[..., T, X]``."""
        return nn.functional.embedding(ids, self.weights["embedding.weight"])

    def recur(self, x: Tensor, tap: Tap = no_tap) -> Tensor:
        """Run every layer over ``x [..., T, X]`` one step at a time: ``[..., T, D * H]``.

        The tap sees ``layers.0.f`` once a step, in the order in which the steps are computed.
        """
        for layer, bound in enumerate(self.stack):
            outputs = []
            for reverse, cell in bound.items():
                prefix = direction_name(layer, reverse)
                state = cell.initial_state(x[..., 0, :])
                steps: list[Tensor] = []
                order = range(x.shape[-2])

                def named(name: str, value: Tensor, prefix: str = prefix) -> Tensor:
                    return tap(f"{prefix}.{name}", value)

                for t in reversed(order) if reverse else order:
                    state = cell.step(x[..., t, :], state, named)
                    steps.append(state[cell.output])
                outputs.append(torch.stack(steps[::-1] if reverse else steps, dim=-2))
            x = torch.cat(outputs, dim=-1)
        return x

    def advance(
        self, x: Tensor, states: Sequence[State] | None = None, tap: Tap = no_tap
    ) -> tuple[Tensor, list[State]]:
        """Take one step with every layer of a one-way network: ``x [..., X]`` to ``h [..., H]``.

        ``states`` are those of the step before, a layer each; None before the first.
        """
        found: list[State] = []
        for layer, bound in enumerate(self.stack):
            prefix, cell = direction_name(layer, reverse=False), bound[False]

            def named(name: str, value: Tensor, prefix: str = prefix) -> Tensor:
                return tap(f"{prefix}.{name}", value)

            before = cell.initial_state(x) if states is None else states[layer]
            found.append(cell.step(x, before, named))
            x = found[-1][cell.output]
        return x, found

    def forward(self, x: Array, recorded: Mapping[str, Array] | None = None) -> list[list[Pass]]:
        """Run every layer over ``x [T, X]`` in closed form: a list of passes for each layer.

        With ``recorded``, the signals of a run by their full names, nothing is run again. Empty
        where a cell has no closed form.
        """
        found: list[list[Pass]] = []
        for layer, bound in enumerate(self.stack):
            row = []
            for reverse, cell in bound.items():
                checkpoint()
                one = Pass(direction_name(layer, reverse), cell, reverse, x, {})
                entered = one.turn(x)
                if recorded is None:
                    signals = cell.forward(entered)
                else:
                    signals = {
                        s.name: one.turn(recorded[f"{one.name}.{s.name}"]) for s in cell.signals
                    }
                if signals is None:
                    return []
                row.append(one._replace(x=entered, signals=signals))
            found.append(row)
            x = join_outputs(row)
        return found

    def backward(self, passes: Sequence[Sequence[Pass]], outward: Array) -> dict[str, Backward]:
        """Carry ``outward``, the gradient at the logits ``[T, C]``, back through every layer.

        The answer is by the name of the pass and in its order of time.
        """
        back = outward @ float64(self.weights["readout.weight"])  # [T, D * H]
        hidden = self.shape.hidden
        found = {}
        for row in reversed(passes):
            below = np.zeros((len(back), row[0].x.shape[1]))
            for k, one in enumerate(row):
                checkpoint()
                part = np.ascontiguousarray(one.turn(back[:, k * hidden : (k + 1) * hidden]))
                found[one.name] = one.cell.backward(one.x, one.signals, part)
                below += one.turn(found[one.name].inputs)
            back = below
        return found

    def read_out(self, h: Tensor) -> Tensor:
        """Apply the readout at every step: ``[..., T, D * H]`` to logits ``[..., T, C]``."""
        return nn.functional.linear(h, self.weights["readout.weight"], self.weights["readout.bias"])


def measure_norms(values: Array) -> Array:
    """Give the 2-norm of every row of ``[T, H]``, without squaring small numbers to zero."""
    largest = np.abs(values).max(axis=-1, initial=0.0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    scaled: Array = np.sqrt(((values / scale[..., None]) ** 2).sum(axis=-1)) * scale
    return scaled


def name_weights(cell: type[Cell], shape: Shape) -> dict[str, tuple[int, ...]]:
    """Give the name and the shape of every tensor of a model file."""
    found: dict[str, tuple[int, ...]] = {"embedding.weight": (shape.vocabulary, shape.inputs)}
    for layer in range(shape.layers):
        for reverse in shape.directions:
            for name, size in cell.shapes(shape.layer_inputs(layer), shape.hidden).items():
                found[f"recurrent.{name}{suffix_name(layer, reverse)}"] = size
    width = shape.hidden * len(shape.directions)
    found["readout.weight"] = (shape.classes, width)
    found["readout.bias"] = (shape.classes,)
    return found


@dataclass(frozen=True, slots=True)
class Start:
    """How fresh weights differ from PyTorch's own.

    ``recurrent`` makes every block of ``weight_hh`` orthogonal (Saxe et al. 2014) or the identity
    (Le et al. 2015); ``gain`` multiplies it. ``chrono``, where it is 2 or more, draws the forget
    gate's bias as ``log(uniform(1, chrono - 1))`` and sets the input gate's to its negative
    (Tallec and Ollivier 2018); it concerns cells with signals named ``f`` and ``i``.
    """

    recurrent: Literal["pytorch", "orthogonal", "identity"] = "pytorch"
    gain: float = 1.0
    chrono: int = 0


def draw_weights(
    cell: type[Cell], shape: Shape, seed: int, start: Start | None = None
) -> dict[str, Tensor]:
    """Draw fresh weights as PyTorch does by default, or as ``start`` says, reproducibly.

    Embedding rows are normal(0, 1); everything else is uniform within 1 / sqrt(H), as in
    ``torch.nn.RNNBase.reset_parameters`` and ``torch.nn.Linear``.
    """
    source = torch.Generator().manual_seed(seed)
    found = {}
    for name, size in name_weights(cell, shape).items():
        if name == "embedding.weight":
            found[name] = torch.randn(size, generator=source)
        else:
            width = shape.hidden
            if name.startswith("readout"):
                width *= len(shape.directions)
            bound = 1.0 / math.sqrt(width)
            found[name] = (torch.rand(size, generator=source) * 2 - 1) * bound
    return found if start is None else _apply_start(cell, shape, found, start, source)


def _apply_start(
    cell: type[Cell],
    shape: Shape,
    found: dict[str, Tensor],
    start: Start,
    source: torch.Generator,
) -> dict[str, Tensor]:
    hidden = shape.hidden
    gates = [signal.name for signal in cell.signals if signal.kind in {"gate", "candidate"}]
    for name, value in found.items():
        if name.startswith("recurrent.weight_hh"):
            for block in torch.split(value, hidden):
                if start.recurrent == "orthogonal":
                    nn.init.orthogonal_(block, generator=source)
                elif start.recurrent == "identity":
                    nn.init.eye_(block)
            value *= start.gain
        elif start.recurrent == "identity" and name.startswith("recurrent.bias"):
            value.zero_()
        if start.chrono >= 2 and {"i", "f"} <= set(gates) and "recurrent.bias" in name:
            k = {gate: gates.index(gate) * hidden for gate in "if"}
            span = torch.rand(hidden, generator=source) * (start.chrono - 2) + 1
            in_hh = "bias_hh" in name  # the two bias vectors add up
            value[k["f"] : k["f"] + hidden] = span.log() if in_hh else 0.0
            value[k["i"] : k["i"] + hidden] = -span.log() if in_hh else 0.0
    return found


class Plain(nn.Module):
    """What a person would write: an embedding, PyTorch's own fused layer, a linear readout."""

    def __init__(self, cell: type[Cell], shape: Shape) -> None:
        """Build it. Raises ``TypeError`` where PyTorch has no layer for the cell."""
        super().__init__()
        if cell.layer is None:
            raise TypeError(f"{cell.__name__} has no layer in torch.nn")
        self.embedding = nn.Embedding(shape.vocabulary, shape.inputs)
        layer: Callable[..., nn.RNNBase] = cell.layer
        self.recurrent = layer(
            shape.inputs,
            shape.hidden,
            num_layers=shape.layers,
            bidirectional=shape.bidirectional,
            batch_first=True,
        )
        self.readout = nn.Linear(shape.hidden * len(shape.directions), shape.classes)

    def recur(self, x: Tensor) -> Tensor:
        """Run the fused layer: ``[B, T, X]`` to ``[B, T, D * H]``."""
        out: Tensor = self.recurrent(x)[0]
        return out


class Unrolled(nn.Module):
    """The same module around the explicit loop, for cells that PyTorch does not have."""

    def __init__(
        self, cell: type[Cell], shape: Shape, settings: Mapping[str, float] | None = None
    ) -> None:
        super().__init__()
        self.cell, self.shape, self.settings = cell, shape, settings
        self.embedding = nn.Embedding(shape.vocabulary, shape.inputs)
        with torch.device("cpu"):  # where its source of numbers is
            drawn = draw_weights(cell, shape, torch.initial_seed())
        self.recurrent = nn.ParameterDict(
            {
                name.removeprefix("recurrent."): nn.Parameter(value)
                for name, value in drawn.items()
                if name.startswith("recurrent.")
            }
        )
        self.readout = nn.Linear(shape.hidden * len(shape.directions), shape.classes)

    def recur(self, x: Tensor) -> Tensor:
        """Run the loop: ``[B, T, X]`` to ``[B, T, D * H]``."""
        weights = {f"recurrent.{name}": value for name, value in self.recurrent.items()}
        return Network(self.cell, self.shape, weights, self.settings).recur(x)


def build_plain(
    cell: type[Cell], shape: Shape, settings: Mapping[str, float] | None = None
) -> Plain | Unrolled:
    """Build a trainable module whose state dict is the model file's tensors."""
    usual = all(
        setting.default == (settings or {}).get(setting.name, setting.default)
        for setting in cell.settings
    )
    return Plain(cell, shape) if cell.layer and usual else Unrolled(cell, shape, settings)
