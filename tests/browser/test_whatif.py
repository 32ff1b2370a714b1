"""Force a gate, see the old and the new prediction, take it back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import Visit
from .site import Site
from .watch import Watch, percent

TEXT = "I expected to hate this film, but it was a wonderful surprise."
F, SIGNALS = 1, 6  # the forget gate is the LSTM's second signal of six


@pytest.fixture
def reading(watch: Watch) -> Watch:
    watch.read(TEXT)
    return watch


def force(
    signal: str = "f", value: float | str = 0, step: int | None = None, unit: int | None = None
) -> dict[str, Any]:
    return {"signal": f"layers.0.{signal}", "value": value, "step": step, "unit": unit}


def open_forget_gate(watch: Watch) -> None:
    watch.view("equations").locator("button[data-signal='layers.0.f']").click()
    expect(watch.whatif).to_be_visible()


def press(watch: Watch, key: str, /, **values: object) -> None:
    watch.whatif.get_by_text(watch.say(key, **values), exact=True).click()


def shows_outcome(watch: Watch, before: Any, after: Any) -> None:
    """Old and new side by side, each exactly what the API answers."""
    rows = watch.whatif.locator(".outcome .bar")
    label = "positive"
    expect(rows).to_have_text(
        [
            f"{watch.say('whatif.before')}{percent(before['probabilities'][-1][1])} {label}",
            f"{watch.say('whatif.after')}{percent(after['probabilities'][-1][1])} {label}",
        ],
        use_inner_text=False,
    )


def test_clicking_a_gate_in_the_network_opens_the_what_if(reading: Watch) -> None:
    reading.overlay("network").click(position=reading.strip(3, F, SIGNALS))
    title = reading.say("whatif.title", title="forget gate", name="f")
    expect(reading.whatif.locator("h2")).to_have_text(title)
    expect(reading.whatif.locator(".asks")).to_contain_text("“hate”")
    reading.settled(step=3)
    reading.whatif.get_by_label(reading.say("whatif.close")).click()
    expect(reading.whatif).to_be_hidden()


def test_clicking_a_spot_in_a_heat_map_opens_the_what_if_for_its_unit(reading: Watch) -> None:
    place = reading.spot("signal_heatmaps", 2, 0.2, axis=F + 1)
    reading.overlay("signal_heatmaps").click(position=place)
    title = reading.say("whatif.title", title="forget gate", name="f")
    expect(reading.whatif.locator("h2")).to_have_text(title)
    reading.settled(step=2)
    found = re.search(r"unit=(\d+)", address_with(reading, "unit="))
    assert found
    unit = int(found[1])
    expect(reading.whatif).to_contain_text(reading.say("whatif.unit", unit=unit + 1))
    expect(reading.view("unit_activations").locator(".shows")).to_contain_text(f"unit {unit + 1},")


def test_a_forget_gate_shut_at_every_word_gives_what_the_api_answers(
    reading: Watch, site: Site
) -> None:
    open_forget_gate(reading)
    press(reading, "whatif.steps")
    press(reading, "whatif.shut")
    before, after = site.trace(TEXT), site.trace(TEXT, interventions=[force()])
    reading.agrees(after)
    shows_outcome(reading, before, after)
    row = reading.view("equations").locator(".row").nth(F)
    expect(row.locator(".value")).to_contain_text("0.00")
    expect(row.locator(".value")).to_contain_text("forced")
    expect(reading.whatif.locator(".forced-list li")).to_have_count(1)


def test_undo_goes_back_one_change_at_a_time(reading: Watch, site: Site) -> None:
    open_forget_gate(reading)
    press(reading, "whatif.steps")
    undo = reading.whatif.locator("#undo")
    expect(undo).to_be_disabled()
    press(reading, "whatif.shut")
    shut = site.trace(TEXT, interventions=[force()])
    reading.agrees(shut)
    press(reading, "whatif.open")
    reading.agrees(site.trace(TEXT, interventions=[force(value=1)]))
    undo.click()
    reading.agrees(shut)
    undo.click()
    reading.agrees(site.trace(TEXT))
    expect(undo).to_be_disabled()
    shows_outcome(reading, site.trace(TEXT), site.trace(TEXT))


def test_every_forced_line_can_be_taken_away_and_all_at_once(reading: Watch, site: Site) -> None:
    step = reading.step
    open_forget_gate(reading)
    press(reading, "whatif.shut")
    reading.agrees(site.trace(TEXT, interventions=[force(step=step)]))
    reading.view("equations").locator("button[data-signal='layers.0.i']").click()
    press(reading, "whatif.steps")
    press(reading, "whatif.open")
    reading.agrees(site.trace(TEXT, interventions=[force(step=step), force("i", 1)]))
    lines = reading.whatif.locator(".forced-list li")
    expect(lines).to_have_count(2)
    lines.first.get_by_role("button").click()
    reading.agrees(site.trace(TEXT, interventions=[force("i", 1)]))
    expect(lines).to_have_count(1)
    reading.whatif.locator("#undo").click()
    expect(lines).to_have_count(2)
    press(reading, "whatif.clear")
    reading.agrees(site.trace(TEXT))
    expect(lines).to_have_count(0)
    expect(reading.whatif.locator("#clear")).to_be_disabled()


def test_one_unit_at_one_word_can_be_forced(reading: Watch, site: Site) -> None:
    place = reading.spot("signal_heatmaps", 4, 0.1, axis=F + 1)
    reading.overlay("signal_heatmaps").click(position=place)
    reading.settled(step=4)
    unit = int(address_with(reading, "unit=").split("unit=")[1].split("&")[0])
    press(reading, "whatif.unit", unit=unit + 1)
    press(reading, "whatif.shut")
    reading.agrees(site.trace(TEXT, interventions=[force(step=4, unit=unit)]))
    expect(reading.whatif.locator(".forced-list")).to_contain_text(f"unit {unit + 1}")


def test_a_gate_can_be_held_as_it_was_one_word_before(reading: Watch, site: Site) -> None:
    reading.seek(9)
    open_forget_gate(reading)
    press(reading, "whatif.previous")
    reading.agrees(site.trace(TEXT, interventions=[force(value="previous", step=9)]))


def test_the_slider_forces_while_it_moves_and_undo_takes_back_the_whole_move(
    reading: Watch, site: Site
) -> None:
    open_forget_gate(reading)
    press(reading, "whatif.steps")
    slider = reading.page.locator("#whatif-value")
    slider.focus()
    reading.page.keyboard.press("Home")
    reading.agrees(site.trace(TEXT, interventions=[force()]))
    reading.page.keyboard.press("PageUp")
    value = float(slider.input_value())
    assert value > 0
    reading.agrees(site.trace(TEXT, interventions=[force(value=value)]))
    expect(slider).to_be_focused()
    reading.whatif.locator("#undo").click()
    reading.agrees(site.trace(TEXT, interventions=[force()]))


def test_every_signal_of_every_cell_can_be_forced(watch: Watch, site: Site) -> None:
    for cell in ("rnn", "lstm", "gru"):
        watch.page.get_by_test_id(f"model-{cell}").click()
        watch.settled(model=f"sentiment-{cell}")
        watch.read(TEXT, cell)
        for signal in site.signals(cell):
            name = signal["name"]
            selector = f"button[data-signal='layers.0.{name}']"
            watch.view("equations").locator(selector).click()
            press(watch, "whatif.steps")
            press(watch, "whatif.previous")
            held = force(name, "previous")
            watch.agrees(site.trace(TEXT, cell, interventions=[held]))
            watch.whatif.locator("#clear").click()
            watch.agrees(site.trace(TEXT, cell))
        watch.whatif.get_by_label(watch.say("whatif.close")).click()


def test_the_address_carries_what_is_forced(reading: Watch, site: Site, visit: Visit) -> None:
    open_forget_gate(reading)
    press(reading, "whatif.steps")
    press(reading, "whatif.shut")
    after = site.trace(TEXT, interventions=[force()])
    reading.agrees(after)
    address_with(reading, "force=")
    reading.page.reload()
    reading.agrees(after)
    other = visit(reading.page.url.split("#")[1])
    other.agrees(after)
    expect(other.view("equations").locator(".row").nth(F)).to_contain_text("forced")


def test_what_is_forced_falls_away_where_it_has_no_meaning(
    reading: Watch, site: Site, troubles: Any
) -> None:
    troubles.allow("the server responded with a status of 422")
    open_forget_gate(reading)
    press(reading, "whatif.shut")  # at the last word
    reading.agrees(site.trace(TEXT, interventions=[force(step=reading.step)]))
    reading.write("a film")
    reading.agrees(site.trace("a film"))
    press(reading, "whatif.steps")
    press(reading, "whatif.shut")
    reading.agrees(site.trace("a film", interventions=[force()]))
    reading.page.get_by_test_id("model-gru").click()
    reading.agrees(site.trace("a film", "gru"))
    expect(reading.whatif).to_be_hidden()
    expect(reading.notice).to_have_text("")


def address_with(watch: Watch, part: str) -> str:
    """The address, once it holds ``part``: it is written a moment after the change."""
    watch.page.wait_for_function("(part) => location.hash.includes(part)", arg=part)
    return watch.page.url
