"""What tasks that forecast share: how rows are read, split, cut and measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from gatescope.contracts import (
    Array,
    InvalidInput,
    LabeledSequence,
    Quantity,
    Recipe,
    Samples,
    Scaling,
    Text,
)
from gatescope.series.forecasts import (
    FREE_RUN_STEPS,
    LOGARITHM,
    SQUARE_ROOT,
    ForecastTask,
    Transform,
    forecast_figure,
    read_column,
)
from gatescope.series.simple_forecasts import LinearAutoregression, choose_lags, fill_gaps

NAN = math.nan
NAME = Text("made up", "inventada")


class Waves(ForecastTask):
    """Two columns, of which the first is forecast one and three rows ahead."""

    title = about = NAME
    figure = forecast_figure("cm")
    period = 6
    lags = (2, 4)
    lead_in = 10
    transforms: ClassVar[Mapping[str, Transform]] = {"height": SQUARE_ROOT}
    features: ClassVar[tuple[Quantity, ...]] = (Quantity("height", NAME), Quantity("wind", NAME))
    quantities = (Quantity("next", NAME, ahead=1), Quantity("third", NAME, ahead=3))
    examples = ()

    def read_rows(self, folder: Path) -> tuple[Array, bytes]:
        return draw(200), b"waves"


class Tide(Waves):
    """One column."""

    features: ClassVar[tuple[Quantity, ...]] = (Quantity("height", NAME),)

    def read_rows(self, folder: Path) -> tuple[Array, bytes]:
        return draw(400)[:, :1], b"tide"


def draw(rows: int) -> Array:
    source = np.random.default_rng(0)
    waves = 4 + 3 * np.sin(np.arange(rows) * 2 * np.pi / 6) + source.normal(0, 0.3, rows)
    return np.column_stack([np.abs(waves), source.normal(size=rows)])


WAVES, TIDE = Waves(), Tide()
SCALING = Scaling((2.0, 1.0), (0.5, 4.0))


def test_numbers_are_bent_then_scaled_and_the_answer_is_told_from_the_last_value() -> None:
    series = np.array([[4.0, 1.0], [9.0, NAN], [NAN, 5.0], [16.0, -3.0]])
    found = WAVES.read(series, SCALING)
    assert found.tokens == ("1", "2", "3", "4")
    assert found.known == (True, False, False, True)
    assert found.values is not None
    assert found.offsets is not None
    np.testing.assert_allclose(found.values[:, 0], [0.0, 2.0, 2.0, 4.0])
    np.testing.assert_allclose(found.values[:, 1], [0.0, 0.0, 1.0, -1.0])
    np.testing.assert_array_equal(found.offsets, [[4, 4], [9, 9], [9, 9], [16, 16]])
    np.testing.assert_array_equal(found.target_values, [[9, 16], [NAN, NAN], [16, NAN], [NAN, NAN]])


def test_a_quantity_far_ahead_may_be_told_as_it_is() -> None:
    class Level(Waves):
        levels = frozenset({"third"})

    found = Level().read(np.array([[4.0, 1.0], [9.0, 1.0]]), SCALING)
    np.testing.assert_array_equal(found.offsets, [[4, 0], [9, 0]])


def test_a_column_of_which_nothing_is_known_is_read_as_its_mean_in_training() -> None:
    found = WAVES.read(np.array([[NAN, 5.0], [NAN, 1.0]]), SCALING)
    assert found.values is not None
    np.testing.assert_allclose(found.values, [[0.0, 1.0], [0.0, 0.0]], atol=1e-12)
    assert found.offsets is not None
    np.testing.assert_allclose(found.offsets, 4.0)  # the square of 2, the mean of the roots


def test_another_number_of_columns_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        WAVES.read(np.ones((3, 3)), SCALING)
    assert refused.value.code == "series_columns"
    assert (refused.value.values["count"], refused.value.values["expected"]) == (3, 2)


def test_the_scaling_is_of_the_numbers_as_they_are_bent() -> None:
    rows = np.array([[1.0, 5.0], [9.0, 5.0], [NAN, 5.0]])
    found = WAVES.fit_scaling([rows])
    assert found.mean == (2.0, 5.0)
    assert found.std == (1.0, 1.0), "a column that never changes is not divided by zero"


@pytest.mark.parametrize("transform", [SQUARE_ROOT, LOGARITHM])
def test_a_transform_is_undone_by_its_inverse_and_takes_what_is_below_zero(
    transform: Transform,
) -> None:
    values = np.array([0.0, 0.5, 250.0])
    np.testing.assert_allclose(transform.invert(transform.apply(values)), values)
    assert transform.apply(np.array([-7.0]))[0] == 0.0


def test_the_last_fifth_is_the_test_and_what_leads_into_it_is_of_training() -> None:
    rows = draw(200)
    train, test = (WAVES.load(Path(), split) for split in ("train", "test"))
    np.testing.assert_array_equal(train.inputs[0], rows[:160])
    np.testing.assert_array_equal(test.inputs[0], rows[150:])
    assert train.digest == test.digest
    with pytest.raises(FileNotFoundError):
        WAVES.load(None, "train")


def test_what_is_held_out_is_the_end_and_is_asked_past_its_lead_in() -> None:
    recipe = Recipe(validation_size=25)
    train, held = WAVES.hold_out(WAVES.load(Path(), "train"), recipe)
    np.testing.assert_array_equal(train.inputs[0], draw(200)[:135])
    np.testing.assert_array_equal(held.inputs[0], draw(200)[125:160])
    encoding = WAVES.read(held.inputs[0], SCALING)
    assert encoding.values is not None
    assert encoding.target_values is not None
    whole = LabeledSequence(encoding.values, encoding.target_values)
    trimmed = WAVES.trim(whole, recipe)
    assert np.isnan(trimmed.targets[:10]).all()
    np.testing.assert_array_equal(trimmed.targets[10:], whole.targets[10:])
    assert np.isfinite(whole.targets[:10]).all(), "the sequence itself stays as it is"


def test_a_series_may_be_learnt_in_several_strengths_and_is_held_out_in_its_own() -> None:
    class Strong(Waves):
        strengths = (0.5, 1.0, 2.0)

    recipe, samples = Recipe(validation_size=25), WAVES.load(Path(), "train")
    train, held = Strong().hold_out(samples, recipe)
    plain, same = WAVES.hold_out(samples, recipe)
    for strength, rows in zip(Strong.strengths, train.inputs, strict=True):
        np.testing.assert_array_equal(rows, strength * plain.inputs[0])
    np.testing.assert_array_equal(held.inputs[0], same.inputs[0])
    assert train.targets == [None] * 3


def test_pieces_are_stretches_of_the_series_from_other_places_in_each_epoch() -> None:
    numbers = np.arange(100.0)[:, None]
    sequence = LabeledSequence(numbers, numbers + 0.5)
    recipe = Recipe(max_length=30)
    epochs = [[*WAVES.cut(sequence, recipe, np.random.default_rng(seed))] for seed in (0, 0, 1)]
    starts = [[int(piece.inputs[0, 0]) for piece in pieces] for pieces in epochs]
    assert starts[0] == starts[1] != starts[2]
    assert len(set(starts[0])) > 10
    for piece in epochs[0]:
        np.testing.assert_array_equal(piece.inputs, piece.inputs[0] + np.arange(30)[:, None])
        np.testing.assert_array_equal(piece.targets, piece.inputs + 0.5)
    (short,) = {len(p.inputs) for p in WAVES.cut(sequence, Recipe(), np.random.default_rng(0))}
    assert short == 100


def grade(
    task: ForecastTask, error: float
) -> tuple[Array, Array, Mapping[str, Mapping[str, Mapping[str, float]]], Mapping[str, float]]:
    """Grade a network that is off by ``error`` everywhere, its sign changing."""
    test, learned = task.load(Path(), "test"), task.load(Path(), "train")
    encoding = task.read(test.inputs[0], task.fit_scaling(learned.inputs))
    assert encoding.target_values is not None
    assert encoding.offsets is not None
    asked = np.isfinite(encoding.target_values).any(axis=1)
    signs = (-1.0) ** np.arange(asked.sum())[:, None]
    told = (encoding.target_values - encoding.offsets)[asked] + error * signs
    facts = task.grade(test, [told], learned)
    alone = task.grade(test, [told])
    assert "forecasts" not in alone
    assert alone.items() <= facts.items()
    return learned.inputs[0], test.inputs[0], facts["forecasts"], facts


def test_the_network_and_simple_forecasts_are_measured_over_the_same_rows() -> None:
    learned, test, forecasts, facts = grade(WAVES, 0.25)
    own = test[10:, 0]  # past the lead-in
    assert facts["samples"] == len(own) - 1
    assert facts["mae"] == pytest.approx(0.25)
    assert facts["rmse"] == pytest.approx(0.25)
    naive = np.abs(np.diff(learned[:, 0])).mean()
    for ahead in (1, 3):
        errors = forecasts[str(ahead)]
        assert errors["network"] == pytest.approx({"mae": 0.25, "rmse": 0.25, "mase": 0.25 / naive})
        last = own[ahead:] - own[:-ahead]
        assert errors["last"]["mae"] == pytest.approx(np.abs(last).mean())
        assert errors["last"]["rmse"] == pytest.approx(np.sqrt((last**2).mean()))
        both = np.vstack([learned, test[10:]])
        lags = choose_lags(learned, ahead, WAVES.lags)
        linear = LinearAutoregression(learned, ahead, lags).forecast(both)[160:-ahead]
        assert errors["linear"]["mae"] == pytest.approx(np.abs(linear - own[ahead:]).mean())
        season = both[160 + ahead - 6 : -6, 0]
        assert errors["season"]["mae"] == pytest.approx(np.abs(season - own[ahead:]).mean())


def test_a_free_run_is_measured_from_several_rows_beside_simple_methods() -> None:
    learned, test = TIDE.load(Path(), "train"), TIDE.load(Path(), "test")
    rows, before = test.inputs[0], learned.inputs[0]
    origins = TIDE.choose_origins(test)
    assert len(origins) > 15
    assert min(origins) > TIDE.lead_in
    assert max(origins) + 60 <= len(rows)
    written = {k: rows[k : k + 60, 0] + np.arange(60.0) for k in origins}
    facts = TIDE.grade_free_run(test, written, learned)
    assert list(facts) == [str(ahead) for ahead in FREE_RUN_STEPS]
    naive = np.abs(np.diff(before[:, 0])).mean()
    linear = LinearAutoregression(before, 1, choose_lags(before, 1, TIDE.lags))
    for ahead in FREE_RUN_STEPS:
        found = facts[str(ahead)]
        assert found["samples"] == len(origins)
        assert found["network"]["mae"] == pytest.approx(ahead - 1)
        assert found["network"]["mase"] == pytest.approx((ahead - 1) / naive)
        right = [rows[k + ahead - 1, 0] for k in origins]
        last = [rows[k - 1, 0] for k in origins]
        season = [rows[k - 6 + (ahead - 1) % 6, 0] for k in origins]
        iterated = [linear.iterate(rows[:k], ahead)[-1] for k in origins]
        for name, forecast in (("last", last), ("season", season), ("linear", iterated)):
            mae = np.abs(np.subtract(forecast, right)).mean()
            assert found[name]["mae"] == pytest.approx(mae), (name, ahead)


def test_a_task_runs_free_where_its_first_answer_is_the_next_row() -> None:
    assert TIDE.runs_free
    assert not WAVES.runs_free, "nobody says what the wind will be"


def test_a_column_is_read_from_a_file_with_a_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"Month","Spots"\n"1749-01",58.0\n"1749-02","62.6"\n\n')
    rows, raw = read_column(path, 1)
    np.testing.assert_array_equal(rows, [[58.0], [62.6]])
    assert raw == path.read_bytes()
    with pytest.raises(FileNotFoundError, match=r"b\.csv is missing"):
        read_column(tmp_path / "b.csv", 1)


def test_missing_values_of_the_test_are_not_asked() -> None:
    samples = TIDE.load(Path(), "test")
    rows = samples.inputs[0].copy()
    rows[30:35] = NAN
    encoding = TIDE.read(rows, TIDE.fit_scaling([rows]))
    assert encoding.target_values is not None
    asked = np.asarray(np.isfinite(encoding.target_values).any(axis=1))
    assert not asked[31], "neither the next row nor the third is known"
    told = np.zeros((int(asked.sum()), 2))
    facts = TIDE.grade(Samples([rows], [None], ""), [told])
    filled = fill_gaps(rows)[10:, 0]
    errors = []
    for ahead in (1, 3):
        right = rows[10 + ahead :, 0]
        errors.append(np.nanmean(np.abs(filled[:-ahead] - right)))
    assert facts["mae"] == pytest.approx(np.mean(errors))
