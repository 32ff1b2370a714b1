"""Requests, responses, limits and the one error shape. Extra fields are refused."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    FiniteFloat,
    Tag,
)

from ..contracts import Text
from ..inputs.text import TextInput
from ..limits import LIMITS, Limits, Strict
from ..registry import find_inputs

Number = float | None  # pydantic writes NaN and infinity as null
Vector = list[Number]
Matrix = list[Vector]


def _list_languages(text: object) -> object:
    return {"en": text.en, "pt-BR": text.pt} if isinstance(text, Text) else text


Translations = Annotated[dict[str, str], BeforeValidator(_list_languages)]


class Mirror(BaseModel):
    """A shape that is filled from the attributes of what it describes."""

    model_config = ConfigDict(from_attributes=True)


M = TypeVar("M", bound=Mirror)


def mirror(shape: type[M], described: object, **given: object) -> M:
    """Fill a shape of the catalogue from the attributes of what it describes, or as given."""
    names = shape.model_fields.keys() - given.keys()
    return shape.model_validate({name: getattr(described, name) for name in names} | given)


def _choose_kind(given: object) -> str:
    """Give the kind of input that a request's ``input`` is meant to be, by its key."""
    kinds = find_inputs()
    if isinstance(given, BaseModel):
        kind = (name for name, kind in kinds.items() if isinstance(given, kind.request))
        return next(kind, "text")
    keys = given if isinstance(given, dict) else ()
    return next((name for name in kinds if name in keys), "text")


def _join_kinds(text: type[BaseModel]) -> Any:
    """Give the union of every kind of input there is, ``text`` for that of texts."""
    kinds = {name: kind.request for name, kind in find_inputs().items()} | {"text": text}
    shapes = [Annotated[shape, Tag(name)] for name, shape in kinds.items()]
    return Annotated[reduce(or_, shapes), Discriminator(_choose_kind)]


if TYPE_CHECKING:
    Input: TypeAlias = BaseModel
else:
    Input = _join_kinds(TextInput)


class InterventionRequest(Strict):
    """Force one signal, as in "what if this gate were open?"."""

    signal: str = Field(description="a signal's full name", examples=["layers.0.h"])
    value: Annotated[FiniteFloat, Field(strict=False)] | Literal["previous"] = Field(
        description='a number, or "previous" to hold the value of one step before'
    )
    step: int | None = Field(None, description="the step, counted from 0; null for all")
    unit: int | None = Field(None, description="the unit, counted from 0; null for all")


class TraceRequest(Strict):
    """One run over one sequence."""

    model: str = Field(description="a model's id", examples=["sentiment-lstm"])
    input: Input
    weights: Literal["trained", "fresh"] = "trained"
    seed: int = Field(0, ge=0, le=2**31 - 1, description="for fresh weights")
    settings: dict[str, FiniteFloat] = Field(
        default_factory=dict, description="the cell's settings by name"
    )
    target: str | None = Field(
        None,
        description="the class wanted at the last step; null: what the text itself tells at every "
        "step (the next character), or else the model's own choice",
    )
    interventions: list[InterventionRequest] = Field(
        default_factory=list, max_length=LIMITS.interventions
    )


class StretchRequest(Strict):
    """A sentence, and how many words shall lie between its clue and its blank."""

    task: str = Field(description="a task's id", examples=["cloze"])
    input: TextInput
    distance: int | None = Field(
        None, ge=2, le=60, description="words; null: only measure the sentence as it is"
    )


class StretchResponse(BaseModel):
    """The sentence with words put in between; null where there is no place for them."""

    text: str | None
    distance: int | None = Field(
        description="words that do lie between clue and blank; null: no known clue"
    )


class KnownRequest(Strict):
    """A text of which the known words are counted."""

    input: TextInput


class KnownWords(BaseModel):
    """How many words a model reads in a text, and how many of them its vocabulary holds."""

    model: str
    words: int = Field(description="tokens of two letters or more")
    known: int


class KnownResponse(BaseModel):
    """Every model that can read the text."""

    models: list[KnownWords]


class WriteRequest(Strict):
    """A beginning, and how the network is to write on."""

    model: str = Field(
        description="the id of a model whose task writes or runs free",
        examples=["shakespeare-lstm"],
    )
    input: Input = Field(description="the beginning")
    weights: Literal["trained", "fresh"] = "trained"
    seed: int = Field(0, ge=0, le=2**31 - 1, description="draws the text, and fresh weights")
    temperature: FiniteFloat = Field(
        0.7, ge=0.05, le=2, strict=False, description="below 1: surer; above: bolder"
    )
    length: int | None = Field(
        None,
        ge=1,
        le=LIMITS.written,
        description="tokens to write, null: 200; or steps of a series, "
        f"{LIMITS.forecast} at most, null: as many",
    )


