from __future__ import annotations

import shutil
from dataclasses import fields
from functools import partial
from pathlib import Path

from gatescope import __version__
from gatescope.contracts import TokenTask
from gatescope.i18n import load_catalogues
from gatescope.limits import LIMITS
from gatescope.main import create_app
from gatescope.nn.checkpoint import load_model
from gatescope.registry import find_cells, find_models, find_tasks
from gatescope.serving.schemas import Catalog
from gatescope.serving.service import load_service
from starlette.testclient import TestClient

from tests.asking import MODEL, ask


def test_the_catalogue_names_every_plug_in(client: TestClient) -> None:
    body = client.get("/api/catalog").json()
    assert body["version"] == __version__
    assert [one["id"] for one in body["cells"]] == list(find_cells())
    assert [one["id"] for one in body["tasks"]] == sorted(
        find_tasks(), key=lambda name: (find_tasks()[name].order, name)
    )
    assert [one["id"] for one in body["models"]] == list(find_models())
    assert body["limits"] == LIMITS.model_dump()
    Catalog.model_validate(body)


def test_a_cell_comes_with_its_signals_and_settings(client: TestClient) -> None:
    for told in client.get("/api/catalog").json()["cells"]:
        cell = find_cells()[told["id"]]
        assert [one["name"] for one in told["signals"]] == [one.name for one in cell.signals]
        assert [one["name"] for one in told["settings"]] == [one.name for one in cell.settings]
        for one, own in zip(told["settings"], cell.settings, strict=True):
            assert set(one) == {field.name for field in fields(own)}  # nothing of it is lost
            assert one["role"] == own.role
        assert told["states"] == list(cell.states)


def test_a_task_that_reads_characters_says_so(client: TestClient) -> None:
    for told in client.get("/api/catalog").json()["tasks"]:
        task = find_tasks()[told["id"]]
        if not isinstance(task, TokenTask):
            continue
        tokens = [token for one in task.examples for token in task.tokenize(one.value)]
        apart = all(len(token) == 1 for token in tokens)
        assert told["reads"] == ("characters" if apart else "words"), told["id"]


def test_everything_to_be_read_is_there_in_every_language(client: TestClient) -> None:
    body = client.get("/api/catalog").json()
    words = [one["title"] for one in body["cells"] + body["tasks"]]
    words += [
        text for one in body["cells"] for s in one["signals"] for text in (s["title"], s["says"])
    ]
    words += [s["means"] for one in body["cells"] for s in one["signals"] if s["means"]]
    words += [s["title"] for one in body["cells"] for s in one["settings"]]
    words += [text for one in body["tasks"] for text in one["labels"].values()]
    words += [example["look"] for one in body["tasks"] for example in one["examples"]]
    assert len(words) > 20
    for text in words:
        assert set(text) == set(load_catalogues())
        assert all(text.values())


def test_a_model_comes_with_its_measured_figures(client: TestClient) -> None:
    for told in client.get("/api/catalog").json()["models"]:
        model = load_model(find_models()[told["id"]])
        assert told["facts"] == model.facts
        assert told["hidden"] == model.shape.hidden
        assert told["parameters"] == sum(value.numel() for value in model.weights.values())
        assert told["bytes"] == model.path.stat().st_size
        cell = find_cells()[told["cell"]]
        rows = model.shape.layers * len(model.shape.directions)
        assert len(told["signals"]) == rows * len(cell.signals)


def test_a_file_that_cannot_be_read_stands_in_the_catalogue_and_stops_nothing(
    tmp_path: Path,
) -> None:
    shutil.copy(find_models()[MODEL], tmp_path)
    (tmp_path / "broken.safetensors").write_bytes(b"not a model")
    app = create_app(load=partial(load_service, folder=tmp_path), wait=True)
    with TestClient(app, base_url="http://localhost") as client:
        (warning,) = client.get("/api/catalog").json()["warnings"]
        assert warning["file"] == "broken.safetensors"
        assert warning["message"].startswith("broken.safetensors: ")
        assert client.get("/readyz").status_code == 200
        assert client.post("/api/trace", json=ask()).status_code == 200
        assert client.get("/api/models/broken/weights").status_code == 404


def test_the_shipped_models_come_without_a_warning(client: TestClient) -> None:
    assert client.get("/api/catalog").json()["warnings"] == []
