"""Which character comes next? Novels and stories by Machado de Assis, in Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from ..contracts import Example, Text
from ..text.books import ALPHABET, read_books
from ..text.characters import NextCharacterTask, label_characters, show_whitespace

SHARED = {
    "hidden_size": 128,
    "embedding_dim": 32,
    "max_length": 128,
    "batch_size": 64,
    "epochs": 14,
    "learning_rate": 4e-3,
    "dropout": 0.0,
    "word_dropout": 0.002,
    "validation_size": 225_000,
}


class Machado(NextCharacterTask):
    """Seventeen books, hard-wrapped as they came out of a PDF; read in whole paragraphs."""

    title = Text("Machado de Assis, letter by letter", "Machado de Assis, letra por letra")
    about = Text(
        "Reads Machado de Assis one character at a time, in Portuguese: which one comes next?",
        "Lê Machado de Assis um caractere por vez: qual vem a seguir?",
    )
    language = "pt"
    classes = tuple(show_whitespace(ALPHABET))
    labels: ClassVar[Mapping[str, Text]] = label_characters(classes)
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED | {"learning_rate": 3e-3},
        "rnn": SHARED | {"learning_rate": 2e-3, "epochs": 8},
    }
    examples = (
        Example(
            "dialogue",
            Text("a question and its answer", "uma pergunta e a resposta"),
            "pt",
            "— Que horas são?\n— Deram duas agora mesmo.",
            Text(
                "A dash opens each speech. Which unit stays up until the line ends?",
                "Um travessão abre cada fala. Que unidade fica ligada até a linha acabar?",
            ),
        ),
        Example(
            "opening",
            Text("how Dom Casmurro begins", "o começo de Dom Casmurro"),
            "pt",
            "Uma noite destas, vindo da cidade para o Engenho Novo",
            Text(
                "Once a word has begun, the network often knows how it ends. Where does it not?",
                "Começada a palavra, a rede muitas vezes sabe o fim. Onde ela não sabe?",
            ),
        ),
        Example(
            "accents",
            Text("til and cedilla", "til e cedilha"),
            "pt",
            "A comoção, a ambição e a paixão não são razões.",
            Text(
                "After “ç” comes “ã” or “õ”, after “ã” comes “o”. How sure is it?",
                "Depois de “ç” vem “ã” ou “õ”, depois de “ã” vem “o”. Com que certeza?",
            ),
        ),
        Example(
            "heading",
            Text("a chapter begins", "começa um capítulo"),
            "pt",
            "CAPÍTULO XV\nMarcela amou-me durante quinze meses",
            Text(
                "Capitals, Roman numerals, a new line: it has read the books' headings too.",
                "Maiúsculas, algarismos romanos, nova linha: ela também leu os títulos.",
            ),
        ),
        Example(
            "english",
            Text("a language it never read", "uma língua que nunca leu"),
            "en",
            "It was the best of times, it was the worst of times",
            Text(
                "The network knows Portuguese alone: every “w” and “th” surprises it.",
                "A rede só conhece português: cada “w” e cada “th” a surpreende.",
            ),
        ),
    )

    def read_texts(self, folder: Path | None) -> tuple[list[str], list[bytes]]:
        return read_books(folder)


TASK = Machado()
