"""Real processes, started and stopped as a person does it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gatescope import __version__
from gatescope.cli import app as cli
from gatescope.cli.serve import DEFAULT_PORT, bind
from gatescope.nn.checkpoint import load_model
from gatescope.registry import find_cells, find_models
from safetensors.numpy import load_file
from typer.testing import CliRunner

from tests.asking import MODEL, WRITER
from tests.made_up import write_books, write_plays, write_reviews
from tests.plugins import is_shipped
from tests.server import COMMAND, Server, clean_environment, run_command, start_server


@contextlib.contextmanager
def occupy(port: int = 0) -> Iterator[int]:
    """Listen on a port as another program would; a taken one stays as it is."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            listener.listen(1)
        yield listener.getsockname()[1] or port


def is_free(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_that_was_named_and_is_busy_is_an_error_at_once() -> None:
    with occupy() as port:
        start = time.monotonic()
        done = run_command("--no-open", "--port", str(port))
        took = time.monotonic() - start
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
        s.wait_until_ready()
        for _ in range(50):
            if opened.exists() and opened.read_text().strip():
                break
            time.sleep(0.1)
        assert opened.read_text().strip() == s.address


def test_it_answers_before_it_is_ready() -> None:
    with start_server("--port", "0") as server:
        assert server.get("/healthz").status_code == 200
        early = server.get("/readyz")
        assert early.status_code == 503
        assert early.json()["error"]["code"] == "not_ready"
        assert server.get("/").status_code == 200
        server.wait_until_ready()
        assert server.get("/api/catalog").status_code == 200


def test_ctrl_c_ends_it_within_two_seconds() -> None:
    with start_server("--port", "0") as server:
        server.wait_until_ready()
        assert server.interrupt() < 2
        assert server.process.returncode == 0
        assert is_free(server.port)
        assert "Traceback" not in read_rest(server)


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
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env=clean_environment(),
        check=False,
        timeout=60,
    )
    took = time.monotonic() - start
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
        "GATESCOPE_PORT",
    ):
        assert word in done.stdout, word
    assert run_command("--version").stdout == f"gatescope {__version__}\n"


