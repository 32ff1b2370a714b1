from __future__ import annotations

import re

import pytest
from gatescope.serving.assets import find_assets
from starlette.testclient import TestClient

from tests.asking import read_error

ASSETS = find_assets()
STATIC = ASSETS.templates.parent / "static"
FILES = sorted(path for path in STATIC.rglob("*") if path.is_file())
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.name))
def test_every_file_is_served_for_ever_under_its_digest(client: TestClient, path: object) -> None:
    found = next(one for one in FILES if one == path)
    name = found.relative_to(STATIC).as_posix()
    answer = client.get(f"/static/{ASSETS.digest}/{name}")
    assert answer.status_code == 200
    assert answer.content == found.read_bytes()
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"].partition(";")[0] == KINDS[found.suffix]


def test_plotly_is_the_one_of_the_installed_package(client: TestClient) -> None:
    answer = client.get(f"/plotly/{ASSETS.plotly_digest}/plotly.min.js")
    assert answer.status_code == 200
    assert answer.content == ASSETS.plotly
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/static/0000000000000000/main.js",
        "/plotly/0000000000000000/plotly.min.js",
        f"/static/{ASSETS.digest}/nothing.js",
        f"/static/{ASSETS.digest}/",
        f"/static/{ASSETS.digest}/views",
        f"/static/{ASSETS.digest}/../pyproject.toml",
        f"/static/{ASSETS.digest}/%2e%2e/pyproject.toml",
        f"/static/{ASSETS.digest}/..%2f..%2fetc%2fpasswd",
        f"/static/{ASSETS.digest}/views/..%2f..%2fapp%2fcli.py",
        f"/static/{ASSETS.digest}/%2fetc%2fpasswd",
        f"/static/{ASSETS.digest}//etc/passwd",
        f"/static/{ASSETS.digest}/..%5c..%5cpyproject.toml",
        f"/static/{ASSETS.digest}/main.js%00.css",
        f"/static/{ASSETS.digest}/main.js/x",
        f"/static/{ASSETS.digest}/" + "a" * 5_000,
        f"/static/{ASSETS.digest}/" + "a/" * 3_000,
    ],
)
def test_what_is_not_one_of_our_files_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert read_error(answer)["code"] == "not_found"
    assert answer.headers["cache-control"] == "no-store"


def test_digests_are_of_the_content() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", ASSETS.digest)
    assert re.fullmatch(r"[0-9a-f]{16}", ASSETS.plotly_digest)
    assert ASSETS.digest != ASSETS.plotly_digest
