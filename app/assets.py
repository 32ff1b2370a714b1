"""The files a browser gets, under an address that changes with their content."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).parent

# plotly.js brings MapLibre's rules as an inline style, which our policy refuses, unless an element
# with this id is there already. The page has no map, so an empty one will do.
_STYLE = re.compile(r'getElementById\("([0-9a-f]{64})"\)')


@dataclass(frozen=True, slots=True)
class Assets:
    """Where the files are, and the digest that stands in their addresses."""

    static: Path
    templates: Path
    plotly: Path
    digest: str
    plotly_digest: str
    plotly_styles: tuple[str, ...]  # ids of the style elements that plotly.js would otherwise add

    @property
    def views(self) -> list[str]:
        """List the views: one file each, the file's name is the id."""
        return sorted(path.stem for path in (self.static / "views").glob("*.js"))


@cache
def find_assets() -> Assets:
    """Locate the files, in a checkout or in an installed package. Does not import plotly."""
    inside = _HERE / "static"
    root = _HERE if inside.is_dir() else _HERE.parent
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the plotly package is not installed: pip install plotly")
    plotly = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    files = sorted(path for path in (root / "static").rglob("*") if path.is_file())
    return Assets(
        root / "static",
        root / "templates",
        plotly,
        _digest(files),
        _digest([plotly]),
        tuple(_STYLE.findall(plotly.read_text(encoding="utf-8"))),
    )


def _digest(files: list[Path]) -> str:
    found = hashlib.sha256()
    for path in files:
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
