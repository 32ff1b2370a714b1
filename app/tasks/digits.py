"""Digits: a picture that is read row by row, from the top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from ..contracts import (
    Array,
    Encoding,
    Example,
    InvalidInput,
    LabeledSequence,
    NumberTask,
    Quantity,
    Recipe,
    Samples,
    Scaling,
    Text,
)
from ..pictures.at_once import measure_at_once
from ..pictures.drawings import read_drawing
from ..pictures.idx import read_idx
from ..pictures.warps import warp

SIDE = 28
FILES = ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
TEST_SHARE = 0.2  # of each digit
SPLIT_SEED = 0
SHARED = {
    "hidden_size": 64,
    "batch_size": 128,
    "epochs": 20,
    "learning_rate": 4e-3,
    "dropout": 0.1,
    "average_decay": 0.99,
    "crop_probability": 0.8,
    "validation_size": 800,
}


class Digits(NumberTask):
    """Many-to-one: the rows of a drawing enter one by one, at the last one the digit is said.

    ``recipe.crop_probability`` is the share of the drawings that an epoch takes moved a little.
    """

    title = Text("Digits", "Algarismos")
    about = Text(
        "Reads a drawn digit row by row, from the top, and says which one it is.",
        "Lê um algarismo desenhado linha por linha, de cima para baixo, e diz qual é.",
    )
    topology = "many-to-one"
    language = ""
    input = "picture"
    reads = "rows"
    order = 70
    classes = tuple(map(str, range(10)))
    labels: ClassVar[Mapping[str, Text]] = {digit: Text(digit, digit) for digit in classes}
    features: ClassVar[tuple[Quantity, ...]] = tuple(
        Quantity(f"column_{column}", Text(f"column {column}", f"coluna {column}"))
        for column in range(1, SIDE + 1)
    )
    figures: ClassVar[Mapping[str, Text]] = {
        "beside": Text(
            "beside methods that see the whole picture at once",
            "ao lado de métodos que veem a imagem inteira de uma vez",
        ),
        "network": Text("this network, row by row", "esta rede, linha por linha"),
        "logistic": Text("logistic regression", "regressão logística"),
        "feed_forward": Text(
            "feed-forward network, 64 hidden units", "rede feed-forward, 64 unidades ocultas"
        ),
        "digits": Text("by digit", "por algarismo"),
        **{digit: Text(digit, digit) for digit in classes},
    }
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED,
        "rnn": SHARED | {"learning_rate": 2e-3, "epochs": 30},
        "lif": SHARED | {"hidden_size": 128, "learning_rate": 1.5e-2, "epochs": 36},
    }
    examples = (
        Example(
            "three",
            Text("a three", "um três"),
            "",
            read_drawing("three", SIDE),
            Text(
                "Two arcs open to the left: after the upper one it might still be a two. From "
                "which row on is the network sure?",
                "Dois arcos abertos à esquerda: depois do primeiro ainda pode ser um dois. A "
                "partir de que linha a rede tem certeza?",
            ),
            beside="two",
        ),
        Example(
            "two",
            Text("a two", "um dois"),
            "",
            read_drawing("two", SIDE),
            Text(
                "Its upper half is that of the three: the rows below decide.",
                "A metade de cima é a do três: quem decide são as linhas de baixo.",
            ),
            beside="three",
        ),
        Example(
            "seven",
            Text("a seven", "um sete"),
            "",
            read_drawing("seven", SIDE),
            Text(
                "A bar on top, then one thin stroke: what does the network say at the first rows?",
                "Uma barra em cima e depois um traço fino: o que a rede diz nas primeiras linhas?",
            ),
            beside="crossed_seven",
        ),
        Example(
            "crossed_seven",
            Text("a seven with a bar", "um sete cortado"),
            "",
            read_drawing("crossed_seven", SIDE),
            Text(
                "The same seven, crossed as many Brazilians and Europeans write it. The network "
                "learnt from Americans: does it still read a seven?",
                "O mesmo sete, cortado, como muita gente escreve no Brasil. A rede aprendeu com "
                "estadunidenses: ela ainda lê um sete?",
            ),
            beside="seven",
        ),
        Example(
            "four",
            Text("an open four", "um quatro aberto"),
            "",
            read_drawing("four", SIDE),
            Text(
                "Open at the top: closed, it would be close to a nine. Close it and read it again.",
                "Aberto em cima: fechado, ficaria perto de um nove. Feche-o e leia de novo.",
            ),
        ),
    )

    def fit_scaling(self, inputs: Sequence[Array]) -> Scaling:
        """Measure one mean and one standard deviation over all pixels: no column differs."""
        pixels = np.stack(inputs)
        mean, std = float(pixels.mean()), float(pixels.std()) or 1.0
        return Scaling((mean,) * SIDE, (std,) * SIDE)

    def read(self, picture: Array, scaling: Scaling, /) -> Encoding:
        height, width = picture.shape
        if (height, width) != (SIDE, SIDE):
            raise InvalidInput(
                "picture_size",
                "input.picture",
                height=height,
                width=width,
                expected_height=SIDE,
                expected_width=SIDE,
            )
        return Encoding(
            tokens=tuple(str(row) for row in range(1, SIDE + 1)),
            known=(True,) * SIDE,
            values=scaling.scale(picture),
        )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        """Read MNIST's 10,000 test digits; of each digit a fifth, drawn by lot, is the test."""
        if folder is None:
            raise FileNotFoundError("This task learns from data: --data must name a folder")
        (pictures, raw), (digits, labels) = (read_idx(folder / name) for name in FILES)
        if pictures.shape != (len(digits), SIDE, SIDE) or digits.max(initial=0) > 9:
            raise ValueError(f"{FILES[0]} does not hold digits of {SIDE} x {SIDE} pixels")
        lot = np.random.default_rng(SPLIT_SEED)
        places: list[int] = []
        for digit in range(10):
            drawn = lot.permutation(np.flatnonzero(digits == digit))
            count = round(TEST_SHARE * len(drawn))
            places += (drawn[:count] if split == "test" else drawn[count:]).tolist()
        places.sort()
        return Samples(
            [pictures[place] / 255.0 for place in places],
            digits[places].tolist(),
            sha256(raw + labels).hexdigest(),
        )

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Give the drawing, most of the time as another hand or another pen would have drawn it."""
        picture = sequence.inputs.astype(np.float64)
        if source.random() < recipe.crop_probability:
            picture = warp(picture, source)
        yield LabeledSequence(picture, sequence.targets)

    def grade(
        self, samples: Samples, predicted: Sequence[Any], learned: Samples | None = None
    ) -> Mapping[str, Any]:
        """Give the accuracy by digit, and that of methods that see the picture at once."""
        right = np.array(samples.targets)
        hits = np.array([answers[-1] for answers in predicted]) == right
        graded: dict[str, Any] = {
            "digits": {
                self.classes[digit]: float(hits[right == digit].mean())
                for digit in sorted(set(right.tolist()))
            }
        }
        if learned is not None:
            targets = [target for target in learned.targets if target is not None]
            at_once = measure_at_once(learned.inputs, targets, samples.inputs, right.tolist())
            graded["beside"] = {"network": float(hits.mean()), **at_once}
        return graded


TASK = Digits()
