from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import islice

import pytest
from gatescope.text.cloze_generator import (
    FAMILIES,
    PEOPLE,
    Filler,
    Sentence,
    Split,
    fold,
    generate,
    is_held_out,
    join,
    list_answers,
    list_classes,
)
from gatescope.text.lexicon import LEXICONS, list_expansions

INVENTED = re.compile(r"\b(?:[bcdfglmnprstvz][aeiou]){5}\b", re.IGNORECASE)


@cache
def draw(split: Split) -> tuple[Sentence, ...]:
    return tuple(islice(generate(split), 6_000))


def simplify(text: str) -> str:
    """Give the folded words only."""
    return " ".join(fold(word) for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text))


@cache
def list_endings(language: str, held_out: bool) -> frozenset[str]:
    """Give the endings of the relations' templates, without the word that agrees, folded."""
    relations = [one.select(held_out) for one in LEXICONS[language].relations]
    patterns = [e for one in relations for template in one.templates for e in template.endings]
    return frozenset(
        simplify(re.sub(r"\{\w+\}", "", text))
        for pattern in patterns
        for text in list_expansions(pattern)
    )


def ends_in_one(sentence: Sentence, endings: frozenset[str]) -> bool:
    words = simplify(sentence.text).split()
    # In Portuguese the last word may be the one that agrees with the answer.
    tails = [words, words[:-1]] if sentence.language == "pt" else [words]
    return any(" ".join(tail[-k:]) in endings for tail in tails for k in range(1, 16))


def test_families_are_those_of_their_split() -> None:
    assert {one.family for one in draw("train")} == {"known", "negated", "people"}
    counts = Counter(one.family for one in draw("test"))
    assert set(counts) == set(FAMILIES)
    assert min(counts.values()) > 150
    new = sum(count for family, count in counts.items() if family.startswith("new"))
    assert 0.4 < new / len(draw("test")) < 0.6


def test_a_new_family_ends_in_words_that_training_never_ends_in() -> None:
    for one in draw("test"):
        if one.family in {"new", "new_negated"}:
            assert ends_in_one(one, list_endings(one.language, held_out=True)), one
    ended = [
        one.text
        for one in draw("train")
        if one.relation not in PEOPLE
        and ends_in_one(one, list_endings(one.language, held_out=True))
        and not ends_in_one(one, list_endings(one.language, held_out=False))
    ]
    assert not ended


def test_training_reads_fillers_of_random_words_and_the_test_none() -> None:
    assert not [one.text for one in draw("test") if INVENTED.search(one.text)]
    shares = [bool(INVENTED.search(one.text)) for one in draw("train")]
    assert 0.2 < sum(shares) / len(shares) < 0.7


@pytest.mark.parametrize("language", LEXICONS)
def test_fillers_of_the_test_are_not_those_of_the_training(language: str) -> None:
    phrases = [text for text in LEXICONS[language].filler_phrases if is_held_out(text)]
    assert len(phrases) > 20
    texts = "\n".join(simplify(one.text) for one in draw("train") if one.language == language)
    long = [phrase for phrase in phrases if len(phrase.split()) > 4]
    assert not [phrase for phrase in long if f" {simplify(phrase)} " in texts]


def test_what_is_denied_has_another_answer() -> None:
    for one in draw("test"):
        if not one.family.endswith("negated") or one.relation == "called":
            continue
        words = simplify(one.text)
        relations = [r for r in LEXICONS[one.language].relations if r.name == one.relation]
        named = [
            clue
            for relation in relations
            for clue in relation.clues
            if re.search(rf"\b{re.escape(simplify(clue.text).split(' ', 1)[-1])}\b", words)
        ]
        answers = {form for clue in named for form in clue.forms}
        assert one.answer in answers, one
        assert len(answers) > 1, one


def test_noise_leaves_the_clue_as_it_is() -> None:
    relatives = [one for one in draw("train") if one.relation == "family"]
    clues = {
        simplify(clue.text): clue.answer
        for lexicon in LEXICONS.values()
        for relation in lexicon.relations
        if relation.name == "family"
        for clue in relation.clues
    }
    assert len(relatives) > 50
    for one in relatives:
        words = simplify(one.text)
        # After a preposition the article is another one: "pela mãe", "da mãe".
        found = {answer for clue, answer in clues.items() if clue.removeprefix("a ") in words}
        found |= {answer for clue, answer in clues.items() if clue.removeprefix("o ") in words}
        assert one.answer in found, one


def test_a_story_names_two_or_three_people_and_asks_for_one() -> None:
    stories = [one for one in draw("test") if one.relation == "story"]
    asked: Counter[tuple[int, int]] = Counter()
    for one in stories:
        names = {fold(name): name for name in LEXICONS[one.language].names}
        found = [
            names[word] for word in simplify(one.text.replace("'s", "")).split() if word in names
        ]
        order = list(dict.fromkeys(found))
        assert one.answer in order, one
        asked[len(order), order.index(one.answer)] += 1
    # Neither of two, and none of three, is the answer by the place it is named at.
    for count in (2, 3):
        shares = [asked[count, place] for place in range(count)]
        assert min(shares) > 0.1 * sum(shares) > 1, asked


def test_english_articles_fit() -> None:
    vowels = [
        clue.text
        for relation in LEXICONS["en"].relations
        for clue in relation.clues
        if clue.text[0] in "aeiou" and relation.name in {"sound", "material", "use", "workplace"}
    ]
    wrong = re.compile(rf"\ba (?:{'|'.join(vowels)})\b", re.IGNORECASE)
    right = re.compile(rf"\ban (?:{'|'.join(vowels)})\b", re.IGNORECASE)
    texts = "\n".join(one.text for one in draw("test") if one.language == "en")
    assert right.search(texts)
    assert not wrong.search(texts)
    portuguese = "\n".join(one.text for one in draw("test") if one.language == "pt")
    assert not re.search(r"\ban\b", portuguese)


def test_answers_are_of_a_kind() -> None:
    classes = set(list_classes())
    for one in draw("test"):
        assert one.answer in list_answers(one.language, one.relation) <= classes
    assert "french" in list_answers("en", "language")
    assert "french" not in list_answers("pt", "language")
    assert list_answers("pt", "people") == list_answers("pt", "story") == {*LEXICONS["pt"].names}
    assert {"médico", "médica"} <= list_answers("pt", "job")


@pytest.mark.parametrize(
    ("opening", "fillers", "ending", "text"),
    [
        ("who am i?", [], "call me", "Who am i? Call me"),
        ("i am ana", [], "call me", "I am ana, call me"),
        ("i am ana", [Filler("it rained", True)], "call me", "I am ana. It rained. Call me"),
        ("what?", [Filler("by day", False)], "go", "What? By day, go"),
    ],
)
def test_parts_are_joined(opening: str, fillers: list[Filler], ending: str, text: str) -> None:
    assert join(opening, fillers, ending) == text
