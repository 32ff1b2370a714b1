"""RNN, LSTM, GRU: the numbers on the page are those of the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .site import Site
from .watch import Watch, mean, number

CELLS = ["rnn", "lstm", "gru"]
TEXT = "It was not good, it was a wonderful surprise!"


def check_equations(watch: Watch, trace: Any, signals: list[dict[str, Any]], step: int) -> None:
    """Hold every row of the step panel to the trace."""
    panel = watch.view("equations")
    expect(panel.locator(".aside")).to_contain_text(f"step {step + 1}, “{trace['tokens'][step]}”")
    rows = panel.locator(".row")
    expect(rows).to_have_count(len(signals))
    values = [trace["signals"][f"layers.0.{one['name']}"][step] for one in signals]
    expect(rows.locator(".value b")).to_have_text([number(mean(one)) for one in values])
    unit = chosen_unit(watch)
    for k, line in enumerate(rows.locator(".numbers").all_inner_texts()):
        shown = line.rsplit("=", 1)[1].strip().strip("()")
        assert shown == number(values[k][unit]), line


def chosen_unit(watch: Watch) -> int:
    found = re.search(r"unit (\d+)", watch.view("equations").locator(".body").inner_text())
    assert found, "the step panel names no unit"
    return int(found[1]) - 1


@pytest.mark.parametrize("cell", CELLS)
def test_each_model_shows_the_numbers_that_the_api_answers(
    watch: Watch, site: Site, cell: str
) -> None:
    watch.page.get_by_test_id(f"model-{cell}").click()
    watch.settled(model=f"sentiment-{cell}")
    trace = watch.read(TEXT, cell)
    signals = site.signals(cell)
    for step in (0, 3, len(trace["tokens"]) - 1):
        watch.seek(step)
        check_equations(watch, trace, signals, step)
    expect(watch.page.locator("#facts")).to_contain_text(f"sentiment-{cell}")
    maps = watch.page.evaluate(
        "() => document.querySelectorAll('.view-signal_heatmaps canvas').length",
    )
    assert maps == len(signals)


def test_the_switch_says_which_model_is_on_screen(watch: Watch, site: Site) -> None:
    for cell in [*CELLS, "lstm"]:
        watch.page.get_by_test_id(f"model-{cell}").click()
        watch.agrees(site.trace(site.example(), cell))
        for other in CELLS:
            button = watch.page.get_by_test_id(f"model-{other}")
            expect(button).to_have_attribute("aria-pressed", str(other == cell).lower())


def test_fast_clicks_end_on_the_last_model(watch: Watch, site: Site) -> None:
    for cell in [*CELLS * 3, "gru"]:
        watch.page.get_by_test_id(f"model-{cell}").click()
    watch.agrees(site.trace(site.example(), "gru"))
    check_equations(
        watch,
        site.trace(site.example(), "gru"),
        site.signals("gru"),
        watch.step,
    )


def test_untrained_weights_are_those_of_the_api_and_are_named(watch: Watch, site: Site) -> None:
    text = site.example()
    watch.page.get_by_test_id("weights-fresh").click()
    watch.settled(weights="fresh")
    watch.agrees(site.trace(text, weights="fresh"))
    expect(watch.view("gradient_norms").locator(".shows")).to_contain_text("untrained")
    watch.page.get_by_test_id("weights-trained").click()
    watch.agrees(site.trace(text))
    expect(watch.view("gradient_norms").locator(".shows")).to_contain_text("weights trained")


@pytest.mark.parametrize("cell", CELLS)
def test_on_the_way_back_the_equations_are_those_of_the_gradient(
    watch: Watch, site: Site, cell: str
) -> None:
    watch.page.get_by_test_id(f"model-{cell}").click()
    trace = watch.read(TEXT, cell)
    watch.page.get_by_test_id("direction-backward").click()
    watch.seek(2)
    rows = watch.view("equations").locator(".row")
    norms = [trace["norms"][f"layers.0.{one['name']}"][2] for one in site.signals(cell)]
    expect(rows.locator(".formula").first).to_contain_text("∂L/∂")
    for row, norm in zip(rows.locator(".value b").all_inner_texts(), norms, strict=True):
        lead, _, power = row.partition(" × 10")
        digits = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        assert float(lead) * 10 ** int(digits or 0) == pytest.approx(norm, rel=0.06)
