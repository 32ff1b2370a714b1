"""What the tasks of sentiment share: two classes, what is trained on, figures by kind of text.

Besides whole texts, training reads sentences cut out of them (:mod:`.sentences`), generated ones
(:mod:`.sentiment_generator`), and neutral texts, real and generated: those carry either class as
often, so that a network learns to be unsure of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from ..contracts import Integers, Recipe, Samples, Text
from .neutral_generator import generate_neutral
from .sentences import cut_sentences
from .sentiment_generator import generate_sentiments
from .words import WordTask

GENERATED = "phrases"  # the kind of text that is generated, as model files name it
GENERATED_COUNTS = {"train": 40_000, "test": 1_000}
GENERATED_PER_REAL_TEXT = 4  # at most
NEUTRAL, NEUTRAL_COUNT = "neutral", 3_000  # of generated ones; real ones as a task has them
REVIEWS, SENTENCES = "reviews", "sentences"  # sentences are cut out of reviews


class LabeledText(NamedTuple):
    """A text of some kind (reviews, tweets ...) and its class: 0 negative, 1 positive."""

    kind: str
    text: str
    target: int


def label_neutral(texts: Iterable[str]) -> list[LabeledText]:
    """Give texts without an opinion the two classes in turn."""
    return [LabeledText(NEUTRAL, text, k % 2) for k, text in enumerate(texts)]


class SentimentTask(WordTask):
    """Did the writer like it? The accuracy is that of real texts; the generated are a kind."""

    classes = ("negative", "positive")
    labels: ClassVar[Mapping[str, Text]] = {
        "negative": Text("negative", "negativa"),
        "positive": Text("positive", "positiva"),
    }
    figures: ClassVar[Mapping[str, Text]] = {
        "parts": Text("by kind of text", "por tipo de texto"),
        GENERATED: Text(
            "made-up sentences where only the order tells",
            "frases criadas em que só a ordem decide",
        ),
    }

    def gather(
        self, texts: Iterable[LabeledText], split: Literal["train", "test"], digest: str
    ) -> Samples:
        """Put the split's generated sentences after the real texts.

        The class of a neutral text is not asked for, it alternates.
        """
        real = list(texts)
        generated = generate_sentiments(
            min(GENERATED_COUNTS[split], GENERATED_PER_REAL_TEXT * len(real)),
            seed=len(split),
            language=self.language,
            held_out=split == "test",
        )
        labeled = [*real, *(LabeledText(GENERATED, text, int(good)) for text, good in generated)]
        if split == "train":
            count = min(NEUTRAL_COUNT, len(real))
            neutral = generate_neutral(count, seed=len(split), language=self.language)
            labeled += label_neutral(neutral)
        kinds, inputs, targets = zip(*labeled, strict=True)
        return Samples(inputs, targets, digest, {"kind": kinds})

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Split as any task does; neutral texts are trained on, and so are sentences of reviews.

        They are cut out of those that are trained on.
        """
        kinds = samples.groups["kind"]
        neutral = [k for k, kind in enumerate(kinds) if kind == NEUTRAL]
        opinions = [k for k, kind in enumerate(kinds) if kind != NEUTRAL]
        train, held = super().hold_out(samples.select(opinions), recipe)
        return train.join(self._cut(train)).join(samples.select(neutral)), held

    def _cut(self, samples: Samples) -> Samples:
        places = [k for k, kind in enumerate(samples.groups["kind"]) if kind == REVIEWS]
        reviews = samples.select(places)
        targets = [target for target in reviews.targets if target is not None]
        sentences = list(cut_sentences(reviews.inputs, targets, self.tokenize))
        return Samples(
            [text for text, _ in sentences],
            [target for _, target in sentences],
            samples.digest,
            {"kind": [SENTENCES] * len(sentences)},
        )

    def is_generated(self, samples: Samples) -> list[bool]:
        return [kind in {GENERATED, NEUTRAL} for kind in samples.groups["kind"]]

    def grade(self, samples: Samples, predicted: Sequence[Integers]) -> Mapping[str, Any]:
        """Give the share of right answers by kind; the accuracy is that of the real texts."""
        hits: dict[str, list[bool]] = {}
        for kind, target, classes in zip(
            samples.groups["kind"], samples.targets, predicted, strict=True
        ):
            hits.setdefault(kind, []).append(target == classes[-1])
        real = [hit for kind, own in hits.items() if kind != GENERATED for hit in own]
        return _share(real) | {"parts": {kind: _share(own) for kind, own in hits.items()}}


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    return {"accuracy": sum(hits) / len(hits), "samples": len(hits)}
