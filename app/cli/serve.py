"""Serve the dashboard: the command without a subcommand."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, NoReturn
from urllib.parse import urlsplit

import typer

from .. import __version__
from .application import app, fail, leave

DEFAULT_PORT = 8707
SCANNED_PORTS = 100
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Letters and digits that nobody takes for one another, for who has to type them.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
TOKEN_LENGTH = 24
TOKEN = re.compile(r"[A-Za-z0-9._~-]{8,}")


class LogLevel(StrEnum):
    """How much the server tells."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Language(StrEnum):
    """The dashboard's languages."""

    ENGLISH = "en"
    PORTUGUESE = "pt-BR"


Host = Annotated[str, typer.Option(help="Address to listen on.", envvar="GATESCOPE_HOST")]
Port = Annotated[
    int,
    typer.Option(
        help="Port; when it is not named, the next free one is taken. 0: the system picks.",
        min=0,
        max=65535,
        envvar="GATESCOPE_PORT",
    ),
]
OpenBrowser = Annotated[
    bool, typer.Option("--open/--no-open", help="Open a browser.", envvar="GATESCOPE_OPEN")
]
Lang = Annotated[
    Language | None,
    typer.Option(help="Language of the page; default: the browser's.", envvar="GATESCOPE_LANG"),
]
Level = Annotated[LogLevel, typer.Option(help="How much to tell.", envvar="GATESCOPE_LOG_LEVEL")]
Workers = Annotated[
    int,
    typer.Option(
        help="Processes that serve; each loads the models.",
        min=1,
        max=64,
        envvar="GATESCOPE_WORKERS",
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        help="Where people reach it, through a proxy or a container; a token is asked for.",
        envvar="GATESCOPE_ADDRESS",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        help="Token to ask for; default: a new one each time, none on this computer alone.",
        envvar="GATESCOPE_TOKEN",
    ),
]


@app.callback(invoke_without_command=True)
def serve(
    ctx: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    open_browser: OpenBrowser = True,
    lang: Lang = None,
    log_level: Level = LogLevel.WARNING,
    workers: Workers = 1,
    address: Address = None,
    token: Token = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """See inside recurrent neural networks. Without a command: serve the dashboard."""
    if version:
        typer.echo(f"gatescope {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        start(ctx)


class Prepared(NamedTuple):
    """Files that are served beside the shipped models, and what is told of them."""

    files: tuple[Path, ...] = ()
    lines: tuple[str, ...] = ()


def start(ctx: typer.Context, prepare: Callable[[], Prepared] = Prepared) -> NoReturn:
    """Serve as the options of :func:`serve` say, until Ctrl-C. Exits with a sentence.

    ``prepare`` is called once the port is known to be free, before anything is printed.
    """
    given: dict[str, Any] = ctx.params
    host, port, token, address = (given[name] for name in ("host", "port", "token", "address"))
    if token is not None and not TOKEN.fullmatch(token):
        fail("--token: at least 8 letters, digits or any of . _ ~ -")
    public = None if address is None else read_address(address)
    listener = bind(host, port, scan=_is_default(ctx, "port"))
    try:
        prepared = prepare()
    except typer.Exit:
        listener.close()
        raise
    if token is None and (public or host not in LOOPBACK):
        token = make_token()
    shown = list_shown(host, listener.getsockname()[1], public)
    print_address(shown, token)
    for line in prepared.lines:
        typer.echo(f"  {line}")
    sys.stdout.flush()
    for number in (signal.SIGINT, signal.SIGTERM):  # until the server takes them over
        signal.signal(number, lambda *_: leave())

    from ..serving.addresses import list_names
    from ..serving.guard import LOOPBACK as NAMES
    from .processes import Options, serve_alone, serve_in_workers

    hosts = {*NAMES, *list_names(host), *([urlsplit(public).hostname] if public else [])}
    options = Options(
        hosts=tuple(sorted(str(name) for name in hosts)),
        token=token,
        addresses=shown,
        language=given["lang"].value if given["lang"] else None,
        log_level=given["log_level"].value,
        opened=prepared.files,
    )
    if given["open_browser"]:
        import threading
        import webbrowser

        from ..serving.addresses import add_token

        threading.Timer(0.3, webbrowser.open, [add_token(shown[0], token)]).start()
    if given["workers"] == 1:
        serve_alone(listener, options)
    serve_in_workers(listener, options, given["workers"])


def bind(host: str, port: int, *, scan: bool) -> socket.socket:
    """Listen at once, before anything is loaded. Exits with a sentence where that fails."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    last = min(port + SCANNED_PORTS, 65536) if scan else port + 1
    reason: OSError | None = None
    for candidate in range(port, last):
        # asyncio sends at once (TCP_NODELAY) only where the protocol is named: else every small
        # answer waits 40 ms for the other side's acknowledgement.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            if host == "::" and socket.has_dualstack_ipv6():
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind((host, candidate))
            listener.listen(128)
        except OSError as error:
            listener.close()
            reason = error
            continue
        listener.set_inheritable(True)
        return listener
    said = reason.strerror if reason else "no port left"
    fail(f"Cannot listen on {host}:{port}: {said}. Choose another with --port, or --port 0.")


def read_address(given: str) -> str:
    """Check the address that a proxy or a container is reached at. Exits with a sentence."""
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        fail(f"--address {given}: it is written http://NAME:PORT or https://NAME, with no path.")
    return f"{parts.scheme}://{parts.netloc}/"


def list_shown(host: str, port: int, public: str | None) -> tuple[str, ...]:
    """Give the addresses to tell people, the most likely first, without a token."""
    from ..serving.addresses import list_addresses

    found = () if public else tuple(f"http://{name}:{port}/" for name in list_addresses(host))
    return (public, *found) if public else found


def make_token() -> str:
    """Draw a token of 118 bits that can be typed."""
    import secrets

    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def print_address(shown: tuple[str, ...], token: str | None) -> None:
    """Tell a person where to go; on a terminal, a telephone's camera too."""
    from ..serving.addresses import add_token

    first, *others = (add_token(address, token) for address in shown)
    typer.echo(f"GateScope: {first}")
    if token:
        for other in others:
            typer.echo(f"       or: {other}")
        if sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower():
            typer.echo(draw_code(first), color=True)
        typer.echo("Open to the network: only someone with this address can use it.")
    typer.echo("Ctrl-C stops it.")
    sys.stdout.flush()


def draw_code(address: str) -> str:
    """Draw a QR code in half blocks, white on black whatever the terminal's colours are."""
    import io

    import segno

    drawn = io.StringIO()
    segno.make_qr(address).terminal(out=drawn, border=2, compact=True)
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" for line in drawn.getvalue().splitlines())


def _is_default(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "DEFAULT"
