from __future__ import annotations

import numpy as np
import pytest
from gatescope.nn.norms import measure_norms


def test_it_is_the_2_norm_of_every_row() -> None:
    values = np.random.default_rng(0).standard_normal((5, 7))
    np.testing.assert_allclose(measure_norms(values), np.linalg.norm(values, axis=1), rtol=1e-14)


def test_tiny_and_huge_gradients_neither_vanish_nor_overflow() -> None:
    assert measure_norms(np.full((1, 4), 1e-200))[0] == pytest.approx(2e-200, rel=1e-12, abs=0)
    assert measure_norms(np.full((1, 4), -1e300))[0] == pytest.approx(2e300, rel=1e-12)
    assert measure_norms(np.array([[1e-300, 0.0], [3.0, 4.0]])).tolist() == [1e-300, 5.0]


def test_nothing_and_what_is_not_a_number_stay_so() -> None:
    assert measure_norms(np.zeros((2, 4))).tolist() == [0, 0]
    assert measure_norms(np.zeros((2, 0))).tolist() == [0, 0]
    assert np.isnan(measure_norms(np.array([[1.0, np.nan]]))[0])
    assert np.isposinf(measure_norms(np.array([[1.0, np.inf]]))[0])
