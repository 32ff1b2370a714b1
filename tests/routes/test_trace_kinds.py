"""Pictures and sounds through the API: a right answer, or a sentence in the reader's language."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from gatescope.registry import find_models, find_tasks

from tests.asking import LANGUAGES, name_task, read_error

READING = {
    kind: [name for name in find_models() if find_tasks()[name_task(name)].input == kind]
    for kind in ("picture", "sound")
}
BLANK = [[0.0] * 28] * 28
TONE = (0.5 * np.sin(np.arange(4_000) / 3)).tolist()


@pytest.mark.parametrize("model", [name for names in READING.values() for name in names])
def test_every_example_is_answered_with_what_each_number_that_enters_did(
    client: TestClient, model: str
) -> None:
    catalog = client.get("/api/catalog").json()
    task = next(one for one in catalog["tasks"] if one["id"] == name_task(model))
    for example in task["examples"]:
        answer = client.post("/api/trace", json={"model": model, "input": example["input"]})
        assert answer.status_code == 200, answer.text
        trace = answer.json()
        steps = len(trace["tokens"])
        features = len(find_tasks()[name_task(model)].features)
        assert np.array(trace["probabilities"]).shape == (steps, 10)
        assert np.array(trace["saliency"]).shape == (steps, features)
        assert np.array(trace["saliency"]).max() > 0
        assert trace["target"] in trace["classes"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"picture": BLANK}, "picture_empty"),
        ({"picture": [[1.0] * 28] * 27}, "picture_size"),
        ({"picture": [[1.0], [1.0, 0.0]]}, "picture_rows"),
        ({"picture": [[2.0]]}, "picture_value"),
        ({"picture": "seven"}, "wrong_type"),
        ({"picture": [[1.0] * 300]}, "list_too_long"),
        ({"sound": {"rate": 8_000, "samples": [0.0] * 500}}, "sound_silent"),
        ({"sound": {"rate": 8_000, "samples": [9.0]}}, "sound_value"),
        ({"sound": {"rate": 4_000, "samples": [0.5] * 20_001}}, "sound_too_long"),
        ({"sound": {"rate": 8_000, "samples": [[0.5, 0.5], [0.5]]}}, "sound_channels"),
        ({"sound": {"rate": 7, "samples": TONE}}, "value_out_of_range"),
        ({"sound": {"samples": TONE}}, "missing_field"),
        ({"sound": {"rate": 8_000, "samples": "RIFF"}}, "wrong_type"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    client: TestClient, given: dict[str, Any], code: str, language: str
) -> None:
    model = READING[next(iter(given))][0]
    answer = client.post(
        "/api/trace",
        json={"model": model, "input": given},
        headers={"Accept-Language": language},
    )
    assert answer.status_code == 422, answer.text
    error = read_error(answer)
    assert error["code"] == code
    assert error["field"].startswith("input")


def test_a_sound_of_two_channels_at_another_rate_is_heard_as_it_is(client: TestClient) -> None:
    model = READING["sound"][0]
    fast = 0.5 * np.sin(np.arange(8_000) / 6)
    stereo = np.column_stack([fast * 1.5, fast * 0.5]).round(4).tolist()
    answers = [
        client.post(
            "/api/trace", json={"model": model, "input": {"sound": {"rate": rate, "samples": s}}}
        ).json()
        for rate, s in ((8_000, TONE), (16_000, stereo))
    ]
    assert answers[0]["tokens"] == answers[1]["tokens"]
    np.testing.assert_allclose(answers[0]["probabilities"], answers[1]["probabilities"], atol=0.05)
