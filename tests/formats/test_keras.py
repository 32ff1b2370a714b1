"""Keras files against what Keras answered when ``tests/formats/make_keras.py`` wrote them."""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from gatescope.contracts import InvalidInput
from gatescope.importing.reading import open_file

FOLDER = Path(__file__).parent / "keras"
EXPECTED: Mapping[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def answer(path: Path, name: str) -> np.ndarray[Any, Any]:
    return open_file(path).run(np.array(EXPECTED[name]["inputs"]))


def refuse(path: Path, *codes: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    assert raised.value.code in codes, raised.value
    return raised.value


def change(name: str, path: Path, edit: Callable[[dict[str, bytes]], object]) -> Path:
    """Write a ``.keras`` file anew with its entries edited."""
    with zipfile.ZipFile(FOLDER / name) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    edit(entries)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return path


def change_json(entry: str, edit: Callable[[Any], object]) -> Callable[[dict[str, bytes]], object]:
    def edit_entry(entries: dict[str, bytes]) -> None:
        found = json.loads(entries[entry])
        edit(found)
        entries[entry] = json.dumps(found).encode()

    return edit_entry


def change_weights(edit: Callable[[h5py.File], object]) -> Callable[[dict[str, bytes]], object]:
    def edit_weights(entries: dict[str, bytes]) -> None:
        content = io.BytesIO(entries["model.weights.h5"])
        with h5py.File(content, "r+") as weights:
            edit(weights)
        entries["model.weights.h5"] = content.getvalue()

    return edit_weights


def layer_of(config: Any, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        layer["config"] for layer in config["config"]["layers"] if layer["class_name"] == kind
    )
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_the_outputs_are_kerass(name: str) -> None:
    opened = open_file(FOLDER / name)
    understood = opened.understanding
    assert (understood.grade, understood.run, understood.not_run) == ("complete", True, ())
    assert understood.format.startswith("Keras 3")
    expected = np.array(EXPECTED[name]["outputs"])
    assert expected.std() > 1e-3 or expected.size == 1
    np.testing.assert_allclose(answer(FOLDER / name, name), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("name", "place", "cells"),
    [
        ("lstm_last.keras", "last", ["lstm"]),
        ("both_ways.keras", "ends", ["lstm", "gru"]),
        ("every_step.keras", "every", ["lstm", "lstm"]),
        ("mean.keras", "mean", ["gru"]),
        ("functional.keras", "max", ["lstm"]),
        ("legacy.h5", "last", ["gru", "lstm"]),
    ],
)
def test_the_layers_and_the_place_are_those_of_the_file(
    name: str, place: str, cells: list[str]
) -> None:
    understood = open_file(FOLDER / name).understanding
    assert (understood.place, [layer.cell for layer in understood.layers]) == (place, cells)
    assert "place" not in understood.asks


def test_keras_2s_hard_sigmoid_is_neither_the_sigmoid_nor_keras_3s(tmp_path: Path) -> None:
    name = "hard_sigmoid.keras"
    older = change(
        name,
        tmp_path / "older.keras",
        change_json("metadata.json", lambda facts: facts.update(keras_version="2.15.0")),
    )
    opened = open_file(older)
    assert opened.understanding.layers[0].settings == {"hard_sigmoid": 0.2}
    layer = opened.structure.layers[0]
    w = {key: value.numpy() for key, value in layer.directions[False].items()}
    h = c = np.zeros(4)
    for row in np.array(EXPECTED[name]["inputs"]):
        a = w["weight_ih"] @ row + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"]
        i, f, g, o = np.split(a, 4)
        i, f, o = (np.clip(0.2 * gate + 0.5, 0, 1) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    dense = {key: value.numpy() for key, value in opened.structure.readout[0].state_dict().items()}
    np.testing.assert_allclose(answer(older, name), dense["weight"] @ h + dense["bias"], atol=1e-6)
    assert abs(answer(older, name) - answer(FOLDER / name, name)).max() > 1e-4


def test_a_gru_that_does_not_say_reset_after_is_of_before_it_was_there(tmp_path: Path) -> None:
    def forget(config: Any) -> None:
        del layer_of(config, "GRU")["reset_after"]

    older = change("gru_before.keras", tmp_path / "m.keras", change_json("config.json", forget))
    expected = EXPECTED["gru_before.keras"]["outputs"]
    np.testing.assert_allclose(answer(older, "gru_before.keras"), expected, atol=1e-5)


@pytest.mark.parametrize("keeps_names", [True, False])
def test_the_group_names_of_windows_are_read(tmp_path: Path, keeps_names: bool) -> None:
    """Keras 3 on Windows made one group named ``layers\\lstm\\cell``, and older ones no names."""
    name = "every_step.keras"

    def flatten(entries: dict[str, bytes]) -> None:
        content = io.BytesIO()
        with (
            h5py.File(io.BytesIO(entries["model.weights.h5"])) as old,
            h5py.File(content, "w") as new,
        ):

            def copy(path: str, found: h5py.Group | h5py.Dataset) -> None:
                *groups, last = path.split("/")
                if isinstance(found, h5py.Dataset):
                    owner = "\\".join(groups[:-1])
                    new.require_group(f"{owner}/vars")[last] = found[()]
                elif last == "vars" and keeps_names:
                    new.require_group(f"{chr(92).join(groups)}/vars").attrs.update(found.attrs)

            old.visititems(copy)
            assert any("\\" in key for key in new)
        entries["model.weights.h5"] = content.getvalue()

    windows = change(name, tmp_path / "m.keras", flatten)
    np.testing.assert_allclose(answer(windows, name), EXPECTED[name]["outputs"], atol=1e-5)


def write_as_keras_2(name: str, path: Path) -> Path:
    """Write a legacy file as Keras 2 did: names in bytes that end in ``:0``, nodes as lists."""
    with h5py.File(FOLDER / name) as new, h5py.File(path, "w") as old:
        config = json.loads(new.attrs["model_config"])
        for layer in config["config"]["layers"]:
            inbound = layer.get("inbound_nodes")
            found = re.findall(r'"keras_history": \["(\w+)"', json.dumps(inbound))
            layer["inbound_nodes"] = [[[one, 0, 0, {}]] for one in found]
        old.attrs["model_config"] = np.bytes_(json.dumps(config).encode())
        old.attrs["keras_version"] = np.bytes_(b"2.11.0")
        for layer_name, group in new["model_weights"].items():
            into = old.create_group(f"model_weights/{layer_name}")
            names = [str(one) for one in group.attrs["weight_names"]]
            into.attrs["weight_names"] = np.array([f"{one}:0".encode() for one in names])
            for one in names:
                into[f"{one}:0"] = group[one][()]
    return path


@pytest.mark.parametrize("name", ["legacy.h5", "legacy_functional.h5"])
def test_a_file_of_keras_2_is_read(tmp_path: Path, name: str) -> None:
    path = write_as_keras_2(name, tmp_path / "m.hdf5")
    assert open_file(path).understanding.format == "Keras 2.11.0"
    np.testing.assert_allclose(answer(path, name), EXPECTED[name]["outputs"], atol=1e-5)


def test_an_older_root_of_the_weights_is_read(tmp_path: Path) -> None:
    def move(weights: h5py.File) -> None:
        def forget(path: str, found: Any) -> None:
            if "name" in found.attrs:
                del found.attrs["name"]

        weights.visititems(forget)
        weights.move("layers", "_layer_checkpoint_dependencies")

    name = "lstm_last.keras"
    older = change(name, tmp_path / "m.keras", change_weights(move))
    np.testing.assert_allclose(answer(older, name), EXPECTED[name]["outputs"], atol=1e-5)


@pytest.mark.parametrize(
    "folder", ["assets/layers/text_vectorization", "assets\\text_vectorization"]
)
def test_the_vocabulary_in_the_zip_is_found(tmp_path: Path, folder: str) -> None:
    words = ["", "[UNK]", "good", "bad", "é"]

    def pack(entries: dict[str, bytes]) -> None:
        entries[f"{folder}/vocabulary.txt".replace("\\/", "\\")] = "\n".join(words).encode()
        config = json.loads(entries["config.json"])
        vectorization = {
            "name": "text_vectorization",
            "standardize": "lower_and_strip_punctuation",
            "split": "whitespace",
            "output_sequence_length": 9,
            "vocabulary": None,
        }
        config["config"]["layers"].insert(
            1, {"class_name": "TextVectorization", "config": vectorization}
        )
        entries["config.json"] = json.dumps(config).encode()

    opened = open_file(change("lstm_last.keras", tmp_path / "m.keras", pack))
    assert opened.answers.vocabulary == words
    assert (opened.answers.splitting, opened.answers.lower) == ("stripped", True)
    assert opened.answers.padding is not None
    assert (opened.answers.padding.length, opened.answers.padding.side) == (9, "after")
    assert opened.understanding.asks == ("labels",)


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("sparse_categorical_crossentropy", "softmax"),
        ({"class_name": "BinaryCrossentropy", "config": {"from_logits": True}}, "sigmoid"),
        ("mse", "identity"),
    ],
)
def test_the_loss_tells_what_the_last_numbers_are(
    tmp_path: Path, loss: object, output: str
) -> None:
    def compile_with(config: Any) -> None:
        config["compile_config"] = {"optimizer": "adam", "loss": loss}

    path = change("gru_after.keras", tmp_path / "m.keras", change_json("config.json", compile_with))
    understood = open_file(path).understanding
    assert (understood.output, "output" in understood.asks) == (output, False)


def test_a_lambda_is_named_and_its_code_is_not_looked_at(tmp_path: Path) -> None:
    def add(config: Any) -> None:
        code = {"class_name": "__lambda__", "config": {"code": "4wAAAAAA"}}
        config["config"]["layers"].insert(
            3, {"class_name": "Lambda", "config": {"name": "own", "function": code}}
        )

    path = change("lstm_last.keras", tmp_path / "m.keras", change_json("config.json", add))
    understood = open_file(path).understanding
    assert (understood.run, understood.grade) == (False, "states only")
    assert understood.not_run[0] == "own: Lambda"
    assert [layer.cell for layer in understood.layers] == ["lstm"]


def test_another_activation_in_a_cell_is_named(tmp_path: Path) -> None:
    def bend(config: Any) -> None:
        layer_of(config, "LSTM")["activation"] = "softsign"

    path = change("lstm_last.keras", tmp_path / "m.keras", change_json("config.json", bend))
    assert "softsign" in str(refuse(path, "file_no_recurrent").values["found"])


def test_a_branch_is_not_run(tmp_path: Path) -> None:
    def branch(config: Any) -> None:
        dense = next(one for one in config["config"]["layers"] if one["class_name"] == "Dense")
        history = {"class_name": "__keras_tensor__", "config": {"keras_history": ["norm", 0, 0]}}
        dense["inbound_nodes"].append({"args": [history], "kwargs": {}})

    path = change("functional.keras", tmp_path / "m.keras", change_json("config.json", branch))
    understood = open_file(path).understanding
    assert (understood.grade, [layer.cell for layer in understood.layers]) == (
        "states only",
        ["lstm"],
    )


def declare_terabytes(weights: h5py.File) -> None:
    group = weights["layers/lstm/cell/vars"]
    del group["0"]
    group.create_dataset("0", shape=(2**20, 2**20), dtype="f4", chunks=(1024, 1024))


def link_elsewhere(weights: h5py.File) -> None:
    group = weights["layers/lstm/cell/vars"]
    del group["0"]
    group["0"] = h5py.ExternalLink("/etc/passwd", "/")


def store_elsewhere(weights: h5py.File) -> None:
    group = weights["layers/lstm/cell/vars"]
    del group["0"]
    group.create_dataset("0", shape=(3, 16), dtype="f4", external=[("/etc/passwd", 0, 192)])


def write_words(weights: h5py.File) -> None:
    group = weights["layers/lstm/cell/vars"]
    del group["0"]
    group["0"] = np.zeros((3, 16), dtype="i8")


def write_nan(weights: h5py.File) -> None:
    weights["layers/lstm/cell/vars/1"][0, 0] = np.nan


def write_another_size(weights: h5py.File) -> None:
    group = weights["layers/lstm/cell/vars"]
    del group["1"]
    group["1"] = np.zeros((5, 16), dtype="f4")


def make_a_circle(weights: h5py.File) -> None:
    weights["layers/lstm/again"] = weights["layers"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (declare_terabytes, "file_too_many_weights"),
        (link_elsewhere, "file_external"),
        (store_elsewhere, "file_external"),
        (write_words, "file_type"),
        (write_nan, "file_not_finite"),
        (write_another_size, "file_damaged"),
        (make_a_circle, "file_damaged"),
    ],
)
def test_hostile_weights_are_refused(
    tmp_path: Path, edit: Callable[[h5py.File], object], code: str
) -> None:
    refuse(change("lstm_last.keras", tmp_path / "m.keras", change_weights(edit)), code)


