"""Encoder, layers of cells, readout; the explicit loop over time.

A network's state dict is that of the plainest module a person would write, so PyTorch's own layer
(:func:`build_plain`, fast, shows nothing) and the unrolled one (:class:`Network`) take the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn

from ..cancellation import checkpoint
from ..contracts import (
    Array,
    Backward,
    Cell,
    Encoding,
    State,
    StateArrays,
    Tap,
    direction_name,
    float64,
    no_tap,
    suffix_name,
)
from .autograd import AutogradBackward, backpropagate
from .entrance import Entrance, EntranceShape, enter

LayerGradients: TypeAlias = Backward | AutogradBackward
# By name of layer and direction: the states there, or the gradients at them.
LayerStates: TypeAlias = Mapping[str, StateArrays]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network: V, X, H, C, layers and whether it reads both ways.

    ``vocabulary`` is 0 where numbers enter. ``ngrams`` are the rows of the table by which a word
    outside the vocabulary is spelled; 0 where there is none. ``classes`` are the readout's rows:
    the classes, or the numbers that it answers with.
    """

    vocabulary: int
    inputs: int
    hidden: int
    classes: int
    layers: int = 1
    bidirectional: bool = False
    ngrams: int = 0

    @property
    def entrance(self) -> EntranceShape:
        """The sizes of what stands before the first layer."""
        return EntranceShape(self.vocabulary, self.inputs, self.ngrams)

    @property
    def directions(self) -> tuple[bool, ...]:
        """The directions of each layer; True reads from the last step to the first."""
        return (False, True) if self.bidirectional else (False,)

    def layer_inputs(self, layer: int) -> int:
        """Give the number of features that enter a layer."""
        return self.inputs if layer == 0 else self.hidden * len(self.directions)


class LayerRun(NamedTuple):
    """One direction of one layer along a run; every array is in the order in which it reads."""

    name: str  # layers.0, layers.0.reverse
    cell: Cell
    reverse: bool
    x: Array  # its inputs, [T, X]
    signals: Mapping[str, Array]  # each [T, H]
    initial: StateArrays | None = None  # the states before the first step it reads; None: zero

    @property
    def output(self) -> Array:
        """Return what the next layer or the readout takes, ``[T, H]``."""
        return self.signals[self.cell.output]

    @property
    def final(self) -> dict[str, Array]:
        """Return the states after the last step that it reads, each ``[H]``."""
        return {name: self.signals[name][-1] for name in self.cell.states}

    def flip_time(self, values: Array) -> Array:
        """Reorder ``[T, ...]`` from the order of the text to that of reading, or back.

        Flipped in a reverse direction; the same array otherwise.
        """
        return values[::-1].copy() if self.reverse else values  # one row too: no stride below 0


