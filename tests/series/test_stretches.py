"""The stretches that ship with the package say where they are from."""

from __future__ import annotations

import math

import numpy as np
import pytest
from gatescope.contracts import NumberTask
from gatescope.registry import find_tasks
from gatescope.series.stretches import DATA, read_stretch

FILES = sorted(path.stem for path in DATA.glob("*.csv") if path.stem in find_tasks())


@pytest.mark.parametrize("name", FILES)
def test_a_file_names_its_source_and_the_columns_of_its_task(name: str) -> None:
    source, heads, *rows = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert source.startswith("# ")
    assert len(source) > 60
    task = find_tasks()[name]
    assert isinstance(task, NumberTask)
    assert heads.split(",") == [feature.name for feature in task.features]
    whole = read_stretch(name, 0, len(rows))
    assert whole.shape == (len(rows), len(task.features))
    for example in task.examples:
        assert len(example.value) >= 50, "nothing was cut off at the end of the file"
        assert np.isfinite(example.value).any(axis=0).all()


def test_an_empty_cell_is_missing_and_a_stretch_is_some_rows() -> None:
    whole = read_stretch("air", 0, 300)
    assert math.isnan(whole[160, 0])
    assert np.isfinite(whole[:, 1:]).all()
    np.testing.assert_array_equal(read_stretch("air", 5, 7), whole[5:12])
