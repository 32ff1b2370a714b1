from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

import pytest
from fastapi import FastAPI
from gatescope.main import create_app
from gatescope.serving.guard import COOKIE, HEADERS, POLICY, split_host
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, ask, make_scope, read_error

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
TOKEN = "correct-horse-battery"


def list_routes(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name every method and address of an application, those of routers in routers too."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        path = getattr(route, "path", "")
        if inner:
            yield from list_routes(inner, prefix)
        else:
            filled = prefix + path.replace(":path", "")
            while "{" in filled:
                filled = filled.partition("{")[0] + "x" + filled.partition("}")[2]
            for method in sorted(getattr(route, "methods", None) or ()):
                yield method, filled


ROUTES = sorted(set(list_routes(create_app().routes)))
EVERY = sorted({*ROUTES, *((m, path) for _, path in ROUTES for m in ("OPTIONS", *UNSAFE))})


def test_the_routes_are_all_found() -> None:
    paths = {path for _, path in ROUTES}
    assert {"/", "/healthz", "/readyz", "/api/catalog", "/api/trace"} <= paths
    assert ("POST", "/api/trace") in ROUTES
    assert "/api/openapi.json" in paths
    assert set(create_app().openapi()["paths"]) <= {
        "/healthz",
        "/readyz",
        "/api/catalog",
        "/api/trace",
        "/api/models/{name}/weights",
    } | {path for path in create_app().openapi()["paths"] if path.replace("{name}", "x") in paths}


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8707",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "0.0.0.0",
        "localhost@evil.example",
        "evil.example#localhost",
        "",
        "[::2]",
        "localhost:80:80",
        "localhost:port",
        "::1",
        "localhost evil.example",
    ],
)
@pytest.mark.parametrize(("method", "path"), EVERY)
def test_a_host_that_is_not_on_the_list_is_refused_everywhere(
    client: TestClient, method: str, path: str, host: str
) -> None:
    answer = client.request(method, path, headers={"Host": host})
    assert answer.status_code == 421
    if method != "HEAD":
        assert read_error(answer)["code"] == "wrong_host"


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8707",
        "LOCALHOST",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8707",
        "localhost.",
    ],
)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_this_machines_own_names_are_let_in(
    client: TestClient, method: str, path: str, host: str
) -> None:
    answer = client.request(method, path, headers={"Host": host})
    assert answer.status_code not in {401, 403, 421}


