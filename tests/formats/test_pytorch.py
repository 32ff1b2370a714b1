"""State dicts, whole and within checkpoints, against the modules that they come from."""

from __future__ import annotations

import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.contracts import InvalidInput
from gatescope.importing.answers import Answers
from gatescope.importing.reading import open_file
from gatescope.importing.understanding import OpenedFile
from torch import Tensor, nn

STEPS = 9


class Reader(nn.Module):
    """What a person writes: an embedding or none, a recurrent layer, something that reads it."""

    def __init__(
        self,
        kind: str,
        place: str,
        *,
        words: bool = True,
        names: tuple[str, str, str] = ("embedding", "rnn", "fc"),
        **more: Any,
    ) -> None:
        super().__init__()
        self.place, self.names = place, names
        if words:
            setattr(self, names[0], nn.Embedding(30, 6))
        layer = getattr(nn, kind)(6, 5, batch_first=True, **more)
        setattr(self, names[1], layer)
        width = 10 if more.get("bidirectional") else 5
        norm = nn.BatchNorm1d(width)
        setattr(self, names[2], nn.Sequential(norm, nn.Linear(width, 7), nn.ReLU(), nn.Dropout()))
        self.last = nn.Linear(7, 3)

    def forward(self, x: Tensor) -> Tensor:
        if hasattr(self, self.names[0]):
            x = getattr(self, self.names[0])(x)
        outputs, state = getattr(self, self.names[1])(x)
        h_n = state[0] if isinstance(state, tuple) else state
        match self.place:
            case "last":
                read = outputs[:, -1]
            case "ends":
                read = torch.cat([h_n[-2], h_n[-1]], dim=1)
            case "mean":
                read = outputs.mean(dim=1)
            case _:
                read = outputs.max(dim=1).values
        answer: Tensor = self.last(getattr(self, self.names[2])(read))
        return answer


def draw(module: nn.Module, seed: int = 0) -> nn.Module:
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for value in module.parameters():
            value.copy_(0.6 * torch.randn(value.shape, generator=source))
        for name, buffer in module.named_buffers():
            if buffer.is_floating_point():  # a running variance is above zero
                buffer.copy_(torch.rand(buffer.shape, generator=source) + 0.5 * ("var" in name))
    return module.eval()


def draw_series() -> Tensor:
    return torch.randn(STEPS, 6, generator=torch.Generator().manual_seed(1))


def save(state: object, folder: Path, **more: Any) -> Path:
    path = folder / "model.pt"
    torch.save(state, path, **more)
    return path


def ask(module: nn.Module, x: Tensor) -> np.ndarray[Any, Any]:
    with torch.no_grad():
        answer: Tensor = module(x[None])
    return answer[0].numpy()


