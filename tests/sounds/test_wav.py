from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from gatescope.sounds.wav import DATA, read_recording, read_wav


def write_wav(samples: list[list[int]], rate: int = 8_000, width: int = 2) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(len(samples[0]))
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(np.array(samples).astype(f"<i{width}").tobytes())
    return content.getvalue()


def test_samples_lie_between_minus_one_and_one_and_channels_are_averaged() -> None:
    samples, rate = read_wav(write_wav([[-(2**15)], [0], [2**14]], rate=44_100))
    assert samples.tolist() == [-1.0, 0.0, 0.5]
    assert rate == 44_100
    stereo, _ = read_wav(write_wav([[2**14, 0], [2**14, 2**14]]))
    assert stereo.tolist() == [0.25, 0.5]


@pytest.mark.parametrize("content", [b"", b"RIFF", b"no sound at all", write_wav([[0]])[:30]])
def test_what_is_no_wav_is_a_sentence(content: bytes) -> None:
    with pytest.raises(ValueError, match="no WAV that can be read"):
        read_wav(content)


def test_other_widths_are_named() -> None:
    with pytest.raises(ValueError, match="32 bits, expected 16"):
        read_wav(write_wav([[1]], width=4))


@pytest.mark.parametrize("name", [path.stem for path in DATA.glob("*.wav")])
def test_a_shipped_recording_is_a_word(name: str) -> None:
    samples = read_recording(name)
    assert 0.2 < len(samples) / 8_000 < 1.0
    assert 0.1 < np.abs(samples).max() <= 1.0
    assert np.array_equal(samples.round(5), samples)
