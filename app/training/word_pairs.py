"""What words and pairs of words reach without a network: the figure to hold a network against.

A bag of words and word pairs, weighed by tf-idf, with logistic regression: hard to beat on
sentiment (Wang and Manning 2012). By scikit-learn, which ``gatescope[baselines]`` brings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..contracts import Samples, TokenTask
from ..registry import MODELS
from .batches import UnusableData, split_generated
from .everyday import grade_everyday, leave_out_everyday

WORD_PAIRS = MODELS / "word_pairs.json"  # the shipped figures by task
STRENGTHS = (1.0, 3.0, 10.0)  # of which C, the inverse of the L2 penalty, is chosen
VALIDATION_SIZE = 2_500


def read_figures(path: Path = WORD_PAIRS) -> dict[str, Any]:
    """Give the figures that were measured, by task."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def write_figures(figures: Mapping[str, Any]) -> bytes:
    """Give the file's content, tasks in alphabetical order."""
    return (json.dumps(dict(sorted(figures.items())), ensure_ascii=False, indent=1) + "\n").encode()


def measure_word_pairs(
    task: TokenTask, train: Samples, test: Samples, seed: int = 0
) -> dict[str, Any]:
    """Train on the real texts of ``train``; give the same facts as a model's evaluation.

    The penalty is the best of ``STRENGTHS`` on texts held out, on which it is trained in the end
    as well. Raises :class:`UnusableData` for a task that asks for more than one class a text, and
    ``ModuleNotFoundError`` without scikit-learn.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    if None in (*train.targets, *test.targets):
        raise UnusableData("A bag of words gives one class a text, and these data ask for more")
    train = leave_out_everyday(task, train)
    train = train.select(split_generated(task, train)[0])
    vectorizer = TfidfVectorizer(
        tokenizer=task.tokenize,
        token_pattern=None,
        lowercase=False,
        ngram_range=(1, 2),
        min_df=2,
        sublinear_tf=True,
    )
    order = np.random.default_rng(seed).permutation(len(train.inputs))
    size = min(VALIDATION_SIZE, len(order) // 5)
    held, kept = order[:size], order[size:]
    features = vectorizer.fit_transform(train.inputs)
    targets = np.array(train.targets)

    def fit(strength: float, places: np.ndarray[Any, Any]) -> Any:
        model = LogisticRegression(C=strength, max_iter=2_000)
        return model.fit(features[places], targets[places])

    reached = [fit(c, kept).score(features[held], targets[held]) for c in STRENGTHS]
    strength = STRENGTHS[int(np.argmax(reached))]
    model = fit(strength, order)
    predicted = model.predict(vectorizer.transform(test.inputs))
    texts = [sentence.text for kind in task.everyday for sentence in kind.sentences]
    facts: dict[str, Any] = {
        "C": strength,
        "data": {"train": len(train.inputs), "sha256": train.digest},
        "test": {
            "accuracy": float(np.mean(predicted == np.array(test.targets))),
            "samples": len(test.inputs),
            **task.grade(test, [np.array([k]) for k in predicted]),
        },
    }
    if texts:
        shares = model.predict_proba(vectorizer.transform(texts))
        likeliest = model.classes_[shares.argmax(1)].tolist()
        facts["everyday"] = grade_everyday(task, likeliest, shares.max(1).tolist())
    return facts
