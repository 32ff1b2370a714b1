"""Finds and reads files: the data sets that ``--data`` names, and the package's own word lists."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def read_data(name: str) -> Any:
    """Read a JSON file of app/text/data/."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def find_files(folder: Path | None, names: Sequence[str], contents: str) -> list[Path]:
    """Find a task's files. Raises ``FileNotFoundError`` with the first that is missing."""
    paths = [(folder or Path()) / name for name in names]
    for path in paths:
        if folder is None or not path.is_file():
            raise FileNotFoundError(f"{path} is missing: --data must name a folder with {contents}")
    return paths


def digest_files(paths: Iterable[Path]) -> str:
    """Give the SHA-256 of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
