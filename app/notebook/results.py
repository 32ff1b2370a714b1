"""What a person gets: arrays by name, tables, frames, files, and the stage in a notebook."""

from __future__ import annotations

import html
import io
import json
import tempfile
import webbrowser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from safetensors.numpy import save_file

from ..analysis.gradients import DISTANCES, Decay, measure_decay
from ..contracts import Array
from .document import describe_layer, write_document
from .replay import LayerTrace, title

if TYPE_CHECKING:
    import pandas
    import xarray

MOST_BYTES = 32 * 2**20  # of arrays in a notebook's document; a longer run stays a table there
FRAME_HEIGHT = 720  # pixels of the stage in a notebook
WIDTH = 100  # characters of a table where no terminal says how wide it is


class ModuleTrace(Mapping[str, Array]):
    """One sample through the recurrent layers of a module.

    A mapping from names to signals, ``[T, H]``: ``trace["encoder.layers.0.f"]`` is the forget gate
    of the first layer of ``encoder``, ``layers.0.reverse`` its reverse direction. ``gradients`` has
    dLoss/dsignal under the same names, ``norms`` their 2-norms over units, ``[T]``; both are empty
    where there was no loss. ``layers`` has all of one layer; ``skipped`` says what is not shown.
    """

    def __init__(
        self,
        layers: Sequence[LayerTrace],
        *,
        tokens: Sequence[str] | None = None,
        loss: float | None = None,
        skipped: Mapping[str, str] | None = None,
    ) -> None:
        """Take the layers. Raises ``ValueError`` for tokens that are not as many as steps."""
        self.layers: Mapping[str, LayerTrace] = {layer.name: layer for layer in layers}
        self.loss = loss
        self.skipped: Mapping[str, str] = dict(skipped or {})
        self._tokens = None if tokens is None else tuple(map(str, tokens))
        lengths = sorted({layer.steps for layer in layers})
        if self._tokens is not None and len(self._tokens) not in lengths:
            steps = " or ".join(map(str, lengths))
            raise ValueError(f"{len(self._tokens)} tokens for {steps} steps")
        self.gradients: Mapping[str, Array] = self._gather("gradients")
        self.norms: Mapping[str, Array] = self._gather("norms")
        self._signals = self._gather("signals")

    def _gather(self, group: str) -> dict[str, Array]:
        return {
            layer.qualify(name): value
            for layer in self.layers.values()
            for name, value in getattr(layer, group).items()
        }

    def __getitem__(self, name: str) -> Array:
        if name not in self._signals:
            reason = next((why for own, why in self.skipped.items() if name.startswith(own)), None)
            raise KeyError(reason or f"no signal {name!r}: there are {', '.join(self._signals)}")
        return self._signals[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signals)

    def __len__(self) -> int:
        return len(self._signals)

    def tokens_of(self, layer: str) -> tuple[str, ...]:
        """Give what the steps of a layer are called: the tokens, else 1, 2, 3 ..."""
        steps = self.layers[layer].steps
        if self._tokens is not None and len(self._tokens) == steps:
            return self._tokens
        return tuple(str(step + 1) for step in range(steps))

    def to_xarray(self, layer: str | None = None) -> xarray.Dataset:
        """Give one layer as an ``xarray.Dataset``: dims ``step`` and ``unit``.

        Signals are named as here, gradients ``gradients.<name>``. The coordinate ``token`` names
        the steps. Raises ``ModuleNotFoundError`` without xarray.
        """
        library = _import("xarray")
        own = self._choose(layer)
        arrays = {own.qualify(name): value for name, value in own.signals.items()}
        arrays |= {f"gradients.{own.qualify(n)}": value for n, value in own.gradients.items()}
        about = {"cell": own.cell.__name__, "layer": own.name}
        dataset: xarray.Dataset = library.Dataset(
            {name: (("step", "unit"), value) for name, value in arrays.items()},
            coords={
                "step": np.arange(own.steps),
                "unit": np.arange(own.shape.hidden),
                "token": ("step", list(self.tokens_of(own.name))),
            },
            attrs=about if self.loss is None else about | {"loss": self.loss},
        )
        return dataset

    def to_pandas(self, layer: str | None = None) -> pandas.DataFrame:
        """Give one layer as a ``pandas.DataFrame``, a row a step, indexed by step and token.

        Columns have three levels: ``signals`` or ``gradients``, the name, the unit. Raises
        ``ModuleNotFoundError`` without pandas.
        """
        library = _import("pandas")
        own = self._choose(layer)
        columns, values = [], []
        for group, arrays in (("signals", own.signals), ("gradients", own.gradients)):
            for name, value in arrays.items():
                columns += [(group, own.qualify(name), unit) for unit in range(value.shape[1])]
                values.append(value)
        steps = list(enumerate(self.tokens_of(own.name)))
        frame: pandas.DataFrame = library.DataFrame(
            np.hstack(values),
            index=library.MultiIndex.from_tuples(steps, names=["step", "token"]),
            columns=library.MultiIndex.from_tuples(columns, names=["kind", "name", "unit"]),
        )
        return frame

    def save(self, path: str | Path) -> None:
        """Write everything to a safetensors file, as the page's downloads name it.

        ``signals.<name>``, ``gradients.<name>`` and ``norms.<name>``, float64; the rest as JSON in
        the metadata under ``trace``.
        """
        arrays = {}
        for group, named in (
            ("signals", self._signals),
            ("gradients", self.gradients),
            ("norms", self.norms),
        ):
            for name, value in named.items():
                arrays[f"{group}.{name}"] = np.ascontiguousarray(value)
        save_file(arrays, path, metadata={"trace": self._describe()})

    def _describe(self) -> str:

        return json.dumps(
            {
                "loss": self.loss,
                "layers": {
                    name: describe_layer(layer) | {"tokens": self.tokens_of(name)}
                    for name, layer in self.layers.items()
                },
                "skipped": dict(self.skipped),
            }
        )

    def to_html(self, *, language: str = "en") -> str:
        """Give the stage as one HTML document that asks no host for anything."""
        return write_document(
            [(title(name), layer, self.tokens_of(name)) for name, layer in self.layers.items()],
            self.loss,
            list(self.skipped.values()),
            language,
        )

    def open(self) -> Path:
        """Write :meth:`to_html` to a temporary file and show it in the browser; give its path."""
        return _open(self.to_html())

    def _repr_html_(self) -> str | None:
        return None if count_bytes([self]) > MOST_BYTES else _frame(self.to_html())

    def __rich__(self) -> RenderableType:
        return Group(
            *(self._tabulate(layer) for layer in self.layers.values()), *self._tell_skipped()
        )

    def __repr__(self) -> str:
        return _print(self)

    def _tabulate(self, layer: LayerTrace) -> Table:
        told = f"{title(layer.name)}: {layer.cell.__name__}, {layer.steps} steps"
        if self.loss is not None:
            told += f", loss {self.loss:.4g}"
        table = Table(title=told, title_justify="left", caption_justify="left")
        table.caption = f"replayed, within {layer.difference:.0e} of the layer's own output"
        table.add_column(
            "signal", no_wrap=True, min_width=max(map(len, map(layer.qualify, layer.signals)))
        )
        for head in ("shape", "min", "mean", "max", "first ‖∂‖", "last ‖∂‖"):
            table.add_column(head, justify="right")
        for name, value in layer.signals.items():
            norms = layer.norms.get(name)
            table.add_row(
                Text(layer.qualify(name)),
                "×".join(map(str, value.shape)),
                *(f"{float(number):.3f}" for number in (value.min(), value.mean(), value.max())),
                *(["–"] * 2 if norms is None else [f"{norms[0]:.2e}", f"{norms[-1]:.2e}"]),
            )
        return table

    def _tell_skipped(self) -> list[Text]:
        return [Text(f"{title(name)}: {reason}") for name, reason in self.skipped.items()]

    def _choose(self, layer: str | None) -> LayerTrace:
        if layer is None and len(self.layers) == 1:
            return next(iter(self.layers.values()))
        if layer is None or layer not in self.layers:
            known = ", ".join(map(repr, self.layers))
            raise KeyError(self.skipped.get(layer or "", f"name one of the layers: {known}"))
        return self.layers[layer]


