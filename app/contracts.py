"""The contracts every other module is written against.

Shapes, used in comments as ``# [T, H]``:

    B  sequences in a batch      X  features that enter a cell at one step
    T  steps of a sequence       H  hidden units of one layer and direction
    C  classes of the readout    V  rows of the embedding (the vocabulary)

A *signal* is one quantity that a cell exposes at every step. A *tap* is called with the name
and the value of every signal, in the order in which they are computed, and returns the value
the cell goes on with; recording, retaining gradients and forcing a gate are all taps.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Protocol,
    TypeAlias,
    runtime_checkable,
)

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from pydantic.dataclasses import dataclass as validated

if TYPE_CHECKING:  # the server answers before torch is imported
    from torch import Tensor, nn

Array: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
State: TypeAlias = "dict[str, Tensor]"
StateArrays: TypeAlias = "Mapping[str, Array]"  # a cell's states at one moment, each [H]
Tap: TypeAlias = "Callable[[str, Tensor], Tensor]"
Topology = Literal["many-to-one", "many-to-many", "one-to-many", "encoder-decoder"]
Kind = Literal["gate", "candidate", "state", "preactivation"]
# Letters of a cell's equations: PyTorch's; those of lectures; theirs where an update gate writes.
Notation = Literal["pytorch", "lectures", "complement"]
OperationKind = Literal[
    "affine", "affine_sigmoid", "affine_tanh", "multiply", "add", "one_minus", "scale", "tanh"
]

PAD, UNKNOWN = "<pad>", "<unk>"  # the first two rows of every vocabulary
UNKNOWN_ROW = 1
IGNORE_INDEX = -100  # PyTorch's ignore_index: the loss asks for no class at this step
CACHED_JACOBIANS = 128  # step Jacobians that a linearization caches: a map applies each many times


class InvalidInput(ValueError):
    """Something a person sent cannot be used.

    ``code`` is the key of the sentence in the catalogue (``error.<code>``), ``field`` the name of
    the offending field, ``values`` what the sentence is filled with.
    """

    def __init__(self, code: str, field: str, **values: object) -> None:
        super().__init__(f"{field}: {code} {values}")
        self.code = code
        self.field = field
        self.values = values


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the languages that GateScope speaks. A plug-in brings its own words."""

    en: str
    pt: str


