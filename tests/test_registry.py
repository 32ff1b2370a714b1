from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import gatescope.cells
import gatescope.tasks
import pytest
from gatescope import registry
from gatescope.contracts import Cell, InvalidInput, Task
from gatescope.registry import MODELS, choose, find_cells, find_models, find_tasks

from tests.plug_ins import is_shipped

ROOT = Path(registry.__file__).parent


def list_stems(folder: str) -> list[str]:
    stems = (p.stem for p in (ROOT / folder).glob("*.py") if p.stem != "__init__")
    return sorted(stem.replace("_", "-") for stem in stems)


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second folder of plug-ins, as if the files had been dropped beside the shipped ones."""
    for package in (gatescope.cells, gatescope.tasks):
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    find_cells.cache_clear()
    find_tasks.cache_clear()
    yield tmp_path
    for path in tmp_path.glob("*.py"):
        for package in (gatescope.cells, gatescope.tasks):
            sys.modules.pop(f"{package.__name__}.{path.stem}", None)
            package.__dict__.pop(path.stem, None)
    find_cells.cache_clear()
    find_tasks.cache_clear()


def test_the_file_name_is_the_id_of_a_cell() -> None:
    shipped = [name for name in find_cells() if is_shipped(name)]
    assert shipped == list_stems("cells")
    assert list(find_cells()) == sorted(find_cells())
    for name, cell in find_cells().items():
        assert issubclass(cell, Cell)
        assert cell.__module__ == f"gatescope.cells.{name.replace('-', '_')}"


def test_the_file_name_is_the_id_of_a_task() -> None:
    assert list(find_tasks()) == list_stems("tasks")
    for name, task in find_tasks().items():
        assert isinstance(task, Task)
        assert type(task).__module__ == f"gatescope.tasks.{name.replace('-', '_')}"


def test_the_file_name_is_the_id_of_a_model(tmp_path: Path) -> None:
    for name in ("b.safetensors", "a.safetensors", "c.training", "notes.txt"):
        (tmp_path / name).touch()
    assert list(find_models(tmp_path)) == ["a", "b"]
    assert find_models(tmp_path)["a"] == tmp_path / "a.safetensors"


def test_an_empty_folder_has_no_models(tmp_path: Path) -> None:
    assert find_models(tmp_path) == {}


def test_a_cell_that_is_dropped_in_is_found(dropped: Path) -> None:
    (dropped / "elman.py").write_text("from gatescope.cells.rnn import RNN\n\nCELL = TASK = RNN\n")
    assert "elman" in find_cells()
    assert find_cells()["elman"] is find_cells()["rnn"]


def test_a_task_that_is_dropped_in_is_found(dropped: Path) -> None:
    (dropped / "reviews.py").write_text(
        "from gatescope.tasks.sentiment import TASK\n\nCELL = TASK\n"
    )
    assert "reviews" in find_tasks()


def test_what_was_dropped_in_is_gone_again() -> None:
    assert "elman" not in find_cells()
    assert "reviews" not in find_tasks()


def test_a_cell_that_the_tests_bring_is_found_in_its_own_folder() -> None:
    assert not is_shipped("minimal-gated")
    assert find_cells()["minimal-gated"].__name__ == "MinimalGated"
    assert find_cells()["minimal-gated"].forward is Cell.forward, "it brings its step alone"


def test_an_unknown_id_names_those_there_are() -> None:
    with pytest.raises(InvalidInput) as refusal:
        choose("model", {"a": 1, "b": 2}, "x" * 200)
    assert refusal.value.code == "unknown_model"
    assert refusal.value.field == "model"
    assert refusal.value.values == {"name": "x" * 80, "known": "a, b"}
    assert choose("model", {"a": 1}, "a") == 1
    with pytest.raises(InvalidInput) as refusal:
        choose("model", {}, "x")
    assert refusal.value.values["known"] == "-"


def test_the_shipped_models_lie_beside_the_code() -> None:
    assert MODELS == ROOT / "models"
    assert list(find_models()) == sorted(path.stem for path in MODELS.glob("*.safetensors"))
    assert find_models()
