"""Finds the plug-ins: one file each, the file's name is the id, ``_`` written ``-``.

A module's name has no hyphen: import-linter, mypy and ruff refuse one. An id has no underscore.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TypeVar, cast

from .contracts import Cell, InputKind, InvalidInput, Task, TokenTask

T = TypeVar("T")
MODELS = Path(__file__).parent / "models"
LISTED = 300  # letters of the names that an error lists


@cache
def find_cells() -> Mapping[str, type[Cell]]:
    """Return every cell by id, in alphabetical order."""
    return {name: cast("type[Cell]", value) for name, value in discover("cells", "CELL")}


@cache
def find_tasks() -> Mapping[str, Task]:
    """Return every task by id, in alphabetical order."""
    return {name: cast("Task", value) for name, value in discover("tasks", "TASK")}


@cache
def find_token_tasks() -> Mapping[str, TokenTask]:
    """Return every task that reads tokens, by id, in alphabetical order."""
    return {name: task for name, task in find_tasks().items() if isinstance(task, TokenTask)}


@cache
def find_inputs() -> Mapping[str, InputKind]:
    """Return every kind of input by id: text first, which is what a request is taken to mean."""
    found = {name: cast("InputKind", value) for name, value in discover("inputs", "INPUT")}
    return dict(sorted(found.items(), key=lambda item: item[0] != "text"))


def find_models(folder: Path = MODELS) -> Mapping[str, Path]:
    """Return every model file of a folder by id, in alphabetical order."""
    paths = {path.stem: path for path in folder.glob("*.safetensors")}
    return dict(sorted(paths.items()))  # by id: a plain model before its stacked kin


def choose(kind: str, available: Mapping[str, T], name: str) -> T:
    """Return one plug-in by id. Raises :class:`InvalidInput` that names some of those there are."""
    if name not in available:
        known = textwrap.shorten(", ".join(available) or "-", LISTED, placeholder=" …")
        raise InvalidInput(f"unknown_{kind}", kind, name=name[:80], known=known)
    return available[name]


def discover(folder: str, export: str) -> list[tuple[str, object]]:
    """List what the modules of a folder export, with their ids, in alphabetical order."""
    package = import_module(f"{__package__}.{folder}")
    modules = [module.name for module in iter_modules(package.__path__)]
    ids = sorted((module.replace("_", "-"), module) for module in modules)
    return [
        (plugin_id, getattr(import_module(f"{package.__name__}.{module}"), export))
        for plugin_id, module in ids
    ]
