"""An opened file as a task and a model, which the dashboard serves beside the shipped ones."""

from __future__ import annotations

import contextlib
import copy
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn

from ..contracts import (
    Encoding,
    Example,
    InvalidInput,
    Samples,
    Text,
    TokenTask,
    Topology,
    suffix_name,
)
from ..nn.chain import Affine, AgainstZero, Chain, RecurrentLayer, Structure
from ..nn.checkpoint import Model, UnreadableModel, load_model
from ..nn.network import Initialization, Network, initialize_recurrent
from ..registry import find_cells
from .answers import Answers
from .reading import open_file
from .structure import describe_layer
from .tokens import Tokens, find_tokens
from .understanding import OpenedFile

CLASSES = 5_000  # that the page can show at every step


@dataclass(frozen=True)
class OpenedModel(Model):
    """A model whose network is a :class:`Structure`."""

    structure: Structure = field(kw_only=True)

    @property
    def settings(self) -> Mapping[str, float]:
        own = {setting.name for setting in self.cell.settings}
        return {name: value for name, value in self._told.items() if name in own}

    @property
    def variants(self) -> Mapping[str, float]:
        own = {variant.name for variant in self.cell.variants}
        return {name: value for name, value in self._told.items() if name in own}

    @property
    def _told(self) -> Mapping[str, float]:
        return self.structure.layers[0].settings

    def build(self, settings: Mapping[str, float] | None = None) -> Network:
        return Chain(_apply(self.structure, settings or {}))

    def build_fresh(
        self,
        seed: int,
        settings: Mapping[str, float] | None = None,
        initialization: Initialization | None = None,
        hidden: int | None = None,
    ) -> Network:
        if hidden not in {None, self.shape.hidden}:  # a plain network of that width
            return super().build_fresh(seed, settings, initialization, hidden)
        return Chain(_apply(redraw(self.structure, seed, initialization), settings or {}))


class OpenedTask(TokenTask):
    """What is read of a person's own file: its tokens, its labels."""

    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    order = -1  # the page opens on it
    tokens: ClassVar[Tokens]

    def tokenize(self, text: str) -> list[str]:
        return self.tokens.split(text)

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        return list(self.tokens.vocabulary[:size])

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        return self.tokens.encode(text, vocabulary)

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        raise FileNotFoundError("a network that was opened brings no data")


def open_model(path: Path, given: Answers | None = None) -> tuple[OpenedFile | None, Model]:
    """Read a file and make what the dashboard serves of it. Raises :class:`InvalidInput`.

    A model file of GateScope's own is read by its task, as the shipped ones are; then nothing of it
    had to be understood.
    """
    with contextlib.suppress(UnreadableModel):
        return None, replace(load_model(path), id=name_model(path))
    opened = open_file(path, given)
    return opened, make_model(opened, path)


def make_model(opened: OpenedFile, path: Path) -> OpenedModel:
    """Make what the dashboard serves. Raises :class:`InvalidInput` for what it cannot show yet."""
    understood = opened.understanding
    if not understood.run or understood.outputs is None:
        parts = "; ".join(understood.not_run) or "no readout"
        raise InvalidInput("not_shown_states", "file", parts=parts[:300])
    if understood.input == "numbers":
        raise InvalidInput("not_shown_numbers", "file", count=understood.rows)
    one = understood.outputs == 1
    shown = {"sigmoid"} if one else {"softmax", "log_softmax"}
    if understood.output not in shown or understood.outputs > CLASSES:
        raise InvalidInput("not_shown_outputs", "file", count=understood.outputs)
    cells = sorted({layer.cell for layer in understood.layers})
    unlike = len({_freeze(layer.settings) for layer in understood.layers}) > 1
    if len(cells) > 1 or unlike:
        raise InvalidInput("not_shown_cells", "file", cells=", ".join(cells))
    structure = opened.structure
    if one:
        structure = replace(structure, readout=(*structure.readout, AgainstZero()))
    tokens = find_tokens(
        opened.answers, understood.rows, skips_zero=opened.skips_zero, folder=path.parent
    )
    chain = Chain(structure)
    stem = name_model(path)
    return OpenedModel(
        id=stem,
        path=path,
        task=_make_task(opened, tokens, chain.shape.classes, path.stem),
        task_id=stem,
        cell=find_cells()[cells[0]],
        cell_id=cells[0],
        shape=chain.shape,
        weights=chain.weights,
        vocabulary=tokens.vocabulary,
        facts={},
        structure=structure,
    )


