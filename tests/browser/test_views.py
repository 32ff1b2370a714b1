"""Linked panels: what is pointed at in one is shown in all."""

from __future__ import annotations

import math
import re
import struct
import zlib
from itertools import pairwise

import pytest
from playwright.sync_api import Position, expect

from .conftest import Visit
from .site import Site
from .watch import Watch, number, percent

CHARTS = ["network", "signal_heatmaps", "gradient_norms", "unit_activations"]
VIEWS = ["network", "turning_point", *CHARTS[1:], "equations"]


def at_step(watch: Watch, step: int, token: str) -> None:
    """Every panel is at this step, to the pixel."""
    watch.settled(step=step)
    expect(watch.view("equations").locator(".aside")).to_contain_text(f"step {step + 1}, “{token}”")
    found = watch.cursors()
    assert sorted(found) == sorted(CHARTS)
    for view, steps in found.items():
        assert steps == pytest.approx([step] * len(steps), abs=0.1), view
    expect(watch.page.locator("#where")).to_contain_text(f"step {step + 1} of")


def test_pointing_at_a_column_moves_every_panel_and_leaving_goes_back(
    watch: Watch, site: Site
) -> None:
    tokens = site.trace(site.example())["tokens"]
    watch.seek(10)
    for view in CHARTS:
        axis = 2 if view == "network" else 1
        watch.overlay(view).hover(position=watch.spot(view, 4, 0.5, axis))
        at_step(watch, 4, tokens[4])
        watch.overlay(view).hover(position=watch.spot(view, 5, 0.5, axis))
        at_step(watch, 5, tokens[5])
        watch.page.mouse.move(2, 2)
        at_step(watch, 10, tokens[10])


def test_a_click_on_a_column_keeps_every_panel_there(watch: Watch, site: Site) -> None:
    tokens = site.trace(site.example())["tokens"]
    for step, view in enumerate(CHARTS, start=3):
        axis = 2 if view == "network" else 1
        watch.overlay(view).click(position=watch.spot(view, step, 0.5, axis))
        watch.page.mouse.move(2, 2)
        at_step(watch, step, tokens[step])
        if watch.whatif.is_visible():
            watch.page.keyboard.press("Escape")


def test_pointing_tells_the_number_under_the_pointer(watch: Watch, site: Site) -> None:
    trace = site.trace(site.example())
    watch.overlay("signal_heatmaps").hover(position=watch.spot("signal_heatmaps", 8, 0.01, 5))
    tip = watch.view("signal_heatmaps").locator(".tip")
    found = re.search(r"unit (\d+)", tip.inner_text())
    assert found
    unit = int(found[1])
    value = number(trace["signals"]["layers.0.c"][8][unit - 1])
    told = watch.say(
        "tip.signal",
        step=9,
        token=trace["tokens"][8],
        title="cell state",
        name="c",
        unit=unit,
        value=value,
    )
    expect(tip).to_have_text(told)
    # The maps are ordered by what is remembered at the end: the top line holds the largest.
    last = trace["signals"]["layers.0.c"][-1]
    assert last[unit - 1] == max(last)


def test_every_panel_says_what_it_shows_and_has_a_table(watch: Watch) -> None:
    expect(watch.view("turning_point").locator(".bars li")).not_to_have_count(0)
    for view in VIEWS:
        panel = watch.view(view)
        expect(panel.locator("h2")).not_to_be_empty()
        expect(panel.locator(".shows")).not_to_be_empty()
        expect(panel.locator("p.hidden").first).not_to_be_empty()
        expect(watch.open_table(view)).not_to_have_count(0)
        expect(panel.locator("thead th").first).not_to_be_empty()


