from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from gatescope import i18n as language
from gatescope.contracts import Recipe
from gatescope.i18n import choose_language, load_catalogues, say
from gatescope.serving.assets import find_assets

APP = Path(language.__file__).parent
ASSETS = find_assets()
STATIC = ASSETS.templates.parent / "static"
CATALOGUES = load_catalogues()
ENGLISH = CATALOGUES["en"]
MARK = re.compile(r"\{([a-z_]+)\}")
PYTHON = {path: path.read_text(encoding="utf-8") for path in sorted(APP.rglob("*.py"))}
PAGES = {path: path.read_text(encoding="utf-8") for path in sorted(ASSETS.templates.glob("*.html"))}
SCRIPTS = {path: path.read_text(encoding="utf-8") for path in sorted(STATIC.rglob("*.js"))}
SPACES = "|".join(sorted({key.partition(".")[0] for key in ENGLISH}))
KEY = rf"(?:{SPACES})\.[a-z_]+(?:\.[a-z_]+)*"
# A key that is put together while running: `weights.${name}.means`, f"error.{error.code}".
DYNAMIC = re.compile(rf"[`\"']((?:{SPACES})\.[a-z_.]*\$?\{{[^`\"'\s]*)[`\"']")
VIEWS = sorted((STATIC / "views").glob("*.js"))


def find_keys() -> set[str]:
    """Find every key that stands as a literal in code or page."""
    found = set()
    for text in (*PYTHON.values(), *PAGES.values(), *SCRIPTS.values()):
        found |= set(re.findall(rf"[`\"']({KEY})[`\"']", text))
    return found


def find_error_codes() -> set[str]:
    """Find every code an error may have, as the sources name them."""
    text = "\n".join(PYTHON.values())
    found = set(re.findall(r"InvalidInput\(\s*\"(\w+)\"", text))
    found |= {f"unknown_{kind}" for kind in re.findall(r"choose\(\"(\w+)\"", text)}
    found |= set(re.findall(r"Refusal\(\s*\w+, \"(\w+)\"", text))
    joined = PYTHON[APP / "serving" / "errors.py"]
    found |= set(re.findall(r"^    \"\w+\": \"(\w+)\",$", joined, re.MULTILINE))
    found |= set(re.findall(r"\b[45]\d\d: \"(\w+)\"", joined))
    found |= set(re.findall(r"code = \"(\w+)\" if .*? else \"(\w+)\"", joined)[0])
    found |= set(re.findall(r"[A-Z]+\.get\(.*?, \"(\w+)\"\)", joined))
    return found


def find_phases() -> set[str]:
    text = "\n".join(PYTHON.values())
    found = set(re.findall(r"enter\(\"(\w+)\"\)", text))
    ready = PYTHON[APP / "serving" / "readiness.py"]
    return found | set(re.findall(r"phase = \"(\w+)\"", ready)) | {"failed"}


def matches_a_dynamic_key(key: str) -> bool:
    for text in (*PYTHON.values(), *SCRIPTS.values()):
        for found in DYNAMIC.findall(text):
            parts = re.split(r"\$?\{[^}]*\}", found)
            if re.fullmatch(r"[a-z_.]+".join(map(re.escape, parts)), key):
                return True
    return False


def test_there_are_english_and_brazilian_portuguese() -> None:
    assert set(CATALOGUES) == {"en", "pt-BR"}


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_catalogues_have_the_same_keys_and_no_key_twice(name: str) -> None:
    assert set(CATALOGUES[name]) == set(ENGLISH)
    raw = (language.LOCALES / f"{name}.json").read_text(encoding="utf-8")
    pairs: list[tuple[str, str]] = json.loads(raw, object_pairs_hook=list)
    assert len(pairs) == len(CATALOGUES[name])


@pytest.mark.parametrize("key", ENGLISH)
def test_a_sentence_is_filled_with_the_same_in_every_language(key: str) -> None:
    for catalogue in CATALOGUES.values():
        assert catalogue[key].strip() == catalogue[key] != ""
        assert set(MARK.findall(catalogue[key])) == set(MARK.findall(ENGLISH[key]))
        assert "{" not in MARK.sub("", catalogue[key])


def test_portuguese_is_not_english_left_as_it_was() -> None:
    same = [key for key in ENGLISH if ENGLISH[key] == CATALOGUES["pt-BR"][key]]
    assert len(same) < len(ENGLISH) / 20, same
    assert all(len(ENGLISH[key].split()) <= 3 for key in same), same


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_pages_frame_belongs_to_no_task_and_puts_no_article_before_a_name(name: str) -> None:
    own = re.compile(r"\b(films?|reviews?|filmes?|críticas?|resenhas?|10[.,]000)\b", re.IGNORECASE)
    article = re.compile(r"(?:^|\b(?:[nd]?[ao]|[Tt]he|[Aa])) \{name\}")
    for key, sentence in CATALOGUES[name].items():
        assert not own.search(sentence), key
        assert not article.search(sentence), key