def refuse(path: Path, code: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    assert raised.value.code == code, raised.value
    return raised.value


NETWORKS: list[tuple[str, str, dict[str, Any]]] = [
    ("LSTM", "last", {}),
    ("LSTM", "ends", {"bidirectional": True, "num_layers": 2}),
    ("GRU", "mean", {"bidirectional": True}),
    ("GRU", "last", {"bias": False, "num_layers": 2}),
    ("RNN", "max", {}),
    ("RNN", "last", {"nonlinearity": "relu"}),
]


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize(("kind", "place", "more"), NETWORKS)
def test_the_outputs_are_torchs(
    tmp_path: Path, kind: str, place: Any, more: dict[str, Any], words: bool
) -> None:
    module = draw(Reader(kind, place, words=words, **more))
    given = Answers(place=place, nonlinearity=more.get("nonlinearity"))
    opened = open_file(save(module.state_dict(), tmp_path), given)
    understood = opened.understanding
    assert (understood.grade, understood.run, understood.not_run) == ("complete", True, ())
    assert understood.input == ("ids" if words else "numbers")
    (layer,) = understood.layers
    assert (layer.cell, layer.inputs, layer.hidden) == (kind.lower(), 6, 5)
    assert (layer.layers, layer.bidirectional) == (
        more.get("num_layers", 1),
        more.get("bidirectional", False),
    )
    assert all(check.difference < 1e-12 for check in understood.checks)
    x = torch.arange(STEPS) * 3 if words else draw_series()
    np.testing.assert_allclose(opened.run(x.numpy()), ask(module, x), atol=1e-5, rtol=1e-5)


def in_checkpoint(state: Mapping[str, Tensor]) -> object:
    """Give what a training script saves: the optimiser's moments are tensors too."""
    moments = {k: {"exp_avg": value.clone()} for k, value in enumerate(state.values())}
    return {"epoch": 3, "optimizer": {"state": moments}, "model_state_dict": dict(state)}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {f"module.{name}": value for name, value in state.items()},
        lambda state: {f"_orig_mod.{name}": value for name, value in state.items()},
        lambda state: {f"module._orig_mod.{name}": value for name, value in state.items()},
        in_checkpoint,
        lambda state: {"net": in_checkpoint(state)},
    ],
)
def test_a_state_dict_is_found_whatever_is_around_it(
    tmp_path: Path, wrap: Callable[[Mapping[str, Tensor]], object]
) -> None:
    module = draw(Reader("LSTM", "last"))
    opened = open_file(save(wrap(module.state_dict()), tmp_path))
    assert [layer.name for layer in opened.understanding.layers] == ["rnn"]
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=1e-5, rtol=1e-5)


def test_the_format_before_pytorch_1_6_is_read(tmp_path: Path) -> None:
    module = draw(Reader("GRU", "last"))
    opened = open_file(save(module.state_dict(), tmp_path, _use_new_zipfile_serialization=False))
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("kind", "called"), [("GRU", "lstm"), ("LSTM", "rnn"), ("RNN", "gru")])
def test_a_cell_is_told_by_its_weights_and_not_by_its_name(
    tmp_path: Path, kind: str, called: str
) -> None:
    module = draw(Reader(kind, "last", names=("table", called, "head")))
    opened = open_file(save(module.state_dict(), tmp_path))
    (layer,) = opened.understanding.layers
    assert (layer.name, layer.cell) == (called, kind.lower())
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=1e-5, rtol=1e-5)


