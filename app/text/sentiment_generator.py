"""Generates short sentences with a known sentiment, for training and for measuring.

No number of reviews teaches a network that "good, not bad" and "bad, not good" differ, and reviews
are long where people type three words. So the project generates short sentences itself, in
Portuguese and in English, from the words and templates of data/sentiment.en.json and
data/sentiment.pt.json, and from the words of opinion in data/opinions.en.json and
data/opinions.pt.json, chosen among those that published lexicons rate.

Nouns have a field (``story``, ``food``, ``people`` ...); an adjective is of ``any`` field or of
one. ``weights`` say how often each list of templates is drawn from. A list named with ``_good`` and
``_bad`` is drawn from by the sentence's own side.

In a template ``P`` is what the sentence says in the end and ``N`` its opposite, ``Q`` one adjective
more; ``A``, ``A2`` and ``B`` are the same, of one word before or after a noun (P may be "a
masterpiece"). ``x`` is a noun with its article ("the film", "o filme"), ``s`` a noun in the
singular without one, ``n2`` and ``s2`` others; in Portuguese ``dx``, ``px`` and ``nx`` are x after
"de", "por" and "em", and A, A2, B agree with s, P, N and Q with x. ``e`` and ``ne`` are a verb
like "was" and "was not". ``own_past``, ``own_base`` ... are forms of a verb of the sentence's own
sentiment, ``opp_past`` ... of an opposite one (``base`` is the infinitive, ``third`` the third
person, ``part`` the participle); in Portuguese ``own_x`` is the noun after that verb's preposition.
``eff_past`` ... and ``opp_eff_past`` ... are those of a verb whose subject is the noun ("bored
me"), ``act_past`` ... and ``opp_act_past`` ... of one without an object ("broke"). ``q`` and ``q2``
are nouns of opinion ("charm"), ``oq`` one of the other side, ``cq`` and ``ocq`` their countable
plurals; ``base``, ``more`` and ``most`` the degrees of an adjective ("nice", "nicer", "nicest"),
``omore`` ... of an opposite one; in Portuguese ``muito_q``, ``nenhum_oq`` ... agree with theirs.
``clause`` is a plain clause and ``not_clause`` one of the other side. Any other slot is drawn
from its list, or in Portuguese is a verb in the third person that agrees with x. After "a" stands
no mass noun (``mass_nouns``).

The templates are made in pairs of both kinds: a verb or an adjective stands plainly as well as
negated, an imperative with "don't" praises as often as it blames. A form that is only ever reversed
would be learnt as its opposite.

One fifth of the pairs of adjectives, "good" and "bad" among them, is never set against each other
in a training sentence, and the templates of ``contrast_held_out`` are never used in one. With both,
held-out sentences measure whether the network learnt the order, or the pairs and the wordings.
Those of ``verb_held_out`` are kept from training too.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from .agreement import agree, conjugate, pluralise, pluralise_verb
from .files import read_data
from .haste import type_in_haste
from .neutral_generator import generate_neutral
from .templates import Slots, write_articles

LANGUAGES = ("en", "pt")
LECTURE = (("good", "bad"), ("bom/boa", "ruim"))  # the lecture's own pairs, kept from training
HASTE = 1 / 6  # share of the training sentences that are typed in haste
EMOJI = 0.15  # share of the sentences with an emoji of their side
RATED = (
    0.3  # share of the adjectives that are drawn from a lexicon's, where a noun of any field fits
)

_DATA: Mapping[str, Any] = {
    language: read_data(f"sentiment.{language}.json") for language in LANGUAGES
}
_OPINIONS: Mapping[str, Any] = {
    language: read_data(f"opinions.{language}.json") for language in LANGUAGES
}
_SIDES = ("bad", "good")
_FORMS = {
    "en": ("base", "third", "past", "gerund", "part"),
    "pt": ("base", "present", "third", "past", "third_past"),
}


@cache
def list_words(language: str, name: str) -> list[str]:
    """Give the words of a list, or of all its fields; in a word, ``_`` stands for a space.

    Portuguese adjectives are masculine/feminine where the rule (o -> a) does not give the second.
    """
    words = _DATA[language][name]
    texts = words.values() if isinstance(words, dict) else [words]
    return list(dict.fromkeys(word for text in texts for word in text.split()))


@cache
def _list_rated(language: str, name: str) -> list[str]:
    words: str = _OPINIONS[language][name]
    return words.split()


def _list_opinions(language: str, side: str) -> list[str]:
    return [
        *list_words(language, f"adjectives_{side}"),
        *_list_rated(language, f"adjectives_{side}"),
        *list_words(language, f"predicates_{side}"),
    ]


GOOD = {language: _list_opinions(language, "good") for language in LANGUAGES}
BAD = {language: _list_opinions(language, "bad") for language in LANGUAGES}
NOUNS = {
    language: [
        (kind, noun)
        for field in _DATA[language]["nouns"].values()
        for kind, nouns in field.items()
        for noun in nouns.split()
    ]
    for language in LANGUAGES
}


@cache
def list_verbs(language: str, positive: bool) -> list[Mapping[str, str]]:
    """Give the verbs of liking or of disliking, each by the names of its forms."""
    return [_read_verb(language, line) for line in _list_lines(language, "verbs", positive)]


@cache
def list_effects(language: str, positive: bool) -> list[Mapping[str, str]]:
    """Give the verbs of what a thing does to people, each by its forms; ``*`` is the object."""
    lines = _list_lines(language, "effects", positive)
    if language == "pt":
        return [conjugate(verb) for verb in lines]
    return [_read_verb(language, line) for line in lines]


@cache
def list_acts(language: str, positive: bool) -> list[Mapping[str, str]]:
    """Give the verbs of what a thing does by itself, each by its forms."""
    lines: list[str] = _OPINIONS[language][f"acts_{_SIDES[positive]}"]
    if language == "pt":
        return [conjugate(verb) for verb in lines]
    return [_read_verb(language, line) for line in lines]


def _list_lines(language: str, name: str, positive: bool) -> list[str]:
    key = f"{name}_{_SIDES[positive]}"
    return [*_DATA[language][key], *_OPINIONS[language][key]]


def _read_verb(language: str, line: str) -> dict[str, str]:
    *words, last = [word.replace("_", " ") for word in line.split()]
    words.append(last)
    names = _FORMS[language]
    forms = dict(zip(names, words, strict=False))
    if language == "en":
        forms.setdefault("part", forms["past"])
    else:  # reflexive verbs: "me arrepender", "se arrepender"
        forms["gerund"] = forms["base"][:-1] + "ndo"
        for form in ("base", "gerund"):
            forms[f"third_{form}"] = forms[form].replace("me ", "se ", 1)
        forms["preposition"] = words[len(names)] if len(words) > len(names) else ""
    return forms


class Theme(NamedTuple):
    """What a sentence is made of: the field of its nouns and two opinions of each side."""

    field: str
    good: list[str]
    bad: list[str]
    words: tuple[list[str], list[str]]  # one-word opinions of each side, good and bad


def generate_sentiments(
    count: int, seed: int, held_out: bool = False, language: str = "pt"
) -> Iterator[tuple[str, bool]]:
    """Give ``count`` sentences in "pt" or "en" and whether each is positive.

    With ``held_out`` every one is a contrast of a pair of adjectives and in a wording that are kept
    from training; without, every sixth is typed in haste.
    """
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    fillers = generate_neutral(4 * count, seed, language)
    for k in range(count):
        positive = bool(k % 2)
        sentence = _Sentence(source, language, _choose_theme(source, language, held_out), positive)
        if held_out:
            yield sentence.fill("contrast_held_out"), positive
            continue
        text = _compose(source, language, sentence, fillers)
        if source.random() < HASTE:
            text = type_in_haste(text, source, language)
        yield text, positive


def generate_frames(count: int, seed: int, language: str) -> Iterator[tuple[str, bool]]:
    """Give ``count`` sentences of a verb of liking or disliking, and whether each is positive.

    Their wordings, ``verb_held_out``, are never used in a training sentence; the verbs are.
    """
    source = random.Random(seed)  # noqa: S311 - sentences, not secrets
    for k in range(count):
        theme = _choose_theme(source, language, held_out=False)
        positive = bool(k % 2)
        yield _Sentence(source, language, theme, positive).fill("verb_held_out"), positive


def is_held_out(good: str, bad: str) -> bool:
    """Say whether a pair of adjectives is kept from training: every fifth, and good with bad."""
    return zlib.crc32(f"{good} {bad}".encode()) % 5 == 0 or (good, bad) in LECTURE


@cache
def _list_adjectives(language: str, field: str, side: str) -> list[str]:
    adjectives = _DATA[language][f"adjectives_{side}"]
    return [word for kind in ("any", field) for word in adjectives[kind].split()]


@cache
def _list_nouns(language: str, field: str) -> Mapping[str, list[str]]:
    kinds = _DATA[language]["nouns"][field].items()
    return {kind: [word.replace("_", " ") for word in words.split()] for kind, words in kinds}


def _choose_theme(source: random.Random, language: str, held_out: bool) -> Theme:
    """Choose a field and opinions; all the pairs are trained on, or the first pair is held out."""
    field = source.choice(list(_DATA[language]["nouns"]))
    while True:
        words = [
            _list_rated(language, f"adjectives_{side}")
            if source.random() < RATED
            else _list_adjectives(language, field, side)
            for side in ("good", "bad")
        ]
        good, bad = (
            source.choice(one if source.random() < 0.85 else predicates)
            for one, predicates in zip(
                words,
                (list_words(language, f"predicates_{side}") for side in ("good", "bad")),
                strict=True,
            )
        )
        more_good, more_bad = (source.sample(one, 2) for one in words)
        chosen = ([good, *more_good], [bad, *more_bad])
        pairs = [is_held_out(first, second) for first in chosen[0] for second in chosen[1]]
        if pairs[0] if held_out else not any(pairs):
            return Theme(field, *chosen, (more_good, more_bad))


def _compose(
    source: random.Random, language: str, sentence: _Sentence, fillers: Iterator[str]
) -> str:
    data = _DATA[language]
    weights = data["weights"]
    (name,) = source.choices(list(weights), list(weights.values()))
    text = sentence.fill(name)
    emoji = name == "emoji_alone"
    if not emoji and source.random() < 0.2:
        text = _join(source, language, text, sentence.fill("remark"))
    if name not in ("emoji_alone", "short"):
        for _ in range(source.choice((0, 0, 0, 0, 1, 1, 2, 3))):  # words to remember it over
            pair = [text, next(fillers)]
            source.shuffle(pair)
            text = _join(source, language, *pair)
    if not emoji:
        text = text if text.endswith("?") else text + source.choice(("", "", ".", ".", "!"))
        if source.random() < EMOJI:
            text = f"{text} {sentence.fill('emoji_alone')}"
    return text


def _join(source: random.Random, language: str, first: str, second: str) -> str:
    if first.endswith("?"):
        return f"{first} {second}"
    return f"{first}{source.choice(_DATA[language]['separators'])}{second}"


class _Sentence:
    """Draws the clauses of one sentence; those of the other side are of the same theme."""

    def __init__(self, source: random.Random, language: str, theme: Theme, positive: bool) -> None:
        self.source = source
        self.language = language
        self.theme = theme
        self.positive = positive

    def fill(self, name: str) -> str:
        """Draw a template of the list, or of the list of the sentence's side, and fill it."""
        lists = _DATA[self.language]
        side = _SIDES[self.positive]
        template = self.source.choice(lists[name if name in lists else f"{name}_{side}"])
        text = _OpinionSlots(self).fill(template)
        return write_articles(text) if self.language == "en" else text

    def turn(self) -> _Sentence:
        return _Sentence(self.source, self.language, self.theme, not self.positive)


