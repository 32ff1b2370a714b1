from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from gatescope.analysis.gradients import measure_contributions
from gatescope.contracts import (
    UNKNOWN_ROW,
    Array,
    Backward,
    Cell,
    Encoding,
    direction_name,
    float64,
)
from gatescope.nn.network import (
    Initialization,
    Network,
    Plain,
    Shape,
    Unrolled,
    build_plain,
    draw_weights,
    join_outputs,
    name_weights,
)
from gatescope.nn.ngrams import list_ngrams
from gatescope.registry import find_cells
from torch import nn

from tests.made_up import draw_encoding, draw_network, ids_of, misspell, run_layers

KNOWN = [name for name, cell in find_cells().items() if cell.layer is not None]
SIZES = [(1, 1, 1), (7, 3, 5), (12, 16, 8), (40, 32, 64)]  # steps, inputs, hidden
STACKS = list(itertools.product([1, 2], [False, True]))
PRECISIONS = [(torch.float32, 1e-6), (torch.float64, 1e-12)]


@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS, ids=["float32", "float64"])
@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize(("steps", "inputs", "hidden"), SIZES)
@pytest.mark.parametrize("name", KNOWN)
def test_the_loop_over_time_equals_the_layer_of_torch(
    name: str,
    steps: int,
    inputs: int,
    hidden: int,
    layers: int,
    both: bool,
    dtype: torch.dtype,
    tolerance: float,
) -> None:
    cell = find_cells()[name]
    shape = Shape(11, inputs, hidden, 2, layers, both)
    weights = {key: value.to(dtype) for key, value in draw_weights(cell, shape, 3).items()}
    plain = build_plain(cell, shape).to(dtype)
    plain.load_state_dict(weights, strict=True)
    ids = torch.randint(0, 11, (2, steps), generator=torch.Generator().manual_seed(steps))
    network = Network(cell, shape, weights)
    with torch.no_grad():
        h = network.recur(network.encode(ids))
        expected = plain.recur(plain.embed(ids))
        torch.testing.assert_close(h, expected, atol=tolerance, rtol=0)
        torch.testing.assert_close(
            network.read_out(h), plain.readout(expected), atol=4 * tolerance, rtol=0
        )


