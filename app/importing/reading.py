"""A file -> what was understood of it, and the network that can be run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, cast

import torch
from torch import Tensor

from ..contracts import InvalidInput
from ..formats import (
    HEAD,
    MAX_BYTES,
    EmbeddingPart,
    Format,
    ModulePart,
    Part,
    RecurrentPart,
    UnknownPart,
)
from ..registry import discover
from .answers import Answers, name_answers, read_answers
from .assembly import assemble
from .structure import describe, find_structure
from .understanding import OpenedFile


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
    return assemble(contents, name, parts, answers, guesses)


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
