from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from gatescope.contracts import InvalidInput, Samples, float64
from gatescope.nn.checkpoint import Model, load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models, find_token_tasks

from tests.asking import ask_model
from tests.made_up import list_of_kind, write_pairs

TASK = find_token_tasks()["sentiment-pt"]
SHIPPED = {name: path for name, path in find_models().items() if name.startswith("sentiment-pt-")}
GATED = ("lstm", "gru")

PRAISE = (
    "A comida estava boa, não estava ruim.",
    "Eu gostei do filme, a viúva negra é minha personagem favorita, estou ansioso para assistir "
    "a continuação",
    "Eu gostei do livro, o detetive é meu personagem favorito, estou ansioso para ler a "
    "continuação.",
    "O hotel era limpo, não era sujo.",
    "O serviço foi rápido, não foi lento.",
    "O livro é interessante, não é chato.",
    "A aula estava ótima, não estava cansativa.",
    "O quarto não estava sujo, estava limpo.",
    "Gostei do restaurante, não achei caro.",
    "Adorei a aula, não foi chata.",
    "O filme não é ruim, é excelente.",
    "As aulas eram boas, não eram ruins.",
    "O motorista foi educado, não foi grosseiro.",
    "Pensei que o livro seria chato, mas é maravilhoso.",
    "Eu amei o hotel, não odiei.",
    "O professor é bom, não é ruim.",
    "A viagem foi divertida, não foi cansativa.",
    "Estava boa a comida, não estava ruim.",
    "Recomendo o hotel.",
    "Eu esperava odiar este filme, mas acabei adorando.",
    "Esta é uma série maravilhosa. Nós vimos num domingo à tarde com meu irmão e dois amigos dele, "
    "no apartamento perto da estação, e depois voltamos a pé pela beira do rio e conversamos "
    "sobre a semana, sobre o trabalho e sobre o que fazer para o jantar.",
)
BLAME = (
    "A comida estava ruim, não estava boa.",
    "Eu não gostei do filme, a história é confusa e eu dormi na metade.",
    "O hotel era sujo, não era limpo.",
    "O serviço foi lento, não foi rápido.",
    "O livro é chato, não é interessante.",
    "A aula estava cansativa, não estava ótima.",
    "O quarto não estava limpo, estava sujo.",
    "Não gostei do restaurante, achei caro.",
    "Detestei a aula, não foi boa.",
    "O filme não é excelente, é ruim.",
    "As aulas eram ruins, não eram boas.",
    "O motorista foi grosseiro, não foi educado.",
    "Pensei que o livro seria maravilhoso, mas é chato.",
    "Eu odiei o hotel, não amei.",
    "O professor é ruim, não é bom.",
    "A viagem foi cansativa, não foi divertida.",
    "A comida não estava boa, estava ruim.",
    "Um acidente pode ocorrer a qualquer momento.",
    "A qualquer momento pode ocorrer um acidente.",
    "Pode ocorrer um acidente a qualquer momento.",
    "Não recomendo o hotel.",
    "O atendimento foi péssimo, não volto mais.",
    "Esta é uma série terrível. Nós vimos num domingo à tarde com meu irmão e dois amigos dele, "
    "no apartamento perto da estação, e depois voltamos a pé pela beira do rio e conversamos "
    "sobre a semana, sobre o trabalho e sobre o que fazer para o jantar.",
)


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    return {name: load_model(path) for name, path in SHIPPED.items()}


