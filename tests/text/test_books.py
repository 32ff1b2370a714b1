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


LONG = "x" * 38 + " y"  # nine lines in ten are 40 characters long: the page is as wide
PAGE = [LONG] * 9


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        # A sentence that ends where the next word had room ends a paragraph.
        (["x" * 30 + ".", "next"], ["x" * 30 + ".", "next"]),
        (["x" * 31 + ".", "next"], ["x" * 31 + ". next"]),
        (["x" * 30 + ",", "next"], ["x" * 30 + ", next"]),
        (["x" * 29 + ".”", "next"], ["x" * 29 + ".”", "next"]),
        # A dash opens a speech, however long the line before it.
        (["x" * 39 + ".", "— Sim?"], ["x" * 39 + ".", "— Sim?"]),
        (["x" * 39 + ",", "— Sim?"], ["x" * 39 + ", — Sim?"]),
        # A heading stands by itself; three capitals may be a word.
        (["x" * 39 + ",", "CAPÍTULO I", "y"], ["x" * 39 + ",", "CAPÍTULO I", "y"]),
        (["x" * 39 + ",", "SIM y"], ["x" * 39 + ", SIM y"]),
        (["x" * 39 + ",", "SIM", "y"], ["x" * 39 + ", SIM y"]),
        (["x" * 39 + ",", "1234", "y"], ["x" * 39 + ", 1234 y"]),
        # A verse is less than six tenths of the page, and a capital follows.
        (["x" * 23, "Yes"], ["x" * 23, "Yes"]),
        (["x" * 24, "Yes"], ["x" * 24 + " Yes"]),
        (["x" * 23, "yes"], ["x" * 23 + " yes"]),
        # A word that was divided keeps its hyphen.
        (["x" * 38 + "a-", "b"], ["x" * 38 + "a-b"]),
    ],
)
def test_a_line_ends_a_paragraph(lines: list[str], paragraphs: list[str]) -> None:
    page = " ".join(PAGE) + "."
    joined = join_paragraphs([*PAGE[:-1], PAGE[-1] + ".", "", "— a.", "", *lines])
    before, _, rest = joined.removesuffix("\n").partition("\n— a.\n")
    assert before == page
    assert rest.split("\n") == paragraphs
