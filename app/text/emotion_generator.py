"""Generates short sentences with a known emotion, in Portuguese and in English, for training alone.

From data/emotion.en.json and data/emotion.pt.json: ``fixed`` sentences of each emotion, in which
``{x}`` is one of the ``topics``, and templates in which ``{P}`` is a state of the emotion
(``states``): ``plain``, or set against a state ``{N}`` of another emotion (``contrast``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from .files import read_data

LANGUAGES = ("en", "pt")

_DATA: Mapping[str, Any] = {
    language: read_data(f"emotion.{language}.json") for language in LANGUAGES
}


def list_states(language: str) -> Mapping[str, list[str]]:
    """Give the states of each emotion ("happy", "com medo")."""
    states: Mapping[str, list[str]] = _DATA[language]["states"]
    return states


def generate_emotions(count: int, seed: int, language: str) -> Iterator[tuple[str, str]]:
    """Give ``count`` sentences in "pt" or "en" and the name of the emotion of each."""
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    data = _DATA[language]
    names = list(data["fixed"])
    for k in range(count):
        name = names[k % len(names)]
        text = _fill_template(source, data, name)
        if source.random() < 0.4:
            separator = source.choice((", ", ". ", "! "))
            text = separator.join((text, _fill_template(source, data, name)))
        yield text + source.choice(("", ".", "!")), name


def _fill_template(source: random.Random, data: Mapping[str, Any], name: str) -> str:
    states = data["states"]
    if name in states and source.random() < 0.5:
        opposite = source.choice([other for other in states if other != name])
        own, left = source.choice(states[name]), source.choice(states[opposite])
        template = source.choice(data["plain" if source.random() < 0.5 else "contrast"])
        text: str = template.format(P=own, N=left, x=source.choice(data["topics"]))
    else:
        text = source.choice(data["fixed"][name]).format(x=source.choice(data["topics"]))
    return text
