"""Measures a network on labelled sequences, and a model on its task's test data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..analysis.generation import run_free
from ..analysis.gradients import measure_decay
from ..analysis.probes import TEXT_LENGTH, correlate_units
from ..analysis.tracer import record
from ..contracts import Array, Cell, Figure, FreeRunning, LabeledSequence, Samples
from ..nn.answers import Answer, Prediction, make_answer
from ..nn.checkpoint import Model
from ..nn.network import Network, Plain, Shape, Unrolled, build_plain
from .batches import UnusableData, compute_outputs, encode_samples, pad_batch, split_generated
from .calibration import Calibration, calibrate, measure_calibration_error
from .everyday import grade_everyday

BATCH_SEQUENCES = 128  # in one batch of an evaluation, as long as they are short
BATCH_STEPS = 2**17  # steps in one, padding included
DECAY_TEXTS, DECAY_LENGTHS = 100, (60, 80)  # texts whose gradients are told, tokens of one


class Score(NamedTuple):
    """How well a network does: figures by name, over the ``steps`` asked."""

    figures: Mapping[str, float]
    steps: int

    def get(self, figure: Figure) -> float:
        """Return the figure that a task goes by."""
        return self.figures[figure.name]


def build_trained(
    cell: type[Cell], shape: Shape, weights: Mapping[str, Tensor]
) -> Plain | Unrolled:
    """Build the module that evaluation runs, from a model file's tensors."""
    module = build_plain(cell, shape)
    module.load_state_dict({name: value.float() for name, value in weights.items()})
    return module


