"""The comparison over HTTP: the numbers are the tracer's, and bad input gets a sentence."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.analysis.tracer import record
from gatescope.contracts import suffix_name
from gatescope.main import create_app
from gatescope.nn.checkpoint import Model, load_model
from gatescope.nn.network import Initialization, Network, Shape, draw_weights
from gatescope.registry import find_cells, find_models, find_tasks
from gatescope.serving.service import Service
from starlette.testclient import TestClient

from tests.asking import FAMILIES, give_input, list_models
from tests.made_up import LastStep

TEXT = "This is a terrible film. We saw it on a Sunday afternoon with my brother and his friends."
MODELS = list_models("sentiment")


def ask(client: TestClient, task: str = "sentiment", **changes: Any) -> Any:
    names = list_models(task)
    networks = [{"model": name} for name in names]
    body = {"input": give_input(names[0], TEXT), "networks": networks, **changes}
    return client.post("/api/gradients", json=body)


@pytest.mark.parametrize("task", [name for name in FAMILIES if find_tasks()[name].classes])
def test_the_norms_are_those_of_the_trace_with_the_loss_at_its_end(
    client: TestClient, task: str
) -> None:
    found = ask(client, task).json()
    for name, network in zip(list_models(task), found["networks"], strict=True):
        wanted = {"model": name, "input": give_input(name, TEXT), "target": network["target"]}
        trace = client.post("/api/trace", json=wanted).json()
        place = trace["classes"].index(network["target"])
        assert place == np.argmax(trace["probabilities"][-1])
        assert network["target"] == trace["target"]
        assert network["loss"] == pytest.approx(trace["loss"])
        named = {
            f"{layer['name']}.{state}": decay
            for layer in network["layers"]
            for state, decay in layer["decay"].items()
        }
        assert {name for name in trace["norms"] if name in named} == set(named)
        for name, decay in named.items():
            norms = trace["norms"][name]
            np.testing.assert_allclose(decay["norms"], norms)
            np.testing.assert_allclose(decay["relative"], np.array(norms) / norms[-1])
            assert decay["left"]["10"] == pytest.approx(norms[-11] / norms[-1])


@pytest.mark.parametrize("task", [name for name in FAMILIES if find_tasks()[name].quantities])
def test_of_numbers_it_is_the_gradient_of_the_last_ones_first(
    client: TestClient, task: str
) -> None:
    models = {name: load_model(find_models()[name]) for name in list_models(task)}
    given = give_input(next(iter(models)))
    found = ask(client, task, input=given).json()
    series = np.array(given["series"], dtype=np.float64)
    for model, network in zip(models.values(), found["networks"], strict=True):
        bound = Network(model.cell, model.shape, model.weights)
        encoding = model.task.read(series, model.fitted)
        trace = record(bound, model.task, encoding, at_end=True, closed_form=False)
        assert network["loss"] == pytest.approx(trace.values[-1, 0])
        assert network["values"] == pytest.approx(trace.values[-1].tolist())
        for state, decay in network["layers"][0]["decay"].items():
            np.testing.assert_allclose(decay["norms"], trace.norms[f"layers.0.{state}"], rtol=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_gain_makes_the_gradient_vanish_hold_and_explode(client: TestClient, seed: int) -> None:
    """The preset "turning up the gain" of the page, on the longest example of film reviews."""
    text = max((example.value for example in find_tasks()["sentiment"].examples), key=len)
    fresh = {"model": "sentiment-rnn", "weights": "fresh", "start": "orthogonal", "seed": seed}
    networks = [{**fresh, "gain": gain} for gain in (0.8, 1.5, 3)]
    body = {"input": {"text": text}, "networks": networks, "maps": False}
    found = client.post("/api/gradients", json=body).json()["networks"]
    assert all(network["overflow"] is None and network["loss"] > 0.01 for network in found)
    norms = [np.array(network["layers"][0]["decay"]["h"]["norms"]) for network in found]
    vanishing, level, exploding = (of_network[-51] / of_network[-1] for of_network in norms)
    assert vanishing < 1e-6
    assert 0.1 < level < 10
    assert exploding > 1e4


def test_the_direct_path_is_the_product_of_the_forget_gates_and_is_told_of_gated_states_alone(
    client: TestClient,
) -> None:
    networks = ask(client, maps=False).json()["networks"]
    for name, network in zip(list_models("sentiment"), networks, strict=True):
        wanted = {"model": name, "input": give_input(name, TEXT), "target": network["target"]}
        trace = client.post("/api/trace", json=wanted).json()
        for state, decay in network["layers"][0]["decay"].items():
            keep = {"lstm-c": "f", "gru-h": "z"}.get(f"{network['cell']}-{state}")
            if keep is None:
                assert decay["direct"] is None
                continue
            gradient = np.array(trace["gradients"][f"layers.0.{state}"])[-1]
            gates = np.array(trace["signals"][f"layers.0.{keep}"])
            carried = [gradient * gates[t + 1 :].prod(axis=0) for t in range(len(gates))]
            direct = np.linalg.norm(carried, axis=1) / np.linalg.norm(gradient)
            np.testing.assert_allclose(decay["direct"], direct, rtol=1e-9)


@pytest.mark.parametrize("task", FAMILIES)
def test_maps_are_square_and_memories_sum_to_the_state(client: TestClient, task: str) -> None:
    found = ask(client, task, input=give_input(list_models(task)[0], TEXT)).json()
    steps = len(found["tokens"])
    for network in found["networks"]:
        sensitivity_map = np.array(network["sensitivity_map"])
        assert sensitivity_map.shape == (steps, steps)
        both = any(layer["name"].endswith(".reverse") for layer in network["layers"])
        assert (np.triu(sensitivity_map, 1).max() > 0) == both
        for layer in network["layers"]:
            # Without weight_hh there is no gradient of it to share; nor where the last word is the
            # first that is read.
            alone = layer["name"] == "layers.0.reverse"
            whole = float(bool(layer["spectrum"]) and not alone)
            assert sum(layer["contribution"]["share"]) == pytest.approx(whole)
            assert len(layer["exponents"]) == 3
            assert layer["memory"] or not layer["gates"]


@pytest.mark.parametrize("task", ["sentiment", "cloze"])
def test_the_parts_of_a_memory_sum_to_the_last_state(client: TestClient, task: str) -> None:
    held = [
        (network["model"], layer["name"], layer["memory"])
        for network in ask(client, task).json()["networks"]
        for layer in network["layers"]
        if layer["memory"]
    ]
    assert held
    for model, name, memory in held:
        trace = client.post("/api/trace", json={"model": model, "input": {"text": TEXT}}).json()
        parts = np.array(memory["parts"])
        end = 0 if name.endswith(".reverse") else -1
        last = trace["signals"][f"{name}.{memory['state']}"][end]
        np.testing.assert_allclose(parts.sum(axis=0), last, atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(parts, axis=1), memory["norms"][end])


def test_a_bag_hands_every_gradient_on_as_it_is(client: TestClient) -> None:
    networks = [{"model": "sentiment-pt-bag"}]
    (network,) = ask(client, networks=networks, input={"text": "A comida estava boa."}).json()[
        "networks"
    ]
    (layer,) = network["layers"]
    assert layer["expected_decay"] == "kept"
    assert layer["spectrum"] == []
    assert layer["contribution"]["whole"] == 0
    assert layer["decay"]["h"]["relative"] == pytest.approx([1.0] * 5)
    assert layer["exponents"] == pytest.approx([0.0] * 3, abs=1e-9)
    assert layer["memory"]["state"] == "h"


def test_a_thousand_steps_are_read_without_maps(client: TestClient) -> None:
    for kind in ("random", "repeated"):
        found = ask(client, input={"length": 1000, "kind": kind}).json()
        assert len(found["tokens"]) == 1000
        assert (len(set(found["tokens"])) == 1) == (kind == "repeated")
        assert all(network["sensitivity_map"] is None for network in found["networks"])


def test_fresh_networks_take_a_start_a_width_and_several_seeds(client: TestClient) -> None:
    fresh = {"model": MODELS[0], "weights": "fresh"}
    networks = [{**fresh, "width": 8, "start": "orthogonal", "gain": 1.3}, {**fresh, "seeds": 3}]
    small, many = ask(client, networks=networks).json()["networks"]
    assert small["width"] == 8
    assert small["layers"][0]["spectrum"][0]["sigma"] == pytest.approx(1.3, rel=1e-5)
    decay = many["layers"][0]["decay"]["h"]
    low, own, high = (np.array(decay[name]) for name in ("low", "relative", "high"))
    assert (low <= own).all()
    assert (own <= high).all()
    assert (low < high).any()


def test_an_unstable_network_says_at_which_step_it_overflowed(client: TestClient) -> None:
    rnn = next(name for name in MODELS if name.endswith("-rnn"))
    network = {"model": rnn, "weights": "fresh", "gain": 10, "settings": {"relu": 1}}
    answer = ask(client, input={"length": 1000}, networks=[network])
    assert answer.status_code == 200
    found = answer.json()["networks"][0]
    assert 0 < found["overflow"] < 1000
    assert found["loss"] is None


def test_a_norm_is_clipped_to_the_threshold(client: TestClient) -> None:
    for network in ask(client, clip=0.01).json()["networks"]:
        before, after = network["clipped"]
        assert before > 0.01
        assert after == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"input": {}}, 422, "input.text"),
        ({"input": {"text": "a", "length": 9}}, 422, "input.text"),
        ({"input": {"length": 2}}, 422, "input.length"),
        ({"input": {"text": ""}}, 422, "input.text"),
        ({"networks": []}, 422, "networks"),
        ({"networks": [{"model": "none"}]}, 404, "model"),
        ({"networks": [{"model": MODELS[0], "gain": -1}]}, 422, "networks.0.gain"),
        ({"networks": [{"model": MODELS[0], "width": 9}]}, 422, "networks.0.width"),
        (
            {"networks": [{"model": MODELS[0], "settings": {"x": 1}}]},
            422,
            "networks.0.settings",
        ),
        ({"clip": 0}, 422, "clip"),
        ({"target": "neutral"}, 422, "target"),
    ],
)
def test_what_cannot_be_compared_gets_a_sentence(
    client: TestClient, changes: dict[str, Any], status: int, field: str
) -> None:
    answer = ask(client, **changes)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["field"] == field
    assert error["message"].endswith((".", "…"))
    assert "{" not in error["message"]


def test_networks_of_several_tasks_are_refused(client: TestClient) -> None:
    networks = [{"model": "sentiment-lstm"}, {"model": "cloze-lstm"}]
    answer = ask(client, networks=networks)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("mixed_tasks", "networks")
    assert "cloze, sentiment" in error["message"]


@pytest.mark.parametrize("settings", [{"relu": 1}, {}])
def test_the_norm_before_clipping_is_that_of_all_weights(
    client: TestClient, settings: dict[str, float]
) -> None:
    name = next(one for one in MODELS if one.endswith("-rnn"))
    entry = {"model": name, "weights": "fresh", "seed": 3, "settings": settings}
    (found,) = ask(client, networks=[entry], clip=1e9).json()["networks"]
    model = load_model(find_models()[name])
    weights = {
        key: value.double().requires_grad_()
        for key, value in draw_weights(model.cell, model.shape, 3, Initialization()).items()
    }
    network = Network(model.cell, model.shape, weights, settings)
    x = network.read(model.task.read(TEXT, model.index))
    logits = network.read_out(network.recur(x))[-1]
    loss = -torch.log_softmax(logits, dim=0).max()
    slopes = torch.autograd.grad(loss, list(weights.values()), materialize_grads=True)
    whole = torch.cat([slope.flatten() for slope in slopes]).norm()
    assert found["clipped"] == pytest.approx([whole.item()] * 2, rel=1e-9)


def build_model(cell_id: str, layers: int, bidirectional: bool) -> Model:
    """Make a small model of a made-up task, with a cell that no model file is shipped for."""
    cell, words = find_cells()[cell_id], tuple("abcdefgh")
    shape = Shape(len(words), 5, 6, 2, layers, bidirectional)
    weights = {key: 2 * value.double() for key, value in draw_weights(cell, shape, 1).items()}
    name = f"{cell_id}-{layers}-{bidirectional}"
    return Model(
        name, Path(name), LastStep(), "made-up", cell, cell_id, shape, weights, words, facts={}
    )


MADE_UP = {
    model.id: model
    for model in itertools.starmap(
        build_model, itertools.product(("minimal-gated", "jordan"), (1, 2), (False, True))
    )
}


@pytest.fixture(scope="module")
def made_up_client() -> Iterator[TestClient]:
    """Ask an application whose models have cells that no model file is shipped for."""
    app = create_app(load=lambda enter: Service(MADE_UP), wait=True)
    with TestClient(app, base_url="http://localhost") as found:
        yield found


@pytest.mark.parametrize("weights", ["trained", "fresh"])
@pytest.mark.parametrize("name", MADE_UP)
def test_a_cell_that_no_model_is_shipped_for_is_compared_by_the_numbers_of_autograd(
    made_up_client: TestClient, name: str, weights: str
) -> None:
    """With the minimal gated unit, which brings its step alone, every one is from autograd."""
    model = MADE_UP[name]
    entry = {"model": model.id, "weights": weights, "seed": 5}
    body = {"input": {"text": "a b c d e f g h a b"}, "networks": [entry], "clip": 1e9}
    answer = made_up_client.post("/api/gradients", json=body)
    wanted = {**entry, "input": body["input"]}
    trace = made_up_client.post("/api/trace", json=wanted).json()
    assert answer.status_code == 200, answer.text
    (network,) = answer.json()["networks"]
    drawn = draw_weights(model.cell, model.shape, 5)
    own = model.weights if weights == "trained" else {k: v.double() for k, v in drawn.items()}
    free = {key: value.clone().requires_grad_() for key, value in own.items()}
    plain = Network(model.cell, model.shape, free)
    x = plain.encode(torch.tensor(trace["token_ids"])).detach()
    logits = plain.read_out(plain.recur(x))[-1]
    loss = -torch.log_softmax(logits, dim=0).max()
    assert network["loss"] == pytest.approx(loss.item())
    names = [key for key in free if "weight_hh" in key]
    slopes = dict(zip(names, torch.autograd.grad(loss, [free[key] for key in names]), strict=True))
    jacobian = torch.autograd.functional.jacobian(  # type: ignore[no-untyped-call]
        plain.recur, x, vectorize=True
    )
    expected = torch.linalg.vector_norm(jacobian, dim=(1, 3))
    np.testing.assert_allclose(network["sensitivity_map"], expected, rtol=1e-9, atol=1e-14)
    assert network["clipped"][0] == pytest.approx(network["clipped"][1])
    assert len(network["layers"]) == model.shape.layers * len(model.shape.directions)
    for layer in network["layers"]:
        number, *reverse = layer["name"].removeprefix("layers.").split(".")
        key = f"recurrent.weight_hh{suffix_name(int(number), bool(reverse))}"
        contribution = layer["contribution"]
        total = float(slopes[key].norm())
        assert contribution["whole"] == pytest.approx(total, rel=1e-9, abs=1e-14)
        first = -1 if reverse else 0  # nothing stands before the first step that is read
        assert contribution["norms"][first] == 0
        assert len(layer["exponents"]) == 3
        assert layer["memory"] is None
        assert set(layer["gates"]) == {s.name for s in model.cell.signals if s.kind == "gate"}
        assert len(layer["spectrum"]) == len(model.cell.list_blocks())
        for state, decay in layer["decay"].items():
            norms = trace["norms"][f"{layer['name']}.{state}"]
            np.testing.assert_allclose(decay["norms"], norms, rtol=1e-9, atol=1e-14)


def test_the_first_clipping_loads_nothing_more() -> None:
    """A draw on the meta device imports PyTorch's compiler: two seconds at the first request."""
    script = """
import sys
from gatescope.serving.comparison import compare_gradients
from gatescope.serving.schemas import GradientRequest
from gatescope.serving.service import load_service
service = load_service(lambda phase: None)
before = set(sys.modules)
networks = [{"model": "sentiment-lstm"}, {"model": "sentiment-rnn", "settings": {"relu": 1}}]
body = {"input": {"text": "a good film"}, "networks": networks, "clip": 1.0}
print([one.clipped is None for one in
       compare_gradients(service, GradientRequest.model_validate(body)).networks])
print(*sorted(set(sys.modules) - before), sep=",")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    told, loaded = done.stdout.splitlines()
    assert told == "[False, False]"
    assert len(loaded.split(",")) < 20, loaded  # with the compiler, several hundred
