from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from gatescope.training.calibration import (
    BINS,
    TEMPERATURES,
    calibrate,
    fit_temperature,
    fold_temperature,
    measure_calibration_error,
)
from torch import Tensor, nn


def draw(temperature: float, seed: int = 0, count: int = 4_000) -> tuple[Tensor, Tensor]:
    """Draw logits, and targets that follow softmax(logits / temperature)."""
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(count, 4, generator=generator)
    shares = (logits / temperature).softmax(1)
    return logits, torch.multinomial(shares, 1, generator=generator)[:, 0]


def count_by_hand(confidences: list[float], hits: list[bool], bins: int) -> float:
    error = 0.0
    for k in range(bins):
        own = [
            (sure, hit)
            for sure, hit in zip(confidences, hits, strict=True)
            if k / bins < sure <= (k + 1) / bins
        ]
        if own:
            mean = sum(sure for sure, _ in own) / len(own)
            share = sum(hit for _, hit in own) / len(own)
            error += abs(mean - share) * len(own) / len(confidences)
    return error


@pytest.mark.parametrize("seed", range(4))
def test_the_error_is_the_mean_distance_of_what_is_said_from_what_is_so(seed: int) -> None:
    source = np.random.default_rng(seed)
    sure = source.uniform(0.25, 1, 300)
    hits = source.random(300) < 0.6
    for bins in (5, BINS):
        assert measure_calibration_error(sure, hits, bins) == pytest.approx(
            count_by_hand(sure.tolist(), hits.tolist(), bins), abs=1e-12
        )


def test_the_error_of_a_case_worked_by_hand() -> None:
    # Two bins. Upper: 0.8 and 1.0 said, one of two right. Lower: 0.5 said, right.
    sure, hits = np.array([0.8, 1.0, 0.5]), np.array([True, False, True])
    expected = (2 * abs(0.9 - 0.5) + abs(0.5 - 1.0)) / 3
    assert measure_calibration_error(sure, hits, 2) == pytest.approx(expected)
    assert measure_calibration_error(np.ones(3), np.ones(3, dtype=np.bool_)) == 0.0


@pytest.mark.parametrize("wanted", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_answers_is_found_again(wanted: float) -> None:
    logits, targets = draw(wanted)
    found = fit_temperature(logits, targets)
    assert found == pytest.approx(wanted, rel=0.08)
    assert found == fit_temperature(logits, targets)


def test_the_temperature_is_that_of_gradient_descent() -> None:
    logits, targets = draw(1.7, seed=3)
    scale = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([scale], max_iter=100, tolerance_grad=1e-12)

    def lose() -> Tensor:
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(logits.double() * scale, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(lose)  # type: ignore[no-untyped-call]
    assert fit_temperature(logits, targets) == pytest.approx(1 / scale.item(), rel=1e-4)


def test_answers_that_are_all_right_or_all_wrong_stay_within_what_is_searched() -> None:
    logits = torch.tensor([[2.0, 0.0], [0.0, 3.0]])
    low, high = TEMPERATURES
    assert fit_temperature(logits, torch.tensor([0, 1])) == pytest.approx(low, rel=1e-3)
    assert fit_temperature(logits, torch.tensor([1, 0])) == pytest.approx(high, rel=1e-3)


def test_calibration_makes_an_overconfident_network_say_what_is_so() -> None:
    logits, targets = draw(3.0)
    calibration = calibrate(logits, targets)
    assert calibration.samples == len(targets)
    assert calibration.ece_after < calibration.ece_before / 5
    shares = (logits.double() / calibration.temperature).softmax(1)
    sure, likeliest = shares.max(1)
    hits = (likeliest == targets).tolist()
    assert calibration.ece_after == pytest.approx(count_by_hand(sure.tolist(), hits, BINS))
    plain = nn.functional.cross_entropy(logits.double(), targets).item()
    scaled = -shares[range(len(targets)), targets].log().mean().item()
    assert math.isfinite(scaled)
    assert scaled < plain


def test_folding_divides_the_logits_and_nothing_else() -> None:
    torch.manual_seed(0)
    readout = nn.Linear(5, 3)
    state = {f"readout.{name}": value for name, value in readout.state_dict().items()}
    state["embedding.weight"] = torch.randn(4, 5)
    folded = fold_temperature(state, 1.6)
    h = torch.randn(7, 5)
    logits = nn.functional.linear(h, folded["readout.weight"], folded["readout.bias"])
    torch.testing.assert_close(logits, readout(h) / 1.6)
    assert torch.equal(folded["embedding.weight"], state["embedding.weight"])
    assert torch.equal(state["readout.weight"], readout.weight), "the state itself stays"
