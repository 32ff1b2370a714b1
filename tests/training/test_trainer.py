from __future__ import annotations

import errno
import math
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from gatescope.contracts import ACCURACY, BITS, IGNORE_INDEX, LabeledSequence, Samples, Task
from gatescope.nn.checkpoint import RENAMED
from gatescope.nn.network import Network, Shape, build_plain
from gatescope.registry import find_cells
from gatescope.training.batches import UnusableData, compute_outputs, encode_samples, pad_batch
from gatescope.training.evaluation import build_trained, measure
from gatescope.training.trainer import (
    Diverged,
    UnusableState,
    anneal,
    draw_batches,
    finish,
    initialise,
    load_state,
    prepare,
    save_state,
    train,
    use_one_thread,
    weigh_classes,
)

from tests.training.tiny import CLASSES, PLAYS, RECIPE, REVIEWS, fit

CELLS = list(find_cells())


@pytest.mark.parametrize("name", CELLS)
def test_a_network_learns_which_words_decide(name: str, reviews: Samples) -> None:
    recipe = replace(RECIPE, epochs=15, learning_rate=0.05, dropout=0.0, word_dropout=0.0)
    run, seen = fit(name, reviews, recipe)
    first = np.mean([p.loss for p in seen if p.epoch == 0])
    last = np.mean([p.loss for p in seen if p.epoch == recipe.epochs - 1])
    assert last < first / 3
    assert run.best == 1.0
    assert (
        measure(
            build_trained(run.cell, Shape(len(run.vocabulary), 6, 8, 2), run.best_state),
            CLASSES,
            run.validation,
        ).figures["accuracy"]
        == 1.0
    )


@pytest.mark.parametrize("name", CELLS)
def test_the_same_seed_gives_the_same_weights_and_another_gives_others(
    name: str, reviews: Samples
) -> None:
    recipe = replace(RECIPE, epochs=2, crop_probability=0.5)
    one, again, other = (
        fit(name, reviews, replace(recipe, seed=seed))[0].module.state_dict() for seed in (1, 1, 2)
    )
    assert all(torch.equal(one[key], again[key]) for key in one)
    assert not torch.equal(one["readout.weight"], other["readout.weight"])


@pytest.mark.parametrize(
    ("name", "ngram_rows"), [*((name, 0) for name in CELLS), ("gru", 50), ("jordan", 50)]
)
def test_a_run_that_stopped_and_went_on_equals_one_that_did_not(
    name: str, ngram_rows: int, reviews: Samples, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, epochs=3, crop_probability=0.5, word_dropout=0.1)
    # some of the words are then outside the vocabulary
    recipe = replace(recipe, ngram_rows=ngram_rows, vocabulary_size=10)
    recipe = replace(recipe, average_decay=0.9 if ngram_rows else 0.0)
    whole, _ = fit(name, reviews, recipe)
    path = tmp_path / "run.training"
    first = prepare(REVIEWS, find_cells()[name], reviews, recipe)
    for at in train(first):
        if at.validation is not None:
            save_state(first, path)
        if at.epoch == 1:
            break  # in the middle of the second epoch, which is lost
    torch.manual_seed(99)
    second = prepare(REVIEWS, find_cells()[name], reviews, recipe)
    load_state(second, path)
    assert second.epoch == 1
    list(train(second))
    assert second.history == whole.history
    assert second.best == whole.best
    for key, value in whole.module.state_dict().items():
        assert torch.equal(second.module.state_dict()[key], value), key
    for key, value in whole.best_state.items():
        assert torch.equal(second.best_state[key], value), key


def test_a_run_of_another_recipe_or_other_data_is_not_gone_on_with(
    reviews: Samples, tmp_path: Path
) -> None:
    path = tmp_path / "run.training"
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    save_state(run, path)
    load_state(run, path)
    changed = prepare(REVIEWS, find_cells()["rnn"], reviews, replace(RECIPE, learning_rate=0.5))
    told = r"it is of a training by another recipe \(learning_rate 0.03, now 0.5\)"
    with pytest.raises(UnusableState, match=told):
        load_state(changed, path)
    moved = prepare(REVIEWS, find_cells()["rnn"], replace(reviews, digest="other"), RECIPE)
    with pytest.raises(UnusableState, match="it is of a training on other data"):
        load_state(moved, path)
    cell = prepare(REVIEWS, find_cells()["gru"], reviews, RECIPE)
    with pytest.raises(UnusableState, match="that can be read"):
        load_state(cell, path)


