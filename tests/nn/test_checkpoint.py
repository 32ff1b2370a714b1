from __future__ import annotations

import json
import math
import os
import pickle
import struct
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch
from gatescope.contracts import PAD, UNKNOWN, Recipe
from gatescope.nn import checkpoint
from gatescope.nn.checkpoint import (
    RENAMED,
    UnreadableModel,
    find_readable_models,
    infer_shape,
    load_model,
    save_model,
    update_facts,
)
from gatescope.nn.network import Shape, draw_weights
from gatescope.registry import find_cells, find_models, find_tasks
from safetensors.torch import load_file, save, save_file
from torch import Tensor, nn

from tests.asking import list_models, name_task

TASK = "sentiment"
WORDS = [PAD, UNKNOWN, *(f"w{k}" for k in range(7))]


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


@pytest.mark.parametrize("sizes", [{}, {"layers": 2}, {"bidirectional": True}, {"ngrams": 5}])
@pytest.mark.parametrize("cell", find_cells())
def test_what_is_written_is_read_again(tmp_path: Path, cell: str, sizes: dict[str, Any]) -> None:
    weights = draw(cell, **sizes)
    facts = {"recipe": {"learning_rate": 0.1}, "note": "ção ❤"}
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


def test_the_same_model_is_the_same_bytes(tmp_path: Path) -> None:
    """The library alone writes the metadata in another order each time."""
    files = [write(tmp_path / f"{k}.safetensors").read_bytes() for k in range(8)]
    assert len(set(files)) == 1
    (length,) = struct.unpack_from("<Q", files[0])
    assert length % 8 == 0
    metadata = json.loads(files[0][8 : 8 + length])["__metadata__"]
    assert list(metadata) == sorted(metadata) == ["cell", "facts", "task", "vocabulary"]
    assert metadata["vocabulary"] == json.dumps(WORDS)
    tensors = load_file(tmp_path / "0.safetensors")
    assert all(torch.equal(tensors[name], value) for name, value in draw("lstm").items())


def test_a_file_has_its_words_as_they_are_and_no_needless_space(tmp_path: Path) -> None:
    words = [*WORDS[:8], "ção"]
    path = write(tmp_path / "m.safetensors", vocabulary=words, facts={"note": "❤"})
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    assert '"ção\\"]"'.encode() in content[: 8 + length]
    assert "❤".encode() in content[: 8 + length]
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]
    assert len(content) == len(save(draw("lstm"), metadata))


def test_a_pickle_is_refused_and_never_run(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return (open, (str(tmp_path / "exploded"), "w"))  # type: ignore[return-value]

    path = tmp_path / "m.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    assert read_error(path).startswith("it is not a safetensors file")
    assert not (tmp_path / "exploded").exists()


def read_error(path: Path) -> str:
    """Give the reason for which a file is refused: one line that names the file."""
    with pytest.raises(UnreadableModel) as caught:
        load_model(path)
    error = caught.value
    assert error.file == path.name
    assert str(error) == f"{error.file}: {error.reason}."
    assert "\n" not in str(error)
    assert len(str(error)) < 400
    return error.reason


def write_raw(path: Path, **changes: str) -> Path:
    """Write a file that is right but for some of its metadata, with the library alone."""
    good = {"task": TASK, "cell": "lstm", "vocabulary": json.dumps(WORDS), "facts": "{}"}
    save_file(draw("lstm"), path, good | changes)
    return path


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, b"\x08" + b"\0" * 7 + b"{}......"])
def test_a_file_of_rubbish_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(content)
    assert "it is not a safetensors file" in read_error(path)


def test_what_is_no_file_is_a_sentence_as_well(tmp_path: Path) -> None:
    assert read_error(tmp_path / "gone.safetensors") == "there is no such file"
    (tmp_path / "folder.safetensors").mkdir()
    assert read_error(tmp_path / "folder.safetensors") == "it is a folder"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.safetensors")
        assert read_error(tmp_path / "pipe.safetensors") == "there is no such file"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such a name themselves")
def test_a_file_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xff.safetensors"))
    write(path)
    with pytest.raises(UnreadableModel, match="its name is not valid UTF-8") as caught:
        load_model(path)
    assert caught.value.file == "m\ufffd.safetensors"


