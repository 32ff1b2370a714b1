"""A bag of words: every word adds its own features to one sum, and their order cannot matter."""

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
    Memory,
    Operation,
    Signal,
    State,
    StateArrays,
    Tap,
    Text,
    delay,
    float64,
)


class Bag(Cell):
    """``h_t = h_{t-1} + tanh(W_ih x_t + b_ih)``: a feed-forward layer, summed over the words.

    There is no ``weight_hh``: a word is read the same whatever stood before it. With the readout
    on the sum this is the neural bag of words of Kalchbrenner et al. (2014).
    """

    title = Text("Bag of words (feed-forward)", "Saco de palavras (feed-forward)")
    year = 2014
    source = "Kalchbrenner et al. (2014), A convolutional neural network for modelling sentences"
    hue = Hue("#8A6D1B", "#D9BC62")
    states = ("h",)
    signals = (
        Signal(
            name="w",
            kind="candidate",
            role="candidate",
            title=Text("this word alone", "só esta palavra"),
            means=Text(
                "what this word adds to the sum, whatever stands before it",
                "o que esta palavra acrescenta à soma, seja o que for que veio antes",
            ),
            formula="w_t = tanh(W_ih x_t + b_ih)",
            numbers="w = tanh({pre}) = {w}",
            says=Text(
                "“{token}” is read by itself, the same at any place; length {length}",
                "“{token}” é lida sozinha, igual em qualquer lugar; norma {length}",
            ),
            low=-1.0,
            high=1.0,
        ),
        Signal(
            name="h",
            kind="state",
            role="hidden",
            title=Text("sum of the words so far", "soma das palavras até aqui"),
            means=Text(
                "the sum of what all words so far have added; the answer is read from it",
                "a soma do que todas as palavras até aqui acrescentaram; a resposta é lida dela",
            ),
            formula="h_t = h_t−1 + w_t",
            numbers="h = {h-1} + {w} = {h}",
            says=Text(
                "a sum does not know the order of its terms; length {length}",
                "uma soma não sabe a ordem das parcelas; norma {length}",
            ),
        ),
    )
    operations = (
        Operation("w", "affine_tanh", ("x",)),
        Operation("h", "add", ("h_prev", "w")),
    )

    @classmethod
    def shapes(cls, inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
        return {"weight_ih": (hidden, inputs), "bias_ih": (hidden,)}

    def step(self, x: Tensor, state: State, tap: Tap) -> State:
        word = tap("w", torch.tanh(linear(x, self.weights["weight_ih"], self.weights["bias_ih"])))
        return {"h": tap("h", state["h"] + word)}

    def forward(self, x: Array, initial: StateArrays | None = None) -> dict[str, Array]:
        word = np.tanh(x @ float64(self.weights["weight_ih"]).T + float64(self.weights["bias_ih"]))
        h = np.cumsum(word, axis=0)
        h += self.fill_states(initial, h.shape[1])["h"]
        return {"w": word, "h": h}

    def backward(
        self,
        x: Array,
        signals: Mapping[str, Array],
        grad_output: Array,
        initial: StateArrays | None = None,
        grad_final: StateArrays | None = None,
    ) -> Backward:
        hidden = grad_output.shape[1]
        dh = np.ascontiguousarray(np.cumsum(grad_output[::-1], axis=0)[::-1])
        dh += self.fill_states(grad_final, hidden)["h"]
        grad_inputs = (dh * (1.0 - signals["w"] ** 2)) @ float64(self.weights["weight_ih"])
        none = np.zeros((len(dh), 0))  # preactivations of W_hh, which there is not
        previous_h = delay(signals["h"], self.fill_states(initial, hidden)["h"])
        grad_signals, grad_initial = {"w": dh.copy(), "h": dh}, {"h": dh[0].copy()}
        return Backward(grad_signals, grad_inputs, none, previous_h, grad_initial)

    def linearize(
        self, x: Array, signals: Mapping[str, Array], initial: StateArrays | None = None
    ) -> Linearization:
        weight = float64(self.weights["weight_ih"])
        tanh_slope = (1.0 - signals["w"] ** 2)[..., None]
        return Linearization(lambda t, v: v, lambda t: tanh_slope[t] * weight)

    def memory(self, signals: Mapping[str, Array]) -> Memory:
        return Memory("h", np.ones_like(signals["w"]), signals["w"])


CELL = Bag
