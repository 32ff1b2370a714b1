"""Work is admitted, not just accepted.

Light work (a trace as a person types) and heavy work (a comparison with maps) have a pool each, so
that neither waits for the other; pages, files, the catalogue and /healthz use none. Threads share
one interpreter, so heavy work and streams pause at their checkpoints while light work is under way,
for three quarters of their time at most. What would wait
longer than its pool's patience is refused at once (:class:`Busy`), with the time to come back.
Among those who wait, clients take turns. Work that nobody waits for any more ends at its next
checkpoint.
"""

from __future__ import annotations

import asyncio
import math
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar
from weakref import WeakSet

from fastapi import Depends, Request

from ..cancellation import (
    Cancelled,
    CancelScope,
    Courtesy,
    TimedOut,
    checkpoint,
    lower_priority,
)
from ..contracts import InvalidInput
from ..limits import LIMITS
from .work import Work

T = TypeVar("T")

LIGHT = 0.1  # seconds: what is estimated to cost more goes to the heavy pool
LIGHT_PATIENCE, HEAVY_PATIENCE = 1.5, 20.0  # estimated seconds of work that may wait
SMALLEST = 0.005  # seconds a piece of work costs at least, HTTP included
LONGEST_RETRY = 30
STREAMS = 64  # open at once
STREAM_SECONDS = 300.0
SLICE = 0.005  # seconds of computing for one stream before it is the next one's turn
SWITCH_INTERVAL = 0.001  # seconds: how long a computing thread may keep the event loop waiting


