"""Keras: ``.keras``, a zip of the layers as JSON and the weights in HDF5, and the older ``.h5``.

The layers are read from the JSON, the weights by h5py; nothing of Keras or TensorFlow is imported,
and a ``Lambda``'s code is never looked at. Kernels are ``[X, blocks * H]``, the transpose of
PyTorch's; the blocks are i f c o (LSTM, as PyTorch's) and z r h (GRU, PyTorch's are r z n).
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import torch
from pydantic_core import from_json
from torch import Tensor, nn

from ..contracts import InvalidInput
from ..nn.chain import RecurrentLayer, make_linear, normalize_batches
from ..registry import find_cells
from . import (
    MAX_BYTES,
    Contents,
    EmbeddingPart,
    Format,
    ModulePart,
    Part,
    PlacePart,
    RecurrentPart,
    UnknownPart,
    check_count,
    open_zip,
    refuse_damaged,
)

if TYPE_CHECKING:
    import h5py

HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = b"PK\x03\x04"
MAX_JSON = 2**25  # bytes of the layers, or of a vocabulary
LARGE, MAX_RATIO = 2**26, 50  # above so many bytes a zip of weights does not shrink so much
MAX_LAYERS = 1_000
MAX_OBJECTS = 20_000  # groups and datasets in one HDF5 file
MAX_DEPTH = 16
RECURRENT = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn"}
PASSED_OVER = {"InputLayer", "TextVectorization", "StringLookup"}
# What does nothing when a network is used, and not trained.
IDLE = {"Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"}
IDLE_ACTIVATIONS = {"ActivityRegularization", "Identity", "Masking"}
ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "log_softmax": lambda: nn.LogSoftmax(dim=-1),
    "mish": nn.Mish,
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "selu": nn.SELU,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "softmax": lambda: nn.Softmax(dim=-1),
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "swish": nn.SiLU,
    "tanh": nn.Tanh,
}
# Where a layer's own weights stand below its group, in the order in which Keras lists them.
PLACES = (
    "vars",
    "cell/vars",
    "layer/vars",
    "layer/cell/vars",
    "forward_layer/cell/vars",
    "backward_layer/cell/vars",
)
_SNAKE = re.compile(r"(?<!^)(?<![A-Z])(?=[A-Z])|(?<!^)(?=[A-Z][a-z])")


class Keras(Format):
    """What Keras 3 and 2 save of a whole model."""

    title = "Keras"
    extra = "keras"

    def recognizes(self, head: bytes, file: BinaryIO) -> bool:
        if head.startswith(HDF5):
            return True
        if not head.startswith(ZIP):
            return False
        archive = open_zip(file)
        return archive is not None and {"config.json", "model.weights.h5"} <= set(
            archive.namelist()
        )

    def read(self, file: BinaryIO, folder: Path | None = None) -> Contents:
        is_zip = file.read(4) == ZIP
        file.seek(0)
        _import_h5py()
        try:
            return _read_zip(file) if is_zip else _read_hdf5(file)
        except InvalidInput:
            raise
        except Exception as error:  # whatever a stranger's bytes make of h5py or of our reading
            raise refuse_damaged(self.title, error) from error


class _Layer:
    """One layer as the JSON has it."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.kind = str(entry["class_name"])
        self.config: Mapping[str, Any] = entry.get("config") or {}
        self.name = str(self.config.get("name") or entry.get("name") or self.kind)
        self.before = _find_inbound(entry.get("inbound_nodes"))

    @property
    def inner(self) -> _Layer:
        """The layer that this one wraps."""
        return _Layer(self.config["layer"])


def _import_h5py() -> Any:
    try:
        import h5py
    except ImportError as error:
        raise InvalidInput("file_extra", "file", package="h5py", extra="keras") from error
    return h5py


