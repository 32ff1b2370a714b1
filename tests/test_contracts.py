from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.contracts import (
    IGNORE_INDEX,
    InvalidInput,
    LabeledSequence,
    Recipe,
    Samples,
    Signal,
    Stretchable,
    Text,
    delay,
    direction_name,
    float64,
    no_tap,
    suffix_name,
)
from gatescope.registry import find_cells, find_tasks
from pydantic import ValidationError

from tests.made_up import LastStep


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


def test_a_delayed_signal_begins_with_zeros_or_with_what_is_given() -> None:
    values = np.arange(1.0, 7.0).reshape(3, 2)
    assert delay(values).tolist() == [[0, 0], [1, 2], [3, 4]]
    assert delay(values[:1]).tolist() == [[0, 0]]
    assert delay(values, np.array([8.0, 9.0])).tolist() == [[8, 9], [1, 2], [3, 4]]
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
    plain = {"forget_bias": 0.0, "hard_sigmoid": 0.0, "relu": 0.0}
    assert cell(weights, {}).values == plain
    assert cell(weights, {"forget_bias": 2.0}).values == {**plain, "forget_bias": 2.0}


def test_a_step_that_is_asked_nothing_has_the_target_that_torch_ignores() -> None:
    assert torch.nn.CrossEntropyLoss().ignore_index == IGNORE_INDEX


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
        (1, False, "task-cell"),
        (2, False, "task-cell-stacked"),
        (1, True, "task-cell-bidirectional"),
        (3, True, "task-cell-stacked-bidirectional"),
    ],
)
def test_a_model_is_named_after_how_it_was_made(
    layers: int, bidirectional: bool, name: str
) -> None:
    recipe = Recipe(num_layers=layers, bidirectional=bidirectional)
    assert recipe.name_model("task", "cell") == name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("learning_rate", 0),
        ("learning_rate", "fast"),
        ("weight_decay", -0.1),
        ("max_grad_norm", 0),
        ("max_grad_norm", math.inf),
        ("dropout", 1),
        ("dropout", math.nan),
        ("forget_bias", math.nan),
        ("embedding_scale", 0),
        ("word_dropout", 1),
        ("crop_probability", 1.1),
        ("class_balance", math.nan),
        ("batch_size", 0),
        ("batch_size", 2.5),
        ("hidden_size", -1),
        ("hidden_size", 0),
        ("hidden_size", 10**9),
        ("embedding_dim", 0),
        ("num_layers", 0),
        ("max_length", 0),
        ("vocabulary_size", 2),
        ("validation_size", 0),
        ("epochs", 0),
        ("stop_epoch", -1),
        ("seed", -1),
        ("bidirectional", 2),
        ("orthogonal_init", "perhaps"),
    ],
)
def test_a_recipe_that_no_training_can_follow_is_refused_with_the_name_of_the_field(
    field: str, value: object
) -> None:
    changes: dict[str, Any] = {field: value}
    with pytest.raises(ValidationError) as caught:
        Recipe(**changes)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


