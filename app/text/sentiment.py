"""What the tasks of sentiment share: two classes, generated sentences, figures by kind of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

from ..contracts import Integers, Samples, Text
from .sentiment_generator import generate_sentiments
from .words import WordTask

GENERATED = "phrases"  # the kind of text that is generated, as model files name it
GENERATED_COUNTS = {"train": 12_000, "test": 1_000}
GENERATED_PER_REAL_TEXT = 3  # at most


class LabeledText(NamedTuple):
    """A text of some kind (reviews, tweets ...) and its class: 0 negative, 1 positive."""

    kind: str
    text: str
    target: int


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
        """Put the split's generated sentences after the real texts."""
        real = list(texts)
        generated = generate_sentiments(
            min(GENERATED_COUNTS[split], GENERATED_PER_REAL_TEXT * len(real)),
            seed=len(split),
            language=self.language,
            held_out=split == "test",
        )
        labeled = [*real, *(LabeledText(GENERATED, text, int(good)) for text, good in generated)]
        kinds, inputs, targets = zip(*labeled, strict=True)
        return Samples(inputs, targets, digest, {"kind": kinds})

    def is_generated(self, samples: Samples) -> list[bool]:
        return [kind == GENERATED for kind in samples.groups["kind"]]

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
