"""Ends work that nobody waits for, or that takes too long.

Whoever starts the work enters a :class:`CancelScope`; the loops that may take long call
:func:`checkpoint` between two pieces. The names are Trio's.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar, Token

BACKGROUND_NICENESS = 10  # of 19


class Cancelled(Exception):
    """Nobody waits for this work any more."""


class TimedOut(Cancelled):
    """The work took longer than the ``seconds`` it was given."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"took longer than {seconds:g} s")
        self.seconds = seconds


class CancelScope:
    """What is run inside ends, at its next checkpoint, when another thread says so or time is up.

    The clock runs from the moment the scope is entered. ``give_way``, where there is one, is called
    at every checkpoint and may take its time, so that other work goes first.
    """

    def __init__(
        self, seconds: float = math.inf, give_way: Callable[[], None] | None = None
    ) -> None:
        self.seconds = seconds
        self.give_way = give_way
        self.deadline = math.inf
        self.cancelled = False
        self._token: Token[CancelScope | None] | None = None

    def cancel(self) -> None:
        """End the work at its next checkpoint. Safe to call from any thread."""
        self.cancelled = True

    def check(self) -> None:
        """Raise :class:`Cancelled` or :class:`TimedOut` where the work is to end."""
        if self.cancelled:
            raise Cancelled
        if time.monotonic() > self.deadline:
            raise TimedOut(self.seconds)

    def __enter__(self) -> CancelScope:
        self.deadline = time.monotonic() + self.seconds
        self._token = _SCOPE.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _SCOPE.reset(self._token)


_SCOPE: ContextVar[CancelScope | None] = ContextVar("scope", default=None)


def checkpoint() -> None:
    """Raise :class:`Cancelled` where the scope around this work has ended; else give way."""
    scope = _SCOPE.get()
    if scope is not None:
        scope.check()
        if scope.give_way is not None:
            scope.give_way()


def lower_priority() -> None:
    """Let other work go before this thread's, where threads have a priority each (Linux)."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = max(BACKGROUND_NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
        os.setpriority(os.PRIO_PROCESS, thread, niceness)


class Courtesy(threading.local):
    """Lets other work go first, in each thread for a bounded share of its time."""

    SHARE = 3.0  # seconds of waiting for each second of work
    LONGEST = 0.1  # seconds of waiting at a time

    def __init__(self, idle: threading.Event) -> None:
        """Wait for ``idle``, which is set while there is no other work."""
        self.idle = idle
        self._since = time.monotonic()

    def __call__(self) -> None:
        """Wait until the other work is done, but not for ever."""
        if not self.idle.is_set():
            worked = time.monotonic() - self._since
            self.idle.wait(min(self.LONGEST, self.SHARE * worked))
            self._since = time.monotonic()
