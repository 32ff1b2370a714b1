"""The catalogue of every sentence a person reads, and the choice of a language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
DEFAULT = "en"


@cache
def load_catalogues() -> Mapping[str, Mapping[str, str]]:
    """Return ``{"en": {key: sentence}, "pt-BR": {...}}``, as many as there are files."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(LOCALES.glob("*.json"))
    }


def choose_language(*wishes: str | None) -> str:
    """Choose by the first wish that can be met: a language, or an Accept-Language header.

    ``pt`` and ``pt-PT`` are met by ``pt-BR``; what nothing meets is English.
    """
    offered = {name.split("-")[0].lower(): name for name in load_catalogues()}
    for wish in wishes:
        ranked = []
        for place, part in enumerate((wish or "")[:200].split(",")):
            name, _, weight = part.partition(";")
            try:
                quality = float(weight.partition("=")[2] or 1)
            except ValueError:
                quality = 0.0
            base = name.strip().split("-")[0].lower()
            if base in offered and quality > 0:
                ranked.append((-quality, place, offered[base]))
        if ranked:
            return min(ranked)[2]
    return DEFAULT


def say(language: str, key: str, values: Mapping[str, object] | None = None) -> str:
    """Give the sentence ``key`` in a language, filled with ``values``."""
    sentence = load_catalogues()[language][key]
    for name, value in (values or {}).items():
        sentence = sentence.replace(f"{{{name}}}", str(value))
    return sentence