def test_a_run_that_was_stopped_before_the_fields_had_these_names_is_gone_on_with(
    reviews: Samples, tmp_path: Path
) -> None:
    path = tmp_path / "run.training"
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    run.epoch = 2
    save_state(run, path)
    state = torch.load(path, weights_only=True)
    older = {new: old for old, new in RENAMED.items()}
    state["recipe"] = {older.get(name, name): value for name, value in state["recipe"].items()}
    assert {"hidden", "rate", "crop", "digest"} <= set(state["recipe"])
    del state["recipe"]["ngram_rows"]  # a field that there was not yet
    torch.save(state, path)
    again = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    load_state(again, path)
    assert again.epoch == 2


@pytest.mark.parametrize("content", [b"", b"no training", b"\x80\x02}q\x00.", b"PK\x03\x04 cut"])
def test_a_file_that_is_no_stopped_run_is_refused(
    reviews: Samples, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "run.training"
    path.write_bytes(content)
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    with pytest.raises(UnusableState, match="that can be read"):
        load_state(run, path)


def test_a_stopped_run_that_was_cut_short_or_lacks_something_is_refused(
    reviews: Samples, tmp_path: Path
) -> None:
    path = tmp_path / "run.training"
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    save_state(run, path)
    whole, state = path.read_bytes(), torch.load(path, weights_only=True)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnusableState, match="that can be read"):
        load_state(run, path)
    for name in state:
        torch.save({key: value for key, value in state.items() if key != name}, path)
        with pytest.raises(UnusableState, match="that can be read"):
            load_state(run, path)
    for other in ([1, 2], state | {"recipe": [1]}, state | {"module": 3}):
        torch.save(other, path)
        with pytest.raises(UnusableState, match="that can be read"):
            load_state(run, path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_leaves_the_state_of_the_epoch_before(reviews: Samples, tmp_path: Path) -> None:
    path = tmp_path / "run.training"
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    save_state(run, path)
    before = path.read_bytes()
    run.epoch = 1
    (tmp_path / "run.training.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        save_state(run, path)
    assert caught.value.errno == errno.ENOSPC
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_best_epoch_is_kept_not_the_last(reviews: Samples) -> None:
    run = prepare(
        REVIEWS, find_cells()["gru"], reviews, replace(RECIPE, epochs=5, learning_rate=0.2)
    )
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


def test_the_average_of_the_weights_over_the_steps_is_kept_where_the_recipe_says_so(
    reviews: Samples,
) -> None:
    recipe = replace(RECIPE, epochs=1, average_decay=0.9, crop_probability=0.5)
    run = prepare(REVIEWS, find_cells()["gru"], reviews, recipe)
    average: dict[str, torch.Tensor] = {}
    for _ in train(run):
        for key, value in run.module.state_dict().items():
            average[key] = value.clone().lerp(average.get(key, value), 0.9)
    for key, value in average.items():
        assert torch.allclose(run.best_state[key], value, atol=1e-6), key
    last = run.module.state_dict()
    assert not torch.equal(run.best_state["readout.weight"], last["readout.weight"])
    assert run.best == measure(run.measured, CLASSES, run.validation).figures["accuracy"]


def test_progress_counts_steps_and_epochs_and_gives_the_accuracy_at_the_end_of_each(
    reviews: Samples,
) -> None:
    _, seen = fit("rnn", reviews, replace(RECIPE, epochs=2))
    steps = seen[0].steps
    assert [p.step for p in seen] == [*range(1, steps + 1)] * 2
    assert [p.epoch for p in seen] == [0] * steps + [1] * steps
    assert [p.validation is not None for p in seen] == ([False] * (steps - 1) + [True]) * 2
    assert all(p.grad_norm > 0 for p in seen)


def test_validation_reviews_are_held_out_and_give_no_words(reviews: Samples) -> None:
    marked = [f"{text} only{k}" for k, text in enumerate(reviews.inputs)]
    run = prepare(
        REVIEWS,
        find_cells()["rnn"],
        replace(reviews, inputs=marked),
        replace(RECIPE, vocabulary_size=1000),
    )
    assert len(run.validation) == 10
    assert len(run.train) == len(reviews.inputs) - 10
    assert sum(word.startswith("only") for word in run.vocabulary) == len(run.train)
    unknown = run.vocabulary.index("<unk>")
    assert all(unknown in row.inputs for row in run.validation)
    assert not any(unknown in row.inputs for row in run.train)


def test_gradients_are_clipped_before_a_step(reviews: Samples) -> None:
    recipe = replace(RECIPE, max_grad_norm=1e-3, epochs=1)
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, recipe)
    at = next(train(run))
    total = sum(
        float((value.grad**2).sum()) for value in run.module.parameters() if value.grad is not None
    )
    assert at.grad_norm > 1e-3
    assert total**0.5 == pytest.approx(1e-3, rel=1e-3)


def test_recurrence_starts_orthogonal_and_the_bias_of_forgetting_alone_is_set() -> None:
    recipe = replace(RECIPE, forget_bias=1.5)
    opened = set()
    for name, cell in find_cells().items():
        module = build_plain(cell, Shape(9, 4, 8, 2))
        drawn = module.state_dict()["embedding.weight"].clone()
        initialise(module, cell, recipe)
        weights = module.state_dict()
        assert torch.equal(weights["embedding.weight"], drawn * recipe.embedding_scale)
        if "weight_hh" in cell.shapes(4, 8):
            for block in weights["recurrent.weight_hh_l0"].split(8):
                torch.testing.assert_close(block @ block.T, torch.eye(8), atol=1e-5, rtol=0)
        bias = {key: value for key, value in weights.items() if key.startswith("recurrent.bias")}
        if "bias_hh" in cell.shapes(4, 8):
            assert not any(value.any() for key, value in bias.items() if "_hh" not in key)
        gates = [signal for signal in cell.signals if signal.kind != "state"]
        for gate, block in zip(gates, sum(bias.values()).split(8), strict=False):
            expected = 1.5 if gate.role == "forget" else 0.0
            assert block.tolist() == [expected] * 8, (name, gate.name)
            opened |= {name} if expected else set()
    assert {"lstm", "minimal-gated"} <= opened


def test_the_textbook_start_is_what_pytorch_draws() -> None:
    cell = find_cells()["lstm"]
    module = build_plain(cell, Shape(9, 4, 8, 2, 2, bidirectional=True))
    drawn = {name: value.clone() for name, value in module.state_dict().items()}
    initialise(module, cell, replace(RECIPE, orthogonal_init=False, embedding_scale=1.0))
    for name, value in module.state_dict().items():
        if not name.startswith("recurrent.bias"):
            assert torch.equal(value, drawn[name]), name
        elif "_hh" in name:
            assert value.tolist() == [0.0] * 8 + [1.0] * 8 + [0.0] * 16, name


def row(ids: list[int], targets: list[int]) -> LabeledSequence:
    return LabeledSequence(np.array(ids), np.array(targets))


def test_a_rare_class_weighs_more() -> None:
    rows = [row([2, 3], [-100, 0]), row([2, 3, 4], [0, 0, 1])]
    assert weigh_classes(rows, 3, 0.0).tolist() == [1.0, 1.0, 1.0]
    assert weigh_classes(rows, 3, 1.0).tolist() == pytest.approx([5 / 3, 5, 5], rel=1e-6)
    assert weigh_classes(rows, 3, 0.5).tolist() == pytest.approx(
        [(5 / 3) ** 0.5, 5**0.5, 5**0.5], rel=1e-6
    )


def test_the_loss_is_weighed_by_class(reviews: Samples) -> None:
    """The same first step, its loss computed another way: from the logits of each review."""
    positive = [k for k, target in enumerate(reviews.targets) if target]
    few = [k for k in range(len(reviews.inputs)) if k not in positive[10:]]
    uneven = reviews.select(few)
    recipe = replace(
        RECIPE, class_balance=1.0, dropout=0.0, word_dropout=0.0, batch_size=100, validation_size=5
    )
    run = prepare(REVIEWS, find_cells()["lstm"], uneven, recipe)
    logits = {
        k: compute_outputs(run.module, CLASSES, *pad_batch([one]))
        .log_softmax(1)[0, one.targets[-1]]
        .item()
        for k, one in enumerate(run.train)
    }
    targets = [int(one.targets[-1]) for one in run.train]
    weights = [len(targets) / targets.count(target) for target in targets]
    expected = -sum(w * logits[k] for k, w in enumerate(weights)) / sum(weights)
    assert 0 < targets.count(1) < targets.count(0) / 3
    assert next(train(run)).loss == pytest.approx(expected, rel=1e-5)


def test_the_learning_rate_falls_along_half_a_cosine_over_all_epochs() -> None:
    recipe = replace(RECIPE, epochs=10, learning_rate=0.4)
    rates = [anneal(recipe, epoch) for epoch in range(10)]
    assert rates[0] == 0.4
    assert rates[5] == pytest.approx(0.2)
    assert rates[9] == pytest.approx(0.2 * (1 + math.cos(0.9 * math.pi)))
    assert rates == sorted(rates, reverse=True)
    torch_rates = []
    optimiser = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=0.4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, T_max=10)
    for _ in range(10):
        torch_rates.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    assert rates == pytest.approx(torch_rates)


