"""What methods reach that see a whole picture at once, beside networks that read it in rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..contracts import Array

HIDDEN = 64  # units of the feed-forward network
SEED = 0


def measure_at_once(
    pictures: Sequence[Array], classes: Sequence[int], tested: Sequence[Array], right: Sequence[int]
) -> dict[str, float]:
    """Give the accuracy of a logistic regression and of a feed-forward network on ``tested``.

    Both learn from ``pictures``, as they are, all pixels at once: ``y = softmax(W x + b)``, and
    the same after one layer of :data:`HIDDEN` ReLU units. Raises ``ModuleNotFoundError`` without
    scikit-learn.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    learnt, asked = (np.array([one.ravel() for one in part]) for part in (pictures, tested))
    methods = {
        "logistic": LogisticRegression(C=0.02, max_iter=500),
        "feed_forward": MLPClassifier(
            (HIDDEN,), early_stopping=True, n_iter_no_change=5, random_state=SEED
        ),
    }
    return {
        name: float(method.fit(learnt, classes).score(asked, right))
        for name, method in methods.items()
    }
