from __future__ import annotations

import random

import pytest
from gatescope.text.templates import Slots, write_articles


def test_a_slot_is_given_or_drawn_and_filled_in_its_turn() -> None:
    lists = {"phrase": ["the {noun}"], "noun": ["cat"]}
    slots = Slots(random.Random(0), lists, {"verb": "sleeps"})
    assert slots.fill("{phrase}  {verb} , now") == "the cat sleeps, now"
    with pytest.raises(KeyError):
        slots.fill("{verbs}")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a awful day", "an awful day"),
        ("such a useful app", "such a useful app"),
        ("a one", "a one"),
        ("a honest man and a hero", "an honest man and a hero"),
        ("a university, a unfair exam", "a university, an unfair exam"),
        ("in a hour", "in an hour"),
    ],
)
def test_a_is_an_before_the_sound_of_a_vowel(written: str, expected: str) -> None:
    assert write_articles(written) == expected
