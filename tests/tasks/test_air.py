"""Air, forecast an hour and a day ahead."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from gatescope.nn.checkpoint import load_model
from gatescope.registry import find_models
from gatescope.tasks.air import TASK, WINDS

from tests.tasks.forecasting import check_examples, check_figures

SHIPPED = {name: path for name, path in find_models().items() if name.startswith("air-")}
HEAD = "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir"


def write_hours(folder: Path, winds: list[str], dust: list[str]) -> None:
    rows = [
        f"{k + 1},2010,1,1,{k},{now},-21,-11.5,1021,{wind},1.79,0,2"
        for k, (wind, now) in enumerate(zip(winds, dust, strict=True))
    ]
    (folder / "pollution.csv").write_text("\n".join([HEAD, *rows]) + "\n")


def test_an_hour_is_nine_numbers_of_which_dust_may_be_missing(tmp_path: Path) -> None:
    write_hours(tmp_path, ["NW", "cv", "SE", "NE"], ["NA", "129", "148", "0"])
    rows, raw = TASK.read_rows(tmp_path)
    assert rows.shape == (4, 9) == (4, len(TASK.features))
    assert raw == (tmp_path / "pollution.csv").read_bytes()
    np.testing.assert_array_equal(rows[:, 0], [math.nan, 129, 148, 0])
    np.testing.assert_array_equal(rows[1], [129, -21, -11.5, 1021, 0, 0, 1.79, 0, 2])
    half = math.sqrt(0.5)
    np.testing.assert_allclose(rows[:, 4], [half, 0, -half, half])
    np.testing.assert_allclose(rows[:, 5], [-half, 0, half, half])
    with pytest.raises(FileNotFoundError, match=r"pollution\.csv"):
        TASK.read_rows(tmp_path / "elsewhere")


def test_the_wind_comes_from_a_direction_of_length_one_or_from_none() -> None:
    lengths = {name: math.hypot(*wind) for name, wind in WINDS.items()}
    assert lengths == pytest.approx({"NE": 1, "NW": 1, "SE": 1, "cv": 0})


def test_missing_dust_is_carried_on_and_said_not_to_be_known() -> None:
    gap = next(one.value for one in TASK.examples if one.id == "gap")
    encoding = TASK.read(gap, TASK.fit_scaling([gap]))
    missing = np.flatnonzero(np.isnan(gap[:, 0]))
    assert len(missing) == 12
    assert np.flatnonzero(~np.array(encoding.known)).tolist() == missing.tolist()
    assert encoding.values is not None
    assert encoding.offsets is not None
    assert len(np.unique(encoding.values[missing, 0])) == 1
    np.testing.assert_array_equal(encoding.offsets[missing, 0], gap[missing[0] - 1, 0])
    assert not encoding.offsets[:, 1].any(), "a day ahead it is told as it is"


def test_it_does_not_run_free_for_nobody_forecasts_the_weather() -> None:
    assert not TASK.runs_free


def test_its_examples_can_be_read() -> None:
    check_examples(TASK)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_tells_its_errors_beside_those_of_simple_forecasts(name: str) -> None:
    check_figures(TASK, load_model(SHIPPED[name]).facts["test"])
