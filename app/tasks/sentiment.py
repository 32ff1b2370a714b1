"""Is this film review positive or negative? IMDB reviews in English (Maas et al. 2011).

Training also reads sentences that are cut out of the reviews, comments of GoEmotions (Demszky et
al. 2020) that show joy, a dark feeling or none, short sentences of Tatoeba that a lexicon labels
(app/text/rated_sentences.py), and sentences of the project's own (app/text/sentiment_generator.py),
where the order of the words decides. The test holds the 25,000 test reviews, sentences cut out of
those of one or ten stars, and sentences made of wordings and pairs of adjectives that no generated
training sentence has; its accuracy is over the reviews alone.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from ..contracts import Example, Samples, Text
from ..text.emotion_corpora import DARK, read_goemotions
from ..text.everyday import read_everyday
from ..text.files import digest_files, find_files
from ..text.opposites import read_opposites
from ..text.rated_sentences import PAIRS, has_opinion
from ..text.sentences import LONGEST, SHORTEST, split_sentences
from ..text.sentiment import CUT, REVIEWS, LabeledText, SentimentTask, label_neutral, label_rated
from ..text.words import SPELLED, TEXTBOOK, tokenize_posts

FILE = "imdb/imdb_50k.jsonl.gz"
COMMENTS = "goemotions/train.tsv"
NEUTRAL_COMMENTS = 3_000
EXTREME = (1, 10)  # stars: a sentence of such a review tells the review's opinion more often
GATED: Mapping[str, Any] = {**SPELLED, "epochs": 8, "average_decay": 0.999}


class Sentiment(SentimentTask):
    """Film reviews in English."""

    title = Text("Film reviews", "Críticas de cinema")
    about = Text(
        "Reads a film review in English, word by word: did the writer like it?",
        "Lê uma crítica de cinema em inglês, palavra por palavra: quem escreveu gostou?",
    )
    order = 0
    language = "en"
    everyday = read_everyday("sentiment", "en")
    opposites = read_opposites("en")
    figures: ClassVar[Mapping[str, Text]] = {
        **SentimentTask.figures,
        REVIEWS: Text("film reviews", "críticas de cinema"),
        CUT: Text(
            "sentences cut out of film reviews of one or ten stars",
            "frases recortadas de críticas de cinema de uma ou dez estrelas",
        ),
    }
    # The RNN is the textbook's: all as PyTorch draws it, a constant rate (it hardly falls in six
    # epochs of a hundred), stopped while its gradient still vanishes. At half the rate it forgets
    # less; with the others' small embedding and orthogonal start it reads better and hardly
    # forgets; see docs/models.md.
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": GATED,
        "gru": GATED,
        "rnn": {
            **TEXTBOOK,
            **SPELLED,
            "embedding_dim": 32,
            "max_length": 200,
            "learning_rate": 2e-3,
            "epochs": 100,
            "stop_epoch": 6,
        },
    }
    examples = (
        Example(
            "turn",
            Text("a change of heart", "uma reviravolta"),
            "en",
            "I expected to hate this film, but it turned out to be a wonderful surprise.",
            Text(
                "The opinion turns. Which word does it, and which gate?",
                "A opinião vira. Que palavra faz isso, e que porta?",
            ),
        ),
        Example(
            "amazing",
            Text("praise", "elogio"),
            "en",
            "This movie was absolutely amazing! The acting was superb and the plot was "
            "captivating.",
            Text("Watch the memory fill at “amazing”.", "Veja a memória encher em “amazing”."),
        ),
        Example(
            "order",
            Text("good, not bad", "good, not bad"),
            "en",
            "The food was good, not bad at all.",
            Text(
                "The same words as the next one, in another order.",
                "As mesmas palavras da próxima frase, em outra ordem.",
            ),
        ),
        Example(
            "reorder",
            Text("bad, not good", "bad, not good"),
            "en",
            "The food was bad, not good at all.",
            Text(
                "The same words as the one before. Does the network notice?",
                "As mesmas palavras da frase anterior. A rede percebe?",
            ),
        ),
        Example(
            "long",
            Text("a long memory", "memória longa"),
            "en",
            "This is a wonderful film. We saw it on a Sunday afternoon with my brother and two of "
            "his friends, in the small cinema near the station, and then we walked home along the "
            "river and talked about the week to come, about work and about what to cook.",
            Text(
                "The verdict comes first and 50 words follow. Who still remembers it?",
                "O veredito vem primeiro e seguem 50 palavras. Quem ainda se lembra dele?",
            ),
        ),
        Example(
            "portuguese",
            Text("a language it never read", "uma língua que nunca leu"),
            "pt",
            "Este filme é maravilhoso, adorei cada minuto.",
            Text(
                "The models read English: see how unknown words look.",
                "Os modelos leem inglês: veja como aparecem as palavras desconhecidas.",
            ),
        ),
    )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        contents = (
            f"{FILE}, an object a line with split, label (pos or neg), text; {COMMENTS}, {PAIRS}"
        )
        paths = find_files(folder, [FILE, COMMENTS, PAIRS], contents)
        texts: list[LabeledText] = []
        cut: list[LabeledText] = []
        with gzip.open(paths[0], "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["split"] == split:
                    texts.append(LabeledText(REVIEWS, row["text"], int(row["label"] == "pos")))
                if row["split"] == split == "test" and row.get("rating") in EXTREME:
                    cut += _cut_opinion(texts[-1])
        if not texts:
            raise FileNotFoundError(f"{paths[0]} has no rows of split {split!r}")
        if split == "train":
            texts += [*_choose_comments(paths[1]), *label_rated(paths[2], "en")]
        return self.gather(texts + cut, split, digest_files(paths))


def _cut_opinion(review: LabeledText) -> Iterator[LabeledText]:
    """Give the first sentence with a word of opinion of a review, with the review's class."""
    for sentence in split_sentences(review.text):
        if SHORTEST <= len(tokenize_posts(sentence)) <= LONGEST and has_opinion(sentence):
            yield LabeledText(CUT, sentence, review.target)
            return


def _choose_comments(path: Path) -> Iterator[LabeledText]:
    """Give the comments of a dark feeling, as many joyful ones, and some neutral ones."""
    texts: dict[str, list[str]] = {"dark": [], "joy": [], "neutral": []}
    for text, emotion in read_goemotions(path):
        kind = "dark" if emotion in DARK else emotion
        if kind in texts and tokenize_posts(text):
            texts[kind].append(text)
    for pair in zip(texts["dark"], texts["joy"], strict=False):
        yield from (LabeledText("comments", text, target) for target, text in enumerate(pair))
    yield from label_neutral(texts["neutral"][:NEUTRAL_COMMENTS])


TASK = Sentiment()
