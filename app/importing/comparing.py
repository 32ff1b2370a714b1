"""An opened network beside its own framework: outputs, or recurrent layers, on a drawn input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from ..formats import (
    Part,
    RecurrentPart,
    Reference,
)
from ..nn.chain import Chain, Place, Structure
from .understanding import Check, OpenedFile

TOLERANCE = 1e-5  # to which outputs must equal the framework's
TRIED_STEPS = 7
PLACES_TRIED: Sequence[Place] = ("every", "last", "ends", "mean", "max")


def compare_layers(opened: OpenedFile, parts: Sequence[Part]) -> OpenedFile:
    """Compare every recurrent layer with torch's own on a drawn input."""
    worst = 0.0
    for part in parts:
        if isinstance(part, RecurrentPart):
            worst = max(worst, _compare_with_torch(part))
    check = Check("recurrent layers against torch.nn", worst)
    return replace(opened, understanding=replace(opened.understanding, checks=(check,)))


def _compare_with_torch(part: RecurrentPart) -> float:
    first = part.layers[0]
    assert first.cell.layer is not None
    layer_type: Callable[..., nn.RNNBase] = first.cell.layer
    more: dict[str, Any] = {"nonlinearity": "relu"} if first.settings.get("relu") else {}
    module = layer_type(
        first.inputs,
        first.hidden,
        num_layers=len(part.layers),
        bidirectional=len(first.directions) > 1,
        **more,
    )
    state = {
        f"{key}_l{k}{'_reverse' if reverse else ''}": value
        for k, layer in enumerate(part.layers)
        for reverse, own in layer.directions.items()
        for key, value in own.items()
    }
    module.load_state_dict(state, assign=True)
    x = torch.randn(
        TRIED_STEPS, first.inputs, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    with torch.no_grad():
        expected = module(x)[0]
    found = Chain(Structure(part.layers, [[]] * len(part.layers))).recur(x)
    return _differ(found, expected)


def compare_outputs(opened: OpenedFile, reference: Reference, told_place: bool) -> OpenedFile:
    """Compare the outputs with the framework's own, and find the place that gives the same."""
    understanding = opened.understanding
    if understanding.grade == "states only":
        return opened
    source = torch.Generator().manual_seed(0)
    steps = reference.steps()
    if understanding.input == "ids":
        x = torch.randint(0, understanding.rows, (steps,), generator=source)
    else:
        x = torch.randn(steps, understanding.rows, generator=source)
    answers = reference.run(x)
    best: tuple[float, Place] | None = None
    for place in (opened.structure.place,) if told_place else PLACES_TRIED:
        found = Chain(replace(opened.structure, place=place)).answer(x).flatten()
        for expected in answers:
            if found.numel() != expected.numel():
                continue
            difference = _differ(found, expected.flatten().double())
            if best is None or difference < best[0]:
                best = difference, place
    if best is None or not best[0] <= TOLERANCE:
        not_run = (*understanding.not_run, "its outputs, which differ from its framework's")
        states = replace(
            understanding, grade="states only", run=False, not_run=not_run, asks=(), guesses={}
        )
        first = replace(
            opened.structure,
            layers=opened.structure.layers[:1],
            before=opened.structure.before[:1],
            readout=(),
            above=(),
        )
        return replace(opened, understanding=states, structure=first)
    check = Check(f"outputs against {understanding.format}", best[0])
    checked = replace(understanding, grade="checked", place=best[1], checks=(check,))
    return replace(
        opened, understanding=checked, structure=replace(opened.structure, place=best[1])
    )


def _differ(found: Tensor, expected: Tensor) -> float:
    scale = float(expected.abs().max()) if expected.numel() else 0.0
    return float((found - expected).abs().max()) / (scale or 1.0)
