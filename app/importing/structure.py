"""Tensors by name -> the parts of a network, by what fits.

A state dict says neither what a layer is nor what follows what. A recurrent layer is told by the
names of its weights and by the ratio of the rows of ``weight_hh`` to its columns (4: LSTM, 3: GRU,
1: RNN), whatever the layer is called; the order by the widths, and where several fit by that of the
file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from ..contracts import InvalidInput
from ..formats import EmbeddingPart, ModulePart, Part, RecurrentPart, UnknownPart
from ..nn.chain import RecurrentLayer, make_linear, normalize_batches
from ..registry import find_cells

CELLS = {4: "lstm", 3: "gru", 1: "rnn"}  # blocks of weight_hh -> the cell's id
TRIED = 2_000  # orders of the parts that are looked at
LONGEST = 200  # parts that are put in order; a network of more is no small one
EPSILON = 1e-5  # of PyTorch's norms, where nothing else is known
_RECURRENT = re.compile(
    r"(?:(?P<owner>.*)\.)?(?P<name>weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)"
    r"(?:_l(?P<layer>\d{1,3})(?P<reverse>_reverse)?)?"
)
_LAST_NUMBER = re.compile(r"(?:(.*)\.)?(\d{1,4})")


@dataclass(frozen=True)
class FoundStructure:
    """The parts of a network in the order in which they seem to be run.

    ``guesses`` are what the file does not say: ``activation`` where layers follow each other with
    nothing known between them, ``order`` where the file's order is not the one that fits.
    """

    parts: tuple[Part, ...]
    guesses: tuple[str, ...] = ()


def find_structure(
    tensors: Mapping[str, Tensor], *, activation: str = "relu", nonlinearity: str = "tanh"
) -> FoundStructure:
    """Find what a file of tensors is. Raises :class:`InvalidInput` where no layer is recurrent.

    ``activation`` stands between two linear layers where nothing tells what does, and
    ``nonlinearity`` in an RNN.
    """
    owned: dict[str, dict[str, Tensor]] = defaultdict(dict)
    recurrent: dict[str, dict[str, Tensor]] = defaultdict(dict)
    for name, value in tensors.items():
        if match := _RECURRENT.fullmatch(name):
            owner = match["owner"] or ""
            recurrent[owner][name.rpartition(".")[2]] = value
            owned.setdefault(owner, {})
        else:
            owner, _, own = name.rpartition(".")
            owned[owner][own] = value
    if not recurrent:
        raise InvalidInput("file_no_recurrent", "file", found=_list_some(tensors))
    layers = {owner: read_layer(owner, own, nonlinearity) for owner, own in recurrent.items()}
    inputs = {layer.layers[0].inputs for layer in layers.values()}
    parts: list[Part] = [
        layers[owner] if owner in layers else _read_part(owner, own, inputs)
        for owner, own in owned.items()
        if owner in layers or set(own) - {"num_batches_tracked"}
    ]
    return _put_in_order(parts, activation)


def read_layer(owner: str, own: Mapping[str, Tensor], nonlinearity: str = "tanh") -> RecurrentPart:
    """Read one recurrent layer's weights. Raises :class:`InvalidInput` where they do not fit."""
    shown = owner or "recurrent"
    if any(name.startswith("weight_hr") for name in own):
        raise InvalidInput("file_projection", "file", name=shown)
    by_place: dict[tuple[int, bool], dict[str, Tensor]] = defaultdict(dict)
    for name, value in own.items():
        match = _RECURRENT.fullmatch(name)
        if match is None or not value.is_floating_point():
            raise InvalidInput("file_type", "file", name=name[:80], type=_name_type(value))
        by_place[int(match["layer"] or 0), bool(match["reverse"])][match["name"]] = value
    first = by_place.get((0, False), {}).get("weight_hh")
    if first is None or first.dim() != 2 or not first.shape[1] or first.shape[0] % first.shape[1]:
        raise InvalidInput("file_sizes", "file", name=shown)
    hidden, blocks = first.shape[1], first.shape[0] // first.shape[1]
    if blocks not in CELLS:
        raise InvalidInput("file_no_such_cell", "file", name=shown, blocks=blocks)
    count = 1 + max(layer for layer, _ in by_place)
    directions = sorted({reverse for _, reverse in by_place})
    if len(by_place) != count * len(directions) or directions[0]:
        raise InvalidInput("file_sizes", "file", name=shown)
    cell = find_cells()[CELLS[blocks]]
    settings = {"relu": 1.0} if CELLS[blocks] == "rnn" and nonlinearity == "relu" else {}
    layers = []
    for layer in range(count):
        weights: dict[bool, dict[str, Tensor]] = {}
        for reverse in directions:
            found = by_place[layer, reverse]
            width = found["weight_ih"].shape[-1] if "weight_ih" in found else 0
            if layer and width != hidden * len(directions):
                raise InvalidInput("file_sizes", "file", name=shown)
            weights[reverse] = {}
            for name, size in cell.shapes(width, hidden).items():
                missing = torch.zeros(size if name.startswith("bias") else 0)
                value = found.get(name, missing)
                if tuple(value.shape) != size or 0 in size:
                    raise InvalidInput("file_sizes", "file", name=shown)
                weights[reverse][name] = value.detach().double()
        layers.append(RecurrentLayer(cell, weights, settings))
    guessed = ("nonlinearity",) if CELLS[blocks] == "rnn" else ()
    return RecurrentPart(shown, CELLS[blocks], tuple(layers), guessed)


