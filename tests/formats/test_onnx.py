"""ONNX graphs against PyTorch, which exports them, and against ONNX's own evaluator."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from gatescope.contracts import InvalidInput
from gatescope.formats.onnx import MAX_VALUES, bound_size, bound_work
from gatescope.importing.reading import open_file
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from torch import nn

from .test_pytorch import NETWORKS, Reader, ask, draw, draw_series

STEPS = 9


def refuse(path: Path, *codes: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        open_file(path)
    assert raised.value.code in codes, raised.value
    return raised.value


def export(module: nn.Module, x: torch.Tensor, path: Path, *, open_ends: bool) -> Path:
    axes = {"x": {0: "batch", 1: "time"}} if open_ends else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of its own age, and of LSTMs
        torch.onnx.export(
            module, (x[None],), path, dynamo=False, input_names=["x"], dynamic_axes=axes
        )
    return path


@pytest.mark.parametrize("open_ends", [True, False])
@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize(("kind", "place", "more"), NETWORKS)
def test_the_outputs_are_those_of_the_module_that_was_exported(
    tmp_path: Path, kind: str, place: str, more: dict[str, Any], words: bool, open_ends: bool
) -> None:
    module = draw(Reader(kind, place, words=words, **more))
    x = torch.arange(STEPS) * 3 if words else draw_series()
    opened = open_file(export(module, x, tmp_path / "m.onnx", open_ends=open_ends))
    understood = opened.understanding
    assert (understood.grade, understood.place, understood.not_run) == ("checked", place, ())
    assert all(check.difference < 1e-5 for check in understood.checks)
    assert {layer.cell for layer in understood.layers} == {kind.lower()}
    np.testing.assert_allclose(opened.run(x.numpy()), ask(module, x), atol=1e-5, rtol=1e-5)


Weights = NDArray[np.float32]


def write_layer(
    path: Path,
    kind: str,
    blocks: int,
    *,
    directions: int = 1,
    nodes_after: tuple[onnx.NodeProto, ...] = (),
    more: dict[str, Weights] | None = None,
    output: str = "Y",
    **attributes: Any,
) -> tuple[Path, onnx.ModelProto]:
    """Write a graph of one recurrent layer that reads ``X [T, 1, 3]``."""
    source = np.random.default_rng(0)
    weights: dict[str, Weights] = {
        "W": source.normal(0, 0.6, (directions, blocks * 4, 3)).astype(np.float32),
        "R": source.normal(0, 0.6, (directions, blocks * 4, 4)).astype(np.float32),
        "B": source.normal(0, 0.6, (directions, 2 * blocks * 4)).astype(np.float32),
    }
    weights |= more or {}
    inputs = ["X", "W", "R", "B"]
    node = helper.make_node(kind, inputs, ["Y", "Y_h"], hidden_size=4, **attributes)
    flat = numpy_helper.from_array(np.array([0, 0, -1]), "flat")
    reshape = helper.make_node("Reshape", ["Y", "flat"], ["flattened"])
    graph = helper.make_graph(
        [node, reshape, *nodes_after],
        "g",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["T", 1, 3])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [flat, *(numpy_helper.from_array(value, name) for name, value in weights.items())],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.save(model, path)
    return path, model


@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize(
    ("kind", "blocks", "attributes", "settings"),
    [
        ("LSTM", 4, {}, {}),
        ("GRU", 3, {"linear_before_reset": 0}, {"reset_before": 1.0}),
        ("GRU", 3, {"linear_before_reset": 1}, {}),
        ("RNN", 1, {}, {}),
    ],
)
def test_every_layer_and_direction_is_onnxs_own(
    tmp_path: Path,
    kind: str,
    blocks: int,
    attributes: dict[str, int],
    settings: dict[str, float],
    direction: str,
) -> None:
    count = 2 if direction == "bidirectional" else 1
    path, model = write_layer(
        tmp_path / "m",
        kind,
        blocks,
        directions=count,
        output="squeezed",
        nodes_after=(
            helper.make_node("Transpose", ["Y"], ["turned"], perm=[0, 2, 1, 3]),
            helper.make_node("Reshape", ["turned", "flat"], ["rows"]),
            helper.make_node("MatMul", ["rows", "D"], ["squeezed"]),
        ),
        more={"D": np.eye(4 * count, 2, dtype=np.float32)},
        direction=direction,
        **attributes,
    )
    opened = open_file(path)
    (layer,) = opened.understanding.layers
    assert (dict(layer.settings), layer.bidirectional) == (settings, count == 2)
    assert opened.understanding.grade == "checked"
    x = np.random.default_rng(1).normal(size=(STEPS, 3)).astype(np.float32)
    (expected,) = ReferenceEvaluator(model).run(None, {"X": x[:, None]})
    assert isinstance(expected, np.ndarray)
    np.testing.assert_allclose(opened.run(x), expected[:, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"activations": ["Sigmoid", "Softsign", "Tanh"]}, "softsign"),
        ({"clip": 1.0}, "clip"),
        ({"input_forget": 1}, "input_forget"),
    ],
)
def test_a_cell_that_is_computed_otherwise_is_named(
    tmp_path: Path, attributes: dict[str, Any], named: str
) -> None:
    path, _ = write_layer(tmp_path / "m", "LSTM", 4, **attributes)
    assert named in str(refuse(path, "file_no_recurrent").values["found"])


def test_outputs_that_differ_are_not_believed(tmp_path: Path) -> None:
    """What moves axes is not followed; here it moves time."""
    turned = (
        helper.make_node("Transpose", ["Y"], ["turned"], perm=[3, 1, 2, 0]),
        helper.make_node("Tanh", ["turned"], ["out"]),
    )
    path, _ = write_layer(tmp_path / "m", "LSTM", 4, nodes_after=turned, output="out")
    understood = open_file(path).understanding
    assert (understood.grade, understood.run) == ("states only", False)


def test_an_operator_that_is_not_run_is_named(tmp_path: Path) -> None:
    after = (
        helper.make_node("Squeeze", ["Y"], ["squeezed"]),
        helper.make_node("CumSum", ["squeezed", "axis"], ["out"]),
    )
    more: Any = {"axis": np.array(0)}
    path, _ = write_layer(tmp_path / "m", "LSTM", 4, nodes_after=after, more=more, output="out")
    understood = open_file(path).understanding
    assert (understood.grade, understood.not_run) == ("states only", ("CumSum: CumSum",))


def test_weights_in_another_file_are_not_looked_for(tmp_path: Path) -> None:
    path, model = write_layer(tmp_path / "m", "LSTM", 4)
    for tensor in model.graph.initializer:
        if tensor.name == "W":
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value="../../etc/passwd")
    path.write_bytes(model.SerializeToString())
    assert refuse(path, "file_external").values["name"] == "../../etc/passwd"


def save_apart(folder: Path) -> tuple[Path, onnx.ModelProto]:
    """Write a graph whose weights lie in a file beside it, as PyTorch's exporter does."""
    dense = helper.make_node("MatMul", ["flattened", "D"], ["out"])
    more = {"D": np.eye(4, 2, dtype=np.float32)}
    path, model = write_layer(
        folder / "m", "LSTM", 4, nodes_after=(dense,), more=more, output="out"
    )
    plain = onnx.load(path)
    onnx.save(model, path, save_as_external_data=True, location="m.data", size_threshold=0)
    return path, plain


