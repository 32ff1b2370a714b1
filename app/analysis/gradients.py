"""How a gradient travels: its decay, step Jacobians, sensitivity to each input, memory, gates.

All of it in float64, from one run; each layer and direction by itself, but for the sensitivity map,
which goes through all. T steps, H units, X features, S the size of all states together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import torch

from ..cancellation import checkpoint, lower_priority
from ..contracts import Array, Backward, Cell, Linearization, Memory, StateArrays, float64
from ..nn import autograd
from ..nn.autograd import Contributions
from ..nn.network import LayerGradients, LayerRun
from ..nn.norms import measure_norms

DISTANCES = (1, 10, 30, 50)  # steps back at which a decay is told
EXPONENT_COUNT = 3  # Lyapunov exponents told of each layer
COLUMNS_PER_GROUP = 512  # of Jacobians, multiplied together: they fit the processor's cache
SMALLEST_EXACT_SQUARE = 1e-280  # a sum of squares below this has lost digits
LEFT_SATURATED, RIGHT_SATURATED = 0.1, 0.9  # a gate below, above: Karpathy et al. (2015)


def _prepare_thread() -> None:
    torch.set_num_threads(1)
    lower_priority()


# Shared by all maps that are being computed, so that many at once take no more threads than one.
_MAP_POOL = ThreadPoolExecutor(2, "map", initializer=_prepare_thread)


@dataclass(frozen=True, slots=True)
class Decay:
    """What is left of a gradient on the way back, relative to the last step.

    ``remaining[k]`` is the share ``k`` steps back, None where the sequence is shorter.
    ``half_life`` is the distance after which the share stays at or below one half, None where it
    never does.
    ``slope`` is the straight line through log10 of the share, in powers of ten a step, over the
    steps where it is neither zero nor infinite; None with fewer than three.
    """

    relative: Array  # [T]
    remaining: Mapping[int, float | None]
    half_life: int | None
    slope: float | None


def measure_decay(norms: Array) -> Decay:
    """Describe how ``norms [T]``, the 2-norms of dLoss/dstate, fall off from the last step."""
    steps = len(norms)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.where(norms == 0, 0.0, norms / norms[-1])
    remaining = {k: float(relative[steps - 1 - k]) if k < steps else None for k in DISTANCES}
    back = relative[::-1]
    above = np.flatnonzero(~(back <= 0.5))
    half_life = int(above[-1]) + 1 if len(above) and above[-1] + 1 < steps else None
    usable = np.flatnonzero((back > 0) & np.isfinite(back))
    slope = None
    if len(usable) >= 3:
        slope = float(np.polyfit(usable, np.log10(back[usable]), 1)[0])
    return Decay(relative, remaining, half_life, slope)


def measure_direct_path(memory: Memory, gradient: Array) -> Array:
    """Give ``[T]``: what the keep factors alone carry back, of the last step's ``gradient [H]``.

    With all else detached, ``s_t = keep_t s_{t-1} + write_t`` hands dLoss/ds_T to step t as its
    product with ``keep_j``, t < j <= T (the constant error carousel of Hochreiter & Schmidhuber
    1997, with forget gates). Relative to the last step, as in :class:`Decay`.
    """
    products = np.cumprod(memory.keep[:0:-1], axis=0)[::-1]
    norms = measure_norms(np.concatenate([products * gradient, gradient[None]]))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(norms == 0, 0.0, norms / norms[-1])


def find_overflow(signals: Mapping[str, Array]) -> int | None:
    """Give the first step at which some signal ``[T, H]`` is not finite; None where all are."""
    not_finite = [~np.isfinite(value).all(axis=1) for value in signals.values()]
    steps = np.flatnonzero(np.any(not_finite, axis=0))
    return int(steps[0]) if len(steps) else None


def linearize(
    cell: Cell, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
) -> Linearization:
    """Give the derivative of ``cell`` along a run over ``x [T, X]``: closed form, else autograd."""
    closed = cell.linearize(x, signals, initial)
    return closed or autograd.linearize(cell, x, signals, initial)


def map_sensitivity(layers: Sequence[Sequence[LayerRun]]) -> Array:
    """Give ``[T, T]``: row t, column k is ``||dh_t/dx_k||`` (Frobenius), h what the readout takes.

    This is the connectivity of Madsen (2019), Visualizing memorization in RNNs, Distill, for the
    hidden state, through every layer. It is 0 for k > t in a network that reads one way.
    Forward accumulation: the Jacobians of a group of steps are multiplied through all later ones,
    two groups at once.
    """
    linearizations = [
        [linearize(run.cell, run.x, run.signals, run.initial) for run in row] for row in layers
    ]
    steps, inputs = layers[0][0].x.shape
    sensitivity = np.zeros((steps, steps))
    group = max(1, COLUMNS_PER_GROUP // inputs)

    def fill(first: int) -> None:
        last = min(first + group, steps)
        with np.errstate(all="ignore"):  # NumPy keeps this by thread
            sensitivity[:, first:last] = _fill_columns(layers, linearizations, first, last)

    groups = [_MAP_POOL.submit(copy_context().run, fill, first) for first in range(0, steps, group)]
    try:
        for done in groups:
            done.result()
    finally:
        for left in groups:
            left.cancel()
    return sensitivity


def _fill_columns(
    layers: Sequence[Sequence[LayerRun]],
    linearizations: Sequence[Sequence[Linearization]],
    first: int,
    last: int,
) -> Array:
    """Give the columns ``first`` to ``last`` of :func:`map_sensitivity`."""
    steps, inputs = layers[0][0].x.shape
    columns = (last - first) * inputs
    sensitivity = np.zeros((steps, last - first))
    below: Array | None = None  # d(inputs of this layer)/d(x of the group): [T, X, columns]
    for depth, directions in enumerate(layers):
        top = depth + 1 == len(layers)
        jacobians = []
        for run, linearization in zip(directions, linearizations[depth], strict=True):
            hidden = run.output.shape[1]
            place = run.cell.states.index(run.cell.output) * hidden
            of_state = np.zeros((len(run.cell.states) * hidden, columns))
            of_outputs = np.zeros((0 if top else steps, hidden, columns))
            # Before the group's first step nothing depends on it.
            begin = 0 if below is not None else steps - last if run.reverse else first
            for k in range(begin, steps):  # k counts as the direction reads, t as the text
                checkpoint()
                t = steps - 1 - k if run.reverse else k
                if k > begin:
                    of_state = linearization.state_jvp(k, of_state)
                if below is not None:
                    of_state += linearization.input_jacobian(k) @ below[t]
                elif first <= t < last:
                    start = (t - first) * inputs
                    of_state[:, start : start + inputs] = linearization.input_jacobian(k)
                of_output = of_state[place : place + hidden]
                if not top:
                    of_outputs[t] = of_output
                    continue
                # The columns of steps that this direction has not read yet are zero.
                one_way = below is None or len(directions) == 1
                low = max(first, t) if one_way and run.reverse else first
                high = min(last, t + 1) if one_way and not run.reverse else last
                read = slice(low - first, high - first)
                norms = _measure_steps(
                    of_output[:, read.start * inputs : read.stop * inputs], inputs
                )
                sensitivity[t, read] = np.hypot(sensitivity[t, read], norms)
            jacobians.append(of_outputs)
        below = jacobians[0] if len(jacobians) == 1 else np.concatenate(jacobians, axis=1)
    return sensitivity


def _measure_steps(jacobian: Array, inputs: int) -> Array:
    """Give the Frobenius norm of each step's ``inputs`` columns in ``jacobian [H, columns]``."""
    squares = np.einsum("hc,hc->c", jacobian, jacobian).reshape(-1, inputs).sum(axis=1)
    norms: Array = np.sqrt(squares)
    exact = (squares > SMALLEST_EXACT_SQUARE) & (squares < 1 / SMALLEST_EXACT_SQUARE)
    for k in np.flatnonzero(~exact):
        norms[k] = measure_norms(jacobian[:, k * inputs : (k + 1) * inputs].reshape(1, -1))[0]
    return norms