class WrittenToken(BaseModel):
    """One line of the stream: a token, as it was drawn and then read (H units)."""

    step: int = Field(description="counted from the start of the beginning")
    token: str
    id: int = Field(description="its row in the embedding")
    probability: float = Field(description="it was drawn with, the temperature included")
    signals: dict[str, Vector] = Field(
        description="each [H], of the last layer, at the step that reads it; four decimals"
    )


class WrittenValues(BaseModel):
    """One line of the stream of a series: a step, as it was forecast and then read."""

    step: int = Field(description="counted from the start of the beginning")
    values: list[float] = Field(
        description="[K], what was answered at the step before; the first is this step's number"
    )
    signals: dict[str, Vector] = Field(
        description="each [H], of the last layer, at the step that reads it; four decimals"
    )


class SequenceInput(Strict):
    """What the networks read: a text, or ``length`` tokens of the model's own vocabulary."""

    text: str | None = Field(None, description="a sentence or a whole text")
    length: int | None = Field(None, ge=5, le=1000, description="steps, instead of a text")
    kind: Literal["random", "repeated"] = Field("random", description="which tokens")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="draws the tokens")


if TYPE_CHECKING:
    ComparedInput: TypeAlias = BaseModel
else:
    ComparedInput = _join_kinds(SequenceInput)


class NetworkRequest(Strict):
    """One of the networks to compare."""

    model: str = Field(description="a model's id; fresh weights take its shape")
    weights: Literal["trained", "fresh"] = "trained"
    seed: int = Field(0, ge=0, le=2**31 - 1)
    seeds: int = Field(1, ge=1, le=16, description="fresh: how many seeds, for the spread")
    start: Literal["pytorch", "orthogonal", "identity"] = Field(
        "pytorch", description="fresh: how weight_hh is drawn"
    )
    gain: FiniteFloat = Field(1.0, ge=0, le=10, description="fresh: multiplies weight_hh")
    chrono: int = Field(0, ge=0, le=1000, description="fresh: longest memory aimed at; 0: off")
    width: int | None = Field(None, ge=1, le=256, description="fresh: hidden units")
    settings: dict[str, FiniteFloat] = Field(default_factory=dict)


class GradientRequest(Strict):
    """The same sequence for every network; the loss at its last step travels back."""

    input: ComparedInput
    networks: list[NetworkRequest] = Field(min_length=1, max_length=6)
    target: str | None = None
    clip: FiniteFloat | None = Field(None, gt=0, description="threshold of gradient clipping")
    maps: bool = Field(
        True, description="false: without sensitivity_map and memory, which are T x T"
    )


class DecayInfo(BaseModel):
    """What is left of ||dL/dstate|| on the way back, relative to the last step."""

    norms: Vector = Field(description="[T], absolute")
    relative: Vector = Field(description="[T]")
    low: Vector | None = Field(description="[T], smallest over the seeds")
    high: Vector | None = Field(description="[T], largest over the seeds")
    left: dict[str, Number] = Field(description="1, 10, 30 and 50 steps back")
    half_life: int | None = Field(description="steps; null: never falls to one half for good")
    direct: Vector | None = Field(
        description="[T], what the keep factors alone carry back; null: no gated state, or it reads"
        " from the end"
    )
    slope: float | None = Field(description="powers of ten a step")


class SpectrumInfo(Mirror):
    """One block of weight_hh."""

    block: str
    radius: Number = Field(description="spectral radius")
    sigma: Number = Field(description="largest singular value")


class ContributionInfo(BaseModel):
    """How much each step adds to dL/dW_hh (RNNbow, Cashman et al. 2018)."""

    norms: Vector = Field(description="[T], Frobenius")
    share: Vector = Field(description="[T], of the sum of the norms")
    whole: Number = Field(description="norm of the whole dL/dW_hh")


class MemoryInfo(BaseModel):
    """How much of each step's writing is still held later."""

    state: str
    norms: Matrix = Field(description="[T, T]: row t, column k, 2-norm over units")
    parts: Matrix = Field(
        description="[T, H]: what step k wrote and the last step still holds; sums to its state"
    )


