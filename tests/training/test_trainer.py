from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from gatescope.contracts import ACCURACY, BITS, IGNORE_INDEX, LabeledSequence, Recipe, Samples, Task
from gatescope.nn.network import Shape, build_plain
from gatescope.registry import find_cells, find_tasks
from gatescope.training.trainer import (
    EVALUATED_STEPS,
    Progress,
    Training,
    answer,
    build_trained,
    encode,
    group,
    initialise,
    load_state,
    measure,
    predict,
    prepare,
    save_state,
    score,
    train,
    use_one_thread,
)

from tests.made_up import write_plays, write_reviews

TASK = find_tasks()["sentiment"]
PLAYS = find_tasks()["shakespeare"]
CELLS = list(find_cells())
RECIPE = Recipe(
    hidden=8,
    embedding=6,
    words=40,
    steps=12,
    epochs=6,
    batch=8,
    rate=0.03,
    dropout=0.1,
    unknown=0.02,
    crop=0.0,
    validation=10,
    seed=3,
)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Give the reviews alone, where a word decides: what else the task trains on is not tiny."""
    found = TASK.load(write_reviews(tmp_path_factory.mktemp("reviews"), count=100), "train")
    return found.select(range(100))


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return PLAYS.load(write_plays(tmp_path_factory.mktemp("plays")), "train")


def fit(
    name: str, samples: Samples, recipe: Recipe = RECIPE, task: Task = TASK
) -> tuple[Training, list[Progress]]:
    run = prepare(task, find_cells()[name], samples, recipe)
    return run, list(train(run))


def ask_last(row: list[int], length: int | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    targets = torch.full((1, length or len(row)), IGNORE_INDEX)
    targets[0, len(row) - 1] = 0
    return torch.tensor([row + [0] * (targets.shape[1] - len(row))]), targets


@pytest.mark.parametrize("name", CELLS)
def test_a_network_learns_which_words_decide(name: str, samples: Samples) -> None:
    recipe = replace(RECIPE, epochs=15, rate=0.05, dropout=0.0, unknown=0.0)
    run, seen = fit(name, samples, recipe)
    first = np.mean([p.loss for p in seen if p.epoch == 0])
    last = np.mean([p.loss for p in seen if p.epoch == recipe.epochs - 1])
    assert last < first / 3
    assert run.best == 1.0
    assert (
        measure(
            build_trained(run.cell, Shape(len(run.vocabulary), 6, 8, 2), run.best_state), run.held
        ).accuracy
        == 1.0
    )


@pytest.mark.parametrize("name", CELLS)
def test_the_same_seed_gives_the_same_weights_and_another_gives_others(
    name: str, samples: Samples
) -> None:
    recipe = replace(RECIPE, epochs=2, crop=0.5)
    one, again, other = (
        fit(name, samples, replace(recipe, seed=seed))[0].module.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(one[key], again[key]) for key in one)
    assert not torch.equal(one["readout.weight"], other["readout.weight"])


@pytest.mark.parametrize("name", CELLS)
def test_a_run_that_stopped_and_went_on_equals_one_that_did_not(
    name: str, samples: Samples, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, epochs=4, crop=0.5)
    whole, _ = fit(name, samples, recipe)
    path = tmp_path / "run.training"
    first = prepare(TASK, find_cells()[name], samples, recipe)
    for at in train(first):
        if at.validation is not None:
            save_state(first, path)
        if at.epoch == 2:
            break  # in the middle of the third epoch, which is lost
    torch.manual_seed(99)
    second = prepare(TASK, find_cells()[name], samples, recipe)
    assert load_state(second, path)
    assert second.epoch == 2
    list(train(second))
    assert second.history == whole.history
    assert second.best == whole.best
    for key, value in whole.module.state_dict().items():
        assert torch.equal(second.module.state_dict()[key], value), key
    for key, value in whole.best_state.items():
        assert torch.equal(second.best_state[key], value), key


def test_a_run_of_another_recipe_or_other_data_is_not_gone_on_with(
    samples: Samples, tmp_path: Path
) -> None:
    run = prepare(TASK, find_cells()["rnn"], samples, RECIPE)
    save_state(run, tmp_path / "run.training")
    assert load_state(run, tmp_path / "run.training")
    changed = prepare(TASK, find_cells()["rnn"], samples, replace(RECIPE, rate=0.5))
    assert not load_state(changed, tmp_path / "run.training")
    moved = prepare(TASK, find_cells()["rnn"], replace(samples, digest="other"), RECIPE)
    assert not load_state(moved, tmp_path / "run.training")


def test_the_best_epoch_is_kept_not_the_last(samples: Samples) -> None:
    run = prepare(TASK, find_cells()["gru"], samples, replace(RECIPE, epochs=5, rate=0.2))
    states = []
    for at in train(run):
        if at.validation is not None:
            copy = {key: value.clone() for key, value in run.module.state_dict().items()}
            states.append((at.validation, copy))
    best = max(accuracy for accuracy, _ in states)
    expected = next(state for accuracy, state in states if accuracy == best)
    assert run.best == best
    assert run.history == [accuracy for accuracy, _ in states]
    assert all(torch.equal(run.best_state[key], value) for key, value in expected.items())


def test_progress_counts_steps_and_epochs_and_gives_the_accuracy_at_the_end_of_each(
    samples: Samples,
) -> None:
    _, seen = fit("rnn", samples, replace(RECIPE, epochs=2))
    steps = seen[0].steps
    assert [p.step for p in seen] == [*range(1, steps + 1)] * 2
    assert [p.epoch for p in seen] == [0] * steps + [1] * steps
    assert [p.validation is not None for p in seen] == ([False] * (steps - 1) + [True]) * 2
    assert all(p.norm > 0 for p in seen)


def test_validation_reviews_are_held_out_and_give_no_words(samples: Samples) -> None:
    marked = [f"{text} only{k}" for k, text in enumerate(samples.inputs)]
    run = prepare(
        TASK, find_cells()["rnn"], replace(samples, inputs=marked), replace(RECIPE, words=1000)
    )
    assert len(run.held) == 10
    assert len(run.train) == len(samples.inputs) - 10
    assert sum(word.startswith("only") for word in run.vocabulary) == len(run.train)
    unknown = run.vocabulary.index("<unk>")
    assert all(unknown in row.ids for row in run.held)
    assert not any(unknown in row.ids for row in run.train)


def test_gradients_are_clipped_before_a_step(samples: Samples) -> None:
    recipe = replace(RECIPE, clip=1e-3, epochs=1)
    run = prepare(TASK, find_cells()["rnn"], samples, recipe)
    at = next(train(run))
    total = sum(
        float((value.grad**2).sum()) for value in run.module.parameters() if value.grad is not None
    )
    assert at.norm > 1e-3
    assert total**0.5 == pytest.approx(1e-3, rel=1e-3)


def test_recurrence_starts_orthogonal_and_one_forget_bias_starts_open() -> None:
    recipe = replace(RECIPE, forgetting=1.5)
    for name, cell in find_cells().items():
        module = build_plain(cell, Shape(9, 4, 8, 2))
        initialise(module, cell, recipe)
        weights = module.state_dict()
        if "weight_hh" in cell.shapes(4, 8):
            for block in weights["recurrent.weight_hh_l0"].split(8):
                torch.testing.assert_close(block @ block.T, torch.eye(8), atol=1e-5, rtol=0)
        bias = sum(value for key, value in weights.items() if key.startswith("recurrent.bias"))
        gates = [signal.name for signal in cell.signals if signal.kind != "state"]
        for gate, block in zip(gates, bias.split(8), strict=False):
            expected = 1.5 if gate == "f" else 0.0
            assert block.tolist() == [expected] * 8, (name, gate)


@pytest.mark.parametrize("name", CELLS)
def test_padding_does_not_change_an_answer(name: str, samples: Samples) -> None:
    run = prepare(TASK, find_cells()[name], samples, RECIPE)
    run.module.eval()
    alone = answer(run.module, *ask_last([3, 4, 5]))
    pairs = [ask_last([3, 4, 5], 5), ask_last([3, 4, 5, 6, 7])]
    ids, targets = (torch.cat(part) for part in zip(*pairs, strict=True))
    together = answer(run.module, ids, targets)
    assert together.shape == (2, 2)
    torch.testing.assert_close(together[:1], alone)


def test_an_evaluation_counts_the_right_answers_of_every_batch(samples: Samples) -> None:
    run = prepare(TASK, find_cells()["rnn"], samples, RECIPE)
    rows = run.train * 6  # more than one batch
    batches = list(predict(run.module, rows))
    assert len(batches) == len(group(rows)) == -(-len(rows) // 128)
    found = {k: one for batch in batches for k, one in batch.items()}
    with torch.no_grad():
        logits = [answer(run.module, *ask_last(row.ids.tolist())) for row in run.train]
    alone = [int(one.argmax()) for one in logits]
    assert [found[k].predicted.tolist() for k in range(len(rows))] == [[one] for one in alone] * 6
    wanted = [int(row.targets[-1]) for row in run.train]
    right = sum(a == y for a, y in zip(alone, wanted, strict=True))
    nats = [-float(one.log_softmax(1)[0, y]) for one, y in zip(logits, wanted, strict=True)]
    reached = measure(run.module, rows)
    assert reached.accuracy == right / len(run.train)
    assert reached.bits == pytest.approx(np.mean(nats) / np.log(2), rel=1e-6)
    assert reached.asked == len(rows)
    assert reached == score(found.values())


def test_long_sequences_are_evaluated_few_at_a_time() -> None:
    rows = [
        LabeledSequence(np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64))
        for length in (EVALUATED_STEPS * 2, EVALUATED_STEPS // 2, EVALUATED_STEPS // 2, 3)
    ]
    assert group(rows) == [[3, 1], [2], [0]]


RECURRENT = [name for name in CELLS if "weight_hh" in find_cells()[name].shapes(1, 1)]


@pytest.mark.parametrize("name", RECURRENT)
def test_a_network_learns_which_character_follows(name: str, plays: Samples) -> None:
    recipe = replace(RECIPE, epochs=10, dropout=0.0, validation=200, rate=0.05)
    run, seen = fit(name, plays, recipe, PLAYS)
    assert run.best == min(run.history)
    assert run.best < run.history[0] - 0.3
    assert run.best < np.log2(len(PLAYS.classes)) / 2
    assert {p.validation for p in seen} - {None} == set(run.history)
    assert measure(
        build_trained(
            run.cell, Shape(len(run.vocabulary), 6, 8, len(PLAYS.classes)), run.best_state
        ),
        run.held,
    ).bits == pytest.approx(run.best)


def test_a_run_over_one_text_goes_on_as_if_it_had_not_stopped(
    plays: Samples, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, epochs=3, validation=200)
    whole, _ = fit("gru", plays, recipe, PLAYS)
    path = tmp_path / "run.training"
    first = prepare(PLAYS, find_cells()["gru"], plays, recipe)
    for at in train(first):
        if at.validation is not None:
            save_state(first, path)
            break
    second = prepare(PLAYS, find_cells()["gru"], plays, recipe)
    assert load_state(second, path)
    list(train(second))
    assert second.history == whole.history
    for key, value in whole.best_state.items():
        assert torch.equal(second.best_state[key], value), key


def test_a_text_is_held_out_at_its_end_and_asks_for_every_next_character(plays: Samples) -> None:
    run = prepare(PLAYS, find_cells()["rnn"], plays, replace(RECIPE, validation=200))
    (kept,), (held,) = run.train, run.held
    letters = np.array(run.vocabulary)
    text = "".join(PLAYS.tokenize(plays.inputs[0]))
    assert "".join(letters[np.concatenate([kept.ids, held.ids])]) == text
    assert len(held.ids) == 200
    for row in (kept, held):
        assert row.targets[-1] == IGNORE_INDEX
        assert [PLAYS.classes[k] for k in row.targets[:-1]] == letters[row.ids[1:]].tolist()
    assert encode(PLAYS, {t: k for k, t in enumerate(run.vocabulary)}, plays)[0].ids.tolist() == [
        *kept.ids,
        *held.ids,
    ]


def test_a_figure_knows_which_way_is_better() -> None:
    assert ACCURACY.better(0.6, 0.5)
    assert not ACCURACY.better(0.5, 0.5)
    assert BITS.better(2.0, 2.1)
    assert not BITS.better(2.1, 2.0)
    assert ACCURACY.better(0.0, None)
    assert BITS.better(9.0, None)
    assert (ACCURACY.say(0.5), BITS.say(2.04)) == ("50.00 %", "2.040 bits")


def test_torch_works_on_one_thread() -> None:
    use_one_thread()
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(("layers", "both"), [(2, 0), (1, 1), (2, 1)])
@pytest.mark.parametrize("name", ["gru", "bag"])  # one that PyTorch has, and one that it has not
def test_a_network_of_several_layers_or_both_ways_learns(
    name: str, layers: int, both: int, samples: Samples
) -> None:
    recipe = replace(
        RECIPE, layers=layers, bidirectional=both, epochs=10, rate=0.05, dropout=0.0, unknown=0.0
    )
    run, seen = fit(name, samples, recipe)
    assert f"recurrent.weight_ih_l{layers - 1}" in run.best_state
    assert ("recurrent.weight_ih_l0_reverse" in run.best_state) == bool(both)
    assert seen[-1].loss < seen[0].loss / 3
