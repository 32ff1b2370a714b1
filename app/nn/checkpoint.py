"""Model file <-> network. One safetensors file is a whole model."""

from __future__ import annotations

import json
import math
import os
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import torch
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, TypeAdapter, ValidationError
from pydantic_core import from_json
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from ..contracts import PAD, UNKNOWN, Cell, Figure, NumberTask, Scaling, Task
from ..files import replace_file
from ..registry import MODELS, find_cells, find_models, find_tasks
from .network import Initialization, Network, Shape, draw_weights, name_weights

MAX_WEIGHTS = 2**27  # numbers in one file: 1 GiB in float64
FLOATS = ("F64", "F32", "F16", "BF16")  # safetensors' names of the types a weight may have

# The recipe's fields as older files name them, and as they are named now.
RENAMED: Mapping[str, str] = {
    "hidden": "hidden_size",
    "embedding": "embedding_dim",
    "layers": "num_layers",
    "words": "vocabulary_size",
    "steps": "max_length",
    "stop": "stop_epoch",
    "batch": "batch_size",
    "rate": "learning_rate",
    "decay": "weight_decay",
    "clip": "max_grad_norm",
    "forgetting": "forget_bias",
    "orthogonal": "orthogonal_init",
    "scale": "embedding_scale",
    "unknown": "word_dropout",
    "crop": "crop_probability",
    "validation": "validation_size",
    "balance": "class_balance",
}


class UnreadableModel(ValueError):
    """A file that is not a GateScope model: ``file`` is its name, ``reason`` what is wrong."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}.")
        self.file = file
        self.reason = reason


@dataclass(frozen=True)
class Model:
    """Trained weights for one task with one cell, as read from one file.

    ``facts`` holds the recipe, the data's digest and the measured figures.
    """

    id: str
    path: Path
    task: Task
    task_id: str
    cell: type[Cell]
    cell_id: str
    shape: Shape
    weights: Mapping[str, Tensor]
    vocabulary: tuple[str, ...]  # empty where numbers enter
    facts: Mapping[str, Any]
    scaling: Scaling | None = None  # of the numbers that enter

    @property
    def settings(self) -> Mapping[str, float]:
        """What the trained network's settings are, where they are not the cell's defaults."""
        return {}

    @property
    def variants(self) -> Mapping[str, float]:
        """How the cell is computed, where that is not PyTorch's way."""
        return {}

    def build(self, settings: Mapping[str, float] | None = None) -> Network:
        """Give the network with its trained weights."""
        return Network(self.cell, self.shape, self.weights, settings)

    def build_fresh(
        self,
        seed: int,
        settings: Mapping[str, float] | None = None,
        initialization: Initialization | None = None,
        hidden: int | None = None,
    ) -> Network:
        """Give a network of the same shape, or of another width, with fresh weights."""
        shape = replace(self.shape, hidden=hidden or self.shape.hidden)
        drawn = draw_weights(self.cell, shape, seed, initialization)
        weights = {name: value.double() for name, value in drawn.items()}
        return Network(self.cell, shape, weights, settings)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Give each token's row in ``embedding.weight``."""
        return {token: row for row, token in enumerate(self.vocabulary)}

    @property
    def fitted(self) -> Mapping[str, int] | Scaling:
        """Give what :meth:`Task.read` takes beside the input."""
        return self.index if self.scaling is None else self.scaling


class ReadableModels(NamedTuple):
    """The models of a folder by id, and one error for each file that is none."""

    models: Mapping[str, Model]
    errors: Sequence[UnreadableModel]


