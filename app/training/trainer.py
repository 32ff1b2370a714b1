"""Trains a network: one optimiser step per ``next()``, for the command line and for the page."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from ..contracts import IGNORE_INDEX, Cell, Figure, Integers, LabeledSequence, Recipe, Samples, Task
from ..nn.network import Plain, Shape, Unrolled, build_plain

EVALUATED = 128  # sequences in one batch of an evaluation, as long as they are short
EVALUATED_STEPS = 2**17  # steps in one, padding included


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands after one optimiser step.

    ``norm`` is the gradient's 2-norm before clipping; ``validation`` the task's figure on what was
    held out, given at the end of each epoch.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    norm: float
    validation: float | None = None


@dataclass(slots=True)
class Training:
    """Everything a run needs to go on from where it stopped."""

    task: Task
    cell: type[Cell]
    recipe: Recipe
    vocabulary: list[str]
    module: Plain | Unrolled
    optimiser: torch.optim.Optimizer
    train: list[LabeledSequence]
    held: list[LabeledSequence]
    digest: str
    epoch: int = 0
    best: float | None = None
    best_state: Mapping[str, Tensor] = field(default_factory=dict)
    history: list[float] = field(default_factory=list)


class Answer(NamedTuple):
    """What a network found over one sequence, at the N steps where something is asked."""

    predicted: Integers  # [N], the likeliest class
    right: int
    nats: float  # the sum of the cross-entropies


class Score(NamedTuple):
    """How well a network does; ``bits`` is the mean cross-entropy of an answer."""

    accuracy: float
    bits: float
    asked: int

    def get(self, figure: Figure) -> float:
        """Return the figure that a task goes by."""
        return self.accuracy if figure.name == "accuracy" else self.bits


def prepare(task: Task, cell: type[Cell], samples: Samples, recipe: Recipe) -> Training:
    """Split, index and initialise. What is held out gives no words to the vocabulary."""
    torch.manual_seed(recipe.seed)
    kept, held = task.hold_out(samples, recipe)
    vocabulary = task.build_vocabulary(kept.inputs, recipe.words)
    index = {token: row for row, token in enumerate(vocabulary)}
    shape = Shape(
        len(vocabulary),
        recipe.embedding,
        recipe.hidden,
        len(task.classes),
        recipe.layers,
        bool(recipe.bidirectional),
    )
    module = build_plain(cell, shape)
    initialise(module, cell, recipe)
    optimiser = torch.optim.Adam(module.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    return Training(
        task,
        cell,
        recipe,
        vocabulary,
        module,
        optimiser,
        encode(task, index, kept),
        [task.trim(row, recipe) for row in encode(task, index, held)],
        samples.digest,
    )


def encode(task: Task, index: Mapping[str, int], samples: Samples) -> list[LabeledSequence]:
    """Read every sample as the task does."""
    found = []
    for text, target in zip(samples.inputs, samples.targets, strict=True):
        encoding = task.read(text, index)
        ids = np.asarray(encoding.token_ids, dtype=np.int64)
        found.append(LabeledSequence(ids, task.find_targets(encoding, target)))
    return found


def initialise(module: Plain | Unrolled, cell: type[Cell], recipe: Recipe) -> None:
    """Scale the embedding, make the recurrence orthogonal where asked, open the forget gate.

    The last is Jozefowicz et al. (2015): ``recipe.forgetting`` is put into ``bias_hh`` alone, since
    PyTorch's two bias vectors add up. It concerns cells with a signal named ``f``.
    """
    with torch.no_grad():
        module.embedding.weight.mul_(recipe.scale)
        for name, value in module.recurrent.named_parameters():
            if name.startswith("weight_hh") and recipe.orthogonal:
                for block in torch.split(value, recipe.hidden):
                    nn.init.orthogonal_(block)
            elif name.startswith("bias"):
                value.zero_()
                gates = [signal.name for signal in cell.signals if signal.kind != "state"]
                if name.startswith("bias_hh") and "f" in gates:
                    start = gates.index("f") * recipe.hidden
                    value[start : start + recipe.hidden] = recipe.forgetting


def train(run: Training) -> Iterator[Progress]:
    """Train to the end of the recipe; the best epoch on what is held out is kept."""
    recipe = run.recipe
    weight = weigh_classes(run.train, len(run.task.classes), recipe.balance)
    while run.epoch < recipe.rounds:
        # Seeded by epoch, so that a run that was stopped goes on with the same batches.
        source = np.random.default_rng((recipe.seed, run.epoch))
        torch.manual_seed(recipe.seed * 1_000 + run.epoch)
        batches = _batch(run, source)
        run.module.train()
        progress = Progress(run.epoch, 0, len(batches), 0.0, 0.0)
        rate = 0.5 * recipe.rate * (1 + math.cos(math.pi * run.epoch / recipe.epochs))
        for group in run.optimiser.param_groups:
            group["lr"] = rate
        for step, (ids, targets) in enumerate(batches, 1):
            run.optimiser.zero_grad()
            logits = answer(run.module, ids, targets, recipe.dropout)
            loss = nn.functional.cross_entropy(logits, targets[targets != IGNORE_INDEX], weight)
            loss.backward()  # type: ignore[no-untyped-call]
            norm = nn.utils.clip_grad_norm_(run.module.parameters(), recipe.clip)
            run.optimiser.step()
            progress = Progress(run.epoch, step, len(batches), loss.item(), norm.item())
            if step < len(batches):
                yield progress
        reached = measure(run.module, run.held).get(run.task.figure)
        run.history.append(reached)
        if run.task.figure.better(reached, run.best):
            run.best, run.best_state = reached, copy.deepcopy(run.module.state_dict())
        run.epoch += 1
        yield Progress(
            progress.epoch, progress.step, progress.steps, progress.loss, progress.norm, reached
        )


def weigh_classes(rows: Sequence[LabeledSequence], classes: int, balance: float) -> Tensor:
    """Give each class's weight in the loss ``[C]``: its rarity to the power of ``balance``."""
    targets = np.concatenate([row.targets for row in rows])
    counts = np.bincount(targets[targets != IGNORE_INDEX], minlength=classes).clip(min=1)
    return torch.from_numpy((counts.sum() / counts) ** balance).float()


