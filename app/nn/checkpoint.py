"""Model file <-> network. One safetensors file is a whole model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..contracts import Cell, Task
from ..registry import find_cells, find_tasks
from .network import Shape, name_weights


class UnreadableModel(ValueError):
    """A file that is not a GateScope model; the message says what is wrong and what is expected."""


@dataclass(frozen=True)
class Model:
    """Trained weights for one task with one cell, as read from one file.

    ``facts`` holds the recipe, the data's digest and the measured figures.
    """

    id: str
    path: Path
    task: Task
    task_id: str
    cell: type[Cell]
    cell_id: str
    shape: Shape
    weights: Mapping[str, Tensor]
    vocabulary: tuple[str, ...]
    facts: Mapping[str, Any]

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Give each token's row in ``embedding.weight``."""
        return {token: row for row, token in enumerate(self.vocabulary)}


def save_model(
    path: Path,
    weights: Mapping[str, Tensor],
    *,
    task: str,
    cell: str,
    vocabulary: list[str],
    facts: Mapping[str, Any],
) -> None:
    """Write a model in one go: a reader sees the old file or the new one, never half of one."""
    metadata = {
        "task": task,
        "cell": cell,
        "vocabulary": json.dumps(vocabulary, ensure_ascii=False),
        "facts": json.dumps(facts, ensure_ascii=False),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file({k: v.detach().contiguous() for k, v in weights.items()}, part, metadata)
    part.chmod(0o644)  # safetensors writes for its owner alone
    part.replace(path)


def load_model(path: Path) -> Model:
    """Read a model file. Raises :class:`UnreadableModel` with a sentence on what is wrong."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        task_id, cell_id = metadata["task"], metadata["cell"]
        vocabulary = tuple(str(token) for token in json.loads(metadata["vocabulary"]))
        facts = json.loads(metadata["facts"])
        if not isinstance(facts, dict):
            raise TypeError("facts is not a JSON object")
        task, cell = find_tasks()[task_id], find_cells()[cell_id]
    except (SafetensorError, OSError) as error:
        raise UnreadableModel(f"{path.name} is not a safetensors file: {error}") from error
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise UnreadableModel(f"{path.name} lacks or misstates its metadata: {error}") from error
    shape = infer_shape(path.name, weights)
    expected = name_weights(cell, shape)
    found = {name: tuple(value.shape) for name, value in weights.items()}
    if found != expected:
        wrong = sorted(k for k in found.keys() | expected if found.get(k) != expected.get(k))
        raise UnreadableModel(
            f"{path.name}: {wrong[0]} is {found.get(wrong[0])}, expected {expected.get(wrong[0])}"
        )
    if len(vocabulary) != shape.vocabulary or len(task.classes) != shape.classes:
        raise UnreadableModel(
            f"{path.name}: {len(vocabulary)} words and {len(task.classes)} classes, but the "
            f"tensors are for {shape.vocabulary} and {shape.classes}"
        )
    wide = {name: value.to(torch.float64) for name, value in weights.items()}
    return Model(path.stem, path, task, task_id, cell, cell_id, shape, wide, vocabulary, facts)


def infer_shape(name: str, weights: Mapping[str, Tensor]) -> Shape:
    """Read the sizes off the tensors. Raises :class:`UnreadableModel` where one is missing."""
    try:
        vocabulary, inputs = weights["embedding.weight"].shape
        classes = weights["readout.bias"].shape[0]
        both = "recurrent.weight_ih_l0_reverse" in weights
        hidden = weights["readout.weight"].shape[1] // (1 + both)
    except (KeyError, ValueError, IndexError) as error:
        raise UnreadableModel(f"{name} lacks the tensor {error}") from error
    layers = sum(
        key.startswith("recurrent.weight_ih_l") and "_reverse" not in key for key in weights
    )
    return Shape(vocabulary, inputs, hidden, classes, layers, both)
