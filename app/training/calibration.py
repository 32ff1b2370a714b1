"""Temperature scaling: how sure a network says it is, fitted to how often it is right.

Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", section 4.2: the
logits are divided by one number T, fitted on samples held out. The likeliest class stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from ..contracts import Array

BINS = 15  # of confidence, as in the paper
TEMPERATURES = (0.05, 20.0)  # what is searched
SEARCH_STEPS = 40  # each leaves 0.618 of the interval of log T: 1e-8 of it in the end


class Calibration(NamedTuple):
    """A fitted temperature, the answers it was fitted on, the error before and after."""

    temperature: float
    samples: int
    ece_before: float
    ece_after: float


def measure_calibration_error(
    confidences: Array, hits: NDArray[np.bool_], bins: int = BINS
) -> float:
    """Give the expected calibration error of N answers (Guo et al. 2017, equation 3).

    Answers fall into ``bins`` of equal width by the probability of the likeliest class, each bin
    open below and closed above. The error is the mean over the answers of how far the bin's share
    of right ones is from its mean probability: 0 where "80 % sure" is right in 80 % of cases.
    """
    places = np.clip(np.ceil(np.asarray(confidences) * bins).astype(np.int64) - 1, 0, bins - 1)
    sure = np.bincount(places, weights=confidences, minlength=bins)
    right = np.bincount(places, weights=hits, minlength=bins)
    return float(np.abs(sure - right).sum() / len(confidences))


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """Give the T that makes the cross-entropy of ``logits / T`` smallest, by golden section.

    ``logits`` is ``[N, C]``, ``targets [N]``. The cross-entropy is convex in 1 / T, so it has one
    minimum along log T as well; where that lies beyond ``TEMPERATURES``, its end is taken.
    """
    logits = logits.double()

    def lose(log_temperature: float) -> float:
        return float(nn.functional.cross_entropy(logits / np.exp(log_temperature), targets))

    golden = (np.sqrt(5) - 1) / 2
    low, high = np.log(TEMPERATURES)
    left, right = high - golden * (high - low), low + golden * (high - low)
    lost_left, lost_right = lose(left), lose(right)
    for _ in range(SEARCH_STEPS):
        if lost_left <= lost_right:
            high, right, lost_right = right, left, lost_left
            left = high - golden * (high - low)
            lost_left = lose(left)
        else:
            low, left, lost_left = left, right, lost_right
            right = low + golden * (high - low)
            lost_right = lose(right)
    best = (low + high) / 2
    return float(np.exp(best)) if lose(best) < lose(0.0) else 1.0


def fold_temperature(state: Mapping[str, Tensor], temperature: float) -> dict[str, Tensor]:
    """Divide the readout's weight and bias by T: its logits are then divided by T, nothing else."""
    return {
        name: value / temperature if name.startswith("readout.") else value
        for name, value in state.items()
    }


def calibrate(logits: Tensor, targets: Tensor) -> Calibration:
    """Fit the temperature of ``logits [N, C]`` whose right classes are ``targets [N]``."""
    temperature = fit_temperature(logits, targets)
    before, after = (_measure(logits.double() / scale, targets) for scale in (1.0, temperature))
    return Calibration(temperature, len(targets), before, after)


def _measure(logits: Tensor, targets: Tensor) -> float:
    confidences, likeliest = logits.softmax(1).max(1)
    return measure_calibration_error(confidences.numpy(), (likeliest == targets).numpy())
