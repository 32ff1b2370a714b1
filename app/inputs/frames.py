"""Frames: a film of grey pictures of one size, 0 dark and 1 bright."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field, FiniteFloat

from ..contracts import Array, InputKind, InvalidInput, Text
from ..limits import LIMITS, Strict

SIDE = 64  # rows or columns of the largest frame


class FramesInput(Strict):
    """Pictures of one size, in the order in which they are seen."""

    frames: list[
        Annotated[
            list[Annotated[list[FiniteFloat], Field(max_length=SIDE)]], Field(max_length=SIDE)
        ]
    ] = Field(
        description="[T, height, width], from 0 to 1",
        examples=[[[[0.0, 1.0]], [[1.0, 0.0]]]],
    )


class FramesKind(InputKind):
    """Its value is an array ``[T, height, width]`` of numbers from 0 to 1."""

    title = Text("film", "vídeo")
    request = FramesInput

    def take(self, request: FramesInput) -> Array:
        frames = request.frames
        if not frames or not frames[0] or not frames[0][0]:
            raise InvalidInput("frames_empty", "input.frames")
        if len(frames) > LIMITS.steps:
            raise InvalidInput(
                "too_many_steps", "input.frames", count=len(frames), limit=LIMITS.steps
            )
        height, width = len(frames[0]), len(frames[0][0])
        for step, frame in enumerate(frames):
            widths = {len(row) for row in frame}
            if len(frame) != height or widths != {width}:
                raise InvalidInput(
                    "frames_size",
                    f"input.frames.{step}",
                    frame=step + 1,
                    height=height,
                    width=width,
                )
        values = np.array(frames, dtype=np.float64)
        outside = np.argwhere((values < 0) | (values > 1))
        if len(outside):
            step, row, column = outside[0].tolist()
            raise InvalidInput(
                "frames_value", f"input.frames.{step}.{row}.{column}", frame=step + 1
            )
        return values

    def give(self, value: Array) -> dict[str, Any]:
        return {"frames": np.asarray(value, dtype=np.float64).tolist()}


INPUT = FramesKind()
