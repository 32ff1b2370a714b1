"""Heartbeats: one lead of an electrocardiogram, and which kind of beat it ends with."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from ..contracts import (
    IGNORE_INDEX,
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
from ..series.simple_forecasts import fill_gaps
from ..series.stretches import read_stretch

LEAD = "MLII"
MEANS = 6  # samples of the record in one step: 360 Hz become 60
# Steps around the R peak: 1.25 s, so that the beat before is seen, and 0.4 s.
BEFORE, AFTER = 75, 25
# The patients of training and of the test (de Chazal, O'Dwyer and Reilly 2004, Automatic
# classification of heartbeats using ECG morphology and heartbeat interval features, IEEE Trans.
# Biomed. Eng. 51); the four records with paced beats, 102, 104, 107 and 217, are in neither.
PATIENTS: Mapping[str, tuple[str, ...]] = {
    "train": (
        *("101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122"),
        *("124", "201", "203", "205", "207", "208", "209", "215", "220", "223", "230"),
    ),
    "test": (
        *("100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210"),
        *("212", "213", "214", "219", "221", "222", "228", "231", "232", "233", "234"),
    ),
}
HELD_OUT = ("118", "124", "207", "223")  # patients of training who choose the epoch
# The annotations of the database by class of ANSI/AAMI EC57.
ANNOTATIONS = {
    **dict.fromkeys("NLRej", "N"),
    **dict.fromkeys("AaJS", "S"),
    **dict.fromkeys("VE", "V"),
    "F": "F",
    **dict.fromkeys("/fQ", "Q"),
}
NORMAL_SHARE = 0.2  # of the normal beats, in one epoch: they are nine of ten
TEMPO = (0.9, 1.1)  # how training varies a beat
WANDER, NOISE = 0.15, 0.02  # of its largest deflection: of its zero, and from step to step
SHARED = {
    "hidden_size": 48,
    "batch_size": 128,
    "epochs": 12,
    "learning_rate": 3e-3,
    "dropout": 0.0,
    "average_decay": 0.98,
    "class_balance": 0.4,
}


class Heartbeat(NumberTask):
    """Many-to-one: the voltage at a lead, 60 numbers a second; at the end, the kind of beat."""

    title = Text("Heartbeats", "Batimentos cardíacos")
    about = Text(
        "Reads one lead of an electrocardiogram and says of which kind its last beat is. It shows "
        "how a network reads a signal; it is no medical device and must not be used as one.",
        "Lê uma derivação de um eletrocardiograma e diz de que tipo é o último batimento. Mostra "
        "como uma rede lê um sinal; não é um dispositivo médico nem deve ser usado como um.",
    )
    topology = "many-to-one"
    language = ""
    input = "series"
    reads = "values"
    order = 63
    classes = ("N", "S", "V", "F", "Q")
    labels: ClassVar[Mapping[str, Text]] = {
        "N": Text("normal", "normal"),
        "S": Text("early, from above the ventricles", "supraventricular"),
        "V": Text("from a ventricle", "ventricular"),
        "F": Text("fusion of the two", "fusão dos dois"),
        "Q": Text("unknown", "desconhecido"),
    }
    features: ClassVar[tuple[Quantity, ...]] = (
        Quantity("lead", Text("lead MLII", "derivação MLII"), Text("mV", "mV")),
    )
    figures: ClassVar[Mapping[str, Text]] = {
        "kinds": Text("by kind of beat", "por tipo de batimento"),
        **labels,
        "sensitivity": Text(
            "of these beats, the share it finds", "desses batimentos, a fração que ela encontra"
        ),
        "precision": Text(
            "where it says so, the share that is right", "quando ela diz isso, a fração correta"
        ),
        "mean_sensitivity": Text(
            "mean share found, over the kinds", "fração média encontrada, entre os tipos"
        ),
        "always_normal": Text("who always says normal", "quem sempre diz normal"),
        "accuracy": Text("right answers", "respostas certas"),
    }
    recipes: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "lstm": SHARED,
        "gru": SHARED,
        "rnn": SHARED | {"learning_rate": 1e-3},
    }

    examples = (
        Example(
            "normal",
            Text("a normal beat", "um batimento normal"),
            "",
            read_stretch("heartbeats", 0, BEFORE + AFTER),
            Text(
                "The beat at step 76 comes as the one before it did. What does the network say "
                "between the two, where the line is flat?",
                "O batimento do passo 76 vem como o anterior. O que a rede diz entre os dois, onde "
                "a linha é plana?",
            ),
            beside="early",
        ),
        Example(
            "early",
            Text("an early beat", "um batimento precoce"),
            "",
            read_stretch("heartbeats", 1 * (BEFORE + AFTER), BEFORE + AFTER),
            Text(
                "Its shape is that of a normal beat of the same person: only the time since the "
                "beat before gives it away. The networks hardly ever find such a beat in people "
                "they never met.",
                "A forma é a de um batimento normal da mesma pessoa: só o tempo desde o anterior o "
                "denuncia. As redes quase nunca acham um desses em pessoas que não conheceram.",
            ),
            beside="normal",
        ),
        Example(
            "ventricular",
            Text("a beat from a ventricle", "um batimento ventricular"),
            "",
            read_stretch("heartbeats", 2 * (BEFORE + AFTER), BEFORE + AFTER),
            Text(
                "Wide, deep and early: at which step does the network make up its mind?",
                "Largo, fundo e adiantado: em que passo a rede se decide?",
            ),
        ),
        Example(
            "fusion",
            Text("a fusion beat", "um batimento de fusão"),
            "",
            read_stretch("heartbeats", 3 * (BEFORE + AFTER), BEFORE + AFTER),
            Text(
                "Two impulses met: it is half normal, half ventricular. Almost all that training "
                "saw of these came from one patient, and the networks miss nearly every one.",
                "Dois impulsos se encontraram: metade normal, metade ventricular. Quase todos os "
                "do treino vieram de um só paciente, e as redes perdem quase todos.",
            ),
        ),
    )

    def fit_scaling(self, inputs: Sequence[Array]) -> Scaling:
        values = np.concatenate([level(one) for one in inputs])
        return Scaling((0.0,), (float(values.std()) or 1.0,))

    def read(self, series: Array, scaling: Scaling, /) -> Encoding:
        if series.shape[1] != 1:
            raise InvalidInput(
                "series_columns", "input.series", row=1, count=series.shape[1], expected=1
            )
        return Encoding(
            tokens=tuple(str(step) for step in range(1, len(series) + 1)),
            known=tuple(np.isfinite(series[:, 0]).tolist()),
            values=scaling.scale(level(series)),
        )

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        """Read every beat of the patients of a split that has enough of the record around it.

        Raises ``ModuleNotFoundError`` without wfdb.
        """
        if folder is None:
            raise FileNotFoundError("This task learns from data: --data must name a folder")
        digest = sha256()
        beats: list[Array] = []
        kinds: list[int] = []
        patients: list[str] = []
        for patient in PATIENTS[split]:
            for ending in ("hea", "dat", "atr"):
                path = folder / f"{patient}.{ending}"
                if not path.is_file():
                    raise FileNotFoundError(f"{path} is missing: --data must name its folder")
                digest.update(path.read_bytes())
            for beat, kind in read_beats(folder / patient):
                beats.append(beat)
                kinds.append(self.classes.index(kind))
                patients.append(patient)
        return Samples(beats, kinds, digest.hexdigest(), {"patients": patients})

    def hold_out(self, samples: Samples, recipe: Recipe) -> tuple[Samples, Samples]:
        """Hold out whole patients, of each kind at most as many beats as there are early ones.

        Else the normal ones alone would choose the epoch.
        """
        held = np.isin(np.array(samples.groups["patients"]), HELD_OUT)
        kinds = np.array(samples.targets)
        most = int((held & (kinds == self.classes.index("S"))).sum())
        lot = np.random.default_rng(recipe.seed)
        chosen: list[int] = []
        for kind in range(len(self.classes)):
            chosen += lot.permutation(np.flatnonzero(held & (kinds == kind)))[:most].tolist()
        return samples.select(np.flatnonzero(~held).tolist()), samples.select(sorted(chosen))

    def cut(
        self, sequence: LabeledSequence, recipe: Recipe, source: np.random.Generator
    ) -> Iterator[LabeledSequence]:
        """Give the beat a little faster or slower, less still; of normal ones, others each time."""
        if sequence.targets[-1] == 0 and source.random() >= NORMAL_SHARE:
            return
        values = sequence.inputs[:, 0].astype(np.float64)
        length = max(1, round(len(values) * source.uniform(*TEMPO)))
        values = np.interp(np.linspace(0, len(values) - 1, length), np.arange(len(values)), values)
        turns = source.uniform(0, 1) + source.uniform(0, 2) * np.linspace(0, 1, length)
        moved = WANDER * source.uniform() * np.sin(2 * np.pi * turns)
        moved += NOISE * source.standard_normal(length)
        values = values + np.abs(values).max() * moved
        targets = np.full(length, IGNORE_INDEX, dtype=np.int64)
        targets[-1] = sequence.targets[-1]
        yield LabeledSequence(values[:, None], targets)

    def grade(
        self, samples: Samples, predicted: Sequence[Any], learned: Samples | None = None
    ) -> Mapping[str, Any]:
        """Give sensitivity and precision by class, beside saying normal each time.

        A class that is never said has no precision.
        """
        right = np.array(samples.targets)
        said = np.array([answers[-1] for answers in predicted])
        kinds: dict[str, dict[str, float]] = {}
        for place, kind in enumerate(self.classes):
            beats, claims = right == place, said == place
            if not beats.any():
                continue
            hits = int((beats & claims).sum())
            kinds[kind] = {"samples": int(beats.sum()), "sensitivity": hits / int(beats.sum())}
            if claims.any():
                kinds[kind]["precision"] = hits / int(claims.sum())
        return {
            "kinds": kinds,
            "mean_sensitivity": float(np.mean([kind["sensitivity"] for kind in kinds.values()])),
            "always_normal": {
                "accuracy": float((right == 0).mean()),
                "mean_sensitivity": 1 / len(kinds),
            },
        }


def level(series: Array) -> Array:
    """Fill gaps of ``series [T, 1]``, take its median away, and divide by its largest deflection.

    A lead's zero drifts, and how strong a beat is depends on the chest and the electrode.
    """
    filled = np.nan_to_num(fill_gaps(series))
    centred: Array = filled - np.median(filled)
    return centred / (float(np.abs(centred).max()) or 1.0)


def read_beats(record: Path) -> Iterator[tuple[Array, str]]:
    """Give each beat of a record of the database, ``[BEFORE + AFTER, 1]`` in mV, and its class."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, which wfdb 4.3 calls as older ones were
        import wfdb

        signal = wfdb.rdrecord(str(record), channel_names=[LEAD])
        annotated = wfdb.rdann(str(record), "atr")
    lead = signal.p_signal[:, 0]
    for place, symbol in zip(annotated.sample.tolist(), annotated.symbol, strict=True):
        start, stop = place - BEFORE * MEANS, place + AFTER * MEANS
        if symbol in ANNOTATIONS and start >= 0 and stop <= len(lead):
            yield (
                lead[start:stop].reshape(-1, MEANS).mean(axis=1, keepdims=True),
                ANNOTATIONS[symbol],
            )


TASK = Heartbeat()
