from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import numpy as np
import pytest
import torch
from gatescope.analysis.tracer import list_signals, record
from gatescope.contracts import (
    IGNORE_INDEX,
    Array,
    Intervention,
    InvalidInput,
    Task,
    Trace,
    float64,
)
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network
from gatescope.nn.norms import measure_norms
from gatescope.registry import find_cells, find_models, find_tasks
from safetensors import safe_open
from torch import Tensor, nn

from tests.asking import name_task
from tests.made_up import EveryStep, LastStep, differ, draw_encoding, draw_network, ids_of

CELLS = list(find_cells())
KNOWN = [name for name, cell in find_cells().items() if cell.layer is not None]
TASK = LastStep()
TASKS: dict[str, Task] = {"last step": LastStep(), "every step": EveryStep()}
RUNS = [(1, 1, 0), (2, 3, 1), (7, 16, 2), (40, 8, 3), (60, 64, 4)]  # steps, hidden, seed


def loop_over_torch_cells(
    name: str, network: Network, ids: Tensor, targets: Tensor | None = None
) -> tuple[float, dict[str, Array], dict[str, Array]]:
    """Write the plain loop of nn.RNNCell, nn.LSTMCell or nn.GRUCell, and its cross-entropy.

    ``targets`` None: the loss is that of the class preferred at the last step.
    """
    seen, logits = run_torch_cells(name, network, network.weights["embedding.weight"][ids])
    if targets is None or not (targets >= 0).any():
        logits, targets = logits[-1:], logits[-1:].argmax(1)
    loss = nn.functional.cross_entropy(logits, targets)
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.item(), *collect(seen)


def run_torch_cells(
    name: str, network: Network, inputs: Tensor
) -> tuple[dict[str, list[Tensor]], Tensor]:
    """Give h and c of every step of ``inputs [T, X]``, their gradients retained, and the readout's
    outputs ``[T, C]``."""
    layer = find_cells()[name].layer
    assert layer is not None
    kind = getattr(nn, f"{layer.__name__}Cell")
    weights = network.weights
    cell = kind(network.shape.inputs, network.shape.hidden).double()
    cell.load_state_dict(
        {key: weights[f"recurrent.{key}_l0"] for key in cell.state_dict()}, strict=True
    )
    h = c = torch.zeros(network.shape.hidden, dtype=torch.float64)
    seen: dict[str, list[Tensor]] = {"h": [], "c": []}
    for x in inputs:
        if layer is nn.LSTM:
            h, c = cell(x, (h, c))
            c.retain_grad()
            seen["c"].append(c)
        else:
            h = cell(x, h)
        h.retain_grad()
        seen["h"].append(h)
    outputs = nn.functional.linear(
        torch.stack(seen["h"]), weights["readout.weight"], weights["readout.bias"]
    )
    return seen, outputs


def collect(seen: dict[str, list[Tensor]]) -> tuple[dict[str, Array], dict[str, Array]]:
    """Give what was seen at every step, and the gradients that were retained there."""
    states = {key: np.stack([float64(v) for v in values]) for key, values in seen.items() if values}
    slopes = {
        key: np.stack([float64(torch.zeros_like(v) if v.grad is None else v.grad) for v in values])
        for key, values in seen.items()
        if values
    }
    return states, slopes


def add_path_through_h(trace: Trace, states: dict[str, Array], slopes: dict[str, Array]) -> None:
    """Make the gradient retained at the c of an nn.LSTMCell that of the loss.

    It gives h and c in one go, so what is retained at its c leaves out what goes through the same
    step's h = o tanh(c). Ours is the whole.
    """
    if "c" in slopes:
        o = trace.signals["layers.0.o"]
        slopes["c"] = slopes["c"] + slopes["h"] * o * (1 - np.tanh(states["c"]) ** 2)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("steps", "hidden", "seed"), RUNS)
