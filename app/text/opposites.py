"""Words and their opposites, from data/opposites.en.json and data/opposites.pt.json.

A file holds pairs, ``"good bad"``: ``words`` as they are written, Portuguese ``adjectives`` in the
masculine singular, from which the forms that agree are made. Each word of a pair is the opposite of
the other; of a word in several pairs, the one of the first. A form of both genders ("ruim") has one
of both genders where there is one, since it may stand by either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from .agreement import agree
from .files import read_data


class _Pair(NamedTuple):
    word: str
    opposite: str
    uniform: bool  # whether both are alike in both genders


def read_opposites(*languages: Literal["en", "pt"]) -> Mapping[str, str]:
    """Give the opposite of each word of some languages, all in small letters."""
    pairs = [pair for language in languages for pair in _list_pairs(language)]
    opposites: dict[str, str] = {}
    for pair in sorted(pairs, key=lambda pair: not pair.uniform):  # stable: else in their order
        opposites.setdefault(pair.word, pair.opposite)
        opposites.setdefault(pair.opposite, pair.word)
    return opposites


def _list_pairs(language: str) -> Iterator[_Pair]:
    data = read_data(f"opposites.{language}.json")
    for pair in data["words"]:
        word, opposite = pair.split()
        yield _Pair(word, opposite, uniform=True)
    for pair in data.get("adjectives", ()):
        for plural in (False, True):
            forms = [
                [agree(adjective, feminine, plural) for adjective in pair.split()]
                for feminine in (False, True)
            ]
            for word, opposite in forms:
                yield _Pair(word, opposite, uniform=forms[0] == forms[1])
