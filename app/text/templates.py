"""Fills templates: sentences with ``{slots}``, each given or drawn from a list of that name."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

_AN = re.compile(
    r"\ba(?= (?:(?!one\b|once|uni[qvft]|use|usual|euro)[aeiou]|hour|hone|hono|heir|8|18))"
)


class Slots(dict[str, str]):
    """What a template's slots stand for; one that is not given is drawn, and filled in its turn."""

    def __init__(
        self,
        source: random.Random,
        lists: Mapping[str, Sequence[str]],
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(given or {})
        self.source = source
        self.lists = lists

    def __missing__(self, name: str) -> str:
        return self.source.choice(self.lists[name]).format_map(self)

    def fill(self, template: str) -> str:
        """Give the sentence: one space between words, none before a mark."""
        text = " ".join(template.format_map(self).split())
        return re.sub(r" (?=[,.!?;:](?:\s|$))", "", text)


def write_articles(text: str) -> str:
    """Put "an" for an English "a" before a vowel's sound."""
    return _AN.sub("an", text)
