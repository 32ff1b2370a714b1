"""The page's scripts: their unit tests run by Node, on answers that are frozen and held fresh."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.js.freeze import COMPARISONS, FOLDER, TRACES, differ, freeze
from tests.js.run import run_tests

NAMES = ["catalog", *TRACES, *COMPARISONS]


def read_frozen(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def test_the_scripts_pass_their_unit_tests() -> None:
    done = run_tests("--test-reporter=dot")
    assert done.returncode == 0, done.stdout


def test_what_is_frozen_is_what_is_asked_for() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(NAMES)


@pytest.fixture(scope="module")
def answers(client: TestClient) -> dict[str, Any]:
    return dict(freeze(client))


@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_answer_is_what_the_server_gives_today(name: str, answers: Any) -> None:
    places = list(differ(read_frozen(name), answers[name], name))
    assert not places, "\n".join([*places[:10], "python -m tests.js.freeze writes them anew"])
