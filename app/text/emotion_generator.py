"""Generates short sentences with a known emotion, in Portuguese and in English, for training alone.

From data/emotion.en.json and data/emotion.pt.json. ``states`` are words for an emotion ("happy",
"com medo"). ``fixed`` sentences of each emotion need none of them: most are situations (a death, a
prize, steps in the dark). In ``plain`` templates ``{P}`` is a state; in ``contrast`` ones it is set
against a state ``{N}`` of another emotion, and counts alone. Any other slot is drawn from the list
of its name; in Portuguese ``{o}`` is the ending of who speaks, and the states agree with it.

A feeling that is only denied is given a class where it is clear (``negated``): no joy is sadness;
no sadness or no fear *any more* is joy; no surprise, no anger while asking, and neither joy nor
sadness are neutral. Neutral sentences are plain statements of app/text/neutral_generator.py.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from .agreement import agree
from .files import read_data
from .haste import type_in_haste
from .neutral_generator import generate_neutral
from .sentiment_generator import EMOJI, HASTE
from .templates import Slots, write_articles

LANGUAGES = ("en", "pt")

_DATA: Mapping[str, Any] = {
    language: read_data(f"emotion.{language}.json") for language in LANGUAGES
}


def list_states(language: str) -> Mapping[str, list[str]]:
    """Give the states of each emotion ("happy", "com medo"); in Portuguese of both genders."""
    both = [_list_states(language, feminine) for feminine in (False, True)]
    return {name: list(dict.fromkeys(both[0][name] + both[1][name])) for name in both[0]}


@cache
def _list_states(language: str, feminine: bool) -> Mapping[str, list[str]]:
    states: Mapping[str, list[str]] = _DATA[language]["states"]
    if language == "pt":
        return {
            name: [_agree_phrase(state, feminine) for state in own] for name, own in states.items()
        }
    return states


def _agree_phrase(state: str, feminine: bool) -> str:
    """Give a state's form: the adjective of a phrase is the word before "de" or after "muito"."""
    if state.startswith(("com ", "de ", "na ", "nas ", "em ", "sem ", "fora ", "morrendo ")):
        return state
    return " ".join(
        word
        if word in ("de", "raiva", "medo", "verdade", "muito", "tremendo")
        else agree(word, feminine, False)
        for word in state.split()
    )


def generate_emotions(count: int, seed: int, language: str) -> Iterator[tuple[str, str]]:
    """Give ``count`` sentences in "pt" or "en" and the name of the emotion of each."""
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    names = list(_DATA[language]["fixed"])
    statements = generate_neutral(4 * count, seed, language)
    for k in range(count):
        name = names[k % len(names)]
        yield _compose(source, language, name, statements), name


def _compose(source: random.Random, language: str, name: str, statements: Iterator[str]) -> str:
    emoji = _DATA[language]["emoji"][name]
    if source.random() < 0.01:
        return " ".join(source.choices(emoji, k=source.choice((1, 2, 2, 3))))
    text = _say(source, language, name, statements)
    if source.random() < 0.45:
        text = f"{source.choice(_DATA[language]['openings'])} {text}"
    if source.random() < 0.45:
        second = (
            next(statements) if source.random() < 0.3 else _say(source, language, name, statements)
        )
        mark = " " if text.endswith("?") else source.choice((", ", ". ", "! "))
        text = mark.join((text, second))
    if not text.endswith("?"):
        text += source.choice(("", ".", "!"))
    if source.random() < EMOJI:
        text = f"{text} {source.choice(emoji) * source.choice((1, 1, 2, 3))}"
    return type_in_haste(text, source, language) if source.random() < HASTE else text


def _say(source: random.Random, language: str, name: str, statements: Iterator[str]) -> str:
    data = _DATA[language]
    feminine = source.random() < 0.5
    states = _list_states(language, feminine)
    negated = data["negated"].get(name)
    if negated and source.random() < 0.1:
        templates = negated
    elif name not in states:
        if source.random() < 0.9:
            return next(statements)
        templates = data["fixed"][name]
    else:
        (kind,) = source.choices(("plain", "contrast", "fixed"), (27, 18, 55))
        templates = data["fixed"][name] if kind == "fixed" else data[kind]
    slots = Slots(source, {**data, **states})
    if name in states:
        slots["P"] = source.choice(states[name])
        slots["N"] = source.choice(
            states[source.choice([other for other in states if other != name])]
        )
    if language == "pt":
        slots["o"] = "oa"[feminine]
        slots["who"] = source.choice(data["who_f" if feminine else "who_m"])
    text = slots.fill(source.choice(templates))
    return write_articles(text) if language == "en" else text
