"""A network from elsewhere: say what its file is, or serve the dashboard with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .application import app, check, make_console
from .serve import (
    DEFAULT_PORT,
    Address,
    Host,
    Lang,
    Level,
    LogLevel,
    OpenBrowser,
    Port,
    Prepared,
    Token,
    Workers,
    start,
)

if TYPE_CHECKING:
    from ..importing.answers import Answers
    from ..importing.understanding import OpenedFile, Understanding

File = Annotated[
    Path, typer.Argument(help="A file of PyTorch, safetensors, Keras (.keras, .h5) or ONNX.")
]
# What a guess is about, as a person asks it.
QUESTIONS = {
    "activation": "what stands between two linear layers: relu, tanh or none",
    "features": "the names of the numbers that it reads",
    "labels": "the names of its answers",
    "nonlinearity": "the RNN's activation: tanh or relu",
    "output": "what its last numbers are: softmax, sigmoid or identity (numbers)",
    "padding": "to how many steps texts were filled up: length, side and id",
    "place": "where its readout reads: every, last, ends, mean or max",
    "scaling": "what was taken from every number, and divided by: mean and scale",
    "splitting": "how texts are split: words, stripped, spaces, characters or ids",
    "vocabulary": "the tokens by row, or the file that lists them",
}


@app.command("inspect")
def inspect_file(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say what a model file holds, what of it can be run and what it does not tell."""
    from ..importing.reading import open_file

    opened = check(lambda: open_file(file))
    if as_json:
        typer.echo(json.dumps(opened.understanding.to_json(), ensure_ascii=False, indent=2))
        return
    _print_parts(opened.understanding)


@app.command("open")
def open_own(
    ctx: typer.Context,
    file: File,
    vocabulary: Annotated[
        Path | None,
        typer.Option(help="Its tokens: stoi or a Keras tokenizer as JSON, or one a line."),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="The names of its answers, with commas between.")
    ] = None,
    features: Annotated[
        str | None, typer.Option(help="The names of the numbers it reads, with commas between.")
    ] = None,
    place: Annotated[
        str | None, typer.Option(help="Where its readout reads: every, last, ends, mean, max.")
    ] = None,
    splitting: Annotated[
        str | None, typer.Option(help="words, stripped, spaces, characters or ids")
    ] = None,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    open_browser: OpenBrowser = True,
    lang: Lang = None,
    log_level: Level = LogLevel.WARNING,
    workers: Workers = 1,
    address: Address = None,
    token: Token = None,
) -> None:
    """Serve the dashboard with a network of your own beside the shipped ones.

    What its file does not tell is guessed, and kept as JSON beside it, where it can be corrected.
    """
    _inherit(ctx)
    given = {
        "vocabulary": None if vocabulary is None else _write_path(vocabulary, file),
        "labels": _split(labels),
        "features": _split(features),
        "place": place,
        "splitting": splitting,
    }

    def prepare() -> Prepared:
        from ..importing.answers import Answers
        from ..importing.model import open_model

        answers = check(lambda: Answers.model_validate(given))
        opened, model = check(lambda: open_model(file, answers))
        lines: tuple[str, ...] = (model.task.about.en,)
        if opened is not None:
            lines += (*_tell(opened), *_keep(opened, answers, file))
        return Prepared((file,), lines)

    start(ctx, prepare)


def _inherit(ctx: typer.Context) -> None:
    """Let options that stand before the command, ``gatescope --port 0 open FILE``, hold too."""
    before: Any = ctx.parent
    for name, value in before.params.items():
        source = before.get_parameter_source(name)
        own = ctx.get_parameter_source(name)
        if name in ctx.params and own is not None and own.name == "DEFAULT":
            ctx.params[name] = value
            if source is not None:
                ctx.set_parameter_source(name, source)


def _split(names: str | None) -> list[str] | None:
    return None if names is None else [name.strip() for name in names.split(",")]


def _write_path(path: Path, beside: Path) -> str:
    """Write a path so that it is found from the folder of ``beside``."""
    whole = path.resolve()
    return whole.name if whole.parent == beside.resolve().parent else str(whole)


def _keep(opened: OpenedFile, given: Answers, file: Path) -> Iterator[str]:
    """Write what was answered and what was guessed beside the file, and say so if it is news."""
    from ..importing.answers import Answers, name_answers, read_answers, save_answers

    path = name_answers(file)
    known = set(Answers.model_fields)
    guessed = {name: value for name, value in opened.understanding.guesses.items() if name in known}
    beside = read_answers(path)
    told = given.with_defaults(beside.model_dump(exclude_none=True)).with_defaults(guessed)
    if told == beside:
        return
    try:
        save_answers(path, told)
    except OSError as error:
        yield f"{path} cannot be written: {error.strerror}. It will be guessed again."
        return
    yield f"Kept in {path}: correct it there, and open the file again."


def _tell(opened: OpenedFile) -> Iterator[str]:
    understood = opened.understanding
    for name in understood.asks:
        if name in understood.guesses:
            yield f"Guessed: {name} = {understood.guesses[name]} ({QUESTIONS[name]})."
        elif name in {"vocabulary", "labels"}:
            yield f"Not known: {name} ({QUESTIONS[name]}); see --{name}."


def _print_parts(understood: Understanding) -> None:
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    console = make_console()
    table = Table("part", "what it is", "run", box=SIMPLE, padding=(0, 1, 0, 0))
    for part in understood.parts:
        table.add_row(escape(part.name), escape(part.what), "yes" if part.run else "no")
    console.print(table)
    reads = (
        f"ids, {understood.rows:,} rows"
        if understood.input == "ids"
        else f"{understood.rows} numbers at each step"
    )
    lines = [f"{understood.format}; reads {reads}; {understood.grade}"]
    if understood.outputs is not None:
        lines.append(
            f"answers {understood.outputs} numbers ({understood.output}), read: {understood.place}"
        )
    lines += [f"checked: {one.what}, {one.difference:.1e} apart" for one in understood.checks]
    lines += [f"not run: {part}" for part in understood.not_run]
    for name in understood.asks:
        guess = understood.guesses.get(name)
        lines.append(
            f"not told: {name}, {QUESTIONS[name]}" + (f"; guessed: {guess}" if guess else "")
        )
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