@dataclass(frozen=True, slots=True)
class Signal:
    """One quantity a cell exposes at every step.

    ``low`` and ``high`` bound its values; None where there is no bound. ``role`` names its part in
    the field's own words (forget, input, candidate, output, cell, hidden, reset) and so its colour.
    ``formula`` is the equation a person reads, subscripts after ``_``. ``numbers`` is the same
    equation for one unit, with ``{f}`` for this step's value and ``{c-1}`` for the previous step's;
    ``{pre}`` is what stood inside the squashing function. ``backward`` is the equation of the
    loss's gradient at the signal, ``back_numbers`` the same for one unit, with ``{∂f}`` for this
    step's gradient and ``{∂c+1}`` for the next step's; W_y is the readout. ``says`` may use
    ``{value}``, ``{percent}`` (means over units), ``{token}``, ``{before}`` and ``{length}`` (the
    2-norm over units), ``{kept}`` (the share of the memory's 2-norm left when multiplied by it).
    ``means`` says in one sentence, without a full stop, what the letter stands for. Both may use
    ``{token_noun}``, what a token of the task is called (word, letter; palavra, letra: feminine).
    ``letters`` are
    what other notations than PyTorch's write for it: ``C̃`` for g in the lectures', ``1 − z`` for
    what stays where z is what is written. A notation that has none writes what the one before it in
    :data:`Notation` does, in the end the name. All equations are written with the names.
    """

    name: str
    kind: Kind
    role: str
    title: Text
    formula: str
    numbers: str
    says: Text
    low: float | None = None
    high: float | None = None
    backward: str = ""
    back_numbers: str = ""
    means: Text | None = None
    letters: Mapping[Notation, str] = field(default_factory=dict)

    def check(self, value: float) -> bool:
        """Say whether ``value`` lies in the signal's range."""
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return bool(low <= value <= high)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a cell, as the page draws it; ``name`` is what it gives.

    That is a signal, or a result on the way to one with a ``title`` of its own. ``inputs`` are
    named alike: ``x``, ``c_prev`` for the state c of the step before, and what operations before
    this one gave. ``affine``, with σ, tanh or nothing after it, is the sum of its inputs times
    their weights; all other kinds work unit by unit. ``setting`` names the cell's setting that
    ``scale`` multiplies by; of ``tanh``, the one that puts ReLU in its place where it is 1.
    """

    name: str
    kind: OperationKind
    inputs: tuple[str, ...]
    title: Text | None = None
    setting: str = ""


class Backward(NamedTuple):
    """The gradient of the loss through one layer and direction, from a cell's closed form.

    With u_t what ``weight_hh`` multiplies at step t (``h_{t-1}`` in most cells), dLoss/dW_hh is the
    sum over t of the outer products of ``grad_preactivations[t]`` and ``recurrent_inputs[t]``.
    """

    grad_signals: dict[str, Array]  # dLoss/dsignal, each [T, H]
    grad_inputs: Array  # dLoss/dx, [T, X]
    grad_preactivations: Array  # dLoss/d(W_hh u_t), [T, blocks * H]; [T, 0] without weight_hh
    recurrent_inputs: Array  # u_t, [T, H]
    grad_initial: dict[str, Array]  # dLoss/d(initial state), each [H]


class Linearization(NamedTuple):
    """The derivative of one layer's step along a run; S is the size of all states together.

    States are stacked in the order of ``Cell.states``. ``state_jvp(t, v)`` is the Jacobian-vector
    product ``ds_t/ds_{t-1} v`` for ``v [S, k]``; ``input_jacobian(t)`` is ``ds_t/dx_t [S, X]``.
    """

    state_jvp: Callable[[int, Array], Array]
    input_jacobian: Callable[[int], Array]


class Memory(NamedTuple):
    """The factors of a gated state, ``s_t = keep_t s_{t-1} + write_t`` exactly.

    They are the same whatever the initial state, which is ``s_{t-1}`` at the first step.
    """

    state: str
    keep: Array  # [T, H]
    write: Array  # [T, H]


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that a person may change, with its range and its default.

    ``short`` says it in a network's name, where it is not the default: "forget bias +{value}".
    ``role`` names its part in the field's own words, as a signal's does: activation, or the role
    of the signal that it acts on (forget).
    """

    name: str
    title: Text
    short: Text
    default: float
    low: float
    high: float
    step: float
    role: str = ""


# Variants that gated cells share.
HARD_SIGMOID = Setting(
    name="hard_sigmoid",
    title=Text(
        "slope of a hard sigmoid in place of σ; 0: σ itself",
        "inclinação de uma sigmoide rígida em vez de σ; 0: a própria σ",
    ),
    short=Text("hard sigmoid of slope {value}", "sigmoide rígida de inclinação {value}"),
    default=0.0,
    low=0.0,
    high=1.0,
    step=0.05,
)
RELU = Setting(
    name="relu",
    title=Text("ReLU instead of tanh", "ReLU em vez de tanh"),
    short=Text("ReLU", "ReLU"),
    default=0.0,
    low=0.0,
    high=1.0,
    step=1.0,
    role="activation",
)


@dataclass(frozen=True, slots=True)
class Hue:
    """The colour of a cell's networks where several are compared, ``#rrggbb`` in each theme."""

    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class FreshNetwork:
    """A network with fresh weights: how ``weight_hh`` is drawn, and the cell's settings.

    ``start``, ``gain`` and ``chrono`` are those of ``POST /api/gradients``.
    """

    start: Literal["pytorch", "orthogonal", "identity"] = "pytorch"
    gain: float = 1.0
    chrono: int = 0
    settings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preset:
    """A comparison of fresh networks of one cell that shows something; ``name`` is its id."""

    name: str
    title: Text
    networks: tuple[FreshNetwork, ...]


