"""What a person takes away: pictures, tables, all the numbers, a link."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from safetensors.numpy import load

from .conftest import Visit
from .site import Site
from .watch import Watch


def save(watch: Watch, kind: str, folder: Path, language: str = "en") -> bytes:
    watch.page.locator("#export summary").click()
    with watch.page.expect_download() as started:
        watch.page.locator("#export-list").get_by_text(
            watch.say(f"export.{kind}", language), exact=True
        ).click()
    name = started.value.suggested_filename
    assert name == f"gatescope-{watch.data()['model']}.{kind}"
    started.value.save_as(folder / name)
    expect(watch.page.locator("#export-list")).to_be_hidden()
    return (folder / name).read_bytes()


def test_the_picture_is_a_png_with_something_on_it(watch: Watch, tmp_path: Path) -> None:
    data = save(watch, "png", tmp_path)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    drawn = watch.page.evaluate(
        "() => { const {width, height} = document.querySelector('.view-network .chart')"
        ".getBoundingClientRect(); return [2 * width, 2 * height]; }"
    )
    assert [width, height] == pytest.approx(drawn, abs=2)
    assert len(data) > 20_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_is_an_svg_with_the_words_in_it(
    visit: Visit, site: Site, tmp_path: Path, scheme: str
) -> None:
    watch = visit(color_scheme=scheme)
    text = save(watch, "svg", tmp_path).decode()
    assert text.startswith("<svg")
    for token in site.trace(site.example())["tokens"]:
        assert f">{token}<" in text
    assert "<script" not in text


def test_the_table_has_one_row_a_step(watch: Watch, site: Site, tmp_path: Path) -> None:
    trace = site.trace(site.example())
    rows = list(csv.DictReader(save(watch, "csv", tmp_path).decode().splitlines()))
    assert [row["token"] for row in rows] == trace["tokens"]
    found = [float(row["probability.positive"]) for row in rows]
    assert found == [row[1] for row in trace["probabilities"]]
    assert [float(row["signals.layers.0.f.7"]) for row in rows] == [
        row[7] for row in trace["signals"]["layers.0.f"]
    ]


def test_all_numbers_as_safetensors(watch: Watch, site: Site, tmp_path: Path) -> None:
    trace = site.trace(site.example())
    tensors = load(save(watch, "safetensors", tmp_path))
    assert np.array_equal(tensors["probabilities"], np.array(trace["probabilities"]))
    for group in ("signals", "gradients", "norms"):
        for name, values in trace[group].items():
            assert np.array_equal(tensors[f"{group}.{name}"], np.array(values)), name
            assert tensors[f"{group}.{name}"].dtype == np.float64


def test_all_numbers_as_json_with_what_is_forced(visit: Visit, site: Site, tmp_path: Path) -> None:
    forced = {"signal": "layers.0.f", "value": 0.0, "step": 2, "unit": None}
    watch = visit("text=not+a+good+film&force=layers.0.f:0:2:", locale="pt-BR")
    found = json.loads(save(watch, "json", tmp_path, "pt-BR"))
    assert found == site.trace("not a good film", interventions=[forced])


def test_the_model_file_can_be_taken_away(watch: Watch, tmp_path: Path) -> None:
    with watch.page.expect_download() as started:
        watch.page.get_by_text(watch.say("facts.download"), exact=True).click()
    started.value.save_as(tmp_path / "model.safetensors")
    tensors = load((tmp_path / "model.safetensors").read_bytes())
    assert "recurrent.weight_hh_l0" in tensors


def test_share_copies_the_link_to_this_very_view(visit: Visit) -> None:
    watch = visit(permissions=["clipboard-read", "clipboard-write"])
    watch.seek(4)
    watch.page.locator("#share").click()
    expect(watch.page.locator("#toast")).to_have_text(watch.say("share.done"))
    copied = watch.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == watch.page.url
    assert "step=4" in copied
    other = visit(copied.split("#")[1])
    other.settled(step=4)


def test_where_the_link_cannot_be_copied_the_page_says_so(watch: Watch) -> None:
    watch.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    watch.page.locator("#share").click()
    expect(watch.page.locator("#toast")).to_have_text(watch.say("share.by_hand"))
