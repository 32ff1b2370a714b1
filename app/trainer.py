"""Trains a network: one optimiser step per ``next()``, for the command line and for the page."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from app.contracts import Cell, Recipe, Samples, Task
from app.network import Plain, Shape, Unrolled, build_plain

EVALUATED = 128  # sequences in one batch of an evaluation


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands after one optimiser step.

    ``norm`` is the gradient's 2-norm before clipping; ``validation`` the accuracy on the reviews
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
    train: list[tuple[list[int], int]]
    held: list[tuple[list[int], int]]
    digest: str
    epoch: int = 0
    best: float = -1.0
    best_state: Mapping[str, Tensor] = field(default_factory=dict)
    history: list[float] = field(default_factory=list)


def prepare(task: Task, cell: type[Cell], samples: Samples, recipe: Recipe) -> Training:
    """Split, index and initialise. The validation reviews give no words to the vocabulary."""
    torch.manual_seed(recipe.seed)
    order = np.random.default_rng(recipe.seed).permutation(len(samples.inputs))
    cut = min(recipe.validation, len(order) // 5)
    held, kept = order[:cut], order[cut:]
    vocabulary = task.build_vocabulary([samples.inputs[k] for k in kept], recipe.words)
    index = {token: row for row, token in enumerate(vocabulary)}

    def encode(rows: Iterable[int]) -> list[tuple[list[int], int]]:
        found = []
        for k in rows:
            found.append((list(task.read(samples.inputs[k], index).token_ids), samples.targets[k]))
        return found

    shape = Shape(
        len(vocabulary), recipe.embedding, recipe.hidden, len(task.classes), recipe.layers
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
        encode(kept),
        encode(held),
        samples.digest,
    )


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
    """Train to the end of the recipe; the best epoch on the held-out reviews is kept."""
    recipe = run.recipe
    weight = weigh_classes([y for _, y in run.train], len(run.task.classes), recipe.balance)
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
        for step, (ids, lengths, targets) in enumerate(batches, 1):
            run.optimiser.zero_grad()
            logits = classify(run.module, ids, lengths, recipe.dropout)
            loss = nn.functional.cross_entropy(logits, targets, weight)
            loss.backward()  # type: ignore[no-untyped-call]
            norm = nn.utils.clip_grad_norm_(run.module.parameters(), recipe.clip)
            run.optimiser.step()
            progress = Progress(run.epoch, step, len(batches), loss.item(), norm.item())
            if step < len(batches):
                yield progress
        accuracy = measure(run.module, run.held, recipe.steps)
        run.history.append(accuracy)
        if accuracy > run.best:
            run.best, run.best_state = accuracy, copy.deepcopy(run.module.state_dict())
        run.epoch += 1
        yield Progress(
            progress.epoch, progress.step, progress.steps, progress.loss, progress.norm, accuracy
        )


def weigh_classes(targets: Sequence[int], classes: int, balance: float) -> Tensor:
    """Give each class's weight in the loss ``[C]``: its rarity to the power of ``balance``."""
    counts = torch.bincount(torch.tensor(targets), minlength=classes).clamp(min=1)
    return (len(targets) / counts) ** balance


def classify(
    module: Plain | Unrolled, ids: Tensor, lengths: Tensor, dropout: float = 0.0
) -> Tensor:
    """Give the logits ``[B, C]`` at the last step of each sequence of ``ids [B, T]``."""
    x = module.embedding(ids)
    if dropout:
        # One mask for all steps of a sequence (Gal and Ghahramani 2016).
        x = x * nn.functional.dropout(torch.ones_like(x[:, :1]), dropout)
    h = module.recur(x)
    last = h[torch.arange(len(ids)), lengths - 1]
    if dropout:
        last = nn.functional.dropout(last, dropout)
    logits: Tensor = module.readout(last)
    return logits


def predict(
    module: Plain | Unrolled, rows: Sequence[tuple[list[int], int]], steps: int | None = None
) -> Iterator[dict[int, int]]:
    """Give the class of each row, by its place, batch by batch.

    ``steps`` cuts each sequence to its last ones.
    """
    module.eval()
    order = sorted(range(len(rows)), key=lambda k: len(rows[k][0]))
    for start in range(0, len(order), EVALUATED):
        places = order[start : start + EVALUATED]
        chosen = [rows[k] for k in places]
        ids, lengths, _ = _pad([(row[-steps:] if steps else row, y) for row, y in chosen])
        with torch.no_grad():
            found = classify(module, ids, lengths).argmax(1)
        yield dict(zip(places, found.tolist(), strict=True))


def measure(
    module: Plain | Unrolled, rows: Sequence[tuple[list[int], int]], steps: int | None = None
) -> float:
    """Give the share of right answers."""
    return sum(
        rows[k][1] == found for batch in predict(module, rows, steps) for k, found in batch.items()
    ) / len(rows)


def keep(run: Training, path: Path) -> None:
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


def restore(run: Training, path: Path) -> bool:
    """Go on from :func:`keep`; False where the file is of another recipe or other data."""
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


def _batch(run: Training, source: np.random.Generator) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Cut, crop and group the training reviews by length, then shuffle the groups."""
    recipe = run.recipe
    cut = []
    for row, target in run.train:
        length = min(len(row), recipe.steps)
        if source.random() < recipe.crop:
            # A random stretch, so that short texts are read well too.
            length = int(source.integers(min(20, length), length + 1))
            start = int(source.integers(0, len(row) - length + 1))
        else:
            start = len(row) - length
        cut.append((row[start : start + length], target))
    noise = source.uniform(0, 10, len(cut))
    order = np.argsort([len(row) for row, _ in cut] + noise, kind="stable")
    groups = [order[k : k + recipe.batch] for k in range(0, len(order), recipe.batch)]
    source.shuffle(groups)
    found = []
    for group in groups:
        ids, lengths, targets = _pad([cut[k] for k in group])
        if recipe.unknown:
            lost = torch.from_numpy(source.random(ids.shape) < recipe.unknown)
            ids[lost & (ids > 1)] = 1
        found.append((ids, lengths, targets))
    return found


def _pad(rows: Sequence[tuple[list[int], int]]) -> tuple[Tensor, Tensor, Tensor]:
    lengths = torch.tensor([len(row) for row, _ in rows])
    ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for k, (row, _) in enumerate(rows):
        ids[k, : len(row)] = torch.tensor(row)
    return ids, lengths, torch.tensor([target for _, target in rows])
