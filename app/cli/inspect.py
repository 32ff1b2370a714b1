"""Look at models: list them, trace one, compare gradients, let one write."""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .application import (
    Models,
    app,
    check,
    fail,
    load_file,
    make_console,
    serve_models,
    write_output,
)

if TYPE_CHECKING:
    from ..contracts import Trace

SHOWN_CLASSES = 4
WRITTEN = 500  # characters, where nobody says how many


@app.command()
def models(
    folder: Models = None,
    markdown: Annotated[
        Path | None,
        typer.Option(help="Write the tables of results between the markers of a Markdown file."),
    ] = None,
) -> None:
    """List the models and what they were measured at."""
    from rich.box import SIMPLE
    from rich.table import Column, Table

    from ..nn.checkpoint import find_readable_models
    from ..registry import MODELS
    from ..training.word_pairs import read_figures
    from .report import describe_size, fill_results

    if folder is not None and not folder.is_dir():
        fail(f"There is no folder {folder}.")
    found = find_readable_models(folder or MODELS)
    for error in found.errors:
        typer.echo(f"Left out: {error}", err=True)
    if markdown is not None:
        try:
            page = markdown.read_text(encoding="utf-8")
            text = fill_results(page, found.models.values(), read_figures())
        except (OSError, ValueError) as error:
            fail(f"{markdown}: {getattr(error, 'strerror', None) or error}.")
        write_output(markdown, text.encode())
        return
    whole = Column("model", no_wrap=True)  # an id is there to be copied
    rest = ("units", "words", "measured (test)", "size")
    table = Table(whole, *rest, box=SIMPLE, padding=(0, 1, 0, 0))
    for name, model in found.models.items():
        test, figure = model.facts.get("test", {}), model.task.figure
        table.add_row(
            name,
            describe_size(model.shape),
            f"{model.shape.vocabulary:,}" if model.shape.vocabulary else "numbers",
            f"{figure.format(test[figure.name])} of {test['samples']:,}"
            if test
            else "not measured",
            f"{model.path.stat().st_size / 1e6:.1f} MB",
        )
    make_console().print(table)


@app.command()
def trace(
    model: Annotated[str, typer.Argument(help="A model's id, as `gatescope models` lists them.")],
    text: Annotated[str | None, typer.Argument(help="What it reads, where that is text.")] = None,
    numbers: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help="What it reads, where that is numbers: a .csv file, a row a step, or a .json file "
            "with a request's input.",
        ),
    ] = None,
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
    """Run a model over a text or numbers and back; print a table, or write the whole trace."""
    from rich.table import Table

    from ..registry import find_cells
    from ..serving.schemas import TraceRequest
    from ..serving.wire import CSV_TYPE, ENCODERS, JSON_TYPE, SAFETENSORS_TYPE

    kinds = {".safetensors": SAFETENSORS_TYPE, ".json": JSON_TYPE, ".csv": CSV_TYPE}
    if output is not None and output.suffix not in kinds:
        fail(f"{output}: write to a file that ends in {', '.join(kinds)}.")
    loaded = load_file(model)
    wanted = {
        "model": loaded.id,
        "input": _read_given(text, numbers),
        "weights": weights,
        "seed": seed,
        "target": target,
        "interventions": [_parse_force(entry) for entry in force or []],
    }
    service = serve_models([loaded])
    found = check(lambda: service.trace(TraceRequest.model_validate(wanted)))
    if output is not None:
        write_output(output, ENCODERS[kinds[output.suffix]](found))
        typer.echo(f"{output}: {len(found.tokens)} steps, {len(found.signals)} signals")
        return
    kept = find_cells()[found.about["cell"]].states
    states = [name for name in found.norms if name.rpartition(".")[2] in kept]
    heads, answers = _tabulate_answers(found, [one.name for one in loaded.task.quantities])
    table = Table("step", "token", *heads, *(f"‖dL/d {name}‖" for name in states))
    for step, row in enumerate(answers):
        table.add_row(
            str(step),
            _describe_token(found, step),
            *row,
            *(f"{found.norms[name][step]:.3e}" for name in states),
        )
    console = make_console()
    console.print(table)
    if any(found.similar or ()):
        console.print("≈ read by its spelling: the nearest word that the model knows, the cosine")
    console.print(_describe_loss(found))


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
    from ..nn.checkpoint import find_readable_models
    from ..registry import find_tasks
    from ..serving.comparison import compare_gradients
    from ..serving.schemas import GradientRequest

    if output is not None and output.suffix != ".json":
        fail(f"{output}: write to a file that ends in .json.")
    if chosen:
        loaded = [load_file(name.strip()) for name in chosen.split(",")]
    else:  # the networks of the task that opens the page
        opening = min(find_tasks().items(), key=lambda pair: (pair[1].order, pair[0]))[0]
        models = find_readable_models().models.values()
        loaded = [model for model in models if model.task_id == opening]
    service = serve_models(loaded)
    wanted = {
        "input": {"text": text},
        "networks": [{"model": model.id, "weights": weights} for model in loaded],
    }
    found = check(lambda: compare_gradients(service, GradientRequest.model_validate(wanted)))
    if output is not None:
        write_output(output, found.model_dump_json().encode())
        typer.echo(f"{output}: {len(found.networks)} networks, {len(found.tokens)} steps")
        return
    backs = (f"{k} back" for k in DISTANCES)
    table = Table("model, state", *backs, "half", "exponent", box=SIMPLE, padding=(0, 1, 0, 0))
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
    make_console().print(table)