@pytest.mark.parametrize("name", KNOWN)
def test_states_loss_and_gradients_equal_autograd_on_a_loop_of_torch_cells(
    name: str, steps: int, hidden: int, seed: int, task: str
) -> None:
    network, encoding = draw_network(find_cells()[name], hidden, seed=seed), draw_encoding(steps)
    trace = record(network, TASKS[task], encoding)
    targets = torch.from_numpy(TASKS[task].find_targets(encoding))
    loss, states, slopes = loop_over_torch_cells(name, network, ids_of(encoding), targets)
    assert trace.loss == pytest.approx(loss, rel=1e-9)
    for key, expected in states.items():
        assert differ(trace.signals[f"layers.0.{key}"], expected) < 1e-12
    add_path_through_h(trace, states, slopes)
    for key, expected in slopes.items():
        found = trace.gradients[f"layers.0.{key}"]
        for t in range(steps):  # each step by its own size: the early ones may be tiny
            assert differ(found[t], expected[t]) < 1e-6, (key, t)


SERIES = [name for name in find_models() if find_tasks()[name_task(name)].quantities]
BENT: dict[str, dict[int, Callable[[Array], Array]]] = {  # by column
    "sunspots": {0: np.sqrt},
    "air": {0: np.sqrt, 6: np.log1p, 7: np.log1p, 8: np.log1p},
}
LEVELS = {"air": [1]}  # the outputs that are no change from the last value


@pytest.mark.parametrize("name", SERIES)
def test_a_shipped_model_of_numbers_equals_autograd_on_a_loop_of_torch_cells(name: str) -> None:
    model = load_model(find_models()[name])
    task, network = model.task, Network(model.cell, model.shape, model.weights)
    series = task.examples[-1].value[:60]
    trace = record(network, task, task.read(series, model.scaling))

    filled = series.copy()
    for t, k in np.argwhere(np.isnan(filled)):  # in the order of the rows
        filled[t, k] = filled[t - 1, k]
    with safe_open(find_models()[name], framework="pt") as file:
        scaling = json.loads(file.metadata()["scaling"])
    bent = filled.copy()
    for k, bend in BENT.get(model.task_id, {}).items():
        bent[:, k] = bend(filled[:, k])
    scaled = (bent - np.array(scaling["mean"])) / np.array(scaling["std"])
    x = torch.from_numpy(scaled).requires_grad_()
    seen, outputs = run_torch_cells(model.cell_id, network, x)
    offsets = np.repeat(filled[:, :1], 2, axis=1)
    offsets[:, LEVELS.get(model.task_id, [])] = 0.0
    values = outputs + torch.from_numpy(offsets)
    squares = []
    for t, row in enumerate(values):
        for k, quantity in enumerate(task.quantities):
            later = t + quantity.ahead
            if later < len(series) and np.isfinite(series[later, 0]):
                squares.append((row[k] - series[later, 0]) ** 2)
    loss = torch.stack(squares).mean()
    loss.backward()  # type: ignore[no-untyped-call]
    states, slopes = collect(seen)

    assert trace.loss == pytest.approx(loss.item(), rel=1e-9)
    assert differ(trace.values, float64(values)) < 1e-9
    for key, expected in states.items():
        assert differ(trace.signals[f"layers.0.{key}"], expected) < 1e-9
    add_path_through_h(trace, states, slopes)
    for key, expected in slopes.items():
        assert differ(trace.gradients[f"layers.0.{key}"], expected) < 1e-6, key
        assert differ(trace.norms[f"layers.0.{key}"], np.linalg.norm(expected, axis=1)) < 1e-6
    assert x.grad is not None
    assert differ(trace.saliency, np.abs(float64(x.grad))) < 1e-6
    slow = record(network, task, task.read(series, model.scaling), closed_form=False)
    assert_same(trace, slow)
    assert differ(trace.saliency, slow.saliency) < 1e-9


def write_lstm(w: dict[str, Tensor], x: Tensor, h: Tensor, c: Tensor) -> dict[str, Tensor]:
    sums = w["weight_ih"] @ x + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"]
    one, two, three, four = torch.split(sums, len(h))
    i, f, g, o = one.sigmoid(), two.sigmoid(), three.tanh(), four.sigmoid()
    c = f * c + i * g
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * c.tanh()}


