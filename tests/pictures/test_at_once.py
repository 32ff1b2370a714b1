from __future__ import annotations

import numpy as np
import pytest
from gatescope.pictures.at_once import measure_at_once


def test_both_methods_learn_what_can_be_seen_at_once() -> None:
    pytest.importorskip("sklearn", reason="the baselines are an extra")
    source = np.random.default_rng(0)

    def draw(count: int) -> tuple[list[np.ndarray], list[int]]:
        digits = source.integers(0, 2, count).tolist()
        pictures = [source.random((4, 4)) for _ in digits]
        for picture, digit in zip(pictures, digits, strict=True):
            picture[:, digit * 2 : digit * 2 + 2] += 1
        return pictures, digits

    (pictures, digits), (tested, right) = draw(300), draw(100)
    found = measure_at_once(pictures, digits, tested, right)
    assert list(found) == ["logistic", "feed_forward"]
    assert min(found.values()) > 0.8
    wrong = [1 - digit for digit in right]
    assert max(measure_at_once(pictures, digits, tested, wrong).values()) < 0.2