def test_weights_in_a_file_beside_the_graph_are_read(tmp_path: Path) -> None:
    path, plain = save_apart(tmp_path)
    assert b"m.data" in path.read_bytes()
    opened = open_file(path)
    assert opened.understanding.grade == "checked"
    x = np.random.default_rng(1).normal(size=(STEPS, 3)).astype(np.float32)
    (expected,) = ReferenceEvaluator(plain).run(None, {"X": x[:, None]})
    assert isinstance(expected, np.ndarray)
    np.testing.assert_allclose(opened.run(x), expected[:, 0], atol=1e-6)


def test_a_file_beside_the_graph_that_is_not_what_it_says_is_refused(tmp_path: Path) -> None:
    path, _ = save_apart(tmp_path)
    data = tmp_path / "m.data"
    content = data.read_bytes()
    data.write_bytes(content[:99])
    refuse(path, "file_damaged")
    data.unlink()
    refuse(path, "file_external")
    (tmp_path / "elsewhere").write_bytes(content)
    data.symlink_to(tmp_path / "elsewhere")
    refuse(path, "file_external")


def test_a_loop_that_is_written_out_is_told_from_no_recurrent_layer(tmp_path: Path) -> None:
    class Loop(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.Linear(6, 6)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            h = torch.zeros(1, 6)
            for t in range(3):
                h = torch.tanh(self.cell(h) + x[:, t])
            return h

    refuse(export(Loop(), torch.zeros(3, 6), tmp_path / "loop", open_ends=False), "file_unrolled")
    plain = nn.Sequential(nn.Linear(6, 6), nn.Tanh())
    refuse(
        export(plain, torch.zeros(3, 6), tmp_path / "plain", open_ends=False), "file_no_recurrent"
    )


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (lambda t: t.dims.__setitem__(slice(None), [2**20, 2**20, 4]), ("file_too_many_weights",)),
        (lambda t: t.dims.__setitem__(slice(None), [1, 16, 30]), ("file_damaged",)),
        (lambda t: t.dims.__setitem__(slice(None), [1, -16, -3]), ("file_damaged",)),
        (lambda t: setattr(t, "data_type", TensorProto.STRING), ("file_damaged", "file_type")),
        (lambda t: setattr(t, "raw_data", b"\xff" * len(t.raw_data)), ("file_not_finite",)),
    ],
)
def test_weights_that_are_no_weights_are_refused(
    tmp_path: Path, edit: Any, codes: tuple[str, ...]
) -> None:
    path, model = write_layer(tmp_path / "m", "LSTM", 4)
    edit(next(tensor for tensor in model.graph.initializer if tensor.name == "W"))
    path.write_bytes(model.SerializeToString())
    refuse(path, *codes)


