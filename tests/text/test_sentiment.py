"""What the tasks of sentiment share: how many sentences are generated, and which."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from gatescope.contracts import Recipe, Samples
from gatescope.text.rated_sentences import PAIRS
from gatescope.text.sentiment import LabeledText, SentimentTask, label_rated
from gatescope.text.sentiment_generator import generate_sentiments

from tests.made_up import list_of_kind, write_pairs


class Opinions(SentimentTask):
    """A task of sentiment without data of its own."""

    language = "en"
    examples = ()

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        raise FileNotFoundError(folder)


@pytest.mark.parametrize(
    ("split", "texts", "generated"),
    [("train", 10, 50), ("train", 12_001, 60_000), ("test", 10, 50), ("test", 340, 1_000)],
)
def test_five_sentences_are_generated_for_each_text_up_to_a_limit(
    split: Literal["train", "test"], texts: int, generated: int
) -> None:
    real = [LabeledText("tweets", f"text {k}", k % 2) for k in range(texts)]
    samples = Opinions().gather(real, split, "digest")
    assert samples.digest == "digest"
    more = {"neutral": min(texts, 3_000)} if split == "train" else {"frames": 500}
    assert Counter(samples.groups["kind"]) == {"tweets": texts, "phrases": generated} | more
    labeled = list(zip(samples.groups["kind"], samples.inputs, samples.targets, strict=True))
    assert labeled[:texts] == real
    seed = {"train": 5, "test": 4}[split]
    first = generate_sentiments(30, seed, split == "test", "en")
    assert labeled[texts : texts + 30] == [
        ("phrases", text, int(positive)) for text, positive in first
    ]


def test_the_answer_that_counts_is_that_at_the_last_step() -> None:
    samples = Samples("abcd", [1, 0, 0, 1], "", {"kind": ["tweets", "phrases", "cut", "frames"]})
    graded = Opinions().grade(samples, [np.array([0, 1])] * 4)
    assert graded == {
        "accuracy": 1.0,
        "samples": 1,
        "parts": {
            "tweets": {"accuracy": 1.0, "samples": 1},
            "phrases": {"accuracy": 0.0, "samples": 1},
            "cut": {"accuracy": 0.0, "samples": 1},
            "frames": {"accuracy": 1.0, "samples": 1},
        },
    }
    assert Opinions().is_generated(samples) == [False, True, True, True]
    assert Opinions.classes == ("negative", "positive")


def test_neutral_texts_are_trained_on_with_either_class_and_never_held_out() -> None:
    real = [
        LabeledText("reviews", f"{'great' if k % 2 else 'awful'} {k}", k % 2) for k in range(40)
    ]
    task = Opinions()
    samples = task.gather(real, "train", "digest")
    train, held = task.hold_out(samples, Recipe(validation_size=8))
    assert [target for _, target in list_of_kind(train, "neutral")] == [0, 1] * 20
    assert "neutral" not in held.groups["kind"]
    assert not set(train.inputs) & set(held.inputs)


def test_what_a_lexicon_labels_is_trained_on_and_never_held_out(tmp_path: Path) -> None:
    write_pairs(tmp_path)
    rated = label_rated(tmp_path / PAIRS, "pt")
    assert rated == [
        ("rated", "Que carro maravilhoso.", 1),
        ("rated", "Que carro maravilhoso!", 1),
        ("rated", "Ele odeia o barulho.", 0),
        ("neutral", "A janela está aberta.", 0),
    ]
    task = Opinions()
    tweets = [LabeledText("tweets", f"text {k}", k % 2) for k in range(20)]
    train, held = task.hold_out(task.gather([*tweets, *rated], "train", ""), Recipe())
    assert len(list_of_kind(train, "rated")) == 3
    assert set(held.groups["kind"]) == {"tweets", "phrases"}


def test_sentences_are_cut_out_of_the_reviews_that_are_trained_on_alone() -> None:
    real = [
        LabeledText(
            "reviews",
            f"We sat in row {k}. It was {'a great joy' if k % 2 else 'an awful bore'} {k}.",
            k % 2,
        )
        for k in range(100)
    ]
    train, held = Opinions().hold_out(
        Opinions().gather(real, "train", "digest"), Recipe(validation_size=20)
    )
    cut = dict(list_of_kind(train, "sentences"))
    assert cut
    reviews = dict(zip(train.inputs, train.groups["kind"], strict=True))
    for text, target in cut.items():
        assert ("great" in text) == bool(target)
        assert not any(text in review for review in held.inputs)
        assert any(text in review for review, kind in reviews.items() if kind == "reviews")
