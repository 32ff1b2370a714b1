from __future__ import annotations

import numpy as np
import pytest
from gatescope.contracts import Array
from gatescope.pictures.drawings import draw_lines
from gatescope.pictures.warps import resample, spread, warp
from scipy.ndimage import affine_transform

PICTURE = draw_lines([[[8, 8], [18, 7], [14, 22]]], side=28)


def centre(picture: Array) -> Array:
    grid = np.indices(picture.shape)
    weighted: Array = (grid * picture).sum(axis=(1, 2)) / picture.sum()
    return weighted


def test_moved_by_nothing_a_picture_stays_as_it_is() -> None:
    np.testing.assert_allclose(resample(PICTURE, np.eye(2), np.zeros(2)), PICTURE, atol=1e-12)


def test_a_shift_moves_down_and_to_the_right() -> None:
    moved = resample(PICTURE, np.eye(2), np.array([2.0, 3.0]))
    np.testing.assert_allclose(moved[2:, 3:], PICTURE[:-2, :-3], atol=1e-12)
    assert not moved[:2].any()
    assert not moved[:, :3].any()


def test_a_picture_is_resampled_as_scipy_does() -> None:
    source = np.random.default_rng(1)
    picture = source.random((9, 12))
    backwards, shift = np.eye(2) + 0.2 * source.standard_normal((2, 2)), np.array([0.7, -1.3])
    middle = (np.array(picture.shape) - 1) / 2
    offset = middle - shift - backwards @ middle
    # SciPy has no value between the border and what lies outside: a frame of zeros gives it one.
    framed = np.pad(picture, 3)
    expected = affine_transform(framed, backwards, offset + 3 - backwards @ [3, 3], order=1)
    np.testing.assert_allclose(
        resample(picture, backwards, shift), expected[3:-3, 3:-3], atol=1e-12
    )


def test_the_pen_spreads_half_way_to_the_next_pixel() -> None:
    dot = np.zeros((5, 5))
    dot[2, 2] = 1.0
    assert spread(dot).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 0.5, 0, 0],
        [0, 0.5, 0.5, 0.5, 0],
        [0, 0, 0.5, 0, 0],
        [0, 0, 0, 0, 0],
    ]


@pytest.mark.parametrize("scale", [(1.0, 0.0), (3.2, -0.42)])
def test_a_warped_drawing_is_another_one_of_the_same_thing(scale: tuple[float, float]) -> None:
    """It works on pixels as they are scaled for a network too."""
    times, plus = scale
    drawings = [
        (warp(PICTURE * times + plus, np.random.default_rng(k)) - plus) / times for k in range(40)
    ]
    for drawing in drawings:
        assert not np.allclose(drawing, PICTURE, atol=0.05)
        assert drawing.min() >= -1e-12
        assert drawing.max() <= 1 + 1e-12
        assert 0.4 < drawing.sum() / PICTURE.sum() < 2.2
        assert np.abs(centre(drawing) - centre(PICTURE)).max() < 5
    assert np.ptp([centre(one)[0] for one in drawings]) > 3
    plain = [warp(PICTURE, np.random.default_rng(k)) for k in range(40)]
    np.testing.assert_allclose(drawings, plain, atol=1e-9)
