"""A task with a vocabulary of four rows and a generator of its own: does a text end on a vowel?"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from gatescope.contracts import (
    PAD,
    UNKNOWN,
    Encoding,
    Example,
    InvalidInput,
    Samples,
    Text,
    TokenTask,
    Topology,
)

VOWELS = frozenset("aeiou")


class Vowels(TokenTask):
    """Reads letters, of which it sees only whether they are vowels."""

    title = Text("vowels", "vogais")
    about = Text("Does it end on a vowel?", "Termina em vogal?")
    topology: ClassVar[Topology] = "many-to-one"
    language = "en"
    reads = "characters"
    classes = ("consonant", "vowel")
    labels: ClassVar[Mapping[str, Text]] = {
        "consonant": Text("consonant", "consoante"),
        "vowel": Text("vowel", "vogal"),
    }
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "rnn": {"hidden_size": 6, "embedding_dim": 3, "epochs": 3, "dropout": 0.0}
    }
    examples = (
        Example("word", Text("a word", "uma palavra"), "en", "sigmoid", Text("Look.", "Veja.")),
    )

    def tokenize(self, text: str) -> list[str]:
        return [letter for letter in text.lower() if letter.isalpha()]

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        return [PAD, UNKNOWN, *self.classes]

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        tokens = tuple(self.tokenize(text))
        if not tokens:
            raise InvalidInput("nothing_to_read", "input.text")
        ids = tuple(vocabulary[self.classes[token in VOWELS]] for token in tokens)
        return Encoding(tokens, ids, (True,) * len(tokens))

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        source = random.Random(split)
        texts = ["".join(source.choices("aeioubcdfg", k=source.randint(1, 9))) for _ in range(900)]
        digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        return Samples(texts, [int(text[-1] in VOWELS) for text in texts], digest)


TASK = Vowels()
