from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any
from urllib.parse import quote, unquote

import pytest
from fastapi import FastAPI
from gatescope.i18n import load_catalogues
from gatescope.main import create_app
from gatescope.serving.guard import HEADERS, POLICY, Guard, name_cookie, split_host
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, ask, make_scope, read_error

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
TOKEN = "correct-horse-battery"
COOKIE = "gatescope-80"  # by the port that the test client says it asks


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


SOME = ("/healthz", "/api/trace")


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


FOREIGN_HOSTS = [
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
]
OWN_HOSTS = [
    "localhost",
    "localhost:8707",
    "LOCALHOST",
    "127.0.0.1:1",
    "[::1]",
    "[::1]:8707",
    "localhost.",
]


# What the guard decides does not hang on the path: every one is asked in a few ways, and one of
# each kind in every way.
@pytest.mark.parametrize(("method", "path"), EVERY)
def test_a_host_that_is_not_on_the_list_is_refused_everywhere(
    client: TestClient, method: str, path: str
) -> None:
    for host in FOREIGN_HOSTS if path in SOME else FOREIGN_HOSTS[:2]:
        answer = client.request(method, path, headers={"Host": host})
        assert answer.status_code == 421, host
        if method != "HEAD":
            assert read_error(answer)["code"] == "wrong_host"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_this_machines_own_names_are_let_in(client: TestClient, method: str, path: str) -> None:
    for host in OWN_HOSTS if path in SOME else OWN_HOSTS[:2]:
        answer = client.request(method, path, headers={"Host": host})
        assert answer.status_code not in {401, 403, 421}, host


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


@pytest.mark.parametrize(("method", "path"), [pair for pair in EVERY if pair[0] in UNSAFE])
def test_an_unsafe_method_from_another_page_is_refused_everywhere(
    client: TestClient, method: str, path: str
) -> None:
    for headers in FOREIGN if path in SOME else FOREIGN[:2]:
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == 403, headers
        assert read_error(answer)["code"] == "cross_site"


@pytest.mark.parametrize(("method", "path"), [pair for pair in EVERY if pair[0] in UNSAFE])
def test_an_unsafe_method_from_the_page_or_from_a_tool_passes_the_guard(
    client: TestClient, method: str, path: str
) -> None:
    for headers in OWN:
        answer = client.request(method, path, headers=headers)
        assert answer.status_code in {404, 405, 422}, headers


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_the_page_and_a_tool_are_answered(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/trace", json=ask(), headers=headers).status_code == 200


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_no_answer_lets_another_origin_read_it(client: TestClient, method: str, path: str) -> None:
    for headers in [*FOREIGN, *OWN] if path in SOME else [FOREIGN[0], OWN[0]]:
        asked = headers | {"Access-Control-Request-Method": "POST"}
        answer = client.request(method, path, headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(("method", "path"), [*EVERY, ("GET", "/nothing"), ("POST", "/nothing")])
def test_every_answer_carries_the_headers_errors_included(
    client: TestClient, method: str, path: str
) -> None:
    for host in ("localhost", "evil.example"):
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
def locked() -> TestClient:
    return TestClient(create_app(token=TOKEN), base_url="http://localhost")


WITHOUT_TOKEN: list[dict[str, str]] = [
    {},
    {"Authorization": "Bearer wrong"},
    {"Authorization": f"Basic {TOKEN}"},
    {"Authorization": "Bearer "},
    {"Cookie": f"{COOKIE}=wrong"},
    {"Cookie": f"other={TOKEN}"},
    {"Cookie": '="; =;;'},
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_the_token_nothing_is_served(method: str, path: str) -> None:
    client = TestClient(create_app(token=TOKEN), base_url="http://localhost")
    for headers in WITHOUT_TOKEN:
        for address in (path, f"{path}?token=", f"{path}?token=wrong"):
            answer = client.request(method, address, headers=headers)
            assert answer.status_code == 401, (address, headers)
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "set-cookie" not in answer.headers


def test_the_printed_address_sets_a_cookie_and_goes_on_without_the_token(
    locked: TestClient,
) -> None:
    answer = locked.get(f"/readyz?a=1&token={TOKEN}&b=%20x", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/readyz?a=1&b=+x"
    assert answer.headers["cache-control"] == "no-store"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}={TOKEN}; ")
    for word in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie
    assert "Secure" not in cookie
    assert locked.get("/healthz").status_code == 200
    assert "set-cookie" not in locked.get("/healthz").headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "sent_to"),
    [
        ("/", "/"),
        ("/compare", "/compare"),
        ("//evil.example/", "/evil.example/"),
        ("/\\evil.example", "/evil.example"),
        ("/a%2Fb%3Fc%23d", "/a%2Fb%3Fc%23d"),
        ("/não", "/n%C3%A3o"),
    ],
)
def test_the_way_on_stays_on_this_host(method: str, path: str, sent_to: str) -> None:
    raw = "".join(sign if sign.isascii() else quote(sign) for sign in path)
    scope = make_scope("http", unquote(path), [(b"host", b"localhost")])
    scope |= {
        "method": method,
        "raw_path": raw.encode(),
        "query_string": b"token=" + TOKEN.encode(),
    }
    start = run_scope(create_app(token=TOKEN), scope)[0]
    assert start["status"] == 303
    assert dict(start["headers"])[b"location"].decode() == sent_to


def test_a_token_of_an_earlier_server_goes_out_of_the_address_too(locked: TestClient) -> None:
    cookies = {"Cookie": f"{COOKIE}={TOKEN}"}
    answer = locked.get("/?token=old", headers=cookies, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers


def test_without_a_lock_a_token_in_the_address_means_nothing(client: TestClient) -> None:
    assert client.get("/healthz?token=x", follow_redirects=False).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [("Cookie", f'prefs={{"a":[1,2]}}; {COOKIE}={TOKEN}')],
        [("Cookie", f'{COOKIE}={TOKEN}; prefs={{"a":[1,2]}}')],
        [("Cookie", "a=1"), ("Cookie", f"{COOKIE}={TOKEN}")],
        [("Cookie", f"{COOKIE}={TOKEN}"), ("Cookie", 'b="')],
        [("Cookie", f"=; {COOKIE}={TOKEN}; ;=;x")],
        [("Cookie", f"caf\xe9=\xff; {COOKIE}={TOKEN}")],
        [("Cookie", f"gatescope-81=another; {COOKIE}={TOKEN}; gatescope_token=old")],
    ],
    ids=str,
)
def test_the_cookie_is_found_beside_any_neighbour(headers: list[tuple[str, str]]) -> None:
    client = TestClient(create_app(token=TOKEN), base_url="http://localhost")
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    assert client.get("/healthz", headers=raw).status_code == 200