class Cell(ABC):
    """One recurrent update, ``x_t, state_{t-1} -> state_t``, bound to the weights of one layer.

    ``layer`` is the ``torch.nn`` layer that the cell must equal, where there is one; names, shapes
    and gate order of the parameters are then PyTorch's.

    ``settings`` are what a person may change of any network of the cell. ``variants`` are ranged
    alike, but belong to trained weights: how the framework that a file comes from computes the cell
    where it differs from PyTorch. Both are given by name, and read from ``values``.

    ``operations`` are the cell's drawing, in the order in which they are computed; where there are
    none it is drawn from its signals. ``hue`` is its networks' colour, None for one that the page
    chooses; ``presets`` are comparisons that the page offers where the task has such a model.
    The gradients of a cell with a ``surrogate`` are no derivatives of its loss: a smooth function's
    stand in for those of a step, which are 0.

    :meth:`shapes` and :meth:`step` define a cell; autograd gives the rest. The closed forms
    (:meth:`forward`, :meth:`backward`, :meth:`linearize`) return the same numbers faster, and
    ``None`` where there are none. They take the states before the first step as ``initial``; one
    that it does not name is zero, as all are without it. ``step`` reads ``self.weights`` anew each
    time: differentiation by step puts a copy of ``weight_hh`` there.
    """

    title: ClassVar[Text]
    year: ClassVar[int]
    source: ClassVar[str]
    signals: ClassVar[tuple[Signal, ...]]
    states: ClassVar[tuple[str, ...]]
    output: ClassVar[str] = "h"
    settings: ClassVar[tuple[Setting, ...]] = ()
    variants: ClassVar[tuple[Setting, ...]] = ()
    operations: ClassVar[tuple[Operation, ...]] = ()
    hue: ClassVar[Hue | None] = None
    presets: ClassVar[tuple[Preset, ...]] = ()
    layer: ClassVar[type[nn.RNNBase] | None] = None
    surrogate: ClassVar[bool] = False

    def __init__(self, weights: Mapping[str, Tensor], settings: Mapping[str, float]) -> None:
        """Bind the cell to one layer's ``weights``, named as in :meth:`shapes`."""
        self.weights = weights
        changeable = (*self.settings, *self.variants)
        self.values = {s.name: settings.get(s.name, s.default) for s in changeable}

    @classmethod
    @abstractmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """Give one layer's parameters: ``{"weight_ih": (4 * hidden, inputs), ...}``."""

    @classmethod
    def list_blocks(cls) -> tuple[Signal, ...]:
        """Give the signals that the blocks of H rows of ``weight_hh`` compute, in their order."""
        return tuple(signal for signal in cls.signals if signal.kind != "state")

    @property
    def hidden(self) -> int:
        """The units, H."""
        return len(self.weights["weight_ih"]) // self.shapes(1, 1)["weight_ih"][0]

    @property
    def is_variant(self) -> bool:
        """Whether the step differs from PyTorch's; the closed forms are those of PyTorch's."""
        return any(self.values[v.name] != v.default for v in self.variants)

    def initial_state(self, x: Tensor) -> State:
        """Return zero states, ``[..., H]``, for an input ``x`` of ``[..., X]``."""
        return {name: x.new_zeros(*x.shape[:-1], self.hidden) for name in self.states}

    def fill_states(self, given: StateArrays | None, hidden: int) -> dict[str, Array]:
        """Give every state ``[H]``, zero where ``given`` does not name it.

        Raises ``ValueError`` for a state that the cell does not have, or of another size.
        """
        filled = {name: np.zeros(hidden) for name in self.states}
        for name, value in (given or {}).items():
            if name not in filled:
                raise ValueError(f"no state {name!r}: the cell has {', '.join(self.states)}")
            if np.shape(value) != (hidden,):
                raise ValueError(f"the state {name!r} is {np.shape(value)}, not {(hidden,)}")
            filled[name][:] = value
        return filled

    @abstractmethod
    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        """Advance by one step: ``x`` is ``[..., X]``, every state ``[..., H]``."""

    def forward(self, x: Array, initial: StateArrays | None = None) -> dict[str, Array] | None:
        """Run all steps in float64: ``x`` is ``[T, X]``, each signal ``[T, H]``."""
        return None

    def backward(
        self,
        x: Array,
        signals: Mapping[str, Array],
        grad_output: Array,
        initial: StateArrays | None = None,
        grad_final: StateArrays | None = None,
    ) -> Backward | None:
        """Backpropagate ``grad_output [T, H]``, the gradient at the output, through time.

        ``grad_final`` is the gradient at the states after the last step, by what follows there
        besides the output; zero where it names none.
        """
        return None

    def linearize(
        self, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
    ) -> Linearization | None:
        """Give the derivative of every step of a run."""
        return None

    def memory(self, signals: Mapping[str, Array]) -> Memory | None:
        """Give what the gates keep and write at every step, for a state that is an exact sum."""
        return None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that enters or leaves a network at every step; ``unit`` is empty where it has none.

    ``ahead`` is how many steps ahead of the one where it is told an answer lies.
    """

    name: str
    title: Text
    unit: Text = Text("", "")
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Scaling:
    """The mean and the standard deviation of every number that enters, ``[F]``, over training."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def scale(self, values: Array) -> Array:
        """Bring ``values [T, F]`` to mean 0 and standard deviation 1, as the network takes them."""
        scaled: Array = (values - np.array(self.mean)) / np.array(self.std)
        return scaled


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a task read one input: a label for each of its T steps, and what enters the network.

    That is a row of the embedding each (``token_ids``), or numbers (``values``). ``known`` says at
    which steps something was told: a word of the vocabulary, a number that is not missing.
    ``target_tokens`` is the token to predict at each step, where the input tells it and ``tokens``
    do not show it: a text's letters with the accents that reading took away. Else it is empty.
    Where the answer is numbers, ``target_values`` are the right ones, NaN where nothing is asked,
    and ``offsets`` what the network's output is added to: it may tell a change alone.
    """

    tokens: tuple[str, ...]
    token_ids: tuple[int, ...] = ()
    known: tuple[bool, ...] = ()
    target_tokens: tuple[str, ...] = ()
    values: Array | None = None  # [T, F]
    target_values: Array | None = None  # [T, K]
    offsets: Array | None = None  # [T, K]


@dataclass(frozen=True, slots=True)
class Example:
    """An input that is ready to try, and one sentence on what to look for in it.

    ``value`` is what the task's kind of input takes: a text, rows of numbers. ``beside`` is the id
    of the task's example that it is best seen beside, if there is one.
    """

    id: str
    title: Text
    language: Literal["en", "pt", ""]
    value: Any
    look: Text
    beside: str | None = None


class InputKind(ABC):
    """One kind of input that a person may give: a text, a series, a picture, a sound.

    Its id, its file's name, is the key of a request's ``input`` and of :attr:`Task.input`.
    """

    title: ClassVar[Text]
    request: ClassVar[type[BaseModel]]  # the shape of a request's input; extra fields refused

    @abstractmethod
    def take(self, request: Any) -> Any:
        """Give the value that :meth:`Task.read` takes, of a ``request`` in its shape.

        Raises :class:`InvalidInput` for what no network can read.
        """

    @abstractmethod
    def give(self, value: Any) -> dict[str, Any]:
        """Write a value as a request's ``input``: what :meth:`take` takes."""


