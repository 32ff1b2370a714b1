"""Serve the dashboard: the command without a subcommand."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from .. import __version__
from .application import app, fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..serving.service import Service

DEFAULT_PORT = 8707
SCANNED_PORTS = 100
STOP_SECONDS = 1


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


@app.callback(invoke_without_command=True)
def serve(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on.", envvar="GATESCOPE_HOST")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            help="Port; when it is not named, the next free one is taken. 0: the system picks.",
            min=0,
            max=65535,
            envvar="GATESCOPE_PORT",
        ),
    ] = DEFAULT_PORT,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open a browser.", envvar="GATESCOPE_OPEN")
    ] = True,
    lang: Annotated[
        Language | None,
        typer.Option(help="Language of the page; default: the browser's.", envvar="GATESCOPE_LANG"),
    ] = None,
    log_level: Annotated[
        LogLevel, typer.Option(help="How much to tell.", envvar="GATESCOPE_LOG_LEVEL")
    ] = LogLevel.WARNING,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """See inside recurrent neural networks. Without a command: serve the dashboard."""
    if version:
        typer.echo(f"gatescope {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is not None:
        return
    named = not _is_default(ctx, "port")
    listener = bind(host, port, scan=not named)
    _serve(listener, host, open_browser, lang, log_level)


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


def list_hosts(host: str) -> tuple[str, ...]:
    """Name the hosts the guard allows: loopback, and what this machine is called if it is open."""
    from ..serving.guard import LOOPBACK

    found = {*LOOPBACK, f"[{host}]" if ":" in host else host}
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - asked for by the user, and then guarded by a token
        name = socket.gethostname()
        found |= {name, f"{name}.local", socket.getfqdn()}
        try:
            for *_, address in socket.getaddrinfo(name, None):
                found.add(f"[{address[0]}]" if ":" in str(address[0]) else str(address[0]))
        except OSError:
            pass
    return tuple(sorted(found))


def _serve(
    listener: socket.socket, host: str, open_browser: bool, lang: Language | None, level: LogLevel
) -> None:
    import secrets
    import threading
    import time

    loopback = host in {"127.0.0.1", "localhost", "::1"}
    token = None if loopback else secrets.token_urlsafe(24)
    port = listener.getsockname()[1]
    shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)  # noqa: S104
    shown = f"[{shown}]" if ":" in shown else shown
    address = f"http://{shown}:{port}/" + (f"?token={token}" if token else "")
    typer.echo(f"GateScope: {address}")
    if token:
        typer.echo("Open to the network: only someone with this address can use it.")
    typer.echo("Ctrl-C stops it.")
    sys.stdout.flush()

    import uvicorn

    from ..i18n import say
    from ..main import create_app, load_shipped

    started = time.monotonic()

    def load(enter: Callable[[str], None]) -> Service:
        def tell(phase: str) -> None:
            typer.echo(f"  {say('en', f'phase.{phase}')} ...")
            enter(phase)

        service = load_shipped(tell)
        typer.echo(f"  ready after {time.monotonic() - started:.1f} s")
        return service

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(
                load=load,
                hosts=list_hosts(host),
                token=token,
                language=lang.value if lang else None,
            ),
            log_level=level.value,
            access_log=level in {LogLevel.DEBUG, LogLevel.INFO},
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            ws="none",
        )
    )
    if open_browser:
        import webbrowser

        threading.Timer(0.3, webbrowser.open, [address]).start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    typer.echo("Stopped.")
    sys.stdout.flush()
    # A thread may still be importing torch; it has nothing to save and is not waited for.
    os._exit(0)


def _is_default(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "DEFAULT"
