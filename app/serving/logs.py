"""What the server logs: no query, in which a token may stand, and no flood."""

from __future__ import annotations

import copy
import logging
import time
from typing import Any

ACCEPT_SECONDS = 10.0  # between two lines on the same trouble


class WithoutQuery(logging.Filter):
    """Takes the query off the address in a line of uvicorn's access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it is always logged."""
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, path, version, status = record.args
            record.args = (client, method, str(path).partition("?")[0], version, status)
        return True


class FewAcceptErrors(logging.Filter):
    """Lets one line in ten seconds through where no more connections can be accepted.

    asyncio logs a traceback for every try, as many as the backlog is long, every second.
    """

    last = -ACCEPT_SECONDS

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether to log the record, in one line."""
        if not str(record.msg).startswith("socket.accept() out of system resource"):
            return True
        now = time.monotonic()
        if now - self.last < ACCEPT_SECONDS:
            return False
        self.last = now
        record.msg, record.args = "Too many connections: no file is left for another.", ()
        record.exc_info = None
        return True


class NoRequestCancelled(logging.Filter):
    """Drops what uvicorn says at Ctrl-C of requests that it does not wait for: it is meant so."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether to log the record."""
        return not str(record.msg).startswith("Cancel %s running task(s)")


def configure_logs() -> dict[str, Any]:
    """Give uvicorn's logging configuration with our filters; plain data, for any process."""
    from uvicorn.config import LOGGING_CONFIG

    config = copy.deepcopy(LOGGING_CONFIG)
    config["filters"] = {
        "without_query": {"()": f"{__name__}.WithoutQuery"},
        "no_request_cancelled": {"()": f"{__name__}.NoRequestCancelled"},
        "few_accept_errors": {"()": f"{__name__}.FewAcceptErrors"},
    }
    config["loggers"]["uvicorn.access"]["filters"] = ["without_query"]
    config["loggers"]["uvicorn.error"]["filters"] = ["no_request_cancelled"]
    config["loggers"]["asyncio"] = {
        "handlers": ["default"],
        "level": "WARNING",
        "propagate": False,
        "filters": ["few_accept_errors"],
    }
    return config
