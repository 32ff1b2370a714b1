"""The Typer application and what its commands share; heavy modules are imported when used."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console

    from ..nn.checkpoint import Model
    from ..serving.service import Service

T = TypeVar("T")

app = typer.Typer(
    help="See inside recurrent neural networks. Without a command: serve the dashboard.",
    add_completion=False,
    context_settings={"auto_envvar_prefix": "GATESCOPE", "help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Data = Annotated[
    Path | None,
    typer.Option(help="Folder with the task's data; a task that makes its own needs none."),
]
Models = Annotated[
    Path | None, typer.Option(help="Folder of model files; default: the shipped ones.")
]


def make_console() -> Console:
    """Open the terminal that tables and progress bars are written to."""
    from rich.console import Console

    return Console()


def fail(message: str) -> NoReturn:
    """End the command with a sentence and exit status 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def leave(status: int = 0) -> NoReturn:
    """End a server at once: a thread may still be importing torch, and has nothing to save."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(RuntimeError, OSError):  # in the middle of a line; nobody reads
        typer.echo("Stopped.")
        sys.stdout.flush()
    os._exit(status)


def check(choice: Callable[[], T]) -> T:
    """Do what a person asked for; what cannot be used ends the command with a sentence."""
    from pydantic import ValidationError

    from ..contracts import InvalidInput
    from ..i18n import say

    try:
        return choice()
    except InvalidInput as error:
        fail(say("en", f"error.{error.code}", error.values))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        fail(f"{place}: {message}." if place else f"{message}.")


def load_file(model: str) -> Model:
    """Load a model by its id, or from the path of a file."""
    from ..nn.checkpoint import UnreadableModel, load_model
    from ..registry import choose, find_models

    given = Path(model)
    path: Path = (
        given
        if given.suffix == ".safetensors"
        else check(lambda: choose("model", find_models(), model))
    )
    try:
        return load_model(path)
    except UnreadableModel as error:
        fail(str(error))


def serve_models(models: Iterable[Model]) -> Service:
    """Make these models ready to be traced."""
    from ..serving.service import Service
    from ..training.trainer import use_one_thread

    use_one_thread()
    return Service({model.id: model for model in models})


def write_output(path: Path, content: bytes) -> None:
    """Write a file that a person asked for, whole or not at all; ends with a sentence."""
    from ..files import replace_file

    with explain_write(path):
        replace_file(path, content)


@contextlib.contextmanager
def explain_write(path: Path) -> Iterator[None]:
    """End the command with a sentence where ``path`` cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            fail(f"{path}: the disk is full. Free some space where {path.absolute().parent} is.")
        fail(f"{path}: {error.strerror}.")


def prepare_output(path: Path) -> None:
    """Make the folder of a file that is written after long work, and see that it can be.

    Ends the command with a sentence where it cannot.
    """
    if path.is_dir():
        fail(f"{path} is a folder; name a file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{path}: there is no folder {path.parent}, and none can be made: {error.strerror}.")
    if not os.access(path.parent, os.W_OK):
        fail(f"{path}: nothing can be written in {path.absolute().parent}.")
