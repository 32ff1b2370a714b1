"""More words between a clue and its blank."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ..serving.admission import Admitting
from ..serving.errors import POST_ERRORS
from ..serving.readiness import Ready
from ..serving.schemas import StretchRequest, StretchResponse
from ..serving.work import Work

ROUTER = APIRouter(prefix="/api", tags=["stretch"])
COST = 0.01  # seconds


@ROUTER.post(
    "/stretch",
    summary="Move a clue and its blank apart",
    responses=POST_ERRORS,
)
async def post_stretch(
    request: Request, body: StretchRequest, service: Ready, admission: Admitting
) -> StretchResponse:
    """Put natural words between the clue of a sentence and its end; the same request, the same."""
    return await admission.run(request, Work(COST, lambda: service.stretch(body)))
