"""Generates sentences with a blank from the lexicon, in Portuguese and in English, reproducibly.

In the manner of Weston et al. (2015), "Towards AI-complete question answering": the sentences are
made up, the answers are known. What the test asks are combinations that training never sees, of
opening, clue and ending, and in a sentence about people pairs of names; and, in half of it, whole
families of wordings of which training sees no opening and no ending, with other fillers.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import combinations
from random import Random
from typing import Literal, NamedTuple, TypeVar

from .lexicon import LEXICONS, Relation, expand, names_another

T = TypeVar("T")
Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")
MIN_DISTANCE, MAX_DISTANCE = 2, 60  # words between clue and blank
COUNTS = {"train": 80_000, "test": 6_000}
SEEDS = {"train": 1, "test": 2}
# Wordings of training's families or of families held out; the same with another clue that is
# denied or is somebody else's; and sentences about people.
FAMILIES = ("known", "new", "negated", "new_negated", "people", "new_people")
LECTURE = [  # combinations of the lecture's own sentences, never trained on
    ("joão", "maria"), ("joão", "josé"), ("john", "mary"), ("john", "joseph"),
    ("eu cresci {em}", "na França"), ("eu nasci {em}", "no Brasil"),
    ("o tempo que passei {em} foi muito legal", "na China"),
    ("I grew up in {c}", "France"), ("I was born in {c}", "Brazil"),
    ("the time I spent in {c} was great", "China"),
    ("{o}", "estão lá {N}", "as nuvens"), ("the {c}", "are up there in the", "clouds"),
]  # fmt: skip

PEOPLE = ("people", "story")  # the relations that are about two or three people
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MARK = "\0"  # stands behind the clue while a sentence is put together
_JOINT = "\1"  # and this one instead of the spaces in it


class Sentence(NamedTuple):
    """A sentence, what belongs into its blank, and how many words lie between clue and blank.

    ``family`` is one of :data:`FAMILIES`.
    """

    text: str
    answer: str
    distance: int
    language: str
    relation: str
    family: str


class Filler(NamedTuple):
    """Words that are put between clue and blank, and whether they are a sentence of their own."""

    text: str
    is_sentence: bool


@lru_cache(maxsize=20_000)
def fold(token: str) -> str:
    """Take case and accents away: what a person types in a hurry is looked up all the same."""
    plain = unicodedata.normalize("NFKD", token.replace("’", "'").casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=20_000)
def count_words(text: str) -> int:
    """Count words; marks of punctuation are none."""
    return len(_WORD.findall(text))


def list_classes() -> tuple[str, ...]:
    """Give every answer of both languages once."""
    answers: set[str] = set()
    for lexicon in LEXICONS.values():
        answers.update(lexicon.names)
        answers.update(
            form for one in lexicon.relations for clue in one.clues for form in clue.forms
        )
    return tuple(sorted(answers))


@cache
def list_answers(language: str, relation: str) -> frozenset[str]:
    """Give the answers of a relation: what is of the kind that its blanks ask for."""
    lexicon = LEXICONS[language]
    if relation in PEOPLE:
        return frozenset(lexicon.names)
    own = (one for one in lexicon.relations if one.name == relation)
    return frozenset(form for one in own for clue in one.clues for form in clue.forms)


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
        drawn = source.random()
        if drawn < 0.25:
            generate_one = _generate_two_people
        elif drawn < 0.37:
            generate_one = _generate_story
        else:
            generate_one = _generate_relation
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
    texts += lexicon.list_templates(held_out=False)
    for relation in lexicon.relations:
        texts += [text for clue in relation.clues for text in (clue.text, *clue.forms)]
    return frozenset(fold(word) for text in texts for word in _WORD.findall(text))


@cache
def list_clue_words(language: str) -> frozenset[str]:
    """Give the last word of every clue that is no common word, and the names, folded."""
    relations = [one for one in LEXICONS[language].relations if not one.common]
    clues = [clue.text for relation in relations for clue in relation.clues]
    return frozenset(fold(clue.split()[-1]) for clue in clues)


def count_from_clue(before: str, after: str, language: str) -> int | None:
    """Count the words of ``before`` that follow its last clue which ``after`` does not repeat.

    None where it has no such clue.
    """
    words = [fold(word).removesuffix("'s") for word in _WORD.findall(before)]
    later = {fold(word) for word in _WORD.findall(after)}
    clues = list_clue_words(language) - later
    return next((k for k, word in enumerate(reversed(words)) if word in clues), None)


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
    text += (" " if text[-1] in "?!" else separator) + ending
    # A capital at the start and after each stop.
    return re.sub(r"(^|[.!?] )(\w)", lambda match: match[1] + match[2].upper(), text)


def _pick(source: Random, choices: Sequence[T]) -> T:
    return choices[int(source.random() * len(choices))]


def _expand(source: Random, patterns: Sequence[str]) -> str:
    return expand(_pick(source, patterns), lambda choices: _pick(source, choices))


@cache
def _weigh_relations(language: str, held_out: bool) -> tuple[Relation, ...]:
    """Give each relation ten times and once more for each clue: many clues take more learning."""
    relations = (one.select(held_out) for one in LEXICONS[language].relations)
    return tuple(
        relation
        for relation in relations
        if relation.templates
        for _ in range(10 + len(relation.clues))
    )


@cache
def _list_single_clues(language: str) -> frozenset[str]:
    """Give the clues that only one relation has."""
    relations: dict[str, set[str]] = defaultdict(set)
    for relation in LEXICONS[language].relations:
        for clue in relation.clues:
            relations[fold(clue.text)].add(relation.name)
    return frozenset(
        clue.text
        for relation in LEXICONS[language].relations
        for clue in relation.clues
        if len(relations[fold(clue.text)]) == 1 and relation.name != "called"
    )


@cache
def _list_fillers(language: str, split: Split) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the phrases and the sentences that are fillers of a split; no filler is of both."""
    lexicon = LEXICONS[language]
    phrases, sentences = (
        tuple(text for text in texts if is_held_out(text) == (split == "test"))
        for texts in (lexicon.filler_phrases, lexicon.filler_sentences)
    )
    return phrases, sentences