def join_outputs(directions: Sequence[LayerRun]) -> Array:
    """Give the outputs of one layer's directions side by side, in the order of the text."""
    outputs = [run.flip_time(run.output) for run in directions]
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
        self.layers: list[dict[bool, Cell]] = []  # by layer; True is the reverse direction
        for layer in range(shape.layers):
            directions = {}
            for reverse in shape.directions:
                suffix = suffix_name(layer, reverse)
                names = cell.shapes(shape.layer_inputs(layer), shape.hidden)
                own = {name: weights[f"recurrent.{name}{suffix}"] for name in names}
                directions[reverse] = cell(own, settings or {})
            self.layers.append(directions)

    @property
    def settings(self) -> Mapping[str, float]:
        """Return what a person may change of the cells, as it is."""
        return next(iter(self.layers[0].values())).values

    def in_float64(self) -> Network:
        """Give the same network with weights in float64."""
        wide = {name: value.to(torch.float64) for name, value in self.weights.items()}
        return Network(self.cell, self.shape, wide, self.settings)

    def encode(self, ids: Tensor) -> Tensor:
        """Look up ``ids [..., T]`` in the embedding: ``[..., T, X]``."""
        return nn.functional.embedding(ids, self.weights["embedding.weight"])

    def read(self, encoding: Encoding) -> Tensor:
        """Give what the first layer takes, ``[T, X]``."""
        return enter(self.weights, encoding)

    def recur(self, x: Tensor, tap: Tap = no_tap) -> Tensor:
        """Run every layer over ``x [..., T, X]`` one step at a time: ``[..., T, D * H]``.

        The tap sees ``layers.0.f`` once a step, in the order in which the steps are computed.
        """
        return self.unroll(x, tap=tap)[0]

    def unroll(
        self, x: Tensor, initial: Mapping[str, State] | None = None, tap: Tap = no_tap
    ) -> tuple[Tensor, dict[str, State]]:
        """Do as :meth:`recur` from given states, and give the final ones too.

        States, each ``[..., H]``, are by the name of layer and direction; those that ``initial``
        does not name are zero. A direction's final states are those after the last step it reads.
        """
        final: dict[str, State] = {}
        for layer, directions in enumerate(self.layers):
            x = self.connect(layer, x)
            outputs = []
            for reverse, cell in directions.items():
                prefix = direction_name(layer, reverse)
                state = cell.initial_state(x[..., 0, :]) | (initial or {}).get(prefix, {})
                steps: list[Tensor] = []
                order = range(x.shape[-2])

                def named(name: str, value: Tensor, prefix: str = prefix) -> Tensor:
                    return tap(f"{prefix}.{name}", value)

                for t in reversed(order) if reverse else order:
                    state = cell.step(x[..., t, :], state, named)
                    steps.append(state[cell.output])
                outputs.append(torch.stack(steps[::-1] if reverse else steps, dim=-2))
                final[prefix] = state
            x = torch.cat(outputs, dim=-1)
        return x, final

    def step(
        self, x: Tensor, states: Sequence[State] | None = None, tap: Tap = no_tap
    ) -> tuple[Tensor, list[State]]:
        """Take one step with every layer of a one-way network: ``x [..., X]`` to ``h [..., H]``.

        ``states`` are those of the step before, a layer each; None before the first.
        """
        new_states: list[State] = []
        for layer, directions in enumerate(self.layers):
            prefix, cell = direction_name(layer, reverse=False), directions[False]

            def named(name: str, value: Tensor, prefix: str = prefix) -> Tensor:
                return tap(f"{prefix}.{name}", value)

            previous = cell.initial_state(x) if states is None else states[layer]
            new_states.append(cell.step(x, previous, named))
            x = new_states[-1][cell.output]
        return x, new_states

    def forward(self, x: Array, initial: LayerStates | None = None) -> list[list[LayerRun]] | None:
        """Run every layer over ``x [T, X]`` in closed form: for each layer, its directions.

        ``initial`` names states before the first step; others are zero. The final ones are
        :attr:`LayerRun.final`. None where a cell has no closed form.
        """
        layers: list[list[LayerRun]] = []
        for directions in self.layers:
            runs = []
            for run in self._enter(len(layers), directions, x, initial):
                checkpoint()
                signals = run.cell.forward(run.x, run.initial)
                if signals is None:
                    return None
                runs.append(run._replace(signals=signals))
            layers.append(runs)
            x = join_outputs(runs)
        return layers

    def replay(
        self, x: Array, signals: Mapping[str, Array], initial: LayerStates | None = None
    ) -> list[list[LayerRun]]:
        """Give each layer's part of a recorded run over ``x [T, X]``; nothing is computed again.

        ``signals`` are in the order of the text under their full names, as in a trace.
        """
        layers: list[list[LayerRun]] = []
        for directions in self.layers:
            runs = [
                run._replace(
                    signals={
                        signal.name: run.flip_time(signals[f"{run.name}.{signal.name}"])
                        for signal in run.cell.signals
                    }
                )
                for run in self._enter(len(layers), directions, x, initial)
            ]
            layers.append(runs)
            x = join_outputs(runs)
        return layers

    def connect(self, layer: int, x: Tensor) -> Tensor:
        """Give what a layer takes from what stands below it, ``[..., T, X]``; here it is the same.

        A network with other things between its recurrent layers runs them here.
        """
        return x

    def connect_array(self, layer: int, x: Array) -> Array:
        """Do the same outside autograd, in float64: ``[T, X]``."""
        return x

    def backpropagate_connection(self, layer: int, x: Array, grad_inputs: Array) -> Array:
        """Give the gradient at what stands below a layer, ``x``, from that at what it takes."""
        return grad_inputs

    def _enter(
        self, layer: int, directions: Mapping[bool, Cell], x: Array, initial: LayerStates | None
    ) -> Iterator[LayerRun]:
        x = self.connect_array(layer, x)
        for reverse, cell in directions.items():
            name = direction_name(layer, reverse)
            run = LayerRun(name, cell, reverse, x, {}, (initial or {}).get(name))
            yield run._replace(x=run.flip_time(x))

    def backward(
        self,
        layers: Sequence[Sequence[LayerRun]],
        grad_logits: Array,
        grad_final: LayerStates | None = None,
    ) -> dict[str, LayerGradients]:
        """Backpropagate ``grad_logits [T, C]``, at the readout, through every layer of a run.

        The rest is :meth:`backpropagate`.
        """
        grad_outputs = self.backpropagate_readout(join_outputs(layers[-1]), grad_logits)
        return self.backpropagate(layers, grad_outputs, grad_final)

    def backpropagate(
        self,
        layers: Sequence[Sequence[LayerRun]],
        grad_outputs: Array,
        grad_final: LayerStates | None = None,
    ) -> dict[str, LayerGradients]:
        """Backpropagate ``grad_outputs [T, D * H]``, at the top layer's outputs, through a run.

        ``grad_final`` are gradients at final states, by what reads them besides; those it does not
        name are zero. In closed form where the cell has one, else by autograd. The answer is by
        name of layer and direction, its arrays in the order in which that reads.
        """
        gradients: dict[str, LayerGradients] = {}
        for layer in reversed(range(len(layers))):
            directions = layers[layer]
            hidden = directions[0].output.shape[1]
            grad_inputs = np.zeros((len(grad_outputs), directions[0].x.shape[1]))
            for k, run in enumerate(directions):
                checkpoint()
                own = run.flip_time(grad_outputs[:, k * hidden : (k + 1) * hidden])
                own = np.ascontiguousarray(own)
                end = (grad_final or {}).get(run.name)
                back = run.cell.backward(run.x, run.signals, own, run.initial, end)
                gradients[run.name] = back or backpropagate(run.cell, run.x, own, run.initial, end)
                grad_inputs += run.flip_time(gradients[run.name].grad_inputs)
            if layer:
                below = join_outputs(layers[layer - 1])
                grad_outputs = self.backpropagate_connection(layer, below, grad_inputs)
        return gradients

    def read_out(self, h: Tensor) -> Tensor:
        """Apply the readout at every step: ``[..., T, D * H]`` to ``[..., T, C]``."""
        return nn.functional.linear(h, self.weights["readout.weight"], self.weights["readout.bias"])

    def read_out_end(self, h: Tensor) -> Tensor:
        """Apply the readout at the last step alone: ``[..., T, D * H]`` to ``[..., C]``."""
        return self.read_out(h[..., -1, :])

    def read_out_array(self, h: Array) -> Array:
        """Do the same outside autograd, in float64: ``[T, D * H]`` to logits ``[T, C]``."""
        weight = float64(self.weights["readout.weight"])
        logits: Array = h @ weight.T + float64(self.weights["readout.bias"])
        return logits

    def backpropagate_readout(self, h: Array, grad_logits: Array) -> Array:
        """Give the gradient at ``h [T, D * H]``, what the readout takes, from ``[T, C]``."""
        grad: Array = grad_logits @ float64(self.weights["readout.weight"])
        return grad


