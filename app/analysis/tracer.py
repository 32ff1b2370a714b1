"""Forward and backward over one sequence, every signal and every gradient recorded.

Two paths give the same trace. Cells with closed-form equations run in NumPy, float64 throughout;
any other cell, and any run in which a signal is forced, goes through :meth:`Cell.step` and
autograd. A test holds the first to the second over every cell.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from ..cancellation import checkpoint
from ..contracts import (
    IGNORE_INDEX,
    Array,
    Encoding,
    Integers,
    Intervention,
    InvalidInput,
    Task,
    Trace,
    direction_name,
    float64,
)
from ..nn.network import Network, join_outputs, measure_norms

# probabilities, signals, gradients, the goals that were held to, the loss
Run = tuple[Array, dict[str, Array], dict[str, Array], Integers, float]


def record(
    network: Network,
    task: Task,
    encoding: Encoding,
    target: str | None = None,
    interventions: Sequence[Intervention] = (),
    *,
    at_end: bool = False,
    closed_form: bool = True,
) -> Trace:
    """Run ``network`` over ``encoding`` and back, and return everything seen on the way.

    The loss is the mean cross-entropy over the steps where something is asked
    (:meth:`Task.find_targets`). A named ``target`` is asked at the last step alone. Without one it
    is what the input itself tells; where that is nothing, and ``at_end`` always, it is the class
    that the network itself prefers at the last step.

    Gradients are dLoss/dsignal: what the loss would change by, per unit of change in the signal,
    everything that follows from it included. The gradient at a forced signal is that at the forced
    value; nothing flows back through it to what was computed before.

    Raises :class:`InvalidInput` for a class, signal, step, unit or value that does not exist.
    """
    steps = len(encoding.token_ids)
    if target is not None and target not in task.classes:
        raise InvalidInput(
            "unknown_class",
            "target",
            name=target[:80],
            known=textwrap.shorten(", ".join(task.classes), 200, placeholder=" …"),
        )
    check_interventions(network, interventions, steps)
    wanted = None if target is None else task.classes.index(target)
    targets = task.find_targets(encoding, wanted)
    if at_end and wanted is None:
        targets = np.full_like(targets, IGNORE_INDEX)
    run = _run_closed_form if closed_form and not interventions else None
    found = run(network, encoding, targets) if run else None
    if found is None:
        found = _run_autograd(network, encoding, targets, interventions)
    probabilities, signals, gradients, targets, loss = found
    return Trace(
        tokens=encoding.tokens,
        token_ids=encoding.token_ids,
        known=encoding.known,
        classes=task.classes,
        probabilities=probabilities,
        target=target or task.classes[int(np.argmax(probabilities[-1]))],
        targets=tuple(None if k == IGNORE_INDEX else task.classes[k] for k in targets.tolist()),
        loss=loss,
        signals=signals,
        gradients=gradients,
        norms={name: measure_norms(value) for name, value in gradients.items()},
    )


def list_signals(network: Network) -> list[str]:
    """Name every signal of every layer and direction, in the order of the computation."""
    return [
        f"{direction_name(layer, reverse)}.{signal.name}"
        for layer in range(network.shape.layers)
        for reverse in network.shape.directions
        for signal in network.cell.signals
    ]


def check_interventions(
    network: Network, interventions: Sequence[Intervention], steps: int
) -> None:
    """Refuse what does not exist. Raises :class:`InvalidInput` with the field's full name."""
    names = list_signals(network)
    signals = {signal.name: signal for signal in network.cell.signals}
    for k, wanted in enumerate(interventions):
        field = f"interventions.{k}"
        if wanted.signal not in names:
            raise InvalidInput(
                "unknown_signal", f"{field}.signal", name=wanted.signal[:80], known=", ".join(names)
            )
        if wanted.step is not None and not 0 <= wanted.step < steps:
            raise InvalidInput("unknown_step", f"{field}.step", value=wanted.step, last=steps - 1)
        if wanted.unit is not None and not 0 <= wanted.unit < network.shape.hidden:
            raise InvalidInput(
                "unknown_unit", f"{field}.unit", value=wanted.unit, last=network.shape.hidden - 1
            )
        signal = signals[wanted.signal.rpartition(".")[2]]
        if isinstance(wanted.value, (int, float)) and not signal.check(wanted.value):
            raise InvalidInput(
                "value_out_of_range",
                f"{field}.value",
                value=wanted.value,
                low="−∞" if signal.low is None else signal.low,
                high="∞" if signal.high is None else signal.high,
            )


