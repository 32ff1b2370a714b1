"""The lines that define a model: PyTorch's are run and load the shipped weights."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.contracts import Recipe
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network
from gatescope.nn.ngrams import list_ngrams
from gatescope.registry import find_models
from gatescope.serving.snippets import write_keras, write_pytorch

from tests.made_up import write_speller


@pytest.mark.parametrize("name", find_models())
def test_the_lines_of_pytorch_load_the_weights_and_answer_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = find_models()[name]
    model = load_model(path)
    code = write_pytorch(model)
    if model.cell.layer is None:
        assert code is None
        return
    assert code is not None
    monkeypatch.chdir(path.parent)
    space: dict[str, Any] = {}
    exec(code, space)
    network = Network(model.cell, model.shape, model.weights)
    if model.shape.vocabulary:
        given = torch.tensor([[2, 3, 4, 5, 3]]) % model.shape.vocabulary
        x = network.encode(given[0])
    else:
        given = torch.randn(1, 5, model.shape.inputs)
        x = given[0].double()
    with torch.no_grad():
        theirs = space["network"](given)[0].double().numpy()
    ours = network.read_out(network.recur(x)).numpy()
    wanted = ours if theirs.ndim == 2 else ours[-1]
    np.testing.assert_allclose(theirs, wanted, atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_lines_of_a_model_with_ngrams_read_a_word_by_its_spelling(
    cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load_model(write_speller(tmp_path / "speller.safetensors", cell))
    code = write_pytorch(model)
    assert code is not None
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    exec(code, space)
    text = "The fílmm wasn't ❤ wonnderfull 7"
    encoding = model.task.read(text, model.index)
    spelled = {
        (0, step): token for step, token in enumerate(encoding.tokens) if not encoding.known[step]
    }
    assert list(spelled.values()) == ["fílmm", "wasn't", "❤", "wonnderfull", "7"]
    network = Network(model.cell, model.shape, model.weights)
    ids = torch.tensor([encoding.token_ids])
    for given, x in ((spelled, network.read(encoding)), ({}, network.encode(ids[0]))):
        ours = network.read_out(network.recur(x))[-1].float()
        with torch.no_grad():
            torch.testing.assert_close(space["network"](ids, given)[0], ours)
    assert "no n-grams" in (write_keras(model) or "")
    for token in [*encoding.tokens, "", "soooo", "coração", "D’Água", "1000"]:
        assert tuple(space["list_ngrams"](token)) == list_ngrams(token, 40)


@pytest.mark.parametrize("name", find_models())
def test_the_lines_of_keras_have_the_sizes_of_the_model(name: str) -> None:
    model = load_model(find_models()[name])
    code = write_keras(model)
    if model.cell.layer is None:
        assert code is None
        return
    assert code is not None
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    made = {
        ast.unparse(call.func): [
            arg.value for arg in call.args[:1] if isinstance(arg, ast.Constant)
        ]
        for call in calls
    }
    layer = {"RNN": "SimpleRNN"}.get(model.cell.layer.__name__, model.cell.layer.__name__)
    if model.shape.vocabulary:
        assert made["layers.Embedding"] == [model.shape.vocabulary]
    else:
        assert f"keras.Input((None, {model.shape.inputs}))" in code
    assert ("softmax" in code) == bool(model.task.classes)
    assert made[f"layers.{layer}"] == [model.shape.hidden]
    assert made["layers.Dense"] == [model.shape.classes]
    assert {"model.compile", "model.fit"} <= set(made)
    recipe = Recipe(**model.facts["recipe"])
    adam = next(call for call in calls if ast.unparse(call.func) == "keras.optimizers.Adam")
    fit = next(call for call in calls if ast.unparse(call.func) == "model.fit")
    told = {word.arg: ast.literal_eval(word.value) for word in (*adam.keywords, *fit.keywords)}
    assert told == {
        "clipnorm": recipe.max_grad_norm,
        "batch_size": recipe.batch_size,
        "epochs": recipe.epochs_run,
    }
    assert ast.literal_eval(adam.args[0]) == recipe.learning_rate
    assert ("return_sequences=True" in code) == (model.task.topology == "many-to-many")


def test_a_model_of_any_name_has_lines_that_can_be_read() -> None:
    model = replace(load_model(find_models()["sentiment-gru"]), id='my "own" \\ é')
    code = write_pytorch(model)
    assert code is not None
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    (load,) = [call for call in calls if ast.unparse(call.func) == "load_file"]
    assert ast.literal_eval(load.args[0]) == f"{model.id}.safetensors"
