from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import Array, InvalidInput, LabeledSequence, Recipe, Samples
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models
from gatescope.tasks.heartbeat import (
    AFTER,
    ANNOTATIONS,
    BEFORE,
    HELD_OUT,
    LEAD,
    MEANS,
    NORMAL_SHARE,
    PATIENTS,
    TASK,
    TEMPO,
    read_beats,
)

SHIPPED = {name: path for name, path in find_models().items() if name.startswith("heartbeat-")}
STEPS = BEFORE + AFTER


def write_record(
    folder: Path, patient: str, signal: Array, places: list[int], symbols: list[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wfdb

        wfdb.wrsamp(
            patient,
            fs=360,
            units=["mV", "mV"],
            sig_name=["V5", LEAD],  # the lead is found by its name, not by its place
            p_signal=np.column_stack([np.zeros_like(signal), signal]),
            fmt=["16", "16"],
            write_dir=str(folder),
        )
        wfdb.wrann(patient, "atr", np.array(places), symbols, write_dir=str(folder))


def test_no_patient_is_in_training_and_in_the_test() -> None:
    train, test = set(PATIENTS["train"]), set(PATIENTS["test"])
    assert len(train) == len(test) == 22
    assert not train & test
    assert not (train | test) & {"102", "104", "107", "217"}  # paced
    assert set(HELD_OUT) < train
    assert set(ANNOTATIONS.values()) == set(TASK.classes)


def test_a_beat_is_what_stands_around_its_peak_five_samples_a_step(tmp_path: Path) -> None:
    signal = np.random.default_rng(0).uniform(-1, 2, 4_000)
    first, last = BEFORE * MEANS, 4_000 - AFTER * MEANS
    places = [first - 1, first, 1_000, 1_100, 1_200, 1_300, 1_400, last, last + 1]
    write_record(tmp_path, "100", signal, places, ["N", "R", "+", "A", "E", "F", "/", "Q", "N"])
    found = list(read_beats(tmp_path / "100"))
    assert [kind for _, kind in found] == ["N", "S", "V", "F", "Q", "Q"]
    for (beat, _), place in zip(found, [first, 1_100, 1_200, 1_300, 1_400, last], strict=True):
        assert beat.shape == (STEPS, 1)
        for step in (0, 1, BEFORE, STEPS - 1):
            start = place + (step - BEFORE) * MEANS
            assert beat[step, 0] == pytest.approx(signal[start : start + MEANS].mean(), abs=1e-3)


def test_all_patients_of_a_split_are_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    for k, patient in enumerate(PATIENTS["test"]):
        signal = np.sin(np.arange(2_000) / (k + 5))
        write_record(tmp_path, patient, signal, [800, 900], ["N", "V"])
    samples = TASK.load(tmp_path, "test")
    assert list(samples.targets) == [0, 2] * 22
    assert list(samples.groups["patients"]) == [p for p in PATIENTS["test"] for _ in "NV"]
    assert len(samples.digest) == 64
    with pytest.raises(FileNotFoundError, match=r"101\.hea is missing"):
        TASK.load(tmp_path, "train")
    with pytest.raises(FileNotFoundError, match="--data"):
        TASK.load(None, "train")


def test_whole_patients_are_held_out_with_as_many_beats_of_each_kind() -> None:
    patients = [patient for patient in PATIENTS["train"] for _ in range(10)]
    targets = [0] * 5 + [1, 1, 2, 2, 2]
    samples = Samples(
        list(range(len(patients))), targets * len(PATIENTS["train"]), "", {"patients": patients}
    )
    learnt, held = TASK.hold_out(samples, Recipe())
    assert set(held.groups["patients"]) == set(HELD_OUT)
    assert not set(learnt.groups["patients"]) & set(HELD_OUT)
    assert len(learnt.inputs) == 10 * (22 - len(HELD_OUT))
    assert np.bincount(np.array(held.targets, dtype=int)).tolist() == [2 * len(HELD_OUT)] * 3
    again = TASK.hold_out(samples, Recipe())[1]
    assert list(again.inputs) == list(held.inputs)


def test_an_epoch_takes_every_rare_beat_and_a_share_of_the_normal_ones_none_twice_alike() -> None:
    source = np.random.default_rng(0)
    beat = np.sin(np.arange(STEPS, dtype=np.float64) / 9)[:, None]
    for kind, share in ((0, NORMAL_SHARE), (1, 1.0)):
        sequence = LabeledSequence(beat, np.array([-100] * (STEPS - 1) + [kind]))
        pieces = [p for _ in range(500) for p in TASK.cut(sequence, Recipe(), source)]
        assert len(pieces) / 500 == pytest.approx(share, abs=0.06)
        lengths = [len(piece.inputs) / STEPS for piece in pieces]
        assert TEMPO[0] - 0.01 <= min(lengths) < 0.93
        assert 1.07 < max(lengths) <= TEMPO[1] + 0.01
        for piece in pieces:
            assert piece.targets.tolist() == [-100] * (len(piece.inputs) - 1) + [kind]
            plain = np.interp(
                np.linspace(0, STEPS - 1, len(piece.inputs)), np.arange(STEPS), beat[:, 0]
            )
            assert 0.005 < np.abs(piece.inputs[:, 0] - plain).max() < 0.3


def test_a_lead_is_read_around_its_own_zero_as_strong_as_any_and_over_its_gaps() -> None:
    beat = np.random.default_rng(0).standard_normal((STEPS, 1))
    scaling = TASK.fit_scaling([beat])
    assert scaling.mean == (0.0,)
    encoding, lifted = TASK.read(beat, scaling), TASK.read(7 * beat + 3.0, scaling)
    assert encoding.values is not None
    assert lifted.values is not None
    np.testing.assert_allclose(encoding.values, lifted.values, atol=1e-12)
    centred = beat - np.median(beat)
    np.testing.assert_allclose(encoding.values * scaling.std[0], centred / np.abs(centred).max())
    beat[40:50] = np.nan
    gap = TASK.read(beat, scaling)
    assert gap.known == tuple(not 40 <= step < 50 for step in range(STEPS))
    assert gap.values is not None
    assert (gap.values[40:50] == gap.values[39]).all()
    one = TASK.read(np.array([[5.0]]), scaling)
    assert one.values is not None
    assert one.values.tolist() == [[0.0]]


def test_two_leads_are_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        TASK.read(np.zeros((5, 2)), TASK.fit_scaling([np.zeros((5, 1))]))
    assert caught.value.code == "series_columns"
    assert caught.value.values == {"row": 1, "count": 2, "expected": 1}


def test_sensitivity_and_precision_are_told_by_kind() -> None:
    right = [0] * 6 + [1] * 2 + [2] * 2
    said = [0, 0, 0, 0, 2, 2, 0, 0, 2, 0]
    samples = Samples([None] * 10, right, "")
    graded = TASK.grade(samples, [np.array([one]) for one in said])
    assert graded["kinds"] == {
        "N": {"samples": 6, "sensitivity": 4 / 6, "precision": 4 / 7},
        "S": {"samples": 2, "sensitivity": 0.0},
        "V": {"samples": 2, "sensitivity": 0.5, "precision": 1 / 3},
    }
    assert graded["mean_sensitivity"] == pytest.approx((4 / 6 + 0 + 0.5) / 3)
    assert graded["always_normal"] == {"accuracy": 0.6, "mean_sensitivity": 1 / 3}
    named = {*graded, *graded["always_normal"], *graded["kinds"], *graded["kinds"]["N"]}
    assert named - {"samples"} <= set(TASK.figures)


def test_it_says_that_it_is_no_medical_device() -> None:
    assert "no medical device" in TASK.about.en
    assert "não é um dispositivo médico" in TASK.about.pt


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_finds_more_than_normal_beats_in_patients_it_never_met(name: str) -> None:
    model = load_model(SHIPPED[name])
    test = model.facts["test"]
    assert model.path.stat().st_size < 400_000
    assert test["samples"] > 49_000
    assert test["always_normal"]["accuracy"] == pytest.approx(0.89, abs=0.01)
    assert test["mean_sensitivity"] > test["always_normal"]["mean_sensitivity"] + 0.1
    assert test["kinds"]["V"]["sensitivity"] > 0.7


@pytest.mark.parametrize("name", SHIPPED)
def test_the_normal_and_the_ventricular_example_are_read_as_such(name: str) -> None:
    model = load_model(SHIPPED[name])
    network = Network(model.cell, model.shape, model.weights)
    for example, kind in (("normal", "N"), ("ventricular", "V")):
        value = next(one.value for one in TASK.examples if one.id == example)
        assert value.shape == (STEPS, 1)
        trace = record(network, model.task, model.task.read(value, model.fitted))
        assert trace.target == kind, example
