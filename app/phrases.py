"""Makes short sentences with a known opinion or feeling, for training and for measuring.

Two thousand reviews do not teach a network that "boa, não ruim" and "ruim, não boa" differ, so the
project writes such sentences itself, from the words and patterns in phrases.json: nouns with their
gender, adjectives, verbs; negation, contrast, changes of mind. One fifth of the pairs of
adjectives, "bom" and "ruim" among them, is never in a training sentence with both: what is made of
those pairs measures whether the network learnt the order or the pairs. The feelings, in Portuguese
and in English, are for training alone.

In a pattern P is what the sentence says in the end and N its opposite; o, um, do and e are the
articles and the verb "to be", which agree with the noun n; L, g, D, d are "liked" and its opposite
(first person, gerund, first person, infinitive); Q is one adjective more, v a word like "very", E
what happened.
"""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_FOUND: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _words(name: str) -> list[str]:
    return " ".join(_FOUND[name]).split()


# Masculine/feminine where the rule (o -> a) does not give the second; _ stands for a space.
GOOD, BAD = _words("good"), _words("bad")
NOUNS = [(gender, noun) for gender in ("masculine", "feminine") for noun in _words(gender)]


def make_opinions(count: int, seed: int, held: bool = False) -> Iterator[tuple[str, bool]]:
    """Give ``count`` sentences and whether each is positive.

    With ``held`` every one is a contrast of a pair of adjectives that is kept from training.
    """
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    for k in range(count):
        positive = bool(k % 2)
        if held:
            yield _fill(source, "contrast", positive, held), positive
        else:
            yield _say(source, positive), positive


def make_feelings(count: int, seed: int, language: str) -> Iterator[tuple[str, str]]:
    """Give ``count`` sentences in "pt" or "en" and the name of the feeling of each."""
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    found = _FOUND["feelings"][language]
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
    """Say whether a pair of adjectives is kept from training: every fifth, and bom with ruim."""
    return zlib.crc32(f"{good} {bad}".encode()) % 5 == 0 or (good, bad) == ("bom/boa", "ruim")


def _say(source: random.Random, positive: bool) -> str:
    side = "good" if positive else "bad"
    kinds = {
        "contrast": 50,
        "alone": 20,
        "told": 10,
        f"told_{side}": 15,
        f"then_{side}": 5,
        "news": 5,
    }
    (kind,) = source.choices(list(kinds), list(kinds.values()))
    found = _fill(source, kind, positive)
    if source.random() < 0.25:
        found = _join(source, found, _pick(source, f"then_{side}"))
    for _ in range(source.choice((0, 0, 0, 0, 1, 1, 2, 3))):  # words to remember it over
        aside = " ".join(_pick(source, part) for part in ("done", "who", "when"))
        pair = (found, aside) if source.random() < 0.6 else (aside, found)
        found = _join(source, *pair)
    return " ".join(found.split()) + source.choice(("", ".", ".", "!"))


def _pick(source: random.Random, name: str) -> str:
    found: str = source.choice(_FOUND[name])
    return found


def _join(source: random.Random, first: str, second: str) -> str:
    return source.choice((", ", ". ", " e ")).join((first, second))


def _fill(source: random.Random, kind: str, positive: bool, held: bool = False) -> str:
    pattern = _pick(source, kind)
    while True:
        good, bad = source.choice(GOOD), source.choice(BAD)
        if is_held(good, bad) == held:
            break
    own, other, more = (good, bad, GOOD) if positive else (bad, good, BAD)
    liked, disliked = source.choice(_FOUND["liked"]), source.choice(_FOUND["disliked"])
    if not positive:
        liked, disliked = disliked, liked
    (gender, noun), (gender2, noun2) = source.choice(NOUNS), source.choice(NOUNS)
    feminine, many = gender == "feminine", "{e}" in pattern and source.random() < 0.2
    be = {one: plural if many else one for one, plural in _FOUND["be"].items()}
    filled = pattern.format(
        o="oa"[feminine] + "s" * many,
        do=("do", "da")[feminine],
        um=(("um", "uma"), ("uns", "umas"))[many][feminine],
        n=_pluralise(noun) if many else noun,
        o2="oa"[gender2 == "feminine"],
        n2=noun2,
        e=source.choice(list(be.values())),
        v=_pick(source, "very"),
        P=_agree(own, feminine, many),
        N=_agree(other, feminine, many),
        Q=_agree(source.choice(more), feminine, many),
        L=liked[0],
        g=liked[2],
        D=disliked[0],
        d=disliked[1],
        E=_pick(source, "fortune" if positive else "misfortune"),
        **be,
    )
    return " ".join(filled.split())


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
