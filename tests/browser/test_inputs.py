"""What is more than a text: a series that is drawn and pasted, a digit under a pen."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .conftest import Troubles
from .site import Site
from .watch import Watch, checking


def stroke(page: Page, selector: str, *places: tuple[float, float]) -> None:
    """Draw with the mouse through places, as shares of an element's width and height."""
    element = page.locator(selector)
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def test_a_series_is_pasted_drawn_over_and_kept_in_the_link(
    watch: Watch, site: Site, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 422")
    page = watch.page
    with checking("the example is read, forecasts beside what came"):
        watch.choose_task("temperature")
        example = site.examples("temperature")[0]["input"]
        watch.settled(steps=len(example["series"]))
        expect(watch.view("forecasts")).to_be_visible()
        expect(watch.view("held_gates")).to_be_hidden()
    with checking("a column with a heading, dates, decimal commas and a gap is pasted"):
        watch.sentence.fill("data;mínima\n1/jan;14,8\n2/jan;NA\n3/jan;15,5\n4/jan;13,1\n5/jan;12,9")
        watch.settled(steps=5)
        model = watch.data()["model"]
        rows = [[14.8], [None], [15.5], [13.1], [12.9]]
        trace = site.post("api/trace", {"model": model, "input": {"series": rows}})
        said = f"{trace['values'][-1][0]:.1f} °C"
        table = watch.open_table("forecasts")
        expect(table.locator("td:nth-child(2)").nth(4)).to_have_text("12.9 °C")
        expect(watch.view("forecasts").locator(".summary, figcaption, p").first).to_be_attached()
        assert said in str(watch.view("forecasts").text_content())
    with checking("a number is drawn higher with the mouse, the link holds it"):
        before = watch.sentence.input_value()
        stroke(page, "#input svg", (0.95, 0.5), (0.95, 0.05))
        expect(watch.sentence).not_to_have_value(before)
        drawn = watch.sentence.input_value()
        page.wait_for_function("() => location.hash.includes('text=')")
        page.wait_for_timeout(500)
        page.reload()
        expect(watch.sentence).to_have_value(drawn)
        watch.settled(steps=5)
    with checking("what is no number is named"):
        watch.sentence.fill("1 two 3")
        expect(watch.notice).to_contain_text("input.series.1.0")


def test_a_digit_is_drawn_and_read_row_by_row(watch: Watch, troubles: Troubles) -> None:
    troubles.allow("the server responded with a status of 422")
    page = watch.page
    watch.choose_task("digits")
    watch.settled(steps=28)
    with checking("the box of texts is away, the paper is there"):
        expect(watch.sentence).to_be_hidden()
        expect(page.get_by_test_id("drawing")).to_be_visible()
    with checking("a cleared paper shows nothing to read, and says so"):
        page.locator("#input button").click()
        expect(watch.notice).to_have_class(re.compile("error"))
    with checking("one stroke down is a one"):
        stroke(page, "[data-testid=drawing]", (0.5, 0.15), (0.5, 0.85))
        expect(watch.notice).not_to_have_class(re.compile("error"))
        expect(watch.view("class_probabilities").locator(".name").first).to_have_text("1")