@pytest.mark.parametrize("kept", [4, 100, 2_000, -100, -1])
def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    path = write(tmp_path / "m.safetensors")
    path.write_bytes(path.read_bytes()[:kept])
    assert "it is not a safetensors file" in read_error(path)


def test_a_file_without_metadata_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    save_file(draw("lstm"), path)
    assert read_error(path) == "its metadata lacks task"


DIGITS = "9" * 5_000
NESTED = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("task", "weather", "its task is 'weather', expected accents or "),
        ("cell", "transformer", "its cell is 'transformer', expected bag or "),
        ("cell", "x" * 10_000, "its cell is 'xxx"),
        ("vocabulary", "not json", "its vocabulary is not JSON that can be read"),
        ("vocabulary", "7", "its vocabulary: Input should be a valid list"),
        ("vocabulary", "{}", "its vocabulary: Input should be a valid list"),
        ("vocabulary", "[]", "its vocabulary does not begin with <pad> and <unk>"),
        ("vocabulary", json.dumps(WORDS[::-1]), "its vocabulary does not begin with"),
        ("vocabulary", json.dumps([PAD, *WORDS[2:], "x"]), "its vocabulary does not begin with"),
        ("vocabulary", json.dumps([*WORDS[:8], 8]), "its vocabulary 8: Input should be a valid"),
        ("vocabulary", json.dumps([*WORDS[:8], None]), "its vocabulary 8: Input should be a"),
        ("vocabulary", json.dumps([*WORDS[:8], "w1"]), "its vocabulary holds 'w1' 2 times"),
        ("vocabulary", json.dumps([*WORDS, "more"]), "it has 10 words and its task"),
        ("vocabulary", json.dumps([*WORDS[:8], "\ud800"]), "its vocabulary is not JSON"),
        ("vocabulary", f"[{DIGITS}]", "its vocabulary is not JSON that can be read"),
        ("vocabulary", NESTED, "its vocabulary is not JSON that can be read"),
        ("facts", "{", "its facts is not JSON that can be read"),
        ("facts", "[]", "its facts: Input should be"),
        ("facts", "null", "its facts: Input should be"),
        ("facts", f'{{"a": {DIGITS}}}', "its facts is not JSON that can be read"),
        ("facts", f'{{"a": {NESTED}}}', "its facts is not JSON that can be read"),
        ("facts", '{"a": NaN}', "its facts is not JSON that can be read"),
        ("facts", '{"a": Infinity}', "its facts is not JSON that can be read"),
        ("facts", '{"a": 1e999}', "its facts hold a number that is not finite"),
        ("facts", '{"a": "\\ud800"}', "its facts is not JSON that can be read"),
        ("facts", '{"recipe": [1]}', "its facts recipe: Input should be"),
        ("facts", '{"recipe": {"rate": "1); quit("}}', "its facts recipe.rate"),
        *(
            ("facts", f'{{"{name}": null}}', f"its facts {name}: Input should be")
            for name in ("recipe", "data", "validation", "test", "units")
        ),
        ("facts", '{"test": 1}', "its facts test: Input should be"),
        ("facts", '{"test": {}}', "its facts test.samples: Field required"),
        ("facts", '{"test": {"accuracy": "1", "samples": 1}}', "its facts test.accuracy: Input"),
        ("facts", '{"validation": {"bits": 1.5}}', "its facts validation lack accuracy"),
        ("facts", '{"data": {"train": 1, "validation": 1}}', "its facts data.sha256: Field"),
        ("facts", '{"data": {"train": "many"}}', "its facts data.train: Input should be"),
        ("facts", '{"validation": {"history": 1}}', "its facts validation.history: Input"),
        ("facts", '{"units": {"samples": 1, "followed": []}}', "its facts units.followed: Input"),
    ],
    ids=lambda value: value[:40],
)
def test_metadata_that_says_something_wrong_is_refused(
    tmp_path: Path, name: str, value: str, reason: str
) -> None:
    load_model(write_raw(tmp_path / "m.safetensors"))
    assert reason in read_error(write_raw(tmp_path / "m.safetensors", **{name: value}))