def test_a_recipe_may_end_before_its_schedule_does_but_not_after() -> None:
    assert Recipe(epochs=10).epochs_run == 10
    assert Recipe(epochs=10, stop_epoch=4).epochs_run == 4
    assert Recipe(epochs=10, stop_epoch=10).epochs_run == 10
    with pytest.raises(ValidationError, match="stop_epoch 11 is beyond epochs 10"):
        Recipe(epochs=10, stop_epoch=11)
    with pytest.raises(ValidationError, match="speed"):
        Recipe(speed=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", find_tasks())
def test_every_recipe_of_a_task_is_one_that_can_be_followed(name: str) -> None:
    for cell, changes in find_tasks()[name].recipes.items():
        assert cell in find_cells()
        Recipe(**changes)


def crop_to_60(share: float) -> Recipe:
    return Recipe(max_length=60, crop_probability=share)


def label_last(steps: int, answer: int = 1) -> LabeledSequence:
    """A sequence whose ids are its places and whose only target is at its end."""
    targets = np.full(steps, IGNORE_INDEX)
    targets[-1] = answer
    return LabeledSequence(np.arange(steps), targets)


@pytest.mark.parametrize("steps", [1, 7, 20, 21, 200])
def test_a_crop_is_a_stretch_of_the_text_with_the_answer_at_its_end(steps: int) -> None:
    recipe = crop_to_60(1.0)
    source = np.random.default_rng(0)
    lengths, starts, ends = set(), set(), set()
    for _ in range(2_000):
        (piece,) = LastStep().cut(label_last(steps), recipe, source)
        assert piece.inputs.tolist() == list(range(piece.inputs[0], piece.inputs[-1] + 1))
        assert piece.targets.tolist() == [IGNORE_INDEX] * (len(piece.inputs) - 1) + [1]
        lengths.add(len(piece.inputs))
        starts.add(int(piece.inputs[0]))
        ends.add(int(piece.inputs[-1]))
    longest = min(steps, 60)
    assert (min(lengths), max(lengths)) == (min(20, longest), longest)
    assert (min(starts), max(ends)) == (0, steps - 1)


@pytest.mark.parametrize("steps", [1, 60, 61, 200])
def test_without_a_crop_it_is_the_end_of_the_text(steps: int) -> None:
    recipe = crop_to_60(0.0)
    (piece,) = LastStep().cut(label_last(steps), recipe, np.random.default_rng(0))
    assert piece.inputs.tolist() == list(range(max(0, steps - 60), steps))
    assert piece.targets.tolist() == [IGNORE_INDEX] * (len(piece.inputs) - 1) + [1]
    trimmed = LastStep().trim(label_last(steps), recipe)
    assert [part.tolist() for part in trimmed] == [part.tolist() for part in piece]


def test_crops_are_as_often_as_the_recipe_says() -> None:
    recipe = crop_to_60(0.25)
    source = np.random.default_rng(0)
    pieces = [next(LastStep().cut(label_last(500), recipe, source)) for _ in range(2_000)]
    # Of the crops, one in 441 is the end by chance.
    whole = sum(piece.inputs.tolist() == list(range(440, 500)) for piece in pieces)
    assert whole / len(pieces) == pytest.approx(0.75, abs=0.04)


@pytest.mark.parametrize(("validation", "size"), [(7, 7), (20, 20), (500, 20)])
def test_what_is_held_out_is_drawn_by_the_seed_and_keeps_its_groups(
    validation: int, size: int
) -> None:
    texts = [f"text {k}" for k in range(100)]
    groups = {"kind": [f"kind {k}" for k in range(100)]}
    samples = Samples(texts, list(range(100)), "digest", groups)
    splits = [
        LastStep().hold_out(samples, Recipe(seed=seed, validation_size=validation))
        for seed in (0, 0, 1)
    ]
    assert splits[0] == splits[1] != splits[2]
    for kept, held in splits:
        assert len(held.inputs) == size
        assert {*kept.inputs, *held.inputs} == set(texts)
        assert len(kept.inputs) == 100 - size
        for part in (kept, held):
            assert part.digest == "digest"
            assert [f"text {k}" for k in part.targets] == part.inputs
            assert [f"kind {k}" for k in part.targets] == part.groups["kind"]
    assert {*splits[0][1].inputs} != {*texts[:size]}, "not the first ones"


def test_generated_samples_are_held_out_beside_the_real_ones() -> None:
    class Mixed(LastStep):
        def is_generated(self, samples: Samples) -> list[bool]:
            return [kind == "made up" for kind in samples.groups["kind"]]

    kinds = ["real", "made up", "made up"] * 100
    samples = Samples(
        [f"text {k}" for k in range(300)], list(range(300)), "digest", {"kind": kinds}
    )
    for size, real, made_up in ((15, 15, 15), (500, 20, 20)):
        kept, held = Mixed().hold_out(samples, Recipe(validation_size=size))
        assert Counter(held.groups["kind"]) == {"real": real, "made up": made_up}
        assert sorted([*kept.targets, *held.targets]) == list(range(300))  # type: ignore[type-var]
    assert LastStep().is_generated(samples) == [False] * 300


def test_a_task_stretches_where_it_has_the_method() -> None:
    class Stretching(LastStep):
        def stretch(self, text: str, distance: int) -> str | None:
            return None

        def measure_distance(self, text: str) -> int | None:
            return None

    assert isinstance(Stretching(), Stretchable)
    assert not isinstance(LastStep(), Stretchable)
    assert [name for name, task in find_tasks().items() if isinstance(task, Stretchable)]


def test_a_task_that_grades_nothing_more_has_no_further_figures() -> None:
    assert LastStep().grade(Samples(["a"], [0], ""), [np.array([0])]) == {}
