"""What the tests of every task that forecasts a series hold it to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from gatescope.contracts import Scaling
from gatescope.registry import find_inputs
from gatescope.series.forecasts import ForecastTask


def check_examples(task: ForecastTask) -> None:
    """Hold the examples to what a request may send, and to being read."""
    features, kind = len(task.features), find_inputs()["series"]
    scaling = Scaling((1.0,) * features, (2.0,) * features)
    for example in task.examples:
        taken = kind.take(kind.request.model_validate(kind.give(example.value)))
        np.testing.assert_array_equal(taken, example.value)
        encoding = task.read(taken, scaling)
        assert encoding.values is not None
        assert encoding.values.shape == (len(encoding.tokens), features)
        assert np.isfinite(encoding.values).all()


def check_figures(task: ForecastTask, facts: Mapping[str, Any]) -> None:
    """Hold the facts of a shipped model's test to each other."""
    forecasts = facts["forecasts"]
    assert list(forecasts) == [str(quantity.ahead) for quantity in task.quantities]
    for found in (*forecasts.values(), *facts.get("free_run", {}).values()):
        scales = []
        for method in ("network", "linear", "last", "season"):
            errors = found[method]
            assert 0 < errors["mae"] <= errors["rmse"]
            scales.append(errors["mae"] / errors["mase"])
        assert np.ptp(scales) < 1e-6 * scales[0], "all are in units of the same error"
    for name in ("mae", "rmse"):
        own = [errors["network"][name] for errors in forecasts.values()]
        assert facts[name] == pytest.approx(np.mean(own))
    assert not facts.keys() & {"accuracy", "bits", "ece"}
    assert ("free_run" in facts) == task.runs_free
