"""PyTorch's own files: a state dict, or one inside a checkpoint's dictionary.

``torch.load(weights_only=True)`` runs no code, but it takes memory as a file declares it. So the
pickle is first read with stand-ins for everything it names: sizes are compared with what the file
holds, and code and TorchScript are refused by name, before torch sees it. Of a pickled module the
stand-ins hold the parameters by name, which is all that is needed: its classes are not looked for.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from ..contracts import InvalidInput
from . import MAX_BYTES, Contents, Format, check_count, open_zip, refuse_damaged

MAX_PICKLE = 2**25  # bytes of the pickle itself, which names the tensors and holds none
MAX_OPCODES = 500_000
MAX_MODULES = 64  # modules within modules
MAX_DEPTH = 6  # of dictionaries within dictionaries
ZIP = b"PK\x03\x04"
# The legacy format begins with a pickled magic number; a checkpoint may be pickled at once too.
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
ITEM_SIZES = {
    "DoubleStorage": 8,
    "FloatStorage": 4,
    "HalfStorage": 2,
    "BFloat16Storage": 2,
    "LongStorage": 8,
    "IntStorage": 4,
    "ShortStorage": 2,
    "CharStorage": 1,
    "ByteStorage": 1,
    "BoolStorage": 1,
    "UntypedStorage": 1,
}
DTYPES = {
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
}
# Names that a state dict's pickle may hold; what else it names is code of somebody's own.
PLAIN_MODULES = ("torch", "collections", "numpy", "_codecs", "builtins")
# Opcodes that torch never writes and that take memory as they declare it, or look up code.
REFUSED_OPCODES = {"BYTEARRAY8", "EXT1", "EXT2", "EXT4", "INST", "OBJ", "NEXT_BUFFER"}


class PyTorch(Format):
    """What ``torch.save`` writes."""

    title = "PyTorch"

    def recognizes(self, head: bytes, file: BinaryIO) -> bool:
        if head.startswith(ZIP):
            archive = open_zip(file)
            names = [] if archive is None else archive.namelist()
            return any(name.endswith(("/data.pkl", "/constants.pkl")) for name in names)
        return head[:1] == b"\x80" and 2 <= (head[1:2] or b"\0")[0] <= 5

    def read(self, file: BinaryIO, folder: Path | None = None) -> Contents:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        head = file.read(4)
        file.seek(0)
        try:
            if head == ZIP:
                module = _check_archive(file)
                if module is not None:
                    return module
            else:
                _check_legacy(file, size)
            file.seek(0)
            loaded = torch.load(file, map_location="cpu", weights_only=True)
            tensors = dict(_choose_state(loaded))
        except InvalidInput:
            raise
        except pickle.UnpicklingError as error:
            if (refused := re.search(r"GLOBAL (\S+)", str(error))) is None:
                raise refuse_damaged(self.title, error) from error
            raise InvalidInput("file_pickled", "file", name=refused[1][:80]) from error
        except Exception as error:  # whatever torch makes of a stranger's bytes
            raise refuse_damaged(self.title, error) from error
        return Contents(self.title, tensors=_strip_prefixes(tensors))


class _StandIn:
    """What a pickle gets for anything that it names; calling it makes another, nothing more."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.state: object = None

    def __call__(self, *arguments: object, **named: object) -> _StandIn:
        return _Called(self.name, arguments)

    def __setstate__(self, state: object) -> None:
        self.state = state

    def __setitem__(self, key: object, value: object) -> None:
        """Take an entry of an OrderedDict."""

    def append(self, value: object) -> None:
        """Take an entry of a list."""

    def extend(self, values: object) -> None:
        """Take entries of a list."""

    def add(self, value: object) -> None:
        """Take an entry of a set."""


class _Called(_StandIn):
    def __init__(self, name: str, arguments: tuple[Any, ...]) -> None:
        super().__init__(name)
        self.arguments = arguments


class _Storage(_StandIn):
    def __init__(self, kind: str, key: str, count: int) -> None:
        super().__init__(kind)
        self.key = key
        self.bytes = count * ITEM_SIZES[kind]


class _Surveyor(pickle._Unpickler):
    """Reads a pickle without importing, calling or building anything but stand-ins.

    It is pickle's pure Python reader: the one in C takes memory for a memo as large as it is told.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.names: list[str] = []
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        self.names.append(f"{module}.{name}")
        if (module, name) == ("collections", "OrderedDict"):
            return _make_dictionary
        if _is_plain(module):
            return _make_class(name)
        return type(name, (_Foreign,), {})  # named so, and nothing else of it

    def persistent_load(self, reference: Any) -> Any:
        match reference:
            case ("storage", kind, str() | int() as key, str(), int() as count, *_):
                name = getattr(kind, "name", "") or getattr(kind, "__name__", "")
                if name not in ITEM_SIZES or count < 0:
                    raise ValueError(f"a storage of {count} {name}")
                found = _Storage(name, str(key), count)
                self.storages[found.key] = found
                return found
        raise ValueError("it refers to something that is no storage")


class _Foreign(_StandIn):
    """Stands for a class of somebody's own."""

    def __new__(cls, *arguments: object, **named: object) -> _Foreign:
        return super().__new__(cls)

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__("foreign")