@pytest.mark.parametrize(
    ("tensor", "shape", "reason"),
    [
        ("recurrent.weight_ih_l0", (24, 5), "is (24, 5), expected (24, 4)"),
        ("recurrent.weight_hh_l0", (23, 6), "is (23, 6), expected (24, 6)"),
        ("recurrent.bias_ih_l0", (25,), "is (25,), expected (24,)"),
        ("recurrent.weight_hh_l0", (24,), "is (24,), expected (24, 6)"),
        ("readout.bias", (3,), "is (3,), expected (2,)"),
        ("readout.bias", (), "is (), expected 1 sizes"),
        ("readout.weight", (2,), "is (2,), expected 2 sizes"),
        ("embedding.weight", (9,), "is (9,), expected 2 sizes"),
        ("embedding.weight", (9, 0), "is (9, 0): it is empty"),
        ("recurrent.weight_ih_l0", (24, 0), "is (24, 0): it is empty"),
        ("readout.weight", (2, 0), "is (2, 0): it is empty"),
    ],
)
def test_a_tensor_of_the_wrong_shape_is_named(
    tmp_path: Path, tensor: str, shape: tuple[int, ...], reason: str
) -> None:
    weights = draw("lstm") | {tensor: torch.zeros(shape)}
    assert read_error(write(tmp_path / "m.safetensors", weights=weights)) == f"{tensor} {reason}"


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        ((5, 3), "is (5, 3), expected (5, 4)"),
        ((4,), "is (4,), expected 2 sizes"),
        ((5, 4, 1), "is (5, 4, 1), expected 2 sizes"),
        ((0, 4), "is (0, 4): it is empty"),
    ],
)
def test_ngrams_of_the_wrong_shape_are_one_warning_and_other_models_work(
    tmp_path: Path, size: tuple[int, ...], reason: str
) -> None:
    write(tmp_path / "right.safetensors", weights=draw("lstm", ngrams=5))
    weights = draw("lstm") | {"ngram_embedding.weight": torch.zeros(size)}
    write(tmp_path / "wrong.safetensors", weights=weights)
    found = find_readable_models(tmp_path)
    assert [(name, model.shape.ngrams) for name, model in found.models.items()] == [("right", 5)]
    assert [str(error) for error in found.errors] == [
        f"wrong.safetensors: ngram_embedding.weight {reason}."
    ]


def test_a_table_of_8192_ngrams_beside_10000_words_stays_below_four_megabytes(
    tmp_path: Path,
) -> None:
    words = [PAD, UNKNOWN, *(f"palavra{k}" for k in range(9_998))]
    classes = len(find_tasks()[TASK].classes)
    shape = Shape(len(words), 48, 64, classes, ngrams=8_192)
    weights = draw_weights(find_cells()["lstm"], shape, 1)
    path = write(tmp_path / "m.safetensors", weights=weights, vocabulary=words)
    assert path.stat().st_size < 4e6


def test_a_readout_of_another_width_is_refused(tmp_path: Path) -> None:
    weights = draw("lstm") | {"readout.weight": torch.zeros(2, 7)}
    reason = read_error(write(tmp_path / "m.safetensors", weights=weights))
    assert reason == "recurrent.bias_hh_l0 is (24,), expected (28,)"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("tensor", ["embedding.weight", "recurrent.bias_hh_l0", "readout.bias"])
def test_a_weight_that_is_not_finite_is_refused(tmp_path: Path, tensor: str, value: float) -> None:
    weights = draw("lstm")
    weights[tensor].view(-1)[-1] = value
    path = write(tmp_path / "m.safetensors", weights=weights)
    assert read_error(path) == f"{tensor} holds NaN or infinity"


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (torch.bool, "BOOL"),
        (torch.uint8, "U8"),
        (torch.int32, "I32"),
        (torch.int64, "I64"),
        (torch.complex64, "C64"),
        (torch.float8_e4m3fn, "F8_E4M3"),
    ],
)
def test_weights_that_are_no_plain_numbers_are_refused(
    tmp_path: Path, dtype: torch.dtype, name: str
) -> None:
    weights = draw("lstm")
    weights["readout.bias"] = weights["readout.bias"].to(dtype)
    reason = read_error(write(tmp_path / "m.safetensors", weights=weights))
    assert reason == f"readout.bias is of type {name}, expected F64 or F32 or F16 or BF16"


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_weights_of_any_precision_are_read_as_they_are(tmp_path: Path, dtype: torch.dtype) -> None:
    weights = {name: value.to(dtype) for name, value in draw("gru").items()}
    model = load_model(write(tmp_path / "m.safetensors", "gru", weights=weights))
    for name, value in model.weights.items():
        assert value.dtype == torch.float64
        assert torch.equal(value, weights[name].double())


