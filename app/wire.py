"""Trace -> JSON, safetensors bytes, CSV. What the API answers and what a person downloads."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
from safetensors.numpy import save

from app.contracts import Array, Trace
from app.writer import Written

JSON_TYPE = "application/json"
SAFETENSORS_TYPE = "application/x-safetensors"
CSV_TYPE = "text/csv"
LINES_TYPE = "application/x-ndjson"


def describe(trace: Trace) -> dict[str, Any]:
    """Give all that is not an array: what was run, the tokens, the labels, the loss."""
    return {
        **trace.about,
        "tokens": list(trace.tokens),
        "token_ids": list(trace.token_ids),
        "known": list(trace.known),
        "classes": list(trace.classes),
        "target": trace.target,
        "targets": list(trace.goals),
        "loss": trace.loss if np.isfinite(trace.loss) else None,
    }


def name_arrays(trace: Trace) -> dict[str, Array]:
    """Give every array under the name it has in the safetensors answer."""
    found: dict[str, Array] = {"probabilities": trace.probabilities}
    for group in ("signals", "gradients", "norms"):
        for name, value in getattr(trace, group).items():
            found[f"{group}.{name}"] = np.ascontiguousarray(value)
    return found


def to_json(trace: Trace) -> bytes:
    """Encode a trace as JSON; NaN and infinity become null."""
    body = describe(trace) | {"probabilities": _plain(trace.probabilities)}
    for group in ("signals", "gradients", "norms"):
        body[group] = {name: _plain(value) for name, value in getattr(trace, group).items()}
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def to_safetensors(trace: Trace) -> bytes:
    """Encode a trace as safetensors: float64 arrays, the rest as JSON under ``trace``."""
    about = json.dumps(describe(trace), ensure_ascii=False, allow_nan=False)
    return save(dict(name_arrays(trace)), {"trace": about})


def to_csv(trace: Trace) -> bytes:
    """Encode a trace as a table: one row a step, one column a number, units counted from 0."""
    columns: list[tuple[str, Array]] = [
        (f"probability.{label}", trace.probabilities[:, k]) for k, label in enumerate(trace.classes)
    ]
    columns += [(f"norms.{name}", value) for name, value in trace.norms.items()]
    for group in ("signals", "gradients"):
        for name, value in getattr(trace, group).items():
            columns += [
                (f"{group}.{name}.{unit}", value[:, unit]) for unit in range(value.shape[1])
            ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["step", "token", "known", *(name for name, _ in columns)])
    rows = zip(trace.tokens, trace.known, *(value.tolist() for _, value in columns), strict=True)
    for step, (token, known, *numbers) in enumerate(rows):
        writer.writerow([step, token, int(known), *(repr(number) for number in numbers)])
    return out.getvalue().encode()


ENCODERS = {JSON_TYPE: to_json, SAFETENSORS_TYPE: to_safetensors, CSV_TYPE: to_csv}


def to_line(written: Written) -> bytes:
    """Encode one written token as a line of JSON; its signals with four decimals."""
    signals = {name: _plain(np.round(value, 4)) for name, value in written.signals.items()}
    body = {
        "step": written.step,
        "token": written.token,
        "id": written.id,
        "probability": written.probability,
        "signals": signals,
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _plain(values: Array) -> Any:
    if np.isfinite(values).all():
        return values.tolist()
    rows = values.astype(object)
    rows[~np.isfinite(values)] = None
    return rows.tolist()