def write_gru(w: dict[str, Tensor], x: Tensor, h: Tensor, c: Tensor) -> dict[str, Tensor]:
    from_x, from_h = w["weight_ih"] @ x + w["bias_ih"], w["weight_hh"] @ h + w["bias_hh"]
    (r_x, z_x, n_x), (r_h, z_h, n_h) = torch.split(from_x, len(h)), torch.split(from_h, len(h))
    r, z = (r_x + r_h).sigmoid(), (z_x + z_h).sigmoid()
    n = (n_x + r * n_h).tanh()
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * h}


def write_rnn(w: dict[str, Tensor], x: Tensor, h: Tensor, c: Tensor) -> dict[str, Tensor]:
    a = w["weight_ih"] @ x + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"]
    return {"a": a, "h": a.tanh()}


Equations = Callable[[dict[str, Tensor], Tensor, Tensor, Tensor], dict[str, Tensor]]
WRITTEN: dict[str, Equations] = {"lstm": write_lstm, "gru": write_gru, "rnn": write_rnn}


@pytest.mark.parametrize(("steps", "hidden", "seed"), RUNS)
@pytest.mark.parametrize("name", WRITTEN)
def test_every_gate_and_its_gradient_equal_the_equations_written_out(
    name: str, steps: int, hidden: int, seed: int
) -> None:
    network, encoding = draw_network(find_cells()[name], hidden, seed=seed), draw_encoding(steps)
    trace = record(network, TASK, encoding, target="yes")
    w = {
        key: network.weights[f"recurrent.{key}_l0"]
        for key in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    h = c = torch.zeros(hidden, dtype=torch.float64)
    seen: list[dict[str, Tensor]] = []
    for x in network.weights["embedding.weight"][ids_of(encoding)]:
        seen.append(WRITTEN[name](w, x.clone().requires_grad_(), h, c))
        for value in seen[-1].values():
            value.retain_grad()
        h, c = seen[-1]["h"], seen[-1].get("c", c)
    logits = network.read_out(h)
    nn.functional.cross_entropy(logits, torch.tensor(1)).backward()  # type: ignore[no-untyped-call]
    for signal in seen[0]:
        values = np.stack([float64(row[signal]) for row in seen])
        assert differ(trace.signals[f"layers.0.{signal}"], values) < 1e-12, signal
        for t, row in enumerate(seen):
            slope = row[signal].grad
            expected = np.zeros(hidden) if slope is None else float64(slope)
            assert differ(trace.gradients[f"layers.0.{signal}"][t], expected) < 1e-6, (signal, t)


def assert_same(one: Trace, other: Trace, tolerance: float = 1e-9) -> None:
    assert one.loss == pytest.approx(other.loss, rel=tolerance)
    assert differ(one.probabilities, other.probabilities) < tolerance
    assert list(one.signals) == list(other.signals)
    for name in one.signals:
        assert differ(one.signals[name], other.signals[name]) < tolerance, name
        assert differ(one.gradients[name], other.gradients[name]) < tolerance, name
        assert differ(one.norms[name], other.norms[name]) < tolerance, name


STACKS = list(itertools.product([1, 2, 3], [False, True]))


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("name", CELLS)
def test_the_closed_form_equals_autograd(name: str, layers: int, both: bool, task: Task) -> None:
    network = draw_network(find_cells()[name], 6, seed=7, layers=layers, bidirectional=both)
    encoding = draw_encoding(11)
    fast = record(network, task, encoding)
    slow = record(network, task, encoding, closed_form=False)
    assert_same(fast, slow)
    assert list(fast.signals) == list_signals(network)
    assert len(fast.signals) == layers * (1 + both) * len(find_cells()[name].signals)


@pytest.mark.parametrize("name", CELLS)
def test_the_closed_form_equals_autograd_with_every_setting_at_its_ends(name: str) -> None:
    cell = find_cells()[name]
    for setting in cell.settings:
        for value in (setting.low, setting.high):
            network = draw_network(cell, 5, settings={setting.name: value})
            encoding = draw_encoding(9)
            plain = record(draw_network(cell, 5), TASK, encoding)
            moved = record(network, TASK, encoding)
            assert_same(moved, record(network, TASK, encoding, closed_form=False))
            assert (moved.loss == plain.loss) == (value == setting.default)


@pytest.mark.parametrize("closed_form", [True, False])
@pytest.mark.parametrize("name", CELLS)
def test_the_loss_is_the_cross_entropy_of_the_last_step(name: str, closed_form: bool) -> None:
    network, encoding = draw_network(find_cells()[name], 6), draw_encoding(8)
    for target in TASK.classes:
        trace = record(network, TASK, encoding, target, closed_form=closed_form)
        place = TASK.classes.index(target)
        assert trace.target == target
        assert trace.loss == pytest.approx(-np.log(trace.probabilities[-1, place]), rel=1e-12)


@pytest.mark.parametrize("closed_form", [True, False])
@pytest.mark.parametrize("name", CELLS)
def test_the_loss_of_several_steps_is_their_mean(name: str, closed_form: bool) -> None:
    network, encoding, task = draw_network(find_cells()[name], 6), draw_encoding(30), EveryStep()
    trace = record(network, task, encoding, closed_form=closed_form)
    targets = task.find_targets(encoding)
    asked = np.flatnonzero(targets != IGNORE_INDEX)
    assert 10 < len(asked) < 29
    expected = -np.log(trace.probabilities[asked, targets[asked]]).mean()
    assert trace.loss == pytest.approx(expected, rel=1e-12)
    for step, goal in enumerate(trace.targets):
        assert goal == (task.classes[targets[step]] if step in asked else None)
    # after the last step that is asked for, no gradient is left
    assert trace.gradients["layers.0.h"][asked[-1]].any()
    assert not trace.gradients["layers.0.h"][asked[-1] + 1 :].any()


@pytest.mark.parametrize("closed_form", [True, False])
@pytest.mark.parametrize("name", CELLS)
def test_a_named_target_and_the_end_alone_are_asked_at_the_last_step(
    name: str, closed_form: bool
) -> None:
    network, encoding = draw_network(find_cells()[name], 6), draw_encoding(9)
    for target in (None, *TASK.classes):
        found = record(network, EveryStep(), encoding, target, at_end=True, closed_form=closed_form)
        assert_same(found, record(network, LastStep(), encoding, target))
        assert found.targets == (*(None,) * 8, found.target)
        if target is not None:
            assert record(network, EveryStep(), encoding, target).loss == pytest.approx(found.loss)


@pytest.mark.parametrize("closed_form", [True, False])
def test_one_token_tells_nothing_so_the_network_is_asked_what_it_prefers(closed_form: bool) -> None:
    network, encoding = draw_network(find_cells()["gru"], 6), draw_encoding(1)
    found = record(network, EveryStep(), encoding, closed_form=closed_form)
    assert_same(found, record(network, LastStep(), encoding))
    assert found.targets == (found.target,)


@pytest.mark.parametrize("name", CELLS)
def test_without_a_target_it_is_the_class_the_network_prefers_at_the_last_step(name: str) -> None:
    found = set()
    for seed in range(8):
        trace = record(draw_network(find_cells()[name], 6, seed=seed), TASK, draw_encoding(8))
        found.add(trace.target)
        assert trace.target == TASK.classes[int(trace.probabilities[-1].argmax())]
        assert trace.loss <= np.log(2)
    assert found == set(TASK.classes)


@pytest.mark.parametrize("name", CELLS)
def test_probabilities_add_up_to_one_at_every_step(name: str) -> None:
    trace = record(draw_network(find_cells()[name], 6), TASK, draw_encoding(12))
    assert trace.probabilities.shape == (12, 2)
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1, atol=1e-14)


