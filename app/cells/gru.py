"""The gated recurrent unit: two gates and no separate memory."""

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
    Signal,
    State,
    Tangent,
    Tap,
    Text,
    float64,
)


class GRU(Cell):
    """``h_t = (1 - z_t) n_t + z_t h_{t-1}`` (Cho et al. 2014), in PyTorch's form.

    PyTorch applies the reset gate after the matrix product, so ``b_hn`` stands inside it.
    """

    title = Text("GRU", "GRU")
    year = 2014
    source = "Cho et al. (2014), Learning phrase representations using RNN encoder-decoder"
    states = ("h",)
    layer = nn.GRU
    signals = (
        Signal(
            name="r",
            kind="gate",
            role="reset",
            title=Text("reset gate", "porta de reset"),
            formula="r_t = σ(W_ir x_t + b_ir + W_hr h_t−1 + b_hr)",
            numbers="r = σ({pre}) = {r}",
            says=Text(
                "lets {percent} of the past into the candidate",
                "deixa {percent} do passado entrar no candidato",
            ),
            low=0.0,
            high=1.0,
            backward="∂L/∂r_t = ∂L/∂n_t ⊙ (1 − n_t²) ⊙ (W_hn h_t−1 + b_hn)",
            back_numbers="∂L/∂r = {∂r}",
        ),
        Signal(
            name="z",
            kind="gate",
            role="forget",
            title=Text("update gate", "porta de atualização"),
            formula="z_t = σ(W_iz x_t + b_iz + W_hz h_t−1 + b_hz)",
            numbers="z = σ({pre}) = {z}",
            says=Text("keeps {percent} of the old state", "mantém {percent} do estado antigo"),
            low=0.0,
            high=1.0,
            backward="∂L/∂z_t = ∂L/∂h_t ⊙ (h_t−1 − n_t)",
            back_numbers="∂L/∂z = {∂h} · ({h-1} − {n}) = {∂z}",
        ),
        Signal(
            name="n",
            kind="candidate",
            role="candidate",
            title=Text("candidate", "candidato"),
            formula="n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_t−1 + b_hn))",
            numbers="n = tanh({pre}) = {n}",
            says=Text(
                "what “{token}” would write; length {length}",
                "o que “{token}” escreveria; norma {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂n_t = ∂L/∂h_t ⊙ (1 − z_t)",
            back_numbers="∂L/∂n = {∂h} · (1 − {z}) = {∂n}",
        ),
        Signal(
            name="h",
            kind="state",
            role="hidden",
            title=Text("hidden state", "estado oculto"),
            formula="h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_t−1",
            numbers="h = (1 − {z}) · {n} + {z} · {h-1} = {h}",
            says=Text(
                "old and new, blended: length {before} → {length}",
                "o velho e o novo, misturados: norma {before} → {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂h_t = ∂L/∂h_t+1 ⊙ z_t+1 + W_hrᵀ δr_t+1 + W_hzᵀ δz_t+1"
            " + W_hnᵀ (r_t+1 ⊙ δn_t+1) + W_yᵀ ∂L/∂y_t",
            back_numbers="∂L/∂h = {∂h}",
        ),
    )

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {
            "weight_ih": (3 * hidden, inputs),
            "weight_hh": (3 * hidden, hidden),
            "bias_ih": (3 * hidden,),
            "bias_hh": (3 * hidden,),
        }

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        w = self.weights
        h = state["h"]
        from_x = linear(x, w["weight_ih"], w["bias_ih"]).chunk(3, dim=-1)
        from_h = linear(h, w["weight_hh"], w["bias_hh"]).chunk(3, dim=-1)
        r = tap("r", torch.sigmoid(from_x[0] + from_h[0]))
        z = tap("z", torch.sigmoid(from_x[1] + from_h[1]))
        n = tap("n", torch.tanh(from_x[2] + r * from_h[2]))
        return {"h": tap("h", (1 - z) * n + z * h)}

    def forward(self, x: Array) -> dict[str, Array]:
        w = {name: float64(value) for name, value in self.weights.items()}
        hidden = w["weight_hh"].shape[1]
        steps, both = len(x), 2 * hidden
        # sigmoid(s) = (tanh(s / 2) + 1) / 2: halve the sums of both gates beforehand.
        scale = np.repeat([0.5, 0.5, 1.0], hidden)
        from_x = (x @ w["weight_ih"].T + w["bias_ih"]) * scale  # [T, 3H]
        recurrent = np.ascontiguousarray(w["weight_hh"].T * scale)
        bias = w["bias_hh"] * scale
        gates = np.ascontiguousarray(from_x[:, :both])
        n, h = np.ascontiguousarray(from_x[:, both:]), np.empty((steps, hidden))
        last, part = np.zeros(hidden), np.empty(hidden)
        for t in range(steps):
            from_h = last @ recurrent
            from_h += bias
            row = gates[t]
            row += from_h[:both]
            np.tanh(row, out=row)
            row *= 0.5
            row += 0.5
            r, z = row[:hidden], row[hidden:]
            np.multiply(r, from_h[both:], out=part)
            new = n[t]
            new += part
            np.tanh(new, out=new)
            # h = n + z (h_{t-1} - n)
            np.subtract(last, new, out=part)
            part *= z
            last = np.add(new, part, out=h[t])
        return {
            "r": np.ascontiguousarray(gates[:, :hidden]),
            "z": np.ascontiguousarray(gates[:, hidden:]),
            "n": n,
            "h": h,
        }

    def backward(self, x: Array, signals: Mapping[str, Array], outward: Array) -> Backward:
        w = {name: float64(value) for name, value in self.weights.items()}
        r, z, n, h = (signals[name] for name in "rznh")
        steps, hidden = h.shape
        recurrent = w["weight_hh"]
        before = np.vstack([np.zeros((1, hidden)), h[:-1]])
        inner = before @ recurrent[2 * hidden :].T + w["bias_hh"][2 * hidden :]  # W_hn h + b_hn
        to_n = (1.0 - z) * (1.0 - n**2)  # dh/d(sum of n)
        # What dL/dh is multiplied by to give the gradient at the sums of r, z and at `inner`.
        slope = np.stack(
            [to_n * inner * r * (1.0 - r), (before - n) * z * (1.0 - z), to_n * r], axis=1
        )  # [T, 3, H]
        dh = outward.copy()
        from_h = np.empty((steps, 3, hidden))
        flat = from_h.reshape(steps, 3 * hidden)
        part = np.empty(hidden)
        for t in range(steps - 1, -1, -1):
            np.multiply(slope[t], dh[t], out=from_h[t])
            if t:
                np.multiply(dh[t], z[t], out=part)
                part += flat[t] @ recurrent
                dh[t - 1] += part
        found = {"r": dh * to_n * inner, "z": dh * (before - n), "n": dh * (1.0 - z), "h": dh}
        from_x = flat.copy()
        from_x[:, 2 * hidden :] = dh * to_n
        return Backward(found, from_x @ w["weight_ih"], flat)

    def linearize(self, x: Array, signals: Mapping[str, Array]) -> Tangent:
        w = {name: float64(value) for name, value in self.weights.items()}
        r, z, n, h = (signals[name] for name in "rznh")
        hidden = h.shape[1]
        recurrent = w["weight_hh"].reshape(3, hidden, hidden)
        entering = w["weight_ih"].reshape(3, hidden, -1)
        before = np.vstack([np.zeros((1, hidden)), h[:-1]])
        inner = before @ recurrent[2].T + w["bias_hh"][2 * hidden :]
        to_n = (1.0 - z) * (1.0 - n**2)
        by_r, by_z = to_n * inner * r * (1.0 - r), (before - n) * z * (1.0 - z)
        past = np.stack([by_r, by_z, to_n * r], axis=1)[..., None]  # [T, 3, H, 1]
        here = np.stack([by_r, by_z, to_n], axis=1)[..., None]

        @lru_cache(KEPT)
        def from_h(t: int) -> Array:
            found: Array = np.einsum("ghu,ghk->hk", past[t], recurrent) + np.diag(z[t])
            return found

        def push(t: int, v: Array) -> Array:
            if v.shape[1] >= hidden:
                return from_h(t) @ v
            sums = (w["weight_hh"] @ v).reshape(3, hidden, -1)
            moved: Array = np.einsum("ghu,ghk->hk", past[t], sums) + z[t][:, None] * v
            return moved

        return Tangent(push, lambda t: np.einsum("ghu,ghk->hk", here[t], entering))

    def memory(self, signals: Mapping[str, Array]) -> Memory:
        return Memory("h", signals["z"], (1.0 - signals["z"]) * signals["n"])


CELL = GRU
