"""A real `gatescope` process, started and stopped as a person does it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

SCRIPT = Path(sys.executable).with_name("gatescope")
# The script is what people run; where it is not installed, the module is the same command.
COMMAND = (
    [str(SCRIPT)]
    if SCRIPT.exists()
    else [sys.executable, "-c", "import gatescope.cli as c; c.main()"]
)
PATIENCE = 60.0


@dataclass
class Server:
    """A running process and the address it printed."""

    process: subprocess.Popen[str]
    address: str

    @property
    def port(self) -> int:
        """Read the port off the address."""
        return httpx.URL(self.address).port or 80

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for one page, past any proxy of this machine."""
        with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
            return client.get(httpx.URL(self.address).join(path), headers=headers)

    def wait_until_ready(self) -> None:
        """Ask /readyz until it says 200."""
        deadline = time.monotonic() + PATIENCE
        while self.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the server never became ready"
            assert self.process.poll() is None, "the server ended while it was loading"
            time.sleep(0.05)

    def interrupt(self) -> float:
        """Press Ctrl-C, and give the seconds until the process was gone."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)
        return time.monotonic() - start


def clean_environment(**changes: str) -> dict[str, str]:
    """Give this process's environment without what would change the command's behaviour."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATESCOPE_")}
    return kept | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"} | changes


@contextlib.contextmanager
def start_server(
    *options: str,
    environment: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    browser: bool = False,
    command: Sequence[str] = COMMAND,
    folder: Path | None = None,
) -> Iterator[Server]:
    """Start the command in a folder and read the address it prints; Ctrl-C at the end."""
    words = [*before, *command, *(() if browser else ("--no-open",)), *options]
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment or clean_environment(),
        cwd=folder,
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        found = re.search(r"https?://\S+", first)
        assert found, f"no address was printed: {first}{process.stdout.read()}"
        yield Server(process, found.group())
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


def run_command(
    *words: str, environment: Mapping[str, str] | None = None, seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end and give what it printed."""
    return subprocess.run(
        [*COMMAND, *words],
        capture_output=True,
        text=True,
        env=environment or clean_environment(),
        timeout=seconds,
        check=False,
    )
