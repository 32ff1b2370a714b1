"""What there is to choose from."""

from __future__ import annotations

from fastapi import APIRouter, Response

from ..serving.errors import document_errors
from ..serving.readiness import Ready
from ..serving.schemas import Catalog

ROUTER = APIRouter(prefix="/api", tags=["catalog"])


@ROUTER.get(
    "/catalog",
    summary="Cells, tasks, models and limits",
    response_class=Response,
    responses={200: {"model": Catalog}, **document_errors(503)},
)
async def get_catalog(service: Ready) -> Response:
    """List every cell with its signals, every task with its examples, every model's figures."""
    return Response(service.catalog_json, media_type="application/json")
