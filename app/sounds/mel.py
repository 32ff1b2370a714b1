"""How loud a sound is in each of several bands of pitch, frame by frame.

A frame's power spectrum is summed under triangles that are evenly spaced on the mel scale (Davis
and Mermelstein 1980, Comparison of parametric representations for monosyllabic word recognition),
and told in decibels.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..contracts import Array

RATE = 8_000  # samples a second
FRAME, HOP = 256, 100  # samples: 32 ms, every 12.5 ms
BANDS = 32
LOWEST, HIGHEST = 60.0, 4_000.0  # Hz
FLOOR = -60.0  # dB below the loudest band of the loudest frame: nothing fainter is told
QUIET = -50.0  # dB: frames as quiet as that are silence where the sound begins or ends


def to_mel(frequency: Array) -> Array:
    """Turn Hz into mels (O'Shaughnessy 1987, Speech communication)."""
    mels: Array = 2595.0 * np.log10(1.0 + frequency / 700.0)
    return mels


def to_hertz(mels: Array) -> Array:
    """Turn mels into Hz."""
    frequency: Array = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    return frequency


def list_centres() -> Array:
    """Give the frequency at which each band begins, has its middle and ends: ``[BANDS + 2]``."""
    lowest, highest = to_mel(np.array([LOWEST, HIGHEST])).tolist()
    return to_hertz(np.linspace(lowest, highest, BANDS + 2))


@cache
def build_bands() -> Array:
    """Give how much of each frequency of a frame falls into each band: ``[FRAME // 2 + 1, B]``."""
    frequencies = np.fft.rfftfreq(FRAME, 1 / RATE)[:, None]
    centres = list_centres()
    lower, middle, upper = centres[:-2], centres[1:-1], centres[2:]
    rising = (frequencies - lower) / (middle - lower)
    falling = (upper - frequencies) / (upper - middle)
    # A low band may be narrower than a frequency of the spectrum: it then hears the nearest one.
    bands = np.maximum(0.0, np.minimum(rising, falling))
    empty = np.flatnonzero(~bands.any(axis=0))
    bands[np.abs(frequencies - middle[empty]).argmin(axis=0), empty] = 1.0
    return bands


def measure_bands(samples: Array) -> Array:
    """Give the loudness ``[T, BANDS]`` of ``samples [N]`` in dB, 0 the loudest, at least FLOOR.

    ``samples`` are at :data:`RATE`; what is shorter than a frame is one frame.
    """
    short = max(FRAME - len(samples), -(len(samples) - FRAME) % HOP)
    padded = np.pad(samples, (0, short))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    # A periodic Hann window, as a spectrum asks for.
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 @ build_bands()
    loudest = float(power.max())
    if loudest <= 0:
        return np.full_like(power, FLOOR)
    decibels: Array = 10 * np.log10(np.maximum(power / loudest, 10 ** (FLOOR / 10)))
    return decibels


def trim_silence(decibels: Array) -> Array:
    """Leave out the quiet frames before the first loud one of ``[T, BANDS]`` and after the last."""
    loud = np.flatnonzero(decibels.max(axis=1) > QUIET)
    return decibels[loud[0] : loud[-1] + 1] if len(loud) else decibels
