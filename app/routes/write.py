"""What a network writes on its own, a step at a time."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from ..serving.admission import Admitting
from ..serving.errors import POST_ERRORS
from ..serving.readiness import Ready
from ..serving.schemas import WriteRequest, WrittenToken, WrittenValues

ROUTER = APIRouter(prefix="/api", tags=["write"])
LINES = "application/x-ndjson"
LINE = {"anyOf": [WrittenToken.model_json_schema(), WrittenValues.model_json_schema()]}


@ROUTER.post(
    "/write",
    summary="Let a network write on",
    response_class=StreamingResponse,
    responses={
        200: {"content": {LINES: {"schema": LINE}}},
        **POST_ERRORS,
    },
)
async def post_write(
    request: Request, body: WriteRequest, service: Ready, admission: Admitting
) -> StreamingResponse:
    """Read a beginning, then draw the next character, read it, and so on: one line of JSON each.

    Of a series it is the forecast that is read as the next step; ``temperature`` and ``seed`` do
    not concern trained weights then.

    Everything is checked before the first byte. Close the connection and the writing ends. The
    same request writes the same text.
    """
    from ..serving.wire import to_line  # torch is there once the service is

    tokens = service.write(body)
    cost = service.estimate_beginning(body)
    stream = await admission.start_stream(request, map(to_line, tokens), cost)
    return StreamingResponse(stream, media_type=LINES)
