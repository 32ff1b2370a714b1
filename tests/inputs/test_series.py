"""A series of numbers as a person may send it, hostile ones included."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pytest
from gatescope.contracts import InvalidInput
from gatescope.i18n import load_catalogues
from gatescope.inputs.series import INPUT, LARGEST, SeriesInput
from gatescope.limits import LIMITS
from gatescope.registry import find_models
from pydantic import ValidationError
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, MODEL, name_task, read_error

SHIPPED = [name for name in find_models() if name_task(name) == "sunspots"]
NUMBERS = SHIPPED[0]


def take(rows: Any) -> Any:
    return INPUT.take(SeriesInput.model_validate({"series": rows}))


def test_null_is_a_number_that_is_missing() -> None:
    found = take([[1.0, None], [None, 2]])
    np.testing.assert_array_equal(found, [[1.0, math.nan], [math.nan, 2.0]])
    assert found.dtype == np.float64


def test_a_value_is_given_as_it_is_taken() -> None:
    value = np.array([[1.5, math.nan], [0.0, -2.25]])
    given = INPUT.give(value)
    assert given == {"series": [[1.5, None], [0.0, -2.25]]}
    np.testing.assert_array_equal(take(given["series"]), value)


@pytest.mark.parametrize(
    ("rows", "code", "field"),
    [
        ([], "series_empty", "input.series"),
        ([[]], "series_columns", "input.series.0"),
        ([[1.0], [1.0, 2.0]], "series_columns", "input.series.1"),
        ([[1.0, 2.0], [3.0]], "series_columns", "input.series.1"),
        ([[0.0], [1e308]], "series_value", "input.series.1.0"),
        ([[0.0], [-2 * LARGEST]], "series_value", "input.series.1.0"),
        ([[None], [None]], "series_missing", "input.series"),
        ([[1.0]] * (LIMITS.steps + 1), "too_many_steps", "input.series"),
        ([[1.0]] * 100_000, "too_many_steps", "input.series"),
    ],
)
def test_what_no_network_reads_is_refused(rows: Any, code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        take(rows)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("rows", [[["warm"]], [[math.nan]], [[math.inf]], [[True]], [1.0], "1", {}])
def test_what_is_no_rows_of_numbers_is_no_series(rows: Any) -> None:
    with pytest.raises(ValidationError):
        take(rows)


# what is sent as `input`: the status, the code, the field
BAD: dict[str, tuple[Any, int, str, str | None]] = {
    "empty": ({"series": []}, 422, "series_empty", "input.series"),
    "an empty row": ({"series": [[]]}, 422, "series_columns", "input.series.0"),
    "a column too many": ({"series": [[1, 2]]}, 422, "series_columns", "input.series"),
    "a column too many below": ({"series": [[1], [1, 2]]}, 422, "series_columns", "input.series.1"),
    "a text": ({"series": [[1], ["warm"]]}, 422, "not_number", "input.series.1.0"),
    "1e308": ({"series": [[1], [1e308]]}, 422, "series_value", "input.series.1.0"),
    "all missing": ({"series": [[None], [None]]}, 422, "series_missing", "input.series"),
    "100,000 rows": ({"series": [[1]] * 100_000}, 413, "body_too_large", None),
    "50,000 rows": ({"series": [[1]] * 50_000}, 422, "too_many_steps", "input.series"),
    "a row that is none": ({"series": [1, 2]}, 422, "wrong_type", "input.series.0"),
    "no rows": ({"series": 5}, 422, "wrong_type", "input.series"),
    "text for numbers": ({"text": "12 13 14"}, 422, "wrong_input", "input"),
    "both": ({"series": [[1]], "text": "1"}, 422, "extra_field", "input.series"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_sentence_in_the_readers_language(
    client: TestClient, name: str, language: str
) -> None:
    given, status, code, field = BAD[name]
    answer = client.post(
        "/api/trace",
        content=json.dumps({"model": NUMBERS, "input": given}),
        headers={"Content-Type": "application/json", "Accept-Language": language},
    )
    error = read_error(answer)
    assert (answer.status_code, error["code"], error["field"]) == (status, code, field)
    sentence = load_catalogues()[language][f"error.{code}"]
    assert all(part in error["message"] for part in re.split(r"\{\w+\}", sentence))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("two", "two"), ("{limit}", "{limit}"), ("x" * 100, "x" * 80), (True, "true"), ([1], "…")],
)
def test_what_is_no_number_is_named(client: TestClient, cell: object, shown: str) -> None:
    rows = [[1], [cell], [3]]
    answer = client.post("/api/trace", json={"model": NUMBERS, "input": {"series": rows}})
    # Not by read_error: it takes a brace for a place that nothing filled.
    assert answer.json()["error"]["message"].startswith(f"“{shown}” is not a number")


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_for_a_network_that_reads_text_are_refused(
    client: TestClient, language: str
) -> None:
    answer = client.post(
        "/api/trace",
        json={"model": MODEL, "input": {"series": [[1.0]]}},
        headers={"Accept-Language": language},
    )
    error = read_error(answer)
    assert (answer.status_code, error["code"], error["field"]) == (422, "wrong_input", "input")
    assert MODEL in error["message"]


@pytest.mark.parametrize("model", SHIPPED)
def test_one_row_alone_and_rows_with_gaps_are_read(client: TestClient, model: str) -> None:
    several: list[list[list[float | None]]] = [
        [[58.0]],
        [[None], [58.0], [None]],
        [[LARGEST], [-LARGEST]],
        [[0.0]] * LIMITS.steps,
    ]
    for rows in several:
        answer = client.post("/api/trace", json={"model": model, "input": {"series": rows}})
        assert answer.status_code == 200, answer.text
        trace = answer.json()
        assert trace["known"] == [row[0] is not None for row in rows]
        values = np.array(trace["values"], dtype=np.float64)
        assert values.shape == (len(rows), 2)
        assert np.isfinite(values).all()
