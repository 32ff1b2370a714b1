"""Play, pause, step, scrub: by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect

from .conftest import Visit
from .site import Site
from .watch import Watch, checking

TEXT = "one two three four five six seven eight"
LAST = 7
SHOWN = "() => Math.max(...[...document.querySelectorAll('.pulse')].map((e) => +e.style.opacity))"


def choose_speed(watch: Watch, speed: float) -> None:
    watch.page.locator("#speed").select_option(str(speed))


@contextmanager
def stopped_clock(watch: Watch) -> Iterator[None]:
    """Let time pass only where the test says so."""
    now: float = watch.page.evaluate("() => Date.now()")
    watch.page.clock.pause_at(now / 1000 + 1)
    try:
        yield
    finally:
        watch.page.clock.resume()


def pass_time(watch: Watch, milliseconds: float) -> None:
    """Let this much time pass on the page, in frames that it has time to paint."""
    whole = round(milliseconds)
    for start in range(0, whole, 32):
        watch.page.clock.run_for(min(32, whole - start))
        watch.page.evaluate(
            "() => new Promise((done) => { const {port1, port2} = "
            "new MessageChannel(); port1.onmessage = done; port2.postMessage(0); })"
        )


def play_through(watch: Watch, speed: float, steps: list[int]) -> None:
    """Play, and hold the page to each of these steps at its time."""
    choose_speed(watch, speed)
    watch.play.click()
    watch.plays(True)
    expect(watch.play).to_have_attribute("aria-label", watch.say("transport.pause"))
    pass_time(watch, 500 / speed)  # half a step on, so that no step is at its edge
    for step in steps:
        expect(watch.scrubber, f"at {speed} steps a second").to_have_value(str(step))
        pass_time(watch, 1000 / speed)
    watch.plays(False)
    expect(watch.play).to_have_attribute("aria-label", watch.say("transport.play"))


def test_play_shows_every_step_at_the_speed_it_says(visit: Visit) -> None:
    watch = visit(clock=True)
    watch.read(TEXT)
    watch.settled(step=LAST)
    watch.record_steps()
    with stopped_clock(watch):
        with checking("from the first word to the last, every step is painted, then it stops"):
            play_through(watch, 16, [*range(LAST + 1)])
            assert watch.recorded() == [*range(LAST + 1)]
        with checking("pause stays where it is, and play goes on from there"):
            choose_speed(watch, 4)
            watch.play.click()
            pass_time(watch, 625)
            expect(watch.scrubber).to_have_value("2")
            watch.play.click()
            watch.plays(False)
            pass_time(watch, 300)
            expect(watch.scrubber).to_have_value("2")
            play_through(watch, 8, [*range(2, LAST + 1)])
        with checking("a pulse runs along the arrows in the middle of a step"):
            choose_speed(watch, 4)
            watch.play.click()
            pass_time(watch, 125)
            assert watch.page.evaluate(SHOWN) > 0.5
        with checking("with reduced motion it still plays, but nothing glides"):
            watch.page.emulate_media(reduced_motion="reduce")
            for step in (1, 2):
                pass_time(watch, 250)
                expect(watch.scrubber).to_have_value(str(step))
                assert watch.page.evaluate(SHOWN) == 0
            watch.play.click()
            watch.plays(False)
    with checking("backward it plays from the last word to the first"):
        watch.page.locator("#last").click()
        watch.settled(step=LAST)
        watch.page.get_by_test_id("direction-backward").click()
        watch.settled(direction="backward")
        expect(watch.view("network").locator(".shows")).to_contain_text("gradient")
        with stopped_clock(watch):
            play_through(watch, 16, [*range(LAST, -1, -1)])


def test_what_a_person_writes_is_played(watch: Watch, site: Site) -> None:
    watch.read(TEXT)
    with checking("Enter in the sentence reads it from the start, and adds no line to it"):
        choose_speed(watch, 8)
        watch.record_steps()
        watch.sentence.focus()
        watch.page.keyboard.press("Enter")
        watch.plays(True)
        expect(watch.sentence).to_have_value(TEXT)
        watch.plays(False)
        watch.settled(step=LAST)
        seen = watch.recorded()
        assert seen == sorted(seen)
    with checking("typing while it plays goes on with the new sentence"):
        choose_speed(watch, 1)
        watch.page.locator("#first").click()
        watch.settled(step=0)
        watch.play.click()
        watch.passes(1)
        watch.read("a short one")
        choose_speed(watch, 16)
        watch.plays(False)
        assert 0 <= watch.step <= 2
    for cell in site.cells():
        with checking(f"one word alone is drawn by the {cell}, and playing it ends at once"):
            watch.choose_model(cell)
            watch.read("wonderful", cell)
            expect(watch.view("held_gates").locator(".shows")).to_contain_text("One word only")
            watch.at_step(0, "wonderful")
            watch.play.click()
            watch.plays(False)


def test_buttons_scrubber_and_keys_step(watch: Watch) -> None:
    page, keys = watch.page, watch.page.keyboard
    watch.read(TEXT)
    with checking("the buttons step, and stop at both ends"):
        for button, step in [
            ("first", 0),
            ("previous", 0),
            ("next", 1),
            ("next", 2),
            ("previous", 1),
            ("last", LAST),
            ("next", LAST),
        ]:
            page.locator(f"#{button}").click()
            watch.settled(step=step)
            watch.frames(2)
            assert watch.step == step, button
    with checking("the scrubber goes anywhere, and says where it is"):
        watch.seek(5)
        where = watch.say("transport.where", step=6, steps=LAST + 1, token="six")
        expect(page.locator("#where")).to_have_text(where)
        expect(watch.scrubber).to_have_attribute("aria-valuetext", where)
        watch.scrubber.focus()
        for key, step in [("ArrowLeft", 4), ("ArrowRight", 5), ("Home", 0), ("End", LAST)]:
            keys.press(key)
            watch.settled(step=step)
    with checking("keys step from anywhere but the sentence"):
        page.locator("h1").click()
        for key, step in [("Home", 0), ("ArrowRight", 1), ("ArrowLeft", 0), ("End", LAST)]:
            keys.press(key)
            watch.settled(step=step)
        keys.press("b")
        watch.settled(direction="backward")
        keys.press("b")
        watch.settled(direction="forward")
    with checking("space plays and pauses, also on the button and on the scrubber"):
        choose_speed(watch, 0.5)
        page.locator("h1").click()
        for place in (None, watch.play, watch.scrubber):
            if place:
                place.focus()
            for on in (True, False):
                keys.press(" ")
                watch.plays(on)
    with checking("in the sentence the same keys write"):
        page.locator("h1").click()
        keys.press("/")
        expect(watch.sentence).to_be_focused()
        keys.press("Home")
        keys.type("b? ")
        expect(watch.sentence).to_have_value(f"b? {TEXT}")
        watch.settled(direction="forward", steps=LAST + 3)
        expect(watch.keys).to_be_hidden()
        keys.press("Escape")
        expect(watch.sentence).not_to_be_focused()


def walk(page: Page, most: int = 120) -> list[dict[str, Any]]:
    """Press Tab until the focus leaves the page; returns what had it."""
    found: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (!e || e === document.body) return null;
              const box = e.getBoundingClientRect();
              const style = getComputedStyle(e);
              const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return {
                name: e.id || e.dataset.testid || e.dataset.signal || e.className || e.tagName,
                label: (e.getAttribute('aria-label') || e.textContent || '').trim().slice(0, 40),
                outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight
                  && box.right > 0 && box.left < innerWidth,
                covered: !(over && (e.contains(over) || over.contains(e))),
              };
            }"""
        )
        if at is None:
            break
        found.append(at)
    return found


