"""Hooks on the recurrent layers of a person's own module, and the run around them.

A forward hook copies what goes in and out of every call; autograd gives the gradients at the
outputs and the final states. The rest is computed from these (``replay.py``), so the module is not
changed, its layers stay fused, and the hooks are gone when the ``with`` ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, get_gradient_edge
from torch.nn.utils.rnn import PackedSequence
from torch.utils.hooks import RemovableHandle

from .layers import Call, RecurrentLayer, copy_call, find_layers, unpack_result
from .replay import ReplayDiffers, replay, title
from .results import Comparison, ModuleTrace

Inputs = Any  # a tensor or a packed sequence, a tuple of arguments, a mapping of keyword arguments


def trace(
    module: nn.Module,
    inputs: Inputs,
    *,
    loss: Callable[[Any], Tensor] | None = None,
    sample: int = 0,
    tokens: Sequence[str] | None = None,
) -> ModuleTrace:
    """Run a module once and give every gate of every recurrent layer in it, for one sample.

    ``module`` is any with ``nn.RNN``, ``nn.LSTM``, ``nn.GRU`` or one of their ``*Cell`` inside.
    ``inputs`` is its argument, a tuple of them, or a mapping of keyword arguments. ``loss`` takes
    what the module returns and gives a number: with it there are gradients, dLoss/dsignal.
    ``sample`` is the item of the batch, ``tokens`` what to call its steps.

    The module stays as it was: weights, their ``grad``, buffers, mode and the random generators.

    Raises ``ValueError`` where there is no such layer or nothing to show, :class:`ReplayDiffers`
    where the layers' own outputs are not what their weights give (dropout while training, say).
    """
    recording = Recording(module, _own_run=loss is not None)
    with _keep_as_it_was(module):
        with recording:
            output = _call(module, inputs)
        value = None if loss is None else _check_loss(loss(output))
        if value is not None:
            recording.take_gradients(value)
    return recording.trace_all(
        sample=sample, tokens=tokens, loss=None if value is None else float(value.detach())
    )


def compare(
    modules: Mapping[str, nn.Module],
    inputs: Inputs,
    *,
    loss: Callable[[Any], Tensor] | None = None,
    sample: int = 0,
    tokens: Sequence[str] | None = None,
) -> Comparison:
    """Trace several modules on the same input; arguments are those of :func:`trace`."""
    if not modules:
        raise ValueError("there is no module to compare")
    return Comparison(
        {
            name: trace(module, inputs, loss=loss, sample=sample, tokens=tokens)
            for name, module in modules.items()
        }
    )


def watch(module: nn.Module) -> Recording:
    """Record a person's own forward and backward passes: ``with gatescope.watch(model) as seen:``.

    Every call of a recurrent layer within the ``with`` is kept, as copies of what went in and came
    out of it, until the recording is dropped. Gradients add up over the backward passes, as in
    ``Tensor.grad``. Raises ``ValueError`` where the module has no recurrent layer.
    """
    return Recording(module)


class Recording:
    """What the recurrent layers of a module did while it was watched."""

    def __init__(self, module: nn.Module, *, _own_run: bool = False) -> None:
        """Find the layers. Raises ``ValueError`` where there is none that can be replayed."""
        self._found, self._unknown = find_layers(module)
        if not self._found:
            kinds = "nn.RNN, nn.LSTM, nn.GRU or one of their cells"
            reasons = "".join(f" {title(one.name)}: {one.reason}." for one in self._unknown)
            raise ValueError(f"{type(module).__name__} has no {kinds} that can be shown.{reasons}")
        self._own_run = _own_run
        self._calls: dict[str, list[Call]] = {layer.name: [] for layer in self._found}
        self._weights: dict[str, dict[str, Tensor]] = {}
        self._edges: list[tuple[Call, int | None, GradientEdge]] = []
        self._handles: list[RemovableHandle] = []

    @property
    def layers(self) -> tuple[str, ...]:
        """Return the paths of the recurrent layers, "" for the module itself."""
        return tuple(self._calls)

    @property
    def skipped(self) -> dict[str, str]:
        """Return the layers that cannot be shown, each with the reason."""
        return {one.name: one.reason for one in self._unknown}

    def __enter__(self) -> Recording:
        for layer in self._found:
            hook = partial(self._record, layer)
            self._handles.append(
                layer.module.register_forward_hook(hook, prepend=True, with_kwargs=True)
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def count(self, layer: str | None = None) -> int:
        """Count the calls of a layer; steps of a single cell that follow each other are one."""
        return len(self._group(self._choose(layer)))

    def trace(
        self,
        layer: str | None = None,
        *,
        call: int = 0,
        sample: int = 0,
        tokens: Sequence[str] | None = None,
    ) -> ModuleTrace:
        """Give one sample of one call of one layer; the layer may be left out where there is one.

        Calls of one step that go on from the state of the one before (an ``nn.LSTMCell`` in a
        loop) are one call of as many steps. There are gradients where a backward pass reached it.

        Raises ``KeyError`` for a layer, ``IndexError`` for a call or a sample that there is not,
        :class:`ReplayDiffers` as :func:`trace`.
        """
        name = self._choose(layer)
        groups = self._group(name)
        if not -len(groups) <= call < len(groups):
            raise IndexError(f"call {call}: {title(name)} was called {len(groups)} times")
        return ModuleTrace([replay(groups[call], sample)], tokens=tokens)

    def trace_all(
        self, *, sample: int = 0, tokens: Sequence[str] | None = None, loss: float | None = None
    ) -> ModuleTrace:
        """Give one sample of every layer that was called; a second call of one has "#1" after it.

        What differs from its replay is left out and told; where that is all, it raises
        :class:`ReplayDiffers`, and ``ValueError`` where no layer was called.
        """
        found, skipped = [], self.skipped
        for name in self._calls:
            for k, group in enumerate(self._group(name)):
                own = name if k == 0 else f"{name}#{k}"
                try:
                    found.append((own, replay(group, sample)))
                except ReplayDiffers as error:
                    skipped[own] = str(error)
        if not found:
            if not any(self._calls.values()):
                raise ValueError("no recurrent layer was called")
            raise ReplayDiffers(" ".join(skipped.values()))
        return ModuleTrace(
            [one.rename(own) for own, one in found], tokens=tokens, loss=loss, skipped=skipped
        )

    def take_gradients(self, loss: Tensor) -> None:
        """Differentiate ``loss`` by all outputs and states that were recorded; changes no ``grad``.

        Raises ``ValueError`` for a loss that does not depend on any.
        """
        nothing = "the loss does not depend on any recurrent layer, so there is no gradient"
        if not loss.requires_grad or not self._edges:
            raise ValueError(nothing)
        edges = [edge for _, _, edge in self._edges]
        grads = torch.autograd.grad(loss, edges, allow_unused=True)
        if all(grad is None for grad in grads):
            raise ValueError(nothing)
        for (call, state, _), grad in zip(self._edges, grads, strict=True):
            _add_gradient(call, state, grad)
        self._edges.clear()

    def _choose(self, layer: str | None) -> str:
        if layer is None:
            called = [name for name, calls in self._calls.items() if calls]
            if len(called) == 1:
                return called[0]
            known = ", ".join(map(title, called or self._calls))
            raise KeyError(f"name one of the layers: {known}")
        if layer not in self._calls:
            reason = self.skipped.get(layer)
            known = ", ".join(map(title, self._calls))
            raise KeyError(reason or f"no recurrent layer {layer!r}: there are {known}")
        return layer

    def _group(self, name: str) -> list[list[Call]]:
        groups: list[list[Call]] = []
        for call in self._calls[name]:
            if groups and call.goes_on_from(groups[-1][-1]):
                groups[-1].append(call)
            else:
                groups.append([call])
        return groups

    def _record(
        self,
        layer: RecurrentLayer,
        module: nn.Module,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        result: Any,
    ) -> Any:
        """Copy a call: a forward hook. What it gives on are the same values."""
        x = args[0] if args else kwargs["input"]
        states = args[1] if len(args) > 1 else kwargs.get("hx")
        with torch.no_grad():
            call = copy_call(layer, self._copy_weights(layer), x, states, result)
        self._calls[layer.name].append(call)
        result = _separate(result, self._own_run)
        output, final = unpack_result(layer, result)
        call.grad_final = [None] * len(final)
        # A single cell's output is its state h: one tensor, whose gradient is taken once.
        places: list[tuple[int | None, Tensor]] = [] if layer.is_single else [(None, output)]
        for state, value in [*places, *enumerate(final)]:
            if not value.requires_grad:
                continue
            if self._own_run:
                self._edges.append((call, state, get_gradient_edge(value)))
            else:
                add = partial(_add_gradient, call, state)
                self._handles.append(value.register_hook(add))  # type: ignore[no-untyped-call]
        return result

    def _copy_weights(self, layer: RecurrentLayer) -> dict[str, Tensor]:
        """Copy a layer's weights, once as long as they are the same.

        Compared by value: a tensor's version does not count what was written through ``.data``.
        """
        known = self._weights.get(layer.name)
        own = layer.list_weights()
        if known is None or any(not torch.equal(known[key], own[key]) for key in own):
            known = self._weights[layer.name] = layer.copy_weights()
        return known


def _add_gradient(call: Call, state: int | None, grad: Tensor | None) -> None:
    """Add a gradient at a call's output, or at one of its final states; a tensor's hook."""
    if grad is None:
        return
    grad = grad.detach().clone()
    if state is None:
        call.grad_output = grad if call.grad_output is None else call.grad_output + grad
    else:
        known = call.grad_final[state]
        call.grad_final[state] = grad if known is None else known + grad


def _separate(result: Any, ask: bool) -> Any:
    """Give copies of what a layer returned, whose gradients come from what follows it alone.

    That of c itself would hold the way through h too, where PyTorch computes h from it; a view
    would lose its gradient to a change in place. With ``ask`` what a frozen layer returned asks for
    gradients as well.
    """
    if isinstance(result, PackedSequence):
        return result._replace(data=_separate(result.data, ask))
    if isinstance(result, tuple):
        return tuple(_separate(one, ask) for one in result)
    if result.requires_grad:
        return result.clone()
    return result.detach().requires_grad_().clone() if ask else result


def _call(module: nn.Module, inputs: Inputs) -> Any:
    if isinstance(inputs, Mapping):
        return module(**inputs)
    if isinstance(inputs, tuple) and not isinstance(inputs, PackedSequence):
        return module(*inputs)
    return module(inputs)


def _check_loss(value: Any) -> Tensor:
    if not isinstance(value, Tensor) or value.numel() != 1:
        told = tuple(value.shape) if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"the loss must be one number, a tensor; it is {told}")
    return value.reshape(())


@contextmanager
def _keep_as_it_was(module: nn.Module) -> Iterator[None]:
    """Run with gradients enabled; buffers and random generators are as before afterwards."""
    tensors = [*module.parameters(), *module.buffers()]
    devices = sorted({t.device.index or 0 for t in tensors if t.device.type == "cuda"})
    buffers = [(buffer, buffer.detach().clone()) for buffer in module.buffers()]
    with ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng(devices))
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        # cuDNN's way back refuses a layer in evaluation; PyTorch's own does not.
        stack.enter_context(torch.backends.cudnn.flags(enabled=False))
        try:
            yield
        finally:
            with torch.no_grad():
                for buffer, before in buffers:
                    if not torch.equal(buffer, before):
                        buffer.copy_(before)
