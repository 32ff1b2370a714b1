"""What a unit correlates with, against an independent computation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gatescope.analysis.probes import (
    BURN_IN,
    PIECE_LENGTH,
    PROPERTIES,
    correlate,
    correlate_units,
    measure_area,
    rank_units,
    read_states,
)
from gatescope.analysis.tracer import record
from gatescope.contracts import Array, Encoding, float64
from gatescope.nn.network import Network, Shape, draw_weights
from gatescope.registry import find_cells, find_token_tasks

from tests.made_up import WORDS, LastStep, draw_network

TASK = find_token_tasks()["machado"]
MEASURES = {prop.name: prop.measure for prop in PROPERTIES}


def test_yes_and_no_are_told_at_every_character() -> None:
    text = 'ANA:\n— Sim, "já vou". Eu?\n'
    told = {name: "".join(str(int(v)) for v in MEASURES[name](text)) for name in MEASURES}
    assert told["speaker"] == "11111" + "0" * (len(text) - 5)
    assert told["dialogue"] == "00000" + "1" * (len(text) - 5)
    assert told["quotes"] == "".join(
        "1" if text.index("já") <= k < text.index('".') else "0" for k in range(len(text))
    )
    assert told["capital"] == "".join(str(int(x in "ANSE")) for x in text)
    assert told["vowel"] == "".join(str(int(x in "AEaáiou")) for x in text)
    assert told["vowel_next"] == told["vowel"][1:] + "0"
    assert told["space_next"] == "".join(str(int(x == " ")) for x in text[1:]) + "0"
    assert told["newline_next"] == "".join(str(int(x == "\n")) for x in text[1:]) + "0"


def test_a_quotation_that_is_never_closed_ends_with_its_line() -> None:
    assert MEASURES["quotes"]('a"b\ncd').tolist() == [0, 0, 1, 0, 0, 0]


def test_counts_start_again() -> None:
    assert MEASURES["line"]("ab\nc").tolist() == [1, 2, 0, 1]
    assert MEASURES["sentence"]("a. b").tolist() == [1, 0, 1, 2]
    assert MEASURES["word"]("ab, c-d'e 5").tolist() == [1, 2, 0, 0, 1, 2, 3, 4, 5, 0, 0]


@pytest.mark.parametrize("name", MEASURES)
def test_every_property_gives_one_number_a_character(name: str) -> None:
    for text in ("", "a", "\n", '"', "Um.\n— Dois?\n\nTRÊS:\nfim"):
        assert MEASURES[name](text).shape == (len(text),)


def test_the_correlation_is_pearsons() -> None:
    source = np.random.default_rng(0)
    activity, values = source.standard_normal((300, 7)), source.standard_normal(300)
    activity[:, 2] += 3 * values
    activity[:, 5] = 1.0
    found = correlate(activity, values)
    for unit in (0, 1, 2, 3, 4, 6):
        expected = np.corrcoef(activity[:, unit], values)[0, 1]
        assert found[unit] == pytest.approx(expected, rel=1e-12)
    assert found[2] > 0.9
    assert found[5] == 0


def test_the_area_is_the_share_of_pairs_that_are_in_order() -> None:
    source = np.random.default_rng(0)
    values = (source.random(80) < 0.3).astype(float)
    for activity in (source.standard_normal(80) + values, np.round(source.random(80), 1)):
        yes, no = activity[values == 1], activity[values == 0]
        pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in yes for b in no]
        assert measure_area(activity, values) == pytest.approx(np.mean(pairs), rel=1e-12)
    assert measure_area(values, values) == 1
    assert measure_area(-values, values) == 0


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", find_cells())
def test_the_states_are_those_of_a_trace_of_each_piece(name: str, layers: int) -> None:
    network = draw_network(find_cells()[name], 5, layers=layers)
    ids = np.random.default_rng(0).integers(0, WORDS, 120).tolist()
    states, places = read_states(network, network.encode(torch.tensor(ids)), 40)
    kept = [k for k in range(120) if k % 40 >= min(BURN_IN, 20)]
    assert places.tolist() == kept
    for start in (0, 40, 80):
        part = tuple(ids[start : start + 40])
        trace = record(network, LastStep(), Encoding(tuple(map(str, part)), part, (True,) * 40))
        rows = [k for k, place in enumerate(places) if start <= place < start + 40]
        assert len(states) == layers * len(find_cells()[name].states)
        for signal, values in states.items():
            np.testing.assert_allclose(
                values[rows], trace.signals[signal][[places[k] - start for k in rows]], atol=1e-12
            )


def plant_unit(cell: str) -> tuple[Network, dict[str, int]]:
    """Make a network one of whose units is up at every capital letter, whatever came before."""
    index = {token: row for row, token in enumerate(TASK.build_vocabulary([], 0))}
    shape = Shape(len(index), 3, 4, len(TASK.classes))
    weights = {k: v.double() for k, v in draw_weights(find_cells()[cell], shape, 0).items()}
    weights["embedding.weight"][:, 0] = torch.tensor([4.0 * t.isupper() - 2 for t in index])
    weights["recurrent.weight_hh_l0"][2] = 0
    weights["recurrent.weight_ih_l0"][2] = torch.tensor([1.0, 0, 0])
    return Network(find_cells()[cell], shape, weights), index


def test_a_unit_that_was_made_to_follow_capitals_is_found() -> None:
    network, index = plant_unit("rnn")
    source = np.random.default_rng(0)
    words = source.choice(("Capitu", "olhou", "o", "Mar", "e", "VIU", "nada."), 1_400)
    text = "".join(f"{word}{chr(10) if k % 9 == 8 else ' '}" for k, word in enumerate(words))
    encoding = TASK.read(text, index)
    found = correlate_units(network, encoding)
    assert set(found) <= set(MEASURES)
    assert "quotes" not in found, "the text has none"
    best = found["capital"][0]
    assert (best.signal, best.unit) == ("layers.0.h", 2)
    assert best.correlation > 0.99
    assert best.area == pytest.approx(1.0)
    # the same, computed apart: the trace of every piece, numpy's corrcoef
    length = len(text) // PIECE_LENGTH * PIECE_LENGTH
    kept: list[Array] = []
    aims: list[Array] = []
    for start in range(0, length, PIECE_LENGTH):
        part = TASK.read(text[start : start + PIECE_LENGTH], index)
        ids = torch.tensor(part.token_ids)
        kept.append(float64(network.recur(network.encode(ids)))[BURN_IN:])
        aims.append(MEASURES["line"](text)[start + BURN_IN : start + PIECE_LENGTH])
    activity, aim = np.vstack(kept), np.concatenate(aims)
    told = {one.unit: one.correlation for one in found["line"]}
    assert all(one.area is None for one in found["line"])
    expected = [np.corrcoef(activity[:, unit], aim)[0, 1] for unit in range(4)]
    assert list(told) == sorted(range(4), key=lambda unit: -abs(expected[unit]))[: len(told)]
    for unit, r in told.items():
        assert r == pytest.approx(expected[unit], rel=1e-6)


def test_a_text_shorter_than_a_piece_is_measured_as_well() -> None:
    network, index = plant_unit("gru")
    encoding = TASK.read("Era uma vez Ana e Rui.\nFim.", index)
    assert "capital" in correlate_units(network, encoding)


@pytest.mark.parametrize(("usual", "odd", "name"), [("a", "Z", "capital"), ("z", "a", "vowel")])
def test_a_property_is_left_out_where_it_hardly_ever_holds_or_hardly_ever_does_not(
    usual: str, odd: str, name: str
) -> None:
    network, index = plant_unit("rnn")
    for first, second in ((usual, odd), (odd, usual)):
        for count in (0, 1, 2, 3):  # of 980 measured: below and above 2 in a thousand
            text = first * 500 + second * count + first * (500 - count)
            encoding = TASK.read(text, index)
            found = correlate_units(network, encoding)
            assert (name in found) == (count >= 2), (first, count)


def test_as_many_units_are_told_as_are_asked_for_the_best_first() -> None:
    source = np.random.default_rng(0)
    values = source.standard_normal(200)
    shares = np.array([0.1, -0.9, 0.5, 0.0])
    states = {
        f"layers.{k}.h": source.standard_normal((200, 4)) + 5 * np.roll(shares, k) * values[:, None]
        for k in range(2)
    }
    told = rank_units(states, values, False, 3)
    r = {
        (key, unit): np.corrcoef(activity[:, unit], values)[0, 1]
        for key, activity in states.items()
        for unit in range(4)
    }
    best = sorted(r, key=lambda place: -abs(r[place]))[:3]
    assert [(unit.signal, unit.unit) for unit in told] == best
    assert [unit.correlation for unit in told] == pytest.approx([r[place] for place in best])
    assert told[0].correlation < -0.9, "the sign is kept"
    assert all(unit.area is None for unit in told)
    (binary,) = rank_units(states, np.sign(values).clip(0), True, 1)
    assert binary.area is not None
    assert binary.area < 0.1
