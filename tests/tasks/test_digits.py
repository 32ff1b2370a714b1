from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import (
    IGNORE_INDEX,
    Array,
    Integers,
    InvalidInput,
    LabeledSequence,
    Recipe,
    Samples,
)
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network
from gatescope.pictures.drawings import draw_lines
from gatescope.registry import find_models
from gatescope.tasks.digits import FILES, SIDE, TASK

SHIPPED = {name: path for name, path in find_models().items() if name.startswith("digits-")}
DRAWN = {  # as a person would with a mouse: corners, no curves, neither centred nor of one size
    "0": [[[14, 4], [9, 7], [8, 14], [10, 21], [14, 23], [18, 20], [19, 13], [18, 7], [14, 4]]],
    "1": [[[13, 4], [14, 13], [13, 24]]],
    "2": [[[8, 9], [11, 5], [16, 6], [17, 10], [13, 16], [8, 21], [13, 21], [20, 21]]],
    "3": [[[9, 5], [15, 4], [18, 8], [13, 12], [19, 16], [16, 22], [9, 22]]],
    "4": [[[10, 4], [8, 13], [19, 13]], [[17, 5], [16, 24]]],
    "5": [[[19, 5], [11, 5], [10, 12], [16, 12], [19, 16], [17, 21], [12, 23], [8, 21]]],
    "6": [[[17, 4], [11, 9], [9, 17], [11, 22], [16, 22], [18, 18], [15, 14], [10, 17]]],
    "7": [[[7, 6], [20, 6], [15, 14], [12, 24]]],
    "8": [[[18, 7], [13, 5], [9, 8], [18, 17], [16, 22], [10, 22], [9, 17], [17, 10], [18, 7]]],
    "9": [[[18, 9], [14, 5], [9, 8], [11, 13], [17, 11], [18, 8], [17, 15], [15, 24]]],
}


def write_data(folder: Path, count: int = 60) -> tuple[Integers, Array]:
    source = np.random.default_rng(0)
    digits = source.permutation(np.arange(count) % 10)
    pictures = source.integers(0, 256, (count, SIDE, SIDE))
    for name, values in zip(FILES, (pictures, digits), strict=True):
        sizes = values.shape
        head = struct.pack(f">BBBB{len(sizes)}I", 0, 0, 8, len(sizes), *sizes)
        (folder / name).write_bytes(gzip.compress(head + values.astype(np.uint8).tobytes()))
    return digits, pictures / 255


def test_of_each_digit_a_fifth_is_the_test_and_nothing_is_in_both(tmp_path: Path) -> None:
    digits, pictures = write_data(tmp_path)
    train, test = (TASK.load(tmp_path, split) for split in ("train", "test"))
    assert np.bincount(np.array(test.targets, dtype=int)).tolist() == [1] * 10
    assert np.bincount(np.array(train.targets, dtype=int)).tolist() == [5] * 10
    places = {picture.tobytes(): place for place, picture in enumerate(pictures)}
    found = [places[picture.tobytes()] for picture in (*train.inputs, *test.inputs)]
    assert sorted(found) == list(range(60))
    assert [digits[place] for place in found] == [*train.targets, *test.targets]
    assert train.digest == test.digest
    assert len(train.digest) == 64


def test_a_folder_without_the_data_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        TASK.load(None, "train")
    with pytest.raises(FileNotFoundError, match="is missing"):
        TASK.load(tmp_path, "train")
    write_data(tmp_path)
    (tmp_path / FILES[0]).write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, 3) + b"abc")
    with pytest.raises(ValueError, match="28 x 28"):
        TASK.load(tmp_path, "train")


