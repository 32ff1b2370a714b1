from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.text.files import digest_files, find_files


def test_a_digest_is_that_of_all_files_and_a_missing_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    with pytest.raises(FileNotFoundError, match=r"b is missing: --data must name .* lines"):
        find_files(tmp_path, ["a", "b"], "lines")
    with pytest.raises(FileNotFoundError, match="--data"):
        find_files(None, ["a"], "lines")
    (tmp_path / "b").write_text("2")
    both = digest_files(find_files(tmp_path, ["a", "b"], "lines"))
    assert len(both) == 64
    assert both != digest_files([tmp_path / "a"])
