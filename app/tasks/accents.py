"""Which accents were taken away? Novels and stories by Machado de Assis, in Portuguese.

The network reads a text without accents and cedillas, character by character, and gives each
character back as it was written. What decides on a letter often stands after it: the "o" of "nao"
makes its "a" an "ã". Who reads one way has not seen it yet; who reads both ways has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..contracts import (
    IGNORE_INDEX,
    PAD,
    UNKNOWN,
    Encoding,
    Example,
    Integers,
    LabeledSequence,
    Recipe,
    Samples,
    Text,
)
from ..text.books import ALPHABET, read_books
from ..text.characters import CharacterTask, label_characters, show_whitespace

CARRIERS = frozenset("aeioucAEIOUC")  # the letters that may carry an accent or a cedilla
SHARED = {
    "hidden_size": 64,
    "embedding_dim": 24,
    "max_length": 100,
    "batch_size": 64,
    "epochs": 6,
    "learning_rate": 5e-3,
    "dropout": 0.0,
    "word_dropout": 0.002,
    "validation_size": 225_000,
}

_WORD = re.compile(r"[^\W\d_]+")


def strip_accents(letter: str) -> str:
    """Give a character without its accents and its cedilla."""
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if all(map(unicodedata.combining, parts[1:])) else letter


class Accents(CharacterTask):
    """The answer at every step is the character read there, with the accent it was written with.

    A text that a person typed with accents says what is right; one without any says nothing.
    """

    title = Text("Accents of Portuguese", "Acentos do português")
    about = Text(
        "Reads Portuguese without its accents, letter by letter, and puts them back.",
        "Lê português sem acentos, letra por letra, e devolve os acentos.",
    )
    language = "pt"
    classes = tuple(show_whitespace(ALPHABET))
    labels: ClassVar[Mapping[str, Text]] = label_characters(classes)
    figures: ClassVar[Mapping[str, Text]] = {
        "letters": Text("letters a, e, i, o, u and c", "letras a, e, i, o, u e c"),
        "words": Text("whole words", "palavras inteiras"),
        "right": Text("as written", "como escritas"),
        "never": Text("if it never put an accent", "se nunca pusesse acento"),
    }
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED,
        "rnn": SHARED | {"learning_rate": 2e-3},
    }
    examples = (
        Example(
            "bread",
            Text("bread and table", "pão e mesa"),
            "pt",
            "Eles dão o pão e põem a mesa.",
            Text(
                "“Dao”, “pao”, “poem”: what needs the til comes too late for who reads one way.",
                "“Dao”, “pao”, “poem”: o que pede o til chega tarde para quem lê num só sentido.",
            ),
        ),
        Example(
            "not_there",
            Text("you are not there", "você não está lá"),
            "pt",
            "Você não está lá.",
            Text(
                "“La” is a whole word only once the full stop is read. Who has read it in time?",
                "“La” só é uma palavra inteira quando se lê o ponto. Quem o leu a tempo?",
            ),
        ),
        Example(
            "thrush",
            Text("three times sabia", "três vezes sabia"),
            "pt",
            "Ele sabia que o sabiá sabia assobiar.",
            Text(
                "The bird is rare in Machado's books: all four read the verb three times.",
                "O pássaro é raro nos livros de Machado: as quatro leem o verbo três vezes.",
            ),
        ),
        Example(
            "hearts",
            Text("til and cedilla", "til e cedilha"),
            "pt",
            "A comoção e a ambição dos corações não são razões.",
            Text(
                "Going right, “sa” is still open; coming back from “ao”, it is plain.",
                "Na ida, “sa” ainda está em aberto; na volta, vinda do “ao”, já se sabe.",
            ),
        ),
        Example(
            "typed_without",
            Text("typed without accents", "escrito sem acentos"),
            "pt",
            "Ninguem sabia se o medico ja tinha saido de la",
            Text(
                "Without accents the text says nothing of what is right: read the answer above.",
                "Sem acentos, o texto não diz o que é certo: leia a resposta em cima.",
            ),
        ),
    )

    def __init__(self) -> None:
        self.class_index = {token: k for k, token in enumerate(self.classes)}
        self.vocabulary_index = {token: k for k, token in enumerate(self.build_vocabulary([], 0))}
        self.may_carry = np.array([strip_accents(token) in CARRIERS for token in self.classes])

    def read_texts(self, folder: Path | None) -> tuple[list[str], list[bytes]]:
        return read_books(folder)

    def tokenize(self, text: str) -> list[str]:
        return [strip_accents(token) for token in super().tokenize(text)]

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        """Take the alphabet without its accents, whatever the texts hold."""
        return [PAD, UNKNOWN, *(token for token in self.classes if strip_accents(token) == token)]

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        encoding = super().read(text, vocabulary)
        written = tuple(super().tokenize(text))
        return encoding if written == encoding.tokens else replace(encoding, target_tokens=written)

    def find_targets(self, encoding: Encoding, target: int | None = None) -> Integers:
        if target is not None or not encoding.target_tokens:
            return super().find_targets(encoding, target)
        return np.array(
            [self.class_index.get(letter, IGNORE_INDEX) for letter in encoding.target_tokens],
            dtype=np.int64,
        )

    def trim(self, sequence: LabeledSequence, recipe: Recipe) -> LabeledSequence:
        """Validate on the letters that may carry an accent: the others are only copied."""
        targets = np.where(
            self._is_counted(sequence.targets.astype(np.int64)), sequence.targets, IGNORE_INDEX
        )
        return LabeledSequence(sequence.inputs, targets)

    def grade(
        self,
        samples: Samples,
        predicted: Sequence[Integers],
        learned: Samples | None = None,
    ) -> Mapping[str, Any]:
        """Give how many letters, of those that may carry an accent, and how many words are right.

        Beside each stands what putting no accent at all would reach.
        """
        letters, words = [], []  # of each whether it is right, and whether it has no accent
        for text, guesses in zip(samples.inputs, predicted, strict=True):
            encoding = self.read(text, self.vocabulary_index)
            targets = self.find_targets(encoding)
            if not encoding.target_tokens:  # a text that says nothing
                continue
            right = np.zeros(len(targets), dtype=np.bool_)  # a letter that it cannot write is not
            right[targets != IGNORE_INDEX] = guesses == targets[targets != IGNORE_INDEX]
            bare = np.array(encoding.target_tokens) == np.array(encoding.tokens)
            letters.append(np.stack([right, bare])[:, self._is_counted(targets)])
            for word in _WORD.finditer("".join(encoding.target_tokens)):
                words.append([part[slice(*word.span())].all() for part in (right, bare)])
        of_letters, of_words = np.hstack(letters), np.array(words).T
        return {
            "accuracy": float(of_letters[0].mean()),
            "samples": of_letters.shape[1],
            **{
                name: {"right": float(right.mean()), "never": float(bare.mean())}
                for name, (right, bare) in (("letters", of_letters), ("words", of_words))
            },
        }

    def _is_counted(self, targets: Integers) -> NDArray[np.bool_]:
        may_carry: NDArray[np.bool_] = self.may_carry[np.maximum(targets, 0)]
        counted: NDArray[np.bool_] = may_carry & (targets != IGNORE_INDEX)
        return counted


TASK = Accents()