def _read_zip(file: BinaryIO) -> Contents:
    archive = zipfile.ZipFile(file)
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    whole, packed = sum(sizes.values()), sum(entry.compress_size for entry in archive.infolist())
    if whole > MAX_BYTES or (whole > LARGE and whole > MAX_RATIO * packed):
        raise ValueError("it packs more than is read")
    config = _read_json(archive, sizes, "config.json")
    version = "3"
    if "metadata.json" in sizes:
        version = str(_read_json(archive, sizes, "metadata.json").get("keras_version", version))
    with _import_h5py().File(io.BytesIO(archive.read("model.weights.h5")), "r") as weights:
        datasets, names = _list_datasets(weights)
        reader = _Reader()

        def load(layer: _Layer, number: int) -> list[Tensor]:
            group = _find_group(layer, number, names, datasets)
            found = []
            for place in PLACES:
                k = 0
                while (path := f"{group}/{place}/{k}") in datasets:
                    found.append(reader.read(datasets[path]))
                    k += 1
            return found

        layers, answers = _list_layers(config)
        parts = _read_parts(layers, load, version)
    answers |= _find_assets(archive, sizes)
    answers |= _find_loss(config.get("compile_config"))
    return Contents(f"Keras {version}", parts=tuple(parts), answers=answers)


def _read_hdf5(file: BinaryIO) -> Contents:
    with _import_h5py().File(file, "r") as whole:
        described = _read_attribute(whole, "model_config")
        if described is None:
            raise InvalidInput("file_weights_alone", "file")
        config = _parse(_as_text(described))
        version = _as_text(_read_attribute(whole, "keras_version") or "2")
        layers, answers = _list_layers(config)
        weights = _get(whole, "model_weights")
        reader = _Reader()

        def load(layer: _Layer, number: int) -> list[Tensor]:
            group = _get(weights, layer.name)
            names = _read_attribute(group, "weight_names")
            listed = () if names is None else map(_as_text, names)
            return [reader.read(_get(group, name)) for name in listed]

        parts = _read_parts(layers, load, version)
        if (training := _read_attribute(whole, "training_config")) is not None:
            answers |= _find_loss(_parse(_as_text(training)))
    return Contents(f"Keras {version}", parts=tuple(parts), answers=answers)


def _read_json(archive: zipfile.ZipFile, sizes: Mapping[str, int], name: str) -> dict[str, Any]:
    if sizes[name] > MAX_JSON:
        raise ValueError(f"{name} has {sizes[name]} bytes")
    return _parse(archive.read(name))


def _parse(text: str | bytes) -> dict[str, Any]:
    found = from_json(text)
    if not isinstance(found, dict):
        raise TypeError("its layers are no JSON object")
    return found


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _list_layers(config: Mapping[str, Any]) -> tuple[list[_Layer], dict[str, Any]]:
    """List a model's layers in the order in which they are run, and what they tell of texts."""
    kind = config.get("class_name")
    inner = config.get("config")
    entries = inner if isinstance(inner, list) else (inner or {}).get("layers")
    if not isinstance(entries, list) or len(entries) > MAX_LAYERS:
        raise ValueError(f"it is a {str(kind)[:40]} whose layers are not listed")
    layers = [_Layer(entry) for entry in entries]
    answers: dict[str, Any] = {}
    for layer in layers:
        if layer.kind in {"TextVectorization", "StringLookup"}:
            answers |= _describe_texts(layer)
    return (layers if kind == "Sequential" else _follow(layers)), answers


def _follow(layers: Sequence[_Layer]) -> list[_Layer]:
    """Follow a functional model from its input; at a branch what is left is named, not run."""
    by_name = {layer.name: layer for layer in layers}
    readers: dict[str, list[_Layer]] = {name: [] for name in by_name}
    for layer in layers:
        for name in layer.before:
            readers.get(name, []).append(layer)
    starts = [layer for layer in layers if not layer.before]
    order: list[_Layer] = starts[:1]
    while order and len(order) <= len(layers):
        following = readers[order[-1].name]
        if len(following) != 1 or len(following[0].before) != 1:
            break
        order.append(following[0])
    names = {layer.name for layer in order}
    rest = [layer for layer in layers if layer.name not in names]
    if rest:
        order.append(_Layer({"class_name": "branch", "config": {"name": "branch"}}))
    return [*order, *rest]


