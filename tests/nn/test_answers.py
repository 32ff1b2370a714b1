"""What a network's outputs mean, held to torch's own losses and their gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from gatescope.contracts import IGNORE_INDEX, Encoding, InvalidInput
from gatescope.nn.answers import ClassAnswer, NumberAnswer, make_answer
from gatescope.tasks.sunspots import TASK
from torch import nn

from tests.made_up import LastStep, differ

NAN = math.nan
ANSWER = NumberAnswer(TASK)  # of two numbers


def draw(
    shape: tuple[int, ...], seed: int = 0
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(size=shape)


def encode(steps: int) -> Encoding:
    return Encoding(
        tuple(map(str, range(steps))),
        values=draw((steps, 1)),
        target_values=draw((steps, 2), 1),
        offsets=draw((steps, 2), 2),
    )


def test_the_task_says_what_its_outputs_are() -> None:
    assert isinstance(make_answer(TASK), NumberAnswer)
    assert isinstance(make_answer(LastStep()), ClassAnswer)
    assert ANSWER.outputs == 2


def test_the_loss_and_its_gradient_are_torchs_mean_squared_error() -> None:
    encoding, outputs = encode(9), torch.from_numpy(draw((9, 2), 3)).requires_grad_()
    targets = ANSWER.find_targets(encoding, None, at_end=False)
    targets[[2, 8], [0, 1]] = NAN
    asked = torch.from_numpy(np.isfinite(targets))
    assert encoding.offsets is not None
    values = outputs + torch.from_numpy(encoding.offsets)
    loss = nn.functional.mse_loss(values[asked], torch.from_numpy(targets)[asked])
    loss.backward()  # type: ignore[no-untyped-call]
    found = ANSWER.measure(encoding, outputs.detach().numpy(), targets)
    assert found.loss == pytest.approx(loss.item(), rel=1e-12)
    assert outputs.grad is not None
    assert differ(found.grad_outputs, outputs.grad.numpy()) < 1e-12
    np.testing.assert_allclose(found.told["values"], values.detach().numpy())
    np.testing.assert_array_equal(found.told["target_values"], targets)
    assert found.told["targets"] == (None,) * 9


@pytest.mark.parametrize("at_end", [True, False])
def test_where_nothing_is_asked_the_loss_is_the_first_number_of_the_last_step(at_end: bool) -> None:
    encoding = encode(5)
    if not at_end:
        encoding = Encoding(encoding.tokens, values=encoding.values, offsets=encoding.offsets)
    targets = ANSWER.find_targets(encoding, None, at_end=at_end)
    assert np.isnan(targets).all()
    outputs = draw((5, 2), 3)
    found = ANSWER.measure(encoding, outputs, targets)
    assert encoding.offsets is not None
    assert found.loss == outputs[-1, 0] + encoding.offsets[-1, 0]
    expected = np.zeros((5, 2))
    expected[-1, 0] = 1.0
    np.testing.assert_array_equal(found.grad_outputs, expected)


def test_numbers_have_no_class_to_ask_for() -> None:
    with pytest.raises(InvalidInput) as refused:
        ANSWER.find_targets(encode(3), "up", at_end=False)
    assert refused.value.code == "unknown_class"


@pytest.mark.parametrize("weighted", [True, False])
def test_what_is_learnt_from_is_the_mean_over_what_is_asked_and_its_gradient_is_finite(
    weighted: bool,
) -> None:
    outputs = torch.from_numpy(draw((6, 2))).requires_grad_()
    wanted = torch.from_numpy(draw((6, 2), 1))
    wanted[[1, 5], [1, 1]] = NAN  # the next number is known, the one after it is not
    weights = torch.tensor([2.0, 0.5]).double() if weighted else None
    ANSWER.lose(outputs, wanted, weights).backward()  # type: ignore[no-untyped-call]
    other = outputs.detach().clone().requires_grad_()
    total, count = torch.zeros(()).double(), 0
    for row in range(6):
        for column in range(2):
            if not torch.isnan(wanted[row, column]):
                factor = 1.0 if weights is None else weights[column]
                total = total + factor * (other[row, column] - wanted[row, column]) ** 2
                count += 1
    (total / count).backward()  # type: ignore[no-untyped-call]
    assert ANSWER.lose(outputs, wanted, weights).item() == pytest.approx(total.item() / count)
    assert outputs.grad is not None
    assert other.grad is not None
    assert differ(outputs.grad.numpy(), other.grad.numpy()) < 1e-12


def test_a_step_is_asked_where_any_number_is() -> None:
    targets = torch.tensor([[[1.0, NAN], [NAN, NAN], [NAN, 2.0]]])
    assert ANSWER.is_asked(targets).tolist() == [[True, False, True]]


def test_errors_are_means_over_every_number_that_is_asked() -> None:
    wanted = torch.tensor([[1.0, 2.0], [3.0, NAN]])
    first = ANSWER.predict(torch.tensor([[2.0, 6.0], [0.0, 9.0]]), wanted)
    second = ANSWER.predict(torch.tensor([[5.0, 1.0]]), torch.tensor([[5.0, 3.0]]))
    np.testing.assert_array_equal(first.answers, [[2.0, 6.0], [0.0, 9.0]])
    found = ANSWER.score([first, second])
    assert found["mae"] == pytest.approx(((1 + 3 + 0) / 3 + (4 + 2) / 2) / 2)
    assert found["rmse"] == pytest.approx((math.sqrt(10 / 3) + math.sqrt(10)) / 2)


def test_what_is_learnt_is_the_change_from_the_offset() -> None:
    encoding = encode(4)
    assert encoding.target_values is not None
    assert encoding.offsets is not None
    found = ANSWER.label(encoding, None)
    np.testing.assert_allclose(found + encoding.offsets, encoding.target_values)


def test_classes_lose_as_torch_does() -> None:
    answer, encoding = ClassAnswer(LastStep()), Encoding(("a", "b", "c"), (1, 2, 3), (True,) * 3)
    outputs = torch.from_numpy(draw((3, 2))).requires_grad_()
    targets = np.array([1, IGNORE_INDEX, 0])
    loss = nn.functional.cross_entropy(outputs, torch.from_numpy(targets))
    loss.backward()  # type: ignore[no-untyped-call]
    found = answer.measure(encoding, outputs.detach().numpy(), targets)
    assert found.loss == pytest.approx(loss.item(), rel=1e-12)
    assert outputs.grad is not None
    assert differ(found.grad_outputs, outputs.grad.numpy()) < 1e-12
