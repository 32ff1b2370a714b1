"""Compare: the same sentence through several networks, and what comes back."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from .compare import PRESET, Compare, asked, open_compare
from .conftest import Troubles, Visit
from .site import Site
from .test_layout import look_over, resize
from .watch import checking, percent, power

SHORT = "not a good film"


@pytest.fixture
def compare(visit: Visit, site: Site) -> Compare:
    return open_compare(visit, site)


def trained(site: Site, text: str) -> Any:
    networks = ({"model": name} for name in site.newest_models())
    return site.gradients(asked(*networks, input={"text": text}))


def logs(values: list[float | None]) -> list[float | None]:
    return [math.log10(one) if one else None for one in reversed(values)]


def tell(share: float) -> str:
    """What is left of a gradient, as the page writes it."""
    if share >= 1.05:
        return f"{power(share)} times".replace(" × 10⁰", "")
    return percent(share) if share >= 0.01 else power(share)


def agrees(compare: Compare, found: Any) -> None:
    """Every curve of the decay is, value by value, what the API answers."""
    compare.settled(steps=len(found["tokens"]), networks=len(found["networks"]))
    wanted = [
        logs(layer["decay"][state][kind])
        for network in found["networks"]
        for layer in network["layers"]
        for state in layer["decay"]
        for kind in ("relative", "direct")
        if layer["decay"][state][kind] is not None
    ]
    compare.page.wait_for_function(
        """([steps, curves]) => {
          const data = document.querySelector('.view-gradient_decay .plot')?.data ?? [];
          return data[0]?.x.length === steps
            && data.filter((one) => one.showlegend !== false).length === curves;
        }""",
        arg=[len(found["tokens"]), len(wanted)],
    )
    drawn = [one["y"] for one in compare.curves("gradient_decay") if one["named"]]
    assert len(drawn) == len(wanted)
    for ours, theirs in zip(drawn, wanted, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_it_opens_with_the_trained_networks_and_follows_the_sentence(
    compare: Compare, site: Site, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 422")
    text = compare.sentence.input_value()
    found = trained(site, text)
    with checking("the curves, over a long sentence"):
        assert len(found["tokens"]) > 50
        agrees(compare, found)
    with checking("what is left of the gradients, in the table"):
        rows = compare.facts()
        decays = [
            layer["decay"][state]
            for network in found["networks"]
            for layer in network["layers"]
            for state in sorted(layer["decay"])
        ]
        for row, decay in zip(rows, decays, strict=True):
            left = decay["left"]
            assert row[1:5] == [tell(left[k]) for k in ("1", "10", "30", "50")]
    with checking("a map for each network"):
        compare.drawn()
        maps = compare.view("sensitivity_map").locator("canvas")
        expect(maps).to_have_count(len(found["networks"]))
    with checking("one click changes the verdict, and every network reads again"):
        swap = compare.view("word_swap")
        expect(swap.get_by_test_id("swap-word")).to_have_value("terrible")
        swap.get_by_test_id("swap").click()
        expect(swap.get_by_test_id("swap-undo")).to_be_visible()
        changed = trained(site, text.replace("wonderful", "terrible"))
        for row, before, after in zip(
            compare.facts("word_swap"), found["networks"], changed["networks"], strict=True
        ):
            for cell, network in ((row[3], before), (row[4], after)):
                assert cell.endswith(network["target"])
        compare.page.wait_for_function("() => location.hash.includes('swap=3%3Aterrible')")
        swap.get_by_test_id("swap-undo").click()
        expect(swap.get_by_test_id("swap-undo")).to_be_hidden()
    with checking("a sentence that is written, and an example"):
        compare.write(SHORT)
        agrees(compare, trained(site, SHORT))
        compare.page.locator("#examples button").first.click()
        expect(compare.sentence).not_to_have_value(SHORT)
        agrees(compare, trained(site, compare.sentence.input_value()))
    with checking("one word is too short for a decay"):
        compare.write("wonderful")
        compare.settled(steps=1)
        expect(compare.view("decay_summary").locator(".shows")).to_contain_text("too short")
    with checking("an empty sentence is said, and keeps the picture"):
        compare.write("")
        expect(compare.notice).to_have_text(compare.say("error.text_empty"))
        expect(compare.view("gradient_flow")).to_have_attribute("data-steps", "1")


def test_it_plays_backward_and_forward(compare: Compare) -> None:
    compare.write(SHORT)
    compare.settled(steps=4, step=0)
    compare.page.locator("#speed").select_option("16")
    with checking("backward, as it opens, and by keys"):
        compare.play.click()
        compare.plays(False)
        compare.settled(step=0)
        compare.page.keyboard.press("End")
        compare.settled(step=3)
        compare.page.keyboard.press("ArrowLeft")
        compare.settled(step=2)
    with checking("forward"):
        compare.page.get_by_test_id("direction-forward").click()
        compare.page.keyboard.press("Home")
        compare.settled(step=0)
        compare.play.click()
        compare.plays(False)
        compare.settled(step=3)
    with checking("the words that a step hears"):
        heard = compare.view("sensitivity_at_step").locator(".shaded").first.locator("p span")
        expect(heard).to_have_count(4)
        compare.seek(1)
        expect(heard).to_have_count(2)


def test_networks_are_added_changed_and_removed_and_saved(
    compare: Compare, site: Site, tmp_path: Path
) -> None:
    summary = compare.view("decay_summary")
    compare.write(SHORT)
    with checking("one is removed, another drawn anew, orthogonal and narrower"):
        compare.open_settings()
        cards = compare.page.locator("#networks .net")
        for left in range(len(site.newest_models()) - 1, 1, -1):
            compare.page.locator("#networks .close").last.click()
            compare.settled(networks=left)
        expect(cards).to_have_count(2)
        compare.page.locator("#net-1-weights").select_option("orthogonal")
        expect(summary).to_contain_text("orthogonal")
        cards.nth(1).locator("summary").click()
        compare.page.locator("#net-1-width").fill("24")
        compare.page.locator("#net-1-width").press("Tab")
        expect(summary).to_contain_text("24")
        first, second = site.newest_models()[:2]
        networks: list[dict[str, Any]] = [
            {"model": first},
            {
                "model": second,
                "weights": "fresh",
                "start": "orthogonal",
                "width": 24,
            },
        ]
        agrees(compare, site.gradients(asked(*networks, input={"text": SHORT})))
    with checking("a threshold to clip at: the norm before and after"):
        compare.page.get_by_test_id("clip").fill("0.01")
        compare.page.get_by_test_id("clip").press("Tab")
        expect(summary.locator(".body thead")).to_contain_text("clipped at 0.01")
        found = site.gradients(asked(*networks, input={"text": SHORT}) | {"clip": 0.01})
        before, after = found["networks"][0]["clipped"]
        assert before > after == pytest.approx(0.01, rel=1e-4)
        expect(summary.locator(".body tbody tr").first).to_contain_text("→ 0.01")
    with checking("the numbers are saved as JSON"):
        compare.page.locator("#export summary").click()
        with compare.page.expect_download() as started:
            compare.page.locator("[data-export=json]").click()
        started.value.save_as(tmp_path / "found.json")
        text = (tmp_path / "found.json").read_text()
        assert re.search(r'"sensitivity_map": ?\[\[', text)


def test_every_preset_is_drawn_and_its_link_draws_it_again(compare: Compare) -> None:
    page = compare.page
    cards = page.locator("#networks .net")
    with compare.compared_anew():
        compare.write(SHORT)
    presets = page.locator("[data-preset]").evaluate_all(
        "(all) => all.map((e) => e.dataset.preset)"
    )
    assert len(presets) > 2
    with compare.compared_anew():
        compare.go("net=sentiment-gru")
    compare.settled(steps=4, networks=1)
    links, told = {}, [compare.full_facts()]
    for preset in presets:
        with checking(f"the preset {preset}"):
            with compare.compared_anew():
                page.locator(f"[data-preset={preset}]").click()
            told.append(compare.changed_facts(told[-1]))
            assert len(told[-1]) >= 2
            compare.settled(steps=4, networks=cards.count())
            page.wait_for_function(
                "(count) => location.hash.split('net=').length === count + 1", arg=cards.count()
            )
            links[preset] = page.url.split("#")[1], cards.count()
    for k, (preset, (link, count)) in enumerate(links.items(), start=1):
        with checking(f"the link of {preset}, opened over another comparison"):
            before = compare.facts()
            with compare.compared_anew():
                compare.go(link)
            assert compare.changed_facts(before) == told[k]
            compare.settled(steps=4, networks=count)


def test_long_random_words_make_a_straight_line_or_overflow(compare: Compare, site: Site) -> None:
    with checking("four hundred words: what comes back, step by step"):
        compare.page.locator("[data-preset=fresh]").click()
        compare.open_settings()
        compare.page.get_by_test_id("source-random").click()
        compare.page.get_by_test_id("length").fill("400")
        compare.settled(steps=400)
        expect(compare.view("sensitivity_map")).to_be_hidden()
        fresh = [{"model": f"sentiment-{cell}", "weights": "fresh"} for cell in PRESET]
        found = site.gradients(asked(*fresh, input={"length": 400, "kind": "random"}))
        agrees(compare, found)
    with checking("the exponent, from the Jacobians alone, tells the slope of the gradients"):
        (rnn,) = found["networks"][2]["layers"]
        exponent = rnn["exponents"][0] / math.log(10)
        assert rnn["decay"]["h"]["slope"] == pytest.approx(exponent, rel=0.1)
        assert compare.page.get_by_test_id("backprop").count() == 0
        summary = compare.view("gradient_flow").locator(".summary, p.hidden")
        expect(summary).to_contain_text("400 steps")
    with checking("an overflow is said with its step"):
        compare.go(
            "length=400&kind=random"
            "&net=sentiment-rnn~weights=fresh~start=identity~gain=10~relu=1&net=sentiment-lstm"
        )
        compare.settled(steps=400, networks=2)
        unstable = {
            "model": "sentiment-rnn",
            "weights": "fresh",
            "start": "identity",
            "gain": 10,
            "settings": {"relu": 1},
        }
        stable = {"model": "sentiment-lstm"}
        found = site.gradients(asked(unstable, stable, input={"length": 400, "kind": "random"}))
        step = found["networks"][0]["overflow"]
        assert step is not None
        expect(compare.notice).to_contain_text(f"step {step + 1}")
        first = compare.view("decay_summary").locator(".body tbody tr").first
        expect(first).to_contain_text(f"overflowed at step {step + 1}")


def test_everything_fits(visit: Visit, site: Site) -> None:
    """In each look, one window after the other."""
    compare = open_compare(visit, site, size=(1440, 900), locale="pt-BR")
    compare.drawn()
    found = []

    def look_at_widths(look: str) -> None:
        resize(compare, 360, 900)
        found.extend(look_over(compare, f"{look}, 360, settings folded"))
        compare.open_settings()
        for width in (1440, 900, 360):
            resize(compare, width, 900)
            found.extend(look_over(compare, f"{look}, {width}"))

    look_at_widths("pt-BR, light")
    compare.page.get_by_test_id("language").click()
    expect(compare.page.locator("html")).to_have_attribute("lang", "en")
    compare.drawn()
    look_at_widths("en, light")
    compare.page.locator("[data-preset=forget]").click()
    compare.settled(networks=4)
    compare.page.get_by_test_id("theme").click()
    expect(compare.page.locator("html")).to_have_attribute("data-theme", "dark")
    look_at_widths("en, dark, four networks")
    assert not found, "\n".join(dict.fromkeys(found))


def test_a_letter_says_what_it_means_in_each_cell(compare: Compare) -> None:
    note = compare.page.locator("#letter-note")
    with checking("in the list of all letters, by keyboard"):
        compare.page.get_by_test_id("letters").locator("[data-letter=h]").focus()
        compare.page.keyboard.press("Enter")
        for cell in ("GRU: ", "LSTM: ", "RNN (Elman): "):
            expect(note).to_contain_text(cell)
        compare.page.keyboard.press("Escape")
    with checking("in a row of the picture and in a table"):
        for place in (".view-gradient_flow .letters", ".view-decay_summary table"):
            compare.page.locator(f"{place} .letter[data-letter=c]").first.click(force=True)
            expect(note).to_contain_text("c cell state")
            compare.page.keyboard.press("Escape")