@dataclass(frozen=True, slots=True)
class Samples:
    """A data set in the task's own terms; ``digest`` is the SHA-256 of the file it came from.

    A target is None where the input itself holds its right answers, as a text does whose next
    character is asked for. ``groups`` holds by name what each sample belongs to (its language, the
    kind of text it is), for :meth:`Task.grade`.
    """

    inputs: Sequence[Any]
    targets: Sequence[int | None]
    digest: str
    groups: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def select(self, places: Sequence[int]) -> Samples:
        """Give the samples at some places, in that order."""
        return replace(
            self,
            inputs=[self.inputs[k] for k in places],
            targets=[self.targets[k] for k in places],
            groups={name: [values[k] for k in places] for name, values in self.groups.items()},
        )

    def join(self, other: Samples) -> Samples:
        """Give these samples and then those of the same groups."""
        return replace(
            self,
            inputs=[*self.inputs, *other.inputs],
            targets=[*self.targets, *other.targets],
            groups={name: [*values, *other.groups[name]] for name, values in self.groups.items()},
        )


class EverydaySentence(NamedTuple):
    """A sentence, and the classes that are right for it; none where it states no opinion."""

    text: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EverydayKind:
    """Everyday sentences of one kind and language, on which nothing is trained or chosen.

    They are behavioural tests, an ability at a time (Ribeiro et al. 2020). ``name`` is the kind's
    key in a model's facts.
    """

    name: str
    language: Literal["en", "pt"]
    title: Text
    sentences: tuple[EverydaySentence, ...]


