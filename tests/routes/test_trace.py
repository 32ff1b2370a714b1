from __future__ import annotations

import csv
import io
import json
import math
from typing import Any

import numpy as np
import pytest
from gatescope.registry import find_cells
from gatescope.serving.schemas import TraceResponse
from safetensors.numpy import load
from starlette.testclient import TestClient

from tests.asking import MODEL, MODELS, ask, give_input

SAFETENSORS = "application/x-safetensors"
TEXT = "I expected to hate it, but it was wonderful."


def trace(client: TestClient, model: str, **changes: Any) -> dict[str, Any]:
    wanted = ask(model=model, input=give_input(model, TEXT)) | changes
    answer = client.post("/api/trace", json=wanted)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("model", MODELS)
def test_the_trace_is_json_in_the_documented_shape(client: TestClient, model: str) -> None:
    body = trace(client, model)
    assert set(body) == set(TraceResponse.model_fields)
    TraceResponse.model_validate(body)
    told = next(m for m in client.get("/api/catalog").json()["models"] if m["id"] == model)
    steps, units = len(body["tokens"]), told["hidden"]
    assert body["model"] == model
    assert (
        list(body["signals"]) == list(body["gradients"]) == list(body["norms"]) == told["signals"]
    )
    for group in ("signals", "gradients"):
        for value in body[group].values():
            assert np.array(value).shape == (steps, units)
    for value in body["norms"].values():
        assert np.array(value).shape == (steps,)
    assert len(body["targets"]) == steps
    if not body["classes"]:
        check_numbers(body)
        return
    assert np.array(body["probabilities"]).shape == (steps, len(body["classes"]))
    assert body["target"] in body["classes"]
    lost = [
        -np.log(row[body["classes"].index(goal)])
        for row, goal in zip(body["probabilities"], body["targets"], strict=True)
        if goal is not None
    ]
    assert body["loss"] == pytest.approx(np.mean(lost), rel=1e-9)


def check_numbers(body: dict[str, Any]) -> None:
    """Hold an answer of numbers to the loss that it tells."""
    values, right = (np.array(body[key], dtype=np.float64) for key in ("values", "target_values"))
    assert values.shape == right.shape
    assert body["loss"] == pytest.approx(np.nanmean((values - right) ** 2), rel=1e-9)
    assert (body["probabilities"], body["target"]) == (None, "")
    assert set(body["targets"]) == {None}


@pytest.mark.parametrize("model", MODELS)
def test_json_safetensors_and_csv_are_the_same_trace(client: TestClient, model: str) -> None:
    body = trace(client, model)
    wanted = ask(model=model, input=give_input(model, TEXT))
    answer = client.post("/api/trace", json=wanted, headers={"Accept": SAFETENSORS})
    assert answer.headers["content-type"] == SAFETENSORS
    assert answer.headers["vary"] == "Accept"
    arrays = load(answer.content)
    assert all(value.dtype == np.float64 for value in arrays.values())
    for key, value in arrays.items():
        group, _, signal = key.partition(".")
        told = body[group][signal] if signal else body[group]
        assert np.array_equal(np.array(told, dtype=np.float64), value, equal_nan=True), key
    answers = 1 if body["classes"] else 2  # probabilities; values and the right ones
    assert len(arrays) == 1 + answers + 3 * len(body["signals"])
    length = int.from_bytes(answer.content[:8], "little")
    about = json.loads(json.loads(answer.content[8 : 8 + length])["__metadata__"]["trace"])
    assert about == {key: body[key] for key in about}

    table = client.post("/api/trace", json=wanted, headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
    assert [row["token"] for row in rows] == body["tokens"]
    name = next(iter(body["norms"]))
    assert [float(row[f"norms.{name}"]) for row in rows] == body["norms"][name]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html", ""])
def test_json_is_what_anyone_else_gets(client: TestClient, accept: str) -> None:
    answer = client.post("/api/trace", json=ask(), headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("model", MODELS)
def test_the_same_request_has_the_same_answer(client: TestClient, model: str) -> None:
    assert trace(client, model) == trace(client, model)


@pytest.mark.parametrize("model", MODELS)
def test_a_forced_signal_changes_what_follows_and_stands_in_the_answer(
    client: TestClient, model: str
) -> None:
    plain = trace(client, model)
    bounds = {one.name: one.high for one in find_cells()[plain["cell"]].signals}
    for name in plain["signals"]:
        # A neuron that leaks forgets a small current before it spikes, and one that fires at every
        # step cannot fire more.
        value = 0.25
        if bounds[name.rpartition(".")[2]] is None:
            value = math.copysign(400.0, -plain["signals"][name][2][3])
        forced = {"signal": name, "value": value, "step": 2, "unit": 3}
        body = trace(client, model, interventions=[forced])
        assert body["interventions"] == [forced]
        assert body["signals"][name][2][3] == value
        # What the row had read by then is as it was; a second layer would carry it the other way.
        before, end = (slice(3, None), 0) if ".reverse." in name else (slice(0, 2), -1)
        answer = "probabilities" if body["classes"] else "values"
        np.testing.assert_allclose(body[answer][before], plain[answer][before], atol=1e-12)
        assert body[answer][end] != plain[answer][end], name


@pytest.mark.parametrize("model", MODELS)
def test_previous_is_taken_as_a_value(client: TestClient, model: str) -> None:
    name = next(iter(trace(client, model)["signals"]))
    body = trace(client, model, interventions=[{"signal": name, "value": "previous", "step": 3}])
    assert body["signals"][name][3] == body["signals"][name][2]


@pytest.mark.parametrize("model", MODELS)
def test_the_target_changes_the_loss_not_the_opinion(client: TestClient, model: str) -> None:
    plain = trace(client, model)
    if not plain["classes"]:
        wanted = ask(model=model, input=give_input(model, TEXT), target="up")
        assert client.post("/api/trace", json=wanted).json()["error"]["code"] == "unknown_class"
        return
    for target in {*plain["classes"][:3], plain["target"]}:
        body = trace(client, model, target=target)
        assert body["target"] == target
        assert body["probabilities"] == plain["probabilities"]
        assert (body["loss"] == plain["loss"]) == (target == plain["targets"][-1])
        place = plain["classes"].index(target)
        assert body["loss"] == pytest.approx(-np.log(plain["probabilities"][-1][place]))


def test_only_the_required_fields_are_needed(client: TestClient) -> None:
    answer = client.post("/api/trace", json={"model": MODEL, "input": {"text": "good"}})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["weights"], body["seed"], body["interventions"]) == ("trained", 0, [])
    assert body["tokens"] == ["good"]


def test_it_is_documented(client: TestClient) -> None:
    told = client.get("/api/openapi.json").json()["paths"]["/api/trace"]["post"]
    assert {"200", "400", "404", "413", "422", "503"} <= set(told["responses"])
    assert {"application/json", SAFETENSORS, "text/csv"} <= set(told["responses"]["200"]["content"])