def test_a_run_that_ends_early_is_the_beginning_of_the_longer_one(reviews: Samples) -> None:
    whole, seen = fit("gru", reviews, replace(RECIPE, epochs=6))
    short, part = fit("gru", reviews, replace(RECIPE, epochs=6, stop_epoch=2))
    assert len(short.history) == short.epoch == 2
    assert short.history == whole.history[:2]
    assert part == seen[: len(part)]
    assert short.optimiser.param_groups[0]["lr"] == anneal(short.recipe, 1)


def test_every_epoch_reads_every_sequence_once_in_batches_of_like_length(
    reviews: Samples,
) -> None:
    run = prepare(REVIEWS, find_cells()["bag"], reviews, replace(RECIPE, word_dropout=0.0))
    rows = [
        row([1 + k % 5] * (5 * (k % 20) + 1), [-100] * 5 * (k % 20) + [k % 2]) for k in range(99)
    ]
    run.train, run.recipe = rows, replace(run.recipe, max_length=1_000)
    batches = draw_batches(run, np.random.default_rng(0))
    assert sorted(len(ids) for ids, _ in batches) == [3, *[8] * 12]
    lengths = [(targets != IGNORE_INDEX).int().argmax(1) + 1 for _, targets in batches]
    assert sorted(torch.cat(lengths).tolist()) == sorted(len(one.inputs) for one in rows)
    assert max(int(one.max() - one.min()) for one in lengths) <= 15
    firsts = [int(one[0]) for one in lengths]
    assert firsts not in (sorted(firsts), sorted(firsts, reverse=True)), "shuffled"
    again = draw_batches(run, np.random.default_rng(1))
    assert [ids.shape for ids, _ in again] != [ids.shape for ids, _ in batches]