def name_weights(cell: type[Cell], shape: Shape) -> dict[str, tuple[int, ...]]:
    """Give the name and the shape of every tensor of a model file."""
    shapes = shape.entrance.name_weights()
    for layer in range(shape.layers):
        for reverse in shape.directions:
            for name, size in cell.shapes(shape.layer_inputs(layer), shape.hidden).items():
                shapes[f"recurrent.{name}{suffix_name(layer, reverse)}"] = size
    width = shape.hidden * len(shape.directions)
    shapes["readout.weight"] = (shape.classes, width)
    shapes["readout.bias"] = (shape.classes,)
    return shapes


@dataclass(frozen=True, slots=True)
class Initialization:
    """How fresh weights differ from PyTorch's own.

    ``recurrent`` makes every block of ``weight_hh`` orthogonal (Saxe et al. 2014) or the identity
    (Le et al. 2015, who also zero the biases); ``gain`` multiplies it. ``chrono``, where it is 2 or
    more, draws the bias of the gate whose role is "forget" as ``log(uniform(1, chrono - 1))`` and
    sets that of the gate whose role is "input" to its negative (Tallec and Ollivier 2018); it
    concerns cells that have both.
    """

    recurrent: Literal["pytorch", "orthogonal", "identity"] = "pytorch"
    gain: float = 1.0
    chrono: int = 0