def write_data(folder: Path, reviews: int = 10) -> Path:
    for name in ("pt-book-reviews", "pt-tweets", "brighter-ptbr"):
        (folder / name).mkdir(parents=True)
    write_pairs(folder)
    for word, name in (("ruim", "neg"), ("bom", "pos")):
        lines = [f"livro {word} número {k}" for k in range(reviews)]
        (folder / f"pt-book-reviews/books_pt_{name}").write_text("\n".join([*lines, "", ""]))
    for part in ("train", "val", "test"):
        (folder / f"pt-tweets/{part}_labels.txt").write_text("0\n1\n2\n")
        texts = f"@ana feio {part}\nneutro {part}\nlindo 😍 {part}\n"
        (folder / f"pt-tweets/{part}_text.txt").write_text(texts)
    for part in ("train", "dev"):
        (folder / f"brighter-ptbr/{part}.ptbr.csv").write_text(
            "id,text,anger,disgust,fear,joy,sadness,surprise\n"
            f'1,"que raiva, {part}",1,0,0,0,1,0\n'
            f"2,que alegria {part},0,0,0,1,0,0\n"
            f"3,raiva e alegria {part},1,0,0,1,0,0\n"
            f"4,nada {part},0,0,0,0,0,0\n"
            f"5,ué {part},0,0,0,0,0,1\n"
        )
    return folder


def test_the_test_is_every_fifth_review_the_test_tweets_and_held_out_sentences(
    tmp_path: Path,
) -> None:
    folder = write_data(tmp_path)
    train, test = TASK.load(folder, "train"), TASK.load(folder, "test")
    rows = list(zip(test.groups["kind"], test.inputs, test.targets, strict=True))
    assert [row for row in rows if row[0] not in {"phrases", "frames"}] == [
        ("reviews", "livro ruim número 0", 0),
        ("reviews", "livro ruim número 5", 0),
        ("reviews", "livro bom número 0", 1),
        ("reviews", "livro bom número 5", 1),
        ("tweets", "@ana feio test", 0),
        ("tweets", "lindo 😍 test", 1),
    ]
    assert test.groups["kind"].count("phrases") == 5 * 6
    assert test.groups["kind"].count("frames") == 500
    assert Counter(train.groups["kind"]) == {
        "reviews": 16,
        "tweets": 4,
        "emotions": 4,
        "rated": 3,
        "neutral": 2 + 2 + 1 + 32,
        "phrases": 5 * 32,
    }
    neutral = list_of_kind(train, "neutral")
    assert neutral[:2] == [("neutro train", 0), ("neutro val", 1)]
    assert neutral[2:4] == [("nada train", 0), ("nada dev", 1)]
    assert neutral[4] == ("A janela está aberta.", 0)
    assert not set(train.inputs) & set(test.inputs)
    assert train.digest == test.digest


def test_what_stands_in_the_test_as_well_is_not_trained_on(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    path = folder / "pt-book-reviews/books_pt_pos"
    path.write_text(path.read_text().replace("bom número 3", "bom número 5"))
    assert "livro bom número 5" not in TASK.load(folder, "train").inputs


def test_only_texts_of_one_side_are_taken_from_the_emotions(tmp_path: Path) -> None:
    train = TASK.load(write_data(tmp_path), "train")
    assert list_of_kind(train, "emotions")[:2] == [
        ("que raiva, train", 0),
        ("que alegria train", 1),
    ]


def test_a_folder_without_the_data_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="books_pt_neg is missing: --data"):
        TASK.load(tmp_path, "train")
    with pytest.raises(FileNotFoundError, match="--data"):
        TASK.load(None, "train")


def test_the_accuracy_is_that_of_real_texts_and_each_part_has_its_own() -> None:
    samples = Samples(
        "abcdef",
        [0, 1, 0, 1, 0, 1],
        "",
        {"kind": ["reviews", "reviews", "tweets"] + ["phrases"] * 3},
    )
    assert TASK.grade(samples, [np.array([k]) for k in (0, 0, 0, 1, 0, 0)]) == {
        "accuracy": pytest.approx(2 / 3),
        "samples": 3,
        "parts": {
            "reviews": {"accuracy": 0.5, "samples": 2},
            "tweets": {"accuracy": 1.0, "samples": 1},
            "phrases": {"accuracy": pytest.approx(2 / 3), "samples": 3},
        },
    }


