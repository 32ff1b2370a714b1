"""What a person installs: the sdist, the wheel made of it, and the command run from there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import gatescope
import httpx
import pytest

from .server import Server, clean_environment, start_server

ROOT = Path(gatescope.__file__).parent.parent
PARTS = ("app", "static", "templates", "pyproject.toml", "README.md", "LICENSE")
BUILD_SDIST = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"


def run(*words: str | Path, cwd: Path) -> None:
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel that the sdist makes into a folder of its own."""
    folder = tmp_path_factory.mktemp("packaging")
    source, site = folder / "source", folder / "site"
    source.mkdir()
    for name in PARTS:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, source / name)
    run(sys.executable, "-c", BUILD_SDIST, folder, cwd=source)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ".", cwd=unpacked)
    (wheel,) = folder.glob("*.whl")
    run(*pip, "install", "--no-deps", "--no-index", "--target", site, wheel, cwd=folder)
    return site


@pytest.fixture(scope="module")
def server(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve from the installed package, in a folder with an app.py of the person's own."""
    own = tmp_path_factory.mktemp("own")
    (own / "app.py").write_text("raise RuntimeError('a module of the person, not ours')\n")
    for name in ("static", "templates", "gatescope_notes"):
        (own / name).mkdir()
    command = "from gatescope.cli import main; main()"
    environment = clean_environment(PYTHONPATH=str(site), PYTHONDONTWRITEBYTECODE="1")
    with start_server(
        "--port",
        "0",
        environment=environment,
        command=[sys.executable, "-c", command],
        folder=own,
    ) as started:
        started.wait_until_ready()
        yield started


def test_nothing_but_the_package_is_at_the_top(site: Path) -> None:
    names = {path.name for path in site.iterdir()}
    assert names == {"gatescope", f"gatescope-{gatescope.__version__}.dist-info", "bin"}


def test_every_file_is_in_it(site: Path) -> None:
    package = site / "gatescope"
    for name, inside in (
        ("app", package),
        ("static", package / "static"),
        ("templates", package / "templates"),
    ):
        expected = {
            path.relative_to(ROOT / name)
            for path in (ROOT / name).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert expected <= {path.relative_to(inside) for path in inside.rglob("*")}
    assert (package / "py.typed").is_file()


def test_it_serves_beside_a_persons_own_app(server: Server, site: Path) -> None:
    page = server.get("/")
    assert page.status_code == 200
    found = re.search(r'src="(/static/[^"]+\.js)"', page.text)
    assert found
    assert server.get(found[1]).headers["content-type"].startswith("text/javascript")
    answer = httpx.post(
        f"{server.address}api/trace",
        json={"model": "sentiment-lstm", "input": {"text": "A great film"}},
        trust_env=False,
        timeout=60,
    )
    assert answer.json()["tokens"] == ["a", "great", "film"]


def test_it_is_imported_under_one_name_alone(site: Path, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    code = (
        "import sys, gatescope.main, gatescope.serving.service, gatescope.cli\n"
        "from gatescope.registry import find_cells, find_tasks\n"
        "assert find_cells() and find_tasks()\n"
        "assert not [n for n in sys.modules if n.split('.')[0] in ('app', 'static', 'templates')]\n"
        f"assert gatescope.__file__.startswith({str(site)!r}), gatescope.__file__\n"
    )
    environment = clean_environment(PYTHONPATH=str(site))
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