def test_the_network_names_the_word_that_changed_its_mind_and_the_gate(
    watch: Watch, site: Site
) -> None:
    text = site.example()
    trace = site.trace(text)
    opinion = [row[1] for row in trace["probabilities"]]
    moves = [abs(b - a) for a, b in pairwise(opinion)]
    turn = moves.index(max(moves)) + 1
    panel = watch.view("turning_point")
    token = trace["tokens"][turn]
    expect(panel.locator(".shows")).to_contain_text(f"“{token}” (step {turn + 1})")
    expect(panel.locator(".shows")).to_contain_text(
        f"from {percent(opinion[turn - 1])} to {percent(opinion[turn])}"
    )
    held = {}
    for signal in site.signals("lstm"):
        if signal["kind"] == "state":
            continue
        name = f"layers.0.{signal['name']}"
        stays = {"signal": name, "value": "previous", "step": turn, "unit": None}
        answer = site.trace(text, interventions=[stays])
        held[signal["title"]["en"]] = answer["probabilities"][turn][1]
    expect(panel.locator(".bars b")).to_have_text(
        [percent(value) for value in [opinion[turn], *held.values()]]
    )
    most = max(held, key=lambda title: abs(held[title] - opinion[turn]))
    expect(panel.locator(".shows strong")).to_contain_text(most)
    panel.locator(".shows button").click()
    watch.settled(step=turn)


def test_the_gradient_panel_is_the_norms_of_the_api(watch: Watch, site: Site) -> None:
    trace = site.trace(site.example())
    drawn = watch.page.evaluate(
        "() => document.querySelector('.view-gradient_norms .plot').data.map((one) => [...one.y])"
    )
    for name, line in zip("hc", drawn, strict=True):
        norms = trace["norms"][f"layers.0.{name}"]
        assert [10**y for y in line] == pytest.approx([n / norms[-1] for n in norms], rel=1e-9)


def test_the_way_back_lights_each_step_by_the_gradient_that_still_arrives(
    watch: Watch, site: Site
) -> None:
    watch.page.get_by_test_id("direction-backward").click()
    watch.settled(direction="backward")
    long = site.get("api/catalog")["tasks"][0]["examples"][4]["text"]
    for cell in ("lstm", "rnn"):
        watch.page.get_by_test_id(f"model-{cell}").click()
        trace = watch.read(long, cell)
        norms = trace["norms"]["layers.0.h"]
        wanted = [max(-12, math.log10(one / norms[-1])) for one in norms]
        for step in (0, len(norms) - 1):
            watch.seek(step)
            first, drawn = watch.page.evaluate(
                """() => {
                  const curve = document.querySelector('.view-network .plot').data
                    .findLast((one) => one.mode === 'lines+markers' && one.yaxis === 'y'
                      && one.line.color === document.querySelector('.view-gradient_norms .plot')
                        .data[0].line.color);
                  return [curve.x[0], [...curve.y]];
                }"""
            )
            assert drawn == pytest.approx(wanted[first : first + len(drawn)], abs=1e-9)


def test_one_word_is_drawn_too(watch: Watch) -> None:
    for cell in ("lstm", "gru", "rnn"):
        watch.page.get_by_test_id(f"model-{cell}").click()
        watch.read("wonderful", cell)
        expect(watch.view("turning_point").locator(".shows")).to_contain_text("One word only")
        at_step(watch, 0, "wonderful")
        watch.play.click()
        watch.plays(False)


READ_PIXELS = """(view) => [...document.querySelectorAll(`.view-${view} canvas`)].map((canvas) => {
  const {width, height} = canvas;
  return {width, height, data: [...canvas.getContext('2d').getImageData(0, 0, width, height).data]};
})"""
FORGET = (0xD5, 0x5E, 0x00)


