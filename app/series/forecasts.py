"""What the tasks that forecast a series share; each brings its numbers and its units."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from ..contracts import (
    Array,
    Encoding,
    Figure,
    InvalidInput,
    LabeledSequence,
    NumberTask,
    Recipe,
    Samples,
    Scaling,
    Text,
)
from .baselines import (
    LinearAutoregression,
    fill_gaps,
    measure_errors,
    repeat_last,
    repeat_season,
)

TEST_SHARE = 0.2  # of the rows, the last ones


class ForecastTask(NumberTask):
    """Many-to-many: at every row, what the first column will be ``ahead`` rows later.

    The network tells the change from the last value known. A missing number is read as the last
    one known before it.
    """

    topology = "many-to-many"
    language = ""
    input = "series"
    reads = "values"
    period: ClassVar[int]  # rows of a season
    lags: ClassVar[int]  # rows that the linear autoregression looks at
    columns: ClassVar[Mapping[str, Text]] = {}
    figures: ClassVar[Mapping[str, Text]] = {
        "forecasts": Text("forecasts by steps ahead", "previsões por passos à frente"),
        "network": Text("this network", "esta rede"),
        "linear": Text("linear autoregression", "autorregressão linear"),
        "last": Text("the last value again", "o último valor de novo"),
        "season": Text("the same as a season before", "o mesmo de uma estação antes"),
        "mae": Text("mean absolute error", "erro absoluto médio"),
        "rmse": Text("root mean squared error", "raiz do erro quadrático médio"),
        "mase": Text(
            "error, in errors of repeating the last value one step ahead",
            "erro, em erros de repetir o último valor um passo à frente",
        ),
    }

    @abstractmethod
    def read_rows(self, folder: Path) -> tuple[Array, bytes]:
        """Give the whole series ``[N, F]`` from a folder, and the bytes it came from."""

    def fit_scaling(self, inputs: Sequence[Array]) -> Scaling:
        rows = np.vstack(inputs)
        std = np.nanstd(rows, axis=0)
        std[std == 0] = 1.0
        return Scaling(tuple(np.nanmean(rows, axis=0).tolist()), tuple(std.tolist()))

    def read(self, series: Array, scaling: Scaling, /) -> Encoding:
        features = len(self.features)
        if series.shape[1] != features:
            raise InvalidInput(
                "series_columns", "input.series", row=1, count=series.shape[1], expected=features
            )
        filled = fill_gaps(series)
        filled = np.where(np.isfinite(filled), filled, np.array(scaling.mean))  # a whole column
        last = filled[:, :1]
        return Encoding(
            tokens=name_steps(series),
            known=tuple(np.isfinite(row).all().item() for row in series),
            values=scaling.scale(filled),
            target_values=np.hstack(
                [look_ahead(series[:, 0], quantity.ahead) for quantity in self.quantities]
            ),
            offsets=np.repeat(last, len(self.quantities), axis=1),
        )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        if folder is None:
            raise FileNotFoundError("This task learns from data: --data must name a folder")
        rows, raw = self.read_rows(folder)
        start = len(rows) - round(TEST_SHARE * len(rows))
        part = rows[:start] if split == "train" else rows[start:]
        return Samples([part], [None], sha256(raw).hexdigest())

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Hold out the last rows, ``recipe.validation_size`` of them."""
        (rows,) = samples.inputs
        start = len(rows) - min(recipe.validation_size, len(rows) // 5)
        return (
            Samples([rows[:start]], [None], samples.digest),
            Samples([rows[start:]], [None], samples.digest),
        )

    def trim(self, sequence: LabeledSequence, recipe: Recipe) -> LabeledSequence:
        return sequence

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Cut the series into pieces of ``recipe.max_length``, from another place in each epoch."""
        length = min(recipe.max_length, len(sequence.inputs))
        first = int(source.integers(0, length))
        for start in range(first, len(sequence.inputs) - length + 1, length):
            stop = start + length
            yield LabeledSequence(sequence.inputs[start:stop], sequence.targets[start:stop])

    def grade(
        self, samples: Samples, predicted: Sequence[Array], learned: Samples | None = None
    ) -> Mapping[str, Any]:
        """Give the errors of the network, and of simple forecasts over the same rows."""
        if learned is None:
            return {}
        (rows,), (before,) = samples.inputs, learned.inputs
        encoding = self.read(rows, self.fit_scaling([rows]))
        assert encoding.target_values is not None
        assert encoding.offsets is not None
        asked = np.isfinite(encoding.target_values).any(axis=1)
        values = np.full_like(encoding.target_values, np.nan)
        values[asked] = predicted[0] + encoding.offsets[asked]
        naive = float(np.nanmean(np.abs(np.diff(before[:, 0]))))
        both = np.vstack([before, rows])  # what a forecast of the first rows looks back at
        errors = {}
        for k, quantity in enumerate(self.quantities):
            ahead = quantity.ahead
            linear = LinearAutoregression(before, ahead, self.lags)
            forecasts = {
                "network": values[:, k],
                "linear": linear.forecast(both)[len(before) :],
                "last": repeat_last(both, ahead)[len(before) :],
                "season": repeat_season(both, ahead, self.period)[len(before) :],
            }
            right = encoding.target_values[:, k]
            errors[str(ahead)] = {
                name: measure_errors(forecast, right, naive) for name, forecast in forecasts.items()
            }
        return {"forecasts": errors}


def name_steps(series: Array) -> tuple[str, ...]:
    """Name every step: by its number read, where it is one, else by its place."""
    if series.shape[1] > 1:
        return tuple(str(step) for step in range(1, len(series) + 1))
    return tuple("–" if np.isnan(value) else f"{value:.4g}" for value in series[:, 0])


def look_ahead(values: Array, ahead: int) -> Array:
    """Give ``[N, 1]``: the value ``ahead`` rows later, NaN where there is none."""
    later = np.full((len(values), 1), np.nan)
    later[: max(len(values) - ahead, 0), 0] = values[ahead:]
    return later


def forecast_figure(unit: str) -> Figure:
    """Give the figure of a forecast: the mean absolute error of the nearest one, in ``unit``."""
    return Figure("mae", higher=False, unit=unit)


def read_column(path: Path, column: int) -> tuple[Array, bytes]:
    """Read a column of a comma-separated file with a heading: ``[N, 1]``, and the file's bytes.

    Raises ``FileNotFoundError`` with what is missing.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: --data must name the folder that holds it")
    raw = path.read_bytes()
    rows = [line.split(",") for line in raw.decode("utf-8").splitlines()[1:] if line.strip()]
    return np.array([[float(row[column].strip('"'))] for row in rows]), raw
