"""What the tasks that forecast a series share; each brings its numbers and its units."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from ..contracts import (
    Array,
    Encoding,
    Figure,
    FreeRunning,
    InvalidInput,
    LabeledSequence,
    Recipe,
    Samples,
    Scaling,
    Text,
)
from .simple_forecasts import (
    LinearAutoregression,
    choose_lags,
    fill_gaps,
    look_ahead,
    measure_errors,
    repeat_last,
    repeat_season,
)

TEST_SHARE = 0.2  # of the rows, the last ones
PASSES = 10  # over the series in one epoch, each from another place
FREE_RUN_STEPS = (1, 12, 24, 60)  # ahead, at which a free run is measured
FREE_RUN_ORIGINS = 40  # rows of the test from which one starts, at even distances


class Transform(NamedTuple):
    """How a number is bent before it is scaled, and back."""

    apply: Callable[[Array], Array]
    invert: Callable[[Array], Array]


# Of numbers that are never negative and vary the more the larger they are.
SQUARE_ROOT = Transform(lambda values: np.sqrt(np.maximum(values, 0.0)), np.square)
LOGARITHM = Transform(lambda values: np.log1p(np.maximum(values, 0.0)), np.expm1)


class ForecastTask(FreeRunning):
    """Many-to-many: at every row, what the first column will be ``ahead`` rows later.

    The network tells the change from the last value known, but for the quantities in ``levels``,
    which are so far ahead that the last value says little of them. A missing number is read as the
    last one known before it. The last fifth of the rows is the test; before it ``lead_in`` rows of
    training are read and not measured, so that the network has seen what simple forecasts look
    back at.
    """

    topology = "many-to-many"
    language = ""
    input = "series"
    reads = "values"
    period: ClassVar[int]  # rows of a season
    lags: ClassVar[tuple[int, ...]]  # rows that the linear autoregression may look at
    lead_in: ClassVar[int]
    free_run_length = max(FREE_RUN_STEPS)
    levels: ClassVar[frozenset[str]] = frozenset()
    strengths: ClassVar[tuple[float, ...]] = (1.0,)  # that the series is learnt in, side by side
    transforms: ClassVar[Mapping[str, Transform]] = {}  # by feature, of what enters the network
    figures: ClassVar[Mapping[str, Text]] = {
        "forecasts": Text("forecasts by steps ahead", "previsões por passos à frente"),
        "free_run": Text(
            "free run, each forecast read as the next step",
            "execução livre, cada previsão lida como o passo seguinte",
        ),
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
        rows = self._bend(np.vstack(inputs))
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
        usual = np.array(scaling.mean)  # in place of a column of which nothing is known
        for k, feature in enumerate(self.features):
            if feature.name in self.transforms:
                usual[k] = self.transforms[feature.name].invert(usual[k])
        filled = np.where(np.isfinite(filled), filled, usual)
        changes = np.array([quantity.name not in self.levels for quantity in self.quantities])
        return Encoding(
            tokens=name_steps(series),
            known=tuple(np.isfinite(row).all().item() for row in series),
            values=scaling.scale(self._bend(filled)),
            target_values=np.column_stack(
                [look_ahead(series[:, 0], quantity.ahead) for quantity in self.quantities]
            ),
            offsets=filled[:, :1] * changes,
        )

    def _bend(self, rows: Array) -> Array:
        bent = rows.copy()
        for k, feature in enumerate(self.features):
            if feature.name in self.transforms:
                bent[:, k] = self.transforms[feature.name].apply(rows[:, k])
        return bent

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        if folder is None:
            raise FileNotFoundError("This task learns from data: --data must name a folder")
        rows, raw = self.read_rows(folder)
        start = len(rows) - round(TEST_SHARE * len(rows))
        part = rows[:start] if split == "train" else rows[max(start - self.lead_in, 0) :]
        return Samples([part], [None], sha256(raw).hexdigest())

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Hold out the last rows, ``recipe.validation_size`` of them, after a lead-in.

        What is learnt from is the rest, once in each of the task's strengths.
        """
        (rows,) = samples.inputs
        start = len(rows) - min(recipe.validation_size, len(rows) // 5)
        learnt = [strength * rows[:start] for strength in self.strengths]
        return (
            Samples(learnt, [None] * len(learnt), samples.digest),
            Samples([rows[max(start - self.lead_in, 0) :]], [None], samples.digest),
        )

    def trim(self, sequence: LabeledSequence, recipe: Recipe) -> LabeledSequence:
        """Ask nothing over the lead-in."""
        targets = sequence.targets.copy()
        targets[: self.lead_in] = np.nan
        return LabeledSequence(sequence.inputs, targets)

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Cut the series into pieces of ``recipe.max_length``, again and again from elsewhere."""
        length = min(recipe.max_length, len(sequence.inputs))
        for _ in range(PASSES):
            first = int(source.integers(0, min(length, len(sequence.inputs) - length + 1)))
            for start in range(first, len(sequence.inputs) - length + 1, length):
                stop = start + length
                yield LabeledSequence(sequence.inputs[start:stop], sequence.targets[start:stop])

    def grade(
        self, samples: Samples, predicted: Sequence[Array], learned: Samples | None = None
    ) -> Mapping[str, Any]:
        """Give the errors past the lead-in, and of simple forecasts over the same rows."""
        (rows,) = samples.inputs
        encoding = self.read(rows, self.fit_scaling([rows]))
        assert encoding.target_values is not None
        assert encoding.offsets is not None
        asked = np.isfinite(encoding.target_values).any(axis=1)
        values = np.full_like(encoding.target_values, np.nan)
        values[asked] = predicted[0] + encoding.offsets[asked]
        values, right = values[self.lead_in :], encoding.target_values[self.lead_in :]
        own = [measure_errors(values[:, k], right[:, k]) for k in range(len(self.quantities))]
        facts: dict[str, Any] = {
            name: float(np.mean([errors[name] for errors in own])) for name in ("mae", "rmse")
        }
        facts["samples"] = int(np.isfinite(right).any(axis=1).sum())
        if learned is None:
            return facts
        (before,) = learned.inputs
        naive = measure_naive(before)
        both = np.vstack([before, rows[self.lead_in :]])  # what the first rows look back at
        facts["forecasts"] = {}
        for k, quantity in enumerate(self.quantities):
            ahead = quantity.ahead
            linear = LinearAutoregression(before, ahead, choose_lags(before, ahead, self.lags))
            forecasts = {
                "network": values[:, k],
                "linear": linear.forecast(both)[len(before) :],
                "last": repeat_last(both, ahead)[len(before) :],
                "season": repeat_season(both, ahead, self.period)[len(before) :],
            }
            facts["forecasts"][str(ahead)] = {
                name: measure_errors(forecast, right[:, k], naive)
                for name, forecast in forecasts.items()
            }
        return facts

    def choose_origins(self, samples: Samples) -> list[int]:
        """Choose the rows of the test after which a free run begins: so many are read before."""
        (rows,) = samples.inputs
        last = len(rows) - self.free_run_length
        step = max((last - self.lead_in) // FREE_RUN_ORIGINS, 1)
        return list(range(self.lead_in + 1, last + 1, step))

    def grade_free_run(
        self, samples: Samples, written: Mapping[int, Array], learned: Samples
    ) -> Mapping[str, Any]:
        """Give the errors of free runs by steps ahead, of the network and of simple methods.

        ``written`` holds by origin what the network said of the rows that follow.
        """
        (rows,), (before,) = samples.inputs, learned.inputs
        naive = measure_naive(before)
        linear = LinearAutoregression(before, 1, choose_lags(before, 1, self.lags))
        longest = self.free_run_length
        right = np.array([rows[origin : origin + longest, 0] for origin in written])
        past = {origin: np.vstack([before, rows[self.lead_in : origin]]) for origin in written}
        season = [fill_gaps(known)[-self.period :, 0] for known in past.values()]
        forecasts = {
            "network": np.array(list(written.values())),
            "linear": np.array([linear.iterate(known, longest) for known in past.values()]),
            "last": np.array([[fill_gaps(known)[-1, 0]] * longest for known in past.values()]),
            "season": np.array([np.resize(values, longest) for values in season]),
        }
        return {
            str(ahead): {
                name: measure_errors(forecast[:, ahead - 1], right[:, ahead - 1], naive)
                for name, forecast in forecasts.items()
            }
            | {"samples": len(written)}
            for ahead in FREE_RUN_STEPS
        }


def name_steps(series: Array) -> tuple[str, ...]:
    """Name every step: by its number read, where it is one, else by its place."""
    if series.shape[1] > 1:
        return tuple(str(step) for step in range(1, len(series) + 1))
    return tuple("–" if np.isnan(value) else f"{value:.4g}" for value in series[:, 0])


def measure_naive(series: Array) -> float:
    """Give the mean absolute error of repeating the last value one step ahead."""
    return float(np.nanmean(np.abs(np.diff(series[:, 0]))))


def forecast_figure(unit: str) -> Figure:
    """Give the figure of a forecast: the mean absolute error over all quantities, in ``unit``."""
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
