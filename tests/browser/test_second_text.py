"""Two sentences side by side: what is set under what, what differs, and moving words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import numpy as np
import pytest
from gatescope.registry import MODELS
from playwright.sync_api import Locator, expect
from safetensors.numpy import load_file

from .conftest import Troubles, Visit
from .site import Site
from .test_views import read_canvas
from .watch import Watch, checking, number, percent

REFUSED = "the server responded with a status of 422"
FIRST = "Um acidente pode ocorrer a qualquer momento."
SECOND = "A qualquer momento pode ocorrer um acidente."
# The columns that a person would set under each other: every word with itself.
PAIRS = [(0, 5), (1, 6), (2, 3), (3, 4), (4, 0), (5, 1), (6, 2), (7, 7)]
HOSTILE = {
    "too long": "a " * 5_000 + "b",
    "a control character": "um\x07 acidente",
    "a word without end": "ab" * 35,
    "nothing to read": "«»",
}


def link(beside: str = SECOND, text: str = FIRST, task: str = "sentiment-pt", **rest: Any) -> str:
    return urlencode({"task": task, "text": text, "beside": beside, **rest})


def trace_both(
    site: Site, texts: tuple[str, str] = (FIRST, SECOND), model: str = "sentiment-pt-lstm"
) -> list[Any]:
    return [site.post("api/trace", {"model": model, "input": {"text": text}}) for text in texts]


def box(watch: Watch) -> Locator:
    return watch.page.get_by_test_id("beside")


def choose_words(watch: Watch, start: int, stop: int) -> None:
    """Select a part of the second sentence, as with the mouse."""
    box(watch).evaluate(
        "(e, [start, stop]) => { e.focus(); e.setSelectionRange(start, stop); }", [start, stop]
    )


def length(value: float, language: str = "en") -> str:
    """A length as the page writes it: what is too small for two decimals as a power of ten."""
    if value >= 0.005:
        return number(value, language)
    if value == 0:
        return "0"
    lead, exponent = f"{value:.1e}".split("e")
    lead = lead if language == "en" else lead.replace(".", ",")
    return f"{lead} × 10{str(int(exponent)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def shows_pairs(watch: Watch, pairs: Sequence[tuple[int | None, int | None]]) -> None:
    """Wait until these steps stand under each other."""
    rows = watch.open_table("text_comparison")
    for side, column in enumerate(zip(*pairs, strict=True), start=2):
        told = ["–" if step is None else str(step + 1) for step in column]
        expect(rows.locator(f"td:nth-child({side})")).to_have_text(told)


def test_a_link_restores_both_sentences_and_what_is_shown(visit: Visit, site: Site) -> None:
    watch = visit(link(align="position", only="f", step=2), locale="pt-BR")
    title = watch.view("text_comparison").locator("h2")
    with checking("both sentences and what was chosen"):
        expect(watch.sentence).to_have_value(FIRST)
        expect(box(watch)).to_have_value(SECOND)
        expect(title).to_have_text("Duas frases, lado a lado")
        for chosen in ("align-position", "only-f"):
            button = watch.page.get_by_test_id(chosen)
            expect(button).to_have_attribute("aria-pressed", "true")
        shows_pairs(watch, [(k, k) for k in range(8)])
    with checking("what is chosen now stands in the address, and a reload gives it again"):
        watch.page.get_by_test_id("align-word").click()
        watch.page.get_by_test_id("only-o").click()
        watch.page.wait_for_function("() => location.hash.includes('only=o')")
        given = parse_qs(watch.page.url.split("#")[1])
        assert (given["beside"], "align" in given) == ([SECOND], False)
        watch.page.reload()
        expect(box(watch)).to_have_value(SECOND)
        expect(title).to_have_text("Duas frases, lado a lado")
        shows_pairs(watch, PAIRS)
    with checking("the two are swapped"):
        watch.page.get_by_test_id("swap").click()
        expect(watch.sentence).to_have_value(SECOND)
        expect(box(watch)).to_have_value(FIRST)
        trace = trace_both(site)[1]
        cells = watch.open_table("text_comparison").locator("td:nth-child(4)")
        expect(cells).to_have_text([percent(row[1], "pt-BR") for row in trace["probabilities"]])
        shows_pairs(watch, sorted((j, i) for i, j in PAIRS))
    with checking("a link without a second sentence shows one"):
        watch.go("task=sentiment&model=sentiment-lstm&text=a+good+film")
        watch.settled(steps=3)
        expect(watch.view("text_comparison")).to_be_hidden()
        expect(box(watch)).to_have_value("")
    with checking("only spaces are no second sentence"):
        watch.go(link("   \n\t ", model="sentiment-pt-lstm"))
        watch.settled(steps=8)
        expect(watch.view("text_comparison")).to_be_hidden()
        expect(watch.page.locator("#beside-notice")).to_have_text("")
        expect(watch.notice).to_have_text("")


def test_what_differs_is_the_difference_of_two_traces_of_the_api(visit: Visit, site: Site) -> None:
    watch = visit(link(step=1))
    for cell in ("rnn", "bag", "lstm"):
        with checking(f"every number of the {cell}'s table"):
            watch.go(link(model=f"sentiment-pt-{cell}", step=1))
            watch.settled(model=f"sentiment-pt-{cell}", steps=8)
            one, other = trace_both(site, model=f"sentiment-pt-{cell}")
            wanted = []
            for i, j in PAIRS:
                assert one["tokens"][i] == other["tokens"][j]
                apart = [
                    np.linalg.norm(np.subtract(one["signals"][name][i], other["signals"][name][j]))
                    for name in one["signals"]
                ]
                wanted += [one["tokens"][i], str(i + 1), str(j + 1)]
                wanted += [
                    percent(trace["probabilities"][k][1]) for trace, k in ((one, i), (other, j))
                ]
                wanted += [length(float(value)) for value in apart]
            cells = watch.open_table("text_comparison").locator("td")
            expect(cells).to_have_text(wanted)
    said = watch.view("text_comparison").locator(".shows")
    with checking("the largest difference is told in words"):
        gates = {s["name"]: s["title"]["en"] for s in site.signals("lstm") if s["kind"] == "gate"}
        assert len(gates) == 3
        found = []
        for name, title in gates.items():
            a, b = (np.array(trace["signals"][f"layers.0.{name}"]) for trace in (one, other))
            for i, j in PAIRS:
                unit = int(np.abs(a[i] - b[j]).argmax())
                found.append((abs(a[i, unit] - b[j, unit]), i, j, name, title, unit, a, b))
        _, i, j, name, title, unit, a, b = max(found, key=lambda one: one[0])
        expect(said).to_contain_text(
            f"“{one['tokens'][i]}” (position {i + 1} in the 1st, {j + 1} in the 2nd)"
        )
        expect(said).to_contain_text(f"{title} {name} of unit {unit + 1} is {number(a[i, unit])}")
        expect(said).to_contain_text(f"and {number(b[j, unit])} in the second")
        expect(said).to_contain_text("from the first position on")
    with checking("every pixel of the difference is first minus second"):
        check_pixels(watch, site, one, other)
    with checking("the same word gives the same input, and the memory makes the difference"):
        check_sharing(watch, one, other)
    with checking("before the first other word nothing differs"):
        second = "Um acidente pode ocorrer a qualquer hora."
        other = trace_both(site, (FIRST, second))[1]
        for name, values in one["signals"].items():
            assert values[:6] == other["signals"][name][:6]
            assert values[6] != other["signals"][name][6]
        box(watch).fill(second)
        expect(said).to_contain_text("Up to “qualquer” (position 6)")
        expect(said).to_contain_text("the difference is exactly 0")
        box(watch).fill(FIRST)
        expect(said).to_have_text("They read the same to the end, and the difference is exactly 0.")


def check_pixels(watch: Watch, site: Site, one: Any, other: Any) -> None:
    """White at 0, the gate's colour at 1, violet at -1; the units in the order of the page."""
    memory = np.array(one["signals"]["layers.0.c"][-1])
    order = sorted(range(len(memory)), key=lambda unit: -memory[unit])[::-1]  # from the last row up
    names = [signal["name"] for signal in site.signals("lstm")]
    expect(watch.view("text_comparison").locator("canvas")).to_have_count(3)
    a, b = (
        np.array(trace["signals"]["layers.0.f"])[places].T[order][:, :, None]
        for trace, places in zip((one, other), np.transpose(PAIRS), strict=True)
    )
    colour, violet = np.array([0xD5, 0x5E, 0x00]), np.array([0x7B, 0x2F, 0xA8])
    for k, value in enumerate((a, b, a - b)):
        drawn = read_canvas(watch, "text_comparison", k)
        assert drawn.shape == (len(order), len(PAIRS) * (len(names) + 1), 3)
        wanted = 255 + (np.where(value >= 0, colour, violet) - 255) * np.abs(value)
        # The colours of what has a sign come in steps of 1/128.
        assert np.abs(drawn[:, names.index("f") :: len(names) + 1] - wanted).max() <= 2.2, k


