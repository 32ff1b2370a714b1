"""What every test may ask for: an application in this process, and a real server in another."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette asks for httpx2 where there is httpx alone.
    from starlette.testclient import TestClient

from gatescope.main import create_app

from tests.plug_ins import add_cells
from tests.server import start_server

add_cells()

torch.set_num_threads(1)
# A shell lets what it starts in the background ignore Ctrl-C; what the tests start must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """Ask the whole application, guard included, with the shipped models loaded."""
    with TestClient(create_app(wait=True), base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="session")
def live_server() -> Iterator[str]:
    """Give the address of a real `gatescope` process that is ready; it ends with the session."""
    with start_server("--port", "0") as server:
        server.wait_until_ready()
        yield server.address
