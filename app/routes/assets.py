"""Scripts, styles, and the plotly.js of the installed plotly package."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from ..serving.assets import find_assets

ROUTER = APIRouter(include_in_schema=False)
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
}


# Both answer from memory, so neither needs a thread of its own.
@ROUTER.get("/plotly/{digest}/plotly.min.js")
async def get_plotly(digest: str) -> Response:
    """Send plotly.js; its address holds its digest, so it is fetched once."""
    assets = find_assets()
    if digest != assets.plotly_digest:
        raise HTTPException(404)
    return Response(assets.plotly, media_type=TYPES["js"], headers=FOR_EVER)


@ROUTER.get("/static/{digest}/{path:path}")
async def get_static(digest: str, path: str) -> Response:
    """Send one of our own files, for as long as its digest is the one in memory."""
    assets = find_assets()
    content = assets.files.get(path)
    if digest != assets.digest or content is None:
        raise HTTPException(404)
    return Response(content, media_type=TYPES[path.rpartition(".")[2]], headers=FOR_EVER)
