from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from gatescope.analysis.spelling import find_similar
from gatescope.contracts import InvalidInput, Trace
from gatescope.inputs.text import INPUT, TextInput
from gatescope.limits import LIMITS
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Network, draw_weights
from gatescope.registry import find_cells, find_inputs, find_models, find_tasks
from gatescope.serving.comparison import compare_gradients
from gatescope.serving.schemas import GradientRequest, TraceRequest, TraceResponse
from gatescope.serving.service import (
    CACHED_BYTES,
    Service,
    bind,
    check_settings,
    load_service,
)
from gatescope.serving.wire import ENCODERS, JSON_TYPE

from tests.asking import MODEL, REVIEWS, ask, give_input, name_task
from tests.made_up import write_speller

REVIEWERS = [
    name
    for name in find_models()
    if "positive" in find_tasks()[name_task(name)].classes and not name.endswith("-rnn")
]


def ask_for(**changes: object) -> TraceRequest:
    return TraceRequest.model_validate(ask(**changes))


def test_loading_tells_its_phases_in_order(tmp_path: Path) -> None:
    shutil.copy(find_models()[MODEL], tmp_path)
    phases: list[str] = []
    load_service(phases.append, tmp_path)
    assert phases == ["models", "warming"]


def test_every_shipped_model_is_loaded(service: Service) -> None:
    assert list(service.models) == list(find_models())


def test_a_folder_without_models_loads_as_well(tmp_path: Path) -> None:
    empty = load_service(lambda phase: None, tmp_path)
    assert empty.catalog().models == []
    with pytest.raises(InvalidInput, match="unknown_model"):
        empty.trace(ask_for())


