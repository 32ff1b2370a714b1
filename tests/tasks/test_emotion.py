from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import InvalidInput, Samples
from gatescope.nn.checkpoint import Model, load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models, find_token_tasks
from gatescope.tasks.emotion import measure_macro_f1
from gatescope.text.emotion_corpora import EMOTIONS as CLASSES

TASK = find_token_tasks()["emotion"]
SHIPPED = {name: path for name, path in find_models().items() if name.startswith("emotion-")}
GATED = ("lstm", "gru")

SAID = {
    "Eu estava triste, mas agora estou muito feliz.": "joy",
    "Eu estava feliz, mas agora estou muito triste.": "sadness",
    "Que nojo, encontrei uma barata morta na minha sopa!": "disgust",
    "Ouvi um barulho estranho no escuro e fiquei com muito medo.": "fear",
    "Estou com muita raiva do meu chefe.": "anger",
    "Não estou triste, estou feliz.": "joy",
    "Não estou feliz, estou triste.": "sadness",
    "Nossa, que surpresa ver você aqui!": "surprise",
    "Que alegria, passei no vestibular!": "joy",
    "Meu cachorro morreu e eu chorei a noite toda.": "sadness",
    "Wow, I did not expect to see you here!": "surprise",
    "I am not sad, I am furious with my boss.": "anger",
    "I am so happy, thank you all!": "joy",
    "I was sad, but now I am happy.": "joy",
    "I was happy, but now I am sad.": "sadness",
    "I was so scared, the noise terrified me.": "fear",
    "I cried all day, I miss my grandmother so much.": "sadness",
    "There was a dead fly in the soup, how disgusting!": "disgust",
}


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: load_model(path) for name, path in SHIPPED.items()}


def write_data(folder: Path) -> Path:
    (folder / "goemotions").mkdir()
    (folder / "brighter-ptbr").mkdir()
    for part in ("train", "dev", "test"):
        (folder / f"goemotions/{part}.tsv").write_text(
            f"[NAME] is mad {part}\t0\ta\nso glad {part}\t3\tb\n"
            f"both {part}\t0,3\tc\nok {part}\t4\td\n[NAME]\t4\te\n"
        )
        (folder / f"brighter-ptbr/{part}.ptbr.csv").write_text(
            "id,text,anger,disgust,fear,joy,sadness,surprise\n"
            f'1,"que medo, {part}",0,0,1,0,0,0\n'
            f"2,raiva e tristeza {part},1,0,0,0,1,0\n"
            f"3,nada {part},0,0,0,0,0,0\n"
        )
    return folder


def test_both_languages_are_read_and_texts_of_several_emotions_left_out(tmp_path: Path) -> None:
    test = TASK.load(write_data(tmp_path), "test")
    labels = [CLASSES[target] for target in test.targets if target is not None]
    assert list(zip(test.groups["source"], map(str.strip, test.inputs), labels, strict=True)) == [
        ("en", "is mad test", "anger"),
        ("en", "so glad test", "joy"),
        ("en", "ok test", "neutral"),
        ("pt", "que medo, test", "fear"),
        ("pt", "nada test", "neutral"),
    ]


def test_training_reads_the_development_rows_and_made_up_sentences_too(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    train, test = TASK.load(folder, "train"), TASK.load(folder, "test")
    assert Counter(train.groups["source"]) == {
        "en": 6,
        "pt": 4,
        "generated en": 16_000,
        "generated pt": 16_000,
    }
    assert not set(train.inputs) & set(test.inputs)
    assert train.digest == test.digest
    assert set(train.targets) == set(range(7))


def test_a_folder_without_the_data_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"train\.tsv is missing: --data"):
        TASK.load(tmp_path, "train")
    with pytest.raises(FileNotFoundError, match="--data"):
        TASK.load(None, "test")


