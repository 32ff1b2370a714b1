"""A new task is one file: dropped into the package with a model of it, it passes every test.

The package is put together from links in a folder of its own, so that the files are found as if
they had been there from the start. One process trains the model, measures it and runs the tests
that enumerate tasks and models.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OWN = Path(__file__).parent / "plug_ins"
NEEDED = ("sentiment-lstm", "shakespeare-lstm")  # what the tests of any model compare with
RUN = """
import sys
import pytest
from gatescope.cli import app
from typer.testing import CliRunner

def run(*words):
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output

task, cell, path, *tests = sys.argv[1:]
run("train", task, "--cell", cell, "--output", path)
run("evaluate", path)
sys.exit(pytest.main(tests))
"""
ENUMERATING = (
    "test_bad_input.py",
    "test_contracts.py",
    "test_registry.py",
    "nn/test_checkpoint.py",
    "routes/test_catalog.py",
    "routes/test_models.py",
    "serving/test_service.py",
    "serving/test_snippets.py",
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package as a folder of links, with room for tasks and models of one's own."""
    folder = tmp_path / "gatescope"
    folder.mkdir()
    for path in (ROOT / "app").iterdir():
        (folder / path.name).symlink_to(path)
    for name in ("static", "templates"):
        (folder / name).symlink_to(ROOT / name)
    for name in ("tasks", "models"):
        (folder / name).unlink()
        (folder / name).mkdir()
    for path in (ROOT / "app" / "tasks").glob("*.py"):
        (folder / "tasks" / path.name).symlink_to(path)
    for name in NEEDED:
        (folder / "models" / f"{name}.safetensors").symlink_to(
            ROOT / "app" / "models" / f"{name}.safetensors"
        )
    return folder


def test_a_new_task_is_one_file(package: Path) -> None:
    (package / "tasks" / "vowels.py").symlink_to(OWN / "vowels.py")
    model = package / "models" / "vowels-rnn.safetensors"
    chosen = ["-k", "vowels or test_catalog or test_registry"]
    quiet = ["-q", "--tb=short", "-p", "no:cacheprovider"]
    tests = [str(ROOT / "tests" / name) for name in ENUMERATING]
    done = subprocess.run(
        [sys.executable, "-c", RUN, "vowels", "rnn", str(model), *tests, *chosen, *quiet],
        env=os.environ | {"PYTHONPATH": str(package.parent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.rpartition(" passed")[0].split()[-1]) > 25, done.stdout
