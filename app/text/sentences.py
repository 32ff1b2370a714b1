"""Cuts single sentences that tell a text's class out of longer texts, to train on short ones too.

Which sentences do is told by a stronger judge of words than of order: the log-count ratios of words
and pairs of words (Wang and Manning 2012, "Baselines and Bigrams"), counted on the same texts.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

SHORTEST, LONGEST = 3, 30  # tokens of a sentence
MIN_TEXTS = 10  # a feature of fewer texts may tell the text rather than its class
SMALLEST_MARGIN = 3.0  # of the summed log-count ratios, towards the text's own class
PER_TEXT = 2  # sentences of one text, those with the widest margin

_END = re.compile(r"(?<=[.!?])[\s\"')]+|<br\s*/?>|\n+")

Tokenizer = Callable[[str], list[str]]


def split_sentences(text: str) -> list[str]:
    """Split at full stops, exclamation and question marks, and line breaks."""
    return [sentence.strip() for sentence in _END.split(text) if sentence and sentence.strip()]


def list_features(tokens: Sequence[str]) -> set[str]:
    """Give the distinct words and pairs of words."""
    return {*tokens, *map(" ".join, pairwise(tokens))}


def count_log_ratios(features: Sequence[set[str]], targets: Sequence[int]) -> Mapping[str, float]:
    """Give ``log(p(feature | 1) / p(feature | 0))`` of the features of ``MIN_TEXTS`` or more texts.

    One is added to each count (Laplace). ``features`` are those of each text, ``targets`` its
    class, 0 or 1.
    """
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for own, target in zip(features, targets, strict=True):
        counts[target].update(own)
    known = {name for name, n in (counts[0] + counts[1]).items() if n >= MIN_TEXTS}
    if not known:
        return {}
    wholes = [sum(side[name] + 1 for name in known) for side in counts]
    shift = math.log(wholes[0] / wholes[1])
    return {name: math.log((counts[1][name] + 1) / (counts[0][name] + 1)) + shift for name in known}


def cut_sentences(
    texts: Sequence[str], targets: Sequence[int], tokenize: Tokenizer
) -> Iterator[tuple[str, int]]:
    """Give the sentences that tell their text's class by a wide margin, each with that class."""
    tokenized = [tokenize(text) for text in texts]
    ratios = count_log_ratios([list_features(tokens) for tokens in tokenized], targets)
    for text, target in zip(texts, targets, strict=True):
        margins = []
        for sentence in split_sentences(text):
            tokens = tokenize(sentence)
            if SHORTEST <= len(tokens) <= LONGEST:
                margin = sum(ratios.get(feature, 0.0) for feature in list_features(tokens))
                margins.append((margin if target else -margin, sentence))
        margins.sort(reverse=True)
        for margin, sentence in margins[:PER_TEXT]:
            if margin > SMALLEST_MARGIN:
                yield sentence, target
