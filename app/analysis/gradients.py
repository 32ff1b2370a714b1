"""How a gradient travels: decay, Jacobians, who listens to whom, what the memory holds.

All of it in float64, from one run; each layer and direction by itself, but for the map of who
listens to whom, which goes through all. T steps, H units, S states (all, stacked), X features.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from ..cancellation import checkpoint
from ..contracts import Array, Cell, Tangent, float64
from ..nn.network import Pass, measure_norms

DISTANCES = (1, 10, 30, 50)
EXPONENTS = 3
CARRIED = 512  # columns of a tangent that are carried together
TINY = 1e-280  # squares below this have lost digits
# Shared by all maps that are being made, so that many at once take no more threads than one.
_CARRIERS = ThreadPoolExecutor(2, "map", initializer=torch.set_num_threads, initargs=(1,))
LOW, HIGH = 0.1, 0.9  # Karpathy et al. (2015) call a gate saturated beyond these


@dataclass(frozen=True, slots=True)
class Decay:
    """What is left of a gradient on the way back, relative to the last step.

    ``left[k]`` is the share ``k`` steps back, None where the sequence is shorter. ``half_life`` is
    the distance after which the share stays at or below one half, None where it never does.
    ``slope`` is the straight line through log10 of the share, in powers of ten a step, over the
    steps where it is neither zero nor infinite; None with fewer than three.
    """

    relative: Array  # [T]
    left: Mapping[int, float | None]
    half_life: int | None
    slope: float | None


def measure_decay(norms: Array) -> Decay:
    """Describe how ``norms [T]``, the 2-norms of dLoss/dstate, fall off from the last step."""
    steps = len(norms)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.where(norms == 0, 0.0, norms / norms[-1])
    left = {k: float(relative[steps - 1 - k]) if k < steps else None for k in DISTANCES}
    back = relative[::-1]
    above = np.flatnonzero(~(back <= 0.5))
    half_life = int(above[-1]) + 1 if len(above) and above[-1] + 1 < steps else None
    usable = np.flatnonzero((back > 0) & np.isfinite(back))
    slope = None
    if len(usable) >= 3:
        slope = float(np.polyfit(usable, np.log10(back[usable]), 1)[0])
    return Decay(relative, left, half_life, slope)


def find_overflow(signals: Mapping[str, Array]) -> int | None:
    """Name the first step at which a signal is no longer a finite number."""
    bad = [~np.isfinite(value).all(axis=1) for value in signals.values()]
    steps = np.flatnonzero(np.any(bad, axis=0))
    return int(steps[0]) if len(steps) else None


def linearize(cell: Cell, x: Array, signals: Mapping[str, Array]) -> Tangent:
    """Give the derivative of ``cell`` along a run over ``x [T, X]``.

    A cell without a closed form is differentiated by ``torch.func.jacrev`` of its own ``step``.
    """
    found = cell.linearize(x, signals)
    if found is not None:
        return found
    hidden = signals[cell.output].shape[1]

    def split(flat: torch.Tensor) -> dict[str, torch.Tensor]:
        return dict(zip(cell.states, torch.split(flat, hidden), strict=True))

    def step(entered: torch.Tensor, flat: torch.Tensor) -> torch.Tensor:
        state = cell.step(entered, split(flat), lambda _, value: value)
        return torch.cat([state[name] for name in cell.states])

    def place(t: int) -> tuple[torch.Tensor, torch.Tensor]:
        rows = [signals[s][t - 1] if t else np.zeros(hidden) for s in cell.states]
        return torch.from_numpy(x[t].copy()), torch.from_numpy(np.concatenate(rows))

    def push(t: int, v: Array) -> Array:
        entered, flat = place(t)
        return float64(torch.func.jacrev(lambda s: step(entered, s))(flat)) @ v

    def inject(t: int) -> Array:
        entered, flat = place(t)
        return float64(torch.func.jacrev(lambda e: step(e, flat))(entered))

    return Tangent(push, inject)


def map_sensitivity(passes: Sequence[Sequence[Pass]]) -> Array:
    """Give ``[T, T]``: row t, column k is ``||dh_t/dx_k||`` (Frobenius), h what the readout takes.

    This is the connectivity of Madsen (2019), Visualizing memorization in RNNs, Distill, for the
    hidden state, through every layer. A network that reads one way does not hear what comes later:
    0 where k > t. Forward accumulation: a few words at a time are carried through all later steps,
    so that what is carried stays in the processor's cache. Two groups are carried at once.
    """
    tangents = [[linearize(one.cell, one.x, one.signals) for one in row] for row in passes]
    steps, inputs = passes[0][0].x.shape
    found = np.zeros((steps, steps))
    words = max(1, CARRIED // inputs)

    def carry(first: int) -> None:
        last = min(first + words, steps)
        with np.errstate(all="ignore"):  # NumPy keeps this by thread
            found[:, first:last] = _fill_columns(passes, tangents, first, last)

    groups = [
        _CARRIERS.submit(copy_context().run, carry, first) for first in range(0, steps, words)
    ]
    try:
        for group in groups:
            group.result()
    finally:
        for group in groups:
            group.cancel()
    return found


def _fill_columns(
    passes: Sequence[Sequence[Pass]],
    tangents: Sequence[Sequence[Tangent]],
    first: int,
    last: int,
) -> Array:
    """Give the columns ``first`` to ``last`` of :func:`map_sensitivity`."""
    steps, inputs = passes[0][0].x.shape
    columns = (last - first) * inputs
    found = np.zeros((steps, last - first))
    below: Array | None = None  # what enters the layer, by this group's words: [T, X, columns]
    for depth, row in enumerate(passes):
        heard = []
        for one, tangent in zip(row, tangents[depth], strict=True):
            hidden = one.output.shape[1]
            top = one.cell.states.index(one.cell.output) * hidden
            moved = np.zeros((len(one.cell.states) * hidden, columns))
            outputs = np.zeros((0 if depth + 1 == len(passes) else steps, hidden, columns))
            begin = (steps - last if one.reverse else first) if below is None else 0
            for turn in range(begin, steps):
                checkpoint()
                t = steps - 1 - turn if one.reverse else turn
                if turn > begin:
                    moved = tangent.push(turn, moved)
                if below is not None:
                    moved += tangent.inject(turn) @ below[t]
                elif first <= t < last:
                    start = (t - first) * inputs
                    moved[:, start : start + inputs] = tangent.inject(turn)
                own = moved[top : top + hidden]
                if len(outputs):
                    outputs[t] = own
                    continue
                # Words that this pass has not read yet are zero, and need not be looked at.
                begun = below is None or len(row) == 1
                low = max(first, t) if begun and one.reverse else first
                high = min(last, t + 1) if begun and not one.reverse else last
                part = _measure_words(
                    own[:, (low - first) * inputs : (high - first) * inputs], inputs
                )
                place = slice(low - first, high - first)
                found[t, place] = np.hypot(found[t, place], part)
            heard.append(outputs)
        below = heard[0] if len(heard) == 1 else np.concatenate(heard, axis=1)
    return found


def _measure_words(moved: Array, inputs: int) -> Array:
    """Give the Frobenius norm of each word's ``inputs`` columns in ``moved``, ``[H, columns]``."""
    squares = np.einsum("hc,hc->c", moved, moved).reshape(-1, inputs).sum(axis=1)
    norms: Array = np.sqrt(squares)
    for k in np.flatnonzero(~((squares > TINY) & (squares < 1 / TINY))):  # digits lost in squaring?
        norms[k] = measure_norms(moved[:, k * inputs : (k + 1) * inputs].reshape(1, -1))[0]
    return norms


