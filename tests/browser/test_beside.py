"""Two sentences side by side: what is set under what, what differs, and moving words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
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
from .test_layout import look_over
from .test_tasks import choose
from .test_views import READ_PIXELS
from .watch import Watch, number, percent

FIRST = "Um acidente pode ocorrer a qualquer momento."
SECOND = "A qualquer momento pode ocorrer um acidente."
# The columns that a person would set under each other: every word with itself.
PAIRS = [(0, 5), (1, 6), (2, 3), (3, 4), (4, 0), (5, 1), (6, 2), (7, 7)]
CALL = """async ([file, name, given]) => {
  const links = [...document.querySelectorAll('link[rel=modulepreload]')];
  const module = await import(links.map((link) => link.href).find((one) => one.endsWith(file)));
  return module[name](...given);
}"""


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


def read_pairs(watch: Watch) -> list[tuple[int | None, int | None]]:
    rows = watch.open_table("text_comparison")
    expect(rows).not_to_have_count(0)
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    read = [[None if cell == "–" else int(cell) - 1 for cell in row[1:3]] for row in cells]
    return [(one, other) for one, other in read]


def test_words_are_set_under_each_other(watch: Watch) -> None:
    def pair(first: str, second: str, by: str) -> Any:
        given = [first.split(), second.split(), by]
        return watch.page.evaluate(CALL, ["/core/alignment.js", "alignTokens", given])

    assert pair("a b c", "a b c", "word") == [[0, 0], [1, 1], [2, 2]]
    assert pair("a b c", "c a b", "word") == [[0, 1], [1, 2], [2, 0]]
    # The k-th time a word stands in one belongs to the k-th time in the other.
    assert pair("a b a", "a a b a", "word") == [[0, 0], [1, 2], [None, 3], [2, 1]]
    # What stands alone comes after the word it follows.
    assert pair("a b", "x a y b z", "word") == [[None, 0], [0, 1], [None, 2], [1, 3], [None, 4]]
    assert pair("a x b", "a b", "word") == [[0, 0], [1, None], [2, 1]]
    assert pair("a", "x y", "word") == [[None, 0], [None, 1], [0, None]]
    assert pair("a b", "x y z", "position") == [[0, 0], [1, 1], [None, 2]]
    assert pair("constructor __proto__", "__proto__", "word") == [[0, None], [1, 0]]
    rng = np.random.default_rng(0)
    for _ in range(20):
        first, second = (
            [str(k) for k in rng.integers(0, 9, size=size)] for size in rng.integers(1, 40, size=2)
        )
        columns = watch.page.evaluate(
            CALL, ["/core/alignment.js", "alignTokens", [first, second, "word"]]
        )
        assert [i for i, _ in columns if i is not None] == list(range(len(first)))
        assert sorted(j for _, j in columns if j is not None) == list(range(len(second)))
        both = [(i, j) for i, j in columns if i is not None and j is not None]
        for i, j in both:
            assert first[i] == second[j]
            assert first[:i].count(first[i]) == second[:j].count(second[j])
        shared = sum(min(first.count(one), second.count(one)) for one in set(first))
        assert len(both) == shared


def test_words_move_one_place_at_a_time(watch: Watch) -> None:
    def move(text: str, words: list[int], by: int, origin: str = "") -> Any:
        given = [text, words, by, origin]
        found = watch.page.evaluate(CALL, ["/core/word_order.js", "moveWords", given])
        return found and (found["text"], found["text"][found["from"] : found["to"]])

    assert move(FIRST, [0, 1], 1) == (
        "Pode um acidente ocorrer a qualquer momento.",
        "um acidente",
    )
    assert move("Pode ocorrer um acidente.", [2, 3], -1) == (
        "Pode um acidente ocorrer.",
        "um acidente",
    )
    # At either end there is nowhere to go; the stop stays where it is.
    assert move(FIRST, [0, 1], -1) is None
    assert move("Pode ocorrer um acidente.", [2, 3], 1) is None
    assert move("a b!?", [0, 0], 1) == ("b a!?", "a")
    # What is between the words stays between the words.
    assert move("a,  b\nc", [0, 0], 1) == ("b  a,\nc", "a,")
    # A name keeps its capital where a sentence shows that it is one.
    assert move("Maria viajou ontem", [0, 0], 1, "Ontem Maria viajou") == (
        "Viajou Maria ontem",
        "Maria",
    )
    assert move("NASA said so", [0, 0], 1) == ("Said NASA so", "NASA")
    assert move("kept in small letters", [0, 0], 1) == ("in kept small letters", "kept")
    for text in ("", "   ", "...", "one"):
        assert move(text, [0, 0], 1) is None


def test_a_link_restores_both_sentences_and_what_is_shown(visit: Visit) -> None:
    watch = visit(link(align="position", only="f", step=2), locale="pt-BR")
    expect(watch.sentence).to_have_value(FIRST)
    expect(box(watch)).to_have_value(SECOND)
    expect(watch.view("text_comparison").locator("h2")).to_have_text("Duas frases, lado a lado")
    expect(watch.page.get_by_test_id("align-position")).to_have_attribute("aria-pressed", "true")
    expect(watch.page.get_by_test_id("only-f")).to_have_attribute("aria-pressed", "true")
    shows_pairs(watch, [(k, k) for k in range(8)])
    watch.page.get_by_test_id("align-word").click()
    watch.page.get_by_test_id("only-o").click()
    watch.page.wait_for_function("() => location.hash.includes('only=o')")
    given = parse_qs(watch.page.url.split("#")[1])
    assert (given["beside"], "align" in given) == ([SECOND], False)
    other = visit(watch.page.url.split("#")[1], locale="en-US")
    expect(box(other)).to_have_value(SECOND)
    expect(other.view("text_comparison").locator("h2")).to_have_text("Duas frases, lado a lado")
    shows_pairs(other, PAIRS)
    # A link without a second sentence shows one.
    other.page.evaluate("() => { location.hash = 'task=sentiment&text=a+good+film'; }")
    other.settled(steps=3)
    expect(other.view("text_comparison")).to_be_hidden()
    assert box(other).input_value() == ""


@pytest.mark.parametrize("nonsense", ["align=x&only=x&layer=x", "align=&only=__proto__&layer=1"])
def test_nonsense_in_the_address_is_harmless(visit: Visit, nonsense: str) -> None:
    watch = visit(f"{link()}&{nonsense}")
    expect(watch.page.get_by_test_id("align-word")).to_have_attribute("aria-pressed", "true")
    shows_pairs(watch, PAIRS)


@pytest.mark.parametrize("cell", ["lstm", "rnn", "bag"])
def test_what_differs_is_the_difference_of_two_traces_of_the_api(
    visit: Visit, site: Site, cell: str
) -> None:
    watch = visit(link(model=f"sentiment-pt-{cell}"))
    one, other = trace_both(site, model=f"sentiment-pt-{cell}")
    rows = watch.open_table("text_comparison")
    expect(rows).to_have_count(len(PAIRS))
    for row, (i, j) in zip(rows.all(), PAIRS, strict=True):
        apart = [
            np.linalg.norm(np.subtract(one["signals"][name][i], other["signals"][name][j]))
            for name in one["signals"]
        ]
        token = one["tokens"][i]
        assert token == other["tokens"][j]
        wanted = [token, str(i + 1), str(j + 1)]
        wanted += [percent(one["probabilities"][i][1]), percent(other["probabilities"][j][1])]
        assert row.locator("td").all_inner_texts() == [
            *wanted,
            *(length(float(value)) for value in apart),
        ]


def test_the_largest_difference_is_told_in_words(visit: Visit, site: Site) -> None:
    watch = visit(link())
    one, other = trace_both(site)
    gates = {s["name"]: s["title"]["en"] for s in site.signals("lstm") if s["kind"] == "gate"}
    assert len(gates) == 3
    found = []
    for name, title in gates.items():
        a, b = (np.array(trace["signals"][f"layers.0.{name}"]) for trace in (one, other))
        for i, j in PAIRS:
            unit = int(np.abs(a[i] - b[j]).argmax())
            found.append((abs(a[i, unit] - b[j, unit]), i, j, name, title, unit, a, b))
    _, i, j, name, title, unit, a, b = max(found, key=lambda one: one[0])
    said = watch.view("text_comparison").locator(".shows")
    expect(said).to_contain_text(
        f"“{one['tokens'][i]}” (position {i + 1} in the 1st, {j + 1} in the 2nd)"
    )
    expect(said).to_contain_text(f"{title} {name} of unit {unit + 1} is {number(a[i, unit])}")
    expect(said).to_contain_text(f"and {number(b[j, unit])} in the second")
    expect(said).to_contain_text("from the first position on")


def test_before_the_first_other_word_nothing_differs(visit: Visit, site: Site) -> None:
    second = "Um acidente pode ocorrer a qualquer hora."
    watch = visit(link(second))
    one, other = trace_both(site, (FIRST, second))
    for name, values in one["signals"].items():
        assert values[:6] == other["signals"][name][:6]
        assert values[6] != other["signals"][name][6]
    said = watch.view("text_comparison").locator(".shows")
    expect(said).to_contain_text("Up to “qualquer” (position 6)")
    expect(said).to_contain_text("the difference is exactly 0")
    box(watch).fill(FIRST)
    expect(said).to_have_text("They read the same to the end, and the difference is exactly 0.")


def test_the_same_word_gives_the_same_input_and_the_memory_makes_the_difference(
    visit: Visit, site: Site
) -> None:
    """Recomputed from the model file: W_ih x_t + b is equal, and W_hh dh is what is left."""
    watch = visit(link(step=1))
    one, other = trace_both(site)
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

    line = watch.view("parameter_sharing").locator(".body tbody tr").nth(1)
    expect(line.locator("th")).to_have_text("acidente")
    number_of = one["token_ids"][i]
    apart = [np.linalg.norm(read(one, s, i - 1) - read(other, s, j - 1)) for s in "hc"]
    apart += [np.linalg.norm(read(one, s, i) - read(other, s, j)) for s in "ifgo"]
    expect(line.locator("td")).to_have_text(
        ["2", "7", f"{number_of} = {number_of}", "0", *(length(float(one)) for one in apart)]
    )
    said = watch.view("parameter_sharing").locator(".shows")
    expect(said).to_contain_text("“acidente” stands at position 2 in the first sentence")
    expect(said).to_contain_text(f"‖Δht−1‖ = {length(float(apart[0]))}")
    expect(said).to_contain_text(f"‖Δft‖ = {length(float(apart[3]))}")
    expect(watch.view("parameter_sharing").locator("tr.here th")).to_have_text("acidente")
    watch.seek(4)
    expect(said).to_contain_text("“a” stands at position 5 in the first sentence")


def test_every_pixel_of_the_difference_is_first_minus_second(visit: Visit, site: Site) -> None:
    """White at 0, the gate's colour at 1, violet at -1; the units in the order of the page."""
    watch = visit(link(), color_scheme="light")
    one, other = trace_both(site)
    memory = np.array(one["signals"]["layers.0.c"][-1])
    order = sorted(range(len(memory)), key=lambda unit: -memory[unit])
    names = [signal["name"] for signal in site.signals("lstm")]
    expect(watch.view("text_comparison").locator("canvas")).to_have_count(3)
    first, second, apart = watch.page.evaluate(READ_PIXELS, "text_comparison")
    assert (apart["width"], apart["height"]) == (len(PAIRS) * (len(names) + 1), len(order))
    at = names.index("f")
    a, b = (np.array(trace["signals"]["layers.0.f"]) for trace in (one, other))
    colour, violet = np.array([0xD5, 0x5E, 0x00]), np.array([0x7B, 0x2F, 0xA8])

    def mix(value: float) -> Any:
        return 255 + ((colour if value >= 0 else violet) - 255) * abs(value)

    for line, unit in enumerate(order):
        for column, (i, j) in enumerate(PAIRS):
            row = len(order) - 1 - line
            place = 4 * (row * apart["width"] + column * (len(names) + 1) + at)
            for strip, value in (
                (first, a[i, unit]),
                (second, b[j, unit]),
                (apart, a[i, unit] - b[j, unit]),
            ):
                # The colours of what has a sign come in steps of 1/128.
                assert strip["data"][place : place + 3] == pytest.approx(mix(value), abs=2.2)


