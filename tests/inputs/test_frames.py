from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gatescope.contracts import InvalidInput
from gatescope.inputs.frames import INPUT, SIDE, FramesInput
from gatescope.limits import LIMITS
from pydantic import ValidationError


def take(frames: Any) -> Any:
    return INPUT.take(FramesInput.model_validate({"frames": frames}))


def test_a_film_is_an_array_of_its_frames() -> None:
    frames = take([[[0, 0.5, 1], [0.25, 0, 0]], [[0, 0, 0], [0, 0, 0]]])
    assert frames.dtype == np.float64
    assert frames.shape == (2, 2, 3)
    assert frames[0].tolist() == [[0, 0.5, 1], [0.25, 0, 0]]


def test_what_is_given_is_taken_back() -> None:
    frames = np.random.default_rng(0).random((5, 3, 4))
    assert np.array_equal(INPUT.take(FramesInput.model_validate(INPUT.give(frames))), frames)


@pytest.mark.parametrize(
    ("frames", "code", "field"),
    [
        ([], "frames_empty", "input.frames"),
        ([[]], "frames_empty", "input.frames"),
        ([[[]]], "frames_empty", "input.frames"),
        ([[[0.0]]] * (LIMITS.steps + 1), "too_many_steps", "input.frames"),
        ([[[0.0, 1.0]], [[0.0]]], "frames_size", "input.frames.1"),
        ([[[0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]], "frames_size", "input.frames.1"),
        ([[[0.0, 1.0], [1.0]]], "frames_size", "input.frames.0"),
        ([[[0.0]], []], "frames_size", "input.frames.1"),
        ([[[0.0]], [[1.5]]], "frames_value", "input.frames.1.0.0"),
        ([[[0.0, -1e308]]], "frames_value", "input.frames.0.0.1"),
    ],
)
def test_what_is_no_film_is_refused_where_it_is_wrong(frames: Any, code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(frames)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    "frames",
    [
        "a film",
        [[0.5]],
        [[["dark"]]],
        [[[None]]],
        [[[float("nan")]]],
        [[[1.0] * (SIDE + 1)]],
        [[[1.0]] * (SIDE + 1)],
    ],
)
def test_what_is_of_another_shape_does_not_come_in(frames: Any) -> None:
    with pytest.raises(ValidationError):
        take(frames)