class Cells(nn.Module):
    """Two ``nn.LSTMCell``, declared after the layer that reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(5, 2)
        self.embedding = nn.Embedding(30, 6)
        self.cells = nn.ModuleList([nn.LSTMCell(6, 4), nn.LSTMCell(4, 5)])

    def forward(self, x: Tensor) -> Tensor:
        states: list[Any] = [None, None]
        for vector in self.embedding(x).unbind(1):
            for k, cell in enumerate(self.cells):
                states[k] = cell(vector, states[k])
                vector = states[k][0]
        answer: Tensor = self.fc(vector)
        return answer


def test_cells_are_chained_by_their_widths(tmp_path: Path) -> None:
    module = draw(Cells())
    opened = open_file(save(module.state_dict(), tmp_path))
    understood = opened.understanding
    assert [(one.name, one.cell, one.hidden) for one in understood.layers] == [
        ("cells.0", "lstm", 4),
        ("cells.1", "lstm", 5),
    ]
    assert understood.guesses["order"]
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=1e-5, rtol=1e-5)


class Between(nn.Module):
    """Two recurrent layers of different kinds, a projection and an activation between them."""

    def __init__(self, middle: nn.Module) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 5, batch_first=True, bidirectional=True)
        self.middle = middle
        self.gru = nn.GRU(4, 3, batch_first=True)
        self.head = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.lstm(x)[0]
        answer: Tensor = self.head(self.gru(self.middle(x))[0])
        return answer


def test_what_lies_between_recurrent_layers_is_run(tmp_path: Path) -> None:
    module = draw(Between(nn.Sequential(nn.LayerNorm(10), nn.Linear(10, 4))))
    opened = open_file(save(module.state_dict(), tmp_path), Answers(place="every"))
    assert [layer.cell for layer in opened.understanding.layers] == ["lstm", "gru"]
    x = draw_series()
    np.testing.assert_allclose(opened.run(x.numpy()), ask(module, x), atol=1e-5, rtol=1e-5)


def test_what_is_not_run_is_named_and_the_layers_below_it_are_looked_into(tmp_path: Path) -> None:
    class Turned(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(10, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            answer: Tensor = self.conv(x.transpose(1, 2)).transpose(1, 2)
            return answer

    module = Between(Turned())
    draw(module)
    opened = open_file(save(module.state_dict(), tmp_path))
    understood = opened.understanding
    assert (understood.run, understood.grade) == (False, "states only")
    assert any(part.startswith("middle.conv") for part in understood.not_run)
    assert len(understood.layers) == 2
    x = draw_series()
    with torch.no_grad():
        expected = module.lstm(x[None])[0][0]
    found = opened.build().answer(x)
    torch.testing.assert_close(found.float(), expected, atol=1e-5, rtol=0)


def test_the_activation_between_two_linear_layers_is_a_guess_that_can_be_answered(
    tmp_path: Path,
) -> None:
    class Squashed(Reader):
        def __init__(self) -> None:
            super().__init__("LSTM", "last")
            self.fc = nn.Sequential(nn.Linear(5, 7), nn.Tanh())

    module = draw(Squashed())
    path = save(module.state_dict(), tmp_path)
    assert open_file(path).understanding.guesses["activation"] == "relu"
    opened = open_file(path, Answers(activation="tanh"))
    assert "activation" not in opened.understanding.asks
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=1e-5, rtol=1e-5)


def test_half_precision_is_read(tmp_path: Path) -> None:
    module = draw(Reader("LSTM", "last"))
    half = {name: value.to(torch.bfloat16) for name, value in module.state_dict().items()}
    opened = open_file(save(half, tmp_path))
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=0.1)


def test_a_projection_is_refused_by_name(tmp_path: Path) -> None:
    state = nn.LSTM(4, 6, proj_size=2).state_dict()
    assert refuse(save(state, tmp_path), "file_projection").values["name"] == "recurrent"


def test_torchscript_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "scripted.pt"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("scripted/data.pkl", b"\x80\x02}.")
        archive.writestr("scripted/constants.pkl", b"\x80\x02).")
        archive.writestr("scripted/code/__torch__.py", b"raise SystemExit")
    path.write_bytes(content.getvalue())
    refuse(path, "file_torchscript")


@pytest.mark.parametrize("wrap", [lambda module: module, lambda module: {"net": module}])
@pytest.mark.parametrize(("kind", "place", "more"), NETWORKS)
def test_a_pickled_module_is_read_without_its_classes(
    tmp_path: Path, kind: str, place: Any, more: dict[str, Any], wrap: Callable[[nn.Module], object]
) -> None:
    module = draw(Reader(kind, place, **more))
    path = save(wrap(module), tmp_path)
    code = (
        "import sys, json, numpy as np; from pathlib import Path\n"
        "from gatescope.importing.reading import open_file\n"
        "from gatescope.importing.answers import Answers\n"
        f"opened = open_file(Path({str(path)!r}), Answers(place={place!r}))\n"
        "assert not [name for name in sys.modules if name.startswith('tests')]\n"
    )
    if (kind, place, more) == NETWORKS[0]:  # where the classes cannot be had
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    opened = open_file(path, Answers(place=place))
    understood = opened.understanding
    assert (understood.grade, understood.not_run) == ("complete", ())
    assert understood.format == "PyTorch, a pickled module"
    assert not {"activation", "nonlinearity"} & set(understood.asks)
    ids = torch.arange(STEPS)
    np.testing.assert_allclose(opened.run(ids.numpy()), ask(module, ids), atol=1e-5, rtol=1e-5)


def test_a_pickled_module_of_the_older_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = save(draw(nn.LSTM(3, 4)), tmp_path, _use_new_zipfile_serialization=False)
    assert "LSTM" in str(refuse(path, "file_pickled").values["name"])


def test_a_pickled_module_that_is_not_recurrent_is_refused_with_what_to_do(tmp_path: Path) -> None:
    refuse(save(draw(nn.Linear(3, 4)), tmp_path), "file_pickled")


def test_code_within_a_pickled_module_is_not_run(tmp_path: Path) -> None:
    module = draw(Reader("LSTM", "last"))
    module.trap = Trap(tmp_path / "sprung")  # type: ignore[assignment]
    opened = open_file(save(module, tmp_path))
    assert opened.understanding.grade == "complete"
    assert not (tmp_path / "sprung").exists()


class Trap:
    """Makes a folder where it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("how", ["zip", "legacy", "pickle"])
