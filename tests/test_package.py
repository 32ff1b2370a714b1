"""What stands about the package where it is published, and how it is put into a container."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.server import PATIENCE, clean_environment, start_server

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()


def read_lines(word: str) -> list[str]:
    """Give what stands after one instruction of the Containerfile, wherever it occurs."""
    return [line.partition(" ")[2] for line in CONTAINER if line.startswith(f"{word} ")]


def test_the_description_names_no_file_that_a_package_index_does_not_have() -> None:
    text = (ROOT / PROJECT["readme"]["file"]).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", text)
    assert [link for pair in links for link in pair if link and "://" not in link] == []


def test_the_links_of_the_readme_lead_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in link or (ROOT / link).is_file(), link


@pytest.mark.parametrize(
    ("name", "safe"), [("starlette", (0, 49, 1)), ("h11", (0, 16)), ("fastapi", (0, 132))]
)
def test_no_version_with_a_known_hole_is_let_in(name: str, safe: tuple[int, ...]) -> None:
    (wanted,) = [one for one in PROJECT["dependencies"] if re.match(rf"{name}\b", one)]
    lowest = re.search(r">=([\d.]+)", wanted)
    assert lowest
    assert tuple(map(int, lowest[1].split("."))) >= safe


def test_the_container_copies_what_the_package_is_made_of() -> None:
    copied = {word for line in read_lines("COPY") for word in line.split() if "=" not in word}
    assert {"app", "static", "templates", "pyproject.toml", PROJECT["readme"]["file"]} <= copied
    assert all((ROOT / word).exists() for word in copied - {"./", "docs/", "/opt/gatescope"})


def test_the_container_runs_as_nobody_in_particular() -> None:
    assert [line for line in CONTAINER if line.startswith(("USER", "ENTRYPOINT"))] == [
        "USER 10001:10001",
        'ENTRYPOINT ["gatescope"]',
    ]


def test_the_containers_check_of_health_tells_a_server_from_none() -> None:
    command = json.loads(read_lines("HEALTHCHECK")[0].partition("CMD ")[2])
    variables = dict(pair.split("=", 1) for pair in shlex.split(read_lines("ENV")[0]))
    kept = {name: value for name, value in variables.items() if name.startswith("GATESCOPE_")}
    del kept["GATESCOPE_PORT"]  # another one here, so that tests can run beside each other
    environment = clean_environment(**kept)
    with start_server("--port", "0", environment=environment, browser=True) as server:
        asked = environment | {"GATESCOPE_PORT": str(server.port)}
        words = [sys.executable, *command[1:]]
        assert command[0] == "python"
        deadline = time.monotonic() + PATIENCE  # like the container's own, it is asked again
        while subprocess.run(words, env=asked, capture_output=True, timeout=60).returncode:
            assert time.monotonic() < deadline
        server.interrupt()
        done = subprocess.run(words, env=asked, capture_output=True, timeout=60)
        assert done.returncode != 0
