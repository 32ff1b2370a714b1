"""Which character comes next? Shakespeare's plays, as in Karpathy's char-rnn (2015)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..contracts import Example, Text
from ..text.characters import NextCharacterTask, label_characters, show_whitespace

FILE = "input.txt"
ALPHABET = "\n !$&',-.3:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHARED = {
    "hidden_size": 128,
    "embedding_dim": 32,
    "max_length": 128,
    "batch_size": 64,
    "epochs": 45,
    "learning_rate": 4e-3,
    "dropout": 0.0,
    "word_dropout": 0.002,
    "validation_size": 55_770,
}


class Shakespeare(NextCharacterTask):
    """The plays in one file of 1,115,394 characters: name, colon, new line, speech."""

    title = Text("Shakespeare, letter by letter", "Shakespeare, letra por letra")
    about = Text(
        "Reads Shakespeare one character at a time, in English: which one comes next?",
        "Lê Shakespeare, em inglês, um caractere por vez: qual vem a seguir?",
    )
    language = "en"
    classes = tuple(show_whitespace(ALPHABET))
    labels: ClassVar[Mapping[str, Text]] = label_characters(classes)
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED | {"learning_rate": 3e-3, "epochs": 30},
        "rnn": SHARED | {"learning_rate": 2e-3, "epochs": 30},
    }
    examples = (
        Example(
            "name",
            Text("a name, then a speech", "um nome, depois a fala"),
            "en",
            "ROMEO:\nO, she doth teach the torches to burn bright!",
            Text(
                "After the colon it is sure of a new line. Which units count on it?",
                "Depois dos dois-pontos ela tem certeza da nova linha. Que unidades sabem disso?",
            ),
        ),
        Example(
            "word",
            Text("the start and the end of a word", "o começo e o fim da palavra"),
            "en",
            "To be, or not to be: that is the question",
            Text(
                "A word's first letter surprises it, the last ones do not. Watch “question”.",
                "A primeira letra da palavra a surpreende, as últimas não. Veja “question”.",
            ),
        ),
        Example(
            "capitals",
            Text("all in capitals", "tudo em maiúsculas"),
            "en",
            "KING RICHARD III:\nA horse! a horse!",
            Text(
                "Capitals call for capitals, until the colon. What holds that in mind?",
                "Maiúscula pede maiúscula, até os dois-pontos. O que guarda isso na memória?",
            ),
        ),
        Example(
            "modern",
            Text("characters it never read", "caracteres que nunca leu"),
            "en",
            "Send 50 € to romeo@verona, will you?",
            Text(
                "Digits, € and @ are not in the plays: see how unknown characters look.",
                "Algarismos, € e @ não estão nas peças: veja como aparecem os desconhecidos.",
            ),
        ),
    )

    def read_texts(self, folder: Path | None) -> tuple[list[str], list[bytes]]:
        path = (folder or Path()) / FILE
        if folder is None or not path.is_file():
            raise FileNotFoundError(
                f"{path} is missing: --data must name a folder with {FILE}, the plays as one text"
            )
        raw = path.read_bytes()
        return [raw.decode("utf-8")], [raw]


TASK = Shakespeare()