class _OpinionSlots(Slots):
    def __init__(self, sentence: _Sentence) -> None:
        choose = _choose_english if sentence.language == "en" else _choose_portuguese
        super().__init__(
            sentence.source,
            _DATA[sentence.language],
            choose(sentence) | _choose_verbs(sentence) | _choose_qualities(sentence),
        )
        self.sentence = sentence
        if sentence.language == "pt":
            for side in ("own", "opp"):
                self[f"{side}_x"] = self[_AFTER[self[f"{side}_preposition"]]]

    def __missing__(self, name: str) -> str:
        if name.startswith("not_"):
            return self.sentence.turn().fill(name.removeprefix("not_"))
        own = f"{name}_{_SIDES[self.sentence.positive]}"
        if name == "clause":
            return self.sentence.fill(name)
        if name == "emoji":
            emoji = self.source.choice(self.lists[own])
            return emoji * self.source.choice((1, 1, 1, 2, 3))
        name = own if own in self.lists else name
        if name not in self.lists and self.sentence.language == "pt":
            return pluralise_verb(name) if self["plural"] else name  # a verb that agrees with x
        return super().__missing__(name)


_AFTER = {"": "x", "de": "dx", "com": "cx", "por": "px", "em": "nx"}


def _choose_verbs(sentence: _Sentence) -> dict[str, str]:
    source, language = sentence.source, sentence.language
    slots: dict[str, str] = {}
    for side, positive in (("own", sentence.positive), ("opp", not sentence.positive)):
        verb = source.choice(list_verbs(language, positive))
        slots |= {f"{side}_{form}": word for form, word in verb.items()}
    return slots


def _choose_qualities(sentence: _Sentence) -> dict[str, str]:
    """Choose nouns of opinion, and in English the degrees of two adjectives."""
    source, opinions = sentence.source, _OPINIONS[sentence.language]
    slots: dict[str, str] = {}
    for mark, positive in (("", sentence.positive), ("o", not sentence.positive)):
        side = _SIDES[positive]
        if sentence.language == "pt":
            nouns = [
                (noun, gender == "feminine")
                for gender, words in opinions[f"qualities_{side}"].items()
                for noun in words.split()
            ]
            (noun, feminine), (other, _) = source.sample(nouns, 2)
            slots |= {
                f"{word}_{mark}q": word[:-1] + "a" if feminine else word
                for word in ("muito", "tanto", "quanto", "puro", "pouco")
            }
            slots |= {
                f"nenhum_{mark}q": ("nenhum", "nenhuma")[feminine],
                f"um_{mark}q": ("um", "uma")[feminine],
                f"o_{mark}q": "oa"[feminine],
                f"ao_{mark}q": ("ao", "à")[feminine],
            }
        else:
            noun, other = source.sample(opinions[f"qualities_{side}"].split(), 2)
            slots[f"{mark}cq"] = source.choice(opinions[f"counted_{side}"].split())
            degrees = source.choice(opinions[f"degrees_{side}"]).split()
            slots |= {
                f"{mark}{name}": word
                for name, word in zip(("base", "more", "most"), degrees, strict=True)
            }
        slots |= {f"{mark}q": noun.replace("_", " "), f"{mark}q2": other.replace("_", " ")}
    return slots


