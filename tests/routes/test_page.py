from __future__ import annotations

import json
import re

import pytest
from gatescope.i18n import load_catalogues
from gatescope.main import create_app
from gatescope.serving.assets import find_assets
from starlette.testclient import TestClient

ENGLISH = {"lang": "en", "says": load_catalogues()["en"]["page.local"]}
PORTUGUESE = {"lang": "pt-BR", "says": load_catalogues()["pt-BR"]["page.local"]}


def read_data(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, object] = json.loads(found[1])
    return data


@pytest.mark.parametrize(
    ("path", "wish", "expected"),
    [
        ("/", None, ENGLISH),
        ("/", "pt-BR,pt;q=0.9", PORTUGUESE),
        ("/", "en-US", ENGLISH),
        ("/", "de", ENGLISH),
        ("/?lang=pt-BR", None, PORTUGUESE),
        ("/?lang=pt", "en", PORTUGUESE),
        ("/?lang=en", "pt-BR", ENGLISH),
        ("/?lang=xx", "pt-BR", PORTUGUESE),
        ("/?lang=%3Cscript%3E", None, ENGLISH),
    ],
)
def test_the_page_is_in_the_readers_language(
    client: TestClient, path: str, wish: str | None, expected: dict[str, str]
) -> None:
    answer = client.get(path, headers={"Accept-Language": wish} if wish else {})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-language"] == expected["lang"]
    assert "Accept-Language" in answer.headers["vary"]
    assert f'<html lang="{expected["lang"]}"' in answer.text
    assert f">{expected['says']}<" in answer.text
    assert read_data(answer.text)["language"] == expected["lang"]


def test_the_commands_language_goes_before_the_browsers() -> None:
    client = TestClient(create_app(language="pt-BR"), base_url="http://localhost")
    said = client.get("/", headers={"Accept-Language": "en"})
    assert said.headers["content-language"] == "pt-BR"
    assert client.get("/?lang=en").headers["content-language"] == "en"


def test_the_page_brings_both_catalogues_and_every_view(client: TestClient) -> None:
    data = read_data(client.get("/").text)
    assert data["catalogues"] == load_catalogues()
    assert data["views"] == find_assets().views


def test_everything_the_page_loads_is_served_by_this_server(client: TestClient) -> None:
    page = client.get("/").text
    addresses = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert len(addresses) > 5
    for address in addresses:
        assert address.startswith("/")
        assert not address.startswith("//")
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "name",
    ["sentence", "play", "next", "previous", "scrubber", "language", "theme"],
)
def test_tools_find_the_controls_by_name(client: TestClient, name: str) -> None:
    assert client.get("/").text.count(f'data-testid="{name}"') == 1


def test_no_sentence_can_end_the_script_it_stands_in(client: TestClient) -> None:
    page = client.get("/").text
    data = page.partition('id="data">')[2].partition("</script>")[0]
    assert "<" not in data
