from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from gatescope.contracts import IGNORE_INDEX, LabeledSequence, Recipe
from gatescope.registry import find_token_tasks
from gatescope.text.characters import restore_whitespace, show_whitespace

from tests.made_up import write_plays

TASK = find_token_tasks()["shakespeare"]
VOCABULARY = TASK.build_vocabulary(["whatever"], 3)
INDEX = {token: row for row, token in enumerate(VOCABULARY)}


def test_the_vocabulary_is_the_alphabet_after_two_rows_of_its_own() -> None:
    assert VOCABULARY[:2] == ["<pad>", "<unk>"]
    assert tuple(VOCABULARY[2:]) == TASK.classes
    assert len(TASK.classes) == len(set(TASK.classes)) == 65
    assert all(len(token) == 1 for token in TASK.classes)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("To be", "To␣be"),
        ("ROMEO:\nO!", "ROMEO:↵O!"),
        ("a\r\nb\rc", "a↵b↵c"),
        ("tab\there", "tab␣here"),
        ("’tis “so”", '\'tis␣"so"'),
        ("already␣shown↵", "already␣shown↵"),
        ("  two", "␣␣two"),
    ],
)
def test_white_space_is_shown_and_curly_marks_are_plain(text: str, tokens: str) -> None:
    assert "".join(TASK.tokenize(text)) == tokens


def test_what_is_shown_can_be_turned_back() -> None:
    text = "".join(restore_whitespace(token) for token in TASK.classes)
    assert sorted(text) == sorted(
        "\n !$&',-.3:;?" + "".join(map(chr, [*range(65, 91), *range(97, 123)]))
    )
    assert restore_whitespace(show_whitespace(text)) == text


def test_a_character_outside_the_alphabet_is_marked_and_never_asked_for() -> None:
    encoding = TASK.read("a€b ç.", INDEX)
    assert encoding.tokens == ("a", "€", "b", "␣", "ç", ".")
    assert encoding.known == (True, False, True, True, False, True)
    assert [encoding.token_ids[k] for k in (1, 4)] == [1, 1]
    targets = TASK.find_targets(encoding)
    asked = [None if k == IGNORE_INDEX else TASK.classes[k] for k in targets]
    assert asked == [None, "b", "␣", None, ".", None]


def test_a_person_who_types_the_name_of_the_unknown_row_does_not_reach_it() -> None:
    assert 1 not in TASK.read("unk", INDEX).token_ids
    assert TASK.read("<unk>", INDEX).known == (False, True, True, True, False)


def test_a_named_class_is_asked_at_the_last_step_alone() -> None:
    encoding = TASK.read("abc", INDEX)
    assert TASK.find_targets(encoding, 7).tolist() == [IGNORE_INDEX, IGNORE_INDEX, 7]
    assert TASK.find_targets(TASK.read("a", INDEX)).tolist() == [IGNORE_INDEX]


def test_the_end_of_the_text_is_for_testing_and_what_comes_before_it_for_validation(
    tmp_path: Path,
) -> None:
    folder = write_plays(tmp_path)
    whole = (folder / "input.txt").read_text()
    train, test = TASK.load(folder, "train"), TASK.load(folder, "test")
    assert train.inputs[0] + test.inputs[0] == whole
    assert len(test.inputs[0]) == round(0.05 * len(whole))
    assert train.digest == test.digest
    assert len(train.digest) == 64
    kept, held = TASK.hold_out(train, Recipe(validation_size=100))
    assert kept.inputs[0] + held.inputs[0] == train.inputs[0]
    assert len(held.inputs[0]) == 100
    assert list(train.targets) == [None]


def test_an_epoch_cuts_pieces_of_equal_length_from_a_place_of_its_own() -> None:
    ids = np.arange(1_000)
    row, recipe = LabeledSequence(ids, ids + 1), Recipe(max_length=64)
    starts = set()
    for seed in range(5):
        pieces = list(TASK.cut(row, recipe, np.random.default_rng(seed)))
        assert {len(piece.inputs) for piece in pieces} == {64}
        assert all((piece.targets == piece.inputs + 1).all() for piece in pieces)
        joined = np.concatenate([piece.inputs for piece in pieces])
        assert (np.diff(joined) == 1).all()
        assert len(joined) > 1_000 - 2 * 64
        starts.add(int(joined[0]))
    assert len(starts) > 1
    assert TASK.trim(row, recipe) is row


def test_every_whole_piece_is_taken_and_no_other() -> None:
    counts = set()
    for seed in range(20):
        row = LabeledSequence(np.arange(6), np.arange(6))
        pieces = list(TASK.cut(row, Recipe(max_length=3), np.random.default_rng(seed)))
        assert {len(piece.inputs) for piece in pieces} == {3}
        counts.add((int(pieces[0].inputs[0]), len(pieces)))
    assert counts == {(0, 2), (1, 1), (2, 1)}


def test_at_most_a_fifth_of_a_short_text_is_held_out(tmp_path: Path) -> None:
    train = TASK.load(write_plays(tmp_path), "train")
    kept, held = TASK.hold_out(train, Recipe(validation_size=10**9))
    assert len(held.inputs[0]) == round(0.2 * len(train.inputs[0]))
    assert kept.inputs[0] + held.inputs[0] == train.inputs[0]
    assert kept.digest == held.digest == train.digest


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    folder = write_plays(tmp_path)
    content = (folder / "input.txt").read_bytes()
    assert TASK.load(folder, "test").digest == hashlib.sha256(content).hexdigest()


def test_a_folder_without_the_data_is_a_sentence_that_names_the_file(tmp_path: Path) -> None:
    for folder in (tmp_path, None):
        with pytest.raises(FileNotFoundError, match=r"input\.txt is missing: --data"):
            TASK.load(folder, "train")


def test_every_example_can_be_read_and_is_short() -> None:
    for example in TASK.examples:
        encoding = TASK.read(example.value, INDEX)
        assert 3 < len(encoding.tokens) <= 80
        assert all(encoding.known) == (example.id != "modern")
