"""The same sequence through several networks, and what comes back of the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ..analysis import gradients as analysis
from ..analysis.omission import omit_each
from ..analysis.tracer import differentiate_loss, record
from ..cancellation import checkpoint
from ..contracts import IGNORE_INDEX, Array, Encoding, InvalidInput, Trace, float64
from ..nn.chain import Chain
from ..nn.checkpoint import Model
from ..nn.network import (
    Initialization,
    LayerGradients,
    LayerRun,
    Network,
    Shape,
    build_plain,
)
from ..nn.ngrams import add_spelling
from .cost import check_cost, estimate_description, estimate_drawing, estimate_run
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
    SequenceInput,
    SpectrumInfo,
    Vector,
)
from .service import Service, check_settings, read_text
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

    steps = len(encodings[0].token_ids)
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


def _read(model: Model, sequence: SequenceInput) -> Encoding:
    if (sequence.text is None) == (sequence.length is None):
        raise InvalidInput("either_text_or_length", "input.text")
    if sequence.text is not None:
        return read_text(model, sequence.text)
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
    mapped = _is_mapped(request, len(encoding.token_ids))
    targets = np.full(len(encoding.token_ids), IGNORE_INDEX)
    targets[-1] = trace.classes.index(trace.target)
    with np.errstate(all="ignore"):
        grad_logits = differentiate_loss(trace.probabilities, targets)
        back = network.backward(run.layers, grad_logits)
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
        overflow=analysis.find_overflow(trace.signals),
        layers=layers,
        sensitivity_map=sensitivity_map,
        left_out=_leave_out(run, x) if mapped else None,
        clipped=None if request.clip is None else _clip(run, encoding, request.clip),
    )


def _leave_out(run: _Run, x: torch.Tensor) -> Vector | None:
    answers = omit_each(run.network, x)
    if answers is None:
        return None
    target: Vector = answers[:, run.trace.classes.index(run.trace.target)].tolist()
    return target


def _describe_layer(
    layer: LayerRun, back: LayerGradients, norms: Sequence[Mapping[str, Array]], mapped: bool
) -> LayerInfo:
    """Describe one layer in one direction; arrays by step are told in the order of the text.

    ``norms`` are those of each seed's trace.
    """
    contributions, total = analysis.measure_contributions(back)
    spectrum = analysis.measure_spectrum(layer.cell)
    exponents = analysis.measure_exponents(
        layer.cell, layer.x, layer.signals, analysis.EXPONENT_COUNT
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


def _clip(run: _Run, encoding: Encoding, threshold: float) -> tuple[float, float]:
    """Let PyTorch take and clip the gradient of all weights, as in training.

    A row of the embedding that was not read has no gradient, so only those that were are taken: the
    module is small, and nothing is drawn on the meta device, whose first draw takes two seconds.
    """
    network = run.network
    rows, places = torch.unique(torch.tensor(encoding.token_ids), return_inverse=True)
    if isinstance(network, Chain):
        vectors = network.encode(rows).clone().requires_grad_()
        own, trained = network.copy_with_gradients()
        logits = own.read_out(own.recur(vectors[places]))[-1:]
        return _clip_gradients(logits, [vectors, *trained], run.trace, threshold)
    weights = dict(network.weights)
    weights["embedding.weight"] = weights["embedding.weight"][rows]
    shape = replace(network.shape, vocabulary=len(rows))
    if all(encoding.known):  # nothing is spelled
        shape = replace(shape, ngrams=0)
        weights.pop("ngram_embedding.weight", None)
    module = build_plain(network.cell, shape, network.settings)
    module.load_state_dict(weights, assign=True)
    x = module.embedding(places)
    if module.ngram_embedding is not None:
        x = add_spelling(x, encoding, module.ngram_embedding.weight)
    logits = module.readout(module.recur(x[None])[:, -1])
    return _clip_gradients(logits, list(module.parameters()), run.trace, threshold)


def _clip_gradients(
    logits: Tensor, trained: Sequence[Tensor], trace: Trace, threshold: float
) -> tuple[float, float]:
    target = torch.tensor([trace.classes.index(trace.target)])
    torch.nn.functional.cross_entropy(logits, target).backward()  # type: ignore[no-untyped-call]
    before = torch.nn.utils.clip_grad_norm_(trained, threshold).item()
    after = torch.nn.utils.get_total_norm([p.grad for p in trained if p.grad is not None]).item()
    return before, after
