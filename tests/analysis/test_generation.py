"""What a network writes is what it would read: held to the trace, step by step."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from gatescope.analysis.generation import GeneratedToken, generate, run_free, sample, softmax
from gatescope.analysis.tracer import record
from gatescope.contracts import Array, Encoding, NumberTask, Scaling, float64
from gatescope.nn.network import Network, Shape, draw_weights
from gatescope.registry import find_cells, find_tasks

from tests.made_up import WORDS, LastStep, draw_encoding, draw_network

CELLS = list(find_cells())
TASK = LastStep()
INDEX = {"no": 3, "yes": 11}


def scribble(
    network: Network,
    length: int = 40,
    temperature: float = 1.0,
    seed: int = 0,
    beginning: Encoding | None = None,
) -> list[GeneratedToken]:
    return list(
        generate(
            network,
            TASK,
            INDEX,
            beginning or draw_encoding(5),
            length=length,
            temperature=temperature,
            seed=seed,
        )
    )


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_what_was_written_is_what_a_trace_of_the_whole_text_shows(name: str, layers: int) -> None:
    network, beginning = draw_network(find_cells()[name], 6, layers=layers), draw_encoding(5)
    found = scribble(network, beginning=beginning, temperature=0.8)
    ids = (*beginning.token_ids, *(one.id for one in found))
    trace = record(network, TASK, Encoding(tuple(map(str, ids)), ids, (True,) * len(ids)))
    assert [one.step for one in found] == list(range(5, 45))
    for one in found:
        assert one.id == INDEX[one.token]
        before = trace.probabilities[one.step - 1] ** (1 / 0.8)
        expected = before[TASK.classes.index(one.token)] / before.sum()
        assert one.probability == pytest.approx(expected, rel=1e-9)
        prefix = f"layers.{layers - 1}"
        assert set(one.signals) == {f"{prefix}.{s.name}" for s in find_cells()[name].signals}
        for signal, value in one.signals.items():
            np.testing.assert_allclose(value, trace.signals[signal][one.step], atol=1e-12)


def test_the_same_seed_writes_the_same_text_and_another_another() -> None:
    network = draw_network(find_cells()["gru"], 6)
    one, again, other = (
        [step.token for step in scribble(network, seed=seed)] for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


def test_a_longer_text_begins_with_the_shorter_one() -> None:
    network = draw_network(find_cells()["lstm"], 6)
    long = [step.token for step in scribble(network, 60)]
    assert [step.token for step in scribble(network, 20)] == long[:20]


def test_a_low_temperature_takes_the_likeliest_and_a_high_one_evens_out() -> None:
    network = draw_network(find_cells()["rnn"], 6, seed=3)
    cold = scribble(network, temperature=0.05)
    assert all(one.probability > 0.5 for one in cold)
    logits: Array = np.array([0.0, 1.0, 3.0])
    np.testing.assert_allclose(softmax(logits, 1.0), float64(torch.tensor(logits).softmax(0)))
    spread = [softmax(logits, t).max() - softmax(logits, t).min() for t in (0.05, 0.5, 1, 2)]
    assert spread == sorted(spread, reverse=True)
    assert softmax(np.array([1e4, 0.0]), 0.05).tolist() == [1.0, 0.0]


def test_what_is_drawn_is_as_frequent_as_it_is_likely() -> None:
    chances = np.array([0.1, 0.0, 0.65, 0.25])
    source = np.random.default_rng(0)
    counts = np.bincount([sample(chances, source.random()) for _ in range(20_000)], minlength=4)
    np.testing.assert_allclose(counts / 20_000, chances, atol=0.01)
    assert counts[1] == 0
    assert sample(chances, 0.0) == 0
    assert sample(chances, np.nextafter(1.0, 0.0)) == 3
    assert sample(np.array([0.3, 0.7, 0.0]), np.nextafter(1.0, 0.0)) == 1
    assert sample(np.array([2.0, 2.0]), 0.75) == 1, (
        "the unit interval is shared out whatever they sum to"
    )


def test_nothing_is_computed_before_it_is_asked_for_nor_after_it_is_closed() -> None:
    network = draw_network(find_cells()["lstm"], 6)
    wanted = generate(network, TASK, INDEX, draw_encoding(5), length=10**9, temperature=1.0, seed=0)
    first = list(islice(wanted, 3))
    assert [one.token for one in first] == [one.token for one in scribble(network, 3)]
    assert torch.is_grad_enabled()
    del wanted


def test_fresh_weights_write_too() -> None:
    shape = replace(draw_network(find_cells()["gru"], 6).shape, vocabulary=WORDS)
    network = Network(find_cells()["gru"], shape, draw_weights(find_cells()["gru"], shape, 0))
    assert len(scribble(network, 5)) == 5


NUMBERS = find_tasks()["sunspots"]
SCALING = Scaling((6.0,), (3.0,))


def draw_forecaster(name: str, layers: int = 1) -> Network:
    cell, shape = find_cells()[name], Shape(0, 1, 6, 2, layers)
    return Network(cell, shape, {k: v.double() for k, v in draw_weights(cell, shape, 3).items()})


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_a_series_that_runs_free_is_what_a_trace_of_the_whole_series_shows(
    name: str, layers: int
) -> None:
    assert isinstance(NUMBERS, NumberTask)
    network, series = draw_forecaster(name, layers), np.array([[50.0], [64.0], [np.nan], [71.0]])
    encoding = NUMBERS.read(series, SCALING)
    found = list(run_free(network, NUMBERS, SCALING, encoding, length=30))
    assert [one.step for one in found] == list(range(4, 34))
    whole = np.vstack([series, [[one.values[0]] for one in found]])
    trace = record(network, NUMBERS, NUMBERS.read(whole, SCALING))
    for one in found:
        np.testing.assert_allclose(one.values, trace.values[one.step - 1], atol=1e-9)
        prefix = f"layers.{layers - 1}"
        assert set(one.signals) == {f"{prefix}.{s.name}" for s in find_cells()[name].signals}
        for signal, value in one.signals.items():
            np.testing.assert_allclose(value, trace.signals[signal][one.step], atol=1e-9)
