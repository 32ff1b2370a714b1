"""Samples -> labelled sequences -> padded batches -> logits; training and evaluation share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..contracts import IGNORE_INDEX, Integers, LabeledSequence, Samples, Task
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
    task: Task, index: Mapping[str, int], samples: Samples, spellings: Spellings | None
) -> list[LabeledSequence]:
    """Read every sample as the task does, for the module whose ``spellings`` are given.

    With them a token outside the vocabulary has an id of its own, beyond the embedding.
    """
    sequences = []
    for text, target in zip(samples.inputs, samples.targets, strict=True):
        encoding = task.read(text, index)
        ids = np.asarray(encoding.token_ids, dtype=np.int64)
        if spellings is not None:
            for step, known in enumerate(encoding.known):
                if not known:
                    ids[step] = spellings.identify(encoding.tokens[step])
        sequences.append(LabeledSequence(ids, task.find_targets(encoding, target)))
    return sequences


def join_targets(sequences: Sequence[LabeledSequence]) -> Integers:
    """Give the class asked for at every step where one is asked, one sequence after the other."""
    targets = np.concatenate([sequence.targets for sequence in sequences])
    asked: Integers = targets[targets != IGNORE_INDEX]
    return asked


def pad_batch(sequences: Sequence[LabeledSequence]) -> tuple[Tensor, Tensor]:
    """Give ids and targets ``[B, T]``; past a sequence's end are row 0 and ``IGNORE_INDEX``."""
    longest = max(len(sequence.ids) for sequence in sequences)
    ids = torch.zeros(len(sequences), longest, dtype=torch.long)
    targets = torch.full((len(sequences), longest), IGNORE_INDEX)
    for k, sequence in enumerate(sequences):
        ids[k, : len(sequence.ids)] = torch.from_numpy(sequence.ids)
        targets[k, : len(sequence.targets)] = torch.from_numpy(sequence.targets)
    return ids, targets


def compute_logits(
    module: Plain | Unrolled, ids: Tensor, targets: Tensor, dropout: float = 0.0
) -> Tensor:
    """Give the logits ``[N, C]`` at the N steps of ``ids [B, T]`` that have a target."""
    x = module.embed(ids)
    if dropout:
        # One mask for all steps of a sequence (Gal and Ghahramani 2016).
        x = x * nn.functional.dropout(torch.ones_like(x[:, :1]), dropout)
    h = module.recur(x)[targets != IGNORE_INDEX]
    if dropout:
        h = nn.functional.dropout(h, dropout)
    logits: Tensor = module.readout(h)
    return logits
