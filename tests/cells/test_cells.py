from __future__ import annotations

import math
import re
from typing import get_args

import numpy as np
import pytest
import torch
from gatescope.contracts import Array, Cell, Kind, Notation, Operation, float64, no_tap
from gatescope.registry import find_cells
from torch import Tensor

NAMES = list(find_cells())
ROLES = {
    "forget",
    "input",
    "candidate",
    "output",
    "cell",
    "hidden",
    "reset",
    "preactivation",
}
MARK = re.compile(r"\{([^{}]*)\}")


def bind(
    cell: type[Cell], inputs: int, hidden: int, settings: dict[str, float] | None = None
) -> Cell:
    source = torch.Generator().manual_seed(hidden)
    # Larger than PyTorch's, so that gates move; not so large that chaos multiplies the rounding.
    scale = 2 / math.sqrt(hidden)
    weights = {
        name: scale * torch.randn(size, generator=source, dtype=torch.float64)
        for name, size in cell.shapes(inputs, hidden).items()
    }
    return cell(weights, settings or {})


def run_steps(cell: Cell, x: Tensor) -> dict[str, list[Tensor]]:
    seen: dict[str, list[Tensor]] = {signal.name: [] for signal in cell.signals}

    def tap(name: str, value: Tensor) -> Tensor:
        seen[name].append(value)
        return value

    state = cell.initial_state(x[0])
    for row in x:
        state = cell.step(row, state, tap)
    return seen


def draw_x(steps: int, inputs: int, scale: float = 1.0) -> Tensor:
    source = torch.Generator().manual_seed(steps)
    return scale * torch.randn(steps, inputs, generator=source, dtype=torch.float64)


@pytest.mark.parametrize(("steps", "inputs", "hidden"), [(1, 1, 1), (5, 3, 4), (30, 8, 16)])
@pytest.mark.parametrize("name", NAMES)
def test_the_closed_form_equals_one_step_after_the_other(
    name: str, steps: int, inputs: int, hidden: int
) -> None:
    cell = bind(find_cells()[name], inputs, hidden)
    x = draw_x(steps, inputs)
    closed = cell.forward(float64(x))
    if closed is None:
        assert type(cell).forward is Cell.forward, "who writes a closed form has one"
        return
    seen = run_steps(cell, x)
    assert set(closed) == set(seen)
    for signal, rows in seen.items():
        expected = np.stack([float64(row) for row in rows])
        np.testing.assert_allclose(closed[signal], expected, atol=1e-12, rtol=0, err_msg=signal)


@pytest.mark.parametrize("name", NAMES)
def test_the_closed_form_leaves_its_input_and_its_weights_as_they_were(name: str) -> None:
    cell = bind(find_cells()[name], 3, 4)
    x = float64(draw_x(6, 3))
    before, weights = x.copy(), {key: value.clone() for key, value in cell.weights.items()}
    first, second = cell.forward(x), cell.forward(x)
    if first is None or second is None:
        return
    held = {key: value.copy() for key, value in first.items()}
    cell.backward(x, first, np.ones_like(first[cell.output]))
    assert np.array_equal(x, before)
    assert all(torch.equal(cell.weights[key], weights[key]) for key in weights)
    assert all(np.array_equal(held[key], second[key]) for key in held)
    assert all(np.array_equal(held[key], first[key]) for key in held)


@pytest.mark.parametrize("scale", [1.0, 100.0])
@pytest.mark.parametrize("name", NAMES)
def test_every_signal_stays_within_its_declared_range(name: str, scale: float) -> None:
    cell = bind(find_cells()[name], 3, 8)
    for signal, rows in run_steps(cell, draw_x(20, 3, scale)).items():
        declared = next(one for one in cell.signals if one.name == signal)
        values = np.stack([float64(row) for row in rows])
        assert declared.check(float(values.min())), signal
        assert declared.check(float(values.max())), signal


@pytest.mark.parametrize("name", NAMES)
def test_a_bounded_signal_comes_close_to_both_its_bounds(name: str) -> None:
    cell = bind(find_cells()[name], 3, 8)
    # What adds up slowly comes near its bound under an input that stays as it is.
    x = torch.cat([draw_x(40, 3, 100.0), draw_x(1, 3, 100.0).expand(40, 3)])
    for signal, rows in run_steps(cell, x).items():
        declared = next(one for one in cell.signals if one.name == signal)
        values = np.stack([float64(row) for row in rows])
        if declared.low is not None:
            assert values.min() == pytest.approx(declared.low, abs=0.1), signal
        if declared.high is not None:
            assert values.max() == pytest.approx(declared.high, abs=0.1), signal
        if declared.kind == "gate":
            assert declared.low == 0, signal


