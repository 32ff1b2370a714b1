"""A sound: samples at a rate, of one channel or of several."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field, FiniteFloat

from ..contracts import Array, InputKind, InvalidInput, Text
from ..limits import Strict
from ..sounds.mel import RATE
from ..sounds.resampling import resample_sound

LONGEST = 5.0  # seconds
RATES = (4_000, 192_000)  # samples a second
FAINTEST = 1e-3  # of the largest sample there can be: the noise of a good room is louder
CHANNELS = 8


class Samples(Strict):
    """Samples from -1 to 1, and how many of them there are in a second."""

    rate: int = Field(description="samples a second", examples=[RATE])
    samples: list[FiniteFloat] | list[list[FiniteFloat]] = Field(
        max_length=round(LONGEST * RATES[1]),
        description="[N], from -1 to 1; or [N, channels], of which the mean is heard",
        examples=[[0.0, 0.5, 0.0, -0.5]],
    )


class SoundInput(Strict):
    """A recording."""

    sound: Samples


class SoundKind(InputKind):
    """Its value is an array ``[N]`` from -1 to 1, at 8,000 samples a second."""

    title = Text("sound", "som")
    request = SoundInput

    def take(self, request: SoundInput) -> Array:
        rate, rows = request.sound.rate, request.sound.samples
        if not RATES[0] <= rate <= RATES[1]:
            raise InvalidInput(
                "value_out_of_range", "input.sound.rate", value=rate, low=RATES[0], high=RATES[1]
            )
        if not rows:
            raise InvalidInput("sound_silent", "input.sound.samples")
        if len(rows) > LONGEST * rate:
            raise InvalidInput(
                "sound_too_long",
                "input.sound.samples",
                seconds=f"{len(rows) / rate:.1f}",
                limit=f"{LONGEST:g}",
            )
        samples = np.array(_list_channels(rows), dtype=np.float64)  # [N, channels]
        outside = np.argwhere(np.abs(samples) > 1)
        if len(outside):
            raise InvalidInput("sound_value", f"input.sound.samples.{outside[0, 0]}")
        if np.abs(samples).max() < FAINTEST:
            raise InvalidInput("sound_silent", "input.sound.samples")
        # Between two samples at the very top the sound itself may go beyond it.
        return np.clip(resample_sound(samples.mean(axis=1), rate, RATE), -1, 1)

    def give(self, value: Array) -> dict[str, Any]:
        samples = np.asarray(value, dtype=np.float64).tolist()
        return {"sound": {"rate": RATE, "samples": samples}}


def _list_channels(rows: list[float] | list[list[float]]) -> list[list[float]]:
    listed = [row if isinstance(row, list) else [row] for row in rows]
    width = len(listed[0])
    for place, row in enumerate(listed):
        if len(row) != width or not 1 <= width <= CHANNELS:
            raise InvalidInput(
                "sound_channels", f"input.sound.samples.{place}", count=len(row), limit=CHANNELS
            )
    return listed


INPUT = SoundKind()
