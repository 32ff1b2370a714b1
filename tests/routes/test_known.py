"""Counting the words that models know, over HTTP."""

from __future__ import annotations

import pytest
from gatescope.registry import find_models, find_tasks
from starlette.testclient import TestClient

from tests.asking import name_task

PORTUGUESE = "Este filme é maravilhoso, adorei cada minuto."


def ask(client: TestClient, text: str) -> dict[str, tuple[int, int]]:
    answer = client.post("/api/known", json={"input": {"text": text}})
    assert answer.status_code == 200, answer.text
    return {one["model"]: (one["known"], one["words"]) for one in answer.json()["models"]}


def test_every_model_is_counted_as_its_own_trace_tells(client: TestClient) -> None:
    found = ask(client, PORTUGUESE)
    reads = {name for name in find_models() if find_tasks()[name_task(name)].input == "text"}
    assert found.keys() == reads
    assert found["sentiment-lstm"][0] == 0
    assert found["sentiment-pt-lstm"] == (6, 6)
    for name, counted in found.items():
        body = {"model": name, "input": {"text": PORTUGUESE}}
        trace = client.post("/api/trace", json=body).json()
        words = [
            known
            for token, known in zip(trace["tokens"], trace["known"], strict=True)
            if sum(map(str.isalpha, token)) > 1
        ]
        assert counted == (sum(words), len(words)), name


def test_what_reads_single_characters_counts_no_words(client: TestClient) -> None:
    assert ask(client, "To be, or not to be")["shakespeare-lstm"] == (0, 0)


def test_what_nobody_can_read_is_counted_by_nobody(client: TestClient) -> None:
    counted = ask(client, "\u200b\u200b")
    assert all(words == 0 for _, words in counted.values())


@pytest.mark.parametrize("body", [{"input": {"text": ""}}, {"input": {"text": "\x00"}}])
def test_bad_input_gets_a_sentence(client: TestClient, body: object) -> None:
    answer = client.post("/api/known", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == "input.text"
