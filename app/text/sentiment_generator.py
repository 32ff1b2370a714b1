"""Generates short sentences with a known sentiment, for training and for measuring.

No number of reviews teaches a network that "good, not bad" and "bad, not good" differ, so the
project generates such sentences itself, in Portuguese and in English, from the words and templates
of data/sentiment.en.json and data/sentiment.pt.json: nouns, adjectives, verbs; negation, contrast,
changes of mind. One fifth of the pairs of adjectives, "good" and "bad" among them, is never in a
training sentence with both: what is made of those pairs measures whether the network learnt the
order or the pairs.

A file's ``weights`` say how often each list of templates is drawn from, where ``{side}`` is the
sentence's own, good or bad. In a template P is what the sentence says in the end and N its
opposite; Q is one adjective more, v an intensifier, E an event. own_past, own_base ... are the
forms of a verb of the sentence's own sentiment, opp_past, opp_base ... those of an opposite one:
"base" is the infinitive, "third" the third person. n and n2 are nouns. The articles and the verb
"to be" agree with n: in Portuguese o, um, do and e, in English the, it, them, e and ne ("was not").

The templates are made in pairs of both kinds: a verb or an adjective stands plainly as well as
negated, an imperative with "don't" praises as often as it blames. A form that is only ever reversed
would be learnt as its opposite.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .files import read_data

LANGUAGES = ("en", "pt")
LECTURE = (("good", "bad"), ("bom/boa", "ruim"))  # the lecture's own pairs, kept from training

_DATA: Mapping[str, Any] = {
    language: read_data(f"sentiment.{language}.json") for language in LANGUAGES
}


def list_words(language: str, *names: str) -> list[str]:
    """Give the words of one or several lists; in a word, ``_`` stands for a space.

    Portuguese adjectives are masculine/feminine where the rule (o -> a) does not give the second.
    """
    return [word for name in names for word in " ".join(_DATA[language][name]).split()]


GOOD = {language: list_words(language, "adjectives_good") for language in LANGUAGES}
BAD = {language: list_words(language, "adjectives_bad") for language in LANGUAGES}
NOUNS = {
    language: [(kind, noun) for kind in kinds for noun in list_words(language, f"nouns_{kind}")]
    for language, kinds in (("en", ("singular", "plural")), ("pt", ("masculine", "feminine")))
}


def list_verbs(language: str, positive: bool) -> list[Mapping[str, str]]:
    """Give the verbs of liking or of disliking, each by the names of its forms."""
    verbs: list[Mapping[str, str]] = _DATA[language]["verbs_good" if positive else "verbs_bad"]
    return verbs


class Adjectives(NamedTuple):
    """The adjective of a sentence's own sentiment, its opposite, and others like the first."""

    own: str
    opposite: str
    others: list[str]


def generate_sentiments(
    count: int, seed: int, held_out: bool = False, language: str = "pt"
) -> Iterator[tuple[str, bool]]:
    """Give ``count`` sentences in "pt" or "en" and whether each is positive.

    With ``held_out`` every one is a contrast of a pair of adjectives that is kept from training.
    """
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    for k in range(count):
        positive = bool(k % 2)
        if held_out:
            yield _fill_template(source, language, "contrast", positive, held_out), positive
        else:
            yield _generate_one(source, language, positive), positive


def is_held_out(good: str, bad: str) -> bool:
    """Say whether a pair of adjectives is kept from training: every fifth, and good with bad."""
    return zlib.crc32(f"{good} {bad}".encode()) % 5 == 0 or (good, bad) in LECTURE


def _generate_one(source: random.Random, language: str, positive: bool) -> str:
    side = "good" if positive else "bad"
    weights = {name.format(side=side): n for name, n in _DATA[language]["weights"].items()}
    (name,) = source.choices(list(weights), list(weights.values()))
    text = _fill_template(source, language, name, positive)
    if source.random() < 0.25:
        text = _join(source, language, text, _pick(source, language, f"remark_{side}"))
    for _ in range(source.choice((0, 0, 0, 0, 1, 1, 2, 3))):  # words to remember it over
        parts = ("actions", "companions", "times")
        neutral = " ".join(_pick(source, language, part) for part in parts).rstrip()
        pair = (text, neutral) if source.random() < 0.6 else (neutral, text)
        text = _join(source, language, *pair)
    return " ".join(text.split()) + source.choice(("", ".", ".", "!"))


