"""The long short-term memory: a cell state that three gates guard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from ..contracts import (
    CACHED_JACOBIANS,
    HARD_SIGMOID,
    RELU,
    Array,
    Backward,
    Cell,
    FreshNetwork,
    Hue,
    Linearization,
    Memory,
    Operation,
    Preset,
    Setting,
    Signal,
    State,
    StateArrays,
    Tap,
    Text,
    delay,
    float64,
    squash_gate,
)


class LSTM(Cell):
    """``c_t = f_t c_{t-1} + i_t g_t``, ``h_t = o_t tanh(c_t)``.

    Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
    """

    title = Text("LSTM", "LSTM")
    year = 1997
    source = "Hochreiter & Schmidhuber (1997), Neural Computation 9; Gers et al. (2000)"
    hue = Hue("#2166AC", "#6FB1F2")
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
    variants = (HARD_SIGMOID, RELU)
    presets = (
        Preset(
            "forget",
            Text("the LSTM’s forget bias", "o viés de esquecimento da LSTM"),
            (
                FreshNetwork(),
                FreshNetwork(settings={"forget_bias": 1.0}),
                FreshNetwork(settings={"forget_bias": 3.0}),
                FreshNetwork(chrono=100),
            ),
        ),
    )
    signals = (
        Signal(
            name="i",
            kind="gate",
            role="input",
            title=Text("input gate", "porta de entrada"),
            means=Text(
                "how much of the candidate is written into the memory, unit by unit: 0 "
                "writes nothing, 1 all of it",
                "quanto do candidato é escrito na memória, unidade por unidade: 0 não "
                "escreve nada, 1 escreve tudo",
            ),
            formula="i_t = σ(W_ii x_t + b_ii + W_hi h_t−1 + b_hi)",
            numbers="i = σ({pre}) = {i}",
            says=Text(
                "open {percent} on average to what “{token}” would write",
                "aberta {percent} em média para o que “{token}” escreveria",
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
            means=Text(
                "how much of the old memory stays, unit by unit: 0 forgets it, 1 keeps it whole",
                "quanto da memória antiga fica, unidade por unidade: 0 esquece, 1 guarda inteira",
            ),
            formula="f_t = σ(W_if x_t + b_if + W_hf h_t−1 + b_hf)",
            numbers="f = σ({pre}) = {f}",
            says=Text(
                "open {percent} on average; of the old memory’s length {kept} is kept",
                "aberta {percent} em média; da norma da memória antiga fica {kept}",
            ),
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
            means=Text(
                "what this {token_noun}, with all that was read before it, proposes to write "
                "into the memory",
                "o que esta {token_noun}, com tudo o que veio antes dela, propõe escrever na "
                "memória",
            ),
            letters={"lectures": "C̃"},
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
            means=Text(
                "how much of the memory is shown to the answer and to the next step: 0 "
                "hides it, 1 shows all of it",
                "quanto da memória é mostrado à resposta e ao próximo passo: 0 esconde, "
                "1 mostra tudo",
            ),
            formula="o_t = σ(W_io x_t + b_io + W_ho h_t−1 + b_ho)",
            numbers="o = σ({pre}) = {o}",
            says=Text(
                "open {percent} on average to show the memory outside",
                "aberta {percent} em média para mostrar a memória",
            ),
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
            means=Text(
                "the memory: what was kept of the old one plus what was written, handed "
                "on to the next step",
                "a memória: o que ficou da antiga mais o que foi escrito, passada ao próximo passo",
            ),
            letters={"lectures": "C"},
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
            means=Text(
                "what the cell shows of its memory; the answer and all gates of the next "
                "step read it",
                "o que a célula mostra da memória; é o que a resposta e todas as portas "
                "do próximo passo leem",
            ),
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
    operations = (
        Operation("f", "affine_sigmoid", ("x", "h_prev")),
        Operation("kept", "multiply", ("f", "c_prev"), title=Text("kept", "mantido")),
        Operation("i", "affine_sigmoid", ("x", "h_prev")),
        Operation("g", "affine_tanh", ("x", "h_prev")),
        Operation("written", "multiply", ("i", "g"), title=Text("written", "escrito")),
        Operation("c", "add", ("kept", "written")),
        Operation("o", "affine_sigmoid", ("x", "h_prev")),
        Operation("tanh_c", "tanh", ("c",), title=Text("tanh(c)", "tanh(c)"), setting="relu"),
        Operation("h", "multiply", ("o", "tanh_c")),
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
        preactivations = linear(x, w["weight_ih"], w["bias_ih"]) + linear(
            state["h"], w["weight_hh"], w["bias_hh"]
        )
        i, f, g, o = preactivations.chunk(4, dim=-1)
        slope, squash = (
            self.values["hard_sigmoid"],
            torch.relu if self.values["relu"] else torch.tanh,
        )
        i = tap("i", squash_gate(i, slope))
        f = tap("f", squash_gate(f, slope))
        g = tap("g", squash(g))
        o = tap("o", squash_gate(o, slope))
        c = tap("c", f * state["c"] + i * g)
        return {"h": tap("h", o * squash(c)), "c": c}

    def forward(self, x: Array, initial: StateArrays | None = None) -> dict[str, Array] | None:
        if self.is_variant:
            return None
        w = {name: float64(value) for name, value in self.weights.items()}
        hidden = w["weight_hh"].shape[1]
        # sigmoid(a) = (tanh(a / 2) + 1) / 2, so one tanh serves all four blocks of a step.
        scale = np.full(4 * hidden, 0.5)
        scale[2 * hidden : 3 * hidden] = 1.0
        shift = 1.0 - scale
        gates = (x @ w["weight_ih"].T + (w["bias_ih"] + w["bias_hh"])) * scale  # [T, 4H]
        recurrent = np.ascontiguousarray(w["weight_hh"].T * scale)  # [H, 4H]
        steps = len(x)
        c, h = np.empty((steps, hidden)), np.empty((steps, hidden))
        start, buffer = self.fill_states(initial, hidden), np.empty(hidden)
        last_c, last_h = start["c"], start["h"]
        blocks = gates.reshape(steps, 4, hidden)
        for t in range(steps):
            gates_t = gates[t]
            gates_t += last_h @ recurrent
            np.tanh(gates_t, out=gates_t)
            gates_t *= scale
            gates_t += shift
            i, f, g, o = blocks[t]
            np.multiply(f, last_c, out=buffer)
            last_c = np.multiply(i, g, out=c[t])
            last_c += buffer
            last_h = np.tanh(last_c, out=h[t])
            last_h *= o
        by_gate = dict(zip("ifgo", blocks.transpose(1, 0, 2), strict=True))
        return {name: np.ascontiguousarray(value) for name, value in by_gate.items()} | {
            "c": c,
            "h": h,
        }

    def backward(
        self,
        x: Array,
        signals: Mapping[str, Array],
        grad_output: Array,
        initial: StateArrays | None = None,
        grad_final: StateArrays | None = None,
    ) -> Backward | None:
        if self.is_variant:
            return None
        recurrent = float64(self.weights["weight_hh"])
        i, f, g, o, c = (signals[name] for name in "ifgoc")
        steps, hidden = c.shape
        start, end = self.fill_states(initial, hidden), self.fill_states(grad_final, hidden)
        tanh_c, previous_c = np.tanh(c), delay(c, start["c"])
        dh_dc = o * (1.0 - tanh_c**2)
        slopes = _gate_slopes(i, f, g, o, previous_c, tanh_c)
        dh, dc = grad_output.copy(), np.zeros((steps, hidden))
        dh[-1] += end["h"]
        dc[-1] = end["c"]
        da = np.empty((steps, 4, hidden))
        da_flat = da.reshape(steps, 4 * hidden)
        buffer = np.empty(hidden)
        for t in range(steps - 1, -1, -1):
            np.multiply(dh[t], dh_dc[t], out=buffer)
            dc[t] += buffer
            np.multiply(slopes[t, :3], dc[t], out=da[t, :3])
            np.multiply(slopes[t, 3], dh[t], out=da[t, 3])
            if t:
                dh[t - 1] += da_flat[t] @ recurrent
                np.multiply(dc[t], f[t], out=dc[t - 1])
        grad_signals = {
            "i": dc * g,
            "f": dc * previous_c,
            "g": dc * i,
            "o": dh * tanh_c,
            "c": dc,
            "h": dh,
        }
        grad_inputs = da_flat @ float64(self.weights["weight_ih"])
        previous_h = delay(signals["h"], start["h"])
        grad_initial = {"h": da_flat[0] @ recurrent, "c": dc[0] * f[0]}
        return Backward(grad_signals, grad_inputs, da_flat, previous_h, grad_initial)

    def linearize(
        self, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
    ) -> Linearization | None:
        if self.is_variant:
            return None
        i, f, g, o, c = (signals[name] for name in "ifgoc")
        hidden = c.shape[1]
        tanh_c = np.tanh(c)
        dh_dc = (o * (1.0 - tanh_c**2))[..., None]
        previous_c = delay(c, self.fill_states(initial, hidden)["c"])
        slopes = _gate_slopes(i, f, g, o, previous_c, tanh_c)[..., None]  # [T, 4, H, 1]
        forget = f[..., None]
        weight_hh = float64(self.weights["weight_hh"])
        recurrent = weight_hh.reshape(4, hidden, hidden)
        entering = float64(self.weights["weight_ih"]).reshape(4, hidden, -1)

        def state_change(t: int, da: Array) -> Array:
            """Give the change of h and c, ``[2H, k]``, for one of the preactivations ``[4, H, k]``.

            c_{t-1} is held fixed.
            """
            change: Array = np.empty((2 * hidden, da.shape[2]))
            dh, dc = change[:hidden], change[hidden:]
            np.einsum("ghu,ghk->hk", slopes[t, :3], da[:3], out=dc)
            np.multiply(dh_dc[t], dc, out=dh)
            dh += slopes[t, 3] * da[3]
            return change

        @lru_cache(CACHED_JACOBIANS)
        def hidden_jacobian(t: int) -> Array:
            return state_change(t, recurrent)

        def state_jvp(t: int, v: Array) -> Array:
            change: Array
            if v.shape[1] >= hidden:
                change = hidden_jacobian(t) @ v[:hidden]
            else:
                change = state_change(t, (weight_hh @ v[:hidden]).reshape(4, hidden, -1))
            dc = forget[t] * v[hidden:]  # along c_t = f_t c_{t-1}
            change[hidden:] += dc
            change[:hidden] += np.multiply(dh_dc[t], dc, out=dc)
            return change

        return Linearization(state_jvp, lambda t: state_change(t, entering))

    def memory(self, signals: Mapping[str, Array]) -> Memory:
        return Memory("c", signals["f"], signals["i"] * signals["g"])


def _gate_slopes(i: Array, f: Array, g: Array, o: Array, previous_c: Array, tanh_c: Array) -> Array:
    """Give dc/da for the preactivations of i, f and g, and dh/da for that of o: ``[T, 4, H]``."""
    to_c = [g * i * (1.0 - i), previous_c * f * (1.0 - f), i * (1.0 - g**2)]
    return np.stack([*to_c, tanh_c * o * (1.0 - o)], axis=1)


CELL = LSTM