def test_now_and_then_a_word_is_read_as_unknown_and_padding_never_is(reviews: Samples) -> None:
    recipe = replace(RECIPE, word_dropout=0.25, batch_size=50)
    run = prepare(REVIEWS, find_cells()["bag"], reviews, recipe)
    run.train = [row([2] * (20 + k), [-100] * (19 + k) + [0]) for k in range(100)]
    run.recipe = replace(recipe, max_length=1_000)
    batches = draw_batches(run, np.random.default_rng(0))
    ids = torch.cat([one.flatten() for one, _ in batches])
    padding = sum(max(r.shape[1] for r in [one]) * len(one) for one, _ in batches) - sum(
        len(one.inputs) for one in run.train
    )
    assert int((ids == run.vocabulary.index("<pad>")).sum()) == padding > 0
    words = ids[ids != 0]
    assert set(words.tolist()) == {1, 2}
    assert 0.2 < float((words == run.vocabulary.index("<unk>")).float().mean()) < 0.3


def test_a_word_that_is_dropped_is_spelled_where_there_are_ngrams(reviews: Samples) -> None:
    recipe = replace(RECIPE, word_dropout=0.25, ngram_rows=50)
    plain = prepare(REVIEWS, find_cells()["bag"], reviews, replace(recipe, ngram_rows=0))
    run = prepare(REVIEWS, find_cells()["bag"], reviews, recipe)
    assert run.vocabulary == plain.vocabulary
    spellings = run.module.spellings
    assert spellings is not None
    token_of = {spellings.identify(token): token for token in run.vocabulary}
    spelled = 0
    batches = (draw_batches(one, np.random.default_rng(0)) for one in (plain, run))
    for (ids, _), (ids_spelled, _) in zip(*batches, strict=True):
        assert torch.equal(ids == 1, ids_spelled >= len(run.vocabulary)), "the same are dropped"
        assert torch.equal(ids[ids != 1], ids_spelled[ids != 1])
        spelled += sum(one in token_of for one in ids_spelled.flatten().tolist())
    assert spelled > 50
    originals = {run.vocabulary[k] for row in run.train for k in row.inputs.tolist()}
    assert originals == set(run.vocabulary[2:]), "what is dropped is not changed for good"


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "jordan"])
def test_a_word_that_training_never_saw_is_read_as_its_right_spelling(name: str) -> None:
    good, bad = ("wonderful", "marvellous"), ("dreadful", "horrible")
    source = np.random.default_rng(0)
    texts, targets = [], []
    for k in range(160):
        words = [str(word) for word in source.choice(("the", "film", "was", "so"), 3)]
        words.insert(int(source.integers(0, 4)), str(source.choice(good if k % 2 else bad)))
        texts.append(" ".join(words))
        targets.append(k % 2)
    recipe = replace(
        RECIPE, epochs=16, learning_rate=0.03, dropout=0.0, word_dropout=0.4, ngram_rows=2_000
    )
    made_up = Samples(texts, targets, "made up", {"kind": ["tweets"] * len(texts)})
    run, _ = fit(name, made_up, recipe)
    cell, index = find_cells()[name], {token: k for k, token in enumerate(run.vocabulary)}
    shape = Shape(len(index), 6, 8, 2, ngrams=2_000)
    typed = ["wonderfull", "WONDERFULE", "wonderfal", "marvelous", "marvellouss", "marvellos"]
    typed += ["dreadfull", "dreadfu", "dreaadful", "horible", "horribel", "hórrible"]
    samples = Samples([f"the film was {word}" for word in typed], [1] * 6 + [0] * 6, "")
    assert not index.keys() & {word for text in samples.inputs for word in text.split()[3:]}
    state = run.module.state_dict()  # of the last epoch: the known words are told apart sooner
    module = build_trained(cell, shape, state)
    reached = measure(module, CLASSES, encode_samples(REVIEWS, index, samples, module.spellings))
    assert reached.figures["accuracy"] > 0.9
    # the network on the page reads them alike
    network = Network(cell, shape, {key: v.double() for key, v in state.items()})
    right = 0
    for text, target in zip(samples.inputs, samples.targets, strict=True):
        logits = network.read_out(network.recur(network.read(REVIEWS.read(text, index))))
        right += int(logits[-1].argmax()) == target
    assert right / len(typed) == pytest.approx(reached.figures["accuracy"])
    # without their spelling, all are one and the same word
    unspelled = measure(module, CLASSES, encode_samples(REVIEWS, index, samples, None))
    assert unspelled.figures["accuracy"] == 0.5


