"""The page's Plotly is the installed one, with its own rules, and without its cloud."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, expect

from .watch import Watch, checking

RULES = """() => [...document.getElementById('plotly.js-style-global').sheet.cssRules]
  .map((rule) => rule.cssText)"""


def find_plotly() -> Path:
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def test_the_pages_plotly_is_the_installed_one_with_its_rules_and_without_its_cloud(
    watch: Watch, browser: Browser
) -> None:
    with checking("the script that is served"):
        assert watch.page.evaluate("() => Plotly.version").split(".")[0] == "4"
        address = watch.page.locator("script[src*='plotly']").get_attribute("src")
        assert address
        served = watch.page.request.get(watch.site.address.rstrip("/") + address)
        assert served.body() == find_plotly().read_bytes()
        assert "immutable" in served.headers["cache-control"]
    with checking("our stylesheet holds the rules it would add, in its order, which decides ties"):
        context = browser.new_context()
        blank = context.new_page()
        blank.add_script_tag(path=find_plotly())
        wanted = blank.evaluate(RULES)
        context.close()
        assert len(wanted) > 10
        assert watch.page.evaluate(RULES) == wanted
    with checking("it adds no style of its own"):
        assert watch.page.locator("style").count() == 0
    with checking("there is no toolbar and no way to a cloud"):
        watch.drawn()
        for chart in watch.page.locator(".chart:visible").all():
            chart.hover(position={"x": 60, "y": 60})
            expect(chart.locator(".modebar-btn")).to_have_count(0)
        watch.page.mouse.dblclick(300, 300)
        expect(watch.page.locator("[data-title*='Share'], .plotly-cloud-dialog")).to_have_count(0)
        text = watch.page.evaluate("() => document.body.innerText")
        assert "Share chart" not in text
        assert "Produced with Plotly" not in text
        assert "chart-studio" not in watch.page.content()
