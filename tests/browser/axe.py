"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
SCRIPT = Axe().axe_script
RUN = "() => axe.run({resultTypes: ['violations']}).then(({violations}) => violations)"


def look(page: Page) -> list[tuple[str, str]]:
    """Give every violation: its impact, and a line on what it is and where."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(RUN)
    found = []
    for one in violations:
        places = ", ".join(" ".join(map(str, node["target"])) for node in one["nodes"][:4])
        why = one["nodes"][0].get("failureSummary", "").replace("\n", " ")[:200]
        found.append((one["impact"], f"{one['impact']} {one['id']} at {places}: {why}"))
    return found


def list_grave(page: Page) -> list[str]:
    """Give the violations that keep a person from using the page."""
    return [line for impact, line in look(page) if impact in GRAVE]
