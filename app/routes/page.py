"""The dashboard."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import __version__
from app.assets import find_assets
from app.language import choose_language, load_catalogues

ROUTER = APIRouter(include_in_schema=False)
_PAGES = Environment(
    loader=FileSystemLoader(find_assets().templates), autoescape=True, undefined=StrictUndefined
)


@ROUTER.get("/")
def get_page(request: Request) -> HTMLResponse:
    """Send the page, in the language asked for by ``?lang=``, the command or the browser."""
    assets = find_assets()
    language = choose_language(
        request.query_params.get("lang"),
        request.app.state.language,
        request.headers.get("accept-language"),
    )
    catalogues = load_catalogues()
    # "<" is escaped, so that no sentence can end the script element it stands in.
    data = {"language": language, "catalogues": catalogues, "views": assets.views}
    page = _PAGES.get_template("watch.html").render(
        language=language,
        say=catalogues[language],
        assets=assets,
        version=__version__,
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )
    return HTMLResponse(page, headers={"Content-Language": language, "Vary": "Accept-Language"})