class LayerInfo(BaseModel):
    """The way back through one layer in one direction."""

    name: str = Field(description="as in a trace: layers.0, layers.0.reverse, layers.1")
    decay: dict[str, DecayInfo] = Field(description="by state: h, c")
    spectrum: list[SpectrumInfo]
    expected_decay: str = Field(
        description='Pascanu et al. 2013: "vanish", "either", "gated", "other", "kept"'
    )
    exponents: Vector = Field(description="largest Lyapunov exponents, nats a step")
    contribution: ContributionInfo
    memory: MemoryInfo | None
    gates: dict[str, tuple[list[float], list[float]]] = Field(
        description="by gate: each unit's share of steps below 0.1 and above 0.9"
    )


class NetworkInfo(BaseModel):
    """Everything about one network's way back."""

    model: str
    cell: str
    weights: str
    seed: int
    start: str
    gain: float
    chrono: int
    width: int
    settings: dict[str, float]
    target: str
    loss: Number
    probabilities: Vector = Field(description="[C] at the last step; empty: it answers numbers")
    values: Vector = Field(description="[K] at the last step; empty: it answers with a class")
    overflow: int | None = Field(description="first step that is not finite")
    layers: list[LayerInfo] = Field(description="every layer, and in it every direction")
    sensitivity_map: Matrix | None = Field(
        description="[T, T]: ||dh_t/dx_k||; null beyond the limit"
    )
    left_out: Vector | None = Field(
        description="[T]: the probability of `target` at the end of the text without this token; "
        "null beyond the limit, and where nothing is left to read"
    )
    clipped: tuple[Number, Number] | None = Field(
        description="norm of the gradient of all weights, before and after clipping"
    )


class GradientResponse(BaseModel):
    """The comparison."""

    tokens: list[str]
    known: list[bool]
    networks: list[NetworkInfo]


class SimilarTokenInfo(BaseModel):
    """A word of the vocabulary beside one outside it."""

    token: str
    cosine: float = Field(description="of its row of the embedding and the vector spelled out")


class TraceResponse(BaseModel):
    """The trace (T steps, H units, C classes). NaN and infinity are null."""

    model: str
    task: str
    cell: str
    weights: str
    seed: int
    settings: dict[str, float]
    interventions: list[InterventionRequest]
    tokens: list[str]
    token_ids: list[int]
    known: list[bool]
    similar: list[list[SimilarTokenInfo]] | None = Field(
        description="[T], at a word read by its spelling the nearest of the vocabulary, by cosine; "
        "empty at other steps; null: the model has no n-grams"
    )
    classes: list[str]
    target: str = Field(
        description="the class wanted, or preferred, at the last step; empty: it answers numbers"
    )
    targets: list[str | None] = Field(description="[T], the class the loss asks for at each step")
    loss: Number = Field(
        description="mean cross-entropy over the targets, in nats; of numbers the mean squared "
        "error, or where no right one is known the first number of the last step itself"
    )
    probabilities: Matrix | None = Field(
        description="[T, C], the readout at every step; null: the answer is numbers"
    )
    values: Matrix | None = Field(
        description="[T, K], the numbers answered at every step, in their own units; null: the "
        "answer is a class"
    )
    target_values: Matrix | None = Field(
        description="[T, K], the right numbers; null where none is known"
    )
    saliency: Matrix = Field(
        description="[T, F], |dLoss/dx| by number that enters, as it is scaled; of a token [T, 1], "
        "the 2-norm over its vector"
    )
    signals: dict[str, Matrix] = Field(description="each [T, H]")
    gradients: dict[str, Matrix] = Field(description="each [T, H], dLoss/dsignal")
    norms: dict[str, Vector] = Field(description="each [T], the gradients' 2-norms")


class SignalInfo(Mirror):
    """One quantity of a cell."""

    name: str
    kind: str
    role: str
    title: Translations
    formula: str
    numbers: str
    says: Translations
    low: float | None
    high: float | None
    backward: str
    back_numbers: str
    means: Translations | None = Field(description="what the letter stands for, where it is told")
    letters: dict[str, str] = Field(description="what other notations than PyTorch's write for it")


class SettingInfo(Mirror):
    """A number a person may change; ``short`` is for lists, with ``{value}``."""

    name: str
    title: Translations
    short: Translations
    default: float
    low: float
    high: float
    step: float
    role: str = Field(description="activation, or the role of the signal it acts on; may be empty")


class OperationInfo(Mirror):
    """One operation of a cell, by names; ``c_prev`` is the state c of the step before."""

    name: str = Field(description="a signal, or a result on the way to one")
    kind: str
    inputs: list[str]
    title: Translations | None
    setting: str = Field(description="the setting it depends on; may be empty")


class HueInfo(Mirror):
    """The colour of a cell's networks, ``#rrggbb``."""

    light: str
    dark: str


