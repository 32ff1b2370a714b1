"""Labels short sentences by a lexicon's words, and their translations with them.

Of the English and Portuguese pairs of Tatoeba, whose licence is CC BY 2.0 FR. The words are rated
in data/rated.en.json, so a Portuguese sentence has the label of its English translation. A sentence
is taken where its rated words agree and nothing may reverse them; one without a rated word states
no opinion. So the label is a rule's: it is trained on, and measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from .files import read_data
from .words import tokenize_posts

PAIRS = "tatoeba-eng-por/eng-por.union.tsv"  # English tab Portuguese

_DATA: dict[str, Any] = read_data("rated.en.json")
_GOOD, _BAD, _WEAK, _REVERSALS = (
    frozenset(_DATA[name].split()) for name in ("good", "bad", "weak", "reversals")
)


def rate(sentence: str) -> bool | None:
    """Say whether an English sentence praises or blames; None where it states no opinion.

    Raises ``ValueError`` where the words alone do not tell.
    """
    words = set(tokenize_posts(sentence))
    good, bad = words & _GOOD, words & _BAD
    if not (good or bad or words & _WEAK or words & _REVERSALS):
        return None
    if bool(good) == bool(bad) or words & _REVERSALS or "?" in words:
        raise ValueError(f"the words of {sentence!r} do not tell an opinion")
    return bool(good)


def has_opinion(sentence: str) -> bool:
    """Say whether a word of an English sentence is rated, and not weakly."""
    return not (_GOOD | _BAD).isdisjoint(tokenize_posts(sentence))


def read_rated(path: Path, language: Literal["en", "pt"]) -> Iterator[tuple[str, bool | None]]:
    """Give each sentence of a language once, and whether it praises, where the words tell."""
    seen: set[tuple[str, ...]] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        english, *rest = line.split("\t")
        text = (english if language == "en" else rest[0]).strip()
        tokens = tuple(tokenize_posts(text))
        if not tokens or tokens in seen:
            continue
        seen.add(tokens)
        try:
            yield text, rate(english)
        except ValueError:
            continue
