"""A recorded call of a fused layer, computed again by GateScope's cells: all gates and gradients.

In float64, from the same weights, inputs and states. The way back starts from the gradients that
autograd gave at the layer's outputs and final states, so everything after the layer is in it. What
is computed is held against what the layer itself returned; where that differs, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from ..contracts import Array, Cell, StateArrays, direction_name
from ..nn.network import LayerRun, LayerStates, Network, Shape, join_outputs
from ..nn.norms import measure_norms
from .layers import Call, RecurrentLayer, largest

# The largest difference, relative to the largest output or 1, by the precision of the layer.
TOLERANCES = {
    torch.float64: 1e-10,
    torch.float32: 1e-4,
    torch.float16: 1e-2,
    torch.bfloat16: 5e-2,
}


class ReplayDiffers(ValueError):
    """The layer's own output is not what its weights say, so its gates are not known."""


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """One sample through one recurrent layer of a module, T steps, H units.

    ``signals`` and ``gradients`` (dLoss/dsignal; empty without a loss) are named ``layers.0.f``,
    ``layers.0.reverse.f``, steps in the order of the input. ``difference`` is how far the replay is
    from what the layer returned, relative to its largest output or 1.
    """

    name: str  # the layer's path in the module
    cell: type[Cell]
    settings: Mapping[str, float]
    shape: Shape
    weights: Mapping[str, torch.Tensor]
    inputs: Array  # [T, X]
    outputs: Array  # [T, D * H]
    signals: Mapping[str, Array]  # each [T, H]
    gradients: Mapping[str, Array]  # each [T, H]
    norms: Mapping[str, Array]  # of the gradients, each [T]
    grad_inputs: Array | None  # dLoss/dx by way of this layer, [T, X]
    initial: LayerStates  # by layers.0 and state, each [H]; those not named are zero
    grad_initial: LayerStates
    difference: float

    @property
    def steps(self) -> int:
        """Return T."""
        return len(self.inputs)

    def qualify(self, signal: str) -> str:
        """Put the layer's path before a name: ``encoder.layers.0.f``."""
        return f"{self.name}.{signal}" if self.name else signal

    def rename(self, name: str) -> LayerTrace:
        """Give the same under another path."""
        return replace(self, name=name)


def replay(calls: Sequence[Call], sample: int) -> LayerTrace:
    """Compute one sample of a run again: one call, or calls of one step that follow each other.

    Raises ``IndexError`` for a sample that there is not, :class:`ReplayDiffers` where the layer
    returned something else.
    """
    layer = calls[0].layer
    count = calls[0].samples
    if not -count <= sample < count:
        raise IndexError(f"sample {sample}: the batch has {count}")
    backward = any(call.has_gradient for call in calls)
    with np.errstate(all="ignore"):  # what is not finite is told by the comparison
        networks: dict[int, Network] = {}  # by their weights, which calls share
        for call in calls:
            if id(call.weights) not in networks:
                networks[id(call.weights)] = _build_network(call)
        parts = [
            _replay_call(call, networks[id(call.weights)], sample % count, backward)
            for call in calls
        ]
    first = parts[0]
    signals = {name: np.vstack([p.signals[name] for p in parts]) for name in first.signals}
    gradients = {name: np.vstack([p.gradients[name] for p in parts]) for name in first.gradients}
    grad_inputs = [part.grad_inputs for part in parts if part.grad_inputs is not None]
    return LayerTrace(
        layer.name,
        layer.cell,
        layer.settings,
        layer.shape,
        first.weights,
        np.vstack([part.inputs for part in parts]),
        np.vstack([part.outputs for part in parts]),
        signals,
        gradients,
        {name: measure_norms(value) for name, value in gradients.items()},
        np.vstack(grad_inputs) if backward else None,
        first.initial,
        first.grad_initial,
        max(part.difference for part in parts),
    )


def _build_network(call: Call) -> Network:
    layer = call.layer
    weights = {name: value.cpu().double() for name, value in call.weights.items()}
    return Network(layer.cell, layer.shape, weights, layer.settings)


