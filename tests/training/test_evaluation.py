from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.analysis.probes import TEXT_LENGTH, correlate_units
from gatescope.analysis.tracer import record
from gatescope.contracts import ACCURACY, BITS, IGNORE_INDEX, LabeledSequence, Samples
from gatescope.nn.answers import Prediction
from gatescope.nn.checkpoint import Model, load_model, save_model
from gatescope.nn.network import Network, Plain, Unrolled
from gatescope.registry import find_cells, find_models, find_tasks
from gatescope.series.forecasts import ForecastTask
from gatescope.training.batches import UnusableData, compute_outputs, encode_samples, pad_batch
from gatescope.training.calibration import BINS
from gatescope.training.evaluation import (
    BATCH_SEQUENCES,
    BATCH_STEPS,
    Score,
    build_trained,
    evaluate_model,
    measure,
    measure_everyday,
    measure_free_run,
    measure_test_decay,
    plan_batches,
    predict,
    probe_units,
    score,
)
from gatescope.training.trainer import prepare
from sklearn.calibration import calibration_curve

from tests.training.tiny import CLASSES, PLAYS, RECIPE, REVIEWS


def blank(length: int) -> LabeledSequence:
    return LabeledSequence(np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64))


def test_an_evaluation_counts_the_right_answers_of_every_batch(reviews: Samples) -> None:
    run = prepare(REVIEWS, find_cells()["rnn"], reviews, RECIPE)
    sequences = run.train * 6  # more than one batch
    batches = list(predict(run.module, CLASSES, sequences))
    assert len(batches) == len(plan_batches(sequences)) == -(-len(sequences) // BATCH_SEQUENCES)
    found = {k: one for batch in batches for k, one in batch.items()}
    with torch.no_grad():
        logits = [compute_outputs(run.module, CLASSES, *pad_batch([one])) for one in run.train]
    alone = [int(one.argmax()) for one in logits]
    assert [found[k].answers.tolist() for k in range(len(sequences))] == [[k] for k in alone] * 6
    wanted = [int(one.targets[-1]) for one in run.train]
    right = sum(a == y for a, y in zip(alone, wanted, strict=True))
    assert 0 < right < len(alone)
    assert [found[k].hits.tolist() for k in range(len(alone))] == [
        [a == y] for a, y in zip(alone, wanted, strict=True)
    ]
    sure = [float(one.double().exp().max() / one.double().exp().sum()) for one in logits]
    assert [float(found[k].confidences[0]) for k in range(len(alone))] == pytest.approx(sure)
    nats = [-float(one.log_softmax(1)[0, y]) for one, y in zip(logits, wanted, strict=True)]
    reached = measure(run.module, CLASSES, sequences)
    assert reached.figures["accuracy"] == right / len(run.train)
    assert reached.figures["bits"] == pytest.approx(np.mean(nats) / np.log(2), rel=1e-6)
    assert reached.steps == len(sequences)
    assert reached == score(CLASSES, found.values())


def test_every_step_that_is_asked_counts_alike(plays: Samples) -> None:
    run = prepare(PLAYS, find_cells()["gru"], plays, RECIPE)
    (whole,) = run.train
    pieces = [
        LabeledSequence(whole.inputs[k : k + n], whole.targets[k : k + n])
        for k, n in ((0, 3), (3, 9), (12, 1), (17, 2))
    ]
    reached = measure(run.module, CLASSES, pieces)
    right, nats, steps = 0, 0.0, 0
    for piece in pieces:
        logits = compute_outputs(run.module, CLASSES, *pad_batch([piece])).detach().double()
        wanted = torch.from_numpy(piece.targets[piece.targets != IGNORE_INDEX])
        right += int((logits.argmax(1) == wanted).sum())
        nats -= float(logits.log_softmax(1)[range(len(wanted)), wanted].sum())
        steps += len(wanted)
    assert reached.steps == steps
    assert reached.figures["accuracy"] == right / steps
    assert reached.figures["bits"] == pytest.approx(nats / steps / math.log(2), rel=1e-5)


def test_a_score_gives_the_figure_that_the_task_goes_by() -> None:
    sure = np.array([0.5, 0.5])
    reached = score(
        CLASSES,
        [
            Prediction(np.array([1, 2]), np.array([True, False]), sure, np.array([1.5, 0.5])),
            Prediction(np.array([3]), np.array([True]), sure[:1], np.array([1.0])),
        ],
    )
    assert reached == Score({"accuracy": 2 / 3, "bits": 1 / math.log(2)}, 3)
    assert (reached.get(ACCURACY), reached.get(BITS)) == (
        reached.figures["accuracy"],
        reached.figures["bits"],
    )
    none = np.zeros(0)
    nothing = Prediction(none.astype(np.int64), none.astype(np.bool_), none, none)
    with pytest.raises(UnusableData, match="nothing is asked"):
        score(CLASSES, [nothing])


def test_long_sequences_are_evaluated_few_at_a_time() -> None:
    lengths = (BATCH_STEPS * 2, BATCH_STEPS // 2, BATCH_STEPS // 2, 3)
    assert plan_batches([blank(length) for length in lengths]) == [[3, 1], [2], [0]]
    assert [len(batch) for batch in plan_batches([blank(0)] * 300)] == [128, 128, 44]
    assert [len(batch) for batch in plan_batches([blank(2**12)] * 70)] == [32, 32, 6]


def save(tmp_path: Path, samples: Samples, task: str = "sentiment", cell: str = "gru") -> Model:
    run = prepare(find_tasks()[task], find_cells()[cell], samples, RECIPE)
    path = tmp_path / "m.safetensors"
    state, vocabulary = run.module.state_dict(), run.vocabulary
    save_model(path, state, task=task, cell=cell, vocabulary=vocabulary, facts={})
    return load_model(path)


def measure_ece(module: Plain | Unrolled, sequences: list[LabeledSequence]) -> float:
    """Give the expected calibration error by scikit-learn's reliability diagram."""
    sure: list[float] = []
    hits: list[bool] = []
    for one in sequences:
        with torch.no_grad():
            logits = compute_outputs(module, CLASSES, *pad_batch([one])).double()
        sure += logits.softmax(1).amax(1).tolist()
        wanted = one.targets[one.targets != IGNORE_INDEX]
        hits += (logits.argmax(1).numpy() == wanted).tolist()
    share, mean = calibration_curve(hits, sure, n_bins=BINS)
    counts = np.histogram(sure, np.linspace(0, 1, BINS + 1))[0]
    return float(np.abs(share - mean) @ counts[counts > 0] / len(sure))


def test_the_facts_of_an_evaluation_are_the_figure_and_what_the_task_grades(
    tmp_path: Path, reviews: Samples
) -> None:
    model = save(tmp_path, reviews)
    kinds = {"kind": ["reviews"] * 20 + ["phrases"] * 10}
    samples = Samples(reviews.inputs[:30], reviews.targets[:30], "digest", kinds)
    shares: list[float] = []
    facts = evaluate_model(model, samples, shares.append)
    assert shares == [1.0]
    module = build_trained(model.cell, model.shape, model.weights)
    sequences = encode_samples(REVIEWS, model.index, samples, module.spellings)
    real, made = measure(module, CLASSES, sequences[:20]), measure(module, CLASSES, sequences[20:])
    assert facts.pop("ece") == pytest.approx(measure_ece(module, sequences[:20]), abs=1e-6)
    assert facts == {
        "accuracy": real.figures["accuracy"],
        "samples": 20,
        "sha256": "digest",
        "parts": {
            "reviews": {"accuracy": real.figures["accuracy"], "samples": 20},
            "phrases": {"accuracy": made.figures["accuracy"], "samples": 10},
        },
    }


def test_the_facts_of_a_character_model_are_in_bits(tmp_path: Path, plays: Samples) -> None:
    model = save(tmp_path, plays, "shakespeare")
    facts = evaluate_model(model, plays)
    module = build_trained(model.cell, model.shape, model.weights)
    sequences = encode_samples(PLAYS, model.index, plays, module.spellings)
    reached = measure(module, CLASSES, sequences)
    assert facts.pop("ece") == pytest.approx(measure_ece(module, sequences), abs=1e-6)
    assert facts == {
        "accuracy": reached.figures["accuracy"],
        "samples": len(plays.inputs[0]) - 1,
        "bits": reached.figures["bits"],
        "sha256": plays.digest,
    }


def test_the_share_of_an_evaluation_that_is_done_grows_to_all_of_it(
    tmp_path: Path, reviews: Samples
) -> None:
    shares: list[float] = []
    kinds = {"kind": ["reviews"] * 300}
    many = Samples([*reviews.inputs] * 3, [*reviews.targets] * 3, "digest", kinds)
    evaluate_model(save(tmp_path, reviews), many, shares.append)
    assert shares == [128 / 300, 256 / 300, 1.0]


def test_units_are_probed_on_the_same_share_of_every_text(tmp_path: Path, plays: Samples) -> None:
    model = save(tmp_path, plays, "shakespeare")
    half = len(plays.inputs[0]) // 2
    texts = [plays.inputs[0][:half], plays.inputs[0][half:]]
    facts = probe_units(model, Samples(texts, [None, None], "digest"))
    assert (facts["samples"], facts["sha256"]) == (len(plays.inputs[0]), "digest")
    encoding = PLAYS.read("".join(texts), model.index)
    network = Network(model.cell, model.shape, model.weights)
    wanted = correlate_units(network, encoding)
    assert facts["followed"].keys() == wanted.keys()
    for name, best in wanted.items():
        for told, unit in zip(facts["followed"][name], best, strict=True):
            assert (told["signal"], told["unit"]) == (unit.signal, unit.unit)
            assert told["correlation"] == round(unit.correlation, 4)
            assert told["area"] == (None if unit.area is None else round(unit.area, 4))
    assert json.loads(json.dumps(facts)) == facts
    long = [text * (3 * TEXT_LENGTH // half) for text in texts]
    assert probe_units(model, Samples(long, [None] * 2, ""))["samples"] == pytest.approx(
        TEXT_LENGTH, abs=2
    )


def test_everyday_sentences_are_graded_by_what_the_traced_network_answers() -> None:
    model = load_model(find_models()["cloze-gru"])
    network = Network(model.cell, model.shape, model.weights)
    facts = measure_everyday(model)
    assert facts.keys() == {"en", "pt"}
    right = dict.fromkeys(facts, 0)
    for kind in model.task.everyday:
        own = 0
        for text, classes in kind.sentences:
            trace = record(network, model.task, model.task.read(text, model.index))
            own += model.task.classes[int(trace.probabilities[-1].argmax())] in classes
        found = facts[kind.language]["kinds"][kind.name]
        assert found == {
            "samples": len(kind.sentences),
            "right": own,
            "accuracy": own / len(kind.sentences),
        }
        right[kind.language] += own
    assert {language: own["right"] for language, own in facts.items()} == right


def test_a_task_without_everyday_sentences_has_no_such_facts() -> None:
    assert measure_everyday(load_model(find_models()["shakespeare-gru"])) == {}


def test_numbers_are_measured_beside_simple_forecasts_and_in_a_free_run() -> None:
    """Every number of the network from traces, one for each row that a free run adds."""
    model = load_model(find_models()["sunspots-gru"])
    task, network = model.task, Network(model.cell, model.shape, model.weights)
    assert isinstance(task, ForecastTask)
    assert model.scaling is not None
    source = np.random.default_rng(0)
    months = np.abs(50 + 45 * np.sin(np.arange(900) / 21) + source.normal(0, 9, 900))[:, None]
    learned, test = Samples([months[:700]], [None], ""), Samples([months[500:]], [None], "digest")
    facts = evaluate_model(model, test, learned=learned)
    trace = record(network, task, task.read(months[500:], model.scaling))
    values, start = trace.values, task.lead_in
    for k, quantity in enumerate(task.quantities):
        right = months[500 + quantity.ahead :, 0]
        error = np.abs(values[: len(right), k] - right)[start:].mean()
        assert facts["forecasts"][str(quantity.ahead)]["network"]["mae"] == pytest.approx(
            error, rel=1e-4
        )
    assert facts["sha256"] == "digest"
    assert facts["samples"] == 400 - start - 1
    assert "ece" not in facts
    origins = task.choose_origins(test)
    errors = []
    for origin in origins[:3]:
        series = months[500 : 500 + origin]
        for _ in range(12):
            known = record(network, task, task.read(series, model.scaling))
            series = np.vstack([series, known.values[-1:, :1]])
        errors.append(abs(series[-1, 0] - months[500 + origin + 11, 0]))
    written = measure_free_run(model, test, learned)["free_run"]
    assert written == facts["free_run"]
    assert written["12"]["samples"] == len(origins)
    few = pick_origins(task, origins[:3])
    found = measure_free_run(replace(model, task=few), test, learned)["free_run"]
    assert found["12"]["network"]["mae"] == pytest.approx(np.mean(errors), rel=1e-6)


def pick_origins(task: ForecastTask, origins: list[int]) -> ForecastTask:
    """Give the same task with free runs from some rows alone."""

    class Picked(type(task)):  # type: ignore[misc]
        def choose_origins(self, samples: Samples) -> list[int]:
            return origins

    picked: ForecastTask = Picked()
    return picked


@pytest.mark.parametrize("name", ["sentiment-gru", "sentiment-pt-jordan", "accents-lstm-stacked"])
def test_the_module_that_is_measured_answers_as_the_traced_network(name: str) -> None:
    model = load_model(find_models()[name])
    module = build_trained(model.cell, model.shape, model.weights)
    ids = torch.tensor([[2, 3, 4, 5, 3]])
    with torch.no_grad():
        logits = compute_outputs(module, CLASSES, ids, torch.zeros_like(ids)).double()
    network = Network(model.cell, model.shape, model.weights)
    ours = network.read_out(network.recur(network.encode(ids[0])))
    torch.testing.assert_close(logits, ours, atol=2e-4, rtol=1e-3)


def test_what_is_left_of_the_gradient_is_the_median_over_test_texts_of_a_length(
    tmp_path: Path, reviews: Samples
) -> None:
    """The same from autograd through the loop, a text at a time."""
    model = save(tmp_path, reviews, cell="lstm")
    source = np.random.default_rng(1)
    words = [" ".join(source.choice(model.vocabulary[2:], int(n))) for n in [30, 90] + [65] * 12]
    targets = [int(target) for target in source.integers(0, 2, len(words))]
    kinds = ["tweets"] * 13 + ["phrases"]
    facts = measure_test_decay(model, Samples(words, targets, "", {"kind": kinds}))
    assert (facts["samples"], facts["shortest"], facts["longest"]) == (11, 60, 80)
    assert set(facts["remaining"]) == {"layers.0.h", "layers.0.c"}
    network = Network(model.cell, model.shape, model.weights)
    shares: dict[str, list[float]] = {"h": [], "c": []}
    for text, target in zip(words[2:13], targets[2:13], strict=True):
        states: dict[str, list[torch.Tensor]] = {"h": [], "c": []}

        def tap(name: str, value: torch.Tensor, states: Any = states) -> torch.Tensor:
            kept = states.get(name.rpartition(".")[2])
            if kept is not None:
                value.retain_grad()
                kept.append(value)
            return value

        ids = torch.tensor(REVIEWS.read(text, model.index).token_ids)
        x = network.encode(ids).detach().requires_grad_()
        logits = network.read_out(network.recur(x, tap))[-1]
        torch.nn.functional.cross_entropy(logits[None], torch.tensor([target])).backward()  # type: ignore[no-untyped-call]
        for name, values in states.items():
            norms = [float(value.grad.norm()) for value in values if value.grad is not None]
            shares[name].append(norms[-31] / norms[-1])
    for name, left in shares.items():
        found = facts["remaining"][f"layers.0.{name}"]["30"]
        assert found["median"] == pytest.approx(sorted(left)[5], rel=1e-6)
        assert found["high"] == pytest.approx(sorted(left)[9], rel=1e-6)


def test_too_few_test_texts_of_a_length_tell_nothing(tmp_path: Path, reviews: Samples) -> None:
    assert measure_test_decay(save(tmp_path, reviews), reviews) == {}
