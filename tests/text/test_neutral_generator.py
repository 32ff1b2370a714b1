from __future__ import annotations

import re

import pytest
from gatescope.text.neutral_generator import generate_neutral
from gatescope.text.sentiment_generator import BAD, GOOD, LANGUAGES, NOUNS, list_verbs


@pytest.mark.parametrize("language", LANGUAGES)
def test_statements_are_varied_and_the_same_for_the_same_seed(language: str) -> None:
    one, again, other = (list(generate_neutral(500, seed, language)) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert len(set(one)) > 400
    assert not any("{" in text or "  " in text for text in one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_statement_has_a_word_of_opinion(language: str) -> None:
    words = {word for one in GOOD[language] + BAD[language] for word in one.split("/")}
    for positive in (True, False):
        for verb in list_verbs(language, positive):
            words |= {form for name, form in verb.items() if name != "preposition"}
    words -= {noun for _, noun in NOUNS[language]}  # a "show" is one before it is praise
    any_word = "|".join(re.escape(word.replace("_", " ")) for word in words)
    opinion = re.compile(rf"\b(?:{any_word})\b")
    for text in generate_neutral(4_000, 3, language):
        assert not opinion.search(text), text
