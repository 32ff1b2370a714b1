"""A spiking cell: a membrane leaks and integrates, and fires where it passes its threshold."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import linear

from ..contracts import Cell, Hue, Setting, Signal, State, Tap, Text

THRESHOLD = 1.0


class LIF(Cell):
    """Leaky integrate-and-fire units that hear each other's spikes (Lapicque 1907).

    ``u_t = β u_{t-1} + a_t - θ s_{t-1}``, ``s_t = 1 where u_t > θ, else 0``, with the current
    ``a_t = W_ih x_t + b_ih + W_hh s_{t-1} + b_hh`` and θ = 1; the readout takes the trace
    ``h_t = β h_{t-1} + (1 - β) s_t``, as a synapse smooths what it receives. PyTorch has no such
    layer; current, membrane and spikes are snnTorch's ``RLeaky`` (Eshraghian et al. 2023), its
    reset by subtraction, through which no gradient goes, included.

    The derivative of a spike is 0 wherever there is one. In its place stands that of
    ``atan(π (u - θ)) / π`` (Fang et al. 2021), a *surrogate* (Neftci, Mostafa and Zenke 2019): the
    gradients through this cell are no derivatives of its loss.
    """

    title = Text("Spiking (LIF)", "De disparos (LIF)")
    year = 1907
    source = (
        "Lapicque (1907), Recherches quantitatives sur l'excitation électrique des nerfs; Neftci, "
        "Mostafa and Zenke (2019), Surrogate gradient learning in spiking neural networks"
    )
    hue = Hue("#A8660B", "#F0B45E")
    states = ("u", "s", "h")
    output = "h"
    surrogate = True
    settings = (
        Setting(
            name="beta",
            title=Text("β, how much of the membrane stays", "β, quanto da membrana permanece"),
            short=Text("β {value}", "β {value}"),
            default=0.9,
            low=0.0,
            high=0.99,
            step=0.01,
        ),
    )
    signals = (
        Signal(
            name="a",
            kind="preactivation",
            role="preactivation",
            title=Text("current", "corrente"),
            means=Text(
                "the current: what enters at this step and the spikes of the step before, each "
                "times its weights, added up",
                "a corrente: o que entra neste passo e os disparos do passo anterior, cada um "
                "vezes os seus pesos, somados",
            ),
            formula="a_t = W_ih x_t + b_ih + W_hh s_t−1 + b_hh",
            numbers="a = {a}",
            says=Text(
                "“{token}” and the last spikes, added up: {value} on average",
                "“{token}” e os últimos disparos, somados: {value} em média",
            ),
            backward="∂L/∂a_t = ∂L/∂u_t",
            back_numbers="∂L/∂a = {∂u} = {∂a}",
        ),
        Signal(
            name="u",
            kind="state",
            role="cell",
            title=Text("membrane potential", "potencial da membrana"),
            means=Text(
                "the membrane: it adds up the current, leaks by β at every step, and falls by 1 "
                "after a spike",
                "a membrana: soma a corrente, vaza por β a cada passo e cai 1 depois de um disparo",
            ),
            formula="u_t = β u_t−1 + a_t − s_t−1",
            numbers="u = β · {u-1} + {a} − {s-1} = {u}",
            says=Text(
                "the charge that the units hold, below 1 until they fire; length {before} → "
                "{length}",
                "a carga que as unidades guardam, abaixo de 1 até dispararem; norma {before} → "
                "{length}",
            ),
            backward="∂L/∂u_t = β ∂L/∂u_t+1 + ∂L/∂s_t / (1 + π² (u_t − 1)²)",
            back_numbers="∂L/∂u = {∂u}",
        ),
        Signal(
            name="s",
            kind="state",
            role="output",
            title=Text("spike", "disparo"),
            means=Text(
                "the spike: 1 where the membrane passes 1, else 0. Its true derivative is 0, so a "
                "smooth curve's stands in for it on the way back: a surrogate gradient",
                "o disparo: 1 onde a membrana passa de 1, senão 0. A derivada verdadeira é 0; na "
                "volta, a de uma curva suave fica no lugar dela: um gradiente substituto",
            ),
            formula="s_t = 1 if u_t > 1 else 0",
            numbers="s = {s}, u = {u}",
            says=Text(
                "{percent} of the units fire; the others say nothing",
                "{percent} das unidades disparam; as outras não dizem nada",
            ),
            low=0.0,
            high=1.0,
            backward="∂L/∂s_t = W_hhᵀ ∂L/∂a_t+1 + (1 − β) ∂L/∂h_t",
            back_numbers="∂L/∂s = {∂s}",
        ),
        Signal(
            name="h",
            kind="state",
            role="hidden",
            title=Text("trace of the spikes", "traço dos disparos"),
            means=Text(
                "the trace: a mean of the spikes in which older ones fade by β; the answer is "
                "read from it",
                "o traço: uma média dos disparos em que os antigos somem por β; a resposta é "
                "lida dele",
            ),
            formula="h_t = β h_t−1 + (1 − β) s_t",
            numbers="h = β · {h-1} + (1 − β) · {s} = {h}",
            says=Text(
                "how often each unit fired of late: {value} on average",
                "com que frequência cada unidade disparou há pouco: {value} em média",
            ),
            low=0.0,
            high=1.0,
            backward="∂L/∂h_t = β ∂L/∂h_t+1 + W_yᵀ ∂L/∂y_t",
            back_numbers="∂L/∂h = {∂h}",
        ),
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
        w, beta = self.weights, self.values["beta"]
        heard = linear(state["s"], w["weight_hh"], w["bias_hh"])
        a = tap("a", linear(x, w["weight_ih"], w["bias_ih"]) + heard)
        u = tap("u", beta * state["u"] + a - THRESHOLD * state["s"].detach())
        s = tap("s", fire(u - THRESHOLD))
        return {"u": u, "s": s, "h": tap("h", beta * state["h"] + (1 - beta) * s)}


def fire(above: Tensor) -> Tensor:
    """Give 1 where ``above`` is positive, else 0; its gradient is that of ``atan(π above) / π``."""
    surrogate = torch.atan(math.pi * above) / math.pi
    return (above > 0).to(above.dtype) + (surrogate - surrogate.detach())


CELL = LIF
