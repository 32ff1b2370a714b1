"""The networks of a task: which is on screen, and that its numbers are those of the API."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import expect

from .site import Site
from .watch import Watch, checking, mean, number, percent

TEXT = "It was not good, it was a wonderful surprise!"


def check_equations(watch: Watch, trace: Any, signals: list[dict[str, Any]], step: int) -> None:
    """Hold every row of the step panel to the trace."""
    panel = watch.view("equations")
    expect(panel.locator(".aside")).to_contain_text(f"step {step + 1}, “{trace['tokens'][step]}”")
    rows = panel.locator(".row")
    expect(rows).to_have_count(len(signals))
    values = [trace["signals"][f"layers.0.{one['name']}"][step] for one in signals]
    expect(rows.locator(".value b")).to_have_text([number(mean(one)) for one in values])
    found = re.search(r"unit (\d+)", panel.locator(".body").inner_text())
    assert found, "the step panel names no unit"
    unit = int(found[1]) - 1
    for k, line in enumerate(rows.locator(".numbers").all_inner_texts()):
        shown = line.rsplit("=", 1)[1].strip().strip("()")
        assert shown == number(values[k][unit]), line


def check_gradients(watch: Watch, trace: Any, signals: list[dict[str, Any]], step: int) -> None:
    """Hold every row of the step panel to the norms of the gradients."""
    rows = watch.view("equations").locator(".row")
    expect(rows.locator(".formula").first).to_contain_text("∂L/∂")
    norms = [trace["norms"][f"layers.0.{one['name']}"][step] for one in signals]
    for row, norm in zip(rows.locator(".value b").all_inner_texts(), norms, strict=True):
        lead, _, power = row.partition(" × 10")
        digits = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        assert float(lead) * 10 ** int(digits or 0) == pytest.approx(norm, rel=0.06)


def test_each_network_of_a_task_shows_the_numbers_that_the_api_answers(
    watch: Watch, site: Site
) -> None:
    cells = site.cells()
    watch.write(TEXT)
    for cell in [*cells, "lstm"]:
        with checking(f"the {cell} is on screen: its button, its opinion, its facts, its maps"):
            watch.choose_model(cell)
            trace, signals = site.trace(TEXT, cell), site.signals(cell)
            watch.agrees(trace)
            for other in cells:
                button = watch.page.get_by_test_id(f"model-{other}")
                expect(button, other).to_have_attribute("aria-pressed", str(other == cell).lower())
            expect(watch.page.locator("#facts")).to_contain_text(f"sentiment-{cell}")
            expect(watch.view("signal_heatmaps").locator("canvas")).to_have_count(len(signals))
        with checking(f"the equations of the {cell} are those of the step"):
            for step in (0, 3):
                watch.seek(step)
                check_equations(watch, trace, signals, step)
        with checking(f"on the way back they are those of the {cell}'s gradient"):
            watch.page.get_by_test_id("direction-backward").click()
            watch.settled(direction="backward", step=3)
            check_gradients(watch, trace, signals, 3)
            watch.page.get_by_test_id("direction-forward").click()
            watch.settled(direction="forward")
    with checking("the curves of the gradient panel are the norms of the API"):
        drawn = watch.page.evaluate(
            "() => document.querySelector('.view-gradient_norms .plot').data"
            ".map((one) => [...one.y])"
        )
        for name, line in zip("hc", drawn, strict=True):
            norms = trace["norms"][f"layers.0.{name}"]
            assert [10**y for y in line] == pytest.approx([n / norms[-1] for n in norms], rel=1e-9)


def test_fast_clicks_and_untrained_weights_end_on_what_was_asked_last(
    watch: Watch, site: Site
) -> None:
    text = site.example()
    with checking("fast clicks end on the last model"):
        for cell in [*site.cells() * 3, "gru"]:
            watch.choose_model(cell)
        watch.agrees(site.trace(text, "gru"))
        check_equations(watch, site.trace(text, "gru"), site.signals("gru"), watch.step)
    with checking("untrained weights are those of the API, and are named"):
        watch.page.get_by_test_id("weights-fresh").click()
        watch.agrees(site.trace(text, "gru", weights="fresh"))
        expect(watch.view("gradient_norms").locator(".shows")).to_contain_text("untrained")
        watch.page.get_by_test_id("weights-trained").click()
        watch.agrees(site.trace(text, "gru"))
        expect(watch.view("gradient_norms").locator(".shows")).to_contain_text("weights trained")


def test_the_word_that_changed_its_mind_is_named_and_the_gate_that_did_it(
    watch: Watch, site: Site
) -> None:
    text = site.example()
    trace = site.trace(text)
    opinion = [row[1] for row in trace["probabilities"]]
    moves = [abs(b - a) for a, b in pairwise(opinion)]
    turn = moves.index(max(moves)) + 1
    panel = watch.view("turning_point")
    with checking("the word where the opinion moved most is named"):
        token = trace["tokens"][turn]
        expect(panel.locator(".shows")).to_contain_text(f"“{token}” (step {turn + 1})")
        expect(panel.locator(".shows")).to_contain_text(
            f"from {percent(opinion[turn - 1])} to {percent(opinion[turn])}"
        )
    with checking("each bar is a run with one gate held, and the one that did most is named"):
        held = {}
        for signal in site.signals("lstm"):
            if signal["kind"] == "state":
                continue
            name = f"layers.0.{signal['name']}"
            stays = {"signal": name, "value": "previous", "step": turn, "unit": None}
            answer = site.trace(text, interventions=[stays])
            held[signal["title"]["en"]] = answer["probabilities"][turn][1]
        expect(panel.locator(".bars b")).to_have_text(
            [percent(value) for value in [opinion[turn], *held.values()]]
        )
        most = max(held, key=lambda title: abs(held[title] - opinion[turn]))
        expect(panel.locator(".shows strong")).to_contain_text(most)
    with checking("its button leads to that step"):
        panel.locator(".shows button").click()
        watch.settled(step=turn)