class _Facts(BaseModel):
    """What GateScope itself reads of a file's facts, if it is there; there may be more.

    Only types are looked at: null is refused, and the defaults are not used.
    """

    model_config = ConfigDict(extra="allow", title="its facts")

    class Data(BaseModel):
        train: int
        validation: int
        sha256: str

    class Validation(BaseModel):
        accuracy: float = 0.0
        bits: float = 0.0
        mae: float = 0.0
        history: list[float] = []

        class Generated(BaseModel):
            accuracy: float = 0.0
            bits: float = 0.0
            mae: float = 0.0
            samples: int

        generated: Generated = Generated(samples=0)

    class Test(BaseModel):
        accuracy: float = 0.0
        samples: int
        mae: float = 0.0
        rmse: float = 0.0
        bits: float = 0.0
        ece: float = 0.0
        in_training: int = 0

    class Calibration(BaseModel):
        temperature: float
        samples: int
        ece_before: float
        ece_after: float

    class Everyday(BaseModel):
        class Graded(BaseModel):
            class Neutral(BaseModel):
                samples: int
                unsure: float
                confidence: float

            samples: int = 0
            right: int = 0
            accuracy: float = 0.0
            neutral: Neutral = Neutral(samples=0, unsure=0.0, confidence=0.0)

        samples: int = 0
        right: int = 0
        accuracy: float = 0.0
        most: Graded = Graded()
        kinds: dict[str, Graded]

    class Decay(BaseModel):
        class Quantiles(BaseModel):
            median: float
            high: float

        samples: int
        shortest: int
        longest: int
        remaining: dict[str, dict[str, Quantiles]]

    class Units(BaseModel):
        class Follower(BaseModel):
            signal: str
            unit: int
            correlation: float
            area: float | None

        samples: int
        followed: dict[str, list[Follower]]

    recipe: dict[str, bool | int | float] = {}
    data: Data = Data(train=0, validation=0, sha256="")
    validation: Validation = Validation()
    test: Test = Test(samples=0)
    calibration: Calibration = Calibration(
        temperature=1.0, samples=0, ece_before=0.0, ece_after=0.0
    )
    everyday: dict[str, Everyday] = {}
    decay: Decay = Decay(samples=0, shortest=0, longest=0, remaining={})
    units: Units = Units(samples=0, followed={})


_VOCABULARY = TypeAdapter(list[str], config=ConfigDict(strict=True, title="its vocabulary"))


class _Scaling(BaseModel):
    """How the numbers that enter are scaled, as a file tells it."""

    model_config = ConfigDict(extra="forbid", title="its scaling")

    mean: list[FiniteFloat]
    std: list[Annotated[FiniteFloat, Field(gt=0)]]


def save_model(
    path: Path,
    weights: Mapping[str, Tensor],
    *,
    task: str,
    cell: str,
    vocabulary: Sequence[str] = (),
    scaling: Scaling | None = None,
    facts: Mapping[str, Any],
) -> None:
    """Write a model in one go; the same model is the same bytes. Raises ``OSError``.

    One that reads tokens has a ``vocabulary``, one that numbers enter a ``scaling``.
    """
    metadata = {
        "task": task,
        "cell": cell,
        "facts": json.dumps(facts, ensure_ascii=False, allow_nan=False),
    }
    if scaling is None:
        metadata["vocabulary"] = json.dumps(list(vocabulary), ensure_ascii=False)
    else:
        metadata["scaling"] = json.dumps(asdict(scaling))
    content = save({k: v.detach().contiguous() for k, v in weights.items()}, metadata)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, _sort_header(content))


