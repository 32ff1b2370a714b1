from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from gatescope.contracts import Recipe
from gatescope.nn.checkpoint import UnreadableModel, infer_shape, load_model, save_model
from gatescope.nn.network import Shape, draw_weights
from gatescope.registry import find_cells, find_models, find_tasks
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from tests.asking import list_models, name_task

TASK = next(iter(find_tasks()))
WORDS = [f"w{k}" for k in range(9)]


def draw(cell: str, **sizes: Any) -> dict[str, Tensor]:
    shape = Shape(len(WORDS), 4, 6, len(find_tasks()[TASK].classes), **sizes)
    return draw_weights(find_cells()[cell], shape, 1)


def write(path: Path, cell: str = "lstm", **changes: Any) -> Path:
    given: dict[str, Any] = {
        "weights": draw(cell),
        "task": TASK,
        "cell": cell,
        "vocabulary": WORDS,
        "facts": {"a": 1},
    }
    given |= changes
    save_model(path, given.pop("weights"), **given)
    return path


@pytest.mark.parametrize("sizes", [{}, {"layers": 2}, {"bidirectional": True}])
@pytest.mark.parametrize("cell", find_cells())
def test_what_is_written_is_read_again(tmp_path: Path, cell: str, sizes: dict[str, Any]) -> None:
    weights = draw(cell, **sizes)
    facts = {"recipe": {"rate": 0.1}, "note": "ção ❤"}
    words = ["<pad>", "<unk>", "ação", "❤", "'", '"', "\\", "a b", "z"]
    path = write(
        tmp_path / "new" / "m.safetensors", cell, weights=weights, facts=facts, vocabulary=words
    )
    model = load_model(path)
    assert (model.id, model.task_id, model.cell_id) == ("m", TASK, cell)
    assert model.cell is find_cells()[cell]
    assert model.task is find_tasks()[TASK]
    assert list(model.vocabulary) == words
    assert model.index["❤"] == 3
    assert model.facts == facts
    assert model.shape == Shape(9, 4, 6, len(model.task.classes), **sizes)
    assert all(torch.equal(model.weights[name], weights[name].double()) for name in weights)
    assert model.weights.keys() == weights.keys()
    assert oct(path.stat().st_mode & 0o777) == "0o644"
    assert [p.name for p in path.parent.iterdir()] == ["m.safetensors"]


def test_a_model_is_replaced_in_one_go(tmp_path: Path) -> None:
    path = write(tmp_path / "m.safetensors", "rnn")
    write(path, "gru")
    assert load_model(path).cell_id == "gru"
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_a_pickle_is_refused_and_never_run(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return (open, (str(tmp_path / "exploded"), "w"))  # type: ignore[return-value]

    path = tmp_path / "m.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(UnreadableModel, match=r"m\.safetensors is not a safetensors file"):
        load_model(path)
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"\x08" + b"\0" * 7 + b"{}......"])
def test_a_file_of_rubbish_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnreadableModel, match=r"m\.safetensors"):
        load_model(path)


def test_a_file_that_is_not_there_is_a_sentence_as_well(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match=r"gone\.safetensors"):
        load_model(tmp_path / "gone.safetensors")


def test_a_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "m.safetensors")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableModel, match="not a safetensors file"):
        load_model(path)


def test_a_file_without_metadata_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_file(draw("lstm"), path)
    with pytest.raises(UnreadableModel, match="metadata"):
        load_model(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task", "weather"),
        ("cell", "transformer"),
        ("vocabulary", "not json"),
        ("vocabulary", "7"),
        ("facts", "{"),
        ("facts", "[]"),
    ],
)
def test_metadata_that_says_something_wrong_is_refused(
    tmp_path: Path, name: str, value: str
) -> None:
    path = tmp_path / "m.safetensors"
    good = {"task": TASK, "cell": "lstm", "vocabulary": json.dumps(WORDS), "facts": "{}"}
    save_file(draw("lstm"), path, good)
    load_model(path)
    save_file(draw("lstm"), path, good | {name: value})
    with pytest.raises(UnreadableModel, match=r"m\.safetensors"):
        load_model(path)


@pytest.mark.parametrize(
    ("tensor", "shape"),
    [
        ("recurrent.weight_ih_l0", (24, 5)),
        ("recurrent.weight_hh_l0", (23, 6)),
        ("recurrent.bias_ih_l0", (25,)),
        ("readout.weight", (2, 7)),
        ("readout.bias", ()),
        ("embedding.weight", (9,)),
        ("recurrent.weight_hh_l0", (24,)),
    ],
)
def test_a_tensor_of_the_wrong_shape_is_named(
    tmp_path: Path, tensor: str, shape: tuple[int, ...]
) -> None:
    weights = draw("lstm") | {tensor: torch.zeros(shape)}
    path = write(tmp_path / "m.safetensors", weights=weights)
    with pytest.raises(UnreadableModel, match=r"m\.safetensors"):
        load_model(path)


def test_a_missing_and_an_extra_tensor_are_named(tmp_path: Path) -> None:
    weights = draw("lstm")
    del weights["recurrent.bias_hh_l0"]
    with pytest.raises(UnreadableModel, match=r"recurrent\.bias_hh_l0 is None"):
        load_model(write(tmp_path / "m.safetensors", weights=weights))
    extra = draw("lstm") | {"optimiser.step": torch.zeros(1)}
    with pytest.raises(UnreadableModel, match=r"optimiser.step is \(1,\), expected None"):
        load_model(write(tmp_path / "m.safetensors", weights=extra))
    lone = draw("lstm")
    del lone["embedding.weight"]
    with pytest.raises(UnreadableModel, match=r"embedding\.weight"):
        load_model(write(tmp_path / "m.safetensors", weights=lone))


