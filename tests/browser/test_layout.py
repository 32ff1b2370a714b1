"""Nothing overlaps, nothing is cut off: from a telephone to a projector, in every task."""

from __future__ import annotations

from itertools import combinations
from urllib.parse import urlencode

from gatescope.registry import find_models
from playwright.sync_api import FloatRect, expect

from .conftest import Visit
from .site import Site
from .watch import Watch, checking, overlap

# 640 is a laptop whose reader doubled the letters (WCAG 1.4.4).
HEIGHTS = {1920: 1080, 1440: 900, 900: 1000, 640: 450, 360: 740}
MAIN = (1440, 900, 360)
LOOKS = (("pt-BR", "light"), ("en", "dark"))
ROWS = [name for name in find_models() if name.endswith(("-stacked", "-bidirectional"))]
LONG = "Supercalifragilisticexpialidocious"
GROUPS = [
    ".bar .tools > *",
    ".bar > *",
    ".composer > *",
    ".transport .buttons > *",
    ".transport > *",
]
CUT = """() => {
  const found = [];
  const kinds = 'button, summary, select, .segments span, h1, h2, .where, .pill, label, kbd, th';
  for (const e of document.querySelectorAll(kinds)) {
    const box = e.getBoundingClientRect();
    if (!e.checkVisibility({visibilityProperty: true}) || box.width <= 1) continue;
    if (e.closest('.hidden, .skip, .scroll')) continue; // a table may be wide in its own box
    const text = e.textContent.trim().slice(0, 30);
    const tell = (what) => found.push(`${e.tagName}#${e.id || e.className} “${text}” ${what}`);
    const {scrollWidth, clientWidth, scrollHeight, clientHeight} = e;
    const cut = getComputedStyle(e).textOverflow !== 'ellipsis' && clientWidth;
    if (cut && scrollWidth > clientWidth + 1) tell(`${scrollWidth} wide in ${clientWidth}`);
    if (clientHeight && scrollHeight > clientHeight + 2) {
      tell(`${scrollHeight} high in ${clientHeight}`);
    }
    for (let up = e.parentElement; up; up = up.parentElement) {
      if (!['hidden', 'clip'].includes(getComputedStyle(up).overflowX)) continue;
      const around = up.getBoundingClientRect();
      if (box.left < around.left - 1 || box.right > around.right + 1) {
        tell(`is cut off by ${up.tagName}#${up.id}.${up.className}`);
      }
    }
    if (box.right > innerWidth + 1 || box.left < -1) tell('leaves the screen');
  }
  return found;
}"""
WORDS = """() => [...document.querySelectorAll('.chart')].flatMap((chart) => {
  const around = chart.getBoundingClientRect();
  return [...chart.querySelectorAll('.plot svg text, .letters > span')]
    .filter((e) => e.textContent.trim())
    .map((e) => [e.textContent, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.left < around.left - 1 || box.right > around.right + 1
      || box.top < around.top - 1 || box.bottom > around.bottom + 1))
    .map(([text]) => `“${text}” leaves the figure ${chart.closest('.card').className}`);
})"""


def look_over(watch: Watch, where: str) -> list[str]:
    page = watch.page
    found = []
    wide, room = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    if wide > room:
        found.append(f"the page is {wide} px wide in {room} px")
    for group in GROUPS:
        # All at one moment: the page may be scrolling.
        boxes: list[tuple[str, FloatRect]] = page.locator(group).evaluate_all(
            """(all) => all.filter((e) => e.checkVisibility()).map((e) => {
              const {x, y, width, height} = e.getBoundingClientRect();
              return [e.id || e.className || e.tagName, {x, y, width, height}];
            }).filter(([, box]) => box.width)"""
        )
        found += [
            f"{a} and {b} overlap" for (a, x), (b, y) in combinations(boxes, 2) if overlap(x, y)
        ]
    found += page.evaluate(CUT)
    found += page.evaluate(WORDS)
    return [f"{where}: {one}" for one in found]


def switch_language(watch: Watch, language: str) -> None:
    watch.page.get_by_test_id("language").click()
    expect(watch.page.locator("html")).to_have_attribute("lang", language)


def resize(watch: Watch, width: int, height: int) -> None:
    """Give the window another size, and wait until every figure is as wide as its card."""
    watch.page.set_viewport_size({"width": width, "height": height})
    watch.page.wait_for_function(
        """() => [...document.querySelectorAll('.card .chart')].every((chart) =>
          !chart.checkVisibility() || Math.abs(
            parseFloat(chart.dataset.drawn) - chart.closest('.body').clientWidth) < 2)"""
    )