def measure_exponents(
    cell: Cell,
    x: Array,
    signals: Mapping[str, Array],
    count: int,
    initial: StateArrays | None = None,
) -> Array:
    """Give the ``count`` largest Lyapunov exponents, in nats a step, largest first.

    From QR of the step Jacobians (Benettin et al. 1980; for recurrent networks Vogt et al. 2022).
    The first tenth of the run, in which the vectors turn into the directions that grow most, is not
    counted. Minus infinity is a direction that is lost altogether; NaN, all of them, an overflow.
    """
    linearization = linearize(cell, x, signals, initial)
    steps = len(x)
    size = len(cell.states) * signals[cell.output].shape[1]
    count = min(count, size)
    q = np.linalg.qr(np.random.default_rng(0).standard_normal((size, count)))[0]
    growth = np.empty((steps, count))
    for t in range(steps):
        checkpoint()
        q, r = np.linalg.qr(linearization.state_jvp(t, q))
        growth[t] = r.diagonal()
    if not np.isfinite(growth).all():
        return np.full(count, np.nan)
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(growth[steps // 10 :]))
    mean: Array = logs.mean(axis=0)
    return np.sort(mean)[::-1]


def measure_contributions(gradients: LayerGradients) -> Contributions:
    """Measure what each step adds to dLoss/dW_hh, a sum over the steps at which W_hh is used.

    What RNNbow (Cashman et al. 2018) draws. In closed form step t adds an outer product, whose
    Frobenius norm is the product of the norms of its two vectors.
    """
    if not isinstance(gradients, Backward):
        return gradients.contributions
    left, right = gradients.grad_preactivations, gradients.recurrent_inputs
    total = float(np.linalg.norm(left.T @ right))
    return Contributions(measure_norms(left) * measure_norms(right), total)


def share_contributions(norms: Array) -> Array:
    """Give each step's share of the sum of ``norms [T]``; 0 where that is zero or not finite."""
    whole = norms.sum()
    share: Array = norms / whole if whole > 0 and np.isfinite(whole) else np.zeros_like(norms)
    return share


def decompose_memory(memory: Memory) -> Array:
    """Split a gated state into what each step wrote and is still held.

    ``s_t = keep_t s_{t-1} + write_t`` gives ``s_t = sum over k of (product of keep_j, k < j <= t)
    write_k`` from zero. Returns ``[T, T, H]``: row t, column k; the sum over k is ``s_t``, less
    what is held of an initial state that is not zero.
    """
    steps, hidden = memory.keep.shape
    parts = np.zeros((steps, steps, hidden))
    for t in range(steps):
        if t:
            np.multiply(parts[t - 1, :t], memory.keep[t], out=parts[t, :t])
        parts[t, t] = memory.write[t]
    return parts


class MemoryParts(NamedTuple):
    """What a gated state is made of; steps in the order of the text, also in a reverse direction.

    ``norms [T, T]``: row t, column k is the 2-norm over units of what step k wrote and step t still
    holds. ``parts [T, H]`` is the same, unit by unit, for the step that is read last; their sum is
    its state, less what is held of an initial state that is not zero.
    """

    state: str
    norms: Array
    parts: Array


def measure_memory(run: LayerRun) -> MemoryParts | None:
    """Decompose the memory of one layer and direction; None where its state is no exact sum."""
    memory = run.cell.memory(run.signals)
    if memory is None:
        return None
    parts = decompose_memory(memory)
    norms = np.linalg.norm(parts, axis=2)
    return MemoryParts(
        memory.state, norms[::-1, ::-1] if run.reverse else norms, run.flip_time(parts[-1])
    )


def measure_saturation(
    cell: type[Cell], signals: Mapping[str, Array]
) -> dict[str, tuple[list[float], list[float]]]:
    """Give, by gate, each unit's share of steps below 0.1 and above 0.9 (Karpathy et al. 2015)."""
    return {
        gate.name: (
            (signals[gate.name] < LEFT_SATURATED).mean(axis=0).tolist(),
            (signals[gate.name] > RIGHT_SATURATED).mean(axis=0).tolist(),
        )
        for gate in cell.signals
        if gate.kind == "gate"
    }


@dataclass(frozen=True, slots=True)
class Spectrum:
    """One block of ``weight_hh``: its spectral radius and its largest singular value."""

    block: str
    radius: float
    sigma: float


def measure_spectrum(cell: Cell) -> list[Spectrum]:
    """Measure every square block of a layer's ``weight_hh``, named by the signal it computes.

    Empty for a cell without ``weight_hh``, and where that is not made of square blocks.
    """
    weight = float64(cell.weights["weight_hh"]) if "weight_hh" in cell.weights else np.zeros(0)
    if weight.ndim != 2 or len(weight) % weight.shape[1]:
        return []
    blocks = weight.reshape(-1, weight.shape[1], weight.shape[1])
    names = [signal.name for signal in cell.list_blocks()]
    if len(names) != len(blocks):
        names = [str(k + 1) for k in range(len(blocks))]
    return [
        Spectrum(name, *_measure_block(block.tobytes(), len(block)))
        for name, block in zip(names, blocks, strict=True)
    ]


@lru_cache(256)  # the same weights are asked about at every key that a person presses
def _measure_block(data: bytes, hidden: int) -> tuple[float, float]:
    checkpoint()
    block = np.frombuffer(data).reshape(hidden, hidden)
    if not np.isfinite(block).all():
        return math.nan, math.nan
    return float(np.abs(np.linalg.eigvals(block)).max()), float(np.linalg.norm(block, 2))


def predict_decay(
    cell: Cell, signals: Mapping[str, Array], spectrum: Sequence[Spectrum]
) -> Literal["vanish", "either", "gated", "kept", "other"]:
    """Say what Pascanu et al. (2013) lead one to expect of ``cell``, given its spectrum.

    "vanish" or "either": with tanh, whose slope is at most 1, a largest singular value below 1
    makes the gradient vanish for certain; one above 1 is needed for it to explode but does not
    suffice. The theorem speaks of a state that comes back through ``weight_hh`` alone: "gated"
    where gates add a path that it does not cover, "kept" where the state is a plain sum that hands
    the gradient on as it is, "other" where the loop is another one (Jordan's).
    """
    if any(signal.kind == "gate" for signal in cell.signals):
        return "gated"
    memory = cell.memory(signals)
    if "weight_hh" not in cell.weights and memory is not None and (memory.keep == 1).all():
        return "kept"
    if len(spectrum) != 1 or cell.states != (cell.output,):
        return "other"
    return "vanish" if spectrum[0].sigma < 1 else "either"
