"""The Elman network: one squashed sum of the input and the last hidden state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from ..contracts import (
    RELU,
    Array,
    Backward,
    Cell,
    FreshNetwork,
    Hue,
    Linearization,
    Operation,
    Preset,
    Signal,
    State,
    StateArrays,
    Tap,
    Text,
    delay,
    float64,
)


class RNN(Cell):
    """``h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)`` (Elman 1990)."""

    title = Text("RNN (Elman)", "RNN (Elman)")
    year = 1990
    source = "Elman (1990), Finding structure in time, Cognitive Science 14"
    hue = Hue("#B2182B", "#FF7C8A")
    states = ("h",)
    layer = nn.RNN
    settings = (
        replace(
            RELU, title=Text("ReLU instead of tanh (Le 2015)", "ReLU em vez de tanh (Le 2015)")
        ),
    )
    presets = (
        Preset(
            "start",
            Text("three ways to start an RNN", "três jeitos de iniciar uma RNN"),
            (
                FreshNetwork(),
                FreshNetwork(start="orthogonal"),
                # The identity start is meant for ReLU (Le et al. 2015).
                FreshNetwork(start="identity", settings={"relu": 1.0}),
            ),
        ),
        # On the film reviews' longest example, 50 steps back: about 1e-9, 1 and 1e6 are left.
        Preset(
            "gain",
            Text("turning up the gain", "aumentando o ganho"),
            tuple(FreshNetwork(start="orthogonal", gain=gain) for gain in (0.8, 1.5, 3.0)),
        ),
    )
    signals = (
        Signal(
            name="a",
            kind="preactivation",
            role="preactivation",
            title=Text("sum before tanh", "soma antes da tanh"),
            means=Text(
                "the {token_noun} and the last state, each times its weights, added up and not "
                "yet squashed",
                "a {token_noun} e o estado anterior, cada um vezes os seus pesos, somados e "
                "ainda não comprimidos",
            ),
            formula="a_t = W_ih x_t + b_ih + W_hh h_t−1 + b_hh",
            numbers="a = {a}",
            says=Text(
                "“{token}” and the last state, added up: {value} on average",
                "“{token}” e o estado anterior, somados: {value} em média",
            ),
            backward="∂L/∂a_t = ∂L/∂h_t ⊙ (1 − h_t²)",
            back_numbers="∂L/∂a = {∂h} · (1 − {h}²) = {∂a}",
        ),
        Signal(
            name="h",
            kind="state",
            role="hidden",
            title=Text("hidden state", "estado oculto"),
            means=Text(
                "the state: all that is remembered, computed anew at every step; the "
                "answer and the next step read it",
                "o estado: tudo o que é lembrado, recalculado a cada passo; é o que a "
                "resposta e o próximo passo leem",
            ),
            formula="h_t = tanh(a_t)",
            numbers="h = tanh({a}) = {h}",
            says=Text(
                "all it remembers is rewritten at every {token_noun}; length {length}",
                "tudo o que ela lembra é reescrito a cada {token_noun}; norma {length}",
            ),
            low=-1.0,
            high=1.0,
            backward="∂L/∂h_t = W_hhᵀ ∂L/∂a_t+1 + W_yᵀ ∂L/∂y_t",
            back_numbers="∂L/∂h = {∂h}",
        ),
    )
    operations = (
        Operation("a", "affine", ("x", "h_prev")),
        Operation("h", "tanh", ("a",), setting="relu"),
    )

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {
            "weight_ih": (hidden, inputs),
            "weight_hh": (hidden, hidden),
            "bias_ih": (hidden,),
            "bias_hh": (hidden,),
        }

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        w = self.weights
        a = linear(x, w["weight_ih"], w["bias_ih"]) + linear(
            state["h"], w["weight_hh"], w["bias_hh"]
        )
        a = tap("a", a)
        return {"h": tap("h", torch.relu(a) if self.values["relu"] else torch.tanh(a))}

    def forward(self, x: Array, initial: StateArrays | None = None) -> dict[str, Array]:
        w = {name: float64(value) for name, value in self.weights.items()}
        a = x @ w["weight_ih"].T + (w["bias_ih"] + w["bias_hh"])  # [T, H]
        recurrent = np.ascontiguousarray(w["weight_hh"].T)
        relu = bool(self.values["relu"])
        h = np.empty_like(a)
        last_h = self.fill_states(initial, a.shape[1])["h"]
        for t in range(len(a)):
            a[t] += last_h @ recurrent
            last_h = np.maximum(a[t], 0.0, out=h[t]) if relu else np.tanh(a[t], out=h[t])
        return {"a": a, "h": h}

    def backward(
        self,
        x: Array,
        signals: Mapping[str, Array],
        grad_output: Array,
        initial: StateArrays | None = None,
        grad_final: StateArrays | None = None,
    ) -> Backward:
        recurrent = float64(self.weights["weight_hh"])
        slope = self._activation_slope(signals["h"])
        hidden = grad_output.shape[1]
        dh = grad_output.copy()
        dh[-1] += self.fill_states(grad_final, hidden)["h"]
        da = np.empty_like(dh)
        for t in range(len(dh) - 1, -1, -1):
            np.multiply(dh[t], slope[t], out=da[t])
            if t:
                dh[t - 1] += da[t] @ recurrent
        grad_inputs = da @ float64(self.weights["weight_ih"])
        previous_h = delay(signals["h"], self.fill_states(initial, hidden)["h"])
        grad_initial = {"h": da[0] @ recurrent}
        return Backward({"a": da, "h": dh}, grad_inputs, da, previous_h, grad_initial)

    def linearize(
        self, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
    ) -> Linearization:
        w = {name: float64(value) for name, value in self.weights.items()}
        slope = self._activation_slope(signals["h"])[..., None]
        return Linearization(
            lambda t, v: (slope[t] * w["weight_hh"]) @ v, lambda t: slope[t] * w["weight_ih"]
        )

    def _activation_slope(self, h: Array) -> Array:
        """Give dh/da, from h: the slope of tanh is ``1 - h^2``."""
        slope: Array = (h > 0).astype(np.float64) if self.values["relu"] else 1.0 - h**2
        return slope


CELL = RNN
