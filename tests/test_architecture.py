from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import gatescope
import pytest
from gatescope.routes.page import ROOMS
from gatescope.serving.assets import find_assets

ROOT = Path(gatescope.__file__).parent.parent
STATIC = ROOT / "static"
VIEWS = sorted((STATIC / "views").glob("*.js"))
SOURCES = sorted(
    path
    for folder, kinds in (
        ("app", ("py", "json")),
        ("static", ("js", "css", "svg")),
        ("templates", ("html",)),
    )
    for kind in kinds
    for path in (ROOT / folder).rglob(f"*.{kind}")
)
SCRIPTS = sorted(STATIC.rglob("*.js"))


def read_code(path: Path) -> str:
    """Read a script without its comments and without what stands in its strings."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"(^|\s)//[^\n]*", r"\1", text)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_run_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_file_is_a_drawer_for_everything(path: Path) -> None:
    assert not re.search(r"util|helper|manager|base(?!line)|common|misc", path.stem)


# A folder of static/ and the folders that its scripts may import from, beside their own.
FOLDERS: dict[str, set[str]] = {
    "core": set(),
    "charts": {"core"},
    "views": {"core", "charts"},
    "ui": {"core", "charts"},
    "inputs": {"core", "ui"},
    "pages": {"core", "ui"},
}
PURE = ("core", "charts", "views")
# What does things: only a page's script joins them.
JOINED = {
    STATIC / "core" / "client.js",
    STATIC / "core" / "store.js",
    STATIC / "ui" / "model_controls.js",
    STATIC / "ui" / "panel.js",
    STATIC / "ui" / "player.js",
    STATIC / "ui" / "shell.js",
}


def folder_of(path: Path) -> str:
    return path.relative_to(STATIC).parts[0]


def find_imports(path: Path) -> set[Path]:
    found = re.findall(r"(?:from|import) '([^']+)'", read_code(path))
    return {(path.parent / one).resolve() for one in found}


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_scripts_import_one_way(path: Path) -> None:
    folder = folder_of(path)
    assert folder in FOLDERS
    imports = find_imports(path)
    assert all(one.is_file() for one in imports)
    assert {folder_of(one) for one in imports} <= FOLDERS[folder] | {folder}
    if folder != "pages":
        assert not imports & JOINED


def test_scripts_import_nothing_in_a_circle() -> None:
    left = {path.resolve(): find_imports(path) for path in SCRIPTS}
    while left:
        free = [path for path, imports in left.items() if not imports & left.keys()]
        assert free, sorted(name_of(path) for path in left)
        for path in free:
            del left[path]


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_only_one_script_names_plotly(path: Path) -> None:
    named = re.search(r"\bPlotly\b", read_code(path))
    assert bool(named) == (path == STATIC / "ui" / "plotly.js")


@pytest.mark.parametrize("path", [p for p in SCRIPTS if folder_of(p) in PURE], ids=name_of)
def test_what_is_computed_knows_neither_the_page_nor_chance(path: Path) -> None:
    code = read_code(path)
    names = ["document", "window.", "globalThis", "localStorage"]
    if path != STATIC / "core" / "client.js":  # asks a busy server again after a while by chance
        names.append("Math.random")
    for name in names:
        assert not re.search(rf"(?<![\w.]){re.escape(name)}", code), name


@pytest.mark.parametrize("path", VIEWS, ids=name_of)
def test_a_view_is_a_pure_function_that_knows_no_other_view(path: Path) -> None:
    assert "views" not in {folder_of(one) for one in find_imports(path)}
    assert re.search(rf"export default \{{\s*id: '{path.stem}'", read_code(path))


def test_every_view_is_listed_into_the_page() -> None:
    assert find_assets().views == [path.stem for path in VIEWS]
    assert VIEWS


def test_every_page_has_its_script() -> None:
    assert {room["script"] for room in ROOMS.values()} <= {
        path.relative_to(STATIC).as_posix() for path in SCRIPTS if folder_of(path) == "pages"
    }


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_only_the_client_talks_to_the_server(path: Path) -> None:
    talks = re.search(r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource", read_code(path))
    assert bool(talks) == (path == STATIC / "core" / "client.js")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_names_another_host(path: Path) -> None:
    hosts = re.findall(r"(?:https?:)?//([\w.-]+\.[a-z]{2,})\b", path.read_text(encoding="utf-8"))
    assert [host for host in hosts if host != "www.w3.org"] == []  # the name of SVG's elements


@pytest.mark.parametrize("name", ["pyproject.toml", "README.md", "Makefile", ".ci/run"])
def test_no_address_of_a_mirror_is_written_down(name: str) -> None:
    path = ROOT / name
    if path.is_file():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"index-url *[=:]? *https?://(?!download\.pytorch\.org)", text)
        assert not re.search(r"/simple\b", text)


def test_the_lock_names_no_address_that_packages_are_fetched_from() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "registry=" not in (ROOT / ".npmrc").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "templates").glob("*.html")), ids=name_of)
def test_a_page_holds_neither_script_nor_style_nor_a_sentence_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\son\w+=", text)
    assert not re.search(r"\sstyle=|<style", text)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert "application/json" in attributes or (body == "" and "src=" in attributes)
    plain = re.sub(r"<script.*?</script>|<!--.*?-->|\{[{%].*?[%}]\}", " ", text, flags=re.DOTALL)
    words = re.findall(r">([^<]*[A-Za-z]{2}[^<]*)<", plain)
    assert {word.strip(" ·") for word in words} <= {"Gate", "Scope", "GateScope"}


def test_every_module_tells_what_it_is() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        assert path.read_text(encoding="utf-8").startswith('"""'), path
