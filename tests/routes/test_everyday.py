"""Everyday sentences over HTTP."""

from __future__ import annotations

from gatescope.i18n import load_catalogues
from gatescope.registry import find_tasks
from starlette.testclient import TestClient


def test_a_task_tells_its_everyday_sentences(client: TestClient) -> None:
    for name, task in find_tasks().items():
        kinds = client.get(f"/api/tasks/{name}/everyday").json()["kinds"]
        assert len(kinds) == len(task.everyday)
        for told, kind in zip(kinds, task.everyday, strict=True):
            assert (told["name"], told["language"]) == (kind.name, kind.language)
            assert set(told["title"]) == set(load_catalogues())
            assert [(one["text"], tuple(one["classes"])) for one in told["sentences"]] == [
                (sentence.text, sentence.classes) for sentence in kind.sentences
            ]


def test_the_catalogue_names_the_kinds(client: TestClient) -> None:
    for told in client.get("/api/catalog").json()["tasks"]:
        task = find_tasks()[told["id"]]
        kinds = [(kind.name, kind.language) for kind in task.everyday]
        assert [(one["name"], one["language"]) for one in told["everyday"]] == kinds
        assert told["answer_threshold"] == task.answer_threshold


def test_a_task_that_there_is_not_gets_a_sentence(client: TestClient) -> None:
    answer = client.get("/api/tasks/nothing/everyday")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_task"
