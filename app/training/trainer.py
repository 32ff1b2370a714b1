"""Trains a network: one optimiser step per ``next()``, for the command line and for the page."""

from __future__ import annotations

import copy
import io
import math
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..contracts import (
    PAD,
    UNKNOWN_ROW,
    Cell,
    LabeledSequence,
    NumberTask,
    Recipe,
    Samples,
    Scaling,
    Task,
    TokenTask,
)
from ..files import replace_file
from ..nn.answers import make_answer
from ..nn.checkpoint import rename_recipe
from ..nn.network import Plain, Shape, Unrolled, build_plain
from .batches import (
    UnusableData,
    compute_outputs,
    encode_samples,
    join_targets,
    pad_batch,
    split_generated,
)
from .calibration import Calibration, fold_temperature
from .evaluation import calibrate_network, measure
from .everyday import leave_out_everyday

LENGTH_NOISE = 10.0  # steps: sequences whose lengths differ by less may share a batch


class Diverged(ArithmeticError):
    """The loss or its gradient is no finite number any more; the message is a sentence."""


class UnusableState(ValueError):
    """A stopped run that cannot be gone on with; the message says why."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands after one optimiser step.

    ``grad_norm`` is the gradient's 2-norm before clipping; ``validation`` the task's figure on what
    was held out, given at the end of each epoch.
    """

    epoch: int
    step: int
    steps: int
    loss: float
    grad_norm: float
    validation: float | None = None


@dataclass(slots=True)
class Training:
    """Everything a run needs to go on from where it stopped."""

    task: Task
    cell: type[Cell]
    recipe: Recipe
    vocabulary: list[str]  # empty where numbers enter
    scaling: Scaling | None  # of these
    module: Plain | Unrolled
    optimiser: torch.optim.Optimizer
    train: list[LabeledSequence]
    validation: list[LabeledSequence]
    generated: list[LabeledSequence]  # held out as well, and chooses nothing
    digest: str
    averaged: AveragedModel | None = None  # the moving average of `module`, where one is kept
    epoch: int = 0
    best: float | None = None
    best_state: Mapping[str, Tensor] = field(default_factory=dict)
    history: list[float] = field(default_factory=list)
    generated_score: float | None = None
    calibration: Calibration | None = None
    finished: bool = False

    @property
    def measured(self) -> Plain | Unrolled:
        """The network that is measured and kept: the average, where one is kept."""
        return self.module if self.averaged is None else cast("Plain", self.averaged.module)

    def describe(self) -> dict[str, Any]:
        """Give the facts that a model file tells of its training."""
        validation: dict[str, Any] = {self.task.figure.name: self.best, "history": self.history}
        if self.generated_score is not None:
            validation["generated"] = {
                self.task.figure.name: self.generated_score,
                "samples": len(join_targets(self.generated)),
            }
        calibrated = {} if self.calibration is None else {"calibration": self.calibration._asdict()}
        return {
            "recipe": asdict(self.recipe),
            "data": {
                "train": len(join_targets(self.train)),
                "validation": len(join_targets(self.validation)),
                "sha256": self.digest,
            },
            "validation": validation,
            **calibrated,
        }


