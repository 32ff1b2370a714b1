from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from gatescope.pictures.idx import read_idx

VALUES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
CONTENT = struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 3, 4) + VALUES.tobytes()


@pytest.mark.parametrize("raw", [CONTENT, gzip.compress(CONTENT)])
def test_an_array_is_read_gzipped_or_not(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "f").write_bytes(raw)
    values, content = read_idx(tmp_path / "f")
    assert np.array_equal(values, VALUES)
    assert content == raw


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not an IDX file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x00", "not an IDX file"),  # floats
        (CONTENT[:-1], "as many values"),
        (CONTENT + b"\x00", "as many values"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "f").write_bytes(raw)
    with pytest.raises(ValueError, match=said):
        read_idx(tmp_path / "f")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.gz is missing"):
        read_idx(tmp_path / "nothing.gz")
