"""Spoken digits: a word in English, heard frame by frame."""

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
    LabeledSequence,
    NumberTask,
    Quantity,
    Recipe,
    Samples,
    Scaling,
    Text,
)
from ..pictures.at_once import measure_at_once
from ..sounds.mel import BANDS, HOP, RATE, list_centres, measure_bands, trim_silence
from ..sounds.resampling import resample_sound
from ..sounds.wav import read_recording, read_wav

TEST_TAKES = range(5)  # of each digit and speaker, as the authors of the data say
LEFT_OUT = "yweweler"  # the last speaker by name: training hears nothing of him
STRETCHED = 16  # frames that the method which hears a whole word at once is given
TEMPO, PITCH = (0.75, 1.3), (0.88, 1.12)  # how training varies a word
DECIBEL = Text("dB", "dB")
LOUDEST_NOISE = 0.5  # of the range in dB: how far the noise of a room may reach
SHARED = {
    "hidden_size": 64,
    "batch_size": 32,
    "epochs": 30,
    "learning_rate": 3e-3,
    "dropout": 0.2,
    "average_decay": 0.99,
    "crop_probability": 0.9,
    "validation_size": 250,
}


class SpokenDigits(NumberTask):
    """Many-to-one: how loud each band of pitch is, 80 frames a second; at the end, the digit.

    ``recipe.crop_probability`` is the share of the words that an epoch hears changed a little.
    """

    title = Text("Spoken digits", "Algarismos falados")
    about = Text(
        "Hears a digit said in English, from “zero” to “nine”, and says which one it was.",
        "Ouve um algarismo dito em inglês, de “zero” a “nine”, e diz qual foi.",
    )
    topology = "many-to-one"
    language = ""
    input = "sound"
    reads = "frames"
    order = 71
    classes = tuple(map(str, range(10)))
    labels: ClassVar[Mapping[str, Text]] = {
        str(digit): Text(f"{digit}, {word}", f"{digit}, “{word}”")
        for digit, word in enumerate(
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
        )
    }
    features: ClassVar[tuple[Quantity, ...]] = tuple(
        Quantity(f"band_{centre:.0f}", Text(f"{centre:.0f} Hz", f"{centre:.0f} Hz"), DECIBEL)
        for centre in list_centres()[1:-1].tolist()
    )
    figures: ClassVar[Mapping[str, Text]] = {
        "digits": Text("by digit", "por algarismo"),
        **labels,
        "left_out": Text(
            "a speaker of whom training heard nothing",
            "um falante de quem o treino não ouviu nada",
        ),
        "accuracy": Text("right answers", "respostas certas"),
        "beside": Text(
            "beside a method that hears the whole word at once",
            "ao lado de um método que ouve a palavra inteira de uma vez",
        ),
        "network": Text("this network, frame by frame", "esta rede, quadro por quadro"),
        "logistic": Text("logistic regression", "regressão logística"),
        "feed_forward": Text(
            "feed-forward network, 64 hidden units", "rede feed-forward, 64 unidades ocultas"
        ),
    }
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED,
        "rnn": SHARED | {"learning_rate": 2e-3, "epochs": 80},
        "lif": SHARED | {"hidden_size": 128, "learning_rate": 1e-2},
    }
    examples = (
        Example(
            "six",
            Text("“six”", "“six”"),
            "",
            read_recording("six"),
            Text(
                "A hiss, a vowel, silence, a hiss: the two ends sound alike. Which units tell the "
                "first from the second?",
                "Um chiado, uma vogal, silêncio, um chiado: as duas pontas soam iguais. Que "
                "unidades distinguem o primeiro do segundo?",
            ),
            beside="seven",
        ),
        Example(
            "seven",
            Text("“seven”", "“seven”"),
            "",
            read_recording("seven"),
            Text(
                "It begins as six does. When does the network let go of the six?",
                "Começa como “six”. Quando a rede larga o seis?",
            ),
            beside="six",
        ),
        Example(
            "five",
            Text("“five”", "“five”"),
            "",
            read_recording("five"),
            Text(
                "Five and nine share their vowel: only what stands before and after it differs.",
                "“Five” e “nine” têm a mesma vogal: só muda o que vem antes e depois.",
            ),
            beside="nine",
        ),
        Example(
            "nine",
            Text("“nine”", "“nine”"),
            "",
            read_recording("nine"),
            Text(
                "The same vowel as in five, between two hums instead of two hisses.",
                "A mesma vogal de “five”, entre dois sons nasais em vez de dois chiados.",
            ),
            beside="five",
        ),
    )

    def fit_scaling(self, inputs: Sequence[Array]) -> Scaling:
        """Measure one mean and one standard deviation over all bands."""
        loudness = np.concatenate([hear(samples).ravel() for samples in inputs])
        mean, std = float(loudness.mean()), float(loudness.std()) or 1.0
        return Scaling((mean,) * BANDS, (std,) * BANDS)

    def read(self, samples: Array, scaling: Scaling, /) -> Encoding:
        loudness = hear(samples)
        return Encoding(
            tokens=tuple(f"{1000 * HOP * step // RATE} ms" for step in range(len(loudness))),
            known=(True,) * len(loudness),
            values=scaling.scale(loudness),
        )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        """Read ``DIGIT_SPEAKER_TAKE.wav``, the Free Spoken Digit Dataset.

        The test is takes 0 to 4 of every speaker who is heard in training, and all of the other's.
        """
        if folder is None:
            raise FileNotFoundError("This task learns from data: --data must name a folder")
        paths = sorted(folder.glob("[0-9]_*_*.wav"))
        if not paths:
            raise FileNotFoundError(f"{folder} holds no DIGIT_SPEAKER_TAKE.wav")
        digest = sha256()
        sounds: list[Array] = []
        digits: list[int] = []
        speakers: list[str] = []
        for path in paths:
            digit, speaker, take = path.stem.split("_")
            tested = speaker == LEFT_OUT or int(take) in TEST_TAKES
            if tested != (split == "test"):
                continue
            content = path.read_bytes()
            digest.update(content)
            samples, rate = read_wav(content)
            sounds.append(resample_sound(samples, rate, RATE))
            digits.append(int(digit))
            speakers.append(speaker)
        return Samples(sounds, digits, digest.hexdigest(), {"speakers": speakers})

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Give the word, most of the time faster or slower, higher or lower, in a noisier room."""
        heard = sequence.inputs.astype(np.float64)
        if source.random() < recipe.crop_probability:
            steps, bands = heard.shape
            length = max(1, round(steps * source.uniform(*TEMPO)))
            heard = interpolate(np.linspace(0, steps - 1, length), steps) @ heard
            higher = np.minimum(np.arange(bands) * source.uniform(*PITCH), bands - 1)
            heard = heard @ interpolate(higher, bands).T
            quiet, loud = float(heard.min()), float(heard.max())
            noise = quiet + (loud - quiet) * source.uniform(0, LOUDEST_NOISE)
            heard = np.maximum(heard, noise + source.normal(0, 0.05 * (loud - quiet), heard.shape))
        targets = np.full(len(heard), sequence.targets[0], dtype=np.int64)
        targets[-1] = sequence.targets[-1]
        yield LabeledSequence(heard, targets)

    def grade(
        self, samples: Samples, predicted: Sequence[Any], learned: Samples | None = None
    ) -> Mapping[str, Any]:
        """Give the accuracy over the speakers that training heard, and over the one left out.

        ``accuracy``, the task's own figure, and ``samples`` are those of the first.
        """
        right = np.array(samples.targets)
        hits = np.array([answers[-1] for answers in predicted]) == right
        left_out = np.array(samples.groups["speakers"]) == LEFT_OUT
        graded: dict[str, Any] = {
            **measure_hits(hits[~left_out]),
            "digits": {
                self.classes[digit]: float(hits[~left_out & (right == digit)].mean())
                for digit in sorted(set(right[~left_out].tolist()))
            },
            "left_out": measure_hits(hits[left_out]),
        }
        if learned is not None:
            words, tested = (
                [stretch(hear(one)) for one in part] for part in (learned.inputs, samples.inputs)
            )
            targets = [target for target in learned.targets if target is not None]
            graded["beside"] = {"network": graded["accuracy"]}
            for place, group in ((graded["beside"], ~left_out), (graded["left_out"], left_out)):
                asked = np.flatnonzero(group)
                place |= measure_at_once(
                    words, targets, [tested[k] for k in asked], right[asked].tolist()
                )
        return graded


def hear(samples: Array) -> Array:
    """Give the loudness ``[T, BANDS]`` of a word in dB, without the silence around it."""
    return trim_silence(measure_bands(samples))


def interpolate(places: Array, count: int) -> Array:
    """Give the matrix ``[len(places), count]`` that reads ``count`` rows at ``places`` between."""
    matrix: Array = np.maximum(0.0, 1.0 - np.abs(places[:, None] - np.arange(count)))
    return matrix


def stretch(loudness: Array) -> Array:
    """Bring a word of any length to :data:`STRETCHED` frames, from 0 to 1."""
    steps = len(loudness)
    stretched: Array = interpolate(np.linspace(0, steps - 1, STRETCHED), steps) @ loudness
    return 1.0 + stretched / 60.0


def measure_hits(hits: Array) -> dict[str, float]:
    """Give the share of right answers and how many there are."""
    return {"accuracy": float(hits.mean()), "samples": len(hits)}


TASK = SpokenDigits()
