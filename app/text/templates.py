"""Composes sentences with a blank from the lexicon, in Portuguese and in English, reproducibly.

In the manner of Weston et al. (2015), "Towards AI-complete question answering": the words are made
up, the answers are known. What the test asks are combinations that training never sees: of opening,
clue and ending, and in a sentence about two people the pair of names.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from random import Random
from typing import Any, Literal, NamedTuple

from .lexicon import ENGLISH, PORTUGUESE, SHARED_NAMES, Kind, Tongue

TONGUES: Mapping[str, Tongue] = {"pt": PORTUGUESE, "en": ENGLISH}
Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")
NEAREST, FARTHEST = 2, 60
COUNTS = {"train": 64_000, "test": 6_000}
SEEDS = {"train": 1, "test": 2}
LECTURE = (  # combinations of the lecture's own sentences, never trained on
    ("joão", "maria"), ("joão", "josé"), ("john", "mary"), ("john", "joseph"),
    ("eu cresci {em}", "na França"), ("eu nasci {em}", "no Brasil"),
    ("o tempo que passei {em} foi muito legal", "na China"),
    ("I grew up in {c}", "France"), ("I was born in {c}", "Brazil"),
    ("the time I spent in {c} was great", "China"),
    ("{o}", "estão lá {N}", "as nuvens"), ("the {c}", "are up there in the", "clouds"),
)  # fmt: skip

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MARK = "\0"  # stands behind the clue while a sentence is put together
_CONTRACTED = {"no": "o", "na": "a", "nos": "os", "nas": "as"}
_ONE = {"o": "um", "a": "uma", "os": "uns", "as": "umas"}


class Clue(NamedTuple):
    """A clue as written in the lexicon, its answer, and the words that fill a template."""

    text: str
    answer: str
    slots: Mapping[str, str]


class Sentence(NamedTuple):
    """A sentence, what belongs into its blank, and how many words lie between clue and blank."""

    text: str
    answer: str
    distance: int
    language: str
    kind: str


@lru_cache(maxsize=20_000)
def fold(token: str) -> str:
    """Take case and accents away: what a person types in a hurry is looked up all the same."""
    plain = unicodedata.normalize("NFKD", token.replace("’", "'").casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=2_000)
def count_words(text: str) -> int:
    """Count words; marks of punctuation are none."""
    return len(_WORD.findall(text))


@cache
def list_names(tongue: Tongue) -> tuple[str, ...]:
    """Give a language's first names."""
    return tuple(sorted((SHARED_NAMES + " " + tongue.names).split()))


@cache
def list_clues(language: str, kind: Kind) -> tuple[Clue, ...]:
    """Read a kind's clues, in the lexicon's order."""
    found = []
    for line in kind.clues.splitlines():
        answer, _, clues = line.partition(": ")
        article, _, noun = answer.rpartition(" ")
        for clue in clues.split(", "):
            slots = _inflect(clue) if language == "pt" else {"c": clue}
            found.append(Clue(clue, noun, {**slots, "N": f"n{article}"}))
    if not found:
        found = [
            Clue(name, name, {"c": name.title(), "N": ""}) for name in list_names(TONGUES[language])
        ]
    return tuple(found)


def list_classes() -> tuple[str, ...]:
    """Give every answer of both languages once."""
    found = {name for tongue in TONGUES.values() for name in list_names(tongue)}
    for language, tongue in TONGUES.items():
        found |= {clue.answer for kind in tongue.kinds for clue in list_clues(language, kind)}
    return tuple(sorted(found))


def is_tested(*combination: str) -> bool:
    """Say whether a combination is kept for the test; one in six is."""
    if any(all(part in combination for part in one) for one in LECTURE):
        return True
    return zlib.crc32("|".join(combination).encode()) % 6 == 0


def compose(split: Split) -> Iterator[Sentence]:
    """Make sentences without end, half in each language; the same ones every time."""
    # Only ``random()`` is drawn from: Python promises its sequence for all versions to come.
    source = Random(SEEDS[split])  # noqa: S311 - a data set, not a secret
    while True:
        language = _pick(source, tuple(TONGUES))
        compose_one = _compose_two_people if source.random() < 0.4 else _compose_one_clue
        found = compose_one(source, split, language)
        if NEAREST <= found.distance <= FARTHEST:
            yield found


@cache
def make(split: Split) -> tuple[Sentence, ...]:
    """Make a split's sentences."""
    sentences = compose(split)
    return tuple(next(sentences) for _ in range(COUNTS[split]))


