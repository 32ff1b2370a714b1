from __future__ import annotations

import re
from itertools import islice

import pytest
from gatescope.text.lexicon import (
    LEXICONS,
    Relation,
    expand,
    list_expansions,
    names_another,
)


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("one", ["one"]),
        ("(a|b) c", ["a c", "b c"]),
        ("x (|very) y", ["x y", "x very y"]),
        ("(a|b (c|d))", ["a", "b c", "a", "b d"]),
        ("in {c} (now|)", ["in {c} now", "in {c}"]),
    ],
)
def test_a_pattern_stands_for(pattern: str, texts: list[str]) -> None:
    assert list(list_expansions(pattern)) == texts
    assert expand(pattern, lambda choices: choices[0]) == texts[0]
    assert expand(pattern, lambda choices: choices[-1]) == texts[-1]


@pytest.mark.parametrize(
    ("opening", "another"),
    [("not in {c2} but in {c}", True), ("não {em2}, mas {em}", True), ("in {c}", False)],
)
def test_an_opening_may_name_another(opening: str, another: bool) -> None:
    assert names_another(opening) == another


@pytest.mark.parametrize("language", LEXICONS)
def test_patterns_are_well_formed(language: str) -> None:
    lexicon = LEXICONS[language]
    patterns = lexicon.list_templates(held_out=False) + lexicon.list_templates(held_out=True)
    assert len(patterns) > 1_000
    for pattern in [*patterns, *lexicon.filler_phrases, *lexicon.filler_sentences]:
        assert pattern.count("(") == pattern.count(")"), pattern
        assert "<" not in pattern
        assert pattern == pattern.strip() != ""


def slots_of(texts: tuple[str, ...]) -> set[str]:
    return {slot for text in texts for slot in re.findall(r"\{(\w+)\}", text)}


@pytest.mark.parametrize("language", LEXICONS)
def test_every_clue_fits_every_opening_and_ending(language: str) -> None:
    for relation in LEXICONS[language].relations:
        for template in relation.templates:
            opening, ending = slots_of(template.openings), slots_of(template.endings)
            assert all(re.search(r"\{\w+[a-z]\}|\{[a-z]\}", one) for one in template.openings)
            for clue in relation.list_clues(template):
                given = {slot for slot, word in clue.slots.items() if word}
                assert {slot.removesuffix("2") for slot in opening} <= given, (relation.name, clue)
                if language == "pt":
                    assert ending <= given, (relation.name, clue)
            if any(map(names_another, template.openings)):
                assert len({clue.answer for clue in relation.list_clues(template)}) > 1


@pytest.mark.parametrize("language", LEXICONS)
def test_an_answer_has_the_form_of_the_variant(language: str) -> None:
    for relation in LEXICONS[language].relations:
        forms = {template.form for template in relation.templates}
        assert all(len(clue.forms) in {1, len(forms)} for clue in relation.clues), relation.name
        for template in relation.templates:
            assert relation.list_clues(template), relation.name


def names_of(language: str, held_out: bool) -> set[str]:
    def has_templates(relation: Relation) -> bool:
        return bool(relation.select(held_out).templates)

    return {one.name for one in LEXICONS[language].relations if has_templates(one)}


@pytest.mark.parametrize("language", LEXICONS)
def test_every_relation_has_families_that_are_held_out(language: str) -> None:
    lexicon = LEXICONS[language]
    assert names_of(language, True) == names_of(language, False)
    assert len(names_of(language, True)) >= 24
    assert {one.held_out for one in lexicon.two_people} == {False, True}
    assert {one.held_out for one in lexicon.stories} == {False, True}


@pytest.mark.parametrize("language", LEXICONS)
def test_no_wording_is_both_trained_and_held_out(language: str) -> None:
    for relation in LEXICONS[language].relations:
        trained, tested = (
            {
                text
                for template in relation.select(held_out).templates
                for pattern in (*template.openings, *template.endings)
                for text in islice(list_expansions(pattern), 3_000)
            }
            for held_out in (False, True)
        )
        assert not trained & tested, relation.name


@pytest.mark.parametrize("language", LEXICONS)
def test_fillers_are_many_and_different(language: str) -> None:
    lexicon = LEXICONS[language]
    for fillers in (lexicon.filler_phrases, lexicon.filler_sentences):
        assert len(set(fillers)) == len(fillers) > 250
        assert not any("(" in text for text in fillers)
