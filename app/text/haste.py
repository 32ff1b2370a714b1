"""Writes a sentence as it is typed in haste: without accents, abbreviated, with a slip in a word.

What decides a sentence's meaning stays readable: no slip falls into a negation or into the
first three letters of a word (un-, dis-, in-), and "he'll" keeps its apostrophe.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from .files import read_data

_DATA: Mapping[str, Any] = {
    language: read_data(f"haste.{language}.json") for language in ("en", "pt")
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LONG = 6  # letters a word has at least where one of them is slipped


def type_in_haste(text: str, source: random.Random, language: str) -> str:
    """Give a lower-case sentence with one to three marks of haste; the same where none fits."""
    ways = [_abbreviate, _abbreviate, _slip, _stretch]
    ways += [_drop_accents, _drop_accents] if language == "pt" else [_drop_apostrophes] * 2
    for way in source.sample(ways, source.choice((1, 1, 1, 2, 3))):
        text = way(text, source, language)
    return text


def _abbreviate(text: str, source: random.Random, language: str) -> str:
    short: Mapping[str, list[str]] = _DATA[language]["abbreviations"]

    def shorten(word: re.Match[str]) -> str:
        forms = short.get(word[0])
        return source.choice(forms) if forms and source.random() < 0.7 else word[0]

    return _WORD.sub(shorten, text)


def _drop_apostrophes(text: str, source: random.Random, language: str) -> str:
    return re.sub(r"(?<=n)'(?=t\b)|(?<=\b[iI])'(?=m\b|ve\b)|(?<=t)'(?=s\b)", "", text)


def _drop_accents(text: str, source: random.Random, language: str) -> str:
    return "".join(
        letter
        for letter in unicodedata.normalize("NFD", text)
        if letter not in "\u0301\u0302\u0303\u0300\u0327"
    )


def _slip(text: str, source: random.Random, language: str) -> str:
    def slip(word: str) -> str:
        k = source.randrange(3, len(word) - 1)
        return source.choice(
            (
                word[:k] + word[k + 1 :],
                word[:k] + word[k] + word[k:],
                word[:k] + word[k + 1] + word[k] + word[k + 2 :],
            )
        )

    return _change_one(text, source, language, _LONG, slip)


def _stretch(text: str, source: random.Random, language: str) -> str:
    def stretch(word: str) -> str:
        vowels = [
            k
            for k, letter in enumerate(word)
            if letter in "aeiouáéíóúãâêô" and letter not in (word[k - 1 : k], word[k + 1 : k + 2])
        ]
        k = source.choice(vowels[-2:] or [len(word) - 1])
        return word[: k + 1] + word[k] * source.randint(2, 4) + word[k + 1 :]

    return _change_one(text, source, language, 3, stretch)


def _change_one(
    text: str, source: random.Random, language: str, shortest: int, change: Callable[[str], str]
) -> str:
    kept = _DATA[language]["kept"]
    words = [
        word
        for word in _WORD.finditer(text)
        if len(word[0]) >= shortest and "'" not in word[0] and word[0] not in kept
    ]
    if not words:
        return text
    word = source.choice(words)
    return text[: word.start()] + change(word[0]) + text[word.end() :]
