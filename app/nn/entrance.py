"""How an input enters a network: a token's row of the embedding, or numbers as they are scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..contracts import UNKNOWN_ROW, Array, Encoding
from .ngrams import Spellings, add_spelling
from .norms import measure_norms


@dataclass(frozen=True, slots=True)
class EntranceShape:
    """The sizes of what stands before the first layer.

    ``vocabulary`` is the rows of the embedding, 0 where numbers enter; ``ngrams`` those of the
    table by which a word outside the vocabulary is spelled, 0 where there is none.
    """

    vocabulary: int
    inputs: int
    ngrams: int

    def name_weights(self) -> dict[str, tuple[int, ...]]:
        """Give the name and the shape of every tensor."""
        shapes: dict[str, tuple[int, ...]] = {}
        if self.vocabulary:
            shapes["embedding.weight"] = (self.vocabulary, self.inputs)
        if self.ngrams:
            shapes["ngram_embedding.weight"] = (self.ngrams, self.inputs)
        return shapes


def enter(weights: Mapping[str, Tensor], encoding: Encoding) -> Tensor:
    """Give what the first layer takes, ``[T, X]``.

    Numbers enter as they are. A token is its row of the embedding; one outside the vocabulary has
    the row of ``<unk>``, plus the mean of its n-grams where the network has a table of them.
    """
    if encoding.values is not None:
        like = next(iter(weights.values()))
        return torch.from_numpy(encoding.values).to(like.dtype)
    x = nn.functional.embedding(torch.tensor(encoding.token_ids), weights["embedding.weight"])
    table = weights.get("ngram_embedding.weight")
    return x if table is None else add_spelling(x, encoding, table)


def measure_saliency(encoding: Encoding, grad_inputs: Array) -> Array:
    """Give ``[T, F]``, how strongly the loss answers to each number that enters.

    ``grad_inputs [T, X]`` is the gradient at what the first layer takes. Of numbers it is their
    absolute gradient; of a token the 2-norm over its vector (Li et al. 2016, Visualizing and
    understanding neural models in NLP).
    """
    if encoding.values is not None:
        return np.abs(grad_inputs)
    return measure_norms(grad_inputs)[:, None]


class Entrance(nn.Module):
    """The same as part of a trainable module, for batches.

    Ids from V on are those that ``spellings`` gives to tokens which are read by their spelling.
    While it learns, what the readout gives is multiplied by ``output_std [C]`` and added to
    ``output_mean [C]``: numbers are then learnt at one scale, whatever their unit.
    """

    def __init__(self, shape: EntranceShape) -> None:
        super().__init__()
        self.embedding: nn.Embedding | None = None
        self.ngram_embedding: nn.Embedding | None = None
        self.spellings: Spellings | None = None
        self.output_mean, self.output_std = torch.zeros(1), torch.ones(1)
        if shape.vocabulary:
            self.embedding = nn.Embedding(shape.vocabulary, shape.inputs)
        if shape.ngrams:
            self.ngram_embedding = nn.Embedding(shape.ngrams, shape.inputs)
            self.spellings = Spellings(shape.vocabulary, shape.ngrams)

    def embed(self, inputs: Tensor) -> Tensor:
        """Give the vectors ``[B, T, X]`` of ids ``[B, T]`` or numbers ``[B, T, F]``."""
        if self.embedding is None:
            return inputs
        if self.ngram_embedding is None or self.spellings is None:
            x: Tensor = self.embedding(inputs)
            return x
        spelled = inputs >= self.embedding.num_embeddings
        x = self.embedding(inputs.masked_fill(spelled, UNKNOWN_ROW))
        if not spelled.any():
            return x
        bags = self.spellings.select(inputs[spelled])
        places = spelled.flatten().nonzero().squeeze(1)
        means = bags.average(self.ngram_embedding.weight)
        return x.flatten(0, 1).index_add(0, places, means).view_as(x)
