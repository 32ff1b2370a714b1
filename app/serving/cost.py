"""What a request will cost, told from its sizes alone, before anything is run.

In seconds of one quiet processor core. The constants were measured on the shipped cells, with 64
and 256 units; on another machine everything is longer or shorter by one factor, so that what is
light beside what is heavy stays so.
"""

from __future__ import annotations

import math

from ..analysis.omission import BATCH
from ..contracts import Cell, InvalidInput
from ..limits import LIMITS
from ..nn.network import Shape, name_weights

SIGNAL_STEP = 8e-6  # a signal's part in one step, forward and back, whatever its width
WEIGHT_STEP = 1.2e-9  # a weight's part in one step, forward and back
AUTOGRAD = 10.0  # a run through the tap and autograd, in runs in closed form
WEIGHT_DRAWN = 1.5e-8
COMPARED = 6e-10  # a number of the embedding beside a word that was spelled out
CARRIED = 6e-11  # a product of two numbers in carrying the T x T map's columns
OPERATION = 2e-5  # a signal of one step of several texts side by side, whatever its width
PRODUCT = 1.3e-10  # a weight's part in one step of one of them
DIRECTION_STEP = 5e-5  # one QR of three directions, for the Lyapunov exponents
EIGENVALUES = 5e-9  # times H^3, for one block of weight_hh
VALUE_SENT = {  # a number in an answer
    "application/json": 1.5e-7,
    "text/csv": 2e-7,
    "application/x-safetensors": 1e-8,
}


def check_cost(seconds: float, field: str) -> float:
    """Give the cost back. Raises :class:`InvalidInput` where it is above the limit."""
    if seconds > LIMITS.cost:
        raise InvalidInput("too_costly", field, count=round(seconds), limit=round(LIMITS.cost))
    return seconds


def count_signals(cell: type[Cell], shape: Shape) -> int:
    """Count the signals of every layer and direction."""
    return len(cell.signals) * shape.layers * len(shape.directions)


def count_weights(cell: type[Cell], shape: Shape, part: str = "") -> int:
    """Count the numbers in the tensors whose names begin with ``part``."""
    sizes = name_weights(cell, shape).items()
    return sum(math.prod(size) for name, size in sizes if name.startswith(part))


def estimate_drawing(cell: type[Cell], shape: Shape) -> float:
    """Estimate drawing fresh weights."""
    return WEIGHT_DRAWN * count_weights(cell, shape)


def estimate_run(cell: type[Cell], shape: Shape, steps: int, *, forced: bool = False) -> float:
    """Estimate one run over ``steps`` and back; ``forced`` goes through the tap and autograd."""
    step = SIGNAL_STEP * count_signals(cell, shape)
    step += WEIGHT_STEP * count_weights(cell, shape, "recurrent.")
    step += WEIGHT_STEP * count_weights(cell, shape, "readout.")
    closed_form = cell.forward is not Cell.forward
    return steps * step * (1.0 if closed_form and not forced else AUTOGRAD)


def estimate_similar(shape: Shape, unknown: int) -> float:
    """Estimate finding the words of the vocabulary that ``unknown`` words are nearest to."""
    return COMPARED * shape.vocabulary * shape.inputs * unknown if shape.ngrams else 0.0


def estimate_sending(cell: type[Cell], shape: Shape, steps: int, media_type: str) -> float:
    """Estimate writing a trace as ``media_type``."""
    return VALUE_SENT[media_type] * 2 * steps * shape.hidden * count_signals(cell, shape)


def estimate_map(cell: type[Cell], shape: Shape, steps: int) -> float:
    """Estimate the T x T map: every column goes through every later step of every layer."""
    states = len(cell.states) * shape.hidden
    through = states * shape.hidden * shape.layers * len(shape.directions)
    return CARRIED * steps**2 / 2 * shape.inputs * through


def estimate_omissions(cell: type[Cell], shape: Shape, steps: int) -> float:
    """Estimate reading the text once more without each token, side by side in the loop."""
    calls = -(-steps // BATCH) * steps * OPERATION * count_signals(cell, shape)
    return calls + PRODUCT * steps**2 * count_weights(cell, shape, "recurrent.")


def estimate_description(
    cell: type[Cell], shape: Shape, steps: int, *, mapped: bool, clipped: bool
) -> float:
    """Estimate what a comparison tells of one run, beyond the run itself."""
    run = estimate_run(cell, shape, steps)
    rows = shape.layers * len(shape.directions)
    weights = count_weights(cell, shape, "recurrent.")
    exponents = steps * (rows * DIRECTION_STEP + WEIGHT_STEP * weights)
    blocks = cell.shapes(1, 1).get("weight_hh", (0,))[0]
    spectrum = rows * blocks * EIGENVALUES * shape.hidden**3
    clipping = run * (AUTOGRAD if cell.layer is None else 2.0) if clipped else 0.0
    mapping = estimate_map(cell, shape, steps) if mapped else 0.0
    if mapped:
        mapping += estimate_omissions(cell, shape, steps)
    return run / 2 + exponents + spectrum + clipping + mapping