def test_data_of_which_nothing_can_be_learned_are_a_sentence(
    reviews: Samples, plays: Samples
) -> None:
    few = reviews.select(range(4))
    with pytest.raises(UnusableData, match="4 training samples are too few to hold some out"):
        prepare(REVIEWS, find_cells()["rnn"], few, RECIPE)
    recipe = replace(RECIPE, max_length=100_000)
    with pytest.raises(UnusableData, match="No training sequence has max_length 100000 steps"):
        fit("rnn", plays, recipe, PLAYS)


def test_a_training_that_diverges_ends_with_a_sentence(plays: Samples) -> None:
    run = prepare(PLAYS, find_cells()["gru"], plays, RECIPE)
    with torch.no_grad():
        run.module.readout.bias[3] = math.inf
    with pytest.raises(Diverged, match=r"In epoch 1 the loss is .*nan.* smaller learning_rate"):
        next(train(run))
    assert not any(value.isnan().any() for value in run.module.state_dict().values())


def test_the_facts_of_a_training_tell_its_recipe_its_data_and_every_epoch(
    reviews: Samples, plays: Samples
) -> None:
    run, _ = fit("rnn", reviews, replace(RECIPE, epochs=2))
    assert run.describe() == {
        "recipe": asdict(run.recipe),
        "data": {"train": 90, "validation": 10, "sha256": reviews.digest},
        "validation": {"accuracy": run.best, "history": run.history},
    }
    text = prepare(PLAYS, find_cells()["rnn"], plays, replace(RECIPE, validation_size=200))
    facts = text.describe()
    length = len(plays.inputs[0])
    assert facts["data"] == {"train": length - 200 - 1, "validation": 199, "sha256": plays.digest}
    assert facts["validation"] == {"bits": None, "history": []}