def test_servers_on_two_ports_of_one_host_do_not_share_a_cookie() -> None:
    names = {name_cookie({"server": ("127.0.0.1", port)}) for port in (8707, 8708)}
    assert names == {"gatescope-8707", "gatescope-8708"}


def test_over_https_the_cookie_is_secure() -> None:
    client = TestClient(create_app(token=TOKEN), base_url="https://localhost")
    answer = client.get(f"/?token={TOKEN}", follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


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


@pytest.mark.parametrize("path", ["/", "/compare", "/healthz", "/readyz", "/api/catalog"])
def test_head_answers_as_get_without_the_body(client: TestClient, path: str) -> None:
    asked, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == asked.headers


def test_head_of_what_takes_only_post_is_refused(client: TestClient) -> None:
    answer = client.head("/api/trace")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def send_slowly(app: Any, messages: list[dict[str, Any]], **headers: str) -> list[dict[str, Any]]:
    """POST a body of which no more comes than ``messages``; give what is answered."""
    pairs = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = make_scope("http", "/api/trace", pairs) | {"method": "POST"}
    sent: list[dict[str, Any]] = []
    left = list(messages)

    async def receive() -> Any:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(asyncio.wait_for(app(scope, receive, send), 20))
    return sent


def read_answer(sent: list[dict[str, Any]]) -> tuple[int, dict[str, str], str]:
    start, body = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, json.loads(body["body"])["error"]["code"]


PART = {"type": "http.request", "body": b'{"model"', "more_body": True}


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    app = create_app()
    app.user_middleware[0] = Middleware(Guard, seconds=0.2)
    status, headers, code = read_answer(send_slowly(app, [PART], content_length="99"))
    assert (status, code) == (408, "body_too_slow")
    assert headers["connection"] == "close"


@pytest.mark.parametrize(
    "declared", [{"transfer_encoding": "chunked"}, {"content_length": "999999999"}], ids=str
)
def test_of_a_body_without_end_nothing_is_read_after_a_refusal(declared: dict[str, str]) -> None:
    for app, expected in (
        (create_app(token=TOKEN), {401}),
        (create_app(hosts=["other"]), {421}),
    ):
        messages = [PART] * 3
        sent = send_slowly(app, messages, **declared)
        status, headers, _ = read_answer(sent)
        assert status in expected
        assert headers["connection"] == "close"


def test_a_small_body_is_read_so_that_its_refusal_is_read_too() -> None:
    whole = [PART, {"type": "http.request", "body": b": 1}", "more_body": False}]
    status, headers, _ = read_answer(
        send_slowly(create_app(token=TOKEN), whole, content_length="12")
    )
    assert status == 401
    assert "connection" not in headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_is_refused_with_a_page(locked: TestClient, language: str) -> None:
    headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language}
    answer = locked.get("/", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}"' in answer.text
    assert load_catalogues()[language]["error.token_needed"] in answer.text
    # The rest is refused too, so the page must need nothing of it.
    assert not re.search("<(script|link|img)", answer.text)
    assert {answer.headers.get(name) for name in HEADERS} == set(HEADERS.values())
