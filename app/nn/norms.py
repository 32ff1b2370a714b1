"""The 2-norm of gradients, over the whole range of float64."""

from __future__ import annotations

import numpy as np

from ..contracts import Array


def measure_norms(values: Array) -> Array:
    """Give the 2-norm of every row of ``[T, H]``, without squaring small numbers to zero."""
    largest = np.abs(values).max(axis=-1, initial=0.0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    norms: Array = np.sqrt(((values / scale[..., None]) ** 2).sum(axis=-1)) * scale
    return norms
