"""How the tests ask the application: one good request, and the shape every error has."""

from __future__ import annotations

from typing import Any

from app.registry import find_models

MODEL = next(name for name in find_models() if name.startswith("sentiment-"))
LANGUAGES = ("en", "pt-BR")


def ask(**changes: Any) -> dict[str, Any]:
    """Give a request that is right, with some of its fields changed."""
    return {"model": MODEL, "input": {"text": "A truly great film."}} | changes


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
