"""What autograd gives any cell, held to a plain loop whose leaves are the steps' own weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gatescope.analysis.gradients import measure_contributions
from gatescope.cancellation import Cancelled, CancelScope
from gatescope.contracts import Array, Backward, Cell, State, Tap, float64, no_tap
from gatescope.nn.autograd import backpropagate, linearize
from gatescope.nn.network import LayerRun
from gatescope.registry import find_cells
from torch import Tensor

from tests.made_up import draw_network, run_layers

NAMES = list(find_cells())
STEPS, INPUTS, HIDDEN = 6, 5, 4


def run(name: str, given: bool = False) -> tuple[LayerRun, Array]:
    """Run one layer, from zero or ``given`` states; give it, and a gradient at its outputs."""
    network = draw_network(find_cells()[name], HIDDEN, seed=2)
    source = np.random.default_rng(3)
    initial = {state: source.standard_normal(HIDDEN) for state in network.cell.states}
    x = source.standard_normal((STEPS, INPUTS))
    ((layer,),) = run_layers(network, x, {"layers.0": initial} if given else None)
    return layer, source.standard_normal((STEPS, HIDDEN))


def differentiate_by_hand(cell: Cell, x: Array, grad_output: Array) -> tuple[Array, list[Array]]:
    """Give dLoss/dx, and dLoss/dW_hh by step, each step with a leaf of its own."""
    inputs = torch.from_numpy(x.copy()).requires_grad_()
    copies = [cell.weights["weight_hh"].clone().requires_grad_() for _ in x]
    state, loss = cell.initial_state(inputs[0]), torch.zeros((), dtype=torch.float64)
    for entered, own, outward in zip(inputs, copies, torch.from_numpy(grad_output), strict=True):
        state = type(cell)({**cell.weights, "weight_hh": own}, {}).step(entered, state, no_tap)
        loss = loss + state[cell.output] @ outward
    grads = torch.autograd.grad(loss, [inputs, *copies])
    return float64(grads[0]), [float64(grad) for grad in grads[1:]]


@pytest.mark.parametrize("name", [n for n in NAMES if "weight_hh" in find_cells()[n].shapes(1, 1)])
def test_what_a_step_adds_is_the_gradient_of_its_own_copy_of_the_recurrent_weight(
    name: str,
) -> None:
    layer, grad_output = run(name)
    grad_inputs, by_step = differentiate_by_hand(layer.cell, layer.x, grad_output)
    back = backpropagate(layer.cell, layer.x, grad_output)
    np.testing.assert_allclose(back.grad_inputs, grad_inputs, rtol=1e-9, atol=1e-14)
    norms = [np.linalg.norm(grad) for grad in by_step]
    np.testing.assert_allclose(back.contributions.norms, norms, rtol=1e-9)
    total = np.linalg.norm(sum(by_step, start=np.zeros_like(by_step[0])))
    assert back.contributions.total == pytest.approx(float(total), rel=1e-9)


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_closed_form_gives_the_same_in_every_part(name: str, given: bool) -> None:
    layer, grad_output = run(name, given)
    grad_final = {state: np.full(HIDDEN, 0.5) for state in layer.cell.states} if given else None
    closed = layer.cell.backward(layer.x, layer.signals, grad_output, layer.initial, grad_final)
    if closed is None:
        assert type(layer.cell).backward is Cell.backward
        return
    assert isinstance(closed, Backward)
    back = backpropagate(layer.cell, layer.x, grad_output, layer.initial, grad_final)
    assert closed.grad_signals.keys() == back.grad_signals.keys()
    for signal, grad in back.grad_signals.items():
        np.testing.assert_allclose(closed.grad_signals[signal], grad, rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(closed.grad_inputs, back.grad_inputs, rtol=1e-9, atol=1e-13)
    assert closed.grad_initial.keys() == back.grad_initial.keys()
    for state, grad in back.grad_initial.items():
        np.testing.assert_allclose(closed.grad_initial[state], grad, rtol=1e-9, atol=1e-13)
    contributions = measure_contributions(closed)
    np.testing.assert_allclose(contributions.norms, back.contributions.norms, rtol=1e-9)
    assert contributions.total == pytest.approx(back.contributions.total, rel=1e-9)
    assert closed.recurrent_inputs.shape == (STEPS, HIDDEN)
    rows = len(layer.cell.weights.get("weight_hh", ()))
    assert closed.grad_preactivations.shape == (STEPS, rows)


@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_of_a_signal_is_what_the_output_changes_by_when_it_is_nudged(
    name: str,
) -> None:
    layer, grad_output = run(name)
    back = backpropagate(layer.cell, layer.x, grad_output)
    nudge = 1e-6

    def total(at: int, signal: str, change: float) -> float:
        count = {"t": 0}

        def tap(tapped: str, value: Tensor) -> Tensor:
            if tapped == signal and count["t"] == at:
                value = value.clone()
                value[1] += change
            return value

        state = layer.cell.initial_state(torch.from_numpy(layer.x[0]))
        outputs = []
        for t, entered in enumerate(torch.from_numpy(layer.x)):
            count["t"] = t
            state = layer.cell.step(entered, state, tap)
            outputs.append(float64(state[layer.cell.output]))
        return float((np.stack(outputs) * grad_output).sum())

    if layer.cell.surrogate:  # a nudge makes no unit fire that did not
        return
    for signal in layer.cell.signals:
        for t in (0, 2, STEPS - 1):
            slope = (total(t, signal.name, nudge) - total(t, signal.name, -nudge)) / (2 * nudge)
            assert back.grad_signals[signal.name][t, 1] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_equals_the_closed_form(name: str, given: bool) -> None:
    layer, _ = run(name, given)
    closed = layer.cell.linearize(layer.x, layer.signals, layer.initial)
    if closed is None:
        assert type(layer.cell).linearize is Cell.linearize
        return
    differentiated = linearize(layer.cell, layer.x, layer.signals, layer.initial)
    v = np.random.default_rng(0).standard_normal((len(layer.cell.states) * HIDDEN, 3))
    for t in range(STEPS):
        np.testing.assert_allclose(
            closed.state_jvp(t, v), differentiated.state_jvp(t, v), atol=1e-12
        )
        np.testing.assert_allclose(
            closed.input_jacobian(t), differentiated.input_jacobian(t), atol=1e-12
        )


@pytest.mark.parametrize("name", ["lstm", "minimal-gated"])
def test_weights_and_settings_stay_as_they_are_and_gradients_may_be_off(name: str) -> None:
    settings = {s.name: s.high for s in find_cells()[name].settings}
    network = draw_network(find_cells()[name], HIDDEN, settings=settings)
    narrow = {key: value.float() for key, value in network.weights.items()}
    ((layer,),) = run_layers(network, np.random.default_rng(0).standard_normal((STEPS, INPUTS)))
    expected = backpropagate(layer.cell, layer.x, np.ones((STEPS, HIDDEN)))
    cell = type(network)(network.cell, network.shape, narrow, settings).layers[0][False]
    before = dict(cell.weights)
    with torch.no_grad():
        found = backpropagate(cell, layer.x, np.ones((STEPS, HIDDEN)))
        derivative = linearize(cell, layer.x, layer.signals)
        assert derivative.input_jacobian(1).dtype == np.float64
    np.testing.assert_allclose(found.grad_inputs, expected.grad_inputs, rtol=1e-4, atol=1e-6)
    for key, value in cell.weights.items():
        assert value is before[key]
        assert not value.requires_grad


@pytest.mark.parametrize("name", NAMES)
def test_a_run_of_one_step_has_gradients_too(name: str) -> None:
    layer, grad_output = run(name)
    x = layer.x[:1]
    signals = {key: value[:1] for key, value in layer.signals.items()}
    back = backpropagate(layer.cell, x, grad_output[:1])
    jacobian = linearize(layer.cell, x, signals).input_jacobian(0)
    place = layer.cell.states.index(layer.cell.output) * HIDDEN
    expected = grad_output[0] @ jacobian[place : place + HIDDEN]
    np.testing.assert_allclose(back.grad_inputs[0], expected, rtol=1e-9)
    assert back.contributions.norms.tolist() == [0]
    assert back.contributions.total == 0


class FeedForward(Cell):
    """Shows a signal that nothing uses, and reads no state: what no gradient reaches is zero."""

    states = ("h", "unused")
    signals = find_cells()["minimal-gated"].signals[:1] + find_cells()["rnn"].signals[1:]

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {"weight_ih": (hidden, inputs), "weight_hh": (hidden, hidden)}

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        f = tap("f", x @ self.weights["weight_ih"].T)
        return {"h": tap("h", torch.tanh(x @ self.weights["weight_ih"].T)), "unused": f.detach()}


def test_what_no_gradient_reaches_is_zero() -> None:
    source = np.random.default_rng(0)
    weight, x = source.standard_normal((4, 3)), source.standard_normal((5, 3))
    hh = torch.ones(4, 4, dtype=torch.float64)
    cell = FeedForward({"weight_ih": torch.from_numpy(weight), "weight_hh": hh}, {})
    h = np.tanh(x @ weight.T)
    back = backpropagate(cell, x, np.ones((5, 4)))
    assert not back.grad_signals["f"].any()
    assert (back.grad_signals["h"] == 1).all()
    np.testing.assert_allclose(back.grad_inputs, (1 - h**2) @ weight)
    assert not back.contributions.norms.any()
    assert back.contributions.total == 0
    linearization = linearize(cell, x, {"h": h, "unused": np.zeros_like(h)})
    assert not linearization.state_jvp(2, np.eye(8)).any()
    jacobian = linearization.input_jacobian(2)
    np.testing.assert_allclose(jacobian[:4], (1 - h[2] ** 2)[:, None] * weight)
    assert not jacobian[4:].any()


@pytest.mark.parametrize("name", ["gru", "minimal-gated"])
def test_work_that_nobody_waits_for_ends_between_two_steps(name: str) -> None:
    layer, grad_output = run(name)
    with CancelScope(600) as scope:
        assert backpropagate(layer.cell, layer.x, grad_output)
        linearization = linearize(layer.cell, layer.x, layer.signals)
        linearization.input_jacobian(0)
        scope.cancel()
        with pytest.raises(Cancelled):
            backpropagate(layer.cell, layer.x, grad_output)
        with pytest.raises(Cancelled):
            linearization.input_jacobian(1)
        assert linearization.input_jacobian(0).shape[1] == INPUTS, "what is known needs no work"