@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("name", KNOWN)
def test_weights_are_named_as_the_plainest_module_names_them(
    name: str, layers: int, both: bool
) -> None:
    cell = find_cells()[name]
    assert cell.layer is not None

    class Person(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            assert cell.layer is not None
            layer: Callable[..., nn.RNNBase] = cell.layer
            self.embedding = nn.Embedding(9, 4)
            self.recurrent = layer(4, 6, num_layers=layers, bidirectional=both)
            self.readout = nn.Linear(6 * (1 + both), 3)

    shape = Shape(9, 4, 6, 3, layers, both)
    own = {key: tuple(value.shape) for key, value in Person().state_dict().items()}
    assert name_weights(cell, shape) == own
    Person().load_state_dict(draw_weights(cell, shape, 0), strict=True)


@pytest.mark.parametrize("name", find_cells())
def test_fresh_weights_are_the_same_for_the_same_seed_and_bounded_as_in_torch(name: str) -> None:
    cell = find_cells()[name]
    shape = Shape(9, 4, 16, 2)
    one, again, other = (draw_weights(cell, shape, seed) for seed in (1, 1, 2))
    assert all(torch.equal(one[key], again[key]) for key in one)
    assert not any(torch.equal(one[key], other[key]) for key in one)
    recurrent = [value.abs().max() for key, value in one.items() if key.startswith("recurrent.")]
    assert max(recurrent) <= 0.25
    assert max(recurrent) > 0.2
    assert one["embedding.weight"].abs().max() > 1


@pytest.mark.parametrize("name", find_cells())
def test_the_unrolled_module_learns_the_same_weights_under_the_same_names(name: str) -> None:
    cell = find_cells()[name]
    shape = Shape(9, 4, 6, 2, 2)
    module = Unrolled(cell, shape)
    weights = draw_weights(cell, shape, 5)
    module.load_state_dict(weights, strict=True)
    ids = torch.tensor([[1, 2, 3]])
    h = module.recur(module.embed(ids))
    torch.testing.assert_close(h, Network(cell, shape, weights).recur(module.embed(ids)))
    h.sum().backward()  # type: ignore[no-untyped-call]
    assert all(value.grad is not None for value in module.recurrent.parameters())


def test_a_cell_that_torch_lacks_gets_the_unrolled_module() -> None:
    rnn = find_cells()["rnn"]
    lone = type("Lone", (rnn,), {"layer": None})
    assert isinstance(build_plain(lone, Shape(9, 4, 6, 2)), Unrolled)
    assert isinstance(build_plain(rnn, Shape(9, 4, 6, 2)), Plain)
    with pytest.raises(TypeError, match="no layer"):
        Plain(lone, Shape(9, 4, 6, 2))


@pytest.mark.parametrize("name", find_cells())
def test_the_tap_sees_every_signal_of_every_layer_and_direction_once_a_step(name: str) -> None:
    cell = find_cells()[name]
    shape = Shape(9, 4, 6, 2, 2, True)
    network = Network(cell, shape, draw_weights(cell, shape, 0))
    seen: list[str] = []

    def tap(signal: str, value: torch.Tensor) -> torch.Tensor:
        seen.append(signal)
        return value

    network.recur(network.encode(torch.tensor([1, 2, 3])), tap)
    places = ["layers.0", "layers.0.reverse", "layers.1", "layers.1.reverse"]
    expected = [f"{p}.{s.name}" for p in places for _ in range(3) for s in cell.signals]
    assert seen == expected


@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("name", find_cells())
def test_the_way_back_gives_the_gradient_of_every_recurrent_weight(
    name: str, layers: int, both: bool
) -> None:
    network = draw_network(find_cells()[name], 4, layers=layers, bidirectional=both)
    source = np.random.default_rng(1)
    x, grad_logits = source.standard_normal((9, 5)), source.standard_normal((9, 2))
    free = {key: value.clone().requires_grad_() for key, value in network.weights.items()}
    entered = torch.from_numpy(x).requires_grad_()
    own = Network(network.cell, network.shape, free)
    loss = (own.read_out(own.recur(entered)) * torch.from_numpy(grad_logits)).sum()
    names = [key for key in free if "weight_hh" in key]
    by_x, *expected = torch.autograd.grad(loss, [entered, *(free[key] for key in names)])
    back = network.backward(run_layers(network, x), grad_logits)
    assert set(back) == {
        direction_name(k, r) for k in range(layers) for r in (False, True)[: 1 + both]
    }
    grad_inputs = sum(
        run.flip_time(back[run.name].grad_inputs) for run in run_layers(network, x)[0]
    )
    np.testing.assert_allclose(grad_inputs, by_x, rtol=1e-9, atol=1e-13)
    for key, theirs in zip(names, expected, strict=True):
        layer, *reverse = key.removeprefix("recurrent.weight_hh_l").split("_")
        ours = back[direction_name(int(layer), bool(reverse))]
        total = measure_contributions(ours).total
        assert total == pytest.approx(float(theirs.norm()), rel=1e-9)
        if isinstance(ours, Backward):
            outer = ours.grad_preactivations.T @ ours.recurrent_inputs
            np.testing.assert_allclose(outer, float64(theirs), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("name", find_cells())
def test_one_step_at_a_time_equals_the_loop_over_all_of_them(name: str, layers: int) -> None:
    network = draw_network(find_cells()[name], 6, layers=layers)
    x = torch.randn(5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    seen: list[str] = []

    def tap(signal: str, value: torch.Tensor) -> torch.Tensor:
        seen.append(signal)
        return value if signal != "layers.0.h" else value.clone()

    states, outputs = None, []
    for entered in x:
        h, states = network.step(entered, states, tap)
        outputs.append(h)
    assert states is not None
    assert [list(state) for state in states] == [list(network.cell.states)] * layers
    assert seen == [f"layers.{k}.{s.name}" for k in range(layers) for s in network.cell.signals] * 5
    torch.testing.assert_close(torch.stack(outputs), network.recur(x), atol=0, rtol=0)


def test_a_tap_changes_what_the_step_goes_on_with() -> None:
    network = draw_network(find_cells()["rnn"], 6, layers=2)
    x = torch.ones(5, dtype=torch.float64)

    def tap(signal: str, value: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(value) if signal == "layers.1.h" else value

    h, states = network.step(x, None, tap)
    assert not h.any()
    assert states[0]["h"].any()
    assert not network.recur(x[None], tap).any()


@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("name", find_cells())
def test_a_replayed_run_is_the_run_itself(name: str, layers: int, both: bool) -> None:
    network = draw_network(find_cells()[name], 4, layers=layers, bidirectional=both)
    x = np.random.default_rng(1).standard_normal((6, 5))
    closed, replayed = network.forward(x), run_layers(network, x)
    if closed is None:
        assert network.cell.forward is Cell.forward
        return
    for ours, theirs in zip(itertools.chain(*closed), itertools.chain(*replayed), strict=True):
        assert (ours.name, ours.reverse) == (theirs.name, theirs.reverse)
        np.testing.assert_allclose(ours.x, theirs.x, atol=1e-12)
        assert ours.signals.keys() == theirs.signals.keys()
        for signal in ours.signals:
            np.testing.assert_allclose(ours.signals[signal], theirs.signals[signal], atol=1e-12)


def test_a_reverse_direction_reads_from_the_last_step_to_the_first() -> None:
    network = draw_network(find_cells()["rnn"], 3, bidirectional=True)
    x = np.random.default_rng(1).standard_normal((6, 5))
    ((ahead, reverse),) = run_layers(network, x)
    assert (ahead.name, ahead.reverse) == ("layers.0", False)
    assert (reverse.name, reverse.reverse) == ("layers.0.reverse", True)
    assert np.array_equal(ahead.x, x)
    assert np.array_equal(reverse.x, x[::-1])
    assert reverse.x.flags.c_contiguous
    joined = join_outputs([ahead, reverse])
    assert np.array_equal(joined, np.hstack([ahead.output, reverse.output[::-1]]))
    np.testing.assert_allclose(joined, network.recur(torch.from_numpy(x)), atol=1e-12)


@pytest.mark.parametrize("hidden", [50, 64])
@pytest.mark.parametrize("both", [False, True])
def test_fresh_weights_fill_the_range_that_torch_gives_them(both: bool, hidden: int) -> None:
    rnn = find_cells()["rnn"]
    weights = draw_weights(rnn, Shape(300, 40, hidden, 60, 2, both, 200), 0)
    plain = Plain(rnn, Shape(300, 40, hidden, 60, 2, both, 200)).state_dict()
    for key, value in weights.items():
        if "embedding" in key:
            assert float(value.mean()) == pytest.approx(0, abs=0.05)
            assert float(value.std()) == pytest.approx(1, abs=0.05)
            continue
        fan = hidden * (1 + both) if key.startswith("readout") else hidden
        bound = 1 / math.sqrt(fan)
        assert float(plain[key].abs().max()) <= bound, "torch's own, drawn anew each time"
        assert float(value.abs().max()) <= bound
        assert float(value.abs().max()) > 0.75 * bound
        assert float(value.min()) < -0.5 * bound
        assert float(value.max()) > 0.5 * bound


BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4, "minimal-gated": 2}


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_of_an_orthogonal_start_is_orthogonal_times_its_gain(name: str) -> None:
    cell, shape = find_cells()[name], Shape(5, 3, 6, 2, 2, True)
    plain = draw_weights(cell, shape, 0)
    weights = draw_weights(cell, shape, 0, Initialization("orthogonal", gain=1.5))
    blocks = [
        block
        for key, value in weights.items()
        if key.startswith("recurrent.weight_hh")
        for block in torch.split(value, 6)
    ]
    assert len(blocks) == 4 * BLOCKS[name]
    for block in blocks:
        torch.testing.assert_close(block @ block.T, 2.25 * torch.eye(6), atol=1e-5, rtol=0)
    assert not any(torch.equal(blocks[0], block) for block in blocks[1:])
    for key, value in weights.items():
        assert torch.equal(value, plain[key]) == ("weight_hh" not in key), key


@pytest.mark.parametrize("name", BLOCKS)
def test_an_identity_start_has_the_identity_and_no_bias(name: str) -> None:
    cell, shape = find_cells()[name], Shape(5, 3, 6, 2)
    plain = draw_weights(cell, shape, 0)
    weights = draw_weights(cell, shape, 0, Initialization("identity", gain=0.5))
    for key, value in weights.items():
        if "weight_hh" in key:
            assert torch.equal(value, 0.5 * torch.eye(6).repeat(BLOCKS[name], 1))
        elif key.startswith("recurrent.bias"):
            assert not value.any()
        else:
            assert torch.equal(value, plain[key]), key


def test_a_gain_alone_multiplies_what_torch_draws() -> None:
    cell, shape = find_cells()["gru"], Shape(5, 3, 6, 2)
    plain = draw_weights(cell, shape, 0)
    weights = draw_weights(cell, shape, 0, Initialization(gain=3.0))
    assert torch.equal(weights["recurrent.weight_hh_l0"], 3 * plain["recurrent.weight_hh_l0"])
    assert torch.equal(weights["recurrent.weight_ih_l0"], plain["recurrent.weight_ih_l0"])
    same = draw_weights(cell, shape, 0, Initialization())
    assert all(torch.equal(same[key], plain[key]) for key in plain)


def test_a_recurrent_weight_that_is_a_vector_has_no_orthogonal_start() -> None:
    rnn = find_cells()["rnn"]

    class Independent(rnn):  # type: ignore[misc, valid-type]
        @classmethod
        def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
            return {**rnn.shapes(inputs, hidden), "weight_hh": (hidden,)}

    for start in ("orthogonal", "identity"):
        weights = draw_weights(Independent, Shape(5, 3, 6, 2), 0, Initialization(start, gain=2.0))
        plain = draw_weights(Independent, Shape(5, 3, 6, 2), 0)
        key = "recurrent.weight_hh_l0"
        assert torch.equal(weights[key], 2 * plain[key])


@pytest.mark.parametrize("chrono", [2, 100])
def test_chrono_opens_the_forget_gate_for_as_long_as_it_says(chrono: int) -> None:
    cell, shape = find_cells()["lstm"], Shape(5, 3, 64, 2, 2, True)
    plain = draw_weights(cell, shape, 0)
    weights = draw_weights(cell, shape, 0, Initialization(chrono=chrono))
    for suffix in ("_l0", "_l0_reverse", "_l1", "_l1_reverse"):
        bias = weights[f"recurrent.bias_ih{suffix}"] + weights[f"recurrent.bias_hh{suffix}"]
        i, f, g, o = torch.split(bias, 64)
        assert torch.equal(i, -f)
        assert f.min() >= 0
        assert f.max() <= math.log(chrono - 1)
        if chrono == 100:  # the exponential of f is uniform between 1 and 99
            assert f.exp().mean() == pytest.approx(50, abs=12)
            assert f.exp().min() < 12
            assert f.exp().max() > 88
        before = plain[f"recurrent.bias_ih{suffix}"] + plain[f"recurrent.bias_hh{suffix}"]
        assert torch.equal(torch.cat([g, o]), before[128:])
    assert all(torch.equal(weights[key], plain[key]) for key in plain if "bias" not in key)


@pytest.mark.parametrize(("name", "chrono"), [("lstm", 1), ("lstm", 0), ("gru", 9), ("rnn", 9)])
def test_chrono_concerns_cells_with_both_gates_and_two_steps_or_more(
    name: str, chrono: int
) -> None:
    cell, shape = find_cells()[name], Shape(5, 3, 6, 2)
    plain = draw_weights(cell, shape, 0)
    weights = draw_weights(cell, shape, 0, Initialization(chrono=chrono))
    assert all(torch.equal(weights[key], plain[key]) for key in plain)


def test_chrono_goes_by_the_roles_of_the_gates_and_not_by_their_names() -> None:
    lstm = find_cells()["lstm"]
    renamed = [
        replace(s, name={"f": "keep", "i": "write"}.get(s.name, s.name)) for s in lstm.signals
    ]
    other = type("Renamed", (lstm,), {"signals": tuple(renamed)})
    shape = Shape(5, 3, 6, 2)
    ours, theirs = (draw_weights(c, shape, 0, Initialization(chrono=50)) for c in (other, lstm))
    assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


@pytest.mark.parametrize("name", find_cells())
def test_a_word_outside_the_vocabulary_is_its_ngrams_beside_the_unknown_row(name: str) -> None:
    network = draw_network(find_cells()[name], 4, ngrams=30)
    rows, table = (network.weights[f"{k}.weight"] for k in ("embedding", "ngram_embedding"))
    encoding = misspell(draw_encoding(6), {1: "otimmo", 4: "❤"})
    x = network.read(encoding)
    ids = encoding.token_ids
    for step in (0, 2, 3, 5):
        assert torch.equal(x[step], rows[ids[step]])
    ngrams = [table[row] for row in list_ngrams("otimmo", 30)]
    torch.testing.assert_close(x[1], rows[UNKNOWN_ROW] + sum(ngrams) / len(ngrams))
    assert torch.equal(x[4], rows[UNKNOWN_ROW])
    without = draw_network(find_cells()[name], 4)
    assert torch.equal(without.read(encoding), without.encode(ids_of(encoding)))


@pytest.mark.parametrize("name", find_cells())
def test_the_module_that_is_trained_reads_a_spelling_as_the_network_does(name: str) -> None:
    cell, shape = find_cells()[name], Shape(9, 4, 6, 2, ngrams=20)
    module = build_plain(cell, shape)
    assert module.spellings is not None
    network = Network(cell, shape, module.state_dict())
    words = ("otimmo", "w3", "filmao", "otimmo", "!")
    encoding = Encoding(words, (1, 3, 1, 1, 1), (False, True, False, False, False))
    ids = [
        row if known else module.spellings.identify(token)
        for token, row, known in zip(words, encoding.token_ids, encoding.known, strict=True)
    ]
    x = module.embed(torch.tensor([ids, [2, 3, 4, 5, 0]]))
    torch.testing.assert_close(x[0], network.read(encoding))
    assert torch.equal(x[1], network.encode(torch.tensor([2, 3, 4, 5, 0])))
    assert torch.equal(module.embed(torch.tensor([[2, 3]])), x[1:, :2])
    x.sum().backward()  # type: ignore[no-untyped-call]
    assert module.ngram_embedding is not None
    slope = torch.zeros(20, 4)
    for token in words:
        for row in list_ngrams(token, 20) if token != "w3" else ():
            slope[row] += 1 / len(list_ngrams(token, 20))
    torch.testing.assert_close(module.ngram_embedding.weight.grad, slope)
    assert set(module.state_dict()) == set(name_weights(cell, shape))


def draw_states(network: Network, seed: int) -> dict[str, dict[str, Array]]:
    """Draw a number for every state of every layer and direction."""
    source = np.random.default_rng(seed)
    return {
        direction_name(layer, reverse): {
            name: 0.5 * source.standard_normal(network.shape.hidden) for name in network.cell.states
        }
        for layer in range(network.shape.layers)
        for reverse in network.shape.directions
    }


def stack_states(states: Mapping[str, Mapping[str, Array]], name: str) -> torch.Tensor:
    """Give one state of every layer and direction as PyTorch lays them out, ``[L * D, H]``."""
    return torch.from_numpy(np.stack([state[name] for state in states.values()]))


@pytest.mark.parametrize("steps", [1, 9])
@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("name", [n for n, cell in find_cells().items() if cell.layer])
def test_from_given_states_and_back_from_the_final_ones_as_the_layer_of_torch(
    name: str, layers: int, both: bool, steps: int
) -> None:
    network = draw_network(find_cells()[name], 4, layers=layers, bidirectional=both)
    source = np.random.default_rng(1)
    x, grad_outputs = (
        source.standard_normal((steps, 5)),
        source.standard_normal((steps, 4 + 4 * both)),
    )
    initial, grad_final = draw_states(network, 2), draw_states(network, 3)
    build: Callable[..., nn.RNNBase] = network.cell.layer  # type: ignore[assignment]
    layer = build(5, 4, num_layers=layers, bidirectional=both).double()
    layer.load_state_dict(
        {k.removeprefix("recurrent."): v for k, v in network.weights.items() if "recurrent." in k}
    )
    entered = torch.from_numpy(x).requires_grad_()
    # PyTorch's are h, or h and c; so are the cell's.
    first = [stack_states(initial, state).requires_grad_() for state in network.cell.states]
    outputs, last = layer(entered, first[0] if len(first) == 1 else tuple(first))
    last = [last] if len(first) == 1 else list(last)
    grad_last = [stack_states(grad_final, state) for state in network.cell.states]
    by_x, *by_first = torch.autograd.grad(
        [outputs, *last], [entered, *first], [torch.from_numpy(grad_outputs), *grad_last]
    )

    runs = network.forward(x, initial)
    assert runs is not None
    np.testing.assert_allclose(join_outputs(runs[-1]), float64(outputs), rtol=0, atol=1e-10)
    final = {run.name: run.final for directions in runs for run in directions}
    back = network.backpropagate(runs, grad_outputs, grad_final)
    by_x_of_ours = sum(run.flip_time(back[run.name].grad_inputs) for run in runs[0])
    np.testing.assert_allclose(by_x_of_ours, float64(by_x), rtol=0, atol=1e-10)
    by_initial = {run.name: back[run.name].grad_initial for d in runs for run in d}
    for k, state in enumerate(network.cell.states):
        torch.testing.assert_close(stack_states(final, state), last[k], rtol=0, atol=1e-10)
        torch.testing.assert_close(stack_states(by_initial, state), by_first[k], rtol=0, atol=1e-10)


@pytest.mark.parametrize("steps", [1, 9])
@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("name", find_cells())
def test_from_given_states_the_closed_form_equals_the_loop_and_its_autograd(
    name: str, layers: int, both: bool, steps: int
) -> None:
    network = draw_network(find_cells()[name], 4, layers=layers, bidirectional=both)
    source = np.random.default_rng(1)
    x, grad_logits = source.standard_normal((steps, 5)), source.standard_normal((steps, 2))
    initial, grad_final = draw_states(network, 2), draw_states(network, 3)
    seen: dict[str, list[torch.Tensor]] = {}

    def tap(signal: str, value: torch.Tensor) -> torch.Tensor:
        seen.setdefault(signal, []).append(value)
        return value

    entered = torch.from_numpy(x).requires_grad_()
    first = {
        place: {s: torch.from_numpy(v.copy()).requires_grad_() for s, v in states.items()}
        for place, states in initial.items()
    }
    h, last = network.unroll(entered, first, tap)
    assert list(last) == list(initial)
    logits = network.read_out(h)
    leaves = [value for states in first.values() for value in states.values()]
    flat = [value for values in seen.values() for value in values]
    grads = torch.autograd.grad(
        [logits, *(last[place][s] for place, states in grad_final.items() for s in states)],
        [entered, *leaves, *flat],
        [
            torch.from_numpy(grad_logits),
            *(torch.from_numpy(v) for states in grad_final.values() for v in states.values()),
        ],
        allow_unused=True,
        materialize_grads=True,
    )
    order = iter(float64(grad) for grad in grads)
    by_x = next(order)
    by_first = {place: {s: next(order) for s in states} for place, states in first.items()}
    by_signal = {signal: np.stack([next(order) for _ in values]) for signal, values in seen.items()}

    signals = {
        signal: np.stack([float64(v) for v in (values[::-1] if ".reverse." in signal else values)])
        for signal, values in seen.items()
    }
    runs = network.replay(x, signals, initial)
    closed = network.forward(x, initial)
    back = network.backward(runs, grad_logits, grad_final)
    assert_close = partial(np.testing.assert_allclose, rtol=0, atol=1e-10)
    for k, directions in enumerate(runs):
        for d, run in enumerate(directions):
            ours = back[run.name]
            for signal in network.cell.signals:
                key = f"{run.name}.{signal.name}"
                assert_close(ours.grad_signals[signal.name], by_signal[key], err_msg=key)
                if closed is not None:
                    assert_close(closed[k][d].signals[signal.name], run.signals[signal.name])
            for state in network.cell.states:
                np.testing.assert_allclose(run.final[state], float64(last[run.name][state]))
                assert_close(ours.grad_initial[state], by_first[run.name][state])
    by_x_of_ours = sum(run.flip_time(back[run.name].grad_inputs) for run in runs[0])
    assert_close(by_x_of_ours, by_x)


@pytest.mark.parametrize("name", find_cells())
def test_a_run_cut_in_two_goes_on_from_where_it_stood(name: str) -> None:
    network = draw_network(find_cells()[name], 4, layers=2)
    source = np.random.default_rng(1)
    x, grad_logits = source.standard_normal((9, 5)), source.standard_normal((9, 2))
    whole = run_layers(network, x)
    signals = {f"{run.name}.{s}": v for (run,) in whole for s, v in run.signals.items()}
    early = network.replay(x[:4], {key: value[:4] for key, value in signals.items()})
    between = {run.name: run.final for (run,) in early}
    late = network.replay(x[4:], {key: value[4:] for key, value in signals.items()}, between)
    expected = network.backward(whole, grad_logits)
    back_late = network.backward(late, grad_logits[4:])
    handed = {place: back.grad_initial for place, back in back_late.items()}
    back_early = network.backward(early, grad_logits[:4], handed)
    for place, whole_back in expected.items():
        halves = back_early[place], back_late[place]
        for signal, grad in whole_back.grad_signals.items():
            found = np.vstack([half.grad_signals[signal] for half in halves])
            np.testing.assert_allclose(found, grad, rtol=1e-9, atol=1e-13)
        totals = [measure_contributions(half) for half in halves]
        norms = np.concatenate([total.norms for total in totals])
        np.testing.assert_allclose(norms, measure_contributions(whole_back).norms, atol=1e-12)


def test_a_state_that_is_not_named_is_zero_and_one_that_does_not_exist_is_refused() -> None:
    network = draw_network(find_cells()["lstm"], 4)
    x = np.random.default_rng(1).standard_normal((3, 5))
    h = np.full(4, 0.3)
    (run,) = network.forward(x, {"layers.0": {"h": h}})[0]  # type: ignore[index]
    (same,) = network.forward(x, {"layers.0": {"h": h, "c": np.zeros(4)}})[0]  # type: ignore[index]
    assert np.array_equal(run.output, same.output)
    with pytest.raises(ValueError, match="no state 'z': the cell has h, c"):
        network.forward(x, {"layers.0": {"z": h}})
    with pytest.raises(ValueError, match=r"the state 'h' is \(1,\), not \(4,\)"):
        network.forward(x, {"layers.0": {"h": h[:1]}})