def _find_inbound(nodes: object) -> tuple[str, ...]:
    """Give the layers that a layer reads, in Keras 3's notation or Keras 2's."""
    found: list[str] = []
    stack, steps = [nodes], 0
    while stack and (steps := steps + 1) < 10_000:
        match stack.pop():
            case {"keras_history": [str() as name, *_]}:
                found.append(name)
            case [str() as name, int(), int(), *_]:
                found.append(name)
            case dict() as inner:
                stack += inner.values()
            case list() as items:
                stack += items
    return tuple(found)


def _read_parts(
    layers: Sequence[_Layer], load: Callable[[_Layer, int], list[Tensor]], version: str
) -> list[Part]:
    parts: list[Part] = []
    counts: Counter[str] = Counter()
    for layer in layers:
        number = counts[layer.kind]
        counts[layer.kind] += 1
        if layer.kind not in PASSED_OVER:
            parts += _read_layer(layer, partial(load, layer, number), version)
    return parts


def _read_layer(layer: _Layer, load: Callable[[], list[Tensor]], version: str) -> list[Part]:
    kind, config, name = layer.kind, layer.config, layer.name
    if kind in RECURRENT:
        return _read_recurrent(layer, load, version)
    if kind == "Bidirectional" and layer.inner.kind in RECURRENT:
        return _read_both_ways(layer, load, version)
    if kind == "TimeDistributed" and layer.inner.kind in {"Dense", "Activation", *IDLE}:
        inner = layer.inner
        inner.name = name
        return _read_layer(inner, load, version)
    if kind == "Embedding":
        weights = load()
        if len(weights) != 1 or weights[0].dim() != 2:  # quantised, or with low-rank adapters
            return [UnknownPart(name, kind)]
        return [EmbeddingPart(name, weights[0], bool(config.get("mask_zero")))]
    if kind == "Dense":
        return _read_dense(layer, load())
    if kind in IDLE or kind in IDLE_ACTIVATIONS:
        return [ModulePart(name, nn.Identity(), kind)]
    if kind == "GlobalAveragePooling1D":
        return [PlacePart(name, "mean")]
    if kind == "GlobalMaxPooling1D":
        return [PlacePart(name, "max")]
    if kind in {"BatchNormalization", "LayerNormalization"}:
        return [_read_norm(layer, load())]
    activation = _read_activation_layer(layer)
    return [activation or UnknownPart(name, kind)]


def _read_recurrent(layer: _Layer, load: Callable[[], list[Tensor]], version: str) -> list[Part]:
    config, name = layer.config, layer.name
    settings = _read_settings(layer, version)
    if settings is None or config.get("go_backwards"):
        return [UnknownPart(name, _describe_unusual(layer))]
    cell = RECURRENT[layer.kind]
    weights = _turn_weights(cell, load())
    parts: list[Part] = [
        RecurrentPart(name, cell, (RecurrentLayer(find_cells()[cell], {False: weights}, settings),))
    ]
    return [*parts, *_end(layer, "last")]


def _read_both_ways(layer: _Layer, load: Callable[[], list[Tensor]], version: str) -> list[Part]:
    inner, config, name = layer.inner, layer.config, layer.name
    settings = _read_settings(inner, version)
    merge = config.get("merge_mode", "concat")
    other = config.get("backward_layer")
    same = other is None or _read_settings(_Layer(other), version) == settings
    if settings is None or not same or merge not in {"concat", "sum", "ave"}:
        return [UnknownPart(name, f"Bidirectional, {merge}, of {_describe_unusual(inner)}")]
    cell, weights = RECURRENT[inner.kind], load()
    half = len(weights) // 2
    directions = {
        False: _turn_weights(cell, weights[:half]),
        True: _turn_weights(cell, weights[half:]),
    }
    recurrent = RecurrentLayer(find_cells()[cell], directions, settings)
    parts: list[Part] = [RecurrentPart(name, cell, (recurrent,)), *_end(inner, "ends")]
    if merge != "concat":
        hidden = recurrent.hidden
        both = torch.cat([torch.eye(hidden)] * 2, dim=1) * (1.0 if merge == "sum" else 0.5)
        merged = make_linear(both, None)
        parts.append(ModulePart(f"{name} {merge}", merged, f"merge: {merge}", 2 * hidden, hidden))
    return parts


