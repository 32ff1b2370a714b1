"""The command gatescope. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from .. import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from ..nn.checkpoint import Model
    from ..nn.network import Shape
    from ..serving.service import Service


T = TypeVar("T")
DEFAULT_PORT = 8707
SCANNED_PORTS = 100
STOP_SECONDS = 1
SHOWN_CLASSES = 4

app = typer.Typer(
    help="See inside recurrent neural networks. Without a command: serve the dashboard.",
    add_completion=False,
    context_settings={"auto_envvar_prefix": "GATESCOPE", "help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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


Data = Annotated[
    Path | None,
    typer.Option(help="Folder with the task's data; a task that makes its own needs none."),
]
Models = Annotated[
    Path | None, typer.Option(help="Folder of model files; default: the shipped ones.")
]


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
    _fail(f"Cannot listen on {host}:{port}: {said}. Choose another with --port, or --port 0.")


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


@app.command()
def models(folder: Models = None) -> None:
    """List the models and what they were measured at."""
    from rich.box import SIMPLE
    from rich.table import Column, Table

    from ..nn.checkpoint import load_model
    from ..registry import MODELS, find_models

    whole = Column("model", no_wrap=True)  # an id is there to be copied
    rest = ("units", "words", "measured (test)", "size")
    table = Table(whole, *rest, box=SIMPLE, padding=(0, 1, 0, 0))
    for name, path in find_models(folder or MODELS).items():
        model = load_model(path)
        test, figure = model.facts.get("test", {}), model.task.figure
        table.add_row(
            name,
            _say_size(model.shape),
            f"{model.shape.vocabulary:,}",
            f"{figure.say(test[figure.name])} of {test['samples']:,}" if test else "not measured",
            f"{path.stat().st_size / 1e6:.1f} MB",
        )
    _console().print(table)


@app.command()
def trace(
    model: Annotated[str, typer.Argument(help="A model's id, as `gatescope models` lists them.")],
    text: Annotated[str, typer.Argument(help="What it reads.")],
    output: Annotated[
        Path | None, typer.Option(help="Write everything to a .safetensors, .json or .csv file.")
    ] = None,
    weights: Annotated[str, typer.Option(help="trained or fresh")] = "trained",
    seed: Annotated[int, typer.Option(help="For fresh weights.")] = 0,
    target: Annotated[str | None, typer.Option(help="Class of the loss.")] = None,
    force: Annotated[
        list[str] | None,
        typer.Option(help="Force a signal: SIGNAL=VALUE[@STEP][#UNIT], as in layers.0.f=1@3#17."),
    ] = None,
) -> None:
    """Run a model over a text and back; print a table, or write the whole trace."""
    from rich.table import Table

    from ..registry import find_cells
    from ..serving.schemas import TraceRequest
    from ..serving.service import load_service
    from ..serving.wire import CSV_TYPE, ENCODERS, JSON_TYPE, SAFETENSORS_TYPE

    kinds = {".safetensors": SAFETENSORS_TYPE, ".json": JSON_TYPE, ".csv": CSV_TYPE}
    if output is not None and output.suffix not in kinds:
        _fail(f"{output}: write to a file that ends in {', '.join(kinds)}.")
    wanted = {
        "model": model,
        "input": {"text": text},
        "weights": weights,
        "seed": seed,
        "target": target,
        "interventions": [_parse_force(entry) for entry in force or []],
    }
    found = _checked(
        lambda: load_service(lambda phase: None).trace(TraceRequest.model_validate(wanted))
    )
    if output is not None:
        try:
            output.write_bytes(ENCODERS[kinds[output.suffix]](found))
        except OSError as error:
            _fail(f"{output}: {error.strerror}.")
        typer.echo(f"{output}: {len(found.tokens)} steps, {len(found.signals)} signals")
        return
    kept = find_cells()[found.about["cell"]].states
    states = [name for name in found.norms if name.rpartition(".")[2] in kept]
    few = len(found.classes) <= SHOWN_CLASSES
    heads = found.classes if few else ("likeliest",)
    table = Table("step", "token", *heads, *(f"‖dL/d {name}‖" for name in states))
    for step, token in enumerate(found.tokens):
        row = found.probabilities[step]
        best = (-row).argsort(kind="stable")[:SHOWN_CLASSES]
        table.add_row(
            str(step),
            token if found.known[step] else f"{token} (unknown)",
            *(f"{value:.3f}" for value in row[: len(row) * few]),
            *([] if few else [" ".join(f"{found.classes[k]} {row[k]:.2f}" for k in best)]),
            *(f"{found.norms[name][step]:.3e}" for name in states),
        )
    console = _console()
    console.print(table)
    asked = [goal for goal in found.targets if goal is not None]
    over = f"for the class {asked[0]}" if len(asked) == 1 else f"over {len(asked)} steps"
    console.print(f"loss {found.loss:.4f} {over}")


@app.command()
def gradients(
    text: Annotated[str, typer.Argument(help="What the networks read.")],
    chosen: Annotated[
        str | None,
        typer.Option("--models", help="Ids with commas between; default: the film reviews'."),
    ] = None,
    weights: Annotated[str, typer.Option(help="trained or fresh")] = "trained",
    output: Annotated[Path | None, typer.Option(help="Write everything to a .json file.")] = None,
) -> None:
    """Compare how the gradient decays; print a table, or write every number."""
    from rich.box import SIMPLE
    from rich.table import Table

    from ..analysis.gradients import DISTANCES
    from ..serving.comparison import compare_gradients
    from ..serving.schemas import GradientRequest
    from ..serving.service import load_service

    if output is not None and output.suffix != ".json":
        _fail(f"{output}: write to a file that ends in .json.")
    service = load_service(lambda phase: None)
    # By default the networks of the task that opens the page.
    opening = service.catalog().tasks[0].id
    names = (
        chosen.split(",")
        if chosen
        else [name for name, model in service.models.items() if model.task_id == opening]
    )
    wanted = {
        "input": {"text": text},
        "networks": [{"model": name.strip(), "weights": weights} for name in names],
    }
    found = _checked(lambda: compare_gradients(service, GradientRequest.model_validate(wanted)))
    if output is not None:
        try:
            output.write_text(found.model_dump_json(), encoding="utf-8")
        except OSError as error:
            _fail(f"{output}: {error.strerror}.")
        typer.echo(f"{output}: {len(found.networks)} networks, {len(found.tokens)} steps")
        return
    backs = (f"{k} back" for k in DISTANCES)
    table = Table("model, state", *backs, "half-life", "exponent", box=SIMPLE, padding=(0, 1, 0, 0))
    for network in found.networks:
        for layer in network.layers:
            exponent = layer.exponents[0]
            row = f"{layer.name}." if len(network.layers) > 1 else ""
            for state, decay in layer.decay.items():
                left = ("-" if v is None else f"{v:.2g}" for v in decay.left.values())
                table.add_row(
                    f"{network.model}, {row}{state}",
                    *left,
                    "-" if decay.half_life is None else str(decay.half_life),
                    "-" if exponent is None else f"{exponent:.3f}",
                )
    _console().print(table)


@app.command()
def write(
    model: Annotated[str, typer.Argument(help="A model's id whose task writes.")],
    text: Annotated[str, typer.Argument(help="The beginning.")],
    length: Annotated[int, typer.Option(help="Characters to write.")] = 500,
    temperature: Annotated[
        float, typer.Option(help="Below 1: surer; above: bolder. From 0.05 to 2.")
    ] = 0.7,
    seed: Annotated[int, typer.Option(help="The same seed writes the same text.")] = 0,
    weights: Annotated[str, typer.Option(help="trained or fresh")] = "trained",
) -> None:
    """Let a network write on from a beginning; Ctrl-C stops it."""
    from ..serving.schemas import WriteRequest
    from ..serving.service import load_service
    from ..text.characters import restore

    wanted = {
        "model": model,
        "input": {"text": text},
        "weights": weights,
        "seed": seed,
        "temperature": temperature,
        "length": length,
    }
    written = _checked(
        lambda: load_service(lambda phase: None).write(WriteRequest.model_validate(wanted))
    )
    typer.echo(text, nl=False)
    with contextlib.suppress(KeyboardInterrupt):
        for one in written:
            typer.echo(restore(one.token), nl=False)
            sys.stdout.flush()
    typer.echo()


@app.command()
def train(
    task: Annotated[str, typer.Argument(help="A task's id, as in: sentiment.")],
    data: Data = None,
    cell: Annotated[str, typer.Option(help="A cell's id, as in: rnn, lstm, gru.")] = "lstm",
    output: Annotated[
        Path | None, typer.Option(help="Model file; default: the shipped one.")
    ] = None,
    layers: Annotated[int | None, typer.Option(help="Layers, one on the other.", min=1)] = None,
    bidirectional: Annotated[
        bool | None, typer.Option("--bidirectional/--one-way", help="Read both ways.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Times through the data.", min=1)] = None,
    recipe: Annotated[
        list[str] | None, typer.Option("--set", help="Any part of the recipe: --set rate=0.001.")
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on from where a stopped run was.")] = True,
) -> None:
    """Train a model from a folder of data; Ctrl-C keeps what is done, the same command goes on."""
    from dataclasses import asdict, replace

    from rich.progress import Progress, TextColumn

    from ..contracts import IGNORE_INDEX, Recipe
    from ..nn.checkpoint import save_model
    from ..registry import MODELS, choose, find_cells, find_tasks
    from ..training import trainer

    wanted = _checked(lambda: choose("task", find_tasks(), task))
    kind = _checked(lambda: choose("cell", find_cells(), cell))
    changes: dict[str, Any] = _parse_recipe(recipe or [])
    named = {"seed": seed, "epochs": epochs, "layers": layers, "bidirectional": bidirectional}
    changes |= {name: int(value) for name, value in named.items() if value is not None}
    if "epochs" in changes:  # who names the epochs wants all of them
        changes.setdefault("stop", 0)
    chosen = replace(Recipe(**wanted.recipes.get(cell, {})), **changes)
    name = chosen.name_model(task, cell)
    path = output or MODELS / f"{name}.safetensors"
    halfway = path.with_suffix(".training")
    trainer.use_one_thread()
    try:
        samples = wanted.load(data, "train")
    except FileNotFoundError as error:
        _fail(str(error))
    typer.echo(f"{len(samples.inputs):,} training sequences. {chosen}")
    run = trainer.prepare(wanted, kind, samples, chosen)
    if resume and halfway.is_file() and trainer.load_state(run, halfway):
        typer.echo(f"Going on after epoch {run.epoch} of {chosen.rounds}.")
    columns = [*Progress.get_default_columns(), TextColumn("{task.fields[note]}")]
    with Progress(*columns, console=_console()) as bar:
        row = bar.add_task(name, total=chosen.rounds, completed=run.epoch, note="")
        for at in trainer.train(run):
            bar.update(
                row,
                completed=at.epoch + at.step / at.steps,
                note=f"epoch {at.epoch + 1} loss {at.loss:.3f}",
            )
            if at.validation is not None:
                said = wanted.figure.say(at.validation)
                bar.console.print(f"epoch {at.epoch + 1}: {said} on held-out")
                trainer.save_state(run, halfway)
    asked = {
        part: sum(int((row.targets != IGNORE_INDEX).sum()) for row in rows)
        for part, rows in (("train", run.train), ("validation", run.held))
    }
    facts = {
        "recipe": asdict(chosen),
        "data": {**asked, "sha256": run.digest},
        "validation": {wanted.figure.name: run.best, "history": run.history},
    }
    save_model(path, run.best_state, task=task, cell=cell, vocabulary=run.vocabulary, facts=facts)
    halfway.unlink(missing_ok=True)
    said = wanted.figure.say(run.best) if run.best is not None else "not measured"
    typer.echo(f"{path}: {said} on what was held out. Now: gatescope evaluate")


@app.command()
def evaluate(
    model: Annotated[str, typer.Argument(help="A model's id, or the path of a file.")],
    data: Data = None,
    write: Annotated[bool, typer.Option(help="Put the figure into the model file.")] = True,
) -> None:
    """Measure a model on its task's test data, which training never sees."""
    from rich.progress import track

    from ..training import trainer

    path, found = _load(model)
    trainer.use_one_thread()
    try:
        samples = found.task.load(data, "test")
    except FileNotFoundError as error:
        _fail(str(error))
    module = trainer.build_trained(found.cell, found.shape, found.weights)
    rows = trainer.encode(found.task, found.index, samples)
    batches = trainer.predict(module, rows)
    answers: dict[int, trainer.Answer] = {}
    total = len(trainer.group(rows))
    for batch in track(batches, "reading", total=total, console=_console()):
        answers |= batch
    score = trainer.score(answers.values())
    figure = found.task.figure
    test: dict[str, Any] = {"accuracy": score.accuracy, "samples": score.asked}
    test |= {figure.name: score.get(figure), "sha256": samples.digest}
    test |= found.task.grade(samples, [answers[k].predicted for k in range(len(rows))])
    if write:
        _save_facts(path, found, test=test)
    said = figure.say(test[figure.name])  # where the task grades by part, its own choice of parts
    typer.echo(f"{found.id}: {said}, {test['samples']:,} test answers")


