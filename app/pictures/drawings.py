"""Drawings of the project's own: lines that a pen follows, drawn as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..contracts import Array

DATA = Path(__file__).parent / "data"
PEN = 2.4  # pixels

Line = Sequence[Sequence[float]]  # points [x, y]


def draw_lines(lines: Sequence[Line], side: int, pen: float = PEN) -> Array:
    """Draw ``lines`` with a round ``pen`` on ``[side, side]`` pixels: 0 the paper, 1 the ink.

    Coordinates are in pixels, x to the right and y downwards from the corner. A pixel is as dark
    as the pen covers of it, along the way to its centre.
    """
    y, x = np.mgrid[:side, :side] + 0.5
    nearest = np.full((side, side), np.inf)
    for line in lines:
        points = np.asarray(line, dtype=np.float64)
        ends = zip(points, points[1:] if len(points) > 1 else points, strict=False)
        for (ax, ay), (bx, by) in ends:
            along = (x - ax) * (bx - ax) + (y - ay) * (by - ay)
            share = np.clip(along / max((bx - ax) ** 2 + (by - ay) ** 2, 1e-12), 0, 1)
            distance = np.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))
            nearest = np.minimum(nearest, distance)
    return np.clip(pen / 2 + 0.5 - nearest, 0, 1)


def read_drawing(name: str, side: int) -> Array:
    """Draw the lines of that name in ``data/drawings.json``: ``[side, side]``."""
    drawings = json.loads((DATA / "drawings.json").read_text(encoding="utf-8"))
    return draw_lines(drawings[name], side)
