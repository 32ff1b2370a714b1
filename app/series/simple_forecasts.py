"""Forecasts without a network, against which every network is held.

N rows of F numbers; the first column is the one that is forecast.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..contracts import Array

HELD_OUT = 5  # the last of so many parts of a series chooses how far back a regression looks


def repeat_last(series: Array, ahead: int) -> Array:
    """Say at every row that the value ``ahead`` rows later is the last one known: ``[N]``."""
    return fill_gaps(series)[:, 0]


def repeat_season(series: Array, ahead: int, period: int) -> Array:
    """Say that it is what it was a whole number of periods before; NaN where that is unknown."""
    values = fill_gaps(series)[:, 0]
    back = period * -(-ahead // period) - ahead
    forecast = np.full(len(values), np.nan)
    forecast[back:] = values[: max(len(values) - back, 0)]
    return forecast


class LinearAutoregression:
    """The least-squares forecast from the last ``lags`` rows of all columns (Yule 1927)."""

    def __init__(self, series: Array, ahead: int, lags: int) -> None:
        """Fit it to ``series [N, F]``."""
        self.lags = lags
        known = fill_gaps(series)
        rows = self._list_lags(known)[: len(series) - ahead]
        wanted = series[ahead:, 0]
        usable = np.isfinite(wanted) & np.isfinite(rows).all(axis=1)
        self.weights = np.linalg.lstsq(rows[usable], wanted[usable], rcond=None)[0]

    def forecast(self, series: Array) -> Array:
        """Forecast at every row, ``[N]``; NaN before the lags are known."""
        forecast: Array = self._list_lags(fill_gaps(series)) @ self.weights
        return forecast

    def iterate(self, series: Array, length: int) -> Array:
        """Forecast ``length`` rows after the last one, each read as the next: ``[length]``.

        It must be fitted to one row ahead, and to a series of one column.
        """
        window = fill_gaps(series)[-self.lags :, 0]
        forecasts = []
        for _ in range(length):
            forecasts.append(float(window[::-1] @ self.weights[:-1] + self.weights[-1]))
            window = np.append(window[1:], forecasts[-1])
        return np.array(forecasts)

    def _list_lags(self, series: Array) -> Array:
        steps, features = series.shape
        columns = np.full((steps, self.lags, features), np.nan)
        for lag in range(min(self.lags, steps)):
            columns[lag:, lag] = series[: steps - lag]
        return np.hstack([columns.reshape(steps, -1), np.ones((steps, 1))])


def choose_lags(series: Array, ahead: int, offered: Sequence[int]) -> int:
    """Choose how many rows a linear autoregression looks at, on the last fifth of ``series``."""
    start = len(series) - len(series) // HELD_OUT
    right = look_ahead(series[:, 0], ahead)[start:]

    def measure(lags: int) -> float:
        forecast = LinearAutoregression(series[:start], ahead, lags).forecast(series)[start:]
        return float(np.nanmean(np.abs(forecast - right)))

    return min(offered, key=measure)


def look_ahead(values: Array, ahead: int) -> Array:
    """Give the value ``ahead`` rows later at every row, ``[N]``; NaN where there is none."""
    later = np.full(len(values), np.nan)
    later[: max(len(values) - ahead, 0)] = values[ahead:]
    return later


def fill_gaps(series: Array) -> Array:
    """Put in place of what is missing the last value known, at the beginning the first one."""
    filled = series.copy()
    for column in filled.T:
        known = np.flatnonzero(np.isfinite(column))
        if len(known):
            places = np.searchsorted(known, np.arange(len(column)), side="right") - 1
            column[:] = column[known[np.maximum(places, 0)]]
    return filled


def measure_errors(forecast: Array, right: Array, naive: float | None = None) -> dict[str, float]:
    """Give the mean absolute error, the root mean squared one, and the scaled one.

    ``naive`` is the mean absolute error of repeating the last value one step ahead over training:
    MASE is in units of it (Hyndman and Koehler 2006), and left out without it.
    """
    errors = (forecast - right)[np.isfinite(forecast) & np.isfinite(right)]
    mae = float(np.abs(errors).mean())
    facts = {"mae": mae, "rmse": float(np.sqrt((errors**2).mean()))}
    return facts if naive is None else {**facts, "mase": mae / naive}
