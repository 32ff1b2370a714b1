from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.checkpoint import load_model
from app.contracts import InvalidInput
from app.registry import find_cells, find_models, find_tasks
from app.schemas import LIMITS, TraceRequest
from app.service import KEPT_ANSWERS, Service, check_settings, check_text, load_service
from app.wire import ENCODERS, JSON_TYPE
from tests.asking import MODEL, REVIEWS, ask

PHASES: list[str] = []
REVIEWERS = [
    name
    for name, path in find_models().items()
    if "positive" in load_model(path).task.classes and not name.endswith("-rnn")
]


@pytest.fixture(scope="module")
def service() -> Service:
    return load_service(PHASES.append)


def wanted(**changes: object) -> TraceRequest:
    return TraceRequest.model_validate(ask(**changes))


def test_loading_tells_its_phases_in_order(service: Service) -> None:
    assert PHASES[:2] == ["models", "warming"]
    assert list(service.models) == list(find_models())


def test_a_folder_without_models_loads_as_well(tmp_path: Path) -> None:
    empty = load_service(lambda phase: None, tmp_path)
    assert empty.catalog().models == []
    with pytest.raises(InvalidInput, match="unknown_model"):
        empty.trace(wanted())


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
    trace = service.trace(wanted(model=model, weights="fresh", seed=3))
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
    request = wanted(model=model)
    first, second = service.answer(request, kind), service.answer(request, kind)
    assert first is second
    assert load_service(lambda phase: None).answer(request, kind) == first


@pytest.mark.parametrize("model", find_models())
def test_what_differs_in_the_request_differs_in_the_answer(service: Service, model: str) -> None:
    own = service.trace(wanted(model=model)).target
    other = next(name for name in service.models[model].task.classes if name != own)
    changes: list[dict[str, object]] = [
        {},
        {"input": {"text": "A truly bad film."}},
        {"weights": "fresh"},
        {"weights": "fresh", "seed": 1},
        {"target": own},
        {"target": other},
        {"interventions": [{"signal": "layers.0.h", "value": 0.5, "step": 1}]},
        {"interventions": [{"signal": "layers.0.h", "value": 0.5, "step": 2}]},
        {"interventions": [{"signal": "layers.0.h", "value": "previous", "step": 2}]},
    ]
    answers = [service.answer(wanted(model=model, **change), JSON_TYPE) for change in changes]
    bodies = [json.loads(answer) for answer in answers]
    found = {json.dumps([body["gradients"], body["probabilities"]]) for body in bodies}
    # A target that the model prefers anyway changes nothing, where the loss asks for it anyway.
    assert len(found) == len(changes) - (bodies[0]["targets"][-1] == own)


def test_answers_are_forgotten_the_oldest_first() -> None:
    service = load_service(lambda phase: None)
    first = service.answer(wanted(), JSON_TYPE)
    for seed in range(KEPT_ANSWERS):
        service.answer(wanted(weights="fresh", seed=seed), JSON_TYPE)
    again = service.answer(wanted(), JSON_TYPE)
    assert again == first
    assert again is not first


@pytest.mark.parametrize("model", find_models())
def test_fresh_weights_are_not_the_trained_ones_and_follow_the_seed(
    service: Service, model: str
) -> None:
    losses = {
        service.trace(wanted(model=model, weights="fresh", seed=seed)).loss for seed in range(3)
    }
    losses.add(service.trace(wanted(model=model)).loss)
    assert len(losses) == 4


@pytest.mark.parametrize("model", find_models())
def test_the_seed_does_not_matter_to_trained_weights(service: Service, model: str) -> None:
    one, two = (service.trace(wanted(model=model, seed=seed)) for seed in (0, 1))
    assert one.loss == two.loss


@pytest.mark.parametrize("model", [name for name in REVIEWS if not name.endswith("-rnn")])
def test_a_trained_model_tells_praise_from_blame(service: Service, model: str) -> None:
    praise = service.trace(wanted(model=model, input={"text": "A wonderful, superb film."}))
    blame = service.trace(wanted(model=model, input={"text": "A terrible, boring film."}))
    assert (praise.target, blame.target) == ("positive", "negative")


@pytest.mark.parametrize("model", find_models())
def test_every_example_is_read(service: Service, model: str) -> None:
    for example in service.models[model].task.examples:
        trace = service.trace(wanted(model=model, input={"text": example.text}))
        assert len(trace.tokens) > 3


@pytest.mark.parametrize("text", ["a", "a b\tc\nd\re", "ção ❤️ 👩‍👧", "a" * LIMITS.characters])
def test_what_can_be_read_passes(text: str) -> None:
    check_text(text)


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
        check_text(text)
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
    assert len(service.trace(wanted(input={"text": longest})).tokens) == LIMITS.steps
    with pytest.raises(InvalidInput, match="too_many_steps"):
        service.trace(wanted(input={"text": longest + "a"}))
    assert service.trace(wanted(input={"text": "a" * LIMITS.word}))
    with pytest.raises(InvalidInput, match="word_too_long"):
        service.trace(wanted(input={"text": "a" * (LIMITS.word + 1)}))


def test_a_text_of_a_thousand_words_is_within_the_limits() -> None:
    assert LIMITS.steps >= 1_000
    assert LIMITS.characters >= 6_000
    assert MODEL in find_models()
