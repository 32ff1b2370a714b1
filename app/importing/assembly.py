"""The parts of a file, put together as far as they can be run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import nn

from ..formats import (
    Contents,
    EmbeddingPart,
    ModulePart,
    Part,
    PlacePart,
    RecurrentPart,
)
from ..nn.chain import Chain, Output, Place, RecurrentLayer, Structure
from .answers import Answers
from .comparing import compare_layers, compare_outputs
from .structure import describe
from .understanding import LayerInfo, OpenedFile, PartInfo, Understanding

FINAL: Mapping[type[nn.Module], Output] = {
    nn.Softmax: "softmax",
    nn.Sigmoid: "sigmoid",
    nn.LogSoftmax: "log_softmax",
}


def assemble(
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
        return compare_outputs(opened, contents.reference, told_place)
    if contents.parts is None:
        return compare_layers(opened, parts)
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
