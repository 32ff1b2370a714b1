"""The room Compare as a person uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect

from .conftest import Visit
from .site import Site
from .watch import Watch

PRESET = ["gru", "lstm", "rnn"]  # the cells of the film reviews, the newest first


class Compare(Watch):
    """One open page of Compare. Steps are counted from 0."""

    def settled(self, **data: object) -> None:
        """Wait until the comparison is painted with these ``data-`` attributes."""
        wanted = "".join(f'[data-{name}="{value}"]' for name, value in data.items())
        place = f"[data-testid=comparison][data-steps]{wanted}"
        try:
            self.page.wait_for_selector(place)
        except Exception as error:
            shown = self.page.evaluate(
                "() => ({...document.querySelector('[data-testid=comparison]')?.dataset})"
            )
            raise AssertionError(f"wanted {data}, the page shows {shown}") from error

    def curves(self, view: str) -> list[dict[str, Any]]:
        """The curves of a chart as Plotly holds them."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """(view) => document.querySelector(`.view-${view} .plot`).data.map((one) =>
              ({name: one.name, x: [...one.x], y: [...one.y], named: one.showlegend !== false}))""",
            view,
        )
        return found

    def facts(self, view: str = "decay_summary") -> list[list[str]]:
        """The rows of a table that is always open."""
        rows = self.view(view).locator(".body tbody tr").all()
        return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]

    @contextmanager
    def compared_anew(self) -> Iterator[None]:
        """Wait until what is done here is answered, the slower figures included."""
        with self.page.expect_response(
            lambda answer: (
                answer.url.endswith("/api/gradients")
                and bool((answer.request.post_data_json or {}).get("maps"))
            )
        ):
            yield

    def full_facts(self) -> list[list[str]]:
        """The rows, once the slower figures stand in them too."""
        rows = self.view("decay_summary").locator(".body tbody tr")
        expect(rows.filter(has_text="…")).to_have_count(0)
        return self.facts()

    def changed_facts(self, before: list[list[str]]) -> list[list[str]]:
        """The rows, once they are others than before, the slower figures among them."""
        self.page.wait_for_function(
            """(before) => {
              const rows = [...document.querySelectorAll('.view-decay_summary .body tbody tr')]
                .map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.innerText));
              return !rows.flat().includes('…') && JSON.stringify(rows) !== JSON.stringify(before);
            }""",
            arg=before,
        )
        return self.facts()

    def open_settings(self) -> None:
        """Show the networks, what they read and where the gradient is clipped."""
        if self.page.locator("#settings").get_attribute("open") is None:
            self.page.get_by_test_id("settings").click()

    def drawn(self) -> None:
        """Wait until the slowest panels are there too."""
        expect(self.view("memory_map").locator("canvas").first).to_be_visible()
        expect(self.view("gate_saturation").locator(".plot svg").first).to_be_visible()


def open_compare(visit: Visit, site: Site, fragment: str = "", **options: Any) -> Compare:
    """Open the room and wait until it is painted."""
    opened = Compare(visit(fragment, room="compare", wait=False, **options).page, site)
    opened.settled()
    return opened


def asked(*networks: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """The request of the page for these networks."""
    return {"networks": list(networks), "clip": 1.0, **rest}