def nest(entries: dict[str, bytes]) -> None:
    entries["config.json"] = b"[" * 100_000


def drop_layers(config: Any) -> None:
    config["config"] = 3


def put_numbers(config: Any) -> None:
    config["config"]["layers"] = [1, 2, 3]


@pytest.mark.parametrize(
    "edit",
    [
        nest,
        change_json("config.json", drop_layers),
        change_json("config.json", put_numbers),
        lambda entries: entries.update({"model.weights.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 99}),
        lambda entries: entries.update({"model.weights.h5": entries["model.weights.h5"][:3000]}),
        lambda entries: entries.update({"config.json": b"\xff\xfe"}),
    ],
)
def test_a_damaged_zip_is_told_in_a_sentence(
    tmp_path: Path, edit: Callable[[dict[str, bytes]], object]
) -> None:
    path = change("lstm_last.keras", tmp_path / "m.keras", edit)
    refuse(path, "file_damaged", "file_no_recurrent")


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", "{}")
        with archive.open("model.weights.h5", "w", force_zip64=True) as entry:
            for _ in range(65):
                entry.write(b"\0" * 2**24)
    assert path.stat().st_size < 2**21
    refuse(path, "file_damaged")


@pytest.mark.parametrize("share", range(1, 8))
def test_a_legacy_file_cut_short_is_damaged(tmp_path: Path, share: int) -> None:
    content = (FOLDER / "legacy.h5").read_bytes()
    path = tmp_path / "m.h5"
    path.write_bytes(content[: len(content) * share // 8])
    refuse(path, "file_damaged")


def test_weights_alone_are_told_from_a_model(tmp_path: Path) -> None:
    path = tmp_path / "m.weights.h5"
    with h5py.File(path, "w") as weights:
        weights["layers/lstm/cell/vars/0"] = np.zeros((3, 16), dtype="f4")
    refuse(path, "file_weights_alone")


def test_without_h5py_the_sentence_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    for name in ("lstm_last.keras", "legacy.h5"):
        values = refuse(FOLDER / name, "file_extra").values
        assert values == {"package": "h5py", "extra": "keras"}