def _make_dictionary(*arguments: object) -> dict[Any, Any]:
    return _Dictionary()


class _Dictionary(dict[Any, Any]):
    """An OrderedDict that may be given attributes, as a module's state dict is."""


def _make_class(name: str) -> _StandIn:
    return _StandIn(name)


def _is_plain(module: str) -> bool:
    return module.split(".")[0] in PLAIN_MODULES and not module.startswith("torch.nn.modules")


def _survey(file: BinaryIO, *, allow_code: bool = False) -> tuple[_Surveyor, object]:
    """Read one pickle with stand-ins. Raises :class:`InvalidInput` for one that names code."""
    start = file.tell()
    for count, (opcode, _, _) in enumerate(pickletools.genops(file)):
        if opcode.name in REFUSED_OPCODES:
            raise ValueError(f"its pickle holds {opcode.name}, which torch.save never writes")
        if file.tell() - start > MAX_PICKLE or count > MAX_OPCODES:
            raise ValueError("its pickle is longer than that of any state dict")
    end = file.tell()
    file.seek(start)
    reader = _Surveyor(io.BytesIO(file.read(end - start)))
    try:
        found = reader.load()
    except Exception:
        _refuse_code(reader.names)
        raise
    if not allow_code:
        _refuse_code(reader.names)
    return reader, found


def _refuse_code(names: list[str]) -> None:
    for name in names:
        if not _is_plain(name.rpartition(".")[0]):
            raise InvalidInput("file_pickled", "file", name=name[:80])


def _check_tensors(found: object) -> None:
    """Hold every tensor to its storage. ``found`` is what a surveyor read."""
    total, stack, seen = 0, [found], set()
    while stack:
        value = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, _StandIn):
            stack.append(value.state)
        if isinstance(value, _Called):
            match value.arguments:
                case (
                    _Storage() as storage,
                    int() as offset,
                    tuple() as size,
                    tuple() as stride,
                    *_,
                ):
                    total += _check_tensor(storage, offset, size, stride)
            stack += value.arguments
        elif isinstance(value, Mapping):
            stack += value.values()
        elif isinstance(value, (list, tuple, set)):
            stack += value
    check_count(total)


def _check_tensor(
    storage: _Storage, offset: int, size: tuple[Any, ...], stride: tuple[Any, ...]
) -> int:
    sizes = [int(n) for n in size]
    count, last = 1, offset
    for n, step in zip(sizes, stride, strict=True):
        count *= n
        last += max(n - 1, 0) * int(step)
    itemsize = ITEM_SIZES[storage.name]
    if min([0, offset, last, *sizes]) < 0 or (count and (last + 1) * itemsize > storage.bytes):
        raise ValueError(f"a tensor of {tuple(sizes)} in a storage of {storage.bytes} bytes")
    return count


def _check_archive(file: BinaryIO) -> Contents | None:
    """Check the format since PyTorch 1.6: a zip of a pickle and one entry for each storage.

    Gives what it holds where that is a pickled module, which torch would have to run.
    """
    archive = zipfile.ZipFile(file)
    entries = {entry.filename: entry for entry in archive.infolist()}
    if any(name.endswith("/constants.pkl") for name in entries):
        raise InvalidInput("file_torchscript", "file")
    if sum(entry.file_size for entry in entries.values()) > MAX_BYTES or any(
        entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()
    ):
        raise ValueError("it packs more than it holds, which torch.save never does")
    name = next(name for name in entries if name.endswith("/data.pkl"))
    folder = name.removesuffix("data.pkl")
    if entries[name].file_size > MAX_PICKLE:
        raise ValueError(f"its pickle is longer than {MAX_PICKLE} bytes")
    reader, found = _survey(io.BytesIO(archive.read(name)), allow_code=True)
    for key, storage in reader.storages.items():
        entry = entries.get(f"{folder}data/{key}")
        if entry is None or entry.file_size != storage.bytes:
            held = 0 if entry is None else entry.file_size
            raise ValueError(f"storage {key[:40]} declares {storage.bytes} bytes and holds {held}")
    _check_tensors(found)
    module = _Module()
    module.collect(found)
    if module.parameters and any("weight_hh" in name for name in module.parameters):
        return module.read(lambda key: archive.read(f"{folder}data/{key}"))
    _refuse_code(reader.names)
    return None


