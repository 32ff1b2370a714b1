"""The recurrent layers of a PyTorch module, and what went in and out of one call of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from ..contracts import Array, Cell, float64, suffix_name
from ..nn.network import Shape
from ..registry import find_cells

Fused: TypeAlias = nn.RNNBase
Single: TypeAlias = nn.RNNCellBase

# Not replayed, whatever they hold: their weights are rounded to integers.
_QUANTISED = ("torch.ao.nn.quantized", "torch.nn.quantized", "torch.ao.nn.quantizable")


class UnknownLayer(NamedTuple):
    """A recurrent layer that GateScope's cells do not compute, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecurrentLayer:
    """A layer of a module that GateScope has a cell for; ``name`` is its path, "" the module's."""

    name: str
    module: Fused | Single
    cell: type[Cell]
    settings: dict[str, float]
    shape: Shape

    @property
    def is_single(self) -> bool:
        """Return whether it is one of ``nn.*Cell``, which takes one step a call."""
        return isinstance(self.module, nn.RNNCellBase)

    def list_weights(self) -> dict[str, Tensor]:
        """Give its own weights under the names that a ``Network`` takes."""
        found = {}
        for name in self._name_weights():
            own = name.removeprefix("recurrent.")
            value = getattr(self.module, own.removesuffix("_l0") if self.is_single else own, None)
            if value is not None:
                found[name] = value
        return found

    def copy_weights(self) -> dict[str, Tensor]:
        """Copy them; biases that the layer does not have are zero."""
        own = self.list_weights()
        return {
            name: own[name].detach().clone() if name in own else torch.zeros(size)
            for name, size in self._name_weights().items()
        }

    def _name_weights(self) -> dict[str, tuple[int, ...]]:
        found = {}
        for layer in range(self.shape.layers):
            for reverse in self.shape.directions:
                suffix = suffix_name(layer, reverse)
                inputs = self.shape.layer_inputs(layer)
                for name, size in self.cell.shapes(inputs, self.shape.hidden).items():
                    found[f"recurrent.{name}{suffix}"] = size
        return found


@dataclass(slots=True)
class Call:
    """What went in and out of one call of a layer, of every sample; all of it copies.

    ``states`` are h, or h and c, as PyTorch lays them out. The gradients are None until there are
    any; one that the loss does not reach stays None.
    """

    layer: RecurrentLayer
    weights: dict[str, Tensor]
    x: Tensor
    output: Tensor
    batch_sizes: Tensor | None  # of a packed sequence
    unsorted: Tensor | None
    initial: tuple[Tensor, ...]  # none where it began with zeros
    final: tuple[Tensor, ...]
    grad_output: Tensor | None = None
    grad_final: list[Tensor | None] = field(default_factory=list)

    @property
    def is_batched(self) -> bool:
        """Return whether there is an axis for the samples."""
        return self.batch_sizes is not None or self.x.dim() == (2 if self.layer.is_single else 3)

    @property
    def samples(self) -> int:
        """Return how many samples there are."""
        if self.batch_sizes is not None:
            return int(self.batch_sizes[0])
        if not self.is_batched:
            return 1
        axis = 0 if self.layer.is_single or self._batch_first else 1
        return self.x.shape[axis]

    @property
    def has_gradient(self) -> bool:
        """Return whether a loss reached its output or its final states."""
        return self.grad_output is not None or any(grad is not None for grad in self.grad_final)

    @property
    def takes_one_step(self) -> bool:
        """Return whether every sample is one step long."""
        if self.layer.is_single:
            return True
        if self.batch_sizes is not None:
            return len(self.batch_sizes) == 1
        return self.x.shape[1 if self.is_batched and self._batch_first else 0] == 1

    @property
    def _batch_first(self) -> bool:
        return isinstance(self.layer.module, nn.RNNBase) and self.layer.module.batch_first

    def steps_of(self, values: Tensor, sample: int) -> Array:
        """Give the steps of one sample, ``[T, ...]``, of ``values`` laid out as ``x``."""
        if self.batch_sizes is not None:
            place = sample if self.unsorted is None else int(self.unsorted[sample])
            starts = self.batch_sizes.cumsum(0) - self.batch_sizes
            return float64(values[starts[self.batch_sizes > place] + place].cpu())
        if not self.is_batched:
            own = values
        else:
            first = self.layer.is_single or self._batch_first
            own = values[sample] if first else values[:, sample]
        return float64((own[None] if self.layer.is_single else own).cpu())

    def states_of(self, values: Sequence[Tensor | None], sample: int) -> list[Array | None]:
        """Give the states of one sample, each ``[L * D, H]``."""
        found: list[Array | None] = []
        for value in values:
            if value is None:
                found.append(None)
                continue
            if self.layer.is_single:
                own = value[sample][None] if value.dim() == 2 else value[None]
            else:
                own = value[:, sample] if value.dim() == 3 else value
            found.append(float64(own.cpu()))
        return found

    def goes_on_from(self, other: Call) -> bool:
        """Say whether this one step of one direction starts where ``other``'s ended."""
        return (
            self.takes_one_step
            and other.takes_one_step
            and not self.layer.shape.bidirectional
            and len(self.initial) == len(other.final)
            and all(
                a.shape == b.shape and torch.equal(a, b)
                for a, b in zip(self.initial, other.final, strict=True)
            )
        )


