"""Words and templates of the sentences with a blank: data/cloze.en.json and data/cloze.pt.json.

A file holds, for its language,

- ``parts``: named alternatives that patterns share;
- ``relations`` between a clue and the answer that it calls for ("France" and "french"). ``clues``
  gives each answer its clues; a relation without them is about a person's name, which is clue and
  answer; clues that are ``common`` words may stand in fillers too. ``templates`` are families of
  wordings: openings that hold the clue and endings that ask for the answer. Every opening goes with
  every ending of its template. After an opening with ``phrase``, which is no clause of its own, no
  sentence may be put in between. A template with ``held_out`` is of the test only: training sees
  none of its openings and endings. ``variants`` are parts that change together ("he" and "his",
  "she" and "her"); a clue or an answer with a slash, "médico/médica", has a form for each;
- ``two_people``: sentences about two people (``intros``), one of them (``notes``) or both
  (``scenes``), and ``endings`` that ask for one;
- ``stories`` about two or three people, of whom one leaves, stays or answers; ``endings`` by the
  person that they ask for;
- ``names``: first names, in small letters;
- ``filler_phrases``, which go between commas, and ``filler_sentences``: they may stand in any
  sentence of the language, since they name no clue but a common word.

In a pattern ``(one|two)`` is a choice, perhaps of nothing, and ``<name>`` a part. ``{c}`` is the
clue. In Portuguese ``{o}`` is the clue with its article, ``{um}``, ``{de}`` and ``{em}`` the clue
with another word before it, and ``{N}`` (na), ``{O}`` (a), ``{UM}`` (uma) and ``{MEU}`` (minha) the
word before the blank that agrees with the answer: clues and answers are written with their article
("na França", "o céu"). ``{c2}``, ``{em2}`` and so on are another clue of the relation, with another
answer: what is denied or is somebody else's. Of two people, ``{p}`` and ``{q}`` enter, ``{r}`` is
one of them once more, ``{x}`` acts at the end, and the answer is the other one. In a story every
letter is one person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from zlib import crc32

from .files import read_data

_CONTRACTED = {"no": "o", "na": "a", "nos": "os", "nas": "as"}
_INDEFINITE = {"o": "um", "a": "uma", "os": "uns", "as": "umas"}
_POSSESSIVE = {"o": "meu", "a": "minha", "os": "meus", "as": "minhas"}
_MAX_EXPANSIONS = 60  # of one pattern of fillers, that none is heard all the time
_CHOICE = re.compile(r"\(([^()]*)\)")
_PART = re.compile(r"<(\w+)>")
_OTHER_SLOT = re.compile(r"\{\w+2\}")


class Clue(NamedTuple):
    """A clue as it is written in the file, its answer, and what it puts into a template's slots.

    ``forms`` are the answer's forms, one for each of a template's variants; a clue of one ``form``
    goes with that variant only.
    """

    text: str
    answer: str
    slots: Mapping[str, str]
    forms: tuple[str, ...]
    form: int | None = None


class Template(NamedTuple):
    """Openings that hold the clue and endings that ask for the answer; every pair makes sense.

    ``form`` is the number of its variant.
    """

    openings: tuple[str, ...]
    endings: tuple[str, ...]
    phrase: bool
    held_out: bool
    form: int


class Relation(NamedTuple):
    """One relation between clue and answer."""

    name: str
    common: bool
    clues: tuple[Clue, ...]
    templates: tuple[Template, ...]

    def list_clues(self, template: Template) -> tuple[Clue, ...]:
        """Give the clues that go with a template's variant."""
        return tuple(clue for clue in self.clues if clue.form in {None, template.form})

    def select(self, held_out: bool) -> Relation:
        """Keep the templates that are held out of training, or those that are not."""
        kept = tuple(one for one in self.templates if one.held_out == held_out)
        return self._replace(templates=kept)


class TwoPeople(NamedTuple):
    """Sentences about two people."""

    intros: tuple[str, ...]
    notes: tuple[str, ...]
    scenes: tuple[str, ...]
    endings: tuple[str, ...]
    held_out: bool


class Story(NamedTuple):
    """What happens among people, and endings by the slot of the person that they ask for."""

    openings: tuple[str, ...]
    endings: Mapping[str, tuple[str, ...]]
    held_out: bool