def test_a_word_of_one_sentence_stands_alone_and_an_unknown_one_is_marked(
    visit: Visit, site: Site
) -> None:
    second = "Um acidente zzyzx pode ocorrer."
    watch = visit(link(second))
    assert not trace_both(site, (FIRST, second))[1]["known"][2]
    expect(watch.page.locator("#beside-notice")).to_contain_text("zzyzx")
    expect(watch.page.locator("#beside-notice")).not_to_have_class("notice error")
    shows_pairs(
        watch,
        [*[(0, 0), (1, 1), (None, 2), (2, 3), (3, 4), (4, None), (5, None), (6, None), (7, 5)]],
    )
    expect(watch.view("text_comparison").locator(".letters")).to_contain_text("zzyzx?")
    watch.seek(6)  # a word of the first sentence only
    expect(watch.view("parameter_sharing").locator(".shows")).to_contain_text(
        "in the first sentence only"
    )
    # A place where the first sentence has no word moves nothing.
    watch.overlay("text_comparison").click(position=watch.spot("text_comparison", 2, 0.5, 3))
    watch.frames(5)
    assert watch.step == 6
    tip = watch.view("text_comparison").locator(".tip")
    expect(tip).to_contain_text("“zzyzx” (position 3)")


def test_the_cursor_stands_at_the_word_in_every_panel(visit: Visit) -> None:
    watch = visit(link("Hoje pode ocorrer um acidente."))
    columns = read_pairs(watch)
    place = columns.index((2, 1))
    assert place != 2  # its column is not its step
    watch.overlay("text_comparison").hover(position=watch.spot("text_comparison", place, 0.5, 3))
    watch.settled(step=2)
    assert watch.cursors()["text_comparison"] == pytest.approx([place], abs=0.1)
    assert watch.cursors()["signal_heatmaps"] == pytest.approx([2] * 6, abs=0.1)
    watch.overlay("text_comparison").click(
        position=watch.spot("text_comparison", columns.index((1, 4)), 0.5, 4)
    )
    watch.page.mouse.move(2, 2)
    watch.settled(step=1)
    expect(watch.whatif).to_be_hidden()
    watch.page.locator("#play").focus()
    watch.page.keyboard.press("ArrowRight")
    watch.settled(step=2)
    watch.page.wait_for_function(
        "() => !document.querySelector('.view-text_comparison .cursor').hidden"
    )
    assert watch.cursors()["text_comparison"] == pytest.approx([place], abs=0.1)


