"""The whole state lives in the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from .conftest import Troubles, Visit
from .site import Site
from .watch import Watch

READ = """() => {
  const text = (selector) => document.querySelector(selector)?.innerText;
  const network = document.querySelector('[data-testid=network]');
  const {model, steps, step, weights, direction} = network.dataset;
  return {
    model, steps, step, weights, direction,
    sentence: document.getElementById('sentence').value,
    language: document.documentElement.lang, theme: document.documentElement.dataset.theme,
    speed: document.getElementById('speed').value,
    equations: text('.view-equations'), unit: text('.view-unit_activations .shows'),
    where: text('#where'), network: text('.view-network .shows'), facts: text('#facts'),
    labels: [...document.querySelectorAll('.view-network .letters > span')]
      .map((e) => e.textContent),
  };
}"""


def read_page(watch: Watch) -> dict[str, Any]:
    # The step panel is the last to be drawn.
    expect(watch.view("equations").locator(".row").first).to_be_visible()
    expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
    found: dict[str, Any] = watch.page.evaluate(READ)
    return found


def test_a_link_reproduces_the_view_for_someone_else(watch: Watch, visit: Visit) -> None:
    page = watch.page
    page.get_by_test_id("model-gru").click()
    text = "Not bad: 100 % “good”, né? & more #1"
    watch.read(text, "gru")
    page.get_by_test_id("weights-fresh").click()
    watch.settled(weights="fresh")
    page.get_by_test_id("direction-backward").click()
    page.locator("#speed").select_option("8")
    page.get_by_test_id("theme").click()
    page.get_by_test_id("language").click()
    watch.overlay("signal_heatmaps").click(position=watch.spot("signal_heatmaps", 2, 0.3, 2))
    page.get_by_text(watch.say("whatif.open", "pt-BR"), exact=True).click()
    expect(watch.whatif.locator(".forced-list li")).to_have_count(1)
    page.keyboard.press("Escape")
    page.mouse.move(2, 2)
    watch.settled(step=2, direction="backward")
    expect(watch.view("equations").locator(".forced")).to_have_count(1)
    page.wait_for_function("() => location.hash.includes('force=')")
    fragment = page.url.split("#")[1]
    given = parse_qs(fragment)
    assert given["text"] == [text]
    assert given["model"] == ["sentiment-gru"]
    assert given["step"] == ["2"]
    assert given["direction"] == ["backward"]
    assert given["lang"] == ["pt-BR"]
    assert given["theme"] == ["dark"]
    assert given["weights"] == ["fresh"]
    assert "unit" in given
    mine = read_page(watch)
    other = visit(fragment)
    other.settled(step=2, direction="backward")
    expect(other.view("equations").locator(".forced")).to_have_count(1)
    assert read_page(other) == mine
    other.page.reload()
    other.settled(step=2, direction="backward")
    expect(other.view("equations").locator(".forced")).to_have_count(1)
    assert read_page(other) == mine


def test_the_address_follows_a_change_by_hand(watch: Watch, site: Site) -> None:
    watch.page.evaluate("() => { location.hash = 'model=sentiment-gru&text=a+bad+film&step=1'; }")
    watch.agrees(site.trace("a bad film", "gru"))
    watch.settled(step=1)
    expect(watch.sentence).to_have_value("a bad film")


def test_a_link_keeps_its_language_and_theme_against_the_browsers(visit: Visit) -> None:
    """Someone who chose English and light sends a link to a Brazilian with a dark screen."""
    sender = visit(locale="pt-BR", color_scheme="dark")
    sender.page.get_by_test_id("language").click()
    sender.page.get_by_test_id("theme").click()
    html = sender.page.locator("html")
    expect(html).to_have_attribute("lang", "en")
    expect(html).to_have_attribute("data-theme", "light")
    sender.seek(3)
    sender.page.wait_for_function("() => location.hash.includes('step=3')")
    reader = visit(sender.page.url.split("#")[1], locale="pt-BR", color_scheme="dark")
    reader.settled(step=3)
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    expect(reader.page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_address_is_never_sent_to_the_server(visit: Visit) -> None:
    watch = visit("text=a+private+thought", wait=False)
    asked: list[str] = []
    watch.page.on("request", lambda request: asked.append(request.url))
    watch.settled(steps=3)
    watch.page.reload()
    watch.settled(steps=3)
    assert not [url for url in asked if "private" in url.split("#")[0]]


NONSENSE = {
    "names": ["model=nothing", "task=nothing", "target=nothing", "lang=__proto__"],
    "choices": ["theme=purple&lang=xx&weights=maybe&direction=up"],
    "step": ["step=-5", "step=99999", "step=1.5", "step=abc"],
    "unit": ["unit=9999", "unit=-1", "unit=1.5"],
    "seed": ["seed=-1", "seed=1.5&weights=fresh", "seed=99999999999999999999&weights=fresh"],
    "speed": ["speed=0", "speed=-3", "speed=1e9"],
    "force": [
        "force=abc:1:2:3",
        "force=::::&force=x&force=layers.0.f:NaN::",
        "force=layers.0.f:1e999::",
        "force=layers.0.f:0:999:&force=layers.0.f:0::999",
    ],
    "broken": ["%E0%A4%A&&==&text", "#" * 50],
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_in_the_address_is_harmless(
    visit: Visit, site: Site, troubles: Troubles, kind: str
) -> None:
    troubles.allow("the server responded with a status of 422")
    watch = visit()
    for fragment in NONSENSE[kind]:
        watch.page.goto("about:blank")
        watch.page.goto(f"{site.address}#{fragment}")
        watch.settled(model="sentiment-lstm")
        expect(watch.sentence).to_have_value(site.example())
        expect(watch.notice).to_have_text("")
        expect(watch.view("equations").locator(".row")).to_have_count(6)
        said = read_page(watch)
        assert said["language"] == "en", fragment
        assert said["theme"] == "light", fragment
        for bad in ("∞", "undefined", "NaN", "null"):
            assert bad not in said["equations"] + said["unit"] + said["where"], fragment
        steps = int(said["steps"])
        assert said["step"] in {str(k) for k in range(steps)}, fragment
        watch.page.locator("#first").click()
        watch.settled(step=0)
        if kind == "speed":  # it plays at a speed that the list offers
            offered = watch.page.locator("#speed option").evaluate_all(
                "(options) => options.map((one) => one.value)"
            )
            assert said["speed"] in offered, fragment
            watch.record_steps()
            watch.play.click()
            watch.passes(1)
            assert watch.recorded()[0] == 1


def test_many_forced_signals_in_a_link_are_harmless(visit: Visit, troubles: Troubles) -> None:
    troubles.allow("the server responded with a status of 422")
    entries = "&".join(f"force=layers.0.f:0:0:{unit}" for unit in range(70))
    watch = visit(f"text=a+good+film&{entries}", wait=False)
    expect(watch.sentence).to_have_value("a good film")
    watch.settled(steps=3)
