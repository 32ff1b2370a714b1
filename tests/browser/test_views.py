"""Linked panels: what is pointed at in one is shown in all, and painted where it belongs."""

from __future__ import annotations

import re
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Position, expect

from .conftest import Visit
from .site import Site
from .watch import Watch, checking, number

READ_PIXELS = """([view, k]) => {
  const canvas = document.querySelectorAll(`.view-${view} canvas`)[k];
  const {width, height} = canvas;
  return [height, width, [...canvas.getContext('2d').getImageData(0, 0, width, height).data]];
}"""
FORGET = (0xD5, 0x5E, 0x00)


def read_canvas(watch: Watch, view: str, k: int) -> NDArray[np.float64]:
    """What a view painted on its k-th canvas: red, green, blue ``[height, width, 3]``."""
    height, width, data = watch.page.evaluate(READ_PIXELS, [view, k])
    return np.array(data, dtype=float).reshape(height, width, 4)[:, :, :3]


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


def test_what_is_pointed_at_in_one_panel_is_shown_in_all(watch: Watch, site: Site) -> None:
    trace = site.trace(site.example())
    tokens = trace["tokens"]
    watch.drawn()
    charts = [*watch.cursors()]
    assert len(charts) > 1
    with checking("pointing at a column moves every panel, and leaving goes back"):
        watch.seek(10)
        for view in charts:
            axis = 2 if view == "network" else 1
            for step in (4, 5):
                watch.overlay(view).hover(position=watch.spot(view, step, 0.5, axis))
                watch.at_step(step, tokens[step])
            watch.page.mouse.move(2, 2)
            watch.at_step(10, tokens[10])
    with checking("a click on a column keeps every panel there"):
        for step, view in enumerate(charts, start=3):
            axis = 2 if view == "network" else 1
            watch.overlay(view).click(position=watch.spot(view, step, 0.5, axis))
            watch.page.mouse.move(2, 2)
            watch.at_step(step, tokens[step])
            if watch.whatif.is_visible():
                watch.page.keyboard.press("Escape")
    with checking("a tip tells the number under the pointer"):
        watch.overlay("signal_heatmaps").hover(position=watch.spot("signal_heatmaps", 8, 0.01, 5))
        tip = watch.view("signal_heatmaps").locator(".tip")
        expect(tip).to_contain_text("unit")
        found = re.search(r"unit (\d+)", tip.inner_text())
        assert found
        unit = int(found[1]) - 1
        value = number(trace["signals"]["layers.0.c"][8][unit])
        about = {"title": "cell state", "name": "c", "unit": unit + 1, "value": value}
        told = watch.say("tip.signal", step=9, token=tokens[8], **about)
        expect(tip).to_have_text(told)
        # The maps are ordered by what is remembered at the end: the top line holds the largest.
        last = trace["signals"]["layers.0.c"][-1]
        assert last[unit] == max(last)


