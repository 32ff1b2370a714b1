from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from gatescope.main import create_app
from gatescope.serving.service import Service, load_service
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, ask, read_error


@contextmanager
def start_slowly(
    phase: str, load: Callable[[Callable[[str], None]], Service]
) -> Iterator[tuple[TestClient, threading.Event]]:
    """Serve an application whose loading stands still in a phase until the event is set."""
    entered, go_on = threading.Event(), threading.Event()

    def load_slowly(enter: Callable[[str], None]) -> Service:
        enter(phase)
        entered.set()
        assert go_on.wait(30)
        return load(enter)

    with TestClient(create_app(load=load_slowly), base_url="http://localhost") as client:
        assert entered.wait(10)
        try:
            yield client, go_on
        finally:
            go_on.set()


def wait_for(client: TestClient, status: int, code: str | None = None) -> None:
    for _ in range(600):
        answer = client.get("/readyz")
        if answer.status_code == status and (
            code is None or answer.json()["error"]["code"] == code
        ):
            return
        time.sleep(0.05)
    raise AssertionError(f"/readyz never said {status}")


def test_a_server_that_is_ready_says_so(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.parametrize("phase", ["torch", "models", "warming"])
def test_before_it_is_ready_it_is_alive_and_tells_the_phase(phase: str) -> None:
    with start_slowly(phase, load_service) as (client, _):
        assert client.get("/healthz").status_code == 200
        messages = set()
        for language in LANGUAGES:
            answer = client.get("/readyz", headers={"Accept-Language": language})
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            error = read_error(answer)
            assert error["code"] == "not_ready"
            messages.add(error["message"])
        assert len(messages) == len(LANGUAGES)


def test_the_phases_differ_and_the_last_is_ready() -> None:
    said = set()
    for phase in ("torch", "models", "warming"):
        with start_slowly(phase, load_service) as (client, go_on):
            said.add(client.get("/readyz").json()["error"]["message"])
            if phase == "warming":
                go_on.set()
                wait_for(client, 200)
                assert client.post("/api/trace", json=ask()).status_code == 200
    assert len(said) == 3


def test_before_it_is_ready_the_page_comes_and_questions_are_put_off() -> None:
    with start_slowly("models", load_service) as (client, _):
        assert client.get("/").status_code == 200
        for answer in (
            client.get("/api/catalog"),
            client.post("/api/trace", json=ask()),
            client.get("/api/models/any/weights"),
        ):
            assert answer.status_code == 503
            assert read_error(answer)["code"] == "not_ready"


@pytest.mark.parametrize("language", LANGUAGES)
def test_models_that_cannot_be_loaded_are_told_with_the_reason(language: str) -> None:
    def break_down(enter: Callable[[str], None]) -> Service:
        raise ValueError("sentiment-x.safetensors is not a safetensors file")

    with start_slowly("models", break_down) as (client, go_on):
        go_on.set()
        wait_for(client, 503, "load_failed")
        answer = client.get("/readyz", headers={"Accept-Language": language})
        assert "sentiment-x.safetensors" in read_error(answer)["message"]
        assert client.get("/healthz").status_code == 200
