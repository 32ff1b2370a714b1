"""The long short-term memory: a cell state that three gates guard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from ..contracts import (
    KEPT,
    Array,
    Backward,
    Cell,
    Memory,
    Setting,
    Signal,
    State,
    Tangent,
    Tap,
    Text,
    float64,
)


class LSTM(Cell):
    """``c_t = f_t c_{t-1} + i_t g_t``, ``h_t = o_t tanh(c_t)``.

    Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
    """

    title = Text("LSTM", "LSTM")
    year = 1997
    source = "Hochreiter & Schmidhuber (1997), Neural Computation 9; Gers et al. (2000)"
    states = ("h", "c")
    layer = nn.LSTM
    settings = (
        Setting(
            name="forget_bias",
            title=Text(
                "added to the forget gate's bias", "somado ao viés da porta de esquecimento"
            ),
            short=Text("forget bias +{value}", "viés de esquecimento +{value}"),
            default=0.0,
            low=-5.0,
            high=5.0,
            step=0.5,
            role="forget",
        ),
    )
    signals = (
        Signal(
            name="i",
            kind="gate",
            role="input",
            title=Text("input gate", "porta de entrada"),
            formula="i_t = σ(W_ii x_t + b_ii + W_hi h_t−1 + b_hi)",
            numbers="i = σ({pre}) = {i}",
            says=Text(
                "lets {percent} of “{token}” be written", "deixa escrever {percent} de “{token}”"
            ),
            low=0.0,
            high=1.0,
            backward="∂L/∂i_t = ∂L/∂c_t ⊙ g_t",
            back_numbers="∂L/∂i = {∂c} · {g} = {∂i}",
        ),
        Signal(
            name="f",
            kind="gate",
            role="forget",
            title=Text("forget gate", "porta de esquecimento"),
            formula="f_t = σ(W_if x_t + b_if + W_hf h_t−1 + b_hf)",
            numbers="f = σ({pre}) = {f}",
            says=Text("keeps {percent} of the old memory", "mantém {percent} da memória antiga"),
            low=0.0,
            high=1.0,
            backward="∂L/∂f_t = ∂L/∂c_t ⊙ c_t−1",
            back_numbers="∂L/∂f = {∂c} · {c-1} = {∂f}",
        ),
        Signal(
            name="g",
            kind="candidate",
            role="candidate",
            title=Text("candidate", "candidato"),
            formula="g_t = tanh(W_ig x_t + b_ig + W_hg h_t−1 + b_hg)",
            numbers="g = tanh({pre}) = {g}",
            says=Text(
                "what “{token}” would write; length {length}",
                "o que “{token}” escreveria; norma {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂g_t = ∂L/∂c_t ⊙ i_t",
            back_numbers="∂L/∂g = {∂c} · {i} = {∂g}",
        ),
        Signal(
            name="o",
            kind="gate",
            role="output",
            title=Text("output gate", "porta de saída"),
            formula="o_t = σ(W_io x_t + b_io + W_ho h_t−1 + b_ho)",
            numbers="o = σ({pre}) = {o}",
            says=Text("shows {percent} of the memory outside", "mostra {percent} da memória"),
            low=0.0,
            high=1.0,
            backward="∂L/∂o_t = ∂L/∂h_t ⊙ tanh(c_t)",
            back_numbers="∂L/∂o = {∂h} · tanh({c}) = {∂o}",
        ),
        Signal(
            name="c",
            kind="state",
            role="cell",
            title=Text("cell state", "estado da célula"),
            formula="c_t = f_t ⊙ c_t−1 + i_t ⊙ g_t",
            numbers="c = {f} · {c-1} + {i} · {g} = {c}",
            says=Text(
                "the memory: length {before} → {length}", "a memória: norma {before} → {length}"
            ),
            backward="∂L/∂c_t = ∂L/∂h_t ⊙ o_t ⊙ (1 − tanh²(c_t)) + ∂L/∂c_t+1 ⊙ f_t+1",
            back_numbers="∂L/∂c = {∂h} · {o} · (1 − tanh²({c})) + {∂c+1} · {f+1} = {∂c}",
        ),
        Signal(
            name="h",
            kind="state",
            role="hidden",
            title=Text("hidden state", "estado oculto"),
            formula="h_t = o_t ⊙ tanh(c_t)",
            numbers="h = {o} · tanh({c}) = {h}",
            says=Text(
                "what the next step and the answer see; length {length}",
                "o que o próximo passo e a resposta veem; norma {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂h_t = W_hiᵀ δi_t+1 + W_hfᵀ δf_t+1 + W_hgᵀ δg_t+1 + W_hoᵀ δo_t+1"
            " + W_yᵀ ∂L/∂y_t",
            back_numbers="∂L/∂h = {∂h}",
        ),
    )

    def __init__(self, weights: Mapping[str, Tensor], settings: Mapping[str, float]) -> None:
        super().__init__(weights, settings)
        if added := self.values["forget_bias"]:
            bias = weights["bias_hh"]
            shift = torch.zeros_like(bias)
            shift[bias.shape[0] // 4 : bias.shape[0] // 2] = added
            self.weights = {**weights, "bias_hh": bias + shift}

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {
            "weight_ih": (4 * hidden, inputs),
            "weight_hh": (4 * hidden, hidden),
            "bias_ih": (4 * hidden,),
            "bias_hh": (4 * hidden,),
        }

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        w = self.weights
        sums = linear(x, w["weight_ih"], w["bias_ih"]) + linear(
            state["h"], w["weight_hh"], w["bias_hh"]
        )
        i, f, g, o = sums.chunk(4, dim=-1)
        i = tap("i", torch.sigmoid(i))
        f = tap("f", torch.sigmoid(f))
        g = tap("g", torch.tanh(g))
        o = tap("o", torch.sigmoid(o))
        c = tap("c", f * state["c"] + i * g)
        return {"h": tap("h", o * torch.tanh(c)), "c": c}

    def forward(self, x: Array) -> dict[str, Array]:
        w = {name: float64(value) for name, value in self.weights.items()}
        hidden = w["weight_hh"].shape[1]
        # sigmoid(s) = (tanh(s / 2) + 1) / 2, so one tanh serves all four blocks of a step.
        scale = np.full(4 * hidden, 0.5)
        scale[2 * hidden : 3 * hidden] = 1.0
        shift = 1.0 - scale
        gates = (x @ w["weight_ih"].T + (w["bias_ih"] + w["bias_hh"])) * scale  # [T, 4H]
        recurrent = np.ascontiguousarray(w["weight_hh"].T * scale)  # [H, 4H]
        steps = len(x)
        c, h = np.empty((steps, hidden)), np.empty((steps, hidden))
        last_c, last_h, kept = np.zeros(hidden), np.zeros(hidden), np.empty(hidden)
        blocks = gates.reshape(steps, 4, hidden)
        for t in range(steps):
            row = gates[t]
            row += last_h @ recurrent
            np.tanh(row, out=row)
            row *= scale
            row += shift
            i, f, g, o = blocks[t]
            np.multiply(f, last_c, out=kept)
            last_c = np.multiply(i, g, out=c[t])
            last_c += kept
            last_h = np.tanh(last_c, out=h[t])
            last_h *= o
        named = dict(zip("ifgo", blocks.transpose(1, 0, 2), strict=True))
        return {name: np.ascontiguousarray(value) for name, value in named.items()} | {
            "c": c,
            "h": h,
        }

    def backward(self, x: Array, signals: Mapping[str, Array], outward: Array) -> Backward:
        recurrent = float64(self.weights["weight_hh"])
        i, f, g, o, c = (signals[name] for name in "ifgoc")
        steps, hidden = c.shape
        squashed = np.tanh(c)
        before = np.vstack([np.zeros((1, hidden)), c[:-1]])
        to_c = o * (1.0 - squashed**2)  # dh/dc along h_t = o tanh(c)
        # What dL/dc and dL/dh are multiplied by to give dL/d(sums), for i, f, g and o.
        slope = np.stack(
            [g * i * (1.0 - i), before * f * (1.0 - f), i * (1.0 - g**2), squashed * o * (1.0 - o)],
            axis=1,
        )  # [T, 4, H]
        dh, dc = outward.copy(), np.zeros((steps, hidden))
        sums = np.empty((steps, 4, hidden))
        flat = sums.reshape(steps, 4 * hidden)
        part = np.empty(hidden)
        for t in range(steps - 1, -1, -1):
            np.multiply(dh[t], to_c[t], out=part)
            dc[t] += part
            np.multiply(slope[t, :3], dc[t], out=sums[t, :3])
            np.multiply(slope[t, 3], dh[t], out=sums[t, 3])
            if t:
                dh[t - 1] += flat[t] @ recurrent
                np.multiply(dc[t], f[t], out=dc[t - 1])
        found = {"i": dc * g, "f": dc * before, "g": dc * i, "o": dh * squashed, "c": dc, "h": dh}
        return Backward(found, flat @ float64(self.weights["weight_ih"]), flat)

    def linearize(self, x: Array, signals: Mapping[str, Array]) -> Tangent:
        i, f, g, o, c = (signals[name] for name in "ifgoc")
        hidden = c.shape[1]
        squashed = np.tanh(c)
        before = np.vstack([np.zeros((1, hidden)), c[:-1]])
        to_h = (o * (1.0 - squashed**2))[..., None]  # dh/dc
        # What the sums of i, f, g move c by, and the sum of o moves h by.
        move = [g * i * (1.0 - i), before * f * (1.0 - f), i * (1.0 - g**2)]
        slope = np.stack([*move, squashed * o * (1.0 - o)], axis=1)[..., None]  # [T, 4, H, 1]
        kept = f[..., None]
        flat = float64(self.weights["weight_hh"])
        recurrent = flat.reshape(4, hidden, hidden)
        entering = float64(self.weights["weight_ih"]).reshape(4, hidden, -1)

        def through(t: int, weight: Array) -> Array:
            """Give what h and c, stacked, move by when the sums move by ``weight``: [2H, ...]."""
            moved: Array = np.empty((2 * hidden, weight.shape[2]))
            in_h, in_c = moved[:hidden], moved[hidden:]
            np.einsum("ghu,ghk->hk", slope[t, :3], weight[:3], out=in_c)
            np.multiply(to_h[t], in_c, out=in_h)
            in_h += slope[t, 3] * weight[3]
            return moved

        @lru_cache(KEPT)
        def from_h(t: int) -> Array:
            return through(t, recurrent)

        def push(t: int, v: Array) -> Array:
            moved: Array
            if v.shape[1] >= hidden:
                moved = from_h(t) @ v[:hidden]
            else:
                sums = (flat @ v[:hidden]).reshape(4, hidden, -1)
                moved = through(t, sums)
            carried = kept[t] * v[hidden:]
            moved[hidden:] += carried
            moved[:hidden] += np.multiply(to_h[t], carried, out=carried)
            return moved

        return Tangent(push, lambda t: through(t, entering))

    def memory(self, signals: Mapping[str, Array]) -> Memory:
        return Memory("c", signals["f"], signals["i"] * signals["g"])


CELL = LSTM
