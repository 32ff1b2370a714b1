"""A word that is read by its spelling: its trace, and the words whose vectors are nearest."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gatescope.analysis.spelling import SIMILAR, find_similar, measure_cosines
from gatescope.analysis.tracer import record
from gatescope.contracts import UNKNOWN_ROW, Encoding, float64
from gatescope.nn.answers import differentiate_loss
from gatescope.nn.network import build_plain
from gatescope.nn.ngrams import list_ngrams
from gatescope.registry import find_cells
from torch import Tensor

from tests.made_up import WORDS, LastStep, differ, draw_encoding, draw_network, misspell

ENCODING = misspell(draw_encoding(9), {2: "otimmo", 5: "❤", 8: "ruím"})
VOCABULARY = [f"w{k}" for k in range(WORDS)]
CELLS = find_cells()


def spell_by_hand(weights: dict[str, Tensor]) -> Tensor:
    """Write x, ``[T, X]``, as the paper says it."""
    rows = []
    for token, row in zip(ENCODING.tokens, ENCODING.token_ids, strict=True):
        x = weights["embedding.weight"][row]
        ngrams = list_ngrams(token, 30) if row == UNKNOWN_ROW and token[0] != "w" else ()
        if ngrams:
            x = x + sum(weights["ngram_embedding.weight"][k] for k in ngrams) / len(ngrams)
        rows.append(x)
    return torch.stack(rows)


@pytest.mark.parametrize("closed_form", [True, False])
@pytest.mark.parametrize("name", [name for name, cell in CELLS.items() if cell.layer])
def test_the_trace_is_that_of_plain_pytorch(name: str, closed_form: bool) -> None:
    network = draw_network(CELLS[name], 6, ngrams=30)
    trace = record(network, LastStep(), ENCODING, "yes", closed_form=closed_form)
    free = {key: value.clone().requires_grad_() for key, value in network.weights.items()}
    plain = build_plain(CELLS[name], network.shape).double()
    plain.load_state_dict(free, assign=True)
    h = plain.recur(spell_by_hand(free)[None])[0]
    loss = torch.nn.functional.cross_entropy(plain.readout(h[-1:]), torch.tensor([1]))
    loss.backward()  # type: ignore[no-untyped-call]
    assert trace.loss == pytest.approx(loss.item(), rel=1e-12)
    assert differ(trace.signals["layers.0.h"], float64(h)) < 1e-12
    probabilities = plain.readout(h).softmax(1)
    assert differ(trace.probabilities, float64(probabilities)) < 1e-12


@pytest.mark.parametrize("name", CELLS)
def test_both_ways_to_a_trace_agree(name: str) -> None:
    network = draw_network(CELLS[name], 6, layers=2, bidirectional=True, ngrams=30)
    one, other = (
        record(network, LastStep(), ENCODING, closed_form=closed_form)
        for closed_form in (True, False)
    )
    for key in one.signals:
        assert differ(one.signals[key], other.signals[key]) < 1e-10, key
        assert differ(one.gradients[key], other.gradients[key]) < 1e-10, key


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_at_a_spelled_vector_is_that_of_autograd(name: str) -> None:
    network = draw_network(CELLS[name], 6, ngrams=30)
    trace = record(network, LastStep(), ENCODING, "yes")
    layers = network.replay(float64(network.read(ENCODING)), trace.signals)
    targets = np.array([-100] * 8 + [1])
    back = network.backward(layers, differentiate_loss(trace.probabilities, targets))
    x = spell_by_hand(dict(network.weights)).requires_grad_()
    logits = network.read_out(network.recur(x))
    loss = torch.nn.functional.cross_entropy(logits[-1:], torch.tensor([1]))
    loss.backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert differ(back["layers.0"].grad_inputs, float64(x.grad)) < 1e-10


def test_the_nearest_words_are_those_of_the_largest_cosine() -> None:
    network = draw_network(CELLS["gru"], 4, ngrams=30)
    similar = find_similar(network, ENCODING, VOCABULARY)
    assert similar is not None
    assert [len(words) for words in similar] == [0, 0, SIMILAR, 0, 0, 0, 0, 0, SIMILAR]
    x, rows = spell_by_hand(dict(network.weights)), network.weights["embedding.weight"]
    for step in (2, 8):
        cosines = torch.nn.functional.cosine_similarity(x[step], rows[2:], dim=1)
        best = cosines.argsort(descending=True)[:SIMILAR].tolist()
        assert [word.token for word in similar[step]] == [f"w{2 + k}" for k in best]
        for word, k in zip(similar[step], best, strict=True):
            assert word.cosine == pytest.approx(float(cosines[k]), rel=1e-12)


def test_many_words_are_compared_as_each_alone() -> None:
    network = draw_network(CELLS["gru"], 4, ngrams=30)
    tokens = tuple(f"zz{k}y" for k in range(70))
    similar = find_similar(network, Encoding(tokens, (1,) * 70, (False,) * 70), VOCABULARY, 4)
    assert similar is not None
    for token, words in zip(tokens, similar, strict=True):
        alone = find_similar(network, Encoding((token,), (1,), (False,)), VOCABULARY, 4)
        assert alone is not None
        assert [word.token for word in words] == [word.token for word in alone[0]]
        assert len(words) == 4
    (all_words,) = find_similar(network, Encoding(("zz",), (1,), (False,)), VOCABULARY, 99) or ((),)
    assert sorted(word.token for word in all_words) == sorted(VOCABULARY[2:])


def test_nothing_is_near_where_all_is_known_and_a_network_without_ngrams_says_so() -> None:
    network = draw_network(CELLS["rnn"], 4, ngrams=30)
    assert find_similar(network, draw_encoding(3), VOCABULARY) == ((), (), ())
    assert find_similar(draw_network(CELLS["rnn"], 4), ENCODING, VOCABULARY) is None


def test_the_cosine_with_a_zero_row_is_zero() -> None:
    found = measure_cosines(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([[0.0, 2.0], [0.0, 0.0]]))
    assert found.tolist() == [[0.8, 0.0], [0.0, 0.0]]
