"""The everyday sentences of a task, which no network was trained on."""

from __future__ import annotations

from fastapi import APIRouter

from ..serving.errors import document_errors
from ..serving.readiness import Ready
from ..serving.schemas import EverydayResponse

ROUTER = APIRouter(prefix="/api/tasks", tags=["tasks"])


@ROUTER.get(
    "/{name}/everyday",
    summary="Everyday sentences by kind",
    responses=document_errors(400, 404, 503),
)
async def get_everyday(name: str, service: Ready) -> EverydayResponse:
    """List a task's everyday sentences by kind and language, each with what is right of it."""
    return service.list_everyday(name)
