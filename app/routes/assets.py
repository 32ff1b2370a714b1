"""Scripts, styles, and the plotly.js of the installed plotly package."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from app.assets import find_assets

ROUTER = APIRouter(include_in_schema=False)
FOR_EVER = "public, max-age=31536000, immutable"


@ROUTER.get("/plotly/{digest}/plotly.min.js")
def get_plotly(digest: str) -> FileResponse:
    """Send plotly.js; its address holds its digest, so it is fetched once."""
    assets = find_assets()
    if digest != assets.plotly_digest:
        raise HTTPException(404)
    return FileResponse(
        assets.plotly, media_type="text/javascript", headers={"Cache-Control": FOR_EVER}
    )


@ROUTER.get("/static/{digest}/{path:path}")
def get_static(digest: str, path: str) -> FileResponse:
    """Send one of our own files, for as long as its digest is the one on disk."""
    assets = find_assets()
    try:
        full, found = StaticFiles(directory=assets.static).lookup_path(os.path.normpath(path))
    except (OSError, ValueError):  # a name too long for the file system, or with a NUL in it
        raise HTTPException(404) from None
    if digest != assets.digest or found is None or not Path(full).is_file():
        raise HTTPException(404)
    kind = "text/javascript" if full.endswith(".js") else None
    return FileResponse(full, media_type=kind, headers={"Cache-Control": FOR_EVER})