@pytest.mark.parametrize("name", CELLS)
def test_what_is_recorded_has_one_row_a_step_and_is_in_float64(name: str) -> None:
    trace = record(draw_network(find_cells()[name], 6), TASK, draw_encoding(5))
    for group in (trace.signals, trace.gradients):
        assert all(value.shape == (5, 6) and value.dtype == np.float64 for value in group.values())
    for key, norm in trace.norms.items():
        np.testing.assert_allclose(norm, np.linalg.norm(trace.gradients[key], axis=1), rtol=1e-12)


def test_the_norms_of_tiny_and_huge_gradients_neither_vanish_nor_overflow() -> None:
    assert measure_norms(np.full((1, 4), 1e-200))[0] == pytest.approx(2e-200, rel=1e-12, abs=0)
    assert measure_norms(np.full((1, 4), 1e300))[0] == pytest.approx(2e300, rel=1e-12)
    assert measure_norms(np.zeros((2, 4))).tolist() == [0, 0]
    assert np.isnan(measure_norms(np.array([[1.0, np.nan]]))[0])


def test_a_gradient_that_shrinks_to_1e_minus_200_is_still_told() -> None:
    rnn = find_cells()["rnn"]
    network = draw_network(rnn, 4)
    weights = dict(network.weights)
    weights["recurrent.weight_hh_l0"] = 0.01 * torch.eye(4, dtype=torch.float64)
    weights["embedding.weight"] = torch.zeros_like(weights["embedding.weight"])
    for bias in ("ih", "hh"):
        weights[f"recurrent.bias_{bias}_l0"] = torch.zeros(4, dtype=torch.float64)
    trace = record(Network(rnn, network.shape, weights), TASK, draw_encoding(101))
    norms = trace.norms["layers.0.h"]
    assert norms[0] > 0
    assert norms[0] / norms[-1] == pytest.approx(1e-200, rel=1e-9, abs=0)


