"""Lets a network go on alone: what it predicts is read as the next step.

A text: a token is sampled from what it predicts (Graves 2013, Generating sequences with recurrent
neural networks, section 2). A series: its forecast of the next number is read as that number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..cancellation import checkpoint
from ..contracts import (
    Array,
    Encoding,
    NumberTask,
    Scaling,
    State,
    Tap,
    Task,
    direction_name,
    float64,
)
from ..nn.network import Network


@dataclass(frozen=True, slots=True)
class GeneratedToken:
    """One token, as it was sampled and then read.

    ``probability`` is the one it was sampled with, the temperature included; ``signals`` are those
    of the last layer at the step that reads it, each ``[H]``: what a trace of the whole text shows
    above this token.
    """

    step: int  # counted from the start of the prompt
    token: str
    id: int
    probability: float
    signals: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class GeneratedValues:
    """One step of a series, as it was forecast and then read.

    ``values [K]`` are what the network answered at the step before, the first of them the number
    of this step; ``signals`` are those of the last layer at the step that reads it, each ``[H]``.
    """

    step: int  # counted from the start of the series
    values: Array
    signals: Mapping[str, Array]


def generate(
    network: Network,
    task: Task,
    index: Mapping[str, int],
    prompt: Encoding,
    *,
    length: int,
    temperature: float,
    seed: int,
) -> Iterator[GeneratedToken]:
    """Read ``prompt``, then sample ``length`` tokens one by one and read each.

    The logits are divided by ``temperature`` before the softmax: towards 0 only the likeliest is
    sampled, above 1 the unlikely gain. ``index`` gives a class's row in the embedding. The same
    seed samples the same text.
    """
    generator = np.random.default_rng(seed)
    recorded, tap = _record_last_layer(network)
    # No context is held across a yield: grad mode is the thread's, not the generator's.
    embedding = network.weights["embedding.weight"].detach()
    h, states = _read_prompt(network, prompt)
    for step in range(len(prompt.tokens), len(prompt.tokens) + length):
        checkpoint()
        with torch.no_grad():
            probabilities = softmax(float64(network.read_out(h)), temperature)
            chosen = sample(probabilities, generator.random())
            token = task.classes[chosen]
            h, states = network.step(embedding[index[token]], states, tap)
        signals = {name: float64(value) for name, value in recorded.items()}
        yield GeneratedToken(step, token, index[token], float(probabilities[chosen]), signals)


def run_free(
    network: Network, task: NumberTask, scaling: Scaling, series: Encoding, *, length: int
) -> Iterator[GeneratedValues]:
    """Read ``series``, then ``length`` steps more, each the forecast of the step before.

    The task must run free (:attr:`Task.runs_free`).
    """
    recorded, tap = _record_last_layer(network)
    h, states = _read_prompt(network, series)
    encoding = series
    for step in range(len(series.tokens), len(series.tokens) + length):
        checkpoint()
        with torch.no_grad():
            values = float64(network.read_out(h))  # [K]
            if encoding.offsets is not None:
                values = values + encoding.offsets[-1]
            encoding = task.read(values[:1, None], scaling)
            h, states = network.step(network.read(encoding)[0], states, tap)
        signals = {name: float64(value) for name, value in recorded.items()}
        yield GeneratedValues(step, values, signals)


def _record_last_layer(network: Network) -> tuple[dict[str, Tensor], Tap]:
    """Give a tap, and where it puts the signals of the last layer at the step taken last."""
    last = direction_name(network.shape.layers - 1, reverse=False)
    recorded: dict[str, Tensor] = {}

    def tap(name: str, value: Tensor) -> Tensor:
        if name.startswith(last):
            recorded[name] = value
        return value

    return recorded, tap


def _read_prompt(network: Network, prompt: Encoding) -> tuple[Tensor, list[State]]:
    """Give what the readout takes after the last token, and every layer's states.

    In closed form where the cell has one: that is ten times quicker than step by step.
    """
    x = network.read(prompt).detach()  # [T, X]
    layers = network.forward(float64(x))
    if layers is not None:
        states = [
            {
                name: torch.from_numpy(run.signals[name][-1].copy()).to(x.dtype)
                for name in run.cell.states
            }
            for (run,) in layers
        ]
        return states[-1][network.cell.output], states
    state = None
    with torch.no_grad():
        for row in x:
            checkpoint()
            h, state = network.step(row, state)
    assert state is not None, "a prompt has a token"
    return h, state


def softmax(logits: Array, temperature: float) -> Array:
    """Give the probabilities ``[C]`` at a temperature; 1 leaves the network's own."""
    exponentials = np.exp((logits - logits.max()) / temperature)
    probabilities: Array = exponentials / exponentials.sum()
    return probabilities


def sample(probabilities: Array, point: float) -> int:
    """Give the class whose part of the unit interval contains ``point``, in ``[0, 1)``."""
    ends = np.cumsum(probabilities)
    return int(np.searchsorted(ends, point * ends[-1], side="right"))
