"""What the tasks that read characters share; each brings its alphabet and its texts."""

from __future__ import annotations

import unicodedata
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from ..contracts import (
    BITS,
    IGNORE_INDEX,
    PAD,
    UNKNOWN,
    Encoding,
    Figure,
    Integers,
    LabeledSequence,
    Recipe,
    Samples,
    Text,
    TokenTask,
)

NEWLINE, SPACE = "↵", "␣"
TEST_SHARE = 0.05  # of every text, at its end

_SHOW = str.maketrans({"\n": NEWLINE, " ": SPACE})
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "—", "\t": " ", "\u00a0": " "})


def show_whitespace(text: str) -> str:
    """Make white space visible: a newline is ↵, a space ␣."""
    return text.translate(_SHOW)


def restore_whitespace(tokens: str) -> str:
    """Turn what :func:`show_whitespace` gives back into a plain text."""
    return tokens.replace(NEWLINE, "\n").replace(SPACE, " ")


def label_characters(classes: Sequence[str]) -> dict[str, Text]:
    """Name every character: itself, but for white space."""
    names = {NEWLINE: Text("new line", "nova linha"), SPACE: Text("space", "espaço")}
    return {token: names.get(token, Text(token, token)) for token in classes}


class CharacterTask(TokenTask):
    """Many-to-many: whole texts, read and answered character by character.

    White space is shown (↵, ␣) and read back; curly quotes and dashes are read as plain ones. A
    character outside the alphabet is ``<unk>``, and is never asked for.
    """

    topology = "many-to-many"
    reads = "characters"

    @abstractmethod
    def read_texts(self, folder: Path | None) -> tuple[list[str], list[bytes]]:
        """Give the whole texts, and the bytes they came from."""

    def tokenize(self, text: str) -> list[str]:
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        # A letter and its accent may be typed as two characters, or pasted so.
        return list(show_whitespace(unicodedata.normalize("NFC", plain).translate(_PLAIN)))

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        """Take the alphabet, whatever the texts hold."""
        return [PAD, UNKNOWN, *self.classes]

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        tokens = self.tokenize(text)
        unknown = vocabulary[UNKNOWN]
        ids = tuple([vocabulary.get(token, unknown) for token in tokens])
        return Encoding(tuple(tokens), ids, tuple([i != unknown for i in ids]))

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        texts, raw = self.read_texts(folder)
        digest = sha256()
        for part in raw:
            digest.update(part)
        starts = [len(text) - round(TEST_SHARE * len(text)) for text in texts]
        pairs = list(zip(texts, starts, strict=True))
        return _build_samples(
            [text[:end] if split == "train" else text[end:] for text, end in pairs],
            digest.hexdigest(),
        )

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Hold out the end of every text, ``recipe.validation_size`` characters in all."""
        share = min(0.2, recipe.validation_size / sum(map(len, samples.inputs)))
        starts = [len(text) - round(share * len(text)) for text in samples.inputs]
        pairs = list(zip(samples.inputs, starts, strict=True))
        return (
            _build_samples([text[:end] for text, end in pairs], samples.digest),
            _build_samples([text[end:] for text, end in pairs], samples.digest),
        )

    def trim(self, sequence: LabeledSequence, recipe: Recipe) -> LabeledSequence:
        """Read the whole text, the state carried on, as in writing."""
        return sequence

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Cut the text into pieces of ``recipe.max_length``, from another place in each epoch."""
        first = int(source.integers(0, recipe.max_length))
        for start in range(first, len(sequence.inputs) - recipe.max_length + 1, recipe.max_length):
            stop = start + recipe.max_length
            yield LabeledSequence(sequence.inputs[start:stop], sequence.targets[start:stop])


class NextCharacterTask(CharacterTask):
    """The right answer of every step is the character that follows (Graves 2013, section 3).

    The classes are the characters themselves, so what the network writes can be read again.
    """

    writes = True
    figure: ClassVar[Figure] = BITS

    def find_targets(self, encoding: Encoding, target: int | None = None) -> Integers:
        if target is not None:
            return super().find_targets(encoding, target)
        index = {token: k for k, token in enumerate(self.classes)}
        following = [index.get(token, IGNORE_INDEX) for token in encoding.tokens[1:]]
        return np.array([*following, IGNORE_INDEX], dtype=np.int64)


def _build_samples(texts: Sequence[str], digest: str) -> Samples:
    present = [text for text in texts if text]  # a very short one may have no end to hold out
    return Samples(present, [None] * len(present), digest)
