"""What the tasks of sentiment share: two classes, what is trained on, figures by kind of text.

Besides whole texts, training reads sentences cut out of them (:mod:`.sentences`), short ones that a
lexicon labels (:mod:`.rated_sentences`), generated ones (:mod:`.sentiment_generator`), and neutral
texts, real and generated: those carry either class as often, so that a network learns to be unsure
of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

from ..contracts import Integers, Recipe, Samples, Text
from .neutral_generator import generate_neutral
from .rated_sentences import read_rated
from .sentences import cut_sentences
from .sentiment_generator import generate_frames, generate_sentiments
from .words import WordTask

GENERATED = "phrases"  # the kind of text that is generated, as model files name it
GENERATED_COUNTS = {"train": 60_000, "test": 1_000}
FRAMES, FRAME_COUNT = "frames", 500  # verbs of liking in wordings that are never trained on
CUT = "cut"  # sentences that are cut out of test reviews
GENERATED_PER_REAL_TEXT = 5  # at most
NEUTRAL, NEUTRAL_COUNT = "neutral", 3_000  # of generated ones; real ones as a task has them
REVIEWS, SENTENCES = "reviews", "sentences"  # sentences are cut out of reviews
RATED, RATED_NEUTRAL_COUNT = "rated", 3_000  # labelled by a lexicon; of those without an opinion


class LabeledText(NamedTuple):
    """A text of some kind (reviews, tweets ...) and its class: 0 negative, 1 positive."""

    kind: str
    text: str
    target: int


def label_neutral(texts: Iterable[str]) -> list[LabeledText]:
    """Give texts without an opinion the two classes in turn."""
    return [LabeledText(NEUTRAL, text, k % 2) for k, text in enumerate(texts)]


def label_rated(path: Path, language: Literal["en", "pt"]) -> list[LabeledText]:
    """Give the short sentences whose words tell an opinion, and some that state none."""
    rated = list(read_rated(path, language))
    opinions = [LabeledText(RATED, text, int(good)) for text, good in rated if good is not None]
    neutral = [text for text, good in rated if good is None]
    source = random.Random(len(neutral))  # noqa: S311 - sentences, not secrets
    chosen = source.sample(neutral, min(RATED_NEUTRAL_COUNT, len(neutral)))
    return opinions + label_neutral(chosen)


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
        FRAMES: Text(
            "verbs of liking in wordings never trained on",
            "verbos de gostar em construções que nunca foram treinadas",
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
        if split == "test":
            frames = generate_frames(FRAME_COUNT, seed=len(split), language=self.language)
            labeled += [LabeledText(FRAMES, text, int(good)) for text, good in frames]
        else:
            count = min(NEUTRAL_COUNT, len(real))
            neutral = generate_neutral(count, seed=len(split), language=self.language)
            labeled += label_neutral(neutral)
        kinds, inputs, targets = zip(*labeled, strict=True)
        return Samples(inputs, targets, digest, {"kind": kinds})

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Split as any task does; what nobody labelled is trained on, and so are sentences.

        These are cut out of the reviews that are trained on.
        """
        kinds = samples.groups["kind"]
        trained = [k for k, kind in enumerate(kinds) if kind in {NEUTRAL, RATED}]
        opinions = [k for k, kind in enumerate(kinds) if kind not in {NEUTRAL, RATED}]
        train, held = super().hold_out(samples.select(opinions), recipe)
        return train.join(self._cut(train)).join(samples.select(trained)), held

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
        apart = {GENERATED, NEUTRAL, RATED, FRAMES, CUT}
        return [kind in apart for kind in samples.groups["kind"]]

    def grade(
        self,
        samples: Samples,
        predicted: Sequence[Integers],
        learned: Samples | None = None,
    ) -> Mapping[str, Any]:
        """Give the share of right answers by kind; the accuracy is that of the real texts."""
        hits: dict[str, list[bool]] = {}
        for kind, target, classes in zip(
            samples.groups["kind"], samples.targets, predicted, strict=True
        ):
            hits.setdefault(kind, []).append(target == classes[-1])
        apart = {GENERATED, FRAMES, CUT}
        real = [hit for kind, own in hits.items() if kind not in apart for hit in own]
        return _share(real) | {"parts": {kind: _share(own) for kind, own in hits.items()}}


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    return {"accuracy": sum(hits) / len(hits), "samples": len(hits)}
