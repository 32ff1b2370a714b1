from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import IGNORE_INDEX, InvalidInput
from gatescope.nn.checkpoint import Model, load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models, find_token_tasks

from tests.asking import ask_model
from tests.made_up import list_of_kind, write_reviews

TASK = find_token_tasks()["sentiment"]
VOCABULARY = {"<pad>": 0, "<unk>": 1, "great": 2, "film": 3, ".": 4, "don't": 5}
CELLS = ("gru", "lstm", "rnn")
GATED = CELLS[:2]
EXAMPLES = {example.id: example.value for example in TASK.examples}

PRAISE = (
    "The food was good, it was not bad.",
    "The food was good, not bad.",
    "The food was good, not bad at all.",
    "The food was not bad, it was good.",
    "The food was not bad at all.",
    "This movie was absolutely amazing! The acting was superb and the plot was captivating.",
    "The hotel was clean, it was not dirty.",
    "The book is interesting, it is not boring.",
    "The service was fast, not slow.",
    "The film isn't boring, it is excellent.",
    "I thought the book would be boring, but it was wonderful.",
    "I loved the film, I did not hate it.",
    "I expected to hate this film, but I loved it.",
    "The actors were good, they were not bad.",
    EXAMPLES["turn"],
    EXAMPLES["long"],
)
BLAME = (
    "The food was bad, it was not good.",
    "The food was bad, not good.",
    "The food was bad, not good at all.",
    "The food was not good, it was bad.",
    "The food was not good at all.",
    "This movie was absolutely terrible! The acting was awful and the plot was boring.",
    "The hotel was dirty, it was not clean.",
    "The book is boring, it is not interesting.",
    "The service was slow, not fast.",
    "The film isn't excellent, it is boring.",
    "I thought the book would be wonderful, but it was boring.",
    "I hated the film, I did not love it.",
    "I expected to love this film, but I hated it.",
    "The actors were bad, they were not good.",
    "I expected to love this film, but it turned out to be a terrible disappointment.",
    EXAMPLES["long"].replace("wonderful", "terrible"),
)
REVIEWS = (  # of 77 to 81 tokens
    "I went to see this film with my sister because the poster looked interesting and a friend "
    "from work had told us about it. The story is about a man who loses his job and moves to a "
    "small town, where he meets a woman who runs a hotel. It is slow and dull, the actors seem "
    "bored, and the ending makes no sense. I would not watch it again.",
    "This is one of the best films I have seen in years. The story begins in a village by the "
    "sea, where a young teacher arrives to take over the school, and it follows her and her "
    "students for one long winter. The cast is superb, the music is lovely, and every scene "
    "looks as if it had been painted. I left the cinema smiling, and I will certainly see it "
    "again.",
    "My brother and I rented this on a rainy evening, and we turned it off after an hour. The "
    "plot is full of holes, the jokes are not funny, and the special effects look cheap. The "
    "two leads have nothing to say to each other, and the director seems to think that loud "
    "music can hide it. It was a waste of time and money, and I cannot recommend it to anyone.",
    "The film was shot in the old part of the city, with people who had never acted before, and "
    "it shows in the best way. Nobody plays to the camera. A boy looks for his dog, a woman "
    "waits for a letter, a train leaves without them, and slowly we begin to see how they are "
    "all connected. It is a quiet and moving little film that stayed with me for days.",
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("A great film", ["a", "great", "film"]),
        ("GREAT Film", ["great", "film"]),
        ("don't", ["don't"]),
        ("don’t", ["don't"]),
        ("rock'n'roll", ["rock'n'roll"]),
        ("'quoted'", ["quoted"]),
        ("the actors' faces", ["the", "actors", "faces"]),
        ("Good, not bad!", ["good", ",", "not", "bad", "!"]),
        ("why?!", ["why", "?", "!"]),
        ("wait...", ["wait", ".", ".", "."]),
        ("a: b; c", ["a", ":", "b", ";", "c"]),
        ("well-made", ["well", "made"]),
        ("“great” — really…", ["great", "really"]),
        ("one<br /><br />two", ["one", "two"]),
        ("<b>bold</b> move", ["bold", "move"]),
        ("<p class='x'>text</p>", ["text"]),
        ("<!-- hidden -->seen", ["seen"]),
        ("2 < 3 and 4 > 3", ["2", "3", "and", "4", "3"]),
        ("I <3 it", ["i", "<3", "it"]),
        ("great ❤", ["great", "❤"]),
        ("great ❤️", ["great", "❤"]),
        ("😀😀", ["😀", "😀"]),
        ("👩‍👧 nice", ["👩", "👧", "nice"]),
        ("10/10", ["10", "10"]),
        ("snake_case", ["snake", "case"]),
        ("Este filme é maravilhoso", ["este", "filme", "é", "maravilhoso"]),
        ("素晴らしい", ["素晴らしい"]),
        ("tab\tand\nline", ["tab", "and", "line"]),
        (
            "(great) [film] {now} *wow* #1 @me $5 50%",
            ["great", "film", "now", "wow", "1", "5", "50"],
        ),
    ],
)
def test_a_text_is_split_into(text: str, tokens: list[str]) -> None:
    assert TASK.tokenize(text) == tokens


def test_a_word_the_model_never_saw_is_marked_and_reads_the_unknown_row() -> None:
    encoding = TASK.read("Great gloop film.", VOCABULARY)
    assert encoding.tokens == ("great", "gloop", "film", ".")
    assert encoding.token_ids == (2, 1, 3, 4)
    assert encoding.known == (True, False, True, True)


