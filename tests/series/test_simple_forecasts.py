"""Simple forecasts, held to scikit-learn's and to loops that look them up row by row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from gatescope.contracts import Array
from gatescope.series.simple_forecasts import (
    LinearAutoregression,
    choose_lags,
    fill_gaps,
    look_ahead,
    measure_errors,
    repeat_last,
    repeat_season,
)
from sklearn.linear_model import LinearRegression

NAN = math.nan


def draw(rows: int, features: int, seed: int = 0) -> Array:
    """Draw a series that remembers: what comes is a part of what was, and noise."""
    source = np.random.default_rng(seed)
    series = source.normal(size=(rows, features))
    for t in range(2, rows):
        series[t] += 0.6 * series[t - 1] - 0.3 * series[t - 2]
    return 10 + 5 * series


@pytest.mark.parametrize(("features", "ahead", "lags"), [(1, 1, 1), (1, 7, 12), (3, 24, 5)])
def test_the_linear_autoregression_is_that_of_scikit_learn(
    features: int, ahead: int, lags: int
) -> None:
    learned, rows = draw(400, features), draw(90, features, seed=1)

    def list_windows(series: Array) -> Array:
        return np.array(
            [series[t - lags + 1 : t + 1].ravel() for t in range(lags - 1, len(series))]
        )

    windows = list_windows(learned)
    right = learned[lags - 1 + ahead :, 0]
    fitted = LinearRegression().fit(windows[: len(right)], right)
    found = LinearAutoregression(learned, ahead, lags).forecast(rows)
    assert np.isnan(found[: lags - 1]).all()
    np.testing.assert_allclose(found[lags - 1 :], fitted.predict(list_windows(rows)), atol=1e-8)


def test_rows_whose_right_answer_is_missing_teach_nothing() -> None:
    learned = draw(300, 1)
    learned[100:110] = NAN
    filled = fill_gaps(learned)
    usable = [t for t in range(2, 299) if not 100 <= t + 1 < 110]
    windows = np.array([filled[t - 2 : t + 1, 0] for t in usable])
    fitted = LinearRegression().fit(windows, learned[[t + 1 for t in usable], 0])
    found = LinearAutoregression(learned, 1, 3).forecast(filled[:50])
    windows = np.array([filled[t - 2 : t + 1, 0] for t in range(2, 50)])
    np.testing.assert_allclose(found[2:], fitted.predict(windows), atol=1e-8)


def test_iterated_it_forecasts_from_its_own_forecasts() -> None:
    learned, rows = draw(400, 1), draw(40, 1, seed=2)
    linear = LinearAutoregression(learned, 1, 6)
    series, expected = rows, []
    for _ in range(9):
        expected.append(linear.forecast(series)[-1])
        series = np.vstack([series, [[expected[-1]]]])
    np.testing.assert_allclose(linear.iterate(rows, 9), expected, atol=1e-9)


def test_the_lags_are_those_that_do_best_on_the_last_fifth() -> None:
    source = np.random.default_rng(0)
    series = source.normal(size=(1_000, 1))
    for t in range(8, len(series)):
        series[t] += 0.9 * series[t - 8]  # nothing before the ninth row tells anything
    errors = {}
    for lags in (1, 4, 8):
        forecast = LinearAutoregression(series[:800], 1, lags).forecast(series)[800:-1]
        errors[lags] = np.abs(forecast - series[801:, 0]).mean()
    assert errors[8] < 0.9 * min(errors[1], errors[4])
    assert choose_lags(series, 1, (1, 4, 8)) == 8


def test_gaps_are_filled_with_the_last_value_known_and_at_the_beginning_with_the_first() -> None:
    series = np.array([[NAN, 1.0], [2.0, NAN], [NAN, NAN], [5.0, 4.0], [NAN, NAN]])
    kept = series.copy()
    expected = [[2.0, 1.0], [2.0, 1.0], [2.0, 1.0], [5.0, 4.0], [5.0, 4.0]]
    np.testing.assert_array_equal(fill_gaps(series), expected)
    np.testing.assert_array_equal(series, kept)
    np.testing.assert_array_equal(fill_gaps(np.full((3, 1), NAN)), np.full((3, 1), NAN))


@pytest.mark.parametrize(("ahead", "period"), [(1, 4), (3, 4), (4, 4), (5, 4), (1, 1), (2, 50)])
def test_a_season_before_is_a_whole_number_of_periods_before_what_is_forecast(
    ahead: int, period: int
) -> None:
    values = np.arange(30.0)
    found = repeat_season(values[:, None], ahead, period)
    for t in range(30):
        wanted = t + ahead
        place = max((k for k in range(t + 1) if (wanted - k) % period == 0), default=None)
        if place is None:
            assert np.isnan(found[t])
        else:
            assert found[t] == values[place]


def test_the_last_value_is_that_of_the_first_column_over_gaps() -> None:
    series = np.array([[1.0, 9.0], [NAN, 8.0], [3.0, 7.0]])
    np.testing.assert_array_equal(repeat_last(series, 5), [1.0, 1.0, 3.0])


def test_what_lies_ahead_is_unknown_at_the_end() -> None:
    np.testing.assert_array_equal(look_ahead(np.arange(4.0), 3), [3.0, NAN, NAN, NAN])
    np.testing.assert_array_equal(look_ahead(np.arange(2.0), 5), [NAN, NAN])


def test_errors_are_of_what_both_know() -> None:
    forecast, right = np.array([1.0, NAN, 3.0, 9.0]), np.array([2.0, 5.0, NAN, 5.0])
    found = measure_errors(forecast, right, naive=5.0)
    assert found == pytest.approx({"mae": 2.5, "rmse": math.sqrt(8.5), "mase": 0.5})
    assert measure_errors(forecast, right).keys() == {"mae", "rmse"}