def prepare(task: Task, cell: type[Cell], samples: Samples, recipe: Recipe) -> Training:
    """Split, index and initialise. What is held out gives no words to the vocabulary.

    Everyday sentences that occur among the samples are left out.

    Raises :class:`UnusableData` where there is nothing to hold out.
    """
    torch.manual_seed(recipe.seed)
    train, held = task.hold_out(leave_out_everyday(task, samples), recipe)
    if not train.inputs or not held.inputs:
        raise UnusableData(f"{len(samples.inputs)} training samples are too few to hold some out")
    vocabulary, scaling, inputs = [], None, recipe.embedding_dim
    fitted: Any
    if isinstance(task, TokenTask):
        vocabulary = task.build_vocabulary(train.inputs, recipe.vocabulary_size)
        fitted = {token: row for row, token in enumerate(vocabulary)}
    elif isinstance(task, NumberTask):
        fitted = scaling = task.fit_scaling(train.inputs)
        inputs = len(scaling.mean)
    shape = Shape(
        len(vocabulary),
        inputs,
        recipe.hidden_size,
        make_answer(task).outputs,
        recipe.num_layers,
        recipe.bidirectional,
        recipe.ngram_rows,
    )
    module = build_plain(cell, shape)
    initialise(module, cell, recipe)
    validation, generated = (
        [
            task.trim(row, recipe)
            for row in encode_samples(task, fitted, held.select(places), module.spellings)
        ]
        for places in split_generated(task, held)
    )
    learnt = encode_samples(task, fitted, train, module.spellings)
    if task.quantities:
        targets = torch.from_numpy(join_targets(learnt)).float()
        module.output_mean = targets.nanmean(0)
        module.output_std = (targets - module.output_mean).square().nanmean(0).sqrt()
    optimiser = torch.optim.Adam(
        module.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    return Training(
        task,
        cell,
        recipe,
        vocabulary,
        scaling,
        module,
        optimiser,
        learnt,
        validation,
        generated,
        samples.digest,
        average(module, recipe.average_decay) if recipe.average_decay else None,
    )


def average(module: nn.Module, decay: float) -> AveragedModel:
    """Copy a network into the exponential moving average of its weights (Polyak and Juditsky 1992).

    Averaged weights read what they never saw better than the last ones do (Izmailov et al. 2018).
    """
    mean = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
    return AveragedModel(module, multi_avg_fn=mean)


def initialise(module: Plain | Unrolled, cell: type[Cell], recipe: Recipe) -> None:
    """Scale the embeddings, make the recurrence orthogonal where asked, open the forget gate.

    The last is Jozefowicz et al. (2015): ``recipe.forget_bias`` is put into ``bias_hh`` alone,
    since PyTorch's two bias vectors add up; into ``bias_ih`` where a cell has no other. It concerns
    cells with a signal whose role is forget.
    """
    roles = [signal.role for signal in cell.signals if signal.kind != "state"]
    forget_vector = "bias_hh" if "bias_hh" in cell.shapes(1, 1) else "bias_ih"
    with torch.no_grad():
        for embedding in filter(None, (module.embedding, module.ngram_embedding)):
            embedding.weight.mul_(recipe.embedding_scale)
        for name, value in module.recurrent.named_parameters():
            if name.startswith("weight_hh") and recipe.orthogonal_init:
                for block in torch.split(value, recipe.hidden_size):
                    nn.init.orthogonal_(block)
            elif name.startswith("bias"):
                value.zero_()
                if name.startswith(forget_vector) and "forget" in roles:
                    torch.split(value, recipe.hidden_size)[roles.index("forget")].fill_(
                        recipe.forget_bias
                    )


def train(run: Training) -> Iterator[Progress]:
    """Train to the end of the recipe; the best epoch on what is held out is kept.

    Raises :class:`UnusableData` where no sequence is long enough, :class:`Diverged` where the loss
    or the gradient is no longer finite.
    """
    recipe, answer = run.recipe, make_answer(run.task)
    weights = weigh_outputs(run)
    while run.epoch < recipe.epochs_run:
        # Seeded by epoch, so that a run that was stopped goes on with the same batches.
        source = np.random.default_rng((recipe.seed, run.epoch))
        torch.manual_seed(recipe.seed * 1_000 + run.epoch)
        batches = draw_batches(run, source)
        progress = Progress(run.epoch, 0, len(batches), 0.0, 0.0)
        for group in run.optimiser.param_groups:
            group["lr"] = anneal(recipe, run.epoch)
        for step, (inputs, targets) in enumerate(batches, 1):
            run.optimiser.zero_grad()
            outputs = compute_outputs(run.module, answer, inputs, targets, recipe.dropout)
            loss = answer.lose(outputs, targets[answer.is_asked(targets)], weights)
            loss.backward()  # type: ignore[no-untyped-call]
            norm = nn.utils.clip_grad_norm_(run.module.parameters(), recipe.max_grad_norm)
            progress = Progress(run.epoch, step, len(batches), loss.item(), norm.item())
            if not math.isfinite(progress.loss + progress.grad_norm):
                raise Diverged(
                    f"In epoch {run.epoch + 1} the loss is {progress.loss} and its gradient's norm "
                    f"{progress.grad_norm}: training has diverged. Try a smaller learning_rate"
                )
            run.optimiser.step()
            if run.averaged is not None:
                run.averaged.update_parameters(run.module)
            if step < len(batches):
                yield progress
        reached = measure(run.measured, answer, run.validation).get(run.task.figure)
        run.history.append(reached)
        if run.task.figure.is_better(reached, run.best):
            run.best, run.best_state = reached, copy.deepcopy(run.measured.state_dict())
        run.epoch += 1
        yield Progress(
            progress.epoch,
            progress.step,
            progress.steps,
            progress.loss,
            progress.grad_norm,
            reached,
        )


def finish(run: Training) -> None:
    """Calibrate the best epoch, and measure it on the generated samples that were held out.

    The temperature is folded into the readout, so that every probability the model ever gives is
    calibrated; which class is the likeliest, and so the accuracy, stays as it is. Of numbers it is
    their scale that is folded in: the readout then gives them in a person's own units.
    """
    if run.finished:
        return
    run.finished = True
    run.module.load_state_dict(run.best_state)
    if run.generated:
        answer = make_answer(run.task)
        run.generated_score = measure(run.module, answer, run.generated).get(run.task.figure)
    if run.task.quantities:
        run.best_state = fold_scale(run.best_state, run.module)
        return
    run.calibration = calibrate_network(run.module, make_answer(run.task), run.validation)
    run.best_state = fold_temperature(run.best_state, run.calibration.temperature)


def anneal(recipe: Recipe, epoch: int) -> float:
    """Give an epoch's learning rate: half a cosine over ``recipe.epochs``.

    It is Loshchilov and Hutter's (2017), without restarts. A run that ends at ``stop_epoch`` has
    the rates of the longer one.
    """
    return 0.5 * recipe.learning_rate * (1 + math.cos(math.pi * epoch / recipe.epochs))


def fold_scale(state: Mapping[str, Tensor], module: Plain | Unrolled) -> dict[str, Tensor]:
    """Put the scale at which numbers were learnt into the readout's weight and bias."""
    mean, std = module.output_mean, module.output_std
    return {
        **state,
        "readout.weight": state["readout.weight"] * std[:, None],
        "readout.bias": state["readout.bias"] * std + mean,
    }


def weigh_outputs(run: Training) -> Tensor:
    """Give each output's weight in the loss ``[C]``.

    Of a class it is its rarity to the power of ``class_balance``; of a number what makes one
    standard deviation of each weigh alike.
    """
    if run.task.quantities:
        return run.module.output_std**-2
    return weigh_classes(run.train, len(run.task.classes), run.recipe.class_balance)


def weigh_classes(sequences: Sequence[LabeledSequence], classes: int, balance: float) -> Tensor:
    """Give each class's weight in the loss ``[C]``: its rarity to the power of ``balance``."""
    counts = np.bincount(join_targets(sequences), minlength=classes).clip(min=1)
    return torch.from_numpy((counts.sum() / counts) ** balance).float()


def save_state(run: Training, path: Path) -> None:
    """Write where a run stands, so that the same command can go on. Raises ``OSError``."""
    state = {
        "recipe": asdict(run.recipe) | {"digest": run.digest},
        "module": run.module.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "epoch": run.epoch,
        "best": run.best,
        "best_state": dict(run.best_state),
        "history": run.history,
    }
    if run.averaged is not None:
        state["averaged"] = run.averaged.state_dict()
    content = io.BytesIO()  # torch itself says "unexpected pos" where the disk is full
    torch.save(state, content)
    replace_file(path, content.getvalue())


def load_state(run: Training, path: Path) -> None:
    """Go on from :func:`save_state`. Raises :class:`UnusableState`, also for another run's file."""
    try:
        state = torch.load(path, weights_only=True)
        before = asdict(Recipe()) | rename_recipe(state["recipe"])
        now = asdict(run.recipe) | {"digest": run.digest}
        changed = [name for name in now if before.get(name) != now[name]]
        if not changed:
            run.module.load_state_dict(state["module"])
            run.optimiser.load_state_dict(state["optimiser"])
            if run.averaged is not None:
                run.averaged.load_state_dict(state["averaged"])
            run.epoch, run.best = state["epoch"], state["best"]
            run.best_state, run.history = state["best_state"], state["history"]
    except (
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        pickle.UnpicklingError,
    ) as error:
        raise UnusableState("it is no training of this network that can be read") from error
    if "digest" in changed:
        raise UnusableState("it is of a training on other data")
    if changed:
        told = ", ".join(f"{name} {before.get(name)}, now {now[name]}" for name in changed)
        raise UnusableState(f"it is of a training by another recipe ({told})")


def respell(run: Training) -> Tensor:
    """Give the id ``[V]`` by which each word of the vocabulary is read where it is dropped."""
    spellings = run.module.spellings
    if spellings is None:
        return torch.full((len(run.vocabulary),), UNKNOWN_ROW)
    return torch.tensor([spellings.identify(token) for token in run.vocabulary])


def use_one_thread() -> None:
    """Keep PyTorch and NumPy to one thread: two on small matrices are many times slower."""
    torch.set_num_threads(1)
    threadpool_limits(1, user_api="blas")


def draw_batches(run: Training, source: np.random.Generator) -> list[tuple[Tensor, Tensor]]:
    """Let the task cut its sequences, group the pieces by length, then shuffle the groups."""
    recipe = run.recipe
    pieces = [piece for row in run.train for piece in run.task.cut(row, recipe, source)]
    if not pieces:
        raise UnusableData(f"No training sequence has max_length {recipe.max_length} steps")
    noise = source.uniform(0, LENGTH_NOISE, len(pieces))
    order = np.argsort([len(piece.inputs) for piece in pieces] + noise, kind="stable")
    groups = [order[k : k + recipe.batch_size] for k in range(0, len(order), recipe.batch_size)]
    source.shuffle(groups)
    batches = [pad_batch([pieces[k] for k in places]) for places in groups]
    if recipe.word_dropout and run.vocabulary:
        pad, respelled = run.vocabulary.index(PAD), respell(run)
        for ids, _ in batches:
            dropped = torch.from_numpy(source.random(ids.shape) < recipe.word_dropout)
            dropped &= (ids != pad) & (ids < len(respelled))
            ids[dropped] = respelled[ids[dropped]]
    return batches
