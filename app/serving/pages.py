"""Fills the pages' templates, in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from ..i18n import choose_language, load_catalogues
from .assets import find_assets


def choose_page_language(connection: HTTPConnection) -> str:
    """Choose by ``?lang=``, then the command's ``--lang``, then the browser."""
    return choose_language(
        connection.query_params.get("lang"),
        connection.app.state.language,
        connection.headers.get("accept-language"),
    )


def render_page(template: str, language: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Fill ``templates/<template>.html``; it finds the sentences as ``say``."""
    catalogues = load_catalogues()
    page = (
        _load_templates()
        .get_template(f"{template}.html")
        .render(
            language=language,
            say=catalogues[language],
            assets=find_assets(),
            status=status,
            **values,
        )
    )
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(page, status_code=status, headers=headers)


@cache
def _load_templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(find_assets().templates), autoescape=True, undefined=StrictUndefined
    )