def _end(layer: _Layer, place: Any) -> list[Part]:
    if layer.config.get("return_state"):
        return [UnknownPart(f"{layer.name} states", "hands its states on")]
    return [] if layer.config.get("return_sequences") else [PlacePart(layer.name, place)]


def _read_settings(layer: _Layer, version: str) -> dict[str, float] | None:
    """Give the cell's settings; None where it has an activation that no cell here has."""
    config = layer.config
    settings: dict[str, float] = {}
    activation = _name_activation(config.get("activation", "tanh"))
    if activation == "relu":
        settings["relu"] = 1.0
    elif activation != "tanh":
        return None
    if layer.kind == "SimpleRNN":
        return settings
    gate = _name_activation(config.get("recurrent_activation", "hard_sigmoid"))
    if gate == "hard_sigmoid":
        settings["hard_sigmoid"] = 0.2 if _is_before_3(version) else 1 / 6
    elif gate != "sigmoid":
        return None
    if layer.kind == "GRU" and not config.get("reset_after", False):
        settings["reset_before"] = 1.0
    return settings


def _is_before_3(version: str) -> bool:
    return version.partition(".")[0] in {"0", "1", "2"}


def _describe_unusual(layer: _Layer) -> str:
    shown = [layer.kind]
    for key in ("activation", "recurrent_activation", "go_backwards"):
        if key in layer.config:
            shown.append(f"{key}={_name_activation(layer.config[key])}")
    return ", ".join(shown)


def _turn_weights(cell: str, weights: Sequence[Tensor]) -> dict[str, Tensor]:
    """Give a layer's kernel, recurrent kernel and bias under PyTorch's names and in its order."""
    if len(weights) not in {2, 3} or any(one.dim() != 2 for one in weights[:2]):
        raise ValueError(f"a {cell} has {len(weights)} weights")
    kernel, recurrent = (one.T.double() for one in weights[:2])
    rows = len(recurrent)
    blocks = {"lstm": 4, "gru": 3, "rnn": 1}[cell]
    hidden = recurrent.shape[1]
    if rows != blocks * hidden or len(kernel) != rows or not hidden or not kernel.shape[1]:
        raise ValueError(f"a {cell} has a kernel of {tuple(weights[0].shape)}")
    bias = weights[2].double() if len(weights) == 3 else torch.zeros(rows, dtype=torch.float64)
    if bias.shape not in {(rows,), (2, rows)}:
        raise ValueError(f"a {cell} has a bias of {tuple(bias.shape)}")
    bias_ih, bias_hh = bias if bias.dim() == 2 else (bias, torch.zeros_like(bias))
    found = {
        "weight_ih": kernel,
        "weight_hh": recurrent,
        "bias_ih": bias_ih,
        "bias_hh": bias_hh,
    }
    if cell == "gru":
        order = torch.arange(rows).view(3, hidden)[[1, 0, 2]].flatten()
        found = {key: value[order] for key, value in found.items()}
    return {key: value.contiguous() for key, value in found.items()}


def _read_dense(layer: _Layer, weights: Sequence[Tensor]) -> list[Part]:
    name, kernel = layer.name, weights[0] if weights else None
    activation = _make_activation(layer.config.get("activation", "linear"))
    if kernel is None or kernel.dim() != 2 or len(weights) > 2 or activation is None:
        return [UnknownPart(name, f"Dense, {_name_activation(layer.config.get('activation'))}")]
    bias = weights[1] if len(weights) == 2 else None
    linear = make_linear(kernel.T.contiguous(), bias)
    inputs, outputs = kernel.shape
    parts: list[Part] = [ModulePart(name, linear, f"Dense {inputs}→{outputs}", inputs, outputs)]
    if not isinstance(activation, nn.Identity):
        shown = _name_activation(layer.config["activation"])
        parts.append(ModulePart(f"{name} {shown}", activation, shown))
    return parts