def test_everything_fits(visit: Visit) -> None:
    """One page, in one window after the other: what was drawn for another is drawn anew."""
    watch = visit(size=(1920, 1080), locale="pt-BR")
    example = watch.sentence.input_value()
    for width, height in HEIGHTS.items():
        with checking(f"{width} pixels"):
            watch.go(urlencode({"text": example}))
            resize(watch, width, height)
            found = [f"{width}: {one}" for one in look_at_every_state(watch, width)]
            assert not found, "\n".join(dict.fromkeys(found))


def look_at_every_state(watch: Watch, width: int) -> list[str]:
    html = watch.page.locator("html")
    found = []
    for language, theme in LOOKS if width in MAIN else LOOKS[:1]:
        watch.go(f"lang={language}&theme={theme}&model=sentiment-lstm")
        expect(html).to_have_attribute("lang", language)
        watch.settled(model="sentiment-lstm")
        watch.drawn()
        found += look_over(watch, f"{language}, {theme}")
        watch.choose_model("gru")
        watch.settled(model="sentiment-gru")
        watch.page.get_by_test_id("theme").click()
        other = {"light": "dark", "dark": "light"}[theme]
        expect(html).to_have_attribute("data-theme", other)
        found += look_over(watch, f"{language}, the GRU, {other}")
        watch.view("equations").locator("button.force").first.click()
        watch.whatif.locator(".quick button").first.click()
        expect(watch.whatif.locator(".forced-list li")).to_have_count(1)
        found += look_over(watch, f"{language}, what if")
        box = watch.whatif.bounding_box()
        assert box
        if box["x"] < 0 or box["y"] < 0 or box["x"] + box["width"] > width:
            found.append(f"{language}: the what-if leaves the screen: {box}")
        watch.whatif.locator("#clear").click()
        watch.page.keyboard.press("Escape")
        watch.page.locator("#help").click()
        expect(watch.keys).to_be_visible()
        found += look_over(watch, f"{language}, keys")
        watch.page.keyboard.press("Escape")
        watch.page.locator("#export summary").click()
        found += look_over(watch, f"{language}, export")
        watch.page.keyboard.press("Escape")
    if width in MAIN:
        for text in (f"{LONG.lower()}{' good' * 5}", "good"):
            watch.go(urlencode({"text": text, "step": 0}))
            watch.settled(steps=len(text.split()), step=0)
            found += look_over(watch, text)
    return found


def test_two_sentences_and_several_rows_fit(visit: Visit) -> None:
    address = {
        "task": "sentiment-pt",
        "text": "Um acidente pode ocorrer a qualquer momento.",
        "beside": f"{LONG} ocorrer um acidente a qualquer momento zzyzx.",
    }
    watch = visit(urlencode(address), size=(MAIN[0], 800), locale="pt-BR")
    for width in MAIN:
        with checking(f"{width} pixels"):
            watch.go(urlencode({**address, "lang": "pt-BR", "theme": "light"}))
            expect(watch.page.locator("html")).to_have_attribute("lang", "pt-BR")
            resize(watch, width, 800)
            found = [*look_at_both(watch, address["beside"]), *look_at_rows(watch)]
            assert not found, "\n".join(dict.fromkeys(found))


def look_at_both(watch: Watch, beside: str) -> list[str]:
    """Two sentences, in both languages."""
    found = []
    for language in ("pt-BR", "en"):
        if language == "en":
            switch_language(watch, "en")
        expect(watch.view("text_comparison").locator("canvas").first).to_be_visible()
        for choice in ("align-word", "only-f", "align-position"):
            watch.page.get_by_test_id(choice).click()
            expect(watch.page.get_by_test_id(choice)).to_have_attribute("aria-pressed", "true")
            watch.frames(3)
            found += look_over(watch, f"{language}, {choice}")
        watch.page.get_by_test_id("beside").fill("")
        expect(watch.page.locator("#partners button").first).to_be_visible()
        found += look_over(watch, f"{language}, suggestions")
        watch.page.get_by_test_id("beside").fill(beside)
    return found


