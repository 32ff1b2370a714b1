"""Networks of unlike layers: their answers and gradients against a plain module and autograd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
import torch
from gatescope.analysis.tracer import list_signals, record
from gatescope.contracts import Intervention, InvalidInput, float64
from gatescope.nn.chain import (
    AgainstZero,
    Chain,
    Place,
    RecurrentLayer,
    Structure,
    make_linear,
    normalize_batches,
    pool,
)
from gatescope.nn.network import join_outputs
from gatescope.registry import find_cells
from torch import Tensor, nn

from tests.made_up import WORDS, EveryStep, LastStep, draw_encoding, ids_of

STEPS = 7
PLACES = get_args(Place)


def draw_layer(
    cell: str, inputs: int, hidden: int, directions: tuple[bool, ...], **settings: float
) -> RecurrentLayer:
    source = torch.Generator().manual_seed(inputs + hidden)
    weights = {
        reverse: {
            name: 0.6 * torch.randn(size, generator=source, dtype=torch.float64)
            for name, size in find_cells()[cell].shapes(inputs, hidden).items()
        }
        for reverse in directions
    }
    return RecurrentLayer(find_cells()[cell], weights, settings)


def draw_structure(place: Place = "last", **variant: float) -> Structure:
    torch.manual_seed(0)
    return Structure(
        layers=(
            draw_layer("lstm", 5, 4, (False, True)),
            draw_layer("gru", 6, 3, (False, True), **variant),
        ),
        before=((nn.Tanh(),), (nn.LayerNorm(8), nn.Linear(8, 6), nn.ReLU())),
        embedding=torch.randn(WORDS, 5),
        place=place,
        readout=(nn.Linear(6, 4), nn.ELU(), nn.Linear(4, 2)),
        above=(nn.Sigmoid(),),
    )


class Plain(nn.Module):
    """The same network of torch's own fused layers."""

    def __init__(self, structure: Structure) -> None:
        super().__init__()
        self.structure = structure
        self.fused = nn.ModuleList()
        for layer in structure.layers:
            assert layer.cell.layer is not None
            fused: Callable[..., nn.RNNBase] = layer.cell.layer
            module = fused(layer.inputs, layer.hidden, bidirectional=True, dtype=torch.float64)
            module.load_state_dict(
                {
                    f"{name}_l0{'_reverse' if reverse else ''}": value
                    for reverse, own in layer.directions.items()
                    for name, value in own.items()
                }
            )
            self.fused.append(module)

    def forward(self, x: Tensor) -> Tensor:
        ends: Any = None
        for before, fused in zip(self.structure.before, self.fused, strict=True):
            for module in before:
                x = module(x)
            x, state = fused(x)
            ends = state[0] if isinstance(state, tuple) else state
        for module in self.structure.above:
            x, ends = module(x), module(ends)
        match self.structure.place:
            case "last":
                x = x[-1]
            case "ends":
                x = ends.flatten()
            case "mean":
                x = x.mean(dim=0)
            case "max":
                x = x.max(dim=0).values
        for module in self.structure.readout:
            x = module(x)
        return x


