"""Which emotion does this text show? One model for English and Brazilian Portuguese.

English: GoEmotions (Demszky et al. 2020) in the classes of Ekman. Portuguese: BRIGHTER (Muhammad et
al. 2025), whose six columns are 0 or 1; a text with none of them is neutral. In both, a text with
several emotions is left out, in training and in the test. Training also reads sentences of the
project's own in both languages (app/text/emotion_generator.py), so that the rare emotions have
plain words. The splits are as published: 40 short ones of the 6,864 test texts are among the
training texts too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from ..contracts import Example, Integers, Samples, Text
from ..text.emotion_corpora import EMOTIONS, read_brighter, read_goemotions
from ..text.emotion_generator import generate_emotions
from ..text.everyday import read_everyday
from ..text.files import digest_files, find_files
from ..text.opposites import read_opposites
from ..text.words import SPELLED, TEXTBOOK, WordTask, tokenize_posts

FILES = {"en": "goemotions/{}.tsv", "pt": "brighter-ptbr/{}.ptbr.csv"}
GENERATED_COUNTS = {"en": 16_000, "pt": 16_000}
SPLITS = {"train": ("train", "dev"), "test": ("test",)}

GATED: Mapping[str, Any] = {
    "class_balance": 0.5,
    "max_length": 60,
    "crop_probability": 0.0,
    "epochs": 8,
    **SPELLED,
    "word_dropout": 0.15,
    "learning_rate": 1.5e-3,
}


class Emotion(WordTask):
    """Seven classes, two languages."""

    title = Text("Emotions", "Emoções")
    about = Text(
        "Reads a short text in English or Portuguese: which emotion does it show?",
        "Lê um texto curto em português ou inglês: que emoção ele mostra?",
    )
    order = 20
    figures: ClassVar[Mapping[str, Text]] = {
        "macro_f1": Text("macro-F1", "macro-F1"),
        "majority": Text("always the commonest answer", "sempre a resposta mais comum"),
        "languages": Text("by language", "por língua"),
        "en": Text("English", "inglês"),
        "pt": Text("Portuguese", "português"),
    }
    language = "en, pt"
    everyday = read_everyday("emotion", "en", "pt")
    opposites = read_opposites("en", "pt")
    classes = EMOTIONS
    labels: ClassVar[Mapping[str, Text]] = {
        "anger": Text("anger", "raiva"),
        "disgust": Text("disgust", "nojo"),
        "fear": Text("fear", "medo"),
        "joy": Text("joy", "alegria"),
        "neutral": Text("neutral", "neutro"),
        "sadness": Text("sadness", "tristeza"),
        "surprise": Text("surprise", "surpresa"),
    }
    # The RNN is the textbook's. See app/tasks/sentiment.py.
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": GATED,
        "gru": GATED,
        "rnn": {**GATED, **TEXTBOOK, **SPELLED},
    }
    examples = (
        Example(
            "cheered",
            Text("sad, then happy", "triste, depois feliz"),
            "pt",
            "Eu estava triste, mas agora estou muito feliz.",
            Text(
                "The feeling turns after “mas” (but). Which gate lets the sadness go?",
                "O sentimento vira depois do “mas”. Que porta solta a tristeza?",
            ),
        ),
        Example(
            "saddened",
            Text("happy, then sad", "feliz, depois triste"),
            "pt",
            "Eu estava feliz, mas agora estou muito triste.",
            Text(
                "The same words as the one before, in another order.",
                "As mesmas palavras da frase anterior, em outra ordem.",
            ),
        ),
        Example(
            "soup",
            Text("disgust", "nojo"),
            "pt",
            "Que nojo, encontrei uma barata morta na minha sopa!",
            Text(
                "One word says it all. Does the rest of the sentence still matter?",
                "Uma palavra já diz tudo. O resto da frase ainda importa?",
            ),
        ),
        Example(
            "noise",
            Text("fear", "medo"),
            "pt",
            "Ouvi um barulho estranho no escuro e fiquei com muito medo.",
            Text(
                "See how the opinion forms before the word “medo” (fear) arrives.",
                "Veja a opinião se formar antes de chegar a palavra “medo”.",
            ),
        ),
        Example(
            "meeting",
            Text("surprise, in English", "surpresa, em inglês"),
            "en",
            "Wow, I did not expect to see you here!",
            Text(
                "The same network reads English. Which word gives it away?",
                "A mesma rede lê inglês. Que palavra entrega o sentimento?",
            ),
        ),
        Example(
            "boss",
            Text("anger, in English", "raiva, em inglês"),
            "en",
            "I am not sad, I am furious with my boss.",
            Text(
                "“Not sad”: is the sadness still in the memory at the end?",
                "“Not sad”: a tristeza ainda está na memória no fim?",
            ),
        ),
    )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        names = [form.format(part) for form in FILES.values() for part in ("train", "dev", "test")]
        contents = (
            "goemotions (train.tsv, dev.tsv, test.tsv) and brighter-ptbr (train.ptbr.csv, ...)"
        )
        paths = find_files(folder, names, contents)
        inputs, targets, sources = [], [], []
        readers = {"en": read_goemotions, "pt": read_brighter}
        for path in paths:
            language = "en" if path.suffix == ".tsv" else "pt"
            if path.name.partition(".")[0] in SPLITS[split]:
                for text, label in readers[language](path):
                    if tokenize_posts(text):
                        inputs.append(text)
                        targets.append(EMOTIONS.index(label))
                        sources.append(language)
        for language, count in GENERATED_COUNTS.items() if split == "train" else ():
            for text, label in generate_emotions(count, seed=0, language=language):
                inputs.append(text)
                targets.append(EMOTIONS.index(label))
                sources.append(f"generated {language}")
        return Samples(inputs, targets, digest_files(paths), {"source": sources})

    def is_generated(self, samples: Samples) -> list[bool]:
        return [source not in FILES for source in samples.groups["source"]]

    def grade(
        self,
        samples: Samples,
        predicted: Sequence[Integers],
        learned: Samples | None = None,
    ) -> Mapping[str, Any]:
        """Give macro-F1, beside that of always naming the most frequent class, and by language."""
        targets = [target for target in samples.targets if target is not None]
        guesses = [int(classes[-1]) for classes in predicted]
        by_language = {}
        for language in FILES:
            places = [k for k, one in enumerate(samples.groups["source"]) if one == language]
            by_language[language] = _grade(
                [targets[k] for k in places], [guesses[k] for k in places]
            )
        return _grade(targets, guesses) | {"languages": by_language}


def measure_macro_f1(targets: Sequence[int], predicted: Sequence[int]) -> float:
    """Give the mean over the classes of F1, 2 hits / (given + true); 0 where there is neither."""
    hits = Counter(t for t, p in zip(targets, predicted, strict=True) if t == p)
    true, given = Counter(targets), Counter(predicted)
    scores = [2 * hits[k] / max(1, true[k] + given[k]) for k in range(len(EMOTIONS))]
    return sum(scores) / len(scores)


def _grade(targets: Sequence[int], predicted: Sequence[int]) -> dict[str, Any]:
    if not targets:
        return {"samples": 0}
    ((majority, _),) = Counter(targets).most_common(1)
    always = [majority] * len(targets)
    return {
        "samples": len(targets),
        "accuracy": _share(targets, predicted),
        "macro_f1": measure_macro_f1(targets, predicted),
        "majority": {
            "class": EMOTIONS[majority],
            "accuracy": _share(targets, always),
            "macro_f1": measure_macro_f1(targets, always),
        },
    }


def _share(targets: Sequence[int], predicted: Sequence[int]) -> float:
    return sum(t == p for t, p in zip(targets, predicted, strict=True)) / len(targets)


TASK = Emotion()