def _replay_call(call: Call, network: Network, sample: int, backward: bool) -> LayerTrace:
    layer = call.layer
    x = call.steps_of(call.x, sample)
    initial = _name_states(layer, call.states_of(call.initial, sample))
    runs = network.forward(x, initial)
    if runs is None:
        raise ReplayDiffers(f"{title(layer.name)}: the cell has no closed form")
    outputs = join_outputs(runs[-1])
    difference = _compare(call, sample, runs, outputs)
    signals: dict[str, Array] = {}
    gradients: dict[str, Array] = {}
    grad_initial: dict[str, StateArrays] = {}
    grad_inputs = None
    flat = [run for directions in runs for run in directions]
    for run in flat:
        for name in (signal.name for signal in layer.cell.signals):
            signals[f"{run.name}.{name}"] = run.flip_time(run.signals[name])
    if backward:
        grad_outputs = (
            np.zeros_like(outputs)
            if call.grad_output is None
            else call.steps_of(call.grad_output, sample)
        )
        grad_final = _name_states(layer, call.states_of(call.grad_final, sample))
        back = network.backpropagate(runs, grad_outputs, grad_final)
        grad_inputs = np.zeros_like(x)
        for run in runs[0]:
            grad_inputs += run.flip_time(back[run.name].grad_inputs)
        for run in flat:
            grad_initial[run.name] = back[run.name].grad_initial
            for name in (signal.name for signal in layer.cell.signals):
                grad = back[run.name].grad_signals[name]
                gradients[f"{run.name}.{name}"] = run.flip_time(grad)
    return LayerTrace(
        layer.name,
        layer.cell,
        layer.settings,
        layer.shape,
        network.weights,
        x,
        outputs,
        signals,
        gradients,
        {},
        grad_inputs,
        initial,
        grad_initial,
        difference,
    )


def _name_states(layer: RecurrentLayer, states: Sequence[Array | None]) -> dict[str, StateArrays]:
    """Give states, each ``[L * D, H]`` or None for zero, by the names of layers and directions."""
    places = [
        direction_name(depth, reverse)
        for depth in range(layer.shape.layers)
        for reverse in layer.shape.directions
    ]
    named: dict[str, dict[str, Array]] = {place: {} for place in places}
    # PyTorch's states are h, or h and c, in the order of the cell's own.
    for name, values in zip(layer.cell.states, states, strict=False):
        if values is not None:
            for place, value in zip(places, values, strict=True):
                named[place][name] = value
    return {place: value for place, value in named.items() if value}


def _compare(call: Call, sample: int, runs: Sequence[Sequence[LayerRun]], outputs: Array) -> float:
    """Give the largest difference from what the layer returned. Raises :class:`ReplayDiffers`."""
    layer = call.layer
    theirs = [call.steps_of(call.output, sample)]
    ours = [outputs]
    final = _name_states(layer, call.states_of(call.final, sample))
    for run in (run for directions in runs for run in directions):
        for name, value in final[run.name].items():
            theirs.append(value)
            ours.append(run.final[name])
    scale = np.max([1.0, *(largest(value) for value in theirs)])
    differences = [largest(a - b) for a, b in zip(ours, theirs, strict=True)]
    found = float(np.max(differences) / scale)  # NaN where any is
    if found <= TOLERANCES.get(call.output.dtype, 0.0):
        return found
    why = "its forward does more than its weights say"
    module = layer.module
    if getattr(module, "dropout", 0.0) and module.training:
        why = (
            f"it is training with dropout {module.dropout:g} between its layers; try module.eval()"
        )
    elif not np.isfinite(found):
        why = "its output is not finite"
    raise ReplayDiffers(
        f"{title(layer.name)} returned something else than its weights give, by {found:.1e}: {why}."
        " Its gates are not shown."
    )


def title(name: str) -> str:
    """Give a layer's path as a person reads it."""
    return name or "the module"
