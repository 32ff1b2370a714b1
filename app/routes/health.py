"""Alive, and ready."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ..serving.errors import document_errors
from ..serving.schemas import Health

ROUTER = APIRouter(tags=["health"])


@ROUTER.get("/healthz", summary="Is the server alive?")
async def get_health() -> Health:
    """Answer as soon as the server listens."""
    return Health(status="alive")


@ROUTER.get("/readyz", summary="Are the models loaded?", responses=document_errors(503))
async def get_readiness(request: Request) -> Health:
    """Answer 503 with the phase until every model is loaded."""
    request.app.state.readiness.get()
    return Health(status="ready")