def look_at_rows(watch: Watch) -> list[str]:
    """Networks of several rows, either way through them, each way in a language and a theme."""
    found = []
    text = "Você não está lá"
    looks = (
        {"direction": "backward", "lang": "en", "theme": "light"},
        {"direction": "forward", "lang": "pt-BR", "theme": "dark"},
    )
    assert ROWS
    for model in ROWS:
        for look in looks:
            watch.go(urlencode({"model": model, "text": text, **look}))
            watch.settled(model=model, steps=len(text), direction=look["direction"])
            expect(watch.page.locator("html")).to_have_attribute("data-theme", look["theme"])
            expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
            found += look_over(watch, f"{model} {look}")
    return found


def test_every_task_fits_on_a_telephone(visit: Visit, site: Site) -> None:
    watch = visit(size=(360, 740), locale="pt-BR")
    found = []
    for task in reversed(site.tasks()):
        watch.choose_task(task)
        expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
        found += look_over(watch, task)
    assert not found, "\n".join(dict.fromkeys(found))


def test_the_first_screen_is_the_picture(visit: Visit) -> None:
    """Play is there, and a good part of the figure that it moves, above the bar that holds it."""
    for room in ("", "compare"):
        watch = visit(room=room, wait=False, locale="pt-BR")
        watch.page.wait_for_selector("#top .card[data-steps]")
        for width, height in ((1440, 900), (1280, 720), (900, 900), (360, 740)):
            for language in ("pt-BR", "en"):
                with checking(f"{room or 'watch'}, {width} x {height}, {language}"):
                    watch.go(urlencode({"lang": language}))
                    expect(watch.page.locator("html")).to_have_attribute("lang", language)
                    resize(watch, width, height)
                    place = watch.page.evaluate(PLACES)
                    assert place["page"] == 0
                    assert place["play"] < height
                    assert place["bar"] - place["figure"] > height / 5
                    if room and width > 1000:
                        assert place["controls"] <= 195


def test_the_whole_picture_stands_above_the_transport(visit: Visit) -> None:
    """Its height is what the window has left, also below a bar that says what is forced."""
    watch = visit(urlencode({"text": "a truly bad film", "force": "layers.0.f:0:2:"}))
    for width, height in ((1440, 900), (1280, 720), (900, 900), (360, 740)):
        for level in ("memory", "cell"):
            if width == 360:  # what is forced takes three lines there
                watch.go(urlencode({"text": "a truly bad film"}))
                expect(watch.page.get_by_test_id("forced")).to_be_hidden()
            with checking(f"{level}, {width} x {height}"):
                resize(watch, width, height)
                watch.look(level)
                kind = "diagram" if level == "cell" else "chart"
                shown = watch.page.locator(f"#top .figure:not(.leaving) .{kind}")
                expect(shown).to_be_visible()
                watch.page.wait_for_function(
                    f"() => {{ const {{foot, bar}} = ({PLACES})(); return foot <= bar; }}",
                    timeout=15_000,
                )
    with checking("a higher window has a higher picture"):
        watch.look("memory")
        for width, height in ((1440, 900), (1440, 1000)):
            resize(watch, width, height)
            watch.page.wait_for_function(
                """(least) => {
                  const chart = document.querySelector('#top .figure:not(.leaving) .chart');
                  const room = document.querySelector('.transport').getBoundingClientRect().top
                    - chart.getBoundingClientRect().top;
                  return chart.offsetHeight > least && chart.offsetHeight <= room; }""",
                arg=(height - 900) / 2 + 420,
            )


PLACES = """() => {
  scrollTo(0, 0);
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  return {page: scrollY, play: box('#play').bottom, bar: box('.transport').top,
    figure: box('#top .card .body').top,
    foot: box('#top .figure:not(.leaving) :is(.chart, .diagram)').bottom,
    controls: box('#top').top - box('header.bar').bottom};
}"""


def test_a_figure_follows_the_window(watch: Watch) -> None:
    for width in (700, 1280, 400):
        with checking(f"at {width} pixels every figure is as wide as its card"):
            resize(watch, width, 900)
            assert watch.page.evaluate(
                "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )


def test_a_telephone_steps_by_touch(visit: Visit) -> None:
    watch = visit(size=(360, 740), touch=True, locale="pt-BR")
    with checking("the buttons"):
        watch.page.locator("#first").tap()
        watch.settled(step=0)
        watch.page.get_by_test_id("next").tap()
        watch.settled(step=1)
    with checking("a gate in the picture"):
        watch.look("strips")
        watch.overlay("network").tap(position=watch.strip(3, 1, 6))
        watch.settled(step=3)
        expect(watch.whatif).to_be_visible()
