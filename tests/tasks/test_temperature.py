"""Temperature, forecast a day and a week ahead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gatescope.nn.checkpoint import load_model
from gatescope.registry import find_models
from gatescope.series.forecasts import FREE_RUN_STEPS
from gatescope.tasks.temperature import TASK

from tests.tasks.forecasting import check_examples, check_figures

SHIPPED = {name: path for name, path in find_models().items() if name.startswith("temperature-")}


def test_its_data_are_the_second_column_of_the_file(tmp_path: Path) -> None:
    lines = [f'"1981-01-01 and {k} days",{k}.5' for k in range(1_000)]
    (tmp_path / "daily-min-temperatures.csv").write_text(
        "\n".join(['"Date","Temp"', *lines]) + "\n"
    )
    train, test = (TASK.load(tmp_path, split).inputs[0] for split in ("train", "test"))
    np.testing.assert_array_equal(train[:, 0], np.arange(800) + 0.5)
    np.testing.assert_array_equal(test[:, 0], np.arange(800 - 365, 1_000) + 0.5)
    with pytest.raises(FileNotFoundError, match="daily-min-temperatures"):
        TASK.load(tmp_path / "elsewhere", "test")


def test_it_reads_one_number_as_it_is_and_runs_free() -> None:
    scaling = TASK.fit_scaling([np.array([[0.0], [1.0], [5.0]])])
    assert scaling.mean == (2.0,)
    assert TASK.runs_free


def test_its_examples_can_be_read() -> None:
    check_examples(TASK)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_tells_its_errors_beside_those_of_simple_forecasts(name: str) -> None:
    facts = load_model(SHIPPED[name]).facts["test"]
    check_figures(TASK, facts)
    assert list(facts["free_run"]) == [str(ahead) for ahead in FREE_RUN_STEPS]


@pytest.mark.parametrize("name", [name for name in SHIPPED if not name.endswith("-rnn")])
def test_gated_networks_beat_the_linear_autoregression_on_the_test(name: str) -> None:
    forecasts = load_model(SHIPPED[name]).facts["test"]["forecasts"]
    for errors in forecasts.values():
        assert errors["network"]["mae"] < min(errors["linear"]["mae"], errors["last"]["mae"])
