"""Request -> network -> trace, within the limits, cached by content."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cachetools import LRUCache
from pydantic import BaseModel

from .. import __version__
from ..analysis.generation import GeneratedToken, GeneratedValues, generate, run_free
from ..analysis.probes import PROPERTIES
from ..analysis.spelling import find_similar
from ..analysis.tracer import list_signals, record
from ..contracts import (
    Cell,
    Encoding,
    Example,
    Intervention,
    InvalidInput,
    NumberTask,
    Stretchable,
    Task,
    TokenTask,
    Trace,
)
from ..importing.model import OpenedModel
from ..inputs.text import INPUT as TEXT
from ..limits import LIMITS
from ..nn.checkpoint import Model, UnreadableModel, find_readable_models
from ..nn.network import Network
from ..registry import MODELS, choose, find_cells, find_inputs, find_tasks
from ..training.trainer import use_one_thread
from .cost import (
    check_cost,
    count_signals,
    estimate_drawing,
    estimate_run,
    estimate_sending,
    estimate_similar,
)
from .schemas import (
    Catalog,
    CellInfo,
    EverydayResponse,
    EverydaySentences,
    ExampleInfo,
    KnownRequest,
    KnownWords,
    ModelInfo,
    ModelWarning,
    PropertyInfo,
    StretchRequest,
    StretchResponse,
    TaskInfo,
    TraceRequest,
    WriteRequest,
    mirror,
)
from .snippets import write_keras, write_pytorch
from .wire import ENCODERS
from .work import Work

CACHED_BYTES = 64 * 2**20
WRITTEN = 200  # tokens, where a request does not say how many
LOG = logging.getLogger(__name__)


class Service:
    """The shipped models, ready to be traced. Holds no state of any visitor."""

    def __init__(
        self,
        models: Mapping[str, Model],
        unreadable: Sequence[UnreadableModel] = (),
        *,
        cached_bytes: int = CACHED_BYTES,
    ) -> None:
        """Take the models by id, and what is wrong with the files of others.

        Answers of ``cached_bytes`` in all are kept.
        """
        self.models = models
        self.tasks = {**find_tasks(), **{one.task_id: one.task for one in models.values()}}
        self.unreadable = unreadable
        self._answers: LRUCache[tuple[str, str], bytes] = LRUCache(cached_bytes, getsizeof=len)
        self._lock = threading.Lock()

    @cached_property
    def catalog_json(self) -> bytes:
        """The catalogue as it is sent; it never changes."""
        return self.catalog().model_dump_json().encode()

    def catalog(self) -> Catalog:
        """List cells, tasks, models and limits."""
        tasks = sorted(self.tasks.items(), key=lambda item: (item[1].order, item[0]))
        return Catalog(
            version=__version__,
            cells=[mirror(CellInfo, cell, id=name) for name, cell in find_cells().items()],
            tasks=[
                mirror(
                    TaskInfo,
                    task,
                    id=name,
                    figure=task.figure.name,
                    unit=task.figure.unit,
                    examples=[describe_example(task, example) for example in task.examples],
                    stretches=isinstance(task, Stretchable),
                )
                for name, task in tasks
            ],
            models=[describe_model(model) for model in self.models.values()],
            warnings=[
                ModelWarning(file=error.file, message=str(error)) for error in self.unreadable
            ],
            properties=[mirror(PropertyInfo, p, id=p.name) for p in PROPERTIES],
            limits=LIMITS,
        )

    def model(self, name: str) -> Model:
        """Return a model by id. Raises :class:`InvalidInput` that names those there are."""
        return choose("model", self.models, name)

    def list_everyday(self, task: str) -> EverydayResponse:
        """List a task's everyday sentences. Raises :class:`InvalidInput`."""
        kinds = choose("task", self.tasks, task).everyday
        return EverydayResponse(kinds=[mirror(EverydaySentences, kind) for kind in kinds])

    def stretch(self, request: StretchRequest) -> StretchResponse:
        """Put words between a sentence's clue and its blank, and count those that lie there.

        Raises :class:`InvalidInput`.
        """
        task = choose("task", self.tasks, request.task)
        given = TEXT.take(request.input)
        text: str | None = given
        if not isinstance(task, Stretchable):
            return StretchResponse(text=None, distance=None)
        if request.distance is not None:
            text = task.stretch(given, request.distance)
        measured = given if text is None else text
        return StretchResponse(text=text, distance=task.measure_distance(measured))

    def count_known(self, request: KnownRequest) -> list[KnownWords]:
        """Count the words of a text that each model's vocabulary holds.

        Models that find nothing to read in it are left out. Raises :class:`InvalidInput`.
        """
        text = TEXT.take(request.input)
        counts = []
        for name, model in self.models.items():
            if not isinstance(model.task, TokenTask):
                continue
            try:
                encoding = model.task.read(text, model.index)
            except InvalidInput:
                continue
            known = [
                is_known
                for token, is_known in zip(encoding.tokens, encoding.known, strict=True)
                if sum(letter.isalpha() for letter in token) > 1
            ]
            counts.append(KnownWords(model=name, words=len(known), known=sum(known)))
        return counts

    def trace(self, request: TraceRequest) -> Trace:
        """Run one request. Raises :class:`InvalidInput` for what cannot be used."""
        return self._check(request).run()

    def answer(self, request: TraceRequest, media_type: str) -> bytes:
        """Run one request, or recall it. Raises :class:`InvalidInput`."""
        body = self.recall(request, media_type)
        return self.prepare(request, media_type).run() if body is None else body

    def recall(self, request: TraceRequest, media_type: str) -> bytes | None:
        """Give the answer if it is at hand: it is a pure function of the request."""
        with self._lock:
            return self._answers.get((repr(request), media_type))

    def prepare(self, request: TraceRequest, media_type: str) -> Work[bytes]:
        """Check a request and tell what its answer will cost. Raises :class:`InvalidInput`."""
        run = self._check(request)
        sending = estimate_sending(run.model.cell, run.model.shape, run.steps, media_type)

        def answer() -> bytes:
            body = ENCODERS[media_type](run.run())
            with self._lock:
                if len(body) <= self._answers.maxsize:
                    self._answers[repr(request), media_type] = body
            return body

        return Work(check_cost(run.estimate() + sending, run.field), answer)

    def write(self, request: WriteRequest) -> Iterator[GeneratedToken | GeneratedValues]:
        """Check a request, then give what the network writes, a step at a time.

        Raises :class:`InvalidInput` here, before the first step is asked for.
        """
        model = self.model(request.model)
        if not can_write(model):
            able = [name for name, other in self.models.items() if can_write(other)]
            raise InvalidInput("cannot_write", "model", name=model.id, known=", ".join(able) or "-")
        encoding = read_input(model, request.input)
        if isinstance(model.task, NumberTask):
            return self._run_free(request, model, model.task, encoding)

        length = WRITTEN if request.length is None else request.length

        def run() -> Iterator[GeneratedToken]:
            yield from generate(
                bind(model, request.weights, request.seed),
                model.task,
                model.index,
                encoding,
                length=length,
                temperature=request.temperature,
                seed=request.seed,
            )

        return run()

    def _run_free(
        self, request: WriteRequest, model: Model, task: NumberTask, encoding: Encoding
    ) -> Iterator[GeneratedValues]:
        length = LIMITS.forecast if request.length is None else request.length
        if length > LIMITS.forecast:
            raise InvalidInput(
                "value_out_of_range", "length", value=length, low=1, high=LIMITS.forecast
            )
        assert model.scaling is not None, "numbers enter it"
        scaling = model.scaling

        def run() -> Iterator[GeneratedValues]:
            network = bind(model, request.weights, request.seed)
            yield from run_free(network, task, scaling, encoding, length=length)

        return run()

    def estimate_beginning(self, request: WriteRequest) -> float:
        """Estimate what is done before the first step is written: the beginning is read."""
        model = self.model(request.model)
        length = len(getattr(request.input, model.task.input))
        cost = estimate_run(model.cell, model.shape, length)
        if request.weights == "fresh":
            cost += estimate_drawing(model.cell, model.shape)
        return cost

    def _check(self, request: TraceRequest) -> _Run:
        model = self.model(request.model)
        settings = check_settings(model.cell, {**model.settings, **request.settings})
        encoding = read_input(model, request.input)
        run = _Run(request, model, settings, encoding)
        signals = count_signals(model.cell, model.shape)
        values = 2 * run.steps * model.shape.hidden * signals
        if values > LIMITS.values:
            raise InvalidInput("too_many_values", run.field, count=values, limit=LIMITS.values)
        return run


