"""Real processes, started and stopped as a person does it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gatescope import __version__
from gatescope.cli.serve import DEFAULT_PORT, bind

from tests.server import COMMAND, PATIENCE, Server, clean_environment, run_command, start_server


@contextlib.contextmanager
def occupy(port: int = 0) -> Iterator[int]:
    """Listen on a port as another program would; a taken one stays as it is."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            listener.listen(1)
        yield listener.getsockname()[1] or port


def count_cpu_seconds() -> float:
    """Give the CPU time of the commands that were run: a busy machine does not lengthen it."""
    used = os.times()
    return used.children_user + used.children_system


def is_free(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_that_was_named_and_is_busy_is_an_error_at_once() -> None:
    with occupy() as port:
        start = count_cpu_seconds()
        done = run_command("--no-open", "--port", str(port))
        took = count_cpu_seconds() - start
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port 0" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
    assert took < 1.5, "before torch is imported"


def test_a_port_named_by_the_environment_and_busy_is_an_error_too() -> None:
    with occupy() as port:
        environment = clean_environment(GATESCOPE_PORT=str(port), GATESCOPE_OPEN="0")
        done = run_command(environment=environment)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr


def test_the_default_port_goes_up_where_it_is_busy() -> None:
    with occupy(DEFAULT_PORT), start_server() as server:
        assert DEFAULT_PORT < server.port < DEFAULT_PORT + 100
        assert server.get("/healthz").status_code == 200


def test_port_0_lets_the_system_pick() -> None:
    with start_server("--port", "0") as one, start_server("--port", "0") as two:
        assert one.port != two.port
        assert one.get("/healthz").json() == two.get("/healthz").json() == {"status": "alive"}


def test_a_small_answer_is_sent_at_once() -> None:
    """asyncio sets TCP_NODELAY only on sockets that name TCP; without it an answer waits 40 ms."""
    with bind("127.0.0.1", 0, scan=False) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_the_environment_names_the_port_and_keeps_the_browser_shut(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = {"GATESCOPE_PORT": str(port), "BROWSER": str(browser)}
    shut = clean_environment(GATESCOPE_OPEN="0", **asked)
    with start_server(environment=shut, browser=True) as server:
        assert server.port == port
        server.wait_until_ready()
        time.sleep(0.5)
        assert not opened.exists()
    with start_server(
        environment=clean_environment(GATESCOPE_OPEN="1", **asked), browser=True
    ) as s:
        deadline = time.monotonic() + PATIENCE
        while not (opened.exists() and opened.read_text().strip()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert opened.read_text().strip() == s.address


def test_ctrl_c_ends_it_while_it_is_loading() -> None:
    with start_server("--port", "0") as server:
        server.get("/healthz")
        assert server.get("/readyz").status_code == 503
        assert server.interrupt() < 2
        assert "Traceback" not in read_rest(server)


@pytest.mark.parametrize("wait", [0.0, 0.1, 0.3])
def test_ctrl_c_ends_it_right_after_the_address_was_printed(wait: float) -> None:
    with start_server("--port", "0") as server:
        time.sleep(wait)
        assert server.interrupt() < 2
        assert "Traceback" not in read_rest(server)


def test_ctrl_c_ends_it_with_connections_open() -> None:
    with start_server("--port", "0") as server:
        server.wait_until_ready()
        with (
            socket.create_connection(("127.0.0.1", server.port)) as idle,
            socket.create_connection(("127.0.0.1", server.port)) as half,
        ):
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200" in idle.recv(4096)
            half.sendall(
                b"POST /api/trace HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
                b"Content-Type: application/json\r\n\r\n{"
            )
            time.sleep(0.2)
            assert server.interrupt() < 2
        assert server.process.returncode == 0
        assert is_free(server.port)
        assert "Traceback" not in read_rest(server)


def read_rest(server: Server) -> str:
    assert server.process.stdout is not None
    return server.process.stdout.read()


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["trace", "--help"], ["-h"]])
def test_help_is_quick_and_does_not_import_torch(words: list[str]) -> None:
    code = (
        "import sys, time; sys.argv = ['gatescope', *sys.argv[1:]]; start = time.monotonic()\n"
        "from gatescope.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code in (0, None), end.code\n"
        "heavy = {'torch', 'numpy', 'fastapi', 'uvicorn', 'plotly'} & set(sys.modules)\n"
        "print('LOADED', sorted(heavy))\n"
    )
    start = count_cpu_seconds()
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=False,
        timeout=60,
    )
    took = count_cpu_seconds() - start
    assert done.returncode == 0, done.stderr
    assert "LOADED []" in done.stdout
    assert took < 1


