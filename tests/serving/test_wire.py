from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from gatescope.analysis.tracer import record
from gatescope.contracts import SimilarToken, Trace
from gatescope.registry import find_cells
from gatescope.serving.wire import ENCODERS, describe, name_arrays, to_csv, to_json, to_safetensors
from safetensors.numpy import load

from tests.made_up import LastStep, draw_encoding, draw_network

CELLS = list(find_cells())


def make_trace(name: str) -> Trace:
    trace = record(draw_network(find_cells()[name], 3), LastStep(), draw_encoding(5))
    awkward = ('say "hi", you', "a\nb", "❤", "=1+1", "plain")
    similar = ((), (SimilarToken("ação", 0.5), SimilarToken("b", -0.25)), (), (), ())
    known = (True, False, True, True, True)
    return replace(trace, tokens=awkward, known=known, similar=similar, about={"seed": 4})


def header(body: bytes) -> dict[str, Any]:
    length = int.from_bytes(body[:8], "little")
    found: dict[str, Any] = json.loads(body[8 : 8 + length])
    return found


@pytest.mark.parametrize("name", CELLS)
def test_json_and_safetensors_carry_the_same_numbers(name: str) -> None:
    trace = make_trace(name)
    body, arrays = json.loads(to_json(trace)), load(to_safetensors(trace))
    assert set(arrays) == set(name_arrays(trace))
    assert np.array_equal(np.array(body["probabilities"]), arrays.pop("probabilities"))
    for key, value in arrays.items():
        group, _, signal = key.partition(".")
        assert value.dtype == np.float64
        told, recorded = body[group], getattr(trace, group)
        assert np.array_equal(np.array(told[signal] if signal else told), value), key
        assert np.array_equal(recorded[signal] if signal else recorded, value), key


@pytest.mark.parametrize("name", CELLS)
def test_csv_carries_the_same_numbers_one_row_a_step(name: str) -> None:
    trace = make_trace(name)
    rows = list(csv.DictReader(io.StringIO(to_csv(trace).decode(), newline="")))
    assert [row["token"] for row in rows] == list(trace.tokens)
    assert [row["step"] for row in rows] == list("01234")
    assert [row["known"] for row in rows] == list("10111")
    for k, label in enumerate(trace.classes):
        assert [float(r[f"probability.{label}"]) for r in rows] == trace.probabilities[
            :, k
        ].tolist()
    for key, norm in trace.norms.items():
        assert [float(row[f"norms.{key}"]) for row in rows] == norm.tolist()
    for group in ("signals", "gradients"):
        for key, value in getattr(trace, group).items():
            for unit in range(3):
                column = [float(row[f"{group}.{key}.{unit}"]) for row in rows]
                assert column == value[:, unit].tolist()
    wide = 3 + 2 + 1 + len(trace.norms) + 6 * len(trace.signals)
    assert all(len(row) == wide for row in rows)


def test_the_rest_of_the_trace_stands_in_the_metadata() -> None:
    trace = make_trace("lstm")
    told = json.loads(header(to_safetensors(trace))["__metadata__"]["trace"])
    body = json.loads(to_json(trace))
    assert told == describe(trace) == {key: body[key] for key in told}
    assert told["tokens"] == list(trace.tokens)
    assert told["token_ids"] == list(trace.token_ids)
    assert told["known"] == list(trace.known)
    assert told["classes"] == list(trace.classes)
    assert told["target"] == trace.target
    assert told["loss"] == trace.loss
    assert told["seed"] == 4


def test_arrays_can_be_read_where_they_lie() -> None:
    """A Float64Array must start at a multiple of 8 bytes."""
    body = to_safetensors(make_trace("gru"))
    length = int.from_bytes(body[:8], "little")
    assert length % 8 == 0
    for key, entry in header(body).items():
        if key != "__metadata__":
            assert entry["dtype"] == "F64"
            assert entry["data_offsets"][0] % 8 == 0


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_null_in_json_and_itself_in_safetensors(odd: float) -> None:
    trace = make_trace("rnn")
    values = trace.signals["layers.0.a"].copy()
    values[1, 2] = odd
    norms = trace.norms["layers.0.h"].copy()
    norms[3] = odd
    trace = replace(
        trace,
        loss=odd,
        signals={**trace.signals, "layers.0.a": values},
        norms={**trace.norms, "layers.0.h": norms},
    )
    text = to_json(trace).decode()
    assert "NaN" not in text
    assert "Infinity" not in text
    body = json.loads(text)
    assert body["loss"] is None
    assert body["signals"]["layers.0.a"][1][2] is None
    assert body["signals"]["layers.0.a"][1][1] == values[1, 1]
    assert body["norms"]["layers.0.h"][3] is None
    sent = to_safetensors(trace)
    assert np.array_equal(load(sent)["signals.layers.0.a"], values, equal_nan=True)
    assert json.loads(header(sent)["__metadata__"]["trace"])["loss"] is None


def test_a_gradient_of_1e_minus_300_arrives_as_it_is() -> None:
    trace = make_trace("rnn")
    tiny = np.full((5, 3), 1e-300)
    trace = replace(trace, gradients={"layers.0.a": tiny, "layers.0.h": tiny})
    assert json.loads(to_json(trace))["gradients"]["layers.0.h"][0][0] == 1e-300
    assert load(to_safetensors(trace))["gradients.layers.0.h"][0, 0] == 1e-300
    assert b"1e-300" in to_csv(trace)


def test_every_media_type_has_its_encoder() -> None:
    assert set(ENCODERS) == {"application/json", "application/x-safetensors", "text/csv"}


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_reads_back_from_csv(odd: float) -> None:
    trace = make_trace("rnn")
    values = trace.signals["layers.0.a"].copy()
    values[1, 2] = odd
    trace = replace(trace, signals={**trace.signals, "layers.0.a": values})
    rows = list(csv.DictReader(io.StringIO(to_csv(trace).decode(), newline="")))
    assert np.array_equal(float(rows[1]["signals.layers.0.a.2"]), odd, equal_nan=True)
