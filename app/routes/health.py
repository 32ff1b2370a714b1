"""Alive, and ready."""

from __future__ import annotations

from fastapi import APIRouter

from ..serving.errors import document_errors
from ..serving.readiness import Ready
from ..serving.schemas import Health

ROUTER = APIRouter(tags=["health"])


@ROUTER.get("/healthz", summary="Is the server alive?")
async def get_health() -> Health:
    """Answer as soon as the server listens."""
    return Health(status="alive")


@ROUTER.get("/readyz", summary="Are the models loaded?", responses=document_errors(503))
async def get_readiness(service: Ready) -> Health:
    """Answer 503 with the phase until every model is loaded."""
    return Health(status="ready")
