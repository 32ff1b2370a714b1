from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gatescope.contracts import Samples
from gatescope.registry import find_models, find_tasks, find_token_tasks
from gatescope.training.batches import UnusableData
from gatescope.training.word_pairs import (
    STRENGTHS,
    WORD_PAIRS,
    measure_word_pairs,
    read_figures,
    write_figures,
)

REVIEWS = find_token_tasks()["sentiment"]


def draw(count: int, seed: int) -> Samples:
    """Draw texts in which a pair of words decides: each word alone stands in both classes."""
    source = np.random.default_rng(seed)
    texts, targets = [], []
    for k in range(count):
        one, other = ("left", "right") if source.random() < 0.5 else ("right", "left")
        pair = f"{one} up" if k % 2 else f"{one} down"
        rest = f"{other} down" if k % 2 else f"{other} up"
        texts.append(f"{pair} . {rest} . it {source.choice(['was', 'is'])} so")
        targets.append(int((one == "left") == (k % 2 == 1)))
    return Samples(texts, targets, f"digest {seed}", {"kind": ["reviews"] * count})


def test_pairs_of_words_are_learned_and_graded_as_a_model_is() -> None:
    test = draw(40, 1)
    facts = measure_word_pairs(REVIEWS, draw(120, 0), test)
    assert facts["C"] in STRENGTHS
    assert facts["data"] == {"train": 120, "sha256": "digest 0"}
    assert facts["test"] == {
        "accuracy": 1.0,
        "samples": 40,
        "parts": {"reviews": {"accuracy": 1.0, "samples": 40}},
    }
    english = facts["everyday"]["en"]
    count = sum(bool(one.classes) for kind in REVIEWS.everyday for one in kind.sentences)
    assert english["samples"] == count
    assert 0 < english["accuracy"] < 1


def test_generated_texts_are_not_trained_on() -> None:
    real = draw(60, 0)
    upside_down = Samples(
        [*real.inputs, *list(real.inputs) * 3],
        [*real.targets, *[1 - int(target or 0) for target in real.targets] * 3],
        real.digest,
        {"kind": ["reviews"] * 60 + ["phrases"] * 180},
    )
    assert measure_word_pairs(REVIEWS, upside_down, draw(40, 1)) == measure_word_pairs(
        REVIEWS, real, draw(40, 1)
    )


def test_a_task_that_asks_at_every_step_is_a_sentence() -> None:
    plays = Samples(["to be"], [None], "")
    with pytest.raises(UnusableData, match="one class a text"):
        measure_word_pairs(find_token_tasks()["shakespeare"], plays, plays)


def test_the_figures_are_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "word_pairs.json"
    assert read_figures(path) == {}
    figures = {"b": {"test": {"accuracy": 0.5}}, "a": {}}
    path.write_bytes(write_figures(figures))
    assert read_figures(path) == figures
    assert list(read_figures(path)) == ["a", "b"]


def test_the_shipped_figures_are_of_tasks_with_models_and_are_no_model() -> None:
    tasks = {task for task in find_tasks() if any(m.startswith(task) for m in find_models())}
    assert {"emotion", "sentiment", "sentiment-pt"} <= read_figures().keys() <= tasks
    assert WORD_PAIRS.stem not in find_models()
