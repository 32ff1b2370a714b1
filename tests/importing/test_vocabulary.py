"""Vocabularies in the shapes that people keep them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gatescope.contracts import InvalidInput
from gatescope.importing.vocabulary import MAX_WORDS, read_vocabulary

WORDS = ("<pad>", "<unk>", "bom", "não")
INDEX = {word: row for row, word in enumerate(WORDS)}
TOKENIZER = {
    "class_name": "Tokenizer",
    "config": {
        "num_words": 4,
        "lower": True,
        "char_level": False,
        "word_index": json.dumps({"<OOV>": 1, "bom": 2, "não": 3, "raro": 4}),
    },
}


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(WORDS),
        "\r\n".join(WORDS) + "\r\n",
        "\ufeff" + "\n".join(WORDS),
        json.dumps(WORDS),
        json.dumps(INDEX),
        json.dumps({"stoi": INDEX, "itos": 3}),
        json.dumps({"word_index": INDEX}),
        json.dumps({str(row): word for word, row in INDEX.items()}),
    ],
)
def test_every_shape_gives_the_words_by_row(tmp_path: Path, text: str) -> None:
    path = tmp_path / "words"
    path.write_bytes(text.encode())
    found = read_vocabulary(path)
    assert (found.words, found.answers) == (WORDS, {})


@pytest.mark.parametrize("twice", [True, False])
def test_a_keras_tokenizer_keeps_row_0_and_its_rarest_words_out(
    tmp_path: Path, twice: bool
) -> None:
    path = tmp_path / "tokenizer.json"
    text = json.dumps(TOKENIZER)
    path.write_text(json.dumps(text) if twice else text)
    if twice:  # a JSON string that holds JSON is not told from a list of words by its first letter
        path.write_text(text)
    found = read_vocabulary(path)
    assert found.words == ("", "<OOV>", "bom", "não")
    assert found.answers == {"splitting": "words", "lower": True}


def test_words_beyond_the_embedding_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "words"
    path.write_text("\n".join(WORDS), encoding="utf-8")
    assert read_vocabulary(path, 3).words == WORDS[:3]


def test_rows_that_no_word_has_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "stoi.json"
    path.write_text(json.dumps({"a": 1, "b": 3}))
    assert read_vocabulary(path).words == ("", "a", "", "b")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\0",
        b"{",
        b'{"a": "b"}',
        b'{"a": -1}',
        b"[1, 2]",
        b"[" * 100_000,
        json.dumps({"a": MAX_WORDS}).encode(),
        json.dumps({"a": 10**400}).encode(),
        b'{"class_name": "Tokenizer"}',
    ],
)
def test_what_is_no_vocabulary_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "words"
    path.write_bytes(content)
    refuse(path)


def refuse(path: Path) -> dict[str, Any]:
    with pytest.raises(InvalidInput) as raised:
        read_vocabulary(path)
    assert raised.value.code == "vocabulary_damaged"
    return dict(raised.value.values)


def test_a_folder_and_nothing_are_told_in_a_sentence(tmp_path: Path) -> None:
    refuse(tmp_path)
    assert "No such file" in refuse(tmp_path / "none")["reason"]
