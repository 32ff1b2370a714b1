"""Reads the everyday sentences of app/text/data/, on which nothing is trained.

A file ``everyday_TASK.LANGUAGE.json`` holds ``{kind: [[text, [class, ...]], ...]}``: the classes
that are right, none where a sentence states no opinion.
"""

from __future__ import annotations

from typing import Literal

from ..contracts import EverydayKind, EverydaySentence, Text
from .files import read_data

TITLES = {
    # opinions and emotions
    "plain": Text("plain", "diretas"),
    "verbs": Text("verbs of liking", "verbos de gostar"),
    "negated": Text("negated", "negadas"),
    "contrasted": Text("contrasted", "com contraste"),
    "questions": Text("questions", "perguntas"),
    "imperatives": Text("advice", "conselhos"),
    "ratings": Text("ratings", "notas"),
    "comparisons": Text("comparisons", "comparações"),
    "haste": Text("typed in haste", "escritas com pressa"),
    "emoji": Text("emoji", "emojis"),
    "short": Text("one to three words", "de uma a três palavras"),
    "order": Text("only the order tells", "só a ordem decide"),
    "irony": Text("irony", "ironia"),
    "neutral": Text("no opinion", "sem opinião"),
    "situations": Text("situations", "situações"),
    "turning": Text("the feeling turns", "o sentimento vira"),
    # blanks
    "language": Text("languages", "línguas"),
    "animal": Text("animals", "animais"),
    "people": Text("people", "pessoas"),
    "far": Text("far from the clue", "longe da pista"),
    "object": Text("objects", "objetos"),
    "place": Text("places", "lugares"),
    "profession": Text("professions", "profissões"),
}


def read_everyday(task: str, *languages: Literal["en", "pt"]) -> tuple[EverydayKind, ...]:
    """Give a task's everyday sentences in some languages, kind by kind."""
    return tuple(
        EverydayKind(
            name,
            language,
            TITLES[name],
            tuple(EverydaySentence(text, tuple(classes)) for text, classes in sentences),
        )
        for language in languages
        for name, sentences in read_data(f"everyday_{task}.{language}.json").items()
    )
