"""A picture: rows of grey values, 0 the paper and 1 the ink."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field, FiniteFloat

from ..contracts import Array, InputKind, InvalidInput, Text
from ..limits import Strict

SIDE = 256  # rows or columns of the largest picture
FAINTEST = 0.05  # a picture whose darkest pixel is lighter than this shows nothing


class PictureInput(Strict):
    """Rows of grey values, from the top."""

    picture: list[Annotated[list[FiniteFloat], Field(max_length=SIDE)]] = Field(
        max_length=SIDE,
        description="[height, width], 0 the paper, 1 the ink",
        examples=[[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]],
    )


class PictureKind(InputKind):
    """Its value is an array ``[height, width]`` of numbers from 0 to 1."""

    title = Text("picture", "imagem")
    request = PictureInput

    def take(self, request: PictureInput) -> Array:
        rows = request.picture
        width = len(rows[0]) if rows else 0
        if not width:
            raise InvalidInput("picture_empty", "input.picture")
        for row, values in enumerate(rows):
            if len(values) != width:
                raise InvalidInput(
                    "picture_rows",
                    f"input.picture.{row}",
                    row=row + 1,
                    count=len(values),
                    expected=width,
                )
        picture = np.array(rows, dtype=np.float64)
        outside = np.argwhere((picture < 0) | (picture > 1))
        if len(outside):
            row, column = outside[0].tolist()
            raise InvalidInput(
                "picture_value", f"input.picture.{row}.{column}", row=row + 1, column=column + 1
            )
        if picture.max() < FAINTEST:
            raise InvalidInput("picture_empty", "input.picture")
        return picture

    def give(self, value: Array) -> dict[str, Any]:
        return {"picture": np.asarray(value, dtype=np.float64).tolist()}


INPUT = PictureKind()
