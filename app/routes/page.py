"""The dashboard."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .. import __version__
from ..i18n import choose_language, load_catalogues
from ..serving.assets import find_assets

ROUTER = APIRouter(include_in_schema=False)
_PAGES = Environment(
    loader=FileSystemLoader(find_assets().templates), autoescape=True, undefined=StrictUndefined
)


# A room is one template and the script that joins its parts.
ROOMS = {
    "watch": {"address": "/", "script": "pages/watch.js", "title": "room.watch"},
    "compare": {"address": "/compare", "script": "pages/compare.js", "title": "room.compare"},
}


@ROUTER.get("/")
def get_page(request: Request) -> HTMLResponse:
    """Send the room Watch: type a sentence and watch the gates."""
    return _render(request, "watch")


@ROUTER.get("/compare")
def get_comparison(request: Request) -> HTMLResponse:
    """Send the room Compare: how the gradient decays."""
    return _render(request, "compare")


def _render(request: Request, room: str) -> HTMLResponse:
    """Fill a room in the language asked for by ``?lang=``, the command or the browser."""
    assets = find_assets()
    language = choose_language(
        request.query_params.get("lang"),
        request.app.state.language,
        request.headers.get("accept-language"),
    )
    catalogues = load_catalogues()
    # "<" is escaped, so that no sentence can end the script element it stands in.
    data = {"language": language, "catalogues": catalogues, "views": assets.views}
    page = _PAGES.get_template(f"{room}.html").render(
        language=language,
        say=catalogues[language],
        assets=assets,
        version=__version__,
        rooms=ROOMS.values(),
        room=ROOMS[room],
        scripts=[one["script"] for one in ROOMS.values()],
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )
    return HTMLResponse(page, headers={"Content-Language": language, "Vary": "Accept-Language"})