def recognise(text: str) -> str:
    """Name the language of a text by the words of each lexicon; Portuguese where they tie."""
    words = [fold(word) for word in _WORD.findall(text)]
    scores = {name: sum(word in _list_words(name) for word in words) for name in TONGUES}
    return max(scores, key=lambda name: scores[name])


@cache
def _list_words(language: str) -> frozenset[str]:
    tongue = TONGUES[language]
    texts = [tongue.names, tongue.asides, tongue.remarks, *tongue.company]
    for kind in tongue.kinds:
        texts += [kind.clues, *(text for frame in kind.frames for text in frame[:2])]
    return frozenset(fold(word) for text in texts for word in _WORD.findall(text))


@cache
def list_clue_words(language: str) -> frozenset[str]:
    """Give the last word of every clue, and the names, folded."""
    clues = [c.text for kind in TONGUES[language].kinds for c in list_clues(language, kind)]
    return frozenset(fold(clue.split()[-1]) for clue in clues)


def count_from_clue(before: str, after: str, language: str) -> int:
    """Count the words of ``before`` that follow its last clue which ``after`` does not repeat."""
    words = [fold(word).removesuffix("'s") for word in _WORD.findall(before)]
    later = {fold(word) for word in _WORD.findall(after)}
    clues = list_clue_words(language) - later
    return next((k for k, word in enumerate(reversed(words)) if word in clues), 0)


@cache
def _weigh_kinds(language: str) -> tuple[Kind, ...]:
    """Give each kind ten times and once more for each clue: many clues take more learning."""
    return tuple(
        kind
        for kind in TONGUES[language].kinds
        for _ in range(10 + len(list_clues(language, kind)))
    )


@cache
def _split(lines: str) -> tuple[str, ...]:
    return tuple(lines.splitlines())


def _pick(source: Random, choices: Sequence[Any]) -> Any:
    return choices[int(source.random() * len(choices))]


def draw_fillers(source: Random, pool: str, need: int) -> list[str]:
    """Draw fillers, none twice, until their words come nearest to ``need``."""
    left, found = list(_split(pool)), []
    while left and need > 0:
        filler = left.pop(int(source.random() * len(left)))
        if count_words(filler) > 2 * need:
            break
        found.append(filler)
        need -= count_words(filler)
    return found


def join(opening: str, fillers: Sequence[tuple[str, bool]], ending: str, gap: str = ", ") -> str:
    """Join with commas, and with stops before and after what is a sentence of its own."""
    text = opening
    for filler, stops in fillers:
        text += (" " if text[-1] in ".!?;:" else ". " if stops else ", ") + filler
        gap = ". " if stops else ", "
    text += gap + ending
    # A capital at the start and after each stop.
    return re.sub(r"(^|[.!?] )(\w)", lambda found: found[1] + found[2].upper(), text)


def _compose_one_clue(source: Random, split: Split, language: str) -> Sentence:
    tongue = TONGUES[language]
    while True:
        kind = _pick(source, _weigh_kinds(language))
        frame = _pick(source, kind.frames)
        opening = _pick(source, _split(frame.openings))
        ending = _pick(source, _split(frame.endings))
        clue = _pick(source, list_clues(language, kind))
        if is_tested(opening, ending, clue.text) == (split == "test"):
            break
    marked = {name: word + _MARK for name, word in clue.slots.items()}
    article = "an" if clue.text[0] in "aeiou" else "a"
    opening = opening.replace("a {c}", article + " {c}").format(**marked)
    ending = ending.format(N=clue.slots["N"])
    fillers = _fill(source, tongue, _aim(source, split) - count_words(ending), frame.phrase)
    if split == "train":
        opening, fillers, ending = _disguise(source, opening, fillers, ending)
    joined = ending.startswith(("e ", "and ")) or (frame.phrase and not fillers)
    text = join(opening, fillers, ending, " " if joined else ", ")
    return _finish(source, tongue, text, clue.answer, language, kind.name)


