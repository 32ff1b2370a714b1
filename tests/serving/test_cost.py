"""What a request costs is told from its sizes: true to the sizes, and in the right order."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gatescope.contracts import Cell, InvalidInput
from gatescope.limits import LIMITS
from gatescope.nn.checkpoint import load_model
from gatescope.nn.network import Shape
from gatescope.registry import find_cells, find_models
from gatescope.serving.admission import LIGHT
from gatescope.serving.comparison import prepare_comparison
from gatescope.serving.cost import (
    check_cost,
    count_signals,
    count_weights,
    estimate_run,
    estimate_similar,
)
from gatescope.serving.schemas import GradientRequest, TraceRequest
from gatescope.serving.service import Service
from gatescope.serving.wire import SAFETENSORS_TYPE
from gatescope.training.trainer import use_one_thread

from tests.asking import MODEL, REVIEWS, ask
from tests.made_up import write_speller


@pytest.fixture(scope="module")
def service() -> Service:
    use_one_thread()
    return Service({name: load_model(find_models()[name]) for name in REVIEWS})


def estimate(service: Service, entry: dict[str, Any], steps: int = 60, **changes: Any) -> float:
    body = {"input": {"length": steps}, "networks": [{"model": MODEL} | entry], **changes}
    return prepare_comparison(service, GradientRequest.model_validate(body)).cost


@pytest.mark.parametrize("name", find_models())
def test_weights_are_counted_as_they_are(name: str) -> None:
    model = load_model(find_models()[name])
    counted = {part: count_weights(model.cell, model.shape, part) for part in ("", "recurrent.")}
    sizes = {key: value.numel() for key, value in model.weights.items()}
    assert counted[""] == sum(sizes.values())
    assert counted["recurrent."] == sum(n for key, n in sizes.items() if key.startswith("recurr"))


@pytest.mark.parametrize("name", find_cells())
def test_a_run_costs_in_proportion_to_its_steps_and_more_when_larger(name: str) -> None:
    cell, shape = find_cells()[name], Shape(100, 16, 32, 2)
    cost = estimate_run(cell, shape, 100)
    assert estimate_run(cell, shape, 200) == pytest.approx(2 * cost)
    forced = estimate_run(cell, shape, 100, forced=True)
    by_step = cell.forward is Cell.forward  # it goes through autograd anyway
    assert forced == cost if by_step else forced > cost
    for larger in ({"hidden": 64}, {"layers": 2}, {"bidirectional": True}):
        assert estimate_run(cell, replace(shape, **larger), 100) > cost
    both = replace(shape, layers=2, bidirectional=True)
    assert count_signals(cell, both) == 4 * len(cell.signals)


def test_everything_that_can_be_asked_for_counts(service: Service) -> None:
    plain = estimate(service, {}, maps=False)
    fresh = {"weights": "fresh"}
    assert estimate(service, {}) > plain
    assert estimate(service, {}, clip=1.0, maps=False) > plain
    assert estimate(service, {}, steps=500, maps=False) > 5 * plain
    assert estimate(service, fresh, maps=False) > plain
    assert estimate(service, fresh | {"width": 256}) > 5 * estimate(service, fresh)
    many, one = (estimate(service, fresh | {"seeds": n}, steps=500) for n in (16, 1))
    assert many > 4 * one
    beyond = estimate(service, {}, steps=LIMITS.mapped + 1)  # the map is left out
    assert beyond < estimate(service, {}, steps=LIMITS.mapped)


def test_words_that_are_spelled_are_counted(tmp_path: Path) -> None:
    model = load_model(write_speller(tmp_path / "speller.safetensors"))
    plain = replace(model, shape=replace(model.shape, ngrams=0))
    service = Service({"speller": model, "plain": plain})

    def cost(name: str, word: str) -> float:
        text = " ".join(["a", word, "film"] * 20)
        request = TraceRequest.model_validate(ask(model=name, input={"text": text}))
        return service.prepare(request, SAFETENSORS_TYPE).cost

    assert cost("speller", "zzyzx") > cost("speller", "the")
    assert cost("plain", "zzyzx") == cost("plain", "the")
    large = Shape(10_000, 48, 64, 2, ngrams=8_192)
    assert estimate_similar(large, 60) < LIGHT < estimate_similar(large, LIMITS.steps)


def test_typing_is_light_and_what_a_class_compares_is_let_in(service: Service) -> None:
    text = " ".join(["a good film"] * 20)
    for name in REVIEWS:
        body = ask(model=name, input={"text": text})
        request = TraceRequest.model_validate(body)
        assert service.prepare(request, SAFETENSORS_TYPE).cost < LIGHT / 5
        forced = {"interventions": [{"signal": "layers.0.h", "value": 0.0}]}
        request = TraceRequest.model_validate(body | forced)
        assert service.prepare(request, SAFETENSORS_TYPE).cost < LIGHT
    networks = [{"model": name} for name in REVIEWS] * 2
    assert estimate(service, {}, steps=LIMITS.mapped, networks=networks, clip=1.0) < LIMITS.cost / 2


def test_the_limit_holds_at_its_edge() -> None:
    assert check_cost(LIMITS.cost, "networks") == LIMITS.cost
    with pytest.raises(InvalidInput) as refusal:
        check_cost(LIMITS.cost * 1.01, "networks")
    assert (refusal.value.code, refusal.value.field) == ("too_costly", "networks")


def test_an_estimate_is_near_the_truth(service: Service) -> None:
    """In processor time, so that a busy machine may run it; a slow one is slower by one factor."""
    text = " ".join(["a good film"] * 100)
    ratios = []
    for name in REVIEWS:
        request = TraceRequest.model_validate(ask(model=name, input={"text": text}))
        work = service.prepare(request, SAFETENSORS_TYPE)
        start = time.process_time()
        for _ in range(3):
            work.run()
        ratios.append((time.process_time() - start) / 3 / work.cost)
    assert max(ratios) / min(ratios) < 5
    assert 0.1 < min(ratios) <= max(ratios) < 20