def name_model(path: Path) -> str:
    """Give an opened file's id: ``own-`` and its stem, ``-`` for what is no letter or digit."""
    return "own-" + (re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "network")


def label_classes(answers: Answers, classes: int, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """Name the classes: as answered, by the tokens where there is one for each, or by number.

    Raises :class:`InvalidInput` where there are not as many, or one twice.
    """
    labels = answers.labels
    if labels is None and classes == len(vocabulary):
        labels = list(vocabulary)
    if labels is None:
        return tuple(str(k) for k in range(classes))
    if len(labels) != classes:
        raise InvalidInput("labels_count", "labels", given=len(labels), count=classes)
    if len(set(labels)) != classes:
        twice = next(label for label in labels if labels.count(label) > 1)
        raise InvalidInput("labels_twice", "labels", name=twice[:80])
    return tuple(labels)


def redraw(
    structure: Structure, seed: int, initialization: Initialization | None = None
) -> Structure:
    """Draw a structure's weights anew as PyTorch does; a seed gives the same."""
    generator = torch.Generator().manual_seed(seed)

    def draw(size: Sequence[int], fan: int) -> Tensor:
        return (torch.rand(size, generator=generator) * 2 - 1) / math.sqrt(max(fan, 1))

    layers: list[RecurrentLayer] = []
    for k, layer in enumerate(structure.layers):
        weights = {
            f"recurrent.{name}{suffix_name(k, reverse)}": draw(value.shape, layer.hidden)
            for reverse, own in layer.directions.items()
            for name, value in own.items()
        }
        if initialization is not None:
            initialize_recurrent(layer.cell, layer.hidden, weights, initialization, generator)
        directions = {
            reverse: {
                name: weights[f"recurrent.{name}{suffix_name(k, reverse)}"].double() for name in own
            }
            for reverse, own in layer.directions.items()
        }
        layers.append(replace(layer, directions=directions))

    def draw_module(module: nn.Module) -> nn.Module:
        fresh = copy.deepcopy(module)
        with torch.no_grad():
            if isinstance(fresh, nn.Linear):
                for value in fresh.parameters():
                    value.copy_(draw(value.shape, fresh.in_features))
            elif isinstance(fresh, nn.LayerNorm):
                fresh.reset_parameters()
            elif isinstance(fresh, Affine):
                fresh.scale.fill_(1.0)
                fresh.shift.zero_()
        return fresh

    embedding = structure.embedding
    if embedding is not None:
        embedding = torch.randn(embedding.shape, generator=generator)
    return replace(
        structure,
        embedding=embedding,
        layers=layers,
        before=[[draw_module(module) for module in modules] for modules in structure.before],
        above=[draw_module(module) for module in structure.above],
        readout=[draw_module(module) for module in structure.readout],
    )


def _apply(structure: Structure, settings: Mapping[str, float]) -> Structure:
    layers = [replace(layer, settings={**layer.settings, **settings}) for layer in structure.layers]
    return replace(structure, layers=layers)


def _make_task(opened: OpenedFile, tokens: Tokens, count: int, stem: str) -> OpenedTask:
    understood = opened.understanding
    classes_ = label_classes(opened.answers, count, tokens.vocabulary)
    layers = ", ".join(describe_layer(layer) for layer in opened.structure.layers)
    example = tokens.make_example()
    own = tokens

    class Opened(OpenedTask):
        title = Text(stem, stem)
        about = Text(
            f"Your own network, from {understood.file} ({understood.format}): {layers}.",
            f"A sua própria rede, de {understood.file} ({understood.format}): {layers}.",
        )
        topology: ClassVar[Topology] = (
            "many-to-many" if understood.place == "every" else "many-to-one"
        )
        language = "en, pt"
        classes = classes_
        labels: ClassVar[Mapping[str, Text]] = {name: Text(name, name) for name in classes_}
        examples = tuple(
            Example(
                f"first-{language}",
                Text("known tokens", "tokens conhecidos"),
                language,
                example,
                Text(
                    "Type a text of the kind that your network was trained on.",
                    "Digite um texto do tipo com que a sua rede foi treinada.",
                ),
            )
            for language in ("en", "pt")
        )
        tokens = own

    return Opened()


def _freeze(settings: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(settings.items()))
