from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
import torch
from gatescope.contracts import float64
from gatescope.nn.network import (
    Network,
    Plain,
    Shape,
    Unrolled,
    build_plain,
    draw_weights,
    name_weights,
)
from gatescope.registry import find_cells
from torch import nn

from tests.made_up import draw_network

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
        expected = plain.recur(plain.embedding(ids))
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
    h = module.recur(module.embedding(ids))
    torch.testing.assert_close(h, Network(cell, shape, weights).recur(module.embedding(ids)))
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
@pytest.mark.parametrize("name", KNOWN)
def test_what_is_carried_back_gives_the_gradient_of_every_recurrent_weight(
    name: str, layers: int, both: bool
) -> None:
    network = draw_network(find_cells()[name], 4, layers=layers, bidirectional=both)
    x = torch.randn(9, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    free = {key: value.clone().requires_grad_() for key, value in network.weights.items()}
    logits = Network(network.cell, network.shape, free).recur(x)[-1] @ free["readout.weight"].T
    names = [key for key in free if "weight_hh" in key]
    expected = torch.autograd.grad(logits[1], [free[key] for key in names])
    outward = np.zeros((9, 2))
    outward[-1, 1] = 1.0
    passes = network.forward(x.numpy())
    back = network.backward(passes, outward)
    found = []
    for one in (one for row in passes for one in row):
        before = np.vstack([np.zeros((1, 4)), one.output[:-1]])
        found.append(back[one.name].sums.T @ before)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, float64(theirs), rtol=1e-9, atol=1e-13)
