"""The files a browser gets, under an address that changes with their content.

They are held in memory: a page asks for thirty of them at once, and what is sent is what was
digested.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# They stand in a document of its own, which no server sends.
NOTEBOOK, UNPACKING = "pages/notebook.js", "pages/notebook_unpacking.js"
_PACKAGE = Path(__file__).parent.parent

# plotly.js brings MapLibre's rules as an inline style, which our policy refuses, unless an element
# with this id is there already. The page has no map, so an empty one will do.
_STYLE = re.compile(r'getElementById\("([0-9a-f]{64})"\)')


@dataclass(frozen=True, slots=True)
class Assets:
    """The files by their path under static/, and the digest that stands in their addresses."""

    files: Mapping[str, bytes]
    templates: Path
    plotly: bytes
    digest: str
    plotly_digest: str
    plotly_styles: tuple[str, ...]  # ids of the style elements that plotly.js would otherwise add

    @property
    def views(self) -> list[str]:
        """List the views: one file each, the file's name is the id."""
        return [Path(name).stem for name in self.files if name.startswith("views/")]

    @property
    def modules(self) -> list[str]:
        """List every script of a room, so that a page can ask for all of them at once."""
        others = {NOTEBOOK, UNPACKING}
        return [name for name in self.files if name.endswith(".js") and name not in others]


@cache
def find_assets() -> Assets:
    """Locate the files, in a checkout or in an installed package. Does not import plotly."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the plotly package is not installed: pip install plotly")
    plotly = (Path(spec.origin).parent / "package_data" / "plotly.min.js").read_bytes()
    static = _find_folder("static")
    files = {
        path.relative_to(static).as_posix(): path.read_bytes()
        for path in sorted(static.rglob("*"))
        if path.is_file()
    }
    return Assets(
        files,
        _find_folder("templates"),
        plotly,
        _digest(files),
        hashlib.sha256(plotly).hexdigest()[:16],
        tuple(_STYLE.findall(plotly.decode())),
    )


def _find_folder(name: str) -> Path:
    """Locate static/ or templates/: inside the installed package, beside app/ in a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def _digest(files: Mapping[str, bytes]) -> str:
    found = hashlib.sha256()
    for name, content in files.items():
        found.update(name.encode() + b"\0" + content)
    return found.hexdigest()[:16]