@pytest.mark.parametrize("name", NAMES)
def test_the_blocks_of_the_recurrent_weight_move_the_signals_that_are_listed(name: str) -> None:
    cell, hidden = find_cells()[name], 4
    if "weight_hh" not in cell.shapes(3, hidden):
        return
    bound = bind(cell, 3, hidden)
    x = draw_x(2, 3, -3.0)  # at its first step a unit that spikes must fire
    plain = run_steps(bound, x)
    blocks = bound.list_blocks()
    assert len(bound.weights["weight_hh"]) == len(blocks) * hidden
    for k, block in enumerate(blocks):
        weight = bound.weights["weight_hh"].clone()
        weight[k * hidden : (k + 1) * hidden] += 1
        moved = run_steps(cell({**bound.weights, "weight_hh": weight}, {}), x)
        # It is the first of the cell's signals to move; what comes after may follow from it.
        first = next(
            s.name for s in cell.signals if not torch.equal(moved[s.name][1], plain[s.name][1])
        )
        assert first == block.name


@pytest.mark.parametrize("name", NAMES)
def test_a_step_takes_a_batch_as_well_as_one_row(name: str) -> None:
    cell = bind(find_cells()[name], 3, 4)
    x = draw_x(5, 3)
    together = cell.step(x, cell.initial_state(x), no_tap)
    for k, row in enumerate(x):
        alone = cell.step(row, cell.initial_state(row), no_tap)
        for state in cell.states:
            torch.testing.assert_close(together[state][k], alone[state])


@pytest.mark.parametrize("name", NAMES)
def test_states_and_output_are_signals_and_names_are_given_once(name: str) -> None:
    cell = find_cells()[name]
    names = [signal.name for signal in cell.signals]
    assert len(names) == len(set(names))
    assert set(cell.states) <= set(names)
    assert cell.output in cell.states
    assert {s.name for s in cell.signals if s.kind == "state"} == set(cell.states)


@pytest.mark.parametrize("name", NAMES)
def test_kinds_and_roles_are_those_that_the_page_knows(name: str) -> None:
    for signal in find_cells()[name].signals:
        assert signal.kind in get_args(Kind)
        assert signal.role in ROLES, signal.name


@pytest.mark.parametrize("name", NAMES)
def test_letters_are_told_apart_and_mean_something_in_every_language(name: str) -> None:
    signals = find_cells()[name].signals
    for signal in signals:
        assert set(signal.letters) <= set(get_args(Notation)) - {"pytorch"}
        if signal.means:
            for sentence in (signal.means.en, signal.means.pt):
                assert sentence
                assert not sentence.endswith(".")
    for notation in get_args(Notation):
        letters = [signal.letters.get(notation, signal.name) for signal in signals]
        assert len(letters) == len(set(letters))


@pytest.mark.parametrize("name", ["bag", "gru", "jordan", "lif", "lstm", "rnn"])
def test_every_letter_of_a_shipped_cell_says_what_it_means(name: str) -> None:
    assert all(signal.means for signal in find_cells()[name].signals)


@pytest.mark.parametrize("name", NAMES)
def test_the_equation_with_numbers_names_only_signals_the_cell_has(name: str) -> None:
    cell = find_cells()[name]
    names = {signal.name for signal in cell.signals}
    for signal in cell.signals:
        marks = MARK.findall(signal.numbers)
        assert signal.name in marks, f"{signal.name} does not show its own value"
        assert {mark.removesuffix("-1") for mark in marks} <= names | {"pre"}
        assert signal.formula.startswith(f"{signal.name}_t = ")


