"""A real Chromium, from the environment variable GATESCOPE_CHROMIUM or from the PATH."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW = (
    "No Chromium: the browser tests need one. Install it (Debian, Ubuntu: apt-get install "
    "chromium), or name one: GATESCOPE_CHROMIUM=/path/to/chrome. To go on without the browser "
    "tests: GATESCOPE_SKIP_BROWSER=1."
)


def find_chromium() -> str:
    """Find the browser; without one, fail with a sentence, or skip where that was asked for."""
    named = os.environ.get("GATESCOPE_CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            pytest.fail(
                f"GATESCOPE_CHROMIUM={named} is not a program that can be run.", pytrace=False
            )
        return found
    for name in NAMES:
        if found := shutil.which(name):
            return found
    if os.environ.get("GATESCOPE_SKIP_BROWSER") == "1" and not os.environ.get("CI"):
        pytest.skip(f"SKIPPED BY GATESCOPE_SKIP_BROWSER=1. {HOW}")
    pytest.fail(HOW, pytrace=False)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start it without a window."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
