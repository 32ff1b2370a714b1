from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.text.files import read_data
from gatescope.text.rated_sentences import PAIRS, has_opinion, rate, read_rated

from tests.made_up import write_pairs


@pytest.mark.parametrize(
    ("sentence", "praises"),
    [
        ("It was a wonderful evening.", True),
        ("He is a terrible driver.", False),
        ("The train leaves at six.", None),
        ("Where is the key?", None),
    ],
)
def test_the_words_tell_the_opinion_of_a_sentence(sentence: str, praises: bool | None) -> None:
    assert rate(sentence) is praises


@pytest.mark.parametrize(
    "sentence",
    [
        "It was not a wonderful evening.",
        "A wonderful cast and a terrible script.",
        "Was it wonderful?",
        "I expected nothing.",
        "They agreed to come.",
    ],
)
def test_where_something_may_reverse_the_words_they_tell_nothing(sentence: str) -> None:
    with pytest.raises(ValueError, match="do not tell"):
        rate(sentence)


def test_a_sentence_has_an_opinion_where_a_word_is_rated_and_not_weakly() -> None:
    assert has_opinion("What a BORING, boring day")
    assert not has_opinion("We agreed to walk home")


def test_a_translation_has_the_label_of_its_english_sentence_and_stands_once(
    tmp_path: Path,
) -> None:
    write_pairs(tmp_path)
    assert list(read_rated(tmp_path / PAIRS, "en")) == [
        ("That is a wonderful car.", True),
        ("He hates the noise.", False),
        ("The window is open.", None),
    ]
    assert list(read_rated(tmp_path / PAIRS, "pt")) == [
        ("Que carro maravilhoso.", True),
        ("Que carro maravilhoso!", True),
        ("Ele odeia o barulho.", False),
        ("A janela está aberta.", None),
    ]


def test_the_rated_words_stand_once_and_their_source_is_named() -> None:
    data = read_data("rated.en.json")
    words = " ".join(data[name] for name in ("good", "bad", "weak")).split()
    assert len(set(words)) == len(words) > 3_000
    assert "MIT" in data["source"]
