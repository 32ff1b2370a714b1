"""Request -> network -> trace, within the limits, cached by content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from .. import __version__
from ..analysis.generation import GeneratedToken, generate
from ..analysis.probes import PROPERTIES
from ..analysis.tracer import list_signals, record
from ..contracts import Cell, Encoding, Intervention, InvalidInput, Stretchable, Text, Trace
from ..nn.checkpoint import Model, load_model
from ..nn.network import Network, draw_weights
from ..registry import MODELS, choose, find_cells, find_models, find_tasks
from ..training.trainer import use_one_thread
from .schemas import (
    LIMITS,
    Catalog,
    CellInfo,
    ExampleInfo,
    ModelInfo,
    PropertyInfo,
    SettingInfo,
    SignalInfo,
    StretchRequest,
    TaskInfo,
    TraceRequest,
    Words,
    WriteRequest,
)
from .snippets import write_keras, write_pytorch
from .wire import ENCODERS

KEPT_ANSWERS = 64
KEPT_BYTES = 64 * 2**20


class Service:
    """The shipped models, ready to be traced. Holds no state of any visitor."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self.models = models
        self._answers: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def catalog(self) -> Catalog:
        """List cells, tasks, models and limits."""
        return Catalog(
            version=__version__,
            cells=[describe_cell(name, cell) for name, cell in find_cells().items()],
            tasks=[
                TaskInfo(
                    id=name,
                    title=_words(task.title),
                    about=_words(task.about),
                    topology=task.topology,
                    language=task.language,
                    writes=task.writes,
                    figure=task.figure.name,
                    classes=list(task.classes),
                    stretches=isinstance(task, Stretchable),
                    figures={name: _words(text) for name, text in task.figures.items()},
                    labels={label: _words(text) for label, text in task.labels.items()},
                    examples=[
                        ExampleInfo(
                            id=e.id,
                            title=_words(e.title),
                            language=e.language,
                            text=e.text,
                            look=_words(e.look),
                            beside=e.beside,
                        )
                        for e in task.examples
                    ],
                )
                for name, task in sorted(
                    find_tasks().items(), key=lambda one: (one[1].order, one[0])
                )
            ],
            models=[describe_model(model) for model in self.models.values()],
            properties=[PropertyInfo(id=p.name, title=_words(p.title)) for p in PROPERTIES],
            limits=LIMITS,
        )

    def model(self, name: str) -> Model:
        """Return a model by id. Raises :class:`InvalidInput` that names those there are."""
        return choose("model", self.models, name)

    def stretch(self, request: StretchRequest) -> str | None:
        """Put words between a sentence's clue and its blank. Raises :class:`InvalidInput`."""
        task = choose("task", find_tasks(), request.task)
        check_text(request.input.text)
        if not isinstance(task, Stretchable):
            return None
        return task.stretch(request.input.text, request.distance)

    def trace(self, request: TraceRequest) -> Trace:
        """Run one request. Raises :class:`InvalidInput` for what cannot be used."""
        model = self.model(request.model)
        settings = check_settings(model.cell, request.settings)
        encoding = read_text(model, request.input.text)
        steps = len(encoding.tokens)
        rows = model.shape.layers * len(model.shape.directions) * len(model.cell.signals)
        values = 2 * steps * model.shape.hidden * rows
        if values > LIMITS.values:
            raise InvalidInput("too_many_values", "input.text", count=values, limit=LIMITS.values)
        network = bind(model, request.weights, request.seed, settings)
        wanted = [Intervention(**entry.model_dump()) for entry in request.interventions]
        trace = record(
            network, model.task, encoding, request.target, wanted, seconds=LIMITS.seconds
        )
        about = {
            "model": model.id,
            "task": model.task_id,
            "cell": model.cell_id,
            "weights": request.weights,
            "seed": request.seed,
            "settings": settings,
            "interventions": [entry.model_dump() for entry in request.interventions],
        }
        return replace(trace, about=about)

    def write(self, request: WriteRequest) -> Iterator[GeneratedToken]:
        """Check a request, then give what the network writes, a token at a time.

        Raises :class:`InvalidInput` here, before the first token is asked for.
        """
        model = self.model(request.model)
        if not model.task.writes or model.shape.bidirectional:
            able = [name for name, one in self.models.items() if one.task.writes]
            raise InvalidInput("cannot_write", "model", name=model.id, known=", ".join(able) or "-")
        encoding = read_text(model, request.input.text)
        return generate(
            bind(model, request.weights, request.seed),
            model.task,
            model.index,
            encoding,
            length=request.length,
            temperature=request.temperature,
            seed=request.seed,
        )

    def answer(self, request: TraceRequest, media_type: str) -> bytes:
        """Run one request, or recall it: an answer is a pure function of the request."""
        key = (repr(request), media_type)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        body = ENCODERS[media_type](self.trace(request))
        with self._lock:
            if key not in self._answers:
                self._answers[key] = body
                self._size += len(body)
            while self._size > KEPT_BYTES or len(self._answers) > KEPT_ANSWERS:
                self._size -= len(self._answers.popitem(last=False)[1])
        return body


