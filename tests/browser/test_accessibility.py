"""axe finds nothing serious, in every theme and language, with every sheet open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .axe import GRAVE, look
from .conftest import Visit
from .watch import Watch


def open_whatif(watch: Watch) -> None:
    watch.view("equations").locator("button.force").nth(1).click()
    watch.whatif.locator(".quick button").first.click()
    expect(watch.whatif.locator(".forced-list li")).to_have_count(1)


def open_keys(watch: Watch) -> None:
    watch.page.locator("#help").click()
    expect(watch.keys).to_be_visible()


def open_tables(watch: Watch) -> None:
    for summary in watch.page.locator("details.table summary").all():
        summary.click()
    watch.page.locator("#export summary").click()


def go_back(watch: Watch) -> None:
    watch.page.get_by_test_id("direction-backward").click()
    watch.settled(direction="backward")


def be_told_off(watch: Watch) -> None:
    watch.write("a zzyzx film")
    expect(watch.notice).to_contain_text("zzyzx")


def open_beside(watch: Watch) -> None:
    watch.page.keyboard.press("Escape")
    watch.page.get_by_test_id("beside-toggle").click()
    watch.page.get_by_test_id("beside").fill("an entirely different zzyzx film")
    expect(watch.view("parameter_sharing").locator("td").first).to_be_visible()


STATES: dict[str, list[Callable[[Watch], None]]] = {
    "plain": [],
    "tables open, an unknown word": [be_told_off, open_tables],
    "the way back": [go_back],
    "the what-if open": [open_whatif],
    "the keys open": [open_keys],
    "two sentences": [open_beside],
}


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    visit: Visit, capsys: pytest.CaptureFixture[str], scheme: str, language: str
) -> None:
    watch = visit(color_scheme=scheme, locale=language)
    grave: list[str] = []
    minor: list[str] = []
    for state, actions in STATES.items():
        for action in actions:
            action(watch)
        expect(watch.view("turning_point").locator(".bars li").first).to_be_visible()
        for impact, line in look(watch.page):
            (grave if impact in GRAVE else minor).append(f"{state}: {line}")
    if minor:
        with capsys.disabled():
            print(f"\naxe, {scheme} {language}, minor:", *minor, sep="\n  ")
    assert not grave, "\n".join(grave)


def test_the_page_has_one_heading_a_main_part_and_named_panels(watch: Watch) -> None:
    expect(watch.view("turning_point").locator(".bars li").first).to_be_visible()  # all are drawn
    assert watch.page.locator("h1").count() == 1
    assert watch.page.locator("main").count() == 1
    for section in watch.page.locator("main section:visible").all():
        name = section.evaluate(
            "(e) => e.getAttribute('aria-label')"
            " || document.getElementById(e.getAttribute('aria-labelledby'))?.textContent"
        )
        assert name


def test_the_keys_sheet_lists_the_keys_and_gives_the_focus_back(watch: Watch) -> None:
    watch.page.locator("#help").click()
    expect(watch.keys.locator("dt kbd").first).to_be_visible()
    expect(watch.keys.get_by_role("button")).to_be_focused()
    watch.page.keyboard.press("Escape")
    expect(watch.keys).to_be_hidden()
    expect(watch.page.locator("#help")).to_be_focused()


def test_closing_the_what_if_gives_the_focus_back(watch: Watch) -> None:
    button = watch.view("equations").locator("button.force").nth(2)
    button.focus()
    watch.page.keyboard.press("Enter")
    expect(watch.page.locator("#whatif-value")).to_be_focused()
    watch.page.keyboard.press("Home")  # the step panel is drawn anew meanwhile
    expect(watch.view("equations").locator(".forced")).to_have_count(1)
    watch.page.keyboard.press("Escape")
    expect(watch.whatif).to_be_hidden()
    expect(button).to_be_focused()
