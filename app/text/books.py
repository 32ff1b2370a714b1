"""The books of Machado de Assis: novels and stories, hard-wrapped as they came out of a PDF."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

FOLDERS = ("conto", "romance")
# What occurs 30 times or more in the books, and what a person would miss.
ALPHABET = (
    "\n !\"'()*,-./:;?_—0123456789"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÇÉÊÍÓÔÕÚabcdefghijklmnopqrstuvwxyzàáâãçéêíóôõúüªº"
)
INDEX = "ÍNDICE"

_ENDS = re.compile(r"[.!?:…][”\"')]*$")


def read_books(folder: Path | None) -> tuple[list[str], list[bytes]]:
    """Give every book's text in whole paragraphs, and the bytes of the files.

    Raises ``FileNotFoundError`` with what is missing.
    """
    paths = [path for name in FOLDERS for path in sorted(((folder or Path()) / name).glob("*.txt"))]
    if folder is None or not paths:
        raise FileNotFoundError(
            f"{folder or Path()} holds no books: --data must name a folder with text files in "
            f"{' and '.join(FOLDERS)}"
        )
    raw = [path.read_bytes() for path in paths]
    lines = [part.decode("utf-8").splitlines() for part in raw]
    return [join_paragraphs(drop_front_matter(part)) for part in lines], raw


def drop_front_matter(lines: Sequence[str]) -> list[str]:
    """Leave out the title and every index: one lasts until its first entry comes again."""
    entries = [_fold(line) for line in lines]
    body: list[str] = []
    place = 1
    while place < len(lines):
        if lines[place].strip() != INDEX:
            body.append(lines[place].strip())
            place += 1
            continue
        place += 1
        with contextlib.suppress(ValueError, IndexError):  # an index of nothing
            place = entries.index(entries[place], place + 1)
    return body


def join_paragraphs(lines: Sequence[str]) -> str:
    """Join the lines of each paragraph; one paragraph, heading or verse a line.

    A paragraph ends where a sentence does on a line that had room for the next word, before a
    dash that opens a speech, and around a heading in capitals. A line that is a good deal too short
    ends one whatever its mark: it is a verse.
    """
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[int(0.9 * len(lengths))] if lengths else 0
    return "\n".join(_join(lines, width)) + "\n"


def _join(lines: Sequence[str], width: int) -> Iterator[str]:
    paragraph = ""
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        if not line:
            continue
        # A word that was divided at the end of a line keeps its hyphen: it may be dir-se-ia.
        paragraph += ("" if not paragraph or paragraph.endswith("-") else " ") + line
        first = after.partition(" ")[0]
        ended = _ENDS.search(line) is not None
        room = len(line) + 1 + len(first) < width - 3
        if (
            not after
            or _is_heading(line)
            or _is_heading(after)
            or (ended and (room or first == "—"))
            or (len(line) < 0.6 * width and after[:1].isupper())
        ):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


def _is_heading(line: str) -> bool:
    return len(line) > 3 and line == line.upper() and any(map(str.isalpha, line))


def _fold(line: str) -> str:
    return unicodedata.normalize("NFKC", line.strip()).casefold()  # 1ª is 1a
