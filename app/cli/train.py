"""Make models: train, evaluate, probe units."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .application import (
    Data,
    app,
    check,
    explain_write,
    fail,
    load_file,
    make_console,
    prepare_output,
    write_output,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..contracts import Recipe, Samples, Task
    from ..nn.checkpoint import Model


@app.command()
def train(
    task: Annotated[str, typer.Argument(help="A task's id, as in: sentiment.")],
    data: Data = None,
    cell: Annotated[str, typer.Option(help="A cell's id, as in: rnn, lstm, gru.")] = "lstm",
    output: Annotated[
        Path | None, typer.Option(help="Model file (.safetensors); default: the shipped one.")
    ] = None,
    layers: Annotated[int | None, typer.Option(help="Layers, one on the other.", min=1)] = None,
    bidirectional: Annotated[
        bool | None, typer.Option("--bidirectional/--one-way", help="Read both ways.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Times through the data.", min=1)] = None,
    recipe: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any part of the recipe: --set learning_rate=0.001."),
    ] = None,
    resume: Annotated[bool, typer.Option(help="Go on from where a stopped run was.")] = True,
) -> None:
    """Train a model from a folder of data; Ctrl-C keeps what is done, the same command goes on."""
    from rich.progress import Progress, TextColumn

    from ..nn.checkpoint import save_model
    from ..registry import MODELS, choose, find_cells, find_tasks
    from ..training import trainer
    from ..training.batches import UnusableData

    wanted = check(lambda: choose("task", find_tasks(), task))
    kind = check(lambda: choose("cell", find_cells(), cell))
    named = {"seed": seed, "epochs": epochs, "num_layers": layers, "bidirectional": bidirectional}
    changes = _parse_recipe(recipe or [])
    changes |= {name: value for name, value in named.items() if value is not None}
    chosen = _choose_recipe(wanted, cell, changes)
    name = chosen.name_model(task, cell)
    path = output or MODELS / f"{name}.safetensors"
    if path.suffix != ".safetensors":
        fail(f"{path}: a model file's name ends in .safetensors.")
    halfway = path.with_suffix(".training")
    for file in (path, halfway):
        prepare_output(file)
    trainer.use_one_thread()
    samples = _load_samples(wanted, data, "train")
    typer.echo(f"{len(samples.inputs):,} training sequences. {chosen}")
    try:
        run = trainer.prepare(wanted, kind, samples, chosen)
        if resume and halfway.exists():
            trainer.load_state(run, halfway)
            typer.echo(f"Going on after epoch {run.epoch} of {chosen.epochs_run}.")
        columns = [*Progress.get_default_columns(), TextColumn("{task.fields[note]}")]
        with Progress(*columns, console=make_console()) as bar:
            row = bar.add_task(name, total=chosen.epochs_run, completed=run.epoch, note="")
            for at in trainer.train(run):
                bar.update(
                    row,
                    completed=at.epoch + at.step / at.steps,
                    note=f"epoch {at.epoch + 1} loss {at.loss:.3f}",
                )
                if at.validation is not None:
                    told = wanted.figure.format(at.validation)
                    bar.console.print(f"epoch {at.epoch + 1}: {told} on held-out")
                    with explain_write(halfway):
                        trainer.save_state(run, halfway)
        trainer.finish(run)
    except trainer.UnusableState as error:
        fail(f"{halfway}: {error}. --no-resume starts over and replaces it.")
    except (UnusableData, trainer.Diverged) as error:
        fail(f"{error}.")
    facts, state = run.describe(), run.best_state
    with explain_write(path):
        save_model(
            path,
            state,
            task=task,
            cell=cell,
            vocabulary=run.vocabulary,
            scaling=run.scaling,
            facts=facts,
        )
    halfway.unlink(missing_ok=True)
    told = wanted.figure.format(facts["validation"][wanted.figure.name])
    calibrated = facts.get("calibration")
    how = f", calibrated at temperature {calibrated['temperature']:.2f}" if calibrated else ""
    typer.echo(f"{path}: {told} on what was held out{how}.")
    typer.echo("Now: gatescope evaluate")


@app.command()
def evaluate(
    model: Annotated[str, typer.Argument(help="A model's id, or the path of a file.")],
    data: Data = None,
    write: Annotated[bool, typer.Option(help="Put the figure into the model file.")] = True,
) -> None:
    """Measure a model on its task's test data and on its everyday sentences."""
    from rich.progress import Progress

    from ..contracts import TokenTask
    from ..training.batches import UnusableData, split_generated
    from ..training.evaluation import evaluate_model, measure_everyday, measure_test_decay
    from ..training.everyday import count_in_training
    from ..training.trainer import use_one_thread

    trained = load_file(model)
    use_one_thread()
    samples = _load_samples(trained.task, data, "test")
    learned = None if data is None else _load_samples(trained.task, data, "train")
    try:
        with Progress(console=make_console()) as bar:
            row = bar.add_task("reading", total=1.0)
            test = evaluate_model(
                trained, samples, lambda share: bar.update(row, completed=share), learned
            )
    except ModuleNotFoundError:  # a method without a network that the task measures beside
        fail("This needs scikit-learn: pip install 'gatescope[baselines]'.")
    except UnusableData as error:
        fail(f"{error}.")
    if isinstance(trained.task, TokenTask) and learned and None not in samples.targets:
        real, _ = split_generated(trained.task, samples)
        test["in_training"] = count_in_training(trained.task, samples.select(real), learned)
    everyday, decay = measure_everyday(trained), measure_test_decay(trained, samples)
    if write:
        more = {"everyday": everyday, "decay": decay}
        _update_facts(trained, test=test, **{name: facts for name, facts in more.items() if facts})
    figure = trained.task.figure
    told = figure.format(test[figure.name])  # of the parts that the task goes by
    typer.echo(f"{trained.id}: {told}, {test['samples']:,} test answers")
    _tell_everyday(everyday)


