"""The whole state lives in the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from playwright.sync_api import expect

from .compare import Compare
from .conftest import Troubles, Visit
from .site import Site
from .watch import Watch, checking

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


def test_a_link_reproduces_the_view_for_someone_else(
    watch: Watch, visit: Visit, site: Site
) -> None:
    page = watch.page
    text = "Not bad: 100 % “good”, né? & more #1"
    with checking("the address carries everything that was chosen"):
        watch.choose_model("gru")
        watch.read(text, "gru")
        page.get_by_test_id("weights-fresh").click()
        watch.settled(weights="fresh")
        page.get_by_test_id("direction-backward").click()
        page.locator("#speed").select_option("8")
        page.get_by_test_id("theme").click()
        page.get_by_test_id("language").click()
        watch.settled(direction="backward")
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
        assert "force" in given
    mine = read_page(watch)
    with checking("someone else, whose browser speaks another language, sees the same"):
        other = visit(fragment, locale="pt-BR")
        other.settled(step=2, direction="backward")
        expect(other.view("equations").locator(".forced")).to_have_count(1)
        assert read_page(other) == mine
    with checking("and sees it again after a reload, of which the server was told nothing"):
        asked: list[str] = []
        other.page.on("request", lambda request: asked.append(request.url))
        other.page.reload()
        other.settled(step=2, direction="backward")
        expect(other.view("equations").locator(".forced")).to_have_count(1)
        assert read_page(other) == mine
        assert asked
        assert not [url for url in asked if "more" in url.split("#")[0]]
    with checking("the page follows a change of the address by hand"):
        watch.go("model=sentiment-gru&weights=trained&text=a+bad+film&step=1&lang=en")
        watch.agrees(site.trace("a bad film", "gru"))
        watch.settled(step=1)
        expect(watch.sentence).to_have_value("a bad film")


def test_the_rooms_keep_task_sentence_and_network(visit: Visit, site: Site) -> None:
    watch = visit()
    page = watch.page
    rooms = page.locator(".rooms a")
    text, task = watch.sentence.input_value(), page.get_by_test_id("task").input_value()

    def go(place: int) -> None:
        rooms.nth(place).click()
        page.wait_for_selector(f"[data-testid={('network', 'comparison')[place]}][data-steps]")

    with checking("to Compare, before anything was changed"):
        go(1)
        expect(watch.sentence).to_have_value(text)
        expect(page.get_by_test_id("task")).to_have_value(task)
    with checking("and back, after a network, another task and a sentence were chosen"):
        go(0)
        watch.choose_task("emotion")
        watch.choose_model("gru")
        watch.write("I was so happy")
        page.wait_for_function("() => document.querySelectorAll('.rooms a')[1].hash.match('happy')")
        go(1)
        expect(watch.sentence).to_have_value("I was so happy")
        go(0)
        watch.settled(model="emotion-gru", steps=4)
        expect(watch.sentence).to_have_value("I was so happy")


def test_a_link_carries_the_panel_in_view(visit: Visit) -> None:
    watch = visit("panel=equations", size=(1280, 720))
    watch.drawn()
    page = watch.page
    with checking("it opens there, and stays there while the panels above are drawn"):
        page.wait_for_function(
            """() => {
              const {top} = document.querySelector('.view-equations').getBoundingClientRect();
              return top > -80 && top < innerHeight / 2;
            }"""
        )
    with checking("a person who scrolls is not held, and where they stop is said, without history"):
        before = page.evaluate("() => history.length")
        page.mouse.move(600, 300)
        page.mouse.wheel(0, -100_000)
        page.wait_for_function("() => scrollY === 0 && !location.hash.includes('panel=')")
        watch.view("held_gates").evaluate("(e) => e.scrollIntoView({behavior: 'instant'})")
        page.wait_for_function("() => location.hash.includes('panel=held_gates')")
        assert page.evaluate("() => history.length") == before
    with checking("what is no panel is no matter"):
        watch.go("panel=nothing")
        watch.settled()


def test_a_link_keeps_its_language_and_theme_against_the_browsers(visit: Visit) -> None:
    """Someone who chose English and light sends a link to a Brazilian with a dark screen."""
    sender = visit(locale="pt-BR", scheme="dark")
    html = sender.page.locator("html")
    with checking("the switches"):
        sender.page.get_by_test_id("language").click()
        sender.page.get_by_test_id("theme").click()
        expect(html).to_have_attribute("lang", "en")
        expect(html).to_have_attribute("data-theme", "light")
        sender.seek(3)
        sender.page.wait_for_function("() => location.hash.includes('step=3')")
    with checking("the same browser opens the link in the sender's language and theme"):
        sender.page.reload()
        sender.settled(step=3)
        expect(html).to_have_attribute("lang", "en")
        expect(html).to_have_attribute("data-theme", "light")


def test_the_other_room_opens_with_what_was_written_and_the_way_back_is_the_browsers(
    watch: Watch, site: Site
) -> None:
    page = watch.page
    views: list[str] = page.evaluate(
        "() => JSON.parse(document.getElementById('data').textContent).views"
    )
    cards = "() => [...document.querySelectorAll('.card')].map((e) => e.className)"
    watch.read("a truly bad film")
    page.get_by_test_id("theme").click()
    page.wait_for_function(
        "() => document.querySelector('.rooms a:not([aria-current])').hash.includes('dark')"
    )
    here = page.evaluate(cards)
    with checking("Compare reads the same sentence, in the same theme"):
        page.locator(".rooms a:not([aria-current])").click()
        compare = Compare(page, site)
        compare.settled(steps=4)
        expect(compare.sentence).to_have_value("a truly bad film")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    with checking("every view stands in one of the rooms"):
        there = page.evaluate(cards)
        classes = " ".join([*here, *there]).split()
        assert sorted(name.removeprefix("view-") for name in classes if "view-" in name) == sorted(
            views
        )
    with checking("the browser's way back"):
        page.go_back()
        watch.settled(steps=4)
        expect(watch.sentence).to_have_value("a truly bad film")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


# What the address itself refuses, tests/js/core/address.test.js holds one by one. These are what
# only the catalogue, the text or the model refuses, and an address that is no address.
EVERYTHING = (
    "lang=__proto__&theme=purple&weights=maybe&direction=up&step=99999&unit=1.5&speed=1e9"
    "&seed=99999999999999999999&force=layers.0.f:0:999:&force=layers.0.f:0::999"
)
NONSENSE = [
    "model=nothing&target=nothing",
    "task=nothing&lang=xx",
    "lang=__proto__",
    "step=99999&unit=9999",
    "force=abc:1:2:3&force=layers.0.f:0:999:&force=layers.0.f:0::999",
    "%E0%A4%A&&==&text",
    "#" * 50,
]


def test_nonsense_in_the_address_is_harmless(visit: Visit, site: Site, troubles: Troubles) -> None:
    troubles.allow("the server responded with a status of 422")
    watch = visit(f"task=nothing&model=nothing&target=nothing&{EVERYTHING}")
    with checking("a page that opens on all of it is the page without any of it"):
        watch.settled(model="sentiment-lstm")
        expect(watch.sentence).to_have_value(site.example())
        expect(watch.notice).to_have_text("")
        said = read_page(watch)
        assert said["language"] == "en"
        assert said["theme"] == "light"
    offered = watch.page.locator("#speed option").evaluate_all(
        "(options) => options.map((one) => one.value)"
    )
    for fragment in NONSENSE:
        with checking(f"#{fragment}"):
            watch.go(fragment)
            watch.page.locator("#first").click()
            watch.settled(model="sentiment-lstm", step=0)
            expect(watch.sentence).to_have_value(site.example())
            expect(watch.notice).to_have_text("")
            expect(watch.view("equations").locator(".row")).to_have_count(6)
            said = read_page(watch)
            assert said["language"] == "en"
            assert said["theme"] == "light"
            assert said["speed"] in offered
            for bad in ("∞", "undefined", "NaN", "null"):
                assert bad not in said["equations"] + said["unit"] + said["where"]
            watch.go("weights=trained")
            watch.settled(weights="trained")
    with checking("it plays after that, at a speed that is offered"):
        watch.record_steps()
        watch.play.click()
        watch.passes(1)
        watch.page.locator("#last").click()
        watch.plays(False)
    with checking("more forced signals than there may be"):
        entries = "&".join(f"force=layers.0.f:0:0:{unit}" for unit in range(70))
        watch.go(f"text=a+good+film&{entries}")
        expect(watch.sentence).to_have_value("a good film")
        watch.settled(steps=3)
    with checking("nonsense about two sentences"):
        for nonsense in ("align=x&only=x&layer=x", "align=&only=__proto__&layer=1"):
            watch.go(f"text=a+good+film&beside=a+bad+film&{nonsense}")
            chosen = watch.page.get_by_test_id("align-word")
            expect(chosen).to_have_attribute("aria-pressed", "true")
            expect(watch.open_table("text_comparison")).to_have_count(4)
