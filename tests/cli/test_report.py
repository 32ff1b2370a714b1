"""docs/models.md tells what the model files tell."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import gatescope
import pytest
from gatescope.cli.report import END, MARKER, fill_results, tabulate
from gatescope.contracts import Recipe, Scaling
from gatescope.nn.checkpoint import Model, load_model, save_model
from gatescope.nn.network import Shape, draw_weights
from gatescope.registry import find_cells, find_models, find_tasks

from tests.cli.command import fail, succeed

PAGE = Path(gatescope.__file__).parent.parent / "docs" / "models.md"


def test_the_page_of_models_is_what_the_command_writes(tmp_path: Path) -> None:
    """Where it is not: `gatescope models --markdown docs/models.md`."""
    page = PAGE.read_text(encoding="utf-8")
    path = tmp_path / "models.md"
    blank = re.sub(rf"(<!-- results: [^\n]*\n).*?(?={END})", r"\1", page, flags=re.DOTALL)
    assert "%" not in "".join(line for line in blank.splitlines() if line.startswith("| right"))
    path.write_text(blank, encoding="utf-8")
    assert succeed("models", "--markdown", str(path)) == ""
    assert path.read_text(encoding="utf-8") == page
    succeed("models", "--markdown", str(path))
    assert path.read_text(encoding="utf-8") == page, "writing it twice changes nothing"


def test_every_model_has_its_figure_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, path in find_models().items():
        model = load_model(path)
        figure = model.task.figure
        table = page.partition(MARKER.format(model.task_id))[2].partition(END)[0]
        rows = [
            [cell.strip() for cell in line.strip("|").split("|")]
            for line in table.splitlines()
            if line.startswith("|")
        ]
        column = next(row for row in rows if f"`{name}`" in row).index(f"`{name}`")
        values = {row[0]: row[column] for row in rows}
        test = model.facts["test"]
        label = {
            "accuracy": "right",
            "bits": "bits a step",
            "mae": f"mean absolute error over all {len(model.task.quantities)} forecasts",
        }[figure.name]
        label += f" ({test['samples']:,})"
        assert figure.format(test[figure.name]).startswith(values[label])
        assert values["epochs run"] == str(len(model.facts["validation"]["history"]))


def test_what_is_left_of_the_gradient_stands_in_the_table(tmp_path: Path) -> None:
    shares = {"median": 0.000754, "high": 0.1101}
    decay = {
        "samples": 100,
        "shortest": 60,
        "longest": 80,
        "remaining": {"layers.0.h": {"30": shares}, "layers.1.h": {"30": shares}},
    }
    lines = tabulate([make(tmp_path, "one", "sentiment", "rnn", decay=decay)]).splitlines()
    texts = "median of 100 test texts of 60 to 80 words; exceeded on one in ten"
    for state in ("h", "layers.1.h"):
        row = f"| left of the gradient along {state}, 30 words back ({texts}) | 0.00075, 0.11 |"
        assert row in lines


def make(tmp_path: Path, name: str, task: str, cell: str, **facts: object) -> Model:
    shape = Shape(9, 4, 6, len(find_tasks()[task].classes))
    words = ["<pad>", "<unk>", *"abcdefg"]
    path = tmp_path / f"{name}.safetensors"
    weights = draw_weights(find_cells()[cell], shape, 0)
    save_model(path, weights, task=task, cell=cell, vocabulary=words, facts=facts)
    return load_model(path)


def test_a_table_has_a_model_a_column_and_names_what_the_task_names(tmp_path: Path) -> None:
    recipe = {"rate": 0.5, "hidden": 6}
    test = {
        "accuracy": 0.5,
        "samples": 1_000,
        "sha256": "x",
        "parts": {"reviews": {"accuracy": 0.25, "samples": 20}, "secret": {"accuracy": 1.0}},
        "unnamed": 0.75,
    }
    one = make(tmp_path, "one", "sentiment", "rnn", recipe=recipe, test=test)
    two = make(tmp_path, "two", "sentiment", "gru", recipe=recipe | {"rate": 0.25})
    lines = tabulate([one, two]).splitlines()
    assert "|  | `one` | `two` |" in lines
    assert "| right (1,000) | 50.00 % | – |" in lines
    assert "| by kind of text, film reviews (20) | 25.00 % | – |" in lines
    assert "| rows of the embedding | 9 | 9 |" in lines
    assert "| `learning_rate` | 0.5 | 0.25 |" in lines
    assert not any("secret" in line or "unnamed" in line or line == "x" for line in lines)
    text = " ".join(lines)
    assert "`hidden_size` 6" in text
    assert f"`batch_size` {Recipe().batch_size}" in text


def test_everyday_sentences_calibration_and_the_baseline_stand_in_the_table(tmp_path: Path) -> None:
    plain = {"samples": 50, "right": 40, "accuracy": 0.8}
    neutral = {"samples": 9, "unsure": 0.25, "confidence": 0.625}
    english = {**plain, "neutral": neutral, "most": plain, "kinds": {"plain": plain}}
    facts = {
        "test": {"accuracy": 0.5, "samples": 20, "ece": 0.0123, "in_training": 1_234},
        "validation": {"accuracy": 0.75, "generated": {"accuracy": 0.875, "samples": 10}},
        "data": {"train": 90, "validation": 10, "sha256": ""},
        "calibration": {
            "temperature": 1.23456,
            "samples": 10,
            "ece_before": 0.05,
            "ece_after": 0.01,
        },
        "everyday": {"en": english},
    }
    model = make(tmp_path, "one", "sentiment", "rnn", **facts)
    baseline = {
        "data": {"train": 80, "sha256": ""},
        "test": {"accuracy": 0.625, "samples": 20},
        "everyday": {"en": {**english, "kinds": {"plain": {**plain, "accuracy": 0.5}}}},
    }
    lines = tabulate([model], baseline).splitlines()
    neutral_title = "everyday sentences, English: no opinion (9)"
    for line in (
        "|  | `one` | word pairs |",
        "| right (20) | 50.00 % | 62.50 % |",
        "| test texts that are in training, word for word | 1,234 | – |",
        "| everyday sentences, English (50) | 80.00 % | 80.00 % |",
        "| everyday sentences, English but irony (50) | 80.00 % | 80.00 % |",
        "| everyday sentences, English: plain (50) | 80.00 % | 50.00 % |",
        f"| {neutral_title}, less than 70 % sure | 25.00 % | 25.00 % |",
        f"| {neutral_title}, mean probability given | 62.50 % | 62.50 % |",
        "| best epoch on real texts held out (10) | 75.00 % | – |",
        "| that epoch on made-up sentences held out (10) | 87.50 % | – |",
        "| temperature | 1.235 | – |",
        "| expected calibration error on what was held out, before | 5.00 % | – |",
        "| expected calibration error on what was held out, after | 1.00 % | – |",
        "| expected calibration error on the test | 1.23 % | – |",
        "| answers trained on | 90 | 80 |",
    ):
        assert line in lines, line


def test_a_model_trained_elsewhere_tells_no_recipe(tmp_path: Path) -> None:
    own = make(tmp_path, "own", "sentiment", "rnn", recipe={"momentum": 0.9})
    assert tabulate([own]) == (
        "\n|  | `own` |\n| --- | ---: |\n| units | 6 |\n"
        f"| weights | {9 * 4 + 6 * 4 + 6 * 6 + 12 + 2 * 6 + 2} |\n| rows of the embedding | 9 |\n\n"
    )


def test_a_page_without_a_place_for_a_task_is_a_sentence(tmp_path: Path) -> None:
    own = make(tmp_path, "own", "sentiment", "rnn")
    marker = MARKER.format("sentiment")
    for text in ("", f"{marker}\n", f"{END}\n{marker}\n", MARKER.format("cloze") + f"\n{END}\n"):
        with pytest.raises(ValueError, match="it lacks the lines <!-- results: sentiment -->"):
            fill_results(text, [own])
    filled = fill_results(f"before\n{marker}\nold\n{END}\nafter\n", [own])
    assert filled.startswith(f"before\n{marker}\n\n|")
    assert filled.endswith(f"\n{END}\nafter\n")
    assert "old" not in filled
    page = tmp_path / "page.md"
    page.write_text("nothing", encoding="utf-8")
    shutil.copy(find_models()["cloze-gru"], tmp_path)
    said = fail("models", "--folder", str(tmp_path), "--markdown", str(page))
    assert said.startswith(f"{page}: it lacks the lines <!-- results: ")
    assert page.read_text() == "nothing"


def test_errors_of_forecasts_stand_in_the_table_beside_simple_ones(tmp_path: Path) -> None:
    errors = {"mae": 1.25, "rmse": 2.5, "mase": 0.75}
    far = {"mae": 3.0, "rmse": 4.0, "mase": 1.5}
    test = {
        "mae": 2.125,
        "rmse": 3.25,
        "samples": 1_500,
        "sha256": "x",
        "forecasts": {
            "1": {"network": errors, "last": far},
            "7": {"network": far, "last": {**far, "mae": 9.0}},
        },
        "free_run": {"60": {"network": far, "last": errors, "samples": 40}},
    }
    path = tmp_path / "one.safetensors"
    save_model(
        path,
        draw_weights(find_cells()["gru"], Shape(0, 1, 4, 2), 0),
        task="temperature",
        cell="gru",
        scaling=Scaling((11.0,), (4.0,)),
        facts={"test": test},
    )
    lines = tabulate([load_model(path)]).splitlines()
    for line in (
        "|  | `one` | the last value again |",
        "| mean absolute error over all 2 forecasts (1,500) | 2.125 °C | – |",
        "| next day: mean absolute error | 1.250 °C | 3.000 °C |",
        "| in a week: mean absolute error | 3.000 °C | 9.000 °C |",
        "| next day: root mean squared error | 2.500 °C | 4.000 °C |",
        "| free run, 60 ahead: mean absolute error (40 beginnings) | 3.000 °C | 1.250 °C |",
    ):
        assert line in lines
    scaled = "error, in errors of repeating the last value one step ahead"
    assert f"| next day: {scaled} | 0.750 | 1.500 |" in lines
    assert not any("embedding |" in line or "1500" in line for line in lines)
