from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from gatescope.i18n import load_catalogues
from gatescope.limits import LIMITS
from gatescope.registry import find_models
from starlette.testclient import TestClient

from tests.asking import LANGUAGES, MODEL, REVIEWS, ask, read_error


def force(**changes: Any) -> dict[str, Any]:
    return ask(interventions=[{"signal": "layers.0.h", "value": 0.5} | changes])


def said(text: str) -> dict[str, Any]:
    return ask(input={"text": text})


# what is sent: the status, the code, the field
BAD: dict[str, tuple[Any, int, str, str | None]] = {
    "empty text": (said(""), 422, "text_empty", "input.text"),
    "blanks": (said(" \n\t "), 422, "text_empty", "input.text"),
    "20,000 characters": (said("good " * 4_000), 422, "text_too_long", "input.text"),
    "too many words": (said("a " * 2_000), 422, "too_many_steps", "input.text"),
    "one word of 5,000 letters": (said("ab" * 2_500), 422, "word_too_long", "input.text"),
    "NUL": (said("good\0film"), 422, "text_control", "input.text"),
    "escape": (said("\x1b[31mred"), 422, "text_control", "input.text"),
    "HTML alone": (said("<p><br/></p>"), 422, "nothing_to_read", "input.text"),
    "signs alone": (said("( ) — «»"), 422, "nothing_to_read", "input.text"),
    "unknown model": (ask(model="sentiment-transformer"), 404, "unknown_model", "model"),
    "model of a path": (ask(model="../../etc/passwd"), 404, "unknown_model", "model"),
    "model with markup": (ask(model="<script>"), 404, "unknown_model", "model"),
    "unknown class": (ask(target="ecstatic"), 422, "unknown_class", "target"),
    "unknown signal": (
        force(signal="layers.0.q"),
        422,
        "unknown_signal",
        "interventions.0.signal",
    ),
    "step too high": (force(step=99), 422, "unknown_step", "interventions.0.step"),
    "step below 0": (force(step=-1), 422, "unknown_step", "interventions.0.step"),
    "step beyond any": (force(step=10**30), 422, "unknown_step", "interventions.0.step"),
    "unit too high": (force(unit=9_999), 422, "unknown_unit", "interventions.0.unit"),
    "unit below 0": (force(unit=-1), 422, "unknown_unit", "interventions.0.unit"),
    "value too high": (force(value=1.5), 422, "value_out_of_range", "interventions.0.value"),
    "value too low": (force(value=-7), 422, "value_out_of_range", "interventions.0.value"),
    "value of words": (force(value="open"), 422, "wrong_type", "interventions.0.value"),
    "value missing": (
        ask(interventions=[{"signal": "layers.0.h"}]),
        422,
        "missing_field",
        "interventions.0.value",
    ),
    "step of words": (force(step="first"), 422, "wrong_type", "interventions.0.step"),
    "step of a fraction": (force(step=1.5), 422, "wrong_type", "interventions.0.step"),
    "too many forced": (
        ask(interventions=[{"signal": "layers.0.h", "value": 0.5}] * (LIMITS.interventions + 1)),
        422,
        "list_too_long",
        "interventions",
    ),
    "unknown setting": (ask(settings={"temperature": 1}), 422, "unknown_setting", "settings"),
    "no model": ({"input": {"text": "good"}}, 422, "missing_field", "model"),
    "no input": ({"model": MODEL}, 422, "missing_field", "input"),
    "no text": (ask(input={}), 422, "missing_field", "input.text"),
    "extra field": (ask(colour="red"), 422, "extra_field", "colour"),
    "extra field inside": (ask(input={"text": "a", "b": 1}), 422, "extra_field", "input.b"),
    "extra field in a forced signal": (
        force(when="now"),
        422,
        "extra_field",
        "interventions.0.when",
    ),
    "text of a number": (ask(input={"text": 7}), 422, "wrong_type", "input.text"),
    "text of null": (ask(input={"text": None}), 422, "wrong_type", "input.text"),
    "input of a string": (ask(input="good"), 422, "wrong_type", "input"),
    "model of a list": (ask(model=[]), 422, "wrong_type", "model"),
    "weights of another kind": (ask(weights="pruned"), 422, "not_offered", "weights"),
    "seed below 0": (ask(seed=-1), 422, "below_range", "seed"),
    "seed too high": (ask(seed=2**31), 422, "above_range", "seed"),
    "seed of words": (ask(seed="one"), 422, "wrong_type", "seed"),
    "a list": ([], 422, "wrong_type", "body"),
    "null": (None, 422, "wrong_type", "body"),
    "a string": ("good", 422, "wrong_type", "body"),
}

