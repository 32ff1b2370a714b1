"""Units that follow something a person can name, as Karpathy et al. (2015) found in char-rnn.

Each property is measured on the text, each unit on the network that reads it, character by
character; a unit follows a property as far as the two correlate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..contracts import Array, Integers, Text, direction_name, float64
from ..nn.network import Network
from ..text.characters import restore_whitespace

SHOWN = 3  # units told for each property
PIECE = 2_000  # characters read in one go, each piece from an empty memory
SKIPPED = 20  # the first of each piece are not counted
MEASURED = 40_000  # characters of the held-out text
RARE = 0.002  # a property that holds for fewer, or for all but as few, is left out

_VOWELS = frozenset("aeiouáàâãéêíóôõúü")


@dataclass(frozen=True, slots=True)
class Property:
    """Something a person can see in a text. ``follow`` gives its value at every character, [T]."""

    name: str
    title: Text
    binary: bool
    follow: Callable[[str], Array]


@dataclass(frozen=True, slots=True)
class Follower:
    """One unit and how it follows one property.

    ``correlation`` is Pearson's r (with a yes/no property, the point-biserial); ``area``, for a
    yes/no property, is the probability that the unit is higher at a yes than at a no (the area
    under the ROC curve; 0.5 is chance, 0 as good as 1).
    """

    signal: str
    unit: int
    correlation: float
    area: float | None


def find_quotes(text: str) -> Array:
    """Say whether each character stands between double quotes; a line's end closes them."""
    found, open_ = [], False
    for letter in text:
        open_ = open_ and letter != "\n"
        found.append(open_ and letter != '"')
        open_ ^= letter == '"'
    return np.array(found, dtype=np.float64)


def find_dialogue(text: str) -> Array:
    """Say whether each character stands in a line that a dash opens, as Portuguese speeches do."""
    found = [line.startswith("—") for line in text.split("\n") for _ in range(len(line) + 1)]
    return np.array(found[: len(text)], dtype=np.float64)


def find_speakers(text: str) -> Array:
    """Say whether each character stands in the line that names who speaks, as in ``ROMEO:``."""
    found = np.zeros(len(text))
    for match in re.finditer(r"(?:^|(?<=\n\n))[^\n]{1,40}:\n", text):
        found[match.start() : match.end()] = 1.0
    return found


def count_line(text: str) -> Array:
    """Count the characters since the last newline."""
    return _count(text, lambda letter: letter == "\n")


def count_word(text: str) -> Array:
    """Count the letters since the word began; 0 outside words."""
    return _count(text, lambda letter: not (letter.isalpha() or letter in "'-"))


def count_sentence(text: str) -> Array:
    """Count the characters since the last full stop, question or exclamation mark."""
    return _count(text, lambda letter: letter in ".!?")


def _count(text: str, starts: Callable[[str], bool]) -> Array:
    found, at = np.zeros(len(text)), 0
    for place, letter in enumerate(text):
        at = 0 if starts(letter) else at + 1
        found[place] = at
    return found


def _tell(test: Callable[[str], bool], *, following: bool = False) -> Callable[[str], Array]:
    def follow(text: str) -> Array:
        shifted = f"{text[1:]}\0"[: len(text)] if following else text
        return np.array([test(letter) for letter in shifted], dtype=np.float64)

    return follow


