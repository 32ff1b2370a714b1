"""ONNX: a graph of operators; RNN, LSTM and GRU are operators of their own.

Weights are ``[D, blocks * H, X]``; the blocks are i o f c (LSTM; PyTorch's are i f g o) and z r h
(GRU; r z n). What only moves axes is not followed: where the readout reads is found by comparing
the outputs with those of ONNX's own reference evaluator, which is given nothing that could grow.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..contracts import InvalidInput
from ..nn.chain import Affine, RecurrentLayer, make_linear, normalize_batches
from ..registry import find_cells
from . import (
    MAX_BYTES,
    MAX_WEIGHTS,
    Contents,
    EmbeddingPart,
    Format,
    ModulePart,
    Part,
    PlacePart,
    RecurrentPart,
    Reference,
    UnknownPart,
    check_count,
    refuse_damaged,
)

MAX_NODES = 20_000
MAX_VALUES = 2**26  # numbers in all values while the graph is run for comparison
MAX_WORK = 2**33  # products of two numbers in that run
STEPS = 7  # of the sequence that is compared, where the graph leaves it open
RECURRENT = {"LSTM": ("lstm", 4), "GRU": ("gru", 3), "RNN": ("rnn", 1)}
ORDERS = {"lstm": [0, 2, 3, 1], "gru": [1, 0, 2], "rnn": [0]}
ACTIVATIONS: Mapping[str, Callable[[Any], nn.Module]] = {
    "Elu": lambda a: nn.ELU(a.get("alpha", 1.0)),
    "LeakyRelu": lambda a: nn.LeakyReLU(a.get("alpha", 0.01)),
    "LogSoftmax": lambda a: nn.LogSoftmax(dim=-1),
    "Relu": lambda a: nn.ReLU(),
    "Selu": lambda a: nn.SELU(),
    "Sigmoid": lambda a: nn.Sigmoid(),
    "Softmax": lambda a: nn.Softmax(dim=-1),
    "Softplus": lambda a: nn.Softplus(),
    "Softsign": lambda a: nn.Softsign(),
    "Tanh": lambda a: nn.Tanh(),
}
# Operators that only move numbers about, or leave them as they are.
WIRING = {
    "Cast",
    "Concat",
    "Dropout",
    "Expand",
    "Flatten",
    "Gather",
    "Identity",
    "Reshape",
    "Slice",
    "Split",
    "Squeeze",
    "Transpose",
    "Unsqueeze",
}
ARITHMETIC = {"Add", "Div", "Mul", "Sub"}
PLACES = {"ReduceMax": "max", "ReduceMean": "mean"}
SHAPES = {"Constant", "ConstantOfShape", "Equal", "Shape", "Where"}
PRODUCTS = {"Gemm", "MatMul"}
NORMS = {"BatchNormalization", "LayerNormalization"}
RUN = (
    WIRING
    | ARITHMETIC
    | set(PLACES)
    | SHAPES
    | PRODUCTS
    | NORMS
    | set(RECURRENT)
    | set(ACTIVATIONS)
)

Value = NDArray[Any]


class ONNX(Format):
    """What ``torch.onnx.export``, tf2onnx and others write."""

    title = "ONNX"
    extra = "onnx"

    def recognizes(self, head: bytes, file: BinaryIO) -> bool:
        # A protobuf has no magic number: the version of the format is its first field, a small
        # number, and the next is one of ModelProto's.
        return (
            len(head) > 4
            and head[0] == 0x08
            and head[1] < 32
            and head[2] in b"\x12\x1a\x22\x28\x32\x3a"
        )

    def read(self, file: BinaryIO, folder: Path | None = None) -> Contents:
        try:
            import onnx.reference
        except ImportError as error:
            raise InvalidInput("file_extra", "file", package="onnx", extra="onnx") from error
        try:
            model = onnx.load_model_from_string(file.read(MAX_BYTES))
            if model.functions:
                import onnx.inliner

                model = onnx.inliner.inline_local_functions(model)
            graph = _Graph(model, folder)
            parts = graph.list_parts()
            if graph.is_unrolled() and not any(isinstance(p, RecurrentPart) for p in parts):
                raise InvalidInput("file_unrolled", "file")
            return Contents("ONNX", parts=tuple(parts), reference=_Evaluator(model, graph))
        except InvalidInput:
            raise
        except Exception as error:  # whatever a stranger's bytes make of protobuf or of our reading
            raise refuse_damaged(self.title, error) from error


class _Graph:
    """A model's graph, and what in it is constant."""

    def __init__(self, model: Any, folder: Path | None) -> None:
        import onnx

        self.graph = model.graph
        if len(self.graph.node) > MAX_NODES or self.graph.sparse_initializer:
            raise ValueError("it holds too many nodes, or sparse weights")
        self.constants: dict[str, Value] = {}
        self.folded = 0
        total = 0
        tensors = list(self.graph.initializer)
        for node in self.graph.node:
            tensors += [a.t for a in node.attribute if a.type == onnx.AttributeProto.TENSOR]
        for tensor in tensors:
            total += math.prod(tensor.dims)
        check_count(total)
        for tensor in tensors:
            if tensor.data_location == onnx.TensorProto.EXTERNAL:
                _fetch(tensor, folder)
        for tensor in self.graph.initializer:
            self.constants[tensor.name] = onnx.numpy_helper.to_array(tensor)
        named = [value for value in self.graph.input if value.name not in self.constants]
        self.inputs = [(value.name, _list_dims(value)) for value in named]

    def _count(self, size: int) -> None:
        self.folded += size
        if self.folded > MAX_WEIGHTS:
            raise ValueError(f"its constants grow to {self.folded} numbers")

    def list_parts(self) -> list[Part]:
        """List the operators on the way from the input, as parts of a network, in their order."""
        # What the input's numbers reach; what only its shape reaches is no part of the network.
        data = {name for name, _ in self.inputs}
        parts: list[Part] = []
        for node in self.graph.node:
            if (size := _fold(node, self.constants)) is not None:
                self._count(size)
                continue
            if node.op_type == "Shape" or not data & set(node.input):
                continue
            data |= set(node.output)
            parts += self._read_node(node, data)
        return parts

    def is_unrolled(self) -> bool:
        """Say whether a loop is written out, or is an operator of its own with its body inside."""
        kinds = {node.op_type for node in self.graph.node}
        products = Counter(
            name
            for node in self.graph.node
            if node.op_type in PRODUCTS
            for name in node.input
            if name in self.constants
        )
        return (
            bool(kinds & {"Loop", "Scan", "SplitToSequence"})
            or max(products.values(), default=0) > 1
        )

    def _read_node(self, node: Any, data: set[str]) -> list[Part]:
        kind, name = node.op_type, node.name or node.op_type
        attributes = _read_attributes(node)
        inputs = [self.constants.get(one) for one in node.input]
        first = inputs[0] if inputs else None
        if node.domain not in {"", "ai.onnx"}:
            return [UnknownPart(name, f"{node.domain}.{kind}"[:80])]
        if kind in RECURRENT:
            return self._read_recurrent(node, name, attributes)
        if kind == "Gather" and first is not None and first.ndim == 2 and first.dtype.kind == "f":
            return [EmbeddingPart(name, _to_tensor(first))]
        if kind in WIRING:
            return []
        if kind in PLACES:
            return [PlacePart(name, "max" if kind == "ReduceMax" else "mean")]
        if kind in ACTIVATIONS:
            return [ModulePart(name, ACTIVATIONS[kind](attributes), kind)]
        if kind in PRODUCTS:
            return [_read_product(name, kind, attributes, inputs)]
        if kind in ARITHMETIC:
            return [_read_arithmetic(name, kind, inputs)]
        if kind in NORMS:
            return [_read_norm(name, kind, attributes, inputs)]
        return [UnknownPart(name, kind)]

    def _read_recurrent(self, node: Any, name: str, attributes: Mapping[str, Any]) -> list[Part]:
        cell, blocks = RECURRENT[node.op_type]
        direction = _as_text(attributes.get("direction", "forward"))
        named = [_as_text(one).lower() for one in attributes.get("activations", ())]
        usual = {"lstm": ["sigmoid", "tanh", "tanh"], "gru": ["sigmoid", "tanh"], "rnn": ["tanh"]}
        settings: dict[str, float] = {}
        count = 2 if direction == "bidirectional" else 1
        if cell == "rnn" and named == ["relu"] * count:
            settings["relu"] = 1.0
        elif named and named != usual[cell] * count:
            return [UnknownPart(name, f"{node.op_type} with {', '.join(named)[:60]}")]
        if cell == "gru" and not attributes.get("linear_before_reset", 0):
            settings["reset_before"] = 1.0
        given = [self.constants.get(one) for one in node.input]
        weights, recurrent, bias = (given[k] if len(given) > k else None for k in (1, 2, 3))
        peepholes = len(node.input) > 7 and node.input[7]
        if attributes.get("clip") or attributes.get("input_forget") or peepholes:
            return [UnknownPart(name, f"{node.op_type} with peepholes, clip or input_forget")]
        if weights is None or recurrent is None:
            return [UnknownPart(name, f"{node.op_type} whose weights are computed")]
        hidden = recurrent.shape[-1]
        sizes = (count, blocks * hidden, weights.shape[-1]), (count, blocks * hidden, hidden)
        if (weights.shape, recurrent.shape) != sizes or not hidden or not weights.shape[-1]:
            raise ValueError(f"{node.op_type} has weights of {weights.shape}, {recurrent.shape}")
        both = np.zeros((count, 2 * blocks * hidden)) if bias is None else bias
        order = np.arange(blocks * hidden).reshape(blocks, hidden)[ORDERS[cell]].ravel()
        directions: dict[bool, dict[str, Tensor]] = {}
        for k in range(count):
            bias_ih, bias_hh = np.split(both[k], 2)
            own = {"weight_ih": weights[k], "weight_hh": recurrent[k]}
            own |= {"bias_ih": bias_ih, "bias_hh": bias_hh}
            directions[bool(k) or direction == "reverse"] = {
                key: _to_tensor(value[order]).double() for key, value in own.items()
            }
        layer = RecurrentLayer(find_cells()[cell], directions, settings)
        return [RecurrentPart(name, cell, (layer,))]


