"""Reads a QR code as a camera does: off the drawing, by another library than drew it."""

from __future__ import annotations

import re

import numpy as np
import zxingcpp

SCALE = 6  # pixels a module
BLOCKS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}  # upper and lower half lit


def read_svg(page: str) -> str:
    """Read the code that stands in a page as an inline drawing of horizontal strokes."""
    found = re.search(r'viewBox="0 0 (\d+) \d+".*?class="qrline" stroke="#000" d="([^"]+)"', page)
    assert found, "no code is drawn"
    light = np.ones((int(found[1]), int(found[1])), dtype=bool)
    x = y = 0.0
    for kind, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", found[2]):
        if kind == "h":
            light[int(y), int(x) : int(x + float(first))] = False
            x += float(first)
        else:
            x, y = (0.0, 0.0) if kind == "M" else (x, y)
            x, y = x + float(first), y + float(second)
    return read_modules(light)


def read_blocks(printed: str) -> str:
    """Read the code that was printed on a terminal in white half blocks on black."""
    rows = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in printed.splitlines()]
    rows = [row for row in rows if row and set(row) <= set(BLOCKS)]
    halves = [[[BLOCKS[sign][k] for sign in row] for row in rows] for k in (0, 1)]
    light = np.array([half for pair in zip(*halves, strict=True) for half in pair], dtype=bool)
    return read_modules(light)


def read_modules(light: np.ndarray) -> str:
    """Read a code from its modules, ``[rows, columns]``."""
    picture = np.kron(light, np.ones((SCALE, SCALE))).astype(np.uint8) * 255
    (found,) = zxingcpp.read_barcodes(np.pad(picture, 4 * SCALE, constant_values=255))
    text: str = found.text
    return text
