"""docs/notebook.ipynb, cell by cell as a notebook runs it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebook.ipynb"


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell and give what its last line is, as a notebook shows it."""
    body = ast.parse(source)
    last = body.body[-1]
    if not isinstance(last, ast.Expr):
        exec(compile(body, NOTEBOOK.name, "exec"), names)
        return None
    body.body.pop()
    exec(compile(body, NOTEBOOK.name, "exec"), names)
    return eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)


def test_every_cell_of_the_notebook_runs(capsys: pytest.CaptureFixture[str]) -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    shown = []
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], "what it gives is not kept in the repository"
            value = run("".join(cell["source"]), names)
            if value is not None:
                shown.append(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))
    told = capsys.readouterr().out
    assert shown[0].startswith("<iframe srcdoc=")
    assert len(shown) == 3
    assert "encoder.layers.0.reverse.f" in told
    assert "What is left of the gradient" in told
    assert "training with dropout 0.5 between its layers" in told
    forget = names["trace"]["encoder.layers.0.f"].mean(axis=1)
    assert f"joy    forget gate {forget[-1]:.3f}" in told
