"""HTTP/1.1 connections, bounded in number and in how long they may keep the server waiting."""

from __future__ import annotations

import asyncio
import contextlib
from functools import cache
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 2_000
BACKLOG = 128  # asyncio accepts so many at once, before it looks at any of them
RESERVED_FILES = 512  # for model files, libraries, and three rounds of accepting


class BoundedProtocol(H11Protocol):
    """uvicorn's protocol, which waits for ever: for a request's head, for a reader.

    A connection is closed where the head of a request, or the rest of a body that was answered
    before it ended, has not come within ``head_seconds``, and where the other side took nothing of
    an answer for ``stalled_seconds``. Where there are too many, the one that has asked
    nothing for the longest time makes room.
    """

    head_seconds: ClassVar[float] = 10.0
    stalled_seconds: ClassVar[float] = 30.0
    _waiting: asyncio.TimerHandle | None = None
    _writing: asyncio.TimerHandle | None = None
    _quiet_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for a request."""
        super().connection_made(transport)
        self._quiet_since = self.loop.time()
        self._watch_head()
        if len(self.connections) > count_allowed():
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every clock."""
        super().connection_lost(exc)
        self._stop_waiting()
        self._stop_writing()

    def data_received(self, data: bytes) -> None:
        """Read; a head that is not whole yet goes on being waited for."""
        super().data_received(data)
        self._watch_head()

    def on_response_complete(self) -> None:
        """Go on to the next request."""
        super().on_response_complete()
        self._quiet_since = self.loop.time()
        if self.conn.their_state is h11.SEND_BODY:
            self._watch_head()

    def pause_writing(self) -> None:
        """Start to wait for the reader."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """Stop waiting: the reader took what there was."""
        super().resume_writing()
        self._stop_writing()

    @property
    def is_quiet(self) -> bool:
        """Nothing was asked on this connection that is not answered."""
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> None:
        """Close one connection; those that are closing are still among all connections."""
        kept = [one for one in self.connections if isinstance(one, BoundedProtocol)]
        kept = [one for one in kept if not one.transport.is_closing()]
        if len(kept) > count_allowed():
            quiet = [one for one in kept if one.is_quiet and one is not self] or [self]
            min(quiet, key=lambda one: one._quiet_since).transport.abort()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _watch_head(self) -> None:
        if not self.is_quiet or self.transport.is_closing():
            self._stop_waiting()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _watch_reader(self) -> None:
        left = self.transport.get_write_buffer_size()

        def check() -> None:
            if self.transport.get_write_buffer_size() == left:
                self.transport.abort()
            else:
                self._watch_reader()

        self._writing = self.loop.call_later(self.stalled_seconds, check)


def allow_open_files() -> None:
    """Raise this process's limit of open files to what the connections may take."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_CONNECTIONS + RESERVED_FILES
        if soft != resource.RLIM_INFINITY and soft < wanted:
            most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    count_allowed.cache_clear()


@cache
def count_allowed() -> int:
    """Say how many connections may be open in this process at a time."""
    try:
        import resource
    except ImportError:  # not on Windows, which knows no such limit
        return MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return min(MOST_CONNECTIONS, max(soft - RESERVED_FILES, soft // 4))