def _read_norm(layer: _Layer, weights: list[Tensor]) -> Part:
    config, name, kind = layer.config, layer.name, layer.kind
    epsilon = float(config.get("epsilon", 1e-3))
    axis = config.get("axis", -1)
    scale, center = config.get("scale", True), config.get("center", True)
    left = list(weights)
    gamma = left.pop(0) if scale and left else None
    beta = left.pop(0) if center and left else None
    expected = 2 if kind == "BatchNormalization" else 0
    if axis not in (-1, 2, [-1], [2]) or len(left) != expected or config.get("rms_scaling"):
        return UnknownPart(name, f"{kind}, axis {axis}")
    if expected:
        norm: nn.Module = normalize_batches(left[0], left[1], epsilon, gamma, beta)
        width = len(left[0])
    else:
        width = len(next(one for one in (gamma, beta) if one is not None))
        norm = nn.LayerNorm(width, epsilon)
        with torch.no_grad():
            for into, value, usual in (("weight", gamma, 1.0), ("bias", beta, 0.0)):
                full = torch.full((width,), usual) if value is None else value
                getattr(norm, into).copy_(full)
    return ModulePart(name, norm, f"{kind} {width}", width, width)


def _read_activation_layer(layer: _Layer) -> Part | None:
    config, name, kind = layer.config, layer.name, layer.kind
    module: nn.Module | None = None
    if kind == "Activation":
        module = _make_activation(config.get("activation"))
    elif kind == "LeakyReLU":
        slope = config.get("negative_slope", config.get("alpha", 0.3))
        module = nn.LeakyReLU(float(slope)) if isinstance(slope, (int, float)) else None
    elif kind == "ReLU":
        plain = not config.get("max_value") and not config.get("negative_slope")
        module = nn.ReLU() if plain and not config.get("threshold") else None
    elif kind == "Softmax" and config.get("axis", -1) == -1:
        module = nn.Softmax(dim=-1)
    elif kind == "ELU":
        module = nn.ELU(float(config.get("alpha", 1.0)))
    if module is None:
        return None
    what = _name_activation(config["activation"]) if kind == "Activation" else kind
    return ModulePart(name, module, what)


def _make_activation(activation: object) -> nn.Module | None:
    name = _name_activation(activation)
    if name in {"linear", "None"}:
        return nn.Identity()
    return ACTIVATIONS[name]() if name in ACTIVATIONS else None


def _name_activation(activation: object) -> str:
    """Give an activation's name; one with parameters of its own is written whole."""
    if isinstance(activation, dict):
        inner = activation.get("config")
        if isinstance(inner, str):
            return inner
        return json.dumps(activation)[:80]
    return str(activation)[:80]


def _describe_texts(layer: _Layer) -> dict[str, Any]:
    """Tell how texts become ids, as a TextVectorization says."""
    config = layer.config
    answers: dict[str, Any] = {}
    words = config.get("vocabulary")
    if isinstance(words, list) and all(isinstance(word, str) for word in words) and words:
        special = [] if words[:2] == ["", "[UNK]"] else ["", "[UNK]"]
        answers["vocabulary"] = [*special, *words]
    if layer.kind == "TextVectorization":
        standardize, split = config.get("standardize"), config.get("split", "whitespace")
        answers["lower"] = standardize in {"lower_and_strip_punctuation", "lower"}
        if split == "character":
            answers["splitting"] = "characters"
        elif split == "whitespace":
            strips = standardize in {"lower_and_strip_punctuation", "strip_punctuation"}
            answers["splitting"] = "stripped" if strips else "spaces"
        if isinstance(length := config.get("output_sequence_length"), int):
            answers["padding"] = {"length": length, "side": "after"}
    return answers


