"""Texts as the rows of an embedding that somebody else trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gatescope.contracts import InvalidInput
from gatescope.importing.answers import Answers
from gatescope.importing.tokens import Tokens, find_tokens

WORDS = ["", "[UNK]", "good", "don't", "dont", "film"]


def find(
    words: list[str], rows: int | None = None, *, skips_zero: bool = False, **more: Any
) -> Tokens:
    answers = Answers.model_validate({"vocabulary": words, **more})
    return find_tokens(answers, rows or len(words), skips_zero=skips_zero, folder=Path())


def encode(tokens: Tokens, text: str) -> tuple[int, ...]:
    index = {word: row for row, word in enumerate(tokens.vocabulary)}
    return tokens.encode(text, index).token_ids


@pytest.mark.parametrize(
    ("splitting", "text", "ids"),
    [
        ("words", "Don't! Good-film", (3, 2, 5)),
        ("stripped", "Don't! Good film.", (4, 2, 5)),
        ("spaces", "don't good!", (3, 1)),
    ],
)
def test_a_text_is_split_as_in_training(splitting: str, text: str, ids: tuple[int, ...]) -> None:
    assert encode(find(WORDS, splitting=splitting), text) == ids


def test_characters_are_guessed_and_white_space_is_shown() -> None:
    tokens = find(["<pad>", *"ab \n"])
    assert tokens.splitting == "characters"
    found = tokens.encode("a b\n", {word: row for row, word in enumerate(tokens.vocabulary)})
    assert (found.tokens, found.token_ids) == (("a", "␣", "b", "↵"), (1, 3, 2, 4))


def test_capitals_are_read_as_small_letters_where_the_vocabulary_has_none() -> None:
    assert find(WORDS).lower
    assert not find(["<PAD>", "Good"]).lower
    assert not find(WORDS, lower=False).lower


def test_a_word_that_the_vocabulary_lacks_is_its_row_for_such_or_not_read() -> None:
    assert encode(find(WORDS), "good new film") == (2, 1, 5)
    assert encode(find(["", "good", "film"]), "good new film") == (1, 2)
    with pytest.raises(InvalidInput) as raised:
        encode(find(["", "good", "film"]), "new")
    assert raised.value.code == "nothing_to_read"


def test_rows_without_a_token_have_their_number() -> None:
    assert find(["a", ""], 4).vocabulary == ("a", "#1", "#2", "#3")


def test_a_masked_row_is_not_read_and_nothing_is_filled_up() -> None:
    padding = {"length": 5}
    tokens = find(["good", "film"], skips_zero=True, padding=padding)
    assert encode(tokens, "good film") == (1,)
    assert encode(find(["<pad>", "film"], padding=padding), "film") == (0, 0, 0, 0, 1)


def test_an_example_is_made_of_known_tokens() -> None:
    assert find(WORDS).make_example() == "good don't dont film"
    assert find(["<pad>", *"abc"]).make_example() == "abc"
    assert find_tokens(Answers(), 4, skips_zero=False, folder=Path()).make_example() == "1 2 3"