def test_a_person_who_types_the_name_of_the_unknown_row_does_not_reach_it() -> None:
    encoding = TASK.read("<unk> unk pad", VOCABULARY)
    assert encoding.tokens == ("unk", "pad")
    assert encoding.token_ids == (1, 1)


@pytest.mark.parametrize("text", ["<br>", "()", "—", "  ", "''", "‘’"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        TASK.read(text, VOCABULARY)
    assert (refusal.value.code, refusal.value.field) == ("nothing_to_read", "input.text")


def test_the_vocabulary_holds_the_most_frequent_words_after_two_rows_of_its_own() -> None:
    texts = ["b a a", "a c", "b d"]
    assert TASK.build_vocabulary(texts, 5) == ["<pad>", "<unk>", "a", "b", "c"]
    assert TASK.build_vocabulary(texts, 99) == ["<pad>", "<unk>", "a", "b", "c", "d"]


def test_the_data_is_read_by_split_with_its_digest(tmp_path: Path) -> None:
    folder = write_reviews(tmp_path, count=12, tests=4)
    train, test = TASK.load(folder, "train"), TASK.load(folder, "test")
    counts = {"reviews": 12, "comments": 2, "rated": 2, "neutral": 1 + 1 + 18, "phrases": 5 * 18}
    assert Counter(train.groups["kind"]) == counts
    assert list(zip(train.inputs, train.targets, strict=True))[12:15] == [
        ("so mad", 0),
        ("so glad", 1),  # as many as there are dark ones
        ("well then", 0),
    ]
    assert Counter(test.groups["kind"]) == {"reviews": 4, "cut": 2, "phrases": 30, "frames": 500}
    assert test.targets[:4] == (0, 1, 0, 1)
    assert list_of_kind(test, "cut") == [(test.inputs[k], 1) for k in (1, 3)], "ten stars"
    assert not set(train.inputs) & set(test.inputs)
    assert train.digest == test.digest
    assert len(train.digest) == 64


def test_a_folder_without_the_data_is_a_sentence_that_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"imdb_50k\.jsonl\.gz is missing: --data"):
        TASK.load(tmp_path, "train")
    with pytest.raises(FileNotFoundError, match="--data"):
        TASK.load(None, "train")


def test_a_file_without_the_split_is_a_sentence(tmp_path: Path) -> None:
    write_reviews(tmp_path)
    with gzip.open(tmp_path / "imdb/imdb_50k.jsonl.gz", "wt") as out:
        out.write('{"split": "train", "label": "pos", "text": "great"}\n')
    with pytest.raises(FileNotFoundError, match="no rows of split 'test'"):
        TASK.load(tmp_path, "test")


def test_the_answer_is_asked_at_the_last_step_and_no_text_tells_it() -> None:
    encoding = TASK.read("great film .", VOCABULARY)
    assert TASK.topology == "many-to-one"
    assert TASK.find_targets(encoding, 1).tolist() == [IGNORE_INDEX, IGNORE_INDEX, 1]
    assert (TASK.find_targets(encoding) == IGNORE_INDEX).all()


def test_every_example_can_be_read() -> None:
    for example in TASK.examples:
        assert TASK.read(example.value, VOCABULARY).tokens


@pytest.fixture(scope="module")
def models() -> dict[str, Model]:
    found = find_models()
    return {cell: load_model(found[f"sentiment-{cell}"]) for cell in CELLS}


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("text", PRAISE)
def test_praise_is_positive(models: dict[str, Model], cell: str, text: str) -> None:
    assert ask_model(models[cell], text)[1] > 0.5


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("text", BLAME)
def test_blame_is_negative(models: dict[str, Model], cell: str, text: str) -> None:
    assert ask_model(models[cell], text)[1] < 0.5


def test_the_lectures_sentences_are_among_the_examples() -> None:
    assert {EXAMPLES["order"], EXAMPLES["amazing"]} <= set(PRAISE)
    assert EXAMPLES["reorder"] in BLAME


def test_the_accuracy_is_that_of_all_test_reviews_and_the_contrasts_have_their_own(
    models: dict[str, Model],
) -> None:
    for model in models.values():
        test = model.facts["test"]
        assert test["samples"] == test["parts"]["reviews"]["samples"] == 25_000
        assert test["accuracy"] == test["parts"]["reviews"]["accuracy"]
        assert test["parts"]["phrases"]["samples"] == 1_000
    for cell in GATED:
        test = models[cell].facts["test"]
        assert test["accuracy"] > 0.885
        assert test["parts"]["phrases"]["accuracy"] > 0.8  # wordings that training never had
        assert models[cell].facts["everyday"]["en"]["most"]["accuracy"] > 0.85


def test_the_gradient_of_the_rnn_is_gone_30_words_back_where_that_of_the_others_arrives(
    models: dict[str, Model],
) -> None:
    left = {}
    for cell, model in models.items():
        network = Network(model.cell, model.shape, model.weights)
        traces = [
            record(network, TASK, TASK.read(text, model.index))
            for text in (*REVIEWS, EXAMPLES["long"])
        ]
        norms = [trace.norms["layers.0.h"] for trace in traces]
        left[cell] = [one[-31] / one[-1] for one in norms]
    assert np.median(left["rnn"]) < 1e-3, "not on every review: see docs/models.md"
    assert left["rnn"][-1] < 1e-3, "the page's example"
    assert min(left["lstm"]) > 5e-3
    assert min(left["gru"]) > 0.3