def _fetch(tensor: Any, folder: Path | None) -> None:
    """Put into a tensor what it keeps in a file beside the graph's, as PyTorch's exporter does.

    Only a plain file in the same folder is opened, and only as much is read as the tensor has.
    """
    import onnx

    told = {entry.key: entry.value for entry in tensor.external_data}
    name = told.get("location", "")
    path = None if folder is None or Path(name).name != name else folder / name
    if path is None or "\\" in name or path.is_symlink() or not path.is_file():
        raise InvalidInput("file_external", "file", name=(name or tensor.name)[:80])
    itemsize = onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
    size, offset = math.prod(tensor.dims) * itemsize, int(told.get("offset", 0))
    if int(told.get("length", size)) != size or not 0 <= offset <= path.stat().st_size - size:
        raise ValueError(f"{name[:80]} does not hold {tensor.name[:80]}")
    with path.open("rb") as file:
        file.seek(offset)
        tensor.raw_data = file.read(size)
    tensor.data_location = onnx.TensorProto.DEFAULT
    del tensor.external_data[:]


class _Evaluator(Reference):
    """ONNX's reference evaluator, node by node, as long as no value grows beyond bounds."""

    def __init__(self, model: Any, graph: _Graph) -> None:
        self.model = model
        self.inputs = graph.inputs
        self.outputs = [value.name for value in model.graph.output]

    def steps(self) -> int:
        dims = self.inputs[0][1] if self.inputs else []
        fixed = [size for size in dims[:2] if size is not None and size > 1]
        return min(fixed[0], 1_000) if fixed else STEPS

    def run(self, inputs: Tensor) -> list[Tensor]:
        if len(self.inputs) != 1 or not {n.op_type for n in self.model.graph.node} <= RUN:
            return []
        name, dims = self.inputs[0]
        x = inputs.numpy()
        found = []
        for array in (x[None], x[:, None], x):  # [B, T], [T, B], [T]
            fits = len(array.shape) == len(dims) and all(
                size in {None, own} for size, own in zip(dims, array.shape, strict=True)
            )
            if fits:
                found += self._run({name: array})
        return [torch.from_numpy(np.array(value)) for value in found if value.dtype.kind == "f"]

    def _run(self, inputs: Mapping[str, Value]) -> list[Value]:
        from onnx.reference import ReferenceEvaluator
        from onnx.reference.ops.op_rnn import RNN_14

        class RNN(RNN_14):
            """The evaluator's own, with the activation that it lacks."""

            def choose_act(self, name: str, alpha: float, beta: float) -> Any:
                if name == "Relu":
                    return lambda x: np.maximum(x, 0)
                return super().choose_act(name, alpha, beta)  # type: ignore[no-untyped-call]

        size = work = 0
        values: dict[str, Value | None] = {**inputs, "": None}
        try:
            evaluator = ReferenceEvaluator(self.model, new_ops=[RNN])
            values |= evaluator.rt_inits_
            for node in evaluator.rt_nodes_:
                given = [values[name] for name in node.input]
                attributes = _read_attributes(node.onnx_node)
                size += (own := bound_size(node.op_type, given, attributes))
                work += bound_work(node.op_type, given, own)
                if size > MAX_VALUES or work > MAX_WORK:
                    return []
                with np.errstate(all="ignore"):
                    results = node.run(*given)
                values |= zip(node.output, results, strict=False)
            return [np.asarray(values[name]) for name in self.outputs]
        except Exception:  # the graph does not take this input; then nothing is compared
            return []


