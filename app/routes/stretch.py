"""More words between a clue and its blank."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ..serving.errors import POST_ERRORS
from ..serving.readiness import Readiness
from ..serving.schemas import StretchRequest, StretchResponse

ROUTER = APIRouter(prefix="/api", tags=["stretch"])


@ROUTER.post(
    "/stretch",
    summary="Move a clue and its blank apart",
    responses=POST_ERRORS,
)
def post_stretch(request: Request, wanted: StretchRequest) -> StretchResponse:
    """Put natural words between the clue of a sentence and its end; the same request, the same."""
    readiness: Readiness = request.app.state.readiness
    return StretchResponse(text=readiness.get().stretch(wanted))
