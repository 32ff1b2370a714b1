from __future__ import annotations

import numpy as np
import pytest
from gatescope.contracts import Array
from gatescope.sounds.resampling import resample_sound
from scipy.signal import resample_poly


def sing(pitch: float, rate: int, seconds: float = 0.4) -> Array:
    """Give a tone that swells and fades, so that nothing begins at once."""
    times = np.arange(round(seconds * rate)) / rate
    tone: Array = np.sin(2 * np.pi * pitch * times) * np.sin(np.pi * times / seconds) ** 2
    return tone


@pytest.mark.parametrize("rate", [4_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_a_tone_is_the_same_tone_at_another_rate(rate: int) -> None:
    resampled = resample_sound(sing(440, rate), rate, 8_000)
    expected = sing(440, 8_000)
    assert abs(len(resampled) - len(expected)) <= 1
    np.testing.assert_allclose(resampled[: len(expected)], expected, atol=2e-3)


@pytest.mark.parametrize("pitch", [5_000, 7_000, 15_000])
def test_what_the_new_rate_cannot_hold_is_gone_and_not_folded(pitch: float) -> None:
    resampled = resample_sound(sing(pitch, 44_100), 44_100, 8_000)
    assert np.abs(resampled).max() < 5e-3
    assert np.abs(sing(pitch, 44_100)[:: 44_100 // 8_000]).max() > 0.9, "taken plainly it would be"


def test_it_agrees_with_scipy() -> None:
    source = np.random.default_rng(0)
    noise = np.cumsum(source.standard_normal(3_000)) * np.hanning(3_000)
    ours, theirs = resample_sound(noise, 16_000, 8_000), resample_poly(noise, 1, 2)
    assert len(ours) == len(theirs)
    assert np.abs(ours - theirs).max() < 0.02 * np.abs(theirs).max()


def test_at_its_own_rate_a_sound_stays_as_it_is() -> None:
    tone = sing(440, 8_000)
    assert resample_sound(tone, 8_000, 8_000) is tone


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_sound_of_a_few_samples_is_resampled_too(count: int) -> None:
    assert len(resample_sound(np.ones(count), 44_100, 8_000)) == -(-count * 8_000 // 44_100)
    assert np.isfinite(resample_sound(np.ones(count), 4_000, 8_000)).all()