def write_growing(path: Path, *nodes: onnx.NodeProto, **weights: NDArray[Any]) -> Path:
    last = helper.make_node("Tanh", ["grown"], ["out"])
    path, _ = write_layer(path, "LSTM", 4, nodes_after=(*nodes, last), more=weights, output="out")
    return path


def test_a_graph_that_would_grow_is_not_run(tmp_path: Path) -> None:
    sizes = np.array([2**20, 2**20])
    rows = np.ones((2**13, 1), dtype=np.float32)
    shape_of = helper.make_node("Shape", ["X"], ["shape"])
    many = helper.make_node("ConstantOfShape", ["sizes"], ["zeros"])
    for nodes, weights in (
        ((many, helper.make_node("Add", ["zeros", "Y"], ["grown"])), {"sizes": sizes}),
        ((helper.make_node("Expand", ["Y", "sizes"], ["grown"]),), {"sizes": sizes}),
        (
            (
                helper.make_node("Reshape", ["Y", "column"], ["y"]),
                helper.make_node("Mul", ["y", "rows"], ["tall"]),
                helper.make_node("Transpose", ["tall"], ["wide"]),
                helper.make_node("MatMul", ["tall", "wide"], ["grown"]),
            ),
            {"rows": rows, "column": np.array([1, -1])},
        ),
        ((shape_of, helper.make_node("Tile", ["Y", "tiles"], ["grown"])), {"tiles": sizes}),
    ):
        path = write_growing(tmp_path / "m", *nodes, **weights)
        assert open_file(path).understanding.grade == "states only"


def test_constants_that_would_grow_are_not_folded(tmp_path: Path) -> None:
    column = np.ones((2**14, 1), dtype=np.float32)
    grow = helper.make_node("Add", ["column", "row"], ["square"])
    use = helper.make_node("MatMul", ["Y", "square"], ["grown"])
    path = write_growing(tmp_path / "m", grow, use, column=column, row=column.T)
    refuse(path, "file_damaged")


def test_a_bound_is_never_below_what_an_operator_gives() -> None:
    a, b = np.ones((5, 3)), np.ones((3, 7))
    assert bound_size("MatMul", [a, b], {}) == 35
    assert bound_size("Gemm", [a.T, b], {"transA": 1}) >= 35
    assert bound_size("Gather", [a, np.zeros((4, 2), dtype=int)], {}) == 24
    assert bound_size("Add", [a[:, :1], a[:1]], {}) == 15
    assert bound_size("ConstantOfShape", [np.array([2**40, 2**40])], {}) == 2**80 > MAX_VALUES
    assert bound_size("LSTM", [np.ones((5, 2, 3)), np.ones((1, 16, 3))], {}) >= 40


def test_a_bound_on_the_work_is_never_below_it() -> None:
    a, b = np.ones((5, 3)), np.ones((3, 7))
    assert bound_work("MatMul", [a, b], 35) >= 5 * 3 * 7
    weights = [np.ones((1, 16, 3)), np.ones((1, 16, 4))]
    assert bound_work("LSTM", [np.ones((5, 2, 3)), *weights], 40) >= 5 * 2 * 16 * (3 + 4)
    assert bound_work("Tanh", [a], 15) == 15


@pytest.mark.parametrize("share", range(1, 8))
def test_a_file_cut_short_is_damaged(tmp_path: Path, share: int) -> None:
    path, _ = write_layer(tmp_path / "m", "LSTM", 4)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * share // 8])
    refuse(path, "file_damaged")


def test_without_onnx_the_sentence_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = write_layer(tmp_path / "m", "LSTM", 4)
    for name in [name for name in sys.modules if name.partition(".")[0] == "onnx"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert refuse(path, "file_extra").values == {"package": "onnx", "extra": "onnx"}