@pytest.mark.parametrize("seed", range(5))
def test_macro_f1_is_the_mean_of_the_harmonic_means_of_precision_and_recall(seed: int) -> None:
    source = np.random.default_rng(seed)
    targets, predicted = source.integers(0, 7, 50), source.integers(0, 7 - seed, 50)
    table = np.zeros((7, 7))
    np.add.at(table, (targets, predicted), 1)
    scores = []
    for k in range(7):
        precision = table[k, k] / table[:, k].sum() if table[:, k].sum() else 0.0
        recall = table[k, k] / table[k].sum() if table[k].sum() else 0.0
        both = precision + recall
        scores.append(2 * precision * recall / both if both else 0.0)
    found = measure_macro_f1(targets.tolist(), predicted.tolist())
    assert found == pytest.approx(np.mean(scores), rel=1e-12)


def test_macro_f1_of_a_case_worked_by_hand() -> None:
    # Class 0: 2 hits of 3 true and 2 given, 4/5. Class 1: 1 hit of 1 true and 2 given, 2/3.
    assert measure_macro_f1([0, 0, 0, 1], [0, 0, 1, 1]) == pytest.approx((4 / 5 + 2 / 3) / 7)
    assert measure_macro_f1(range(7), range(7)) == 1.0


def test_the_figures_stand_beside_those_of_naming_one_class_always() -> None:
    samples = Samples("abcde", [3, 3, 0, 4, 4], "", {"source": ["en", "en", "en", "pt", "pt"]})
    found = TASK.grade(samples, [np.array([k]) for k in (3, 3, 3, 4, 0)])
    assert found["samples"] == 5
    assert found["accuracy"] == pytest.approx(3 / 5)
    assert found["majority"]["class"] == "joy"
    assert found["majority"]["accuracy"] == pytest.approx(2 / 5)
    assert found["majority"]["macro_f1"] == pytest.approx((2 * 2 / 7) / 7)
    english, portuguese = found["languages"]["en"], found["languages"]["pt"]
    assert (english["samples"], portuguese["samples"]) == (3, 2)
    assert english["macro_f1"] == pytest.approx((4 / 5) / 7)
    assert portuguese["accuracy"] == 0.5
    assert portuguese["majority"] == {
        "class": "neutral",
        "accuracy": 1.0,
        "macro_f1": pytest.approx(1 / 7),
    }


def test_a_language_without_a_text_has_no_figures() -> None:
    samples = Samples("ab", [3, 0], "", {"source": ["en", "en"]})
    found = TASK.grade(samples, [np.array([k]) for k in (3, 3)])
    assert found["languages"]["pt"] == {"samples": 0}


def test_a_text_without_a_word_is_refused() -> None:
    with pytest.raises(InvalidInput, match="nothing_to_read"):
        TASK.read("@you", {"<pad>": 0, "<unk>": 1})


def test_every_class_has_its_words_in_both_languages() -> None:
    assert TASK.classes == CLASSES
    assert set(TASK.labels) == set(CLASSES)


def test_three_models_are_shipped_measured_and_small(models: dict[str, Model]) -> None:
    assert set(models) == {f"emotion-{cell}" for cell in ("gru", "lstm", "rnn")}
    for name, model in models.items():
        test = model.facts["test"]
        assert SHIPPED[name].stat().st_size < 4_000_000
        assert test["samples"] == sum(one["samples"] for one in test["languages"].values())
        for found in (test, *test["languages"].values()):
            assert found["accuracy"] > found["majority"]["accuracy"]
            assert found["macro_f1"] > 1.5 * found["majority"]["macro_f1"]
    for cell in GATED:
        assert models[f"emotion-{cell}"].facts["test"]["macro_f1"] > 0.5


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("text", SAID)
def test_a_plain_sentence_is_understood_in_both_languages(
    models: dict[str, Model], cell: str, text: str
) -> None:
    model = models[f"emotion-{cell}"]
    network = Network(model.cell, model.shape, model.weights)
    assert record(network, TASK, TASK.read(text, model.index)).target == SAID[text]
