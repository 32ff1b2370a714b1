"""The budgets of DESIGN.md, section 9, as a table. Reported, never asserted as times."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from gatescope.analysis.gradients import map_sensitivity
from gatescope.analysis.tracer import record
from gatescope.contracts import Encoding, float64
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network, Plain, Shape, build_plain, draw_weights
from gatescope.registry import find_cells, find_models
from gatescope.serving.comparison import compare_gradients
from gatescope.serving.schemas import GradientRequest
from gatescope.serving.service import Service
from rich.console import Console
from rich.table import Table
from torch import nn

from tests.made_up import LastStep
from tests.server import COMMAND, clean_environment, start_server

pytestmark = pytest.mark.benchmark
TASK = LastStep()
SIZES = [(30, 64), (100, 64), (300, 128), (1_000, 128)]  # steps, hidden
LENGTHS = (100, 300, 1_000)


def measure(work: Callable[[], object], repeats: int = 7) -> float:
    """Give the median time of a run, in milliseconds."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def show(capsys: pytest.CaptureFixture[str], table: Table) -> None:
    with capsys.disabled():
        print()
        Console(width=100).print(table)


def draw(steps: int, words: int) -> Encoding:
    ids = np.random.default_rng(0).integers(0, words, steps).tolist()
    return Encoding(tuple(map(str, ids)), tuple(ids), (True,) * steps)


def build(name: str, hidden: int) -> tuple[Network, Plain | None]:
    """Build the network, and PyTorch's own module around the same weights, in float32."""
    cell = find_cells()[name]
    shape = Shape(1_000, 48, hidden, 2)
    weights = draw_weights(cell, shape, 0)
    plain = build_plain(cell, shape)
    plain.load_state_dict(weights)
    wide = {key: value.double() for key, value in weights.items()}
    return Network(cell, shape, wide), plain if isinstance(plain, Plain) else None


def run_fused(plain: Plain, ids: torch.Tensor) -> None:
    x = plain.embed(ids).detach().requires_grad_()
    logits = plain.readout(plain.recur(x)[:, -1])
    loss = nn.functional.cross_entropy(logits, torch.tensor([1]))
    plain.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]


def test_a_sentence_of_60_words(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("model", "trace of 60 words", "budget", title="A trace of each shipped model")
    for name, path in find_models().items():
        model = load_model(path)
        network = Network(model.cell, model.shape, model.weights)
        if model.shape.vocabulary:
            encoding = draw(60, model.shape.vocabulary)
        else:
            encoding = model.task.read(model.task.examples[0].value[:60], model.fitted)
        took = measure(partial(record, network, model.task, encoding), 15)
        table.add_row(name, f"{took:.2f} ms", "10 ms")
        assert took > 0
    show(capsys, table)


def test_the_map_and_the_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("what", "took", "budget", title="Compare: 60 words")
    models = {name: load_model(path) for name, path in find_models().items()}
    service = Service(models)
    for name, model in models.items():
        if model.task_id != "sentiment":
            continue
        network = Network(model.cell, model.shape, model.weights)
        encoding = draw(60, model.shape.vocabulary)
        trace = record(network, model.task, encoding)
        x = float64(network.encode(torch.tensor(encoding.token_ids)))
        took = measure(partial(map_sensitivity, network.replay(x, trace.signals)))
        table.add_row(f"map of {name}", f"{took:.1f} ms", "50 ms")
        assert took > 0
    entries = [{"model": name} for name, one in models.items() if one.task_id == "sentiment"]
    text = " ".join(["good bad film story"] * 15)
    for maps in (False, True):
        body = {"input": {"text": text}, "networks": entries, "clip": 1.0, "maps": maps}
        request = GradientRequest.model_validate(body)
        took = measure(partial(compare_gradients, service, request))
        table.add_row(f"three networks, maps: {maps}", f"{took:.1f} ms", "-")
    show(capsys, table)


def test_everything_shown_against_pytorch_which_shows_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = Table(
        "cell",
        "steps x units",
        "PyTorch, 32 bit",
        "64 bit",
        "our trace",
        "ratio",
        "autograd loop",
        "ratio",
        title="Every signal and gradient, against PyTorch's fused passes",
    )
    for name in find_cells():
        for steps, hidden in SIZES:
            network, plain = build(name, hidden)
            encoding = draw(steps, 1_000)
            own = measure(partial(record, network, TASK, encoding))
            loop = measure(partial(record, network, TASK, encoding, closed_form=False), 3)
            row = [name, f"{steps} x {hidden}"]
            if plain is None:
                table.add_row(*row, "-", "-", f"{own:.2f} ms", "-", f"{loop:.1f} ms", "-")
                continue
            ids = torch.tensor([encoding.token_ids])
            narrow = measure(partial(run_fused, plain, ids))
            plain.double()
            wide = measure(partial(run_fused, plain, ids))
            fused = min(narrow, wide)
            table.add_row(
                *row,
                f"{narrow:.2f} ms",
                f"{wide:.2f} ms",
                f"{own:.2f} ms",
                f"{own / fused:.2f}",
                f"{loop:.1f} ms",
                f"{loop / fused:.1f}",
            )
    assert table.row_count == len(find_cells()) * len(SIZES)
    show(capsys, table)


def test_the_cost_grows_with_the_length(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("cell", *(f"{n} steps" for n in LENGTHS), "1000 / 100", title="Cost in length")
    for name in find_cells():
        network, _ = build(name, 64)
        readings = [draw(steps, 1_000) for steps in LENGTHS]
        times = [measure(partial(record, network, TASK, r), 5) for r in readings]
        table.add_row(name, *(f"{t:.2f} ms" for t in times), f"{times[-1] / times[0]:.1f}")
    assert table.row_count == len(find_cells())
    show(capsys, table)


def test_starting(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("what", "took", "budget", title="Starting")
    spent: dict[str, list[float]] = {"address printed": [], "page": [], "ready": []}
    for _ in range(3):
        start = time.perf_counter()
        with start_server("--port", "0") as server:
            spent["address printed"].append(time.perf_counter() - start)
            assert server.get("/").status_code == 200
            spent["page"].append(time.perf_counter() - start)
            server.wait_until_ready()
            spent["ready"].append(time.perf_counter() - start)
    for what, times in spent.items():
        table.add_row(f"command -> {what}", f"{min(times):.2f} s", "4 s" if what == "ready" else "")
    words = [*COMMAND, "--help"]
    helped = measure(
        lambda: subprocess.run(words, capture_output=True, check=True, env=clean_environment()), 3
    )
    table.add_row("--help", f"{helped / 1000:.2f} s", "0.5 s")
    show(capsys, table)