def bind(
    model: Model, kind: str, seed: int, settings: Mapping[str, float] | None = None
) -> Network:
    """Give a model's network with its trained weights, or with fresh ones of the same shape."""
    weights = model.weights
    if kind == "fresh":
        drawn = draw_weights(model.cell, model.shape, seed)
        weights = {name: value.double() for name, value in drawn.items()}
    return Network(model.cell, model.shape, weights, settings)


def load_service(enter: Callable[[str], None], folder: Path = MODELS) -> Service:
    """Load every model of a folder, and warm up. ``enter`` is told each phase."""
    use_one_thread()
    enter("models")
    models = {name: load_model(path) for name, path in find_models(folder).items()}
    service = Service(models)
    enter("warming")
    for model in models.values():
        text = model.task.examples[0].text
        service.trace(TraceRequest.model_validate({"model": model.id, "input": {"text": text}}))
    return service


def read_text(model: Model, text: str) -> Encoding:
    """Read a text as the model's task does. Raises :class:`InvalidInput` beyond the limits."""
    check_text(text)
    encoding = model.task.read(text, model.index)
    longest = max(encoding.tokens, key=len)
    if len(longest) > LIMITS.word:
        raise InvalidInput(
            "word_too_long",
            "input.text",
            word=longest[:12],
            count=len(longest),
            limit=LIMITS.word,
        )
    steps = len(encoding.tokens)
    if steps > LIMITS.steps:
        raise InvalidInput("too_many_steps", "input.text", count=steps, limit=LIMITS.steps)
    return encoding


def check_text(text: str) -> None:
    """Refuse what no network can read. Raises :class:`InvalidInput`."""
    if len(text) > LIMITS.characters:
        raise InvalidInput("text_too_long", "input.text", count=len(text), limit=LIMITS.characters)
    if not text.strip():
        raise InvalidInput("text_empty", "input.text")
    for place, letter in enumerate(text):
        control = ord(letter) < 32 and letter not in "\t\n\r"
        if control or 0xD800 <= ord(letter) <= 0xDFFF:
            raise InvalidInput(
                "text_control", "input.text", letter=f"U+{ord(letter):04X}", place=place
            )


def check_settings(cell: type[Cell], settings: Mapping[str, float]) -> dict[str, float]:
    """Fill in defaults and hold each setting to its range. Raises :class:`InvalidInput`."""
    known = {setting.name: setting for setting in cell.settings}
    for name, value in settings.items():
        if name not in known:
            raise InvalidInput(
                "unknown_setting",
                "settings",
                name=name[:80],
                known=", ".join(known) or "-",
            )
        if not known[name].low <= value <= known[name].high:
            raise InvalidInput(
                "value_out_of_range",
                f"settings.{name}",
                value=value,
                low=known[name].low,
                high=known[name].high,
            )
    return {name: float(settings.get(name, setting.default)) for name, setting in known.items()}


def describe_cell(name: str, cell: type[Cell]) -> CellInfo:
    """Put a cell's declarations into the catalogue's shape."""
    return CellInfo(
        id=name,
        title=_words(cell.title),
        year=cell.year,
        source=cell.source,
        output=cell.output,
        states=list(cell.states),
        signals=[
            SignalInfo(
                name=s.name,
                kind=s.kind,
                role=s.role,
                title=_words(s.title),
                formula=s.formula,
                numbers=s.numbers,
                says=_words(s.says),
                low=s.low,
                high=s.high,
                backward=s.backward,
                back_numbers=s.back_numbers,
            )
            for s in cell.signals
        ],
        settings=[
            SettingInfo(**asdict(s) | {"title": _words(s.title), "short": _words(s.short)})
            for s in cell.settings
        ],
    )


def describe_model(model: Model) -> ModelInfo:
    """Put a model's sizes and figures into the catalogue's shape."""
    network = Network(model.cell, model.shape, model.weights)
    facts: dict[str, Any] = dict(model.facts)
    code = {"pytorch": write_pytorch(model), "keras": write_keras(model)}
    return ModelInfo(
        id=model.id,
        task=model.task_id,
        cell=model.cell_id,
        hidden=model.shape.hidden,
        inputs=model.shape.inputs,
        layers=model.shape.layers,
        bidirectional=model.shape.bidirectional,
        vocabulary=model.shape.vocabulary,
        parameters=sum(value.numel() for value in model.weights.values()),
        bytes=model.path.stat().st_size,
        signals=list_signals(network),
        code={name: text for name, text in code.items() if text is not None},
        facts=facts,
    )


def _words(text: Text) -> Words:
    return {"en": text.en, "pt-BR": text.pt}
