from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from gatescope.cli.train import _choose_recipe as choose_recipe
from gatescope.contracts import Recipe
from gatescope.nn.checkpoint import load_model, save_model
from gatescope.registry import find_cells, find_tasks
from gatescope.training import trainer
from gatescope.training.everyday import leave_out_everyday
from gatescope.training.word_pairs import read_figures, write_figures
from safetensors.torch import load_file

from tests.cli.command import fail, run, succeed
from tests.made_up import write_books, write_plays, write_reviews

SENTIMENT = find_tasks()["sentiment"]
TINY = {"hidden_size": 4, "embedding_dim": 3, "batch_size": 16, "max_length": 8, "epochs": 2}
TINY |= {"validation_size": 20, "vocabulary_size": 60}


def set_recipe(**recipe: float) -> list[str]:
    return [word for name, value in recipe.items() for word in ("--set", f"{name}={value}")]


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reviews(tmp_path_factory.mktemp("reviews"), count=40)


def train_tiny(data: Path, path: Path, *more: str, cell: str = "rnn") -> list[str]:
    words = ["train", "sentiment", "--cell", cell, "--data", str(data), "--output", str(path)]
    return [*words, *set_recipe(**TINY), *more]


def test_a_model_is_trained_evaluated_and_listed(tmp_path: Path) -> None:
    data, path = write_reviews(tmp_path / "data", count=100), tmp_path / "tiny.safetensors"
    words = ["train", "sentiment", "--cell", "gru", "--data", str(data), "--output", str(path)]
    words += ["--epochs", "7", "--seed", "5"]
    words += set_recipe(hidden_size=8, embedding_dim=6, vocabulary_size=400, batch_size=16)
    words += set_recipe(learning_rate=0.05, dropout=0, word_dropout=0, crop_probability=0)
    said = succeed(*words, *set_recipe(validation_size=80))
    assert "epoch 7" in said
    model = load_model(path)
    assert model.facts["recipe"]["hidden_size"] == model.shape.hidden == 8
    assert model.facts["recipe"]["seed"] == 5
    kept, _ = SENTIMENT.hold_out(
        leave_out_everyday(SENTIMENT, SENTIMENT.load(data, "train")),
        Recipe(validation_size=80, seed=5),
    )
    assert model.facts["data"]["train"] == len(kept.inputs) > 4 * 100
    history = model.facts["validation"]["history"]
    assert len(history) == 7
    assert f"{100 * max(history):.2f} % on what was held out" in said
    assert "test" not in model.facts
    assert model.facts["data"]["validation"] == 20
    assert model.facts["validation"]["generated"]["samples"] == 20
    temperature = model.facts["calibration"]["temperature"]
    assert f"calibrated at temperature {temperature:.2f}" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", path.name]

    told = succeed("evaluate", str(path), "--data", str(data))
    assert "20 test answers" in told
    facts = load_model(path).facts
    right = facts["everyday"]["en"]
    assert f"sentences, en: {right['right']} of {right['samples']}" in told
    assert facts["test"]["in_training"] == count_copies(data)
    assert facts["test"]["samples"] == 20
    assert facts["test"]["accuracy"] > 0.7
    parts = facts["test"]["parts"]
    assert parts["phrases"]["samples"] == 5 * (20 + parts["cut"]["samples"])
    assert facts["test"]["sha256"] == facts["data"]["sha256"]
    assert {name: facts[name] for name in model.facts} == model.facts
    assert "tiny" in succeed("models", "--folder", str(tmp_path))


