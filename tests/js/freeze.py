"""Freezes what the server answers, for the unit tests of the page's scripts.

``python -m tests.js.freeze`` writes the files of tests/js/traces anew from the shipped models.
``tests/test_javascript.py`` holds them to what the server answers today.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette asks for httpx2 where there is httpx alone.
    from starlette.testclient import TestClient

import gatescope

FOLDER = Path(__file__).parent / "traces"
DIGITS = 10  # significant, of every number: enough for a tolerance of 1e-9

REVIEW = "I expected to hate this film, but I loved it."
FORCED = [
    {"signal": "layers.0.f", "value": 0.2, "step": None, "unit": None},
    {"signal": "layers.0.i", "value": "previous", "step": 3, "unit": 4},
]


def _ask(model: str, text: str, **rest: Any) -> dict[str, Any]:
    return {"model": model, "input": {"text": text}, **rest}


SPOTS = [[float(value)] for value in (21, 26, 33, 41, 40, 58, 59, 89, 77, 74, 124, 118, 111, 137)]
NIGHTS = [[14.8], [13.3], [None], [14.5], [14.3], [15.3], [16.4], [14.8], [17.4]]

TRACES: dict[str, dict[str, Any]] = {
    "sentiment-lstm": _ask("sentiment-lstm", REVIEW),
    "sentiment-lstm-forced": _ask("sentiment-lstm", REVIEW, interventions=FORCED),
    "sentiment-lstm-fresh": _ask("sentiment-lstm", REVIEW, weights="fresh", seed=1),
    "sentiment-gru": _ask("sentiment-gru", REVIEW),
    "sentiment-rnn": _ask("sentiment-rnn", REVIEW),
    "sentiment-lstm-one-word": _ask("sentiment-lstm", "wonderful"),
    "sentiment-lstm-unknown": _ask("sentiment-lstm", "a zzyzx of a film"),
    "sentiment-pt-lstm": _ask("sentiment-pt-lstm", "Um acidente pode ocorrer a qualquer momento."),
    "sentiment-pt-lstm-second": _ask(
        "sentiment-pt-lstm", "A qualquer momento pode ocorrer um acidente."
    ),
    "sentiment-pt-jordan": _ask("sentiment-pt-jordan", "O filme não é nada bom."),
    "sentiment-pt-bag": _ask("sentiment-pt-bag", "O filme não é nada bom."),
    "cloze-gru": _ask("cloze-gru", "Ana leaves the ball with Bruno, so it belongs to"),
    "accents-lstm-bidirectional": _ask("accents-lstm-bidirectional", "Você não"),
    "accents-lstm-stacked": _ask("accents-lstm-stacked", "Você não"),
    "shakespeare-rnn": _ask("shakespeare-rnn", "To be, or"),
    "emotion-rnn": _ask("emotion-rnn", "I was sad, but now I am happy."),
    "sunspots-gru": {"model": "sunspots-gru", "input": {"series": SPOTS}},
    "temperature-lstm": {"model": "temperature-lstm", "input": {"series": NIGHTS}},
}

COMPARISONS: dict[str, dict[str, Any]] = {
    "compare-sentiment": {
        "input": {"text": REVIEW},
        "networks": [
            {"model": "sentiment-gru"},
            {"model": "sentiment-lstm"},
            {"model": "sentiment-rnn"},
            {"model": "sentiment-lstm", "weights": "fresh", "seeds": 3, "width": 16},
        ],
        "clip": 1.0,
        "maps": True,
    },
    "compare-accents": {
        "input": {"text": "Você não"},
        "networks": [{"model": "accents-lstm-bidirectional"}, {"model": "accents-lstm-stacked"}],
        "clip": 1.0,
        "maps": True,
    },
    "compare-sentiment-pt": {
        "input": {"text": "O filme não é nada bom."},
        "networks": [
            {"model": "sentiment-pt-jordan"},
            {"model": "sentiment-pt-bag"},
            {"model": "sentiment-pt-rnn"},
        ],
        "clip": 1.0,
        "maps": True,
    },
    "compare-one-word": {
        "input": {"text": "wonderful"},
        "networks": [{"model": "sentiment-lstm"}, {"model": "sentiment-rnn"}],
        "clip": 1.0,
        "maps": True,
    },
    # The first network overflows; there are more steps than maps are answered for.
    "compare-overflow": {
        "input": {"length": 330, "kind": "random"},
        "networks": [
            {
                "model": "sentiment-rnn",
                "weights": "fresh",
                "start": "identity",
                "gain": 10.0,
                "width": 8,
                "settings": {"relu": 1.0},
            },
            {"model": "sentiment-lstm", "weights": "fresh", "width": 8},
        ],
        "clip": 1.0,
        "maps": True,
    },
    # The first with one word changed.
    "compare-sentiment-swapped": {
        "input": {"text": REVIEW.replace("loved", "hated")},
        "networks": [
            {"model": "sentiment-gru"},
            {"model": "sentiment-lstm"},
            {"model": "sentiment-rnn"},
            {"model": "sentiment-lstm", "weights": "fresh", "seeds": 3, "width": 16},
        ],
        "clip": None,
        "maps": False,
    },
    # The same as the first, as it is asked for while a person types.
    "compare-sentiment-quick": {
        "input": {"text": REVIEW},
        "networks": [{"model": "sentiment-gru"}, {"model": "sentiment-lstm"}],
        "clip": None,
        "maps": False,
    },
}


def freeze(client: TestClient) -> Iterator[tuple[str, Any]]:
    """Ask for everything: the name of each file and what it holds.

    A file holds the ``request`` and its ``answer``, of a trace also ``held_runs``: what came of the
    runs with one gate held that the page asks for.
    """
    catalog = _keep_shipped(_get(client, "/api/catalog"))
    yield "catalog", round_numbers(catalog)
    for name, request in TRACES.items():
        trace = _post(client, "/api/trace", request)
        runs = _hold_gates(client, request, trace, catalog)
        yield name, round_numbers({"request": request, "answer": trace, "held_runs": runs})
    for name, request in COMPARISONS.items():
        answer = _post(client, "/api/gradients", request)
        yield name, round_numbers({"request": request, "answer": answer})


def round_numbers(value: Any) -> Any:
    """Round every number in what JSON holds."""
    if isinstance(value, dict):
        return {key: round_numbers(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [round_numbers(entry) for entry in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def differ(frozen: Any, now: Any, place: str = "") -> Iterator[str]:
    """Name the places where two answers differ; numbers by more than 1e-9 of their list's."""
    if isinstance(frozen, dict) and isinstance(now, dict):
        yield from (f"{place}.{key} is gone" for key in frozen.keys() - now.keys())
        yield from (f"{place}.{key} is new" for key in now.keys() - frozen.keys())
        for key in frozen.keys() & now.keys():
            yield from differ(frozen[key], now[key], f"{place}.{key}")
    elif isinstance(frozen, list) and isinstance(now, list) and len(frozen) == len(now):
        numbers = [abs(one) for one in frozen if isinstance(one, int | float)]
        scale = max(numbers, default=0.0)
        for k, (one, other) in enumerate(zip(frozen, now, strict=True)):
            if _is_number(one) and _is_number(other):
                if not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9 * scale):
                    yield f"{place}[{k}]: {one} is now {other}"
            else:
                yield from differ(one, other, f"{place}[{k}]")
    elif _is_number(frozen) and _is_number(now):
        if not math.isclose(frozen, now, rel_tol=1e-9):
            yield f"{place}: {frozen} is now {now}"
    elif frozen != now:
        yield f"{place}: {str(frozen)[:80]} is now {str(now)[:80]}"


