"""Reads the IDX format, in which MNIST is published (LeCun, Cortes and Burges 1998)."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNSIGNED_BYTES = 0x08


def read_idx(path: Path) -> tuple[NDArray[np.uint8], bytes]:
    """Read an array of bytes, gzipped or not, and give it with the file's own bytes.

    Two zero bytes, the type, the number of dimensions, each one's size (big-endian, 4 bytes), and
    the values. Raises ``FileNotFoundError``, and ``ValueError`` for a file of another format.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: --data must name the folder that holds it")
    raw = path.read_bytes()
    content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if len(content) < 4 or content[:3] != bytes([0, 0, UNSIGNED_BYTES]):
        raise ValueError(f"{path.name} is not an IDX file of unsigned bytes")
    start = 4 + 4 * content[3]
    sizes = np.frombuffer(content[4:start], dtype=">u4").astype(np.int64)
    if len(content) - start != np.prod(sizes):
        raise ValueError(f"{path.name} does not hold as many values as it says")
    return np.frombuffer(content[start:], dtype=np.uint8).reshape(sizes), raw