@pytest.mark.parametrize("name", NAMES)
def test_the_backward_equation_holds_with_the_numbers_of_autograd(name: str) -> None:
    """What stands left of the last = is computed from its parts and must be the gradient itself."""
    kind = find_cells()[name]
    cell = bind(kind, 3, 4)
    seen: dict[str, list[Tensor]] = {signal.name: [] for signal in kind.signals}

    def tap(signal: str, value: Tensor) -> Tensor:
        leaf = value.clone().requires_grad_() if not value.requires_grad else value
        leaf.retain_grad()
        seen[signal].append(leaf)
        return leaf

    x = draw_x(5, 3)
    state = cell.initial_state(x[0])
    for row in x:
        state = cell.step(row, state, tap)
    state[kind.output].square().sum().backward()  # type: ignore[no-untyped-call]

    def read(mark: str, t: int, unit: int) -> float:
        gradient, moved = mark.startswith("∂"), re.search(r"[+-]1$", mark)
        row = seen[mark.removeprefix("∂").removesuffix(moved[0] if moved else "")]
        at = t + int(moved[0] if moved else 0)
        if not 0 <= at < len(row):
            return 0.0
        value = row[at].grad if gradient else row[at]
        return 0.0 if value is None else value[unit].item()

    for signal in kind.signals:
        if not signal.backward:
            continue
        assert signal.backward.startswith(f"∂L/∂{signal.name}_t = ")
        first, *middle, result = signal.back_numbers.split(" = ")
        assert (first, result) == (f"∂L/∂{signal.name}", f"{{∂{signal.name}}}")
        for expression in middle:
            plain = expression.translate(str.maketrans("·−", "*-"))
            plain = re.sub(r"tanh²\((.*?)\)", r"tanh(\1)**2", plain).replace("²", "**2")
            for t in range(len(x)):
                for unit in range(4):
                    filled = plain
                    for mark in MARK.findall(plain):
                        filled = filled.replace(f"{{{mark}}}", f"({read(mark, t, unit)!r})")
                    value = eval(filled, {"tanh": math.tanh})
                    wanted = read(f"∂{signal.name}", t, unit)
                    assert value == pytest.approx(wanted, rel=1e-9, abs=1e-15), (signal.name, t)


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_signal_use_only_what_the_page_fills_in(name: str) -> None:
    cell = find_cells()[name]
    allowed = {"value", "percent", "token", "token_noun", "before", "length", "kept"}
    for signal in cell.signals:
        assert signal.title.en
        assert signal.title.pt
        en, pt = set(MARK.findall(signal.says.en)), set(MARK.findall(signal.says.pt))
        assert en == pt <= allowed, signal.name


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_has_its_default_within_its_range_and_changes_the_run(name: str) -> None:
    cell = find_cells()[name]
    x = draw_x(6, 3)
    plain = run_steps(bind(cell, 3, 4), x)[cell.output]
    for setting in (*cell.settings, *cell.variants):
        assert setting.low <= setting.default <= setting.high
        same = run_steps(bind(cell, 3, 4, {setting.name: setting.default}), x)[cell.output]
        assert torch.equal(torch.stack(plain), torch.stack(same))
        other = setting.high if setting.high != setting.default else setting.low
        bound = bind(cell, 3, 4, {setting.name: other})
        moved = run_steps(bound, x)[cell.output]
        assert not torch.equal(torch.stack(plain), torch.stack(moved)), setting.name
        closed = bound.forward(float64(x))
        if closed is not None:
            np.testing.assert_allclose(
                closed[cell.output], np.stack([float64(row) for row in moved]), atol=1e-12
            )


def test_the_forget_bias_is_added_to_the_forget_gate_alone() -> None:
    cell = find_cells()["lstm"]
    x = draw_x(1, 3)
    plain, moved = (run_steps(bind(cell, 3, 4, {"forget_bias": b}), x) for b in (0.0, 2.0))
    for gate in "igo":
        assert torch.equal(plain[gate][0], moved[gate][0])
    torch.testing.assert_close(
        torch.logit(moved["f"][0]) - torch.logit(plain["f"][0]),
        torch.full((4,), 2.0, dtype=torch.float64),
    )


@pytest.mark.parametrize("alpha", [0.0, 0.8])
def test_a_jordan_network_hears_of_the_past_by_its_outputs_alone(alpha: float) -> None:
    cell = bind(find_cells()["jordan"], 3, 4, {"alpha": alpha})
    x = draw_x(7, 3)
    seen = run_steps(cell, x)
    state = cell.initial_state(x[0])
    for t in range(len(x)):
        past = sum(
            (alpha ** (t - 1 - k) * seen["y"][k] for k in range(t)),
            start=torch.zeros(4, dtype=torch.float64),
        )
        torch.testing.assert_close(seen["s"][t], past)
        state = cell.step(x[t], state, no_tap)
    other = {"s": state["s"], "y": torch.zeros_like(state["y"])}
    assert not torch.equal(cell.step(x[0], state, no_tap)["y"], cell.step(x[0], other, no_tap)["y"])