@app.command()
def write(
    model: Annotated[str, typer.Argument(help="A model's id whose task writes.")],
    text: Annotated[str | None, typer.Argument(help="The beginning, where it is text.")] = None,
    numbers: Annotated[
        Path | None,
        typer.Option("--input", help="The beginning, where it is numbers: a .csv or .json file."),
    ] = None,
    length: Annotated[
        int | None, typer.Option(help="Characters to write, by default 500, or steps of a series.")
    ] = None,
    temperature: Annotated[
        float, typer.Option(help="Below 1: surer; above: bolder. From 0.05 to 2.")
    ] = 0.7,
    seed: Annotated[int, typer.Option(help="The same seed writes the same text.")] = 0,
    weights: Annotated[str, typer.Option(help="trained or fresh")] = "trained",
) -> None:
    """Let a network write on from a beginning, a text or a series; Ctrl-C stops it."""
    from ..analysis.generation import GeneratedToken
    from ..nn.checkpoint import find_readable_models
    from ..serving.schemas import WriteRequest
    from ..serving.service import can_write
    from ..text.characters import restore_whitespace

    loaded = load_file(model)
    wanted = {
        "model": loaded.id,
        "input": _read_given(text, numbers),
        "weights": weights,
        "seed": seed,
        "temperature": temperature,
        "length": WRITTEN if length is None and text is not None else length,
    }
    # A model that cannot write is refused with the names of those that can.
    others = [] if can_write(loaded) else find_readable_models().models.values()
    service = serve_models([*others, loaded])
    written = check(lambda: service.write(WriteRequest.model_validate(wanted)))
    typer.echo(text or "", nl=False)
    with contextlib.suppress(KeyboardInterrupt):
        for generated in written:
            if isinstance(generated, GeneratedToken):
                typer.echo(restore_whitespace(generated.token), nl=False)
            else:
                typer.echo(f"{generated.step},{generated.values[0]:.3f}")
            sys.stdout.flush()
    if text is not None:
        typer.echo()


def _read_given(text: str | None, path: Path | None) -> dict[str, Any]:
    """Give a request's input: a text, or what a file of numbers holds."""
    if (text is None) == (path is None):
        fail("Give a text, or a file of numbers by --input.")
    if path is None:
        return {"text": text}
    try:
        content = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            given = json.loads(content)
            return given if isinstance(given, dict) else {"series": given}
        if path.suffix == ".csv":
            return {"series": _read_table(content)}
    except OSError as error:
        fail(f"{path}: {error.strerror}.")
    except ValueError as error:
        fail(f"{path}: {error}.")
    fail(f"{path}: numbers are read from a file that ends in .csv or .json.")


def _read_table(content: str) -> list[list[float | None]]:
    """Read rows of numbers, an empty cell for one that is missing.

    Lines that begin with ``#`` and a first row of names are passed over. Raises ``ValueError``.
    """
    lines = (line for line in content.splitlines() if line.strip() and line[0] != "#")
    rows: list[list[float | None]] = []
    for place, cells in enumerate(csv.reader(lines)):
        try:
            rows.append([float(cell) if cell.strip() else None for cell in cells])
        except ValueError as error:
            if place:
                raise ValueError(f"row {place + 1}: {error}") from error
    return rows


def _tabulate_answers(
    found: Trace, quantities: Sequence[str]
) -> tuple[Sequence[str], list[list[str]]]:
    """Give what a trace answers at every step, and the heads of these columns."""
    if quantities:
        return quantities, [[f"{value:.3f}" for value in row] for row in found.values]
    if len(found.classes) <= SHOWN_CLASSES:
        return found.classes, [[f"{value:.3f}" for value in row] for row in found.probabilities]
    rows = []
    for row in found.probabilities:
        best = (-row).argsort(kind="stable")[:SHOWN_CLASSES]
        rows.append([" ".join(f"{found.classes[k]} {row[k]:.2f}" for k in best)])
    return ["likeliest"], rows


def _describe_loss(found: Trace) -> str:
    if not found.classes:
        return f"loss {found.loss:.4f}"
    asked = [goal for goal in found.targets if goal is not None]
    over = f"for the class {asked[0]}" if len(asked) == 1 else f"over {len(asked)} steps"
    return f"loss {found.loss:.4f} {over}"


def _describe_token(found: Trace, step: int) -> str:
    """Give a token and, where the vocabulary lacks it, how it was read."""
    token = found.tokens[step]
    if found.known[step]:
        return token
    if found.similar is None or not found.similar[step]:
        return f"{token} (unknown)"
    nearest = found.similar[step][0]
    return f"{token} ≈ {nearest.token} {nearest.cosine:.2f}"


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
        fail(f"--force {entry}: expected SIGNAL=VALUE[@STEP][#UNIT], as in layers.0.f=1@3#17.")
