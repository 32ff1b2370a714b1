"""``gatescope inspect`` and ``gatescope open``, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import torch
from gatescope.importing.answers import Answers, name_answers, read_answers

from tests.formats.test_pytorch import Reader, draw
from tests.server import PATIENCE, clean_environment, run_command, start_server

from .command import fail, succeed

KERAS = Path(__file__).parent.parent / "formats" / "keras"
WORDS = ["<pad>", "<unk>", "good", "bad", "film", *(f"word{k}" for k in range(25))]


def save_network(folder: Path) -> Path:
    path = folder / "My Net.pt"
    torch.save(draw(Reader("GRU", "last")).state_dict(), path)
    (folder / "words.txt").write_text("\n".join(WORDS), encoding="utf-8")
    return path


def test_inspect_prints_what_was_understood() -> None:
    text = succeed("inspect", str(KERAS / "mean.keras"))
    for word in ("GRU 3→4", "LayerNormalization", "reads mean", "Keras 3", "not told: vocabulary"):
        assert word in text


def test_inspect_prints_it_as_json(tmp_path: Path) -> None:
    found = json.loads(succeed("inspect", str(save_network(tmp_path)), "--json"))
    assert found["run"] is True
    assert found["not_run"] == []
    assert found["layers"][0]["cell"] == "gru"
    assert {"vocabulary", "labels", "place"} <= set(found["asks"])
    assert found["guesses"]["place"] == "last"


def test_inspect_tells_in_a_sentence_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.pt"
    path.write_text("no model")
    assert "no model file that GateScope knows" in fail("inspect", str(path))
    assert "There is no file" in fail("inspect", str(tmp_path / "none"))


def test_open_serves_the_dashboard_with_the_network_beside_the_shipped_ones(
    tmp_path: Path,
) -> None:
    path = save_network(tmp_path)
    options = ("--port", "0", "open", str(path), "--vocabulary", str(tmp_path / "words.txt"))
    with start_server(*options, "--labels", "no,so,yes") as server:
        server.wait_until_ready()
        catalog = server.get("/api/catalog").json()
        assert catalog["tasks"][0]["id"] == "own-my-net"
        assert {"own-my-net", "sentiment-lstm"} <= {model["id"] for model in catalog["models"]}
        answer = httpx.post(
            f"{server.address}api/trace",
            json={"model": "own-my-net", "input": {"text": "A good film"}},
            trust_env=False,
            timeout=PATIENCE,
        ).json()
        assert (answer["tokens"], answer["classes"]) == (["a", "good", "film"], ["no", "so", "yes"])
        assert answer["known"] == [False, True, True]
        weights = server.get("/api/models/own-my-net/weights")
        assert weights.content == path.read_bytes()
        assert weights.headers["content-type"] == "application/octet-stream"
    kept = read_answers(name_answers(path))
    assert kept == Answers(
        vocabulary="words.txt",
        labels=["no", "so", "yes"],
        place="last",
        output="softmax",
        activation="relu",
    )


def test_options_after_the_command_hold_too(tmp_path: Path) -> None:
    path = save_network(tmp_path)
    words = ["open", str(path), "--port", "1", "--no-open", "--host", "203.0.113.1"]
    done = run_command(*words, environment=clean_environment())
    assert done.returncode == 2
    assert "203.0.113.1:1" in done.stderr


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("rnn_relu.keras", (), "reads 3 numbers at each step"),
        ("legacy.h5", (), "mixes cells"),
        ("lstm_last.keras", ("--labels", "a,b,c"), "3 labels"),
        ("lstm_last.keras", ("--place", "middle"), "place"),
        ("lstm_last.keras", ("--vocabulary", "none.txt"), "none.txt"),
    ],
)
def test_open_tells_in_a_sentence_what_it_cannot_serve(
    tmp_path: Path, name: str, more: tuple[str, ...], said: str
) -> None:
    path = tmp_path / name
    path.write_bytes((KERAS / name).read_bytes())
    assert said in fail("--port", "0", "--no-open", "open", str(path), *more)
    assert not name_answers(path).exists()
