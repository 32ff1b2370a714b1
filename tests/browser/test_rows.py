"""Networks of several layers, or that read both ways: drawn in rows, and looked into row by row."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from .conftest import Visit
from .site import Site
from .watch import Watch, checking, mean, number

BOTH, STACKED = "accents-lstm-bidirectional", "accents-lstm-stacked"
TEXT = "Você não está lá"
STEPS = len(TEXT)


def trace_of(site: Site, model: str, **rest: Any) -> Any:
    return site.post("api/trace", {"model": model, "input": {"text": TEXT}, **rest})


def open_model(visit: Visit, model: str, more: str = "") -> Watch:
    watch = visit(f"task=accents&model={model}&text={TEXT}&lang=en{more}")
    watch.settled(model=model, steps=STEPS)
    return watch


def letters(watch: Watch) -> list[str]:
    return watch.view("network").locator(".letters > span").all_inner_texts()


def arrows(watch: Watch, row: int) -> list[tuple[float, float]]:
    """Where each arrow of a row starts and ends, for its first state, from left to right."""
    drawn: list[str] = watch.page.evaluate(
        """(axis) => document.querySelector('.view-network .chart').figure.layout.shapes
          .filter(({yref}) => yref === axis).map(({path}) => path)""",
        f"y{row + 2}",
    )
    # M from … L neck … L neck … L the point …
    return sorted(
        (float(one[0].split(",")[0]), float(one[3].split(",")[0]))
        for one in (part[1:].replace("Z", "").split("L") for part in re.findall("M[^M]+", drawn[0]))
    )


def check_arrows(watch: Watch, names: list[str]) -> None:
    """Every row is named, in this order, and its arrows point the way it reads."""
    assert [name for name in letters(watch) if name in names] == names
    for row, name in enumerate(names):
        found = arrows(watch, row)
        assert len(found) == STEPS - 1
        leftward = name == "right to left"
        assert all((end < start) == leftward for start, end in found), name


def test_a_model_of_its_own_kind_has_a_button_that_says_so_and_rows_of_its_own(
    visit: Visit,
) -> None:
    watch = open_model(visit, "accents-lstm")
    watch.look("strips")
    both = watch.page.get_by_test_id("model-lstm-bidirectional")
    stacked = watch.page.get_by_test_id("model-lstm-stacked")
    with checking("one layer, one way: no choice of rows"):
        expect(watch.page.get_by_test_id("model-rnn")).to_have_text("RNN (Elman)")
        expect(watch.page.locator("#layers")).to_be_hidden()
        assert "layer" not in " ".join(letters(watch))
    with checking("both ways"):
        expect(both).to_have_text("LSTM, both ways")
        both.click()
        watch.settled(model=BOTH)
        expect(both).to_have_attribute("aria-pressed", "true")
        check_arrows(watch, ["left to right", "right to left"])
    with checking("what is to come is dimmed on the side that a row has not read"):
        watch.seek(5)
        boxes = [one.bounding_box() for one in watch.view("network").locator(".dim").all()]
        cursor = watch.view("network").locator(".cursor").bounding_box()
        assert cursor
        middle = cursor["x"] + cursor["width"] / 2
        sides = ["left" if box["x"] + box["width"] < middle else "right" for box in boxes if box]
        # the curve, the row from left to right, the one from right to left, the words below
        assert sides == ["right", "right", "left", "right"]
    with checking("two layers"):
        expect(stacked).to_have_text("LSTM, 2 layers")
        stacked.click()
        watch.settled(model=STACKED)
        check_arrows(watch, ["layer 1", "layer 2"])
    with checking("the buttons in Portuguese"):
        watch.page.get_by_test_id("language").click()
        expect(both).to_have_text("LSTM, nos dois sentidos")
        expect(stacked).to_have_text("LSTM, 2 camadas")


def test_the_panels_follow_the_row_and_a_gate_of_either_is_forced(visit: Visit, site: Site) -> None:
    watch = open_model(visit, BOTH, "&step=4")
    watch.look("strips")
    trace = trace_of(site, BOTH)
    with checking("the answer of every step stands above it, and all of them in one text"):
        given = [trace["classes"][row.index(max(row))] for row in trace["probabilities"]]
        assert "".join(given[5:8]) == "não"
        spans = watch.view("predicted_text").locator(".shaded").nth(1).locator("span")
        assert "".join(spans.all_inner_texts()) == "".join(given).replace("␣", " ")
        right = sum(one == goal for one, goal in zip(given, trace["targets"], strict=True))
        look = watch.view("predicted_text").locator(".look")
        expect(look).to_contain_text(f"{right} of the {STEPS} answers")
        assert [one for one in letters(watch) if one in {"ê", "ã"}] == ["ê", "ã"]
        expect(watch.view("held_gates")).to_be_hidden()
    panel = watch.view("equations")
    for row, name in (("layers.0", "left to right"), ("layers.0.reverse", "right to left")):
        with checking(f"the panels look into the row from {name}"):
            watch.page.get_by_test_id(f"row-{row}").click()
            expect(panel.locator(".aside")).to_contain_text(f"{name} · step 5, “")
            wanted = [number(mean(trace["signals"][f"{row}.{one}"][4])) for one in "ifgoch"]
            expect(panel.locator(".value b")).to_have_text(wanted)
            for view in ("signal_heatmaps", "unit_activations"):
                expect(watch.view(view).locator(".aside")).to_have_text(name)
            # what stands for the step before is the step that this row read before
            unit = int(panel.locator(".numbers span").first.inner_text().split()[1]) - 1
            before = trace["signals"][f"{row}.c"][5 if "reverse" in row else 3][unit]
            assert number(before) in panel.locator(".numbers").nth(4).inner_text()
    watch.page.wait_for_function("() => location.hash.includes('row=layers.0.reverse')")
    with checking("a gate of the row from right to left is forced from the picture"):
        watch.page.get_by_test_id("row-layers.0").click()
        middle = 4 - 6 / 7 / 2 + 1.5 / 7  # the forget gate's strip at the fifth step
        watch.overlay("network").click(position=watch.spot("network", middle, 0.5, axis=3))
        expect(watch.whatif.locator("h2")).to_contain_text("f (right to left)")
        watch.whatif.get_by_text(watch.say("whatif.shut"), exact=True).click()
        expect(watch.whatif.locator(".forced-list code")).to_contain_text(
            "f (right to left) = 0.00"
        )
        force = {"signal": "layers.0.reverse.f", "value": 0, "step": 4, "unit": None}
        forced = trace_of(site, BOTH, interventions=[force])
        pressed = watch.page.get_by_test_id("row-layers.0.reverse")
        expect(pressed).to_have_attribute("aria-pressed", "true")
        wanted = [number(mean(forced["signals"]["layers.0.reverse.c"][4]))]
        expect(panel.locator(".value b").nth(4)).to_have_text(wanted[0])