class Busy(Exception):
    """No more work is taken now; ``retry_after`` is the seconds after which to ask again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"busy for {retry_after} s")
        self.retry_after = retry_after


@dataclass(eq=False, slots=True)
class Job:
    """A piece of work that was taken, and its answer to come."""

    work: Work[Any]
    client: str
    scope: CancelScope
    future: Future[Any] = field(default_factory=Future)


class Pool:
    """A few threads, and a queue bounded by what it costs, in which clients take turns."""

    def __init__(
        self,
        name: str,
        *,
        workers: int,
        patience: float,
        seconds: float,
        give_way: Callable[[], None] | None = None,
    ) -> None:
        """Let ``patience`` seconds of work wait; each piece may take ``seconds``.

        ``give_way``, where other work goes first, is called at every checkpoint. ``idle`` is set
        while nothing is waiting or being done.
        """
        self.workers = workers
        self.give_way = give_way
        self.idle = threading.Event()
        self.idle.set()
        self.patience = patience
        self.seconds = seconds
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._running: set[Job] = set()
        self._lock = threading.Lock()
        prepare = _prepare_thread if give_way is None else _prepare_background_thread
        self._threads = ThreadPoolExecutor(workers, name, initializer=prepare)

    def submit(self, work: Work[T], client: str = "") -> Job:
        """Take a piece of work. Raises :class:`Busy` where too much is waiting already."""
        job = Job(work, client, CancelScope(self.seconds, self.give_way))
        with self._lock:
            waiting = self._cost_waiting()
            if waiting and waiting + work.cost > self.patience:
                raise Busy(min(LONGEST_RETRY, max(1, math.ceil(waiting / self.workers))))
            self._waiting.setdefault(client, deque()).append(job)
            self.idle.clear()
        self._threads.submit(self._run_next)
        return job

    def cancel(self, job: Job) -> None:
        """Take a job out of the queue, or end it at its next checkpoint."""
        job.scope.cancel()
        with self._lock:
            queue = self._waiting.get(job.client)
            if queue and job in queue:
                queue.remove(job)
                if not queue:
                    del self._waiting[job.client]
            self._tell_idle()
        job.future.cancel()

    def close(self) -> None:
        """End everything; nothing is waited for."""
        with self._lock:
            jobs = [*self._running, *(job for queue in self._waiting.values() for job in queue)]
            self._waiting.clear()
        for job in jobs:
            job.scope.cancel()
            job.future.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _cost_waiting(self) -> float:
        jobs = (job for queue in self._waiting.values() for job in queue)
        return sum(max(SMALLEST, job.work.cost) for job in jobs)

    def _run_next(self) -> None:
        job = self._take()
        if job is None:
            return
        try:
            if job.future.set_running_or_notify_cancel():
                with job.scope:
                    checkpoint()
                    job.future.set_result(job.work.run())
        except BaseException as error:
            job.future.set_exception(error)
        finally:
            with self._lock:
                self._running.discard(job)
                self._tell_idle()

    def _tell_idle(self) -> None:
        if not self._waiting and not self._running:
            self.idle.set()

    def _take(self) -> Job | None:
        """Take the oldest job of the client whose turn it is; its next one waits for all others."""
        with self._lock:
            if not self._waiting:
                return None
            client, queue = self._waiting.popitem(last=False)
            job = queue.popleft()
            if queue:
                self._waiting[client] = queue
            self._running.add(job)
            return job


class Admission:
    """The pools of one process."""

    def __init__(self, light: Pool | None = None, heavy: Pool | None = None) -> None:
        """Start no thread yet: torch may not be there."""
        seconds = LIMITS.seconds
        self.light = light or Pool("light", workers=1, patience=LIGHT_PATIENCE, seconds=seconds)
        self.heavy = heavy or Pool(
            "heavy",
            workers=1,
            patience=HEAVY_PATIENCE,
            seconds=seconds,
            give_way=Courtesy(self.light.idle),
        )
        self._let_type = Courtesy(self.light.idle)
        self._writers = ThreadPoolExecutor(1, "write", initializer=_prepare_background_thread)
        self._streams: WeakSet[AsyncGenerator[bytes]] = WeakSet()

    async def run(self, request: Request, work: Work[T]) -> T:
        """Compute in the pool the work belongs to; the work ends when the client leaves.

        Raises :class:`Busy`, :class:`InvalidInput` where it takes too long, :class:`Cancelled`
        where nobody waits any more, and what the work itself raises.
        """
        pool = self.light if work.cost <= LIGHT else self.heavy
        job = pool.submit(work, request.client.host if request.client else "")
        answer: asyncio.Future[T] = asyncio.wrap_future(job.future)
        leaving = asyncio.ensure_future(_wait_until_gone(request))
        try:
            either: set[asyncio.Future[Any]] = {answer, leaving}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise Cancelled
            return answer.result()
        except TimedOut as error:
            raise InvalidInput("timeout", "input", limit=error.seconds) from None
        finally:
            leaving.cancel()
            if not answer.done():
                pool.cancel(job)

    async def start_stream(
        self, request: Request, lines: Iterator[bytes], cost: float
    ) -> AsyncGenerator[bytes]:
        """Compute the first of ``lines``, at ``cost``, and give a stream of all of them.

        All streams share one thread, :data:`SLICE` seconds each in turn. A stream ends when it is
        not read any more, and after :data:`STREAM_SECONDS`. Raises as :meth:`run` does.
        """
        if len(self._streams) >= STREAMS:
            raise Busy(LONGEST_RETRY // 6)
        first = await self.run(request, Work(cost, lambda: next(lines, b"")))
        stream = self._go_on(first, lines)
        self._streams.add(stream)
        return stream

    async def _go_on(self, part: bytes, lines: Iterator[bytes]) -> AsyncGenerator[bytes]:
        loop = asyncio.get_running_loop()
        end = time.monotonic() + STREAM_SECONDS
        while part and time.monotonic() < end:
            yield part
            part = await loop.run_in_executor(self._writers, self._take_slice, lines)

    def _take_slice(self, lines: Iterator[bytes]) -> bytes:
        self._let_type()
        end = time.perf_counter() + SLICE
        part = []
        for line in lines:
            part.append(line)
            if time.perf_counter() > end:
                break
        return b"".join(part)

    def close(self) -> None:
        """End all work."""
        self.light.close()
        self.heavy.close()
        self._writers.shutdown(wait=False, cancel_futures=True)


async def get_admission(request: Request) -> Admission:
    """Return the pools of this process."""
    admission: Admission = request.app.state.admission
    return admission


Admitting = Annotated[Admission, Depends(get_admission)]


async def _wait_until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _prepare_thread() -> None:
    """Keep PyTorch to this thread: how many it uses is each thread's own setting."""
    from ..training.trainer import use_one_thread  # torch is there once there is work

    use_one_thread()
    sys.setswitchinterval(SWITCH_INTERVAL)


def _prepare_background_thread() -> None:
    _prepare_thread()
    lower_priority()