def test_two_hosts_are_refused() -> None:
    app = create_app()
    hosts = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert status_of(app, "GET", "/healthz", hosts) == 421
    assert status_of(app, "GET", "/healthz", []) == 421


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "Same-Origin"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "file://"},
]
OWN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Origin": "http://localhost"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "path"), [pair for pair in EVERY if pair[0] in UNSAFE])
def test_an_unsafe_method_from_another_page_is_refused_everywhere(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == 403
    assert read_error(answer)["code"] == "cross_site"


@pytest.mark.parametrize("headers", OWN, ids=str)
@pytest.mark.parametrize(("method", "path"), [pair for pair in EVERY if pair[0] in UNSAFE])
def test_an_unsafe_method_from_the_page_or_from_a_tool_passes_the_guard(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = client.request(method, path, headers=headers)
    assert answer.status_code in {404, 405, 422}
    assert client.post("/api/trace", json=ask(), headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [*FOREIGN, *OWN], ids=str)
@pytest.mark.parametrize(("method", "path"), EVERY)
def test_no_answer_lets_another_origin_read_it(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    asked = headers | {"Access-Control-Request-Method": "POST"}
    answer = client.request(method, path, headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
@pytest.mark.parametrize(("method", "path"), [*EVERY, ("GET", "/nothing"), ("POST", "/nothing")])
def test_every_answer_carries_the_headers_errors_included(
    client: TestClient, method: str, path: str, host: str
) -> None:
    answer = client.request(method, path, headers={"Host": host})
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], name
    assert "server" not in answer.headers


def test_what_is_not_for_ever_is_not_kept(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.post("/api/trace", json=ask()).headers["cache-control"] == "no-store"


def test_the_policy_allows_neither_inline_script_nor_eval_nor_another_host() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in POLICY
    assert "unsafe-inline" not in POLICY.replace("style-src-attr 'unsafe-inline'", "")
    assert "http" not in POLICY
    assert "*" not in POLICY


def test_an_error_inside_carries_the_headers_and_tells_nothing() -> None:
    app = create_app()

    @app.get("/broken")
    def break_down() -> None:
        raise RuntimeError("secret")

    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert read_error(answer)["code"] == "internal"
    assert "secret" not in answer.text
    assert {answer.headers.get(name) for name in HEADERS} == set(HEADERS.values())


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("localhost", "localhost"),
        ("localhost:8707", "localhost"),
        ("[::1]:8707", "[::1]"),
        ("[::1]", "[::1]"),
        ("Localhost.", "localhost"),
        ("::1", "::1"),
        ("localhost:", "localhost:"),
        ("a:b", "a:b"),
    ],
)
def test_the_port_is_taken_off_a_host(value: str, host: str) -> None:
    assert split_host(value) == host


def run_scope(app: FastAPI, scope: dict[str, Any]) -> list[MutableMapping[str, Any]]:
    """Send one scope straight into the application, as a server would."""
    sent: list[MutableMapping[str, Any]] = []
    first = "websocket.connect" if scope["type"] == "websocket" else "http.request"
    incoming = iter([{"type": first}])

    async def receive() -> MutableMapping[str, Any]:
        return next(incoming)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def status_of(app: FastAPI, method: str, path: str, headers: list[tuple[bytes, bytes]]) -> int:
    sent = run_scope(app, make_scope("http", path, headers) | {"method": method})
    return int(sent[0]["status"])


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
@pytest.mark.parametrize(
    "origin", [None, b"http://evil.example", b"null", b"http://localhost:1", b"https://localhost"]
)
def test_a_websocket_from_another_page_is_closed(path: str, origin: bytes | None) -> None:
    headers = [(b"host", b"localhost")] + ([(b"origin", origin)] if origin is not None else [])
    sent = run_scope(create_app(), make_scope("websocket", path, headers))
    assert sent == [{"type": "websocket.close", "code": 4403}]


def test_a_websocket_of_a_foreign_host_is_closed_even_where_its_origin_agrees() -> None:
    headers = [(b"host", b"evil.example"), (b"origin", b"http://evil.example")]
    sent = run_scope(create_app(), make_scope("websocket", "/", headers))
    assert sent == [{"type": "websocket.close", "code": 4403}]


def test_a_websocket_of_the_page_passes_the_guard_to_find_no_route() -> None:
    headers = [(b"host", b"localhost"), (b"origin", b"http://localhost")]
    sent = run_scope(create_app(), make_scope("websocket", "/", headers))
    assert sent
    assert all(message.get("code") != 4403 for message in sent)
    assert all(message["type"] != "websocket.accept" for message in sent)


@pytest.fixture
def locked() -> Iterator[TestClient]:
    with TestClient(create_app(token=TOKEN), base_url="http://localhost") as found:
        yield found


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer "},
        {"Cookie": f"{COOKIE}=wrong"},
        {"Cookie": f"other={TOKEN}"},
        {"Cookie": '="; =;;'},
    ],
    ids=str,
)
def test_without_the_token_nothing_is_served(
    method: str, path: str, headers: dict[str, str]
) -> None:
    client = TestClient(create_app(token=TOKEN), base_url="http://localhost")
    for address in (path, f"{path}?token=", f"{path}?token=wrong"):
        answer = client.request(method, address, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "set-cookie" not in answer.headers


def test_the_printed_address_sets_a_cookie_that_serves_from_then_on(locked: TestClient) -> None:
    answer = locked.get(f"/healthz?token={TOKEN}")
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/" in cookie
    assert locked.get("/healthz").status_code == 200
    assert "set-cookie" not in locked.get("/healthz").headers


def test_a_tool_sends_the_token_as_bearer(locked: TestClient) -> None:
    answer = locked.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_the_token_does_not_let_another_page_in(locked: TestClient) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Sec-Fetch-Site": "cross-site"}
    assert locked.post("/api/trace", json=ask(), headers=headers).status_code == 403
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}
    assert locked.get("/healthz", headers=headers).status_code == 421


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_in_the_readers_language(client: TestClient, language: str) -> None:
    headers = {"Host": "evil.example", "Accept-Language": language}
    other = {"Host": "evil.example", "Accept-Language": next(x for x in LANGUAGES if x != language)}
    one, two = client.get("/", headers=headers), client.get("/", headers=other)
    assert read_error(one)["message"] != read_error(two)["message"]