def measure_exponents(cell: Cell, x: Array, signals: Mapping[str, Array], count: int) -> Array:
    """Give the ``count`` largest Lyapunov exponents, in nats a step, largest first.

    From QR of the step Jacobians (Benettin et al. 1980; for recurrent networks Vogt et al. 2022).
    The first tenth of the run only turns the directions and is not counted. An exponent of minus
    infinity is a direction that is lost altogether.
    """
    tangent = linearize(cell, x, signals)
    steps = len(x)
    size = len(cell.states) * signals[cell.output].shape[1]
    count = min(count, size)
    q = np.linalg.qr(np.random.default_rng(0).standard_normal((size, count)))[0]
    stretched = np.empty((steps, count))
    for t in range(steps):
        checkpoint()
        q, r = np.linalg.qr(tangent.push(t, q))
        stretched[t] = r.diagonal()
    if not np.isfinite(stretched).all():
        return np.full(count, np.nan)
    with np.errstate(divide="ignore"):
        logs = np.log(np.abs(stretched[steps // 10 :]))
    mean: Array = logs.mean(axis=0)
    return np.sort(mean)[::-1]


def share_weight_gradient(h: Array, sums: Array) -> tuple[Array, Array, float]:
    """Split dLoss/dW_hh, a sum over steps, into what each step adds.

    ``h [T, H]`` is the hidden state, ``sums [T, G]`` the gradient at ``W_hh h_{t-1}``. Step t adds
    the outer product of the two, whose Frobenius norm is the product of theirs. Returns the norms
    ``[T]``, each one's share of their sum ``[T]``, and the norm of the whole gradient. What RNNbow
    (Cashman et al. 2018) draws.
    """
    before = np.vstack([np.zeros((1, h.shape[1])), h[:-1]])
    norms: Array = np.linalg.norm(sums, axis=1) * np.linalg.norm(before, axis=1)
    whole = norms.sum()
    share = norms / whole if whole > 0 and np.isfinite(whole) else np.zeros_like(norms)
    return norms, share, float(np.linalg.norm(sums.T @ before))


def decompose_memory(keep: Array, write: Array) -> Array:
    """Split a gated state into what each step wrote and is still held.

    ``s_t = keep_t s_{t-1} + write_t`` gives ``s_t = sum over k of (product of keep_j, k < j <= t)
    write_k``. Returns ``[T, T, H]``: row t, column k; the sum over k is ``s_t``.
    """
    steps, hidden = keep.shape
    found = np.zeros((steps, steps, hidden))
    for t in range(steps):
        if t:
            np.multiply(found[t - 1, :t], keep[t], out=found[t, :t])
        found[t, t] = write[t]
    return found


def measure_gates(
    cell: type[Cell], signals: Mapping[str, Array]
) -> dict[str, tuple[list[float], list[float]]]:
    """Give, by gate, each unit's share of steps below 0.1 and above 0.9 (Karpathy et al. 2015)."""
    found = {}
    for signal in cell.signals:
        if signal.kind == "gate":
            value = signals[signal.name]
            found[signal.name] = (
                (value < LOW).mean(axis=0).tolist(),
                (value > HIGH).mean(axis=0).tolist(),
            )
    return found


@dataclass(frozen=True, slots=True)
class Spectrum:
    """One block of ``weight_hh``: its spectral radius and its largest singular value."""

    block: str
    radius: float
    sigma: float


def measure_spectrum(cell: Cell) -> list[Spectrum]:
    """Measure every block of a layer's ``weight_hh``, named by the gate or the state it feeds.

    A cell without one has no blocks.
    """
    if "weight_hh" not in cell.weights:
        return []
    weight = float64(cell.weights["weight_hh"])
    names = [s.name for s in cell.signals if s.kind != "state"]
    blocks = np.split(weight, len(weight) // weight.shape[1])
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


def expected_decay(cell: type[Cell], spectrum: Sequence[Spectrum]) -> str:
    """Say what Pascanu et al. (2013) lead one to expect of ``cell``, given its spectrum.

    "vanish" or "either": with tanh, whose slope is at most 1, a largest singular value below 1
    makes the gradient vanish for certain; one above 1 is needed for it to explode but does not
    suffice. The theorem speaks of a state that comes back through ``weight_hh`` alone: "gated"
    where gates add a path that it does not cover, "other" where the loop is another one (Jordan's),
    "kept" where a sum without weights of its own hands the gradient on as it is.
    """
    if any(signal.kind == "gate" for signal in cell.signals):
        return "gated"
    if not spectrum:
        return "kept"
    if cell.states != (cell.output,):
        return "other"
    return "vanish" if spectrum[0].sigma < 1 else "either"
