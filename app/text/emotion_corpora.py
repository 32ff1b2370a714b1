"""Reads GoEmotions and BRIGHTER: short texts with the emotions that they show.

GoEmotions (Demszky et al. 2020) is English, in the classes of Ekman; BRIGHTER (Muhammad et al.
2025) has a part in Brazilian Portuguese, with six columns of 0 or 1. Texts that show several
emotions are left out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

EMOTIONS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
DARK = frozenset({"anger", "disgust", "fear", "sadness"})

_MASK = re.compile(r"\[(?:NAME|RELIGION)\]")  # what GoEmotions puts for a person's


def read_goemotions(path: Path) -> Iterator[tuple[str, str]]:
    """Give each text of a file, and its emotion. The file has the order of :data:`EMOTIONS`."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            text, labels, _ = line.split("\t")
            if "," not in labels:
                yield _MASK.sub(" ", text), EMOTIONS[int(labels)]


def read_brighter(path: Path) -> Iterator[tuple[str, str]]:
    """Give each text of a file, and its emotion; neutral is a text that shows none."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            shown = [name for name in EMOTIONS if row.get(name) == "1"]
            if len(shown) <= 1:
                yield row["text"], shown[0] if shown else "neutral"
