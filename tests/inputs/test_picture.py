from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gatescope.contracts import InvalidInput
from gatescope.inputs.picture import INPUT, SIDE, PictureInput
from pydantic import ValidationError


def take(picture: Any) -> Any:
    return INPUT.take(PictureInput.model_validate({"picture": picture}))


def test_a_picture_is_an_array_of_its_rows() -> None:
    picture = take([[0, 0.5, 1], [0.25, 0, 0]])
    assert picture.dtype == np.float64
    assert picture.tolist() == [[0, 0.5, 1], [0.25, 0, 0]]


def test_what_is_given_is_taken_back() -> None:
    picture = np.random.default_rng(0).random((3, 4))
    assert np.array_equal(INPUT.take(PictureInput.model_validate(INPUT.give(picture))), picture)


@pytest.mark.parametrize(
    ("picture", "code", "field"),
    [
        ([], "picture_empty", "input.picture"),
        ([[]], "picture_empty", "input.picture"),
        ([[0.0] * 28] * 28, "picture_empty", "input.picture"),
        ([[0.01, 0.04]], "picture_empty", "input.picture"),
        ([[0.0, 1.0], [1.0]], "picture_rows", "input.picture.1"),
        ([[0.0, 1.0], []], "picture_rows", "input.picture.1"),
        ([[0.0, 1.0], [0.0, 1.001]], "picture_value", "input.picture.1.1"),
        ([[-0.1, 1.0]], "picture_value", "input.picture.0.0"),
        ([[1e308, 1.0]], "picture_value", "input.picture.0.0"),
    ],
)
def test_what_is_no_picture_is_refused_where_it_is_wrong(
    picture: Any, code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(picture)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    "picture",
    [
        "a picture",
        [["dark"]],
        [[None]],
        [[float("nan")]],
        [[float("inf")]],
        [[True]],
        [[[1.0]]],
        [[1.0]] * (SIDE + 1),
        [[1.0] * (SIDE + 1)],
    ],
)
def test_what_is_of_another_shape_does_not_come_in(picture: Any) -> None:
    with pytest.raises(ValidationError):
        take(picture)


def test_the_largest_picture_is_taken() -> None:
    assert take([[1.0] * SIDE] * SIDE).shape == (SIDE, SIDE)