def mix(reviews: Samples) -> Samples:
    """Add as many texts again that are said to be generated, each with a word of its own."""
    made_up = [f"{text} made{k}" for k, text in enumerate(reviews.inputs)]
    count = len(made_up)
    return Samples(
        [*reviews.inputs, *made_up],
        [*reviews.targets, *reviews.targets],
        "digest",
        {"kind": ["tweets"] * count + ["phrases"] * count},
    )


def test_real_texts_alone_choose_the_epoch_and_generated_ones_are_told_beside(
    reviews: Samples,
) -> None:
    recipe = replace(RECIPE, vocabulary_size=1_000, epochs=3)
    run, _ = fit("gru", mix(reviews), recipe)
    assert (len(run.train), len(run.validation), len(run.generated)) == (180, 10, 10)
    unknown = run.vocabulary.index("<unk>")
    assert not any(unknown in row.inputs for row in run.validation)
    assert all(unknown in row.inputs for row in run.generated), "held out: its word is in no other"
    best = build_trained(run.cell, Shape(len(run.vocabulary), 6, 8, 2), run.best_state)
    assert (
        measure(best, CLASSES, run.validation).figures["accuracy"] == run.best == max(run.history)
    )
    assert "generated" not in run.describe()["validation"]
    finish(run)
    facts = run.describe()
    assert facts["data"]["validation"] == 10
    assert facts["validation"]["generated"] == {
        "accuracy": measure(best, CLASSES, run.generated).figures["accuracy"],
        "samples": 10,
    }


def test_where_all_is_generated_it_chooses_the_epoch(reviews: Samples) -> None:
    made_up = replace(reviews, groups={"kind": ["phrases"] * len(reviews.inputs)})
    run = prepare(REVIEWS, find_cells()["rnn"], made_up, RECIPE)
    assert (len(run.validation), len(run.generated)) == (10, 0)


@pytest.mark.parametrize(("task", "validation"), [(REVIEWS, 20), (PLAYS, 200)])
def test_a_finished_training_is_calibrated_on_what_was_held_out(
    task: Task, validation: int, reviews: Samples, plays: Samples
) -> None:
    samples = reviews if task is REVIEWS else plays
    recipe = replace(RECIPE, validation_size=validation, epochs=3)
    run, _ = fit("gru", samples, recipe, task)
    shape = Shape(len(run.vocabulary), 6, 8, len(task.classes))
    before = build_trained(run.cell, shape, run.best_state)
    finish(run)
    calibration = run.describe()["calibration"]
    after = build_trained(run.cell, shape, run.best_state)
    old, new = measure(before, CLASSES, run.validation), measure(after, CLASSES, run.validation)
    assert new.figures["accuracy"] == old.figures["accuracy"]
    assert new.figures["bits"] <= old.figures["bits"]
    assert calibration["temperature"] != 1.0
    assert calibration["samples"] == new.steps
    for row in run.validation:
        with torch.no_grad():
            plain, scaled = (
                compute_outputs(m, CLASSES, *pad_batch([row])) for m in (before, after)
            )
        torch.testing.assert_close(
            scaled.softmax(1), (plain / calibration["temperature"]).softmax(1)
        )
    state = dict(run.best_state)
    finish(run)
    assert all(torch.equal(run.best_state[name], value) for name, value in state.items())


def test_adam_is_given_the_rates_of_the_recipe(reviews: Samples) -> None:
    recipe = replace(RECIPE, learning_rate=0.007, weight_decay=0.3)
    (group,) = prepare(REVIEWS, find_cells()["rnn"], reviews, recipe).optimiser.param_groups
    assert (group["lr"], group["weight_decay"]) == (0.007, 0.3)