class Lexicon(NamedTuple):
    """Everything of one language."""

    names: tuple[str, ...]
    relations: tuple[Relation, ...]
    two_people: tuple[TwoPeople, ...]
    stories: tuple[Story, ...]
    filler_phrases: tuple[str, ...]
    filler_sentences: tuple[str, ...]

    def list_templates(self, held_out: bool) -> list[str]:
        """Give the pattern of every opening and ending, people's included, held out or trained."""
        texts: list[str] = []
        for people in self.two_people:
            if people.held_out == held_out:
                texts += [*people.intros, *people.notes, *people.scenes, *people.endings]
        for story in self.stories:
            if story.held_out == held_out:
                texts += story.openings
                texts += [text for endings in story.endings.values() for text in endings]
        for relation in self.relations:
            for template in relation.select(held_out).templates:
                texts += [*template.openings, *template.endings]
        return texts


def expand(pattern: str, draw: Callable[[Sequence[str]], str]) -> str:
    """Draw one text of those that a pattern stands for."""
    if "(" not in pattern:
        return pattern
    while "(" in pattern:
        pattern = _CHOICE.sub(lambda match: draw(match[1].split("|")), pattern)
    return _tidy(pattern)


def list_expansions(pattern: str) -> Iterator[str]:
    """Give every text that a pattern stands for."""
    choice = _CHOICE.search(pattern)
    if choice is None:
        yield _tidy(pattern)
        return
    for one in choice[1].split("|"):
        yield from list_expansions(pattern[: choice.start()] + one + pattern[choice.end() :])


def names_another(opening: str) -> bool:
    """Say whether an opening names a second clue, one that is denied or is somebody else's."""
    return _OTHER_SLOT.search(opening) is not None


def load_lexicon(language: str) -> Lexicon:
    """Read the lexicon of a language, "pt" or "en"."""
    data = read_data(f"cloze.{language}.json")
    names, parts = tuple(data["names"]), data["parts"]
    people = [
        TwoPeople(
            intros=_insert_parts(one["intros"], parts),
            notes=_insert_parts(one["notes"], parts),
            scenes=_insert_parts(one["scenes"], parts),
            endings=_insert_parts(one["endings"], parts),
            held_out=one.get("held_out", False),
        )
        for one in data["two_people"]
    ]
    stories = [
        Story(
            _insert_parts(one["openings"], parts),
            {slot: _insert_parts(texts, parts) for slot, texts in one["endings"].items()},
            one.get("held_out", False),
        )
        for one in data["stories"]
    ]
    return Lexicon(
        names,
        tuple(_build_relation(language, relation, names, parts) for relation in data["relations"]),
        tuple(people),
        tuple(stories),
        _expand_fillers(data["filler_phrases"], parts),
        _expand_fillers(data["filler_sentences"], parts),
    )


def _insert_parts(patterns: list[str], parts: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    for pattern in patterns:
        while _PART.search(pattern):
            pattern = _PART.sub(lambda match: f"({parts[match[1]]})", pattern)
        found.append(pattern)
    return tuple(found)


def _expand_fillers(patterns: list[str], parts: Mapping[str, str]) -> tuple[str, ...]:
    """List what the patterns stand for, of each at most so many, in an order that mixes them."""

    def mix(texts: Iterable[str]) -> list[str]:
        return sorted(texts, key=lambda text: (crc32(text.encode()), text))

    drawn: set[str] = set()
    for pattern in _insert_parts(patterns, parts):
        drawn.update(mix(list_expansions(pattern))[:_MAX_EXPANSIONS])
    return tuple(mix(drawn))


def _tidy(text: str) -> str:
    return " ".join(text.split()).replace(" ,", ",")


def _build_relation(
    language: str, data: Mapping[str, Any], names: tuple[str, ...], parts: Mapping[str, str]
) -> Relation:
    clues = [
        _build_clue(language, text, answer, form if "/" in clue else None)
        for answer, clues_of_answer in data.get("clues", {}).items()
        for clue in clues_of_answer
        for form, text in enumerate(clue.split("/"))
    ] or [Clue(name, name, {"c": name.title()}, (name,)) for name in names]
    templates = [
        Template(
            _insert_parts(one["openings"], {**parts, **variant}),
            _insert_parts(one["endings"], {**parts, **variant}),
            one.get("phrase", False),
            one.get("held_out", False),
            form,
        )
        for one in data["templates"]
        for form, variant in enumerate(one.get("variants", [{}]))
    ]
    return Relation(data["name"], data.get("common", False), tuple(clues), tuple(templates))


def _build_clue(language: str, text: str, answer: str, form: int | None) -> Clue:
    article, _, noun = answer.rpartition(" ")
    forms = tuple(noun.split("/"))
    slots = _inflect(text) if language == "pt" else {"c": text}
    agreeing = {
        "N": f"n{article}",
        "O": article,
        "UM": _INDEFINITE.get(article, ""),
        "MEU": _POSSESSIVE.get(article, ""),
    }
    return Clue(text, forms[0], {**slots, **agreeing}, forms, form)


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
