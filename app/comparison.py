"""The same sequence through several networks, and what comes back of the gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from app import analysis
from app.checkpoint import Model
from app.contracts import Array, Cell, InvalidInput, Reading, Trace, float64
from app.network import Network, Start, build_plain, draw_weights
from app.schemas import (
    LIMITS,
    ContributionInfo,
    DecayInfo,
    GradientRequest,
    GradientResponse,
    MemoryInfo,
    NetworkInfo,
    NetworkRequest,
    Row,
    SequenceInput,
    SpectrumInfo,
)
from app.service import Service, check_settings, read_text
from app.tracer import record


@dataclass(frozen=True, slots=True)
class _Run:
    network: Network
    cell: Cell
    trace: Trace
    x: Array
    signals: dict[str, Array]
    gradients: dict[str, Array]


def compare_gradients(service: Service, request: GradientRequest) -> GradientResponse:
    """Run every network over the same tokens and describe the way back.

    Raises :class:`InvalidInput` for what cannot be used.
    """
    models = [service.model(entry.model) for entry in request.networks]
    tasks = sorted({model.task_id for model in models})
    if len(tasks) > 1:  # each task has its own tokens: the steps would not be the same
        raise InvalidInput("mixed_tasks", "networks", tasks=", ".join(tasks))
    reading = _read(models[0], request.input)
    found = []
    for k, (model, wanted) in enumerate(zip(models, request.networks, strict=True)):
        try:
            own = _read(model, request.input)
            found.append(_describe(model, wanted, own, request))
        except InvalidInput as error:
            if error.field.split(".")[0] in {"settings", "width"}:
                error.field = f"networks.{k}.{error.field}"
            raise
    return GradientResponse(tokens=list(reading.tokens), known=list(reading.known), networks=found)


def _read(model: Model, wanted: SequenceInput) -> Reading:
    if (wanted.text is None) == (wanted.length is None):
        raise InvalidInput("either_text_or_length", "input.text")
    if wanted.text is not None:
        return read_text(model, wanted.text)
    source = np.random.default_rng(wanted.seed)
    rows = source.integers(2, model.shape.vocabulary, wanted.length)
    if wanted.kind == "repeated":
        rows[:] = rows[0]
    ids = [int(row) for row in rows]
    return Reading(tuple(model.vocabulary[i] for i in ids), tuple(ids), (True,) * len(ids))


def _run(
    model: Model, wanted: NetworkRequest, seed: int, reading: Reading, target: str | None
) -> _Run:
    settings = check_settings(model.cell, wanted.settings)
    if wanted.weights == "trained":
        shape, weights = model.shape, model.weights
        if wanted.width not in {None, shape.hidden}:
            raise InvalidInput("fresh_only", "width")
    else:
        shape = replace(model.shape, hidden=wanted.width or model.shape.hidden)
        start = Start(wanted.start, wanted.gain, wanted.chrono)
        drawn = draw_weights(model.cell, shape, seed, start)
        weights = {name: value.double() for name, value in drawn.items()}
    network = Network(model.cell, shape, weights, settings)
    with np.errstate(all="ignore"):  # an unstable network may overflow; that is said, not hidden
        trace = record(network, model.task, reading, target, at_end=True)
    strip = len("layers.0.")
    return _Run(
        network,
        network.stack[0][False],
        trace,
        float64(network.encode(torch.tensor(reading.token_ids))),
        {name[strip:]: value for name, value in trace.signals.items()},
        {name[strip:]: value for name, value in trace.gradients.items()},
    )


def _describe(
    model: Model, wanted: NetworkRequest, reading: Reading, request: GradientRequest
) -> NetworkInfo:
    seeds = range(wanted.seed, wanted.seed + (wanted.seeds if wanted.weights == "fresh" else 1))
    runs = [_run(model, wanted, seed, reading, request.target) for seed in seeds]
    run = runs[0]
    overflow = analysis.find_overflow(run.signals)
    with np.errstate(all="ignore"):
        decay = {
            name: _tell_decay([one.trace.norms[f"layers.0.{name}"] for one in runs])
            for name in model.cell.states
        }
        contribution = _tell_contribution(run)
        mapped = request.maps and len(reading.token_ids) <= LIMITS.mapped
        listening = _rows(analysis.map_listening(run.cell, run.x, run.signals)) if mapped else None
        memory = run.cell.memory(run.signals) if mapped else None
        held = memory and analysis.decompose_memory(memory.keep, memory.write)  # [T, T, H]
        exponents = analysis.measure_exponents(run.cell, run.x, run.signals, analysis.EXPONENTS)
    spectrum = analysis.measure_spectrum(run.network)
    gates = analysis.measure_gates(model.cell, run.signals)
    return NetworkInfo(
        model=model.id,
        cell=model.cell_id,
        weights=wanted.weights,
        seed=wanted.seed,
        start=wanted.start if wanted.weights == "fresh" else "pytorch",
        gain=wanted.gain if wanted.weights == "fresh" else 1.0,
        chrono=wanted.chrono if wanted.weights == "fresh" else 0,
        width=run.network.shape.hidden,
        settings=run.cell.values,
        target=run.trace.target,
        loss=_number(run.trace.loss),
        probabilities=_row(run.trace.probabilities[-1]),
        overflow=overflow,
        decay=decay,
        spectrum=[
            SpectrumInfo(block=s.block, radius=_number(s.radius), sigma=_number(s.sigma))
            for s in spectrum
        ],
        expected=analysis.predict_fate(spectrum, gated=bool(gates)),
        exponents=_row(exponents),
        listening=listening,
        contribution=contribution,
        memory=None
        if memory is None or held is None
        else MemoryInfo(
            state=memory.state, norms=_rows(np.linalg.norm(held, axis=2)), parts=_rows(held[-1])
        ),
        gates=gates,
        clipped=None if request.clip is None else _clip(run, reading, request.clip),
    )


def _tell_decay(norms: Sequence[Array]) -> DecayInfo:
    decay = analysis.measure_decay(norms[0])
    spread = np.stack([analysis.measure_decay(one).relative for one in norms])
    many = len(norms) > 1
    return DecayInfo(
        norms=_row(norms[0]),
        relative=_row(decay.relative),
        low=_row(spread.min(axis=0)) if many else None,
        high=_row(spread.max(axis=0)) if many else None,
        left={str(k): None if v is None else _number(v) for k, v in decay.left.items()},
        half_life=decay.half_life,
        slope=decay.slope,
    )


def _tell_contribution(run: _Run) -> ContributionInfo:
    h = run.signals[run.cell.output]
    # With one layer and the loss at the last step alone, the gradient enters there.
    outward = np.zeros_like(h)
    outward[-1] = run.gradients[run.cell.output][-1]
    sums = run.cell.backpropagate(run.x, run.signals, outward).sums
    norms, share, whole = analysis.share_weight_gradient(h, sums)
    return ContributionInfo(norms=_row(norms), share=_row(share), whole=_number(whole))


def _clip(run: _Run, reading: Reading, threshold: float) -> tuple[float | None, float | None]:
    """Let PyTorch take and clip the gradient of all weights, as in training."""
    module = build_plain(run.network.cell, run.network.shape).double()
    module.load_state_dict(dict(run.network.weights))
    logits = module.readout(
        module.recur(module.embedding(torch.tensor([reading.token_ids])))[:, -1]
    )
    wanted = torch.tensor([run.trace.classes.index(run.trace.target)])
    torch.nn.functional.cross_entropy(logits, wanted).backward()  # type: ignore[no-untyped-call]
    before = torch.nn.utils.clip_grad_norm_(module.parameters(), threshold).item()
    after = torch.nn.utils.get_total_norm(
        [p.grad for p in module.parameters() if p.grad is not None]
    ).item()
    return _number(before), _number(after)


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _row(values: Array) -> Row:
    return [_number(value) for value in values.tolist()]


def _rows(values: Array) -> list[Row]:
    return [_row(row) for row in values]