@dataclass(frozen=True, slots=True)
class _Run:
    """A request that can be run."""

    request: TraceRequest
    model: Model
    settings: Mapping[str, float]
    encoding: Encoding

    @property
    def steps(self) -> int:
        return len(self.encoding.tokens)

    @property
    def field(self) -> str:
        """The request's field that says how long the run is."""
        return f"input.{self.model.task.input}"

    def estimate(self) -> float:
        cell, shape = self.model.cell, self.model.shape
        forced = bool(self.request.interventions or self.model.variants)
        cost = estimate_run(cell, shape, self.steps, forced=forced)
        cost += estimate_similar(shape, self.encoding.known.count(False))
        if self.request.weights == "fresh":
            cost += estimate_drawing(cell, shape)
        return cost

    def run(self) -> Trace:
        request, model = self.request, self.model
        interventions = [entry.model_dump() for entry in request.interventions]
        network = bind(model, request.weights, request.seed, self.settings)
        trace = record(
            network,
            model.task,
            self.encoding,
            request.target,
            [Intervention(**entry) for entry in interventions],
        )
        about = {
            "model": model.id,
            "task": model.task_id,
            "cell": model.cell_id,
            "weights": request.weights,
            "seed": request.seed,
            "settings": {**self.settings, **model.variants},
            "interventions": interventions,
        }
        similar = find_similar(network, self.encoding, model.vocabulary)
        return replace(trace, about=about, similar=similar)