def check_sharing(watch: Watch, one: Any, other: Any) -> None:
    """Recomputed from the model file: W_ih x_t + b is equal, and W_hh dh is what is left."""
    weights = load_file(MODELS / "sentiment-pt-lstm.safetensors")
    (i, j), units = PAIRS[1], len(one["signals"]["layers.0.h"][0])
    rows = [
        weights["embedding.weight"][trace["token_ids"][k]] for trace, k in ((one, i), (other, j))
    ]
    ih, bias = weights["recurrent.weight_ih_l0"], weights["recurrent.bias_ih_l0"]
    assert np.array_equal(ih @ rows[0] + bias, ih @ rows[1] + bias)

    def read(trace: Any, name: str, step: int) -> Any:
        return np.array(trace["signals"][f"layers.0.{name}"][step])

    before = read(one, "h", i - 1) - read(other, "h", j - 1)
    forget = [np.log(f / (1 - f)) for f in (read(one, "f", i), read(other, "f", j))]
    recurrent = weights["recurrent.weight_hh_l0"][units : 2 * units].astype(np.float64)
    assert forget[0] - forget[1] == pytest.approx(recurrent @ before, abs=1e-9)
    assert np.abs(before).max() > 0.1

    panel = watch.view("parameter_sharing")
    line = panel.locator(".body tbody tr").nth(1)
    expect(line.locator("th")).to_have_text("acidente")
    number_of = one["token_ids"][i]
    apart = [np.linalg.norm(read(one, s, i - 1) - read(other, s, j - 1)) for s in "hc"]
    apart += [np.linalg.norm(read(one, s, i) - read(other, s, j)) for s in "ifgo"]
    expect(line.locator("td")).to_have_text(
        ["2", "7", f"{number_of} = {number_of}", "0", *(length(float(one)) for one in apart)]
    )
    said = panel.locator(".shows")
    expect(said).to_contain_text("“acidente” stands at position 2 in the first sentence")
    expect(said).to_contain_text(f"‖Δht−1‖ = {length(float(apart[0]))}")
    expect(said).to_contain_text(f"‖Δft‖ = {length(float(apart[3]))}")
    expect(panel.locator("tr.here th")).to_have_text("acidente")
    watch.seek(4)
    expect(said).to_contain_text("“a” stands at position 5 in the first sentence")


