"""Interpretable units: single units that correlate with a named property of the text.

Karpathy et al. (2015) found them in char-rnn by eye. Here each property is measured on the text and
each unit on the network that reads it, character by character, and the two are correlated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ..contracts import Array, Encoding, Integers, Text, direction_name, float64
from ..nn.network import Network
from ..text.characters import restore_whitespace

UNITS_PER_PROPERTY = 3
PIECE_LENGTH = 2_000  # characters read in one go, each piece from a zero state
BURN_IN = 20  # characters at the start of each piece that are not counted
TEXT_LENGTH = 40_000  # characters of the held-out text
MIN_SHARE = 0.002  # of the rarer of yes and no, for a yes/no property to be measured

_VOWELS = frozenset("aeiouáàâãéêíóôõúü")


@dataclass(frozen=True, slots=True)
class Property:
    """Something a person can see in a text. ``measure`` gives its value at every character, [T]."""

    name: str
    title: Text
    binary: bool
    measure: Callable[[str], Array]


@dataclass(frozen=True, slots=True)
class UnitCorrelation:
    """How one unit of one state correlates with one property.

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
    inside, is_open = [], False
    for letter in text:
        is_open = is_open and letter != "\n"
        inside.append(is_open and letter != '"')
        is_open ^= letter == '"'
    return np.array(inside, dtype=np.float64)


def find_dialogue(text: str) -> Array:
    """Say whether each character stands in a line that a dash opens, as Portuguese speeches do."""
    spoken = [line.startswith("—") for line in text.split("\n") for _ in range(len(line) + 1)]
    return np.array(spoken[: len(text)], dtype=np.float64)


def find_speakers(text: str) -> Array:
    """Say whether each character stands in the line that names who speaks, as in ``ROMEO:``."""
    named = np.zeros(len(text))
    for match in re.finditer(r"(?:^|(?<=\n\n))[^\n]{1,40}:\n", text):
        named[match.start() : match.end()] = 1.0
    return named


def count_line(text: str) -> Array:
    """Count the characters since the last newline."""
    return _count_since(text, lambda letter: letter == "\n")


def count_word(text: str) -> Array:
    """Count the letters since the word began; 0 outside words."""
    return _count_since(text, lambda letter: not (letter.isalpha() or letter in "'-"))


def count_sentence(text: str) -> Array:
    """Count the characters since the last full stop, question or exclamation mark."""
    return _count_since(text, lambda letter: letter in ".!?")


def _count_since(text: str, restarts: Callable[[str], bool]) -> Array:
    counts, count = np.zeros(len(text)), 0
    for place, letter in enumerate(text):
        count = 0 if restarts(letter) else count + 1
        counts[place] = count
    return counts


def _test(test: Callable[[str], bool], *, next_one: bool = False) -> Callable[[str], Array]:
    """Measure by a yes/no ``test`` of each character, or of the one after it."""

    def measure(text: str) -> Array:
        tested = f"{text[1:]}\0"[: len(text)] if next_one else text
        return np.array([test(letter) for letter in tested], dtype=np.float64)

    return measure


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
    Property("capital", Text("a capital letter", "uma letra maiúscula"), True, _test(str.isupper)),
    Property("vowel", Text("a vowel", "uma vogal"), True, _test(lambda x: x.lower() in _VOWELS)),
    Property(
        "vowel_next",
        Text("a vowel comes next", "a seguir vem uma vogal"),
        True,
        _test(lambda x: x.lower() in _VOWELS, next_one=True),
    ),
    Property(
        "space_next",
        Text("a space comes next: the word ends", "a seguir vem um espaço: a palavra acaba"),
        True,
        _test(lambda x: x == " ", next_one=True),
    ),
    Property(
        "newline_next",
        Text("a new line comes next", "a seguir vem uma nova linha"),
        True,
        _test(lambda x: x == "\n", next_one=True),
    ),
)


def correlate_units(
    network: Network, encoding: Encoding, count: int = UNITS_PER_PROPERTY
) -> dict[str, list[UnitCorrelation]]:
    """Give, for every property the text has, the ``count`` units that correlate best with it."""
    text = restore_whitespace("".join(encoding.tokens))
    length = len(text) // PIECE_LENGTH * PIECE_LENGTH or len(text)
    x = network.read(encoding)[:length]
    states, places = read_states(network, x, min(PIECE_LENGTH, length))
    units = {}
    for prop in PROPERTIES:
        values = prop.measure(text)[:length][places]
        if values.std() == 0 or (prop.binary and not MIN_SHARE < values.mean() < 1 - MIN_SHARE):
            continue
        units[prop.name] = rank_units(states, values, prop.binary, count)
    return units


def read_states(
    network: Network, x: torch.Tensor, piece_length: int
) -> tuple[dict[str, Array], Integers]:
    """Read a text's vectors ``x [T, X]`` in pieces, as one batch; T is so many whole pieces.

    Returns every state, ``[N, H]``, and the places in the text of the N steps after the burn-in.
    """
    pieces = x.reshape(-1, piece_length, x.shape[-1])
    states = {
        f"{direction_name(layer, reverse=False)}.{name}"
        for layer in range(network.shape.layers)
        for name in network.cell.states
    }
    recorded: dict[str, list[Array]] = {}

    def tap(name: str, value: torch.Tensor) -> torch.Tensor:
        if name in states:
            recorded.setdefault(name, []).append(float64(value))
        return value

    with torch.no_grad():
        network.recur(pieces, tap)
    burn_in = min(BURN_IN, piece_length // 2)
    places = np.arange(len(x)).reshape(-1, piece_length)[:, burn_in:].ravel()
    return {
        name: np.stack(values, axis=1)[:, burn_in:].reshape(len(places), -1)
        for name, values in recorded.items()
    }, places


def rank_units(
    states: Mapping[str, Array], values: Array, binary: bool, count: int
) -> list[UnitCorrelation]:
    """Give the units of all states that correlate best with ``values [N]``, the best first."""
    units = [
        (name, unit, float(r))
        for name, activity in states.items()
        for unit, r in enumerate(correlate(activity, values))
    ]
    units.sort(key=lambda unit: -abs(unit[2]))
    return [
        UnitCorrelation(
            name, unit, r, measure_area(states[name][:, unit], values) if binary else None
        )
        for name, unit, r in units[:count]
    ]


def correlate(activity: Array, values: Array) -> Array:
    """Give Pearson's r of every column of ``[N, H]`` with ``values [N]``; 0 for a constant one."""
    centred = activity - activity.mean(axis=0)
    centred_values = values - values.mean()
    scale = np.sqrt((centred**2).sum(axis=0) * (centred_values**2).sum())
    r: Array = np.divide(centred_values @ centred, scale, out=np.zeros_like(scale), where=scale > 0)
    return r


def measure_area(activity: Array, values: Array) -> float:
    """Give the area under the ROC curve of ``activity [N]`` for yes (1) and no (0) ``[N]``.

    It is Mann and Whitney's U over the number of pairs; ties count one half.
    """
    _, inverse, counts = np.unique(activity, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive = values > 0.5
    positives, negatives = int(positive.sum()), int((~positive).sum())
    u = ranks[positive].sum() - positives * (positives + 1) / 2
    return float(u / (positives * negatives))