def test_every_pixel_of_a_gate_is_its_value_and_what_lies_over_it_fits(
    watch: Watch, site: Site
) -> None:
    trace = site.trace(site.example())
    watch.agrees(trace)
    watch.look("strips")
    watch.drawn()
    gate, memory = (np.array(trace["signals"][f"layers.0.{name}"]) for name in "fc")
    steps, units = gate.shape
    order = sorted(range(units), key=lambda unit: -memory[-1][unit])
    names = [signal["name"] for signal in site.signals("lstm")]
    at = names.index("f")
    # White at 0, the gate's colour at 1; the units ordered by the memory they end with.
    wanted = 255 + (np.array(FORGET) - 255) * gate.T[order][:, :, None]
    with checking("every pixel of the map"):
        drawn = read_canvas(watch, "signal_heatmaps", at)
        assert drawn.shape == (units, steps, 3)
        assert np.abs(drawn - wanted).max() <= 1.6
    with checking("every pixel of the strips, whose first unit is their last row"):
        drawn = read_canvas(watch, "network", 0)
        assert drawn.shape == (units, steps * (len(names) + 1), 3)
        assert np.abs(drawn[::-1, at :: len(names) + 1] - wanted).max() <= 1.6
    with checking("what is said of the first step does not lie over the names left of the curve"):
        watch.look("memory")
        watch.seek(0)
        first = watch.page.evaluate(
            """() => { const chart = document.querySelector('.view-network .chart');
              const start = chart.getBoundingClientRect().left;
              const edge = (selector, side) => [...chart.querySelectorAll(selector)]
                .map((one) => one.getBoundingClientRect()[side] - start);
              const left = (x) => x < chart.axes.xaxis.offset;
              const names = edge('.letters > span', 'right').filter(left);
              return [edge('.readout', 'left')[0], Math.max(...names)]; }"""
        )
        assert first[0] >= first[1]
    with checking("below slanted words what is to come is dimmed along their slant"):
        slants = watch.page.evaluate(
            """() => [...document.querySelectorAll('.view-network .dim')]
              .map((one) => new DOMMatrix(getComputedStyle(one).transform))
              .map(({c, d}) => Math.atan2(c, d) * 180 / Math.PI)"""
        )
        assert slants == pytest.approx([0, -50], abs=0.1)
    with checking("what is laid over a figure stands where Plotly puts its axes"):
        pairs = watch.page.evaluate(
            """async () => {
              const pairs = [];
              for (const {axes, figure} of document.querySelectorAll('.card .chart')) {
                if (!figure) continue;
                const whole = document.body.appendChild(document.createElement('div'));
                const curves = figure.data.filter(({type}) => type === 'scatter');
                const layout = {...figure.layout, showlegend: false}; // a span above it, on screen
                await Plotly.newPlot(whole, curves, layout, {staticPlot: true});
                const drawn = whole._fullLayout;
                for (const [name, {offset, length, range}] of Object.entries(axes))
                  if (drawn[name]) pairs.push([[offset, length, ...range],
                    [drawn[name]._offset, drawn[name]._length, ...drawn[name].range]]);
                whole.remove();
              }
              return pairs;
            }"""
        )
        assert len(pairs) >= 8
        for ours, plotly in pairs:
            assert ours == pytest.approx(plotly, abs=0.6)


def test_the_line_that_is_pointed_at_is_the_unit_that_is_told(visit: Visit, site: Site) -> None:
    """The units stand in one order everywhere: what is remembered most is at the top."""
    watch = visit("text=a+truly+good+film&beside=a+truly+bad+film&align=position")
    watch.look("strips")
    first, second = (
        np.array(site.trace(text)["signals"]["layers.0.c"])
        for text in ("a truly good film", "a truly bad film")
    )
    order = sorted(range(first.shape[1]), key=lambda unit: -first[-1][unit])
    largest = {"network": np.abs(first).max(), "text_comparison": np.abs([first, second]).max()}
    columns, strips = 3, 6
    middle = columns - strips / (strips + 1) / 2 + 4.5 / (strips + 1)  # c, at the last word
    for view, most in largest.items():
        with checking(f"the first and the last line of {view}"):
            expect(watch.view(view).locator("canvas").first).to_be_visible()
            watch.overlay(view).scroll_into_view_if_needed()
            for line in (0, len(order) - 1):
                place = watch.spot(view, middle, (line + 0.5) / len(order), 2)
                watch.overlay(view).hover(position=place)
                unit, value = order[line], first[-1][order[line]]
                expect(watch.view(view).locator(".tip")).to_contain_text(f"unit {unit + 1}")
                hue = (0xB8, 0x86, 0x0B) if value > 0 else (0x7B, 0x2F, 0xA8)
                wanted = [255 + (part - 255) * abs(value) / max(1, most) for part in hue]
                assert read_pixel(watch, view, place) == pytest.approx(wanted, abs=4), line