def test_the_order_of_the_words_does_not_matter_to_a_bag() -> None:
    x = draw_x(9, 3)
    for name, same in (("bag", True), ("rnn", False)):
        cell = bind(find_cells()[name], 3, 4)
        forward, backward = (run_steps(cell, order)["h"][-1] for order in (x, x.flip(0)))
        assert torch.allclose(forward, backward, atol=1e-12, rtol=0) == same


def run_operation(operation: Operation, cell: Cell, values: dict[str, Array]) -> Array:
    first, *rest = (values[name] for name in operation.inputs)
    match operation.kind:
        case "multiply":
            return first * rest[0]
        case "add":
            return first + rest[0]
        case "one_minus":
            return 1 - first
        case "scale":
            return cell.values[operation.setting] * first
        case "tanh":
            relu = operation.setting and cell.values[operation.setting]
            return np.maximum(first, 0) if relu else np.tanh(first)
    raise AssertionError(operation.kind)


DRAWN = [name for name, cell in find_cells().items() if cell.operations]


@pytest.mark.parametrize("name", DRAWN)
def test_the_operations_of_a_drawing_give_the_recorded_signals(name: str) -> None:
    cell_class = find_cells()[name]
    changeable = (*cell_class.settings, *cell_class.variants)
    for settings in ({}, {s.name: s.high for s in changeable}):
        cell = bind(cell_class, 3, 8, settings)
        seen = {key: np.stack(rows) for key, rows in run_steps(cell, draw_x(6, 3)).items()}
        reproduced = set()
        for step in range(6):
            values = {
                f"{state}_prev": seen[state][step - 1] if step else np.zeros(8)
                for state in cell.states
            }
            for operation in cell.operations:
                recorded = seen[operation.name][step] if operation.name in seen else None
                if operation.kind.startswith("affine"):  # it takes weights, which no drawing has
                    assert recorded is not None, f"{operation.name} is no signal"
                    values[operation.name] = recorded
                    continue
                values[operation.name] = run_operation(operation, cell, values)
                if recorded is not None:
                    np.testing.assert_allclose(values[operation.name], recorded, atol=1e-9, rtol=0)
                    reproduced.add(operation.name)
        assert reproduced, "a drawing computes a state of the cell"
        assert {operation.name for operation in cell.operations} >= set(seen)


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_wired_as_the_cell_is(name: str) -> None:
    """What a signal depends on, by autograd, is what its wires come from."""
    cell = bind(find_cells()[name], 3, 4)
    _, x, *_ = draw_x(4, 3)
    x.requires_grad_()
    source = torch.Generator().manual_seed(0)
    state = {
        key: torch.randn(4, generator=source, dtype=torch.float64).requires_grad_()
        for key in cell.states
    }
    sources = {"x": x} | {f"{key}_prev": value for key, value in state.items()}
    seen: dict[str, Tensor] = {}

    def tap(key: str, value: Tensor) -> Tensor:
        seen[key] = value
        return value

    cell.step(x, state, tap)
    comes_from: dict[str, set[str]] = {key: {key} for key in sources}
    for operation in cell.operations:
        assert operation.name not in comes_from, f"{operation.name} is given twice"
        comes_from[operation.name] = set().union(*(comes_from[key] for key in operation.inputs))
        assert (operation.title is None) == (operation.name in seen), operation.name
        changeable = (*cell.settings, *cell.variants)
        assert operation.setting in {"", *(setting.name for setting in changeable)}
        if operation.name not in seen:
            continue
        found = torch.autograd.grad(
            seen[operation.name].sum(), [*sources.values()], retain_graph=True, allow_unused=True
        )
        reached = {
            key for key, one in zip(sources, found, strict=True) if one is not None and one.any()
        }
        assert comes_from[operation.name] == reached, operation.name


def step_by_hand(name: str, cell: Cell, x: Array, slope: float) -> Array:
    """Run Keras' equations in NumPy, written from its documentation and from no code of ours."""
    w = {key: float64(value) for key, value in cell.weights.items()}
    h = c = np.zeros(cell.hidden)

    def gate(a: Array) -> Array:
        return np.clip(slope * a + 0.5, 0, 1)

    for row in x:
        from_x = np.split(w["weight_ih"] @ row + w["bias_ih"], 4 if name == "lstm" else 3)
        recurrent = np.split(w["weight_hh"], len(from_x))
        bias = np.split(w["bias_hh"], len(from_x))
        if name == "lstm":
            i, f, g, o = (a + u @ h + b for a, u, b in zip(from_x, recurrent, bias, strict=True))
            c = gate(f) * c + gate(i) * np.maximum(g, 0)
            h = gate(o) * np.maximum(c, 0)
        else:
            r, z = (gate(from_x[k] + recurrent[k] @ h + bias[k]) for k in range(2))
            n = np.maximum(from_x[2] + recurrent[2] @ (r * h) + bias[2], 0)
            h = (1 - z) * n + z * h
    return np.asarray(h)


