"""Formats that other frameworks keep networks in, one file each, found by listing the folder.

A module here exports ``FORMAT``, an instance of :class:`Format`. It tells its format by the first
bytes, and turns a file into tensors with their names, or into the parts of a network where the file
says what they are. No format runs anything that a file holds, and each bounds the memory that a
file can claim before it is claimed.
"""

from __future__ import annotations

import io
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, TypeAlias

from torch import Tensor, nn

from ..contracts import InvalidInput
from ..nn.chain import Place, RecurrentLayer

HEAD = 4096  # bytes by which a format is told
MAX_BYTES = 2**30  # of a file, and of what is packed in it
MAX_WEIGHTS = 2**27  # numbers in one file
MAX_DIRECTORY = 2**20  # bytes of a zip's directory: some ten thousand entries
ZIP_TAIL = 2**17  # bytes at the end of a zip in which the records about its directory lie


@dataclass(frozen=True)
class EmbeddingPart:
    """A table of vectors, ``weight [V, X]``; with ``skips_zero`` row 0 is padding, never read."""

    name: str
    weight: Tensor
    skips_zero: bool = False


@dataclass(frozen=True)
class RecurrentPart:
    """One or more layers of cells under one name; ``cell`` is the cell's id.

    ``guessed`` are settings that the file does not tell.
    """

    name: str
    cell: str
    layers: tuple[RecurrentLayer, ...]
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModulePart:
    """A layer that works step by step, ``[..., T, F]``; None is a width that fits any.

    ``what`` describes it as its framework names it.
    """

    name: str
    module: nn.Module
    what: str
    inputs: int | None = None
    outputs: int | None = None


@dataclass(frozen=True)
class PlacePart:
    """Where what follows reads: from here on there is one vector a text, or one a step."""

    name: str
    place: Place


@dataclass(frozen=True)
class UnknownPart:
    """Something that GateScope does not run; ``what`` names it as its framework does."""

    name: str
    what: str


Part: TypeAlias = EmbeddingPart | RecurrentPart | ModulePart | PlacePart | UnknownPart


@dataclass(frozen=True)
class Contents:
    """What a file holds: ``tensors`` by name, or ``parts`` in the order in which they are run.

    ``answers`` are what the file itself tells of how it is used, in the fields of
    ``importing.answers.Answers``. ``reference``, where the file can be run by its own framework's
    evaluator, gives the framework's outputs for a batch of one.
    """

    framework: str
    tensors: Mapping[str, Tensor] = field(default_factory=dict)
    parts: tuple[Part, ...] | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    reference: Reference | None = None


class Reference(ABC):
    """A file's network as its own framework runs it."""

    @abstractmethod
    def run(self, inputs: Tensor) -> list[Tensor]:
        """Give every output for ids ``[T]`` or numbers ``[T, X]``, time on either axis.

        It is empty where the network cannot be run.
        """

    @abstractmethod
    def steps(self) -> int:
        """Give the number of steps T that it can be asked with."""


class Format(ABC):
    """One way in which networks are kept in files."""

    title: ClassVar[str]
    extra: ClassVar[Literal["keras", "onnx"] | None] = None  # of the package, where it needs one

    @abstractmethod
    def recognizes(self, head: bytes, file: BinaryIO) -> bool:
        """Say whether a file is of this format, by its first :data:`HEAD` bytes and what it packs.

        ``file`` may be moved.
        """

    @abstractmethod
    def read(self, file: BinaryIO, folder: Path | None = None) -> Contents:
        """Read a file from its beginning. Raises :class:`InvalidInput` where it cannot be.

        ``folder`` is where it lies, for a format that keeps a part of it in a file beside it.
        """


def refuse_damaged(name: str, error: object) -> InvalidInput:
    """Make the error of a file that its format's own reader cannot read, in its words."""
    reason = " ".join(str(error).split())[:200].rstrip(".") or type(error).__name__
    return InvalidInput("file_damaged", "file", format=name, reason=reason)


def open_zip(file: BinaryIO) -> zipfile.ZipFile | None:
    """Open a zip whose directory is not too long to be listed; None for what is no zip.

    The directory's length is in the record at the end; a long one takes seconds to list.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - ZIP_TAIL))
    tail = file.read()
    end, large = tail.rfind(b"PK\x05\x06"), tail.rfind(b"PK\x06\x06")
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    if length == 2**32 - 1 and large >= 0:
        length = int.from_bytes(tail[large + 40 : large + 48], "little")
    file.seek(0)
    if end < 0 or length > MAX_DIRECTORY:
        return None
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None


def check_count(count: int) -> None:
    """Refuse more numbers than are held in memory. Raises :class:`InvalidInput`."""
    if count > MAX_WEIGHTS:
        raise InvalidInput("file_too_many_weights", "file", count=count, limit=MAX_WEIGHTS)