def copy_call(
    layer: RecurrentLayer, weights: dict[str, Tensor], x: Any, states: Any, result: Any
) -> Call:
    """Copy what went into a call (``x``, ``states``) and came out of it (``result``)."""
    output, final = unpack_result(layer, result)
    packed = isinstance(x, PackedSequence)
    given = () if states is None else states if isinstance(states, tuple) else (states,)
    return Call(
        layer,
        weights,
        (x.data if packed else x).detach().clone(),
        output.detach().clone(),
        x.batch_sizes if packed else None,
        x.unsorted_indices if packed else None,
        tuple(value.detach().clone() for value in given),
        tuple(value.detach().clone() for value in final),
    )


def unpack_result(layer: RecurrentLayer, result: Any) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Give the output and the final states, h or h and c, of what a layer's ``forward`` returned.

    A single cell returns its states alone; its output is h.
    """
    if layer.is_single:
        final = result if isinstance(result, tuple) else (result,)
        return final[0], final
    output, last = result
    if isinstance(output, PackedSequence):
        output = output.data
    return output, last if isinstance(last, tuple) else (last,)


def find_layers(module: nn.Module) -> tuple[list[RecurrentLayer], list[UnknownLayer]]:
    """Find the recurrent layers of a module: those to replay, and others with a reason."""
    found, unknown = [], []
    for name, part in module.named_modules():
        home = type(part).__module__
        if home.startswith(_QUANTISED) and type(part).__name__.startswith(("LSTM", "GRU", "RNN")):
            unknown.append(UnknownLayer(name, "it is quantised: its weights are integers"))
        elif getattr(part, "original_name", "") in {kind.__name__ for kind, _ in _list_kinds()}:
            unknown.append(UnknownLayer(name, "it is compiled by TorchScript"))
        elif isinstance(part, nn.RNNBase) and part.proj_size:
            unknown.append(UnknownLayer(name, "its hidden state is projected (proj_size)"))
        elif isinstance(part, (nn.RNNBase, nn.RNNCellBase)):
            cell = next((c for kind, c in _list_kinds() if isinstance(part, kind)), None)
            if cell is None:
                unknown.append(UnknownLayer(name, f"there is no cell for {type(part).__name__}"))
                continue
            single = isinstance(part, nn.RNNCellBase)
            shape = Shape(
                vocabulary=0,
                inputs=part.input_size,
                hidden=part.hidden_size,
                classes=0,
                layers=1 if isinstance(part, nn.RNNCellBase) else part.num_layers,
                bidirectional=not single and bool(part.bidirectional),
            )
            relu = getattr(part, "nonlinearity", "tanh") == "relu"
            settings = {"relu": 1.0} if relu else {}
            found.append(RecurrentLayer(name, part, cell, settings, shape))
    return found, unknown


@cache
def _list_kinds() -> tuple[tuple[type[nn.Module], type[Cell]], ...]:
    """Give PyTorch's layers and single cells with the cell that computes the same."""
    kinds: list[tuple[type[nn.Module], type[Cell]]] = []
    for cell in find_cells().values():
        if cell.layer is not None:
            single: Callable[..., nn.Module] = getattr(nn, f"{cell.layer.__name__}Cell")
            kinds += [(cell.layer, cell), (single, cell)]  # type: ignore[list-item]
    return tuple(kinds)


def largest(values: Array) -> float:
    """Give the largest size in an array; 0 where it is empty."""
    return float(np.abs(values).max(initial=0.0))