def _find_assets(archive: zipfile.ZipFile, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Give the vocabulary that a TextVectorization keeps as a file in the zip."""
    for name, size in sizes.items():
        parts = re.split(r"[\\/]", name)
        if parts[0] == "assets" and parts[-1] == "vocabulary.txt" and size <= MAX_JSON:
            words = archive.read(name).decode("utf-8").splitlines()
            special = [] if words[:2] == ["", "[UNK]"] else ["", "[UNK]"]
            return {"vocabulary": [*special, *words]}
    return {}


def _find_loss(compiled: object) -> dict[str, Any]:
    """Tell what the last numbers are, by the loss of a network that ends without an activation."""
    loss = json.dumps(compiled.get("loss")).lower() if isinstance(compiled, dict) else ""
    for words, output in (
        (("binary",), "sigmoid"),
        (("categorical",), "softmax"),
        (("mse", "mae", "mean_squared", "mean_absolute", "meansq", "huber", "cosh"), "identity"),
    ):
        if any(word in loss for word in words):
            return {"output": output}
    return {}


def _find_group(
    layer: _Layer, number: int, names: Mapping[str, str], datasets: Mapping[str, Any]
) -> str:
    """Give the group of a layer's weights: by the name it keeps, else by class and order."""
    if layer.name in names:
        return names[layer.name]
    snake = _SNAKE.sub("_", layer.kind).lower()
    numbered = f"{snake}_{number}" if number else snake
    for root in ("layers", "_layer_checkpoint_dependencies", "_layer"):
        for name in (numbered, layer.name):
            if any(path.startswith(f"{root}/{name}/") for path in datasets):
                return f"{root}/{name}"
    return f"layers/{numbered}"


def _list_datasets(whole: h5py.File) -> tuple[dict[str, Any], dict[str, str]]:
    """List all datasets by path, and the groups by the name of the layer that they keep.

    Keras on Windows wrote a backslash between layers and lstm, so that both were one name.
    """
    h5 = _import_h5py()
    datasets: dict[str, Any] = {}
    names: dict[str, str] = {}
    stack: list[tuple[str, Any, int]] = [("", whole, 0)]
    seen = 0
    while stack:
        path, group, depth = stack.pop()
        for key in group:
            if (seen := seen + 1) > MAX_OBJECTS or depth > MAX_DEPTH:
                raise ValueError("it nests too many groups")
            child = _get(group, key)
            own = f"{path}/{key}".strip("/").replace("\\", "/")
            if isinstance(child, h5.Dataset):
                datasets[own] = child
            else:
                if own.endswith("/vars") and own.count("/") == 2:
                    name = _read_attribute(child, "name")
                    names |= {} if name is None else {_as_text(name): own.removesuffix("/vars")}
                stack.append((own, child, depth + 1))
    return datasets, names


def _get(group: Any, path: str) -> Any:
    """Give what stands at a path in the file itself: a link may lead to another file."""
    h5 = _import_h5py()
    for key in [part for part in path.split("/") if part]:
        if not isinstance(group, h5.Group):
            raise ValueError(f"{path[:80]} is no group")
        link = group.get(key, getlink=True)
        if link is None:
            raise ValueError(f"it lacks {path[:80]}")
        if not isinstance(link, h5.HardLink):
            raise InvalidInput("file_external", "file", name=path[:80])
        group = group[key]
    return group


def _read_attribute(owner: Any, name: str) -> Any:
    """Read an attribute of no more than is asked for; None where there is none."""
    if name not in owner.attrs:
        return None
    known = owner.attrs.get_id(name)
    if math.prod(known.shape) * known.dtype.itemsize > MAX_JSON:
        raise ValueError(f"its {name} is too large")
    return owner.attrs[name]


class _Reader:
    """Reads the numbers of one file, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def read(self, dataset: Any) -> Tensor:
        """Read numbers, once their declared size and type are known to be what weights have."""
        h5 = _import_h5py()
        name = str(getattr(dataset, "name", "?"))[:80]
        if not isinstance(dataset, h5.Dataset) or dataset.shape is None:
            raise ValueError(f"{name} holds no numbers")
        if dataset.external or dataset.is_virtual:
            raise InvalidInput("file_external", "file", name=name)
        self.count += math.prod(dataset.shape)
        check_count(self.count)
        if dataset.dtype.kind != "f" or dataset.dtype.itemsize not in {2, 4, 8}:
            raise InvalidInput("file_type", "file", name=name, type=str(dataset.dtype))
        value = torch.from_numpy(dataset[()].astype(dataset.dtype.newbyteorder("="), copy=False))
        return value.float() if value.dtype == torch.float16 else value


FORMAT = Keras()
