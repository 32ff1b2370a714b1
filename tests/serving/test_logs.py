from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from gatescope.serving.logs import configure_logs

NAMES = ("uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything the server's loggers write; they are as before afterwards."""
    before = {
        name: (list(one.handlers), list(one.filters), one.level, one.propagate)
        for name in NAMES
        for one in [logging.getLogger(name)]
    }
    config, stream = configure_logs(), io.StringIO()
    for handler in config["handlers"].values():
        handler["stream"] = stream
    logging.config.dictConfig(config)
    try:
        yield stream
    finally:
        for name, (handlers, filters, level, propagate) in before.items():
            one = logging.getLogger(name)
            one.handlers, one.filters, one.propagate = handlers, filters, propagate
            one.setLevel(level)


def test_no_query_is_logged(written: io.StringIO) -> None:
    log = logging.getLogger("uvicorn.access")
    for path in ("/?token=secret", "/api/catalog", "/a?b=1&token=secret"):
        log.info('%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "GET", path, "1.1", 303)
    assert "secret" not in written.getvalue()
    assert '"GET / HTTP/1.1" 303 See Other' in written.getvalue()
    assert '"GET /api/catalog HTTP/1.1"' in written.getvalue()


def test_no_connection_left_is_one_line(written: io.StringIO) -> None:
    log = logging.getLogger("asyncio")
    for _ in range(1_000):
        try:
            raise OSError(24, "Too many open files")
        except OSError as error:
            message = "socket.accept() out of system resource\nsocket: <...>"
            log.error(message, exc_info=error)
    assert len(written.getvalue().splitlines()) == 1
    log.error("something else")
    assert "something else" in written.getvalue()