def answer(module: Plain | Unrolled, ids: Tensor, targets: Tensor, dropout: float = 0.0) -> Tensor:
    """Give the logits ``[N, C]`` at the N steps of ``ids [B, T]`` that have a target."""
    x = module.embedding(ids)
    if dropout:
        # One mask for all steps of a sequence (Gal and Ghahramani 2016).
        x = x * nn.functional.dropout(torch.ones_like(x[:, :1]), dropout)
    h = module.recur(x)[targets != IGNORE_INDEX]
    if dropout:
        h = nn.functional.dropout(h, dropout)
    logits: Tensor = module.readout(h)
    return logits


def group(rows: Sequence[LabeledSequence]) -> list[list[int]]:
    """Give the places of the rows batch by batch, the short ones first."""
    found: list[list[int]] = []
    for k in sorted(range(len(rows)), key=lambda k: len(rows[k].ids)):
        room = min(EVALUATED, EVALUATED_STEPS // max(1, len(rows[k].ids)))
        if not found or len(found[-1]) >= room:
            found.append([])
        found[-1].append(k)
    return found


def predict(
    module: Plain | Unrolled, rows: Sequence[LabeledSequence]
) -> Iterator[dict[int, Answer]]:
    """Give the answers to each row, by its place, batch by batch as in :func:`group`."""
    module.eval()
    for places in group(rows):
        ids, targets = _pad([rows[k] for k in places])
        with torch.no_grad():
            logits = answer(module, ids, targets)
        wanted = targets[targets != IGNORE_INDEX]
        nats = nn.functional.cross_entropy(logits, wanted, reduction="none").double()
        found = logits.argmax(1)
        counts = (targets != IGNORE_INDEX).sum(1).tolist()
        parts = zip(
            torch.split(found, counts),
            torch.split(found == wanted, counts),
            torch.split(nats, counts),
            strict=True,
        )
        yield {
            k: Answer(classes.numpy(), int(right.sum()), float(lost.sum()))
            for k, (classes, right, lost) in zip(places, parts, strict=True)
        }


def score(answers: Iterable[Answer]) -> Score:
    """Take the mean over every step of every sequence where something was asked."""
    found = list(answers)
    asked = sum(len(one.predicted) for one in found)
    return Score(
        sum(one.right for one in found) / asked,
        sum(one.nats for one in found) / asked / math.log(2),
        asked,
    )


def measure(module: Plain | Unrolled, rows: Sequence[LabeledSequence]) -> Score:
    """Run a network over every row and score it."""
    return score(one for batch in predict(module, rows) for one in batch.values())


def save_state(run: Training, path: Path) -> None:
    """Write where a run stands, so that the same command can go on from it."""
    part = path.with_suffix(".part")
    state = {
        "recipe": asdict(run.recipe) | {"digest": run.digest},
        "module": run.module.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "epoch": run.epoch,
        "best": run.best,
        "best_state": dict(run.best_state),
        "history": run.history,
    }
    torch.save(state, part)
    part.replace(path)


def load_state(run: Training, path: Path) -> bool:
    """Go on from :func:`save_state`; False where the file is of another recipe or other data."""
    state = torch.load(path, weights_only=True)
    if state["recipe"] != asdict(run.recipe) | {"digest": run.digest}:
        return False
    run.module.load_state_dict(state["module"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.epoch, run.best = state["epoch"], state["best"]
    run.best_state, run.history = state["best_state"], state["history"]
    return True


def build_trained(
    cell: type[Cell], shape: Shape, weights: Mapping[str, Tensor]
) -> Plain | Unrolled:
    """Build the module that evaluation runs, from a model file's tensors."""
    module = build_plain(cell, shape)
    module.load_state_dict({name: value.float() for name, value in weights.items()})
    return module


def use_one_thread() -> None:
    """Keep PyTorch and NumPy to one thread: two on small matrices are many times slower."""
    torch.set_num_threads(1)
    threadpool_limits(1, user_api="blas")


def _batch(run: Training, source: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    """Let the task cut its sequences, group the pieces by length, then shuffle the groups."""
    recipe = run.recipe
    cut = [piece for row in run.train for piece in run.task.cut(row, recipe, source)]
    noise = source.uniform(0, 10, len(cut))
    order = np.argsort([len(row.ids) for row in cut] + noise, kind="stable")
    groups = [order[k : k + recipe.batch] for k in range(0, len(order), recipe.batch)]
    source.shuffle(groups)
    found = []
    for places in groups:
        ids, targets = _pad([cut[k] for k in places])
        if recipe.unknown:
            lost = torch.from_numpy(source.random(ids.shape) < recipe.unknown)
            ids[lost & (ids > 1)] = 1
        found.append((ids, targets))
    return found


def _pad(rows: Sequence[LabeledSequence]) -> tuple[Tensor, Tensor]:
    longest = max(len(row.ids) for row in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    targets = torch.full((len(rows), longest), IGNORE_INDEX)
    for k, row in enumerate(rows):
        ids[k, : len(row.ids)] = torch.from_numpy(row.ids)
        targets[k, : len(row.targets)] = torch.from_numpy(row.targets)
    return ids, targets
