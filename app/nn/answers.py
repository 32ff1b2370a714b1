"""What a network's outputs mean, one of several classes or numbers, and the loss that goes with it.

T steps, C outputs of the readout, N steps at which something is asked.
"""

from __future__ import annotations

import math
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from ..contracts import (
    IGNORE_INDEX,
    Array,
    Encoding,
    Integers,
    InvalidInput,
    Task,
    Trace,
)


class Outcome(NamedTuple):
    """What one run answers, its loss, and the loss's gradient at the outputs.

    ``told`` are the fields of a :class:`Trace` that tell the answer.
    """

    told: Mapping[str, Any]
    loss: float
    grad_outputs: Array  # [T, C]


class Prediction(NamedTuple):
    """What a network answers over one sequence, at the N steps where something is asked."""

    answers: Integers | Array  # [N], the likeliest class; or [N, K], the numbers
    hits: NDArray[np.bool_]  # [N], whether the class is the right one
    confidences: Array  # [N], the class's probability
    lost: Array  # by what the figures are means of, see `Answer.score`


class Answer(ABC):
    """The outputs of one task's networks."""

    def __init__(self, task: Task) -> None:
        self.task = task

    @property
    @abstractmethod
    def outputs(self) -> int:
        """The size of the readout, C."""

    @abstractmethod
    def find_targets(
        self, encoding: Encoding, target: str | None, *, at_end: bool
    ) -> Integers | Array:
        """Give what is right at each step of an input: ``[T]`` or ``[T, K]``.

        Raises :class:`InvalidInput` for a ``target`` that the task does not know. ``at_end`` asks
        at the last step alone, for what the network itself answers where nobody names a target.
        """

    @abstractmethod
    def measure(
        self,
        encoding: Encoding,
        outputs: Array,
        targets: Integers | Array,
        target: str | None = None,
    ) -> Outcome:
        """Turn ``outputs [T, C]`` into the answer, and measure the loss against ``targets``.

        ``target`` is the one that a person named.
        """

    @abstractmethod
    def differentiate_end(self, trace: Trace) -> Array:
        """Give dLoss/doutputs ``[T, C]`` of a run whose loss is at its last step."""

    @abstractmethod
    def label(self, encoding: Encoding, target: int | None) -> Integers | Array:
        """Give the targets of a sample to learn from, those of a ``LabeledSequence``."""

    @abstractmethod
    def is_asked(self, targets: Tensor) -> Tensor:
        """Say at which steps of ``[B, T]`` or ``[B, T, K]`` something is asked."""

    @abstractmethod
    def lose(self, outputs: Tensor, wanted: Tensor, weights: Tensor | None = None) -> Tensor:
        """Give the loss of ``outputs [N, C]`` at the steps asked."""

    @abstractmethod
    def predict(self, outputs: Tensor, wanted: Tensor) -> Prediction:
        """Compare ``outputs [N, C]`` at the steps asked of one sequence to what is right."""

    @abstractmethod
    def score(self, predictions: Sequence[Prediction]) -> dict[str, float]:
        """Give the figures over all predictions by name."""


class ClassAnswer(Answer):
    """One of the task's classes at a step; the loss is the mean cross-entropy, in nats."""

    @property
    def outputs(self) -> int:
        return len(self.task.classes)

    def find_targets(self, encoding: Encoding, target: str | None, *, at_end: bool) -> Integers:
        classes = self.task.classes
        if target is not None and target not in classes:
            raise InvalidInput(
                "unknown_class",
                "target",
                name=target[:80],
                known=textwrap.shorten(", ".join(classes), 200, placeholder=" …"),
            )
        place = None if target is None else classes.index(target)
        targets = self.task.find_targets(encoding, place)
        return np.full_like(targets, IGNORE_INDEX) if at_end and place is None else targets

    def measure(
        self,
        encoding: Encoding,
        outputs: Array,
        targets: Integers | Array,
        target: str | None = None,
    ) -> Outcome:
        classes = self.task.classes
        shifted = outputs - outputs.max(axis=1, keepdims=True)
        log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        probabilities = np.exp(log_probabilities)
        preferred = int(np.argmax(probabilities[-1]))
        filled = fill_targets(np.asarray(targets, dtype=np.int64), preferred)
        asked = np.flatnonzero(filled != IGNORE_INDEX)
        told = {
            "classes": classes,
            "probabilities": probabilities,
            "values": np.zeros((len(outputs), 0)),
            "target_values": np.zeros((len(outputs), 0)),
            "target": target or classes[preferred],
            "targets": tuple(None if k == IGNORE_INDEX else classes[k] for k in filled.tolist()),
        }
        loss = -float(np.mean(log_probabilities[asked, filled[asked]]))
        return Outcome(told, loss, differentiate_loss(probabilities, filled))

    def differentiate_end(self, trace: Trace) -> Array:
        targets = np.full(len(trace.tokens), IGNORE_INDEX)
        targets[-1] = trace.classes.index(trace.target)
        return differentiate_loss(trace.probabilities, targets)

    def label(self, encoding: Encoding, target: int | None) -> Integers:
        return self.task.find_targets(encoding, target)

    def is_asked(self, targets: Tensor) -> Tensor:
        return targets != IGNORE_INDEX

    def lose(self, outputs: Tensor, wanted: Tensor, weights: Tensor | None = None) -> Tensor:
        return nn.functional.cross_entropy(outputs, wanted, weights)

    def predict(self, outputs: Tensor, wanted: Tensor) -> Prediction:
        lost = nn.functional.cross_entropy(outputs, wanted, reduction="none").double()
        confidences, likeliest = outputs.double().softmax(1).max(1)
        hits = (likeliest == wanted).numpy()
        return Prediction(likeliest.numpy(), hits, confidences.numpy(), lost.numpy())

    def score(self, predictions: Sequence[Prediction]) -> dict[str, float]:
        steps = sum(len(prediction.answers) for prediction in predictions)
        return {
            "accuracy": sum(int(prediction.hits.sum()) for prediction in predictions) / steps,
            "bits": sum(float(one.lost.sum()) for one in predictions) / steps / math.log(2),
        }


