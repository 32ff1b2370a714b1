"""The minimal gated unit: a cell that brings nothing but its shapes and its step."""

from __future__ import annotations

import torch
from gatescope.contracts import Cell, Signal, State, Tap, Text
from torch import Tensor
from torch.nn.functional import linear


class MinimalGated(Cell):
    """``h_t = (1 - f_t) h_{t-1} + f_t n_t``, the one gate f also resets (Zhou et al. 2016).

    ``weight_hh`` multiplies two vectors at a step, ``h_{t-1}`` and ``f_t h_{t-1}``, so what a step
    adds to its gradient is no outer product.
    """

    title = Text("Minimal gated unit", "Unidade de porta mínima")
    year = 2016
    source = "Zhou et al. (2016), Minimal gated unit for recurrent neural networks"
    states = ("h",)
    signals = (
        Signal(
            name="f",
            kind="gate",
            role="forget",
            title=Text("forget gate", "porta de esquecimento"),
            formula="f_t = σ(W_if x_t + b_f + W_hf h_t−1)",
            numbers="f = σ({pre}) = {f}",
            says=Text("rewrites {percent} of the state", "reescreve {percent} do estado"),
            low=0.0,
            high=1.0,
        ),
        Signal(
            name="n",
            kind="candidate",
            role="candidate",
            title=Text("candidate", "candidato"),
            formula="n_t = tanh(W_in x_t + b_n + W_hn (f_t ⊙ h_t−1))",
            numbers="n = tanh({pre}) = {n}",
            says=Text("what “{token}” would write", "o que “{token}” escreveria"),
            low=-1.0,
            high=1.0,
        ),
        Signal(
            name="h",
            kind="state",
            role="hidden",
            title=Text("hidden state", "estado oculto"),
            formula="h_t = (1 − f_t) ⊙ h_t−1 + f_t ⊙ n_t",
            numbers="h = (1 − {f}) · {h-1} + {f} · {n} = {h}",
            says=Text("length {before} → {length}", "norma {before} → {length}"),
            low=-1.0,
            high=1.0,
        ),
    )

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {
            "weight_ih": (2 * hidden, inputs),
            "weight_hh": (2 * hidden, hidden),
            "bias_ih": (2 * hidden,),
        }

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        w = self.weights
        h = state["h"]
        for_f, for_n = w["weight_hh"].chunk(2)
        x_f, x_n = linear(x, w["weight_ih"], w["bias_ih"]).chunk(2, dim=-1)
        f = tap("f", torch.sigmoid(x_f + linear(h, for_f)))
        n = tap("n", torch.tanh(x_n + linear(f * h, for_n)))
        return {"h": tap("h", (1 - f) * h + f * n)}


CELL = MinimalGated
