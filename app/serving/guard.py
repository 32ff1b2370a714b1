"""One pure-ASGI guard in front of every route, WebSockets included.

Localhost is reachable from any web page a person has open. The Host allow-list stops DNS
rebinding; an unsafe method must come from the page itself; off loopback a token is required.
The answer's headers (content security policy and others) are set here too, on every answer.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..i18n import choose_language, say
from .schemas import LIMITS

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "gatescope_token"

# Plotly sets style attributes; its own rules come as a linked stylesheet. Exported pictures are
# drawn from blob: and data: addresses.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(Exception):
    """The body went past the limit while it was being read."""


class Guard:
    """Refuses what did not come from the page or from a tool on this machine."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str] = LOOPBACK,
        token: str | None = None,
        body: int = LIMITS.body,
    ) -> None:
        """Allow ``hosts`` (names without port); ``token`` None means none is asked for."""
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.token = token
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self.check(scope, headers)
        if refusal is not None:
            await _refuse(scope, headers, receive, send, *refusal)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        cookie = self._new_cookie(scope)
        started = over = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if over:
                return  # what is made of a body that broke off; the refusal follows
            if message["type"] == "http.response.start":
                started = True
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer[name] = value
                answer.setdefault("Cache-Control", "no-store")
                if cookie:
                    answer.append("Set-Cookie", cookie)
            await send(message)

        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received, over
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.body:
                over = True
                raise TooLarge
            return message

        try:
            await self.app(scope, receive_within_limit, send_with_headers)
        except TooLarge:
            pass
        except asyncio.CancelledError:  # the server stops and has waited long enough
            if not started:
                await _refuse(scope, headers, receive, send, 503, "refused", 0)
            return
        except Exception:
            if not started:
                await _refuse(scope, headers, receive, send, 500, "internal", 0)
            raise  # so that it is logged
        if over and not started:
            await _refuse(scope, headers, receive, send, 413, "body_too_large", self.body)

    def check(self, scope: Scope, headers: Headers) -> tuple[int, str, int] | None:
        """Give the status and the code of the refusal, or None where the request may pass."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or split_host(hosts[0]) not in self.hosts:
            return 421, "wrong_host", 0
        origin, own = headers.get("origin"), _own_origin(scope, hosts[0])
        if scope["type"] == "websocket":
            if origin != own:
                return 403, "cross_site", 0
        elif scope["method"] not in SAFE_METHODS:
            site = headers.get("sec-fetch-site")
            if site is not None:
                if site not in {"same-origin", "none"}:
                    return 403, "cross_site", 0
            elif origin is not None and origin != own:
                return 403, "cross_site", 0
        if self.token is not None and not self._has_token(scope, headers):
            return 401, "token_needed", 0
        length = headers.get("content-length", "0")
        if scope["type"] == "http" and length.isdigit() and int(length) > self.body:
            return 413, "body_too_large", self.body
        return None

    def _has_token(self, scope: Scope, headers: Headers) -> bool:
        given = [_query_token(scope)]
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            given.append(bearer.strip())
        try:
            jar = SimpleCookie(headers.get("cookie", ""))
            given += [jar[COOKIE].value] if COOKIE in jar else []
        except CookieError:
            pass
        wanted = (self.token or "").encode()
        return any(hmac.compare_digest(one.encode(), wanted) for one in given if one)

    def _new_cookie(self, scope: Scope) -> str | None:
        if self.token is None or _query_token(scope) != self.token:
            return None
        return f"{COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/"


def split_host(value: str) -> str:
    """Take the port off a Host header: ``[::1]:8707`` gives ``[::1]``."""
    host, colon, port = value.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.endswith("]")):
        host = value
    return host.lower().removesuffix(".")


def _own_origin(scope: Scope, host: str) -> str:
    secure = scope.get("scheme") in {"https", "wss"}
    return f"{'https' if secure else 'http'}://{host}"


def _query_token(scope: Scope) -> str | None:
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return next(iter(query.get("token", [])), None)


async def _refuse(
    scope: Scope,
    headers: Headers,
    receive: Receive,
    send: Send,
    status: int,
    code: str,
    limit: int,
) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
        return
    language = choose_language(headers.get("accept-language"))
    message = say(language, f"error.{code}", {"limit": limit})
    body = json.dumps({"error": {"code": code, "message": message, "field": None}}).encode()
    sent = {**HEADERS, "Content-Type": "application/json", "Content-Length": str(len(body))}
    if status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    if status == 413:
        sent["Connection"] = "close"
    pairs = [(name.lower().encode(), value.encode()) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
