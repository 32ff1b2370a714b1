"""How much of the gradient comes back, in several networks at once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..serving.readiness import Readiness
from ..serving.schemas import ErrorResponse, GradientRequest, GradientResponse

ROUTER = APIRouter(prefix="/api", tags=["gradients"])


@ROUTER.post(
    "/gradients",
    summary="Compare how the gradient decays",
    response_class=Response,
    responses={
        200: {"model": GradientResponse},
        **{code: {"model": ErrorResponse} for code in (400, 404, 413, 422, 503)},
    },
)
def post_gradients(request: Request, wanted: GradientRequest) -> Response:
    """Run every network over the same tokens; the loss at the last step travels back.

    Norms, decay, half-life, the map of who listens to whom, what the memory holds, each step's
    part in dL/dW_hh, gate health, spectra and Lyapunov exponents, in float64; what is not finite
    is null, and `overflow` names its first step.
    """
    readiness: Readiness = request.app.state.readiness
    service = readiness.get()
    from ..serving.comparison import compare_gradients  # torch is there once the service is

    comparison = compare_gradients(service, wanted)
    return Response(comparison.model_dump_json(), media_type="application/json")
