"""From the whole sentence into the cell of one word, into one unit, and back."""

from __future__ import annotations

from urllib.parse import parse_qs

from playwright.sync_api import expect

from .site import Site
from .watch import Watch, checking, mean, number, percent

TEXT = "I expected to hate this film, but it was a wonderful surprise."
STEP = 11  # "wonderful"


def test_a_word_is_looked_into_its_gate_is_dragged_and_the_run_goes_on(
    watch: Watch, site: Site
) -> None:
    trace = watch.read(TEXT)
    diagram = watch.view("network").locator(".diagram")
    beats = watch.view("network").locator(".beats li")
    with checking("that it opens far, with the memory of all words"):
        expect(watch.page.get_by_test_id("level-memory")).to_have_attribute("aria-pressed", "true")
        expect(diagram).to_be_hidden()
    with checking("a double click on a word: its cell"):
        place = watch.spot("network", STEP, 0.9, axis=2)
        watch.overlay("network").dblclick(position=place)
        watch.settled(step=STEP)
        expect(diagram).to_be_visible()
        expect(watch.view("network").locator(".chart")).to_be_hidden()
        expect(watch.view("network").locator(".aside")).to_contain_text("“wonderful”")
    with checking("its four beats, each with this step's numbers"):
        expect(beats).to_have_count(4)
        opening = number(mean(trace["signals"]["layers.0.f"][STEP]))
        expect(beats.nth(1)).to_contain_text(f"The mean of f is {opening}")
        before, after = (percent(trace["probabilities"][t][1]) for t in (STEP - 1, STEP))
        expect(beats.nth(3)).to_contain_text(f"from {before} to {after} positive")
        beats.nth(1).get_by_role("button").click()
        expect(beats.nth(1)).to_have_class("on")
        expect(watch.view("network").locator(".moving i").first).to_be_attached()
    with checking("that play runs through the beats and stops within one"):
        watch.play.click()
        expect(beats.nth(2)).to_have_class("on")
        watch.play.click()
        watch.plays(False)
        watch.seek(STEP)
        expect(watch.view("network").locator(".beats li.on")).to_have_count(0)
    with checking("a valve that is dragged shut: the run of the API with that gate shut"):
        # The beats below it may have been scrolled to.
        diagram.evaluate("(drawing) => drawing.scrollIntoView({block: 'start'})")
        box = diagram.bounding_box()
        assert box
        valve: list[float] = diagram.evaluate(
            """(box) => { const {left, top} = box.getBoundingClientRect();
              const rect = [...box.querySelectorAll('svg rect')].find((one) =>
                one.getAttribute('fill-opacity') === '0.35').getBoundingClientRect();
              return [rect.left + rect.width / 2 - left, rect.top - top, rect.height]; }"""
        )
        x, top, height = box["x"] + valve[0], box["y"] + valve[1], valve[2]
        watch.page.mouse.move(x, top + 2)
        watch.page.mouse.down()
        watch.page.mouse.move(x, top + height / 2, steps=4)
        watch.page.mouse.up()
        watch.page.wait_for_function("() => location.hash.includes('force=')")
        value = float(parse_qs(watch.page.url.split("#")[1])["force"][0].split(":")[1])
        assert value < 0.1  # a pixel of the mouse is some hundredths
        forced = {"signal": "layers.0.f", "value": value, "step": STEP, "unit": None}
        after_drag = site.trace(TEXT, interventions=[forced])
        expect(beats.nth(3)).to_contain_text(
            f"to {percent(after_drag['probabilities'][STEP][1])} positive"
        )
        expect(beats.nth(1)).to_contain_text(f"The mean of f is {number(value)}")
        watch.page.keyboard.press("u")
        expect(beats.nth(1)).to_contain_text(f"The mean of f is {opening}")
    with checking("the keys: nearer, one unit; farther, back to the sentence"):
        watch.page.keyboard.press("+")
        expect(watch.page.get_by_test_id("level-unit")).to_have_attribute("aria-pressed", "true")
        expect(watch.view("network").locator(".numbers")).to_contain_text("unit")
        watch.page.keyboard.press("-")
        watch.page.wait_for_timeout(500)  # one level after the other
        watch.page.keyboard.press("-")
        expect(watch.view("network").locator(".chart")).to_be_visible()
        expect(diagram).to_be_hidden()


def test_a_letter_of_the_drawing_says_what_it_means_and_where_it_stands(watch: Watch) -> None:
    watch.read(TEXT)
    watch.look("cell")
    watch.seek(STEP)
    page, network = watch.page, watch.view("network")
    note = page.locator("#letter-note")
    lit = """() => [...new Set([...document.querySelectorAll('[data-part]')]
      .filter((one) => getComputedStyle(one).filter !== 'none').map((one) => one.dataset.part))]"""
    assert page.evaluate(lit) == []
    with checking("by keyboard, in the drawing"):
        letter = network.locator(".diagram .letter[data-letter=f]").first
        letter.focus()
        page.keyboard.press("Enter")
        expect(note).to_contain_text("f forget gate")
        expect(note).to_contain_text("In the drawing it is made from x")
        assert page.evaluate(lit) == ["f"]
    with checking("that it stays lit where the drawing is made anew, and no longer than the note"):
        page.keyboard.press("ArrowLeft")
        watch.settled(step=STEP - 1)
        assert page.evaluate(lit) == ["f"]
        page.keyboard.press("Escape")
        expect(note).to_be_hidden()
        assert page.evaluate(lit) == []
        expect(letter).to_be_focused()
    with checking("in the legend"):
        network.locator(".legend .letter[data-letter=o]").click()
        expect(note).to_contain_text("o output gate")
        assert page.evaluate(lit) == ["o"]
        page.keyboard.press("Escape")
    with checking("in a chart, below what moves over it"):
        watch.look("strips")
        chart = network.locator(".letters .letter[data-letter=i]").first
        page.wait_for_function(
            """(one) => { const before = one.dataset.place;
              one.dataset.place = JSON.stringify(one.getBoundingClientRect());
              return before === one.dataset.place; }""",
            arg=chart.element_handle(),
            polling=500,
        )
        box = chart.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(note).to_contain_text("i input gate")
