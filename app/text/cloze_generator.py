"""Generates sentences with a blank from the lexicon, in Portuguese and in English, reproducibly.

In the manner of Weston et al. (2015), "Towards AI-complete question answering": the sentences are
made up, the answers are known. What the test asks are combinations that training never sees: of
opening, clue and ending, and in a sentence about two people the pair of names.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from random import Random
from typing import Literal, NamedTuple, TypeVar

from .lexicon import LEXICONS, Lexicon, Relation

T = TypeVar("T")
Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")
MIN_DISTANCE, MAX_DISTANCE = 2, 60  # words between clue and blank
COUNTS = {"train": 64_000, "test": 6_000}
SEEDS = {"train": 1, "test": 2}
LECTURE = [  # combinations of the lecture's own sentences, never trained on
    ("joão", "maria"), ("joão", "josé"), ("john", "mary"), ("john", "joseph"),
    ("eu cresci {em}", "na França"), ("eu nasci {em}", "no Brasil"),
    ("o tempo que passei {em} foi muito legal", "na China"),
    ("I grew up in {c}", "France"), ("I was born in {c}", "Brazil"),
    ("the time I spent in {c} was great", "China"),
    ("{o}", "estão lá {N}", "as nuvens"), ("the {c}", "are up there in the", "clouds"),
]  # fmt: skip

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MARK = "\0"  # stands behind the clue while a sentence is put together


class Sentence(NamedTuple):
    """A sentence, what belongs into its blank, and how many words lie between clue and blank."""

    text: str
    answer: str
    distance: int
    language: str
    relation: str


class Filler(NamedTuple):
    """Words that are put between clue and blank, and whether they are a sentence of their own."""

    text: str
    is_sentence: bool


@lru_cache(maxsize=20_000)
def fold(token: str) -> str:
    """Take case and accents away: what a person types in a hurry is looked up all the same."""
    plain = unicodedata.normalize("NFKD", token.replace("’", "'").casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=2_000)
def count_words(text: str) -> int:
    """Count words; marks of punctuation are none."""
    return len(_WORD.findall(text))


def list_classes() -> tuple[str, ...]:
    """Give every answer of both languages once."""
    answers: set[str] = set()
    for lexicon in LEXICONS.values():
        answers.update(lexicon.names)
        answers.update(clue.answer for relation in lexicon.relations for clue in relation.clues)
    return tuple(sorted(answers))


def is_held_out(*combination: str) -> bool:
    """Say whether a combination is kept for the test; one in six is."""
    if any(map(set(combination).issuperset, LECTURE)):
        return True
    return zlib.crc32("|".join(combination).encode()) % 6 == 0


def generate(split: Split) -> Iterator[Sentence]:
    """Generate sentences without end, half in each language; the same ones every time."""
    # Only ``random()`` is drawn from: Python promises its sequence for all versions to come.
    source = Random(SEEDS[split])  # noqa: S311 - a data set, not a secret
    while True:
        language = _pick(source, tuple(LEXICONS))
        generate_one = _generate_two_people if source.random() < 0.4 else _generate_relation
        sentence = generate_one(source, split, language)
        if MIN_DISTANCE <= sentence.distance <= MAX_DISTANCE:
            yield sentence


@cache
def list_sentences(split: Split) -> tuple[Sentence, ...]:
    """Give the sentences of a split; they are generated once in a process."""
    sentences = generate(split)
    return tuple(next(sentences) for _ in range(COUNTS[split]))


def detect_language(text: str) -> str:
    """Name the language of a text by the words of each lexicon; Portuguese where they tie."""
    words = [fold(word) for word in _WORD.findall(text)]
    scores = {name: sum(word in _list_words(name) for word in words) for name in LEXICONS}
    return max(scores, key=lambda name: scores[name])


@cache
def _list_words(language: str) -> frozenset[str]:
    lexicon = LEXICONS[language]
    texts = [*lexicon.names, *lexicon.filler_phrases, *lexicon.filler_sentences]
    texts += lexicon.list_templates()
    for relation in lexicon.relations:
        texts += [text for clue in relation.clues for text in (clue.text, clue.answer)]
    return frozenset(fold(word) for text in texts for word in _WORD.findall(text))


@cache
def list_clue_words(language: str) -> frozenset[str]:
    """Give the last word of every clue, and the names, folded."""
    clues = [clue.text for relation in LEXICONS[language].relations for clue in relation.clues]
    return frozenset(fold(clue.split()[-1]) for clue in clues)


def count_from_clue(before: str, after: str, language: str) -> int:
    """Count the words of ``before`` that follow its last clue which ``after`` does not repeat."""
    words = [fold(word).removesuffix("'s") for word in _WORD.findall(before)]
    later = {fold(word) for word in _WORD.findall(after)}
    clues = list_clue_words(language) - later
    return next((k for k, word in enumerate(reversed(words)) if word in clues), 0)


def draw_fillers(source: Random, pool: Sequence[str], need: int) -> list[str]:
    """Draw fillers, none twice, until their words come nearest to ``need``."""
    left, drawn = list(pool), []
    while left and need > 0:
        filler = left.pop(int(source.random() * len(left)))
        if count_words(filler) > 2 * need:
            break
        drawn.append(filler)
        need -= count_words(filler)
    return drawn


def join(opening: str, fillers: Sequence[Filler], ending: str, separator: str = ", ") -> str:
    """Join with commas, and with stops before and after what is a sentence of its own."""
    text = opening
    for filler, is_sentence in fillers:
        text += (" " if text[-1] in ".!?;:" else ". " if is_sentence else ", ") + filler
        separator = ". " if is_sentence else ", "
    text += separator + ending
    # A capital at the start and after each stop.
    return re.sub(r"(^|[.!?] )(\w)", lambda match: match[1] + match[2].upper(), text)


def _pick(source: Random, choices: Sequence[T]) -> T:
    return choices[int(source.random() * len(choices))]


@cache
def _weigh_relations(language: str) -> tuple[Relation, ...]:
    """Give each relation ten times and once more for each clue: many clues take more learning."""
    return tuple(
        relation
        for relation in LEXICONS[language].relations
        for _ in range(10 + len(relation.clues))
    )


def _generate_relation(source: Random, split: Split, language: str) -> Sentence:
    lexicon = LEXICONS[language]
    while True:
        relation = _pick(source, _weigh_relations(language))
        template = _pick(source, relation.templates)
        opening = _pick(source, template.openings)
        ending = _pick(source, template.endings)
        clue = _pick(source, relation.clues)
        if is_held_out(opening, ending, clue.text) == (split == "test"):
            break
    marked = {slot: word + _MARK for slot, word in clue.slots.items()}
    article = "an" if clue.text[0] in "aeiou" else "a"
    opening = opening.replace("a {c}", article + " {c}").format(**marked)
    ending = ending.format(N=clue.slots["N"])
    need = _draw_distance(source, split) - count_words(ending)
    fillers = _fill(source, lexicon, need, template.phrase)
    if split == "train":
        opening, fillers, ending = _add_noise(source, opening, fillers, ending)
    joined = ending.startswith(("e ", "and ")) or (template.phrase and not fillers)
    text = join(opening, fillers, ending, " " if joined else ", ")
    return _finish(source, text, clue.answer, language, relation.name)


def _generate_two_people(source: Random, split: Split, language: str) -> Sentence:
    lexicon = LEXICONS[language]
    while True:
        pair = (_pick(source, lexicon.names), _pick(source, lexicon.names))
        first, second = sorted(pair)
        if first != second and is_held_out(first, second) == (split == "test"):
            break
    actor, answer = pair if source.random() < 0.5 else pair[::-1]
    known = split == "test" or source.random() < 0.95
    marked = {
        actor: (actor if known else _invent_word(source)).title(),
        answer: answer.title() + _MARK,
    }
    two_people = lexicon.two_people
    opening = _pick(source, two_people.intros).format(p=marked[pair[0]], q=marked[pair[1]])
    ending = _pick(source, two_people.endings).format(x=marked[actor])
    need = _draw_distance(source, split) - count_words(ending)
    fillers = _fill(source, lexicon, need, phrase=False)
    if split == "train":
        opening, fillers, ending = _add_noise(source, opening, fillers, ending)
    extra: list[Filler] = []
    while source.random() < 0.4 and len(extra) < 3:
        note = _pick(source, two_people.notes).format(r=marked[_pick(source, pair)])
        extra.append(Filler(note, source.random() < 0.5))
    if source.random() < 0.3:
        extra.append(Filler(_pick(source, two_people.scenes), source.random() < 0.7))
    # Half of the time what concerns the two comes before the fillers, else among them.
    among = source.random() < 0.5
    for k, filler in enumerate(extra):
        fillers.insert(int(source.random() * (len(fillers) + 1)) if among else k, filler)
    text = join(opening, fillers, ending)
    return _finish(source, text, answer, language, "people")


def _draw_distance(source: Random, split: Split) -> int:
    """Draw a distance from 2 to 60; in training near ones come more often, or no filler at all."""
    nearer = source.random()
    if split == "train" and nearer < 0.25:
        return 0
    farthest = MAX_DISTANCE if split == "test" or nearer > 0.5 else 16
    return MIN_DISTANCE + int(source.random() * (farthest - 1))


def _fill(source: Random, lexicon: Lexicon, need: int, phrase: bool) -> list[Filler]:
    """Draw fillers of about ``need`` words, sentences among them unless it must be phrases."""
    phrases = [Filler(text, False) for text in draw_fillers(source, lexicon.filler_phrases, need)]
    if phrase or source.random() < 0.3:
        return phrases
    sentences = [
        Filler(text, source.random() < 0.8)
        for text in draw_fillers(source, lexicon.filler_sentences, need)
    ]
    drawn = []
    while need > 1 and (phrases or sentences):
        from_phrases = not sentences or (phrases and source.random() < 0.4)
        drawn.append((phrases if from_phrases else sentences).pop())
        need -= count_words(drawn[-1].text)
    return drawn


def _add_noise(
    source: Random, opening: str, fillers: list[Filler], ending: str
) -> tuple[str, list[Filler], str]:
    """Change the wording of some training sentences."""
    if source.random() < 0.2:
        fillers = [
            Filler(_add_noise_to_words(source, text, 0.5) or text, is_sentence)
            for text, is_sentence in fillers
        ]
    if source.random() < 0.25:
        opening = _add_noise_to_words(source, opening, 0.3)
        ending = _add_noise_to_words(source, ending, 0.3)
    return opening, fillers, ending


def _add_noise_to_words(source: Random, text: str, share: float) -> str:
    """Replace some words by invented ones, leave some out: people word it in ways not foreseen.

    The clue, the names and the last word, on which the answer hangs, stay.
    """

    def change(match: re.Match[str]) -> str:
        end = match.end()
        if source.random() >= share or end == len(text) or text[end] == _MARK or match[0].istitle():
            return match[0]
        return _invent_word(source) if source.random() < 0.7 else ""

    return re.sub(" +", " ", _WORD.sub(change, text)).strip()


def _invent_word(source: Random) -> str:
    return "".join(_pick(source, "bcdfglmnprstvz") + _pick(source, "aeiou") for _ in range(5))


def _finish(source: Random, text: str, answer: str, language: str, relation: str) -> Sentence:
    """Sometimes begin with a filler and leave out commas; then measure the distance."""
    lexicon = LEXICONS[language]
    if source.random() < 0.15:
        text = join(_pick(source, lexicon.filler_sentences), [], text, ". ")
    elif source.random() < 0.15:
        keeps_capital = relation == "people" or text.startswith("I ")
        text = text if keeps_capital else text[0].lower() + text[1:]
        text = join(_pick(source, lexicon.filler_phrases), [], text)
    if source.random() < 0.15:
        text = text.replace(",", "")
    rest = text.rpartition(_MARK)[2].removeprefix("'s")
    return Sentence(text.replace(_MARK, ""), answer, count_words(rest), language, relation)