def _read_part(owner: str, own: Mapping[str, Tensor], inputs: set[int]) -> Part:
    """Tell what the tensors under one name are, by their names and sizes."""
    weight, bias = own.get("weight"), own.get("bias")
    names = set(own) - {"num_batches_tracked"}
    shapes = {name: tuple(own[name].shape) for name in names}
    shown = owner or "weights"
    described = ", ".join(f"{name} {'x'.join(map(str, size))}" for name, size in shapes.items())
    unknown = UnknownPart(shown, described[:200])
    if weight is None or not all(own[name].is_floating_point() for name in names):
        if names == {"running_mean", "running_var"}:
            return _read_batch_norm(shown, own)
        return unknown
    if names == {"weight", "bias", "running_mean", "running_var"} and weight.dim() == 1:
        return _read_batch_norm(shown, own)
    if weight.dim() == 1 and names <= {"weight", "bias"}:
        width = len(weight)
        norm = nn.LayerNorm(width, EPSILON, bias=bias is not None)
        norm.load_state_dict({name: own[name] for name in names})
        return ModulePart(shown, norm, f"LayerNorm {width}", width, width)
    if weight.dim() != 2 or not names <= {"weight", "bias"} or 0 in weight.shape:
        return unknown
    rows, columns = weight.shape
    embeds = "emb" in shown.lower() or (columns in inputs and rows not in inputs)
    if bias is None and embeds:
        return EmbeddingPart(shown, weight.detach())
    if bias is not None and bias.shape != (rows,):
        return unknown
    linear = make_linear(weight.detach(), None if bias is None else bias.detach())
    return ModulePart(shown, linear, f"Linear {columns}→{rows}", columns, rows)


def _read_batch_norm(shown: str, own: Mapping[str, Tensor]) -> Part:
    mean, variance = own["running_mean"].detach(), own["running_var"].detach()
    width = len(mean)
    norm = normalize_batches(mean, variance, EPSILON, own.get("weight"), own.get("bias"))
    return ModulePart(shown, norm, f"BatchNorm {width}", width, width)