def test_the_cursor_stands_at_the_word_in_every_panel(visit: Visit, site: Site) -> None:
    second = "Um acidente zzyzx pode ocorrer."
    watch = visit(link(second))
    notice = watch.page.locator("#beside-notice")
    overlay = watch.overlay("text_comparison")
    with checking("a word of one sentence stands alone, and an unknown one is marked"):
        assert not trace_both(site, (FIRST, second))[1]["known"][2]
        expect(notice).to_contain_text("zzyzx")
        expect(notice).not_to_have_class("notice error")
        alone: list[tuple[int | None, int | None]] = [(4, None), (5, None), (6, None)]
        shows_pairs(watch, [(0, 0), (1, 1), (None, 2), (2, 3), (3, 4), *alone, (7, 5)])
        expect(watch.view("text_comparison").locator(".letters")).to_contain_text("zzyzx?")
        watch.seek(6)  # a word of the first sentence only
        expect(watch.view("parameter_sharing").locator(".shows")).to_contain_text(
            "in the first sentence only"
        )
    with checking("a place where the first sentence has no word moves nothing"):
        overlay.click(position=watch.spot("text_comparison", 2, 0.5, 3))
        watch.frames(5)
        assert watch.step == 6
        tip = watch.view("text_comparison").locator(".tip")
        expect(tip).to_contain_text("“zzyzx” (position 3)")
    with checking("a column that is pointed at is its word's step in every panel"):
        box(watch).fill("Hoje pode ocorrer um acidente.")
        expect(notice).to_have_text("")
        columns = watch.pairs()
        place = columns.index((2, 1))
        assert place != 2  # its column is not its step
        overlay.hover(position=watch.spot("text_comparison", place, 0.5, 3))
        watch.settled(step=2)
        assert watch.cursors()["text_comparison"] == pytest.approx([place], abs=0.1)
        assert watch.cursors()["signal_heatmaps"] == pytest.approx([2] * 6, abs=0.1)
    with checking("a click keeps it there, and opens nothing"):
        overlay.click(position=watch.spot("text_comparison", columns.index((1, 4)), 0.5, 4))
        watch.page.mouse.move(2, 2)
        watch.settled(step=1)
        expect(watch.whatif).to_be_hidden()
    with checking("a key moves it on"):
        watch.page.locator("#play").focus()
        watch.page.keyboard.press("ArrowRight")
        watch.settled(step=2)
        watch.page.wait_for_function(
            "() => !document.querySelector('.view-text_comparison .cursor').hidden"
        )
        assert watch.cursors()["text_comparison"] == pytest.approx([place], abs=0.1)
    with checking("a long pair turns its pages with the step"):
        text = " ".join(f"word {k} of a long film review, and" for k in range(12))
        watch.page.set_viewport_size({"width": 900, "height": 900})
        watch.go(link(f"This is {text}", text, "sentiment", model="sentiment-lstm"))
        last = len(site.trace(text)["tokens"]) - 1
        watch.settled(steps=last + 1)
        watch.page.wait_for_function(
            "(n) => document.querySelectorAll('.view-text_comparison tbody tr').length >= n",
            arg=last + 1,
        )
        columns = watch.pairs()
        for step in (last, 0, last // 2):
            watch.seek(step)
            place = next(k for k, (i, _) in enumerate(columns) if i == step)
            watch.page.wait_for_function(
                """([step, place]) => {
                  const chart = document.querySelector('.view-text_comparison .chart');
                  const [from, to] = chart.axes.xaxis.range;
                  return from < place && place < to
                    && !chart.querySelector('.cursor').hidden;
                }""",
                arg=[step, place],
            )
            assert watch.cursors()["text_comparison"] == pytest.approx([place], abs=0.1)


def test_a_second_sentence_is_opened_chosen_and_closed(watch: Watch, site: Site) -> None:
    watch.choose_task("sentiment-pt")
    watch.write(FIRST)
    keys = watch.page.keyboard
    toggle = watch.page.get_by_test_id("beside-toggle")
    offered = watch.page.locator("#partners button")
    with checking("it opens, empty, with the focus in it"):
        expect(toggle).to_have_attribute("aria-expanded", "false")
        expect(box(watch)).to_be_hidden()
        toggle.focus()
        keys.press("Enter")
        expect(toggle).to_have_attribute("aria-expanded", "true")
        expect(box(watch)).to_be_focused()
    with checking("the others of the task are offered, those that share most words first"):
        titles = offered.evaluate_all("(all) => all.map((one) => one.title)")
        assert titles[0] == FIRST
        assert set(titles[1:3]) == {SECOND, "Pode ocorrer um acidente a qualquer momento."}
        assert len(titles) == len(site.examples("sentiment-pt"))
    with checking("one of them is chosen, and its figure is drawn as wide as its card"):
        offered.nth(titles.index(SECOND)).focus()
        keys.press("Enter")
        expect(box(watch)).to_have_value(SECOND)
        expect(watch.view("text_comparison")).to_be_visible()
        watch.page.wait_for_function(
            """() => {
              const chart = document.querySelector('.view-text_comparison .chart');
              const {dataset: {drawn}, parentElement: {clientWidth}} = chart;
              return Math.abs(parseFloat(drawn) - clientWidth) < 2;
            }"""
        )
        expect(offered.first).to_be_hidden()
    with checking("it is taken away, from the address too"):
        toggle.focus()
        keys.press("Enter")
        expect(box(watch)).to_be_hidden()
        for view in ("text_comparison", "parameter_sharing"):
            expect(watch.view(view)).to_be_hidden()
        watch.page.wait_for_function("() => !location.hash.includes('beside')")
        expect(watch.sentence).to_have_value(FIRST)
    examples = watch.page.locator("#examples button")
    partner = next(k for k, one in enumerate(site.examples("sentiment-pt")) if one["text"] == FIRST)
    with checking("an example brings the partner that it names"):
        examples.nth(partner).click()
        expect(watch.sentence).to_have_value(FIRST)
        expect(box(watch)).to_have_value(SECOND)
        expect(watch.view("text_comparison")).to_be_visible()
    with checking("the next one takes it away, but not what a person wrote"):
        examples.nth(0).click()
        expect(watch.view("text_comparison")).to_be_hidden()
        expect(box(watch)).to_have_value("")
        box(watch).fill("A minha frase.")
        examples.nth(1).click()
        expect(box(watch)).to_have_value("A minha frase.")
        expect(watch.view("text_comparison")).to_be_visible()


def test_a_phrase_travels_through_the_sentence(visit: Visit, site: Site) -> None:
    watch = visit(link("Pode ocorrer um acidente a qualquer momento."))
    earlier, later = watch.page.get_by_test_id("earlier"), watch.page.get_by_test_id("later")
    held = watch.page.locator("#held")
    with checking("without a selection, what has moved moves on"):
        expect(held).to_have_text("“Pode ocorrer”")
        later.click()
        expect(box(watch)).to_have_value("Um pode ocorrer acidente a qualquer momento.")
    with checking("what is selected is named"):
        watch.go(link(FIRST))
        expect(box(watch)).to_have_value(FIRST)
        choose_words(watch, 0, len("Um acidente"))
        expect(held).to_have_text("“Um acidente”")
        expect(earlier).to_have_attribute("aria-disabled", "true")
    steps = [
        "Pode um acidente ocorrer a qualquer momento.",
        "Pode ocorrer um acidente a qualquer momento.",
        "Pode ocorrer a um acidente qualquer momento.",
        "Pode ocorrer a qualquer um acidente momento.",
        "Pode ocorrer a qualquer momento um acidente.",
    ]
    with checking("it moves one word a key, to the end and no further"):
        later.focus()
        for text in steps:
            watch.page.keyboard.press("Enter")
            expect(box(watch)).to_have_value(text)
        expect(later).to_be_focused()
        expect(later).to_have_attribute("aria-disabled", "true")
        expect(held).to_have_text("“um acidente”")
        trace = trace_both(site, (FIRST, steps[-1]))[1]
        shares = [percent(trace["probabilities"][k][1]) for k in (5, 6, 0, 1, 2, 3, 4, 7)]
        cells = watch.open_table("text_comparison").locator("td:nth-child(5)")
        expect(cells).to_have_text(shares)
        watch.page.keyboard.press("Enter")
        expect(box(watch)).to_have_value(steps[-1])
    with checking("and back to where it was"):
        for text in [*steps[-2::-1], FIRST]:
            earlier.click()
            expect(box(watch)).to_have_value(text)


def test_models_weights_and_what_is_forced_hold_for_both(
    visit: Visit, site: Site, troubles: Troubles
) -> None:
    troubles.allow(REFUSED)
    forced = [{"signal": "layers.0.f", "value": 0.0, "step": None, "unit": None}]
    both = [*forced, {"signal": "layers.0.i", "value": 1.0, "step": 7, "unit": None}]
    watch = visit(f"{link()}&force=layers.0.f:0::&force=layers.0.i:1:7:")
    notice = watch.page.locator("#beside-notice")
    cells = watch.open_table("text_comparison").locator("td:nth-child(5)")

    def trace(text: str, interventions: Sequence[Any] = (), cell: str = "lstm") -> Any:
        asked = {"model": f"sentiment-pt-{cell}", "input": {"text": text}}
        return site.post("api/trace", asked | {"interventions": [*interventions]})

    with checking("what is forced is forced in both"):
        other = trace(SECOND, both)
        expect(cells).to_have_text([percent(other["probabilities"][j][1]) for _, j in PAIRS])
        expect(notice).to_have_text("")
    with checking("a step that a shorter one does not have is left out there, and told"):
        box(watch).fill("Um acidente.")
        expect(notice).to_have_text(watch.say("beside.left"))
        other = trace("Um acidente.", forced)
        expect(cells.first).to_have_text(percent(other["probabilities"][0][1]))
        expect(watch.view("equations").locator(".forced")).to_have_count(2)  # the first keeps both
    with checking("another model reads both"):
        watch.go(link())
        watch.choose_model("gru")
        watch.settled(model="sentiment-pt-gru")
        expect(box(watch)).to_have_value(SECOND)
        other = trace(SECOND, cell="gru")
        expect(cells).to_have_text([percent(other["probabilities"][j][1]) for _, j in PAIRS])
        watch.page.get_by_test_id("weights-fresh").click()
        watch.settled(weights="fresh")
        expect(box(watch)).to_have_value(SECOND)
    with checking("another task reads neither"):
        watch.choose_task("sentiment")
        expect(box(watch)).to_have_value("")
        expect(watch.view("text_comparison")).to_be_hidden()


def test_a_second_sentence_that_cannot_be_read_is_told_and_the_first_stays(
    visit: Visit, troubles: Troubles, site: Site
) -> None:
    troubles.allow(REFUSED)
    watch = visit(link())
    notice = watch.page.locator("#beside-notice")
    figure = watch.view("text_comparison")
    with checking("a first sentence that cannot be read is told as before"):
        watch.write("")
        expect(watch.notice).to_have_text(watch.say("error.text_empty"))
        expect(box(watch)).to_have_value(SECOND)
        expect(figure).to_be_visible()
        watch.write(FIRST)
        expect(watch.notice).to_have_text("")
    for language in ("en", "pt-BR"):
        for kind, text in HOSTILE.items():
            with checking(f"{kind}, in {language}"):
                refused = httpx.post(
                    f"{site.address}api/trace",
                    json={"model": "sentiment-pt-lstm", "input": {"text": text}},
                    headers={"Accept-Language": language},
                    trust_env=False,
                    timeout=60,
                )
                assert refused.status_code == 422
                box(watch).fill(text)
                expect(notice).to_have_text(refused.json()["error"]["message"])
                expect(notice).to_have_class("notice error")
                expect(box(watch)).to_have_attribute("aria-invalid", "true")
                expect(watch.notice).to_have_text("")
                expect(watch.sentence).to_have_attribute("aria-invalid", "false")
                expect(figure).to_be_hidden()
        with checking(f"the first goes on, in {language}, and the second can be mended"):
            asked = {"model": "sentiment-pt-lstm", "input": {"text": "Um acidente."}}
            watch.write("Um acidente.")
            watch.agrees(site.post("api/trace", asked), language)
            expect(notice).to_have_class("notice error")
            box(watch).fill(SECOND)
            expect(figure).to_be_visible()
            expect(notice).to_have_text("")
        if language == "en":
            watch.page.get_by_test_id("language").click()
            expect(watch.page.locator("html")).to_have_attribute("lang", "pt-BR")


def test_both_are_taken_away_as_a_picture_and_as_a_table(watch: Watch, tmp_path: Path) -> None:
    with checking("with one sentence there is no pair to take"):
        watch.page.locator("#export summary").click()
        expect(watch.page.locator("[data-export=csv]")).to_be_visible()
        expect(watch.page.locator("[data-export^=pair]").first).to_be_hidden()
        watch.page.keyboard.press("Escape")
    watch.go(link(model="sentiment-pt-lstm"))
    watch.settled(model="sentiment-pt-lstm", steps=8)
    watch.pairs()
    files = {}
    for kind in ("csv", "svg", "png"):
        with checking(f"the pair as {kind}"):
            watch.page.locator("#export summary").click()
            with watch.page.expect_download() as started:
                watch.page.locator(f"[data-export=pair_{kind}]").click()
            name = f"gatescope-sentiment-pt-lstm-beside.{kind}"
            assert started.value.suggested_filename == name
            started.value.save_as(tmp_path / kind)
            files[kind] = (tmp_path / kind).read_bytes()
    with checking("what is in them"):
        rows = list(csv.reader(files["csv"].decode().splitlines()))
        shown = watch.view("text_comparison").locator("details.table tbody tr").all()
        assert rows[1:] == [row.locator("td").all_inner_texts() for row in shown]
        drawn = files["svg"].decode()
        for word in ("acidente", "momento", "difference"):
            assert f"{word}<" in drawn
        assert files["png"].startswith(b"\x89PNG")