def test_every_pixel_of_a_gate_is_its_value_in_the_trace(visit: Visit, site: Site) -> None:
    """White at 0, the gate's colour at 1; the units ordered by the memory they end with."""
    watch = visit(color_scheme="light")
    trace = site.trace(site.example())
    watch.agrees(trace)
    gate, memory = trace["signals"]["layers.0.f"], trace["signals"]["layers.0.c"]
    steps, units = len(gate), len(gate[0])
    order = sorted(range(units), key=lambda unit: -memory[-1][unit])
    maps = watch.page.evaluate(READ_PIXELS, "signal_heatmaps")
    strips = watch.page.evaluate(READ_PIXELS, "network")[0]
    names = [signal["name"] for signal in site.signals("lstm")]
    at = names.index("f")
    assert (maps[at]["width"], maps[at]["height"]) == (steps, units)
    assert (strips["width"], strips["height"]) == (steps * (len(names) + 1), units)
    for line, unit in enumerate(order):
        for step in range(steps):
            wanted = [255 + (hue - 255) * gate[step][unit] for hue in FORGET]
            place = 4 * (line * steps + step)
            assert maps[at]["data"][place : place + 3] == pytest.approx(wanted, abs=1.6)
            # The network's first unit is its last row: its axis runs upward.
            place = 4 * ((units - 1 - line) * strips["width"] + step * (len(names) + 1) + at)
            assert strips["data"][place : place + 3] == pytest.approx(wanted, abs=1.6)


def read_pixel(watch: Watch, view: str, position: Position) -> list[int]:
    """What stands on the screen at a place of a figure: red, green, blue."""
    area = watch.overlay(view).bounding_box()
    assert area
    x, y = area["x"] + position["x"], area["y"] + position["y"]
    png = watch.page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += 12 + size
    return list(zlib.decompress(data)[1:4])  # after the row's filter


@pytest.mark.parametrize("view", ["network", "text_comparison"])
def test_the_line_that_is_pointed_at_is_the_unit_that_is_told(visit: Visit, view: str) -> None:
    """The units stand in one order everywhere: what is remembered most is at the top."""
    watch = visit("text=a+truly+good+film&beside=a+truly+bad+film&align=position")
    trace = watch.site.trace("a truly good film")
    memory = trace["signals"]["layers.0.c"][-1]
    order = sorted(range(len(memory)), key=lambda unit: -memory[unit])
    largest = max(1, *(abs(v) for row in trace["signals"]["layers.0.c"] for v in row))
    if view == "text_comparison":
        row = watch.site.trace("a truly bad film")["signals"]["layers.0.c"]
        largest = max(largest, *(abs(v) for line in row for v in line))
    expect(watch.view(view).locator("canvas").first).to_be_visible()
    watch.overlay(view).scroll_into_view_if_needed()
    columns, strips = 3, 6
    middle = columns - strips / (strips + 1) / 2 + 4.5 / (strips + 1)  # c, at the last word
    for line in (0, len(order) - 1):
        place = watch.spot(view, middle, (line + 0.5) / len(order), 2)
        watch.overlay(view).hover(position=place)
        unit, value = order[line], memory[order[line]]
        expect(watch.view(view).locator(".tip")).to_contain_text(f"unit {unit + 1}")
        hue = (0xB8, 0x86, 0x0B) if value > 0 else (0x7B, 0x2F, 0xA8)
        wanted = [255 + (part - 255) * abs(value) / largest for part in hue]
        assert read_pixel(watch, view, place) == pytest.approx(wanted, abs=4), (line, value)


def test_what_is_laid_over_a_figure_stands_where_plotly_puts_its_axes(watch: Watch) -> None:
    watch.agrees(watch.site.trace(watch.site.example()))
    expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
    pairs = watch.page.evaluate(
        """() => ['network', 'gradient_norms', 'unit_activations'].flatMap((view) => {
          const chart = document.querySelector(`.view-${view} .chart`);
          const drawn = chart.querySelector('.plot')._fullLayout;
          return Object.entries(chart.axes).filter(([name]) => drawn[name])
            .map(([name, {offset, length, range}]) => [[offset, length, ...range],
              [drawn[name]._offset, drawn[name]._length, ...drawn[name].range]]);
        })"""
    )
    assert len(pairs) >= 6
    for ours, plotly in pairs:
        assert ours == pytest.approx(plotly, abs=0.6)