def _choose_opinions(sentence: _Sentence) -> dict[str, str]:
    theme = sentence.theme
    own, opposite = (theme.good, theme.bad) if sentence.positive else (theme.bad, theme.good)
    one_word, one_opposite = theme.words if sentence.positive else theme.words[::-1]
    return {
        "P": own[0],
        "N": opposite[0],
        "Q": own[1],
        "A": one_word[0],
        "A2": one_word[1],
        "B": one_opposite[0],
    }


def _choose_english(sentence: _Sentence) -> dict[str, str]:
    source, data = sentence.source, _DATA["en"]
    nouns = _list_nouns("en", sentence.theme.field)
    plural = source.random() < 0.2
    noun = source.choice(nouns["plural" if plural else "singular"])
    mass = [word.replace("_", " ") for word in list_words("en", "mass_nouns")]
    single, other = source.sample([word for word in nouns["singular"] if word not in mass], 2)
    opinions = _choose_opinions(sentence)
    predicates = list_words("en", "predicates_good") + list_words("en", "predicates_bad")
    phrase = opinions["P"] in predicates
    copulas = data["copulas"]
    if phrase or opinions["N"] in predicates:  # nothing "felt a mess"
        copulas = [forms for forms in copulas if forms.startswith(("was", "is"))]
    forms = source.choice(copulas).split("/")[3 * plural : 3 * plural + 3]
    people = sentence.theme.field == "people" and not plural
    pronoun, them = source.choice((("he", "him"), ("she", "her"))) if people else ("it", "it")
    if noun in ("actor", "waiter", "landlord", "hero"):
        pronoun, them = "he", "him"
    elif noun in ("actress", "waitress"):
        pronoun, them = "she", "her"
    elif noun in ("crowd", "staff"):
        pronoun, them = "it", "it"
    articles = ("the", "the", *(("these", "our") if plural else ("this", "our", "that")))
    slots = {name: word.replace("_", " ") for name, word in opinions.items()}
    slots |= _choose_effects(sentence, plural)
    return slots | {
        "x": f"{source.choice(articles)} {noun}",
        "n": noun,
        "n2": other,
        "s": single,
        "s2": other,
        "s_pl": source.choice(nouns["plural"]),
        "this": f"this {single}",
        "it": "they" if plural else pronoun,
        "them": "them" if plural else them,
        "is": "are" if plural else "is",
        "was": "were" if plural else "was",
        "has": "have" if plural else "has",
        "does": "do" if plural else "does",
        "doesn": "don't" if plural else "doesn't",
        "ne1": source.choice(("are not", "aren't") if plural else ("is not", "isn't", "wasn't")),
        "was1": source.choice(("was", "is")),
        "e": forms[0],
        "ne": source.choice(forms[1:]),
        "v": "" if phrase else source.choice(data["intensifiers"]),
    }