def load_model(path: Path) -> Model:
    """Read a model file. Raises :class:`UnreadableModel` with a sentence on what is wrong.

    Sizes and types are checked in the file's header, before any weight is read.
    """
    name = os.fsencode(path.name).decode("utf-8", "replace")
    try:
        if name != path.name:
            raise ValueError("its name is not valid UTF-8")
        return _read_model(path)
    except (SafetensorError, OSError) as error:
        raise UnreadableModel(name, f"it is not a safetensors file ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{' '.join([error.title, *([place] if place else [])])}: {first['msg']}"
        raise UnreadableModel(name, reason) from error
    except ValueError as error:
        raise UnreadableModel(name, str(error)) from error


def find_readable_models(folder: Path = MODELS) -> ReadableModels:
    """Read every model file of a folder; one that cannot be read does not stop the others."""
    models, errors = {}, []
    for name, path in find_models(folder).items():
        try:
            models[name] = load_model(path)
        except UnreadableModel as error:
            errors.append(error)
    return ReadableModels(models, errors)


def update_facts(model: Model, **facts: Any) -> bool:
    """Put facts into a model's file, its tensors as they are. Raises ``OSError``.

    A file that tells them already is not written; False says so.
    """
    merged = json.loads(json.dumps({**model.facts, **facts}))  # a tuple is a list in the file
    if merged == model.facts:
        return False
    save_model(
        model.path,
        load_file(model.path),
        task=model.task_id,
        cell=model.cell_id,
        vocabulary=model.vocabulary,
        scaling=model.scaling,
        facts=merged,
    )
    return True


def rename_recipe(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Name the fields of an older file's recipe as they are named now."""
    return {RENAMED.get(name, name): value for name, value in recipe.items()}


def infer_shape(sizes: Mapping[str, Sequence[int]], *, numbers: bool = False) -> Shape:
    """Read the network's sizes off those of its tensors; ``numbers`` enter it, or tokens do.

    Raises ``ValueError``.
    """
    first = "recurrent.weight_ih_l0" if numbers else "embedding.weight"
    for key, axes in ((first, 2), ("readout.weight", 2), ("readout.bias", 1)):
        if key not in sizes:
            raise ValueError(f"it lacks the tensor {key}")
        if len(sizes[key]) != axes:
            raise ValueError(f"{key} is {tuple(sizes[key])}, expected {axes} sizes")
    ngrams = sizes.get("ngram_embedding.weight", (0, 0))
    if len(ngrams) != 2:
        raise ValueError(f"ngram_embedding.weight is {tuple(ngrams)}, expected 2 sizes")
    for key, size in sizes.items():
        if 0 in size:
            raise ValueError(f"{key} is {tuple(size)}: it is empty")
    vocabulary, inputs = (0, sizes[first][1]) if numbers else sizes[first]
    classes, width = sizes["readout.weight"]
    both = "recurrent.weight_ih_l0_reverse" in sizes
    layers = sum(key.startswith("recurrent.weight_ih_l") and "_reverse" not in key for key in sizes)
    return Shape(vocabulary, inputs, width // (1 + both), classes, max(layers, 1), both, ngrams[0])


def _read_model(path: Path) -> Model:
    if path.is_dir():
        raise ValueError("it is a folder")
    if not path.is_file():  # a named pipe would be waited for
        raise ValueError("there is no such file")
    with safe_open(path, framework="pt") as file:
        slices = {key: file.get_slice(key) for key in file.keys()}  # noqa: SIM118
        sizes = {key: tuple(part.get_shape()) for key, part in slices.items()}
        for key, part in slices.items():
            if part.get_dtype() not in FLOATS:
                raise ValueError(f"{key} is of type {part.get_dtype()}, expected {_list(FLOATS)}")
        metadata = file.metadata() or {}
        for key in ("task", "cell", "facts"):
            if key not in metadata:
                raise ValueError(f"its metadata lacks {key}")
        task_id, cell_id = metadata["task"], metadata["cell"]
        for kind, key, known in (("task", task_id, find_tasks()), ("cell", cell_id, find_cells())):
            if key not in known:
                raise ValueError(f"its {kind} is {key[:80]!r}, expected {_list(known)}")
        task, cell = find_tasks()[task_id], find_cells()[cell_id]
        fitted = "scaling" if isinstance(task, NumberTask) else "vocabulary"
        if fitted not in metadata:
            raise ValueError(f"its metadata lacks {fitted}")
        vocabulary: tuple[str, ...] = ()
        scaling = None
        if isinstance(task, NumberTask):
            scaling = _read_scaling(metadata[fitted])
        else:
            vocabulary = _read_vocabulary(metadata[fitted])
        facts = _read_facts(metadata["facts"], task.figure)
        shape = infer_shape(sizes, numbers=scaling is not None)
        _check_sizes(cell, shape, sizes)
        answers = "numbers" if task.quantities else "classes"
        outputs = len(task.quantities or task.classes)
        if len(vocabulary) != shape.vocabulary or outputs != shape.classes:
            raise ValueError(
                f"it has {len(vocabulary)} words and its task {outputs} {answers}, but its tensors "
                f"are for {shape.vocabulary} and {shape.classes}"
            )
        if scaling is not None and len(scaling.mean) != shape.inputs:
            raise ValueError(
                f"its scaling is of {len(scaling.mean)} numbers, its tensors of {shape.inputs}"
            )
        weights = {key: file.get_tensor(key).to(torch.float64) for key in sizes}
    for key, value in weights.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{key} holds NaN or infinity")
    return Model(
        path.stem,
        path,
        task,
        task_id,
        cell,
        cell_id,
        shape,
        weights,
        vocabulary,
        facts,
        scaling,
    )


def _check_sizes(cell: type[Cell], shape: Shape, sizes: Mapping[str, tuple[int, ...]]) -> None:
    expected = name_weights(cell, shape)
    for key in sorted(expected.keys() - sizes):
        raise ValueError(f"it lacks the tensor {key}")
    for key in sorted(sizes.keys() - expected):
        raise ValueError(f"its tensor {key} is none of the cell's")
    for key in sorted(sizes):
        if sizes[key] != expected[key]:
            raise ValueError(f"{key} is {sizes[key]}, expected {expected[key]}")
    count = sum(math.prod(size) for size in sizes.values())
    if count > MAX_WEIGHTS:
        raise ValueError(f"it holds {count:,} weights, more than {MAX_WEIGHTS:,}")


def _read_vocabulary(text: str) -> tuple[str, ...]:
    vocabulary = _VOCABULARY.validate_python(_parse("vocabulary", text))
    if vocabulary[:2] != [PAD, UNKNOWN]:
        raise ValueError(f"its vocabulary does not begin with {PAD} and {UNKNOWN}")
    token, times = Counter(vocabulary).most_common(1)[0]
    if times > 1:
        raise ValueError(f"its vocabulary holds {token!r} {times} times")
    return tuple(vocabulary)


def _read_scaling(text: str) -> Scaling:
    found = _Scaling.model_validate(_parse("scaling", text))
    if len(found.mean) != len(found.std):
        raise ValueError(f"its scaling has {len(found.mean)} means and {len(found.std)} deviations")
    return Scaling(tuple(found.mean), tuple(found.std))


def _read_facts(text: str, figure: Figure) -> dict[str, Any]:
    found = _parse("facts", text)
    _Facts.model_validate(found, strict=True)
    try:
        json.dumps(found, allow_nan=False)
    except ValueError as error:
        raise ValueError(f"its facts hold a number that is not finite ({error})") from error
    facts: dict[str, Any] = found
    for part in ("validation", "test"):
        if part in facts and figure.name not in facts[part]:
            raise ValueError(f"its facts {part} lack {figure.name}")
    if "recipe" in facts:
        facts["recipe"] = rename_recipe(facts["recipe"])
    return facts


def _parse(name: str, text: str) -> Any:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise ValueError(f"its {name} is not JSON that can be read ({error})") from error


def _list(names: Iterable[str]) -> str:
    return " or ".join(names)


def _sort_header(content: bytes) -> bytes:
    """Order the metadata of a safetensors file: the library writes it in an order of chance."""
    (length,) = struct.unpack_from("<Q", content)
    start = struct.calcsize("<Q")
    header = json.loads(content[start : start + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the tensors begin at a multiple of 8 bytes
    return struct.pack("<Q", len(text)) + text + content[start + length :]
