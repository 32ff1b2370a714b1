from __future__ import annotations

import numpy as np
import pytest
from gatescope.sounds.mel import (
    BANDS,
    FLOOR,
    FRAME,
    HIGHEST,
    HOP,
    LOWEST,
    QUIET,
    RATE,
    build_bands,
    list_centres,
    measure_bands,
    to_hertz,
    to_mel,
    trim_silence,
)


def test_mels_are_those_of_the_books() -> None:
    assert to_mel(np.array([0.0, 1000.0])) == pytest.approx([0.0, 1000.0], abs=0.1)
    assert to_hertz(to_mel(np.array([50.0, 4000.0]))) == pytest.approx([50.0, 4000.0])
    centres = list_centres()
    assert (centres[0], centres[-1]) == pytest.approx((LOWEST, HIGHEST))
    assert np.diff(to_mel(centres)) == pytest.approx(np.diff(to_mel(centres)).mean())


def test_every_band_hears_something_and_high_ones_are_wider() -> None:
    bands = build_bands()
    assert bands.shape == (FRAME // 2 + 1, BANDS)
    assert bands.min() == 0
    assert (bands.max(axis=0) > 0.3).all()
    assert (bands[:, -1] > 0).sum() > 3 * (bands[:, 5] > 0).sum()


@pytest.mark.parametrize("band", [4, 12, 20, 29])
def test_a_tone_is_loudest_in_the_band_around_it(band: int) -> None:
    pitch = list_centres()[1 + band]
    decibels = measure_bands(np.sin(2 * np.pi * pitch * np.arange(4_000) / RATE))
    inside = decibels[1:-1]
    assert (inside.argmax(axis=1) == band).all()
    assert inside.max() == pytest.approx(0, abs=0.2)
    assert inside[:, np.abs(np.arange(BANDS) - band) > 8].max() < -40


def test_a_frame_is_what_a_plain_fourier_transform_says() -> None:
    samples = np.random.default_rng(0).standard_normal(1_000)
    decibels = measure_bands(samples)
    assert len(decibels) == 1 + -(-(1_000 - FRAME) // HOP)
    powers = []
    for start in (0, 3 * HOP):
        piece = samples[start : start + FRAME]
        turns = np.outer(np.arange(FRAME // 2 + 1), np.arange(FRAME)) / FRAME
        window = np.sin(np.pi * np.arange(FRAME) / FRAME) ** 2
        spectrum = np.exp(-2j * np.pi * turns) @ (piece * window)
        powers.append(np.abs(spectrum) ** 2 @ build_bands())
    difference = 10 * np.log10(powers[1] / powers[0])
    np.testing.assert_allclose(decibels[3] - decibels[0], difference, atol=1e-9)


def test_loudness_does_not_depend_on_the_microphone() -> None:
    samples = np.random.default_rng(0).standard_normal(900)
    np.testing.assert_allclose(measure_bands(samples), measure_bands(samples / 50), atol=1e-9)


@pytest.mark.parametrize("count", [1, FRAME - 1, FRAME, FRAME + 1])
def test_a_short_sound_has_its_frames_and_no_sample_is_lost(count: int) -> None:
    decibels = measure_bands(np.ones(count))
    assert len(decibels) == (1 if count <= FRAME else 2)
    assert np.isfinite(decibels).all()


def test_silence_is_at_the_floor() -> None:
    assert (measure_bands(np.zeros(1_000)) == FLOOR).all()
    assert measure_bands(np.r_[np.ones(300), np.zeros(1_000)]).min() == FLOOR


def test_silence_is_left_out_at_both_ends_alone() -> None:
    quiet, loud = np.full(BANDS, QUIET - 1), np.full(BANDS, -5.0)
    rows = np.stack([quiet, quiet, loud, quiet, loud, quiet])
    assert np.array_equal(trim_silence(rows), rows[2:5])
    assert np.array_equal(trim_silence(rows[:2]), rows[:2])
