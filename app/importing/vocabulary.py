"""Files of words: ``stoi`` as JSON, a Keras tokenizer's JSON, a list as JSON, one word a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from ..contracts import InvalidInput

MAX_BYTES = 2**26
MAX_WORDS = 2_000_000


@dataclass(frozen=True)
class FoundVocabulary:
    """The tokens by row; a row that no token has is empty. ``answers`` are what comes with it."""

    words: tuple[str, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)


def read_vocabulary(path: Path, rows: int | None = None) -> FoundVocabulary:
    """Read a file of words. Raises :class:`InvalidInput`.

    ``rows`` are those of the embedding: words of a longer list have no vector, and are left out.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidInput("file_too_large", "vocabulary", limit=f"{MAX_BYTES // 2**20} MB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(path, str(getattr(error, "strerror", None) or "it is not text")) from error
    try:
        found = _parse(text)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _refuse(path, str(error)[:120]) from error
    if not any(found.words):
        raise _refuse(path, "it holds no word")
    return FoundVocabulary(found.words[:rows], found.answers)


def _refuse(path: Path, reason: str) -> InvalidInput:
    return InvalidInput("vocabulary_damaged", "vocabulary", name=path.name, reason=reason)


def _parse(text: str) -> FoundVocabulary:
    if text.lstrip()[:1] not in {"{", "["}:
        return FoundVocabulary(tuple(line.rstrip("\r") for line in text.rstrip("\n").split("\n")))
    found = from_json(text)
    if isinstance(found, str):  # tokenizer.to_json() written with json.dump
        found = from_json(found)
    if isinstance(found, list):
        return FoundVocabulary(tuple(_check_word(word) for word in found))
    if found.get("class_name") == "Tokenizer":
        return _read_tokenizer(found["config"])
    for key in ("stoi", "word_index", "word2idx", "token_to_id", "vocab"):
        if isinstance(found.get(key), dict):
            found = found[key]
    if all(isinstance(key, str) and key.isdigit() for key in found):  # itos
        found = {word: int(row) for row, word in found.items()}
    return FoundVocabulary(_by_row(found))


def _read_tokenizer(config: Mapping[str, Any]) -> FoundVocabulary:
    """Read what ``keras.preprocessing.text.Tokenizer.to_json`` writes; row 0 is padding."""
    index = config["word_index"]
    index = from_json(index) if isinstance(index, str) else index
    limit = config.get("num_words")
    if isinstance(limit, int):  # rarer words are unknown
        index = {word: row for word, row in index.items() if row < limit}
    answers = {
        "splitting": "characters" if config.get("char_level") else "words",
        "lower": bool(config.get("lower", True)),
    }
    return FoundVocabulary(_by_row(index), answers)


def _by_row(index: Mapping[str, Any]) -> tuple[str, ...]:
    rows = {int(row): _check_word(word) for word, row in index.items()}
    if rows and (min(rows) < 0 or max(rows) >= MAX_WORDS):
        raise ValueError(f"its rows go from {min(rows)} to {max(rows)}")
    return tuple(rows.get(row, "") for row in range(1 + max(rows, default=-1)))


def _check_word(word: object) -> str:
    if not isinstance(word, str):
        raise TypeError(f"{word!r:.40} is no word")
    return word
