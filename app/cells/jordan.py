"""The Jordan network: what comes back is the last output, not the hidden units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from ..contracts import (
    Array,
    Backward,
    Cell,
    Hue,
    Linearization,
    Operation,
    Setting,
    Signal,
    State,
    StateArrays,
    Tap,
    Text,
    float64,
)


class Jordan(Cell):
    """``y_t = tanh(W_ho tanh(W_ih x_t + W_hh s_t))``, ``s_t = α s_{t-1} + y_{t-1}`` (Jordan 1986).

    The state units s receive the output y through fixed weights of one and themselves through α;
    ``weight_hh`` leads from them to the hidden units. PyTorch has no such layer. Two choices: as
    many output units as hidden ones, which the network's readout turns into classes, so that
    every task can be asked; and tanh in place of Jordan's logistic function, as ``torch.nn.RNN``
    has it for Elman's.
    """

    title = Text("RNN (Jordan)", "RNN (Jordan)")
    year = 1986
    source = (
        "Jordan (1986), Attractor dynamics and parallelism in a connectionist sequential machine"
    )
    hue = Hue("#7B5AA6", "#C3A6F0")
    states = ("s", "y")
    output = "y"
    settings = (
        Setting(
            name="alpha",
            title=Text(
                "α, how much the state units keep", "α, quanto as unidades de estado guardam"
            ),
            short=Text("α {value}", "α {value}"),
            default=0.5,
            low=0.0,
            high=0.95,
            step=0.05,
        ),
    )
    signals = (
        Signal(
            name="s",
            kind="state",
            role="cell",
            title=Text("state units", "estado"),
            means=Text(
                "the state units: the past outputs added up, older ones fading by α at every step",
                "as unidades de estado: as saídas passadas somadas, as antigas sumindo "
                "por α a cada passo",
            ),
            formula="s_t = α s_t−1 + y_t−1",
            numbers="s = α · {s-1} + {y-1} = {s}",
            says=Text(
                "all it remembers: its past outputs, fading; length {before} → {length}",
                "tudo o que ela lembra: as saídas passadas, sumindo; norma {before} → {length}",
            ),
            backward="∂L/∂s_t = W_hhᵀ (∂L/∂h_t ⊙ (1 − h_t²)) + α ∂L/∂s_t+1",
            back_numbers="∂L/∂s = {∂s}",
        ),
        Signal(
            name="h",
            kind="candidate",
            role="hidden",
            title=Text("hidden units", "unidades ocultas"),
            means=Text(
                "the hidden units, made from this {token_noun} and the state units; only this "
                "step's output reads them",
                "as unidades ocultas, feitas desta {token_noun} e das unidades de estado; só "
                "a saída deste passo as lê",
            ),
            formula="h_t = tanh(W_ih x_t + b_ih + W_hh s_t + b_hh)",
            numbers="h = tanh({pre}) = {h}",
            says=Text(
                "“{token}” and the state units together; gone at the next step; length {length}",
                "“{token}” e as unidades de estado juntas; some no passo seguinte; norma {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂h_t = W_hoᵀ (∂L/∂y_t ⊙ (1 − y_t²))",
            back_numbers="∂L/∂h = {∂h}",
        ),
        Signal(
            name="y",
            kind="state",
            role="output",
            title=Text("output", "saída"),
            means=Text(
                "the output: the answer is read from it, and the next step's state units "
                "receive it",
                "a saída: a resposta é lida dela, e as unidades de estado do próximo "
                "passo a recebem",
            ),
            formula="y_t = tanh(W_ho h_t + b_ho)",
            numbers="y = tanh({pre}) = {y}",
            says=Text(
                "what the answer is read from, and what the next step gets; length {length}",
                "de onde se lê a resposta, e o que o próximo passo recebe; norma {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂y_t = ∂L/∂s_t+1 + W_readoutᵀ ∂L/∂logits_t",
            back_numbers="∂L/∂y = {∂y}",
        ),
    )
    operations = (
        Operation("kept", "scale", ("s_prev",), title=Text("kept", "mantido"), setting="alpha"),
        Operation("s", "add", ("kept", "y_prev")),
        Operation("h", "affine_tanh", ("x", "s")),
        Operation("y", "affine_tanh", ("h",)),
    )

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {
            "weight_ih": (hidden, inputs),
            "weight_hh": (hidden, hidden),
            "bias_ih": (hidden,),
            "bias_hh": (hidden,),
            "weight_ho": (hidden, hidden),
            "bias_ho": (hidden,),
        }

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        w = self.weights
        s = tap("s", self.values["alpha"] * state["s"] + state["y"])
        entered = linear(x, w["weight_ih"], w["bias_ih"])
        h = tap("h", torch.tanh(entered + linear(s, w["weight_hh"], w["bias_hh"])))
        return {"s": s, "y": tap("y", torch.tanh(linear(h, w["weight_ho"], w["bias_ho"])))}

    def forward(self, x: Array, initial: StateArrays | None = None) -> dict[str, Array]:
        w = {name: float64(value) for name, value in self.weights.items()}
        h = x @ w["weight_ih"].T + w["bias_ih"]  # [T, H]
        recurrent = np.ascontiguousarray(w["weight_hh"].T)
        to_output = np.ascontiguousarray(w["weight_ho"].T)
        start = self.fill_states(initial, h.shape[1])
        s, y = np.empty_like(h), np.empty_like(h)
        last_s, last_y = start["s"], start["y"]
        for t in range(len(h)):
            last_s = np.multiply(last_s, self.values["alpha"], out=s[t])
            last_s += last_y
            h[t] += s[t] @ recurrent + w["bias_hh"]
            np.tanh(h[t], out=h[t])
            np.matmul(h[t], to_output, out=y[t])
            y[t] += w["bias_ho"]
            last_y = np.tanh(y[t], out=y[t])
        return {"s": s, "h": h, "y": y}

    def backward(
        self,
        x: Array,
        signals: Mapping[str, Array],
        grad_output: Array,
        initial: StateArrays | None = None,
        grad_final: StateArrays | None = None,
    ) -> Backward:
        w = {name: float64(value) for name, value in self.weights.items()}
        h_slope, y_slope = 1.0 - signals["h"] ** 2, 1.0 - signals["y"] ** 2
        alpha = self.values["alpha"]
        end = self.fill_states(grad_final, grad_output.shape[1])
        dy = grad_output.copy()
        dy[-1] += end["y"]
        ds, dh, da = (np.empty_like(dy) for _ in range(3))  # a: the preactivation of h
        for t in range(len(dy) - 1, -1, -1):
            last = t == len(dy) - 1
            if not last:
                dy[t] += ds[t + 1]
            np.matmul(dy[t] * y_slope[t], w["weight_ho"], out=dh[t])
            np.multiply(dh[t], h_slope[t], out=da[t])
            np.matmul(da[t], w["weight_hh"], out=ds[t])
            ds[t] += end["s"] if last else alpha * ds[t + 1]
        grad_signals, grad_initial = {"s": ds, "h": dh, "y": dy}, {"s": alpha * ds[0], "y": ds[0]}
        return Backward(grad_signals, da @ w["weight_ih"], da, signals["s"], grad_initial)

    def linearize(
        self, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
    ) -> Linearization:
        w = {name: float64(value) for name, value in self.weights.items()}
        h_slope, y_slope = (1.0 - signals[name][..., None] ** 2 for name in "hy")
        hidden = h_slope.shape[1]

        def output_change(t: int, change: Array) -> Array:
            """Give the change of y for a ``change [H, k]`` of the preactivation of h."""
            dy: Array = y_slope[t] * (w["weight_ho"] @ (h_slope[t] * change))
            return dy

        def state_jvp(t: int, v: Array) -> Array:
            s = self.values["alpha"] * v[:hidden] + v[hidden:]
            return np.vstack([s, output_change(t, w["weight_hh"] @ s)])

        def input_jacobian(t: int) -> Array:
            return np.vstack([np.zeros_like(w["weight_ih"]), output_change(t, w["weight_ih"])])

        return Linearization(state_jvp, input_jacobian)


CELL = Jordan
