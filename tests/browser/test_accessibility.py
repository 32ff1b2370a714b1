"""axe finds nothing serious, in every theme and language, in every task, with every sheet open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .axe import GRAVE, list_grave, look
from .compare import open_compare
from .conftest import Scheme, Visit
from .site import Site
from .watch import Watch


def open_whatif(watch: Watch) -> None:
    watch.view("equations").locator("button.force").nth(1).click()
    watch.whatif.locator(".quick button").first.click()
    expect(watch.whatif.locator(".forced-list li")).to_have_count(1)


def open_keys(watch: Watch) -> None:
    watch.page.locator("#help").click()
    expect(watch.keys).to_be_visible()


def open_tables(watch: Watch) -> None:
    for summary in watch.page.locator("details.table summary:visible").all():
        summary.click()
    watch.page.locator("#export summary").click()


def go_back(watch: Watch) -> None:
    watch.page.get_by_test_id("direction-backward").click()
    watch.settled(direction="backward")


def write_unknown_word(watch: Watch) -> None:
    watch.write("a zzyzx film")
    expect(watch.notice).to_contain_text("zzyzx")


def open_second_sentence(watch: Watch) -> None:
    watch.page.keyboard.press("Escape")
    watch.page.get_by_test_id("beside-toggle").click()
    watch.page.get_by_test_id("beside").fill("an entirely different zzyzx film")
    expect(watch.view("parameter_sharing").locator("td").first).to_be_visible()


CONTROLS = """() => [...document.querySelectorAll('button[id], input, select, [data-testid]')]
  .filter((e) => e.checkVisibility() && !e.dataset.testid?.startsWith('model-'))
  .map((e) => e.dataset.testid || e.id)"""

STATES: dict[str, list[Callable[[Watch], None]]] = {
    "tables open, an unknown word": [write_unknown_word, open_tables],
    "the way back": [go_back],
    "the what-if open": [open_whatif],
    "the keys open": [open_keys],
    "two sentences": [open_second_sentence],
}


# What a language names and what a theme colours are looked for apart: two of the four pairs do. The
# other theme and language change colours and words, so what depends on them is looked for again.
@pytest.mark.parametrize(
    ("scheme", "language", "rules"),
    [("light", "en", ()), ("dark", "pt-BR", ("color-contrast", "html-has-lang", "valid-lang"))],
    ids=["light-en", "dark-pt-BR"],
)
def test_axe_finds_nothing_serious_in_watch(
    visit: Visit,
    capsys: pytest.CaptureFixture[str],
    scheme: Scheme,
    language: str,
    rules: tuple[str, ...],
) -> None:
    watch = visit(scheme=scheme, locale=language)
    grave: list[str] = []
    minor: list[str] = []
    for state, actions in STATES.items():
        for action in actions:
            action(watch)
        watch.drawn()
        for impact, line in look(watch.page, *rules):
            (grave if impact in GRAVE else minor).append(f"{state}: {line}")
    if minor:
        with capsys.disabled():
            print(f"\naxe, {scheme} {language}, minor:", *minor, sep="\n  ")
    assert not grave, "\n".join(grave)


def test_axe_finds_nothing_serious_in_what_only_some_tasks_show(visit: Visit, site: Site) -> None:
    """A task is looked over where it shows a panel or a control that none before it did."""
    watch = visit(locale="pt-BR")
    seen: set[str] = set()
    found = []
    for task in site.tasks():
        watch.choose_task(task)
        expect(watch.page.locator("#facts")).to_contain_text(task)
        expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
        shown = {*watch.views(), *watch.page.evaluate(CONTROLS)}
        if shown <= seen:
            continue
        seen |= shown
        # Another theme changes nothing but colours.
        for rules in ((), ("color-contrast",)):
            watch.drawn_in_theme()
            found += [f"{task}: {line}" for line in list_grave(watch.page, *rules)]
            watch.switch_theme()
    assert {"network", "class_probabilities", "predicted_text", "activation_text"} <= seen
    assert not found, "\n".join(found)


def test_axe_finds_nothing_serious_in_compare(visit: Visit, site: Site) -> None:
    compare = open_compare(visit, site, "text=not+a+good+film")
    compare.drawn()
    compare.open_settings()
    for summary in compare.page.locator("#networks summary").all():
        summary.click()
    found = list_grave(compare.page)
    compare.switch_theme()
    compare.page.get_by_test_id("language").click()
    expect(compare.page.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(compare.page.locator("html")).to_have_attribute("data-theme", "dark")
    compare.drawn()
    found += list_grave(compare.page, "color-contrast", "html-has-lang", "valid-lang")
    assert not found, "\n".join(found)
