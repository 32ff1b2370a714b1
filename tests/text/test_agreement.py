from __future__ import annotations

import pytest
from gatescope.text.agreement import agree, conjugate, pluralise, pluralise_verb


@pytest.mark.parametrize(
    ("adjective", "feminine", "plural", "expected"),
    [
        ("bom/boa", True, True, "boas"),
        ("ótimo", True, False, "ótima"),
        ("legal", False, True, "legais"),
        ("nota_dez", True, True, "nota dez"),
        ("mal_feito", True, True, "mal feitas"),
        ("confortável", True, True, "confortáveis"),
    ],
)
def test_an_adjective_agrees(adjective: str, feminine: bool, plural: bool, expected: str) -> None:
    assert agree(adjective, feminine, plural) == expected


@pytest.mark.parametrize(
    ("one", "many"),
    [("viagem", "viagens"), ("ator", "atores"), ("hotel", "hotéis"), ("tênis", "tênis")],
)
def test_a_noun_has_a_plural(one: str, many: str) -> None:
    assert pluralise(one) == many


@pytest.mark.parametrize(
    ("one", "many"),
    [("é", "são"), ("deixou", "deixaram"), ("vale", "valem"), ("perdeu", "perderam")],
)
def test_a_verb_has_a_plural(one: str, many: str) -> None:
    assert pluralise_verb(one) == many


def test_a_regular_verb_has_its_forms() -> None:
    forms = conjugate("surpreender")
    assert forms == {
        "base": "surpreender",
        "gerund": "surpreendendo",
        "third": "surpreende",
        "third_past": "surpreendeu",
    }


def test_a_verb_in_ear_has_an_i_more_where_the_stem_is_stressed() -> None:
    assert conjugate("bloquear")["third"] == "bloqueia"
    assert conjugate("bloquear")["third_past"] == "bloqueou"