class NumberAnswer(Answer):
    """The task's quantities at a step, in a person's own units.

    The output is added to the encoding's ``offsets``, where it has any. The loss is the mean
    squared error; where nothing is asked it is the first quantity at the last step itself.
    """

    @property
    def outputs(self) -> int:
        return len(self.task.quantities)

    def find_targets(self, encoding: Encoding, target: str | None, *, at_end: bool) -> Array:
        if target is not None:
            raise InvalidInput("unknown_class", "target", name=target[:80], known="-")
        nothing = np.full((len(encoding.tokens), self.outputs), np.nan)
        if at_end or encoding.target_values is None:
            return nothing
        return encoding.target_values

    def measure(
        self,
        encoding: Encoding,
        outputs: Array,
        targets: Integers | Array,
        target: str | None = None,
    ) -> Outcome:
        values = outputs if encoding.offsets is None else outputs + encoding.offsets
        asked = np.isfinite(targets)
        grad = np.zeros_like(values)
        if asked.any():
            errors = np.where(asked, values - np.nan_to_num(targets), 0.0)
            count = int(asked.sum())
            loss, grad = float((errors**2).sum() / count), 2.0 * errors / count
        else:
            loss, grad[-1, 0] = float(values[-1, 0]), 1.0
        told = {
            "classes": (),
            "probabilities": np.zeros((len(values), 0)),
            "target": "",
            "targets": (None,) * len(values),
            "values": values,
            "target_values": targets,
        }
        return Outcome(told, loss, grad)

    def differentiate_end(self, trace: Trace) -> Array:
        grad = np.zeros_like(trace.values)
        grad[-1, 0] = 1.0
        return grad

    def label(self, encoding: Encoding, target: int | None) -> Array:
        assert encoding.target_values is not None, "a sample to learn from has right answers"
        targets = encoding.target_values
        return targets if encoding.offsets is None else targets - encoding.offsets

    def is_asked(self, targets: Tensor) -> Tensor:
        return targets.isfinite().any(-1)

    def lose(self, outputs: Tensor, wanted: Tensor, weights: Tensor | None = None) -> Tensor:
        asked = wanted.isfinite()
        # The gradient of a NaN that is left out of a mean is NaN all the same: none may come up.
        squares = (outputs - wanted.masked_fill(~asked, 0.0)).square()
        return (squares if weights is None else squares * weights)[asked].mean()

    def predict(self, outputs: Tensor, wanted: Tensor) -> Prediction:
        errors = (outputs - wanted).double().numpy()  # NaN where nothing is asked
        nothing = np.zeros(len(errors))
        return Prediction(outputs.double().numpy(), nothing.astype(np.bool_), nothing, errors)

    def score(self, predictions: Sequence[Prediction]) -> dict[str, float]:
        """Give the mean absolute and the root mean squared error, each a mean over quantities."""
        errors = np.concatenate([prediction.lost for prediction in predictions])  # [N, K]
        return {
            "mae": float(np.nanmean(np.abs(errors), axis=0).mean()),
            "rmse": float(np.sqrt(np.nanmean(errors**2, axis=0)).mean()),
        }


def make_answer(task: Task) -> Answer:
    """Give what the outputs of a task's networks mean."""
    return NumberAnswer(task) if task.quantities else ClassAnswer(task)


def measure_target(trace: Trace, outputs: Array) -> Array:
    """Give the probability ``[N]`` that N other ``outputs [N, C]`` give to a trace's target."""
    exponentials = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    place = trace.classes.index(trace.target)
    probabilities: Array = exponentials[:, place] / exponentials.sum(axis=1)
    return probabilities


def fill_targets(targets: Integers, preferred: int) -> Integers:
    """Ask for the class preferred at the last step where nothing else is asked."""
    if (targets != IGNORE_INDEX).any():
        return targets
    filled = targets.copy()
    filled[-1] = preferred
    return filled


def differentiate_loss(probabilities: Array, targets: Integers) -> Array:
    """Give dLoss/dlogits ``[T, C]`` of the mean cross-entropy over the steps that have a target."""
    asked = np.flatnonzero(targets != IGNORE_INDEX)
    grad_logits = np.zeros_like(probabilities)
    grad_logits[asked] = probabilities[asked] / len(asked)
    grad_logits[asked, targets[asked]] -= 1.0 / len(asked)
    return grad_logits