def test_a_long_pair_turns_its_pages_with_the_step(visit: Visit, site: Site) -> None:
    text = " ".join(f"word {k} of a long film review, and" for k in range(12))
    watch = visit(
        link(f"This is {text}", text, "sentiment"), viewport={"width": 900, "height": 900}
    )
    last = len(site.trace(text)["tokens"]) - 1
    for step in (last, 0, last // 2):
        watch.seek(step)
        watch.frames(3)
        columns = read_pairs(watch)
        place = next(k for k, (i, _) in enumerate(columns) if i == step)
        assert watch.cursors()["text_comparison"] == pytest.approx([place], abs=0.1)


def test_a_second_sentence_is_opened_chosen_and_closed_by_keyboard(watch: Watch) -> None:
    choose(watch, "sentiment-pt")
    watch.write(FIRST)
    toggle = watch.page.get_by_test_id("beside-toggle")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(box(watch)).to_be_hidden()
    toggle.focus()
    watch.page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(box(watch)).to_be_focused()
    # The others of the task are offered, those that share most words first.
    offered = watch.page.locator("#partners button")
    titles = offered.evaluate_all("(all) => all.map((one) => one.title)")
    assert titles[0] == FIRST
    assert set(titles[1:3]) == {SECOND, "Pode ocorrer um acidente a qualquer momento."}
    tasks = {task["id"]: task for task in watch.site.get("api/catalog")["tasks"]}
    assert len(titles) == len(tasks["sentiment-pt"]["examples"])
    offered.nth(titles.index(SECOND)).focus()
    watch.page.keyboard.press("Enter")
    expect(box(watch)).to_have_value(SECOND)
    expect(watch.view("text_comparison")).to_be_visible()
    watch.page.wait_for_function(
        """() => {
          const chart = document.querySelector('.view-text_comparison .chart');
          return Math.abs(parseFloat(chart.dataset.drawn) - chart.parentElement.clientWidth) < 2;
        }"""
    )
    expect(offered.first).to_be_hidden()
    toggle.focus()
    watch.page.keyboard.press("Enter")
    expect(box(watch)).to_be_hidden()
    expect(watch.view("text_comparison")).to_be_hidden()
    expect(watch.view("parameter_sharing")).to_be_hidden()
    watch.page.wait_for_function("() => !location.hash.includes('beside')")
    expect(watch.sentence).to_have_value(FIRST)


def test_the_two_are_swapped(visit: Visit, site: Site) -> None:
    watch = visit(link())
    watch.page.get_by_test_id("swap").click()
    expect(watch.sentence).to_have_value(SECOND)
    expect(box(watch)).to_have_value(FIRST)
    trace = trace_both(site)[1]
    rows = watch.open_table("text_comparison")
    expect(rows.locator("td:nth-child(4)")).to_have_text(
        [percent(row[1]) for row in trace["probabilities"]]
    )
    shows_pairs(watch, sorted((j, i) for i, j in PAIRS))


def test_a_phrase_travels_through_the_sentence(visit: Visit, site: Site) -> None:
    watch = visit(link(FIRST))
    earlier, later = watch.page.get_by_test_id("earlier"), watch.page.get_by_test_id("later")
    choose_words(watch, 0, len("Um acidente"))
    expect(watch.page.locator("#held")).to_have_text("“Um acidente”")
    expect(earlier).to_have_attribute("aria-disabled", "true")
    steps = [
        "Pode um acidente ocorrer a qualquer momento.",
        "Pode ocorrer um acidente a qualquer momento.",
        "Pode ocorrer a um acidente qualquer momento.",
        "Pode ocorrer a qualquer um acidente momento.",
        "Pode ocorrer a qualquer momento um acidente.",
    ]
    later.focus()
    for text in steps:
        watch.page.keyboard.press("Enter")
        expect(box(watch)).to_have_value(text)
    expect(later).to_be_focused()
    expect(later).to_have_attribute("aria-disabled", "true")
    expect(watch.page.locator("#held")).to_have_text("“um acidente”")
    trace = trace_both(site, (FIRST, steps[-1]))[1]
    shares = [percent(trace["probabilities"][k][1]) for k in (5, 6, 0, 1, 2, 3, 4, 7)]
    cells = watch.open_table("text_comparison").locator("td:nth-child(5)")
    expect(cells).to_have_text(shares)
    watch.page.keyboard.press("Enter")
    expect(box(watch)).to_have_value(steps[-1])
    for text in [*steps[-2::-1], FIRST]:
        earlier.click()
        expect(box(watch)).to_have_value(text)


def test_without_a_selection_what_has_moved_moves_on(visit: Visit) -> None:
    watch = visit(link("Pode ocorrer um acidente a qualquer momento."))
    expect(watch.page.locator("#held")).to_have_text("“Pode ocorrer”")
    watch.page.get_by_test_id("later").click()
    expect(box(watch)).to_have_value("Um pode ocorrer acidente a qualquer momento.")


def test_an_example_names_its_partner_and_the_next_one_takes_it_away(watch: Watch) -> None:
    choose(watch, "sentiment-pt")
    examples = watch.page.locator("#examples button")
    examples.nth(4).click()
    expect(watch.sentence).to_have_value(FIRST)
    expect(box(watch)).to_have_value(SECOND)
    expect(watch.view("text_comparison")).to_be_visible()
    examples.nth(0).click()
    expect(watch.view("text_comparison")).to_be_hidden()
    assert box(watch).input_value() == ""
    box(watch).fill("A minha frase.")  # what a person wrote stays
    examples.nth(1).click()
    expect(box(watch)).to_have_value("A minha frase.")
    expect(watch.view("text_comparison")).to_be_visible()


def test_another_model_reads_both_and_another_task_neither(visit: Visit, site: Site) -> None:
    watch = visit(link())
    watch.page.get_by_test_id("model-gru").click()
    watch.settled(model="sentiment-pt-gru")
    expect(box(watch)).to_have_value(SECOND)
    other = trace_both(site, model="sentiment-pt-gru")[1]
    cells = watch.open_table("text_comparison").locator("td:nth-child(5)")
    expect(cells).to_have_text([percent(other["probabilities"][j][1]) for _, j in PAIRS])
    watch.page.get_by_test_id("weights-fresh").click()
    watch.settled(weights="fresh")
    expect(box(watch)).to_have_value(SECOND)
    choose(watch, "sentiment")
    assert box(watch).input_value() == ""
    expect(watch.view("text_comparison")).to_be_hidden()


HOSTILE = {
    "too long": "a " * 5_000 + "b",
    "a control character": "um\x07 acidente",
    "a word without end": "ab" * 35,
    "nothing to read": "«»",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_a_second_sentence_that_cannot_be_read_is_told_and_the_first_stays(
    visit: Visit, troubles: Troubles, site: Site, kind: str, language: str
) -> None:
    troubles.allow("the server responded with a status of 422")
    watch = visit(link(), locale=language)
    refused = httpx.post(
        f"{site.address}api/trace",
        json={"model": "sentiment-pt-lstm", "input": {"text": HOSTILE[kind]}},
        headers={"Accept-Language": language},
        trust_env=False,
    )
    assert refused.status_code == 422
    box(watch).fill(HOSTILE[kind])
    notice = watch.page.locator("#beside-notice")
    expect(notice).to_have_text(refused.json()["error"]["message"])
    expect(notice).to_have_class("notice error")
    expect(box(watch)).to_have_attribute("aria-invalid", "true")
    expect(watch.notice).to_have_text("")
    expect(watch.sentence).to_have_attribute("aria-invalid", "false")
    expect(watch.view("text_comparison")).to_be_hidden()
    one = site.post("api/trace", {"model": "sentiment-pt-lstm", "input": {"text": "Um acidente."}})
    watch.write("Um acidente.")  # the first goes on
    watch.agrees(one, language)
    expect(notice).to_have_class("notice error")
    box(watch).fill(SECOND)
    expect(watch.view("text_comparison")).to_be_visible()
    expect(notice).to_have_text("")


def test_only_spaces_are_no_second_sentence(visit: Visit) -> None:
    watch = visit(link("   \n\t "))
    expect(watch.view("text_comparison")).to_be_hidden()
    expect(watch.page.locator("#beside-notice")).to_have_text("")
    expect(watch.notice).to_have_text("")
    watch.settled(steps=8)


def test_a_first_sentence_that_cannot_be_read_is_told_as_before(
    visit: Visit, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 422")
    watch = visit(link())
    watch.write("")
    expect(watch.notice).to_have_text(watch.say("error.text_empty"))
    expect(box(watch)).to_have_value(SECOND)
    expect(watch.view("text_comparison")).to_be_visible()


def test_what_is_forced_is_forced_in_both(visit: Visit, site: Site, troubles: Troubles) -> None:
    troubles.allow("the server responded with a status of 422")
    forced = [{"signal": "layers.0.f", "value": 0.0, "step": None, "unit": None}]
    watch = visit(f"{link()}&force=layers.0.f:0::&force=layers.0.i:1:7:")
    wanted = [*forced, {"signal": "layers.0.i", "value": 1.0, "step": 7, "unit": None}]

    def trace(text: str, interventions: list[Any]) -> Any:
        asked = {"model": "sentiment-pt-lstm", "input": {"text": text}}
        return site.post("api/trace", asked | {"interventions": interventions})

    other = trace(SECOND, wanted)
    cells = watch.open_table("text_comparison").locator("td:nth-child(5)")
    expect(cells).to_have_text([percent(other["probabilities"][j][1]) for _, j in PAIRS])
    expect(watch.page.locator("#beside-notice")).to_have_text("")
    # A shorter one does not have the eighth step: what is forced there is left out, and told.
    box(watch).fill("Um acidente.")
    expect(watch.page.locator("#beside-notice")).to_have_text(watch.say("beside.left"))
    other = trace("Um acidente.", forced)
    expect(cells.first).to_have_text(percent(other["probabilities"][0][1]))
    expect(watch.view("equations").locator(".forced")).to_have_count(2)  # the first keeps both


@pytest.mark.parametrize("task", ["cloze", "shakespeare", "emotion"])
def test_every_task_has_two_sentences(watch: Watch, task: str) -> None:
    choose(watch, task)
    watch.page.get_by_test_id("beside-toggle").click()
    watch.page.locator("#partners button").nth(1).click()
    expect(watch.view("text_comparison")).to_be_visible()
    both = [watch.sentence.input_value(), box(watch).input_value()]
    asked = {"model": watch.data()["model"]}
    one, other = (watch.site.post("api/trace", asked | {"input": {"text": t}}) for t in both)
    found = read_pairs(watch)
    assert [i for i, _ in found if i is not None] == list(range(len(one["tokens"])))
    assert sorted(j for _, j in found if j is not None) == list(range(len(other["tokens"])))
    best = int(np.argmax(one["probabilities"][-1]))
    shares = [percent(one["probabilities"][i][best]) if i is not None else "–" for i, _ in found]
    expect(watch.open_table("text_comparison").locator("td:nth-child(4)")).to_have_text(shares)


@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize("width", [1440, 900, 360])
def test_nothing_leaves_the_screen(visit: Visit, width: int, language: str) -> None:
    second = "Supercalifragilisticexpialidocious ocorrer um acidente a qualquer momento zzyzx."
    watch = visit(link(second), viewport={"width": width, "height": 800}, locale=language)
    found = look_over(watch, "by word")
    for choice in ("align-position", "only-f"):
        watch.page.get_by_test_id(choice).click()
        expect(watch.page.get_by_test_id(choice)).to_have_attribute("aria-pressed", "true")
        watch.frames(3)
        found += look_over(watch, choice)
    box(watch).fill("")
    expect(watch.page.locator("#partners button").first).to_be_visible()
    found += look_over(watch, "suggestions")
    assert not found, "\n".join(dict.fromkeys(found))


def test_both_are_taken_away_as_a_picture_and_as_a_table(
    watch: Watch, visit: Visit, tmp_path: Any
) -> None:
    watch.page.locator("#export summary").click()
    expect(watch.page.locator("[data-export^=pair]").first).to_be_hidden()
    both = visit(link())
    read_pairs(both)
    files = {}
    for kind in ("csv", "svg", "png"):
        both.page.locator("#export summary").click()
        with both.page.expect_download() as started:
            both.page.locator(f"[data-export=pair_{kind}]").click()
        assert started.value.suggested_filename == f"gatescope-sentiment-pt-lstm-beside.{kind}"
        started.value.save_as(tmp_path / kind)
        files[kind] = (tmp_path / kind).read_bytes()
    rows = list(csv.reader(files["csv"].decode().splitlines()))
    shown = both.view("text_comparison").locator("details.table tbody tr").all()
    assert rows[1:] == [row.locator("td").all_inner_texts() for row in shown]
    drawn = files["svg"].decode()
    for word in ("acidente", "momento", "difference"):
        assert f"{word}<" in drawn
    assert files["png"].startswith(b"\x89PNG")