def gradient_of_steps(name: str) -> list[str]:
    return [signal.name for signal in find_cells()[name].signals]


@pytest.mark.parametrize("name", [name for name in CELLS if not find_cells()[name].surrogate])
def test_a_gradient_is_what_the_loss_changes_by_when_the_signal_is_nudged(name: str) -> None:
    network, encoding = draw_network(find_cells()[name], 4, seed=1), draw_encoding(6)
    trace = record(network, TASK, encoding, "yes")
    nudge, step, unit = 1e-5, 2, 1
    for signal in gradient_of_steps(name):
        key = f"layers.0.{signal}"
        value = float(trace.signals[key][step, unit])
        losses = [
            record(network, TASK, encoding, "yes", [Intervention(key, v, step, unit)]).loss
            for v in (value + nudge, value - nudge)
        ]
        slope = (losses[0] - losses[1]) / (2 * nudge)
        assert slope == pytest.approx(trace.gradients[key][step, unit], rel=1e-5, abs=1e-10), key


def test_an_input_gate_forced_shut_keeps_the_memory_at_zero() -> None:
    network = draw_network(find_cells()["lstm"], 5)
    trace = record(network, TASK, draw_encoding(9), None, [Intervention("layers.0.i", 0.0)])
    for key in "ich":
        assert not trace.signals[f"layers.0.{key}"].any()
    assert trace.signals["layers.0.f"].any()
    assert len(set(trace.probabilities[:, 1].tolist())) == 1