def count_copies(folder: Path) -> int:
    """Count the test reviews that are training reviews too."""
    with gzip.open(folder / "imdb/imdb_50k.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    learned = {row["text"] for row in rows if row["split"] == "train"}
    return sum(row["text"] in learned for row in rows if row["split"] == "test")


def test_a_bag_of_word_pairs_is_measured_beside(tmp_path: Path, reviews: Path) -> None:
    path = tmp_path / "new" / "word_pairs.json"
    words = ["baseline", "sentiment", "--data", str(reviews), "--output", str(path)]
    said = succeed(*words)
    figures = read_figures(path)
    test = figures["sentiment"]["test"]
    assert f"word pairs reach {100 * test['accuracy']:.2f} %, 20 test answers" in said
    assert figures["sentiment"]["data"]["train"] == 42, "reviews and comments"
    path.write_bytes(write_figures({"emotion": {}, **figures}))
    succeed(*words)
    assert read_figures(path) == {"emotion": {}, **figures}, "what is there of others stays"
    plays = write_plays(tmp_path / "plays")
    told = fail("baseline", "shakespeare", "--data", str(plays), "--output", str(path))
    assert told.startswith("A bag of words gives one class a text")


def test_what_a_baseline_needs_is_a_sentence_where_it_is_missing(
    tmp_path: Path, reviews: Path
) -> None:
    code = "import sys; sys.modules['sklearn'] = None\nfrom gatescope.cli import main; main()"
    words = ["baseline", "sentiment", "--data", str(reviews), "--output", str(tmp_path / "b.json")]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "This needs scikit-learn: pip install 'gatescope[baselines]'.\n"
    assert not (tmp_path / "b.json").exists()


@pytest.mark.parametrize("cell", find_cells())
def test_a_model_of_every_cell_is_trained_and_evaluated(
    tmp_path: Path, reviews: Path, cell: str
) -> None:
    path = tmp_path / "m.safetensors"
    succeed(*train_tiny(reviews, path, "--epochs", "1", cell=cell))
    succeed("evaluate", str(path), "--data", str(reviews))
    model = load_model(path)
    assert model.cell is find_cells()[cell]
    assert 0 <= model.facts["test"]["accuracy"] <= 1


def test_the_same_training_writes_the_same_bytes(tmp_path: Path, reviews: Path) -> None:
    paths = [tmp_path / f"{k}.safetensors" for k in range(2)]
    for path in paths:
        succeed(*train_tiny(reviews, path))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    succeed(*train_tiny(reviews, paths[1], "--seed", "1"))
    assert paths[0].read_bytes() != paths[1].read_bytes()


def test_evaluation_leaves_a_file_alone_that_says_it_already(tmp_path: Path, reviews: Path) -> None:
    path = tmp_path / "m.safetensors"
    succeed(*train_tiny(reviews, path))
    trained = path.read_bytes()
    words = ["evaluate", str(path), "--data", str(reviews)]
    succeed(*words, "--no-write")
    assert path.read_bytes() == trained
    assert f"{path}: written" in succeed(*words)
    measured, tensors, before = path.read_bytes(), load_file(path), path.stat().st_mtime_ns
    assert measured != trained
    time.sleep(0.01)
    said = succeed(*words)
    assert f"{path}: says so already; left as it is" in said
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (measured, before)
    model = load_model(path)
    # A file of an older version, its fields and its metadata's order other: left alone as well.
    facts = dict(model.facts) | {"recipe": {"hidden": 4, "seed": 0}}
    save_model(
        path,
        {k: v.half() for k, v in tensors.items()},
        task="sentiment",
        cell="rnn",
        vocabulary=model.vocabulary,
        facts=facts,
    )
    older = path.read_bytes()
    succeed(*words)
    succeed(*words)
    halves = load_file(path)
    assert all(value.dtype.itemsize == 2 for value in halves.values())
    assert load_model(path).facts["recipe"] == {"hidden_size": 4, "seed": 0}
    if load_model(path).facts["test"] == model.facts["test"]:
        assert path.read_bytes() == older


def test_layers_and_directions_are_options_of_training(tmp_path: Path) -> None:
    data, path = write_books(tmp_path), tmp_path / "accents-gru-stacked-bidirectional.safetensors"
    with (data / "conto" / "um.txt").open("a", encoding="utf-8") as book:
        book.write("Não há razão, disse a avó ao avô. Você já está lá?\n" * 3)
    words = ["train", "accents", "--cell", "gru", "--data", str(data), "--epochs", "1"]
    words += ["--layers", "2", "--bidirectional", "--output", str(path)]
    words += set_recipe(hidden_size=6, embedding_dim=4, max_length=30, validation_size=200)
    succeed(*words)
    said = succeed("evaluate", str(path), "--data", str(data))
    model = load_model(path)
    assert (model.shape.layers, model.shape.bidirectional) == (2, True)
    assert model.facts["recipe"]["bidirectional"] is True
    test = model.facts["test"]
    assert said.rstrip().endswith(f"{test['samples']} test answers")
    assert f"{100 * test['letters']['right']:.2f} %" in said
    assert "6, 2 layers" in succeed("models", "--folder", str(tmp_path))


def test_a_character_model_is_trained_measured_and_its_units_found(tmp_path: Path) -> None:
    data, path = write_plays(tmp_path / "data", 400), tmp_path / "tiny-gru.safetensors"
    words = ["train", "shakespeare", "--cell", "gru", "--data", str(data), "--epochs", "2"]
    words += set_recipe(hidden_size=8, embedding_dim=6, max_length=24, learning_rate=0.03)
    succeed(*words, "--output", str(path), *set_recipe(validation_size=500))
    succeed("evaluate", str(path), "--data", str(data))
    assert "a capital letter" in succeed("units", str(path), "--data", str(data))
    model = load_model(path)
    length = (data / "input.txt").stat().st_size
    tested = round(0.05 * length)
    test, validation, units = (model.facts[name] for name in ("test", "validation", "units"))
    assert test["samples"] == tested - 1
    assert 0 < test["bits"] < 6
    assert validation["bits"] == min(validation["history"])
    assert model.facts["data"]["train"] == length - tested - 500 - 1
    assert units["samples"] == tested
    assert {"capital", "space_next", "speaker"} <= set(units["followed"])
    for best in units["followed"].values():
        sizes = [abs(one["correlation"]) for one in best]
        assert sizes == sorted(sizes, reverse=True)
        assert all(one["signal"] == "layers.0.h" and 0 <= one["unit"] < 8 for one in best)
    assert f"{test['bits']:.3f} bits" in succeed("models", "--folder", str(tmp_path))
    before = path.read_bytes()
    assert "says so already" in succeed("units", str(path), "--data", str(data))
    assert path.read_bytes() == before


def test_the_recipe_is_the_tasks_own_but_for_what_is_named() -> None:
    usual = choose_recipe(SENTIMENT, "rnn", {})
    assert usual == Recipe(**SENTIMENT.recipes["rnn"])
    assert usual.stop_epoch == 6
    assert choose_recipe(SENTIMENT, "gru", {}) == Recipe(**SENTIMENT.recipes["gru"])
    assert choose_recipe(SENTIMENT, "rnn", {"seed": "7"}) == replace(usual, seed=7)
    whole = choose_recipe(SENTIMENT, "rnn", {"epochs": 3})
    assert whole == replace(usual, epochs=3, stop_epoch=0), "who names the epochs wants all"
    early = choose_recipe(SENTIMENT, "rnn", {"epochs": "9", "stop_epoch": "2"})
    assert early == replace(usual, epochs=9, stop_epoch=2)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("learning_rate=nan", "learning_rate: "),
        ("learning_rate=inf", "learning_rate: "),
        ("learning_rate=0", "learning_rate: "),
        ("learning_rate=fast", "learning_rate: "),
        ("batch_size=0", "batch_size: "),
        ("batch_size=2.5", "batch_size: "),
        ("hidden_size=-1", "hidden_size: "),
        ("hidden_size=10000000000", "hidden_size: "),
        ("dropout=1", "dropout: "),
        ("seed=-1", "seed: "),
        ("stop_epoch=11", "stop_epoch 11 is beyond epochs 8."),
        ("speed=1", "--set speed: expected NAME=VALUE with a name of hidden_size, "),
        ("learning_rate", "--set learning_rate: expected NAME=VALUE"),
        ("learning_rate=", "--set learning_rate: expected NAME=VALUE"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_a_sentence(setting: str, said: str) -> None:
    """Before any data are looked for."""
    told = fail("train", "sentiment", "--data", "/no/such/folder", "--set", setting)
    assert told.startswith(said)
    assert len(told.splitlines()) == 1


def test_a_model_is_written_where_it_is_asked_for_or_not_trained_at_all(
    tmp_path: Path, reviews: Path
) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "m.safetensors").mkdir()
    (tmp_path / "n.training").mkdir()
    for name, said in (
        ("x.training", "a model file's name ends in .safetensors"),
        ("x", "a model file's name ends in .safetensors"),
        ("m.safetensors", "is a folder; name a file"),
        ("n.safetensors", "is a folder; name a file"),
        ("file/x.safetensors", "and none can be made"),
    ):
        told = fail("train", "sentiment", "--data", "/no/such", "--output", str(tmp_path / name))
        assert said in told, name
    path = tmp_path / "new" / "folder" / "m.safetensors"
    succeed(*train_tiny(reviews, path))
    assert load_model(path).id == "m"


@contextlib.contextmanager
def ask_as_nobody() -> Iterator[None]:
    """Ask what may be written as a person who is not root, whom nothing would be refused."""
    root = os.getuid() == 0
    if root:
        os.setresuid(65534, -1, -1)  # the real user, whom ``os.access`` asks for
    try:
        yield
    finally:
        if root:
            os.setresuid(0, -1, -1)


@pytest.mark.skipif(os.name != "posix", reason="folders have other rights elsewhere")
def test_a_folder_that_cannot_be_written_is_a_sentence_before_any_data_are_read() -> None:
    # Not tmp_path: nobody but its owner may look into the folders above it.
    with tempfile.TemporaryDirectory() as folder, ask_as_nobody():
        words = ["train", "sentiment", "--data", "/no/such", "--output", f"{folder}/m.safetensors"]
        Path(folder).chmod(0o777)
        assert "/no/such" in fail(*words), "the data are looked for where it can be written"
        Path(folder).chmod(0o555)
        assert f"nothing can be written in {folder}" in fail(*words)


def test_data_that_cannot_be_read_or_are_too_few_are_a_sentence(tmp_path: Path) -> None:
    data = write_reviews(tmp_path / "few", count=2)
    path = tmp_path / "m.safetensors"
    few = (data / "imdb/imdb_50k.jsonl.gz").read_bytes()
    for content in (few[:-20], b"no gzip"):
        (data / "imdb/imdb_50k.jsonl.gz").write_bytes(content)
        said = fail("train", "sentiment", "--data", str(data), "--output", str(path))
        assert said.startswith(f"The data in {data} cannot be read: ")
    plays = write_plays(tmp_path / "plays", 4)
    said = fail("train", "shakespeare", "--data", str(plays), "--output", str(path))
    assert said.startswith("No training sequence has max_length 128 steps")
    assert not path.exists()


def save_half_trained(reviews: Path, path: Path) -> trainer.Training:
    """Leave what a training leaves that was stopped after its first epoch of two."""
    samples = SENTIMENT.load(reviews, "train")
    recipe = Recipe(**dict(SENTIMENT.recipes["rnn"]) | TINY | {"stop_epoch": 0})
    run = trainer.prepare(SENTIMENT, find_cells()["rnn"], samples, recipe)
    for at in trainer.train(run):
        if at.validation is not None:
            break
    trainer.save_state(run, path)
    return run


def test_a_training_that_was_stopped_goes_on_where_it_was(tmp_path: Path, reviews: Path) -> None:
    path, whole = tmp_path / "m.safetensors", tmp_path / "whole.safetensors"
    save_half_trained(reviews, tmp_path / "m.training")
    said = succeed(*train_tiny(reviews, path))
    assert "Going on after epoch 1 of 2." in said
    assert "epoch 2:" in said
    assert "epoch 1:" not in said
    assert not (tmp_path / "m.training").exists()
    succeed(*train_tiny(reviews, whole))
    assert path.read_bytes() == whole.read_bytes(), "as if it had not been stopped"


def test_a_training_starts_over_where_it_is_asked_to(tmp_path: Path, reviews: Path) -> None:
    save_half_trained(reviews, tmp_path / "m.training")
    said = succeed(*train_tiny(reviews, tmp_path / "m.safetensors", "--no-resume"))
    assert "Going on" not in said
    assert "epoch 1:" in said


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"", [], "that can be read"),
        (b"not a training", [], "that can be read"),
        (None, ["--seed", "3"], "it is of a training by another recipe (seed 0, now 3)"),
    ],
)
def test_a_stopped_training_that_cannot_be_gone_on_with_is_a_sentence_and_is_kept(
    tmp_path: Path, reviews: Path, content: bytes | None, more: list[str], said: str
) -> None:
    halfway = tmp_path / "m.training"
    if content is None:
        save_half_trained(reviews, halfway)
    else:
        halfway.write_bytes(content)
    before = halfway.read_bytes()
    told = fail(*train_tiny(reviews, tmp_path / "m.safetensors", *more))
    assert told.startswith(f"{halfway}: it is ")
    assert said in told
    assert told.endswith("--no-resume starts over and replaces it.\n")
    assert halfway.read_bytes() == before
    succeed(*train_tiny(reviews, tmp_path / "m.safetensors", *more, "--no-resume"))


