"""Whether the service can answer yet. The server listens before torch is imported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import Depends, Request

if TYPE_CHECKING:
    from .service import Service


class NotReady(Exception):
    """The models are still being loaded, or could not be; ``phase`` says which."""

    def __init__(self, phase: str, reason: str = "") -> None:
        super().__init__(phase, reason)
        self.phase = phase
        self.reason = reason


class Readiness:
    """Holds the service once it is loaded, and the phase until then."""

    def __init__(self, load: Callable[[Callable[[str], None]], Service]) -> None:
        """Take ``load``, which builds the service and reports each phase by name."""
        self._load = load
        self._service: Service | None = None
        self.phase = "starting"
        self.reason = ""

    def start(self) -> threading.Thread:
        """Load in the background."""
        thread = threading.Thread(target=self.run, name="load", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Load here and now."""
        try:
            self._service = self._load(self._enter)
            self.phase = "ready"
        except Exception as error:  # a broken file must not leave the page waiting for ever
            self.phase, self.reason = "failed", str(error)

    def get(self) -> Service:
        """Return the service. Raises :class:`NotReady` until there is one."""
        if self._service is None:
            raise NotReady(self.phase, self.reason)
        return self._service

    def _enter(self, phase: str) -> None:
        self.phase = phase


async def get_service(request: Request) -> Service:
    """Return the service. Raises :class:`NotReady` until there is one."""
    readiness: Readiness = request.app.state.readiness
    return readiness.get()


Ready: TypeAlias = Annotated["Service", Depends(get_service)]