def _keep_shipped(catalog: Any) -> dict[str, Any]:
    """Leave out what is none of a shipped model: the tests bring a cell and a task of their own."""
    shipped = {path.stem for path in (Path(gatescope.__file__).parent / "models").iterdir()}
    models = [model for model in catalog["models"] if model["id"] in shipped]
    kept: dict[str, Any] = {"models": models, "properties": catalog["properties"]}
    for kind in ("cell", "task"):
        used = {model[kind] for model in models}
        kept[f"{kind}s"] = [entry for entry in catalog[f"{kind}s"] if entry["id"] in used]
    return kept


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _hold_gates(
    client: TestClient, request: Any, trace: Any, catalog: Any
) -> list[dict[str, Any]] | None:
    """Run again with each gate of the layer held at 1, then at 0, at every step.

    An input gate is shut only after the word at which it was open widest.
    """
    tokens = trace["tokens"]
    task = next(task for task in catalog["tasks"] if task["id"] == trace["task"])
    if task["topology"] == "many-to-many" or len(tokens) < 2:
        return None
    order = ["forget", "input", "output", "reset"]
    signals = next(cell["signals"] for cell in catalog["cells"] if cell["id"] == trace["cell"])
    gates = [signal for signal in signals if signal["kind"] == "gate"]
    runs = []
    for gate in sorted(gates, key=lambda gate: order.index(gate["role"])):
        name = f"layers.0.{gate['name']}"
        for value in (1, 0):
            after: int | None = None
            steps: list[int | None] = [None]
            if (gate["role"], value) == ("input", 0):
                words = [t for t, one in enumerate(tokens[:-1]) if any(map(str.isalnum, one))]
                after = max(words, key=lambda t: sum(trace["signals"][name][t]))
                steps = [*range(after + 1, len(tokens))]
            held = [{"signal": name, "value": value, "step": step, "unit": None} for step in steps]
            forced = [*request.get("interventions", []), *held]
            run = _post(client, "/api/trace", {**request, "interventions": forced})
            hold = {"signalName": name, "value": value, "after": after, "steps": steps}
            runs.append({**hold, **_read_outcome(run["probabilities"], trace["probabilities"])})
    return runs


def _read_outcome(held: list[list[float]], real: list[list[float]]) -> dict[str, Any]:
    """Keep of a run what the page keeps; the class is that which the page watches."""
    watched = 1 if len(real[-1]) == 2 else real[-1].index(max(real[-1]))
    return {
        "opinion": [row[watched] for row in held],
        "answer": held[-1].index(max(held[-1])),
        "probability": max(held[-1]),
        "constant": all(
            math.isclose(one, last, rel_tol=1e-9)
            for row in held
            for one, last in zip(row, held[-1], strict=True)
        ),
    }


def _get(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _post(client: TestClient, path: str, request: Any) -> Any:
    answer = client.post(path, json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()


def main() -> None:
    """Write every file anew."""
    from gatescope.main import create_app

    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    with TestClient(create_app(wait=True), base_url="http://localhost") as client:
        for name, content in freeze(client):
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
