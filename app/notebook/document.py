"""The stage as one HTML document: the page's own modules and traces, nothing from any host.

Everything stands in it inline, since a notebook's frame may load nothing else: the modules are
joined to one script, which with plotly.js is compressed and unpacked by the document itself.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
import posixpath
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from safetensors.numpy import save

from ..contracts import Array, Cell
from ..i18n import choose_language, load_catalogues
from ..nn.network import LayerStates
from ..registry import find_cells
from ..serving.assets import NOTEBOOK, UNPACKING, find_assets
from ..serving.schemas import CellInfo, mirror
from .replay import LayerTrace

# Every import and export of static/, as Biome writes them.
_IMPORT = re.compile(
    r"^import (?:(?P<default>\w+)|\{(?P<names>[^}]*)\}) from '(?P<path>[^']+)';$", re.M
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+|\[[\w, ]+\]))", re.M)
_DEFAULT = "export default "
# The first has the id by which plotly.js knows that its own rules are there already.
_STYLES = """<style id="plotly.js-style-global" class="no-inline-styles">{plotly}</style>
  <style>{page}</style>"""
VIEWS = ("network", "signal_heatmaps")  # they need neither a readout nor a server


def write_document(
    layers: Sequence[tuple[str, LayerTrace, Sequence[str]]],
    loss: float | None,
    notes: Sequence[str],
    language: str,
) -> str:
    """Write the stage of ``layers``, each with its title and what its steps are called.

    ``notes`` say what is not shown. A language that there is not is English.
    """
    language = choose_language(language)
    assets = find_assets()
    say = load_catalogues()[language]
    data = {
        "language": language,
        "catalogue": say,
        "cells": [
            mirror(CellInfo, cell, id=name).model_dump()
            for name, cell in find_cells().items()
            if any(layer.cell is cell for _, layer, _ in layers)
        ],
        "traces": [
            {
                "title": title,
                "bytes": base64.b64encode(encode_layer(title, layer, tokens, loss)).decode(),
            }
            for title, layer, tokens in layers
        ],
    }
    templates = Environment(
        loader=FileSystemLoader(assets.templates), autoescape=True, undefined=StrictUndefined
    )
    told = (
        say["notebook.about"] if loss is None else say["notebook.loss"].format(loss=f"{loss:.4g}")
    )
    return templates.get_template("stage.html").render(
        language=language,
        say=say,
        assets=assets,
        styles=_STYLES.format(
            plotly=assets.files["styles/plotly.css"].decode(),
            page=assets.files["styles/page.css"].decode(),
        ),
        unpacking=f'<script type="module">\n{assets.files[UNPACKING].decode()}</script>',
        notes=notes,
        told=told,
        # "<" is escaped, so that nothing can end the script element it stands in.
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        packed=json.dumps(_pack()),
    )


def describe_layer(layer: LayerTrace) -> dict[str, Any]:
    """Give what a layer is: its cell, settings and sizes, and how exact the replay is."""
    return {
        "cell": _name_cell(layer.cell),
        "settings": _fill_settings(layer),
        "inputs": layer.shape.inputs,
        "hidden": layer.shape.hidden,
        "layers": layer.shape.layers,
        "bidirectional": layer.shape.bidirectional,
        "difference": layer.difference,
    }


def encode_layer(title: str, layer: LayerTrace, tokens: Sequence[str], loss: float | None) -> bytes:
    """Encode a layer's trace as the page reads traces: safetensors, without a readout."""
    about = {
        "model": title,
        "task": "",
        "cell": _name_cell(layer.cell),
        "weights": "trained",
        "seed": 0,
        "settings": _fill_settings(layer),
        "interventions": [],
        "tokens": list(tokens),
        "token_ids": [],
        "known": [True] * len(tokens),
        "similar": None,
        "classes": [],
        "target": "",
        "targets": [],
        "loss": loss if loss is not None and math.isfinite(loss) else None,
    }
    arrays = {"probabilities": np.zeros((len(tokens), 0))}
    for group in ("signals", "gradients", "norms"):
        for name, value in getattr(layer, group).items():
            arrays[f"{group}.{name}"] = np.ascontiguousarray(value)
    arrays |= _name_states("initial", layer.initial) | _name_states(
        "grad_initial", layer.grad_initial
    )
    return save(arrays, {"trace": json.dumps(about)})


def _name_states(group: str, states: LayerStates) -> dict[str, Array]:
    return {
        f"{group}.{place}.{name}": np.ascontiguousarray(value)
        for place, own in states.items()
        for name, value in own.items()
    }


def _name_cell(cell: type[Cell]) -> str:
    return next(name for name, known in find_cells().items() if known is cell)


def _fill_settings(layer: LayerTrace) -> dict[str, float]:
    return {s.name: layer.settings.get(s.name, s.default) for s in layer.cell.settings}


@cache
def _pack() -> str:
    """Compress plotly.js and the page's modules, as base64."""
    assets = find_assets()
    code = [assets.plotly.decode(), join_scripts(assets.files)]
    return base64.b64encode(gzip.compress(json.dumps(code).encode(), mtime=0)).decode()


def join_scripts(files: Mapping[str, bytes]) -> str:
    """Join the stage, its views and all that they import to one script that opens it."""
    views = [f"views/{name}.js" for name in VIEWS]
    opened = ", ".join(f"modules[{json.dumps(path)}].default" for path in views)
    return bundle(
        [*views, NOTEBOOK], files, f"modules[{json.dumps(NOTEBOOK)}].openStage([{opened}]);"
    )


def bundle(entries: Sequence[str], files: Mapping[str, bytes], last: str = "") -> str:
    """Join modules and all that they import to one script; a module is a function's scope.

    ``last`` is run after them, and finds what they export in ``modules[path]``.

    Raises ``ValueError`` for modules that import each other, or an import or export that is written
    otherwise than in static/.
    """
    order: list[str] = []
    written: dict[str, str] = {}
    entered: set[str] = set()

    def enter(path: str) -> None:
        if path in written:
            return
        if path in entered:
            raise ValueError(f"{path} is imported by what it imports")
        entered.add(path)
        source = files[path].decode()

        def bind(found: re.Match[str]) -> str:
            other = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"]))
            enter(other)
            names = (
                f"default: {found['default']}"
                if found["default"]
                else re.sub(r"(\w+) as (\w+)", r"\1: \2", found["names"])
            )
            return f"const {{{names}}} = modules[{json.dumps(other)}];"

        code = _IMPORT.sub(bind, source)
        exported = [name.strip("[]") for name in _EXPORT.findall(code)]  # of a list, its names
        code = _EXPORT.sub("", code)
        if code.count(f"\n{_DEFAULT}") == 1:
            code = code.replace(f"\n{_DEFAULT}", "\nconst exportedDefault = ")
            exported.append("default: exportedDefault")
        if left := re.search(r"^(?:import|export)\b.*", code, re.M):
            raise ValueError(f"{path}: {left[0]}")
        written[path] = (
            f"modules[{json.dumps(path)}] = (() => {{\n{code}\n"
            f"return {{{', '.join(exported)}}};\n}})();\n"
        )
        order.append(path)

    for entry in entries:
        enter(entry)
    code = "".join(written[path] for path in order)
    return f"'use strict';\n(() => {{\nconst modules = {{}};\n{code}{last}\n}})();\n"
