"""How much of the gradient comes back, in several networks at once."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from ..serving.admission import Admitting
from ..serving.errors import POST_ERRORS
from ..serving.readiness import Ready
from ..serving.schemas import GradientRequest, GradientResponse
from ..serving.work import Work

ROUTER = APIRouter(prefix="/api", tags=["gradients"])


@ROUTER.post(
    "/gradients",
    summary="Compare how the gradient decays",
    response_class=Response,
    responses={
        200: {"model": GradientResponse},
        **POST_ERRORS,
    },
)
async def post_gradients(
    request: Request, body: GradientRequest, service: Ready, admission: Admitting
) -> Response:
    """Run every network over the same tokens; the loss at the last step travels back.

    Norms, decay, half-life, the map of who listens to whom, what the memory holds, each step's
    part in dL/dW_hh, gate health, spectra and Lyapunov exponents, in float64; what is not finite
    is null, and `overflow` names its first step.
    """
    from ..serving.comparison import prepare_comparison  # torch is there once the service is

    comparison = prepare_comparison(service, body)
    answer = await admission.run(
        request, Work(comparison.cost, lambda: comparison.run().model_dump_json())
    )
    return Response(answer, media_type="application/json")
