"""Files that are no model files, what is asked, and what a network takes."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import gatescope.formats
import numpy as np
import pytest
import torch
from gatescope.contracts import InvalidInput
from gatescope.formats import MAX_BYTES
from gatescope.formats.pytorch import MAX_OPCODES
from gatescope.i18n import load_catalogues, say
from gatescope.importing.answers import Answers, name_answers
from gatescope.importing.reading import find_formats, open_file
from torch import nn

KERAS = Path(__file__).parent.parent / "formats" / "keras"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def save_lstm(folder: Path, name: str = "m.pt", **more: Any) -> Path:
    module = nn.ModuleDict(
        {"table": nn.Embedding(9, 3), "cell": nn.LSTM(3, 4, **more), "out": nn.Linear(4, 2)}
    )
    torch.save(module.state_dict(), folder / name)
    return folder / name


def refuse(path: Path) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    for language in load_catalogues():
        sentence = say(language, f"error.{raised.value.code}", raised.value.values)
        assert "{" not in sentence
    return raised.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (POINTER, "file_lfs"),
        (b"Dear network,\n", "file_unknown"),
        (b"\0" * 5_000, "file_unknown"),
        (b"\xff" * 5_000, "file_unknown"),
        (b"PK\x03\x04" + b"\0" * 100, "file_unknown"),
        (b"GIF89a", "file_unknown"),
        (b"{}", "file_unknown"),
        (b"\x80", "file_unknown"),
        (b"\x80\x02", "file_damaged"),
        (b"\x08\x07\x12\x02ab", "file_damaged"),
        (b"\x89HDF\r\n\x1a\n", "file_damaged"),
    ],
)
def test_what_is_no_model_file_is_told_in_a_sentence(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(content)
    found = refuse(path).code
    # Bytes that begin as a graph does, and are none, hold no layer.
    assert found == code or (content[:1] == b"\x08" and found == "file_no_recurrent")


def test_what_is_no_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert refuse(tmp_path).code == "file_folder"
    assert refuse(tmp_path / "none.pt").code == "file_missing"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refuse(pipe).code == "file_missing"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refuse(path).code == "file_too_large"


@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_bytes_changed_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    source = np.random.default_rng(seed)
    names = [save_lstm(tmp_path), KERAS / "lstm_last.keras", KERAS / "legacy.h5"]
    content = bytearray(names[seed % len(names)].read_bytes())
    for place in source.integers(0, len(content), 1 + seed):
        content[place] = source.integers(0, 256)
    path = tmp_path / "changed"
    path.write_bytes(content)
    with contextlib.suppress(InvalidInput):  # anything else is an error of ours
        open_file(path)


def test_every_format_is_a_file_of_the_folder() -> None:
    modules = {module.name for module in iter_modules(gatescope.formats.__path__)}
    assert set(find_formats()) == modules
    assert {known.title for known in find_formats().values()} == {
        "Keras",
        "ONNX",
        "PyTorch",
        "safetensors",
    }


def test_a_format_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes((KERAS / "lstm_last.keras").read_bytes())
    assert open_file(path).understanding.format.startswith("Keras")
    assert open_file(save_lstm(tmp_path, "m.h5")).understanding.format == "PyTorch"


def test_what_is_not_told_is_asked_with_a_guess_until_it_is_answered(tmp_path: Path) -> None:
    path = save_lstm(tmp_path)
    understood = open_file(path).understanding
    assert understood.asks == (
        "vocabulary",
        "splitting",
        "padding",
        "labels",
        "place",
        "output",
    )
    assert understood.guesses == {"place": "last", "output": "softmax"}
    beside: dict[str, Any] = {
        "vocabulary": list("abcdefghi"),
        "splitting": "characters",
        "labels": ["n", "y"],
    }
    beside |= {"place": "mean", "output": "softmax", "padding": {"length": 1}}
    name_answers(path).write_text(json.dumps(beside))
    opened = open_file(path)
    assert (opened.understanding.asks, opened.understanding.place) == ((), "mean")
    given = open_file(path, Answers(place="max"))  # what a person says now goes first
    assert (given.understanding.place, given.answers.labels) == ("max", ["n", "y"])


def test_numbers_are_asked_for_their_names_and_scaling(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    module = nn.ModuleDict({"gru": nn.GRU(3, 4), "out": nn.Linear(4, 1)})
    torch.save(module.state_dict(), path)
    understood = open_file(path).understanding
    assert (understood.input, understood.rows) == ("numbers", 3)
    assert understood.asks == ("features", "scaling", "labels", "place", "output")
    assert understood.guesses["output"] == "identity"


def test_a_bare_layer_gives_its_states(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    module = nn.LSTM(3, 4, num_layers=2)
    torch.save(module.state_dict(), path)
    opened = open_file(path)
    assert (opened.understanding.grade, opened.understanding.run) == ("states only", True)
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = module(x)[0]
    np.testing.assert_allclose(opened.run(x.numpy()), expected.numpy(), atol=1e-6)


def test_the_description_is_plain_data_with_the_fields_that_are_promised(tmp_path: Path) -> None:
    path = save_lstm(tmp_path, num_layers=2)
    plain = json.loads(json.dumps(open_file(path).understanding.to_json()))
    assert plain["layers"] == [
        {
            "name": "cell",
            "cell": "lstm",
            "inputs": 3,
            "hidden": 4,
            "layers": 2,
            "bidirectional": False,
            "settings": {},
        }
    ]
    assert (plain["run"], plain["not_run"]) == (True, [])
    assert "vocabulary" in plain["asks"]


@pytest.mark.parametrize(
    "inputs",
    [
        np.array([], dtype=np.int64),
        np.array([0, 9]),
        np.array([-1]),
        np.array([0.5]),
        np.array([[1, 2]]),
    ],
)
def test_ids_that_the_embedding_has_no_row_for_are_refused(
    tmp_path: Path, inputs: np.ndarray[Any, Any]
) -> None:
    opened = open_file(save_lstm(tmp_path))
    with pytest.raises(InvalidInput) as raised:
        opened.run(inputs)
    assert (raised.value.code, raised.value.values) == ("inputs_not_ids", {"limit": 8})


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (np.zeros((0, 3)), "inputs_not_numbers"),
        (np.zeros((4, 2)), "inputs_not_numbers"),
        (np.zeros(3), "inputs_not_numbers"),
        (np.array([[0, 1, np.nan]]), "inputs_not_finite"),
    ],
)
def test_numbers_that_do_not_fit_are_refused(inputs: np.ndarray[Any, Any], code: str) -> None:
    opened = open_file(KERAS / "rnn_relu.keras")
    with pytest.raises(InvalidInput) as raised:
        opened.run(inputs)
    assert raised.value.code == code


def test_a_text_of_nothing_but_padding_is_refused() -> None:
    with pytest.raises(InvalidInput) as raised:
        open_file(KERAS / "lstm_mask.keras").run(np.zeros(3, dtype=np.int64))
    assert raised.value.code == "nothing_to_read"


def test_a_zip_of_too_many_entries_is_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", b"\x80\x02}.")
        for k in range(12_000):
            archive.writestr(f"m/data/{'x' * 50}{k}", b"")
    assert refuse(path).code == "file_unknown"


def test_a_pickle_of_too_many_operations_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    path.write_bytes(b"\x80\x02" + b"N0" * MAX_OPCODES + b"N.")
    assert refuse(path).code == "file_damaged"