def draw_weights(
    cell: type[Cell], shape: Shape, seed: int, initialization: Initialization | None = None
) -> dict[str, Tensor]:
    """Draw fresh weights as PyTorch does, or as ``initialization`` says; a seed gives the same.

    Rows of embeddings are normal(0, 1); everything else is uniform within 1 / sqrt(fan), as in
    ``torch.nn.RNNBase.reset_parameters`` (fan: H) and ``torch.nn.Linear`` (fan: D * H).
    """
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, size in name_weights(cell, shape).items():
        if name in {"embedding.weight", "ngram_embedding.weight"}:
            weights[name] = torch.randn(size, generator=generator)
        else:
            fan = shape.hidden
            if name.startswith("readout"):
                fan *= len(shape.directions)
            bound = 1.0 / math.sqrt(fan)
            weights[name] = (torch.rand(size, generator=generator) * 2 - 1) * bound
    if initialization is not None:
        initialize_recurrent(cell, shape.hidden, weights, initialization, generator)
    return weights


def initialize_recurrent(
    cell: type[Cell],
    hidden: int,
    weights: Mapping[str, Tensor],
    initialization: Initialization,
    generator: torch.Generator,
) -> None:
    """Change the recurrent weights in place."""
    gates = {signal.role: k for k, signal in enumerate(cell.list_blocks()) if signal.kind == "gate"}
    chrono = initialization.chrono >= 2 and {"input", "forget"} <= set(gates)
    for name, value in weights.items():
        if name.startswith("recurrent.weight_hh"):
            for block in torch.split(value, hidden):
                if block.dim() < 2:  # a vector: each unit hears itself alone
                    continue
                if initialization.recurrent == "orthogonal":
                    nn.init.orthogonal_(block, generator=generator)
                elif initialization.recurrent == "identity":
                    nn.init.eye_(block)
            value *= initialization.gain
        elif initialization.recurrent == "identity" and name.startswith("recurrent.bias"):
            value.zero_()
        if chrono and name.startswith("recurrent.bias"):
            forget, input_ = (
                torch.split(value, hidden)[gates[role]] for role in ("forget", "input")
            )
            span = torch.rand(hidden, generator=generator) * (initialization.chrono - 2) + 1
            in_hh = name.startswith("recurrent.bias_hh")  # the two bias vectors add up
            forget.copy_(span.log() if in_hh else torch.zeros(hidden))
            input_.copy_(-forget)


class Plain(Entrance):
    """What a person would write: an embedding or none, PyTorch's fused layer, a linear readout."""

    def __init__(self, cell: type[Cell], shape: Shape) -> None:
        """Build it. Raises ``TypeError`` where PyTorch has no layer for the cell."""
        super().__init__(shape.entrance)
        if cell.layer is None:
            raise TypeError(f"{cell.__name__} has no layer in torch.nn")
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


class Unrolled(Entrance):
    """The same module around the explicit loop, for cells that PyTorch does not have."""

    def __init__(
        self, cell: type[Cell], shape: Shape, settings: Mapping[str, float] | None = None
    ) -> None:
        super().__init__(shape.entrance)
        self.cell, self.shape, self.settings = cell, shape, settings
        with torch.device("cpu"):  # its generator is there
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