@pytest.mark.parametrize("held", [1.0, 0.0])
@pytest.mark.parametrize(("name", "gates"), [("lstm", "ifgo"), ("gru", "rzn")])
def test_a_gate_held_throughout_is_that_of_a_torch_cell_whose_bias_holds_it(
    name: str, gates: str, held: float
) -> None:
    network, encoding = draw_network(find_cells()[name], 6, seed=7), draw_encoding(9)
    for place, symbol in enumerate(gates):
        if symbol in "gn":  # candidates, in PyTorch's order of the rows
            continue
        rows = slice(6 * place, 6 * (place + 1))
        weights = {key: value.clone() for key, value in network.weights.items()}
        for key in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            weights[f"recurrent.{key}_l0"][rows] = 0.0
        weights["recurrent.bias_ih_l0"][rows] = 2000.0 * held - 1000.0  # its sigmoid is 1, or 0
        biased = Network(network.cell, network.shape, weights, network.settings)
        loss, states, _ = loop_over_torch_cells(name, biased, ids_of(encoding))
        trace = record(network, TASK, encoding, None, [Intervention(f"layers.0.{symbol}", held)])
        assert trace.loss == pytest.approx(loss, rel=1e-9), symbol
        for key, expected in states.items():
            assert differ(trace.signals[f"layers.0.{key}"], expected) < 1e-12, (symbol, key)


@pytest.mark.parametrize("name", CELLS)
def test_a_signal_forced_at_one_step_and_unit_changes_only_what_follows(name: str) -> None:
    network, encoding = draw_network(find_cells()[name], 5, seed=2), draw_encoding(9)
    plain = record(network, TASK, encoding, closed_form=False)
    cell = find_cells()[name]
    for place, signal in enumerate(cell.signals):
        key = f"layers.0.{signal.name}"
        trace = record(network, TASK, encoding, None, [Intervention(key, 0.25, 4, 2)])
        expected = plain.signals[key][4].copy()
        expected[2] = 0.25
        assert trace.signals[key][4].tolist() == expected.tolist()
        for earlier in cell.signals[:place]:
            if earlier.kind != "state":
                name_ = f"layers.0.{earlier.name}"
                assert np.array_equal(trace.signals[name_][4], plain.signals[name_][4])
        for other in trace.signals:
            assert np.array_equal(trace.signals[other][:4], plain.signals[other][:4]), other
        if cell.surrogate:  # forced, a unit may stay on its side of the threshold
            continue
        h = f"layers.0.{cell.output}"
        assert not np.array_equal(trace.signals[h][-1], plain.signals[h][-1]), key
        assert not np.array_equal(trace.probabilities[-1], plain.probabilities[-1]), key


@pytest.mark.parametrize("name", CELLS)
def test_a_signal_forced_everywhere_stands_in_the_trace(name: str) -> None:
    network, encoding = draw_network(find_cells()[name], 5), draw_encoding(7)
    for key in list_signals(network):
        trace = record(network, TASK, encoding, None, [Intervention(key, 0.5)])
        assert (trace.signals[key] == 0.5).all(), key
        assert trace.gradients[key].any(), key  # the gradient at the forced value


@pytest.mark.parametrize("name", CELLS)
def test_previous_holds_the_value_of_one_step_before(name: str) -> None:
    network, encoding = draw_network(find_cells()[name], 5, seed=3), draw_encoding(7)
    for key in list_signals(network):
        trace = record(network, TASK, encoding, None, [Intervention(key, "previous", 3)])
        assert np.array_equal(trace.signals[key][3], trace.signals[key][2]), key
        one = record(network, TASK, encoding, None, [Intervention(key, "previous", 3, 1)])
        assert one.signals[key][3, 1] == one.signals[key][2, 1]
        assert one.signals[key][3, 0] != one.signals[key][2, 0]
        held = record(network, TASK, encoding, None, [Intervention(key, "previous")])
        assert not held.signals[key].any(), "before the first step there is 0"


@pytest.mark.parametrize("name", CELLS)
def test_the_reverse_direction_counts_steps_as_the_text_does(name: str) -> None:
    network = draw_network(find_cells()[name], 5, seed=4, bidirectional=True)
    encoding = draw_encoding(7)
    plain = record(network, TASK, encoding, closed_form=False)
    output = find_cells()[name].output
    key = f"layers.0.reverse.{output}"
    trace = record(network, TASK, encoding, None, [Intervention(key, 0.5, 4)])
    assert (trace.signals[key][4] == 0.5).all()
    assert np.array_equal(trace.signals[key][5:], plain.signals[key][5:])
    assert not np.array_equal(trace.signals[key][3], plain.signals[key][3])
    forward = f"layers.0.{output}"
    assert np.array_equal(trace.signals[forward], plain.signals[forward])


