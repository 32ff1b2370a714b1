"""How the tests ask the application: one good request, and the shape every error has."""

from __future__ import annotations

from typing import Any

from gatescope.analysis.tracer import record
from gatescope.nn.checkpoint import Model
from gatescope.nn.network import Network
from gatescope.registry import find_inputs, find_models, find_tasks

MODELS = list(find_models())


def name_task(model: str) -> str:
    """Read the task off a model's id, ``<task>-<cell>`` and what more there is of its kind."""
    return max((task for task in find_tasks() if model.startswith(f"{task}-")), key=len)


def list_models(task: str) -> list[str]:
    """Name the models of one task."""
    return [name for name in MODELS if name_task(name) == task]


def give_input(model: str, text: str = "A truly great film.") -> dict[str, Any]:
    """Give an input that a model can read: the text, or the beginning of its first example."""
    task = find_tasks()[name_task(model)]
    if task.input == "text":
        return {"text": text}
    value = task.examples[0].value
    return find_inputs()[task.input].give(value[:24] if task.input == "series" else value)


FAMILIES = sorted({name_task(name) for name in MODELS})
REVIEWS = list_models("sentiment")  # what the texts below are written for
MODEL = REVIEWS[0]
WRITER = list_models("shakespeare")[0]
LANGUAGES = ("en", "pt-BR")


def ask(**changes: Any) -> dict[str, Any]:
    """Give a request that is right, with some of its fields changed."""
    model = changes.get("model", MODEL)
    given = give_input(model) if model in MODELS else {"text": "A truly great film."}
    return {"model": model, "input": given} | changes


def ask_model(model: Model, text: str) -> list[float]:
    """Give the probability of each class at the last word."""
    network = Network(model.cell, model.shape, model.weights)
    trace = record(network, model.task, model.task.read(text, model.index))
    return [float(value) for value in trace.probabilities[-1]]


def read_error(answer: Any) -> dict[str, Any]:
    """Hold an answer to the one shape of every error, and give what is inside."""
    assert answer.headers["content-type"] == "application/json", answer.text
    body = answer.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"code", "message", "field"}
    assert isinstance(error["code"], str)
    assert isinstance(error["message"], str)
    assert error["field"] is None or isinstance(error["field"], str)
    message = error["message"]
    assert len(message) > 10
    for sign in ("Traceback", "{", "}", "None", 'File "', "pydantic", "error."):
        assert sign not in message, message
    return error


def make_scope(kind: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """Give one request as a server hands it to the application."""
    return {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "scheme": "ws" if kind == "websocket" else "http",
        "root_path": "",
        "http_version": "1.1",
        "subprotocols": [],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "asgi": {"version": "3.0"},
        "extensions": {},
    }
