"""Words and templates of the sentences with a blank: data/cloze.en.json and data/cloze.pt.json.

A file holds, for its language,

- ``relations`` between a clue and the answer that it calls for ("France" and "french"). ``clues``
  gives each answer its clues; a relation without them is about a person's name, which is clue and
  answer. ``templates`` are openings that hold the clue and endings that ask for the answer: every
  opening goes with every ending of its template. After an opening with ``phrase``, which is no
  clause of its own, no sentence may be put in between;
- ``two_people``: sentences about two people (``intros``), one of them (``notes``) or both
  (``scenes``), and ``endings`` that ask for one;
- ``names``: first names, in small letters;
- ``filler_phrases``, which go between commas, and ``filler_sentences``: they may stand in any
  sentence of the language, since they name no clue.

In a template ``{c}`` is the clue. In Portuguese ``{o}`` is the clue with its article, ``{um}``,
``{de}`` and ``{em}`` the clue with another word before it, and ``{N}`` the word before the blank
that agrees with the answer: clues and answers are written with their article ("na França", "o
céu"). Of two people, ``{p}`` and ``{q}`` enter, ``{r}`` is one of them once more, ``{x}`` acts at
the end, and the answer is the other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .files import read_data

_CONTRACTED = {"no": "o", "na": "a", "nos": "os", "nas": "as"}
_INDEFINITE = {"o": "um", "a": "uma", "os": "uns", "as": "umas"}


class Clue(NamedTuple):
    """A clue as it is written in the file, its answer, and what it puts into a template's slots."""

    text: str
    answer: str
    slots: Mapping[str, str]


class Template(NamedTuple):
    """Openings that hold the clue and endings that ask for the answer; every pair makes sense."""

    openings: tuple[str, ...]
    endings: tuple[str, ...]
    phrase: bool


class Relation(NamedTuple):
    """One relation between clue and answer."""

    name: str
    clues: tuple[Clue, ...]
    templates: tuple[Template, ...]


class TwoPeople(NamedTuple):
    """Sentences about two people."""

    intros: tuple[str, ...]
    notes: tuple[str, ...]
    scenes: tuple[str, ...]
    endings: tuple[str, ...]


class Lexicon(NamedTuple):
    """Everything of one language."""

    names: tuple[str, ...]
    relations: tuple[Relation, ...]
    two_people: TwoPeople
    filler_phrases: tuple[str, ...]
    filler_sentences: tuple[str, ...]

    def list_templates(self) -> list[str]:
        """Give every opening and ending, those about two people included."""
        texts = [text for part in self.two_people for text in part]
        for relation in self.relations:
            for template in relation.templates:
                texts += [*template.openings, *template.endings]
        return texts


def load_lexicon(language: str) -> Lexicon:
    """Read the lexicon of a language, "pt" or "en"."""
    data = read_data(f"cloze.{language}.json")
    names = tuple(data["names"])
    return Lexicon(
        names,
        tuple(_build_relation(language, relation, names) for relation in data["relations"]),
        TwoPeople(**{part: tuple(texts) for part, texts in data["two_people"].items()}),
        tuple(data["filler_phrases"]),
        tuple(data["filler_sentences"]),
    )


def _build_relation(language: str, data: Mapping[str, Any], names: tuple[str, ...]) -> Relation:
    clues = [
        _build_clue(language, clue, answer)
        for answer, texts in data.get("clues", {}).items()
        for clue in texts
    ] or [Clue(name, name, {"c": name.title(), "N": ""}) for name in names]
    templates = [
        Template(tuple(one["openings"]), tuple(one["endings"]), one.get("phrase", False))
        for one in data["templates"]
    ]
    return Relation(data["name"], tuple(clues), tuple(templates))


def _build_clue(language: str, text: str, answer: str) -> Clue:
    article, _, noun = answer.rpartition(" ")
    slots = _inflect(text) if language == "pt" else {"c": text}
    return Clue(text, noun, {**slots, "N": f"n{article}"})


def _inflect(clue: str) -> dict[str, str]:
    """Give a Portuguese clue's forms; ``na França`` and ``a mesa`` bring their article along."""
    first, _, noun = clue.partition(" ")
    article = _CONTRACTED.get(first, first)
    if article in _INDEFINITE:
        indefinite = _INDEFINITE[article]
        forms = {"o": article, "um": indefinite, "de": f"d{article}", "em": f"n{article}"}
        return {slot: f"{form} {noun}" for slot, form in forms.items()} | {"c": noun}
    if first == "em":
        return {"o": noun, "de": f"de {noun}", "em": clue, "c": noun}
    return {"c": clue}


LEXICONS: Mapping[str, Lexicon] = {language: load_lexicon(language) for language in ("pt", "en")}