def test_a_pickle_that_would_run_code_runs_none(tmp_path: Path, how: str) -> None:
    sprung = tmp_path / "sprung"
    state = {"lstm.weight_hh_l0": torch.zeros(8, 2), "trap": Trap(sprung)}
    if how == "pickle":
        path = tmp_path / "model.pt"
        path.write_bytes(pickle.dumps(state["trap"]))
    else:
        path = save(state, tmp_path, _use_new_zipfile_serialization=how == "zip")
    assert "mkdir" in str(refuse(path, "file_pickled").values["name"])
    assert not sprung.exists()


def write_archive(path: Path, pickled: bytes, storages: Mapping[str, bytes], **more: Any) -> Path:
    with zipfile.ZipFile(path, "w", **more) as archive:
        archive.writestr("m/data.pkl", pickled)
        archive.writestr("m/version", b"3\n")
        archive.writestr("m/byteorder", b"little")
        for key, content in storages.items():
            archive.writestr(f"m/data/{key}", content)
    return path


def pickle_tensor(count: int, size: tuple[int, ...], stride: tuple[int, ...]) -> bytes:
    """Write by hand what torch.save does of one tensor in a storage of ``count`` numbers."""

    def number(value: int) -> bytes:
        raw = value.to_bytes(9, "little", signed=True)
        return b"\x8a" + struct.pack("<B", len(raw)) + raw

    def row(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(map(number, values)) + b"t"

    storage = b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0" + b"0X\x03\0\0\0cpu"
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(count) + b"tQ" + number(0)
    tensor += row(size) + row(stride) + b"\x89" + b"ccollections\nOrderedDict\n)RtR"
    return b"\x80\x02}X\x10\0\0\0rnn.weight_hh_l0" + tensor + b"s."


def test_a_tensor_written_by_hand_is_what_torch_writes(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.pt", pickle_tensor(16, (8, 2), (2, 1)), {"0": b"\0" * 64})
    assert torch.load(path, weights_only=True)["rnn.weight_hh_l0"].shape == (8, 2)
    refuse(path, "file_sizes")  # weight_ih is missing


@pytest.mark.parametrize(
    ("count", "size", "stride"),
    [
        (2**40, (2**20, 2**20), (2**20, 1)),  # terabytes, in a storage that declares them
        (16, (2**20, 2**20), (2**20, 1)),  # in one that does not hold them
        (16, (2**30, 2**30), (0, 0)),  # one number that is repeated
        (16, (8, -2), (2, 1)),
        (-16, (8, 2), (2, 1)),
        (16, (8, 2), (2, -1)),
    ],
)
def test_sizes_that_a_file_does_not_hold_take_no_memory(
    tmp_path: Path, count: int, size: tuple[int, ...], stride: tuple[int, ...]
) -> None:
    path = write_archive(tmp_path / "m.pt", pickle_tensor(count, size, stride), {"0": b"\0" * 64})
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    assert raised.value.code in {"file_damaged", "file_too_many_weights"}


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    more = {"compression": zipfile.ZIP_DEFLATED}
    packed = write_archive(
        tmp_path / "m.pt", pickle_tensor(2**22, (2**21, 2), (2, 1)), {"0": b"\0" * 2**24}, **more
    )
    assert packed.stat().st_size < 2**18
    refuse(packed, "file_damaged")


@pytest.mark.parametrize(
    "pickled",
    [
        b"\x80\x05\x96" + (2**40).to_bytes(8, "little") + b".",  # BYTEARRAY8 of a terabyte
        b"\x80\x02r\xff\xff\xff\x7f.",  # a memo of two billion places
        b"\x80\x02" + b"(" * 10_000 + b".",
        b"\x80\x02\x82\x01.",  # the extension registry
        b"\x80\x04\x95" + (2**60).to_bytes(8, "little") + b"N.",  # a frame
        b"\x80\x02]" + b"q\x002" * 2_000 + b".",
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_declares_more_than_it_holds_takes_no_memory(
    tmp_path: Path, pickled: bytes, zipped: bool
) -> None:
    path = tmp_path / "m.pt"
    if zipped:
        write_archive(path, pickled, {})
    else:
        path.write_bytes(pickled)
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    assert raised.value.code in {"file_damaged", "file_pickled", "file_no_tensors"}


def list_cut(path: Path) -> list[bytes]:
    whole = path.read_bytes()
    return [whole[: len(whole) * k // 8] for k in range(1, 8)]


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_cut_short_is_damaged(tmp_path: Path, zipped: bool) -> None:
    path = save(
        draw(Reader("LSTM", "last")).state_dict(),
        tmp_path,
        _use_new_zipfile_serialization=zipped,
    )
    for content in list_cut(path):
        path.write_bytes(content)
        with pytest.raises(InvalidInput) as raised:
            open_file(path)
        assert raised.value.code in {"file_damaged", "file_unknown"}


def find_error(path: Path) -> tuple[str, Mapping[str, object]]:
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    return raised.value.code, raised.value.values


def test_weights_that_are_no_weights_are_named(tmp_path: Path) -> None:
    state = dict(nn.LSTM(3, 4).state_dict())
    state["weight_hh_l0"] = torch.full_like(state["weight_hh_l0"], float("nan"))
    assert find_error(save(state, tmp_path)) == ("file_not_finite", {"name": "weight_hh_l0"})
    state["weight_hh_l0"] = torch.zeros(16, 4, dtype=torch.int64)
    code, values = find_error(save(state, tmp_path))
    assert (code, values["type"]) == ("file_type", "int64")
    state["weight_hh_l0"] = torch.zeros(8, 4)
    assert find_error(save(state, tmp_path))[0] == "file_no_such_cell"
    state["weight_hh_l0"] = torch.zeros(16, 5)
    assert find_error(save(state, tmp_path))[0] == "file_sizes"
    state["weight_hh_l0"] = torch.zeros(0, 0)
    assert find_error(save(state, tmp_path))[0] == "file_sizes"


def test_a_file_without_recurrent_layers_says_what_it_holds(tmp_path: Path) -> None:
    path = save(nn.Sequential(nn.Linear(3, 4)).state_dict(), tmp_path)
    assert find_error(path) == ("file_no_recurrent", {"found": "0.weight, 0.bias"})
    assert find_error(save({"epoch": 3}, tmp_path))[0] == "file_no_tensors"


def test_thousands_of_layers_are_put_in_order_in_a_moment(tmp_path: Path) -> None:
    state = {f"layers.{k}.weight": torch.ones(4, 4) for k in range(3_000)}
    state |= {f"rnn.{name}": value for name, value in nn.LSTM(4, 4).state_dict().items()}
    opened: OpenedFile = open_file(save(state, tmp_path))
    assert opened.understanding.layers[0].cell == "lstm"
