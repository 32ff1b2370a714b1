"""What a person gets of a trace: tables, frames, files, the stage."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path

import gatescope
import numpy as np
import pytest
import torch
from gatescope.notebook import Comparison, results
from rich.console import Console
from safetensors import safe_open
from torch import Tensor, nn

TOKENS = ["a", "<b>", "</script>", "d", "e"]


class Pair(nn.Module):
    """Two recurrent layers of different widths."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.LSTM(3, 4, bidirectional=True)
        self.decoder = nn.GRU(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.decoder(self.encoder(x)[0])[0]
        return h


@pytest.fixture(scope="module")
def trace() -> gatescope.ModuleTrace:
    torch.manual_seed(0)
    x = torch.randn(5, 1, 3)
    return gatescope.trace(Pair(), x, loss=lambda h: h[-1].square().sum(), tokens=TOKENS)


def test_a_frame_of_pandas_has_every_number(trace: gatescope.ModuleTrace) -> None:
    frame = trace.to_pandas("encoder")
    assert list(frame.index) == list(enumerate(TOKENS))
    assert frame.index.names == ["step", "token"]
    own = {name: value for name, value in trace.items() if name.startswith("encoder.")}
    assert frame.shape == (5, 2 * len(own) * 4)
    for name, value in own.items():
        np.testing.assert_array_equal(frame["signals"][name].to_numpy(), value)
        np.testing.assert_array_equal(frame["gradients"][name].to_numpy(), trace.gradients[name])
    with pytest.raises(KeyError, match="name one of the layers: 'encoder', 'decoder'"):
        trace.to_pandas()


def test_a_dataset_of_xarray_has_steps_and_units(trace: gatescope.ModuleTrace) -> None:
    dataset = trace.to_xarray("decoder")
    assert dict(dataset.sizes) == {"step": 5, "unit": 5}
    assert dataset["decoder.layers.0.z"].dims == ("step", "unit")
    assert list(dataset["token"].values) == TOKENS
    assert dataset.attrs["cell"] == "GRU"
    assert dataset.attrs["loss"] == trace.loss
    for name in (name for name in trace if name.startswith("decoder.")):
        np.testing.assert_array_equal(dataset[name], trace[name])
        np.testing.assert_array_equal(dataset[f"gradients.{name}"], trace.gradients[name])


def test_a_single_layer_needs_no_name_and_may_have_no_gradients() -> None:
    lone = gatescope.trace(nn.GRU(3, 4), torch.ones(2, 1, 3))
    assert set(lone.to_xarray().data_vars) == {f"layers.0.{name}" for name in "rznh"}
    assert set(lone.to_pandas().columns.get_level_values("kind")) == {"signals"}
    assert "–" in repr(lone)


@pytest.mark.parametrize("name", ["xarray", "pandas"])
def test_without_an_extra_its_name_is_said(
    trace: gatescope.ModuleTrace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=rf"{name} is not installed: .*gatescope\[note"):
        getattr(trace, f"to_{name}")("encoder")


def test_a_file_holds_all_of_it_under_the_names_of_the_page(
    trace: gatescope.ModuleTrace, tmp_path: Path
) -> None:
    trace.save(tmp_path / "t.safetensors")
    with safe_open(tmp_path / "t.safetensors", "np") as file:
        names = set(file.keys())
        assert names == {
            f"{group}.{name}" for group in ("signals", "gradients", "norms") for name in trace
        }
        for name in trace:
            np.testing.assert_array_equal(file.get_tensor(f"signals.{name}"), trace[name])
            np.testing.assert_array_equal(file.get_tensor(f"norms.{name}"), trace.norms[name])
        about = json.loads(file.metadata()["trace"])
    assert about["loss"] == trace.loss
    assert about["layers"]["encoder"]["cell"] == "lstm"
    assert about["layers"]["encoder"]["bidirectional"] is True
    assert about["layers"]["decoder"]["tokens"] == TOKENS


def test_in_a_terminal_it_is_a_table(trace: gatescope.ModuleTrace) -> None:
    text = repr(trace)
    assert all(name in text for name in trace)
    assert "encoder: LSTM, 5 steps, loss" in text
    first = float(np.linalg.norm(trace.gradients["decoder.layers.0.h"][0]))
    assert f"{first:.2e}" in text
    told = io.StringIO()
    Console(file=told, width=100).print(trace)
    assert "decoder.layers.0.z" in told.getvalue()
    assert "gatescope" not in told.getvalue(), "rich prints the table, not the object"


def test_the_document_stands_alone(trace: gatescope.ModuleTrace) -> None:
    document = trace.to_html()
    own = re.sub(
        r'<script type="application/json" id="packed".*?</script>', "", document, flags=re.DOTALL
    )
    assert "default-src 'none'" in own
    assert not re.search(r"<(?:script|img|iframe)[^>]*\bsrc=|<link|@import|url\((?!data:)", own)
    data = json.loads(re.search(r'id="data">(.*?)</script>', own, re.DOTALL)[1])  # type: ignore[index]
    assert [one["title"] for one in data["traces"]] == ["encoder", "decoder"]
    assert [cell["id"] for cell in data["cells"]] == ["gru", "lstm"]
    assert trace.to_html(language="pt").count('lang="pt-BR"') == 1
    frame = trace._repr_html_()
    assert frame is not None
    assert frame.startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert frame.count("<") == 2, "the document is an attribute, whatever it holds"
    assert len(frame) < 4_000_000


def test_a_run_too_long_for_a_notebook_stays_a_table(
    trace: gatescope.ModuleTrace, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = sum(value.nbytes for value in (*trace.values(), *trace.gradients.values()))
    compared = Comparison({"it": trace})
    for most, shown in ((held, True), (held - 1, False)):
        monkeypatch.setattr(results, "MOST_BYTES", most)
        assert (trace._repr_html_() is not None) == shown
        assert (compared._repr_html_() is not None) == shown
    assert "<html" in trace.to_html(), "who asks for it gets it"


def test_the_file_that_is_opened_is_the_document(
    trace: gatescope.ModuleTrace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = trace.open()
    assert shown == [path.as_uri()]
    assert path.parent == tmp_path
    assert path.read_text(encoding="utf-8") == trace.to_html()


def test_several_modules_side_by_side() -> None:
    torch.manual_seed(0)
    x = torch.randn(40, 1, 3)
    modules = {"lstm": nn.LSTM(3, 4), "gru": nn.GRU(3, 4), "rnn": nn.RNN(3, 4)}
    compared = gatescope.compare(modules, x, loss=lambda result: result[0][-1].sum())
    assert list(compared) == list(modules)
    decays = compared.measure_decays()
    assert set(decays) == {
        ("lstm", "layers.0.c"),
        ("lstm", "layers.0.h"),
        ("gru", "layers.0.h"),
        ("rnn", "layers.0.h"),
    }
    norms = np.linalg.norm(compared["rnn"].gradients["layers.0.h"], axis=1)
    assert decays["rnn", "layers.0.h"].remaining[10] == pytest.approx(norms[-11] / norms[-1])
    frame = compared.to_pandas()
    assert frame.loc[("rnn", "layers.0.h"), "left 10 back"] == pytest.approx(norms[-11] / norms[-1])
    assert f"{norms[-11] / norms[-1]:.2e}" in repr(compared)
    document = compared.to_html()
    assert all(f'"title": "{name}"' in document for name in modules)
    assert str(compared._repr_html_()).startswith("<iframe")
    with pytest.raises(ValueError, match="no module to compare"):
        gatescope.compare({}, x)
    assert "layers.0.f" in repr(gatescope.compare({"lstm": modules["lstm"]}, x))


def test_a_reverse_direction_is_measured_along_its_own_reading() -> None:
    torch.manual_seed(0)
    layer = nn.GRU(3, 4, bidirectional=True)
    compared = gatescope.compare(
        {"gru": layer}, torch.randn(20, 1, 3), loss=lambda result: result[1].sum()
    )
    norms = compared["gru"].norms["layers.0.reverse.h"]
    decay = compared.measure_decays()["gru", "layers.0.reverse.h"]
    assert decay.remaining[10] == pytest.approx(norms[10] / norms[0])


def test_the_package_is_imported_without_torch() -> None:
    code = (
        "import sys, gatescope\n"
        "assert 'torch' not in sys.modules and 'numpy' not in sys.modules\n"
        "assert 'trace' in dir(gatescope)\n"
        "assert callable(gatescope.watch) and 'torch' in sys.modules\n"
        "try: gatescope.nothing\n"
        "except AttributeError as error: print(error)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "no attribute 'nothing'" in answer.stdout