FOCUSABLE = """() => [...document.querySelectorAll(
  'a[href], button, summary, select, textarea, input, [tabindex="0"]')]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.tabIndex >= 0)
  .map((e) => e.id || e.dataset.testid || e.dataset.signal || e.className || e.tagName)"""


def test_tab_reaches_everything_and_the_focus_is_always_seen(watch: Watch) -> None:
    watch.drawn()
    wanted = watch.page.evaluate(FOCUSABLE)
    assert len(wanted) > 40
    found = walk(watch.page)
    assert sorted(one["name"] for one in found) == sorted(wanted), "what Tab reaches"
    assert [one for one in found if not one["label"] and one["name"] != "sentence"] == []
    assert [one for one in found if not one["outline"]] == [], "the focus cannot be seen"
    assert [one for one in found if not one["inside"]] == [], "the focus is off the screen"
    assert [one for one in found if one["covered"]] == [], "something lies over the focus"


def test_the_keyboard_alone_can_do_all_of_it(watch: Watch, site: Site) -> None:
    page, keys = watch.page, watch.page.keyboard
    text = "the plot was not good"
    with checking("a link leads past the header to the sentence"):
        keys.press("Tab")
        keys.press("Enter")
        expect(watch.sentence).to_be_focused()
    with checking("a sentence is written and a model chosen"):
        keys.press("Control+A")
        keys.type(text)
        watch.agrees(site.trace(text))
        page.get_by_test_id("model-gru").focus()
        keys.press("Enter")
        watch.agrees(site.trace(text, "gru"))
    with checking("? opens the sheet of the keys, but not in a list; Escape gives the focus back"):
        page.locator("#speed").focus()
        keys.press("Escape")
        keys.press("?")  # a list of speeds takes letters
        expect(watch.keys).to_be_hidden()
        watch.play.focus()
        keys.press("?")
        expect(watch.keys.locator("dt kbd").first).to_be_visible()
        expect(watch.keys.get_by_role("button")).to_be_focused()
        keys.press("Escape")
        expect(watch.keys).to_be_hidden()
        expect(watch.play).to_be_focused()
        page.locator("#help").focus()
        keys.press("Enter")
        expect(watch.keys).to_be_visible()
        keys.press("Escape")
        expect(page.locator("#help")).to_be_focused()
    with checking("a gate is forced at a step, and the focus comes back to its button"):
        watch.play.focus()
        keys.press("Home")
        watch.settled(step=0)
        keys.press("ArrowRight")
        watch.settled(step=1)
        button = watch.view("equations").locator("button.force").first
        button.focus()
        keys.press("Enter")
        expect(watch.whatif).to_be_visible()
        expect(page.locator("#whatif-value")).to_be_focused()
        keys.press("Home")  # the step panel is drawn anew meanwhile
        forced = {"signal": "layers.0.r", "value": 0, "step": 1, "unit": None}
        watch.agrees(site.trace(text, "gru", interventions=[forced]))
        keys.press("Escape")
        expect(watch.whatif).to_be_hidden()
        expect(button).to_be_focused()
        keys.press("u")
        watch.agrees(site.trace(text, "gru"))
    with checking("the focus stays in the sheet where its button has nothing more to do"):
        keys.press("Enter")
        keys.press("Home")
        watch.agrees(site.trace(text, "gru", interventions=[forced]))
        page.locator("#whatif-step-0").focus()
        keys.press("ArrowRight")
        expect(page.locator("#whatif-step-1")).to_be_checked()
        expect(page.locator("#whatif-step-1")).to_be_focused()
        page.locator("#clear").focus()
        keys.press("Enter")
        watch.agrees(site.trace(text, "gru"))
        expect(page.locator("#whatif-value")).to_be_focused()
        keys.press("Escape")
        expect(watch.whatif).to_be_hidden()
    with checking("the list of exports opens and closes"):
        page.locator("#export summary").focus()
        keys.press("Enter")
        keys.press("Tab")
        expect(page.locator("#export-list button").first).to_be_focused()
        keys.press("Escape")
        expect(page.locator("#export-list")).to_be_hidden()
    with checking("language and theme are switched"):
        page.get_by_test_id("language").focus()
        keys.press("Enter")
        expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
        page.get_by_test_id("theme").focus()
        keys.press(" ")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_test_id("language").focus()
        keys.press("Enter")
        watch.agrees(site.trace(text, "gru"))


