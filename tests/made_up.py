"""Small networks, encodings and data that the tests make themselves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import torch
from gatescope.contracts import (
    IGNORE_INDEX,
    PAD,
    UNKNOWN,
    UNKNOWN_ROW,
    Array,
    Cell,
    Encoding,
    Integers,
    Samples,
    Text,
    TokenTask,
    Topology,
    float64,
)
from gatescope.nn.checkpoint import save_model
from gatescope.nn.network import LayerRun, LayerStates, Network, Shape, draw_weights
from gatescope.registry import find_cells
from torch import Tensor

WORDS = 20
GOOD = ("great", "lovely", "superb", "wonderful")
BAD = ("awful", "boring", "dreadful", "terrible")

BOOK = """Livro Inventado

ÍNDICE
ADVERTÊNCIA DA 1ª EDIÇÃO
O PRIMEIRO CONTO
ADVERTÊNCIA DA 1a EDIÇÃO
Este livro foi inventado para ser lido por um teste, e por ninguém mais, nem
menos.
O PRIMEIRO CONTO
Era uma vez um texto que vinha em linhas curtas, cortadas onde a página dizia
que se cortassem. Ninguém sabia onde acabava um parágrafo, e por isso era
preciso adivinhar.
— Que horas são?
— Deram duas agora mesmo, e não há mais nada que dizer a respeito, disse-
me ela.
Então cantou uma cantiga do sertão, que assim dizia, se me lembro:
Menina da saia branca,
Saltadeira de riacho...
Enquanto cantava, a tarde caía sobre a cidade, e os dois ficaram a olhar o mar.
"""

UNWRAPPED = """ADVERTÊNCIA DA 1a EDIÇÃO
Este livro foi inventado para ser lido por um teste, e por ninguém mais, nem menos.
O PRIMEIRO CONTO
Era uma vez um texto que vinha em linhas curtas, cortadas onde a página dizia que se \
cortassem. Ninguém sabia onde acabava um parágrafo, e por isso era preciso adivinhar.
— Que horas são?
— Deram duas agora mesmo, e não há mais nada que dizer a respeito, disse-me ela.
Então cantou uma cantiga do sertão, que assim dizia, se me lembro:
Menina da saia branca,
Saltadeira de riacho...
Enquanto cantava, a tarde caía sobre a cidade, e os dois ficaram a olhar o mar.
"""


class LastStep(TokenTask):
    """Two classes, the loss at the last step."""

    title = Text("made up", "inventada")
    about = Text("made up", "inventada")
    topology: ClassVar[Topology] = "many-to-one"
    language = "en"
    classes = ("no", "yes")
    labels: ClassVar[Mapping[str, Text]] = {"no": Text("no", "não"), "yes": Text("yes", "sim")}
    examples = ()

    def tokenize(self, text: str) -> list[str]:
        return text.split()

    def build_vocabulary(self, texts: Sequence[str], size: int) -> list[str]:
        return sorted({token for text in texts for token in self.tokenize(text)})[:size]

    def read(self, text: str, vocabulary: Mapping[str, int]) -> Encoding:
        tokens = tuple(self.tokenize(text))
        return Encoding(tokens, tuple(vocabulary[t] for t in tokens), (True,) * len(tokens))

    def load(self, folder: Path | None, split: Literal["train", "test"]) -> Samples:
        raise FileNotFoundError(folder)


class EveryStep(LastStep):
    """At every step but the last: is the next token's id odd? One in four is not asked for."""

    topology = "many-to-many"

    def find_targets(self, encoding: Encoding, target: int | None = None) -> Integers:
        if target is not None:
            return super().find_targets(encoding, target)
        following = [k % 2 if k % 4 else IGNORE_INDEX for k in encoding.token_ids[1:]]
        return np.array([*following, IGNORE_INDEX], dtype=np.int64)


def draw_network(
    cell: type[Cell],
    hidden: int,
    *,
    seed: int = 0,
    layers: int = 1,
    bidirectional: bool = False,
    settings: Mapping[str, float] | None = None,
    ngrams: int = 0,
) -> Network:
    """Draw a network in float64; the weights are larger than PyTorch's, so that gates move."""
    shape = Shape(WORDS, 5, hidden, 2, layers, bidirectional, ngrams)
    weights = {name: 2 * value.double() for name, value in draw_weights(cell, shape, seed).items()}
    return Network(cell, shape, weights, settings)


def run_layers(
    network: Network, x: Array, initial: LayerStates | None = None
) -> list[list[LayerRun]]:
    """Run a network over ``x [T, X]`` by the steps of its cells, whatever else they bring."""
    recorded: dict[str, list[Array]] = {}

    def tap(name: str, value: Tensor) -> Tensor:
        recorded.setdefault(name, []).append(float64(value))
        return value

    with torch.no_grad():
        first = {
            place: {name: torch.tensor(value) for name, value in states.items()}
            for place, states in (initial or {}).items()
        }
        network.unroll(torch.from_numpy(x), first, tap)
    signals = {
        name: np.stack(values[::-1] if ".reverse." in name else values)
        for name, values in recorded.items()
    }
    return network.replay(x, signals, initial)


