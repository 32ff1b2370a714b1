"""What a network writes on its own, a token at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from ..serving.errors import POST_ERRORS
from ..serving.readiness import Readiness
from ..serving.schemas import WriteRequest, WrittenToken

if TYPE_CHECKING:
    from ..analysis.generation import GeneratedToken

ROUTER = APIRouter(prefix="/api", tags=["write"])
LINES = "application/x-ndjson"


@ROUTER.post(
    "/write",
    summary="Let a network write on",
    response_class=StreamingResponse,
    responses={
        200: {"content": {LINES: {"schema": WrittenToken.model_json_schema()}}},
        **POST_ERRORS,
    },
)
async def post_write(request: Request, wanted: WriteRequest) -> StreamingResponse:
    """Read a beginning, then draw the next character, read it, and so on: one line of JSON each.

    Everything is checked before the first byte. Close the connection and the writing ends. The
    same request writes the same text.
    """
    readiness: Readiness = request.app.state.readiness
    found = readiness.get().write(wanted)
    return StreamingResponse(_stream(found), media_type=LINES)


async def _stream(found: Iterator[GeneratedToken]) -> AsyncIterator[bytes]:
    from ..serving.wire import to_line  # torch is there once the service is

    # Here, not in a thread: a step takes well under a millisecond, and a reader who leaves, or
    # Ctrl-C, ends it between two.
    for written in found:
        yield to_line(written)
        await asyncio.sleep(0)