@app.command()
def baseline(
    task: Annotated[str, typer.Argument(help="A task's id, as in: sentiment.")],
    data: Data = None,
    output: Annotated[
        Path | None, typer.Option(help="JSON file that the figures go into; default: the shipped.")
    ] = None,
) -> None:
    """Measure what a bag of words and word pairs reaches on a task, to hold its networks against.

    It needs scikit-learn: pip install 'gatescope[baselines]'.
    """
    from ..registry import choose, find_token_tasks
    from ..training.batches import UnusableData
    from ..training.trainer import use_one_thread
    from ..training.word_pairs import WORD_PAIRS, measure_word_pairs, read_figures, write_figures

    wanted = check(lambda: choose("task", find_token_tasks(), task))
    path = output or WORD_PAIRS
    prepare_output(path)
    use_one_thread()
    train, test = (_load_samples(wanted, data, "train"), _load_samples(wanted, data, "test"))
    try:
        facts = measure_word_pairs(wanted, train, test)
    except ModuleNotFoundError:
        fail("This needs scikit-learn: pip install 'gatescope[baselines]'.")
    except UnusableData as error:
        fail(f"{error}.")
    write_output(path, write_figures(read_figures(path) | {task: facts}))
    told = wanted.figure.format(facts["test"][wanted.figure.name])
    typer.echo(f"{path}: word pairs reach {told}, {facts['test']['samples']:,} test answers")
    _tell_everyday(facts.get("everyday", {}))


@app.command()
def units(
    model: Annotated[str, typer.Argument(help="The id of a character model, or a file.")],
    data: Data = None,
    write: Annotated[bool, typer.Option(help="Put what is found into the model file.")] = True,
) -> None:
    """Find the units that follow something a person can name, on text that training never saw."""
    from rich.table import Table

    from ..analysis.probes import PROPERTIES
    from ..training.evaluation import probe_units
    from ..training.trainer import use_one_thread

    trained = load_file(model)
    if not trained.task.writes or not trained.vocabulary:
        fail(f"{trained.id} does not read characters.")
    use_one_thread()
    facts = probe_units(trained, _load_samples(trained.task, data, "test"))
    titles = {one.name: one.title.en for one in PROPERTIES}
    table = Table("what it follows", "signal", "unit", "correlation", "area")
    for name, best in facts["followed"].items():
        for unit in best[:2]:
            area = "" if unit["area"] is None else f"{unit['area']:.3f}"
            correlation = f"{unit['correlation']:+.3f}"
            table.add_row(titles[name], unit["signal"], str(unit["unit"]), correlation, area)
    make_console().print(table)
    if write:
        _update_facts(trained, units=facts)


def _tell_everyday(everyday: Mapping[str, Any]) -> None:
    for language, facts in everyday.items():
        right = f"{facts['right']:,} of {facts['samples']:,}"
        typer.echo(f"everyday sentences, {language}: {right}, {100 * facts['accuracy']:.2f} %")


def _load_samples(task: Task, folder: Path | None, split: Literal["train", "test"]) -> Samples:
    try:
        return task.load(folder, split)
    except FileNotFoundError as error:
        fail(f"{error}.")
    except ModuleNotFoundError as error:  # what reads a format that only training data has
        fail(f"This needs {error.name}: pip install 'gatescope[training-data]'.")
    except (OSError, EOFError, ValueError) as error:
        fail(f"The data in {folder} cannot be read: {error}.")


def _update_facts(model: Model, **facts: Any) -> None:
    from ..nn.checkpoint import update_facts

    with explain_write(model.path):
        written = update_facts(model, **facts)
    typer.echo(f"{model.path}: {'written' if written else 'says so already; left as it is'}")


def _parse_recipe(entries: list[str]) -> dict[str, Any]:
    """Give the recipe's changes by name; the values are still text."""
    from dataclasses import fields

    from ..contracts import Recipe

    known = [field.name for field in fields(Recipe)]
    pairs = [entry.partition("=") for entry in entries]
    for name, _, value in pairs:
        if name not in known or not value:
            fail(f"--set {name}: expected NAME=VALUE with a name of {', '.join(known)}.")
    return {name: value for name, _, value in pairs}


def _choose_recipe(task: Task, cell: str, changes: dict[str, Any]) -> Recipe:
    """Give the task's recipe for a cell with some of it changed, each value in its range."""
    from ..contracts import Recipe

    usual = dict(task.recipes.get(cell, {}))
    if "epochs" in changes:  # who names the epochs wants all of them
        usual.pop("stop_epoch", None)
    return check(lambda: Recipe(**usual | changes))
