"""A network that writes on: what it predicts is drawn from, and read as the next step.

Graves (2013), "Generating sequences with recurrent neural networks", section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..cancellation import checkpoint
from ..contracts import Array, Encoding, State, Task, direction_name, float64
from ..nn.network import Network


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One token, as it was drawn and then read.

    ``probability`` is the one it was drawn with, the temperature included; ``signals`` are those of
    the last layer at the step that reads it, each ``[H]``: what a trace of the whole text shows
    above this token.
    """

    step: int  # counted from the start of the beginning
    token: str
    id: int
    probability: float
    signals: Mapping[str, Array]


def generate(
    network: Network,
    task: Task,
    index: Mapping[str, int],
    beginning: Encoding,
    *,
    length: int,
    temperature: float,
    seed: int,
) -> Iterator[GeneratedToken]:
    """Read ``beginning``, then draw ``length`` tokens one by one and read each.

    The logits are divided by ``temperature`` before the softmax: towards 0 only the likeliest is
    drawn, above 1 the unlikely gain. ``index`` gives a class's row in the embedding. The same seed
    draws the same text.
    """
    source = np.random.default_rng(seed)
    last = direction_name(network.shape.layers - 1, reverse=False)
    seen: dict[str, Tensor] = {}

    def tap(name: str, value: Tensor) -> Tensor:
        if name.startswith(last):
            seen[name] = value
        return value

    # No context is held across a yield: grad mode is the thread's, not the generator's.
    weights = network.weights["embedding.weight"].detach()
    h, states = _read_beginning(network, beginning)
    for step in range(len(beginning.token_ids), len(beginning.token_ids) + length):
        checkpoint()
        with torch.no_grad():
            chances = softmax(float64(network.read_out(h)), temperature)
            chosen = sample(chances, source.random())
            token = task.classes[chosen]
            h, states = network.advance(weights[index[token]], states, tap)
        signals = {name: float64(value) for name, value in seen.items()}
        yield GeneratedToken(step, token, index[token], float(chances[chosen]), signals)


def _read_beginning(network: Network, beginning: Encoding) -> tuple[Tensor, list[State]]:
    """Give what the readout takes after the last token, and every layer's states.

    In closed form where the cell has one: that is ten times quicker than step by step.
    """
    weights = network.weights["embedding.weight"].detach()
    rows = weights[torch.tensor(beginning.token_ids)]  # [T, X]
    passes = network.forward(float64(rows))
    if passes:
        states = [
            {
                name: torch.from_numpy(layer.signals[name][-1].copy()).to(weights.dtype)
                for name in layer.cell.states
            }
            for (layer,) in passes
        ]
        return states[-1][network.cell.output], states
    state = None
    with torch.no_grad():
        for row in rows:
            checkpoint()
            h, state = network.advance(row, state)
    assert state is not None, "a beginning has a token"
    return h, state


def softmax(logits: Array, temperature: float) -> Array:
    """Give the probabilities ``[C]`` at a temperature; 1 leaves the network's own."""
    scaled = (logits - logits.max()) / temperature
    chances = np.exp(scaled)
    found: Array = chances / chances.sum()
    return found


def sample(chances: Array, point: float) -> int:
    """Choose the class whose share of the unit interval ``point`` falls into."""
    ends = np.cumsum(chances)
    return int(np.searchsorted(ends, point * ends[-1], side="right"))
