"""The dashboard."""

from __future__ import annotations

import json
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from .. import __version__
from ..i18n import load_catalogues
from ..serving.assets import find_assets
from ..serving.pages import choose_page_language, render_page

ROUTER = APIRouter(include_in_schema=False)

# A room is one template and the script that joins its parts.
ROOMS = {
    "watch": {
        "address": "/",
        "script": "pages/watch.js",
        "title": "room.watch",
        "purpose": "room.watch.means",
    },
    "compare": {
        "address": "/compare",
        "script": "pages/compare.js",
        "title": "room.compare",
        "purpose": "room.compare.means",
    },
}


# Both answer from memory: a page that was filled once waits for nothing.
@ROUTER.get("/")
async def get_page(request: Request) -> HTMLResponse:
    """Send the room Watch: type a sentence and watch the gates."""
    return _render(request, "watch")


@ROUTER.get("/compare")
async def get_comparison(request: Request) -> HTMLResponse:
    """Send the room Compare: how the gradient decays."""
    return _render(request, "compare")


def _render(request: Request, room: str) -> HTMLResponse:
    """Fill a room in the language asked for by ``?lang=``, the command or the browser."""
    shared = bool(request.app.state.addresses)
    page = _fill(room, choose_page_language(request), shared)
    return HTMLResponse(page.body, headers=page.headers)


@cache
def _fill(room: str, language: str, shared: bool) -> HTMLResponse:
    data = {
        "language": language,
        "catalogues": load_catalogues(),
        "views": find_assets().views,
    }
    return render_page(
        room,
        language,
        version=__version__,
        shared=shared,
        rooms=ROOMS.values(),
        room=ROOMS[room],
        scripts=[one["script"] for one in ROOMS.values()],
        # "<" is escaped, so that no sentence can end the script element it stands in.
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )
