"""The results of models as Markdown tables, a model a column, every number from its file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from pydantic import ValidationError

from ..contracts import Recipe, Task
from ..nn.checkpoint import Model
from ..nn.network import Shape

MARKER = "<!-- results: {} -->"
END = "<!-- end of results -->"
UNTOLD = "–"
BASELINE = "word pairs"  # the head of the column of the bag of words and word pairs
OWN = "network"  # the network's own name among the methods of forecasting
SCALED = "mase"  # the error that has no unit
LANGUAGES = {"en": "English", "pt": "Portuguese"}


def fill_results(
    text: str, models: Iterable[Model], baselines: Mapping[str, Mapping[str, Any]] | None = None
) -> str:
    """Write the tables of each task between its markers in a Markdown text.

    ``baselines`` are the figures of a bag of word pairs, by task.

    Raises ``ValueError`` where a task of these models has no markers there.
    """
    by_task: dict[str, list[Model]] = {}
    for model in sorted(models, key=lambda model: (model.cell.year, model.id)):
        by_task.setdefault(model.task_id, []).append(model)
    for task_id, own in by_task.items():
        start, found, rest = text.partition(f"{MARKER.format(task_id)}\n")
        _, ended, after = rest.partition(END)
        if not found or not ended:
            raise ValueError(f"it lacks the lines {MARKER.format(task_id)} and, after it, {END}")
        text = f"{start}{found}{tabulate(own, (baselines or {}).get(task_id))}{ended}{after}"
    return text


def tabulate(models: Sequence[Model], baseline: Mapping[str, Any] | None = None) -> str:
    """Tell what the models of one task were measured at, and how they were trained.

    What a bag of word pairs reaches stands beside them; of numbers, what simple forecasts do.
    """
    task = models[0].task
    heads = [f"`{model.id}`" for model in models]
    measured = [dict(list_results(model)) for model in models]
    beside = {} if baseline is None else {BASELINE: dict(list_baseline(task, baseline))}
    for test in [model.facts["test"] for model in models if "test" in model.facts][:1]:
        methods = dict.fromkeys(name for _, _, found in _walk(task, test) for name in found)
        beside |= {
            _name(task, method): dict(_list_errors(task, test, method))
            for method in methods
            if method != OWN
        }
    recipes = [dict(list_recipe(model)) for model in models]
    names = list(dict.fromkeys(name for recipe in recipes for name in recipe))
    shared = [name for name in names if len({recipe.get(name) for recipe in recipes}) == 1]
    own = [{k: v for k, v in recipe.items() if k not in shared} for recipe in recipes]
    text = f"\n{_tabulate('', [*heads, *beside], [*measured, *beside.values()])}\n"
    if any(own):
        text += f"{_tabulate('recipe', heads, own)}\n"
    if shared:
        told = textwrap.wrap(", ".join(f"{name} {recipes[0][name]}" for name in shared), 96)
        lines = "\n".join(["Recipe, the same for all:", *told])
        text += f"{lines}.\n\n"
    return text


def list_results(model: Model) -> Iterator[tuple[str, str]]:
    """Give a model's size and figures by what they are of, with the number of answers."""
    facts, figure = model.facts, model.task.figure
    yield "units", describe_size(model.shape)
    yield "weights", f"{sum(value.numel() for value in model.weights.values()):,}"
    if model.shape.vocabulary:
        yield "rows of the embedding", f"{model.shape.vocabulary:,}"
    if model.shape.ngrams:
        yield "rows of the n-grams", f"{model.shape.ngrams:,}"
    if "test" in facts:
        yield from _flatten(model.task, facts["test"], "")
        yield from _list_errors(model.task, facts["test"], OWN)
    counts, validation = facts.get("data", {}), facts.get("validation", {})
    if "in_training" in facts.get("test", {}):
        yield "test texts that are in training, word for word", f"{facts['test']['in_training']:,}"
    if "everyday" in facts:
        yield from _list_everyday(facts["everyday"], titles=_name_kinds(model.task))
    generated = validation.get("generated")
    if figure.name in validation:
        count = f" ({counts['validation']:,})" if "validation" in counts else ""
        held = "real texts" if generated else "what was"
        told = figure.format(validation[figure.name])
        yield f"best epoch on {held} held out{count}", told
    if generated:
        title = f"that epoch on made-up sentences held out ({generated['samples']:,})"
        yield title, figure.format(generated[figure.name])
    if "calibration" in facts:
        calibration = facts["calibration"]
        yield "temperature", f"{calibration['temperature']:.3f}"
        title = "expected calibration error on what was held out"
        yield f"{title}, before", _percent(calibration["ece_before"])
        yield f"{title}, after", _percent(calibration["ece_after"])
    if "ece" in facts.get("test", {}):
        yield "expected calibration error on the test", _percent(facts["test"]["ece"])
    if "decay" in facts:
        yield from _list_decay(facts["decay"])
    if "history" in validation:
        yield "epochs run", f"{len(validation['history']):,}"
    if "train" in counts:
        yield "answers trained on", f"{counts['train']:,}"


