"""Which character comes next? Novels and stories by Machado de Assis, in Portuguese."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, ClassVar

from app.characters import Characters, label, show
from app.contracts import Example, Text

FOLDERS = ("conto", "romance")
# What occurs 30 times or more in the books, and what a person would miss.
ALPHABET = (
    "\n !\"'()*,-./:;?_—0123456789"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÇÉÊÍÓÔÕÚabcdefghijklmnopqrstuvwxyzàáâãçéêíóôõúüªº"
)
INDEX = "ÍNDICE"
SHARED = {
    "hidden": 128,
    "embedding": 32,
    "steps": 128,
    "batch": 32,
    "epochs": 7,
    "rate": 3e-3,
    "dropout": 0.0,
    "unknown": 0.002,
    "validation": 225_000,
}

_ENDS = re.compile(r"[.!?:…][”\"')]*$")


class Machado(Characters):
    """Seventeen books, hard-wrapped as they came out of a PDF; read in whole paragraphs."""

    title = Text("Machado de Assis, letter by letter", "Machado de Assis, letra por letra")
    about = Text(
        "Reads Machado de Assis one character at a time, in Portuguese: which one comes next?",
        "Lê Machado de Assis um caractere por vez: qual vem a seguir?",
    )
    language = "pt"
    classes = tuple(show(ALPHABET))
    labels: ClassVar[Mapping[str, Text]] = label(classes)
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED | {"epochs": 5},
        "gru": SHARED,
        "rnn": SHARED | {"rate": 2e-3, "batch": 64, "epochs": 4, "orthogonal": 0, "scale": 1.0},
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
        paths = [
            path for name in FOLDERS for path in sorted(((folder or Path()) / name).glob("*.txt"))
        ]
        if folder is None or not paths:
            raise FileNotFoundError(
                f"{folder or Path()} holds no books: --data must name a folder with text files in "
                f"{' and '.join(FOLDERS)}"
            )
        raw = [path.read_bytes() for path in paths]
        return [unwrap(skip_front(part.decode("utf-8").splitlines())) for part in raw], raw


def skip_front(lines: Sequence[str]) -> list[str]:
    """Leave out the title and every index: one lasts until its first entry comes again."""
    names = [_fold(line) for line in lines]
    found: list[str] = []
    at = 1
    while at < len(lines):
        if lines[at].strip() != INDEX:
            found.append(lines[at].strip())
            at += 1
            continue
        at += 1
        with contextlib.suppress(ValueError, IndexError):  # an index of nothing
            at = names.index(names[at], at + 1)
    return found


def unwrap(lines: Sequence[str]) -> str:
    """Join the lines of each paragraph; one paragraph, heading or verse a line.

    A paragraph ends where a sentence does on a line that had room for the next word, before a
    dash that opens a speech, and around a heading in capitals. A line that is a good deal too short
    ends one whatever its mark: it is a verse.
    """
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[int(0.9 * len(lengths))] if lengths else 0
    return "\n".join(_join(lines, width)) + "\n"


def _join(lines: Sequence[str], width: int) -> Iterator[str]:
    held = ""
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        if not line:
            continue
        # A word that was divided at the end of a line keeps its hyphen: it may be dir-se-ia.
        held += ("" if not held or held.endswith("-") else " ") + line
        first = after.partition(" ")[0]
        ended = _ENDS.search(line) is not None
        room = len(line) + 1 + len(first) < width - 3
        if (
            not after
            or _is_heading(line)
            or _is_heading(after)
            or (ended and (room or first == "—"))
            or (len(line) < 0.6 * width and after[:1].isupper())
        ):
            yield held
            held = ""
    if held:
        yield held


def _is_heading(line: str) -> bool:
    return len(line) > 3 and line == line.upper() and any(map(str.isalpha, line))


def _fold(line: str) -> str:
    return unicodedata.normalize("NFKC", line.strip()).casefold()  # 1ª is 1a


TASK = Machado()
