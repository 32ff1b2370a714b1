from __future__ import annotations

import re

import pytest
from gatescope.text.neutral_generator import generate_neutral
from gatescope.text.sentiment_generator import BAD, GOOD, LANGUAGES, list_verbs


@pytest.mark.parametrize("language", LANGUAGES)
def test_statements_are_varied_and_the_same_for_the_same_seed(language: str) -> None:
    one, again, other = (list(generate_neutral(500, seed, language)) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert len(set(one)) > 400
    assert not any("{" in text or "  " in text for text in one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_statement_has_a_word_of_opinion(language: str) -> None:
    verbs = [
        v for side in (True, False) for verb in list_verbs(language, side) for v in verb.values()
    ]
    words = {
        word.replace("_", " ") for one in GOOD[language] + BAD[language] for word in one.split("/")
    }
    opinion = re.compile(
        rf"\b(?:{'|'.join(map(re.escape, (words | set(verbs)) - {'', 'de', 'por', 'com'}))})\b"
    )
    for text in generate_neutral(4_000, 3, language):
        assert not opinion.search(text), text
