"""What there is to choose from."""

from __future__ import annotations

from fastapi import APIRouter, Request

from ..serving.errors import document_errors
from ..serving.readiness import Readiness
from ..serving.schemas import Catalog

ROUTER = APIRouter(prefix="/api", tags=["catalog"])


@ROUTER.get(
    "/catalog",
    summary="Cells, tasks, models and limits",
    responses=document_errors(503),
)
def get_catalog(request: Request) -> Catalog:
    """List every cell with its signals, every task with its examples, every model's figures."""
    readiness: Readiness = request.app.state.readiness
    return readiness.get().catalog()