def bound_size(kind: str, given: Sequence[Value | None], attributes: Mapping[str, Any]) -> int:
    """Give a bound on the numbers that an operator gives, before it is run.

    What moves numbers about gives no more than it takes; the rest is told one by one.
    """
    values = [np.asarray(value) for value in given if value is not None]
    sizes = [int(value.size) for value in values]
    if kind == "ConstantOfShape":
        return _multiply(values[0].tolist())
    if kind == "Expand":
        return _multiply(values[1].tolist()) * max(values[0].size, 1)
    if kind in PRODUCTS:
        inner = int(values[0].shape[0 if attributes.get("transA") else -1])
        return _multiply([size // max(inner, 1) for size in sizes[:2]])
    if kind == "Gather":
        axis = int(attributes.get("axis", 0))
        return sizes[1] * (sizes[0] // max(int(values[0].shape[axis]), 1))
    if kind in RECURRENT:
        return 8 * sum(sizes) + _multiply(values[0].shape[:2]) * int(values[1].shape[1]) * 2
    if kind in WIRING or kind in {"Shape", "Constant"}:
        return sum(sizes)
    return _multiply(np.broadcast_shapes(*(value.shape for value in values)))


def bound_work(kind: str, given: Sequence[Value | None], size: int) -> int:
    """Give a bound on the products of two numbers in an operator that gives ``size`` numbers."""
    values = [np.asarray(value) for value in given if value is not None]
    if kind in PRODUCTS:
        return size * max(values[0].shape, default=1)
    if kind in RECURRENT:
        return _multiply(values[0].shape[:2]) * (values[1].size + values[2].size)
    return size


def _multiply(sizes: Sequence[int]) -> int:
    """Multiply sizes as whole numbers of any length; NumPy's would wrap around."""
    return math.prod(abs(int(size)) for size in sizes)


def _fold(node: Any, constants: dict[str, Value]) -> int | None:
    """Compute what depends on constants alone, and say how large; None for what does not."""
    from onnx.reference import ReferenceEvaluator

    foldable = WIRING | ARITHMETIC | {"Constant", "Shape"}
    if node.op_type not in foldable or any(name not in constants for name in node.input if name):
        return None
    given = [constants[name] for name in node.input if name]
    size = bound_size(node.op_type, given, _read_attributes(node)) if given else 0
    if size > MAX_WEIGHTS:
        raise ValueError(f"{node.op_type} gives {size} numbers")
    feeds = {name: constants[name] for name in node.input if name}
    results = ReferenceEvaluator(node).run(None, feeds)
    constants |= {
        name: np.asarray(value) for name, value in zip(node.output, results, strict=False)
    }
    return size


def _read_product(
    name: str, kind: str, attributes: Mapping[str, Any], inputs: Sequence[Value | None]
) -> Part:
    matrix = inputs[1]
    if matrix is None or matrix.ndim != 2 or attributes.get("transA") or 0 in matrix.shape:
        return UnknownPart(name, f"{kind} of what was computed")
    weight = _to_tensor(matrix if attributes.get("transB") else matrix.T)
    weight = weight * attributes.get("alpha", 1.0)
    bias = None
    if len(inputs) > 2:
        if inputs[2] is None or inputs[2].size not in {1, len(weight)}:
            return UnknownPart(name, f"{kind} with a bias that was computed")
        bias = _to_tensor(inputs[2]).flatten().expand(len(weight)) * attributes.get("beta", 1.0)
    rows, columns = weight.shape
    return ModulePart(name, make_linear(weight, bias), f"{kind} {columns}→{rows}", columns, rows)


def _read_arithmetic(name: str, kind: str, inputs: Sequence[Value | None]) -> Part:
    """Read ``x + b`` and the like with a constant, a number for each feature or one for all."""
    value = next((one for one in inputs if one is not None), None)
    turned = inputs[0] is not None and kind in {"Sub", "Div"}
    if value is None:
        return UnknownPart(name, f"{kind} of two that were computed")
    if turned or value.size != (value.shape[-1] if value.ndim else 1):
        return UnknownPart(name, f"{kind} with {'x'.join(map(str, value.shape))} numbers")
    vector = _to_tensor(value).flatten().double()
    one, zero = torch.ones_like(vector), torch.zeros_like(vector)
    scale, shift = {
        "Add": (one, vector),
        "Sub": (one, -vector),
        "Mul": (vector, zero),
        "Div": (1 / vector, zero),
    }[kind]
    width = None if len(vector) == 1 else len(vector)
    return ModulePart(name, Affine(scale, shift), kind, width, width)


def _read_norm(
    name: str, kind: str, attributes: Mapping[str, Any], inputs: Sequence[Value | None]
) -> Part:
    count = 5 if kind == "BatchNormalization" else len(inputs)
    if any(one is None or one.ndim != 1 for one in inputs[1:]) or len(inputs) != count:
        return UnknownPart(name, kind)
    vectors = [_to_tensor(one) for one in inputs[1:] if one is not None]
    width, epsilon = len(vectors[0]), attributes.get("epsilon", 1e-5)
    if kind == "BatchNormalization":
        scale, shift, mean, variance = vectors
        norm: nn.Module = normalize_batches(mean, variance, epsilon, scale, shift)
    else:
        norm = nn.LayerNorm(width, epsilon, bias=len(vectors) > 1)
        norm.load_state_dict(dict(zip(("weight", "bias"), vectors, strict=False)))
    return ModulePart(name, norm, f"{kind} {width}", width, width)


def _read_attributes(node: Any) -> dict[str, Any]:
    import onnx

    plain = {onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS, onnx.AttributeProto.TENSOR}
    return {
        one.name: onnx.helper.get_attribute_value(one)
        for one in node.attribute
        if one.type not in plain
    }


def _list_dims(value: Any) -> list[int | None]:
    """Give an input's sizes; None where one is left open."""
    shape = value.type.tensor_type.shape
    return [dim.dim_value if dim.HasField("dim_value") else None for dim in shape.dim]


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _to_tensor(value: Value) -> Tensor:
    if value.dtype.kind != "f":
        raise InvalidInput("file_type", "file", name="a weight", type=str(value.dtype))
    return torch.from_numpy(np.array(value, dtype=np.promote_types(value.dtype, np.float32)))


FORMAT = ONNX()