PROPERTIES = (
    Property("quotes", Text("inside quotation marks", "entre aspas"), True, find_quotes),
    Property(
        "dialogue", Text("in a line of dialogue", "numa linha de diálogo"), True, find_dialogue
    ),
    Property(
        "speaker", Text("in the name of who speaks", "no nome de quem fala"), True, find_speakers
    ),
    Property(
        "line",
        Text("characters since the new line", "caracteres desde a nova linha"),
        False,
        count_line,
    ),
    Property(
        "sentence",
        Text("characters since the sentence began", "caracteres desde o início da frase"),
        False,
        count_sentence,
    ),
    Property(
        "word",
        Text("letters since the word began", "letras desde o início da palavra"),
        False,
        count_word,
    ),
    Property("capital", Text("a capital letter", "uma letra maiúscula"), True, _tell(str.isupper)),
    Property("vowel", Text("a vowel", "uma vogal"), True, _tell(lambda x: x.lower() in _VOWELS)),
    Property(
        "vowel_next",
        Text("a vowel comes next", "a seguir vem uma vogal"),
        True,
        _tell(lambda x: x.lower() in _VOWELS, following=True),
    ),
    Property(
        "space_next",
        Text("a space comes next: the word ends", "a seguir vem um espaço: a palavra acaba"),
        True,
        _tell(lambda x: x == " ", following=True),
    ),
    Property(
        "newline_next",
        Text("a new line comes next", "a seguir vem uma nova linha"),
        True,
        _tell(lambda x: x == "\n", following=True),
    ),
)


def find_followers(
    network: Network, tokens: Sequence[str], ids: Sequence[int], shown: int = SHOWN
) -> dict[str, list[Follower]]:
    """Give, for every property the text has, the ``shown`` units that follow it best."""
    text = restore_whitespace("".join(tokens))
    length = len(text) // PIECE * PIECE or len(text)
    states, kept = read_states(network, ids[:length], min(PIECE, length))
    found = {}
    for one in PROPERTIES:
        values = one.follow(text)[:length][kept]
        if values.std() == 0 or (one.binary and not RARE < values.mean() < 1 - RARE):
            continue
        found[one.name] = rank(states, values, one.binary, shown)
    return found


def read_states(
    network: Network, ids: Sequence[int], piece: int
) -> tuple[dict[str, Array], Integers]:
    """Read a text in pieces, side by side; give every state ``[N, H]`` and the N places kept."""
    rows = torch.tensor(ids).reshape(-1, piece)
    wanted = {
        f"{direction_name(layer, reverse=False)}.{name}"
        for layer in range(network.shape.layers)
        for name in network.cell.states
    }
    seen: dict[str, list[Array]] = {}

    def tap(name: str, value: torch.Tensor) -> torch.Tensor:
        if name in wanted:
            seen.setdefault(name, []).append(float64(value))
        return value

    with torch.no_grad():
        network.recur(network.encode(rows), tap)
    skipped = min(SKIPPED, piece // 2)
    places = np.arange(rows.numel()).reshape(rows.shape)[:, skipped:].ravel()
    return {
        name: np.stack(values, axis=1)[:, skipped:].reshape(len(places), -1)
        for name, values in seen.items()
    }, places


def rank(states: Mapping[str, Array], values: Array, binary: bool, shown: int) -> list[Follower]:
    """Give the units of all states that correlate best with ``values [N]``, the best first."""
    found = []
    for name, activity in states.items():
        for unit, r in enumerate(correlate(activity, values)):
            found.append((name, unit, float(r)))
    found.sort(key=lambda one: -abs(one[2]))
    return [
        Follower(name, unit, r, measure_area(states[name][:, unit], values) if binary else None)
        for name, unit, r in found[:shown]
    ]


def correlate(activity: Array, values: Array) -> Array:
    """Give Pearson's r of every column of ``[N, H]`` with ``values [N]``; 0 where one is flat."""
    centred = activity - activity.mean(axis=0)
    aim = values - values.mean()
    size = np.sqrt((centred**2).sum(axis=0) * (aim**2).sum())
    found: Array = np.divide(aim @ centred, size, out=np.zeros_like(size), where=size > 0)
    return found


def measure_area(activity: Array, values: Array) -> float:
    """Give the area under the ROC curve of ``activity [N]`` for yes (1) and no (0) ``[N]``.

    It is Mann and Whitney's U over the number of pairs; ties count one half.
    """
    _, inverse, counts = np.unique(activity, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    yes = values > 0.5
    many, few = int(yes.sum()), int((~yes).sum())
    return float((ranks[yes].sum() - many * (many + 1) / 2) / (many * few))