def plan_batches(sequences: Sequence[LabeledSequence]) -> list[list[int]]:
    """Give the places of the sequences batch by batch, the short ones first."""
    batches: list[list[int]] = []
    for k in sorted(range(len(sequences)), key=lambda k: len(sequences[k].inputs)):
        room = min(BATCH_SEQUENCES, BATCH_STEPS // max(1, len(sequences[k].inputs)))
        if not batches or len(batches[-1]) >= room:
            batches.append([])
        batches[-1].append(k)
    return batches


def compute_answers(
    module: Plain | Unrolled, answer: Answer, sequences: Sequence[LabeledSequence]
) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Give places of sequences, their targets and the outputs ``[N, C]`` where one is asked."""
    for places in plan_batches(sequences):
        inputs, targets = pad_batch([sequences[k] for k in places])
        with torch.no_grad():
            yield places, targets, compute_outputs(module, answer, inputs, targets)


def predict(
    module: Plain | Unrolled, answer: Answer, sequences: Sequence[LabeledSequence]
) -> Iterator[dict[int, Prediction]]:
    """Give the prediction for each sequence, by its place, batch by batch."""
    for places, targets, outputs in compute_answers(module, answer, sequences):
        asked = answer.is_asked(targets)
        counts = asked.sum(1).tolist()
        parts = zip(torch.split(outputs, counts), torch.split(targets[asked], counts), strict=True)
        yield {
            k: answer.predict(given, wanted)
            for k, (given, wanted) in zip(places, parts, strict=True)
        }


def score(answer: Answer, predictions: Iterable[Prediction]) -> Score:
    """Take the mean over every step asked. Raises :class:`UnusableData` where none is."""
    total = list(predictions)
    steps = sum(len(prediction.answers) for prediction in total)
    if not steps:
        raise UnusableData("In these data nothing is asked: there is no right answer to compare to")
    return Score(answer.score(total), steps)


def measure(
    module: Plain | Unrolled, answer: Answer, sequences: Sequence[LabeledSequence]
) -> Score:
    """Run a network over every sequence and score it."""
    return score(
        answer,
        (one for batch in predict(module, answer, sequences) for one in batch.values()),
    )


def calibrate_network(
    module: Plain | Unrolled, answer: Answer, sequences: Sequence[LabeledSequence]
) -> Calibration:
    """Fit a temperature at every step of the sequences where an answer is asked."""
    answers = [
        (logits, targets[answer.is_asked(targets)])
        for _, targets, logits in compute_answers(module, answer, sequences)
    ]
    logits, wanted = (torch.cat(parts) for parts in zip(*answers, strict=True))
    return calibrate(logits, wanted)


def evaluate_model(
    model: Model,
    samples: Samples,
    report: Callable[[float], None] = lambda share: None,
    learned: Samples | None = None,
) -> dict[str, Any]:
    """Give the facts that a model file tells under ``test``; ``report`` hears the share done.

    They are the answer's figures, the expected calibration error of classes (``ece``, of real
    samples where there are any) and what the task grades in its own way, which may be of a part of
    the samples. ``learned`` is what was trained on: a task may measure baselines fitted to it.
    Raises :class:`UnusableData`.
    """
    module, answer = build_trained(model.cell, model.shape, model.weights), make_answer(model.task)
    sequences = encode_samples(model.task, model.fitted, samples, module.spellings)
    predictions: dict[int, Prediction] = {}
    for batch in predict(module, answer, sequences):
        predictions |= batch
        report(len(predictions) / len(sequences))
    overall = score(answer, predictions.values())
    facts: dict[str, Any] = {**overall.figures, "samples": overall.steps}
    if model.task.classes:
        real, _ = split_generated(model.task, samples)
        facts["ece"] = measure_calibration_error(
            np.concatenate([predictions[k].confidences for k in real]),
            np.concatenate([predictions[k].hits for k in real]),
        )
        if model.task.figure.name != "bits":
            del facts["bits"]
    answers = [predictions[k].answers for k in range(len(sequences))]
    graded = model.task.grade(samples, answers, learned)
    facts |= {"sha256": samples.digest, **graded}
    if learned is not None:
        facts |= measure_free_run(model, samples, learned)
    return facts


def measure_free_run(model: Model, samples: Samples, learned: Samples) -> dict[str, Any]:
    """Give the fact under ``free_run``: how far off a network is that reads its own forecasts.

    Empty where the task cannot be run so.
    """
    task, scaling = model.task, model.scaling
    if not isinstance(task, FreeRunning) or not task.runs_free or scaling is None:
        return {}
    network = Network(model.cell, model.shape, model.weights)
    (rows,) = samples.inputs
    written: dict[int, Array] = {}
    for origin in task.choose_origins(samples):
        encoding = task.read(rows[:origin], scaling)
        steps = run_free(network, task, scaling, encoding, length=task.free_run_length)
        written[origin] = np.array([step.values[0] for step in steps])
    return {"free_run": task.grade_free_run(samples, written, learned)}


def measure_everyday(model: Model) -> dict[str, Any]:
    """Give the facts under ``everyday``: the task's everyday sentences, by language and kind.

    Empty where the task has none.
    """
    texts = [sentence.text for kind in model.task.everyday for sentence in kind.sentences]
    if not texts:
        return {}
    # Any target will do: it says at which step the answer is read.
    module, answer = build_trained(model.cell, model.shape, model.weights), make_answer(model.task)
    samples = Samples(texts, [0] * len(texts), "")
    sequences = encode_samples(model.task, model.fitted, samples, module.spellings)
    found = {k: one for batch in predict(module, answer, sequences) for k, one in batch.items()}
    answers = [found[k] for k in range(len(texts))]
    return grade_everyday(
        model.task,
        [int(given.answers[-1]) for given in answers],
        [float(given.confidences[-1]) for given in answers],
    )


def measure_test_decay(model: Model, samples: Samples) -> dict[str, Any]:
    """Give the facts under ``decay``: what is left of the gradient, in the middle of many texts.

    They are the first :data:`DECAY_TEXTS` real ones of :data:`DECAY_LENGTHS` tokens; the loss is at
    the last step, for the text's own class. ``remaining`` tells by state and distance in steps the
    share of ``||dLoss/dstate||`` that is left: its median over the texts, and what it exceeds on
    one in ten. Empty where there are fewer than ten such texts.
    """
    network = Network(model.cell, model.shape, model.weights)
    shortest, longest = DECAY_LENGTHS
    shares: dict[str, dict[str, list[float]]] = {}
    count = 0
    for place in split_generated(model.task, samples)[0]:
        target = samples.targets[place]
        encoding = model.task.read(samples.inputs[place], model.fitted)
        if target is None or not shortest <= len(encoding.tokens) <= longest:
            continue
        wanted = model.task.classes[target]
        trace = record(network, model.task, encoding, wanted, at_end=True)
        for name, norms in trace.norms.items():
            if name.rpartition(".")[2] not in model.cell.states:
                continue
            for distance, share in measure_decay(norms).remaining.items():
                if distance > 1 and share is not None:
                    shares.setdefault(name, {}).setdefault(str(distance), []).append(share)
        count += 1
        if count == DECAY_TEXTS:
            break
    if count < 10:
        return {}
    remaining = {
        name: {
            distance: {
                "median": float(np.median(values)),
                "high": float(np.quantile(values, 0.9)),
            }
            for distance, values in by_distance.items()
        }
        for name, by_distance in shares.items()
    }
    return {"samples": count, "shortest": shortest, "longest": longest, "remaining": remaining}


def probe_units(model: Model, samples: Samples) -> dict[str, Any]:
    """Give the facts under ``units``: of each property of the text, the units that follow it best.

    The same share of every text is read, about ``TEXT_LENGTH`` characters in all.
    """
    share = min(1.0, TEXT_LENGTH / sum(map(len, samples.inputs)))
    text = "".join(one[: round(share * len(one))] for one in samples.inputs)
    encoding = model.task.read(text, model.fitted)
    network = Network(model.cell, model.shape, model.weights)
    followers = correlate_units(network, encoding)
    return {
        "samples": len(text),
        "sha256": samples.digest,
        "followed": {
            name: [
                {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(unit).items()}
                for unit in best
            ]
            for name, best in followers.items()
        },
    }
