"""Accents taken away and put back: what is read, what is right, what is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import IGNORE_INDEX, LabeledSequence, Recipe, Samples
from gatescope.nn.checkpoint import Model, load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models, find_token_tasks
from gatescope.tasks.accents import strip_accents

from tests.made_up import write_books

TASK = find_token_tasks()["accents"]
INDEX = {token: row for row, token in enumerate(TASK.build_vocabulary([], 0))}
CLASS = {token: k for k, token in enumerate(TASK.classes)}
SHIPPED = {name: path for name, path in find_models().items() if name.startswith("accents-")}


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: load_model(path) for name, path in SHIPPED.items()}


def restore(model: Model, text: str) -> str:
    trace = record(
        Network(model.cell, model.shape, model.weights), TASK, TASK.read(text, model.index)
    )
    given = (TASK.classes[k] for k in trace.probabilities.argmax(axis=1))
    return "".join(given).replace("␣", " ")


@pytest.mark.parametrize(
    ("letter", "bare"),
    [
        ("ã", "a"),
        ("ç", "c"),
        ("Ê", "E"),
        ("ü", "u"),
        ("n", "n"),
        ("ª", "ª"),
        ("한", "한"),
        ("\u0301", "\u0301"),
    ],
)
def test_a_letter_loses_its_accent_and_nothing_else_changes(letter: str, bare: str) -> None:
    assert strip_accents(letter) == bare


def test_the_network_reads_no_accent_and_answers_with_all_of_them() -> None:
    assert set("áàâãçéêíóôõúü") <= set(TASK.classes)
    assert not set("áàâãçéêíóôõúü") & set(INDEX)
    assert all(strip_accents(token) == token for token in INDEX)
    assert {strip_accents(token) for token in TASK.classes} == set(INDEX) - {"<pad>", "<unk>"}


@pytest.mark.parametrize("text", ["Você não está lá", "Voce\u0302 na\u0303o esta\u0301 la\u0301"])
def test_a_text_with_accents_says_what_is_right_at_every_step(text: str) -> None:
    encoding = TASK.read(text, INDEX)
    assert "".join(encoding.tokens) == "Voce␣nao␣esta␣la"
    targets = TASK.find_targets(encoding)
    assert "".join(TASK.classes[k] for k in targets) == "Você␣não␣está␣lá"
    assert all(encoding.known)


def test_a_text_without_any_accent_says_nothing() -> None:
    encoding = TASK.read("Voce nao esta la", INDEX)
    assert encoding.target_tokens == ()
    assert (TASK.find_targets(encoding) == IGNORE_INDEX).all()


def test_what_the_network_cannot_write_is_not_asked_for() -> None:
    encoding = TASK.read("é ñ ☂", INDEX)
    assert encoding.known == (True, True, True, True, False)
    assert TASK.find_targets(encoding).tolist() == [
        CLASS["é"],
        CLASS["␣"],
        IGNORE_INDEX,
        CLASS["␣"],
        IGNORE_INDEX,
    ]


def test_a_named_target_is_asked_at_the_last_step_alone() -> None:
    encoding = TASK.read("é só", INDEX)
    assert TASK.find_targets(encoding, CLASS["ô"]).tolist() == [
        IGNORE_INDEX,
        IGNORE_INDEX,
        IGNORE_INDEX,
        CLASS["ô"],
    ]


def test_only_letters_that_may_carry_an_accent_choose_the_best_epoch() -> None:
    encoding = TASK.read("É pão, ñ!", INDEX)
    row = LabeledSequence(np.asarray(encoding.token_ids), TASK.find_targets(encoding))
    kept = TASK.trim(row, Recipe())
    assert kept.inputs is row.inputs
    asked = [TASK.classes[k] if k != IGNORE_INDEX else "" for k in kept.targets]
    assert asked == ["É", "", "", "ã", "o", "", "", "", ""]


def grade(text: str, answered: str) -> dict[str, object]:
    encoding = TASK.read(text, INDEX)
    targets = TASK.find_targets(encoding)
    guesses = np.array([CLASS[one] for one in answered.replace(" ", "␣")])
    return dict(TASK.grade(Samples([text], [None], "x"), [guesses[targets != IGNORE_INDEX]]))


def test_letters_and_words_are_counted_beside_those_that_never_had_an_accent() -> None:
    found = grade("Não há avó", "Não ha avô")
    # a o / a / a o: of five letters three are right, two have no accent; one word in three is right
    assert found == {
        "accuracy": 3 / 5,
        "samples": 5,
        "letters": {"right": 3 / 5, "never": 2 / 5},
        "words": {"right": 1 / 3, "never": 0.0},
    }
    assert grade("Não há avó", "Não há avó")["words"] == {"right": 1.0, "never": 0.0}


def test_a_word_with_a_letter_that_cannot_be_written_is_not_right() -> None:
    assert grade("é ñandu", "é nandu")["words"] == {"right": 0.5, "never": 0.0}


def test_the_text_of_the_books_is_read_whole_and_cut_in_pieces(tmp_path: Path) -> None:
    samples = TASK.load(write_books(tmp_path), "train")
    encoding = TASK.read(samples.inputs[0], INDEX)
    assert len(encoding.tokens) == len(encoding.target_tokens) == len(samples.inputs[0])
    row = LabeledSequence(np.asarray(encoding.token_ids), TASK.find_targets(encoding))
    pieces = list(TASK.cut(row, Recipe(max_length=50), np.random.default_rng(0)))
    assert len(pieces) > 5
    assert {len(piece.inputs) for piece in pieces} == {50}


def test_every_example_can_be_read_and_is_short() -> None:
    for example in TASK.examples:
        encoding = TASK.read(example.value, INDEX)
        assert 3 < len(encoding.tokens) <= 80
        assert all(encoding.known)


def test_the_models_are_shipped_measured_and_small(models: dict[str, Model]) -> None:
    kinds = ("lstm", "lstm-bidirectional", "lstm-stacked", "rnn")
    assert set(models) == {f"accents-{kind}" for kind in kinds}
    for name, model in models.items():
        test = model.facts["test"]
        assert SHIPPED[name].stat().st_size < 400_000
        assert test["samples"] == 100_231
        assert test["accuracy"] == test["letters"]["right"] > test["letters"]["never"]
        assert test["words"]["right"] > test["words"]["never"]
    shares = {name: model.facts["test"]["words"]["right"] for name, model in models.items()}
    assert max(shares, key=shares.__getitem__) == "accents-lstm-bidirectional"


def test_who_reads_both_ways_sees_what_comes_after_the_letter(models: dict[str, Model]) -> None:
    both, one = models["accents-lstm-bidirectional"], models["accents-lstm"]
    for text in ("Não são.", "A comoção e a ambição dos corações não são razões."):
        assert restore(both, text) == text
        assert restore(one, text) != text


@pytest.mark.parametrize("name", ["bread", "not_there", "hearts"])
def test_an_example_shows_what_reading_both_ways_is_worth(
    models: dict[str, Model], name: str
) -> None:
    (text,) = (example.value for example in TASK.examples if example.id == name)
    right = {model for model in models if restore(models[model], text) == text}
    assert right == {"accents-lstm-bidirectional"}


def test_of_the_three_words_sabia_all_four_models_read_the_verb(models: dict[str, Model]) -> None:
    (text,) = (example.value for example in TASK.examples if example.id == "thrush")
    assert {restore(model, text) for model in models.values()} == {text.replace("sabiá", "sabia")}
