"""How long a person waits at the page. Printed, never asserted as times."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import open_browser

SENTENCE = (
    "this is a terrible film and we saw it on a sunday afternoon with my brother and two of his "
    "friends in the small cinema near the station and then we walked home along the river and "
    "talked about the week to come about work and about what to cook and how to spend the long "
    "evening that was left"
)
WORDS = len(SENTENCE.split())
KEYS = 25
OPENED = 5

# Both listeners read the same clock: the event's own time, and the moment the attributes that
# follow the painting are set.
WATCH_KEYS = """() => {
  globalThis.waits = [];
  let [pressed, wanted] = [0, 0];
  const network = document.querySelector('[data-testid=network]');
  addEventListener('keydown', (event) => {
    pressed = event.timeStamp;
    wanted = Number(network.dataset.steps) + (event.key === 'Backspace' ? -1 : 1);
  }, true);
  new MutationObserver(() => {
    if (!pressed || Number(network.dataset.steps) !== wanted) return;
    waits.push(performance.now() - pressed);
    pressed = 0;
  }).observe(network, {attributeFilter: ['data-steps']});
}"""
WATCH_FRAMES = """() => new Promise((done) => {
  const play = document.getElementById('play');
  const times = [];
  const next = (now) => {
    times.push(now);
    if (play.getAttribute('aria-pressed') === 'true') requestAnimationFrame(next);
    else done(times);
  };
  play.click();
  requestAnimationFrame(next);
})"""
WATCH_OPENING = """new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-testid=network][data-steps]')) return;
  globalThis.opened = performance.now();
  observer.disconnect();
}).observe(document, {subtree: true, attributes: true, attributeFilter: ['data-steps']});"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


def visit(browser: Browser, address: str, fragment: str = "") -> Page:
    page = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-US", reduced_motion="no-preference"
    ).new_page()
    page.add_init_script(WATCH_OPENING)
    page.goto(f"{address}#{fragment}")
    page.wait_for_function("() => globalThis.opened", timeout=20_000)
    page.wait_for_selector(".view-held_gates .picks button")  # the slower questions too
    return page


@pytest.mark.benchmark
def test_how_long_a_person_waits_at_the_page(
    browser: Browser, live_server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    openings = []
    for _ in range(OPENED):
        page = visit(browser, live_server)
        openings.append(page.evaluate("() => globalThis.opened"))
        page.context.close()

    page = visit(browser, live_server, f"text={SENTENCE.replace(' ', '+')}&speed=8")
    assert page.get_by_test_id("network").get_attribute("data-steps") == str(WORDS)
    waits = time_keys(page)
    frames = page.evaluate(WATCH_FRAMES)
    page.context.close()

    gaps = sorted(b - a for a, b in pairwise(frames))
    seconds = (frames[-1] - frames[0]) / 1000
    lines = [
        ("page open -> first picture, median of 5", f"{median(openings):.0f} ms", "-"),
        (f"key -> painted, {WORDS} words, median", f"{median(waits):.0f} ms", "60 ms"),
        (f"key -> painted, {WORDS} words, 95 %", f"{at(waits, 0.95):.0f} ms", "120 ms"),
        (f"frames while playing {WORDS} columns", f"{len(gaps) / seconds:.0f} /s", "30 /s"),
        ("one frame, 95 %", f"{at(gaps, 0.95):.0f} ms", "-"),
        ("one frame, longest", f"{gaps[-1]:.0f} ms", "-"),
    ]
    with capsys.disabled():
        print(f"\n\n{'at the page':<44}{'measured':>10}{'budget':>10}")
        for name, measured, budget in lines:
            print(f"{name:<44}{measured:>10}{budget:>10}")
    assert len(waits) == KEYS
    assert len(frames) > WORDS


def time_keys(page: Page) -> list[float]:
    """Add a mark, take it away, and so on: every key changes the number of columns."""
    page.get_by_test_id("sentence").focus()
    page.keyboard.press("Control+End")
    page.evaluate(WATCH_KEYS)
    for k in range(KEYS):
        page.keyboard.press("Backspace" if k % 2 else "!")
        page.wait_for_function("(count) => globalThis.waits.length === count", arg=k + 1)
        page.wait_for_timeout(120)  # as a person who types
    found: list[float] = page.evaluate("() => globalThis.waits")
    return found


def at(values: list[float], share: float) -> float:
    """The value that this share of all stays below."""
    return sorted(values)[min(len(values) - 1, round(share * len(values)))]
