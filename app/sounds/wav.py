"""Reads a WAV file, and the recordings that are shipped as examples."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np

from ..contracts import Array

DATA = Path(__file__).parent / "data"


def read_wav(content: bytes) -> tuple[Array, int]:
    """Give the samples ``[N]`` from -1 to 1, the mean of all channels, and the rate.

    Raises ``ValueError`` for what is no WAV of 16-bit integers.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"no WAV that can be read ({error})") from error
    if width != 2:
        raise ValueError(f"a WAV of {8 * width} bits, expected 16")
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], dtype="<i2")
    return samples.reshape(-1, channels).mean(axis=1) / 2**15, rate


def read_recording(name: str) -> Array:
    """Give the samples of a file of ``data/``, rounded as they travel."""
    samples, _ = read_wav((DATA / f"{name}.wav").read_bytes())
    return samples.round(5)
