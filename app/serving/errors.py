"""What every error looks like: one shape, in the reader's language; a page for a browser."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from ..cancellation import Cancelled
from ..contracts import InvalidInput
from ..i18n import choose_language, say
from .admission import Busy
from .pages import choose_page_language, render_page
from .readiness import NotReady
from .schemas import ErrorDetail, ErrorResponse

# pydantic's error types -> our sentences; what is not named here is "wrong_type".
SENTENCES = {
    "missing": "missing_field",
    "extra_forbidden": "extra_field",
    "json_invalid": "invalid_json",
    "finite_number": "not_finite",
    "greater_than_equal": "below_range",
    "greater_than": "not_above",
    "too_short": "list_too_short",
    "less_than_equal": "above_range",
    "too_long": "list_too_long",
    "literal_error": "not_offered",
    "float_type": "not_number",
}
# What Starlette refuses by a status alone.
STATUSES = {400: "invalid_json", 404: "not_found", 405: "method_not_allowed"}


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served: ``code`` names the sentence, ``values`` fill it."""

    status: int
    code: str
    field: str | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


def document_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe answers of the one shape, for a route's ``responses``."""
    return {status: {"model": ErrorResponse} for status in statuses}


# What any route that takes a body may answer.
POST_ERRORS = document_errors(400, 404, 408, 413, 415, 422, 503)


def write_error(connection: HTTPConnection, refusal: Refusal) -> Response:
    """Make the answer to a refused request: JSON, or a page where a browser asks for one."""
    if _wants_page(connection):
        language = choose_page_language(connection)
        message = _say_why(language, refusal)
        # Without its stylesheet at 401 and 421: who is refused at the door gets no other file.
        answer: Response = render_page("error", language, refusal.status, message=message)
    else:
        language = _choose_language(connection)
        field = refusal.field and _mend(refusal.field)
        detail = ErrorDetail(code=refusal.code, message=_say_why(language, refusal), field=field)
        answer = JSONResponse(ErrorResponse(error=detail).model_dump(), refusal.status)
        answer.headers["Content-Language"] = language
    answer.headers.update(refusal.headers)
    return answer


def add_error_handlers(app: FastAPI) -> None:
    """Let an application answer every error by :func:`write_error`."""

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        return write_error(request, _find_field(error))

    @app.exception_handler(NotReady)
    async def on_not_ready(request: Request, error: NotReady) -> Response:
        code = "load_failed" if error.phase == "failed" else "not_ready"
        phase = say(_choose_language(request), f"phase.{error.phase}")
        values = {"phase": phase, "reason": error.reason}
        return write_error(request, Refusal(503, code, None, values, {"Retry-After": "1"}))

    @app.exception_handler(Busy)
    async def on_busy(request: Request, error: Busy) -> Response:
        wait = str(error.retry_after)
        return write_error(
            request, Refusal(503, "busy", None, {"seconds": wait}, {"Retry-After": wait})
        )

    @app.exception_handler(Cancelled)
    async def on_cancelled(request: Request, error: Cancelled) -> Response:
        return write_error(request, Refusal(503, "refused"))  # the client or the server is leaving

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        code = STATUSES.get(error.status_code, "refused")
        headers = error.headers or {}
        return write_error(request, Refusal(error.status_code, code, None, {"place": 0}, headers))

    @app.exception_handler(InvalidInput)
    async def on_input(request: Request, error: InvalidInput) -> Response:
        status = 404 if error.code in {"unknown_model", "unknown_task"} else 422
        return write_error(request, Refusal(status, error.code, error.field, error.values))


def _find_field(error: RequestValidationError) -> Refusal:
    first = error.errors()[0]
    code = SENTENCES.get(first["type"], "wrong_type")
    place = [str(part) for part in first["loc"] if part != "body"]
    if code == "invalid_json":
        return Refusal(400, code, values={"place": place[-1] if place else 0})
    # A union's branches are named after their types; those are no fields of ours.
    place = [part for part in place if not part.startswith(("literal[", "function-", "lax"))]
    place = [part for part in place if part not in {"float", "constrained-float"}]
    # Nor is an input's kind, which comes before its own field: input.text.text.
    whole = first["type"].startswith("model_")  # it is no object at all: input.text
    if place[:1] == ["input"] and (len(place) > 2 or whole):
        del place[1:2]
    name = ".".join(place)[:120] or "body"
    if name == "body" and isinstance(error.body, bytes):  # it was not read as JSON
        header = "Content-Type"
        return Refusal(
            415, "wrong_content_type", header, {"field": header, "known": "application/json"}
        )
    context = dict(first.get("ctx") or {})
    values = {
        "field": name,
        "low": context.get("ge", context.get("gt")),
        "high": context.get("le"),
        "limit": context.get("max_length", context.get("min_length")),
        "known": context.get("expected"),
        "value": _quote(first["input"]),  # last: braces in it are nobody's place
    }
    return Refusal(422, code, name, values)


def _quote(value: object) -> str:
    """Show what was sent in the place of a field: shortened, and as JSON writes it."""
    if isinstance(value, str):
        return value[:80]
    if isinstance(value, dict | list):
        return "…"
    return json.dumps(value, default=str)


def _wants_page(connection: HTTPConnection) -> bool:
    asks = connection.scope.get("method") in {"GET", "HEAD"}
    return asks and "text/html" in connection.headers.get("accept", "")


def _choose_language(connection: HTTPConnection) -> str:
    return choose_language(connection.headers.get("accept-language"), connection.app.state.language)


def _say_why(language: str, refusal: Refusal) -> str:
    return _mend(say(language, f"error.{refusal.code}", refusal.values))


def _mend(text: str) -> str:
    """Write half an emoji as ``?``: it is a string in JSON and in Python, but has no bytes."""
    return text.encode("utf-8", "replace").decode()
