"""safetensors: a header of names, types and sizes as JSON, then the numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from safetensors import SafetensorError
from safetensors.torch import load

from ..contracts import InvalidInput
from ..registry import find_tasks
from . import Contents, Format, check_count, refuse_damaged

MAX_HEADER = 2**24  # bytes


class Safetensors(Format):
    """One file of tensors by name; GateScope's own models are such files too."""

    title = "safetensors"

    def recognizes(self, head: bytes, file: BinaryIO) -> bool:
        return len(head) > 8 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 2**40

    def read(self, file: BinaryIO, folder: Path | None = None) -> Contents:
        length = int.from_bytes(file.read(8), "little")
        if length > MAX_HEADER:
            raise refuse_damaged(self.title, f"its header has {length} bytes")
        try:
            header = json.loads(file.read(length))
            rows = {name: row for name, row in header.items() if name != "__metadata__"}
            metadata = dict(header.get("__metadata__") or {})
            check_count(sum(math.prod(row["shape"]) for row in rows.values()))
        except InvalidInput:
            raise
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
            raise refuse_damaged(self.title, "its header is not what safetensors writes") from error
        file.seek(0)
        try:
            tensors = load(file.read())
        except (SafetensorError, ValueError, KeyError, RuntimeError) as error:
            raise refuse_damaged(self.title, error) from error
        task = find_tasks().get(str(metadata.get("task")))
        if task is None:
            return Contents(self.title, tensors=tensors)
        # GateScope's own: how unknown words are spelled is no part of the chain of layers.
        tensors.pop("ngram_embedding.weight", None)
        answers: dict[str, Any] = {
            **_read_vocabulary(metadata),
            "labels": list(task.classes),
            "output": "softmax",
            "place": "every" if task.topology == "many-to-many" else "last",
        }
        return Contents(f"GateScope, {metadata['task']}", tensors=tensors, answers=answers)


def _read_vocabulary(metadata: Mapping[str, object]) -> dict[str, list[str]]:
    text = metadata.get("vocabulary")
    try:
        words = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    held = isinstance(words, list) and all(isinstance(word, str) for word in words)
    return {"vocabulary": words} if words and held else {}


FORMAT = Safetensors()
