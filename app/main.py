"""Joins the routes, the guard and the errors into one application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from fastapi import FastAPI

from . import __version__, routes
from .serving.addresses import add_token
from .serving.admission import Admission
from .serving.errors import add_error_handlers
from .serving.guard import LOOPBACK, Guard
from .serving.head import HeadAnswers
from .serving.readiness import Readiness

if TYPE_CHECKING:
    from .serving.service import Service


def load_models(enter: Callable[[str], None], opened: Sequence[Path] = ()) -> Service:
    """Import torch, load the shipped models and the files that a person opened.

    Imported late: the server listens first.
    """
    enter("torch")
    from .importing.model import open_model
    from .serving.service import load_service

    return load_service(enter, more=lambda: [open_model(path)[1] for path in opened])


def create_app(
    *,
    load: Callable[[Callable[[str], None]], Service] = load_models,
    hosts: Iterable[str] = LOOPBACK,
    token: str | None = None,
    addresses: Sequence[str] = (),
    language: str | None = None,
    wait: bool = False,
) -> FastAPI:
    """Build the application; ``wait`` loads the models before it answers anything.

    With a ``token`` others may come in: ``addresses`` is where, the most likely first.
    """
    readiness = Readiness(load)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.admission = Admission()  # closed with this run: the next one has pools of its own
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
    app.state.language = language
    app.state.addresses = [add_token(one, token) for one in addresses] if token else []
    for found in sorted(iter_modules(routes.__path__), key=lambda module: module.name):
        app.include_router(import_module(f"{routes.__name__}.{found.name}").ROUTER)
    add_error_handlers(app)
    app.add_middleware(HeadAnswers)
    app.add_middleware(Guard, hosts=tuple(hosts), token=token)
    return app
