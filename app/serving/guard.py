"""One pure-ASGI guard in front of every route, WebSockets included.

Localhost is reachable from any web page a person has open. The Host allow-list stops DNS
rebinding; an unsafe method must come from the page itself; off loopback a token is required, which
goes from the address into a cookie at the first visit. Bodies are bounded in size and in time.
The answer's headers (content security policy and others) are set here too, on every answer.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable
from dataclasses import replace

from starlette.datastructures import MutableHeaders, QueryParams
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..limits import LIMITS
from .errors import Refusal, write_error

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_SECONDS = 30.0  # in which a body must have arrived
DISCARDED = 4 * LIMITS.body  # bytes of a refused body that are read, so that the answer is too
DISCARD_SECONDS = 2.0

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
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}


class BrokenBody(Exception):
    """The body went past a limit while it was being read."""


class Guard:
    """Refuses what did not come from the page or from a tool on this machine."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str] = LOOPBACK,
        token: str | None = None,
        body: int = LIMITS.body,
        seconds: float = BODY_SECONDS,
    ) -> None:
        """Allow ``hosts`` (names without port); ``token`` None means none is asked for.

        A request's body may have ``body`` bytes and must have arrived within ``seconds``.
        """
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.token = token
        self.body = body
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection: HTTPConnection = HTTPConnection(scope)
        refusal = self.check(connection)
        if scope["type"] == "websocket":
            if refusal is None:
                await self.app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 4403})
        elif refusal is not None:
            close = not await _discard_body(connection, receive)
            await _refuse(connection, receive, send, refusal, close=close)
        elif self._shows_token(connection):
            await self._hide_token(connection)(scope, receive, _secure(send))
        else:
            await self._pass(connection, receive, send)

    async def _pass(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        started = whole = False
        refusal: Refusal | None = None
        received = 0
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def send_unless_refused(message: Message) -> None:
            nonlocal started, refusal
            if refusal is not None:
                return  # what is made of a body that broke off; the refusal follows
            if message["type"] == "http.response.start":
                refusal = _find_plain_error(connection, message)
                if refusal is not None:
                    return
                started = True
            await send(message)

        async def receive_within_limits() -> Message:
            nonlocal received, refusal, whole
            if whole:  # what comes now is that the reader has left
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                refusal = Refusal(408, "body_too_slow", None, {"limit": round(self.seconds)})
                raise BrokenBody from None
            received += len(message.get("body", b""))
            if received > self.body:
                refusal = self._refuse_size()
                raise BrokenBody
            whole = not message.get("more_body", False)
            return message

        guarded = _secure(send_unless_refused)
        try:
            await self.app(connection.scope, receive_within_limits, guarded)
        except BrokenBody:
            pass
        except asyncio.CancelledError:  # the server stops and has waited long enough
            if not started:
                await _refuse(connection, receive, send, Refusal(503, "refused"), close=True)
            return
        except Exception:
            if not started:
                await _refuse(connection, receive, send, Refusal(500, "internal"), close=not whole)
            raise  # so that it is logged
        if refusal is not None and not started:
            await _refuse(connection, receive, send, refusal, close=not whole)

    def check(self, connection: HTTPConnection) -> Refusal | None:
        """Say why a request is refused, or give None where it may pass."""
        scope, headers = connection.scope, connection.headers
        hosts = headers.getlist("host")
        if len(hosts) != 1 or split_host(hosts[0]) not in self.hosts:
            return Refusal(421, "wrong_host")
        origin, own = headers.get("origin"), _own_origin(scope, hosts[0])
        if scope["type"] == "websocket":
            if origin != own:
                return Refusal(403, "cross_site")
        elif scope["method"] not in SAFE_METHODS:
            site = headers.get("sec-fetch-site")
            if site is not None:
                if site not in {"same-origin", "none"}:
                    return Refusal(403, "cross_site")
            elif origin is not None and origin != own:
                return Refusal(403, "cross_site")
        if self.token is not None and not self._has_token(connection):
            return Refusal(401, "token_needed", headers={"WWW-Authenticate": "Bearer"})
        if scope["type"] == "http" and _declared_length(connection) > self.body:
            return self._refuse_size()
        return None

    def _refuse_size(self) -> Refusal:
        return Refusal(413, "body_too_large", None, {"limit": self.body})

    def _has_token(self, connection: HTTPConnection) -> bool:
        scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
        return (
            self._is_token(connection.query_params.get("token"))
            or self._is_token(connection.cookies.get(name_cookie(connection.scope)))
            or (scheme.lower() == "bearer" and self._is_token(bearer.strip()))
        )

    def _is_token(self, given: str | None) -> bool:
        return hmac.compare_digest((given or "").encode(), (self.token or "").encode())

    def _shows_token(self, connection: HTTPConnection) -> bool:
        read = connection.scope["method"] in {"GET", "HEAD"}
        return self.token is not None and read and "token" in connection.query_params

    def _hide_token(self, connection: HTTPConnection) -> RedirectResponse:
        """Send a visitor on to the same address without the token, which a cookie holds then.

        The cookie is Lax: a link to the page may stand in a chat or on a course's page, and
        a Strict one would not come along when it is followed.
        """
        given = connection.query_params.multi_items()
        query = QueryParams([(name, value) for name, value in given if name != "token"])
        # Leading slashes would name another host.
        path = "/" + connection.scope["raw_path"].decode("latin-1").lstrip("/\\")
        answer = RedirectResponse(f"{path}?{query}" if query else path, 303)
        if self._is_token(connection.query_params["token"]):
            answer.set_cookie(
                name_cookie(connection.scope),
                self.token or "",
                httponly=True,
                samesite="lax",
                secure=connection.scope["scheme"] == "https",
            )
        return answer


def name_cookie(scope: Scope) -> str:
    """Name the cookie that holds the token: a host's ports share its cookies, so by port."""
    server = scope.get("server")
    return f"gatescope-{server[1]}" if server else "gatescope"


def split_host(value: str) -> str:
    """Take the port off a Host header: ``[::1]:8707`` gives ``[::1]``."""
    host, colon, port = value.rpartition(":")
    if not colon or not port.isdigit() or (":" in host and not host.endswith("]")):
        host = value
    return host.lower().removesuffix(".")


def _own_origin(scope: Scope, host: str) -> str:
    secure = scope.get("scheme") in {"https", "wss"}
    return f"{'https' if secure else 'http'}://{host}"


def _declared_length(connection: HTTPConnection) -> int:
    length = connection.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _find_plain_error(connection: HTTPConnection, message: Message) -> Refusal | None:
    """Turn an error that Starlette answers as plain text into one of ours: a file's ranges."""
    headers = MutableHeaders(scope=message)
    status = message["status"]
    if status < 400 or not headers.get("content-type", "").startswith("text/plain"):
        return None
    kept = {name: headers[name] for name in ("Content-Range",) if name in headers}
    if "range" in connection.headers:
        return Refusal(status, "wrong_range", "Range", headers=kept)
    return Refusal(status, "refused", headers=kept)


def _secure(send: Send) -> Send:
    """Set the headers of every answer on its way."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_with_headers


async def _refuse(
    connection: HTTPConnection, receive: Receive, send: Send, refusal: Refusal, *, close: bool
) -> None:
    """Answer; ``close`` the connection where a part of the body has not been read."""
    if close:
        refusal = replace(refusal, headers={**refusal.headers, "Connection": "close"})
    await write_error(connection, refusal)(connection.scope, receive, _secure(send))


async def _discard_body(connection: HTTPConnection, receive: Receive) -> bool:
    """Read a refused body to its end, where it says that it is a small one, and comes soon.

    A connection that is closed on unread bytes is reset, and the other side loses the answer.
    """
    length = _declared_length(connection)
    if "transfer-encoding" in connection.headers or length > DISCARDED:
        return False
    more = length > 0
    try:
        async with asyncio.timeout(DISCARD_SECONDS):
            while more:
                more = (await receive()).get("more_body", False)
    except TimeoutError:
        return False
    return True