class Comparison(Mapping[str, ModuleTrace]):
    """Several modules on the same input: each trace by its name, and how their gradients decay."""

    def __init__(self, traces: Mapping[str, ModuleTrace]) -> None:
        """Take the traces by the names of their modules."""
        self._traces = dict(traces)

    def __getitem__(self, name: str) -> ModuleTrace:
        return self._traces[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._traces)

    def __len__(self) -> int:
        return len(self._traces)

    def measure_decays(self) -> dict[tuple[str, str], Decay]:
        """Give by module and state how dLoss/dstate falls off; none without a loss.

        A reverse direction reads the last step first: its decay is along its own reading.
        """
        decays = {}
        for name, trace in self._traces.items():
            for layer in trace.layers.values():
                for signal, norms in layer.norms.items():
                    place, _, state = signal.rpartition(".")
                    if state in layer.cell.states:
                        own = norms[::-1] if place.endswith(".reverse") else norms
                        decays[name, layer.qualify(signal)] = measure_decay(own)
        return decays

    def to_pandas(self) -> pandas.DataFrame:
        """Give the decays as a ``pandas.DataFrame``: what is left 1, 10, 30 and 50 steps back."""
        library = _import("pandas")
        rows = {key: _describe_decay(decay) for key, decay in self.measure_decays().items()}
        frame: pandas.DataFrame = library.DataFrame.from_dict(rows, orient="index")
        frame.index = library.MultiIndex.from_tuples(list(rows), names=["module", "state"])
        return frame

    def to_html(self, *, language: str = "en") -> str:
        """Give every module's stage, one at a time, as one HTML document."""
        return write_document(
            [
                (f"{name} · {title(path)}" if path else name, layer, trace.tokens_of(path))
                for name, trace in self._traces.items()
                for path, layer in trace.layers.items()
            ],
            None,
            [reason for trace in self._traces.values() for reason in trace.skipped.values()],
            language,
        )

    def open(self) -> Path:
        """Write :meth:`to_html` to a temporary file and show it in the browser; give its path."""
        return _open(self.to_html())

    def _repr_html_(self) -> str | None:
        large = count_bytes(self._traces.values()) > MOST_BYTES
        return None if large else _frame(self.to_html())

    def __rich__(self) -> RenderableType:
        table = Table(title="What is left of the gradient, relative to the last step")
        table.title_justify = "left"
        table.add_column("module")
        table.add_column("state")
        for head in [f"{k} back" for k in DISTANCES] + ["half-life"]:
            table.add_column(head, justify="right")
        for (name, state), decay in self.measure_decays().items():
            told = [decay.remaining[k] for k in DISTANCES]
            shares = ["–" if value is None else f"{value:.2e}" for value in told]
            life = "–" if decay.half_life is None else str(decay.half_life)
            table.add_row(Text(name), Text(state), *shares, life)
        if not table.row_count:
            return Group(*(Text(f"{name}\n{trace!r}") for name, trace in self._traces.items()))
        skipped = [note for trace in self._traces.values() for note in trace._tell_skipped()]
        return Group(table, *skipped)

    def __repr__(self) -> str:
        return _print(self)


