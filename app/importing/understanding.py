"""What a file was understood to be, and the network that is run of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from ..contracts import InvalidInput
from ..nn.chain import Chain, Output, Place, Structure
from .answers import Answers


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
