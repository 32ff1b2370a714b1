"""Small changes of a drawing that leave what it shows as it is, to learn from more than was drawn.

They are those of Simard, Steinkraus and Platt (2003), Best practices for convolutional neural
networks, without the elastic one, and a thicker or a thinner pen.
"""

from __future__ import annotations

import math

import numpy as np

from ..contracts import Array

TURN, SLANT = math.radians(12), 0.15
SIZES = (0.75, 1.15)
SHIFT = 3.0  # pixels
PENS = (0.25, 0.4)  # cumulative shares of the drawings that get a thicker and a thinner pen


def warp(picture: Array, source: np.random.Generator) -> Array:
    """Turn, slant, resize and shift ``picture [height, width]``, and change its pen.

    The lightest value of the picture is its paper, whatever its scale.
    """
    paper = float(picture.min())
    angle, slant = source.uniform(-TURN, TURN), source.uniform(-SLANT, SLANT)
    across, down = 1 / source.uniform(*SIZES, size=2)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    backwards = turn @ np.array([[down, 0.0], [slant * across, across]])  # (row, column)
    moved = resample(picture - paper, backwards, source.uniform(-SHIFT, SHIFT, size=2))
    chance = source.random()
    if chance < PENS[0]:
        moved = np.maximum(moved, spread(moved))
    elif chance < PENS[1]:
        moved = np.minimum(moved, -spread(-moved))
    return moved + paper


def resample(picture: Array, backwards: Array, shift: Array) -> Array:
    """Take every pixel from where ``backwards [2, 2]`` and ``shift [2]`` lead, by its neighbours.

    Both count in (row, column), around the centre. Between four pixels the value is bilinear;
    outside the picture it is 0.
    """
    height, width = picture.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    grid = np.indices((height, width)).reshape(2, -1).T - centre
    places = grid @ backwards.T + centre - shift
    padded = np.pad(picture, 1)
    places = np.clip(places + 1, 0, np.array([height, width]) + 1 - 1e-9)
    corner = places.astype(np.int64)
    row, column = corner.T
    down, right = (places - corner).T
    upper = padded[row, column] * (1 - right) + padded[row, column + 1] * right
    lower = padded[row + 1, column] * (1 - right) + padded[row + 1, column + 1] * right
    moved: Array = (upper * (1 - down) + lower * down).reshape(height, width)
    return moved


def spread(picture: Array) -> Array:
    """Give the greatest of a pixel's four neighbours, half as far as it is from the pixel."""
    padded = np.pad(picture, 1, mode="edge")
    sides = (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:])
    greatest: Array = (picture + np.maximum.reduce(sides)) / 2
    return greatest
