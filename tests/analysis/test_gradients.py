"""Every figure of the way back, against an independent computation."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from gatescope.analysis.gradients import (
    decompose_memory,
    expected_decay,
    find_overflow,
    linearize,
    map_sensitivity,
    measure_decay,
    measure_exponents,
    measure_gates,
    measure_spectrum,
    share_weight_gradient,
)
from gatescope.contracts import Array, Cell, Tangent, float64
from gatescope.nn.network import Network, Shape, Start, draw_weights
from gatescope.registry import find_cells

from tests.made_up import draw_network

NAMES = list(find_cells())
Run = tuple[Cell, Network, Array, dict[str, Array]]


def run(name: str, steps: int = 7, inputs: int = 3, hidden: int = 4, gain: float = 1.0) -> Run:
    kind = find_cells()[name]
    shape = Shape(5, inputs, hidden, 2)
    weights = {k: v.double() for k, v in draw_weights(kind, shape, 3, Start(gain=gain)).items()}
    network = Network(kind, shape, weights)
    cell = network.stack[0][False]
    x = np.random.default_rng(1).standard_normal((steps, inputs))
    signals = cell.forward(x)
    assert signals is not None
    return cell, network, x, signals


def unroll(cell: Cell, x: torch.Tensor) -> list[torch.Tensor]:
    state = cell.initial_state(x[0])
    found = []
    for row in x:
        state = cell.step(row, state, lambda _, value: value)
        found.append(state[cell.output])
    return found


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_map_of_listening_equals_autograd(name: str, layers: int, bidirectional: bool) -> None:
    network = draw_network(find_cells()[name], 4, layers=layers, bidirectional=bidirectional)
    x = np.random.default_rng(1).standard_normal((23, 5))
    found = map_sensitivity(network.forward(x))
    jacobian = torch.autograd.functional.jacobian(network.recur, torch.from_numpy(x))  # type: ignore[no-untyped-call]
    expected = torch.linalg.vector_norm(jacobian, dim=(1, 3))  # [T, H, T, X]
    np.testing.assert_allclose(found, float64(expected), rtol=1e-9, atol=1e-14)


def test_a_map_of_tiny_numbers_does_not_end_at_the_square_root_of_the_smallest() -> None:
    cell, network, x, signals = run("rnn", steps=60, gain=1e-5)
    found = map_sensitivity(network.forward(x))
    assert 0 < found[-1, 0] < 1e-250
    tangent = linearize(cell, x, signals)
    moved, digits = tangent.inject(0), 0.0
    for t in range(1, 60):  # the same product, held near 1 and its size in powers of ten beside it
        moved = tangent.push(t, moved)
        size = np.linalg.norm(moved)
        moved, digits = moved / size, digits + math.log10(size)
    assert math.log10(found[-1, 0]) == pytest.approx(digits, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_the_closed_derivative_equals_that_of_the_cells_own_step(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, _, x, signals = run(name)
    closed = linearize(cell, x, signals)
    monkeypatch.setattr(type(cell), "linearize", lambda *_: None)
    differentiated = linearize(cell, x, signals)
    assert isinstance(differentiated, Tangent)
    size = len(cell.states) * signals[cell.output].shape[1]
    for t in range(len(x)):
        v = np.random.default_rng(t).standard_normal((size, 3))
        np.testing.assert_allclose(closed.push(t, v), differentiated.push(t, v), atol=1e-12)
        np.testing.assert_allclose(closed.inject(t), differentiated.inject(t), atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_what_each_step_adds_sums_to_the_gradient_of_the_recurrent_weight(name: str) -> None:
    cell, network, x, signals = run(name)
    outward = np.zeros_like(signals[cell.output])
    outward[-1] = 1.0
    sums = cell.backward(x, signals, outward).sums
    norms, share, whole = share_weight_gradient(signals[cell.output], sums)
    if "weight_hh" not in cell.weights:
        assert not share.any()
        assert whole == 0
        return
    weight = network.weights["recurrent.weight_hh_l0"].clone().requires_grad_()
    free = type(cell)({**cell.weights, "weight_hh": weight}, {})
    (expected,) = torch.autograd.grad(unroll(free, torch.from_numpy(x))[-1].sum(), weight)
    before = np.vstack([np.zeros((1, 4)), signals[cell.output][:-1]])
    parts = sums[:, :, None] * before[:, None, :]
    np.testing.assert_allclose(parts.sum(0), float64(expected), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(norms, np.linalg.norm(parts, axis=(1, 2)), rtol=1e-9)
    assert whole == pytest.approx(float(torch.linalg.norm(expected)), rel=1e-9)
    assert share.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("name", NAMES)
def test_the_memory_is_the_sum_of_what_each_step_wrote(name: str) -> None:
    cell, _, _, signals = run(name, steps=20)
    memory = cell.memory(signals)
    if memory is None:
        assert all(signal.kind != "gate" for signal in cell.signals)
        return
    parts = decompose_memory(memory.keep, memory.write)
    np.testing.assert_allclose(parts.sum(axis=1), signals[memory.state], rtol=1e-9, atol=1e-13)
    expected = memory.write[3] * np.prod(memory.keep[4:11], axis=0)
    np.testing.assert_allclose(parts[10, 3], expected, rtol=1e-9)


def test_the_exponent_of_a_linear_network_is_the_logarithm_of_its_eigenvalue() -> None:
    # With ReLU and states that stay positive the network is linear: s_t = W s_{t-1} + ...
    kind = find_cells()["rnn"]
    own = np.diag([0.9, 0.5, 0.2])
    weights = {
        "weight_ih": torch.zeros(3, 1, dtype=torch.float64),
        "weight_hh": torch.from_numpy(own),
        "bias_ih": torch.ones(3, dtype=torch.float64),
        "bias_hh": torch.zeros(3, dtype=torch.float64),
    }
    cell = kind(weights, {"relu": 1.0})
    x = np.zeros((400, 1))
    signals = cell.forward(x)
    assert signals is not None
    found = measure_exponents(cell, x, signals, 3)
    np.testing.assert_allclose(found, np.log([0.9, 0.5, 0.2]), atol=1e-3)


def test_the_exponent_is_the_slope_of_the_decay_over_many_steps() -> None:
    cell, _, x, signals = run("rnn", steps=600, hidden=16)
    outward = np.zeros_like(signals["h"])
    outward[-1] = 1.0
    norms = np.linalg.norm(cell.backward(x, signals, outward).signals["h"], axis=1)
    slope = measure_decay(norms).slope
    exponent = measure_exponents(cell, x, signals, 1)[0]
    assert slope is not None
    assert slope * math.log(10) == pytest.approx(exponent, rel=0.05)


def test_the_decay_of_a_known_series() -> None:
    decay = measure_decay(np.float_power(0.8, np.arange(60))[::-1])
    assert decay.left[10] == pytest.approx(0.8**10)
    assert decay.left[50] == pytest.approx(0.8**50)
    assert decay.half_life == 4  # 0.8^3 = 0.512, 0.8^4 = 0.41
    assert decay.slope == pytest.approx(math.log10(0.8))
    assert measure_decay(np.ones(5)).half_life is None
    assert measure_decay(np.ones(5)).left[10] is None


def test_a_decay_down_to_ten_to_the_minus_three_hundred_is_still_right() -> None:
    decay = measure_decay(np.float_power(10.0, -6.0 * np.arange(51))[::-1])
    assert decay.left[50] == pytest.approx(1e-300)
    assert decay.slope == pytest.approx(-6.0)


def test_an_overflow_is_found_at_its_step() -> None:
    value = np.ones((5, 2))
    assert find_overflow({"h": value}) is None
    value[3, 1] = np.inf
    assert find_overflow({"h": value}) == 3


def test_the_spectrum_and_what_it_leads_one_to_expect() -> None:
    kind = find_cells()["rnn"]
    shape = Shape(5, 3, 8, 2)
    weights = draw_weights(kind, shape, 0, Start("orthogonal", gain=0.9))
    spectrum = measure_spectrum(Network(kind, shape, weights).stack[0][False])
    assert spectrum[0].radius == pytest.approx(0.9, rel=1e-5)
    assert spectrum[0].sigma == pytest.approx(0.9, rel=1e-5)
    assert expected_decay(kind, spectrum) == "vanish"
    assert expected_decay(find_cells()["lstm"], spectrum) == "gated"
    assert expected_decay(find_cells()["jordan"], spectrum) == "other"
    identity = draw_weights(kind, shape, 0, Start("identity", gain=1.5))
    assert measure_spectrum(Network(kind, shape, identity).stack[0][False])[
        0
    ].sigma == pytest.approx(1.5)


def test_a_sum_without_weights_of_its_own_keeps_the_gradient() -> None:
    cell, _, x, signals = run("bag", steps=30)
    assert measure_spectrum(cell) == []
    assert expected_decay(type(cell), []) == "kept"
    np.testing.assert_allclose(measure_exponents(cell, x, signals, 3), 0.0, atol=1e-12)


def test_a_gate_is_counted_as_saturated_beyond_its_limits() -> None:
    gate = np.array([[0.05, 0.5], [0.95, 0.5], [0.02, 0.95], [0.5, 0.5]])
    found = measure_gates(find_cells()["lstm"], dict.fromkeys("ifo", gate))
    assert found["f"] == ([0.5, 0.0], [0.25, 0.25])


def test_chrono_opens_the_forget_gate_for_as_long_as_it_says() -> None:
    kind = find_cells()["lstm"]
    shape = Shape(5, 3, 64, 2)
    weights = draw_weights(kind, shape, 0, Start(chrono=100))
    bias = weights["recurrent.bias_ih_l0"] + weights["recurrent.bias_hh_l0"]
    i, f, _, _ = torch.split(bias, 64)
    assert torch.equal(i, -f)
    assert f.min() >= 0
    assert f.max() <= math.log(99)
