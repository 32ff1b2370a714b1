"""Stretches of the series that no network was trained on, for the examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..contracts import Array

DATA = Path(__file__).parent / "data"


def read_stretch(name: str, start: int, length: int) -> Array:
    """Give ``length`` rows of a file of ``data/`` from row ``start`` on: ``[length, F]``.

    A file is comma-separated, its first line says where it is from, its second names the columns.
    """
    lines = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()[2:]
    rows = [[float(cell) if cell else np.nan for cell in line.split(",")] for line in lines]
    return np.array(rows[start : start + length])
