"""English and Brazilian Portuguese, light and dark: by the browser and by a switch."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from .conftest import Scheme, Visit
from .site import Site
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
SAME = {"good, not bad", "bad, not good", "PyTorch", "Keras", "Slide"}


def sentences(watch: Watch) -> dict[str, str]:
    watch.drawn()
    found: dict[str, str] = watch.page.evaluate(SENTENCES)
    return found


def background(page: Page) -> str:
    found: str = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return found


OWN = "I hoped to like this film, but it was a terrible bore."  # no example: it stays


def test_the_switch_changes_every_text_and_back(watch: Watch) -> None:
    watch.write(OWN)
    watch.settled(steps=len(watch.site.trace(OWN)["tokens"]))
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
        watch.go(urlencode({"lang": "pt-BR", "task": "sentiment", "text": OWN}))
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


def test_the_sentence_speaks_the_readers_language(visit: Visit, site: Site) -> None:
    told = site.get("api/catalog")["tasks"]
    tasks = {one["id"]: one for one in told if one["input"] == "text"}
    language = {
        one["text"]: (one["language"], one["look"]["pt-BR"])
        for task in tasks.values()
        for one in task["examples"]
    }
    watch = visit(locale="pt-BR")
    chosen, about = watch.page.get_by_test_id("task"), watch.page.get_by_test_id("about")
    with checking("a Brazilian's browser opens a task and a sentence in Portuguese"):
        assert "pt" in tasks[chosen.input_value()]["language"]
        spoken, look = language[watch.sentence.input_value()]
        assert spoken == "pt"
    with checking("what the task is, and what to look for, stand in the open"):
        expect(about).to_contain_text(tasks[chosen.input_value()]["about"]["pt-BR"])
        expect(about).to_contain_text(look)
    with checking("every task that reads Portuguese is opened on a Portuguese sentence"):
        for task in tasks.values():
            watch.choose_task(task["id"])
            spoken, _ = language[watch.sentence.input_value()]
            assert spoken == ("pt" if "pt" in task["language"] else task["language"]), task["id"]
    with checking("the page's language takes an example along"):
        watch.choose_task("sentiment-pt")
        watch.page.get_by_test_id("language").click()
        expect(chosen).to_have_value("sentiment")
        watch.settled(model="sentiment-lstm")
        assert language[watch.sentence.input_value()][0] == "en"
    with checking("but not what a person wrote"):
        watch.read(OWN)
        watch.page.get_by_test_id("language").click()
        expect(watch.page.locator("html")).to_have_attribute("lang", "pt-BR")
        expect(watch.sentence).to_have_value(OWN)
        expect(chosen).to_have_value("sentiment")
        expect(about.locator(".look")).to_have_count(0)
    with checking("a sentence of which no word is known: one click reads it with who knows it"):
        foreign = "Detestei este livro"
        watch.write(foreign)
        watch.page.get_by_test_id("reader").click()
        watch.settled(model="sentiment-pt-lstm")
        expect(watch.sentence).to_have_value(foreign)
        expect(chosen).to_have_value("sentiment-pt")
        expect(watch.page.get_by_test_id("reader")).to_be_hidden()


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