def test_the_weights_of_another_cell_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match="expected"):
        load_model(write(tmp_path / "m.safetensors", "gru", weights=draw("lstm")))


def test_a_vocabulary_of_another_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match="10 words"):
        load_model(write(tmp_path / "m.safetensors", vocabulary=[*WORDS, "more"]))


def test_sizes_are_read_off_the_tensors() -> None:
    classes = len(find_tasks()[TASK].classes)
    for cell in find_cells():
        assert infer_shape("m", draw(cell, layers=3, bidirectional=True)) == Shape(
            9, 4, 6, classes, 3, bidirectional=True
        )


@pytest.mark.parametrize("name", find_models())
def test_the_layer_of_torch_takes_the_recurrent_part_of_a_shipped_file(name: str) -> None:
    path = find_models()[name]
    model = load_model(path)
    if model.cell.layer is None:
        pytest.skip(f"{model.cell_id} is not in torch.nn")
    kind: Callable[..., nn.RNNBase] = model.cell.layer
    layer = kind(
        model.shape.inputs,
        model.shape.hidden,
        num_layers=model.shape.layers,
        bidirectional=model.shape.bidirectional,
    )
    tensors = load_file(path)
    prefix = "recurrent."
    own = {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
    layer.load_state_dict(own, strict=True)
    assert {value.dtype for value in tensors.values()} == {torch.float32}


@pytest.mark.parametrize("name", find_models())
def test_a_shipped_model_is_named_after_its_task_cell_and_kind_and_tells_how_it_was_made(
    name: str,
) -> None:
    model = load_model(find_models()[name])
    recipe = Recipe(**model.facts["recipe"])
    assert name == recipe.name_model(model.task_id, model.cell_id)
    assert (recipe.layers, bool(recipe.bidirectional)) == (
        model.shape.layers,
        model.shape.bidirectional,
    )
    assert set(model.facts) >= {"recipe", "data", "validation", "test"}
    assert len(model.facts["data"]["sha256"]) == len(model.facts["test"]["sha256"]) == 64
    figure = model.task.figure
    guessing = (
        1 / len(model.task.classes) if figure.higher else math.log2(len(model.task.classes)) / 2
    )
    assert figure.better(model.facts["test"][figure.name], guessing)
    assert 0 < model.facts["test"]["accuracy"] <= 1
    assert len(set(model.vocabulary)) == len(model.vocabulary)


def test_the_three_sentiment_models_are_shipped_measured_and_small() -> None:
    found = {
        name: load_model(find_models()[f"sentiment-{name}"]) for name in ("rnn", "lstm", "gru")
    }
    shapes = [model.shape for model in found.values()]
    assert {(one.hidden, one.layers, one.vocabulary) for one in shapes} == {(64, 1, 10_000)}
    assert len({model.vocabulary for model in found.values()}) == 1
    for name, model in found.items():
        assert model.facts["test"]["samples"] == 25_000
        least = 0.88 if name in {"lstm", "gru"} else 0.6
        assert model.facts["test"]["accuracy"] >= least, name
        assert model.facts["data"]["train"] + model.facts["data"]["validation"] == 37_000


@pytest.mark.parametrize("task", sorted({name_task(name) for name in find_models()}))
def test_all_models_of_a_task_were_trained_on_the_same_data_and_measured_on_the_same(
    task: str,
) -> None:
    facts = [load_model(find_models()[name]).facts for name in list_models(task)]
    for part in ("data", "test"):
        assert len({one[part]["sha256"] for one in facts}) == 1


WRITING = [task for task, one in find_tasks().items() if one.writes]


@pytest.mark.parametrize("task", WRITING)
def test_three_models_that_write_are_shipped_measured_and_small(task: str) -> None:
    found = {name: load_model(find_models()[f"{task}-{name}"]) for name in ("rnn", "lstm", "gru")}
    assert len({model.shape for model in found.values()}) == 1, "of equal width"
    assert len({model.facts["data"]["sha256"] for model in found.values()}) == 1
    for name, model in found.items():
        assert model.path.stat().st_size < 600_000
        assert model.facts["test"]["samples"] > 50_000
        assert model.facts["test"]["bits"] < (2.9 if name == "rnn" else 2.5), name
        assert {"capital", "vowel", "space_next"} <= set(model.facts["units"]["followed"])


def list_strings(facts: Any) -> list[str]:
    if isinstance(facts, dict):
        return [text for pair in facts.items() for part in pair for text in list_strings(part)]
    if isinstance(facts, list):
        return [text for part in facts for text in list_strings(part)]
    return [facts] if isinstance(facts, str) else []


@pytest.mark.parametrize("name", find_models())
def test_no_text_of_the_data_is_shipped(name: str) -> None:
    model = load_model(find_models()[name])
    assert max(len(token.split()) for token in model.vocabulary) == 1
    assert max(len(token) for token in model.vocabulary) < 60
    assert max(len(text) for text in list_strings(model.facts)) <= 64  # a digest
    assert len(json.dumps(model.facts)) < 8_000
