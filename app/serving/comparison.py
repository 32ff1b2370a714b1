"""The same sequence through several networks, and what comes back of the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from pydantic import BaseModel
from torch import Tensor

from ..analysis import gradients as analysis
from ..analysis.omission import omit_each
from ..analysis.tracer import record
from ..cancellation import checkpoint
from ..contracts import Array, Encoding, InvalidInput, Trace, float64
from ..inputs.text import TextInput
from ..limits import LIMITS
from ..nn.answers import Answer, make_answer, measure_target
from ..nn.chain import Chain
from ..nn.checkpoint import Model
from ..nn.entrance import enter
from ..nn.network import (
    Initialization,
    LayerGradients,
    LayerRun,
    Network,
    Shape,
    build_plain,
)
from .cost import check_cost, estimate_description, estimate_drawing, estimate_run
from .schemas import (
    ContributionInfo,
    DecayInfo,
    GradientRequest,
    GradientResponse,
    LayerInfo,
    MemoryInfo,
    NetworkInfo,
    NetworkRequest,
    SequenceInput,
    SpectrumInfo,
    Vector,
)
from .service import Service, check_settings, read_input
from .work import Work


@dataclass(frozen=True, slots=True)
class _Run:
    network: Network
    trace: Trace
    layers: list[list[LayerRun]]


def compare_gradients(service: Service, request: GradientRequest) -> GradientResponse:
    """Run every network over the same tokens and describe the way back.

    Raises :class:`InvalidInput` for what cannot be used.
    """
    return prepare_comparison(service, request).run()


def prepare_comparison(service: Service, request: GradientRequest) -> Work[GradientResponse]:
    """Check a request and tell what its answer will cost. Raises :class:`InvalidInput`."""
    models = [service.model(entry.model) for entry in request.networks]
    tasks = sorted({model.task_id for model in models})
    if len(tasks) > 1:  # each task has its own tokens: the steps would not be the same
        raise InvalidInput("mixed_tasks", "networks", tasks=", ".join(tasks))
    pairs = list(zip(models, request.networks, strict=True))
    for k, (model, entry) in enumerate(pairs):
        try:
            check_settings(model.cell, entry.settings)
            if entry.weights == "trained" and entry.width not in {None, model.shape.hidden}:
                raise InvalidInput("fresh_only", "width")
        except InvalidInput as error:
            error.field = f"networks.{k}.{error.field}"
            raise
    encodings = [_read(model, request.input) for model in models]

    def run() -> GradientResponse:
        networks = []
        for (model, entry), encoding in zip(pairs, encodings, strict=True):
            checkpoint()
            networks.append(_describe(model, entry, encoding, request))
        known = encodings[0]
        return GradientResponse(
            tokens=list(known.tokens), known=list(known.known), networks=networks
        )

    steps = len(encodings[0].tokens)
    costs = [_estimate(model, entry, steps, request) for model, entry in pairs]
    return Work(check_cost(sum(costs), "networks"), run)


def _estimate(model: Model, entry: NetworkRequest, steps: int, request: GradientRequest) -> float:
    cell, shape, seeds = model.cell, _shape(model, entry), 1
    run = estimate_run(cell, shape, steps)
    if entry.weights == "fresh":
        run += estimate_drawing(cell, shape)
        seeds = entry.seeds
    return seeds * run + estimate_description(
        cell, shape, steps, mapped=_is_mapped(request, steps), clipped=request.clip is not None
    )


def _is_mapped(request: GradientRequest, steps: int) -> bool:
    return request.maps and steps <= LIMITS.mapped


def _shape(model: Model, entry: NetworkRequest) -> Shape:
    return replace(model.shape, hidden=entry.width or model.shape.hidden)


def _read(model: Model, sequence: BaseModel) -> Encoding:
    if not isinstance(sequence, SequenceInput):
        return read_input(model, sequence)
    if (sequence.text is None) == (sequence.length is None):
        raise InvalidInput("either_text_or_length", "input.text")
    if sequence.text is not None:
        return read_input(model, TextInput(text=sequence.text))
    if not model.vocabulary:
        raise InvalidInput("wrong_input", "input", name=model.id, expected=model.task.input)
    source = np.random.default_rng(sequence.seed)
    first = min(2, model.shape.vocabulary - 1)  # an opened file may have fewer rows
    rows = source.integers(first, model.shape.vocabulary, sequence.length)
    if sequence.kind == "repeated":
        rows[:] = rows[0]
    ids = [int(row) for row in rows]
    return Encoding(tuple(model.vocabulary[i] for i in ids), tuple(ids), (True,) * len(ids))


def _bind(model: Model, entry: NetworkRequest, seed: int) -> Network:
    settings = check_settings(model.cell, {**model.settings, **entry.settings})
    if entry.weights == "trained":
        return model.build(settings)
    initialization = Initialization(entry.start, entry.gain, entry.chrono)
    return model.build_fresh(seed, settings, initialization, entry.width)


def _record(network: Network, model: Model, encoding: Encoding, target: str | None) -> Trace:
    with np.errstate(all="ignore"):  # an unstable network may overflow; that is said, not hidden
        return record(network, model.task, encoding, target, at_end=True)


def _describe(
    model: Model, entry: NetworkRequest, encoding: Encoding, request: GradientRequest
) -> NetworkInfo:
    network = _bind(model, entry, entry.seed)
    trace = _record(network, model, encoding, request.target)
    x = network.read(encoding)
    run = _Run(network, trace, network.replay(float64(x), trace.signals))
    norms = [trace.norms]
    if entry.weights == "fresh":
        for seed in range(entry.seed + 1, entry.seed + entry.seeds):
            checkpoint()
            # Of the other seeds only the norms are told, so only they are kept.
            other = _bind(model, entry, seed)
            norms.append(_record(other, model, encoding, request.target).norms)
    mapped = _is_mapped(request, len(encoding.tokens))
    answer = make_answer(model.task)
    with np.errstate(all="ignore"):
        back = network.backward(run.layers, answer.differentiate_end(trace))
        layers = [
            _describe_layer(layer, back[layer.name], norms, mapped)
            for directions in run.layers
            for layer in directions
        ]
        sensitivity_map = analysis.map_sensitivity(run.layers).tolist() if mapped else None
    fresh = entry.weights == "fresh"
    return NetworkInfo(
        model=model.id,
        cell=model.cell_id,
        weights=entry.weights,
        seed=entry.seed,
        start=entry.start if fresh else "pytorch",
        gain=entry.gain if fresh else 1.0,
        chrono=entry.chrono if fresh else 0,
        width=network.shape.hidden,
        settings={one.name: network.settings[one.name] for one in network.cell.settings},
        target=trace.target,
        loss=trace.loss,
        probabilities=trace.probabilities[-1].tolist(),
        values=trace.values[-1].tolist(),
        overflow=analysis.find_overflow(trace.signals),
        layers=layers,
        sensitivity_map=sensitivity_map,
        left_out=_leave_out(run, x) if mapped else None,
        clipped=None if request.clip is None else _clip(run, answer, encoding, request.clip),
    )


def _leave_out(run: _Run, x: torch.Tensor) -> Vector | None:
    if not run.trace.classes:  # a series without one of its steps is one in which time jumps
        return None
    outputs = omit_each(run.network, x)
    if outputs is None:
        return None
    probabilities: Vector = measure_target(run.trace, outputs).tolist()
    return probabilities


def _describe_layer(
    layer: LayerRun, back: LayerGradients, norms: Sequence[Mapping[str, Array]], mapped: bool
) -> LayerInfo:
    """Describe one layer in one direction; arrays by step are told in the order of the text.

    ``norms`` are those of each seed's trace.
    """
    contributions, total = analysis.measure_contributions(back)
    spectrum = analysis.measure_spectrum(layer.cell)
    exponents = analysis.measure_exponents(
        layer.cell, layer.x, layer.signals, analysis.EXPONENT_COUNT, layer.initial
    )
    return LayerInfo(
        name=layer.name,
        decay={
            state: _describe_decay(
                [of_seed[f"{layer.name}.{state}"] for of_seed in norms],
                _measure_direct_path(layer, back, state),
            )
            for state in layer.cell.states
        },
        spectrum=[SpectrumInfo.model_validate(block) for block in spectrum],
        expected_decay=analysis.predict_decay(layer.cell, layer.signals, spectrum),
        exponents=exponents.tolist(),
        contribution=ContributionInfo(
            norms=layer.flip_time(contributions).tolist(),
            share=layer.flip_time(analysis.share_contributions(contributions)).tolist(),
            whole=total,
        ),
        memory=_describe_memory(layer) if mapped else None,
        gates=analysis.measure_saturation(type(layer.cell), layer.signals),
    )


def _measure_direct_path(layer: LayerRun, back: LayerGradients, state: str) -> Array | None:
    memory = layer.cell.memory(layer.signals)
    if layer.reverse or memory is None or memory.state != state:
        return None
    return analysis.measure_direct_path(memory, back.grad_signals[state][-1])


def _describe_memory(layer: LayerRun) -> MemoryInfo | None:
    memory = analysis.measure_memory(layer)
    if memory is None:
        return None
    return MemoryInfo(state=memory.state, norms=memory.norms.tolist(), parts=memory.parts.tolist())


def _describe_decay(norms: Sequence[Array], direct: Array | None) -> DecayInfo:
    decay = analysis.measure_decay(norms[0])
    spread = np.stack([analysis.measure_decay(of_seed).relative for of_seed in norms])
    several = len(norms) > 1
    return DecayInfo(
        norms=norms[0].tolist(),
        relative=decay.relative.tolist(),
        low=spread.min(axis=0).tolist() if several else None,
        high=spread.max(axis=0).tolist() if several else None,
        left={str(distance): share for distance, share in decay.remaining.items()},
        half_life=decay.half_life,
        direct=None if direct is None else direct.tolist(),
        slope=decay.slope,
    )


def _clip(run: _Run, answer: Answer, encoding: Encoding, threshold: float) -> tuple[float, float]:
    """Let PyTorch take and clip the gradient of all weights, as in training.

    A row of the embedding that was not read has no gradient, so only those that were are taken: the
    module is small, and nothing is drawn on the meta device, whose first draw takes two seconds.
    """
    network = run.network
    rows, places = torch.unique(
        torch.tensor(encoding.token_ids, dtype=torch.long), return_inverse=True
    )
    if isinstance(network, Chain):
        vectors = network.encode(rows).clone().requires_grad_()
        own, trained = network.copy_with_gradients()
        outputs = own.read_out(own.recur(vectors[places]))
        return _clip_gradients(outputs, [vectors, *trained], answer, run, threshold)
    weights, shape = dict(network.weights), network.shape
    if encoding.token_ids:
        weights["embedding.weight"] = weights["embedding.weight"][rows]
        shape = replace(shape, vocabulary=len(rows))
        encoding = replace(encoding, token_ids=tuple(places.tolist()))
    if all(encoding.known):  # nothing is spelled
        shape = replace(shape, ngrams=0)
        weights.pop("ngram_embedding.weight", None)
    module = build_plain(network.cell, shape, network.settings)
    module.load_state_dict(weights, assign=True)
    x = enter(dict(module.named_parameters()), encoding)
    outputs = module.readout(module.recur(x[None])[0])
    return _clip_gradients(outputs, list(module.parameters()), answer, run, threshold)


def _clip_gradients(
    outputs: Tensor, trained: Sequence[Tensor], answer: Answer, run: _Run, threshold: float
) -> tuple[float, float]:
    grad_outputs = torch.from_numpy(answer.differentiate_end(run.trace))
    (outputs * grad_outputs).sum().backward()  # type: ignore[no-untyped-call]  # see the tracer
    before = torch.nn.utils.clip_grad_norm_(trained, threshold).item()
    after = torch.nn.utils.get_total_norm([p.grad for p in trained if p.grad is not None]).item()
    return before, after
