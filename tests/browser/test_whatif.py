"""Force a gate, see the old and the new prediction, take it back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlencode

from playwright.sync_api import expect

from .conftest import Troubles, Visit
from .site import Site
from .watch import Watch, checking, percent

TEXT = "I expected to hate this film, but it was a wonderful surprise."
F, SIGNALS = 1, 6  # the forget gate is the LSTM's second signal of six


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


def address_with(watch: Watch, part: str) -> str:
    """The address, once it holds ``part``: it is written a moment after the change."""
    watch.page.wait_for_function("(part) => `${location.hash}&`.includes(part)", arg=part)
    return watch.page.url


def test_a_click_in_the_picture_opens_the_what_if_for_what_was_clicked(
    watch: Watch, site: Site
) -> None:
    watch.read(TEXT)
    title = watch.say("whatif.title", title="forget gate", name="f")
    with checking("a gate's strip in the network: the gate, at that word"):
        watch.look("strips")
        watch.overlay("network").click(position=watch.strip(3, F, SIGNALS))
        expect(watch.whatif.locator("h2")).to_have_text(title)
        expect(watch.whatif.locator(".asks")).to_contain_text("“hate”")
        watch.settled(step=3)
        watch.whatif.get_by_label(watch.say("whatif.close")).click()
        expect(watch.whatif).to_be_hidden()
    with checking("a spot in a heat map: the gate, at that word, and the unit"):
        place = watch.spot("signal_heatmaps", 4, 0.1, axis=F + 1)
        watch.overlay("signal_heatmaps").click(position=place)
        expect(watch.whatif.locator("h2")).to_have_text(title)
        watch.settled(step=4)
        aside = watch.view("equations").locator(".aside")
        expect(aside).to_contain_text("step 5, “this”")
        found = re.search(r"unit (\d+)", aside.inner_text())
        assert found
        unit = int(found[1]) - 1
        # The click before this one chose another unit: the address may still name that one.
        assert parse_qs(address_with(watch, f"unit={unit}&").split("#")[1])["unit"] == [str(unit)]
        shown = watch.view("unit_activations").locator(".shows")
        expect(shown).to_contain_text(f"unit {unit + 1},")
    with checking("that one unit is forced at that one word"):
        press(watch, "whatif.unit", unit=unit + 1)
        press(watch, "whatif.shut")
        watch.agrees(site.trace(TEXT, interventions=[force(step=4, unit=unit)]))
        expect(watch.whatif.locator(".forced-list")).to_contain_text(f"unit {unit + 1}")


def test_what_is_forced_gives_what_the_api_answers_and_is_taken_back(
    watch: Watch, site: Site
) -> None:
    before = watch.read(TEXT)
    shut = site.trace(TEXT, interventions=[force()])
    undo = watch.whatif.locator("#undo")
    lines = watch.whatif.locator(".forced-list li")
    with checking("a forget gate shut at every word: the outcome, old and new, and the equation"):
        open_forget_gate(watch)
        press(watch, "whatif.steps")
        expect(undo).to_be_disabled()
        press(watch, "whatif.shut")
        watch.agrees(shut)
        shows_outcome(watch, before, shut)
        row = watch.view("equations").locator(".row").nth(F)
        expect(row.locator(".value")).to_contain_text("0.00")
        expect(row.locator(".value")).to_contain_text("forced")
        expect(lines).to_have_count(1)
    with checking("undo goes back one change at a time"):
        press(watch, "whatif.open")
        watch.agrees(site.trace(TEXT, interventions=[force(value=1)]))
        undo.click()
        watch.agrees(shut)
        undo.click()
        watch.agrees(before)
        expect(undo).to_be_disabled()
        shows_outcome(watch, before, before)
    with checking("the slider forces while it moves, and undo takes the whole move back"):
        slider = watch.page.locator("#whatif-value")
        slider.focus()
        watch.page.keyboard.press("Home")
        watch.agrees(shut)
        watch.page.keyboard.press("PageUp")
        value = float(slider.input_value())
        assert value > 0
        watch.agrees(site.trace(TEXT, interventions=[force(value=value)]))
        expect(slider).to_be_focused()
        undo.click()
        watch.agrees(shut)
    with checking("each forced line is taken away by itself"):
        watch.view("equations").locator("button[data-signal='layers.0.i']").click()
        press(watch, "whatif.steps")
        press(watch, "whatif.open")
        watch.agrees(site.trace(TEXT, interventions=[force(), force("i", 1)]))
        expect(lines).to_have_count(2)
        lines.first.get_by_role("button").click()
        watch.agrees(site.trace(TEXT, interventions=[force("i", 1)]))
        expect(lines).to_have_count(1)
        undo.click()
        expect(lines).to_have_count(2)
    with checking("and all of them at once"):
        press(watch, "whatif.clear")
        watch.agrees(before)
        expect(lines).to_have_count(0)
        expect(watch.whatif.locator("#clear")).to_be_disabled()


def test_what_a_link_forces_is_said_and_taken_off(visit: Visit, site: Site) -> None:
    watch = visit(urlencode({"text": TEXT, "force": ["layers.0.f:0:2:", "layers.0.i:1::5"]}, True))
    opened = force("i", 1, unit=5)
    plain, forced = site.trace(TEXT), site.trace(TEXT, interventions=[force(step=2), opened])
    bar = watch.page.get_by_test_id("forced")
    lines = bar.locator("li")
    with checking("the bar: signal, value, step or every one, unit or all"):
        watch.agrees(forced)
        expect(lines).to_have_count(2)
        expect(lines.first).to_contain_text("forget gate f = 0.00 · at step 3, “to” · all units")
        expect(lines.last).to_contain_text("input gate i = 1.00 · at every step · unit 6")
        old = watch.view("network").locator(".letters").get_by_text(watch.say("forced.curve"))
        expect(old).to_have_count(1)
    with checking("the run without what is forced, and with it again: it is not lost"):
        watch.page.get_by_test_id("forced-without").click()
        watch.agrees(plain)
        expect(lines).to_have_count(2)
        expect(old).to_have_count(0)
        watch.page.get_by_test_id("forced-with").click()
        watch.agrees(forced)
    with checking("one is taken off, then the other; U takes that back, and so does the button"):
        lines.first.get_by_role("button").click()
        watch.agrees(site.trace(TEXT, interventions=[opened]))
        lines.first.get_by_role("button").click()
        watch.agrees(plain)
        expect(lines).to_have_count(0)
        watch.play.focus()
        watch.page.keyboard.press("U")
        watch.agrees(site.trace(TEXT, interventions=[opened]))
        watch.page.get_by_test_id("forced-undo").click()
        watch.agrees(forced)
    with checking("all at once"):
        watch.page.get_by_test_id("forced-clear").click()
        watch.agrees(plain)


def test_every_signal_of_every_cell_can_be_forced(watch: Watch, site: Site) -> None:
    watch.write(TEXT)
    for cell in site.cells():
        with checking(f"every signal of the {cell}, held as it was one word before at every word"):
            watch.choose_model(cell)
            watch.agrees(site.trace(TEXT, cell))
            held = []
            for signal in site.signals(cell):
                name = signal["name"]
                button = f"button[data-signal='layers.0.{name}']"
                watch.view("equations").locator(button).click()
                press(watch, "whatif.steps")
                press(watch, "whatif.previous")
                held.append(force(name, "previous"))
                expect(watch.whatif.locator(".forced-list li")).to_have_count(len(held))
            watch.agrees(site.trace(TEXT, cell, interventions=held))
            watch.whatif.locator("#clear").click()
            watch.agrees(site.trace(TEXT, cell))
            watch.whatif.get_by_label(watch.say("whatif.close")).click()


def test_what_is_forced_falls_away_where_it_has_no_meaning(
    watch: Watch, site: Site, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 422")
    watch.read(TEXT)
    with checking("held at one word, then that word is gone"):
        watch.seek(9)
        open_forget_gate(watch)
        press(watch, "whatif.previous")
        watch.agrees(site.trace(TEXT, interventions=[force(value="previous", step=9)]))
        watch.write("a film")
        watch.agrees(site.trace("a film"))
    with checking("forced at every word, then the model has no such gate"):
        press(watch, "whatif.steps")
        press(watch, "whatif.shut")
        watch.agrees(site.trace("a film", interventions=[force()]))
        watch.choose_model("gru")
        watch.agrees(site.trace("a film", "gru"))
        expect(watch.whatif).to_be_hidden()
        expect(watch.notice).to_have_text("")