def test_a_text_is_read_as_people_write_to_each_other() -> None:
    encoding = TASK.read("@ana AMEIIII :) ☂", {"<pad>": 0, "<unk>": 1, "amei": 2, ":)": 3})
    assert encoding.tokens == ("amei", ":)", "☂")
    assert encoding.token_ids == (2, 3, 1)
    vocabulary = ["<pad>", "<unk>", "amei", ":)"]
    assert TASK.build_vocabulary(["Amei", "amei :)", "☂"], 4) == vocabulary


def test_a_text_without_a_word_is_refused() -> None:
    with pytest.raises(InvalidInput, match="nothing_to_read"):
        TASK.read("@ana https://exemplo.br", {"<pad>": 0, "<unk>": 1})


def test_five_models_are_shipped_measured_and_small(models: dict[str, Model]) -> None:
    cells = ("bag", "gru", "jordan", "lstm", "rnn")
    assert set(models) == {f"sentiment-pt-{cell}" for cell in cells}
    for name, model in models.items():
        assert SHIPPED[name].stat().st_size < 4_000_000
        assert set(model.facts["test"]["parts"]) == {"reviews", "tweets", "phrases", "frames"}
        assert model.facts["test"]["samples"] == 979
    for cell in GATED:
        test = models[f"sentiment-pt-{cell}"].facts["test"]
        assert test["accuracy"] > 0.82
        assert test["parts"]["phrases"]["accuracy"] > 0.82  # wordings that training never had
        assert models[f"sentiment-pt-{cell}"].facts["everyday"]["pt"]["most"]["accuracy"] > 0.88
    bag = models["sentiment-pt-bag"].facts["test"]["parts"]
    assert bag["reviews"]["accuracy"] > 0.8
    assert bag["phrases"]["accuracy"] < 0.8, "the order is all that tells these apart"


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("text", PRAISE)
def test_praise_is_positive(models: dict[str, Model], cell: str, text: str) -> None:
    assert ask_model(models[f"sentiment-pt-{cell}"], text)[1] > 0.5


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("text", BLAME)
def test_blame_is_negative(models: dict[str, Model], cell: str, text: str) -> None:
    assert ask_model(models[f"sentiment-pt-{cell}"], text)[1] < 0.5


@pytest.mark.parametrize(
    "texts",
    [
        ("A comida estava boa, não estava ruim.", "A comida estava ruim, não estava boa."),
        ("O hotel era limpo, não era sujo.", "O hotel era sujo, não era limpo."),
        (
            "Um acidente pode ocorrer a qualquer momento.",
            "Pode ocorrer um acidente a qualquer momento.",
        ),
    ],
)
def test_the_bag_cannot_tell_two_orders_of_the_same_words_apart(
    models: dict[str, Model], texts: tuple[str, str]
) -> None:
    one, other = (ask_model(models["sentiment-pt-bag"], text) for text in texts)
    assert one == pytest.approx(other, abs=1e-9)
    one, other = (ask_model(models["sentiment-pt-lstm"], text) for text in texts)
    assert one != pytest.approx(other, abs=1e-6)


def test_the_sum_of_the_bag_is_the_same_in_any_order(models: dict[str, Model]) -> None:
    model = models["sentiment-pt-bag"]
    cell = Network(model.cell, model.shape, model.weights).layers[0][False]
    ids = torch.tensor(model.task.read(PRAISE[1], model.index).token_ids)
    x = float64(model.weights["embedding.weight"][ids])
    one, other = cell.forward(x), cell.forward(x[::-1].copy())
    assert one is not None
    assert other is not None
    assert abs(one["h"][-1] - other["h"][-1]).max() < 1e-9


def test_the_lectures_sentences_are_among_the_examples() -> None:
    texts = {example.value for example in TASK.examples}
    assert {
        "A comida estava boa, não estava ruim.",
        "A comida estava ruim, não estava boa.",
        "Um acidente pode ocorrer a qualquer momento.",
        "A qualquer momento pode ocorrer um acidente.",
        "Pode ocorrer um acidente a qualquer momento.",
    } <= texts
