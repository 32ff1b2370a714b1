"""A file -> what was understood of it, and the network that can be run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import numpy as np
import torch
from torch import Tensor, nn

from ..contracts import InvalidInput
from ..formats import (
    HEAD,
    MAX_BYTES,
    Contents,
    EmbeddingPart,
    Format,
    ModulePart,
    Part,
    PlacePart,
    RecurrentPart,
    Reference,
    UnknownPart,
)
from ..nn.chain import Chain, Output, Place, RecurrentLayer, Structure
from ..registry import discover
from .answers import Answers, name_answers, read_answers
from .structure import describe, find_structure

TOLERANCE = 1e-5  # to which outputs must equal the framework's
TRIED_STEPS = 7
FINAL: Mapping[type[nn.Module], Output] = {
    nn.Softmax: "softmax",
    nn.Sigmoid: "sigmoid",
    nn.LogSoftmax: "log_softmax",
}
PLACES_TRIED: Sequence[Place] = ("every", "last", "ends", "mean", "max")


@dataclass(frozen=True)
class LayerInfo:
    """One recurrent layer, or several under one name."""

    name: str
    cell: str
    inputs: int
    hidden: int
    layers: int
    bidirectional: bool
    settings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PartInfo:
    """One part of the network and whether it is run."""

    name: str
    what: str
    run: bool


@dataclass(frozen=True)
class Check:
    """What was compared with what, and the largest difference, relative to the largest number."""

    what: str
    difference: float


@dataclass(frozen=True)
class Understanding:
    """What a file was understood to be.

    ``grade`` says what can be believed: "checked" where the outputs were compared with those of the
    file's own framework, "complete" where all of the network is run, "states only" where something
    is not. ``guesses`` are answers that nobody gave, ``asks`` their names and those of others that
    cannot be guessed.
    """

    file: str
    format: str
    grade: Literal["checked", "complete", "states only"]
    input: Literal["ids", "numbers"]
    rows: int  # of the embedding, or features
    layers: tuple[LayerInfo, ...]
    parts: tuple[PartInfo, ...]
    outputs: int | None
    output: Output | None
    place: Place | None
    run: bool
    not_run: tuple[str, ...]
    guesses: Mapping[str, Any]
    asks: tuple[str, ...]
    checks: tuple[Check, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class OpenedFile:
    """What was understood, the network that is run, and all that is known of its use."""

    understanding: Understanding
    structure: Structure
    answers: Answers
    skips_zero: bool = False

    def build(self) -> Chain:
        """Give the network on the project's own cells."""
        return Chain(self.structure)

    def run(self, inputs: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Run the network over ids ``[T]`` or numbers ``[T, X]`` as its framework does.

        Gives ``[T, C]`` where it answers at every step, else ``[C]``; the outputs of the last
        recurrent layer where the file has no readout that could be run. Padding, which a mask
        leaves out, is not read. Raises :class:`InvalidInput` for what does not fit.
        """
        x = torch.from_numpy(np.ascontiguousarray(inputs))
        check_inputs(self.understanding, x)
        if self.skips_zero:
            x = x[x != 0]
            if not len(x):
                raise InvalidInput("nothing_to_read", "inputs")
        return self.build().answer(x).double().numpy()


def check_inputs(understanding: Understanding, x: Tensor) -> None:
    """Refuse an array that the network cannot take. Raises :class:`InvalidInput`."""
    rows = understanding.rows
    if understanding.input == "ids":
        if x.dim() != 1 or not len(x) or x.is_floating_point():
            raise InvalidInput("inputs_not_ids", "inputs", limit=rows - 1)
        if int(x.min()) < 0 or int(x.max()) >= rows:
            raise InvalidInput("inputs_not_ids", "inputs", limit=rows - 1)
    elif x.dim() != 2 or not len(x) or x.shape[1] != rows:
        raise InvalidInput("inputs_not_numbers", "inputs", count=rows)
    elif not bool(torch.isfinite(x).all()):
        raise InvalidInput("inputs_not_finite", "inputs")


def open_file(path: Path, given: Answers | None = None) -> OpenedFile:
    """Read a file and what is known of it. Raises :class:`InvalidInput` with a sentence.

    ``given`` goes before the file of answers beside it, and that before what the file itself tells.
    """
    if path.is_dir():
        raise InvalidInput("file_folder", "file")
    if not path.is_file():  # a named pipe would be waited for
        raise InvalidInput("file_missing", "file", name=path.name)
    beside = read_answers(name_answers(path))
    answers = (given or Answers()).with_defaults(beside.model_dump(exclude_none=True))
    try:
        with path.open("rb") as file:
            name = os.fsencode(path.name).decode("utf-8", "replace")
            return read_file(file, name, answers, path.parent)
    except OSError as error:
        raise InvalidInput(
            "file_unreadable", "file", name=path.name, reason=error.strerror or "-"
        ) from error


def read_file(
    file: BinaryIO, name: str, answers: Answers, folder: Path | None = None
) -> OpenedFile:
    """Read an open file that may be moved, and lies in ``folder``. Raises :class:`InvalidInput`."""
    contents = recognize(file, name).read(file, folder)
    answers = answers.with_defaults(contents.answers)
    for key, value in contents.tensors.items():
        _check_finite(key, value)
    guesses: dict[str, Any] = {}
    if contents.parts is None:
        found = find_structure(
            contents.tensors,
            activation=answers.activation or "relu",
            nonlinearity=answers.nonlinearity or "tanh",
        )
        parts = found.parts
        told = {"activation": answers.activation or "relu", "order": "as the widths fit"}
        guesses |= {key: told[key] for key in found.guesses if not getattr(answers, key, None)}
        for part in parts:
            if isinstance(part, RecurrentPart) and part.guessed and not answers.nonlinearity:
                guesses["nonlinearity"] = "tanh"
    else:
        parts = contents.parts
        for part in parts:
            _check_part(part)
    if not any(isinstance(part, RecurrentPart) for part in parts):
        found_parts = "; ".join(f"{part.name}: {describe(part)}" for part in parts[:6])
        raise InvalidInput("file_no_recurrent", "file", found=found_parts[:300] or "-")
    return _assemble(contents, name, parts, answers, guesses)


@cache
def find_formats() -> Mapping[str, Format]:
    """Return every format of model files by id, in alphabetical order."""
    return {name: cast("Format", value) for name, value in discover("formats", "FORMAT")}


def recognize(file: BinaryIO, name: str) -> Format:
    """Tell a file's format by its bytes. Raises :class:`InvalidInput` where it is none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if not size:
        raise InvalidInput("file_empty", "file")
    if size > MAX_BYTES:
        raise InvalidInput("file_too_large", "file", limit=f"{MAX_BYTES // 2**20} MB")
    head = file.read(HEAD)
    if head.startswith(b"version https://git-lfs"):
        raise InvalidInput("file_lfs", "file")
    for known in find_formats().values():
        file.seek(0)
        if known.recognizes(head, file):
            file.seek(0)
            return known
    titles = ", ".join(known.title for known in find_formats().values())
    raise InvalidInput("file_unknown", "file", name=name[:80], known=titles)


def _assemble(
    contents: Contents,
    name: str,
    parts: Sequence[Part],
    answers: Answers,
    guesses: dict[str, Any],
) -> OpenedFile:
    """Put the parts together as far as they can be run."""
    chain = _Chain()
    for part in parts:
        chain.add(part)
    structure = chain.finish()
    told_place = chain.place is not None
    both = len(structure.layers[-1].directions) > 1
    usual: Place = "every" if contents.parts is not None else "ends" if both else "last"
    place = chain.place or answers.place or usual
    if not chain.is_whole or not (told_place or chain.has_readout):
        place = "every"  # the states, as they are
    structure = replace(structure, place=place)
    guessed_place = contents.parts is None and not told_place and not answers.place
    if chain.is_whole and chain.has_readout and guessed_place:
        guesses["place"] = place
    opened = OpenedFile(
        _describe(contents, name, parts, chain, structure, answers, guesses),
        structure,
        answers,
        chain.skips_zero,
    )
    if contents.reference is not None:
        return _compare(opened, contents.reference, told_place)
    if contents.parts is None:
        return _compare_layers(opened, parts)
    return opened


class _Chain:
    """Takes parts one after the other, and keeps those that can be run."""

    def __init__(self) -> None:
        self.embedding: EmbeddingPart | None = None
        self.layers: list[RecurrentLayer] = []
        self.before: list[list[nn.Module]] = []
        self.place: Place | None = None
        self.output: Output | None = None
        self.run: list[Part] = []
        self.not_run: list[Part] = []
        self.above: list[nn.Module] = []  # after the last recurrent layer, before the place
        self.readout: list[nn.Module] = []
        self.pending: list[nn.Module] = []
        self.pending_parts: list[Part] = []
        self.width: int | None = None

    @property
    def skips_zero(self) -> bool:
        """Whether row 0 of the embedding is padding that is left out."""
        return self.embedding is not None and self.embedding.skips_zero

    @property
    def is_whole(self) -> bool:
        """Whether every part is run."""
        return not self.not_run

    @property
    def has_readout(self) -> bool:
        """Whether anything that changes the last layer's outputs follows it."""
        return bool(self.readout or self.above or self.output)

    def add(self, part: Part) -> None:
        """Take the next part, or note that it is not run."""
        if not self._fits(part):
            self._refuse(part)
            return
        match part:
            case EmbeddingPart():
                self.embedding = part
                self.width = part.weight.shape[1]
                self.run.append(part)
            case RecurrentPart():
                for layer in part.layers:
                    self.before.append(self.pending)
                    self.pending = []
                    self.layers.append(layer)
                self.run += [*self.pending_parts, part]
                self.pending_parts = []
                self.width = part.layers[-1].outputs
            case ModulePart():
                self.pending.append(part.module)
                self.pending_parts.append(part)
                self.width = part.outputs or self.width
            case PlacePart():
                self.place = part.place
                self.above, self.pending = self.pending, []
                self.pending_parts.append(part)

    def _fits(self, part: Part) -> bool:
        if self.layers and self.not_run:
            return False  # what is not run stands between
        match part:
            case EmbeddingPart():
                return self.embedding is None and not self.layers and not self.pending
            case RecurrentPart():
                fits = self.width in {None, part.layers[0].inputs}
                return fits and self.place is None
            case ModulePart():
                return part.inputs is None or self.width in {None, part.inputs}
            case PlacePart():
                return bool(self.layers) and self.place is None
        return False

    def _refuse(self, part: Part) -> None:
        """Note a part that is not run. Before the first layer, nothing below it is run either."""
        self.not_run.append(part)
        if not self.layers:
            self.not_run[:0] = [*self.run, *self.pending_parts]
            self.run, self.pending_parts, self.pending = [], [], []
            self.embedding, self.width = None, None

    def finish(self) -> Structure:
        """Give the network of what was taken, its readout where there is nothing else."""
        if self.not_run:
            self.not_run += [p for p in self.pending_parts if not isinstance(p, PlacePart)]
            self.pending, self.pending_parts, self.above = [], [], []
        self.run += self.pending_parts
        self.readout = self.pending
        if self.readout and (final := FINAL.get(type(self.readout[-1]))) is not None:
            self.output = final
            self.readout = self.readout[:-1]
        return Structure(
            self.layers,
            self.before,
            None if self.embedding is None else self.embedding.weight,
            "every",
            self.readout,
            self.output or "identity",
            self.above,
        )


def _describe(
    contents: Contents,
    name: str,
    parts: Sequence[Part],
    chain: _Chain,
    structure: Structure,
    answers: Answers,
    guesses: dict[str, Any],
) -> Understanding:
    layers = tuple(
        LayerInfo(
            part.name,
            part.cell,
            part.layers[0].inputs,
            part.layers[0].hidden,
            len(part.layers),
            len(part.layers[0].directions) > 1,
            dict(part.layers[0].settings),
        )
        for part in parts
        if isinstance(part, RecurrentPart)
    )
    run = [id(part) for part in chain.run]
    shape = Chain(structure).shape
    has_readout = chain.is_whole and chain.has_readout
    ids = structure.embedding is not None
    asks: list[str] = []
    if chain.is_whole:
        if ids:
            keys = ["vocabulary", "splitting", *([] if chain.skips_zero else ["padding"])]
            asks += [key for key in keys if _lacks(answers, key)]
        else:
            asks += [key for key in ("features", "scaling") if _lacks(answers, key)]
        asks += ["labels"] if has_readout and _lacks(answers, "labels") else []
        if has_readout and chain.output is None and _lacks(answers, "output"):
            guesses["output"] = _guess_output(shape.classes, ids=ids)
    asks += [key for key in guesses if key != "order"]
    return Understanding(
        file=name,
        format=contents.framework,
        grade="complete" if has_readout else "states only",
        input="ids" if ids else "numbers",
        rows=shape.vocabulary if ids else _count_features(structure),
        layers=layers,
        parts=tuple(PartInfo(part.name, describe(part), id(part) in run) for part in parts),
        outputs=shape.classes if has_readout else None,
        output=(chain.output or answers.output or guesses.get("output")) if has_readout else None,
        place=structure.place if has_readout else None,
        run=chain.is_whole,
        not_run=tuple(f"{part.name}: {describe(part)}" for part in chain.not_run),
        guesses=guesses,
        asks=tuple(asks),
    )


def _lacks(answers: Answers, key: str) -> bool:
    return getattr(answers, key) is None


def _guess_output(classes: int, *, ids: bool) -> Output:
    """Guess what the last numbers are: of words classes, of numbers numbers."""
    if classes == 1:
        return "sigmoid" if ids else "identity"
    return "softmax"


def _count_features(structure: Structure) -> int:
    for module in structure.before[0]:
        if (width := getattr(module, "in_features", None)) is not None:
            return int(width)
    return structure.layers[0].inputs


def _compare_layers(opened: OpenedFile, parts: Sequence[Part]) -> OpenedFile:
    """Compare every recurrent layer with torch's own on a drawn input."""
    worst = 0.0
    for part in parts:
        if isinstance(part, RecurrentPart):
            worst = max(worst, _compare_with_torch(part))
    check = Check("recurrent layers against torch.nn", worst)
    return replace(opened, understanding=replace(opened.understanding, checks=(check,)))


def _compare_with_torch(part: RecurrentPart) -> float:
    first = part.layers[0]
    assert first.cell.layer is not None
    layer_type: Callable[..., nn.RNNBase] = first.cell.layer
    more: dict[str, Any] = {"nonlinearity": "relu"} if first.settings.get("relu") else {}
    module = layer_type(
        first.inputs,
        first.hidden,
        num_layers=len(part.layers),
        bidirectional=len(first.directions) > 1,
        **more,
    )
    state = {
        f"{key}_l{k}{'_reverse' if reverse else ''}": value
        for k, layer in enumerate(part.layers)
        for reverse, own in layer.directions.items()
        for key, value in own.items()
    }
    module.load_state_dict(state, assign=True)
    x = torch.randn(
        TRIED_STEPS, first.inputs, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    with torch.no_grad():
        expected = module(x)[0]
    found = Chain(Structure(part.layers, [[]] * len(part.layers))).recur(x)
    return _differ(found, expected)


def _compare(opened: OpenedFile, reference: Reference, told_place: bool) -> OpenedFile:
    """Compare the outputs with the framework's own, and find the place that gives the same."""
    understanding = opened.understanding
    if understanding.grade == "states only":
        return opened
    source = torch.Generator().manual_seed(0)
    steps = reference.steps()
    if understanding.input == "ids":
        x = torch.randint(0, understanding.rows, (steps,), generator=source)
    else:
        x = torch.randn(steps, understanding.rows, generator=source)
    answers = reference.run(x)
    best: tuple[float, Place] | None = None
    for place in (opened.structure.place,) if told_place else PLACES_TRIED:
        found = Chain(replace(opened.structure, place=place)).answer(x).flatten()
        for expected in answers:
            if found.numel() != expected.numel():
                continue
            difference = _differ(found, expected.flatten().double())
            if best is None or difference < best[0]:
                best = difference, place
    if best is None or not best[0] <= TOLERANCE:
        not_run = (*understanding.not_run, "its outputs, which differ from its framework's")
        states = replace(
            understanding, grade="states only", run=False, not_run=not_run, asks=(), guesses={}
        )
        first = replace(
            opened.structure,
            layers=opened.structure.layers[:1],
            before=opened.structure.before[:1],
            readout=(),
            above=(),
        )
        return replace(opened, understanding=states, structure=first)
    check = Check(f"outputs against {understanding.format}", best[0])
    checked = replace(understanding, grade="checked", place=best[1], checks=(check,))
    return replace(
        opened, understanding=checked, structure=replace(opened.structure, place=best[1])
    )


def _differ(found: Tensor, expected: Tensor) -> float:
    scale = float(expected.abs().max()) if expected.numel() else 0.0
    return float((found - expected).abs().max()) / (scale or 1.0)


def _check_part(part: Part) -> None:
    match part:
        case EmbeddingPart():
            _check_finite(part.name, part.weight)
        case RecurrentPart():
            for layer in part.layers:
                for own in layer.directions.values():
                    for key, value in own.items():
                        _check_finite(f"{part.name}.{key}", value)
        case ModulePart():
            for key, value in part.module.state_dict().items():
                _check_finite(f"{part.name}.{key}", value)
        case UnknownPart():
            return


def _check_finite(name: str, value: Tensor) -> None:
    if value.is_floating_point() and not bool(torch.isfinite(value).all()):
        raise InvalidInput("file_not_finite", "file", name=name[:80])