def test_a_file_that_cannot_be_used_is_one_warning_and_the_others_work(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = find_models()[MODEL]
    shutil.copy(good, tmp_path)
    (tmp_path / "cut.safetensors").write_bytes(good.read_bytes()[:-100])
    (tmp_path / "empty.safetensors").write_bytes(b"")
    (tmp_path / "folder.safetensors").mkdir()
    with caplog.at_level("WARNING"):
        service = load_service(lambda phase: None, tmp_path)
    assert list(service.models) == [MODEL]
    assert service.trace(ask_for()).tokens
    warnings = service.catalog().warnings
    bad = ["cut.safetensors", "empty.safetensors", "folder.safetensors"]
    assert [warning.file for warning in warnings] == bad
    assert [record.getMessage() for record in caplog.records] == [w.message for w in warnings]
    for warning in warnings:
        assert warning.message.startswith(f"{warning.file}: ")
        assert len(warning.message.splitlines()) == 1


def test_a_model_whose_first_run_fails_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in REVIEWS[:2]:
        shutil.copy(find_models()[name], tmp_path)
    plain = Service.trace

    def fail(service: Service, request: TraceRequest) -> Trace:
        if request.model == REVIEWS[0]:
            raise ZeroDivisionError("division by zero")
        return plain(service, request)

    monkeypatch.setattr(Service, "trace", fail)
    service = load_service(lambda phase: None, tmp_path)
    assert list(service.models) == [REVIEWS[1]]
    (warning,) = service.catalog().warnings
    assert "division by zero" in warning.message


def test_the_catalogue_lists_everything_there_is(service: Service) -> None:
    catalog = service.catalog()
    assert [one.id for one in catalog.cells] == list(find_cells())
    tasks = find_tasks()
    assert [one.id for one in catalog.tasks] == sorted(tasks, key=lambda t: (tasks[t].order, t))
    assert [one.id for one in catalog.models] == list(find_models())
    assert catalog.limits == LIMITS
    for model in catalog.models:
        assert model.bytes == find_models()[model.id].stat().st_size
        assert model.parameters > 0
        assert all(name.startswith("layers.") for name in model.signals)


@pytest.mark.parametrize("model", find_models())
def test_a_trace_says_what_was_run(service: Service, model: str) -> None:
    trace = service.trace(ask_for(model=model, weights="fresh", seed=3))
    assert trace.about["model"] == model
    assert trace.about["weights"] == "fresh"
    assert trace.about["seed"] == 3
    assert f"{model}-".startswith(f"{trace.about['task']}-{trace.about['cell']}-")
    names = {setting.name for setting in find_cells()[str(trace.about["cell"])].settings}
    assert set(trace.about["settings"]) == names


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("model", find_models())
def test_the_same_request_has_the_same_answer_cached_or_not(
    service: Service, model: str, kind: str
) -> None:
    request = ask_for(model=model)
    first, second = service.answer(request, kind), service.answer(request, kind)
    assert first is second
    anew = Service({model: load_model(find_models()[model])})
    assert anew.answer(request, kind) == first


@pytest.mark.parametrize("model", find_models())
def test_what_differs_in_the_request_differs_in_the_answer(service: Service, model: str) -> None:
    first = service.trace(ask_for(model=model))
    own = first.target
    targets = [own, *[name for name in first.classes if name != own][:1]] if own else []
    given = give_input(model, "A truly bad film.")
    task = service.models[model].task
    if "series" in given:
        given["series"][3] = [None] * len(given["series"][3])
    elif "text" not in given:
        given = find_inputs()[task.input].give(task.examples[1].value)
    named: list[dict[str, object]] = [{"target": name} for name in targets]
    changes: list[dict[str, object]] = [
        {},
        {"input": given},
        {"weights": "fresh"},
        {"weights": "fresh", "seed": 1},
        *named,
        {"interventions": [{"signal": "layers.0.h", "value": 0.5, "step": 1}]},
        {"interventions": [{"signal": "layers.0.h", "value": 0.5, "step": 2}]},
        {"interventions": [{"signal": "layers.0.h", "value": "previous", "step": 2}]},
    ]
    answers = [service.answer(ask_for(model=model, **change), JSON_TYPE) for change in changes]
    bodies = [json.loads(answer) for answer in answers]
    found = {
        json.dumps([body["gradients"], body["probabilities"], body["values"]]) for body in bodies
    }
    # A target that the model prefers anyway changes nothing, where the loss asks for it anyway.
    asked = bool(own) and bodies[0]["targets"][-1] == own
    assert len(found) == len(changes) - asked


def test_answers_are_forgotten_the_oldest_first(service: Service) -> None:
    size = len(service.answer(ask_for(seed=1), JSON_TYPE))
    small = Service(service.models, cached_bytes=3 * size + size // 2)  # three fit, four do not
    first = small.answer(ask_for(seed=1), JSON_TYPE)
    for seed in (2, 3):
        small.answer(ask_for(seed=seed), JSON_TYPE)
    assert small.answer(ask_for(seed=1), JSON_TYPE) is first  # asked for again: now the newest
    small.answer(ask_for(seed=4), JSON_TYPE)
    assert small.answer(ask_for(seed=1), JSON_TYPE) is first
    small.answer(ask_for(seed=2), JSON_TYPE)
    small.answer(ask_for(seed=3), JSON_TYPE)
    small.answer(ask_for(seed=4), JSON_TYPE)
    again = small.answer(ask_for(seed=1), JSON_TYPE)
    assert again == first
    assert again is not first


def test_answers_are_kept_for_ever_new_ones_whatever_was_kept_before(service: Service) -> None:
    """What is forgotten makes room: after many times the size of the cache it still keeps."""
    size = len(service.answer(ask_for(), JSON_TYPE))
    small = Service(service.models, cached_bytes=2 * size)
    for seed in range(12):
        answer = small.answer(ask_for(weights="fresh", seed=seed), JSON_TYPE)
        assert small.answer(ask_for(weights="fresh", seed=seed), JSON_TYPE) is answer


def test_an_answer_larger_than_the_cache_is_given_and_not_kept(service: Service) -> None:
    small = Service(service.models, cached_bytes=100)
    one, two = (small.answer(ask_for(), JSON_TYPE) for _ in range(2))
    assert one == two
    assert one is not two
    assert CACHED_BYTES >= 2**20


def test_more_numbers_than_one_answer_may_hold_are_refused() -> None:
    cell = find_cells()["lstm"]
    plain = load_model(find_models()[MODEL])
    hidden = 256
    shape = replace(plain.shape, hidden=hidden, layers=2, bidirectional=True)
    weights = draw_weights(cell, shape, 0)
    wide = replace(plain, id="wide", cell=cell, cell_id="lstm", shape=shape, weights=weights)
    a_step = 2 * hidden * 4 * len(cell.signals)  # a signal and its gradient, in four directions
    fitting = LIMITS.values // a_step
    assert 10 < fitting < LIMITS.steps
    with pytest.raises(InvalidInput) as refusal:
        Service({"wide": wide}).trace(ask_for(model="wide", input={"text": "a " * (fitting + 1)}))
    assert (refusal.value.code, refusal.value.field) == ("too_many_values", "input.text")
    assert refusal.value.values == {"count": (fitting + 1) * a_step, "limit": LIMITS.values}
    narrow = replace(plain, id="narrow")
    assert Service({"narrow": narrow}).trace(ask_for(model="narrow"))


@pytest.mark.parametrize("model", find_models())
def test_fresh_weights_are_not_the_trained_ones_and_follow_the_seed(
    service: Service, model: str
) -> None:
    losses = {
        service.trace(ask_for(model=model, weights="fresh", seed=seed)).loss for seed in range(3)
    }
    losses.add(service.trace(ask_for(model=model)).loss)
    assert len(losses) == 4


@pytest.mark.parametrize("model", find_models())
def test_the_seed_does_not_matter_to_trained_weights(service: Service, model: str) -> None:
    one, two = (service.trace(ask_for(model=model, seed=seed)) for seed in (0, 1))
    assert one.loss == two.loss


@pytest.mark.parametrize("model", [name for name in REVIEWS if not name.endswith("-rnn")])
def test_a_trained_model_tells_praise_from_blame(service: Service, model: str) -> None:
    praise = service.trace(ask_for(model=model, input={"text": "A wonderful, superb film."}))
    blame = service.trace(ask_for(model=model, input={"text": "A terrible, boring film."}))
    assert (praise.target, blame.target) == ("positive", "negative")


@pytest.mark.parametrize("model", find_models())
def test_every_example_is_read(service: Service, model: str) -> None:
    for example in service.models[model].task.examples:
        kind = find_inputs()[service.models[model].task.input]
        trace = service.trace(ask_for(model=model, input=kind.give(example.value)))
        assert len(trace.tokens) > 3


@pytest.mark.parametrize("text", ["a", "a b\tc\nd\re", "ção ❤️ 👩‍👧", "a" * LIMITS.characters])
def test_what_can_be_read_passes(text: str) -> None:
    INPUT.take(TextInput(text=text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        ("\u2003 \n", "text_empty"),
        ("a" * (LIMITS.characters + 1), "text_too_long"),
        ("a\0", "text_control"),
        ("a\x7f"[:1] + "\x1b", "text_control"),
        ("a\ud800", "text_control"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        INPUT.take(TextInput(text=text))
    assert (refusal.value.code, refusal.value.field) == (code, "input.text")


@pytest.mark.parametrize("name", find_cells())
def test_settings_are_filled_in_and_held_to_their_range(name: str) -> None:
    cell = find_cells()[name]
    assert check_settings(cell, {}) == {s.name: s.default for s in cell.settings}
    for setting in cell.settings:
        for value in (setting.low, setting.high):
            assert check_settings(cell, {setting.name: value})[setting.name] == value
        with pytest.raises(InvalidInput, match="value_out_of_range"):
            check_settings(cell, {setting.name: setting.high + 1})
    with pytest.raises(InvalidInput, match="unknown_setting"):
        check_settings(cell, {"no_such_setting": 0.0})


def test_the_limits_hold_at_their_edges(service: Service) -> None:
    longest = "a " * LIMITS.steps
    assert len(service.trace(ask_for(input={"text": longest})).tokens) == LIMITS.steps
    with pytest.raises(InvalidInput, match="too_many_steps"):
        service.trace(ask_for(input={"text": longest + "a"}))
    assert service.trace(ask_for(input={"text": ("ab" * LIMITS.word)[: LIMITS.word]}))
    with pytest.raises(InvalidInput, match="word_too_long"):
        service.trace(ask_for(input={"text": ("ab" * LIMITS.word)[: LIMITS.word + 1]}))


def test_a_text_of_a_thousand_words_is_within_the_limits() -> None:
    assert LIMITS.steps >= 1_000
    assert LIMITS.characters >= 6_000
    assert MODEL in find_models()


@pytest.mark.parametrize("weights", ["trained", "fresh"])
def test_an_unknown_word_is_told_with_the_words_that_its_spelling_is_nearest_to(
    tmp_path: Path, weights: str
) -> None:
    model = load_model(write_speller(tmp_path / "speller.safetensors"))
    service = Service({model.id: model})
    wanted = ask_for(model=model.id, weights=weights, input={"text": "the filmm was ❤ wonderful."})
    trace = service.trace(wanted)
    assert trace.known == (True, False, True, False, True, True)
    network = bind(model, weights, 0)
    encoding = model.task.read("the filmm was ❤ wonderful.", model.index)
    assert trace.similar == find_similar(network, encoding, model.vocabulary)
    assert trace.similar is not None
    assert [len(words) for words in trace.similar] == [0, 3, 0, 0, 0, 0]
    assert {word.token for word in trace.similar[1]} <= set(model.vocabulary[2:])
    body = json.loads(service.answer(wanted, JSON_TYPE))
    assert body["similar"] == [[word._asdict() for word in words] for words in trace.similar]
    TraceResponse.model_validate(body)


@pytest.mark.parametrize("text", ["the filmm was ❤ wonderful.", "the film was wonderful."])
def test_the_norm_before_clipping_counts_the_ngrams_that_were_read(
    tmp_path: Path, text: str
) -> None:
    model = load_model(write_speller(tmp_path / "speller.safetensors"))
    wanted = {"input": {"text": text}, "networks": [{"model": model.id}], "clip": 1e9}
    request = GradientRequest.model_validate(wanted)
    (found,) = compare_gradients(Service({model.id: model}), request).networks
    free = {key: value.clone().requires_grad_() for key, value in model.weights.items()}
    network = Network(model.cell, model.shape, free)
    logits = network.read_out(network.recur(network.read(model.task.read(text, model.index))))
    loss = -torch.log_softmax(logits[-1], dim=0).max()
    slopes = torch.autograd.grad(loss, list(free.values()), materialize_grads=True)
    whole = torch.cat([slope.flatten() for slope in slopes]).norm()
    assert found.clipped == pytest.approx((whole.item(),) * 2, rel=1e-9)
