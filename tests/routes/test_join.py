from __future__ import annotations

import re

import pytest
from gatescope.i18n import load_catalogues
from gatescope.main import create_app
from starlette.testclient import TestClient

from tests.asking import LANGUAGES
from tests.qr import read_svg

TOKEN = "correct-horse-battery"
ADDRESSES = ("http://192.168.1.5:8707/", "http://10.0.0.3:8707/")
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def shared() -> TestClient:
    app = create_app(token=TOKEN, addresses=ADDRESSES)
    return TestClient(app, base_url="http://localhost", headers=BEARER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_address_and_its_code(shared: TestClient, language: str) -> None:
    answer = shared.get("/join", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert load_catalogues()[language]["join.how"].replace("'", "&#39;") in answer.text
    for address in ADDRESSES:
        assert f">{address}?token={TOKEN}<" in answer.text.replace("<wbr>", "")
    other = next(name for name in LANGUAGES if name != language)
    assert f'<html lang="{other}"' in shared.get(f"/join?lang={other}").text


def test_the_code_leads_to_the_address(shared: TestClient) -> None:
    page = shared.get("/join").text
    assert "<script" not in page
    assert read_svg(page) == f"{ADDRESSES[0]}?token={TOKEN}"


def test_everything_on_it_is_served_here(shared: TestClient) -> None:
    for address in re.findall(r'(?:src|href)="([^"#]+)"', shared.get("/join").text):
        assert address.startswith("/")
        assert shared.get(address).status_code == 200, address


def test_who_has_no_token_does_not_see_it(shared: TestClient) -> None:
    answer = shared.get("/join", headers={"Authorization": ""})
    assert answer.status_code == 401
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", ["/", "/compare"])
def test_the_header_leads_there_where_others_may_come_in(shared: TestClient, path: str) -> None:
    assert 'href="/join"' in shared.get(path).text
    alone = TestClient(create_app(addresses=ADDRESSES), base_url="http://localhost")
    assert 'href="/join"' not in alone.get(path).text
    assert alone.get("/join").status_code == 404
