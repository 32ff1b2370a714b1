"""The model files themselves."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from ..serving.errors import document_errors
from ..serving.readiness import Ready

ROUTER = APIRouter(prefix="/api/models", tags=["models"])


@ROUTER.get(
    "/{name}/weights",
    summary="Download a model file",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/x-safetensors": {}, "application/octet-stream": {}}},
        **document_errors(400, 404, 416, 503),
    },
)
async def get_weights(name: str, service: Ready) -> FileResponse:
    """Send one safetensors file: `torch.nn.LSTM.load_state_dict` takes its `recurrent.` part."""
    model = service.model(name)
    suffix = model.path.suffix
    plain = "application/octet-stream"  # another framework's file, which a person opened
    return FileResponse(
        model.path,
        media_type="application/x-safetensors" if suffix == ".safetensors" else plain,
        filename=f"{model.id}{suffix}",
    )