@cache
def _list_plain_words(language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the words of fillers and templates that are no clue: short ones, and the others.

    Those of the families that are held out are not among them.
    """
    lexicon = LEXICONS[language]
    clues = list_clue_words(language)
    patterns = [re.sub(r"\{\w+\}", "", text) for text in lexicon.list_templates(held_out=False)]
    texts = [*lexicon.filler_phrases, *lexicon.filler_sentences, *patterns]
    words = sorted({word.lower() for text in texts for word in _WORD.findall(text)})
    plain = [word for word in words if fold(word) not in clues]
    short = tuple(word for word in plain if len(word) <= 3)
    return short, tuple(word for word in plain if len(word) > 3)


def _generate_relation(source: Random, split: Split, language: str) -> Sentence:
    new = split == "test" and source.random() < 0.5
    while True:
        relation = _pick(source, _weigh_relations(language, new))
        template = _pick(source, relation.templates)
        opening = _expand(source, template.openings)
        ending = _expand(source, template.endings)
        clues = relation.list_clues(template)
        clue = _pick(source, clues)
        if new or is_held_out(opening, ending, clue.text) == (split == "test"):
            break
    answer = clue.forms[template.form % len(clue.forms)]
    slots = {slot: word.replace(" ", _JOINT) + _MARK for slot, word in clue.slots.items()}
    texts = {"c": clue.text}
    negated = names_another(opening)
    if negated:
        other = clue
        while other.answer == clue.answer:
            other = _pick(source, clues)
        slots |= {f"{slot}2": word for slot, word in other.slots.items()}
        texts["c2"] = other.text
    for slot, text in texts.items() if language == "en" else ():
        article = "an" if text[0] in "aeiou" else "a"
        opening = re.sub(rf"\ba (?=\{{{slot}\}})", f"{article} ", opening)
    opening = opening.format(**slots)
    ending = ending.format(**clue.slots)
    need = _draw_distance(source, split) - count_words(ending)
    fillers = _fill(source, split, language, need, template.phrase)
    if split == "train":
        # What is denied and what is not must be read word by word.
        changed, fillers, ending = _add_noise(source, language, opening, fillers, ending)
        opening = opening if negated else changed
        if source.random() < 0.2 and clue.text in _list_single_clues(language):
            # Such a clue has one answer, however one asks.
            ending = _draw_words(source, language, 1 + int(source.random() * 6))
    joined = ending.startswith(("e ", "and ")) or (template.phrase and not fillers)
    text = join(opening, fillers, ending, " " if joined else ", ")
    family = "new_" * (new and negated) + ("negated" if negated else "new" if new else "known")
    return _finish(source, split, text, answer, language, relation.name, family)


def _draw_names(source: Random, split: Split, language: str, count: int) -> list[str]:
    """Draw different names; a test's hold a pair that training's never hold."""
    names = LEXICONS[language].names
    while True:
        drawn = [_pick(source, names) for _ in range(count)]
        pairs = list(combinations(sorted(drawn), 2))
        if any(a == b for a, b in pairs):
            continue
        if any(is_held_out(*pair) for pair in pairs) == (split == "test"):
            return drawn


def _generate_story(source: Random, split: Split, language: str) -> Sentence:
    new = split == "test" and source.random() < 0.5
    stories = [one for one in LEXICONS[language].stories if one.held_out == new]
    story = _pick(source, stories)
    opening = _expand(source, story.openings)
    asked = _pick(source, tuple(story.endings))
    ending = _expand(source, story.endings[asked])
    slots = sorted(set(re.findall(r"\{(\w)\}", opening + ending)))
    names = dict(zip(slots, _draw_names(source, split, language, len(slots)), strict=True))
    marked = {slot: name.title() + _MARK * (slot == asked) for slot, name in names.items()}
    need = _draw_distance(source, split) - count_words(ending)
    fillers = _fill(source, split, language, need, phrase=False)
    if split == "train":
        _, fillers, _ = _add_noise(source, language, "", fillers, "")
    text = join(opening.format(**marked), fillers, ending.format(**marked))
    family = "new_people" if new else "people"
    return _finish(source, split, text, names[asked], language, "story", family)


def _generate_two_people(source: Random, split: Split, language: str) -> Sentence:
    new = split == "test" and source.random() < 0.5
    two_people = _pick(
        source, [one for one in LEXICONS[language].two_people if one.held_out == new]
    )
    pair = _draw_names(source, split, language, 2)
    actor, answer = pair if source.random() < 0.5 else pair[::-1]
    known = split == "test" or source.random() < 0.95
    marked = {
        actor: (actor if known else _invent_word(source)).title(),
        answer: answer.title() + _MARK,
    }
    opening = _expand(source, two_people.intros).format(p=marked[pair[0]], q=marked[pair[1]])
    ending = _expand(source, two_people.endings).format(x=marked[actor])
    need = _draw_distance(source, split) - count_words(ending)
    fillers = _fill(source, split, language, need, phrase=False)
    if split == "train":
        opening, fillers, ending = _add_noise(source, language, opening, fillers, ending)
        if source.random() < 0.2:
            # Whatever one person does, it is to the other one.
            words = _draw_words(source, language, 1 + int(source.random() * 4))
            ending = f"{marked[actor]} {words}"
    extra: list[Filler] = []
    while source.random() < 0.4 and len(extra) < 3:
        note = _expand(source, two_people.notes).format(r=marked[_pick(source, pair)])
        extra.append(Filler(note, source.random() < 0.5))
    if source.random() < 0.3:
        extra.append(Filler(_expand(source, two_people.scenes), source.random() < 0.7))
    # Half of the time what concerns the two comes before the fillers, else among them.
    among = source.random() < 0.5
    for k, filler in enumerate(extra):
        fillers.insert(int(source.random() * (len(fillers) + 1)) if among else k, filler)
    text = join(opening, fillers, ending)
    family = "new_people" if new else "people"
    return _finish(source, split, text, answer, language, "people", family)


def _draw_distance(source: Random, split: Split) -> int:
    """Draw a distance from 2 to 60; in training near ones come more often, or no filler at all."""
    nearer = source.random()
    if split == "train" and nearer < 0.25:
        return 0
    farthest = MAX_DISTANCE if split == "test" or nearer > 0.5 else 16
    return MIN_DISTANCE + int(source.random() * (farthest - 1))


def _fill(source: Random, split: Split, language: str, need: int, phrase: bool) -> list[Filler]:
    """Draw fillers of about ``need`` words, sentences among them unless it must be phrases."""
    pools = _list_fillers(language, split)
    phrases = [Filler(text, False) for text in draw_fillers(source, pools[0], need)]
    if phrase or source.random() < 0.3:
        return phrases
    sentences = [
        Filler(text, source.random() < 0.8) for text in draw_fillers(source, pools[1], need)
    ]
    drawn = []
    while need > 1 and (phrases or sentences):
        from_phrases = not sentences or (phrases and source.random() < 0.4)
        drawn.append((phrases if from_phrases else sentences).pop())
        need -= count_words(drawn[-1].text)
    return drawn


def _add_noise(
    source: Random, language: str, opening: str, fillers: list[Filler], ending: str
) -> tuple[str, list[Filler], str]:
    """Change the wording of some training sentences."""
    change = source.random()
    if change < 0.15:
        fillers = [
            Filler(_add_noise_to_words(source, language, text, 0.5) or text, is_sentence)
            for text, is_sentence in fillers
        ]
    elif change < 0.4:
        fillers = [
            Filler(_draw_words(source, language, count_words(text)), is_sentence)
            for text, is_sentence in fillers
        ]
    change = source.random()
    if change < 0.4:
        share = 0.9 if change < 0.1 else 0.3
        opening = _add_noise_to_words(source, language, opening, share)
    if source.random() < 0.3:
        ending = _add_noise_to_words(source, language, ending, 0.3)
    return opening, fillers, ending


def _add_noise_to_words(source: Random, language: str, text: str, share: float) -> str:
    """Replace some words, leave some out: people word it in ways not foreseen.

    The clue, the names and the last word, on which the answer hangs, stay.
    """

    def change(match: re.Match[str]) -> str:
        end = match.end()
        if end == len(text) or text[end] in _MARK + _JOINT or match[0].istitle():
            return match[0]
        if source.random() >= share:
            return match[0]
        return _draw_words(source, language, 1) if source.random() < 0.7 else ""

    return re.sub(" +", " ", _WORD.sub(change, text)).strip()


def _draw_words(source: Random, language: str, count: int) -> str:
    """Draw words at random, short and long ones in turn as in a sentence, some of them invented."""
    short, long = _list_plain_words(language)
    words: list[str] = []
    while len(words) < count:
        kind = source.random()
        if kind < 0.25:
            words.append(_invent_word(source))
        else:
            words.append(_pick(source, short if kind < 0.6 else long))
    return " ".join(words)


def _invent_word(source: Random) -> str:
    return "".join(_pick(source, "bcdfglmnprstvz") + _pick(source, "aeiou") for _ in range(5))


def _finish(
    source: Random, split: Split, text: str, answer: str, language: str, relation: str, family: str
) -> Sentence:
    """Sometimes begin with a filler and leave out commas; then measure the distance."""
    phrases, sentences = _list_fillers(language, split)
    if source.random() < 0.15:
        text = join(_pick(source, sentences), [], text, ". ")
    elif source.random() < 0.15:
        first = fold(text.split()[0].strip(_MARK + ".,!?")).removesuffix("'s")
        keeps_capital = first == "i" or first in map(fold, LEXICONS[language].names)
        text = text if keeps_capital else text[0].lower() + text[1:]
        text = join(_pick(source, phrases), [], text)
    if source.random() < 0.15:
        text = text.replace(",", "")
    text = re.sub(" +(?=[ ,.])", "", text.replace(_JOINT, " "))
    rest = text.rpartition(_MARK)[2].removeprefix("'s")
    return Sentence(text.replace(_MARK, ""), answer, count_words(rest), language, relation, family)
