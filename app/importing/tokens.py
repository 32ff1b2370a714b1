"""How a text becomes the rows of an embedding that somebody else trained."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..contracts import PAD, Encoding, InvalidInput
from ..text.characters import show_whitespace
from .answers import Answers, Padding, Splitting
from .vocabulary import FoundVocabulary, read_vocabulary

# What vocabularies call the row of words that they lack.
UNKNOWN_TOKENS = ("<unk>", "[UNK]", "<UNK>", "<OOV>", "<oov>", "UNK", "unk", "OOV", "oov")
_SPECIAL = re.compile(r"<.*>|\[.*\]|#\d+|\s*|unk|oov", re.IGNORECASE)
# What Keras' Tokenizer turns into spaces; the apostrophe stays.
_FILTERED = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))
_STRIPPED = str.maketrans("", "", string.punctuation)
SHOWN_WORDS = 8  # of an example


@dataclass(frozen=True)
class Tokens:
    """The tokens of an embedding by row, and how texts are split into them."""

    vocabulary: tuple[str, ...]
    splitting: Splitting
    lower: bool
    padding: Padding | None
    skips_zero: bool

    def split(self, text: str) -> list[str]:
        """Split a text as in training."""
        if self.lower:
            text = text.lower()
        match self.splitting:
            case "words":
                return text.translate(_FILTERED).split()
            case "stripped":
                return text.translate(_STRIPPED).split()
            case "characters":
                return list(text)
        return text.split()

    def encode(self, text: str, index: Mapping[str, int]) -> Encoding:
        """Turn a text into tokens and ids. Raises :class:`InvalidInput` where nothing is left.

        A word that the vocabulary lacks is read as its row for such, and where it has none not at
        all, as in the framework it comes from. A row 0 that is masked is not read either.
        """
        unknown = next((index[name] for name in UNKNOWN_TOKENS if name in index), None)
        found: list[tuple[str, int, bool]] = []
        for token in self.split(text):
            row = index.get(token)
            if row is None and self.splitting == "ids":
                raise InvalidInput(
                    "tokens_not_ids",
                    "input.text",
                    word=token[:40],
                    limit=len(self.vocabulary) - 1,
                )
            if row is None and unknown is None:
                continue
            id_ = unknown if row is None else row
            if id_ is not None and (id_ or not self.skips_zero):
                found.append((show_whitespace(token), id_, row is not None))
        if not found:
            raise InvalidInput("nothing_to_read", "input.text")
        if self.padding is not None and not self.skips_zero:
            fill = [(PAD, self.padding.id, True)] * (self.padding.length - len(found))
            found = [*fill, *found] if self.padding.side == "before" else [*found, *fill]
        tokens, ids, known = zip(*found, strict=True)
        return Encoding(tokens, ids, known)

    def make_example(self) -> str:
        """Give a text of known tokens."""
        if self.splitting == "ids":
            rows = range(1, len(self.vocabulary)) if len(self.vocabulary) > 1 else range(1)
            return " ".join(self.vocabulary[row] for row in rows[:SHOWN_WORDS])
        words = [word for word in self.vocabulary if not _SPECIAL.fullmatch(word)]
        joint = "" if self.splitting == "characters" else " "
        return joint.join(words[:SHOWN_WORDS]) or self.vocabulary[-1]


def find_tokens(answers: Answers, rows: int, *, skips_zero: bool, folder: Path) -> Tokens:
    """Give the tokens of an embedding of ``rows``, by what was answered and else by a guess.

    A vocabulary's file is looked for from ``folder``. Raises :class:`InvalidInput`.
    """
    found = _load(answers, rows, folder)
    told = answers.with_defaults(found.answers)
    words = found.words
    if not any(words):
        ids = tuple(str(row) for row in range(rows))
        return Tokens(ids, "ids", lower=False, padding=answers.padding, skips_zero=skips_zero)
    lower = not any(word != word.lower() and not _SPECIAL.fullmatch(word) for word in words)
    named = tuple(word or f"#{row}" for row, word in enumerate(words))
    named += tuple(f"#{row}" for row in range(len(named), rows))
    return Tokens(
        named,
        told.splitting or ("characters" if _are_characters(words) else "words"),
        lower if told.lower is None else told.lower,
        answers.padding,
        skips_zero,
    )


def _load(answers: Answers, rows: int, folder: Path) -> FoundVocabulary:
    match answers.vocabulary:
        case str() as name:
            return read_vocabulary(folder / name, rows)
        case list() as words:
            return FoundVocabulary(tuple(words[:rows]))
    return FoundVocabulary(())


def _are_characters(words: Sequence[str]) -> bool:
    plain = [word for word in words if word.isspace() or not _SPECIAL.fullmatch(word)]
    return bool(plain) and sum(len(word) == 1 for word in plain) > 0.8 * len(plain)