def test_a_panel_fills_the_screen_and_every_panel_shows_the_chosen_unit(visit: Visit) -> None:
    watch = visit(size=(1280, 720))
    page, keys = watch.page, watch.page.keyboard
    composer, seen = page.locator(".composer"), page.locator(".card:visible")
    with checking("a key lets the picture fill the screen; steps and play go on working"):
        page.locator("h1").click()
        keys.press("s")
        expect(composer).to_be_hidden()
        expect(seen).to_have_count(1)
        expect(watch.network).to_be_visible()
        expect(page.get_by_test_id("slide-sentence")).to_have_text(watch.sentence.input_value())
        keys.press("Home")
        watch.settled(step=0)
        keys.press("ArrowRight")
        watch.settled(step=1)
        box, bar = watch.network.bounding_box(), page.locator(".transport").bounding_box()
        assert box
        assert bar
        assert box["height"] > 500
        assert bar["y"] + bar["height"] <= 720
    with checking("page down shows the next panel, and the address says which"):
        keys.press("PageDown")
        expect(watch.network).to_be_hidden()
        expect(seen).to_have_count(1)
        page.wait_for_function("() => /slide=(?!network)/.test(location.hash)")
        keys.press("PageUp")
        expect(watch.network).to_be_visible()
    with checking("escape leaves it"):
        keys.press("Escape")
        expect(composer).to_be_visible()
        assert seen.count() > 3
    with checking("] chooses the next unit, and the panels agree on it"):
        before = page.get_by_test_id("unit").inner_text()
        keys.press("]")
        expect(page.get_by_test_id("unit")).not_to_have_text(before)
        unit = page.get_by_test_id("unit").inner_text()
        expect(page.locator(".view-equations .aside")).to_contain_text(unit)
        expect(page.locator(".view-unit_activations .shows")).to_contain_text(unit)
    with checking("the letters of the lectures stand in the legend and in the equations"):
        watch.look("strips")
        page.get_by_test_id("letters-lectures").click()
        expect(page.locator(".view-equations .formula").nth(2)).to_contain_text("C̃t = tanh(")
        expect(page.locator(".view-network .legend")).to_contain_text("C̃ candidate")
    with checking("a link opens as a slide"):
        watch.go("slide=equations")
        expect(seen).to_have_count(1)
        expect(page.locator(".view-equations")).to_be_visible()