# the same, as text that is no JSON that a library would write
RAW: dict[str, tuple[bytes, int, str, str | None]] = {
    "no JSON": (b"{model: sentiment}", 400, "invalid_json", None),
    "half of it": (b'{"model": "sentiment-ls', 400, "invalid_json", None),
    "no UTF-8": (b'{"model": "\xff\xfe"}', 400, "invalid_json", None),
    "depth": (b"[" * 100_000, 400, "invalid_json", None),
    "a number of 5,000 digits": (
        b'{"model": "x", "seed": ' + b"9" * 5_000 + b"}",
        400,
        "invalid_json",
        None,
    ),
    "NaN as a value": (
        json.dumps(force(value=float("nan"))).encode(),
        422,
        "not_finite",
        "interventions.0.value",
    ),
    "infinity as a value": (
        json.dumps(force(value=float("inf"))).encode(),
        422,
        "not_finite",
        "interventions.0.value",
    ),
    "1e999 as a value": (
        json.dumps(force(value=0)).replace('"value": 0', '"value": 1e999').encode(),
        422,
        "not_finite",
        "interventions.0.value",
    ),
    "NaN as a setting": (
        json.dumps(ask(settings={"forget_bias": float("nan")})).encode(),
        422,
        "not_finite",
        "settings.forget_bias",
    ),
    "NaN as a seed": (json.dumps(ask(seed=float("nan"))).encode(), 422, "wrong_type", "seed"),
    "half of an emoji": (
        json.dumps(said("x")).replace('"x"', '"good \\ud83d"').encode(),
        422,
        "text_control",
        "input.text",
    ),
    "half of an emoji as a field": (
        json.dumps(ask()).replace('"model"', '"\\ud83d": 1, "model"').encode(),
        422,
        "wrong_type",
        "body",
    ),
    "half of an emoji as a model": (
        json.dumps(ask(model="x")).replace('"x"', '"\\ud83d"').encode(),
        404,
        "unknown_model",
        "model",
    ),
    "half of an emoji as a class": (
        json.dumps(ask(target="x")).replace('"x"', '"\\ud83d"').encode(),
        422,
        "unknown_class",
        "target",
    ),
    "half of an emoji as a signal": (
        json.dumps(force(signal="x")).replace('"x"', '"\\ud83d"').encode(),
        422,
        "unknown_signal",
        "interventions.0.signal",
    ),
    "half of an emoji as a setting": (
        json.dumps(ask(settings={"x": 1})).replace('"x"', '"\\ud83d"').encode(),
        422,
        "unknown_setting",
        "settings",
    ),
}

ALL = {name: (json.dumps(sent).encode(), *rest) for name, (sent, *rest) in BAD.items()} | RAW


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ALL)
def test_bad_input_gets_a_sentence_that_names_the_field(
    client: TestClient, name: str, language: str
) -> None:
    body, status, code, field = ALL[name]
    answer = client.post(
        "/api/trace",
        content=body,
        headers={"Content-Type": "application/json", "Accept-Language": language},
    )
    error = read_error(answer)
    assert (answer.status_code, error["code"]) == (status, code), error
    assert error["field"] == field
    assert answer.headers["content-language"] == language
    assert len(error["message"]) < 500


