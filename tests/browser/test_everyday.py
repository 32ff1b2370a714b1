"""The everyday sentences of a task: what a model reaches on them, and reading one."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gatescope.nn.checkpoint import load_model, update_facts
from gatescope.registry import find_models
from gatescope.training.evaluation import measure_everyday
from playwright.sync_api import expect

from ..server import start_server
from .conftest import Visit
from .site import Site
from .watch import checking, percent

SERVE = """
import socket, sys
from functools import partial
from pathlib import Path
import uvicorn
from gatescope.main import create_app
from gatescope.serving.service import load_service
listening = socket.create_server(("localhost", 0))
print(f"http://localhost:{listening.getsockname()[1]}/", flush=True)
app = create_app(load=partial(load_service, folder=Path(sys.argv[1])), wait=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listening])
"""
CALIBRATION = {"temperature": 1.25, "samples": 2_500, "ece_before": 0.05, "ece_after": 0.01}


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """Serve the models of a folder."""
    command = [sys.executable, "-c", SERVE]
    with start_server(str(folder), command=command, browser=True) as server:
        server.wait_until_ready()
        yield Site(server.address)


@pytest.fixture
def measured(tmp_path: Path) -> Iterator[Site]:
    """Serve models that have the facts of an evaluation."""
    for name in ("sentiment-gru", "emotion-gru", "sentiment-rnn"):
        path = tmp_path / f"{name}.safetensors"
        shutil.copy(find_models()[name], path)
        model = load_model(path)
        if name == "sentiment-rnn":  # that one was not measured
            update_facts(model, everyday={})
        else:
            update_facts(model, everyday=measure_everyday(model), calibration=CALIBRATION)
    with serve(tmp_path) as site:
        yield site


def test_a_person_reads_the_figures_by_kind_and_lets_the_network_read_a_sentence(
    measured: Site, visit: Visit
) -> None:
    watch = visit(at=measured, size=(360, 780))
    facts = measured.get("api/catalog")["models"]
    everyday = {one["id"]: one["facts"].get("everyday") for one in facts}
    card = watch.page.locator("#facts")
    with checking("the calibration stands among the facts"):
        expect(card).to_contain_text("5.0% → 1.0% expected calibration error on 2,500 answers")
    with checking("every kind has its figure"):
        kinds = everyday["sentiment-gru"]["en"]["kinds"]
        expect(card.locator("details.kind")).to_have_count(len(kinds))
        plain = card.locator("[data-kind=plain]")
        expect(plain.locator("summary")).to_contain_text(
            f"{percent(kinds['plain']['accuracy'])} of {kinds['plain']['samples']}"
        )
        neutral = kinds["neutral"]["neutral"]
        expect(card.locator("[data-kind=neutral] summary")).to_contain_text(
            f"{percent(neutral['unsure'])} of {neutral['samples']} below 70% sure"
        )
    with checking("a kind opens by the keyboard; its sentences are the API's"):
        plain.locator("summary").focus()
        watch.page.keyboard.press("Enter")
        listed = measured.get("api/tasks/sentiment/everyday")["kinds"]
        texts = next(kind["sentences"] for kind in listed if kind["name"] == "plain")
        expect(plain.locator("li button")).to_have_text([one["text"] for one in texts])
        wide = watch.page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 360
    with checking("the sentence that is picked is read"):
        plain.locator("li button").nth(2).click()
        text = texts[2]["text"]
        expect(watch.sentence).to_have_value(text)
        watch.agrees(measured.trace(text, "gru"))
    with checking("a model that was not measured shows none"):
        watch.choose_model("rnn")
        watch.agrees(measured.trace(text, "rnn"))
        expect(card.locator("dl")).to_be_visible()
        expect(card.locator(".everyday, h3")).to_have_count(0)
        watch.choose_model("gru")
    with checking("a task of two languages tells both"):
        watch.choose_task("emotion")
        own = everyday["emotion-gru"]
        summary = card.locator("[data-kind=plain] summary")
        for language, name in (("en", "English"), ("pt", "Portuguese")):
            share = percent(own[language]["kinds"]["plain"]["accuracy"])
            expect(summary).to_contain_text(f"{name} {share}")
        card.locator("[data-kind=turning] summary").click()
        expect(card.locator("[data-kind=turning] li")).to_have_count(
            own["en"]["kinds"]["turning"]["samples"] + own["pt"]["kinds"]["turning"]["samples"]
        )
