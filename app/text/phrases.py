"""Makes short sentences with a known opinion or feeling, for training and for measuring.

No number of reviews teaches a network that "good, not bad" and "bad, not good" differ, so the
project writes such sentences itself, in Portuguese and in English, from the words and patterns in
phrases.pt.json and phrases.en.json: nouns, adjectives, verbs; negation, contrast, changes of mind.
One fifth of the pairs of adjectives, "good" and "bad" among them, is never in a training sentence
with both: what is made of those pairs measures whether the network learnt the order or the pairs.
The feelings are for training alone.

In a pattern P is what the sentence says in the end and N its opposite; L, g, D, d are "liked" and
its opposite (past, gerund, past, infinitive); Q is one adjective more, v a word like "very", E
what happened. n and n2 are nouns. The articles and the verb "to be" agree with n: in Portuguese o,
um, do and e, in English the, it, them, e and ne ("was not").
"""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data"
LANGUAGES = ("en", "pt")
HELD = (("good", "bad"), ("bom/boa", "ruim"))  # the lecture's own, kept from training

_FOUND: Mapping[str, Any] = {
    language: json.loads((DATA / f"phrases.{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}


def list_words(language: str, *names: str) -> list[str]:
    """Give the words of one or several lists; in a word, ``_`` stands for a space.

    Portuguese adjectives are masculine/feminine where the rule (o -> a) does not give the second.
    """
    return [word for name in names for word in " ".join(_FOUND[language][name]).split()]


GOOD = {language: list_words(language, "good") for language in LANGUAGES}
BAD = {language: list_words(language, "bad") for language in LANGUAGES}
NOUNS = {
    language: [(kind, noun) for kind in kinds for noun in list_words(language, kind)]
    for language, kinds in (("en", ("one", "many")), ("pt", ("masculine", "feminine")))
}


class Said(NamedTuple):
    """What one sentence says: adjectives, and forms of "liked" and of its opposite."""

    positive: bool
    own: str
    other: str
    more: list[str]
    liked: list[str]
    disliked: list[str]


def make_opinions(
    count: int, seed: int, held: bool = False, language: str = "pt"
) -> Iterator[tuple[str, bool]]:
    """Give ``count`` sentences in "pt" or "en" and whether each is positive.

    With ``held`` every one is a contrast of a pair of adjectives that is kept from training.
    """
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    for k in range(count):
        positive = bool(k % 2)
        if held:
            yield _fill(source, language, "contrast", positive, held), positive
        else:
            yield _say(source, language, positive), positive


def make_feelings(count: int, seed: int, language: str) -> Iterator[tuple[str, str]]:
    """Give ``count`` sentences in "pt" or "en" and the name of the feeling of each."""
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    found = _FOUND[language]["feelings"]
    names = list(found["said"])
    for k in range(count):
        name = names[k % len(names)]
        text = _feel(source, found, name)
        if source.random() < 0.4:
            text = source.choice((", ", ". ", "! ")).join((text, _feel(source, found, name)))
        yield text + source.choice(("", ".", "!")), name


def _feel(source: random.Random, found: dict[str, Any], name: str) -> str:
    states = found["states"]
    if name in states and source.random() < 0.5:
        other = source.choice([one for one in states if one != name])
        own, left = source.choice(states[name]), source.choice(states[other])
        text: str = source.choice(found["turn"]).format(P=own, N=left)
    else:
        text = source.choice(found["said"][name]).format(x=source.choice(found["about"]))
    return text


def is_held(good: str, bad: str) -> bool:
    """Say whether a pair of adjectives is kept from training: every fifth, and good with bad."""
    return zlib.crc32(f"{good} {bad}".encode()) % 5 == 0 or (good, bad) in HELD


def _say(source: random.Random, language: str, positive: bool) -> str:
    side = "good" if positive else "bad"
    kinds = {kind.format(side=side): often for kind, often in _FOUND[language]["kinds"].items()}
    (kind,) = source.choices(list(kinds), list(kinds.values()))
    found = _fill(source, language, kind, positive)
    if source.random() < 0.25:
        found = _join(source, language, found, _pick(source, language, f"then_{side}"))
    for _ in range(source.choice((0, 0, 0, 0, 1, 1, 2, 3))):  # words to remember it over
        aside = " ".join(_pick(source, language, part) for part in ("done", "who", "when"))
        pair = (found, aside) if source.random() < 0.6 else (aside, found)
        found = _join(source, language, *pair)
    return " ".join(found.split()) + source.choice(("", ".", ".", "!"))


def _pick(source: random.Random, language: str, name: str) -> str:
    found: str = source.choice(_FOUND[language][name])
    return found


def _join(source: random.Random, language: str, first: str, second: str) -> str:
    return _pick(source, language, "joints").join((first, second))


def _fill(
    source: random.Random, language: str, kind: str, positive: bool, held: bool = False
) -> str:
    pattern = _pick(source, language, kind)
    goods, bads = GOOD[language], BAD[language]
    while True:
        good, bad = source.choice(goods), source.choice(bads)
        if is_held(good, bad) == held:
            break
    own, other, more = (good, bad, goods) if positive else (bad, good, bads)
    words = _FOUND[language]
    liked, disliked = source.choice(words["liked"]), source.choice(words["disliked"])
    if not positive:
        liked, disliked = disliked, liked
    said = Said(positive, own, other, more, liked, disliked)
    slots = (_put_english if language == "en" else _put_portuguese)(source, pattern, said)
    filled = pattern.format(L=liked[0], g=liked[2], D=disliked[0], d=disliked[1], **slots)
    return " ".join(filled.split())


def _put_english(source: random.Random, pattern: str, said: Said) -> dict[str, str]:
    many = source.random() < 0.2
    (_, noun), (_, noun2) = (
        source.choice([pair for pair in NOUNS["en"] if pair[0] == kind])
        for kind in ("many" if many else "one", "one")
    )
    be = source.choice(_FOUND["en"]["be"])[3 * many : 3 * many + 3]
    plain = said.own.startswith("a_")  # "very" does not go with "a mess"
    return {
        "the": source.choice(("the", "the", *(("these", "our") if many else ("this", "our")))),
        "n": noun.replace("_", " "),
        "n2": noun2.replace("_", " "),
        "it": "they" if many else "it",
        "them": "them" if many else "it",
        "e": be[0],
        "ne": source.choice(be[1:]),
        "v": "" if plain else _pick(source, "en", "very"),
        "P": said.own.replace("_", " "),
        "N": said.other.replace("_", " "),
        "Q": source.choice(said.more).replace("_", " "),
    }


def _put_portuguese(source: random.Random, pattern: str, said: Said) -> dict[str, str]:
    (gender, noun), (gender2, noun2) = source.choice(NOUNS["pt"]), source.choice(NOUNS["pt"])
    feminine, many = gender == "feminine", "{e}" in pattern and source.random() < 0.2
    be = {one: plural if many else one for one, plural in _FOUND["pt"]["be"].items()}
    return {
        "o": "oa"[feminine] + "s" * many,
        "do": ("do", "da")[feminine],
        "um": (("um", "uma"), ("uns", "umas"))[many][feminine],
        "n": _pluralise(noun) if many else noun,
        "o2": "oa"[gender2 == "feminine"],
        "n2": noun2,
        "e": source.choice(list(be.values())),
        "v": _pick(source, "pt", "very"),
        "P": _agree(said.own, feminine, many),
        "N": _agree(said.other, feminine, many),
        "Q": _agree(source.choice(said.more), feminine, many),
        "E": _pick(source, "pt", "fortune" if said.positive else "misfortune"),
        **be,
    }


def _agree(adjective: str, feminine: bool, many: bool) -> str:
    own, _, other = adjective.partition("/")
    changes = "_" not in own or own.startswith(("mal", "bem"))
    if feminine and other:
        own = other
    elif feminine and own.endswith("o") and changes:
        own = own[:-1] + "a"
    return (_pluralise(own) if many and changes else own).replace("_", " ")


def _pluralise(word: str) -> str:
    for end, ends in (("ão", "ões"), ("vel", "veis"), ("el", "éis"), ("al", "ais"), ("il", "eis")):
        if word.endswith(end):
            return word.removesuffix(end) + ends
    if word.endswith("m"):
        return word[:-1] + "ns"
    return word if word.endswith("s") else word + ("es" if word[-1] in "rz" else "s")
