"""Trace -> JSON, safetensors bytes, CSV. What the API answers and what a person downloads."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
import pydantic_core
from safetensors.numpy import save

from ..analysis.generation import GeneratedToken, GeneratedValues
from ..contracts import Array, Trace

JSON_TYPE = "application/json"
SAFETENSORS_TYPE = "application/x-safetensors"
CSV_TYPE = "text/csv"
ANSWERS = ("probabilities", "values", "target_values")
LINES_TYPE = "application/x-ndjson"


def describe(trace: Trace) -> dict[str, Any]:
    """Give all that is not an array: what was run, the tokens, the labels, the loss."""
    return {
        **trace.about,
        "tokens": list(trace.tokens),
        "token_ids": list(trace.token_ids),
        "known": list(trace.known),
        "similar": None
        if trace.similar is None
        else [[word._asdict() for word in words] for words in trace.similar],
        "classes": list(trace.classes),
        "target": trace.target,
        "targets": list(trace.targets),
        "loss": trace.loss,
    }


def name_arrays(trace: Trace) -> dict[str, Array]:
    """Give every array under the name it has in the safetensors answer."""
    arrays: dict[str, Array] = _list_answers(trace) | {"saliency": trace.saliency}
    for group in ("signals", "gradients", "norms"):
        for name, value in getattr(trace, group).items():
            arrays[f"{group}.{name}"] = np.ascontiguousarray(value)
    return arrays


def _list_answers(trace: Trace) -> dict[str, Array]:
    """Give the arrays of the answer: probabilities, or numbers and the right ones."""
    arrays = {name: getattr(trace, name) for name in ANSWERS}
    return {name: value for name, value in arrays.items() if value.shape[1]}


def to_json(trace: Trace) -> bytes:
    """Encode a trace as JSON; NaN and infinity become null."""
    body = describe(trace) | dict.fromkeys(ANSWERS) | {"saliency": trace.saliency.tolist()}
    body |= {name: value.tolist() for name, value in _list_answers(trace).items()}
    for group in ("signals", "gradients", "norms"):
        body[group] = {name: value.tolist() for name, value in getattr(trace, group).items()}
    return pydantic_core.to_json(body, inf_nan_mode="null")


def to_safetensors(trace: Trace) -> bytes:
    """Encode a trace as safetensors: float64 arrays, the rest as JSON under ``trace``."""
    about = pydantic_core.to_json(describe(trace), inf_nan_mode="null").decode()
    return save(name_arrays(trace), {"trace": about})


def to_csv(trace: Trace) -> bytes:
    """Encode a trace as a table: one row a step, one column a number, units counted from 0."""
    names = [f"probability.{label}" for label in trace.classes]
    for answer in ("values", "target_values"):
        names += [f"{answer}.{k}" for k in range(getattr(trace, answer).shape[1])]
    columns = [trace.probabilities, trace.values, trace.target_values]
    for name, norms in trace.norms.items():
        names.append(f"norms.{name}")
        columns.append(norms[:, None])
    for group in ("signals", "gradients"):
        for name, value in getattr(trace, group).items():
            names += [f"{group}.{name}.{unit}" for unit in range(value.shape[1])]
            columns.append(value)
    names += [f"saliency.{feature}" for feature in range(trace.saliency.shape[1])]
    columns.append(trace.saliency)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["step", "token", "known", *names])
    for step, row in enumerate(np.hstack(columns)):  # [T, columns]
        table.writerow([step, trace.tokens[step], int(trace.known[step])])
        text.seek(text.tell() - 1)  # to the end of the row, before the end of the line
        # Numbers as JSON writes them: the shortest that reads back the same, ten times quicker.
        numbers = pydantic_core.to_json(row.tolist(), inf_nan_mode="constants").decode()
        text.write(f",{numbers[1:-1]}\n")
    return text.getvalue().encode()


ENCODERS = {JSON_TYPE: to_json, SAFETENSORS_TYPE: to_safetensors, CSV_TYPE: to_csv}


def to_line(written: GeneratedToken | GeneratedValues) -> bytes:
    """Encode one written step as a line of JSON; its signals with four decimals."""
    body: dict[str, Any] = {"step": written.step}
    if isinstance(written, GeneratedToken):
        body |= {"token": written.token, "id": written.id, "probability": written.probability}
    else:
        body["values"] = written.values.tolist()
    body["signals"] = {name: np.round(v, 4).tolist() for name, v in written.signals.items()}
    return pydantic_core.to_json(body, inf_nan_mode="null") + b"\n"
