"""Plug-ins as a person would drop them in.

``tests/conftest.py`` adds the cells before any test module is imported, so that every test that
enumerates cells has them; tests/test_plug_ins.py puts the others where they belong.
"""

from __future__ import annotations

from pathlib import Path

import gatescope.cells
from gatescope.registry import find_cells

CELLS = Path(__file__).parent / "cells"


def add_cells() -> None:
    """Let the registry find the cells of this folder, as if they lay beside the shipped ones."""
    if str(CELLS) not in gatescope.cells.__path__:
        gatescope.cells.__path__.append(str(CELLS))
        find_cells.cache_clear()


def is_shipped(cell: str) -> bool:
    """Say whether a cell's id is of GateScope's own: another process knows no others."""
    return not (CELLS / f"{cell.replace('-', '_')}.py").exists()
