"""Nothing overlaps, nothing is cut off: from a telephone to a projector."""

from __future__ import annotations

from itertools import combinations

import pytest
from playwright.sync_api import FloatRect, expect

from .conftest import Visit
from .watch import Watch, overlap

# 640 is a laptop whose reader doubled the letters (WCAG 1.4.4).
HEIGHTS = {1920: 1080, 1440: 900, 900: 1000, 640: 450, 360: 740}
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


@pytest.mark.parametrize(
    ("width", "language"),
    [
        *[(width, language) for width in (1440, 900, 360) for language in ("en", "pt-BR")],
        (1920, "pt-BR"),
        (640, "pt-BR"),
    ],
)
def test_everything_fits(visit: Visit, width: int, language: str) -> None:
    watch = visit(viewport={"width": width, "height": HEIGHTS[width]}, locale=language)
    expect(watch.view("turning_point").locator(".bars li").first).to_be_visible()
    expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
    found = look_over(watch, "light")
    for cell in ("gru", "lstm"):
        watch.page.get_by_test_id(f"model-{cell}").click()
        watch.settled(model=f"sentiment-{cell}")
    watch.page.get_by_test_id("theme").click()
    expect(watch.page.locator("html")).to_have_attribute("data-theme", "dark")
    found += look_over(watch, "dark")
    watch.view("equations").locator("button.force").first.click()
    watch.whatif.locator(".quick button").first.click()
    expect(watch.whatif.locator(".forced-list li")).to_have_count(1)
    found += look_over(watch, "what if")
    box = watch.whatif.bounding_box()
    assert box
    if box["x"] < 0 or box["y"] < 0 or box["x"] + box["width"] > width:
        found.append(f"the what-if leaves the screen: {box}")
    watch.page.keyboard.press("Escape")
    watch.page.locator("#help").click()
    found += look_over(watch, "keys")
    watch.page.keyboard.press("Escape")
    watch.page.locator("#export summary").click()
    found += look_over(watch, "export")
    assert not found, "\n".join(dict.fromkeys(found))


def test_a_figure_follows_the_window(watch: Watch) -> None:
    for width in (700, 1280, 400):
        watch.page.set_viewport_size({"width": width, "height": 900})
        watch.page.wait_for_function(
            """() => [...document.querySelectorAll('.card .chart')].every((chart) =>
              Math.abs(parseFloat(chart.dataset.drawn) - chart.closest('.body').clientWidth) < 2)"""
        )
        assert watch.page.evaluate(
            "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )


def test_a_telephone_steps_by_touch(visit: Visit) -> None:
    watch = visit(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="pt-BR"
    )
    watch.page.locator("#first").tap()
    watch.settled(step=0)
    watch.page.get_by_test_id("next").tap()
    watch.settled(step=1)
    place = watch.strip(3, 1, 6)
    watch.overlay("network").tap(position=place)
    watch.settled(step=3)
    expect(watch.whatif).to_be_visible()


def test_a_long_word_does_not_push_anything_out(visit: Visit) -> None:
    watch = visit(viewport={"width": 360, "height": 740})
    watch.read("supercalifragilisticexpialidocious" + " good" * 5)
    watch.seek(0)
    assert look_over(watch, "a long word") == []