def test_help_names_every_command_and_option() -> None:
    done = run_command("--help")
    assert done.returncode == 0
    for word in (
        "trace",
        "models",
        "train",
        "evaluate",
        "--host",
        "--port",
        "--open",
        "--lang",
        "--log-level",
        "--workers",
        "--address",
        "--token",
        "GATESCOPE_PORT",
    ):
        assert word in done.stdout, word
    assert run_command("--version").stdout == f"gatescope {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [["dance"], ["trace", "none", "text"], ["train", "sentiment", "--data", "/no/such/folder"]],
    ids=" ".join,
)
def test_a_process_that_cannot_do_it_ends_with_a_sentence(words: list[str]) -> None:
    done = run_command(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert 1 <= len(done.stderr.strip().splitlines()) <= 4


OFFLINE = """\
import socket
import sys

_connect = socket.socket.connect


def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        sys.stderr.write("OUTSIDE " + repr(address) + chr(10))
        raise OSError("no network")
    return _connect(self, address)


def getaddrinfo(host, *rest, _own=socket.getaddrinfo, **more):
    if host not in (None, "127.0.0.1", "::1", "localhost"):
        sys.stderr.write("OUTSIDE " + repr(host) + chr(10))
        raise socket.gaierror("no network")
    return _own(host, *rest, **more)


socket.socket.connect = connect
socket.getaddrinfo = getaddrinfo
"""


def test_it_answers_before_it_is_ready_and_asks_no_network(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(OFFLINE)
    environment = clean_environment(PYTHONPATH=str(tmp_path))
    with start_server("--port", "0", environment=environment) as server:
        assert server.get("/healthz").status_code == 200
        early = server.get("/readyz")
        assert early.status_code == 503
        assert early.json()["error"]["code"] == "not_ready"
        assert server.get("/").status_code == 200
        server.wait_until_ready()
        assert server.get("/readyz").json() == {"status": "ready"}
        assert server.get("/api/catalog").status_code == 200
        assert "server" not in server.get("/").headers
        server.interrupt()
        assert "OUTSIDE" not in read_rest(server)


def has_namespaces() -> bool:
    words = ["unshare", "--net", "sh", "-c", "ip link set lo up"]
    with contextlib.suppress(OSError):
        return os.name == "posix" and subprocess.run(words, capture_output=True).returncode == 0
    return False


@pytest.mark.skipif(not has_namespaces(), reason="needs root, unshare and ip")
def test_it_starts_in_a_network_namespace_that_has_only_loopback() -> None:
    script = (
        "ip link set lo up; " + " ".join(COMMAND) + " --no-open --port 8999 & pid=$!\n"
        f"{sys.executable} - <<'END'\n"
        "import time, urllib.request, urllib.error\n"
        "for _ in range(400):\n"
        "    try:\n"
        "        print(urllib.request.urlopen('http://127.0.0.1:8999/readyz').read().decode())\n"
        "        break\n"
        "    except (urllib.error.URLError, OSError):\n"
        "        time.sleep(0.1)\n"
        "END\n"
        "kill -INT $pid; wait $pid\n"
    )
    done = subprocess.run(
        ["unshare", "--net", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
        env=clean_environment(),
    )
    assert '{"status":"ready"}' in done.stdout, done.stdout + done.stderr


def test_the_language_of_the_page_can_be_named() -> None:
    with start_server("--port", "0", "--lang", "pt-BR") as server:
        assert '<html lang="pt-BR"' in server.get("/").text
