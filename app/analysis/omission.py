"""What leaving a step out does: the input is read again without it.

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
    """Give what the readout gives at the end of the input without each step, ``[T, C]``.

    ``x [T, X]`` is what the first layer takes of every step. None of a single one, without which
    nothing is left to read.
    """
    steps = len(x)
    if steps < 2:
        return None
    left = torch.arange(steps - 1).expand(steps, -1)
    left = left + (left >= torch.arange(steps)[:, None])  # [T, T - 1], row t without t
    outputs = []
    with torch.no_grad():
        for rows in torch.split(left, BATCH):
            checkpoint()
            outputs.append(network.read_out_end(network.recur(x[rows])))
    return float64(torch.cat(outputs))
