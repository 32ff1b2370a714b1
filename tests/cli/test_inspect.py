from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from gatescope.nn.checkpoint import load_model
from gatescope.registry import find_models, find_tasks
from safetensors.numpy import load_file

from tests.asking import MODEL, REVIEWS, WRITER
from tests.cli.command import fail, run, succeed
from tests.made_up import write_speller


def test_a_trace_is_printed_as_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # nothing is wrapped
    done = run("trace", MODEL, "A truly great zyxqy film.")
    assert done.exit_code == 0
    unknown = "zyxqy ≈" if load_model(find_models()[MODEL]).shape.ngrams else "zyxqy (unknown)"
    for word in ("truly", "great", unknown, "step", "loss", "‖dL/d"):
        assert word in done.stdout
    assert done.stderr == ""


def test_a_word_read_by_its_spelling_is_printed_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # nothing is wrapped
    path = write_speller(tmp_path / "speller.safetensors")
    said = succeed("trace", str(path), "the filmm ❤")
    output = tmp_path / "trace.json"
    succeed("trace", str(path), "the filmm ❤", "--output", str(output))
    nearest = json.loads(output.read_text(encoding="utf-8"))["similar"][1][0]
    assert f"filmm ≈ {nearest['token']} {nearest['cosine']:.2f}" in said
    assert "❤ (unknown)" in said
    assert "by its spelling" in said
    assert "by its spelling" not in succeed("trace", str(path), "the film ❤")


def test_a_model_file_of_ones_own_is_traced(tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    shutil.copy(find_models()[MODEL], path)
    said = succeed("trace", str(path), "A truly great film.")
    assert said == succeed("trace", MODEL, "A truly great film.")
    path.write_bytes(path.read_bytes()[:1000])
    said = fail("trace", str(path), "A truly great film.")
    assert said.startswith("own.safetensors: it is not a safetensors file")


@pytest.mark.parametrize("kind", ["safetensors", "json", "csv"])
def test_a_trace_is_written_to_a_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"trace.{kind}"
    words = ("trace", MODEL, "A truly great film", "--force", "layers.0.h=0.5@1#2")
    assert "4 steps" in succeed(*words, "--output", str(path))
    if kind == "safetensors":
        assert load_file(path)["signals.layers.0.h"][1, 2] == 0.5
    elif kind == "json":
        assert json.loads(path.read_text())["signals"]["layers.0.h"][1][2] == 0.5
    else:
        head, *rows = path.read_text().splitlines()
        place = head.split(",").index("signals.layers.0.h.2")
        assert len(rows) == 4
        assert rows[1].split(",")[place] == "0.5"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_models_are_listed_with_their_figures() -> None:
    said = succeed("models")
    for name, path in find_models().items():
        line = next(line for line in said.splitlines() if name in line.split())
        model = load_model(path)
        figure = model.task.figure
        assert figure.format(model.facts["test"][figure.name]) in line


def test_a_file_that_cannot_be_read_is_a_warning_and_the_others_are_listed(
    tmp_path: Path,
) -> None:
    shutil.copy(find_models()["cloze-gru"], tmp_path)
    (tmp_path / "cut.safetensors").write_bytes(find_models()["cloze-gru"].read_bytes()[:-1])
    (tmp_path / "folder.safetensors").mkdir()
    done = run("models", "--folder", str(tmp_path))
    assert done.exit_code == 0
    assert "cloze-gru" in done.stdout
    first, second = done.stderr.splitlines()
    assert first.startswith("Left out: cut.safetensors: it is not a safetensors file")
    assert second == "Left out: folder.safetensors: it is a folder."


def test_a_network_writes_on_and_the_same_seed_writes_the_same() -> None:
    words = ("write", WRITER, "ROMEO:", "--length", "30", "--seed", "4")
    said = succeed(*words)
    assert said.startswith("ROMEO:")
    assert len(said) == len("ROMEO:") + 30 + 1
    assert said == succeed(*words)


def test_who_cannot_write_is_told_who_can() -> None:
    tasks = {name: load_model(find_models()[name]).task for name in find_models()}
    writers = [name for name, task in tasks.items() if task.writes or name == "sunspots-gru"]
    said = fail("write", MODEL, "To be")
    assert MODEL in said
    assert all(name in said for name in writers)


def write_numbers(folder: Path) -> list[Path]:
    """Write the same five months as a table and as a request's input."""
    table, request = folder / "months.csv", folder / "months.json"
    table.write_text('# five months\nsunspots\n58\n62.6\n\n70\n""\n55.7\n', encoding="utf-8")
    rows = [[58.0], [62.6], [70.0], [None], [55.7]]
    request.write_text(json.dumps({"series": rows}), encoding="utf-8")
    return [table, request]


def test_numbers_are_traced_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # nothing is wrapped
    table, request = write_numbers(tmp_path)
    said = succeed("trace", "sunspots-lstm", "--input", str(table))
    assert said == succeed("trace", "sunspots-lstm", "--input", str(request))
    for word in ("month", "year", "– (unknown)", "‖dL/d layers.0.c‖", "loss"):
        assert word in said
    output = tmp_path / "trace.json"
    succeed("trace", "sunspots-lstm", "--input", str(table), "--output", str(output))
    trace = json.loads(output.read_text(encoding="utf-8"))
    assert trace["known"] == [True, True, True, False, True]
    assert all(f"{value:.3f}" in said for row in trace["values"] for value in row)
    assert f"{trace['loss']:.4f}" in said


def test_a_file_that_holds_no_numbers_is_a_sentence(tmp_path: Path) -> None:
    table, request = write_numbers(tmp_path)
    other = tmp_path / "months.txt"
    other.write_text("58\n")
    table.write_text("a\n58\nwarm\n")
    request.write_text("{")
    for path, reason in (
        (table, "row 3: could not convert string to float: 'warm'"),
        (request, "Expecting property name"),
        (other, "numbers are read from a file that ends in .csv or .json"),
        (tmp_path / "none.csv", "No such file"),
    ):
        said = fail("trace", "sunspots-lstm", "--input", str(path))
        assert said.startswith(f"{path}: ")
        assert reason in said
    assert "a text, or a file" in fail("trace", "sunspots-lstm")
    assert "a text, or a file" in fail("trace", "sunspots-lstm", "58", "--input", str(other))


def test_a_series_is_written_on(tmp_path: Path) -> None:
    table, _ = write_numbers(tmp_path)
    lines = succeed("write", "sunspots-gru", "--input", str(table), "--length", "3").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["5", "6", "7"]
    assert all(float(line.partition(",")[2]) for line in lines)


def test_gradients_are_compared_in_a_table() -> None:
    said = succeed("gradients", "A terrible film that I will not see again.")
    opening = min(find_tasks(), key=lambda name: find_tasks()[name].order)
    assert opening == "sentiment"
    assert all(name in said for name in REVIEWS)
    assert "cloze" not in said


def test_gradients_are_compared_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "gradients.json"
    names = "sentiment-lstm, sentiment-rnn"
    said = succeed("gradients", "A film.", "--models", names, "--output", str(path))
    assert "2 networks, 3 steps" in said
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [network["model"] for network in found["networks"]] == names.split(", ")
