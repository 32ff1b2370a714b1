"""Is this Portuguese text positive or negative? Book reviews, tweets and generated sentences.

The file is named with an underscore and the task ``sentiment-pt``: a Python module has no hyphen.

Reviews of books (Britto and Pacífico 2020) and tweets (TweetSentBR, Brum and Nunes 2018) are few,
so training also reads sentences that are cut out of the reviews, the texts of BRIGHTER that show
joy or one of anger, disgust, fear and sadness, not both, and sentences of the project's own
(app/text/sentiment_generator.py), and short sentences of Tatoeba that a lexicon labels
(app/text/rated_sentences.py); of neutral tweets and texts it learns to be unsure. The test
holds every fifth review, the test tweets that have an opinion, and sentences made of wordings and
pairs of adjectives that no generated training sentence has; its accuracy is over reviews and tweets
alone.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from ..contracts import Example, Samples, Text
from ..text.emotion_corpora import DARK
from ..text.everyday import read_everyday
from ..text.files import digest_files, find_files
from ..text.opposites import read_opposites
from ..text.rated_sentences import PAIRS
from ..text.sentiment import REVIEWS, LabeledText, SentimentTask, label_neutral, label_rated
from ..text.words import SPELLED, TEXTBOOK, tokenize_posts

BOOKS = ("pt-book-reviews/books_pt_neg", "pt-book-reviews/books_pt_pos")
TWEETS = tuple(
    f"pt-tweets/{part}_{kind}.txt"
    for part in ("train", "val", "test")
    for kind in ("text", "labels")
)
EMOTIONS = tuple(f"brighter-ptbr/{part}.ptbr.csv" for part in ("train", "dev"))
SHORT: Mapping[str, Any] = {
    "vocabulary_size": 8_000,
    "max_length": 150,
    "epochs": 5,
    "learning_rate": 3e-3,
    "average_decay": 0.999,
    **SPELLED,
    "word_dropout": 0.1,
}
PLAIN: Mapping[str, Any] = {**SHORT, **TEXTBOOK, **SPELLED, "epochs": 12}


class SentimentPt(SentimentTask):
    """Opinions of books, films and life."""

    title = Text("Opinions in Portuguese", "Opiniões em português")
    about = Text(
        "Reads an opinion in Portuguese, word by word: did the writer like it?",
        "Lê uma opinião em português, palavra por palavra: quem escreveu gostou?",
    )
    order = 10
    figures: ClassVar[Mapping[str, Text]] = {
        **SentimentTask.figures,
        REVIEWS: Text("book reviews", "críticas de livros"),
        "tweets": Text("tweets", "tuítes"),
    }
    language = "pt"
    everyday = read_everyday("sentiment", "pt")
    opposites = read_opposites("pt")
    # Elman's and Jordan's are the textbook's, and learn more slowly. See app/tasks/sentiment.py.
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHORT,
        "gru": SHORT,
        "bag": SHORT,
        "rnn": PLAIN,
        "jordan": PLAIN,
    }
    examples = (
        Example(
            "order",
            Text("good, not bad", "boa, não ruim"),
            "pt",
            "A comida estava boa, não estava ruim.",
            Text(
                "The same words as the next one, in another order.",
                "As mesmas palavras da próxima frase, em outra ordem.",
            ),
        ),
        Example(
            "reorder",
            Text("bad, not good", "ruim, não boa"),
            "pt",
            "A comida estava ruim, não estava boa.",
            Text(
                "The bag of words cannot tell it from the one before. Who can?",
                "O saco de palavras não a distingue da frase anterior. Quem distingue?",
            ),
        ),
        Example(
            "favourite",
            Text("waiting for the sequel", "à espera da continuação"),
            "pt",
            "Eu gostei do filme, a viúva negra é minha personagem favorita, estou ansioso para "
            "assistir a continuação",
            Text(
                "“Liked” comes early. How much of it is still there at the last word?",
                "“Gostei” vem logo no início. Quanto dele resta na última palavra?",
            ),
        ),
        Example(
            "turn",
            Text("a change of heart", "uma reviravolta"),
            "pt",
            "Eu pensei que o livro seria chato, mas adorei a história e recomendo a todos.",
            Text(
                "The opinion turns after “but”. Which gate lets go of the first half?",
                "A opinião vira depois do “mas”. Que porta solta a primeira metade?",
            ),
        ),
        Example(
            "accident",
            Text("one piece of news, first order", "uma notícia, primeira ordem"),
            "pt",
            "Um acidente pode ocorrer a qualquer momento.",
            Text(
                "The same weights work at every position. Compare the next two.",
                "Os mesmos pesos trabalham em todas as posições. Compare as duas próximas.",
            ),
            beside="accident_end",
        ),
        Example(
            "accident_end",
            Text("one piece of news, second order", "uma notícia, segunda ordem"),
            "pt",
            "A qualquer momento pode ocorrer um acidente.",
            Text(
                "“Acidente” is now the last word, and its row and the weights are the same.",
                "“Acidente” agora é a última palavra; o vetor dela e os pesos são os mesmos.",
            ),
        ),
        Example(
            "accident_middle",
            Text("one piece of news, third order", "uma notícia, terceira ordem"),
            "pt",
            "Pode ocorrer um acidente a qualquer momento.",
            Text(
                "“Acidente” in the middle: only what the network remembers before it differs.",
                "“Acidente” no meio: só muda o que a rede lembra antes de chegar a ele.",
            ),
        ),
    )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        contents = "pt-book-reviews, pt-tweets, brighter-ptbr and tatoeba-eng-por"
        paths = find_files(folder, [*BOOKS, *TWEETS, *EMOTIONS, PAIRS], contents)
        root = paths[0].parent.parent
        test = [*_read_reviews(root, "test"), *_read_tweets(root, "test")]
        texts = test
        if split == "train":
            tested = {labeled.text for labeled in test}  # some are in the data twice
            real = [*_read_reviews(root, "train"), *_read_tweets(root, "train")]
            real += [*_read_emotions(root), *label_rated(root / PAIRS, "pt")]
            texts = [labeled for labeled in real if labeled.text not in tested]
        return self.gather(texts, split, digest_files(paths))


def _read_reviews(root: Path, split: Literal["train", "test"]) -> Iterator[LabeledText]:
    for target, name in enumerate(BOOKS):
        for k, line in enumerate((root / name).read_text(encoding="utf-8").splitlines()):
            if (k % 5 == 0) == (split == "test") and tokenize_posts(line):
                yield LabeledText(REVIEWS, line.strip(), target)


def _read_tweets(root: Path, split: Literal["train", "test"]) -> Iterator[LabeledText]:
    neutral: list[str] = []
    for part in ("train", "val") if split == "train" else ("test",):
        folder = root / "pt-tweets"
        texts = (folder / f"{part}_text.txt").read_text(encoding="utf-8").split("\n")
        labels = (folder / f"{part}_labels.txt").read_text(encoding="utf-8").split()
        for text, label in zip(texts, labels, strict=False):  # the last line may be empty
            if label == "1" and split == "train" and tokenize_posts(text):
                neutral.append(text.strip())
            elif label != "1" and tokenize_posts(text):
                yield LabeledText("tweets", text.strip(), int(label == "2"))
    yield from label_neutral(neutral)


def _read_emotions(root: Path) -> Iterator[LabeledText]:
    neutral: list[str] = []
    for name in EMOTIONS:
        with (root / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                bad = any(row[emotion] == "1" for emotion in DARK)
                good = row["joy"] == "1"
                if bad != good and tokenize_posts(row["text"]):
                    yield LabeledText("emotions", row["text"], int(good))
                elif not (bad or good or row["surprise"] == "1") and tokenize_posts(row["text"]):
                    neutral.append(row["text"])
    yield from label_neutral(neutral)


TASK = SentimentPt()
