"""The same sequence through several networks, and what comes back of the gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from ..analysis import gradients as analysis
from ..analysis.tracer import differentiate_loss, record
from ..contracts import IGNORE_INDEX, Array, Encoding, InvalidInput, Trace, float64
from ..nn.checkpoint import Model
from ..nn.network import (
    Initialization,
    LayerGradients,
    LayerRun,
    Network,
    build_plain,
    draw_weights,
)
from .schemas import (
    LIMITS,
    ContributionInfo,
    DecayInfo,
    GradientRequest,
    GradientResponse,
    LayerInfo,
    MemoryInfo,
    NetworkInfo,
    NetworkRequest,
    Row,
    SequenceInput,
    SpectrumInfo,
)
from .service import Service, check_settings, read_text


@dataclass(frozen=True, slots=True)
class _Run:
    network: Network
    trace: Trace
    layers: list[list[LayerRun]]


def compare_gradients(service: Service, request: GradientRequest) -> GradientResponse:
    """Run every network over the same tokens and describe the way back.

    Raises :class:`InvalidInput` for what cannot be used.
    """
    models = [service.model(entry.model) for entry in request.networks]
    tasks = sorted({model.task_id for model in models})
    if len(tasks) > 1:  # each task has its own tokens: the steps would not be the same
        raise InvalidInput("mixed_tasks", "networks", tasks=", ".join(tasks))
    encoding = _read(models[0], request.input)
    found = []
    for k, (model, wanted) in enumerate(zip(models, request.networks, strict=True)):
        try:
            own = _read(model, request.input)
            found.append(_describe(model, wanted, own, request))
        except InvalidInput as error:
            if error.field.split(".")[0] in {"settings", "width"}:
                error.field = f"networks.{k}.{error.field}"
            raise
    return GradientResponse(
        tokens=list(encoding.tokens), known=list(encoding.known), networks=found
    )


def _read(model: Model, wanted: SequenceInput) -> Encoding:
    if (wanted.text is None) == (wanted.length is None):
        raise InvalidInput("either_text_or_length", "input.text")
    if wanted.text is not None:
        return read_text(model, wanted.text)
    source = np.random.default_rng(wanted.seed)
    rows = source.integers(2, model.shape.vocabulary, wanted.length)
    if wanted.kind == "repeated":
        rows[:] = rows[0]
    ids = [int(row) for row in rows]
    return Encoding(tuple(model.vocabulary[i] for i in ids), tuple(ids), (True,) * len(ids))


def _run(
    model: Model, wanted: NetworkRequest, seed: int, encoding: Encoding, target: str | None
) -> _Run:
    settings = check_settings(model.cell, wanted.settings)
    if wanted.weights == "trained":
        shape, weights = model.shape, model.weights
        if wanted.width not in {None, shape.hidden}:
            raise InvalidInput("fresh_only", "width")
    else:
        shape = replace(model.shape, hidden=wanted.width or model.shape.hidden)
        initialization = Initialization(wanted.start, wanted.gain, wanted.chrono)
        drawn = draw_weights(model.cell, shape, seed, initialization)
        weights = {name: value.double() for name, value in drawn.items()}
    network = Network(model.cell, shape, weights, settings)
    with np.errstate(all="ignore"):  # an unstable network may overflow; that is said, not hidden
        trace = record(network, model.task, encoding, target, at_end=True)
    x = float64(network.encode(torch.tensor(encoding.token_ids)))
    return _Run(network, trace, network.replay(x, trace.signals))


def _describe(
    model: Model, wanted: NetworkRequest, encoding: Encoding, request: GradientRequest
) -> NetworkInfo:
    seeds = range(wanted.seed, wanted.seed + (wanted.seeds if wanted.weights == "fresh" else 1))
    runs = [_run(model, wanted, seed, encoding, request.target) for seed in seeds]
    run = runs[0]
    mapped = request.maps and len(encoding.token_ids) <= LIMITS.mapped
    targets = np.full(len(encoding.token_ids), IGNORE_INDEX)
    targets[-1] = run.trace.classes.index(run.trace.target)
    with np.errstate(all="ignore"):
        back = run.network.backward(
            run.layers, differentiate_loss(run.trace.probabilities, targets)
        )
        layers = [
            _describe_layer(one, back[one.name], [other.trace for other in runs], mapped)
            for row in run.layers
            for one in row
        ]
        sensitivity_map = _rows(analysis.map_sensitivity(run.layers)) if mapped else None
    return NetworkInfo(
        model=model.id,
        cell=model.cell_id,
        weights=wanted.weights,
        seed=wanted.seed,
        start=wanted.start if wanted.weights == "fresh" else "pytorch",
        gain=wanted.gain if wanted.weights == "fresh" else 1.0,
        chrono=wanted.chrono if wanted.weights == "fresh" else 0,
        width=run.network.shape.hidden,
        settings=dict(run.network.settings),
        target=run.trace.target,
        loss=_number(run.trace.loss),
        probabilities=_row(run.trace.probabilities[-1]),
        overflow=analysis.find_overflow(run.trace.signals),
        layers=layers,
        sensitivity_map=sensitivity_map,
        clipped=None if request.clip is None else _clip(run, encoding, request.clip),
    )


def _describe_layer(
    one: LayerRun, back: LayerGradients, traces: Sequence[Trace], mapped: bool
) -> LayerInfo:
    """Describe one layer in one direction; arrays by step are told in the order of the text."""
    norms, total = analysis.measure_contributions(back)
    spectrum = analysis.measure_spectrum(one.cell)
    gates = analysis.measure_saturation(type(one.cell), one.signals)
    return LayerInfo(
        name=one.name,
        decay={
            state: _tell_decay([trace.norms[f"{one.name}.{state}"] for trace in traces])
            for state in one.cell.states
        },
        spectrum=[
            SpectrumInfo(block=s.block, radius=_number(s.radius), sigma=_number(s.sigma))
            for s in spectrum
        ],
        expected_decay=analysis.predict_decay(one.cell, one.signals, spectrum),
        exponents=_row(
            analysis.measure_exponents(one.cell, one.x, one.signals, analysis.EXPONENT_COUNT)
        ),
        contribution=ContributionInfo(
            norms=_row(one.flip_time(norms)),
            share=_row(one.flip_time(analysis.share_contributions(norms))),
            whole=_number(total),
        ),
        memory=_tell_memory(one) if mapped else None,
        gates=gates,
    )


def _tell_memory(run: LayerRun) -> MemoryInfo | None:
    memory = analysis.measure_memory(run)
    if memory is None:
        return None
    return MemoryInfo(state=memory.state, norms=_rows(memory.norms), parts=_rows(memory.parts))


def _tell_decay(norms: Sequence[Array]) -> DecayInfo:
    decay = analysis.measure_decay(norms[0])
    spread = np.stack([analysis.measure_decay(one).relative for one in norms])
    many = len(norms) > 1
    return DecayInfo(
        norms=_row(norms[0]),
        relative=_row(decay.relative),
        low=_row(spread.min(axis=0)) if many else None,
        high=_row(spread.max(axis=0)) if many else None,
        left={str(k): None if v is None else _number(v) for k, v in decay.remaining.items()},
        half_life=decay.half_life,
        slope=decay.slope,
    )


def _clip(run: _Run, encoding: Encoding, threshold: float) -> tuple[float | None, float | None]:
    """Let PyTorch take and clip the gradient of all weights, as in training."""
    network = run.network
    with torch.device("meta"):  # nothing is drawn: the weights are at hand
        module = build_plain(network.cell, network.shape, network.settings)
    module.load_state_dict(dict(network.weights), assign=True)
    logits = module.readout(
        module.recur(module.embedding(torch.tensor([encoding.token_ids])))[:, -1]
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