def _choose_effects(sentence: _Sentence, plural: bool) -> dict[str, str]:
    source, language = sentence.source, sentence.language
    slots: dict[str, str] = {}
    for prefix, verbs in (
        ("eff", list_effects(language, sentence.positive)),
        ("opp_eff", list_effects(language, not sentence.positive)),
        ("act", list_acts(language, sentence.positive)),
        ("opp_act", list_acts(language, not sentence.positive)),
    ):
        verb = dict(source.choice(verbs))
        where = "*" if prefix.endswith("act") else source.choice(_DATA[language]["objects"])
        if language == "en":
            verb["now"] = verb["base" if plural else "third"]
        else:
            present, past = verb["third"], verb["third_past"]
            verb["now"] = pluralise_verb(present) if plural else present
            verb["past"] = pluralise_verb(past) if plural else past
        for form, word in verb.items():
            slots[f"{prefix}_{form}"] = (
                word.replace("*", where) if language == "en" else where.replace("*", word)
            )
    return slots


def _choose_portuguese(sentence: _Sentence) -> dict[str, str]:
    source, data = sentence.source, _DATA["pt"]
    nouns = [
        (kind == "feminine", noun)
        for kind, words in _list_nouns("pt", sentence.theme.field).items()
        for noun in words
    ]
    (feminine, noun), (feminine2, noun2), (feminine3, noun3) = source.sample(nouns, 3)
    plural = " " not in noun and source.random() < 0.15
    copula = source.choice(data["copulas"])
    opinions = _choose_opinions(sentence)
    phrase = opinions["P"] in list_words("pt", f"predicates_{_SIDES[sentence.positive]}")
    named = pluralise(noun) if plural else noun
    ending = "oa"[feminine] + "s" * plural
    demonstrative = source.choice(("", "", "", "ess", "est", "aquel", "noss"))
    this = demonstrative + ("e" if demonstrative in ("ess", "est", "aquel") else "o")
    article = ending
    if demonstrative:
        article = (demonstrative + "a" if feminine else this) + "s" * plural
    agreeing = {name: agree(opinions[name], feminine, plural) for name in "PNQ"}
    for name in ("A", "A2", "B"):
        agreeing[name] = agree(opinions[name], feminine2, False)
        agreeing[f"{name}_m"], agreeing[f"{name}_f"] = (
            agree(opinions[name], gender, False) for gender in (False, True)
        )
    return {
        **agreeing,
        **_choose_effects(sentence, plural),
        "x": f"{article} {named}",
        "dx": f"{'de ' if demonstrative == 'noss' else 'd'}{article} {named}",
        "cx": f"com {article} {named}",
        "px": f"{'por ' if demonstrative else 'pel'}{article} {named}",
        "nx": f"{'em ' if demonstrative == 'noss' else 'n'}{article} {named}",
        "n": noun,
        "s": noun2,
        "um": ("um", "uma")[feminine2],
        "o": "oa"[feminine2],
        "x2": f"{'oa'[feminine3]} {noun3}",
        "s2": noun3,
        "este": ("este", "esta")[feminine2],
        "xo": "oa"[feminine],
        "meu": ("meu", "minha")[feminine2],
        "nenhum": ("nenhum", "nenhuma")[feminine2],
        "e": pluralise_verb(copula) if plural else copula,
        "melhor": "melhores" if plural else "melhor",
        "pior": "piores" if plural else "pior",
        "plural": "s" if plural else "",
        "v": "" if phrase else source.choice(data["intensifiers"]),
    }