def _compose_two_people(source: Random, split: Split, language: str) -> Sentence:
    tongue = TONGUES[language]
    names = list_names(tongue)
    while True:
        pair = (_pick(source, names), _pick(source, names))
        first, second = sorted(pair)
        if first != second and is_tested(first, second) == (split == "test"):
            break
    actor, answer = pair if source.random() < 0.5 else pair[::-1]
    known = split == "test" or source.random() < 0.95
    marked = {
        actor: (actor if known else _invent(source)).title(),
        answer: answer.title() + _MARK,
    }
    company = tongue.company
    opening = _pick(source, _split(company.intros))
    opening = opening.format(p=marked[pair[0]], q=marked[pair[1]])
    ending = _pick(source, _split(company.endings)).format(x=marked[actor])
    fillers = _fill(source, tongue, _aim(source, split) - count_words(ending), phrase=False)
    if split == "train":
        opening, fillers, ending = _disguise(source, opening, fillers, ending)
    extra: list[tuple[str, bool]] = []
    while source.random() < 0.4 and len(extra) < 3:
        note = _pick(source, _split(company.notes)).format(r=marked[_pick(source, pair)])
        extra.append((note, source.random() < 0.5))
    if source.random() < 0.3:
        extra.append((_pick(source, _split(company.scenes)), source.random() < 0.7))
    # Half of the time what concerns the two comes before the fillers, else among them.
    among = source.random() < 0.5
    for k, piece in enumerate(extra):
        fillers.insert(int(source.random() * (len(fillers) + 1)) if among else k, piece)
    text = join(opening, fillers, ending)
    return _finish(source, tongue, text, answer, language, "people")


def _aim(source: Random, split: Split) -> int:
    """Draw a distance from 2 to 60; in training near ones come more often, or no filler at all."""
    nearer = source.random()
    if split == "train" and nearer < 0.25:
        return 0
    farthest = FARTHEST if split == "test" or nearer > 0.5 else 16
    return NEAREST + int(source.random() * (farthest - 1))


def _fill(source: Random, tongue: Tongue, need: int, phrase: bool) -> list[tuple[str, bool]]:
    """Draw fillers of about ``need`` words, each with whether it is a sentence of its own."""
    asides = [(aside, False) for aside in draw_fillers(source, tongue.asides, need)]
    if phrase or source.random() < 0.3:
        return asides
    remarks = [
        (remark, source.random() < 0.8) for remark in draw_fillers(source, tongue.remarks, need)
    ]
    found = []
    while need > 1 and (asides or remarks):
        pool = asides if not remarks or (asides and source.random() < 0.4) else remarks
        found.append(pool.pop())
        need -= count_words(found[-1][0])
    return found


def _disguise(
    source: Random, opening: str, fillers: list[tuple[str, bool]], ending: str
) -> tuple[str, list[tuple[str, bool]], str]:
    """Change the wording of some training sentences."""
    if source.random() < 0.2:
        fillers = [(_reword(source, filler, 0.5) or filler, stops) for filler, stops in fillers]
    if source.random() < 0.25:
        opening, ending = _reword(source, opening, 0.3), _reword(source, ending, 0.3)
    return opening, fillers, ending


def _reword(source: Random, text: str, often: float) -> str:
    """Put invented words for some and leave some out: people word it in ways not foreseen.

    The clue, the names and the last word, on which the answer hangs, stay.
    """

    def change(found: re.Match[str]) -> str:
        at = found.end()
        if source.random() >= often or at == len(text) or text[at] == _MARK or found[0].istitle():
            return found[0]
        return _invent(source) if source.random() < 0.7 else ""

    return re.sub(" +", " ", _WORD.sub(change, text)).strip()


def _invent(source: Random) -> str:
    return "".join(_pick(source, "bcdfglmnprstvz") + _pick(source, "aeiou") for _ in range(5))


def _finish(
    source: Random, tongue: Tongue, text: str, answer: str, language: str, kind: str
) -> Sentence:
    """Sometimes begin with a filler and leave out commas; then measure the distance."""
    if source.random() < 0.15:
        text = join(_pick(source, _split(tongue.remarks)), [], text, ". ")
    elif source.random() < 0.15:
        small = kind != "people" and not text.startswith("I ")
        text = text[0].lower() + text[1:] if small else text
        text = join(_pick(source, _split(tongue.asides)), [], text)
    if source.random() < 0.15:
        text = text.replace(",", "")
    rest = text.rpartition(_MARK)[2].removeprefix("'s")
    return Sentence(text.replace(_MARK, ""), answer, count_words(rest), language, kind)


def _inflect(clue: str) -> dict[str, str]:
    """Give a Portuguese clue's forms; ``na França`` and ``a mesa`` bring their article along."""
    first, _, noun = clue.partition(" ")
    article = _CONTRACTED.get(first, first)
    if article in _ONE:
        forms = {"o": article, "um": _ONE[article], "de": f"d{article}", "em": f"n{article}"}
        return {name: f"{form} {noun}" for name, form in forms.items()} | {"c": noun}
    if first == "em":
        return {"o": noun, "de": f"de {noun}", "em": clue, "c": noun}
    return {"c": clue}
