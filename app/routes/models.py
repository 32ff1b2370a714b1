"""The model files themselves."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from ..serving.errors import document_errors
from ..serving.readiness import Readiness

ROUTER = APIRouter(prefix="/api/models", tags=["models"])


@ROUTER.get(
    "/{name}/weights",
    summary="Download a model file",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/x-safetensors": {}}},
        **document_errors(400, 404, 416, 503),
    },
)
def get_weights(request: Request, name: str) -> FileResponse:
    """Send one safetensors file: `torch.nn.LSTM.load_state_dict` takes its `recurrent.` part."""
    readiness: Readiness = request.app.state.readiness
    model = readiness.get().model(name)
    return FileResponse(
        model.path, media_type="application/x-safetensors", filename=f"{model.id}.safetensors"
    )