def draw_encoding(steps: int, seed: int = 0) -> Encoding:
    """Draw a sequence of token ids."""
    ids = np.random.default_rng(seed).integers(0, WORDS, steps).tolist()
    return Encoding(tuple(f"w{k}" for k in ids), tuple(ids), (True,) * steps)


def misspell(encoding: Encoding, steps: Mapping[int, str]) -> Encoding:
    """Put tokens that no vocabulary has at some steps."""
    places = range(len(encoding.tokens))
    return Encoding(
        tuple(steps.get(k, encoding.tokens[k]) for k in places),
        tuple(UNKNOWN_ROW if k in steps else encoding.token_ids[k] for k in places),
        tuple(k not in steps and encoding.known[k] for k in places),
    )


def ids_of(encoding: Encoding) -> Tensor:
    """Give the ids as a tensor ``[T]``."""
    return torch.tensor(encoding.token_ids)


def differ(found: Array, expected: Array) -> float:
    """Give the largest difference, relative to the largest expected number."""
    assert found.shape == expected.shape
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    return float(np.abs(found - expected).max(initial=0.0)) / scale


def write_speller(path: Path, cell: str = "lstm") -> Path:
    """Write a model file of opinions with n-grams and six words; its weights are drawn."""
    words = [PAD, UNKNOWN, "film", "the", "wonderful", "awful", "was", "."]
    shape = Shape(len(words), 5, 6, 2, ngrams=40)
    weights = {k: 2 * v for k, v in draw_weights(find_cells()[cell], shape, 7).items()}
    save_model(path, weights, task="sentiment", cell=cell, vocabulary=words, facts={})
    return path


def write_reviews(folder: Path, count: int = 60, tests: int = 20) -> Path:
    """Write a folder of reviews in the format of app/tasks/sentiment.py; a word decides each."""
    source = np.random.default_rng(0)
    filler = ("the", "film", "was", "and", "so", "it", "a")
    for name in ("imdb", "goemotions"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_pairs(folder)
    (folder / "goemotions/train.tsv").write_text(
        "so mad\t0\ta\nso glad\t3\tb\nglad again\t3\tc\nwell then\t4\td\noh\t6\te\n"
    )
    with gzip.open(folder / "imdb/imdb_50k.jsonl.gz", "wt", encoding="utf-8") as out:
        for k in range(count + tests):
            good = bool(k % 2)
            words = [str(word) for word in source.choice(filler, 5)]
            words.insert(int(source.integers(0, 6)), str(source.choice(GOOD if good else BAD)))
            row = {
                "split": "train" if k < count else "test",
                "label": "pos" if good else "neg",
                "rating": 10 if good else 3,
                "text": " ".join(words),
            }
            out.write(json.dumps(row) + "\n")
    return folder


def write_pairs(folder: Path) -> None:
    """Write English and Portuguese sentences in the format of app/text/rated_sentences.py."""
    (folder / "tatoeba-eng-por").mkdir()
    (folder / "tatoeba-eng-por/eng-por.union.tsv").write_text(
        "That is a wonderful car.\tQue carro maravilhoso.\n"
        "That is a wonderful car.\tQue carro maravilhoso!\tmore\n"
        "He hates the noise.\tEle odeia o barulho.\n"
        "He does not hate it.\tEle não odeia isso.\n"
        "The window is open.\tA janela está aberta.\n"
        "()\t()\n",
        encoding="utf-8",
    )


def list_of_kind(samples: Samples, kind: str) -> list[tuple[str, int | None]]:
    """Give the texts of one kind with their targets, in their order."""
    rows = zip(samples.groups["kind"], samples.inputs, samples.targets, strict=True)
    return [(text, target) for own, text, target in rows if own == kind]


def write_plays(folder: Path, speeches: int = 60) -> Path:
    """Write a folder with a text in the format of app/tasks/shakespeare.py: name, colon, speech."""
    source = np.random.default_rng(0)
    lines = []
    for k in range(speeches):
        words = " ".join(source.choice(("good", "night", "my", "lord", "the", "king"), 5))
        lines.append(f"{('ANNE', 'PAGE')[k % 2]}:\n{words.capitalize()}.\n\n")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "input.txt").write_text("".join(lines), encoding="utf-8")
    return folder


def write_books(folder: Path) -> Path:
    """Write a folder of three books in the format of app/text/books.py."""
    for name in ("conto/um.txt", "conto/dois.txt", "romance/tres.txt"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(BOOK.replace("duas", path.stem), encoding="utf-8")
    return folder
