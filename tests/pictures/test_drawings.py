from __future__ import annotations

import numpy as np
from gatescope.pictures.drawings import draw_lines


def test_a_pen_that_goes_straight_leaves_as_much_ink_as_it_is_wide() -> None:
    picture = draw_lines([[[-5, 4.5], [20, 4.5]]], side=9, pen=3.0)
    assert picture.tolist() == [[1.0 if row in (3, 4, 5) else 0.0] * 9 for row in range(9)]


def test_a_point_is_a_dot_and_a_slanted_line_is_smooth() -> None:
    dot = draw_lines([[[4.5, 4.5]]], side=9, pen=3.0)
    assert np.array_equal(dot, dot.T)
    assert dot[4, 4] == 1.0
    assert abs(dot.sum() - np.pi * 1.5**2) < 1.0
    slanted = draw_lines([[[0, 0], [9, 9]]], side=9, pen=1.5)
    assert np.allclose(slanted, slanted.T)
    assert {*np.unique(slanted)} - {0.0, 1.0}


def test_lines_that_cross_are_no_darker_than_ink() -> None:
    across, down = [[0.0, 4.5], [9.0, 4.5]], [[4.5, 0.0], [4.5, 9.0]]
    both = draw_lines([across, down], side=9)
    alone = np.maximum(draw_lines([across], side=9), draw_lines([down], side=9))
    assert np.array_equal(both, alone)
    assert both.max() == 1.0