class LabeledSequence(NamedTuple):
    """One sequence to learn from: what enters at each step, and what is right there.

    ``inputs`` are rows of the embedding ``[T]``, from V on tokens that are read by their spelling,
    or numbers ``[T, F]``. ``targets`` are indices into the task's classes ``[T]``, or
    ``IGNORE_INDEX``; or numbers ``[T, K]``, less the encoding's ``offsets``, or NaN.
    """

    inputs: Integers | Array
    targets: Integers | Array


@dataclass(frozen=True, slots=True)
class Figure:
    """The measure by which a task says how good a model is; ``name`` is its key in the facts."""

    name: Literal["accuracy", "bits", "mae"]
    higher: bool
    unit: str = ""

    def is_better(self, value: float, best: float | None) -> bool:
        """Say whether ``value`` beats ``best``; anything beats nothing."""
        return best is None or (value > best if self.higher else value < best)

    def format(self, value: float) -> str:
        """Write a value with its unit."""
        return f"{100 * value:.2f} %" if self.higher else f"{value:.3f} {self.unit}".rstrip()


ACCURACY = Figure("accuracy", higher=True)  # share of right answers
BITS = Figure("bits", higher=False, unit="bits")  # mean cross-entropy of an answer, in bits


@validated(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class Recipe:
    """How a model is trained. Every field goes into the model file's metadata.

    A value out of its range raises pydantic's ``ValidationError``. Sizes and rates are named as
    PyTorch names them. ``dropout`` is on the embedding, one mask for a sequence, and on the hidden
    state that the readout takes; ``word_dropout`` is the share of tokens read as unknown.
    A network with ``ngram_rows``, a table of hashed character n-grams, reads these, and the words
    outside the vocabulary, by their spelling. With ``average_decay`` the network that is kept is
    the exponential moving average of the weights over the optimiser's steps.
    """

    hidden_size: Annotated[int, Field(ge=1, le=4_096)] = 64
    embedding_dim: Annotated[int, Field(ge=1, le=4_096)] = 48
    num_layers: Annotated[int, Field(ge=1, le=16)] = 1
    bidirectional: bool = False
    vocabulary_size: Annotated[int, Field(ge=3, le=1_000_000)] = 10_000
    ngram_rows: Annotated[int, Field(ge=0, le=1_000_000)] = 0  # 0: no table of n-grams
    max_length: Annotated[int, Field(ge=1, le=100_000)] = 400  # steps of one training sequence
    epochs: Annotated[int, Field(ge=1, le=100_000)] = 10  # the period of the cosine schedule
    stop_epoch: Annotated[int, Field(ge=0, le=100_000)] = 0  # end before its period; 0: run it all
    batch_size: Annotated[int, Field(ge=1, le=100_000)] = 64
    learning_rate: Annotated[float, Field(gt=0, le=10, allow_inf_nan=False)] = 2e-3
    weight_decay: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.0
    max_grad_norm: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.5
    forget_bias: Annotated[float, Field(ge=-100, le=100)] = 1.0
    orthogonal_init: bool = True  # each block of weight_hh
    embedding_scale: Annotated[float, Field(gt=0, le=100)] = 0.1  # times PyTorch's normal(0, 1)
    word_dropout: Annotated[float, Field(ge=0, lt=1)] = 0.02
    average_decay: Annotated[float, Field(ge=0, lt=1)] = 0.0  # a step; 0: weights not averaged
    crop_probability: Annotated[float, Field(ge=0, le=1)] = 0.5
    validation_size: Annotated[int, Field(ge=1)] = 2_500  # samples, or characters, held out
    class_balance: Annotated[float, Field(ge=0, le=1)] = (
        0.0  # 0: as counted; 1: classes weigh alike
    )
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where the schedule would rise again."""
        if self.stop_epoch > self.epochs:
            raise ValueError(f"stop_epoch {self.stop_epoch} is beyond epochs {self.epochs}")

    @property
    def epochs_run(self) -> int:
        """The epochs that are run."""
        return self.stop_epoch or self.epochs

    def name_model(self, task: str, cell: str) -> str:
        """Give the id of a model so trained: ``task-cell``, then its kind where it has one.

        ``stacked`` and ``bidirectional``, PyTorch's words, are several layers and two directions.
        """
        kinds = [("stacked", self.num_layers > 1), ("bidirectional", self.bidirectional)]
        return "-".join([task, cell, *(name for name, holds in kinds if holds)])


class Task(ABC):
    """A source of sequences with a right answer.

    ``input`` is the id of its kind of input. It answers with one of its ``classes``, or with its
    ``quantities``, numbers in a person's own units.
    """

    title: ClassVar[Text]
    about: ClassVar[Text]
    topology: ClassVar[Topology]
    language: ClassVar[str]
    input: ClassVar[str] = "text"
    classes: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[Mapping[str, Text]] = {}
    features: ClassVar[tuple[Quantity, ...]] = ()  # the numbers that enter; none: tokens do
    quantities: ClassVar[tuple[Quantity, ...]] = ()
    examples: ClassVar[tuple[Example, ...]]
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {}  # by cell, what differs from Recipe
    figures: ClassVar[Mapping[str, Text]] = {}  # what the names in :meth:`grade`'s answer mean
    # Among the tasks on the page; the lowest that reads the reader's language opens it.
    order: ClassVar[int] = 50
    figure: ClassVar[Figure] = ACCURACY
    reads: ClassVar[Literal["words", "characters", "values", "rows", "frames"]] = "words"  # steps
    writes: ClassVar[bool] = False  # its classes are tokens: what it predicts can be read again
    everyday: ClassVar[Sequence[EverydayKind]] = ()  # measured by `evaluate`, by kind
    opposites: ClassVar[Mapping[str, str]] = {}  # by token, one that says the contrary
    # Where no class is as likely as this, the answer is none of those that the task knows.
    answer_threshold: ClassVar[float | None] = None

    @property
    def runs_free(self) -> bool:
        """Whether the first number it answers with is the next step's only number.

        Then a forecast can be read as the next step, and so on.
        """
        single = len(self.features) == 1
        return single and bool(self.quantities) and self.quantities[0].ahead == 1

    @abstractmethod
    def read(self, value: Any, fitted: Any, /) -> Encoding:
        """Turn an input into what enters at each step. Raises :class:`InvalidInput`.

        ``fitted`` is what training found in its data: each token's row of the embedding, or a
        :class:`Scaling`.
        """

    @abstractmethod
    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        """Read the task's data from a folder, or make it where the task has a generator.

        Raises ``FileNotFoundError`` with what is missing; ``folder`` None is a folder not given.
        """

    def find_targets(self, encoding: Encoding, target: int | None = None) -> Integers:
        """Give the class that is right at each step, ``[T]``, or ``IGNORE_INDEX``.

        A ``target``, the answer of a sample or one that a person names, is asked at the last step
        alone. Without one, it is what the input itself tells: nothing, or a task's own rule.
        """
        targets = np.full(len(encoding.tokens), IGNORE_INDEX, dtype=np.int64)
        if target is not None:
            targets[-1] = target
        return targets

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Split what training may see into what it learns from and what is held out.

        Held out are ``recipe.validation_size`` real samples, or a fifth of them, and at most as
        many generated ones: the real ones alone choose the best epoch, where there are any.
        """
        order = np.random.default_rng(recipe.seed).permutation(len(samples.inputs))
        generated = np.asarray(self.is_generated(samples), dtype=np.bool_)[order]
        size, kept, held = recipe.validation_size, [], []
        for part in (order[~generated], order[generated]):
            if len(part):
                size = min(size, len(part) // 5)
                held += part[:size].tolist()
                kept += part[size:].tolist()
        return samples.select(kept), samples.select(held)

    def is_generated(self, samples: Samples) -> Sequence[bool]:
        """Say which samples are made up in order to add to real ones; here none is.

        A task whose samples are all generated has no real ones that they could be told from.
        """
        return [False] * len(samples.inputs)

    def trim(self, sequence: LabeledSequence, recipe: Recipe) -> LabeledSequence:
        """Give what validation reads of a sequence: here its end, where the answer is."""
        return LabeledSequence(
            sequence.inputs[-recipe.max_length :], sequence.targets[-recipe.max_length :]
        )

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Give the pieces of at most ``recipe.max_length`` that one epoch takes from a sequence.

        Here it is one that keeps the answer: the end, or now and then a random stretch, so that
        short texts are read well too.
        """
        if source.random() >= recipe.crop_probability:
            yield self.trim(sequence, recipe)
            return
        longest = min(len(sequence.inputs), recipe.max_length)
        length = int(source.integers(min(20, longest), longest + 1))
        start = int(source.integers(0, len(sequence.inputs) - length + 1))
        targets = np.full(length, IGNORE_INDEX, dtype=np.int64)
        targets[-1] = sequence.targets[-1]
        yield LabeledSequence(sequence.inputs[start : start + length], targets)

    def grade(
        self, samples: Samples, predicted: Sequence[Any], learned: Samples | None = None
    ) -> Mapping[str, Any]:
        """Give further figures, for the model file and the page.

        ``predicted`` holds for each sample the likeliest class at each of the N steps where it has
        a target, ``[N]``; or the numbers, ``[N, K]``, less the encoding's ``offsets``.
        ``learned`` is what may be learned from: simple methods, fitted to it, stand beside.
        """
        return {}


class TokenTask(Task):
    """A task whose steps are tokens of a vocabulary."""

    @abstractmethod
    def tokenize(self, text: str) -> list[str]:
        """Split a text into tokens, as in training."""

    @abstractmethod
    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        """Choose the ``size`` tokens of the embedding from the training texts."""

    @abstractmethod
    def read(self, text: str, vocabulary: Mapping[str, int], /) -> Encoding: ...


class NumberTask(Task):
    """A task whose steps are numbers, the ``features``, with a name and a unit each."""

    @abstractmethod
    def fit_scaling(self, inputs: Sequence[Any]) -> Scaling:
        """Measure mean and standard deviation of what enters, over the training inputs."""

    @abstractmethod
    def read(self, value: Any, scaling: Scaling, /) -> Encoding: ...


class FreeRunning(NumberTask):
    """A task of one series that says how its forecasts do where each is read as the next step."""

    free_run_length: ClassVar[int]  # steps

    @abstractmethod
    def choose_origins(self, samples: Samples) -> list[int]:
        """Choose how many rows of the test are read before each of several free runs."""

    @abstractmethod
    def grade_free_run(
        self, samples: Samples, written: Mapping[int, Array], learned: Samples
    ) -> Mapping[str, Any]:
        """Give the errors by steps ahead, beside those of simple methods fitted to ``learned``.

        ``written`` holds by origin what the network said of the rows that follow, ``[length]``.
        """


@runtime_checkable
class Stretchable(Protocol):
    """What a task may offer besides: to move a text's clue away from its end."""

    def stretch(self, text: str, distance: int) -> str | None:
        """Put about ``distance`` words between a text's clue and its end; None where it cannot."""

    def measure_distance(self, text: str) -> int | None:
        """Count the words between a text's clue and its end; None where no clue is known."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """Force one signal to a value; ``step`` and ``unit`` None mean all of them.

    ``value`` "previous" holds the signal at what it was one step before (0 before the first).
    """

    signal: str
    value: float | Literal["previous"]
    step: int | None = None
    unit: int | None = None


class SimilarToken(NamedTuple):
    """A word of the vocabulary and the cosine of its vector with that of a word spelled out."""

    token: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything recorded in one run over one sequence (DESIGN, section 3).

    The answer at each step stands in ``probabilities`` where it is a class, else in ``values``.
    ``targets`` names the class that the loss asks for at each step, None where it asks for none;
    ``loss`` is the mean cross-entropy over those steps. ``target`` is the class wanted at the last
    step: the one a person named, else the one the network prefers there; empty where the answer is
    numbers. Then ``loss`` is the mean squared error over ``target_values`` that are there; where
    none is, the first number of the last step itself, so that its own gradients are seen.
    ``saliency`` is ``|dLoss/dx|`` by number that enters the network, as it is scaled, and of a
    token the 2-norm over its vector (Simonyan et al. 2014). ``similar`` lists at each
    step that was read by its spelling the words of the vocabulary that are nearest, and nothing at
    others; None where the network has no n-grams.
    """

    tokens: tuple[str, ...]
    token_ids: tuple[int, ...]
    known: tuple[bool, ...]
    classes: tuple[str, ...]
    probabilities: Array  # [T, C]; C is 0 where the answer is numbers
    target: str
    targets: tuple[str | None, ...]
    loss: float
    signals: Mapping[str, Array]  # each [T, H]
    gradients: Mapping[str, Array]  # each [T, H]
    norms: Mapping[str, Array]  # each [T]
    saliency: Array  # [T, F]; F is 1 where tokens are read
    values: Array  # [T, K]; K is 0 where the answer is a class
    target_values: Array  # [T, K]
    similar: tuple[tuple[SimilarToken, ...], ...] | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def direction_name(layer: int, reverse: bool) -> str:
    """Name one direction of one layer as in ``layers.0.reverse``."""
    return f"layers.{layer}.reverse" if reverse else f"layers.{layer}"


def suffix_name(layer: int, reverse: bool) -> str:
    """Name the same as PyTorch does, as in ``_l0_reverse``."""
    return f"_l{layer}_reverse" if reverse else f"_l{layer}"


def no_tap(name: str, value: Tensor) -> Tensor:
    """Let every value pass: the tap of a plain run."""
    return value


def squash_gate(a: Tensor, slope: float) -> Tensor:
    """Give a gate: ``σ(a)``, or with a ``slope`` the hard sigmoid ``clip(slope a + 1/2, 0, 1)``.

    Keras 2's has the slope 0.2, Keras 3's and PyTorch's 1/6.
    """
    return (slope * a + 0.5).clamp(0.0, 1.0) if slope else a.sigmoid()


def delay(values: Array, first: Array | None = None) -> Array:
    """Shift ``[T, H]`` by one step: row t is ``values[t - 1]``, row 0 ``first [H]`` or zero."""
    if first is None:
        first = np.zeros(values.shape[1])
    return np.vstack([first[None], values[:-1]])


def float64(value: Tensor) -> Array:
    """Return a tensor as a contiguous float64 array."""
    return np.ascontiguousarray(value.detach().double().numpy())
