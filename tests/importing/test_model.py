"""An opened file as the dashboard serves it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from gatescope.contracts import InvalidInput
from gatescope.importing.answers import Answers
from gatescope.importing.model import OpenedModel, make_model, name_model, open_model, redraw
from gatescope.importing.reading import open_file
from gatescope.nn.chain import Chain
from gatescope.nn.network import Initialization
from gatescope.serving.comparison import compare_gradients
from gatescope.serving.schemas import GradientRequest, TraceRequest
from gatescope.serving.service import Service
from torch import nn

from tests.formats.test_pytorch import Reader, ask, draw
from tests.made_up import write_speller

KERAS = Path(__file__).parent.parent / "formats" / "keras"
WORDS = ["<pad>", "<unk>", "a", "good", "bad", "film", *(f"word{k}" for k in range(24))]


def serve(path: Path, given: Answers | None = None) -> tuple[OpenedModel, Service]:
    model = make_model(open_file(path, given), path)
    return model, Service({model.id: model})


def save_reader(folder: Path, kind: str = "LSTM", place: str = "last", **more: Any) -> Path:
    path = folder / "My Net (2).pt"
    torch.save(draw(Reader(kind, place, **more)).state_dict(), path)
    return path


def trace(service: Service, model: str, text: str, **more: Any) -> Any:
    wanted = {"model": model, "input": {"text": text}, **more}
    return service.trace(TraceRequest.model_validate(wanted))


def test_an_id_is_made_of_the_stem() -> None:
    assert name_model(Path("a/My Net (2).pt")) == "own-my-net-2"
    assert name_model(Path("ção.h5")) == "own-o"
    assert name_model(Path("---.h5")) == "own-network"


def test_a_text_is_read_by_the_vocabulary_and_answered_as_by_the_module(tmp_path: Path) -> None:
    path = save_reader(tmp_path)
    model, service = serve(path, Answers(vocabulary=WORDS, labels=["no", "so", "yes"]))
    found = trace(service, model.id, "A good film, unheard!")
    assert found.tokens == ("a", "good", "film", "unheard")
    assert (found.token_ids, found.known) == ((2, 3, 5, 1), (True, True, True, False))
    assert found.classes == ("no", "so", "yes")
    expected = torch.from_numpy(ask(draw(Reader("LSTM", "last")), torch.tensor([2, 3, 5, 1])))
    np.testing.assert_allclose(found.probabilities[-1], expected.softmax(-1), atol=1e-6)
    assert found.signals["layers.0.f"].shape == (4, 5)


def test_without_a_vocabulary_ids_are_typed(tmp_path: Path) -> None:
    model, service = serve(save_reader(tmp_path))
    assert trace(service, model.id, "3 1 29").token_ids == (3, 1, 29)
    for text in ("3 30", "good", "-1"):
        with pytest.raises(InvalidInput) as raised:
            trace(service, model.id, text)
        assert (raised.value.code, raised.value.values["limit"]) == ("tokens_not_ids", 29)


@pytest.mark.parametrize("name", ["lstm_last.keras", "lstm_mask.keras", "every_step.keras"])
def test_a_keras_file_is_traced_with_its_own_outputs(name: str) -> None:
    model, service = serve(KERAS / name, Answers(output="softmax"))
    known = json.loads((KERAS / "expected.json").read_text(encoding="utf-8"))[name]
    found = trace(service, model.id, " ".join(map(str, known["inputs"])))
    outputs = np.array(known["outputs"])
    if model.task.topology == "many-to-many":
        outputs = outputs[-1]
    if len(outputs) == 1:
        outputs = np.array([1 - outputs[0], outputs[0]])
    np.testing.assert_allclose(found.probabilities[-1], outputs, atol=1e-5)
    if name == "lstm_mask.keras":  # the padding at the end is not read
        assert len(found.tokens) == len(known["inputs"]) - 2


def test_a_variant_is_told_and_kept_when_a_setting_is_changed(tmp_path: Path) -> None:
    path = save_reader(tmp_path, "RNN", nonlinearity="relu")
    model, service = serve(path, Answers(nonlinearity="relu"))
    assert trace(service, model.id, "1 2").about["settings"] == {"relu": 1.0}
    changed = trace(service, model.id, "1 2", settings={"relu": 0.0})
    assert changed.about["settings"] == {"relu": 0.0}
    assert (changed.signals["layers.0.h"] < 0).any()
    before, service = serve(KERAS / "gru_before.keras", Answers(output="softmax"))
    assert trace(service, before.id, "1 2").about["settings"] == {"reset_before": 1.0}


def test_a_model_of_gatescopes_own_is_read_by_its_task(tmp_path: Path) -> None:
    path = write_speller(tmp_path / "Mine.safetensors")
    opened, model = open_model(path)
    assert (opened, model.id, model.task_id) == (None, "own-mine", "sentiment")
    assert open_file(path).understanding.format == "GateScope, sentiment"
    found = trace(Service({model.id: model}), model.id, "A wonderfull film.")
    assert found.tokens == ("a", "wonderfull", "film", ".")
    assert found.similar is not None


def test_padding_fills_a_text_up_as_in_training(tmp_path: Path) -> None:
    path = save_reader(tmp_path)
    for side, expected in (("before", (0, 0, 2, 3)), ("after", (2, 3, 0, 0))):
        given = Answers.model_validate(
            {"vocabulary": WORDS, "padding": {"length": 4, "side": side}}
        )
        model, service = serve(path, given)
        assert trace(service, model.id, "a good").token_ids == expected


def test_networks_that_were_opened_are_compared(tmp_path: Path) -> None:
    model, service = serve(save_reader(tmp_path, "GRU", "ends", bidirectional=True))
    wanted = {
        "input": {"text": "1 2 3 4 5 6"},
        "clip": 0.1,
        "networks": [
            {"model": model.id},
            {"model": model.id, "weights": "fresh", "start": "orthogonal", "seeds": 2},
            {"model": model.id, "weights": "fresh", "width": 9},
        ],
    }
    found = compare_gradients(service, GradientRequest.model_validate(wanted)).networks
    assert [network.width for network in found] == [5, 5, 9]
    module = draw(Reader("GRU", "ends", bidirectional=True))
    for value in module.parameters():
        value.requires_grad_()
    logits = module(torch.arange(1, 7)[None])
    target = torch.tensor([int(logits.argmax())])
    nn.functional.cross_entropy(logits, target).backward()  # type: ignore[no-untyped-call]
    # Batch normalisation's scale and shift are one affine map here, and not counted.
    counted = [
        value.grad for name, value in module.named_parameters() if not name.startswith("fc.0")
    ]
    norm = torch.nn.utils.get_total_norm([grad for grad in counted if grad is not None])
    assert found[0].clipped is not None
    assert found[0].clipped[0] == pytest.approx(norm.item(), rel=1e-5)


def test_the_catalogue_lists_the_task_and_the_model(tmp_path: Path) -> None:
    model, service = serve(save_reader(tmp_path), Answers(vocabulary=WORDS))
    catalog = service.catalog()
    assert catalog.tasks[0].id == model.id
    assert [one.id for one in catalog.models] == [model.id]
    example = catalog.tasks[0].examples[0].text
    assert all(trace(service, model.id, example).known)


def test_fresh_weights_are_drawn_by_the_seed(tmp_path: Path) -> None:
    model, service = serve(save_reader(tmp_path), Answers(vocabulary=WORDS))
    first, again, other = (
        trace(service, model.id, "a good", weights="fresh", seed=seed).probabilities[-1]
        for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()
    drawn = Chain(redraw(model.structure, 1, Initialization("identity")))
    block = drawn.weights["recurrent.weight_hh_l0"][:5]
    assert torch.equal(block, torch.eye(5, dtype=torch.float64))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("rnn_relu.keras", "not_shown_numbers"),
        ("gru_after.keras", "not_shown_outputs"),
    ],
)
def test_what_the_page_cannot_show_yet_is_told(name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        serve(KERAS / name, Answers(output="identity"))
    assert raised.value.code == code


def test_a_network_without_a_readout_or_of_two_cells_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    torch.save(nn.LSTM(3, 4).state_dict(), path)
    with pytest.raises(InvalidInput) as raised:
        serve(path)
    assert raised.value.code == "not_shown_states"
    with pytest.raises(InvalidInput) as raised:
        serve(KERAS / "legacy.h5")
    assert raised.value.code == "not_shown_cells"


def test_labels_must_be_as_many_as_the_answers(tmp_path: Path) -> None:
    path = save_reader(tmp_path)
    for labels, code in ((["a"], "labels_count"), (["a", "b", "a"], "labels_twice")):
        with pytest.raises(InvalidInput) as raised:
            serve(path, Answers(labels=labels))
        assert raised.value.code == code