WRONG = [
    ["--port", "many"],
    ["--port", "70000"],
    ["--lang", "tlh"],
    ["--colour"],
    ["dance"],
    ["trace", "none", "text"],
    ["trace", MODEL, ""],
    ["trace", MODEL, "good", "--weights", "pruned"],
    ["trace", MODEL, "good", "--target", "ecstatic"],
    ["trace", MODEL, "good", "--output", "trace.xlsx"],
    ["trace", MODEL, "good", "--output", "/no/such/folder/trace.csv"],
    ["trace", MODEL, "good", "--force", "layers.0.h"],
    ["trace", MODEL, "good", "--force", "layers.0.h=0.5@nine"],
    ["trace", MODEL, "good", "--force", "layers.0.q=0.5"],
    ["trace", MODEL, "good", "--force", "layers.0.h=nan"],
    ["train", "nothing", "--data", "."],
    ["train", "sentiment", "--data", "/no/such/folder"],
    ["train", "sentiment"],
    ["train", "sentiment", "--cell", "none", "--data", "."],
    ["train", "sentiment", "--data", ".", "--epochs", "0"],
    ["train", "sentiment", "--data", ".", "--set", "speed=1"],
    ["train", "sentiment", "--data", ".", "--set", "rate=fast"],
    ["evaluate", "none", "--data", "."],
    ["write", "none", "To be"],
    ["write", MODEL, "To be"],
    ["write", WRITER, ""],
    ["write", WRITER, "To be", "--temperature", "3"],
    ["write", WRITER, "To be", "--length", "0"],
    ["units", "none", "--data", "."],
    ["units", MODEL, "--data", "."],
    ["units", WRITER, "--data", "/no/such/folder"],
    ["evaluate", MODEL, "--data", "/no/such/folder"],
    ["evaluate", "none.safetensors", "--data", "."],
    ["--host", "no.such.host.invalid"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_cannot_be_done_is_a_sentence(words: list[str]) -> None:
    done = CliRunner().invoke(cli, words, env=dict.fromkeys(("GATESCOPE_PORT", "GATESCOPE_HOST")))
    assert done.exit_code == 2, done.exception
    assert done.stdout == ""
    assert 1 <= len(done.stderr.strip().splitlines()) <= 4
    assert len(done.stderr) > 20


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


def test_a_trace_is_printed_as_a_table() -> None:
    done = run_command("trace", MODEL, "A truly great zzzxqy film.")
    assert done.returncode == 0, done.stderr
    for word in ("truly", "great", "zzzxqy (unknown)", "step", "loss", "‖dL/d"):
        assert word in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("kind", ["safetensors", "json", "csv"])
def test_a_trace_is_written_to_a_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"trace.{kind}"
    words = [
        "trace",
        MODEL,
        "A truly great film",
        "--output",
        str(path),
        "--force",
        "layers.0.h=0.5@1#2",
    ]
    done = run_command(*words)
    assert done.returncode == 0, done.stderr
    assert "4 steps" in done.stdout
    if kind == "safetensors":
        assert load_file(path)["signals.layers.0.h"][1, 2] == 0.5
    elif kind == "json":
        assert json.loads(path.read_text())["signals"]["layers.0.h"][1][2] == 0.5
    else:
        head, *rows = path.read_text().splitlines()
        place = head.split(",").index("signals.layers.0.h.2")
        assert len(rows) == 4
        assert rows[1].split(",")[place] == "0.5"


def test_the_models_are_listed_with_their_figures() -> None:
    done = run_command("models")
    assert done.returncode == 0, done.stderr
    for name, path in find_models().items():
        line = next(line for line in done.stdout.splitlines() if name in line.split())
        model = load_model(path)
        figure = model.task.figure
        assert figure.format(model.facts["test"][figure.name]) in line


@pytest.mark.parametrize("cell", [cell for cell in find_cells() if is_shipped(cell)])
def test_a_model_is_trained_evaluated_and_read(tmp_path: Path, cell: str) -> None:
    data, path = write_reviews(tmp_path / "data", count=200), tmp_path / f"tiny-{cell}.safetensors"
    recipe = [
        "hidden=8",
        "embedding=6",
        "words=400",
        "rate=0.02",
        "dropout=0",
        "unknown=0",
        "batch=8",
        "validation=80",
        "crop=0",
    ]
    words = [
        "train",
        "sentiment",
        "--cell",
        cell,
        "--data",
        str(data),
        "--output",
        str(path),
        "--epochs",
        "12",
        "--seed",
        "5",
        *(w for one in recipe for w in ("--set", one)),
    ]
    done = run_command(*words)
    assert done.returncode == 0, done.stderr
    assert "epoch 12" in done.stdout
    model = load_model(path)
    assert model.facts["recipe"]["hidden"] == 8
    assert model.facts["recipe"]["seed"] == 5
    assert model.facts["data"]["train"] == 200 + 600 - 80, "reviews and made-up sentences"
    assert len(model.facts["validation"]["history"]) == 12
    assert "test" not in model.facts
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", path.name]

    measured = run_command("evaluate", str(path), "--data", str(data))
    assert measured.returncode == 0, measured.stderr
    assert "20 test answers" in measured.stdout
    facts = load_model(path).facts
    assert facts["test"]["samples"] == 20
    assert facts["test"]["accuracy"] > 0.7
    assert facts["test"]["parts"]["phrases"]["samples"] == 60
    assert facts["test"]["sha256"] == facts["data"]["sha256"]
    listed = run_command("models", "--folder", str(tmp_path))
    assert f"tiny-{cell}" in listed.stdout


def test_layers_and_directions_are_options_of_training(tmp_path: Path) -> None:
    data, path = write_books(tmp_path), tmp_path / "accents-gru-stacked-bidirectional.safetensors"
    with (data / "conto" / "um.txt").open("a", encoding="utf-8") as book:
        book.write("Não há razão, disse a avó ao avô. Você já está lá?\n" * 3)
    recipe = ["hidden=6", "embedding=4", "steps=30", "validation=200"]
    words = ["train", "accents", "--cell", "gru", "--data", str(data), "--epochs", "1"]
    words += ["--layers", "2", "--bidirectional", "--output", str(path)]
    words += [w for one in recipe for w in ("--set", one)]
    for command in (words, ["evaluate", str(path), "--data", str(data)]):
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, done.output
    model = load_model(path)
    assert (model.shape.layers, model.shape.bidirectional) == (2, True)
    assert model.facts["recipe"]["bidirectional"] == 1
    test = model.facts["test"]
    assert done.output.rstrip().endswith(f"{test['samples']} test answers")
    assert f"{100 * test['letters']['right']:.2f} %" in done.output
    listed = CliRunner().invoke(cli, ["models", "--folder", str(tmp_path)])
    assert "6, 2 layers" in listed.output


def test_a_network_writes_on_and_the_same_seed_writes_the_same() -> None:
    words = ["write", WRITER, "ROMEO:", "--length", "30", "--seed", "4"]
    done, again = (CliRunner().invoke(cli, words) for _ in range(2))
    assert done.exit_code == 0, done.exception
    assert done.stdout.startswith("ROMEO:")
    assert len(done.stdout) == len("ROMEO:") + 30 + 1
    assert done.stdout == again.stdout


def test_a_character_model_is_trained_measured_and_its_units_found(tmp_path: Path) -> None:
    data, path = write_plays(tmp_path / "data", 400), tmp_path / "tiny-gru.safetensors"
    recipe = ["hidden=8", "embedding=6", "steps=24", "rate=0.03", "validation=500"]
    words = ["train", "shakespeare", "--cell", "gru", "--data", str(data), "--epochs", "2"]
    words += ["--output", str(path), *(w for one in recipe for w in ("--set", one))]
    for command in (
        words,
        ["evaluate", str(path), "--data", str(data)],
        ["units", str(path), "--data", str(data)],
    ):
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, done.output
    model = load_model(path)
    length = (data / "input.txt").stat().st_size
    tested = round(0.05 * length)
    test, validation, units = (model.facts[name] for name in ("test", "validation", "units"))
    assert test["samples"] == tested - 1
    assert 0 < test["bits"] < 6
    assert validation["bits"] == min(validation["history"])
    assert model.facts["data"]["train"] == length - tested - 500 - 1
    assert units["samples"] == tested
    assert {"capital", "space_next", "speaker"} <= set(units["followed"])
    for best in units["followed"].values():
        sizes = [abs(one["correlation"]) for one in best]
        assert sizes == sorted(sizes, reverse=True)
        assert all(one["signal"] == "layers.0.h" and 0 <= one["unit"] < 8 for one in best)
    listed = CliRunner().invoke(cli, ["models", "--folder", str(tmp_path)])
    assert f"{test['bits']:.3f} bits" in listed.stdout


def test_a_training_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    data, path = write_reviews(tmp_path / "data", count=250), tmp_path / "m.safetensors"
    words = [
        "train",
        "sentiment",
        "--cell",
        "rnn",
        "--data",
        str(data),
        "--output",
        str(path),
        "--epochs",
        "30",
        "--set",
        "batch=4",
        "--set",
        "validation=10",
        "--set",
        "hidden=8",
        "--set",
        "steps=6",
    ]
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(),
    )
    halfway = path.with_suffix(".training")
    try:
        for _ in range(600):
            if halfway.exists():
                break
            time.sleep(0.05)
        process.send_signal(2)
        out = process.communicate(timeout=20)[0]
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    assert halfway.exists(), out
    assert not path.exists(), "it was stopped before its end"
    assert "Traceback" not in out
    again = run_command(*words)
    assert again.returncode == 0, again.stderr
    assert "Going on after epoch" in again.stdout
    assert not halfway.exists()
    assert len(load_model(path).facts["validation"]["history"]) == 30


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


def test_it_starts_and_traces_without_a_network(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(OFFLINE)
    environment = clean_environment(PYTHONPATH=str(tmp_path))
    with start_server("--port", "0", environment=environment) as server:
        server.wait_until_ready()
        assert server.get("/").status_code == 200
        assert server.get("/api/catalog").status_code == 200
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


def test_off_loopback_a_token_is_asked_for() -> None:
    with start_server("--host", "0.0.0.0", "--port", "0") as server:
        assert "?token=" in server.address
        here = Server(server.process, f"http://127.0.0.1:{server.port}/")
        assert here.get("/healthz").status_code == 401
        token = server.address.partition("?token=")[2]
        assert len(token) >= 24
        assert here.get(f"/healthz?token={token}").status_code == 200
        assert here.get("/healthz", Authorization=f"Bearer {token}").status_code == 200
        assert here.get("/healthz", Host="evil.example").status_code == 421


def test_the_language_of_the_page_can_be_named() -> None:
    with start_server("--port", "0", "--lang", "pt-BR") as server:
        assert '<html lang="pt-BR"' in server.get("/").text


def test_the_shared_server_is_a_real_one_that_answers(live_server: str) -> None:
    server = Server.__new__(Server)
    server.address = live_server
    assert server.get("/readyz").json() == {"status": "ready"}
    assert "server" not in server.get("/").headers


def test_gradients_are_compared_in_a_table_and_in_a_file(tmp_path: Path) -> None:
    table = run_command("gradients", "A terrible film that I will not see again.")
    assert table.returncode == 0
    assert "sentiment-lstm" in table.stdout
    path = tmp_path / "gradients.json"
    names = "sentiment-lstm,sentiment-rnn"
    written = run_command("gradients", "A film.", "--models", names, "--output", str(path))
    assert written.returncode == 0
    found = json.loads(path.read_text(encoding="utf-8"))
    assert [network["model"] for network in found["networks"]] == names.split(",")
