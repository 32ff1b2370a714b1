"""What every test may ask for: an application in this process, and a real server in another."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette asks for httpx2 where there is httpx alone.
    from starlette.testclient import TestClient

from gatescope.main import create_app
from gatescope.serving.service import Service, load_service

from tests.plug_ins import add_cells
from tests.server import start_server

add_cells()

torch.set_num_threads(1)
# A shell lets what it starts in the background ignore Ctrl-C; what the tests start must hear it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


TESTS = Path(__file__).parent
BROWSER = "browser"
# What takes long goes first, so that two processes of tests end together.
LONG = ("test_plug_ins.py", "test_fuzz.py", "test_process.py", "cli", "test_package.py", "serving")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = (BROWSER, *LONG)

    def rank(item: pytest.Item) -> int:
        top = item.path.relative_to(TESTS).parts[0]
        return order.index(top) if top in order else len(order)

    items.sort(key=rank)


class OneBrowserScheduling(LoadFileScheduling):  # type: ignore[misc]
    """A file of tests to a process, and all journeys to one: a browser takes long to start."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(f"{TESTS.name}/{BROWSER}/"):
            return BROWSER
        return str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneBrowserScheduling:
    return OneBrowserScheduling(config, log)


@pytest.fixture(scope="session")
def service() -> Service:
    """The shipped models, loaded and warm, once for all tests of this process."""
    return load_service(lambda phase: None)


@pytest.fixture(scope="session")
def client(service: Service) -> Iterator[TestClient]:
    """Ask the whole application, guard included, with the shipped models loaded."""
    app = create_app(load=lambda enter: service, wait=True)
    with TestClient(app, base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="session")
def live_server() -> Iterator[str]:
    """Give the address of a real `gatescope` process that is ready; it ends with the session."""
    with start_server("--port", "0") as server:
        server.wait_until_ready()
        yield server.address
