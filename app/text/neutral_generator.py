"""Generates plain statements without an opinion or a feeling, in Portuguese and in English.

From the templates and words of data/neutral.en.json and data/neutral.pt.json. A network of two
classes that reads them with either label as often learns to be unsure of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from .files import read_data
from .templates import Slots, write_articles

_DATA: Mapping[str, Any] = {
    language: read_data(f"neutral.{language}.json") for language in ("en", "pt")
}


def generate_neutral(count: int, seed: int, language: str) -> Iterator[str]:
    """Give ``count`` statements in "pt" or "en", in lower case, without a full stop."""
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    lists = _DATA[language]
    for _ in range(count):
        text = Slots(source, lists).fill(source.choice(lists["statements"]))
        yield write_articles(text) if language == "en" else text
