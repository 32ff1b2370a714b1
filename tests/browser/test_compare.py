"""Compare: the same sentence through several networks, and what comes back."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from .axe import list_grave
from .compare import TRAINED, Compare, asked, open_compare
from .conftest import Troubles, Visit
from .site import Site
from .test_layout import look_over
from .watch import percent, power

SHORT = "not a good film"


@pytest.fixture
def compare(visit: Visit, site: Site) -> Compare:
    return open_compare(visit, site)


def trained(site: Site, text: str) -> Any:
    return site.gradients(asked(*({"model": name} for name in TRAINED), input={"text": text}))


def logs(values: list[float | None]) -> list[float | None]:
    return [math.log10(one) if one else None for one in reversed(values)]


def tell(share: float) -> str:
    """What is left of a gradient, as the page writes it."""
    return percent(share) if share >= 0.01 else power(share)


def agrees(compare: Compare, found: Any) -> None:
    """Every curve of the decay is, value by value, what the API answers."""
    compare.settled(steps=len(found["tokens"]), networks=len(found["networks"]))
    wanted = [
        logs(layer["decay"][state]["relative"])
        for network in found["networks"]
        for layer in network["layers"]
        for state in layer["decay"]
    ]
    compare.page.wait_for_function(
        "(n) => document.querySelector('.view-gradient_decay .plot')?.data?.[0]?.x.length === n",
        arg=len(found["tokens"]),
    )
    drawn = [one["y"] for one in compare.curves("gradient_decay") if one["named"]]
    assert len(drawn) == len(wanted)
    for ours, theirs in zip(drawn, wanted, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-9)


def test_it_opens_with_three_trained_networks_on_a_long_sentence(
    compare: Compare, site: Site
) -> None:
    text = compare.sentence.input_value()
    found = trained(site, text)
    assert len(found["tokens"]) > 50
    agrees(compare, found)
    rows = compare.facts()
    assert len(rows) == 4  # the LSTM along h and along c
    decays = [
        layer["decay"][state]
        for network in found["networks"]
        for layer in network["layers"]
        for state in sorted(layer["decay"])
    ]
    for row, decay in zip(rows, decays, strict=True):
        left = decay["left"]
        assert row[1:5] == [tell(left[k]) for k in ("1", "10", "30", "50")]
    compare.drawn()
    maps = compare.view("sensitivity_map").locator("canvas")
    expect(maps).to_have_count(3)


def test_the_picture_follows_the_sentence(compare: Compare, site: Site) -> None:
    compare.write(SHORT)
    agrees(compare, trained(site, SHORT))
    compare.page.locator("#examples button").first.click()
    expect(compare.sentence).not_to_have_value(SHORT)
    agrees(compare, trained(site, compare.sentence.input_value()))
    compare.write("wonderful")
    compare.settled(steps=1)
    expect(compare.view("decay_summary").locator(".shows")).to_contain_text("too short")


def test_an_empty_sentence_is_said_and_keeps_the_picture(
    compare: Compare, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 422")
    steps = compare.view("gradient_flow").get_attribute("data-steps")
    compare.write("")
    expect(compare.notice).to_have_text(compare.say("error.text_empty"))
    expect(compare.view("gradient_flow")).to_have_attribute("data-steps", str(steps))


def test_it_plays_backward_and_forward(compare: Compare) -> None:
    compare.write(SHORT)
    compare.settled(steps=4, step=0)
    compare.page.locator("#speed").select_option("16")
    compare.play.click()
    compare.plays(False)
    compare.settled(step=0)
    compare.page.keyboard.press("End")
    compare.settled(step=3)
    compare.page.keyboard.press("ArrowLeft")
    compare.settled(step=2)
    compare.page.get_by_test_id("direction-forward").click()
    compare.page.keyboard.press("Home")
    compare.settled(step=0)
    compare.play.click()
    compare.plays(False)
    compare.settled(step=3)
    heard = compare.view("sensitivity_at_step").locator(".shaded").first.locator("p span")
    expect(heard).to_have_count(4)
    compare.seek(1)
    expect(heard).to_have_count(2)


def test_networks_are_added_changed_and_removed(compare: Compare, site: Site) -> None:
    compare.write(SHORT)
    compare.page.locator("#networks .close").last.click()
    compare.settled(networks=2)
    compare.page.locator("#net-1-weights").select_option("orthogonal")
    expect(compare.view("decay_summary")).to_contain_text("orthogonal")
    compare.page.locator("#networks .net").nth(1).locator("summary").click()
    compare.page.locator("#net-1-width").fill("24")
    compare.page.locator("#net-1-width").press("Tab")
    expect(compare.view("decay_summary")).to_contain_text("24")
    agrees(
        compare,
        site.gradients(
            asked(
                {"model": TRAINED[0]},
                {"model": TRAINED[1], "weights": "fresh", "start": "orthogonal", "width": 24},
                input={"text": SHORT},
            )
        ),
    )


@pytest.mark.parametrize("preset", ["trained", "fresh", "start", "gain", "forget"])
def test_every_preset_is_drawn_and_its_link_draws_it_again(
    compare: Compare, visit: Visit, site: Site, preset: str
) -> None:
    compare.write(SHORT)
    compare.page.locator(f"[data-preset={preset}]").click()
    compare.settled(steps=4)
    compare.page.wait_for_function("() => location.hash.includes('net=')")
    told = compare.facts()
    compare.page.wait_for_timeout(300)
    again = open_compare(visit, site, compare.page.url.split("#")[1])
    again.settled(steps=4, networks=len({row[0].split(" · ")[0] for row in again.facts()}))
    compare.page.wait_for_timeout(100)
    assert again.facts() == compare.facts()
    assert len(told) >= 2


def test_a_thousand_random_words_make_a_straight_line(compare: Compare, site: Site) -> None:
    compare.page.locator("[data-preset=fresh]").click()
    compare.page.get_by_test_id("source-random").click()
    compare.page.get_by_test_id("length").fill("1000")
    compare.settled(steps=1000)
    expect(compare.view("sensitivity_map")).to_be_hidden()
    fresh = [{"model": name, "weights": "fresh"} for name in TRAINED]
    found = site.gradients(asked(*fresh, input={"length": 1000, "kind": "random"}))
    agrees(compare, found)
    (rnn,) = found["networks"][2]["layers"]
    # The exponent, from the Jacobians alone, tells the slope that the gradients have.
    assert rnn["decay"]["h"]["slope"] == pytest.approx(rnn["exponents"][0] / math.log(10), rel=0.1)
    assert compare.page.get_by_test_id("backprop").count() == 0
    expect(compare.view("gradient_flow").locator(".summary, p.hidden")).to_contain_text(
        "1000 steps"
    )


def test_an_overflow_is_said_with_its_step(compare: Compare, site: Site) -> None:
    unstable = {
        "model": "sentiment-rnn",
        "weights": "fresh",
        "start": "identity",
        "gain": 10,
        "settings": {"relu": 1},
    }
    compare.page.evaluate(
        "() => { location.hash = '#length=400&kind=random"
        "&net=sentiment-rnn~weights=fresh~start=identity~gain=10~relu=1&net=sentiment-lstm'; }"
    )
    compare.settled(steps=400, networks=2)
    found = site.gradients(
        asked(unstable, {"model": "sentiment-lstm"}, input={"length": 400, "kind": "random"})
    )
    step = found["networks"][0]["overflow"]
    assert step is not None
    expect(compare.notice).to_contain_text(f"step {step + 1}")
    assert f"overflowed at step {step + 1}" in compare.facts()[0]


def test_a_clip_threshold_shows_the_norm_before_and_after(compare: Compare, site: Site) -> None:
    compare.page.get_by_test_id("clip").fill("0.01")
    compare.page.get_by_test_id("clip").press("Tab")
    expect(compare.view("decay_summary").locator(".body thead")).to_contain_text("clipped at 0.01")
    found = site.gradients(
        {
            "networks": [{"model": name} for name in TRAINED],
            "clip": 0.01,
            "input": {"text": compare.sentence.input_value()},
        }
    )
    before, after = found["networks"][0]["clipped"]
    assert before > after == pytest.approx(0.01, rel=1e-4)
    expect(compare.view("decay_summary").locator(".body tbody tr").first).to_contain_text("→ 0.01")


def test_the_numbers_are_saved_as_json(compare: Compare, tmp_path: Path) -> None:
    compare.page.locator("#export summary").click()
    with compare.page.expect_download() as started:
        compare.page.locator("[data-export=json]").click()
    started.value.save_as(tmp_path / "found.json")
    text = (tmp_path / "found.json").read_text()
    assert re.search(r'"sensitivity_map": ?\[\[', text)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, site: Site, scheme: str, language: str) -> None:
    compare = open_compare(visit, site, color_scheme=scheme, locale=language)
    compare.drawn()
    for summary in compare.page.locator("#networks summary").all():
        summary.click()
    grave = list_grave(compare.page)
    assert not grave, "\n".join(grave)


@pytest.mark.parametrize(
    ("width", "language"), [(1440, "pt-BR"), (900, "en"), (360, "pt-BR"), (360, "en")]
)
def test_everything_fits(visit: Visit, site: Site, width: int, language: str) -> None:
    size = {"width": width, "height": 900}
    compare = open_compare(visit, site, viewport=size, locale=language)
    compare.drawn()
    found = look_over(compare, "light")
    compare.page.locator("[data-preset=forget]").click()
    compare.settled(networks=4)
    compare.page.get_by_test_id("theme").click()
    found += look_over(compare, "dark, four networks")
    assert not found, "\n".join(dict.fromkeys(found))