@pytest.mark.parametrize("slope", [0.2, 1 / 6])
@pytest.mark.parametrize("name", ["gru", "lstm"])
def test_the_variants_are_kerass_equations(name: str, slope: float) -> None:
    settings = {"hard_sigmoid": slope, "relu": 1.0, "reset_before": 1.0}
    cell = bind(find_cells()[name], 3, 4, settings)
    x = 0.4 * draw_x(6, 3)
    assert cell.is_variant
    expected = step_by_hand(name, cell, float64(x), slope)
    np.testing.assert_allclose(float64(run_steps(cell, x)["h"][-1]), expected, atol=1e-12)


def test_a_unit_leaks_adds_up_fires_and_falls_by_the_threshold() -> None:
    kind = find_cells()["lif"]
    one = {name: torch.zeros(size, dtype=torch.float64) for name, size in kind.shapes(1, 1).items()}
    one["weight_ih"] += 1.0
    x = torch.tensor([0.6, 0.6, 0.0, 0.0], dtype=torch.float64)[:, None]
    seen = run_steps(kind(one, {"beta": 0.5}), x)
    read = {name: [row.item() for row in rows] for name, rows in seen.items()}
    assert read["u"] == pytest.approx([0.6, 0.9, 0.45, 0.225])
    assert read["s"] == [0, 0, 0, 0]
    seen = run_steps(kind(one, {"beta": 0.5}), 2 * x)
    read = {name: [row.item() for row in rows] for name, rows in seen.items()}
    assert read["u"] == pytest.approx([1.2, 0.8, 0.4, 0.2])
    assert read["s"] == [1, 0, 0, 0]
    assert read["h"] == pytest.approx([0.5, 0.25, 0.125, 0.0625])


def test_spikes_are_nothing_but_zeros_and_ones_and_some_of_each() -> None:
    rows = torch.stack(run_steps(bind(find_cells()["lif"], 3, 8), draw_x(30, 3))["s"])
    assert set(rows.flatten().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_membrane_spikes_and_surrogate_gradients_are_snntorchs(beta: float) -> None:
    import snntorch

    inputs, hidden = 3, 8
    cell = bind(find_cells()["lif"], inputs, hidden, {"beta": beta})
    cell.weights = {  # snnTorch's spikes are float32
        name: value.float().requires_grad_() for name, value in cell.weights.items()
    }
    weights = cell.weights
    theirs = snntorch.RLeaky(beta, linear_features=hidden, spike_grad=snntorch.surrogate.atan())
    with torch.no_grad():
        theirs.recurrent.weight.copy_(weights["weight_hh"])
        theirs.recurrent.bias.copy_(weights["bias_hh"])
    enter = torch.nn.functional.linear
    x = draw_x(25, inputs).float().requires_grad_()
    state = cell.initial_state(x[0])
    spike, membrane = (torch.zeros(hidden) for _ in range(2))
    ours_lost, theirs_lost = (torch.zeros(()) for _ in range(2))
    weighing = draw_x(25, hidden).float()
    for row, weight in zip(x, weighing, strict=True):
        state = cell.step(row, state, no_tap)
        current = enter(row, weights["weight_ih"], weights["bias_ih"])
        spike, membrane = theirs(current, spike, membrane)
        torch.testing.assert_close(state["u"], membrane)
        torch.testing.assert_close(state["s"], spike)
        ours_lost = ours_lost + (weight * (state["s"] + state["u"])).sum()
        theirs_lost = theirs_lost + (weight * (spike + membrane)).sum()
    wanted = [x, weights["weight_ih"], weights["bias_ih"]]
    ours = torch.autograd.grad(
        ours_lost, [*wanted, weights["weight_hh"], weights["bias_hh"]], retain_graph=True
    )
    found = torch.autograd.grad(
        theirs_lost, [*wanted, theirs.recurrent.weight, theirs.recurrent.bias]
    )
    for one, other in zip(ours, found, strict=True):
        torch.testing.assert_close(one, other)
        assert one.abs().max() > 0.1
