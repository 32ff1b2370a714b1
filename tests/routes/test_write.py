"""Writing over HTTP: a line a character, the same for the same request, checked beforehand."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from gatescope.analysis.generation import GeneratedToken, GeneratedValues
from gatescope.limits import LIMITS
from gatescope.registry import find_models, find_tasks
from gatescope.serving.schemas import WriteRequest, WrittenToken, WrittenValues
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, MODEL, WRITER, make_scope, name_task, read_error
from tests.asking import ask as ask_any
from tests.server import start_server

WRITERS = [name for name in find_models() if find_tasks()[name_task(name)].writes]


def ask(**changes: Any) -> dict[str, Any]:
    return {"model": WRITER, "input": {"text": "To be"}, "length": 12} | changes


def read_lines(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("model", WRITERS)
def test_a_line_a_character_in_the_documented_shape(client: TestClient, model: str) -> None:
    lines = read_lines(client.post("/api/write", json=ask(model=model)))
    assert [line["step"] for line in lines] == list(range(5, 17))
    task = find_tasks()[name_task(model)]
    for line in lines:
        WrittenToken.model_validate(line)
        assert line["token"] in task.classes
        assert 0 < line["probability"] <= 1
        for values in line["signals"].values():
            assert all(round(value, 4) == value for value in values)


@pytest.mark.parametrize("model", WRITERS)
def test_what_is_written_reads_back_to_the_same_numbers(client: TestClient, model: str) -> None:
    lines = read_lines(client.post("/api/write", json=ask(model=model, temperature=1.0)))
    text = "To be" + "".join(line["token"] for line in lines)
    trace = client.post("/api/trace", json={"model": model, "input": {"text": text}}).json()
    assert trace["tokens"][5:] == [line["token"] for line in lines]
    assert trace["token_ids"][5:] == [line["id"] for line in lines]
    for line in lines:
        place = trace["classes"].index(line["token"])
        before = trace["probabilities"][line["step"] - 1][place]
        assert line["probability"] == pytest.approx(before, rel=1e-9)
        for name, values in line["signals"].items():
            assert values == pytest.approx(trace["signals"][name][line["step"]], abs=6e-5)


def test_the_same_request_has_the_same_answer_and_another_seed_another(client: TestClient) -> None:
    one, again, other, fresh = (
        client.post("/api/write", json=ask(length=40, **change)).text
        for change in ({}, {}, {"seed": 1}, {"weights": "fresh"})
    )
    assert one == again
    assert len({one, other, fresh}) == 3


def test_only_the_required_fields_are_needed(client: TestClient) -> None:
    wanted = {"model": WRITER, "input": {"text": "A"}}
    assert len(read_lines(client.post("/api/write", json=wanted))) == 200


BAD: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "a model that does not write": (ask(model=MODEL), 422, "cannot_write", "model"),
    "no such model": (ask(model="none"), 404, "unknown_model", "model"),
    "no text": (ask(input={"text": ""}), 422, "text_empty", "input.text"),
    "too long a text": (
        ask(input={"text": "a" * (LIMITS.steps + 1)}),
        422,
        "too_many_steps",
        "input.text",
    ),
    "a control character": (ask(input={"text": "a\0"}), 422, "text_control", "input.text"),
    "too cold": (ask(temperature=0.04), 422, "below_range", "temperature"),
    "too hot": (ask(temperature=2.1), 422, "above_range", "temperature"),
    "no temperature": (ask(temperature="warm"), 422, "wrong_type", "temperature"),
    "nothing to write": (ask(length=0), 422, "below_range", "length"),
    "too much to write": (ask(length=LIMITS.written + 1), 422, "above_range", "length"),
    "half a character": (ask(length=1.5), 422, "wrong_type", "length"),
    "seed below 0": (ask(seed=-1), 422, "below_range", "seed"),
    "extra field": (ask(target="a"), 422, "extra_field", "target"),
    "weights of another kind": (ask(weights="pruned"), 422, "not_offered", "weights"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BAD)
def test_everything_is_checked_before_the_first_byte(
    client: TestClient, name: str, language: str
) -> None:
    sent, status, code, field = BAD[name]
    answer = client.post("/api/write", json=sent, headers={"Accept-Language": language})
    error = read_error(answer)
    assert (answer.status_code, error["code"], error["field"]) == (status, code, field)
    assert answer.headers["content-language"] == language


FORECASTERS = [name for name in find_models() if name_task(name) in {"sunspots", "temperature"}]


@pytest.mark.parametrize("model", FORECASTERS)
def test_a_series_goes_on_by_its_own_forecasts_as_a_trace_of_it_shows(
    client: TestClient, model: str
) -> None:
    rows: list[list[float | None]] = [[58.0], [62.6], [None], [70.0]]
    wanted = {"model": model, "input": {"series": rows}, "length": 20}
    lines = read_lines(client.post("/api/write", json=wanted))
    assert [line["step"] for line in lines] == list(range(4, 24))
    for line in lines:
        WrittenValues.model_validate(line)
        assert line.keys() == {"step", "values", "signals"}
    rows = [*rows, *([line["values"][0]] for line in lines)]
    trace = client.post("/api/trace", json={"model": model, "input": {"series": rows}}).json()
    for line in lines:
        assert line["values"] == pytest.approx(trace["values"][line["step"] - 1], rel=1e-6)
        for name, values in line["signals"].items():
            assert values == pytest.approx(trace["signals"][name][line["step"]], abs=6e-5)


def test_a_series_goes_on_for_sixty_steps_and_no_further(client: TestClient) -> None:
    wanted: dict[str, Any] = {"model": FORECASTERS[0], "input": {"series": [[12.0]]}}
    lines = read_lines(client.post("/api/write", json=wanted))
    assert len(lines) == LIMITS.forecast == 60
    other = {"temperature": 2, "seed": 5}
    assert read_lines(client.post("/api/write", json=wanted | other)) == lines
    error = read_error(client.post("/api/write", json=wanted | {"length": 61}))
    assert (error["code"], error["field"]) == ("value_out_of_range", "length")
    fresh = {"weights": "fresh"}
    assert read_lines(client.post("/api/write", json=wanted | fresh)) != lines


def test_what_forecasts_one_of_several_numbers_cannot_go_on(client: TestClient) -> None:
    error = read_error(client.post("/api/write", json=ask_any(model="air-lstm")))
    assert (error["code"], error["field"]) == ("cannot_write", "model")
    assert all(name in error["message"] for name in (*WRITERS, *FORECASTERS))


def test_who_cannot_write_is_told_who_can(client: TestClient) -> None:
    error = read_error(client.post("/api/write", json=ask(model=MODEL)))
    assert all(name in error["message"] for name in WRITERS)


def test_it_is_documented(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()["paths"]["/api/write"]["post"]
    assert {"200", "400", "404", "413", "422", "503"} <= set(told["responses"])
    assert list(told["responses"]["200"]["content"]) == ["application/x-ndjson"]


def test_a_reader_who_leaves_ends_the_writing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.app
    assert isinstance(app, FastAPI)
    service = app.state.readiness.get()
    plain, drawn = service.write, []

    def count(request: WriteRequest) -> Iterator[GeneratedToken | GeneratedValues]:
        for written in plain(request):
            drawn.append(written)
            yield written

    monkeypatch.setattr(service, "write", count)
    body = json.dumps(ask(length=LIMITS.written)).encode()
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    incoming: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": body},
        {"type": "http.disconnect"},
    ]
    left = asyncio.Event()
    lines = 0

    async def receive() -> MutableMapping[str, Any]:
        if len(incoming) == 1:
            await left.wait()
        return incoming.pop(0)

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal lines
        lines += message.get("body", b"").count(b"\n")
        if lines >= 3:
            left.set()

    scope = make_scope("http", "/api/write", headers) | {"method": "POST"}
    asyncio.run(app(scope, receive, send))
    assert 3 <= len(drawn) < LIMITS.written / 4


def test_ctrl_c_ends_it_with_a_stream_open() -> None:
    with start_server("--port", "0") as server:
        server.wait_until_ready()
        wanted = ask(length=LIMITS.written)
        address = httpx.URL(server.address).join("/api/write")
        with httpx.Client(trust_env=False, timeout=20) as client:
            began = threading.Event()

            def read_slowly() -> None:
                try:
                    with client.stream("POST", address, json=wanted) as answer:
                        for _ in answer.iter_lines():
                            began.set()
                            time.sleep(0.2)
                except httpx.HTTPError:
                    pass

            reader = threading.Thread(target=read_slowly, daemon=True)
            reader.start()
            assert began.wait(10)
            assert server.interrupt() < 2
            assert server.process.returncode == 0