RECURRENT = [name for name in CELLS if "weight_hh" in find_cells()[name].shapes(1, 1)]


@pytest.mark.parametrize("name", RECURRENT)
def test_a_network_learns_which_character_follows(name: str, plays: Samples) -> None:
    recipe = replace(RECIPE, epochs=10, dropout=0.0, validation_size=200, learning_rate=0.05)
    share = 0.5
    if find_cells()[name].surrogate:  # zeros and ones say less, and weak inputs make none fire
        recipe, share = replace(recipe, hidden_size=24, embedding_scale=3.0), 0.65
    run, seen = fit(name, plays, recipe, PLAYS)
    assert run.best == min(run.history)
    assert run.best < run.history[0] - 0.3
    assert run.best < np.log2(len(PLAYS.classes)) * share
    assert {p.validation for p in seen} - {None} == set(run.history)
    assert measure(
        build_trained(
            run.cell,
            Shape(len(run.vocabulary), 6, recipe.hidden_size, len(PLAYS.classes)),
            run.best_state,
        ),
        CLASSES,
        run.validation,
    ).figures["bits"] == pytest.approx(run.best)


def test_a_run_over_one_text_goes_on_as_if_it_had_not_stopped(
    plays: Samples, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, epochs=3, validation_size=200)
    whole, _ = fit("gru", plays, recipe, PLAYS)
    path = tmp_path / "run.training"
    first = prepare(PLAYS, find_cells()["gru"], plays, recipe)
    for at in train(first):
        if at.validation is not None:
            save_state(first, path)
            break
    second = prepare(PLAYS, find_cells()["gru"], plays, recipe)
    load_state(second, path)
    list(train(second))
    assert second.history == whole.history
    for key, value in whole.best_state.items():
        assert torch.equal(second.best_state[key], value), key


def test_a_text_is_held_out_at_its_end_and_asks_for_every_next_character(plays: Samples) -> None:
    run = prepare(PLAYS, find_cells()["rnn"], plays, replace(RECIPE, validation_size=200))
    (kept,), (held,) = run.train, run.validation
    letters = np.array(run.vocabulary)
    text = "".join(PLAYS.tokenize(plays.inputs[0]))
    assert "".join(letters[np.concatenate([kept.inputs, held.inputs])]) == text
    assert len(held.inputs) == 200
    for row in (kept, held):
        assert row.targets[-1] == IGNORE_INDEX
        assert [PLAYS.classes[k] for k in row.targets[:-1]] == letters[row.inputs[1:]].tolist()
    assert encode_samples(PLAYS, {t: k for k, t in enumerate(run.vocabulary)}, plays, None)[
        0
    ].inputs.tolist() == [
        *kept.inputs,
        *held.inputs,
    ]


def test_a_figure_knows_which_way_is_better() -> None:
    assert ACCURACY.is_better(0.6, 0.5)
    assert not ACCURACY.is_better(0.5, 0.5)
    assert BITS.is_better(2.0, 2.1)
    assert not BITS.is_better(2.1, 2.0)
    assert ACCURACY.is_better(0.0, None)
    assert BITS.is_better(9.0, None)
    assert (ACCURACY.format(0.5), BITS.format(2.04)) == ("50.00 %", "2.040 bits")


def test_torch_works_on_one_thread() -> None:
    use_one_thread()
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(("layers", "both"), [(2, False), (1, True), (2, True)])
@pytest.mark.parametrize("name", ["gru", "bag"])  # one that PyTorch has, and one that it has not
def test_a_network_of_several_layers_or_both_ways_learns(
    name: str, layers: int, both: bool, reviews: Samples
) -> None:
    recipe = replace(
        RECIPE,
        num_layers=layers,
        bidirectional=both,
        epochs=10,
        learning_rate=0.05,
        dropout=0.0,
        word_dropout=0.0,
    )
    run, seen = fit(name, reviews, recipe)
    assert f"recurrent.weight_ih_l{layers - 1}" in run.best_state
    assert ("recurrent.weight_ih_l0_reverse" in run.best_state) == both
    assert seen[-1].loss < seen[0].loss / 3
