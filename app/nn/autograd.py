"""What autograd gives for a cell that has no closed form: its gradients and its derivative.

Both run the cell's own :meth:`Cell.step`, in float64.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..cancellation import checkpoint
from ..contracts import (
    CACHED_JACOBIANS,
    Array,
    Cell,
    Linearization,
    StateArrays,
    delay,
    float64,
    no_tap,
)
from .norms import measure_norms


class Contributions(NamedTuple):
    """What the use of ``weight_hh`` at each step adds to dLoss/dW_hh, as if each had its own copy.

    All zero for a cell without ``weight_hh``.
    """

    norms: Array  # Frobenius norms, [T]
    total: float  # Frobenius norm of the sum over steps, dLoss/dW_hh itself


class AutogradBackward(NamedTuple):
    """The gradient of the loss through one layer and direction, from autograd."""

    grad_signals: dict[str, Array]  # dLoss/dsignal, each [T, H]
    grad_inputs: Array  # dLoss/dx, [T, X]
    contributions: Contributions
    grad_initial: dict[str, Array]  # dLoss/d(initial state), each [H]


def backpropagate(
    cell: Cell,
    x: Array,
    grad_output: Array,
    initial: StateArrays | None = None,
    grad_final: StateArrays | None = None,
) -> AutogradBackward:
    """Run ``cell`` over ``x [T, X]`` and backpropagate ``grad_output [T, H]`` through time.

    ``initial`` and ``grad_final`` are those of :meth:`Cell.backward`.

    Every step is given a copy of ``weight_hh`` of its own, a view, whose gradient is measured on
    its way to their sum: at no time are T gradients of the size of ``weight_hh`` in memory.
    """
    cell = _copy_in_float64(cell)
    weights = cell.weights
    steps, hidden = grad_output.shape
    start, end = cell.fill_states(initial, hidden), cell.fill_states(grad_final, hidden)
    contributed = np.zeros(steps)
    recorded: dict[str, list[Tensor]] = {signal.name: [] for signal in cell.signals}

    def tap(name: str, value: Tensor) -> Tensor:
        if not value.requires_grad:  # a state that no input has reached yet
            value.requires_grad_()
        recorded[name].append(value)
        return value

    with torch.enable_grad():
        inputs = torch.from_numpy(x.copy()).requires_grad_()
        shared = [weights["weight_hh"].requires_grad_()] if "weight_hh" in weights else []
        first = {name: torch.from_numpy(row).requires_grad_() for name, row in start.items()}
        state = first
        outputs = []
        for t in range(steps):
            checkpoint()
            if shared:
                own = shared[0].view_as(shared[0])
                own.register_hook(_measure_into(contributed, t))  # type: ignore[no-untyped-call]
                cell.weights = {**weights, "weight_hh": own}
            state = cell.step(inputs[t], state, tap)
            outputs.append(state[cell.output])
        flat = [value for values in recorded.values() for value in values]
        reached = [name for name, value in state.items() if value.requires_grad]
        grads = torch.autograd.grad(
            [torch.stack(outputs), *(state[name] for name in reached)],
            [inputs, *first.values(), *flat, *shared],
            [torch.from_numpy(grad_output), *(torch.from_numpy(end[name]) for name in reached)],
            allow_unused=True,
            materialize_grads=True,
        )
    rows = iter(grads[1:])
    grad_initial = {name: float64(next(rows)) for name in first}
    grad_signals = {
        name: np.stack([float64(next(rows)) for _ in values]) for name, values in recorded.items()
    }
    total = _frobenius(grads[-1]) if shared else 0.0
    contributions = Contributions(contributed, total)
    return AutogradBackward(grad_signals, float64(grads[0]), contributions, grad_initial)


def linearize(
    cell: Cell, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
) -> Linearization:
    """Differentiate ``cell.step`` at every step of a run over ``x [T, X]`` with ``signals``.

    A step takes a batch: S equal rows go through it, and row k backpropagates the k-th of the S
    numbers in the new states. So one backward pass gives all rows of the Jacobians.
    """
    cell = _copy_in_float64(cell)
    hidden = signals[cell.output].shape[1]
    size = len(cell.states) * hidden
    start = cell.fill_states(initial, hidden)
    states = {name: delay(signals[name], start[name]) for name in cell.states}

    @lru_cache(CACHED_JACOBIANS)
    def jacobians(t: int) -> tuple[Array, Array]:
        checkpoint()
        entering = (x[t], *(states[name][t] for name in cell.states))
        rows = [torch.from_numpy(np.tile(row, (size, 1))) for row in entering]
        with torch.enable_grad():
            leaves = [row.requires_grad_() for row in rows]
            state = dict(zip(cell.states, leaves[1:], strict=True))
            state = cell.step(leaves[0], state, no_tap)
            stacked = torch.cat([state[name] for name in cell.states], dim=-1)  # [S, S]
            grads = torch.autograd.grad(stacked.diagonal().sum(), leaves, materialize_grads=True)
        by_input, *by_state = (float64(grad) for grad in grads)
        return np.hstack(by_state), by_input

    return Linearization(lambda t, v: jacobians(t)[0] @ v, lambda t: jacobians(t)[1])


def _copy_in_float64(cell: Cell) -> Cell:
    """Give a cell of the same settings, whose weights may be replaced and ask for gradients."""
    own = copy.copy(cell)
    own.weights = {name: value.detach().double() for name, value in cell.weights.items()}
    return own


def _measure_into(norms: Array, t: int) -> Callable[[Tensor], None]:
    def hook(grad: Tensor) -> None:
        norms[t] = _frobenius(grad)

    return hook


def _frobenius(matrix: Tensor) -> float:
    return float(measure_norms(float64(matrix).reshape(1, -1))[0])
