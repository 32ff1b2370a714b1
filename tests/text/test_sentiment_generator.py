from __future__ import annotations

import re
from functools import cache
from itertools import product

import pytest
from gatescope.text.sentiment_generator import (
    BAD,
    GOOD,
    LANGUAGES,
    LECTURE,
    NOUNS,
    generate_sentiments,
    is_held_out,
    list_verbs,
)
from gatescope.text.words import tokenize_posts


def stems(adjective: str) -> list[str]:
    """Give an adjective in every gender, in the singular and in the regular plurals."""
    forms = [form.replace("_", " ") for form in adjective.split("/")]
    forms += [form[:-1] + "a" for form in forms if form.endswith("o")]
    return [form + end for form in forms for end in ("", "s", "es")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("held_out", [False, True])
def test_the_same_seed_makes_the_same_sentences_half_of_them_positive(
    held_out: bool, language: str
) -> None:
    one, again, other = (
        list(generate_sentiments(200, seed, held_out, language)) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other
    assert sum(positive for _, positive in one) == 100
    for text, _ in one:
        assert "{" not in text
        assert "_" not in text
        assert text == " ".join(text.lower().split())
        assert len(tokenize_posts(text)) >= 2


CONTRAST = {
    "pt": r"(?:, não \w+|, não|, nada|, nem um pouco|, longe de ser|, mas sim) ",
    "en": r"(?:, (?:it|they) \w+(?: not)?|, not| and not|, far from|, but| instead of) ",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_training_sentence_sets_a_held_pair_against_each_other(language: str) -> None:
    text = " | ".join(text for text, _ in generate_sentiments(4_000, 5, language=language))
    named = {form: word for word in GOOD[language] + BAD[language] for form in stems(word)}
    one = "|".join(sorted(map(re.escape, named), key=len, reverse=True))
    met = {
        frozenset((named[first], named[second]))
        for first, second in re.findall(rf"\b({one}){CONTRAST[language]}({one})\b", text)
    }
    pairs = product(GOOD[language], BAD[language])
    held_out = {frozenset(pair) for pair in pairs if is_held_out(*pair)}
    assert len(met) > 200
    assert not met & held_out


@pytest.mark.parametrize(("language", "lecture"), [*zip(LANGUAGES, LECTURE, strict=True)])
def test_every_fifth_pair_is_held_out_and_that_of_the_lecture_too(
    language: str, lecture: tuple[str, str]
) -> None:
    pairs = [(good, bad) for good in GOOD[language] for bad in BAD[language]]
    assert sum(is_held_out(*pair) for pair in pairs) / len(pairs) == pytest.approx(0.2, abs=0.02)
    assert lecture in pairs
    assert is_held_out(*lecture)


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
    for text, _ in generate_sentiments(4_000, 7, language="en"):
        for noun, verb in re.findall(
            r"\b(?:the|this|these|our) ([\w ]+?) (was|were|is|are)\b", text
        ):
            if noun in number:
                assert (verb in {"were", "are"}) == (number[noun] == "plural"), text
                seen.add(verb)
    assert seen == {"was", "were", "is", "are"}


def test_article_and_adjective_agree_with_the_noun() -> None:
    gender = {noun: gender for gender, noun in NOUNS["pt"]}
    for text, _ in generate_sentiments(2_000, 7):
        for article, noun in re.findall(r"\b([oa]|uma?) (\w+)\b", text):
            if noun in gender:
                assert (article in {"a", "uma"}) == (gender[noun] == "feminine"), text
    texts = " ".join(text for text, _ in generate_sentiments(4_000, 7))
    for plurals in (
        "boas|ótimas|lindas|limpas",
        "confortáveis|incríveis",
        "legais|geniais",
        "bons|ruins",
    ):
        assert re.search(rf"\b(?:{plurals})\b", texts), plurals


# Words that turn an opinion round, or set two against each other: a sentence without any of them
# says what its words say.
REVERSALS = {
    "en": r"not|\w+n't|never|nothing|nobody|neither|nor|but|yet|however|although|far from"
    r"|rather than|instead of|expected|would be|i would|used to|at first|could|impossible|how can",
    "pt": r"não|nunca|nada|ninguém|nem|mas|porém|longe|em vez|antes|esperava|pensei que|no começo"
    r"|fui para|impossível",
}


@cache
def list_sentences(language: str) -> list[tuple[str, bool]]:
    """Give as many sentences as are trained on."""
    return list(generate_sentiments(12_000, 5, language=language))


def list_forms(language: str, positive: bool) -> list[str]:
    return [form for verb in list_verbs(language, positive) for form in verb.values()]


def list_opinions(language: str) -> dict[str, bool]:
    """Give the words of opinion in every form, and whether they praise; homonyms are left out."""
    nouns = {noun for _, noun in NOUNS[language]}
    opinions: dict[str, bool] = {}
    for positive, adjectives in ((True, GOOD[language]), (False, BAD[language])):
        words = [form for one in adjectives if one not in nouns for form in stems(one)]
        opinions |= dict.fromkeys([*words, *list_forms(language, positive)], positive)
    return opinions


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_opinion_has_the_wrong_label_where_nothing_reverses_it(language: str) -> None:
    opinions = list_opinions(language)
    reversal = re.compile(rf"\b(?:{REVERSALS[language]})\b")
    any_opinion = re.compile(rf"\b(?:{'|'.join(sorted(opinions, key=len, reverse=True))})\b")
    labels: dict[str, list[bool]] = {word: [] for word in opinions}
    for text, positive in list_sentences(language):
        if not reversal.search(text):
            for word in set(any_opinion.findall(text)):
                labels[word].append(positive)
    for word, positive in opinions.items():
        assert labels[word].count(not positive) <= 0.1 * len(labels[word]), word
    for form in list_forms(language, True) + list_forms(language, False):
        assert len(labels[form]) >= 4, form
    for adjective in GOOD[language] + BAD[language]:
        own = [word for word in stems(adjective) if word in opinions]
        assert not own or sum(len(labels[word]) for word in own) >= 1, adjective


@pytest.mark.parametrize(
    ("language", "begins"),
    [
        ("en", "don't "),
        ("en", "do not "),
        ("en", "i do not "),
        ("pt", "não perca"),
        ("pt", "não vou "),
        ("pt", "não "),
    ],
)
def test_what_begins_with_a_negation_is_praise_as_often_as_blame(
    language: str, begins: str
) -> None:
    labels = [positive for text, positive in list_sentences(language) if text.startswith(begins)]
    assert len(labels) > 20
    assert 0.3 < sum(labels) / len(labels) < 0.7
