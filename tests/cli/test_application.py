"""What cannot be done is a sentence, and nothing is half written."""

from __future__ import annotations

from pathlib import Path

import pytest
from gatescope.cli.application import write_output

from tests.asking import MODEL, WRITER
from tests.cli.command import fail

WRONG = [
    ["--port", "many"],
    ["--host", "no.such.host.invalid"],
    ["--workers", "0"],
    ["--token", "short"],
    ["--token", "not a word of it"],
    ["--address", "gatescope.example.org"],
    ["--port", "70000"],
    ["--lang", "tlh"],
    ["--colour"],
    ["dance"],
    ["trace", "none", "text"],
    ["trace", MODEL, ""],
    ["trace", MODEL, "good", "--weights", "pruned"],
    ["trace", MODEL, "good", "--target", "ecstatic"],
    ["trace", MODEL, "good", "--output", "trace.xlsx"],
    ["trace", MODEL, "good", "--output", "/no/such/folder/trace.csv"],
    ["trace", MODEL, "good", "--force", "layers.0.h"],
    ["trace", MODEL, "good", "--force", "layers.0.h=0.5@nine"],
    ["trace", MODEL, "good", "--force", "layers.0.q=0.5"],
    ["trace", MODEL, "good", "--force", "layers.0.h=nan"],
    ["gradients", "good", "--models", f"{MODEL},none"],
    ["gradients", "good", "--models", MODEL, "--output", "decay.csv"],
    ["gradients", "", "--models", MODEL],
    ["models", "--folder", "/no/such/folder"],
    ["models", "--markdown", "/no/such/file.md"],
    ["train", "nothing", "--data", "."],
    ["train", "sentiment", "--data", "/no/such/folder"],
    ["train", "sentiment"],
    ["train", "sentiment", "--cell", "none", "--data", "."],
    ["train", "sentiment", "--data", ".", "--epochs", "0"],
    ["evaluate", "none", "--data", "."],
    ["write", "none", "To be"],
    ["write", MODEL, "To be"],
    ["write", WRITER, ""],
    ["write", WRITER, "To be", "--temperature", "3"],
    ["write", WRITER, "To be", "--length", "0"],
    ["units", "none", "--data", "."],
    ["units", MODEL, "--data", "."],
    ["units", WRITER, "--data", "/no/such/folder"],
    ["evaluate", MODEL, "--data", "/no/such/folder"],
    ["evaluate", "none.safetensors", "--data", "."],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_cannot_be_done_is_a_sentence(words: list[str]) -> None:
    fail(*words)


def test_a_file_is_written_whole_and_replaces_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    for content in (b"first", b"second, longer"):
        write_output(path, content)
        assert path.read_bytes() == content
    assert [one.name for one in tmp_path.iterdir()] == ["out.json"]
    write_output(tmp_path / "out.csv", b"beside it")
    assert path.read_bytes() == b"second, longer"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "words",
    [["trace", MODEL, "A good film."], ["gradients", "A good film.", "--models", MODEL]],
    ids=lambda words: words[0],
)
def test_a_full_disk_leaves_the_file_that_was_there(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / "out.json"
    path.write_text("before")
    (tmp_path / "out.json.part").symlink_to("/dev/full")
    said = fail(*words, "--output", str(path))
    assert said == f"{path}: the disk is full. Free some space where {tmp_path} is.\n"
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["out.json"]
