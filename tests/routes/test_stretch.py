"""Moving a clue and its blank apart over HTTP."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

TEXT = "I grew up in France, I am fluent in"


def test_words_are_put_between_clue_and_blank(client: TestClient) -> None:
    lengths = []
    for distance in (5, 20, 60):
        body = {"task": "cloze", "input": {"text": TEXT}, "distance": distance}
        answer = client.post("/api/stretch", json=body).json()
        text = answer["text"]
        between = text.split()[5:]  # after "I grew up in France,"
        assert answer["distance"] == len(between)
        assert abs(answer["distance"] - distance) <= 4
        assert text.startswith("I grew up in France")
        assert text.endswith("I am fluent in")
        assert text == client.post("/api/stretch", json=body).json()["text"]
        lengths.append(len(text.split()))
    assert lengths == sorted(set(lengths))
    assert lengths[-1] == pytest.approx(64, abs=8)


@pytest.mark.parametrize(
    ("text", "distance"),
    [
        (TEXT, 4),
        ("Eu cresci na França, sou fluente em ___", 3),
        ("Eu cresci na França, e ontem fez sol, sou fluente em ___", 7),
        ("We talked for a while, and I am fluent in ___", None),
    ],
)
def test_a_sentence_is_measured_as_it_is(
    client: TestClient, text: str, distance: int | None
) -> None:
    body = {"task": "cloze", "input": {"text": text}}
    assert client.post("/api/stretch", json=body).json() == {"text": text, "distance": distance}


def test_the_catalogue_says_which_task_stretches(client: TestClient) -> None:
    tasks = client.get("/api/catalog").json()["tasks"]
    assert [one["id"] for one in tasks if one["stretches"]] == ["cloze"]


def test_a_task_without_a_blank_gives_nothing(client: TestClient) -> None:
    body = {"task": "sentiment", "input": {"text": TEXT}, "distance": 9}
    assert client.post("/api/stretch", json=body).json() == {"text": None, "distance": None}


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"task": "nothing"}, 404, "task"),
        ({"distance": 1}, 422, "distance"),
        ({"distance": 61}, 422, "distance"),
        ({"input": {"text": ""}}, 422, "input.text"),
        ({"more": 1}, 422, "more"),
    ],
)
def test_bad_input_gets_a_sentence(
    client: TestClient, changes: dict[str, object], status: int, field: str
) -> None:
    body = {"task": "cloze", "input": {"text": TEXT}, "distance": 9, **changes}
    answer = client.post("/api/stretch", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["field"] == field
