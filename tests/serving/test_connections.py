"""A real server with a very small application: what a connection may and may not do."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import uvicorn
from gatescope.serving import connections
from gatescope.serving.connections import BoundedProtocol, allow_open_files, count_allowed

ASK = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LARGE = 32 * 2**20


class Quick(BoundedProtocol):
    head_seconds: ClassVar[float] = 0.3
    stalled_seconds: ClassVar[float] = 0.3


async def answer(scope: Any, receive: Any, send: Any) -> None:
    """Answer at once, a body read or not; at /large, with more than a socket takes."""
    body = b"a" * LARGE if scope["path"] == "/large" else b"ok"
    length = str(len(body)).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]}
    )
    await send({"type": "http.response.body", "body": body})


@contextlib.contextmanager
def serve(protocol: type[BoundedProtocol]) -> Iterator[int]:
    """Serve in a thread, and give the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(answer, http=protocol, lifespan="off", log_level="critical")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serve(Quick) as found:
        yield found


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def is_closed(one: socket.socket) -> bool:
    """Wait for the other side to close; what it still sends is thrown away."""
    with contextlib.suppress(ConnectionError):
        while one.recv(65_536):
            pass
    return True


def is_answered(one: socket.socket) -> bool:
    """Ask, and read the answer to its end."""
    one.sendall(ASK)
    read = b""
    while not read.endswith(b"ok"):
        part = one.recv(4096)
        assert part, "it hung up"
        read += part
    return read.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: loc"])
def test_a_head_that_does_not_come_is_not_waited_for(port: int, sent: bytes) -> None:
    with connect(port) as one:
        one.sendall(sent)
        assert is_closed(one)


def test_a_head_that_comes_drop_by_drop_is_not_waited_for(port: int) -> None:
    with connect(port) as one:
        assert drip(one, b"GET / HTTP/1.1\r\nX: " + b"a" * 400)


def test_the_second_request_of_a_connection_must_come_whole_too(port: int) -> None:
    with connect(port) as one:
        assert is_answered(one)
        assert is_answered(one)
        assert drip(one, b"GET / HTTP/1.1\r\nX: " + b"a" * 400)


def test_a_body_without_end_is_not_read_on_after_the_answer(port: int) -> None:
    with connect(port) as one:
        one.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert one.recv(4096).startswith(b"HTTP/1.1 200")
        assert drip(one, b"1\r\na\r\n" * 400)


def drip(one: socket.socket, text: bytes) -> bool:
    """Send a byte every 20 ms; say whether the other side hung up before the end."""
    one.settimeout(0.02)
    for k in range(len(text)):
        try:
            one.sendall(text[k : k + 1])
            if one.recv(4096) == b"":
                return True
        except TimeoutError:
            continue
        except ConnectionError:
            return True
    return False


def test_a_reader_who_takes_nothing_is_not_waited_for(port: int) -> None:
    with connect(port) as one:
        one.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(1.5)
        taken = 0
        with contextlib.suppress(ConnectionError):
            while part := one.recv(2**20):
                taken += len(part)
        assert taken < LARGE


def test_a_slow_reader_is_waited_for(port: int) -> None:
    with connect(port) as one:
        one.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        taken = 0
        while taken < LARGE:
            part = one.recv(2**21)
            assert part, "it hung up on a reader who went on reading"
            taken += len(part)
            time.sleep(0.02)


def test_too_many_connections_make_room_for_one_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "count_allowed", lambda: 20)
    with serve(BoundedProtocol) as port, contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connect(port)) for _ in range(60)]
        for _ in range(5):
            with connect(port) as one:
                assert is_answered(one)
        closed = 0
        for one in idle:
            one.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                closed += is_closed(one)
        assert closed >= 40


def test_the_limit_of_open_files_is_raised_and_never_lowered() -> None:
    resource = pytest.importorskip("resource")
    soft, hard = before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 700), hard))
        count_allowed.cache_clear()
        assert count_allowed() == min(soft, 700) - connections.RESERVED_FILES
        allow_open_files()
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assert raised == min(hard, connections.MOST_CONNECTIONS + connections.RESERVED_FILES)
        assert count_allowed() <= connections.MOST_CONNECTIONS
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        count_allowed.cache_clear()