@pytest.mark.parametrize("name", ALL)
def test_the_sentence_is_in_the_readers_language(client: TestClient, name: str) -> None:
    body = ALL[name][0]
    said_in = [
        client.post(
            "/api/trace",
            content=body,
            headers={"Content-Type": "application/json", "Accept-Language": language},
        ).json()["error"]["message"]
        for language in LANGUAGES
    ]
    assert said_in[0] != said_in[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_that_says_it_is_too_large_is_refused(client: TestClient, language: str) -> None:
    answer = client.post(
        "/api/trace", json=said("a" * LIMITS.body), headers={"Accept-Language": language}
    )
    assert answer.status_code == 413
    error = read_error(answer)
    assert error["code"] == "body_too_large"
    assert str(LIMITS.body) in error["message"]


def test_a_body_that_grows_too_large_is_refused(client: TestClient) -> None:
    def stream() -> Iterator[bytes]:
        yield b'{"model": "'
        for _ in range(LIMITS.body // 1_000 + 2):
            yield b"a" * 1_000

    answer = client.post(
        "/api/trace", content=stream(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert read_error(answer)["code"] == "body_too_large"


def test_a_body_just_within_the_limit_is_read(client: TestClient) -> None:
    body = json.dumps(ask()).encode().ljust(LIMITS.body)
    answer = client.post("/api/trace", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/trace", "/api/gradients", "/api/write", "/api/stretch", "/api/known"]
)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "json", "\xe9", "", None]
)
def test_a_body_of_another_kind_is_refused_by_the_headers_name(
    client: TestClient, path: str, kind: str | None
) -> None:
    headers = {} if kind is None else {"Content-Type": kind.encode("latin-1")}
    answer = client.post(path, content=json.dumps(ask()).encode(), headers=headers)
    error = read_error(answer)
    assert (answer.status_code, error["code"]) == (415, "wrong_content_type")
    assert error["field"] == "Content-Type"
    assert "application/json" in error["message"]


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_body_of_json_is_read(client: TestClient, kind: str) -> None:
    body = json.dumps(ask()).encode()
    answer = client.post("/api/trace", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-7", 206),
        ("bytes=-8", 206),
        ("bytes=999999999-", 416),
        ("bytes=9-0", 400),
        ("bytes=", 400),
        ("bytes=a-b", 400),
        ("lines=1-2", 400),
        ("nonsense", 400),
        ("bytes=" + "9" * 5_000 + "-", None),
    ],
)
def test_a_range_that_cannot_be_sent_is_a_sentence(
    client: TestClient, asked: str, status: int | None
) -> None:
    answer = client.get(f"/api/models/{MODEL}/weights", headers={"Range": asked})
    if status is not None:
        assert answer.status_code == status
    if answer.status_code >= 400:
        error = read_error(answer)
        assert (error["code"], error["field"]) == ("wrong_range", "Range")
    if answer.status_code == 416:
        assert answer.headers["content-range"].startswith("bytes */")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_finds_a_page_where_there_is_nothing(client: TestClient, language: str) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": language}
    answer = client.get("/nothing", headers=headers)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<html lang="{language}"' in answer.text
    assert load_catalogues()[language]["error.not_found"] in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize("model", find_models())
def test_a_setting_out_of_range_is_refused_where_the_cell_has_it(
    client: TestClient, model: str
) -> None:
    catalog = client.get("/api/catalog").json()
    cell_id = next(one["cell"] for one in catalog["models"] if one["id"] == model)
    cell = next(one for one in catalog["cells"] if one["id"] == cell_id)
    for setting in cell["settings"]:
        for value in (setting["low"] - 1, setting["high"] + 1):
            wanted = ask(model=model, settings={setting["name"]: value})
            answer = client.post("/api/trace", json=wanted)
            error = read_error(answer)
            assert answer.status_code == 422
            assert error["code"] == "value_out_of_range"
            assert error["field"] == f"settings.{setting['name']}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["/nothing", "/api/nothing", "/api/models/none/weights", "/static/x"]
)
def test_an_address_that_is_not_there_is_a_sentence(
    client: TestClient, path: str, language: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 404
    read_error(answer)
    assert answer.headers["content-language"] == language


def test_a_method_that_is_not_offered_is_a_sentence(client: TestClient) -> None:
    answer = client.get("/api/trace")
    assert answer.status_code == 405
    assert read_error(answer)["code"] == "method_not_allowed"
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize("model", REVIEWS)
@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("great 🦑🧨 film", [True, False, False, True]),
        ("Este filme é maravilhoso", None),
        ("Это прекрасный фильм", [False] * 3),
        ("素晴らしい映画", [False]),
        ("فيلم رائع", [False] * 2),
        ("great zzzxqy film", [True, False, True]),
        ("<b>great</b> film", [True, True]),
    ],
)
def test_what_the_model_does_not_know_is_read_and_marked(
    client: TestClient, model: str, text: str, known: list[bool] | None
) -> None:
    answer = client.post("/api/trace", json=ask(model=model, input={"text": text}))
    assert answer.status_code == 200
    body = answer.json()
    assert False in body["known"] or known == [True, True]
    assert known is None or body["known"] == known
    assert len(body["known"]) == len(body["tokens"]) == len(body["token_ids"])


@pytest.mark.parametrize("model", REVIEWS)
def test_a_text_of_a_thousand_words_is_still_read(client: TestClient, model: str) -> None:
    text = "word " * 1_000
    answer = client.post("/api/trace", json=ask(model=model, input={"text": text}))
    assert answer.status_code == 200
    assert len(answer.json()["tokens"]) == 1_000


def test_after_all_of_it_a_good_request_is_answered(client: TestClient) -> None:
    before = client.post("/api/trace", json=ask()).content
    for body, *_ in ALL.values():
        client.post("/api/trace", content=body, headers={"Content-Type": "application/json"})
    assert client.get("/readyz").status_code == 200
    answer = client.post("/api/trace", json=ask())
    assert answer.status_code == 200
    assert answer.content == before
