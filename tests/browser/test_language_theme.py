"""English and Brazilian Portuguese, light and dark: by the browser and by a switch."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .conftest import Scheme, Visit
from .watch import Watch, checking

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
    watch.drawn()
    found: dict[str, str] = watch.page.evaluate(SENTENCES)
    return found


def background(page: Page) -> str:
    found: str = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return found


def test_the_switch_changes_every_text_and_back(watch: Watch) -> None:
    english = sentences(watch)
    switch = watch.page.get_by_test_id("language")
    title = watch.view("unit_activations").locator("h2")
    numbers = watch.view("equations").locator(".value b").first
    with checking("every sentence is another one in Portuguese"):
        switch.click()
        expect(watch.page.locator("html")).to_have_attribute("lang", "pt-BR")
        expect(title).to_have_text("Uma unidade no tempo")
        expect(numbers).to_contain_text(",")
        portuguese = sentences(watch)
        assert portuguese.keys() == english.keys()
        stayed = {english[place] for place in english if english[place] == portuguese[place]}
        assert stayed <= SAME
    with checking("and the same again in English"):
        switch.click()
        expect(watch.page.locator("html")).to_have_attribute("lang", "en")
        expect(title).to_have_text("One unit through time")
        expect(numbers).to_contain_text(".")
        assert sentences(watch) == english
    with checking("the open what-if changes its language too"):
        watch.view("equations").locator("button.force").first.click()
        expect(watch.whatif.locator("h2")).to_contain_text("What if")
        switch.click()
        expect(watch.whatif).to_contain_text(watch.say("whatif.shut", "pt-BR"))
        expect(watch.whatif.locator("h2")).to_contain_text("porta de entrada")
        watch.page.keyboard.press("Escape")
    with checking("the switched page is the one that a Brazilian's browser gets"):
        watch.go("lang=pt-BR")
        watch.page.reload()
        assert sentences(watch) == portuguese


def test_the_browser_chooses_the_language(visit: Visit) -> None:
    """Which one, for every wish, is the server's choice: tests/test_i18n.py and test_page.py."""
    watch = visit(locale="pt-BR")
    expect(watch.page.locator("html")).to_have_attribute("lang", "pt-BR")
    wrong = watch.page.evaluate(
        """(language) => {
          const {catalogues} = JSON.parse(document.getElementById('data').textContent);
          return [...document.querySelectorAll('[data-say]')]
            .filter((e) => e.textContent !== catalogues[language][e.dataset.say])
            .map((e) => e.dataset.say);
        }""",
        "pt-BR",
    )
    assert wrong == []


def test_the_browser_chooses_the_theme_and_the_switch_changes_it(visit: Visit) -> None:
    watch = visit(wait=False)
    html = watch.page.locator("html")
    ink = "() => getComputedStyle(document.querySelector('.view-network .letters > span')).color"
    turns: list[tuple[Scheme, Scheme]] = [("dark", "light"), ("light", "dark")]
    for scheme, other in turns:
        with checking(f"a browser that is set to {scheme}, and the switch to {other}"):
            watch.page.emulate_media(color_scheme=scheme)
            watch.page.evaluate("() => history.replaceState(null, '', '/')")
            watch.page.reload()
            watch.settled()
            expect(html).to_have_attribute("data-theme", scheme)
            first, drawn = background(watch.page), watch.page.evaluate(ink)
            watch.page.get_by_test_id("theme").click()
            expect(html).to_have_attribute("data-theme", other)
            assert background(watch.page) != first
            watch.page.wait_for_function(f"(drawn) => ({ink})() !== drawn", arg=drawn)
    with checking(f"the choice of {other} stays after a reload"):
        watch.page.wait_for_function("() => location.hash.includes('theme=')")
        watch.page.reload()
        watch.settled()
        expect(html).to_have_attribute("data-theme", other)
        assert background(watch.page) != first
