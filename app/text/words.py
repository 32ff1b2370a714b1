"""What the tasks that read words share: a text's tokens and their rows in the vocabulary."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..contracts import PAD, UNKNOWN, Encoding, InvalidInput, TokenTask

# The textbook's RNN: all as PyTorch draws it.
TEXTBOOK: Mapping[str, Any] = {
    "orthogonal_init": False,
    "embedding_scale": 1.0,
    "crop_probability": 0.0,
    "dropout": 0.0,
    "word_dropout": 0.0,
    "learning_rate": 1e-3,
}

# Words outside the vocabulary are read by their spelling, and now and then those in it.
SPELLED: Mapping[str, Any] = {"ngram_rows": 8_192, "word_dropout": 0.05}

# A word with its apostrophes, one mark of punctuation, or one symbol beyond (an emoji).
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.,!?;:]|[^\x00-\x7f\w\s]")
_TAG = re.compile(r"<(?:[a-z/!][^<>]{0,200})>", re.IGNORECASE)
_DROPPED = frozenset("’‘“”«»–—…\u200d\ufe0f\ufe0e")

_EMOTICON = r"(?<!\S)(?:[:;=]['\-]?[()dp/]|<3|xd)(?!\w)"
_POST_TOKEN = re.compile(rf"{_EMOTICON}|{_TOKEN.pattern}")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|(?<![^\W_])@\w+", re.IGNORECASE)
_LAUGHTER = re.compile(r"\b(?:k{3,}|(?:ha){2,}h?|(?:he){2,}h?|(?:rs){2,})\b")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SKIN_TONES = frozenset("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")


def tokenize_posts(text: str) -> list[str]:
    """Split what people write to each other, in any language; accents stay.

    Tokens are lower-case words, ``. , ! ? ; :``, emoji without a skin tone, ``:)`` and ``<3``.
    Tags, quotation marks, addresses and names of users (``@name``) go; a hashtag is the word after
    its ``#``, a letter that stands three times or more stands once, and laughter (``kkkkk``,
    ``hahaha``) has one length.
    """
    plain = _ADDRESS.sub(" ", _TAG.sub(" ", unicodedata.normalize("NFC", text)))
    plain = _REPEATED.sub(r"\1", _LAUGHTER.sub(_shorten_laughter, plain.lower().replace("’", "'")))
    return [token for token in _POST_TOKEN.findall(plain) if token not in _DROPPED | _SKIN_TONES]


def _shorten_laughter(laugh: re.Match[str]) -> str:
    return "kk" if laugh[0].startswith("k") else laugh[0][:2] * 2


def rank_tokens(texts: Iterable[Iterable[str]], size: int) -> list[str]:
    """Take the most frequent tokens, after the rows for padding and for unknown words."""
    counts = Counter(token for tokens in texts for token in tokens)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [PAD, UNKNOWN, *(token for token, _ in ranked[: size - 2])]


def encode_tokens(tokens: Sequence[str], vocabulary: Mapping[str, int]) -> Encoding:
    """Give each token its row. Raises :class:`InvalidInput` where there is no token."""
    if not tokens:
        raise InvalidInput("nothing_to_read", "input.text")
    unknown = vocabulary[UNKNOWN]
    ids = [vocabulary.get(token, unknown) for token in tokens]
    return Encoding(tuple(tokens), tuple(ids), tuple(i != unknown for i in ids))


class WordTask(TokenTask):
    """Many-to-one: the loss is taken at the last word, the readout is applied at every one."""

    topology = "many-to-one"

    def tokenize(self, text: str) -> list[str]:
        return tokenize_posts(text)

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        return rank_tokens(map(self.tokenize, texts), size)

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        return encode_tokens(self.tokenize(text), vocabulary)
