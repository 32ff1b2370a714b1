"""Joins the routes, the guard and the errors into one application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from . import __version__, routes
from .cancellation import Cancelled
from .contracts import InvalidInput
from .i18n import choose_language, say
from .serving.admission import Admission, Busy
from .serving.guard import LOOPBACK, Guard
from .serving.readiness import NotReady, Readiness

if TYPE_CHECKING:
    from .serving.service import Service

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
}


def load_shipped(enter: Callable[[str], None]) -> Service:
    """Import torch and load the shipped models. Imported late: the server listens first."""
    enter("torch")
    from .serving.service import load_service

    return load_service(enter)


def create_app(
    *,
    load: Callable[[Callable[[str], None]], Service] = load_shipped,
    hosts: Iterable[str] = LOOPBACK,
    token: str | None = None,
    language: str | None = None,
    wait: bool = False,
) -> FastAPI:
    """Build the application; ``wait`` loads the models before it answers anything."""
    readiness = Readiness(load)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if readiness.phase == "starting":
            readiness.start()
        yield
        app.state.admission.close()

    if wait:
        readiness.run()
    app = FastAPI(
        title="GateScope",
        version=__version__,
        summary="See inside recurrent neural networks",
        lifespan=lifespan,
        docs_url=None,  # these pages fetch their scripts from another host
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.readiness = readiness
    app.state.admission = Admission()
    app.state.language = language
    for found in sorted(iter_modules(routes.__path__), key=lambda module: module.name):
        app.include_router(import_module(f"{routes.__name__}.{found.name}").ROUTER)
    _add_errors(app)
    app.add_middleware(Guard, hosts=tuple(hosts), token=token)
    return app


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        code = SENTENCES.get(first["type"], "wrong_type")
        place = [str(part) for part in first["loc"] if part != "body"]
        if code == "invalid_json":
            return _answer(request, 400, code, None, {"place": place[-1] if place else 0})
        # A union's branches are named after their types; those are no fields of ours.
        place = [part for part in place if not part.startswith(("literal[", "function-", "lax"))]
        place = [part for part in place if part not in {"float", "constrained-float"}]
        field = ".".join(place)[:120] or "body"
        context = dict(first.get("ctx") or {})
        values = {
            "field": field,
            "low": context.get("ge", context.get("gt")),
            "high": context.get("le"),
            "limit": context.get("max_length", context.get("min_length")),
            "known": context.get("expected"),
        }
        return _answer(request, 422, code, field, values)

    @app.exception_handler(NotReady)
    async def on_not_ready(request: Request, error: NotReady) -> JSONResponse:
        code = "load_failed" if error.phase == "failed" else "not_ready"
        language = _language(request)
        phase = say(language, f"phase.{error.phase}")
        values = {"phase": phase, "reason": error.reason}
        return _answer(request, 503, code, None, values, {"Retry-After": "1"})

    @app.exception_handler(Busy)
    async def on_busy(request: Request, error: Busy) -> JSONResponse:
        wait = str(error.retry_after)
        return _answer(request, 503, "busy", None, {"seconds": wait}, {"Retry-After": wait})

    @app.exception_handler(Cancelled)
    async def on_cancelled(request: Request, error: Cancelled) -> JSONResponse:
        return _answer(request, 503, "refused", None, {})  # the client, or the server, is leaving

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed", 400: "invalid_json"}.get(
            error.status_code, "refused"
        )
        headers = dict(error.headers or {})
        return _answer(request, error.status_code, code, None, {"place": 0}, headers)

    @app.exception_handler(InvalidInput)
    async def on_input(request: Request, error: InvalidInput) -> JSONResponse:
        status = 404 if error.code in {"unknown_model", "unknown_task"} else 422
        return _answer(request, status, error.code, error.field, error.values)

    @app.exception_handler(Exception)
    async def on_exception(request: Request, error: Exception) -> JSONResponse:
        return _answer(request, 500, "internal", None, {})


def _language(request: Request) -> str:
    return choose_language(request.headers.get("accept-language"), request.app.state.language)


def _answer(
    request: Request,
    status: int,
    code: str,
    field: str | None,
    values: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    language = _language(request)
    # Half an emoji is a string in JSON and in Python, but has no bytes.
    message = say(language, f"error.{code}", values).encode("utf-8", "replace").decode()
    field = field and field.encode("utf-8", "replace").decode()
    return JSONResponse(
        {"error": {"code": code, "message": message, "field": field}},
        status_code=status,
        headers={"Content-Language": language, **(headers or {})},
    )