@pytest.mark.parametrize("name", CELLS)
def test_forcing_a_state_to_what_it_is_changes_nothing_but_the_way_back(name: str) -> None:
    network, encoding = draw_network(find_cells()[name], 3, seed=5), draw_encoding(6)
    plain = record(network, TASK, encoding, closed_form=False)
    key = f"layers.0.{find_cells()[name].output}"
    wanted = [Intervention(key, float(plain.signals[key][3, u]), 3, u) for u in range(3)]
    trace = record(network, TASK, encoding, None, wanted)
    assert trace.loss == plain.loss
    assert np.array_equal(trace.gradients[key][3:], plain.gradients[key][3:])
    if find_cells()[name].states == (find_cells()[name].output,):
        assert not trace.gradients[key][:3].any(), "nothing flows back through a forced value"


@pytest.mark.parametrize(
    ("code", "field", "wanted"),
    [
        ("unknown_signal", "interventions.0.signal", Intervention("layers.0.q", 0.0)),
        ("unknown_signal", "interventions.0.signal", Intervention("layers.1.h", 0.0)),
        ("unknown_signal", "interventions.0.signal", Intervention("layers.0.reverse.h", 0.0)),
        ("unknown_signal", "interventions.0.signal", Intervention("h", 0.0)),
        ("unknown_step", "interventions.0.step", Intervention("layers.0.h", 0.0, 5)),
        ("unknown_step", "interventions.0.step", Intervention("layers.0.h", 0.0, -1)),
        ("unknown_unit", "interventions.0.unit", Intervention("layers.0.h", 0.0, 0, 4)),
        ("unknown_unit", "interventions.0.unit", Intervention("layers.0.h", 0.0, 0, -1)),
        ("value_out_of_range", "interventions.0.value", Intervention("layers.0.h", float("nan"))),
    ],
)
@pytest.mark.parametrize("name", CELLS)
def test_what_does_not_exist_is_refused_with_the_fields_name(
    name: str, code: str, field: str, wanted: Intervention
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        record(draw_network(find_cells()[name], 4), TASK, draw_encoding(5), None, [wanted])
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize("name", CELLS)
def test_a_value_beyond_what_a_signal_can_have_is_refused(name: str) -> None:
    for signal in find_cells()[name].signals:
        wanted = [Intervention(f"layers.0.{signal.name}", 1.5)]
        if signal.high is None:
            assert record(draw_network(find_cells()[name], 4), TASK, draw_encoding(5), None, wanted)
            continue
        with pytest.raises(InvalidInput) as refusal:
            record(draw_network(find_cells()[name], 4), TASK, draw_encoding(5), None, wanted)
        assert (refusal.value.code, refusal.value.field) == (
            "value_out_of_range",
            "interventions.0.value",
        )


@pytest.mark.parametrize(
    ("wanted", "values"),
    [
        (Intervention("layers.0.h", 0.0, 9), {"value": 9, "last": 4}),
        (Intervention("layers.0.h", 0.0, 0, 9), {"value": 9, "last": 3}),
        (Intervention("layers.0.f", 1.5), {"value": 1.5, "low": 0.0, "high": 1.0}),
        (
            Intervention("layers.0.c", float("nan")),
            {"value": pytest.approx(float("nan"), nan_ok=True), "low": "−∞", "high": "∞"},
        ),
        (
            Intervention("q" * 99, 0.0),
            {"name": "q" * 80, "known": ", ".join(f"layers.0.{s}" for s in "ifgoch")},
        ),
    ],
)
def test_a_refusal_tells_what_there_is(wanted: Intervention, values: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        record(draw_network(find_cells()["lstm"], 4), TASK, draw_encoding(5), None, [wanted])
    assert refusal.value.values == values


def test_many_classes_are_named_as_far_as_there_is_room() -> None:
    classes = tuple(f"class{k:03}" for k in range(100))
    task = type("Many", (LastStep,), {"classes": classes})()
    with pytest.raises(InvalidInput) as refusal:
        record(draw_network(find_cells()["rnn"], 4), task, draw_encoding(5), "m" * 99)
    known = str(refusal.value.values["known"])
    assert known.startswith("class000, class001, ")
    assert known.endswith(" …")
    assert 180 < len(known) <= 200
    assert refusal.value.values["name"] == "m" * 80


def test_a_run_in_which_nothing_is_forced_takes_the_closed_form() -> None:
    rnn = find_cells()["rnn"]
    stepless = type("Stepless", (rnn,), {"step": None})
    plain = draw_network(rnn, 4)
    network = Network(stepless, plain.shape, plain.weights)
    assert_same(record(network, TASK, draw_encoding(5)), record(plain, TASK, draw_encoding(5)))
    with pytest.raises(TypeError):
        record(network, TASK, draw_encoding(5), closed_form=False)


@pytest.mark.parametrize("closed_form", [True, False])
def test_logits_in_the_thousands_have_probabilities(closed_form: bool) -> None:
    plain = draw_network(find_cells()["rnn"], 4)
    weights = {**plain.weights, "readout.bias": torch.tensor([5_000.0, 4_997.0]).double()}
    network = Network(plain.cell, plain.shape, weights)
    small = {**plain.weights, "readout.bias": torch.tensor([3.0, 0.0]).double()}
    near = record(Network(plain.cell, plain.shape, small), TASK, draw_encoding(5))
    far = record(network, TASK, draw_encoding(5), closed_form=closed_form)
    assert_same(far, near)


def test_a_signal_that_overflowed_can_be_forced() -> None:
    plain = draw_network(find_cells()["rnn"], 4, settings={"relu": 1.0})
    weights = {
        **plain.weights,
        "recurrent.weight_hh_l0": torch.full((4, 4), 1e200, dtype=torch.float64),
    }
    network = Network(plain.cell, plain.shape, weights, {"relu": 1.0})
    with np.errstate(all="ignore"):
        assert not np.isfinite(record(network, TASK, draw_encoding(9)).signals["layers.0.h"]).all()
    wanted = [Intervention("layers.0.h", 0.5, 8)]
    trace = record(network, TASK, draw_encoding(9), None, wanted)
    assert (trace.signals["layers.0.h"][8] == 0.5).all()
    assert np.isfinite(trace.loss)
    assert np.isfinite(trace.gradients["layers.0.h"][8]).all()


def test_the_last_step_and_the_last_unit_can_be_forced() -> None:
    wanted = [Intervention("layers.0.h", 0.5, 4, 3)]
    trace = record(draw_network(find_cells()["lstm"], 4), TASK, draw_encoding(5), None, wanted)
    assert trace.signals["layers.0.h"][4, 3] == 0.5


def test_the_field_of_a_refusal_counts_the_interventions() -> None:
    network = draw_network(find_cells()["rnn"], 4)
    wanted = [Intervention("layers.0.h", 0.0), Intervention("layers.0.h", 0.0, 99)]
    with pytest.raises(InvalidInput) as refusal:
        record(network, TASK, draw_encoding(5), None, wanted)
    assert refusal.value.field == "interventions.1.step"


def test_an_unknown_class_is_refused_and_names_those_there_are() -> None:
    with pytest.raises(InvalidInput) as refusal:
        record(draw_network(find_cells()["rnn"], 4), TASK, draw_encoding(5), "maybe")
    assert (refusal.value.code, refusal.value.field) == ("unknown_class", "target")
    assert refusal.value.values["known"] == "no, yes"


def test_the_gradient_of_the_output_is_not_zero_before_the_last_step() -> None:
    """Retaining the gradient of a whole layer's output would be: DESIGN, section 8."""
    for name in CELLS:
        trace = record(draw_network(find_cells()[name], 6), TASK, draw_encoding(9))
        assert (trace.norms[f"layers.0.{find_cells()[name].output}"] > 0).all()
