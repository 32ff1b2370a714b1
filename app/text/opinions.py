"""What the tasks of opinions share: two classes, made-up sentences, and figures by kind of text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from ..contracts import Integers, Samples, Text
from .phrases import make_opinions
from .words import Words

PHRASES = "phrases"  # the part that is made up
MADE = {"train": 12_000, "test": 1_000}
MOST = 3  # for each real text
LabeledSequence = tuple[str, str, int]  # part, text, class


class Opinions(Words):
    """Did the writer like it? The accuracy is that of real texts; the made-up are a part."""

    classes = ("negative", "positive")
    labels: ClassVar[Mapping[str, Text]] = {
        "negative": Text("negative", "negativa"),
        "positive": Text("positive", "positiva"),
    }
    figures: ClassVar[Mapping[str, Text]] = {
        "parts": Text("by kind of text", "por tipo de texto"),
        PHRASES: Text(
            "made-up sentences where only the order tells",
            "frases criadas em que só a ordem decide",
        ),
    }

    def gather(
        self, rows: Iterable[LabeledSequence], split: Literal["train", "test"], digest: str
    ) -> Samples:
        """Put the split's made-up sentences after the real texts."""
        real = list(rows)
        made = make_opinions(
            min(MADE[split], MOST * len(real)),
            seed=len(split),
            language=self.language,
            held=split == "test",
        )
        found = [*real, *((PHRASES, text, int(positive)) for text, positive in made)]
        parts, inputs, targets = zip(*found, strict=True)
        return Samples(inputs, targets, digest, parts)

    def grade(self, samples: Samples, predicted: Sequence[Integers]) -> Mapping[str, Any]:
        """Give the share of right answers by part; the accuracy is that of the real texts."""
        hits: dict[str, list[bool]] = {}
        for part, target, found in zip(samples.parts, samples.targets, predicted, strict=True):
            hits.setdefault(part, []).append(target == found[-1])
        real = [hit for part, own in hits.items() if part != PHRASES for hit in own]
        return _share(real) | {"parts": {part: _share(own) for part, own in hits.items()}}


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    return {"accuracy": sum(hits) / len(hits), "samples": len(hits)}