def test_ctrl_c_keeps_the_epochs_that_are_done(tmp_path: Path, reviews: Path) -> None:
    path, halfway = tmp_path / "m.safetensors", tmp_path / "m.training"
    ended = threading.Event()

    def interrupt() -> None:
        while not ended.wait(0.01):
            if halfway.exists():
                os.kill(os.getpid(), signal.SIGINT)
                return

    watcher = threading.Thread(target=interrupt)
    watcher.start()
    try:
        done = run(*train_tiny(reviews, path, "--set", "epochs=100000"))
    finally:
        ended.set()
        watcher.join()
    assert done.exit_code in {1, 130}
    assert "Traceback" not in done.output
    assert not path.exists(), "it was stopped before its end"
    recipe = Recipe(**dict(SENTIMENT.recipes["rnn"]) | TINY | {"stop_epoch": 0, "epochs": 100_000})
    samples = SENTIMENT.load(reviews, "train")
    again = trainer.prepare(SENTIMENT, find_cells()["rnn"], samples, recipe)
    trainer.load_state(again, halfway)
    assert again.epoch == len(again.history) >= 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("file", ["m.training", "m.safetensors"])
def test_a_full_disk_is_a_sentence_that_names_it(tmp_path: Path, reviews: Path, file: str) -> None:
    (tmp_path / f"{file}.part").symlink_to("/dev/full")
    said = fail(*train_tiny(reviews, tmp_path / "m.safetensors"))
    assert f"{tmp_path / file}: the disk is full. Free some space where {tmp_path} is." in said
    assert not (tmp_path / "m.safetensors").exists()
    assert not (tmp_path / f"{file}.part").is_symlink()
    if file == "m.safetensors":  # nothing of the training is lost
        assert "Going on after epoch 2 of 2." in succeed(
            *train_tiny(reviews, tmp_path / "m.safetensors")
        )
        load_model(tmp_path / "m.safetensors")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_the_model_that_was_to_be_evaluated(
    tmp_path: Path, reviews: Path
) -> None:
    path = tmp_path / "m.safetensors"
    succeed(*train_tiny(reviews, path))
    before = path.read_bytes()
    (tmp_path / "m.safetensors.part").symlink_to("/dev/full")
    assert "the disk is full" in fail("evaluate", str(path), "--data", str(reviews))
    assert path.read_bytes() == before


def test_a_training_that_diverges_is_a_sentence(tmp_path: Path, reviews: Path) -> None:
    extreme = ["--set", "learning_rate=10", "--set", "embedding_scale=100"]
    extreme += ["--set", "max_grad_norm=1e308"]
    done = run(*train_tiny(reviews, tmp_path / "m.safetensors", *extreme, cell="bag"))
    assert done.exit_code in {0, 2}, done.exception
    assert "Traceback" not in done.output


def test_a_recipe_with_ngrams_makes_a_model_that_spells(tmp_path: Path, reviews: Path) -> None:
    files = [tmp_path / f"{k}.safetensors" for k in range(2)]
    for path in files:
        words = train_tiny(reviews, path, "--set", "ngram_rows=64", "--set", "word_dropout=0.1")
        succeed(*words)
    assert files[0].read_bytes() == files[1].read_bytes()
    model = load_model(files[0])
    assert model.shape.ngrams == model.facts["recipe"]["ngram_rows"] == 64
    assert "20 test answers" in succeed("evaluate", str(files[0]), "--data", str(reviews))
    assert "filmm ≈" in succeed("trace", str(files[0]), "filmm")
