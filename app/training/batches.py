"""Samples -> labelled sequences -> padded batches -> outputs; training and evaluation share it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ..contracts import IGNORE_INDEX, Array, Integers, LabeledSequence, Samples, Task
from ..nn.answers import Answer, make_answer
from ..nn.network import Plain, Unrolled
from ..nn.ngrams import Spellings


class UnusableData(ValueError):
    """Data of which nothing can be trained or measured; the message is a sentence."""


def split_generated(task: Task, samples: Samples) -> tuple[list[int], list[int]]:
    """Give the places of the real samples and of the generated ones.

    Where all are generated, as a task's whole data may be, they stand for the real ones.
    """
    generated = task.is_generated(samples)
    real = [k for k, made_up in enumerate(generated) if not made_up]
    if not real:
        return list(range(len(generated))), []
    return real, [k for k, made_up in enumerate(generated) if made_up]


def encode_samples(
    task: Task, fitted: Any, samples: Samples, spellings: Spellings | None
) -> list[LabeledSequence]:
    """Read every sample as the task does with what it ``fitted``, for a module's ``spellings``.

    With them a token outside the vocabulary has an id of its own, beyond the embedding.
    """
    answer = make_answer(task)
    sequences = []
    for value, target in zip(samples.inputs, samples.targets, strict=True):
        encoding = task.read(value, fitted)
        inputs: Integers | Array
        if encoding.values is not None:
            inputs = encoding.values
        else:
            inputs = np.asarray(encoding.token_ids, dtype=np.int64)
            if spellings is not None:
                for step, known in enumerate(encoding.known):
                    if not known:
                        inputs[step] = spellings.identify(encoding.tokens[step])
        sequences.append(LabeledSequence(inputs, answer.label(encoding, target)))
    return sequences


def join_targets(sequences: Sequence[LabeledSequence]) -> Integers | Array:
    """Give what is right at every step where something is asked, one sequence after the other."""
    targets = np.concatenate([sequence.targets for sequence in sequences])
    if targets.ndim > 1:
        numbers: Array = targets[np.isfinite(targets).any(axis=1)]
        return numbers
    asked: Integers = targets[targets != IGNORE_INDEX]
    return asked


def pad_batch(sequences: Sequence[LabeledSequence]) -> tuple[Tensor, Tensor]:
    """Give inputs and targets ``[B, T]`` or ``[B, T, F]`` and ``[B, T, K]``.

    Past a sequence's end are row 0 or zeros, and ``IGNORE_INDEX`` or NaN.
    """
    longest = max(len(sequence.inputs) for sequence in sequences)
    inputs, targets = (
        torch.full(
            (len(sequences), longest, *first.shape[1:]),
            padding,
            dtype=torch.float32 if first.dtype == np.float64 else torch.long,
        )
        for first, padding in (
            (sequences[0].inputs, 0),
            (sequences[0].targets, IGNORE_INDEX),
        )
    )
    if targets.is_floating_point():
        targets.fill_(torch.nan)
    for k, sequence in enumerate(sequences):
        inputs[k, : len(sequence.inputs)] = torch.from_numpy(sequence.inputs)
        targets[k, : len(sequence.targets)] = torch.from_numpy(sequence.targets)
    return inputs, targets


def compute_outputs(
    module: Plain | Unrolled, answer: Answer, inputs: Tensor, targets: Tensor, dropout: float = 0.0
) -> Tensor:
    """Give the outputs ``[N, C]`` at the N steps of ``inputs [B, T, ...]`` that have a target."""
    x = module.embed(inputs)
    if dropout and module.embedding is not None:
        # One mask for all steps of a sequence (Gal and Ghahramani 2016). Numbers enter as they are:
        # they are few, and what is left without one of them is another question.
        x = x * nn.functional.dropout(torch.ones_like(x[:, :1]), dropout)
    h = module.recur(x)[answer.is_asked(targets)]
    if dropout:
        h = nn.functional.dropout(h, dropout)
    outputs: Tensor = module.readout(h) * module.output_std + module.output_mean
    return outputs
