"""A classroom on one server: `make load`, or `python -m tests.benchmarks.load --help`.

Starts a server of its own on loopback, lets people type, compare and write, and prints one table.
A typist sends a sentence of 20 to 60 words every 0.3 to 1 s and waits for each answer; where the
server says that it is busy, everyone comes back after the time it names. Pages are asked for from a
process of their own, so that what this one does with large answers is not counted as theirs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from tests.server import Server, start_server

PAGES = ("/", "/healthz", "/readyz")
SPOKEN = (
    "a the film was great awful story of one and but never so truly good bad boring plot acting "
    "wonderful scene music with her his slow end not only ever which we saw it again for an hour"
)
WORDS = tuple(SPOKEN.split())
MODELS = ("sentiment-rnn", "sentiment-lstm", "sentiment-gru")
PATIENCE = 60.0


@dataclass
class Tally:
    """What some people met: seconds of each answer, and how often the server was busy or wrong."""

    times: list[float] = field(default_factory=list)
    busy: int = 0
    errors: int = 0

    def tell(self, share: float) -> float:
        """Give the time that this share of the answers did not exceed, in milliseconds."""
        return 1000 * measure_quantile(self.times, share)


@dataclass
class Load:
    """One row of the table."""

    name: str
    typists: int
    others: tuple[tuple[str, int], ...] = ()
    seconds: float | None = None


def measure_quantile(values: list[float], share: float) -> float:
    """Give the value that a share of all values does not exceed; NaN where there are none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def list_loads(minutes: float) -> list[Load]:
    """Name what is tried, the lightest first."""
    return [
        Load("20 typists", 20),
        Load("40 typists", 40),
        Load("20 typists, 4 comparers with maps", 20, (("compare", 4),)),
        Load("20 typists, 20 writers", 20, (("write", 20),)),
        Load("20 typists, 8 heaviest comparisons", 20, (("heaviest", 8),)),
        Load("200 typists", 200),
        Load(f"soak, {minutes:g} min", 20, (("compare", 2), ("write", 5)), 60 * minutes),
    ]


async def ask(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], tally: Tally, until: float
) -> None:
    """Ask once, again while the server is busy, and note how long the answer took."""
    start = time.perf_counter()
    while True:
        try:
            headers = {"Accept": "application/x-safetensors"} if path == "/api/trace" else {}
            answer = await client.post(path, json=body, headers=headers)
        except httpx.HTTPError:
            tally.errors += 1
            return
        if answer.status_code == 200:
            tally.times.append(time.perf_counter() - start)
            return
        if answer.status_code != 503 or "retry-after" not in answer.headers:
            tally.errors += 1
            return
        tally.busy += 1
        pause = float(answer.headers["retry-after"])
        left = until - time.monotonic()
        await asyncio.sleep(min(pause, left))
        if pause > left:
            return


async def type_words(
    client: httpx.AsyncClient, tally: Tally, until: float, source: random.Random
) -> None:
    """Type as one person does."""
    await asyncio.sleep(source.uniform(0, 1))
    while time.monotonic() < until:
        text = " ".join(source.choices(WORDS, k=source.randint(20, 60)))
        pause = asyncio.create_task(asyncio.sleep(source.uniform(0.3, 1.0)))
        body = {"model": source.choice(MODELS), "input": {"text": text}}
        await ask(client, "/api/trace", body, tally, until)
        await pause


async def compare(
    client: httpx.AsyncClient, tally: Tally, until: float, source: random.Random
) -> None:
    """Compare three trained networks with maps, again and again."""
    while time.monotonic() < until:
        text = " ".join(source.choices(WORDS, k=60))
        networks = [{"model": name} for name in MODELS]
        body = {"input": {"text": text}, "networks": networks, "clip": 1.0}
        await ask(client, "/api/gradients", body, tally, until)
        await asyncio.sleep(source.uniform(0.5, 1.5))


async def compare_most(
    client: httpx.AsyncClient, tally: Tally, until: float, source: random.Random
) -> None:
    """Ask for the heaviest comparison that the server lets in."""
    for count, width in ((n, w) for w in (256, 192, 128) for n in (6, 5, 4, 3, 2, 1)):
        network = {"model": "sentiment-lstm", "weights": "fresh", "width": width}
        networks = [network | {"seed": source.randint(0, 999)} for _ in range(count)]
        body = {"input": {"length": 120}, "networks": networks, "clip": 1.0}
        try:
            answer = await client.post("/api/gradients", json=body, timeout=0.5)
        except httpx.TimeoutException:
            break
        if answer.status_code != 422:
            break
    while time.monotonic() < until:
        await ask(client, "/api/gradients", body, tally, until)


