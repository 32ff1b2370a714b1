from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.registry import find_token_tasks

from tests.made_up import BOOK, UNWRAPPED, write_books

TASK = find_token_tasks()["machado"]
INDEX = {token: row for row, token in enumerate(TASK.build_vocabulary([], 0))}


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
        encoding = TASK.read(example.value, INDEX)
        assert 3 < len(encoding.tokens) <= 80
        assert all(encoding.known)
