"""Make models: train, evaluate, probe units."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .application import Data, app, check, fail, load_file, make_console

if TYPE_CHECKING:
    from ..nn.checkpoint import Model


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

    wanted = check(lambda: choose("task", find_tasks(), task))
    kind = check(lambda: choose("cell", find_cells(), cell))
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
        fail(str(error))
    typer.echo(f"{len(samples.inputs):,} training sequences. {chosen}")
    run = trainer.prepare(wanted, kind, samples, chosen)
    if resume and halfway.is_file() and trainer.load_state(run, halfway):
        typer.echo(f"Going on after epoch {run.epoch} of {chosen.rounds}.")
    columns = [*Progress.get_default_columns(), TextColumn("{task.fields[note]}")]
    with Progress(*columns, console=make_console()) as bar:
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

    path, found = load_file(model)
    trainer.use_one_thread()
    try:
        samples = found.task.load(data, "test")
    except FileNotFoundError as error:
        fail(str(error))
    module = trainer.build_trained(found.cell, found.shape, found.weights)
    rows = trainer.encode(found.task, found.index, samples)
    batches = trainer.predict(module, rows)
    answers: dict[int, trainer.Answer] = {}
    total = len(trainer.group(rows))
    for batch in track(batches, "reading", total=total, console=make_console()):
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

    path, found = load_file(model)
    if not found.task.writes:
        fail(f"{found.id} does not read characters.")
    trainer.use_one_thread()
    try:
        samples = found.task.load(data, "test")
    except FileNotFoundError as error:
        fail(str(error))
    # The same share of every text.
    share = found_units.TEXT_LENGTH / sum(map(len, samples.inputs))
    text = "".join(one[: round(min(1.0, share) * len(one))] for one in samples.inputs)
    encoding = found.task.read(text, found.index)
    followers = found_units.probe_units(
        Network(found.cell, found.shape, found.weights), encoding.tokens, encoding.token_ids
    )
    titles = {one.name: one.title.en for one in found_units.PROPERTIES}
    table = Table("what it follows", "signal", "unit", "correlation", "area")
    for name, best in followers.items():
        for one in best[:2]:
            area = "" if one.area is None else f"{one.area:.3f}"
            table.add_row(titles[name], one.signal, str(one.unit), f"{one.correlation:+.3f}", area)
    make_console().print(table)
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
            fail(f"--set {entry}: expected NAME=NUMBER with a name of {', '.join(known)}.")
    return found
