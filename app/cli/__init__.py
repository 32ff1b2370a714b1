"""The command gatescope."""

from __future__ import annotations

from . import inspect, serve, train
from .application import app

__all__ = ["app", "inspect", "main", "serve", "train"]


def main() -> None:
    """Run the command."""
    app()
