from __future__ import annotations

from pathlib import Path

import pytest

from app.registry import find_tasks
from app.tasks.machado import skip_front, unwrap

TASK = find_tasks()["machado"]
INDEX = {token: row for row, token in enumerate(TASK.build_vocabulary([], 0))}

BOOK = """Livro Inventado

ÍNDICE
ADVERTÊNCIA DA 1ª EDIÇÃO
O PRIMEIRO CONTO
ADVERTÊNCIA DA 1a EDIÇÃO
Este livro foi inventado para ser lido por um teste, e por ninguém mais, nem
menos.
O PRIMEIRO CONTO
Era uma vez um texto que vinha em linhas curtas, cortadas onde a página dizia
que se cortassem. Ninguém sabia onde acabava um parágrafo, e por isso era
preciso adivinhar.
— Que horas são?
— Deram duas agora mesmo, e não há mais nada que dizer a respeito, disse-
me ela.
Então cantou uma cantiga do sertão, que assim dizia, se me lembro:
Menina da saia branca,
Saltadeira de riacho...
Enquanto cantava, a tarde caía sobre a cidade, e os dois ficaram a olhar o mar.
"""

UNWRAPPED = """ADVERTÊNCIA DA 1a EDIÇÃO
Este livro foi inventado para ser lido por um teste, e por ninguém mais, nem menos.
O PRIMEIRO CONTO
Era uma vez um texto que vinha em linhas curtas, cortadas onde a página dizia que se \
cortassem. Ninguém sabia onde acabava um parágrafo, e por isso era preciso adivinhar.
— Que horas são?
— Deram duas agora mesmo, e não há mais nada que dizer a respeito, disse-me ela.
Então cantou uma cantiga do sertão, que assim dizia, se me lembro:
Menina da saia branca,
Saltadeira de riacho...
Enquanto cantava, a tarde caía sobre a cidade, e os dois ficaram a olhar o mar.
"""


def test_title_and_index_are_left_out_and_paragraphs_joined() -> None:
    assert unwrap(skip_front(BOOK.splitlines())) == UNWRAPPED


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["T"], []),
        (["T", "", "a"], ["", "a"]),
        (["T", "ÍNDICE"], []),
        (["T", "ÍNDICE", "A", "B"], ["A", "B"]),  # it never comes again: no index after all
        (["T", "ÍNDICE", "A", "B", "A", "x"], ["A", "x"]),
        (["T", "ÍNDICE", "A", "A", "ÍNDICE", "I", "II", "I", "x"], ["A", "I", "x"]),
    ],
)
def test_an_index_lasts_until_its_first_entry_comes_again(
    lines: list[str], kept: list[str]
) -> None:
    assert skip_front(lines) == kept


def test_nothing_unwraps_to_nothing() -> None:
    assert unwrap([]) == "\n"


def write_books(folder: Path) -> Path:
    for name in ("conto/um.txt", "conto/dois.txt", "romance/tres.txt"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(BOOK.replace("duas", path.stem), encoding="utf-8")
    return folder


def test_the_end_of_every_book_is_for_testing(tmp_path: Path) -> None:
    folder = write_books(tmp_path)
    train, test = TASK.load(folder, "train"), TASK.load(folder, "test")
    assert len(train.inputs) == len(test.inputs) == 3
    for stem, one, other in zip(("dois", "um", "tres"), train.inputs, test.inputs, strict=True):
        assert one + other == UNWRAPPED.replace("duas", stem)
        assert len(other) == round(0.05 * len(one + other))
    assert train.digest == test.digest
    (folder / "conto" / "um.txt").write_text(BOOK, encoding="utf-8")
    assert TASK.load(folder, "test").digest != test.digest


def test_a_folder_without_books_is_a_sentence_that_names_the_folders(tmp_path: Path) -> None:
    for folder in (tmp_path, None):
        with pytest.raises(FileNotFoundError, match=r"--data must name .* conto and romance"):
            TASK.load(folder, "train")


def test_the_alphabet_has_the_letters_of_portuguese() -> None:
    assert set("áàâãçéêíóôõúüÁÀÂÃÇÉÊÍÓÔÕÚ—ªº\"'") <= set(TASK.classes)
    assert len(TASK.classes) == len(set(TASK.classes))
    assert {"↵", "␣"} <= set(TASK.classes)


def test_dashes_and_quotes_from_a_keyboard_are_those_of_the_books() -> None:
    assert "".join(TASK.tokenize("– “Não”")) == '—␣"Não"'


def test_every_example_can_be_read_and_is_short() -> None:
    for example in TASK.examples:
        reading = TASK.read(example.text, INDEX)
        assert 3 < len(reading.tokens) <= 80
        assert all(reading.known)
