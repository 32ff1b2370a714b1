"""A person's own module: what is said of it, held to autograd through an unrolled loop."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, cast

import gatescope
import numpy as np
import pytest
import torch
from gatescope.contracts import Array, direction_name, float64, suffix_name
from gatescope.nn.network import Network, Shape
from gatescope.registry import find_cells
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

KINDS: dict[str, Callable[..., nn.RNNBase]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
STACKS = list(itertools.product([1, 2], [False, True]))
LENGTHS = [3, 6, 5]  # of the samples of a packed batch


def unroll(
    layer: nn.RNNBase,
    kind: str,
    x: Array,
    initial: Mapping[str, Mapping[str, Array]],
    finish: Callable[[Tensor, dict[str, dict[str, Tensor]]], Tensor],
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Give every signal and its gradient by autograd through the loop, steps as in the input.

    ``finish`` makes the loss of the outputs ``[T, D * H]`` and the final states.
    """
    both = bool(layer.bidirectional)
    shape = Shape(0, layer.input_size, layer.hidden_size, 0, layer.num_layers, both)
    cell = find_cells()[kind]
    weights = {
        f"recurrent.{key}": value.detach().double() for key, value in layer.state_dict().items()
    }
    for depth, reverse in itertools.product(range(layer.num_layers), shape.directions):
        for name, size in cell.shapes(1, layer.hidden_size).items():
            key = f"recurrent.{name}{suffix_name(depth, reverse)}"
            weights.setdefault(key, torch.zeros(size, dtype=torch.float64))
    relu = {"relu": 1.0} if getattr(layer, "nonlinearity", "") == "relu" else {}
    network = Network(cell, shape, weights, relu)
    seen: dict[str, list[Tensor]] = {}

    def tap(name: str, value: Tensor) -> Tensor:
        seen.setdefault(name, []).append(value)
        return value

    entered = torch.from_numpy(x).requires_grad_()
    first = {
        place: {name: torch.from_numpy(value) for name, value in states.items()}
        for place, states in initial.items()
    }
    loss = finish(*network.unroll(entered, first, tap))
    flat = [value for values in seen.values() for value in values]
    grads = torch.autograd.grad(loss, flat, allow_unused=True, materialize_grads=True)
    rows = iter(grads)
    signals, gradients = {}, {}
    for name, values in seen.items():
        own = [float64(next(rows)) for _ in values]
        order = slice(None, None, -1) if ".reverse." in name else slice(None)
        signals[name] = np.stack([float64(value) for value in values][order])
        gradients[name] = np.stack(own[order])
    return signals, gradients


def stack_final(last: dict[str, dict[str, Tensor]], name: str) -> Tensor:
    return torch.stack([states[name] for states in last.values()])  # [L * D, H]


def assert_same(
    trace: gatescope.ModuleTrace,
    expected: tuple[dict[str, Array], dict[str, Array]],
    tolerance: float,
    path: str = "",
) -> None:
    signals, gradients = expected
    assert set(trace) == {path + name for name in signals}
    assert set(trace.gradients) == set(trace)
    for name, value in signals.items():
        np.testing.assert_allclose(trace[path + name], value, rtol=0, atol=tolerance, err_msg=name)
    scale = max(float(np.abs(value).max()) for value in gradients.values())
    assert scale > 1e-6, "there is a gradient to compare"
    for name, value in gradients.items():
        np.testing.assert_allclose(
            trace.gradients[path + name], value, rtol=0, atol=tolerance * scale, err_msg=name
        )


