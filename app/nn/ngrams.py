"""Reads a word by its spelling: the mean of vectors that hashed character n-grams have.

Bojanowski et al. (2017), "Enriching word vectors with subword information", section 3.2: n-grams of
3 to 5 characters of ``<word>``, and ``<word>`` itself whole, each hashed to a row of one table.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..contracts import Encoding

NGRAM_LENGTHS = (3, 4, 5)  # characters, the marks of a word's ends included
_APOSTROPHES = re.compile("['’‘`´ʼ]")
_REPEATED = re.compile(r"([^\W\d_])\1+")


def normalize_spelling(token: str) -> str:
    """Write a token without what haste changes: case, accents, apostrophes, repeated letters.

    "Não" and "nao", "didn't" and "didnt", "soooo" and "so" are then the same.
    """
    plain = _APOSTROPHES.sub("", token.casefold())
    letters = unicodedata.normalize("NFKD", plain)
    folded = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _REPEATED.sub(r"\1", folded)


def list_ngrams(token: str, rows: int) -> tuple[int, ...]:
    """Give the rows of a table of ``rows`` that hold a token's n-grams.

    A token without letters or digits, as an emoji or a mark, has none. The hash is CRC-32, the same
    on every machine; an n-gram that stands twice counts once.
    """
    spelling = normalize_spelling(token)
    if not any(letter.isalnum() for letter in spelling):
        return ()
    word = f"<{spelling}>"
    ngrams = [word[k : k + n] for n in NGRAM_LENGTHS for k in range(len(word) - n + 1)]
    return tuple(zlib.crc32(ngram.encode()) % rows for ngram in dict.fromkeys([*ngrams, word]))


class Bags(NamedTuple):
    """The n-gram rows of S tokens end to end, as ``nn.functional.embedding_bag`` takes them."""

    rows: Tensor  # of all tokens, one after the other
    offsets: Tensor  # [S], where each token's rows begin

    def average(self, table: Tensor) -> Tensor:
        """Give the mean of each token's rows of ``table [N, X]``: ``[S, X]``; 0 where none are."""
        mean: Tensor = nn.functional.embedding_bag(self.rows, table, self.offsets, mode="mean")
        return mean


def bag_ngrams(tokens: Iterable[str], rows: int) -> Bags:
    """List the n-grams of tokens one after the other."""
    bags = [list_ngrams(token, rows) for token in tokens]
    offsets = [0, *accumulate(map(len, bags))][: len(bags)]
    flat = [row for bag in bags for row in bag]
    return Bags(torch.tensor(flat, dtype=torch.long), torch.tensor(offsets, dtype=torch.long))


def add_spelling(x: Tensor, encoding: Encoding, table: Tensor) -> Tensor:
    """Add to the rows of ``x [T, X]`` at unknown tokens the mean of their n-grams in ``table``."""
    unknown = [step for step, known in enumerate(encoding.known) if not known]
    if not unknown:
        return x
    bags = bag_ngrams([encoding.tokens[step] for step in unknown], len(table))
    return x.index_add(0, torch.tensor(unknown), bags.average(table))


class Spellings:
    """Numbers the tokens that training reads by their spelling, each with its n-grams at hand.

    A token's id is ``vocabulary`` plus its number: beyond the rows of the embedding, so that one
    tensor of ids says of every token how it is read.
    """

    def __init__(self, vocabulary: int, rows: int) -> None:
        """Begin with no token; ``vocabulary`` is V, ``rows`` that of the n-gram table."""
        self.vocabulary = vocabulary
        self.rows = rows
        self._ids: dict[str, int] = {}
        self._bags = bag_ngrams([], rows)  # of the first tokens; the others are added when asked
        self._counts = torch.zeros(0, dtype=torch.long)

    def identify(self, token: str) -> int:
        """Give the id by which a token is read by its spelling."""
        return self._ids.setdefault(token, self.vocabulary + len(self._ids))

    def select(self, ids: Tensor) -> Bags:
        """Give the n-grams of tokens by their ids ``[S]``."""
        self._list_new()
        places = ids - self.vocabulary
        counts = self._counts[places]
        ends = counts.cumsum(0)
        offsets = ends - counts
        shift = torch.repeat_interleave(self._bags.offsets[places] - offsets, counts)
        return Bags(self._bags.rows[shift + torch.arange(len(shift))], offsets)

    def _list_new(self) -> None:
        listed = len(self._counts)
        if listed == len(self._ids):
            return
        rows, offsets = bag_ngrams(list(self._ids)[listed:], self.rows)
        start = len(self._bags.rows)
        ends = torch.cat([offsets[1:], torch.tensor([len(rows)])])
        self._bags = Bags(
            torch.cat([self._bags.rows, rows]), torch.cat([self._bags.offsets, start + offsets])
        )
        self._counts = torch.cat([self._counts, ends - offsets])
