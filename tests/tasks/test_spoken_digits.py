from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import IGNORE_INDEX, Array, LabeledSequence, Recipe, Samples
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models
from gatescope.sounds.mel import BANDS, FLOOR, HOP, RATE
from gatescope.tasks.spoken_digits import (
    LEFT_OUT,
    PITCH,
    STRETCHED,
    TASK,
    TEMPO,
    hear,
    interpolate,
    stretch,
)

SHIPPED = {n: path for n, path in find_models().items() if n.startswith("spoken-digits-")}


def sing(pitch: float, count: int = 2_000) -> Array:
    tone: Array = 0.5 * np.sin(2 * np.pi * pitch * np.arange(count) / RATE)
    return tone


def write_data(folder: Path, speakers: tuple[str, ...] = ("ann", LEFT_OUT)) -> None:
    for digit in (0, 7):
        for speaker in speakers:
            for take in (0, 4, 5, 49):
                with wave.open(str(folder / f"{digit}_{speaker}_{take}.wav"), "wb") as file:
                    file.setnchannels(1)
                    file.setsampwidth(2)
                    file.setframerate(RATE)
                    samples = sing(300 + 100 * digit + take) * 2**15
                    file.writeframes(samples.astype("<i2").tobytes())


def test_the_test_is_takes_0_to_4_and_a_speaker_whom_training_never_hears(tmp_path: Path) -> None:
    write_data(tmp_path)
    (tmp_path / "README.md").write_text("not a recording")
    train, test = TASK.load(tmp_path, "train"), TASK.load(tmp_path, "test")
    assert list(train.targets) == [0, 0, 7, 7]
    assert list(train.groups["speakers"]) == ["ann"] * 4
    assert list(test.targets) == [0] * 6 + [7] * 6
    assert list(test.groups["speakers"]) == (["ann"] * 2 + [LEFT_OUT] * 4) * 2
    assert train.digest != test.digest
    np.testing.assert_allclose(test.inputs[0], sing(300), atol=1e-4)


def test_a_folder_without_recordings_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        TASK.load(None, "train")
    with pytest.raises(FileNotFoundError, match=r"DIGIT_SPEAKER_TAKE\.wav"):
        TASK.load(tmp_path, "train")
    (tmp_path / "1_ann_0.wav").write_bytes(b"no sound")
    with pytest.raises(ValueError, match="no WAV"):
        TASK.load(tmp_path, "test")


def test_a_step_is_a_frame_and_says_when_it_is() -> None:
    sounds = [sing(440), sing(1_200, 3_000)]
    scaling = TASK.fit_scaling(sounds)
    assert len(scaling.mean) == BANDS == len(TASK.features)
    encoding = TASK.read(sounds[0], scaling)
    assert encoding.tokens[:3] == ("0 ms", "12 ms", "25 ms")
    assert 1000 * HOP / RATE == 12.5
    assert encoding.values is not None
    loudness = encoding.values * np.array(scaling.std) + np.array(scaling.mean)
    np.testing.assert_allclose(loudness, hear(sounds[0]), atol=1e-9)
    assert TASK.find_targets(encoding, 4)[-1] == 4
    assert TASK.find_targets(encoding, 4)[0] == IGNORE_INDEX


def test_silence_around_a_word_is_not_read() -> None:
    scaling = TASK.fit_scaling([sing(440)])
    word = TASK.read(sing(440), scaling).tokens
    silent = np.r_[np.zeros(3_000), sing(440), np.zeros(4_000)]
    assert abs(len(TASK.read(silent, scaling).tokens) - len(word)) <= 4


def test_rows_are_read_between_as_numpy_does() -> None:
    values = np.random.default_rng(0).standard_normal(9)
    places = np.linspace(0, 8, 30)
    np.testing.assert_allclose(interpolate(places, 9) @ values, np.interp(places, range(9), values))


