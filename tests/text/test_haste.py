from __future__ import annotations

import random

import pytest
from gatescope.text.haste import type_in_haste

SENTENCES = {
    "en": "she'll never regret it, the wonderful movie isn't unfriendly and i don't dislike it",
    "pt": "não me arrependi, o atendimento maravilhoso não é desagradável e nunca decepciona",
}


def write(language: str) -> list[str]:
    source = random.Random(1)
    return [type_in_haste(SENTENCES[language], source, language) for _ in range(400)]


@pytest.mark.parametrize("language", SENTENCES)
def test_the_same_seed_makes_the_same_slips_and_most_sentences_get_one(language: str) -> None:
    written = write(language)
    assert written == write(language)
    assert sum(text != SENTENCES[language] for text in written) > 340
    assert len(set(written)) > 100


def test_what_decides_stays_readable() -> None:
    for text in write("en"):
        assert "never" in text
        assert "she'll" in text
        assert any(word in text for word in ("don't", "dont", "dnt"))
        assert " unf" in text
        assert " dis" in text
    for text in write("pt"):
        assert any(text.startswith(f"{word} ") for word in ("não", "nao", "n", "ñ", "naum"))
        assert "nunca" in text
        assert " des" in text
    assert any("dont " in text for text in write("en"))
    assert any("desagradavel" in text for text in write("pt"))