@app.command()
def units(
    model: Annotated[str, typer.Argument(help="The id of a character model, or a file.")],
    data: Data = None,
    write: Annotated[bool, typer.Option(help="Put what is found into the model file.")] = True,
) -> None:
    """Find the units that follow something a person can name, on text that training never saw."""
    from dataclasses import asdict

    from rich.table import Table

    from ..analysis import probes as found_units
    from ..nn.network import Network
    from ..training import trainer

    path, found = _load(model)
    if not found.task.writes:
        _fail(f"{found.id} does not read characters.")
    trainer.use_one_thread()
    try:
        samples = found.task.load(data, "test")
    except FileNotFoundError as error:
        _fail(str(error))
    # The same share of every text.
    share = found_units.MEASURED / sum(map(len, samples.inputs))
    text = "".join(one[: round(min(1.0, share) * len(one))] for one in samples.inputs)
    encoding = found.task.read(text, found.index)
    followers = found_units.find_followers(
        Network(found.cell, found.shape, found.weights), encoding.tokens, encoding.token_ids
    )
    titles = {one.name: one.title.en for one in found_units.PROPERTIES}
    table = Table("what it follows", "signal", "unit", "correlation", "area")
    for name, best in followers.items():
        for one in best[:2]:
            area = "" if one.area is None else f"{one.area:.3f}"
            table.add_row(titles[name], one.signal, str(one.unit), f"{one.correlation:+.3f}", area)
    _console().print(table)
    if write:
        followed = {
            name: [
                {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(one).items()}
                for one in best
            ]
            for name, best in followers.items()
        }
        facts = {"samples": len(text), "sha256": samples.digest, "followed": followed}
        _save_facts(path, found, units=facts)
        typer.echo(f"{path}: {sum(map(len, followed.values()))} units of {len(followed)} kinds")


