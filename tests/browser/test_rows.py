"""Networks of several layers, or that read both ways: drawn in rows, and looked into row by row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import Visit
from .site import Site
from .test_layout import look_over
from .watch import Watch, mean, number

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
        """(axis) => document.querySelector('.view-network .plot').layout.shapes
          .filter(({yref}) => yref === axis).map(({path}) => path)""",
        f"y{row + 2}",
    )
    # M from … L neck … L neck … L the point …
    return sorted(
        (float(one[0].split(",")[0]), float(one[3].split(",")[0]))
        for one in (part[1:].replace("Z", "").split("L") for part in re.findall("M[^M]+", drawn[0]))
    )


def test_a_model_of_its_own_kind_has_a_button_that_says_so(visit: Visit, site: Site) -> None:
    watch = open_model(visit, "accents-lstm")
    button = watch.page.get_by_test_id("model-lstm-bidirectional")
    expect(button).to_have_text("LSTM, both ways")
    expect(watch.page.get_by_test_id("model-lstm-stacked")).to_have_text("LSTM, 2 layers")
    expect(watch.page.get_by_test_id("model-rnn")).to_have_text("RNN (Elman)")
    button.click()
    watch.settled(model=BOTH)
    expect(button).to_have_attribute("aria-pressed", "true")
    watch.page.get_by_test_id("language").click()
    expect(button).to_have_text("LSTM, nos dois sentidos")
    expect(watch.page.get_by_test_id("model-lstm-stacked")).to_have_text("LSTM, 2 camadas")


def test_a_network_of_one_layer_one_way_has_no_choice_of_rows(visit: Visit) -> None:
    watch = open_model(visit, "accents-lstm")
    expect(watch.page.locator("#layers")).to_be_hidden()
    assert "layer" not in " ".join(letters(watch))


@pytest.mark.parametrize(
    ("model", "names"),
    [(BOTH, ["left to right", "right to left"]), (STACKED, ["layer 1", "layer 2"])],
)
def test_every_row_is_named_and_its_arrows_point_the_way_it_reads(
    visit: Visit, model: str, names: list[str]
) -> None:
    watch = open_model(visit, model)
    assert [name for name in letters(watch) if name in names] == names
    for row, name in enumerate(names):
        found = arrows(watch, row)
        assert len(found) == STEPS - 1
        leftward = name == "right to left"
        assert all((end < start) == leftward for start, end in found), name


def test_what_is_to_come_is_dimmed_on_the_side_a_row_has_not_read(visit: Visit) -> None:
    watch = open_model(visit, BOTH, "&step=5")
    boxes = [one.bounding_box() for one in watch.view("network").locator(".dim").all()]
    cursor = watch.view("network").locator(".cursor").bounding_box()
    assert cursor
    middle = cursor["x"] + cursor["width"] / 2
    sides = ["left" if box["x"] + box["width"] < middle else "right" for box in boxes if box]
    # the curve, the row from left to right, the one from right to left, the words below
    assert sides == ["right", "right", "left", "right"]


def test_the_panels_follow_the_row_that_is_chosen(visit: Visit, site: Site) -> None:
    watch = open_model(visit, BOTH, "&step=4")
    trace = trace_of(site, BOTH)
    for row in ("layers.0", "layers.0.reverse"):
        watch.page.get_by_test_id(f"row-{row}").click()
        panel = watch.view("equations")
        name = "right to left" if "reverse" in row else "left to right"
        expect(panel.locator(".aside")).to_contain_text(f"{name} · step 5, “")
        wanted = [number(mean(trace["signals"][f"{row}.{one}"][4])) for one in "ifgoch"]
        expect(panel.locator(".value b")).to_have_text(wanted)
        for view in ("signal_heatmaps", "unit_activations"):
            expect(watch.view(view).locator(".aside")).to_have_text(name)
        # what stands for the step before is the step that this row read before
        unit = int(panel.locator(".numbers span").first.inner_text().split()[1]) - 1
        before = trace["signals"][f"{row}.c"][5 if "reverse" in row else 3][unit]
        assert number(before) in panel.locator(".numbers").nth(4).inner_text()
    assert "row=layers.0.reverse" in watch.page.url


def test_a_gate_of_the_other_direction_is_forced_from_the_picture(visit: Visit, site: Site) -> None:
    watch = open_model(visit, BOTH)
    middle = 4 - 6 / 7 / 2 + 1.5 / 7  # the forget gate's strip at the fifth step
    watch.overlay("network").click(position=watch.spot("network", middle, 0.5, axis=3))
    expect(watch.whatif.locator("h2")).to_contain_text("f (right to left)")
    watch.whatif.get_by_text(watch.say("whatif.shut"), exact=True).click()
    expect(watch.whatif.locator(".forced-list code")).to_contain_text("f (right to left) = 0.00")
    force = {"signal": "layers.0.reverse.f", "value": 0, "step": 4, "unit": None}
    trace = trace_of(site, BOTH, interventions=[force])
    expect(watch.page.get_by_test_id("row-layers.0.reverse")).to_have_attribute(
        "aria-pressed", "true"
    )
    wanted = number(mean(trace["signals"]["layers.0.reverse.c"][4]))
    expect(watch.view("equations").locator(".value b").nth(4)).to_have_text(wanted)


def test_the_answer_of_every_step_stands_above_it_and_all_of_them_in_one_text(
    visit: Visit, site: Site
) -> None:
    watch = open_model(visit, BOTH)
    trace = trace_of(site, BOTH)
    given = [trace["classes"][row.index(max(row))] for row in trace["probabilities"]]
    assert "".join(given[5:8]) == "não"
    shown = watch.view("predicted_text").locator(".shaded").nth(1).locator("span").all_inner_texts()
    assert "".join(shown) == "".join(given).replace("␣", " ")
    right = sum(one == goal for one, goal in zip(given, trace["targets"], strict=True))
    expect(watch.view("predicted_text").locator(".look")).to_contain_text(
        f"{right} of the {STEPS} answers"
    )
    found = letters(watch)
    assert [one for one in found if one in {"ê", "ã"}] == ["ê", "ã"]
    expect(watch.view("turning_point")).to_be_hidden()


@pytest.mark.parametrize("model", [BOTH, STACKED])
@pytest.mark.parametrize("width", [1440, 900, 360])
def test_rows_are_drawn_at_every_width_both_ways_and_in_both_languages(
    visit: Visit, model: str, width: int
) -> None:
    for more in ("&direction=backward", "&lang=pt-BR&theme=dark"):
        watch = visit(
            f"task=accents&model={model}&text={TEXT}{more}",
            viewport={"width": width, "height": 900},
        )
        watch.settled(model=model, steps=STEPS)
        assert not look_over(watch, f"{model} {width} {more}")
