"""What is known of a file, as JSON beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.contracts import InvalidInput
from gatescope.importing.answers import (
    MAX_ANSWERS,
    Answers,
    Padding,
    name_answers,
    read_answers,
    save_answers,
)


def test_answers_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = name_answers(tmp_path / "m.pt")
    assert path.name == "m.pt.json"
    assert read_answers(path) == Answers()
    answers = Answers(vocabulary=["<pad>", "é"], place="mean", padding=Padding(length=9))
    save_answers(path, answers)
    assert read_answers(path) == answers
    assert "é" in path.read_text(encoding="utf-8")
    assert "labels" not in path.read_text(encoding="utf-8")


def test_what_is_said_goes_before_what_is_known() -> None:
    both = Answers(place="max").with_defaults({"place": "mean", "lower": True})
    assert both == Answers(place="max", lower=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"place": "middle"}',
        b'{"extra": 1}',
        b'{"padding": {"length": 1000000000}}',
        b'{"padding": {"length": 9, "id": -1}}',
        b'{"scaling": {"mean": [NaN], "scale": [1]}}',
        b"[" * 100_000,
        b" " * (MAX_ANSWERS + 1),
    ],
)
def test_what_is_no_answers_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.pt.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput) as raised:
        read_answers(path)
    assert raised.value.code == "answers_damaged"
    assert raised.value.values["name"] == "m.pt.json"
