from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.files import replace_file


def test_a_file_is_replaced_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    other = tmp_path / "a.csv"
    replace_file(path, b"first")
    replace_file(other, b"other")
    replace_file(path, b"second")
    assert (path.read_bytes(), other.read_bytes()) == (b"second", b"other")
    assert {one.name for one in tmp_path.iterdir()} == {"a.json", "a.csv"}


def test_what_cannot_be_written_leaves_nothing_half(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    with pytest.raises(OSError, match="folder"):
        replace_file(tmp_path / "folder", b"content")
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "none" / "a.json", b"content")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"before")
    (tmp_path / "a.json.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"after")
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]
