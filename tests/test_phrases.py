from __future__ import annotations

import re

import pytest

from app.phrases import BAD, GOOD, NOUNS, is_held, make_feelings, make_opinions
from app.words import split_posts


def stems(adjective: str) -> str:
    """Match an adjective in any gender and number."""
    forms = [form.replace("_", " ") for form in adjective.split("/")]
    forms += [form[:-1] + "a" for form in forms if form.endswith("o")]
    return "|".join(rf"{re.escape(form)}(?:s|es)?" for form in forms)


@pytest.mark.parametrize("held", [False, True])
def test_the_same_seed_makes_the_same_sentences_half_of_them_positive(held: bool) -> None:
    one, again, other = (list(make_opinions(200, seed, held)) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert sum(positive for _, positive in one) == 100
    for text, _ in one:
        assert "{" not in text
        assert text == " ".join(text.split())
        assert len(split_posts(text)) >= 2


def test_no_training_sentence_sets_a_held_pair_against_each_other() -> None:
    text = " | ".join(text for text, _ in make_opinions(4_000, 5))
    contrast = r"(?:, não \w+|, não|, nada|, nem um pouco|, longe de ser|, mas sim) "
    for good, bad in [("bom/boa", "ruim"), *((g, b) for g in GOOD[:20] for b in BAD[:20])]:
        if is_held(good, bad):
            for one, other in ((good, bad), (bad, good)):
                assert not re.search(rf"\b(?:{stems(one)}){contrast}(?:{stems(other)})\b", text)


def test_every_fifth_pair_is_held_and_that_of_the_lecture_too() -> None:
    pairs = [(good, bad) for good in GOOD for bad in BAD]
    assert sum(is_held(*pair) for pair in pairs) / len(pairs) == pytest.approx(0.2, abs=0.02)
    assert is_held("bom/boa", "ruim")


def test_the_words_are_given_once_and_no_adjective_is_on_both_sides() -> None:
    assert len(set(GOOD)) == len(GOOD)
    assert len(set(BAD)) == len(BAD)
    assert not set(GOOD) & set(BAD)
    assert {gender for gender, _ in NOUNS} == {"masculine", "feminine"}


def test_article_and_adjective_agree_with_the_noun() -> None:
    gender = {noun: gender for gender, noun in NOUNS}
    for text, _ in make_opinions(2_000, 7):
        for article, noun in re.findall(r"\b([oa]|uma?) (\w+)\b", text):
            if noun in gender:
                assert (article in {"a", "uma"}) == (gender[noun] == "feminine"), text
    assert any("boas" in text for text, _ in make_opinions(2_000, 7))
    assert any("confortáveis" in text for text, _ in make_opinions(4_000, 7))


@pytest.mark.parametrize("language", ["en", "pt"])
def test_every_feeling_is_made_as_often(language: str) -> None:
    one, again = (list(make_feelings(700, 3, language)) for _ in range(2))
    assert one == again
    names = [name for _, name in one]
    assert {names.count(name) for name in names} == {100}
    assert len(set(names)) == 7
    assert not any("{" in text for text, _ in one)
    assert len({text for text, _ in one}) > 350