def test_rows_enter_from_the_top_at_one_scale_for_all_pixels() -> None:
    pictures = [np.random.default_rng(k).random((SIDE, SIDE)) for k in range(3)]
    scaling = TASK.fit_scaling(pictures)
    assert len(set(scaling.mean)) == len(set(scaling.std)) == 1
    assert len(scaling.mean) == len(TASK.features) == SIDE
    encoding = TASK.read(pictures[0], scaling)
    assert encoding.tokens[:2] == ("1", "2")
    assert len(encoding.tokens) == len(encoding.known) == SIDE
    assert encoding.values is not None
    expected = (pictures[0] - np.mean(pictures)) / np.std(pictures)
    np.testing.assert_allclose(encoding.values, expected)
    assert TASK.find_targets(encoding, 3).tolist() == [IGNORE_INDEX] * (SIDE - 1) + [3]


@pytest.mark.parametrize("shape", [(27, 28), (28, 29), (1, 1), (256, 256)])
def test_a_picture_of_another_size_is_refused(shape: tuple[int, int]) -> None:
    scaling = TASK.fit_scaling([np.zeros((SIDE, SIDE))])
    with pytest.raises(InvalidInput) as caught:
        TASK.read(np.ones(shape), scaling)
    assert caught.value.code == "picture_size"
    assert (caught.value.values["height"], caught.value.values["width"]) == shape


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_training_moves_the_share_of_drawings_that_the_recipe_says(share: float) -> None:
    drawing = LabeledSequence(draw_lines(DRAWN["5"], SIDE), np.array([5]))
    recipe, source = Recipe(crop_probability=share), np.random.default_rng(0)
    pieces = [piece for _ in range(200) for piece in TASK.cut(drawing, recipe, source)]
    assert len(pieces) == 200
    assert all(piece.targets is drawing.targets for piece in pieces)
    assert all(piece.inputs.shape == (SIDE, SIDE) for piece in pieces)
    moved = np.mean([not np.array_equal(piece.inputs, drawing.inputs) for piece in pieces])
    assert moved == pytest.approx(share, abs=0.1)


def test_the_accuracy_is_told_by_digit_and_beside_what_sees_it_at_once() -> None:
    pytest.importorskip("sklearn", reason="the baselines are an extra")
    source = np.random.default_rng(0)
    targets = [k % 3 for k in range(60)]
    pictures = [source.random((SIDE, SIDE)) * (k % 3 + 1) / 3 for k in range(60)]
    samples = Samples(pictures, targets, "")
    answers = [np.array([0]) for _ in targets]
    graded = TASK.grade(samples, answers)
    assert graded == {"digits": {"0": 1.0, "1": 0.0, "2": 0.0}}
    beside = TASK.grade(samples, answers, samples)["beside"]
    assert beside["network"] == pytest.approx(1 / 3)
    assert set(beside) == {"network", "logistic", "feed_forward"}
    assert set(beside) | {"beside", "digits"} <= set(TASK.figures)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_small_and_reads_better_than_a_line_drawn_through_all_pixels(
    name: str,
) -> None:
    model = load_model(SHIPPED[name])
    test = model.facts["test"]
    assert model.path.stat().st_size < 400_000
    assert test["samples"] == 2_000
    assert test["accuracy"] == pytest.approx(test["beside"]["network"])
    assert test["beside"]["logistic"] > 0.88
    if model.cell_id in ("lstm", "gru"):
        assert test["accuracy"] > test["beside"]["feed_forward"]


def read_digit(name: str, picture: Array) -> str:
    model = load_model(SHIPPED[name])
    network = Network(model.cell, model.shape, model.weights)
    return record(network, model.task, model.task.read(picture, model.fitted)).target


@pytest.mark.parametrize("name", ["digits-gru", "digits-lstm"])
def test_a_digit_that_is_drawn_with_straight_lines_is_read(name: str) -> None:
    read = [read_digit(name, draw_lines(lines, SIDE)) for lines in DRAWN.values()]
    assert sum(a == b for a, b in zip(read, DRAWN, strict=True)) >= 9, read


@pytest.mark.parametrize("name", ["digits-gru", "digits-lstm"])
def test_the_examples_are_what_they_say(name: str) -> None:
    wanted = {"two": "2", "three": "3", "four": "4", "seven": "7"}
    for example in TASK.examples:
        if example.id in wanted:
            assert read_digit(name, example.value) == wanted[example.id], example.id
