"""What leaving a token out does: the text is read again without it.

Occlusion by erasure (Li et al. 2016, Understanding neural networks through representation erasure).
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..cancellation import checkpoint
from ..contracts import Array, float64
from ..nn.network import Network

BATCH = 32  # texts that are read side by side


def omit_each(network: Network, x: Tensor) -> Array | None:
    """Give the answer at the end of the text without each token, ``[T, C]``.

    ``x [T, X]`` is what the first layer takes of every token. None of a single token, without which
    nothing is left to read.
    """
    steps = len(x)
    if steps < 2:
        return None
    left = torch.arange(steps - 1).expand(steps, -1)
    left = left + (left >= torch.arange(steps)[:, None])  # [T, T - 1], row t without t
    answers = []
    with torch.no_grad():
        for rows in torch.split(left, BATCH):
            checkpoint()
            logits = network.read_out_end(network.recur(x[rows]))
            answers.append(logits.softmax(dim=-1))
    return float64(torch.cat(answers))