@pytest.mark.parametrize("place", PLACES)
def test_the_answer_is_that_of_torchs_own_layers(place: Place) -> None:
    structure = draw_structure(place)
    chain = Chain(structure)
    ids = torch.arange(STEPS)
    expected = Plain(structure)(chain.encode(ids))
    torch.testing.assert_close(chain.answer(ids), expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize("place", PLACES)
def test_the_gradient_at_the_input_is_that_of_torchs_own_layers(place: Place) -> None:
    structure = draw_structure(place)
    chain, plain = Chain(structure), Plain(structure)
    x = chain.encode(torch.arange(STEPS)).requires_grad_()
    target = torch.tensor(1)
    logits = plain(x)
    last = logits[-1] if place == "every" else logits
    nn.functional.cross_entropy(last, target).backward()  # type: ignore[no-untyped-call]
    layers = chain.forward(float64(x))
    assert layers is not None
    top = join_outputs(layers[-1])
    probabilities = float64(torch.from_numpy(chain.read_out_array(top)).softmax(-1))
    grad_logits = np.zeros_like(probabilities)
    grad_logits[-1] = probabilities[-1] - np.eye(2)[1]
    back = chain.backward(layers, grad_logits)
    below = sum(run.flip_time(back[run.name].grad_inputs) for run in layers[0])
    grad = chain.backpropagate_connection(0, float64(x), np.asarray(below))
    assert x.grad is not None
    np.testing.assert_allclose(grad, x.grad.numpy(), atol=1e-12)


@pytest.mark.parametrize("task", [LastStep(), EveryStep()])
@pytest.mark.parametrize("variant", [{}, {"reset_before": 1.0}, {"hard_sigmoid": 0.2}])
@pytest.mark.parametrize("place", PLACES)
def test_both_paths_of_the_tracer_give_the_same(
    place: Place, variant: dict[str, float], task: LastStep
) -> None:
    chain = Chain(draw_structure(place, **variant))
    encoding = draw_encoding(STEPS)
    found = record(chain, task, encoding)
    expected = record(chain, task, encoding, closed_form=False)
    assert list(found.signals) == list_signals(chain)
    assert found.loss == pytest.approx(expected.loss)
    for name, value in expected.gradients.items():
        np.testing.assert_allclose(found.signals[name], expected.signals[name], atol=1e-12)
        np.testing.assert_allclose(found.gradients[name], value, atol=1e-12, err_msg=name)
    if place != "every":
        answer = chain.answer(ids_of(encoding)).softmax(-1)
        np.testing.assert_allclose(found.probabilities[-1], answer.numpy(), atol=1e-12)


def test_layers_of_unlike_widths_have_units_of_their_own() -> None:
    chain, encoding = Chain(draw_structure()), draw_encoding(STEPS)
    forced = Intervention("layers.0.f", 1.0, unit=3)
    signals = record(chain, LastStep(), encoding, interventions=[forced]).signals
    assert (signals["layers.0.f"].shape, signals["layers.1.z"].shape) == ((STEPS, 4), (STEPS, 3))
    with pytest.raises(InvalidInput) as raised:
        record(chain, LastStep(), encoding, interventions=[Intervention("layers.1.z", 1.0, unit=3)])
    assert (raised.value.code, raised.value.values["last"]) == ("unknown_unit", 2)


@pytest.mark.parametrize("place", PLACES)
def test_the_readout_at_a_step_is_that_of_a_text_that_ends_there(place: Place) -> None:
    h = torch.randn(STEPS, 6)
    for t in range(STEPS):
        alone = pool(h[: t + 1], place, 6)[-1]
        torch.testing.assert_close(pool(h, place, 6)[t], alone)


@pytest.mark.parametrize("place", PLACES)
def test_the_end_of_a_batch_of_texts_is_that_of_each(place: Place) -> None:
    chain = Chain(draw_structure(place))
    h = chain.recur(torch.stack([chain.encode(torch.arange(k, k + STEPS)) for k in range(3)]))
    for row, logits in zip(h, chain.read_out_end(h), strict=True):
        torch.testing.assert_close(logits, chain.read_out(row)[-1])


def test_batch_normalisation_in_evaluation_is_torchs() -> None:
    norm = nn.BatchNorm1d(4).eval()
    with torch.no_grad():
        for value in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
            assert value is not None
            value.copy_(torch.rand(4) + 0.1)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    own = normalize_batches(norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias)
    x = torch.randn(9, 4)
    torch.testing.assert_close(own(x), norm(x))


def test_a_sigmoid_is_the_softmax_against_zero() -> None:
    z = torch.randn(5, 1)
    torch.testing.assert_close(AgainstZero()(z).softmax(-1)[:, 1:], z.sigmoid())


def test_a_linear_layer_takes_the_weights_it_is_given() -> None:
    weight, bias, x = torch.randn(3, 4), torch.randn(3), torch.randn(5, 4)
    for own in (bias, None):
        linear = make_linear(weight, own)
        torch.testing.assert_close(linear(x), nn.functional.linear(x, weight, own))
        assert (linear.in_features, linear.out_features) == (4, 3)
