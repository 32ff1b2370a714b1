from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from gatescope.contracts import IGNORE_INDEX, LabeledSequence, Samples
from gatescope.nn.network import Shape, build_plain
from gatescope.registry import find_cells
from gatescope.training.batches import (
    compute_outputs,
    encode_samples,
    join_targets,
    pad_batch,
)
from gatescope.training.trainer import prepare
from torch import Tensor, nn

from tests.training.tiny import CLASSES, RECIPE, REVIEWS

CELLS = list(find_cells())


def sequence(ids: list[int], targets: list[int]) -> LabeledSequence:
    return LabeledSequence(np.array(ids), np.array(targets))


def test_samples_are_read_as_the_task_reads_them(reviews: Samples) -> None:
    index = {"<pad>": 0, "<unk>": 1, "film": 2, "great": 3}
    samples = Samples(["A great film film", "awful"], [1, 0], "")
    one, other = encode_samples(REVIEWS, index, samples, None)
    assert (one.inputs.tolist(), other.inputs.tolist()) == ([1, 3, 2, 2], [1])
    assert one.targets.tolist() == [IGNORE_INDEX] * 3 + [1]
    assert other.targets.tolist() == [0]
    assert join_targets([one, other]).tolist() == [1, 0]


def test_a_batch_is_padded_after_the_end() -> None:
    ids, targets = pad_batch([sequence([4, 5, 6], [-100, 0, 1]), sequence([7], [2])])
    assert ids.tolist() == [[4, 5, 6], [7, 0, 0]]
    assert targets.tolist() == [[-100, 0, 1], [2, -100, -100]]
    assert ids.dtype == targets.dtype == torch.long


@pytest.mark.parametrize("name", CELLS)
def test_padding_does_not_change_an_answer(name: str, reviews: Samples) -> None:
    run = prepare(REVIEWS, find_cells()[name], reviews, RECIPE)
    short, long = sequence([3, 4, 5], [-100, -100, 0]), sequence([3, 4, 5, 6, 7], [-100] * 4 + [0])
    alone = compute_outputs(run.module, CLASSES, *pad_batch([short]))
    together = compute_outputs(run.module, CLASSES, *pad_batch([short, long]))
    assert together.shape == (2, 2)
    torch.testing.assert_close(together[:1], alone)


def test_dropout_has_one_mask_for_all_steps_and_one_for_the_states_read_out() -> None:
    torch.manual_seed(0)
    module = build_plain(find_cells()["lstm"], Shape(9, 40, 50, 2))
    seen: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        def hook(layer: nn.Module, entered: tuple[Tensor, ...]) -> None:
            seen[name] = entered[0].detach()

        return hook

    module.recurrent.register_forward_pre_hook(keep("recurrent"))
    module.readout.register_forward_pre_hook(keep("readout"))
    ids = torch.tensor([[2, 3, 4], [5, 6, 7]])
    targets = torch.tensor([[-100, 0, 1], [1, 0, -100]])
    compute_outputs(module, CLASSES, ids, targets)
    plain, states = module.embed(ids).detach(), seen["readout"]
    assert torch.equal(seen["recurrent"], plain)
    assert states.shape == (4, 50)
    assert (states != 0).all()
    compute_outputs(module, CLASSES, ids, targets, 0.25)
    mask = seen["recurrent"] / plain
    assert torch.allclose(mask, mask[:, :1].expand_as(mask)), "the same at every step"
    assert not torch.equal(mask[0], mask[1]), "another for each sequence"
    for kept in (mask[:, 0].flatten(), (seen["readout"] != 0).float().flatten() / 0.75):
        values = {round(float(v), 4) for v in kept}
        assert values == {0.0, 1.3333}
        assert 0.1 < float((kept == 0).float().mean()) < 0.4