def _put_in_order(parts: Sequence[Part], activation: str) -> FoundStructure:
    """Choose the order that uses most recurrent layers, then most parts, nearest to the file's.

    Of as many layers those are taken that stand first in the file, after an embedding if one fits:
    what stands above something that is not run cannot be run either.
    """
    known = [k for k, part in enumerate(parts) if not isinstance(part, UnknownPart)]
    usable = set(known[:LONGEST])
    recurrent = [k for k, part in enumerate(parts) if isinstance(part, RecurrentPart)]
    best: list[int] = []
    best_rank = (-1, False, 0, -1, 0)
    tried = 0

    def extend(order: list[int], width: int | None) -> None:
        nonlocal best, best_rank, tried
        tried += 1
        layers = [k for k in order if k in recurrent]
        embeds = bool(order) and isinstance(parts[order[0]], EmbeddingPart)
        turns = sum(a > b for a, b in pairwise(order))
        rank = (len(layers), embeds, -min(layers, default=0), len(order), -turns)
        if rank > best_rank:
            best, best_rank = list(order), rank
        last = order[-1] if order else -1
        # What stands next in the file is tried first.
        for k in [*range(last + 1, len(parts)), *range(max(last, 0))]:
            if tried > TRIED or (len(best) == len(usable) and not best_rank[-1]):
                return
            if k in order or k not in usable:
                continue
            if (after := _follow(parts[k], width, started=bool(order))) is not None:
                extend([*order, k], after)

    extend([], None)
    chosen = [parts[k] for k in best]
    left = [parts[k] for k in range(len(parts)) if k not in best]
    guesses = ["order"] if best_rank[-1] else []
    chosen, guessed = _fill_gaps(chosen, activation)
    guesses += ["activation"] if guessed else []
    rest: list[Part] = [
        part if isinstance(part, (UnknownPart, RecurrentPart)) else _leave(part) for part in left
    ]
    rest.sort(key=lambda part: isinstance(part, RecurrentPart))
    return FoundStructure((*chosen, *rest), tuple(guesses))


def _leave(part: Part) -> UnknownPart:
    return UnknownPart(part.name, describe(part))


def _follow(part: Part, width: int | None, *, started: bool) -> int | None:
    """Give the width after a part that may follow ``width`` features; None where it does not fit.

    The first part takes ids or numbers of any width.
    """
    match part:
        case EmbeddingPart():
            return None if started else part.weight.shape[1]
        case RecurrentPart():
            fits = width in {None, part.layers[0].inputs}
            return part.layers[-1].outputs if fits else None
        case ModulePart():
            return part.outputs if width in {None, part.inputs} else None
    return None


def _fill_gaps(parts: Sequence[Part], activation: str) -> tuple[list[Part], bool]:
    """Put an activation where two linear layers follow each other, which would be one."""
    filled: list[Part] = []
    guessed = False
    for part in parts:
        before = filled[-1] if filled else None
        if _is_linear(part) and _is_linear(before) and before is not None:
            guessed = True
            if activation != "none":
                module = nn.Tanh() if activation == "tanh" else nn.ReLU()
                name = _name_between(before.name, part.name)
                filled.append(ModulePart(name, module, type(module).__name__))
        filled.append(part)
    return filled, guessed


def _is_linear(part: Part | None) -> bool:
    return isinstance(part, ModulePart) and isinstance(part.module, nn.Linear)


def _name_between(before: str, after: str) -> str:
    """Name what an ``nn.Sequential`` counts but has no weights for: between fc.0 and fc.2, fc.1."""
    one, two = (_LAST_NUMBER.fullmatch(name) for name in (before, after))
    if one and two and one[1] == two[1] and int(two[2]) - int(one[2]) > 1:
        return f"{one[1]}.{int(one[2]) + 1}" if one[1] else str(int(one[2]) + 1)
    return f"after {before}"


def describe(part: Part) -> str:
    """Say in a few words what a part is, as its framework would."""
    match part:
        case EmbeddingPart():
            rows, columns = part.weight.shape
            return f"Embedding {rows}x{columns}"
        case RecurrentPart():
            many = f", {len(part.layers)} layers" if len(part.layers) > 1 else ""
            return describe_layer(part.layers[0]) + many
        case ModulePart() | UnknownPart():
            return part.what
        case _:
            return f"reads {part.place}"


def describe_layer(layer: RecurrentLayer) -> str:
    """Say what one layer of cells is, ``LSTM 8→16``."""
    both = ", both ways" if len(layer.directions) > 1 else ""
    return f"{layer.cell.__name__} {layer.inputs}→{layer.outputs}{both}"


def _list_some(names: Iterable[str]) -> str:
    shown = [name[:60] for name in names]
    return ", ".join(shown[:6]) + (" …" if len(shown) > 6 else "")


def _name_type(value: Tensor) -> str:
    return str(value.dtype).removeprefix("torch.")