def fill_targets(targets: Integers, preferred: int) -> Integers:
    """Ask for the class preferred at the last step where nothing else is asked."""
    if (targets != IGNORE_INDEX).any():
        return targets
    settled = targets.copy()
    settled[-1] = preferred
    return settled


def find_slope(probabilities: Array, targets: Integers) -> Array:
    """Give dLoss/dlogits ``[T, C]`` of the mean cross-entropy over the steps that are asked."""
    held = np.flatnonzero(targets != IGNORE_INDEX)
    slope = np.zeros_like(probabilities)
    slope[held] = probabilities[held] / len(held)
    slope[held, targets[held]] -= 1.0 / len(held)
    return slope


def _run_closed_form(network: Network, encoding: Encoding, targets: Integers) -> Run | None:
    x = float64(network.encode(torch.tensor(encoding.token_ids)))  # [T, X]
    passes = network.forward(x)
    if not passes:
        return None
    top = join_outputs(passes[-1])
    weight = float64(network.weights["readout.weight"])
    logits = top @ weight.T + float64(network.weights["readout.bias"])  # [T, C]
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    probabilities = np.exp(logs)
    targets = fill_targets(targets, int(np.argmax(probabilities[-1])))
    held = np.flatnonzero(targets != IGNORE_INDEX)
    loss = -float(np.mean(logs[held, targets[held]]))
    back = network.backward(passes, find_slope(probabilities, targets))
    signals, gradients = {}, {}
    for one in (one for row in passes for one in row):
        for signal in one.cell.signals:
            name = f"{one.name}.{signal.name}"
            signals[name] = one.turn(one.signals[signal.name])
            gradients[name] = one.turn(back[one.name].signals[signal.name])
    return probabilities, signals, gradients, targets, loss


def _run_autograd(
    network: Network,
    encoding: Encoding,
    targets: Integers,
    interventions: Sequence[Intervention],
) -> Run:
    steps = len(encoding.token_ids)
    names = list_signals(network)
    seen: dict[str, list[Tensor]] = {name: [] for name in names}
    forced: dict[str, list[Intervention]] = {}
    for wanted in interventions:
        forced.setdefault(wanted.signal, []).append(wanted)

    def tap(name: str, value: Tensor) -> Tensor:
        checkpoint()
        row = seen[name]
        t = steps - 1 - len(row) if ".reverse." in name else len(row)
        for wanted in forced.get(name, ()):
            if wanted.step is None or wanted.step == t:
                value = _force(value, wanted, row[-1].detach() if row else None)
        if not value.requires_grad:  # a state that nothing has entered yet
            value.requires_grad_()
        row.append(value)
        return value

    wide = {name: value.to(torch.float64) for name, value in network.weights.items()}
    network = Network(network.cell, network.shape, wide, network.settings)
    with torch.enable_grad():
        x = network.encode(torch.tensor(encoding.token_ids)).detach().requires_grad_()
        logits = network.read_out(network.recur(x, tap))
        logs = torch.log_softmax(logits, dim=-1)
        targets = fill_targets(targets, int(logits[-1].argmax()))
        loss = torch.nn.functional.nll_loss(
            logs, torch.from_numpy(targets), ignore_index=IGNORE_INDEX
        )
        flat = [value for name in names for value in seen[name]]
        found = torch.autograd.grad(loss, flat, allow_unused=True)
    grads = [
        float64(torch.zeros_like(v) if g is None else g) for v, g in zip(flat, found, strict=True)
    ]
    signals, gradients = {}, {}
    bounds = np.cumsum([0, *(len(seen[name]) for name in names)])
    for name, (start, stop) in zip(names, pairwise(bounds), strict=True):
        values = np.stack([float64(value) for value in seen[name]])
        slopes = np.stack(grads[start:stop])
        order = slice(None, None, -1 if ".reverse." in name else 1)
        signals[name] = np.ascontiguousarray(values[order])
        gradients[name] = np.ascontiguousarray(slopes[order])
    return float64(logs.exp()), signals, gradients, targets, loss.item()


def _force(value: Tensor, wanted: Intervention, before: Tensor | None) -> Tensor:
    if wanted.value == "previous":
        held = torch.zeros_like(value) if before is None else before
    else:
        held = torch.full_like(value, float(wanted.value))
    if wanted.unit is None:
        # Not `held` itself: autograd must still reach the forced value.
        return value * 0 + held if torch.isfinite(value).all() else held
    chosen = torch.zeros_like(value, dtype=torch.bool)
    chosen[..., wanted.unit] = True
    return torch.where(chosen, held, value)
