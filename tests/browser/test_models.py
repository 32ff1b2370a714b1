"""The networks of a task: which is on screen, and that its numbers are those of the API."""

from __future__ import annotations

import re
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
            "() => document.querySelector('.view-gradient_norms .chart').figure.data"
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


def test_what_a_gate_did_is_three_real_runs(watch: Watch, site: Site) -> None:
    text = site.example()
    panel = watch.view("held_gates")
    trace = site.trace(text)

    def drawn() -> list[list[float]]:
        found: list[list[float]] = panel.locator(".plot").evaluate(
            "(plot) => plot.data.slice(0, 3).map((line) => [...line.y])"
        )
        return found

    for symbol, title in (("f", "forget gate"), ("o", "output gate")):
        with checking(f"the {title} held at 1 and at 0, and the run as it is"):
            panel.get_by_test_id(f"held-{symbol}").click()
            expect(panel.locator("h2")).to_have_text(f"What the {title} did")
            runs = [
                site.trace(
                    text,
                    interventions=[
                        {"signal": f"layers.0.{symbol}", "value": v, "step": None, "unit": None}
                    ],
                )
                for v in (1, 0)
            ]
            for line, run in zip(drawn(), [*runs, trace], strict=True):
                opinion = [row[1] for row in run["probabilities"]]
                assert line == pytest.approx(opinion, rel=1e-9)
            last = max(runs[0]["probabilities"][-1])
            expect(panel.locator(".shows")).to_contain_text(percent(last))
    with checking("the choice is part of the link"):
        watch.page.wait_for_function("() => location.hash.includes('gate=o')")
        watch.page.reload()
        expect(panel.locator("h2")).to_have_text("What the output gate did")
