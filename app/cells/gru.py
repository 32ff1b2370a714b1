"""The gated recurrent unit: two gates and no separate memory."""

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
    Hue,
    Linearization,
    Memory,
    Operation,
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


class GRU(Cell):
    """``h_t = (1 - z_t) n_t + z_t h_{t-1}`` (Cho et al. 2014), in PyTorch's form.

    PyTorch applies the reset gate after the matrix product, so ``b_hn`` stands inside it. The paper
    applies it before, as Keras does with ``reset_after=False``: the variant ``reset_before``.
    """

    title = Text("GRU", "GRU")
    year = 2014
    source = "Cho et al. (2014), Learning phrase representations using RNN encoder-decoder"
    hue = Hue("#1B7837", "#5CC97F")
    states = ("h",)
    layer = nn.GRU
    variants = (
        Setting(
            name="reset_before",
            title=Text(
                "the reset gate before the matrix product (Cho 2014)",
                "a porta de reset antes do produto pela matriz (Cho 2014)",
            ),
            short=Text("reset before", "reset antes"),
            default=0.0,
            low=0.0,
            high=1.0,
            step=1.0,
            role="reset",
        ),
        HARD_SIGMOID,
        RELU,
    )
    signals = (
        Signal(
            name="r",
            kind="gate",
            role="reset",
            title=Text("reset gate", "porta de reset"),
            means=Text(
                "how much of the old state helps to make the candidate: at 0 it is made "
                "almost from this {token_noun} alone",
                "quanto do estado antigo ajuda a formar o candidato: em 0 ele vem quase "
                "só desta {token_noun}",
            ),
            formula="r_t = σ(W_ir x_t + b_ir + W_hr h_t−1 + b_hr)",
            numbers="r = σ({pre}) = {r}",
            says=Text(
                "open {percent} on average to the past that enters the candidate",
                "aberta {percent} em média para o passado que entra no candidato",
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
            means=Text(
                "how much of the old state stays, unit by unit: 1 keeps it, 0 puts the "
                "candidate in its place",
                "quanto do estado antigo fica, unidade por unidade: 1 guarda, 0 põe o "
                "candidato no lugar",
            ),
            letters={"complement": "1 − z"},
            formula="z_t = σ(W_iz x_t + b_iz + W_hz h_t−1 + b_hz)",
            numbers="z = σ({pre}) = {z}",
            says=Text(
                "{percent} on average; of the old state’s length {kept} is kept",
                "{percent} em média; da norma do estado antigo fica {kept}",
            ),
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
            means=Text(
                "what would stand in place of the old state, made from this {token_noun} and "
                "what the reset gate lets through",
                "o que ficaria no lugar do estado antigo, feito desta {token_noun} e do que a "
                "porta de reset deixa passar",
            ),
            letters={"lectures": "h̃"},
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
            means=Text(
                "the state: old and new, mixed unit by unit; the answer and the next step read it",
                "o estado: o velho e o novo, misturados unidade por unidade; é o que a "
                "resposta e o próximo passo leem",
            ),
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
    operations = (
        Operation("z", "affine_sigmoid", ("x", "h_prev")),
        Operation("kept", "multiply", ("z", "h_prev"), title=Text("kept", "mantido")),
        Operation("replaced", "one_minus", ("z",), title=Text("1 − z", "1 − z")),
        Operation("r", "affine_sigmoid", ("x", "h_prev")),
        Operation("n", "affine_tanh", ("x", "h_prev", "r")),
        Operation("written", "multiply", ("replaced", "n"), title=Text("written", "escrito")),
        Operation("h", "add", ("kept", "written")),
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
        slope, squash = (
            self.values["hard_sigmoid"],
            torch.relu if self.values["relu"] else torch.tanh,
        )
        r = tap("r", squash_gate(from_x[0] + from_h[0], slope))
        z = tap("z", squash_gate(from_x[1] + from_h[1], slope))
        if self.values["reset_before"]:
            weight, bias = w["weight_hh"].chunk(3)[2], w["bias_hh"].chunk(3)[2]
            n = tap("n", squash(from_x[2] + linear(r * h, weight, bias)))
        else:
            n = tap("n", squash(from_x[2] + r * from_h[2]))
        return {"h": tap("h", (1 - z) * n + z * h)}

    def forward(self, x: Array, initial: StateArrays | None = None) -> dict[str, Array] | None:
        if self.is_variant:
            return None
        w = {name: float64(value) for name, value in self.weights.items()}
        hidden = w["weight_hh"].shape[1]
        steps, both = len(x), 2 * hidden  # both: the columns of r and z
        # sigmoid(a) = (tanh(a / 2) + 1) / 2: halve the preactivations of the gates beforehand.
        scale = np.repeat([0.5, 0.5, 1.0], hidden)
        from_x = (x @ w["weight_ih"].T + w["bias_ih"]) * scale  # [T, 3H]
        recurrent = np.ascontiguousarray(w["weight_hh"].T * scale)  # [H, 3H]
        bias = w["bias_hh"] * scale
        gates = np.ascontiguousarray(from_x[:, :both])
        n, h = np.ascontiguousarray(from_x[:, both:]), np.empty((steps, hidden))
        last_h, buffer = self.fill_states(initial, hidden)["h"], np.empty(hidden)
        for t in range(steps):
            from_h = last_h @ recurrent
            from_h += bias
            gates_t, n_t = gates[t], n[t]
            gates_t += from_h[:both]
            np.tanh(gates_t, out=gates_t)
            gates_t *= 0.5
            gates_t += 0.5
            r, z = gates_t[:hidden], gates_t[hidden:]
            np.multiply(r, from_h[both:], out=buffer)
            n_t += buffer
            np.tanh(n_t, out=n_t)
            # h = n + z (h_{t-1} - n)
            np.subtract(last_h, n_t, out=buffer)
            buffer *= z
            last_h = np.add(n_t, buffer, out=h[t])
        return {
            "r": np.ascontiguousarray(gates[:, :hidden]),
            "z": np.ascontiguousarray(gates[:, hidden:]),
            "n": n,
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
        w = {name: float64(value) for name, value in self.weights.items()}
        r, z, n, h = (signals[name] for name in "rznh")
        steps, hidden = h.shape
        recurrent = w["weight_hh"]
        previous_h = delay(h, self.fill_states(initial, hidden)["h"])
        reset_input = previous_h @ recurrent[2 * hidden :].T + w["bias_hh"][2 * hidden :]
        dh_dn = (1.0 - z) * (1.0 - n**2)  # at the preactivation of n
        # dh/da for the recurrent preactivations of r and z, and for what r multiplies: [T, 3, H]
        slopes = np.stack(
            [dh_dn * reset_input * r * (1.0 - r), (previous_h - n) * z * (1.0 - z), dh_dn * r],
            axis=1,
        )
        dh = grad_output.copy()
        dh[-1] += self.fill_states(grad_final, hidden)["h"]
        da = np.empty((steps, 3, hidden))
        da_flat = da.reshape(steps, 3 * hidden)
        buffer = np.empty(hidden)
        for t in range(steps - 1, -1, -1):
            np.multiply(slopes[t], dh[t], out=da[t])
            if t:
                np.multiply(dh[t], z[t], out=buffer)
                buffer += da_flat[t] @ recurrent
                dh[t - 1] += buffer
        grad_signals = {
            "r": dh * dh_dn * reset_input,
            "z": dh * (previous_h - n),
            "n": dh * (1.0 - z),
            "h": dh,
        }
        from_x = da_flat.copy()
        from_x[:, 2 * hidden :] = dh * dh_dn
        grad_inputs = from_x @ w["weight_ih"]
        grad_initial = {"h": dh[0] * z[0] + da_flat[0] @ recurrent}
        return Backward(grad_signals, grad_inputs, da_flat, previous_h, grad_initial)

    def linearize(
        self, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
    ) -> Linearization | None:
        if self.is_variant:
            return None
        w = {name: float64(value) for name, value in self.weights.items()}
        r, z, n, h = (signals[name] for name in "rznh")
        hidden = h.shape[1]
        recurrent = w["weight_hh"].reshape(3, hidden, hidden)
        entering = w["weight_ih"].reshape(3, hidden, -1)
        previous_h = delay(h, self.fill_states(initial, hidden)["h"])
        reset_input = previous_h @ recurrent[2].T + w["bias_hh"][2 * hidden :]
        dh_dn = (1.0 - z) * (1.0 - n**2)
        dh_dr, dh_dz = dh_dn * reset_input * r * (1.0 - r), (previous_h - n) * z * (1.0 - z)
        from_h = np.stack([dh_dr, dh_dz, dh_dn * r], axis=1)[..., None]  # [T, 3, H, 1]
        from_x = np.stack([dh_dr, dh_dz, dh_dn], axis=1)[..., None]

        @lru_cache(CACHED_JACOBIANS)
        def state_jacobian(t: int) -> Array:
            jacobian: Array = np.einsum("ghu,ghk->hk", from_h[t], recurrent) + np.diag(z[t])
            return jacobian

        def state_jvp(t: int, v: Array) -> Array:
            if v.shape[1] >= hidden:
                return state_jacobian(t) @ v
            da = (w["weight_hh"] @ v).reshape(3, hidden, -1)
            dh: Array = np.einsum("ghu,ghk->hk", from_h[t], da) + z[t][:, None] * v
            return dh

        return Linearization(state_jvp, lambda t: np.einsum("ghu,ghk->hk", from_x[t], entering))

    def memory(self, signals: Mapping[str, Array]) -> Memory:
        return Memory("h", signals["z"], (1.0 - signals["z"]) * signals["n"])


CELL = GRU
