"""A page to project: the address that others open, large and as a QR code."""

from __future__ import annotations

import segno
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from ..i18n import load_catalogues
from ..serving.pages import choose_page_language, render_page

ROUTER = APIRouter(include_in_schema=False)


@ROUTER.get("/join")
def get_join(request: Request) -> HTMLResponse:
    """Show the address with its token; who may see this page has the token."""
    addresses: list[str] = request.app.state.addresses
    if not addresses:
        raise HTTPException(404)  # nobody else can open it
    language = choose_page_language(request)
    code = segno.make_qr(addresses[0]).svg_inline(omitsize=True, border=4, light="#fff")
    return render_page(
        "join",
        language,
        address=addresses[0],
        others=addresses[1:],
        code=Markup(code),  # noqa: S704 - drawn here, of numbers
        languages=[name for name in load_catalogues() if name != language],
    )
