"""The n-grams of a word, listed and averaged another way."""

from __future__ import annotations

import subprocess
import sys
import zlib

import pytest
import torch
from gatescope.contracts import Encoding
from gatescope.nn.ngrams import (
    Spellings,
    add_spelling,
    bag_ngrams,
    list_ngrams,
    normalize_spelling,
)

ROWS = 1_000


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nao", "não"),
        ("NÃO", "não"),
        ("na\u0303o", "não"),
        ("didnt", "didn't"),
        ("didn’t", "didn't"),
        ("soooo", "so"),
        ("ameeei", "amei"),
        ("otiiimo", "ótimo"),
        ("posible", "possible"),
        ("coracao", "coração"),
    ],
)
def test_what_haste_changes_leaves_every_ngram_as_it_was(typed: str, meant: str) -> None:
    assert list_ngrams(typed, ROWS) == list_ngrams(meant, ROWS) != ()


def test_repeated_digits_are_another_number() -> None:
    assert normalize_spelling("1000") == "1000"
    assert list_ngrams("1000", ROWS) != list_ngrams("10", ROWS)


def test_the_ngrams_have_three_to_five_characters_and_the_word_is_one_of_them() -> None:
    expected = ["<fi", "fil", "ilm", "lms", "ms>"]
    expected += ["<fil", "film", "ilms", "lms>", "<film", "films", "ilms>", "<films>"]
    assert list_ngrams("films", ROWS) == tuple(zlib.crc32(n.encode()) % ROWS for n in expected)


def test_an_ngram_that_stands_twice_or_is_the_whole_word_counts_once() -> None:
    assert len(list_ngrams("a", 2**31)) == 1  # <a>
    assert len(list_ngrams("banana", 2**31)) == len(
        {"<banana>"[k : k + n] for n in (3, 4, 5) for k in range(9 - n)} | {"<banana>"}
    )


@pytest.mark.parametrize("token", ["❤", "!", "...", ":)", "👍", "'"])
def test_a_token_without_letters_or_digits_has_none(token: str) -> None:
    assert list_ngrams(token, ROWS) == ()


@pytest.mark.parametrize("token", ["7", "ção", "fílm", "ñ", "映画", "d2"])
def test_a_token_with_one_has_some_in_the_table(token: str) -> None:
    rows = list_ngrams(token, 7)
    assert rows
    assert set(rows) <= set(range(7))


def test_the_hash_is_the_same_in_another_process() -> None:
    script = "from gatescope.nn.ngrams import list_ngrams; print(list_ngrams('ótimo', 8192))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(list_ngrams("ótimo", 8192))
    assert list_ngrams("so", 2**32) == (zlib.crc32(b"<so"), zlib.crc32(b"so>"), zlib.crc32(b"<so>"))


def test_the_mean_is_that_of_each_tokens_rows_and_zero_without_any() -> None:
    table = torch.randn(50, 4, generator=torch.Generator().manual_seed(0)).double()
    tokens = ["filme", "❤", "a", "!", "ótimo"]
    means = bag_ngrams(tokens, 50).average(table)
    for token, mean in zip(tokens, means, strict=True):
        rows = list_ngrams(token, 50)
        expected = sum((table[row] for row in rows), torch.zeros(4).double()) / max(1, len(rows))
        torch.testing.assert_close(mean, expected)
    assert bag_ngrams(["❤"], 50).average(table).tolist() == [[0.0] * 4]


def test_a_spelling_is_added_at_unknown_tokens_alone() -> None:
    table = torch.randn(50, 3, generator=torch.Generator().manual_seed(1)).double()
    x = torch.arange(12.0).double().reshape(4, 3)
    encoding = Encoding(("a", "filmee", "a", "❤"), (2, 1, 2, 1), (True, False, True, False))
    found = add_spelling(x, encoding, table)
    assert torch.equal(found[[0, 2, 3]], x[[0, 2, 3]])
    torch.testing.assert_close(found[1], x[1] + table[list(list_ngrams("filmee", 50))].mean(0))
    plain = Encoding(("a",) * 4, (2,) * 4, (True,) * 4)
    assert add_spelling(x, plain, table) is x


def test_a_token_keeps_its_number_and_its_ngrams_while_others_are_added() -> None:
    spellings = Spellings(10, 50)
    table = torch.randn(50, 3, generator=torch.Generator().manual_seed(2))
    tokens = ["filme", "❤", "ruim", "filme", "bom"]
    first = [spellings.identify(token) for token in tokens]
    assert first == [10, 11, 12, 10, 13]
    before = spellings.select(torch.tensor(first)).average(table)
    torch.testing.assert_close(before, bag_ngrams(tokens, 50).average(table))
    more = ["chato", "a", "🙂"]
    ids = torch.tensor([*(spellings.identify(token) for token in more), *first])
    after = spellings.select(ids).average(table)
    torch.testing.assert_close(after, bag_ngrams([*more, *tokens], 50).average(table))
    assert spellings.select(ids[:0]).average(table).shape == (0, 3)
