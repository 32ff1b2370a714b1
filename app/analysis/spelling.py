"""What a word outside the vocabulary is read like: those whose vectors are nearest to its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..cancellation import checkpoint
from ..contracts import UNKNOWN_ROW, Array, Encoding, SimilarToken, float64
from ..nn.network import Network
from ..nn.ngrams import list_ngrams

SIMILAR = 3  # words named for each
AT_ONCE = 32  # words compared in one go, each with the whole vocabulary


def find_similar(
    network: Network, encoding: Encoding, vocabulary: Sequence[str], count: int = SIMILAR
) -> tuple[tuple[SimilarToken, ...], ...] | None:
    """Give at each step the ``count`` words nearest by cosine to a vector that was spelled out.

    There are none at a token of the vocabulary, which has a vector of its own, nor at one without
    letters or digits, which is read as ``<unk>`` alone. None where the network has no n-grams.
    """
    rows = network.shape.ngrams
    if not rows:
        return None
    spelled = [
        step
        for step, (token, known) in enumerate(zip(encoding.tokens, encoding.known, strict=True))
        if not known and list_ngrams(token, rows)
    ]
    similar: list[tuple[SimilarToken, ...]] = [()] * len(encoding.tokens)
    if spelled:
        x = float64(network.read(encoding))
        first = UNKNOWN_ROW + 1  # the first row that is a word's
        words = float64(network.weights["embedding.weight"])[first:]
        for start in range(0, len(spelled), AT_ONCE):
            checkpoint()
            steps = spelled[start : start + AT_ONCE]
            for step, row in zip(steps, measure_cosines(x[steps], words), strict=True):
                few = np.argpartition(row, -min(count, len(row)))[-count:]
                nearest = few[np.lexsort((few, -row[few]))]
                similar[step] = tuple(
                    SimilarToken(vocabulary[first + k], float(row[k])) for k in nearest.tolist()
                )
    return tuple(similar)


def measure_cosines(one: Array, other: Array) -> Array:
    """Give the cosine of every row of ``[N, X]`` with every row of ``[M, X]``; 0 at a zero row."""
    lengths = np.outer(*(np.sqrt(np.einsum("ij,ij->i", rows, rows)) for rows in (one, other)))
    products = one @ other.T
    cosines: Array = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return cosines
