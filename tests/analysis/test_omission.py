"""Leaving a token out is reading the text that does not have it."""

from __future__ import annotations

import numpy as np
import pytest
from gatescope.analysis.omission import omit_each
from gatescope.analysis.tracer import record
from gatescope.nn.checkpoint import Model, load_model
from gatescope.nn.network import Network
from gatescope.registry import find_models

NAMES = ["sentiment-lstm", "sentiment-pt-jordan", "accents-lstm-bidirectional", "emotion-gru"]
TEXT = "um filme ótimo, não é rúim mas zzyzx"


@pytest.fixture(params=NAMES)
def model(request: pytest.FixtureRequest) -> Model:
    return load_model(find_models()[request.param])


def test_each_answer_is_that_of_the_text_without_the_token(model: Model) -> None:
    network = Network(model.cell, model.shape, model.weights)
    encoding = model.task.read(TEXT, model.index)
    outputs = omit_each(network, network.read(encoding))
    assert outputs is not None
    assert outputs.shape == (len(encoding.tokens), model.shape.classes)
    separator = "" if model.task_id == "accents" else " "
    for step in (0, 2, len(encoding.tokens) - 1):
        tokens = [token for k, token in enumerate(encoding.tokens) if k != step]
        shorter = model.task.read(separator.join(tokens), model.index)
        assert list(shorter.tokens) == tokens
        alone = record(network, model.task, shorter)
        answer = np.exp(outputs[step]) / np.exp(outputs[step]).sum()
        np.testing.assert_allclose(answer, alone.probabilities[-1], rtol=1e-9)


def test_without_its_only_token_a_text_has_no_answer(model: Model) -> None:
    network = Network(model.cell, model.shape, model.weights)
    encoding = model.task.read("a", model.index)
    assert omit_each(network, network.read(encoding)) is None