def test_more_weights_than_a_server_can_hold_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "m.safetensors")
    count = sum(value.numel() for value in draw("lstm").values())
    monkeypatch.setattr(checkpoint, "MAX_WEIGHTS", count)
    load_model(path)
    monkeypatch.setattr(checkpoint, "MAX_WEIGHTS", count - 1)
    assert read_error(path) == f"it holds {count} weights, more than {count - 1}"


@pytest.mark.parametrize("size", [[2**40, 2**40], [2**50], [10**30]])
def test_sizes_that_the_file_does_not_have_are_refused(tmp_path: Path, size: list[int]) -> None:
    tensors = {"embedding.weight": {"dtype": "F32", "shape": size, "data_offsets": [0, 4]}}
    header = json.dumps(tensors).encode()
    path = tmp_path / "m.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + b"1234")
    assert "it is not a safetensors file" in read_error(path)
    path.write_bytes(struct.pack("<Q", 2**62) + header)
    assert "it is not a safetensors file" in read_error(path)


def test_a_missing_and_an_extra_tensor_are_named(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    for name in draw("lstm"):
        weights = draw("lstm")
        del weights[name]
        assert read_error(write(path, weights=weights)) == f"it lacks the tensor {name}"
    extra = draw("lstm") | {"optimiser.step": torch.zeros(1)}
    reason = read_error(write(path, weights=extra))
    assert reason == "its tensor optimiser.step is none of the cell's"


def test_the_weights_of_another_cell_are_refused(tmp_path: Path) -> None:
    reason = read_error(write(tmp_path / "m.safetensors", "gru", weights=draw("lstm")))
    assert reason == "recurrent.bias_hh_l0 is (24,), expected (18,)"


def test_the_classes_of_another_task_are_refused(tmp_path: Path) -> None:
    reason = read_error(write(tmp_path / "m.safetensors", task="cloze"))
    classes = len(find_tasks()["cloze"].classes)
    assert reason == (
        f"it has 9 words and its task {classes} classes, but its tensors are for 9 and 2"
    )


def test_one_broken_file_is_one_error_and_the_others_are_read(tmp_path: Path) -> None:
    for name in ("z", "b"):
        write(tmp_path / f"{name}.safetensors")
    (tmp_path / "c.safetensors").write_bytes(b"cut")
    (tmp_path / "a.safetensors").mkdir()
    write_raw(tmp_path / "d.safetensors", facts='{"recipe": []}')
    (tmp_path / "notes.txt").write_text("not a model")
    models, errors = find_readable_models(tmp_path)
    assert list(models) == ["b", "z"]
    assert [models[name].id for name in models] == ["b", "z"]
    assert [error.file for error in errors] == [f"{name}.safetensors" for name in "acd"]
    assert all(len(error.reason) > 10 for error in errors)


def test_every_shipped_file_is_readable() -> None:
    models, errors = find_readable_models()
    assert (list(models), list(errors)) == (list(find_models()), [])


def test_the_recipe_of_an_older_file_is_read_with_the_names_of_now(tmp_path: Path) -> None:
    assert set(RENAMED.values()) < {field.name for field in fields(Recipe)}
    assert not RENAMED.keys() & {field.name for field in fields(Recipe)}
    older = {"rate": 0.1, "forgetting": 2.0, "orthogonal": 0, "epochs": 3, "momentum": 0.9}
    model = load_model(write(tmp_path / "m.safetensors", facts={"recipe": older}))
    assert model.facts["recipe"] == {
        "learning_rate": 0.1,
        "forget_bias": 2.0,
        "orthogonal_init": 0,
        "epochs": 3,
        "momentum": 0.9,
    }


def test_a_model_that_is_measured_in_bits_tells_its_bits(tmp_path: Path) -> None:
    shape = Shape(len(WORDS), 4, 6, len(find_tasks()["shakespeare"].classes))
    weights = draw_weights(find_cells()["gru"], shape, 1)
    path = tmp_path / "m.safetensors"
    changes: dict[str, Any] = {"cell": "gru", "task": "shakespeare", "weights": weights}
    test = {"accuracy": 0.5, "samples": 3}
    write(path, **changes, facts={"test": test | {"bits": 2}})
    load_model(path)
    write(path, **changes, facts={"test": test})
    assert read_error(path) == "its facts test lack bits"


def test_facts_are_put_into_a_file_and_its_tensors_stay_as_they_are(tmp_path: Path) -> None:
    halves = {name: value.half() for name, value in draw("gru").items()}
    path = write(tmp_path / "m.safetensors", "gru", weights=halves)
    test = {"accuracy": 0.5, "samples": 3, "parts": (1, 2)}
    assert update_facts(load_model(path), test=test)
    model = load_model(path)
    assert model.facts == {"a": 1, "test": test | {"parts": [1, 2]}}
    assert (model.task_id, model.cell_id, list(model.vocabulary)) == (TASK, "gru", WORDS)
    tensors = load_file(path)
    assert {value.dtype for value in tensors.values()} == {torch.float16}
    assert all(torch.equal(tensors[name], value) for name, value in halves.items())


def test_facts_that_a_file_tells_already_are_not_written(tmp_path: Path) -> None:
    path = write_raw(tmp_path / "m.safetensors", facts='{"a": 1, "recipe": {"rate": 0.5}}')
    before = path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()
    model = load_model(path)
    assert not update_facts(model, a=1)
    assert not update_facts(model, recipe={"learning_rate": 0.5})
    assert (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes()) == before
    assert update_facts(model, a=2)
    assert load_model(path).facts == {"a": 2, "recipe": {"learning_rate": 0.5}}


def test_a_number_that_no_file_may_hold_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write(tmp_path / "m.safetensors", facts={"a": math.nan})
    assert list(tmp_path.iterdir()) == []


def test_sizes_are_read_off_the_tensors() -> None:
    classes = len(find_tasks()[TASK].classes)
    for cell in find_cells():
        weights = draw(cell, layers=3, bidirectional=True)
        sizes = {name: tuple(value.shape) for name, value in weights.items()}
        assert infer_shape(sizes) == Shape(9, 4, 6, classes, 3, bidirectional=True)


def has_layer_of_torch(name: str) -> bool:
    """Read the cell off the model's id: no file is opened while tests are collected."""
    kind = name.removeprefix(f"{name_task(name)}-")
    cell = max((cell for cell in find_cells() if f"{kind}-".startswith(f"{cell}-")), key=len)
    return find_cells()[cell].layer is not None


@pytest.mark.parametrize("name", [*filter(has_layer_of_torch, find_models())])
def test_the_layer_of_torch_takes_the_recurrent_part_of_a_shipped_file(name: str) -> None:
    path = find_models()[name]
    model = load_model(path)
    assert model.cell.layer is not None
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
    assert (recipe.num_layers, recipe.bidirectional) == (
        model.shape.layers,
        model.shape.bidirectional,
    )
    assert set(model.facts) >= {"recipe", "data", "validation", "test"}
    assert len(model.facts["data"]["sha256"]) == len(model.facts["test"]["sha256"]) == 64
    figure, test = model.task.figure, model.facts["test"]
    if model.task.quantities:
        assert len(model.task.quantities) == model.shape.classes
        last = [errors["last"]["mae"] for errors in test["forecasts"].values()]
        assert figure.is_better(test[figure.name], sum(last) / len(last))
        assert model.path.stat().st_size < 100_000
        return
    guessing = (
        1 / len(model.task.classes) if figure.higher else math.log2(len(model.task.classes)) / 2
    )
    assert figure.is_better(test[figure.name], guessing)
    assert 0 < test["accuracy"] <= 1
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
        assert model.facts["data"]["validation"] == 2_500
    assert len({model.facts["data"]["train"] for model in found.values()}) == 1, "the same data"


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
    assert all(len(token.split()) == 1 for token in model.vocabulary)
    assert all(len(token) < 60 for token in model.vocabulary)
    assert max(len(text) for text in list_strings(model.facts)) <= 64  # a digest
    assert len(json.dumps(model.facts)) < 8_000
