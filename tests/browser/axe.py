"""What axe finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
SCRIPT = Axe().axe_script
RUN = """(rules) => axe.run({resultTypes: ['violations'], ...(rules && {runOnly: rules})})
  .then(({violations}) => violations)"""


def look(page: Page, *rules: str) -> list[tuple[str, str]]:
    """Give every violation, of these rules or of all: its impact, what it is and where."""
    if not page.evaluate("() => 'axe' in globalThis"):
        page.evaluate(SCRIPT)
    violations: list[dict[str, Any]] = page.evaluate(RUN, [*rules] or None)
    found = []
    for one in violations:
        places = ", ".join(" ".join(map(str, node["target"])) for node in one["nodes"][:4])
        why = one["nodes"][0].get("failureSummary", "").replace("\n", " ")[:200]
        found.append((one["impact"], f"{one['impact']} {one['id']} at {places}: {why}"))
    return found


def list_grave(page: Page, *rules: str) -> list[str]:
    """Give the violations, of these rules or of all, that keep a person from using the page."""
    return [line for impact, line in look(page, *rules) if impact in GRAVE]
