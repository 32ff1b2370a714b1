from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from gatescope.contracts import (
    InvalidInput,
    Recipe,
    Signal,
    Text,
    delay,
    direction_name,
    float64,
    no_tap,
    suffix_name,
)
from gatescope.registry import find_cells, find_tasks


def make_signal(low: float | None, high: float | None) -> Signal:
    return Signal("s", "gate", "input", Text("s", "s"), "s", "{s}", Text("s", "s"), low, high)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_value_within_the_range_passes_its_ends_included(value: float) -> None:
    assert make_signal(0.0, 1.0).check(value)


@pytest.mark.parametrize("value", [-1e-9, 1.0 + 1e-9, float("nan"), float("inf")])
def test_a_value_outside_the_range_does_not_pass(value: float) -> None:
    assert not make_signal(0.0, 1.0).check(value)


def test_a_signal_without_bounds_takes_any_number() -> None:
    assert make_signal(None, None).check(-1e300)
    assert make_signal(None, 0.0).check(-1e300)
    assert not make_signal(None, 0.0).check(1.0)


def test_invalid_input_keeps_its_code_its_field_and_what_fills_the_sentence() -> None:
    error = InvalidInput("unknown_unit", "interventions.0.unit", value=9, last=3)
    assert error.code == "unknown_unit"
    assert error.field == "interventions.0.unit"
    assert error.values == {"value": 9, "last": 3}
    assert isinstance(error, ValueError)


def test_directions_and_suffixes_are_named_as_the_design_and_pytorch_say() -> None:
    assert direction_name(0, False) == "layers.0"
    assert direction_name(1, True) == "layers.1.reverse"
    assert suffix_name(1, True) == "_l1_reverse"
    assert suffix_name(0, False) == "_l0"


def test_a_delayed_signal_begins_with_zeros() -> None:
    values = np.arange(1.0, 7.0).reshape(3, 2)
    assert delay(values).tolist() == [[0, 0], [1, 2], [3, 4]]
    assert delay(values[:1]).tolist() == [[0, 0]]
    assert values.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("name", find_cells())
def test_the_first_state_is_zero_and_as_wide_as_the_hidden_units(name: str) -> None:
    cell = find_cells()[name]
    weights = {key: torch.ones(size) for key, size in cell.shapes(3, 5).items()}
    for shape in ((3,), (2, 3), (4, 2, 3)):
        x = torch.ones(shape, dtype=torch.float64)
        state = cell(weights, {}).initial_state(x)
        assert list(state) == list(cell.states)
        for value in state.values():
            assert value.shape == (*shape[:-1], 5)
            assert value.dtype == torch.float64
            assert not value.any()


def test_a_setting_that_is_not_named_has_its_default() -> None:
    cell = find_cells()["lstm"]
    weights = {key: torch.zeros(size) for key, size in cell.shapes(3, 5).items()}
    assert cell(weights, {}).values == {"forget_bias": 0.0}
    assert cell(weights, {"forget_bias": 2.0}).values == {"forget_bias": 2.0}


def test_the_plain_tap_returns_what_it_is_given() -> None:
    value = torch.ones(2)
    assert no_tap("h", value) is value


def test_float64_gives_contiguous_numbers_and_lets_go_of_the_graph() -> None:
    found = float64(torch.arange(6.0, requires_grad=True).reshape(2, 3).T)
    assert found.dtype == np.float64
    assert found.flags.c_contiguous
    assert found.tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize("name", find_tasks())
def test_a_task_names_every_class_in_both_languages_and_has_its_own_examples(name: str) -> None:
    task = find_tasks()[name]
    assert set(task.labels) == set(task.classes)
    assert all(text.en and text.pt for text in task.labels.values())
    ids = [example.id for example in task.examples]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z_]+", one) for one in ids)
    assert all(example.look.en and example.look.pt for example in task.examples)
    for example in task.examples:
        assert example.beside is None or example.beside in set(ids) - {example.id}


@pytest.mark.parametrize(
    ("layers", "bidirectional", "name"),
    [
        (1, 0, "task-cell"),
        (2, 0, "task-cell-stacked"),
        (1, 1, "task-cell-bidirectional"),
        (3, 1, "task-cell-stacked-bidirectional"),
    ],
)
def test_a_model_is_named_after_how_it_was_made(layers: int, bidirectional: int, name: str) -> None:
    recipe = Recipe(layers=layers, bidirectional=bidirectional)
    assert recipe.name_model("task", "cell") == name