def list_baseline(task: Task, facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the figures of a bag of word pairs, named as those of a model."""
    yield from _flatten(task, facts["test"], "")
    if "everyday" in facts:
        yield from _list_everyday(facts["everyday"], titles=_name_kinds(task))
    yield "answers trained on", f"{facts['data']['train']:,}"


def list_recipe(model: Model) -> Iterator[tuple[str, str]]:
    """Give the fields of a model's recipe; one that an older file lacks had its default."""
    try:
        recipe = asdict(Recipe(**model.facts["recipe"]))
    except (KeyError, ValidationError):  # trained elsewhere
        recipe = {}
    for field in fields(Recipe):
        if field.name in recipe:
            value = recipe[field.name]
            yield f"`{field.name}`", str(value) if isinstance(value, bool) else f"{value:,}"


def describe_size(shape: Shape) -> str:
    """Give the hidden units, and the layers and directions where there are several."""
    more = [f"{shape.layers} layers"] * (shape.layers > 1) + ["both ways"] * shape.bidirectional
    return ", ".join([str(shape.hidden), *more])


def _name_kinds(task: Task) -> Mapping[str, str]:
    return {kind.name: kind.title.en for kind in task.everyday}


def _list_everyday(
    everyday: Mapping[str, Any], titles: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Give what is right of the everyday sentences, and how sure the network is of the neutral."""
    for language, facts in everyday.items():
        name = f"everyday sentences, {LANGUAGES.get(language, language)}"
        rows = [("", facts), (" but irony", facts.get("most", {}))]
        rows += [(f": {titles.get(kind, kind)}", own) for kind, own in facts["kinds"].items()]
        for title, own in rows:
            if "accuracy" in own:
                yield f"{name}{title} ({own['samples']:,})", _percent(own["accuracy"])
        if "neutral" in facts:
            neutral = facts["neutral"]
            title = f"{name}: no opinion ({neutral['samples']:,})"
            yield f"{title}, less than 70 % sure", _percent(neutral["unsure"])
            yield f"{title}, mean probability given", _percent(neutral["confidence"])


def _list_decay(decay: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give what is left of the gradient at each distance, by state."""
    texts = f"{decay['samples']:,} test texts of {decay['shortest']} to {decay['longest']} words"
    for name, by_distance in decay["remaining"].items():
        for distance, shares in by_distance.items():
            state = name.removeprefix("layers.0.")
            title = f"left of the gradient along {state}, {distance} words back"
            told = f"{shares['median']:.2g}, {shares['high']:.2g}"
            yield f"{title} (median of {texts}; exceeded on one in ten)", told


def _flatten(task: Task, facts: Mapping[str, Any], title: str) -> Iterator[tuple[str, str]]:
    """Give every figure that the task has a name for, named with those that it stands under."""
    count = f" ({facts['samples']:,})" if "samples" in facts else ""
    if "class" in facts:
        count += f" ({_name(task, facts['class'])})"
    for key, value in facts.items():
        if key == "accuracy":
            yield f"{title or 'right'}{count}", _percent(value)
        elif key == "bits":
            yield f"{title or 'bits a step'}{count}", f"{value:.3f}"
        elif task.quantities:
            if key == task.figure.name:
                label = f"{_name(task, key)} over all {len(task.quantities)} forecasts"
                yield f"{label}{count}", task.figure.format(value)
        elif key in task.figures:
            label = ", ".join(filter(None, [title, _name(task, key)]))
            if isinstance(value, Mapping):
                yield from _flatten(task, value, label)
            elif isinstance(value, float):
                yield f"{label}{count}", _percent(value)
            else:
                for part, share, number in value:
                    upto = "up to " * isinstance(part, int)
                    yield f"{label}: {upto}{_name(task, part)} ({number:,})", _percent(share)


def _walk(
    task: Task, test: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Mapping[str, float]]]]:
    """Give the errors of every forecast by method, and what it is of and counted over."""
    titles = {str(quantity.ahead): quantity.title.en for quantity in task.quantities}
    for ahead, found in test.get("forecasts", {}).items():
        yield titles.get(ahead, ahead), "", found
    for ahead, found in test.get("free_run", {}).items():
        methods = {name: errors for name, errors in found.items() if isinstance(errors, Mapping)}
        yield f"free run, {ahead} ahead", f" ({found['samples']:,} beginnings)", methods


def _list_errors(task: Task, test: Mapping[str, Any], method: str) -> Iterator[tuple[str, str]]:
    """Give the errors of one method of forecasting."""
    for title, count, found in _walk(task, test):
        for name, value in found.get(method, {}).items():
            unit = "" if name == SCALED else task.figure.unit
            yield f"{title}: {_name(task, name)}{count}", f"{value:.3f} {unit}".rstrip()


def _name(task: Task, key: object) -> str:
    text = task.figures.get(str(key)) or task.labels.get(str(key))
    return text.en if text else str(key)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _tabulate(corner: str, heads: Sequence[str], columns: Sequence[Mapping[str, str]]) -> str:
    labels = list(dict.fromkeys(label for column in columns for label in column))
    rows = [[label, *(column.get(label, UNTOLD) for column in columns)] for label in labels]
    lines = [[corner, *heads], ["---", *("---:" for _ in heads)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
