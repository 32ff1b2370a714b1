"""A series: one row of numbers a step, some of which may be missing."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field, FiniteFloat

from ..contracts import Array, InputKind, InvalidInput, Text
from ..limits import LIMITS, Strict

LARGEST = 1e9  # a number's size; beyond it nothing that these networks learnt from


class SeriesInput(Strict):
    """Rows of numbers, one a step."""

    series: list[Annotated[list[FiniteFloat | None], Field(max_length=LIMITS.features)]] = Field(
        description="[T, F], null where a number is missing", examples=[[[58.0], [62.6], [None]]]
    )


class SeriesKind(InputKind):
    """Its value is an array ``[T, F]``, NaN where a number is missing."""

    title = Text("series", "série")
    request = SeriesInput

    def take(self, request: SeriesInput) -> Array:
        rows = request.series
        if not rows:
            raise InvalidInput("series_empty", "input.series")
        if len(rows) > LIMITS.steps:
            raise InvalidInput(
                "too_many_steps", "input.series", count=len(rows), limit=LIMITS.steps
            )
        width = len(rows[0])
        for step, row in enumerate(rows):
            if len(row) != width or not row:
                raise InvalidInput(
                    "series_columns",
                    f"input.series.{step}",
                    row=step + 1,
                    count=len(row),
                    expected=width,
                )
        values = np.array(rows, dtype=np.float64)
        large = np.argwhere(np.abs(np.nan_to_num(values)) > LARGEST)
        if len(large):
            step, feature = large[0].tolist()
            raise InvalidInput(
                "series_value", f"input.series.{step}.{feature}", row=step + 1, limit=f"{LARGEST:g}"
            )
        if np.isnan(values).all():
            raise InvalidInput("series_missing", "input.series")
        return values

    def give(self, value: Array) -> dict[str, Any]:
        rows = np.asarray(value, dtype=np.float64).tolist()
        return {"series": [[None if x != x else x for x in row] for row in rows]}


INPUT = SeriesKind()
