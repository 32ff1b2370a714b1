"""Every figure of the way back, against an independent computation."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from gatescope.analysis import gradients
from gatescope.analysis.gradients import (
    EXPONENT_COUNT,
    Spectrum,
    decompose_memory,
    find_overflow,
    linearize,
    map_sensitivity,
    measure_contributions,
    measure_decay,
    measure_direct_path,
    measure_exponents,
    measure_memory,
    measure_saturation,
    measure_spectrum,
    predict_decay,
    share_contributions,
)
from gatescope.contracts import Array, Backward, Cell, Memory, float64
from gatescope.nn.network import Initialization, LayerRun, Network, Shape, draw_weights
from gatescope.registry import find_cells
from torch import Tensor

from tests.made_up import draw_network, run_layers

NAMES = list(find_cells())


def run_one_layer(
    name: str, steps: int = 7, inputs: int = 3, hidden: int = 4, gain: float = 1.0
) -> LayerRun:
    cell = find_cells()[name]
    shape = Shape(5, inputs, hidden, 2)
    drawn = draw_weights(cell, shape, 3, Initialization(gain=gain))
    network = Network(cell, shape, {key: value.double() for key, value in drawn.items()})
    return run_layers(network, np.random.default_rng(1).standard_normal((steps, inputs)))[0][0]


def bind_rnn(weight_hh: Array, relu: float = 0.0) -> Cell:
    hidden = len(weight_hh)
    weights = {
        "weight_ih": torch.zeros(hidden, 1, dtype=torch.float64),
        "weight_hh": torch.from_numpy(weight_hh),
        "bias_ih": torch.ones(hidden, dtype=torch.float64),
        "bias_hh": torch.zeros(hidden, dtype=torch.float64),
    }
    return find_cells()["rnn"](weights, {"relu": relu})


@pytest.mark.parametrize("columns", [20, 10_000], ids=["three groups", "one group"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_the_sensitivity_map_equals_autograd(
    name: str, layers: int, bidirectional: bool, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradients, "COLUMNS_PER_GROUP", columns)  # 20: four steps of 5 inputs
    network = draw_network(find_cells()[name], 3, layers=layers, bidirectional=bidirectional)
    x = np.random.default_rng(1).standard_normal((10, 5))
    sensitivity = map_sensitivity(run_layers(network, x))
    jacobian = torch.autograd.functional.jacobian(  # type: ignore[no-untyped-call]
        network.recur, torch.from_numpy(x), vectorize=True
    )
    expected = torch.linalg.vector_norm(jacobian, dim=(1, 3))  # [T, H, T, X]
    np.testing.assert_allclose(sensitivity, float64(expected), rtol=1e-9, atol=1e-14)
    if not bidirectional:
        assert not np.triu(sensitivity, 1).any(), "what comes later is not heard, to the last bit"


def test_a_map_of_tiny_numbers_does_not_end_at_the_square_root_of_the_smallest() -> None:
    run = run_one_layer("rnn", steps=60, gain=1e-5)
    sensitivity = map_sensitivity([[run]])
    assert 0 < sensitivity[-1, 0] < 1e-250
    linearization = linearize(run.cell, run.x, run.signals)
    product, digits = linearization.input_jacobian(0), 0.0
    for t in range(1, 60):  # the same product, held near 1 and its size in powers of ten beside it
        product = linearization.state_jvp(t, product)
        size = np.linalg.norm(product)
        product, digits = product / size, digits + math.log10(size)
        if t > 25:  # below the smallest number whose square is exact
            assert math.log10(sensitivity[t, 0]) == pytest.approx(digits, abs=1e-9)


def test_a_map_of_huge_numbers_does_not_overflow_before_they_do() -> None:
    cell = bind_rnn(1e4 * np.eye(3), relu=1.0)
    cell.weights = {**cell.weights, "weight_ih": torch.ones(3, 1, dtype=torch.float64)}
    x = np.ones((60, 1))
    signals = cell.forward(x)
    assert signals is not None
    sensitivity = map_sensitivity([[LayerRun("layers.0", cell, False, x, signals)]])
    assert sensitivity[50, 0] == pytest.approx(math.sqrt(3) * 1e200, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_derivative_of_a_step_equals_that_which_autograd_gives(name: str) -> None:
    run = run_one_layer(name)
    cell = run.cell
    linearization = linearize(cell, run.x, run.signals)
    hidden = run.output.shape[1]

    def step(entered: Tensor, *states: Tensor) -> Tensor:
        state = cell.step(entered, dict(zip(cell.states, states, strict=True)), lambda _, v: v)
        return torch.cat([state[key] for key in cell.states])

    for t in range(len(run.x)):
        before = [
            torch.from_numpy(run.signals[key][t - 1] if t else np.zeros(hidden))
            for key in cell.states
        ]
        by_input, *by_state = torch.autograd.functional.jacobian(  # type: ignore[no-untyped-call]
            step, (torch.from_numpy(run.x[t]), *before)
        )
        jacobian = float64(torch.cat(by_state, dim=1))
        np.testing.assert_allclose(linearization.input_jacobian(t), by_input, atol=1e-12)
        for columns in (1, hidden - 1, hidden, 3 * hidden):  # a cell may choose its way by these
            v = np.random.default_rng(t).standard_normal((len(jacobian), columns))
            np.testing.assert_allclose(linearization.state_jvp(t, v), jacobian @ v, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_what_each_step_adds_sums_to_the_gradient_of_the_recurrent_weight(name: str) -> None:
    network = draw_network(find_cells()[name], 4)
    x = np.random.default_rng(1).standard_normal((7, 5))
    grad_logits = np.random.default_rng(2).standard_normal((7, 2))
    back = network.backward(run_layers(network, x), grad_logits)
    contributions = measure_contributions(back["layers.0"])
    share = share_contributions(contributions.norms)
    key = "recurrent.weight_hh_l0"
    if key not in network.weights:
        assert not contributions.norms.any()
        assert not share.any()
        assert contributions.total == 0
        return
    free = {**network.weights, key: network.weights[key].clone().requires_grad_()}
    logits = Network(network.cell, network.shape, free)
    loss = (
        logits.read_out(logits.recur(torch.from_numpy(x))) * torch.from_numpy(grad_logits)
    ).sum()
    (expected,) = torch.autograd.grad(loss, free[key])
    assert contributions.total == pytest.approx(float(expected.norm()), rel=1e-9)
    assert contributions.norms[0] == 0, "before the first step there is nothing to multiply"
    reached = contributions.norms[1:] > 0
    assert reached.any() if network.cell.surrogate else reached.all(), "nothing before it fires"
    assert contributions.norms.sum() >= contributions.total * (1 - 1e-12)
    np.testing.assert_allclose(share, contributions.norms / contributions.norms.sum())
    closed = back["layers.0"]
    if isinstance(closed, Backward):
        outer = closed.grad_preactivations[:, :, None] * closed.recurrent_inputs[:, None, :]
        np.testing.assert_allclose(outer.sum(axis=0), float64(expected), rtol=1e-9, atol=1e-14)
        norms = np.linalg.norm(outer, axis=(1, 2))
        np.testing.assert_allclose(contributions.norms, norms, rtol=1e-9)


def test_contributions_below_the_square_root_of_the_smallest_number_are_told() -> None:
    tiny, h = np.full((2, 4), 1e-200), np.full((2, 4), 0.5)
    back = Backward({}, np.zeros((2, 1)), tiny, h, {})
    assert measure_contributions(back).norms == pytest.approx([2e-200] * 2, rel=1e-12, abs=0)


@pytest.mark.parametrize("norms", [[0.0, 0.0], [1.0, math.inf], [1.0, math.nan]])
def test_no_step_has_a_share_of_what_is_nothing_or_not_finite(norms: list[float]) -> None:
    assert share_contributions(np.array(norms)).tolist() == [0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_the_memory_is_the_sum_of_what_each_step_wrote(name: str) -> None:
    run = run_one_layer(name, steps=20)
    memory = run.cell.memory(run.signals)
    assert (memory is None) == (measure_memory(run) is None)
    if memory is None:
        return
    parts = decompose_memory(memory)
    np.testing.assert_allclose(parts.sum(axis=1), run.signals[memory.state], rtol=1e-9, atol=1e-13)
    expected = memory.write[3] * np.prod(memory.keep[4:11], axis=0)
    np.testing.assert_allclose(parts[10, 3], expected, rtol=1e-9)
    assert not np.triu(np.abs(parts).sum(axis=2), 1).any(), "no step holds what comes later"


def test_cells_that_bring_a_memory_have_one() -> None:
    remembering = [n for n in NAMES if (r := run_one_layer(n)).cell.memory(r.signals) is not None]
    assert remembering == ["bag", "gru", "lstm"]


@pytest.mark.parametrize("name", ["bag", "gru", "lstm"])
def test_the_memory_of_a_reverse_direction_is_told_in_the_order_of_the_text(name: str) -> None:
    network = draw_network(find_cells()[name], 3, bidirectional=True)
    x = np.random.default_rng(1).standard_normal((6, 5))
    ((ahead, reverse),) = run_layers(network, x)
    there, back = measure_memory(ahead), measure_memory(reverse)
    assert there is not None
    assert back is not None
    # A reverse direction has read, at step t, what stands at t and to the right of it.
    assert not np.triu(there.norms, 1).any()
    assert not np.tril(back.norms, -1).any()
    assert (np.tril(there.norms) + np.triu(np.ones((6, 6)), 1) > 0).all()
    assert (np.triu(back.norms) + np.tril(np.ones((6, 6)), -1) > 0).all()
    state = reverse.flip_time(reverse.signals[back.state])
    np.testing.assert_allclose(back.parts.sum(axis=0), state[0], atol=1e-13)
    np.testing.assert_allclose(there.parts.sum(axis=0), ahead.signals[there.state][-1], atol=1e-13)
    np.testing.assert_allclose(np.linalg.norm(back.parts, axis=1), back.norms[0])
    np.testing.assert_allclose(np.linalg.norm(there.parts, axis=1), there.norms[-1])
    # What the last token wrote and the first step still holds, by the product of what lies between.
    memory = reverse.cell.memory(reverse.signals)
    assert memory is not None
    kept = memory.write[0] * np.prod(memory.keep[1:], axis=0)
    np.testing.assert_allclose(back.parts[5], kept, atol=1e-13)


def test_the_exponents_of_a_linear_network_are_the_logarithms_of_its_eigenvalues() -> None:
    # With ReLU and states that stay positive the network is linear: s_t = W s_{t-1} + ...
    cell = bind_rnn(np.diag([0.5, 0.9, 0.2]), relu=1.0)
    x = np.zeros((400, 1))
    signals = cell.forward(x)
    assert signals is not None
    found = measure_exponents(cell, x, signals, EXPONENT_COUNT)
    np.testing.assert_allclose(found, np.log([0.9, 0.5, 0.2]), atol=1e-3)
    assert len(measure_exponents(cell, x, signals, 5)) == 3, "there are no more than states"
    np.testing.assert_allclose(measure_exponents(cell, x, signals, 1), np.log([0.9]), atol=1e-3)


def test_the_first_tenth_of_a_run_is_not_counted_in_the_exponents() -> None:
    # One unit, so every step's Jacobian is a number: ReLU is off for the first two steps of 20.
    cell = bind_rnn(np.array([[0.5]]), relu=1.0)
    cell.weights = {**cell.weights, "weight_ih": torch.ones(1, 1, dtype=torch.float64)}
    x = np.array([[-9.0]] * 2 + [[0.0]] * 18)
    signals = cell.forward(x)
    assert signals is not None
    assert measure_exponents(cell, x, signals, 1)[0] == pytest.approx(math.log(0.5), rel=1e-12)
    x[2] = -9.0
    signals = cell.forward(x)
    assert signals is not None
    assert measure_exponents(cell, x, signals, 1)[0] == -math.inf, "the third one counts"


def test_exponents_after_an_overflow_are_not_numbers() -> None:
    cell = bind_rnn(np.diag([1e5, 0.5, 0.5]), relu=1.0)
    x = np.zeros((100, 1))
    with np.errstate(all="ignore"):
        signals = cell.forward(x)
        assert signals is not None
        signals["h"][50:] = np.nan
        assert np.isfinite(
            measure_exponents(cell, x[:50], {k: v[:50] for k, v in signals.items()}, 2)
        ).all()
        cell.weights = {**cell.weights, "weight_hh": torch.full((3, 3), math.inf).double()}
        assert np.isnan(measure_exponents(cell, x, signals, 2)).tolist() == [True, True]


@pytest.mark.parametrize("name", ["rnn", "minimal-gated"])
def test_the_exponent_is_the_slope_of_the_decay_over_many_steps(name: str) -> None:
    steps = 600 if name == "rnn" else 200
    run = run_one_layer(name, steps=steps, hidden=8)
    network = draw_network(find_cells()[name], 8)
    grad_logits = np.zeros((steps, 2))
    grad_logits[-1] = 1.0
    back = network.backward([[run]], grad_logits)["layers.0"]
    slope = measure_decay(np.linalg.norm(back.grad_signals["h"], axis=1)).slope
    exponent = measure_exponents(run.cell, run.x, run.signals, 1)[0]
    assert slope is not None
    assert slope * math.log(10) == pytest.approx(exponent, rel=0.05)


def test_the_decay_of_a_known_series() -> None:
    norms = np.float_power(0.8, np.arange(60))[::-1]
    decay = measure_decay(3 * norms)
    np.testing.assert_allclose(decay.relative, norms)
    assert decay.remaining == {k: pytest.approx(0.8**k) for k in (1, 10, 30, 50)}
    assert decay.half_life == 4  # 0.8^3 = 0.512, 0.8^4 = 0.41
    assert decay.slope == pytest.approx(math.log10(0.8))


def test_a_distance_that_the_sequence_does_not_reach_has_no_share() -> None:
    decay = measure_decay(np.float_power(0.5, np.arange(11))[::-1])
    assert decay.remaining == {1: 0.5, 10: 0.5**10, 30: None, 50: None}
    assert measure_decay(np.ones(10)).remaining[10] is None


@pytest.mark.parametrize(
    ("back", "half_life"),
    [
        ([1.0, 1.0, 1.0], None),  # it never falls to one half
        ([1.0, 0.5, 0.5], 1),  # one half itself is there
        ([1.0, 0.4, 0.6, 0.3], 3),  # after which it stays
        ([1.0, 0.4, 0.6], None),
        ([1.0, 0.4, math.nan, 0.3, 0.2], 3),  # what is no number is not below one half
        ([1.0], None),
    ],
)
def test_the_half_life_is_where_the_share_stays_at_or_below_one_half(
    back: list[float], half_life: int | None
) -> None:
    assert measure_decay(np.array(back[::-1])).half_life == half_life


def test_a_slope_needs_three_steps_that_are_neither_zero_nor_infinite() -> None:
    assert measure_decay(np.array([0.01, 0.1, 1.0])).slope == pytest.approx(-1.0)
    assert measure_decay(np.array([0.1, 1.0])).slope is None
    assert measure_decay(np.array([0.0, math.inf, 0.1, 1.0])).slope is None
    holes = np.array([0.0, 1e-4, math.inf, 0.01, 0.1, 1.0])
    assert measure_decay(holes).slope == pytest.approx(-1.0)


def test_a_gradient_that_is_zero_at_the_end_leaves_no_share_but_zeros() -> None:
    decay = measure_decay(np.array([0.0, 2.0, 0.0]))
    assert decay.relative.tolist() == [0, math.inf, 0]


def test_a_decay_down_to_ten_to_the_minus_three_hundred_is_still_right() -> None:
    decay = measure_decay(np.float_power(10.0, -6.0 * np.arange(51))[::-1])
    assert decay.remaining[50] == pytest.approx(1e-300)
    assert decay.slope == pytest.approx(-6.0)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_an_overflow_is_found_at_its_first_step(value: float) -> None:
    h, c = np.ones((6, 2)), np.ones((6, 2))
    assert find_overflow({"h": h, "c": c}) is None
    h[3, 1] = value
    c[4, 0] = value
    h[5] = value
    assert find_overflow({"h": h, "c": c}) == 3
    c[0, 0] = value
    assert find_overflow({"h": h, "c": c}) == 0


def test_the_spectrum_of_each_block_is_named_by_the_signal_it_computes() -> None:
    cell = find_cells()["lstm"]
    shape = Shape(5, 3, 6, 2)
    network = Network(cell, shape, draw_weights(cell, shape, 0))
    weight = float64(network.weights["recurrent.weight_hh_l0"])
    spectrum = measure_spectrum(network.layers[0][False])
    assert [block.block for block in spectrum] == ["i", "f", "g", "o"]
    for k, block in enumerate(spectrum):
        own = weight[6 * k : 6 * (k + 1)]
        assert block.sigma == pytest.approx(np.linalg.svd(own)[1][0], rel=1e-9)
        # Gelfand: the radius is the limit of the norm of the powers, to the power of 1 / n.
        powers = np.linalg.norm(np.linalg.matrix_power(own / block.sigma, 512), 2) ** (1 / 512)
        assert block.radius == pytest.approx(block.sigma * powers, rel=1e-2)
        assert block.radius < block.sigma


def test_a_matrix_that_is_not_normal_has_a_norm_beyond_its_radius() -> None:
    (block,) = measure_spectrum(bind_rnn(np.array([[0.5, 2.0], [0.0, 0.5]])))
    assert block.block == "a"
    assert block.radius == pytest.approx(0.5)
    assert block.sigma == pytest.approx((2 + math.sqrt(5)) / 2)


def test_a_matrix_that_is_not_finite_has_no_spectrum() -> None:
    (block,) = measure_spectrum(bind_rnn(np.array([[math.inf, 0.0], [0.0, 0.5]])))
    assert math.isnan(block.radius)
    assert math.isnan(block.sigma)


def test_blocks_that_no_signal_names_are_counted_and_what_is_not_square_has_none() -> None:
    cell = bind_rnn(np.eye(2))
    cell.weights = {**cell.weights, "weight_hh": torch.cat([torch.eye(2), 3 * torch.eye(2)])}
    assert measure_spectrum(cell) == [Spectrum("1", 1.0, 1.0), Spectrum("2", 3.0, 3.0)]
    for weight in (torch.ones(3, 2), torch.ones(2)):
        cell.weights = {**cell.weights, "weight_hh": weight}
        assert measure_spectrum(cell) == []
        assert predict_decay(cell, {}, []) == "other"


def test_pascanus_verdict_goes_by_the_norm_and_not_by_the_radius() -> None:
    for sigma, expected in ((0.99, "vanish"), (1.0, "either"), (1.5, "either")):
        orthogonal = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))[0]
        cell = bind_rnn(sigma * orthogonal)
        (block,) = spectrum = measure_spectrum(cell)
        assert block.sigma == pytest.approx(block.radius)
        verdict = predict_decay(cell, {}, [replace(block, sigma=sigma)])
        assert verdict == expected
    shear = bind_rnn(np.array([[0.5, 2.0], [0.0, 0.5]]))  # radius 0.5, norm above 2
    spectrum = measure_spectrum(shear)
    assert predict_decay(shear, {}, spectrum) == "either"
    contracting = measure_spectrum(bind_rnn(np.array([[0.5, 0.2], [0.0, 0.5]])))
    assert predict_decay(shear, {}, contracting) == "vanish"


def test_a_network_below_the_norm_of_one_does_vanish_as_the_verdict_says() -> None:
    run = run_one_layer("rnn", steps=40, gain=0.5)
    spectrum = measure_spectrum(run.cell)
    assert predict_decay(run.cell, run.signals, spectrum) == "vanish"
    back = draw_network(find_cells()["rnn"], 4).backward([[run]], np.eye(40, 2)[::-1])
    norms = np.linalg.norm(back["layers.0"].grad_signals["h"], axis=1)
    bound = norms[-1] * spectrum[0].sigma ** np.arange(39, 0, -1)
    assert (norms[:-3] < bound[:-2]).all()


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("lstm", "gated"), ("gru", "gated"), ("minimal-gated", "gated"), ("jordan", "other")],
)
def test_what_the_theorem_does_not_cover_is_named(name: str, verdict: str) -> None:
    run = run_one_layer(name)
    assert predict_decay(run.cell, run.signals, measure_spectrum(run.cell)) == verdict


def test_a_sum_without_weights_of_its_own_keeps_the_gradient() -> None:
    run = run_one_layer("bag", steps=30)
    assert measure_spectrum(run.cell) == []
    assert predict_decay(run.cell, run.signals, []) == "kept"
    exponents = measure_exponents(run.cell, run.x, run.signals, EXPONENT_COUNT)
    np.testing.assert_allclose(exponents, 0.0, atol=1e-12)


def test_a_sum_whose_terms_go_through_weights_is_not_called_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_one_layer("rnn")
    residual = Memory("h", np.ones_like(run.output), run.output)  # h_t = h_{t-1} + tanh(W h_{t-1})
    monkeypatch.setattr(type(run.cell), "memory", lambda *_: residual)
    spectrum = measure_spectrum(run.cell)
    assert predict_decay(run.cell, run.signals, spectrum) == "vanish"


def test_a_sum_that_fades_or_that_says_nothing_of_its_memory_is_not_called_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = run_one_layer("bag")
    word = run.signals["w"]
    fading = np.ones_like(word)
    fading[-1, -1] = 0.9
    monkeypatch.setattr(type(run.cell), "memory", lambda *_: Memory("h", fading, word))
    assert predict_decay(run.cell, run.signals, []) == "other"
    monkeypatch.setattr(type(run.cell), "memory", lambda *_: None)
    assert predict_decay(run.cell, run.signals, []) == "other"


def test_a_gate_is_saturated_below_a_tenth_and_above_nine_tenths() -> None:
    unit = np.array([0.05, 0.0999, 0.1, 0.1001, 0.5, 0.8999, 0.9, 0.9001, 0.95, 1.0])
    gate = np.stack([unit, np.full(10, 0.5)], axis=1)
    left_and_right = measure_saturation(find_cells()["lstm"], dict.fromkeys("ifo", gate))
    assert list(left_and_right) == ["i", "f", "o"], "the gates and nothing else"
    for left, right in left_and_right.values():
        assert left == [pytest.approx(0.2), 0.0]
        assert right == [pytest.approx(0.3), 0.0]
    assert measure_saturation(find_cells()["rnn"], {}) == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_direct_path_is_what_autograd_gives_with_all_else_detached(name: str) -> None:
    run = run_one_layer(name, steps=9, hidden=6)
    memory = run.cell.memory(run.signals)
    if memory is None:
        return
    readout = torch.from_numpy(np.random.default_rng(4).standard_normal((6, 2)))
    states: list[Tensor] = []

    def tap(signal: str, value: Tensor) -> Tensor:
        if signal == memory.state:
            states.append(value.requires_grad_())
            return value
        last = len(states) == len(run.x)  # whose output is what the loss reads
        return value if last and signal == run.cell.output else value.detach()

    state = {key: torch.zeros(6, dtype=torch.float64) for key in run.cell.states}
    for x in torch.from_numpy(run.x):
        state = run.cell.step(x, state, tap)
    loss = -torch.log_softmax(state[run.cell.output] @ readout, 0)[0]
    wanted = torch.autograd.grad(loss, states)
    norms = np.array([float(gradient.norm()) for gradient in wanted])
    found = measure_direct_path(memory, float64(wanted[-1]))
    np.testing.assert_allclose(found, norms / norms[-1], rtol=1e-10)
    assert found[-1] == 1