def count_bytes(traces: Iterable[ModuleTrace]) -> int:
    """Count the bytes of the signals and gradients of traces."""
    return sum(
        value.nbytes
        for trace in traces
        for arrays in (trace, trace.gradients)
        for value in arrays.values()
    )


def _describe_decay(decay: Decay) -> dict[str, float | None]:
    left = {f"left {k} back": decay.remaining[k] for k in DISTANCES}
    return left | {"half_life": decay.half_life, "slope": decay.slope}


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        told = f'{name} is not installed: pip install "gatescope[notebook]"'
        raise ModuleNotFoundError(told, name=name) from None


def _print(shown: RenderableType) -> str:
    text = io.StringIO()
    Console(file=text, width=WIDTH, force_terminal=False).print(shown)
    return text.getvalue().rstrip()


def _frame(document: str) -> str:
    """Put a document into a frame of its own: its styles and scripts touch nothing around it."""
    return (
        f'<iframe srcdoc="{html.escape(document)}" title="GateScope" loading="lazy"'
        ' sandbox="allow-scripts allow-downloads" allow="fullscreen"'
        f' style="width: 100%; height: {FRAME_HEIGHT}px; border: 0"></iframe>'
    )


def _open(document: str) -> Path:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="gatescope-", suffix=".html", delete=False
    ) as file:
        file.write(document)
    webbrowser.open(Path(file.name).as_uri())
    return Path(file.name)
