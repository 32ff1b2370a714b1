"""The server as a process: who may come in, from where, and how it ends."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import httpx
import psutil
import pytest
from gatescope.cli.serve import ALPHABET, draw_code, make_token, read_address
from gatescope.serving.addresses import list_addresses
from typer import Exit

from tests.qr import read_blocks
from tests.server import COMMAND, PATIENCE, Server, clean_environment, start_server

TOKEN = "turma-7b-2026"
HALF = (
    b"POST /api/trace HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
    b"Content-Type: application/json\r\n\r\n{"
)


def read_rest(server: Server) -> str:
    assert server.process.stdout is not None
    return server.process.stdout.read()


def read_until(server: Server, word: str) -> str:
    """Read what the server prints, line by line, up to a word."""
    assert server.process.stdout is not None
    read = ""
    while word not in read:
        line = server.process.stdout.readline()
        assert line, f"it ended after: {read}"
        read += line
    return read


def wait_for(condition: object, seconds: float = PATIENCE) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_open_to_the_network_it_is_reached_at_the_address_it_prints() -> None:
    options = ("--host", "0.0.0.0", "--port", "0", "--log-level", "info")
    with (
        start_server(*options) as server,
        httpx.Client(trust_env=False, timeout=PATIENCE) as person,
    ):
        address = httpx.URL(server.address)
        token = address.params["token"]
        assert address.host == list_addresses("0.0.0.0")[0]
        first = person.get(address)
        assert first.status_code == 303
        assert first.headers["location"] == "/"
        assert first.headers["set-cookie"].startswith(f"gatescope-{server.port}={token};")
        assert person.get(address.join("/")).status_code == 200
        page = person.get(address.join("/join")).text
        assert f">{address}<" in page.replace("<wbr>", "")
        for name in list_addresses("0.0.0.0"):
            own = httpx.URL(f"http://{name}:{server.port}/healthz")
            assert httpx.get(own, trust_env=False).status_code == 401
            bearer = {"Authorization": f"Bearer {token}"}
            assert httpx.get(own, trust_env=False, headers=bearer).status_code == 200
        server.interrupt()
        logged = read_rest(server)
    assert '"GET / HTTP/1.1" 303' in logged
    assert token not in logged


def test_a_body_without_end_is_not_read_after_the_refusal() -> None:
    with (
        start_server("--host", "0.0.0.0", "--port", "0") as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=20) as one,
    ):
        one.sendall(
            b"POST /api/trace HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 64 * 2**20:
                one.sendall(chunk)
                sent += len(chunk)
        assert sent < 64 * 2**20, "it read on and on"


def test_the_token_and_the_address_may_be_given() -> None:
    environment = clean_environment(
        GATESCOPE_TOKEN=TOKEN, GATESCOPE_ADDRESS="https://gates.example.org"
    )
    with start_server("--port", "0", environment=environment) as server:
        assert server.address == f"https://gates.example.org/?token={TOKEN}"
        printed = read_until(server, "loading")
        port = find_port(server)
        here = Server(server.process, f"http://127.0.0.1:{port}/")
        assert here.get("/healthz").status_code == 401
        bearer = f"Bearer {TOKEN}"
        assert here.get("/healthz", Authorization=bearer).status_code == 200
        proxied = {"Host": "gates.example.org", "Authorization": bearer}
        assert here.get("/healthz", **proxied).status_code == 200
        assert here.get("/healthz", Host="gates.example.com").status_code == 421
        visit = here.get(
            f"/?token={TOKEN}", **{"Host": "gates.example.org", "X-Forwarded-Proto": "https"}
        )
        assert "Secure" in visit.headers["set-cookie"]
        assert "Open to the network" in printed


def find_port(server: Server) -> int:
    (found,) = (
        one.laddr.port
        for one in psutil.Process(server.process.pid).net_connections("tcp")
        if one.status == psutil.CONN_LISTEN
    )
    return int(found)


@pytest.mark.parametrize(
    "given",
    [
        "gates.example.org",
        "ftp://gates.example.org",
        "https://",
        "https://gates.example.org/below",
        "https://gates.example.org/?a=1",
        "http://[::1",
        "http://a:99999",
    ],
)
def test_an_address_that_is_none_is_a_sentence(
    given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Exit):
        read_address(given)
    assert "https://NAME" in capsys.readouterr().err


def test_an_address_is_written_with_its_slash() -> None:
    assert read_address("https://gates.example.org") == "https://gates.example.org/"
    assert read_address("http://192.168.1.5:8707/") == "http://192.168.1.5:8707/"


def test_a_token_can_be_typed_and_not_guessed() -> None:
    found = {make_token() for _ in range(100)}
    assert len(found) == 100
    assert {len(one) for one in found} == {24}
    assert set("".join(found)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("il1o0")


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1:8707/?token=" + "x" * 24, f"https://gates.example.org/?token={TOKEN}"],
)
def test_a_telephone_reads_the_code_off_the_terminal(address: str) -> None:
    assert read_blocks(draw_code(address)) == address


def read_terminal(words: list[str]) -> Iterator[str]:
    """Run a command on a terminal and give what it has printed so far, again and again."""
    ours, theirs = pty.openpty()
    environment = clean_environment(PYTHONIOENCODING="utf-8")
    process = subprocess.Popen(words, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    printed = b""
    deadline = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.2)[0]:
                printed += os.read(ours, 65_536)
                yield printed.decode("utf-8", "replace")
    finally:
        os.close(ours)
        process.kill()
        process.wait()


def test_on_a_terminal_the_code_of_the_address_is_drawn() -> None:
    reading = read_terminal([*COMMAND, "--no-open", "--host", "0.0.0.0", "--port", "0"])
    printed = next(text for text in reading if "Ctrl-C" in text)
    reading.close()  # type: ignore[attr-defined]
    address = printed.split()[1]
    assert "?token=" in address
    assert read_blocks(printed) == address


@pytest.mark.parametrize(("sent", "pause"), [(b"", 0.02), (HALF, 0.1)], ids=["idle", "asked"])
def test_a_second_ctrl_c_prints_nothing(sent: bytes, pause: float) -> None:
    with start_server("--port", "0") as server:
        assert server.get("/healthz").status_code == 200
        with socket.create_connection(("127.0.0.1", server.port)) as one:
            one.sendall(sent)
            time.sleep(0.2)
            for _ in range(8):
                with contextlib.suppress(ProcessLookupError):
                    server.process.send_signal(signal.SIGINT)
                time.sleep(pause)
            server.process.wait(timeout=20)
        printed = read_rest(server).splitlines()
    assert server.process.returncode == 0
    phases = [line for line in printed if line.startswith("  ")]
    assert [line for line in printed if line not in phases] == ["Ctrl-C stops it.", "Stopped."]


def test_out_of_files_it_goes_on_and_says_so_once() -> None:
    few = ("sh", "-c", 'ulimit -n 100; exec "$@"', "sh")
    with start_server("--port", "0", before=few) as server:
        assert server.get("/healthz").status_code == 200
        with contextlib.ExitStack() as stack:
            for _ in range(250):
                one = stack.enter_context(socket.socket())
                one.settimeout(2)
                with contextlib.suppress(OSError):
                    one.connect(("127.0.0.1", server.port))
            time.sleep(1.5)
            assert server.get("/healthz").status_code == 200
        server.interrupt()
        printed = read_rest(server)
    assert len(printed.splitlines()) < 20, printed[:5_000]


def test_several_processes_are_ready_together_and_end_together() -> None:
    with start_server("--port", "0", "--workers", "2") as server:
        read_until(server, "ready after")
        workers = list_workers(server)
        assert len(workers) == 2
        asked = [server.get("/readyz").status_code for _ in range(10)]
        assert asked == [200] * 10
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(HALF)
            time.sleep(0.2)
            assert server.interrupt() < 2.5
        assert server.process.returncode == 0
        assert psutil.wait_procs(workers, timeout=5)[1] == []
        assert read_rest(server).splitlines() == ["Stopped."]


def list_workers(server: Server) -> list[psutil.Process]:
    """Find the processes that serve; Python's own tracker of resources is none of them."""
    return [
        one
        for one in psutil.Process(server.process.pid).children()
        if "spawn_main" in " ".join(one.cmdline())
    ]


def test_ctrl_c_in_a_terminal_reaches_workers_that_are_still_loading_and_prints_nothing() -> None:
    with start_server("--port", "0", "--workers", "2") as server:
        wait_for(lambda: len(list_workers(server)) == 2)
        workers = list_workers(server)
        for one in workers:
            one.send_signal(signal.SIGINT)
        time.sleep(0.3)
        for one in workers:
            one.send_signal(signal.SIGINT)
        assert server.interrupt() < 2.5
        assert "Traceback" not in read_rest(server)
        assert psutil.wait_procs(workers, timeout=5)[1] == []


def test_workers_end_with_the_process_that_started_them() -> None:
    with start_server("--port", "0", "--workers", "2") as server:
        wait_for(lambda: len(list_workers(server)) == 2)
        workers = list_workers(server)
        server.process.kill()
        server.process.wait()
        assert psutil.wait_procs(workers, timeout=PATIENCE)[1] == []
