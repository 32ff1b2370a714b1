"""Serving on one listening socket: in this process, or in several that are each complete."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, NoReturn

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from ..i18n import say
from ..main import create_app, load_models
from ..serving.connections import BACKLOG, BoundedProtocol, allow_open_files
from ..serving.logs import configure_logs
from .application import leave

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ..serving.service import Service

STOP_SECONDS = 1  # that a request which is being answered is given at the end
KILL_SECONDS = 1.6  # after which a process that has not stopped is stopped
WORKER_SECONDS = (
    120  # that a worker may be silent, as one is that imports PyTorch on a busy machine
)


@dataclass(frozen=True)
class Options:
    """What a process needs to know to serve; plain data, so that it reaches any process."""

    hosts: tuple[str, ...]
    token: str | None
    addresses: tuple[str, ...]
    language: str | None
    log_level: str
    opened: tuple[Path, ...] = ()

    def create_app(self, load: Callable[[Callable[[str], None]], Service]) -> FastAPI:
        """Build the application."""
        return create_app(
            load=load,
            hosts=self.hosts,
            token=self.token,
            addresses=self.addresses,
            language=self.language,
        )

    def configure(self, create: Callable[[], FastAPI], workers: int = 1) -> uvicorn.Config:
        """Configure uvicorn."""
        return uvicorn.Config(
            create,
            factory=True,
            workers=workers,
            http=BoundedProtocol,
            ws="none",
            backlog=BACKLOG,
            log_config=configure_logs(),
            log_level=self.log_level,
            access_log=self.log_level in {"debug", "info"},
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            timeout_worker_healthcheck=WORKER_SECONDS,
        )


class Server(uvicorn.Server):
    """uvicorn's server, which ends in time after Ctrl-C, at once after another, and silently."""

    def handle_exit(self, sig: int, frame: object) -> None:
        """Stop; the signal is not raised again afterwards, as its handler would print."""
        if self.should_exit:
            leave()
        self.should_exit = True
        late = threading.Timer(KILL_SECONDS, leave)
        late.daemon = True
        late.start()


def serve_alone(listener: socket, options: Options) -> NoReturn:
    """Serve in this process until Ctrl-C."""
    started = time.monotonic()

    def load(enter: Callable[[str], None]) -> Service:
        def tell(phase: str) -> None:
            typer.echo(f"  {say('en', f'phase.{phase}')} ...")
            enter(phase)

        service = load_models(tell, options.opened)
        _tell_ready(started)
        return service

    allow_open_files()
    Server(options.configure(partial(options.create_app, load))).run(sockets=[listener])
    leave()


def serve_in_workers(listener: socket, options: Options, workers: int) -> NoReturn:
    """Serve in ``workers`` processes until Ctrl-C; each loads its own models."""
    started = time.monotonic()
    told, ready = multiprocessing.Pipe(duplex=False)
    allow_open_files()
    supervisor = Multiprocess(
        options.configure(partial(_create_worker, options, ready), workers), sockets=[listener]
    )

    def stop(*_: object) -> NoReturn:
        supervisor.should_exit.set()
        _stop_workers()
        leave()

    # Not by the supervisor's own handlers: it may be waiting for a worker to answer.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)

    def tell() -> None:
        for _ in range(workers):
            if (reason := told.recv()) is not None:
                typer.echo(f"  {say('en', 'error.load_failed', {'reason': reason})}", err=True)
                return
        _tell_ready(started)

    def supervise() -> None:
        # A terminal sends Ctrl-C to the workers too, which inherit from this thread not to hear it.
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        supervisor.run()

    ensure_running()  # it would unblock Ctrl-C in the thread that starts it
    typer.echo(f"  {workers} processes, each {say('en', 'phase.torch')} ...")
    threading.Thread(target=tell, daemon=True).start()
    supervising = threading.Thread(target=supervise, daemon=True)
    supervising.start()
    supervising.join()
    leave(1)  # only where a worker cannot start


def _create_worker(options: Options, ready: Connection) -> FastAPI:
    """Build the application of one worker, which tells when its models are loaded."""
    threading.Thread(target=_follow_parent, daemon=True).start()

    def load(enter: Callable[[str], None]) -> Service:
        try:
            service = load_models(enter, options.opened)
        except Exception as error:
            ready.send(str(error)[:1000])
            raise
        ready.send(None)
        return service

    return options.create_app(load)


def _follow_parent() -> None:
    """End this process when the one that started it is gone, however that came."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _stop_workers() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    left = multiprocessing.active_children()
    for worker in left:
        worker.terminate()
    deadline = time.monotonic() + KILL_SECONDS
    for worker in left:
        worker.join(max(0.0, deadline - time.monotonic()))
        if worker.is_alive():
            worker.kill()


def _tell_ready(started: float) -> None:
    typer.echo(f"  ready after {time.monotonic() - started:.1f} s")
    sys.stdout.flush()
