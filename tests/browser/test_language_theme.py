"""English and Brazilian Portuguese, light and dark: by the browser and by a switch."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import Visit
from .watch import Watch

# Every sentence of the page's own, by the place it stands in. Words of the sentence that is read,
# names (LSTM, GateScope) and numbers are the same in every language.
SENTENCES = """() => {
  const own = {};
  const take = (name, text) => { if (text && text.trim()) own[name] = text.trim(); };
  for (const kind of ['.shows', '.look', 'h2', '.card .hidden', '.caption', '.says', '.facts dt',
    'details.table summary', '.facts a', '[data-say]', '#examples button']) {
    document.querySelectorAll(kind).forEach((e, k) => take(`${kind} ${k}`, e.textContent));
  }
  for (const name of ['aria-label', 'title', 'placeholder']) {
    document.querySelectorAll(`[${name}]`).forEach((e, k) =>
      take(`${name} ${k}`, e.getAttribute(name)));
  }
  return own;
}"""
# The examples are named by the English words in them; libraries have one name.
SAME = {"good, not bad", "bad, not good", "PyTorch", "Keras"}


def sentences(watch: Watch) -> dict[str, str]:
    expect(watch.view("turning_point").locator(".bars li").first).to_be_visible()
    expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
    found: dict[str, str] = watch.page.evaluate(SENTENCES)
    return found


def background(page: Page) -> str:
    found: str = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return found


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("pt-BR", "pt-BR"), ("pt-PT", "pt-BR"), ("de-DE", "en")],
)
def test_the_browser_chooses_the_language(visit: Visit, locale: str, language: str) -> None:
    watch = visit(locale=locale)
    expect(watch.page.locator("html")).to_have_attribute("lang", language)
    for element in watch.page.locator("[data-say]").all():
        key = element.get_attribute("data-say")
        assert key
        expect(element).to_have_text(watch.say(key, language))


def test_the_switch_changes_every_text_and_back(watch: Watch) -> None:
    english = sentences(watch)
    switch = watch.page.get_by_test_id("language")
    switch.click()
    expect(watch.page.locator("html")).to_have_attribute("lang", "pt-BR")
    title = watch.view("unit_activations").locator("h2")
    expect(title).to_have_text("Uma unidade no tempo")
    portuguese = sentences(watch)
    assert portuguese.keys() == english.keys()
    stayed = {english[place] for place in english if english[place] == portuguese[place]}
    assert stayed <= SAME, stayed
    numbers = watch.view("equations").locator(".value b").first
    expect(numbers).to_contain_text(",")
    switch.click()
    expect(watch.page.locator("html")).to_have_attribute("lang", "en")
    expect(title).to_have_text("One unit through time")
    expect(numbers).to_contain_text(".")
    assert sentences(watch) == english


def test_the_switched_page_is_the_page_the_browser_would_have_got(
    watch: Watch, visit: Visit
) -> None:
    watch.page.get_by_test_id("language").click()
    expect(watch.view("unit_activations").locator("h2")).to_have_text("Uma unidade no tempo")
    assert sentences(watch) == sentences(visit(locale="pt-BR"))


def test_the_open_sheets_change_their_language_too(watch: Watch) -> None:
    watch.view("equations").locator("button.force").first.click()
    expect(watch.whatif.locator("h2")).to_contain_text("What if")
    watch.page.get_by_test_id("language").click()
    expect(watch.whatif).to_contain_text(watch.say("whatif.shut", "pt-BR"))
    expect(watch.whatif.locator("h2")).to_contain_text("porta de entrada")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browser_chooses_the_theme_and_the_switch_changes_it(visit: Visit, scheme: str) -> None:
    watch = visit(color_scheme=scheme)
    html = watch.page.locator("html")
    expect(html).to_have_attribute("data-theme", scheme)
    other = {"light": "dark", "dark": "light"}[scheme]
    first = background(watch.page)
    ink = "() => getComputedStyle(document.querySelector('.view-network .letters > span')).color"
    drawn = watch.page.evaluate(ink)
    watch.page.get_by_test_id("theme").click()
    expect(html).to_have_attribute("data-theme", other)
    assert background(watch.page) != first
    watch.page.wait_for_function(f"(drawn) => ({ink})() !== drawn", arg=drawn)
    watch.page.wait_for_function("() => location.hash.includes('theme=')")
    watch.page.reload()
    watch.settled()
    expect(html).to_have_attribute("data-theme", other)
    assert background(watch.page) != first
