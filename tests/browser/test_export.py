"""What a person takes away: pictures, tables, all the numbers, a link."""

from __future__ import annotations

import csv
import json
import struct
from pathlib import Path

import numpy as np
from playwright.sync_api import expect
from safetensors.numpy import load

from .site import Site
from .watch import Watch, checking


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


def test_pictures_tables_and_all_the_numbers_are_taken_away(
    watch: Watch, site: Site, tmp_path: Path
) -> None:
    trace = site.trace(site.example())
    with checking("the picture is a PNG, twice as fine as the screen, with something on it"):
        data = save(watch, "png", tmp_path)
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        assert width == 2 * (1200 + 2 * 24)
        assert height > 900
        assert len(data) > 20_000
    with checking("the table has one row a step"):
        rows = list(csv.DictReader(save(watch, "csv", tmp_path).decode().splitlines()))
        assert [row["token"] for row in rows] == trace["tokens"]
        found = [float(row["probability.positive"]) for row in rows]
        assert found == [row[1] for row in trace["probabilities"]]
        assert [float(row["signals.layers.0.f.7"]) for row in rows] == [
            row[7] for row in trace["signals"]["layers.0.f"]
        ]
    with checking("all numbers as safetensors, to the last bit"):
        tensors = load(save(watch, "safetensors", tmp_path))
        assert np.array_equal(tensors["probabilities"], np.array(trace["probabilities"]))
        for group in ("signals", "gradients", "norms"):
            for name, values in trace[group].items():
                assert np.array_equal(tensors[f"{group}.{name}"], np.array(values)), name
                assert tensors[f"{group}.{name}"].dtype == np.float64
    with checking("the model file"):
        with watch.page.expect_download() as started:
            watch.page.get_by_text(watch.say("facts.download"), exact=True).click()
        started.value.save_as(tmp_path / "model.safetensors")
        tensors = load((tmp_path / "model.safetensors").read_bytes())
        assert "recurrent.weight_hh_l0" in tensors
    for theme in ("light", "dark"):
        with checking(f"the picture is an SVG with the words in it, {theme}"):
            expect(watch.page.locator("html")).to_have_attribute("data-theme", theme)
            text = save(watch, "svg", tmp_path).decode()
            assert text.startswith("<svg")
            for token in trace["tokens"]:
                assert f">{token}<" in text, token
            assert site.example()[:60] in text
            assert " forget gate<" in text
            assert ">LSTM · " in text
            assert "<script" not in text
            watch.page.get_by_test_id("theme").click()
    with checking("of a long text every word is there, whatever is on screen; and what is forced"):
        words = [f"word{k}" for k in range(70)]
        watch.go("text=" + "+".join(words) + "&force=layers.0.f:0:2:")
        watch.settled(steps=70)
        text = save(watch, "svg", tmp_path).decode()
        assert all(f">{word}<" in text for word in words)
        assert ">f = 0.00 · step 3 · all units<" in text
    with checking("a panel of text is a picture too"):
        card = watch.page.locator(".view-equations")
        card.locator("summary").click()
        with watch.page.expect_download() as started:
            card.locator("[data-take=svg]").click()
        assert started.value.suggested_filename == "gatescope-equations.svg"
        started.value.save_as(tmp_path / "equations.svg")
        assert ">tanh<" in (tmp_path / "equations.svg").read_text()
    with checking("all numbers as JSON, with what is forced, from a page in Portuguese"):
        forced = {"signal": "layers.0.f", "value": 0.0, "step": 2, "unit": None}
        trace = site.trace("not a good film", interventions=[forced])
        watch.go("text=not+a+good+film&force=layers.0.f:0:2:&lang=pt-BR")
        watch.agrees(trace, "pt-BR")
        assert json.loads(save(watch, "json", tmp_path, "pt-BR")) == trace


def test_share_copies_the_link_to_this_very_view(watch: Watch) -> None:
    context = watch.page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    with checking("the link that is copied leads back here"):
        watch.seek(4)
        watch.page.locator("#share").click()
        expect(watch.page.locator("#toast")).to_have_text(watch.say("share.done"))
        copied = watch.page.evaluate("() => navigator.clipboard.readText()")
        assert copied == watch.page.url
        assert "step=4" in copied
        context.clear_permissions()
        watch.page.reload()
        watch.settled(step=4)
    with checking("where the browser does not let us copy, the page says so"):
        watch.page.evaluate(
            "() => Object.defineProperty(navigator, 'clipboard', {value: undefined})"
        )
        watch.page.locator("#share").click()
        expect(watch.page.locator("#toast")).to_have_text(watch.say("share.by_hand"))
