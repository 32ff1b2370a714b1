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
from ..nn.network import Network, join_outputs
from ..nn.norms import measure_norms

# probabilities, signals, gradients, the targets with the preferred class filled in, the loss
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
    target_class = None if target is None else task.classes.index(target)
    targets = task.find_targets(encoding, target_class)
    if at_end and target_class is None:
        targets = np.full_like(targets, IGNORE_INDEX)
    run = None
    if closed_form and not interventions:
        run = _run_closed_form(network, encoding, targets)
    if run is None:
        run = _run_autograd(network, encoding, targets, interventions)
    probabilities, signals, gradients, targets, loss = run
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
        for layer, directions in enumerate(network.layers)
        for reverse, cell in directions.items()
        for signal in cell.signals
    ]


def check_interventions(
    network: Network, interventions: Sequence[Intervention], steps: int
) -> None:
    """Refuse what does not exist. Raises :class:`InvalidInput` with the field's full name."""
    names = list_signals(network)
    cells = {
        direction_name(layer, reverse): cell
        for layer, directions in enumerate(network.layers)
        for reverse, cell in directions.items()
    }
    for k, intervention in enumerate(interventions):
        field = f"interventions.{k}"
        name, value = intervention.signal, intervention.value
        if name not in names:
            raise InvalidInput(
                "unknown_signal", f"{field}.signal", name=name[:80], known=", ".join(names)
            )
        if intervention.step is not None and not 0 <= intervention.step < steps:
            raise InvalidInput(
                "unknown_step", f"{field}.step", value=intervention.step, last=steps - 1
            )
        layer, _, own_name = name.rpartition(".")
        last_unit = cells[layer].hidden - 1
        if intervention.unit is not None and not 0 <= intervention.unit <= last_unit:
            raise InvalidInput(
                "unknown_unit", f"{field}.unit", value=intervention.unit, last=last_unit
            )
        signal = next(one for one in cells[layer].signals if one.name == own_name)
        if isinstance(value, (int, float)) and not signal.check(value):
            raise InvalidInput(
                "value_out_of_range",
                f"{field}.value",
                value=value,
                low="−∞" if signal.low is None else signal.low,
                high="∞" if signal.high is None else signal.high,
            )


def fill_targets(targets: Integers, preferred: int) -> Integers:
    """Ask for the class preferred at the last step where nothing else is asked."""
    if (targets != IGNORE_INDEX).any():
        return targets
    filled = targets.copy()
    filled[-1] = preferred
    return filled


def differentiate_loss(probabilities: Array, targets: Integers) -> Array:
    """Give dLoss/dlogits ``[T, C]`` of the mean cross-entropy over the steps that have a target."""
    asked = np.flatnonzero(targets != IGNORE_INDEX)
    grad_logits = np.zeros_like(probabilities)
    grad_logits[asked] = probabilities[asked] / len(asked)
    grad_logits[asked, targets[asked]] -= 1.0 / len(asked)
    return grad_logits


def _run_closed_form(network: Network, encoding: Encoding, targets: Integers) -> Run | None:
    x = float64(network.read(encoding))  # [T, X]
    layers = network.forward(x)
    if layers is None:
        return None
    top = join_outputs(layers[-1])
    logits = network.read_out_array(top)  # [T, C]
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    probabilities = np.exp(log_probabilities)
    targets = fill_targets(targets, int(np.argmax(probabilities[-1])))
    asked = np.flatnonzero(targets != IGNORE_INDEX)
    loss = -float(np.mean(log_probabilities[asked, targets[asked]]))
    back = network.backward(layers, differentiate_loss(probabilities, targets))
    signals, gradients = {}, {}
    for run in (run for directions in layers for run in directions):
        for signal in run.cell.signals:
            name = f"{run.name}.{signal.name}"
            signals[name] = run.flip_time(run.signals[signal.name])
            gradients[name] = run.flip_time(back[run.name].grad_signals[signal.name])
    return probabilities, signals, gradients, targets, loss


def _run_autograd(
    network: Network,
    encoding: Encoding,
    targets: Integers,
    interventions: Sequence[Intervention],
) -> Run:
    steps = len(encoding.token_ids)
    names = list_signals(network)
    recorded: dict[str, list[Tensor]] = {name: [] for name in names}
    forced: dict[str, list[Intervention]] = {}
    for intervention in interventions:
        forced.setdefault(intervention.signal, []).append(intervention)

    def tap(name: str, value: Tensor) -> Tensor:
        checkpoint()
        values = recorded[name]
        t = steps - 1 - len(values) if ".reverse." in name else len(values)
        for intervention in forced.get(name, ()):
            if intervention.step is None or intervention.step == t:
                value = _force(value, intervention, values[-1].detach() if values else None)
        if not value.requires_grad:  # forced, or a state that no input has reached yet
            value.requires_grad_()
        values.append(value)
        return value

    network = network.in_float64()
    with torch.enable_grad():
        x = network.read(encoding).detach().requires_grad_()
        logits = network.read_out(network.recur(x, tap))
        log_probabilities = torch.log_softmax(logits, dim=-1)
        targets = fill_targets(targets, int(logits[-1].argmax()))
        loss = torch.nn.functional.nll_loss(
            log_probabilities, torch.from_numpy(targets), ignore_index=IGNORE_INDEX
        )
        flat = [value for name in names for value in recorded[name]]
        grads = torch.autograd.grad(loss, flat, allow_unused=True, materialize_grads=True)
    signals: dict[str, Array] = {}
    gradients: dict[str, Array] = {}
    bounds = np.cumsum([0, *(len(recorded[name]) for name in names)])
    for name, (start, stop) in zip(names, pairwise(bounds), strict=True):
        order = slice(None, None, -1 if ".reverse." in name else 1)
        for into, values in ((signals, recorded[name]), (gradients, grads[start:stop])):
            into[name] = np.ascontiguousarray(np.stack([float64(v) for v in values])[order])
    return float64(log_probabilities.exp()), signals, gradients, targets, loss.item()


def _force(value: Tensor, intervention: Intervention, previous: Tensor | None) -> Tensor:
    """Give the value that an intervention leaves; ``previous`` is that of one step before."""
    if intervention.value == "previous":
        forced = torch.zeros_like(value) if previous is None else previous
    else:
        forced = torch.full_like(value, float(intervention.value))
    if intervention.unit is None:
        return forced
    chosen = torch.zeros_like(value, dtype=torch.bool)
    chosen[..., intervention.unit] = True
    return torch.where(chosen, forced, value)