async def write(
    client: httpx.AsyncClient, tally: Tally, until: float, source: random.Random
) -> None:
    """Let a network write 300 characters, and read them as they come."""
    while time.monotonic() < until:
        text = " ".join(source.choices(WORDS, k=30))
        body = {"model": "shakespeare-lstm", "input": {"text": text}, "length": 300}
        await ask(client, "/api/write", body | {"seed": source.randint(0, 999)}, tally, until)


PEOPLE: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
    "compare": compare,
    "heaviest": compare_most,
    "write": write,
}


def visit(address: str, seconds: float) -> dict[str, list[float]]:
    """Ask for pages, a few a second, and give how long each took. Runs in its own process."""
    times: dict[str, list[float]] = {path: [] for path in PAGES}
    end = time.monotonic() + seconds
    with httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE) as client:
        while time.monotonic() < end:
            for path in PAGES:
                start = time.perf_counter()
                client.get(path).raise_for_status()
                times[path].append(time.perf_counter() - start)
            time.sleep(0.2)
    return times


async def bring(address: str, load: Load, seconds: float) -> dict[str, Tally]:
    """Let everybody of a load do what they do, each with a connection of their own."""
    until = time.monotonic() + seconds
    tallies = {"type": Tally()} | {kind: Tally() for kind, _ in load.others}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=address, trust_env=False, timeout=PATIENCE, limits=limits
    ) as client:
        people = [
            type_words(client, tallies["type"], until, random.Random(k))
            for k in range(load.typists)
        ]
        for kind, count in load.others:
            people += [
                PEOPLE[kind](client, tallies[kind], until, random.Random(1000 + k))
                for k in range(count)
            ]
        await asyncio.gather(*people)
    return tallies


def list_processes(pid: int) -> Iterator[int]:
    """Name a process and those it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from list_processes(int(child))


def read_memory(server: Server) -> float:
    """Give the resident memory of a server and its workers in MB; NaN where there is no /proc."""
    try:
        pages = [
            int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for pid in list_processes(server.process.pid)
        ]
    except OSError:
        return float("nan")
    return sum(pages) * 4096 / 1e6


def try_load(
    server: Server, load: Load, seconds: float, baseline: float
) -> tuple[list[str], float]:
    """Bring one load; give its row of the table and the typists' 95th percentile."""
    seconds = load.seconds or seconds
    before = read_memory(server)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as visitor:
        pages = visitor.submit(visit, server.address, seconds)
        tallies = asyncio.run(bring(server.address, load, seconds))
        visits = pages.result()
    typed = tallies["type"]
    p95 = typed.tell(0.95)
    others = "\n".join(
        f"{kind}: {len(tally.times)}, median {tally.tell(0.5):.0f} ms, "
        f"busy {tally.busy}, errors {tally.errors}"
        for kind, tally in tallies.items()
        if kind != "type"
    )
    row = [
        load.name,
        f"{len(typed.times) / seconds:.0f}",
        *(f"{typed.tell(share):.0f}" for share in (0.5, 0.95, 0.99)),
        f"{p95 / baseline:.1f}" if baseline else "1",
        f"{typed.busy}",
        f"{typed.errors + sum(tally.errors for tally in tallies.values() if tally is not typed)}",
        f"{before:.0f} -> {read_memory(server):.0f}",
        *(f"{1000 * measure_quantile(visits[path], 0.95):.0f}" for path in PAGES),
        others or "-",
    ]
    return row, p95


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15, help="of each load")
    parser.add_argument(
        "--soak", type=float, default=1, help="minutes of the soak; 20 before a release"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    parser.add_argument("--only", nargs="+", default=[""], help="loads whose names end in these")
    options = parser.parse_args()
    table = Table(
        "load",
        "typists:\nanswers/s",
        "p50\nms",
        "p95\nms",
        "p99\nms",
        "p95 to\n20 alone",
        "busy",
        "errors",
        "memory\nMB",
        *(f"{path}\np95 ms" for path in PAGES),
        "others",
        title=f"One server, {options.workers} process(es), loads of {options.seconds:g} s",
    )
    words = ["--port", "0"]
    if options.workers > 1:
        words += ["--workers", str(options.workers)]
    baseline = 0.0
    with start_server(*words) as server:
        server.wait_until_ready()
        for load in list_loads(options.soak):
            if load.name.endswith(tuple(options.only)):
                row, p95 = try_load(server, load, options.seconds, baseline)
                baseline = baseline or (p95 if load.typists == 20 and not load.others else 0.0)
                table.add_row(*row)
                print(json.dumps(row, ensure_ascii=False), flush=True)
    Console(width=170).print(table)


if __name__ == "__main__":
    main()
