"""Who is let in, in which order, and what ends when nobody waits."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
import torch
from gatescope.cancellation import Cancelled, checkpoint
from gatescope.contracts import InvalidInput
from gatescope.main import create_app
from gatescope.nn.checkpoint import load_model
from gatescope.registry import find_models
from gatescope.serving.admission import LIGHT, STREAMS, Admission, Busy, Pool
from gatescope.serving.service import Service
from gatescope.serving.work import Work
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.asking import MODEL, ask, make_scope


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool("test", workers=1, patience=1.0, seconds=60.0)
    yield made
    made.close()


def hold(pool: Pool, client: str = "holder") -> tuple[threading.Event, Future[Any]]:
    """Keep the pool's one thread busy until the event is set."""
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        while not go_on.wait(0.005):
            checkpoint()

    future = pool.submit(Work(0.1, wait), client).future
    assert begun.wait(30)
    return go_on, future


def make_request(left: asyncio.Event | None = None) -> Request:
    """Give a request whose client leaves when the event is set, or never."""

    async def receive() -> dict[str, str]:
        await (left or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    return Request(make_scope("http", "/", []) | {"method": "POST"}, receive)


def test_work_is_done_on_one_thread_of_torch(pool: Pool) -> None:
    assert pool.submit(Work(0.1, torch.get_num_threads)).future.result(60) == 1


def test_what_would_wait_too_long_is_refused_with_the_time_to_come_back(pool: Pool) -> None:
    go_on, _ = hold(pool)
    waiting = [pool.submit(Work(0.45, lambda: 1)) for _ in range(2)]
    with pytest.raises(Busy) as busy:
        pool.submit(Work(0.45, lambda: 1))
    assert busy.value.retry_after == 1
    go_on.set()
    assert [job.future.result(30) for job in waiting] == [1, 1]
    assert pool.submit(Work(0.45, lambda: 2)).future.result(30) == 2


def test_something_may_always_wait_however_heavy(pool: Pool) -> None:
    go_on, _ = hold(pool)
    job = pool.submit(Work(100.0, lambda: 1))
    with pytest.raises(Busy) as busy:
        pool.submit(Work(0.1, lambda: 1))
    assert busy.value.retry_after == 30
    go_on.set()
    assert job.future.result(30) == 1


def test_clients_take_turns(pool: Pool) -> None:
    go_on, _ = hold(pool)
    done: list[str] = []
    order = ["a1", "a2", "a3", "b1", "c1", "b2"]

    def note(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    jobs = [pool.submit(Work(0.01, note(name)), client=name[0]) for name in order]
    go_on.set()
    for job in jobs:
        job.future.result(30)
    assert done == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_job_that_waits_and_is_cancelled_makes_room_and_is_never_run(pool: Pool) -> None:
    go_on, _ = hold(pool)
    ran: list[int] = []
    job = pool.submit(Work(0.9, lambda: ran.append(1)))
    with pytest.raises(Busy):
        pool.submit(Work(0.9, lambda: ran.append(2)))
    pool.cancel(job)
    other = pool.submit(Work(0.9, lambda: ran.append(3)))
    go_on.set()
    other.future.result(30)
    assert ran == [3]


def test_a_job_that_runs_and_is_cancelled_ends_at_its_next_checkpoint(pool: Pool) -> None:
    begun = threading.Event()

    def work() -> None:
        begun.set()
        while True:
            checkpoint()
            time.sleep(0.001)

    job = pool.submit(Work(0.1, work))
    assert begun.wait(30)
    pool.cancel(job)
    with pytest.raises(Cancelled):
        job.future.result(30)
    assert pool.submit(Work(0.1, lambda: 5)).future.result(30) == 5


def test_an_error_is_the_answer(pool: Pool) -> None:
    def fail() -> None:
        raise InvalidInput("text_empty", "input.text")

    with pytest.raises(InvalidInput, match="text_empty"):
        pool.submit(Work(0.1, fail)).future.result(30)


def test_light_work_does_not_wait_for_heavy_work() -> None:
    admission = Admission()

    async def ask() -> int:
        go_on, held = hold(admission.heavy)
        answer = await admission.run(make_request(), Work(LIGHT, lambda: 7))
        assert not held.done()
        go_on.set()
        return answer

    assert asyncio.run(ask()) == 7
    admission.close()


def test_work_above_the_bound_goes_to_the_heavy_pool() -> None:
    admission = Admission()
    names = [
        asyncio.run(admission.run(make_request(), Work(cost, lambda: threading.current_thread())))
        for cost in (LIGHT, LIGHT + 0.01)
    ]
    assert [thread.name.split("_")[0] for thread in names] == ["light", "heavy"]
    admission.close()


def test_what_takes_too_long_is_ended_and_says_so() -> None:
    pool = Pool("test", workers=1, patience=1.0, seconds=0.05)
    admission = Admission(light=pool)

    def work() -> None:
        while True:
            checkpoint()
            time.sleep(0.001)

    with pytest.raises(InvalidInput) as out:
        asyncio.run(admission.run(make_request(), Work(0.01, work)))
    assert out.value.code == "timeout"
    assert out.value.values == {"limit": 0.05}
    admission.close()


def test_a_client_that_leaves_ends_the_work_it_waited_for() -> None:
    admission, ended = Admission(), threading.Event()

    def work() -> None:
        try:
            while True:
                checkpoint()
                time.sleep(0.001)
        finally:
            ended.set()

    async def ask() -> None:
        left = asyncio.Event()
        asking = asyncio.create_task(admission.run(make_request(left), Work(0.01, work)))
        await asyncio.sleep(0.1)
        left.set()
        with pytest.raises(Cancelled):
            await asking

    asyncio.run(ask())
    assert ended.wait(5)
    admission.close()


def test_streams_are_bounded_and_one_that_is_dropped_counts_no_more() -> None:
    admission = Admission()

    async def open_all() -> None:
        request = make_request()
        streams = [
            await admission.start_stream(request, iter([b"1", b"2"]), 0.01) for _ in range(STREAMS)
        ]
        with pytest.raises(Busy):
            await admission.start_stream(request, iter([b"1"]), 0.01)
        assert [line async for line in streams.pop()] == [b"1", b"2"]
        del streams[:]  # never read
        again = await admission.start_stream(request, iter([b"3"]), 0.01)
        assert [line async for line in again] == [b"3"]

    asyncio.run(open_all())
    admission.close()


def test_closing_ends_what_runs_and_what_waits() -> None:
    admission = Admission()
    _, held = hold(admission.heavy)
    waiting = admission.heavy.submit(Work(0.5, lambda: 1))
    admission.close()
    with pytest.raises(Cancelled):
        held.result(30)
    assert waiting.future.cancelled()


def test_a_pool_is_idle_when_nothing_waits_or_runs(pool: Pool) -> None:
    assert pool.idle.is_set()
    go_on, held = hold(pool)
    waiting = pool.submit(Work(0.1, lambda: 1))
    assert not pool.idle.is_set()
    pool.cancel(waiting)
    assert not pool.idle.is_set()
    go_on.set()
    held.result(30)
    assert pool.idle.wait(30)
    gone = pool.submit(Work(0.1, lambda: 2))
    pool.cancel(gone)
    assert pool.idle.wait(30)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a priority on Linux alone")
def test_heavy_work_has_a_lower_priority_than_light_work() -> None:
    admission = Admission()

    def read_niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    light, heavy = (
        pool.submit(Work(1.0, read_niceness)).future.result(60)
        for pool in (admission.light, admission.heavy)
    )
    assert (light, heavy) == (read_niceness(), max(10, light))
    admission.close()


def test_heavy_work_lets_light_work_go_first() -> None:
    admission = Admission()

    def count_checkpoints() -> int:
        passed, end = 0, time.monotonic() + 0.4
        while time.monotonic() < end:
            time.sleep(0.001)
            checkpoint()
            passed += 1
        return passed

    alone = admission.heavy.submit(Work(1.0, count_checkpoints)).future.result(60)
    go_on, _ = hold(admission.light)
    beside = admission.heavy.submit(Work(1.0, count_checkpoints)).future.result(60)
    assert 0 < beside < 0.6 * alone  # a quarter of the time, and not nothing
    go_on.set()
    admission.close()


def test_an_application_that_runs_again_has_pools_of_its_own() -> None:
    model = load_model(find_models()[MODEL])
    app = create_app(load=lambda enter: Service({model.id: model}), wait=True)
    for text in ("a good film", "a bad film"):  # two: the answer to the first is kept
        with TestClient(app, base_url="http://localhost") as client:
            answer = client.post("/api/trace", json=ask(input={"text": text}))
        assert answer.status_code == 200, answer.text
