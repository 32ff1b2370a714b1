"""Tensors in safetensors files: others' and GateScope's own."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.contracts import InvalidInput
from gatescope.importing.reading import open_file
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models
from safetensors.torch import save_file
from torch import nn


def refuse(path: Path, code: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    assert raised.value.code == code, raised.value
    return raised.value


def write(path: Path, header: object, body: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
    return path


def test_a_state_dict_in_safetensors_is_read(tmp_path: Path) -> None:
    module = nn.ModuleDict({"rnn": nn.GRU(6, 4, batch_first=True), "out": nn.Linear(4, 2)})
    save_file(dict(module.state_dict()), tmp_path / "m.safetensors")
    opened = open_file(tmp_path / "m.safetensors")
    x = torch.randn(5, 6, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = module["out"](module["rnn"](x[None])[0][0, -1])
    np.testing.assert_allclose(opened.run(x.numpy()), expected.numpy(), atol=1e-6)


def test_a_shipped_model_is_understood_as_what_it_is() -> None:
    path = find_models()["shakespeare-lstm"]
    model = load_model(path)
    opened = open_file(path)
    understood = opened.understanding
    assert (understood.grade, understood.layers[0].name) == ("complete", "recurrent")
    assert understood.rows == len(model.vocabulary)
    assert opened.answers.vocabulary == list(model.vocabulary)
    ids = torch.arange(9) + 2
    network = Network(model.cell, model.shape, model.weights)
    expected = network.read_out(network.recur(network.encode(ids)))
    np.testing.assert_allclose(opened.run(ids.numpy()), expected.numpy(), atol=1e-6)


def test_a_shipped_model_tells_its_answers_and_leaves_nothing_out() -> None:
    for name, path in find_models().items():
        model = load_model(path)
        if model.cell.layer is None:  # Jordan's network and the bag are no layers of PyTorch
            continue
        opened = open_file(path)
        assert (opened.understanding.run, opened.understanding.not_run) == (True, ()), name
        assert opened.answers.labels == list(model.task.classes)
        every = model.task.topology == "many-to-many"
        assert opened.understanding.place == ("every" if every else "last")


def row(shape: list[int], end: int, kind: str = "F32") -> dict[str, Any]:
    return {"rnn.weight_hh_l0": {"dtype": kind, "shape": shape, "data_offsets": [0, end]}}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (row([2**20, 2**22], 2**44), "file_too_many_weights"),
        (row([2**63, 2**63], 64), "file_too_many_weights"),
        (row([4, 4], 2**44), "file_damaged"),
        (row([-4, 4], 64), "file_damaged"),
        (row([8, 2], 64, "F4"), "file_damaged"),
        ({"rnn.weight_hh_l0": 3}, "file_damaged"),
        ([], "file_unknown"),
        (b"{" + b"[" * 60_000, "file_damaged"),
        (b"{\xff", "file_damaged"),
    ],
)
def test_a_hostile_header_is_refused(tmp_path: Path, header: object, code: str) -> None:
    refuse(write(tmp_path / "m", header, b"\0" * 64), code)


def test_a_header_longer_than_the_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(struct.pack("<Q", 2**39) + b"{}")
    refuse(path, "file_damaged")


def test_numbers_of_eight_bits_are_refused_by_name(tmp_path: Path) -> None:
    state = dict(nn.LSTM(2, 3).state_dict())
    state["weight_ih_l0"] = torch.zeros(12, 2, dtype=torch.int8)
    save_file(state, tmp_path / "m")
    assert refuse(tmp_path / "m", "file_type").values["type"] == "int8"
