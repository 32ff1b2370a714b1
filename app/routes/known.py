"""Which models know the words of a text."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ..serving.admission import Admitting
from ..serving.errors import POST_ERRORS
from ..serving.readiness import Ready
from ..serving.schemas import KnownRequest, KnownResponse
from ..serving.work import Work

ROUTER = APIRouter(prefix="/api", tags=["known"])
COST = 2e-5  # seconds a character, by all models together


@ROUTER.post(
    "/known",
    summary="Count the words of a text that each model knows",
    responses=POST_ERRORS,
)
async def post_known(
    request: Request, body: KnownRequest, service: Ready, admission: Admitting
) -> KnownResponse:
    """Read a text as every model would, and count the words that its vocabulary holds.

    A word is a token of two letters or more: one that reads single characters counts none.
    """
    cost = COST * len(body.input.text)
    models = await admission.run(request, Work(cost, lambda: service.count_known(body)))
    return KnownResponse(models=models)
