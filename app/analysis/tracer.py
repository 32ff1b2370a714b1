"""Forward and backward over one sequence, every signal and every gradient recorded.

Two paths give the same trace. Cells with closed-form equations run in NumPy, float64 throughout;
any other cell, and any run in which a signal is forced, goes through :meth:`Cell.step` and
autograd. A test holds the first to the second over every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..cancellation import checkpoint
from ..contracts import (
    Array,
    Encoding,
    Intervention,
    InvalidInput,
    Task,
    Trace,
    direction_name,
    float64,
)
from ..nn.answers import Outcome, make_answer
from ..nn.entrance import measure_saliency
from ..nn.network import Network, join_outputs
from ..nn.norms import measure_norms


class Run(NamedTuple):
    """What both ways of running a network give."""

    outcome: Outcome
    signals: dict[str, Array]
    gradients: dict[str, Array]
    saliency: Array


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

    The loss is over the steps where something is asked (:mod:`gatescope.nn.answers`). A named
    ``target`` is asked at the last step alone. Without one it is what the input itself tells; where
    that is nothing, and ``at_end`` always, it is what the network itself answers at the last step.

    Gradients are dLoss/dsignal: what the loss would change by, per unit of change in the signal,
    everything that follows from it included. The gradient at a forced signal is that at the forced
    value; nothing flows back through it to what was computed before.

    Raises :class:`InvalidInput` for a class, signal, step, unit or value that does not exist.
    """
    answer = make_answer(task)
    targets = answer.find_targets(encoding, target, at_end=at_end)
    check_interventions(network, interventions, len(encoding.tokens))

    def measure(outputs: Array) -> Outcome:
        return answer.measure(encoding, outputs, targets, target)

    run = None
    if closed_form and not interventions:
        run = _run_closed_form(network, encoding, measure)
    if run is None:
        run = _run_autograd(network, encoding, interventions, measure)
    return Trace(
        tokens=encoding.tokens,
        token_ids=encoding.token_ids,
        known=encoding.known,
        loss=run.outcome.loss,
        signals=run.signals,
        gradients=run.gradients,
        norms={name: measure_norms(value) for name, value in run.gradients.items()},
        saliency=run.saliency,
        **run.outcome.told,
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


def _run_closed_form(
    network: Network, encoding: Encoding, measure: Callable[[Array], Outcome]
) -> Run | None:
    x = float64(network.read(encoding))  # [T, X]
    layers = network.forward(x)
    if layers is None:
        return None
    top = join_outputs(layers[-1])
    outcome = measure(network.read_out_array(top))  # [T, C]
    back = network.backward(layers, outcome.grad_outputs)
    signals, gradients = {}, {}
    for run in (run for directions in layers for run in directions):
        for signal in run.cell.signals:
            name = f"{run.name}.{signal.name}"
            signals[name] = run.flip_time(run.signals[signal.name])
            gradients[name] = run.flip_time(back[run.name].grad_signals[signal.name])
    grad_x = np.sum([run.flip_time(back[run.name].grad_inputs) for run in layers[0]], axis=0)
    grad_x = network.backpropagate_connection(0, x, grad_x)
    return Run(outcome, signals, gradients, measure_saliency(encoding, grad_x))


def _run_autograd(
    network: Network,
    encoding: Encoding,
    interventions: Sequence[Intervention],
    measure: Callable[[Array], Outcome],
) -> Run:
    steps = len(encoding.tokens)
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
        outputs = network.read_out(network.recur(x, tap))
        outcome = measure(float64(outputs.detach()))
        flat = [x, *(value for name in names for value in recorded[name])]
        # A scalar: PyTorch loads its compiler, for two seconds, to look at a gradient's shape.
        scalar = (outputs * torch.from_numpy(outcome.grad_outputs)).sum()
        grad_x, *grads = torch.autograd.grad(
            scalar, flat, allow_unused=True, materialize_grads=True
        )
    signals: dict[str, Array] = {}
    gradients: dict[str, Array] = {}
    bounds = np.cumsum([0, *(len(recorded[name]) for name in names)])
    for name, (start, stop) in zip(names, pairwise(bounds), strict=True):
        order = slice(None, None, -1 if ".reverse." in name else 1)
        for into, values in ((signals, recorded[name]), (gradients, grads[start:stop])):
            into[name] = np.ascontiguousarray(np.stack([float64(v) for v in values])[order])
    return Run(outcome, signals, gradients, measure_saliency(encoding, float64(grad_x)))


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
