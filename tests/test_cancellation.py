from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import copy_context

import pytest
import torch
from gatescope.analysis.gradients import map_sensitivity, measure_exponents
from gatescope.analysis.tracer import record
from gatescope.cancellation import Cancelled, CancelScope, Courtesy, TimedOut, checkpoint
from gatescope.contracts import float64
from gatescope.registry import find_cells

from tests.made_up import LastStep, draw_encoding, draw_network


def test_without_a_scope_work_goes_on() -> None:
    checkpoint()


def test_a_scope_that_another_thread_cancels_ends_the_work_inside() -> None:
    scope, rounds = CancelScope(), []

    def work() -> None:
        for k in range(10_000):
            checkpoint()
            rounds.append(k)
            time.sleep(0.001)

    threading.Timer(0.05, scope.cancel).start()
    with scope, pytest.raises(Cancelled):
        work()
    assert 0 < len(rounds) < 10_000
    checkpoint()  # outside, nothing is cancelled


def test_the_clock_runs_from_the_moment_of_entering() -> None:
    scope = CancelScope(seconds=0.05)
    time.sleep(0.1)
    with scope:
        checkpoint()
        time.sleep(0.1)
        with pytest.raises(TimedOut) as out:
            checkpoint()
    assert out.value.seconds == 0.05


def test_scopes_are_each_threads_own() -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            checkpoint()
        except Cancelled as error:
            errors.append(error)

    with CancelScope() as scope:
        scope.cancel()
        other = threading.Thread(target=work)
        other.start()
        other.join()
        assert errors == []
        copied = threading.Thread(target=copy_context().run, args=(work,))
        copied.start()
        copied.join()
        assert len(errors) == 1


@pytest.mark.parametrize("name", find_cells())
def test_every_long_loop_ends_where_nobody_waits(name: str) -> None:
    network, encoding = draw_network(find_cells()[name], 4), draw_encoding(6)
    task = LastStep()
    trace = record(network, task, encoding)
    x = float64(network.encode(torch.tensor(encoding.token_ids)))
    layers = network.replay(x, trace.signals)
    layer = layers[0][0]
    loops: list[Callable[[], object]] = [
        lambda: record(network, task, encoding),
        lambda: record(network, task, encoding, closed_form=False),
        lambda: network.forward(x),
        lambda: map_sensitivity(layers),
        lambda: measure_exponents(layer.cell, layer.x, layer.signals, 2),
    ]
    for loop in loops:
        loop()
        with CancelScope() as scope:
            scope.cancel()
            with pytest.raises(Cancelled):
                loop()


def test_courtesy_waits_for_other_work_a_bounded_share_of_its_own_time() -> None:
    idle = threading.Event()
    give_way = Courtesy(idle)
    time.sleep(0.01)
    start = time.monotonic()
    give_way()
    waited = time.monotonic() - start
    assert waited >= 0.03  # three times what it worked
    time.sleep(0.2)
    start = time.monotonic()
    give_way()
    assert time.monotonic() - start >= 0.1  # and then goes on, though the other work has not ended


def test_courtesy_goes_on_as_soon_as_the_other_work_is_done() -> None:
    idle = threading.Event()
    give_way = Courtesy(idle)
    give_way.LONGEST = 60.0
    time.sleep(0.2)  # so that it would wait 0.6 s
    threading.Timer(0.05, idle.set).start()
    give_way()
    assert idle.is_set()


def test_a_scope_gives_way_at_every_checkpoint() -> None:
    calls: list[int] = []
    with CancelScope(give_way=lambda: calls.append(1)):
        checkpoint()
        checkpoint()
    checkpoint()
    assert calls == [1, 1]