class _Module:
    """The parameters and buffers of a pickled module, found among its stand-ins."""

    def __init__(self) -> None:
        self.parameters: dict[str, _Called] = {}
        self.classes: set[str] = set()
        self.nonlinearities: set[str] = set()

    def collect(self, found: object) -> None:
        """Go through modules within modules, and dictionaries around them."""
        stack: list[tuple[str, object, int]] = [("", found, 0)]
        seen: set[int] = set()
        while stack:
            prefix, value, depth = stack.pop()
            if id(value) in seen or depth > MAX_MODULES:
                continue
            seen.add(id(value))
            if isinstance(value, Mapping):
                inside = [one for one in value.values() if isinstance(one, (_Foreign, Mapping))]
                stack += [(prefix, one, depth + 1) for one in reversed(inside)]
                continue
            state = value.state if isinstance(value, _Foreign) else None
            if not isinstance(state, Mapping) or "_parameters" not in state:
                continue
            self.classes.add(type(value).__name__)
            if isinstance(nonlinearity := state.get("nonlinearity"), str):
                self.nonlinearities.add(nonlinearity)
            for kind in ("_parameters", "_buffers"):
                own = state.get(kind)
                for name, one in own.items() if isinstance(own, Mapping) else ():
                    if (tensor := _unwrap(one)) is not None:
                        self.parameters[f"{prefix}{name}"] = tensor
            inner = state.get("_modules")
            children = inner.items() if isinstance(inner, Mapping) else ()
            # The last goes on the stack first, so that names come in the order of the file.
            stack += [(f"{prefix}{name}.", one, depth + 1) for name, one in reversed([*children])]

    def read(self, load: Callable[[str], bytes]) -> Contents:
        """Make tensors of what was found; ``load`` gives a storage's bytes."""
        storages: dict[str, bytearray] = {}
        tensors = {}
        for name, called in self.parameters.items():
            storage, offset, size, stride, *_ = called.arguments
            kind = DTYPES.get(storage.name)
            if kind is None:
                continue
            if storage.key not in storages:
                storages[storage.key] = bytearray(load(storage.key))
            raw = storages[storage.key]
            flat = torch.frombuffer(raw, dtype=kind) if raw else torch.empty(0, dtype=kind)
            tensors[name] = flat.as_strided(size, stride, offset)
        answers: dict[str, str] = {}
        if self.nonlinearities in ({"tanh"}, {"relu"}):
            answers["nonlinearity"] = next(iter(self.nonlinearities))
        squashing = self.classes & {"ReLU", "Tanh"}
        if len(squashing) == 1:
            answers["activation"] = next(iter(squashing)).lower()
        return Contents("PyTorch, a pickled module", tensors=tensors, answers=answers)


def _unwrap(value: object) -> Any:
    """Give the tensor within a parameter, as it was to be built; None where it is none."""
    if isinstance(value, _Called) and value.arguments and isinstance(value.arguments[0], _Called):
        value = value.arguments[0]
    match value:
        case _Called(
            arguments=(_Storage(), int(), tuple(), tuple(), *_)  # of _rebuild_tensor_v2
        ):
            return value
    return None


def _check_legacy(file: BinaryIO, size: int) -> None:
    """Check the format before PyTorch 1.6: pickles one after the other, then the storages."""
    first, magic = _survey(file)
    if magic != LEGACY_MAGIC:
        if first.names or not isinstance(magic, dict):
            raise InvalidInput("file_pickled", "file", name=(first.names or ["pickle"])[0][:80])
        raise ValueError("it is a pickle of no tensors")
    for _ in range(2):
        _survey(file)
    reader, found = _survey(file)
    declared = sum(storage.bytes for storage in reader.storages.values())
    if declared > size:
        raise ValueError(f"its storages declare {declared} bytes and the file holds {size}")
    _check_tensors(found)


def _choose_state(loaded: object) -> Iterator[tuple[str, Tensor]]:
    """Find the dictionary of tensors that holds the most recurrent weights, else the most tensors.

    A checkpoint holds the optimiser's moments too, named by number.
    """
    best: dict[str, Tensor] = {}
    stack: list[tuple[object, int]] = [(loaded, 0)]
    while stack:
        value, depth = stack.pop(0)
        if not isinstance(value, Mapping) or depth > MAX_DEPTH:
            continue
        own = {key: one for key, one in value.items() if isinstance(key, str) and _is_dense(one)}
        if _rank(own) > _rank(best):
            best = own
        stack += [(one, depth + 1) for one in value.values()]
    if not best:
        raise InvalidInput("file_no_tensors", "file")
    yield from best.items()


def _is_dense(value: object) -> bool:
    return isinstance(value, Tensor) and value.layout == torch.strided and not value.is_quantized


def _rank(tensors: Mapping[str, Tensor]) -> tuple[int, int]:
    return sum("weight_hh" in name for name in tensors), len(tensors)


def _strip_prefixes(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Take off what data parallelism and ``torch.compile`` put before every name."""
    stripped = dict(tensors)
    for prefix in ("module.", "_orig_mod.", "model.", "net.", "network.") * 2:
        if all(name.startswith(prefix) for name in stripped):
            stripped = {name.removeprefix(prefix): one for name, one in stripped.items()}
    return {name.replace("_orig_mod.", ""): one for name, one in stripped.items()}


FORMAT = PyTorch()
