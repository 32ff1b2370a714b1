"""The command gatescope."""

from __future__ import annotations

from . import inspect, open_file, serve, train
from .application import app

__all__ = ["app", "inspect", "main", "open_file", "serve", "train"]


def main() -> None:
    """Run the command."""
    app()
