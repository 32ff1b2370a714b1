"""Brings a sound to another rate of samples without folding what the new rate cannot hold."""

from __future__ import annotations

import numpy as np

from ..contracts import Array

ZERO_CROSSINGS = 24  # of the sinc, on each side
BLOCK = 2_048  # new samples at a time, which bounds the memory


def resample_sound(samples: Array, rate: int, wanted: int) -> Array:
    """Interpolate ``samples [N]`` at ``rate`` a second at ``wanted`` a second instead.

    The kernel is a sinc under a Hann window, which cuts at half of the lower rate (Smith and
    Gossett 1984, A flexible sampling-rate conversion method). There is silence around the sound.
    """
    if rate == wanted:
        return samples
    low = min(1.0, wanted / rate)  # of the old rate's half
    reach = int(np.ceil(ZERO_CROSSINGS / low))
    padded = np.pad(samples, reach + 1)
    count = -(-len(samples) * wanted // rate)
    resampled = np.empty(count)
    around = np.arange(-reach, reach + 1)
    for start in range(0, count, BLOCK):
        times = np.arange(start, min(start + BLOCK, count)) * (rate / wanted)
        nearest = np.round(times).astype(np.int64)
        places = nearest[:, None] + around
        distance = (times[:, None] - places) * low  # in zero crossings
        window = np.cos(np.pi / 2 * np.clip(distance / ZERO_CROSSINGS, -1, 1)) ** 2
        kernel = low * np.sinc(distance) * window
        resampled[start : start + BLOCK] = (padded[places + reach + 1] * kernel).sum(axis=1)
    return resampled