def main() -> None:
    """Run the command."""
    app()


def _load(model: str) -> tuple[Path, Model]:
    """Load a model by its id, or from the path of a file."""
    from ..nn.checkpoint import UnreadableModel, load_model
    from ..registry import choose, find_models

    given = Path(model)
    path: Path = (
        given
        if given.suffix == ".safetensors"
        else _checked(lambda: choose("model", find_models(), model))
    )
    try:
        return path, load_model(path)
    except UnreadableModel as error:
        _fail(str(error))


def _save_facts(path: Path, model: Model, **facts: Any) -> None:
    """Write a model again with more of its facts; its weights stay bit for bit."""
    from ..nn.checkpoint import save_model

    save_model(
        path,
        {name: value.float() for name, value in model.weights.items()},
        task=model.task_id,
        cell=model.cell_id,
        vocabulary=list(model.vocabulary),
        facts={**model.facts, **facts},
    )


def _say_size(shape: Shape) -> str:
    """Give the hidden units, and the layers and directions where there are several."""
    more = [f"{shape.layers} layers"] * (shape.layers > 1) + ["both ways"] * shape.bidirectional
    return ", ".join([str(shape.hidden), *more])


def _console() -> Console:
    from rich.console import Console

    return Console()


def _is_default(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "DEFAULT"


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def _checked(choice: Callable[[], T]) -> T:
    """Do what a person asked for; what cannot be used ends the command with a sentence."""
    from pydantic import ValidationError

    from ..contracts import InvalidInput
    from ..i18n import say

    try:
        return choice()
    except InvalidInput as error:
        _fail(say("en", f"error.{error.code}", error.values))
    except ValidationError as error:
        first = error.errors()[0]
        _fail(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.")


def _parse_force(entry: str) -> dict[str, Any]:
    signal, _, rest = entry.partition("=")
    rest, _, unit = rest.partition("#")
    value, _, step = rest.partition("@")
    try:
        return {
            "signal": signal,
            "value": "previous" if value == "previous" else float(value),
            "step": int(step) if step else None,
            "unit": int(unit) if unit else None,
        }
    except ValueError:
        _fail(f"--force {entry}: expected SIGNAL=VALUE[@STEP][#UNIT], as in layers.0.f=1@3#17.")


def _parse_recipe(entries: list[str]) -> dict[str, Any]:
    from dataclasses import fields

    from ..contracts import Recipe

    default = Recipe()
    known = {field.name: type(getattr(default, field.name)) for field in fields(Recipe)}
    found = {}
    for entry in entries:
        name, _, value = entry.partition("=")
        try:
            found[name] = known[name](value)
        except (KeyError, ValueError):
            _fail(f"--set {entry}: expected NAME=NUMBER with a name of {', '.join(known)}.")
    return found
