from __future__ import annotations

import pytest
from gatescope.registry import find_models
from safetensors.numpy import load
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, read_error


@pytest.mark.parametrize("name", find_models())
def test_the_model_file_comes_as_it_is(client: TestClient, name: str) -> None:
    answer = client.get(f"/api/models/{name}/weights")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-safetensors"
    assert f'filename="{name}.safetensors"' in answer.headers["content-disposition"]
    assert answer.content == find_models()[name].read_bytes()
    assert "readout.weight" in load(answer.content)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["none", "..", "%2e%2e%2fcli", "sentiment-rnn.safetensors", "%00"])
def test_a_model_that_is_not_there_is_a_sentence(
    client: TestClient, name: str, language: str
) -> None:
    path = f"/api/models/{name}/weights"
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert read_error(answer)["code"] in {"unknown_model", "not_found"}
