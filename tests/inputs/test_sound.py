from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gatescope.contracts import InvalidInput
from gatescope.inputs.sound import INPUT, LONGEST, SoundInput
from pydantic import ValidationError

TONE = np.sin(2 * np.pi * 440 * np.arange(4_000) / 8_000).tolist()


def take(samples: Any, rate: Any = 8_000) -> Any:
    return INPUT.take(SoundInput.model_validate({"sound": {"rate": rate, "samples": samples}}))


def test_a_sound_at_the_own_rate_is_its_samples() -> None:
    assert take(TONE).tolist() == TONE
    assert take([0, 1, -1]).tolist() == [0.0, 1.0, -1.0]


def test_what_is_given_is_taken_back() -> None:
    samples = np.array(TONE)
    assert np.array_equal(INPUT.take(SoundInput.model_validate(INPUT.give(samples))), samples)


def test_stereo_is_heard_as_its_mean() -> None:
    assert take([[0.5, 0.1], [0.2, 0.4]]).tolist() == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_other_rates_are_brought_to_eight_thousand(rate: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate).tolist()
    samples = take(tone, rate)
    assert len(samples) == 4_000
    np.testing.assert_allclose(samples[200:-200], TONE[200:-200], atol=5e-3)
    assert np.abs(samples).max() <= 1


@pytest.mark.parametrize(
    ("samples", "rate", "code", "field"),
    [
        ([], 8_000, "sound_silent", "input.sound.samples"),
        ([0.0] * 4_000, 8_000, "sound_silent", "input.sound.samples"),
        ([0.0005, -0.0005], 8_000, "sound_silent", "input.sound.samples"),
        ([0.5] * round(LONGEST * 8_000 + 1), 8_000, "sound_too_long", "input.sound.samples"),
        ([0.5, 1.01], 8_000, "sound_value", "input.sound.samples.1"),
        ([0.5, -12_000], 8_000, "sound_value", "input.sound.samples.1"),
        ([0.5, 1e308], 8_000, "sound_value", "input.sound.samples.1"),
        ([[0.5, 1e308], [0.1, 0.1]], 8_000, "sound_value", "input.sound.samples.0"),
        ([[0.5, 0.5], [0.5]], 8_000, "sound_channels", "input.sound.samples.1"),
        ([[]], 8_000, "sound_channels", "input.sound.samples.0"),
        ([[0.5] * 9], 8_000, "sound_channels", "input.sound.samples.0"),
        ([0.5], 0, "value_out_of_range", "input.sound.rate"),
        ([0.5], -8_000, "value_out_of_range", "input.sound.rate"),
        ([0.5], 10**9, "value_out_of_range", "input.sound.rate"),
    ],
)
def test_what_cannot_be_heard_is_refused_where_it_is_wrong(
    samples: Any, rate: int, code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(samples, rate)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("samples", "rate"),
    [
        ("RIFF", 8_000),
        ([None], 8_000),
        (["loud"], 8_000),
        ([float("nan")], 8_000),
        ([float("inf")], 8_000),
        ([[0.5], 0.5], 8_000),
        ([0.5], 8_000.5),
        ([0.5], "8000"),
        ([0.5], None),
    ],
)
def test_what_is_of_another_shape_does_not_come_in(samples: Any, rate: Any) -> None:
    with pytest.raises(ValidationError):
        take(samples, rate)


def test_the_longest_sound_is_heard() -> None:
    assert len(take([0.5] * round(LONGEST * 8_000))) == LONGEST * 8_000
