from __future__ import annotations

import pytest
from gatescope.text.books import drop_front_matter, join_paragraphs

from tests.made_up import BOOK, UNWRAPPED


def test_title_and_index_are_left_out_and_paragraphs_joined() -> None:
    assert join_paragraphs(drop_front_matter(BOOK.splitlines())) == UNWRAPPED


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["T"], []),
        (["T", "", "a"], ["", "a"]),
        (["T", "ÍNDICE"], []),
        (["T", "ÍNDICE", "A", "B"], ["A", "B"]),  # it never comes again: no index after all
        (["T", "ÍNDICE", "A", "B", "A", "x"], ["A", "x"]),
        (["T", "ÍNDICE", "A", "A", "ÍNDICE", "I", "II", "I", "x"], ["A", "I", "x"]),
    ],
)
def test_an_index_lasts_until_its_first_entry_comes_again(
    lines: list[str], kept: list[str]
) -> None:
    assert drop_front_matter(lines) == kept


def test_nothing_unwraps_to_nothing() -> None:
    assert join_paragraphs([]) == "\n"
