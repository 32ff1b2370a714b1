"""Play, pause, step, scrub: by mouse and by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit
from .watch import Watch

TEXT = "one two three four five six seven eight"
LAST = 7


@pytest.fixture
def encoding(watch: Watch) -> Watch:
    watch.read(TEXT)
    watch.settled(step=LAST)
    return watch


def choose_speed(watch: Watch, speed: float) -> None:
    watch.page.locator("#speed").select_option(str(speed))


def test_play_runs_from_the_first_word_to_the_last_and_stops(encoding: Watch) -> None:
    encoding.record_steps()
    choose_speed(encoding, 8)
    encoding.play.click()
    encoding.plays(True)
    expect(encoding.play).to_have_attribute("aria-label", encoding.say("transport.pause"))
    encoding.plays(False)
    expect(encoding.play).to_have_attribute("aria-label", encoding.say("transport.play"))
    encoding.settled(step=LAST)
    seen = encoding.recorded()
    assert seen == sorted(seen)
    assert seen[0] <= 1
    assert seen[-1] == LAST
    assert len(seen) >= 5


def test_pause_stays_where_it_is_and_play_goes_on_from_there(encoding: Watch) -> None:
    choose_speed(encoding, 2)
    encoding.page.locator("#first").click()
    encoding.settled(step=0)
    encoding.play.click()
    encoding.passes(2)
    encoding.play.click()
    encoding.plays(False)
    encoding.frames(5)
    at = encoding.step
    assert 2 <= at < LAST
    choose_speed(encoding, 16)
    encoding.frames(30)
    assert encoding.step == at
    encoding.record_steps()
    encoding.play.click()
    encoding.settled(step=LAST)
    assert all(step >= at for step in encoding.recorded())


def test_the_buttons_step_and_stop_at_both_ends(encoding: Watch) -> None:
    page = encoding.page
    page.locator("#first").click()
    encoding.settled(step=0)
    page.get_by_test_id("previous").click()
    encoding.frames(3)
    assert encoding.step == 0
    page.get_by_test_id("next").click()
    encoding.settled(step=1)
    page.get_by_test_id("next").click()
    encoding.settled(step=2)
    page.get_by_test_id("previous").click()
    encoding.settled(step=1)
    page.locator("#last").click()
    encoding.settled(step=LAST)
    page.get_by_test_id("next").click()
    encoding.frames(3)
    assert encoding.step == LAST


def test_the_scrubber_goes_anywhere_by_mouse_and_by_arrows(encoding: Watch) -> None:
    encoding.seek(5)
    where = encoding.say("transport.where", step=6, steps=LAST + 1, token="six")
    expect(encoding.page.locator("#where")).to_have_text(where)
    expect(encoding.scrubber).to_have_attribute("aria-valuetext", where)
    encoding.scrubber.focus()
    for key, step in [("ArrowLeft", 4), ("ArrowRight", 5), ("Home", 0), ("End", LAST)]:
        encoding.page.keyboard.press(key)
        encoding.settled(step=step)


def test_keys_step_from_anywhere_but_the_sentence(encoding: Watch) -> None:
    keys = encoding.page.keyboard
    encoding.page.locator("h1").click()
    for key, step in [
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", LAST),
    ]:
        keys.press(key)
        encoding.settled(step=step)
    keys.press("b")
    encoding.settled(direction="backward")
    keys.press("b")
    encoding.settled(direction="forward")
    keys.press("/")
    expect(encoding.sentence).to_be_focused()
    keys.press("Home")
    keys.type("b? ")
    expect(encoding.sentence).to_have_value(f"b? {TEXT}")
    encoding.settled(direction="forward", steps=LAST + 3)
    expect(encoding.keys).to_be_hidden()
    keys.press("Escape")
    expect(encoding.sentence).not_to_be_focused()


def test_space_plays_and_pauses(encoding: Watch) -> None:
    choose_speed(encoding, 2)
    encoding.page.locator("h1").click()
    encoding.page.keyboard.press("Home")
    encoding.settled(step=0)
    encoding.page.keyboard.press(" ")
    encoding.plays(True)
    encoding.passes(1)
    encoding.page.keyboard.press(" ")
    encoding.plays(False)
    encoding.play.focus()
    encoding.page.keyboard.press(" ")
    encoding.plays(True)
    encoding.page.keyboard.press(" ")
    encoding.plays(False)
    encoding.scrubber.focus()
    encoding.page.keyboard.press(" ")
    encoding.plays(True)
    encoding.page.keyboard.press(" ")
    encoding.plays(False)


def test_speed_is_what_it_says(encoding: Watch) -> None:
    seconds = {}
    for speed in (4, 16):
        choose_speed(encoding, speed)
        encoding.page.locator("#first").click()
        encoding.settled(step=0)
        seconds[speed] = encoding.page.evaluate(
            """() => new Promise((done) => {
              const play = document.getElementById('play');
              const since = performance.now();
              new MutationObserver((_, observer) => {
                if (play.getAttribute('aria-pressed') === 'true') return;
                observer.disconnect();
                done((performance.now() - since) / 1000);
              }).observe(play, {attributeFilter: ['aria-pressed']});
              play.click();
            })"""
        )
    # Eight words at 4 a second, then at 16 a second.
    assert seconds[4] == pytest.approx(2.0, abs=0.6)
    assert seconds[16] < seconds[4] / 2


def test_backward_plays_from_the_last_word_to_the_first(encoding: Watch) -> None:
    encoding.page.get_by_test_id("direction-backward").click()
    encoding.settled(direction="backward")
    expect(encoding.view("network").locator(".shows")).to_contain_text("gradient")
    encoding.record_steps()
    choose_speed(encoding, 8)
    encoding.play.click()
    encoding.plays(True)
    encoding.plays(False)
    encoding.settled(step=0)
    seen = encoding.recorded()
    assert seen == sorted(seen, reverse=True)
    assert len(seen) >= 5


def test_with_reduced_motion_it_still_plays_but_nothing_glides(visit: Visit) -> None:
    watch = visit(reduced_motion="reduce")
    watch.read(TEXT)
    choose_speed(watch, 8)
    watch.page.evaluate(
        """() => {
          globalThis.glided = 0;
          const look = () => {
            for (const pulse of document.querySelectorAll('.pulse')) {
              if (Number(pulse.style.opacity) > 0) glided += 1;
            }
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    watch.play.click()
    watch.plays(True)
    watch.plays(False)
    watch.settled(step=LAST)
    assert watch.page.evaluate("() => globalThis.glided") == 0


def test_a_pulse_runs_along_the_arrows_while_it_plays(encoding: Watch) -> None:
    choose_speed(encoding, 2)
    encoding.play.click()
    encoding.page.wait_for_function(
        "() => [...document.querySelectorAll('.pulse')].some((p) => Number(p.style.opacity) > 0.5)"
    )
    encoding.play.click()
    encoding.plays(False)


def test_enter_in_the_sentence_reads_it_from_the_start(encoding: Watch) -> None:
    choose_speed(encoding, 8)
    encoding.record_steps()
    encoding.sentence.focus()
    encoding.page.keyboard.press("Enter")
    encoding.plays(True)
    expect(encoding.sentence).to_have_value(TEXT)
    encoding.plays(False)
    seen = encoding.recorded()
    assert seen[0] <= 1
    assert seen == sorted(seen)
    encoding.settled(step=LAST)


def test_typing_while_it_plays_goes_on_with_the_new_sentence(encoding: Watch) -> None:
    choose_speed(encoding, 2)
    encoding.page.locator("#first").click()
    encoding.settled(step=0)
    encoding.play.click()
    encoding.passes(1)
    encoding.read("a short one")
    choose_speed(encoding, 16)
    encoding.plays(False)
    assert 0 <= encoding.step <= 2


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


def test_tab_reaches_everything_and_the_focus_is_always_seen(watch: Watch) -> None:
    found = walk(watch.page)
    names = [one["name"] for one in found]
    wanted = ["language", "theme", "share", "help", "sentence", "model-rnn", "model-lstm"]
    wanted += ["model-gru", "weights-trained", "weights-fresh", "first", "previous", "play", "next"]
    wanted += ["last", "scrubber", "speed", "direction-forward", "direction-backward"]
    wanted += [f"layers.0.{name}" for name in "ifgoch"]
    assert not [name for name in wanted if name not in names], names
    labels = [one["label"] for one in found]
    tables = watch.page.locator("details.table:visible").count()
    assert labels.count(watch.say("panel.table")) == tables
    assert watch.say("export.button") in labels
    assert [one for one in found if not one["outline"]] == []
    assert [one for one in found if not one["inside"]] == []
    assert [one for one in found if one["covered"]] == []


def test_the_keyboard_alone_can_do_all_of_it(watch: Watch) -> None:
    page, keys = watch.page, watch.page.keyboard
    keys.press("Tab")
    keys.press("Enter")  # the link past the header
    expect(watch.sentence).to_be_focused()
    keys.press("Control+A")
    keys.type("the plot was not good")
    watch.agrees(watch.site.trace("the plot was not good"))
    page.get_by_test_id("model-gru").focus()
    keys.press("Enter")
    watch.agrees(watch.site.trace("the plot was not good", "gru"))
    page.locator("#speed").focus()
    keys.press("Escape")
    keys.press("?")  # a list of speeds takes letters, so the sheet must not open here
    expect(watch.keys).to_be_hidden()
    watch.play.focus()
    keys.press("?")
    expect(watch.keys).to_be_visible()
    keys.press("Escape")
    expect(watch.keys).to_be_hidden()
    expect(watch.play).to_be_focused()
    keys.press("Home")
    watch.settled(step=0)
    keys.press("ArrowRight")
    watch.settled(step=1)
    watch.view("equations").locator("button.force").first.focus()
    keys.press("Enter")
    expect(watch.whatif).to_be_visible()
    expect(page.locator("#whatif-value")).to_be_focused()
    keys.press("Home")
    forced = {"signal": "layers.0.r", "value": 0, "step": 1, "unit": None}
    watch.agrees(watch.site.trace("the plot was not good", "gru", interventions=[forced]))
    keys.press("Escape")
    expect(watch.whatif).to_be_hidden()
    keys.press("u")
    watch.agrees(watch.site.trace("the plot was not good", "gru"))
    page.locator("#export summary").focus()
    keys.press("Enter")
    keys.press("Tab")
    expect(page.locator("#export-list button").first).to_be_focused()
    keys.press("Escape")
    expect(page.locator("#export-list")).to_be_hidden()
    page.get_by_test_id("language").focus()
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
    page.get_by_test_id("theme").focus()
    keys.press(" ")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_test_id("language").focus()
    keys.press("Enter")
    watch.agrees(watch.site.trace("the plot was not good", "gru"))