def test_every_key_that_code_and_pages_name_exists() -> None:
    assert find_keys() - set(ENGLISH) == set()
    assert len(find_keys()) > 50


def test_every_sentence_a_page_asks_for_exists() -> None:
    asked = set()
    for text in PAGES.values():
        asked |= set(re.findall(r"data-say(?:-\w+)?=\"([^\"{]+)\"", text))
        asked |= set(re.findall(r"say\['([^']+)'\]", text))
    assert asked
    assert asked - set(ENGLISH) == set()


def test_every_sentence_a_script_asks_for_exists() -> None:
    asked = set()
    for path, text in SCRIPTS.items():
        # What has words of its own, a view or a part of one, is held to them by tests/js.
        if path not in VIEWS and "export const words" not in text:
            asked |= set(re.findall(r"\bsay\('([^']+)'", text))
            asked |= set(re.findall(r"catalogue\['([^']+)'\]", text))
    assert asked
    assert asked - set(ENGLISH) == set()


def test_every_field_of_a_recipe_has_its_words() -> None:
    assert {f"recipe.{field.name}" for field in fields(Recipe)} - set(ENGLISH) == set()


def test_every_code_of_an_error_has_its_sentence() -> None:
    found = {f"error.{code}" for code in find_error_codes()}
    assert {
        "error.text_empty",
        "error.unknown_model",
        "error.wrong_host",
        "error.internal",
        "error.not_ready",
        "error.wrong_type",
        "error.not_found",
        "error.refused",
    } <= found
    assert found - set(ENGLISH) == set()


def test_every_phase_of_the_start_has_its_words() -> None:
    found = {f"phase.{name}" for name in find_phases()}
    assert {"phase.starting", "phase.torch", "phase.models", "phase.warming"} <= found
    assert found - set(ENGLISH) == set()


def test_no_sentence_is_left_that_nothing_says() -> None:
    said = find_keys() | {f"error.{code}" for code in find_error_codes()}
    said |= {f"phase.{name}" for name in find_phases()}
    unused = {
        key
        for key in set(ENGLISH) - said
        if key.startswith(("error.", "phase.")) or not matches_a_dynamic_key(key)
    }
    assert unused == set()


def split_words(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Read the words a view brings, language by language."""
    block = re.search(r"^const words = \{\n(.*?)^\};", SCRIPTS[path], re.DOTALL | re.MULTILINE)
    assert block, f"{path.name} has no words"
    for name, body in re.findall(r"^  '?([\w-]+)'?: \{\n(.*?)^  \},", block[1], re.DOTALL | re.M):
        pairs = re.findall(r"\b(\w+):\s+(['`\"])((?:\\.|(?!\2).)*)\2", body)
        yield name, {key: sentence for key, _, sentence in pairs}


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.stem))
def test_a_view_says_the_same_in_every_language_and_all_of_it(path: Path) -> None:
    words = dict(split_words(path))
    assert set(words) == set(CATALOGUES)
    english = words["en"]
    said = set(re.findall(r"say\('(\w+)'", SCRIPTS[path]))
    for first, second in re.findall(r"say\([^()']*\? '(\w+)' : '(\w+)'", SCRIPTS[path]):
        said |= {first, second}
    assert said <= set(english)
    for catalogue in words.values():
        assert set(catalogue) == set(english)
        for key, sentence in catalogue.items():
            assert set(MARK.findall(sentence)) == set(MARK.findall(english[key])), key


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (["pt-BR"], "pt-BR"),
        (["pt"], "pt-BR"),
        (["pt-PT,pt;q=0.9"], "pt-BR"),
        (["PT-br"], "pt-BR"),
        (["en-GB,en;q=0.8"], "en"),
        (["de,fr;q=0.9"], "en"),
        (["de,pt;q=0.5,en;q=0.4"], "pt-BR"),
        (["en;q=0.4,pt;q=0.5"], "pt-BR"),
        (["pt;q=0,en"], "en"),
        (["*"], "en"),
        (["pt;q=rubbish,en"], "en"),
        ([""], "en"),
        ([None, "pt"], "pt-BR"),
        (["xx", "pt"], "pt-BR"),
        (["en", "pt"], "en"),
        (["," * 10_000], "en"),
        ([], "en"),
    ],
)
def test_the_first_wish_that_can_be_met_chooses(wishes: list[str | None], chosen: str) -> None:
    assert choose_language(*wishes) == chosen


def test_a_sentence_is_filled_with_values_and_never_read_as_a_format() -> None:
    said = say("en", "error.unknown_model", {"name": "{0.__class__}", "known": "a, b"})
    assert "{0.__class__}" in said
    assert "a, b" in said
    with pytest.raises(KeyError):
        say("en", "no.such.key")