class FreshNetworkInfo(Mirror):
    """A network with fresh weights, as POST /api/gradients takes it."""

    start: str
    gain: float
    chrono: int
    settings: dict[str, float]


class PresetInfo(Mirror):
    """A comparison of fresh networks of one cell."""

    name: str
    title: Translations
    networks: list[FreshNetworkInfo]


class CellInfo(Mirror):
    """One recurrent update."""

    id: str
    title: Translations
    year: int
    source: str
    output: str
    states: list[str]
    signals: list[SignalInfo]
    operations: list[OperationInfo] = Field(description="its drawing; may be empty")
    settings: list[SettingInfo]
    hue: HueInfo | None = Field(description="null: the page chooses one")
    presets: list[PresetInfo]


class ExampleInfo(Mirror):
    """An input ready to try; ``beside`` is the id of the example that it is best seen beside."""

    id: str
    title: Translations
    language: str
    input: dict[str, object] = Field(description="as a request has it")
    text: str = Field(description="the same where it is a text, else empty")
    look: Translations
    beside: str | None


class QuantityInfo(Mirror):
    """A number that enters or leaves a network at every step."""

    name: str
    title: Translations
    unit: Translations
    ahead: int = Field(description="steps from the one where it is told")


class EverydayKindInfo(Mirror):
    """Everyday sentences of one kind and language; GET .../everyday has the sentences."""

    name: str = Field(description="as in a model's facts")
    language: str
    title: Translations


class EverydaySentenceInfo(Mirror):
    """A sentence that no network was trained on."""

    text: str
    classes: list[str] = Field(description="any of them is right; none: it states no opinion")


class EverydaySentences(EverydayKindInfo):
    """All sentences of one kind and language."""

    sentences: list[EverydaySentenceInfo]


class EverydayResponse(BaseModel):
    """A task's everyday sentences; empty where it has none."""

    kinds: list[EverydaySentences]


class TaskInfo(Mirror):
    """A source of sequences with a right answer."""

    id: str
    title: Translations
    about: Translations
    topology: str
    language: str = Field(description="en, pt; empty: what it reads is of no language")
    input: str = Field(description="the kind of input it reads, the key of a request's input")
    features: list[QuantityInfo] = Field(description="the numbers that enter; empty: tokens do")
    quantities: list[QuantityInfo] = Field(
        description="the numbers it answers with; empty: one of its classes"
    )
    reads: Literal["words", "characters", "values", "rows", "frames"] = Field(
        description="what a step is"
    )
    writes: bool = Field(description="whether its models write texts, by POST /api/write")
    runs_free: bool = Field(
        description="whether POST /api/write reads its forecasts as the next steps"
    )
    stretches: bool = Field(description="whether POST /api/stretch moves clue and blank apart")
    figure: str = Field(description="the key in a model's facts that says how good it is")
    unit: str = Field(description="of that figure; may be empty")
    classes: list[str]
    labels: dict[str, Translations]
    figures: dict[str, Translations] = Field(
        description="what the names in a model's test figures mean"
    )
    examples: list[ExampleInfo]
    everyday: list[EverydayKindInfo]
    opposites: dict[str, str] = Field(description="by token, one that says the contrary")
    answer_threshold: float | None = Field(
        description="where no class is as likely, the answer is none of them; null: it is one"
    )


class PropertyInfo(Mirror):
    """Something a unit may follow, as a model's facts name it under "units"."""

    id: str
    title: Translations


class ModelInfo(BaseModel):
    """One trained model with its measured figures."""

    id: str
    task: str
    cell: str
    hidden: int
    inputs: int
    layers: int
    bidirectional: bool
    vocabulary: int
    parameters: int
    bytes: int
    signals: list[str]
    code: dict[str, str] = Field(description="the lines that define it: pytorch, keras")
    facts: dict[str, object] = Field(description="recipe, data digest, measured figures")


class ModelWarning(BaseModel):
    """A model file that is left out."""

    file: str
    message: str = Field(description="what is wrong with it")


class Catalog(BaseModel):
    """Everything there is to choose from."""

    version: str
    cells: list[CellInfo]
    tasks: list[TaskInfo]
    models: list[ModelInfo]
    warnings: list[ModelWarning]
    properties: list[PropertyInfo]
    limits: Limits


class Health(BaseModel):
    """Alive, or ready."""

    status: Literal["alive", "ready"]


class ErrorDetail(BaseModel):
    """What went wrong, in the reader's language."""

    code: str
    message: str
    field: str | None


class ErrorResponse(BaseModel):
    """The one shape of every error."""

    error: ErrorDetail