def test_training_varies_tempo_pitch_and_noise_and_keeps_the_digit() -> None:
    heard = hear(sing(1_000, 4_000))
    targets = np.full(len(heard), IGNORE_INDEX)
    targets[-1] = 3
    sequence, source = LabeledSequence(heard, targets), np.random.default_rng(0)
    pieces = [
        piece
        for _ in range(200)
        for piece in TASK.cut(sequence, Recipe(crop_probability=1.0), source)
    ]
    lengths = [len(piece.inputs) / len(heard) for piece in pieces]
    assert min(lengths) >= TEMPO[0] - 0.05
    assert max(lengths) <= TEMPO[1] + 0.05
    assert max(lengths) - min(lengths) > 0.4
    bands = [int(piece.inputs.mean(axis=0).argmax()) for piece in pieces]
    own = int(heard.mean(axis=0).argmax())
    assert min(bands) >= int(own / PITCH[1]) - 1
    assert max(bands) <= int(own / PITCH[0]) + 1
    assert len(set(bands)) > 3
    for piece in pieces:
        assert piece.targets.shape == (len(piece.inputs),)
        assert piece.targets[-1] == 3
        assert (piece.targets[:-1] == IGNORE_INDEX).all()
    floors = [float(np.median(piece.inputs)) for piece in pieces]
    assert min(floors) < FLOOR + 10
    assert max(floors) > FLOOR + 20
    (plain,) = TASK.cut(sequence, Recipe(crop_probability=0.0), source)
    assert np.array_equal(plain.inputs, heard)
    assert np.array_equal(plain.targets, targets)


def test_the_speaker_left_out_is_a_figure_of_its_own() -> None:
    pytest.importorskip("sklearn", reason="the baselines are an extra")
    targets = [k % 2 for k in range(40)]
    sounds = [sing(400 + 900 * target) for target in targets]
    speakers = ["ann"] * 20 + [LEFT_OUT] * 20
    samples = Samples(sounds, targets, "", {"speakers": speakers})
    answers = [np.array([target if k < 30 else 9]) for k, target in enumerate(targets)]
    graded = TASK.grade(samples, answers)
    assert graded == {
        "accuracy": 1.0,
        "samples": 20,
        "digits": {"0": 1.0, "1": 1.0},
        "left_out": {"accuracy": 0.5, "samples": 20},
    }
    learned = samples.select(range(20))
    graded = TASK.grade(samples, answers, learned)
    assert graded["beside"]["network"] == graded["accuracy"] == 1.0
    assert graded["beside"]["logistic"] == graded["left_out"]["logistic"] == 1.0
    named = {*graded, *graded["beside"], *graded["left_out"]}
    assert named - {"samples"} <= set(TASK.figures)


def test_a_word_heard_at_once_has_one_length() -> None:
    assert stretch(hear(sing(440))).shape == stretch(hear(sing(440, 9_000))).shape
    assert stretch(hear(sing(440))).shape == (STRETCHED, BANDS)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_small_and_measured_on_a_voice_it_never_heard(name: str) -> None:
    model = load_model(SHIPPED[name])
    test = model.facts["test"]
    assert model.path.stat().st_size < 400_000
    assert (test["samples"], test["left_out"]["samples"]) == (250, 500)
    assert test["accuracy"] > 0.8
    assert 0.1 < test["left_out"]["accuracy"] < test["accuracy"]


@pytest.mark.parametrize("name", ["spoken-digits-gru", "spoken-digits-lstm"])
def test_the_examples_are_heard_also_softer_and_with_silence_around(name: str) -> None:
    model = load_model(SHIPPED[name])
    network = Network(model.cell, model.shape, model.weights)
    words = {"five": "5", "six": "6", "seven": "7", "nine": "9"}
    for example in TASK.examples:
        silent = np.r_[np.zeros(2_000), 0.1 * example.value, np.zeros(2_000)]
        for samples in (example.value, silent):
            trace = record(network, model.task, model.task.read(samples, model.fitted))
            assert trace.target == words[example.id], example.id
