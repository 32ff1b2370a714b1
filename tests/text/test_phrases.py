from __future__ import annotations

import re
from itertools import product

import pytest
from gatescope.text.phrases import (
    BAD,
    GOOD,
    HELD,
    LANGUAGES,
    NOUNS,
    is_held,
    make_feelings,
    make_opinions,
)
from gatescope.text.words import split_posts


def stems(adjective: str) -> list[str]:
    """Give an adjective in every gender, in the singular and in the regular plurals."""
    forms = [form.replace("_", " ") for form in adjective.split("/")]
    forms += [form[:-1] + "a" for form in forms if form.endswith("o")]
    return [form + end for form in forms for end in ("", "s", "es")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held", [False, True])
def test_the_same_seed_makes_the_same_sentences_half_of_them_positive(
    held: bool, language: str
) -> None:
    one, again, other = (list(make_opinions(200, seed, held, language)) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert sum(positive for _, positive in one) == 100
    for text, _ in one:
        assert "{" not in text
        assert "_" not in text
        assert text == " ".join(text.split())
        assert len(split_posts(text)) >= 2


CONTRAST = {
    "pt": r"(?:, não \w+|, não|, nada|, nem um pouco|, longe de ser|, mas sim) ",
    "en": r"(?:, (?:it|they) \w+(?: not)?|, not| and not|, far from|, but| instead of) ",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_training_sentence_sets_a_held_pair_against_each_other(language: str) -> None:
    text = " | ".join(text for text, _ in make_opinions(4_000, 5, language=language))
    named = {form: word for word in GOOD[language] + BAD[language] for form in stems(word)}
    one = "|".join(sorted(map(re.escape, named), key=len, reverse=True))
    met = {
        frozenset((named[first], named[second]))
        for first, second in re.findall(rf"\b({one}){CONTRAST[language]}({one})\b", text)
    }
    held = {frozenset(pair) for pair in product(GOOD[language], BAD[language]) if is_held(*pair)}
    assert len(met) > 200
    assert not met & held


@pytest.mark.parametrize(("language", "lecture"), [*zip(LANGUAGES, HELD, strict=True)])
def test_every_fifth_pair_is_held_and_that_of_the_lecture_too(
    language: str, lecture: tuple[str, str]
) -> None:
    pairs = [(good, bad) for good in GOOD[language] for bad in BAD[language]]
    assert sum(is_held(*pair) for pair in pairs) / len(pairs) == pytest.approx(0.2, abs=0.02)
    assert lecture in pairs
    assert is_held(*lecture)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_given_once_and_no_adjective_is_on_both_sides(language: str) -> None:
    good, bad, nouns = GOOD[language], BAD[language], NOUNS[language]
    assert len(set(good)) == len(good)
    assert len(set(bad)) == len(bad)
    assert not set(good) & set(bad)
    assert len(set(nouns)) == len(nouns)
    assert len({kind for kind, _ in nouns}) == 2


def test_verb_and_pronoun_agree_with_the_noun_in_english() -> None:
    number = {noun.replace("_", " "): kind for kind, noun in NOUNS["en"]}
    seen = set()
    for text, _ in make_opinions(4_000, 7, language="en"):
        for noun, verb in re.findall(
            r"\b(?:the|this|these|our) ([\w ]+?) (was|were|is|are)\b", text
        ):
            if noun in number:
                assert (verb in {"were", "are"}) == (number[noun] == "many"), text
                seen.add(verb)
    assert seen == {"was", "were", "is", "are"}


def test_article_and_adjective_agree_with_the_noun() -> None:
    gender = {noun: gender for gender, noun in NOUNS["pt"]}
    for text, _ in make_opinions(2_000, 7):
        for article, noun in re.findall(r"\b([oa]|uma?) (\w+)\b", text):
            if noun in gender:
                assert (article in {"a", "uma"}) == (gender[noun] == "feminine"), text
    assert any("boas" in text for text, _ in make_opinions(2_000, 7))
    assert any("confortáveis" in text for text, _ in make_opinions(4_000, 7))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feeling_is_made_as_often(language: str) -> None:
    one, again = (list(make_feelings(700, 3, language)) for _ in range(2))
    assert one == again
    names = [name for _, name in one]
    assert {names.count(name) for name in names} == {100}
    assert len(set(names)) == 7
    assert not any("{" in text for text, _ in one)
    assert len({text for text, _ in one}) > 350