def bind(
    model: Model, kind: str, seed: int, settings: Mapping[str, float] | None = None
) -> Network:
    """Give a model's network with its trained weights, or with fresh ones of the same shape."""
    return model.build_fresh(seed, settings) if kind == "fresh" else model.build(settings)


def load_service(
    enter: Callable[[str], None], folder: Path = MODELS, more: Callable[[], Sequence[Model]] = tuple
) -> Service:
    """Load every model of a folder and ``more`` ones, and warm up. ``enter`` is told each phase.

    A file that cannot be used is one warning, on the terminal and in the catalogue.
    """
    use_one_thread()
    enter("models")
    readable = find_readable_models(folder)
    models = {**readable.models, **{model.id: model for model in more()}}
    errors = list(readable.errors)
    enter("warming")
    service = Service(models)
    for name, model in dict(models).items():
        task = model.task
        given = find_inputs()[task.input].give(task.examples[0].value)
        try:
            service.trace(TraceRequest.model_validate({"model": name, "input": given}))
        except Exception as error:  # whatever a stranger's file makes of our code
            del models[name]
            errors.append(UnreadableModel(model.path.name, f"it cannot be run ({error})"))
    for unreadable in errors:
        LOG.warning("%s", unreadable)
    return Service(models, errors)


def read_input(model: Model, given: BaseModel) -> Encoding:
    """Read a request's input as the model's task does. Raises :class:`InvalidInput`.

    ``given`` is in the shape of a kind of input; where it is not the task's, it is refused.
    """
    task = model.task
    kind = find_inputs()[task.input]
    if not isinstance(given, kind.request):
        raise InvalidInput("wrong_input", "input", name=model.id, expected=task.input)
    encoding = task.read(kind.take(given), model.fitted)
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
        raise InvalidInput("too_many_steps", f"input.{task.input}", count=steps, limit=LIMITS.steps)
    return encoding


def can_write(model: Model) -> bool:
    """Say whether what a model answers can be read as its next step, and so on."""
    able = model.task.writes or model.task.runs_free
    return able and not model.shape.bidirectional


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


def describe_example(task: Task, example: Example) -> ExampleInfo:
    """Put an example into the catalogue's shape: its input as a request has it."""
    given = find_inputs()[task.input].give(example.value)
    return mirror(ExampleInfo, example, input=given, text=given.get("text", ""))


def describe_model(model: Model) -> ModelInfo:
    """Put a model's sizes and figures into the catalogue's shape."""
    network = model.build()
    code: Mapping[str, str | None] = {}
    if not isinstance(model, OpenedModel):  # whoever opened it has its code
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
        facts=dict(model.facts),
    )