def weigh(values: Tensor, seed: int) -> Tensor:
    """Give a loss of these values: each times a number of its own."""
    source = torch.Generator().manual_seed(seed)
    drawn = torch.randn(values.shape, generator=source, dtype=torch.float64)
    return (values * drawn.to(values.dtype)).sum()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize(("layers", "both"), STACKS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_gate_and_gradient_of_a_fused_layer(
    kind: str, layers: int, both: bool, batch_first: bool, dtype: torch.dtype
) -> None:
    torch.manual_seed(layers)
    layer = KINDS[kind](3, 4, num_layers=layers, bidirectional=both, batch_first=batch_first)
    layer = layer.to(dtype)
    x = torch.randn(2, 7, 3, dtype=dtype)
    names = find_cells()[kind].states
    given = tuple(0.5 * torch.randn(layers * (1 + both), 2, 4, dtype=dtype) for _ in names)
    hx = given if len(given) > 1 else given[0]
    places = [direction_name(k, r) for k in range(layers) for r in (False, True)[: 1 + both]]

    def loss(result: Any) -> Tensor:
        outputs, last = result
        last = last if isinstance(last, tuple) else (last,)
        own = outputs[1] if batch_first else outputs[:, 1]
        total = weigh(own, 1)
        for k, value in enumerate(last):
            total = total + weigh(value[:, 1], 2 + k)
        return total

    def finish(outputs: Tensor, last: dict[str, dict[str, Tensor]]) -> Tensor:
        total = weigh(outputs, 1)
        for k, name in enumerate(names):
            total = total + weigh(stack_final(last, name), 2 + k)
        return total

    entered = x if batch_first else x.transpose(0, 1)
    trace = gatescope.trace(layer, (entered, hx), loss=loss, sample=1)
    initial = {
        place: {name: float64(value[k, 1]) for name, value in zip(names, given, strict=True)}
        for k, place in enumerate(places)
    }
    expected = unroll(layer, kind, float64(x[1]), initial, finish)
    assert_same(trace, expected, 1e-12 if dtype == torch.float64 else 2e-6)
    assert trace.layers[""].difference < (1e-14 if dtype == torch.float64 else 1e-5)


@pytest.mark.parametrize("sample", range(3))
@pytest.mark.parametrize("enforce", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_each_sample_of_a_packed_batch_has_steps_of_its_own(
    kind: str, enforce: bool, sample: int
) -> None:
    lengths = sorted(LENGTHS, reverse=True) if enforce else LENGTHS
    layer = KINDS[kind](3, 4, num_layers=2, bidirectional=True).double()
    x = torch.randn(6, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    packed = pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=enforce)

    def loss(result: Any) -> Tensor:
        outputs, _ = pad_packed_sequence(result[0])
        last = result[1][0] if isinstance(result[1], tuple) else result[1]
        return weigh(outputs[: lengths[sample], sample], 1) + weigh(last[:, sample], 2)

    trace = gatescope.trace(layer, packed, loss=loss, sample=sample)
    expected = unroll(
        layer,
        kind,
        float64(x[: lengths[sample], sample]),
        {},
        lambda outputs, last: weigh(outputs, 1) + weigh(stack_final(last, "h"), 2),
    )
    assert_same(trace, expected, 1e-12)
    assert isinstance(packed, PackedSequence)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("kind", [*KINDS, "relu"])
def test_one_sequence_without_a_batch_and_layers_without_biases(kind: str, bias: bool) -> None:
    make, more = (nn.RNN, {"nonlinearity": "relu"}) if kind == "relu" else (KINDS[kind], {})
    layer = make(3, 4, bias=bias, **more).double()
    x = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    trace = gatescope.trace(layer, {"input": x}, loss=lambda result: weigh(result[0], 1))
    base = "rnn" if kind == "relu" else kind
    expected = unroll(layer, base, float64(x), {}, lambda outputs, _: weigh(outputs, 1))
    assert_same(trace, expected, 1e-12)


class Tagger(nn.Module):
    """An embedding, an encoder, dropout, a second recurrent layer of another kind, a readout."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(11, 3)
        self.encoder = nn.LSTM(3, 4, batch_first=True, bidirectional=True)
        self.norm = nn.BatchNorm1d(8)
        self.dropout = nn.Dropout(0.5)
        self.heads = nn.ModuleDict({"tags": nn.GRU(8, 5, batch_first=True)})
        self.readout = nn.Linear(5, 2)

    def forward(self, ids: Tensor) -> Tensor:
        h, _ = self.encoder(self.embedding(ids))
        h = self.dropout(self.norm(h.transpose(1, 2)).transpose(1, 2))
        h, _ = self.heads["tags"](torch.relu_(h))
        logits: Tensor = self.readout(h)
        return logits


def ask(logits: Tensor) -> Tensor:
    return nn.functional.cross_entropy(logits[:, -1], torch.tensor([0, 1]))


IDS = torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]])


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
def test_a_module_stays_as_it_was(training: bool, frozen: bool) -> None:
    module = Tagger().train(training).requires_grad_(not frozen)
    module.readout.weight.grad = torch.ones_like(module.readout.weight)
    before = {key: value.clone() for key, value in module.state_dict().items()}
    drawn = torch.random.get_rng_state()
    with torch.no_grad():
        trace = gatescope.trace(module, IDS, loss=ask)
    assert torch.equal(torch.random.get_rng_state(), drawn)
    assert {name.rpartition(".layers.")[0] for name in trace} == {"encoder", "heads.tags"}
    assert trace["heads.tags.layers.0.z"].shape == (4, 5)
    assert any(np.abs(value).max() > 0 for value in trace.gradients.values())
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert all(part.training == training for part in module.modules())
    assert all(value.requires_grad != frozen for value in module.parameters())
    grads = {key for key, value in module.named_parameters() if value.grad is not None}
    assert grads == {"readout.weight"}
    assert bool((module.readout.weight.grad == 1).all())
    assert not any(part._forward_hooks for part in module.modules())


def test_a_frozen_module_gives_the_gradients_of_a_free_one() -> None:
    module = Tagger().double().eval()
    free = gatescope.trace(module, IDS, loss=ask, sample=1)
    frozen = gatescope.trace(module.requires_grad_(False), IDS, loss=ask, sample=1)
    for name, value in free.gradients.items():
        np.testing.assert_allclose(frozen.gradients[name], value, rtol=0, atol=1e-14)
    assert free.loss == frozen.loss


def test_the_gradient_reaches_through_all_that_lies_between_two_layers() -> None:
    module = Tagger().double().eval()
    trace = gatescope.trace(module, IDS, loss=ask, sample=1)
    embedded = module.embedding(IDS).detach().requires_grad_()
    h, _ = module.encoder(embedded)
    h = torch.relu(module.norm(h.transpose(1, 2)).transpose(1, 2))
    (expected,) = torch.autograd.grad(ask(module.readout(module.heads["tags"](h)[0])), embedded)
    found = trace.layers["encoder"].grad_inputs
    assert found is not None
    np.testing.assert_allclose(found, float64(expected[1]), rtol=0, atol=1e-14)


def test_without_a_loss_there_are_signals_alone() -> None:
    trace = gatescope.trace(Tagger().eval(), IDS)
    assert len(trace) == 2 * 6 + 4
    assert trace.gradients == trace.norms == {}
    assert trace.loss is None
    assert trace.layers["encoder"].grad_inputs is None


@pytest.mark.parametrize("kind", KINDS)
def test_single_cells_in_a_loop_are_one_run(kind: str) -> None:
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            make: Callable[..., nn.Module] = getattr(nn, f"{KINDS[kind].__name__}Cell")
            self.cell = make(3, 4)

        def forward(self, x: Tensor) -> Tensor:
            state, outputs = None, []
            for row in x:
                state = self.cell(row, state)
                outputs.append(state[0] if isinstance(state, tuple) else state)
            return torch.stack(outputs)

    module = Loop().double()
    layer = KINDS[kind](3, 4).double()
    layer.load_state_dict({f"{key}_l0": value for key, value in module.cell.state_dict().items()})
    x = torch.randn(6, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))

    def loss(outputs: Tensor) -> Tensor:
        return weigh(outputs[:-2, 1], 1)  # the last steps get no gradient

    trace = gatescope.trace(module, x, loss=loss, sample=1)
    expected = unroll(layer, kind, float64(x[:, 1]), {}, lambda h, _: weigh(h[:-2], 1))
    assert_same(trace, expected, 1e-12, "cell.")
    assert trace.layers["cell"].grad_inputs is not None
    assert not trace.gradients["cell.layers.0.h"][-2:].any()


def test_a_decoder_that_is_called_step_by_step_is_one_run_and_starts_where_the_encoder_ended() -> (
    None
):
    class Translator(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder = nn.LSTM(3, 4), nn.LSTM(3, 4)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            _, state = self.encoder(x)
            outputs = []
            for row in y:
                h, state = self.decoder(row[None], state)
                outputs.append(h)
            return torch.cat(outputs)

    module = Translator().double()
    source = torch.Generator().manual_seed(1)
    x = torch.randn(5, 1, 3, dtype=torch.float64, generator=source)
    y = torch.randn(6, 1, 3, dtype=torch.float64, generator=source)
    trace = gatescope.trace(module, (x, y), loss=lambda h: weigh(h[:, 0], 1))
    encoder, decoder = trace.layers["encoder"], trace.layers["decoder"]
    assert (encoder.steps, decoder.steps) == (5, 6)
    signals, gradients = unroll(
        module.decoder, "lstm", float64(y[:, 0]), decoder.initial, lambda h, _: weigh(h, 1)
    )
    for name, value in signals.items():
        np.testing.assert_allclose(decoder.signals[name], value, rtol=0, atol=1e-12)
        np.testing.assert_allclose(decoder.gradients[name], gradients[name], rtol=0, atol=1e-12)
    for state in ("h", "c"):
        last = encoder.signals[f"layers.0.{state}"][-1]
        np.testing.assert_allclose(decoder.initial["layers.0"][state], last, rtol=0, atol=1e-14)
    # What arrives at the encoder's end is what the decoder handed back.
    np.testing.assert_allclose(
        encoder.gradients["layers.0.h"][-1],
        decoder.grad_initial["layers.0"]["h"],
        rtol=0,
        atol=1e-14,
    )


def test_a_layer_called_on_two_texts_is_told_apart() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.gru = nn.GRU(3, 4)

        def forward(self, one: Tensor, other: Tensor) -> Tensor:
            return cast(Tensor, self.gru(one)[0].sum() + self.gru(other)[0].sum())

    trace = gatescope.trace(Twice(), (torch.ones(2, 1, 3), torch.zeros(4, 1, 3)), loss=lambda s: s)
    assert trace["gru.layers.0.h"].shape == (2, 4)
    assert trace["gru#1.layers.0.h"].shape == (4, 4)


def test_dropout_between_layers_while_training_is_told_and_nothing_is_shown() -> None:
    layer = nn.LSTM(3, 4, num_layers=2, dropout=0.5)
    x = torch.randn(9, 1, 3)
    with pytest.raises(gatescope.ReplayDiffers, match=r"training with dropout 0\.5 .*eval\(\)"):
        gatescope.trace(layer, x)
    assert layer.training
    assert not layer._forward_hooks
    gatescope.trace(layer.eval(), x)


class Scaled(nn.GRU):
    """Not what it says it is."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        output, last = super().forward(*args, **kwargs)
        return 1.01 * output, last


def test_a_layer_that_does_something_else_is_told_and_the_others_are_shown() -> None:
    module = nn.ModuleDict({"good": nn.GRU(3, 4), "odd": Scaled(3, 4)})

    class Both(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = module

        def forward(self, x: Tensor) -> Tensor:
            return cast(Tensor, self.parts["odd"](x)[0] + self.parts["good"](x)[0])

    trace = gatescope.trace(Both(), torch.randn(9, 1, 3), loss=lambda h: h.sum())
    assert set(trace.layers) == {"parts.good"}
    assert set(trace.skipped) == {"parts.odd"}
    assert "forward does more than its weights say" in trace.skipped["parts.odd"]
    assert "parts.odd returned something else" in repr(trace)
    with pytest.raises(KeyError, match="returned something else"):
        trace["parts.odd.layers.0.h"]
    with pytest.raises(KeyError, match=r"no signal 'parts.good.layers.0.f'"):
        trace["parts.good.layers.0.f"]


def test_what_cannot_be_replayed_is_named() -> None:
    with pytest.raises(ValueError, match=r"Linear has no nn\.RNN, nn\.LSTM"):
        gatescope.trace(nn.Linear(3, 4), torch.ones(1, 3))
    with pytest.raises(ValueError, match="projected"):
        gatescope.trace(nn.LSTM(3, 4, proj_size=2), torch.ones(5, 1, 3))
    quantised = type("LSTM", (nn.Module,), {"__module__": "torch.ao.nn.quantized.dynamic"})
    with pytest.raises(ValueError, match="the module: it is quantised"):
        gatescope.trace(quantised(), torch.ones(5, 1, 3))


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        (lambda result: result[0], r"one number, a tensor; it is \(5, 1, 4\)"),
        (lambda result: 3.0, "it is float"),
        (lambda result: torch.zeros(()), "does not depend on any"),
        (lambda result: torch.zeros((), requires_grad=True), "does not depend on any"),
    ],
)
def test_a_loss_is_one_number_that_depends_on_a_layer(loss: Any, why: str) -> None:
    layer = nn.GRU(3, 4)
    with pytest.raises(ValueError, match=why):
        gatescope.trace(layer, torch.ones(5, 1, 3), loss=loss)
    assert not layer._forward_hooks


def test_hooks_are_gone_after_an_error_too() -> None:
    layer = nn.GRU(3, 4)
    with pytest.raises(RuntimeError):
        gatescope.trace(layer, torch.ones(5, 1, 9))
    assert not layer._forward_hooks


def test_samples_and_tokens_are_checked() -> None:
    layer = nn.GRU(3, 4)
    x = torch.ones(5, 2, 3)
    with pytest.raises(IndexError, match="sample 2: the batch has 2"):
        gatescope.trace(layer, x, sample=2)
    with pytest.raises(ValueError, match="4 tokens for 5 steps"):
        gatescope.trace(layer, x, tokens=list("abcd"))
    last = gatescope.trace(layer, x, sample=-1, tokens=list("abcde"))
    assert last.tokens_of("") == ("a", "b", "c", "d", "e")
    assert gatescope.trace(layer, x).tokens_of("") == ("1", "2", "3", "4", "5")


@pytest.fixture
def model() -> Tagger:
    torch.manual_seed(0)
    return Tagger().double()


def test_watching_a_persons_own_steps_gives_what_a_trace_does(model: Tagger) -> None:
    model.eval()
    expected = gatescope.trace(model, IDS, loss=ask, sample=1)
    with gatescope.watch(model) as seen:
        model(IDS.flip(0))
        ask(model(IDS)).backward()  # type: ignore[no-untyped-call]
    assert seen.layers == ("encoder", "heads.tags")
    assert seen.count("encoder") == 2
    for layer in seen.layers:
        found = seen.trace(layer, call=1, sample=1)
        for name, value in found.items():
            np.testing.assert_allclose(value, expected[name], rtol=0, atol=1e-14)
            np.testing.assert_allclose(
                found.gradients[name], expected.gradients[name], rtol=0, atol=1e-14
            )
        assert seen.trace(layer, call=0, sample=0).gradients == {}
        assert seen.trace(layer, call=-1, sample=1).gradients
    assert not any(part._forward_hooks for part in model.modules())
    model(IDS)
    assert seen.count("encoder") == 2


def test_a_call_is_seen_with_the_weights_that_it_had(model: Tagger) -> None:
    model.eval()
    before = gatescope.trace(model, IDS)
    optimiser = torch.optim.SGD(model.parameters(), 0.5)
    with gatescope.watch(model) as seen:
        for _ in range(2):
            ask(model(IDS)).backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    after = gatescope.trace(model, IDS)
    first, second = (seen.trace("encoder", call=k) for k in (0, 1))
    np.testing.assert_allclose(first["encoder.layers.0.f"], before["encoder.layers.0.f"])
    moved = np.abs(second["encoder.layers.0.f"] - before["encoder.layers.0.f"]).max()
    assert moved > 1e-6
    assert np.abs(after["encoder.layers.0.f"] - second["encoder.layers.0.f"]).max() > 1e-6


def test_gradients_add_up_over_backward_passes(model: Tagger) -> None:
    model.eval()
    with gatescope.watch(model) as seen:
        logits = model(IDS)
        ask(logits).backward(retain_graph=True)  # type: ignore[no-untyped-call]
        (2 * ask(logits)).backward()  # type: ignore[no-untyped-call]
    once = gatescope.trace(model, IDS, loss=ask)
    found = seen.trace("encoder").gradients["encoder.layers.0.g"]
    np.testing.assert_allclose(found, 3 * once.gradients["encoder.layers.0.g"], atol=1e-14)


def test_a_watched_layer_is_named_where_there_are_several(model: Tagger) -> None:
    with gatescope.watch(model) as seen:
        model(IDS)
    with pytest.raises(KeyError, match=r"name one of the layers: encoder, heads\.tags"):
        seen.trace()
    with pytest.raises(KeyError, match="no recurrent layer 'decoder'"):
        seen.trace("decoder")
    with pytest.raises(IndexError, match="call 1: encoder was called 1 times"):
        seen.trace("encoder", call=1)
    alone = nn.GRU(3, 4)
    with gatescope.watch(alone) as own:
        alone(torch.ones(5, 1, 3))
    assert own.trace()["layers.0.h"].shape == (5, 4)
    with gatescope.watch(model) as nothing:
        pass
    with pytest.raises(ValueError, match="no recurrent layer was called"):
        nothing.trace_all()


class Residual(nn.Module):
    """Changes what the layer returned in place."""

    def __init__(self) -> None:
        super().__init__()
        self.gru = nn.GRU(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.gru(x)[0]
        h += x
        return h.mul_(2)


@pytest.mark.parametrize("watched", [True, False])
def test_what_is_changed_in_place_after_the_layer_keeps_its_gradient(watched: bool) -> None:
    module = Residual().double()
    x = torch.randn(5, 1, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    if watched:
        with gatescope.watch(module) as seen:
            weigh(module(x), 1).backward()  # type: ignore[no-untyped-call]
        trace = seen.trace()
    else:
        trace = gatescope.trace(module, x, loss=lambda h: weigh(h, 1))
    entered = torch.from_numpy(float64(x[:, 0]))
    expected = unroll(
        module.gru, "gru", float64(x[:, 0]), {}, lambda h, _: weigh((h + entered)[:, None] * 2, 1)
    )
    assert_same(trace, expected, 1e-12, "gru.")


def test_weights_that_are_written_past_the_version_are_seen() -> None:
    layer = nn.GRU(3, 4)
    x = torch.randn(5, 1, 3)
    with gatescope.watch(layer) as seen:
        layer(x)
        for value in layer.parameters():
            value.data.mul_(0.5)
        layer(x)
    assert np.abs(seen.trace(call=0)["layers.0.h"] - seen.trace(call=1)["layers.0.h"]).max() > 1e-3


def test_a_layer_whose_weights_are_computed_is_read_as_it_is() -> None:
    layer = nn.LSTM(3, 4)
    cast(Any, nn.utils.parametrizations).weight_norm(layer, "weight_hh_l0")
    trace = gatescope.trace(layer, torch.randn(5, 1, 3), loss=lambda result: result[0].sum())
    assert trace.layers[""].difference < 1e-6
    assert trace.gradients["layers.0.f"].any()


def test_what_is_not_finite_is_told() -> None:
    layer = nn.LSTM(3, 4)
    with torch.no_grad():
        cast(Tensor, layer.weight_hh_l0)[0, 0] = torch.nan
    with pytest.raises(gatescope.ReplayDiffers, match="its output is not finite"):
        gatescope.trace(layer, torch.ones(5, 1, 3))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_replayed_as_near_as_it_is(dtype: torch.dtype) -> None:
    layer = nn.LSTM(3, 4).to(dtype)
    trace = gatescope.trace(layer, torch.ones(5, 1, 3, dtype=dtype))
    assert trace["layers.0.f"].dtype == np.float64
    assert 0 < trace.layers[""].difference < 0.05