def _pick(source: random.Random, language: str, name: str) -> str:
    picked: str = source.choice(_DATA[language][name])
    return picked


def _join(source: random.Random, language: str, first: str, second: str) -> str:
    return _pick(source, language, "separators").join((first, second))


def _fill_template(
    source: random.Random, language: str, name: str, positive: bool, held_out: bool = False
) -> str:
    template = _pick(source, language, name)
    goods, bads = GOOD[language], BAD[language]
    while True:
        good, bad = source.choice(goods), source.choice(bads)
        if is_held_out(good, bad) == held_out:
            break
    adjectives = Adjectives(good, bad, goods) if positive else Adjectives(bad, good, bads)
    liked, disliked = (
        source.choice(list_verbs(language, good_side)) for good_side in (True, False)
    )
    own, opposite = (liked, disliked) if positive else (disliked, liked)
    if language == "en":
        slots = _choose_english(source, template, adjectives)
    else:
        slots = _choose_portuguese(source, template, adjectives, positive)
    slots |= {f"own_{form}": verb for form, verb in own.items()}
    slots |= {f"opp_{form}": verb for form, verb in opposite.items()}
    return " ".join(template.format(**slots).split())


def _choose_english(source: random.Random, template: str, adjectives: Adjectives) -> dict[str, str]:
    plural = source.random() < 0.2
    (_, noun), (_, noun2) = (
        source.choice([pair for pair in NOUNS["en"] if pair[0] == kind])
        for kind in ("plural" if plural else "singular", "singular")
    )
    copula = source.choice(_DATA["en"]["copulas"])[3 * plural : 3 * plural + 3]
    takes_no_intensifier = adjectives.own.startswith("a_")  # "very" does not go with "a mess"
    articles = ("the", "the", *(("these", "our") if plural else ("this", "our")))
    return {
        "the": source.choice(articles),
        "n": noun.replace("_", " "),
        "n2": noun2.replace("_", " "),
        "it": "they" if plural else "it",
        "them": "them" if plural else "it",
        "e": copula[0],
        "ne": source.choice(copula[1:]),
        "v": "" if takes_no_intensifier else _pick(source, "en", "intensifiers"),
        "P": adjectives.own.replace("_", " "),
        "N": adjectives.opposite.replace("_", " "),
        "Q": source.choice(adjectives.others).replace("_", " "),
    }


def _choose_portuguese(
    source: random.Random, template: str, adjectives: Adjectives, positive: bool
) -> dict[str, str]:
    (gender, noun), (gender2, noun2) = source.choice(NOUNS["pt"]), source.choice(NOUNS["pt"])
    feminine, plural = gender == "feminine", "{e}" in template and source.random() < 0.2
    copulas = {
        singular: many if plural else singular for singular, many in _DATA["pt"]["copulas"].items()
    }
    return {
        "o": "oa"[feminine] + "s" * plural,
        "do": ("do", "da")[feminine],
        "um": (("um", "uma"), ("uns", "umas"))[plural][feminine],
        "n": _pluralise(noun) if plural else noun,
        "o2": "oa"[gender2 == "feminine"],
        "n2": noun2,
        "e": source.choice(list(copulas.values())),
        "v": _pick(source, "pt", "intensifiers"),
        "P": _agree(adjectives.own, feminine, plural),
        "N": _agree(adjectives.opposite, feminine, plural),
        "Q": _agree(source.choice(adjectives.others), feminine, plural),
        "E": _pick(source, "pt", "events_good" if positive else "events_bad"),
        **copulas,
    }


def _agree(adjective: str, feminine: bool, plural: bool) -> str:
    own, _, other = adjective.partition("/")
    changes = "_" not in own or own.startswith(("mal", "bem"))
    if feminine and other:
        own = other
    elif feminine and own.endswith("o") and changes:
        own = own[:-1] + "a"
    return (_pluralise(own) if plural and changes else own).replace("_", " ")


def _pluralise(word: str) -> str:
    for end, ends in (("ão", "ões"), ("vel", "veis"), ("el", "éis"), ("al", "ais"), ("il", "eis")):
        if word.endswith(end):
            return word.removesuffix(end) + ends
    if word.endswith("m"):
        return word[:-1] + "ns"
    return word if word.endswith("s") else word + ("es" if word[-1] in "rz" else "s")
