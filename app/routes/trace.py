"""One run over one sequence, everything recorded."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..serving.admission import Admitting
from ..serving.errors import POST_ERRORS
from ..serving.readiness import Ready
from ..serving.schemas import TraceRequest, TraceResponse

ROUTER = APIRouter(prefix="/api", tags=["trace"])
JSON_TYPE = "application/json"
OTHER_TYPES = ("application/x-safetensors", "text/csv")


@ROUTER.post(
    "/trace",
    summary="Run a model over a text and back",
    response_class=Response,
    responses={
        200: {
            "model": TraceResponse,
            "description": "The trace: JSON, or what `Accept` asks for",
            "content": {
                name: {"schema": {"type": "string", "format": "binary"}} for name in OTHER_TYPES
            },
        },
        **POST_ERRORS,
    },
)
async def post_trace(
    request: Request, body: TraceRequest, service: Ready, admission: Admitting
) -> Response:
    """Return every signal, every gradient (float64) and the opinion at every step."""
    accepted = request.headers.get("accept", "")
    media_type = next((name for name in OTHER_TYPES if name in accepted), JSON_TYPE)
    answer = service.recall(body, media_type)
    if answer is None:
        answer = await admission.run(request, service.prepare(body, media_type))
    return Response(answer, media_type=media_type, headers={"Vary": "Accept"})
