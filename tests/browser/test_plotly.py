"""The page's Plotly is the installed one, with its own rules, and without its cloud."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, expect

from .watch import Watch

RULES = """() => [...document.getElementById('plotly.js-style-global').sheet.cssRules]
  .map((rule) => rule.cssText)"""


def find_plotly() -> Path:
    spec = find_spec("plotly")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "package_data" / "plotly.min.js"


def test_our_stylesheet_holds_the_rules_the_installed_plotly_would_add(
    watch: Watch, browser: Browser
) -> None:
    context = browser.new_context()
    blank = context.new_page()
    blank.add_script_tag(path=find_plotly())
    wanted = blank.evaluate(RULES)
    context.close()
    assert len(wanted) > 10
    assert sorted(watch.page.evaluate(RULES)) == sorted(wanted)


def test_the_order_of_the_rules_decides_the_same_way(watch: Watch, browser: Browser) -> None:
    """Rules that tie in weight are decided by their order, so the order must be Plotly's."""
    context = browser.new_context()
    blank = context.new_page()
    blank.add_script_tag(path=find_plotly())
    wanted = blank.evaluate(RULES)
    context.close()
    assert watch.page.evaluate(RULES) == wanted


def test_the_served_plotly_is_the_installed_one_of_version_4(watch: Watch) -> None:
    assert watch.page.evaluate("() => Plotly.version").split(".")[0] == "4"
    address = watch.page.locator("script[src*='plotly']").get_attribute("src")
    assert address
    served = watch.page.request.get(watch.site.address.rstrip("/") + address)
    assert served.body() == find_plotly().read_bytes()
    assert "immutable" in served.headers["cache-control"]


def test_plotly_adds_no_style_of_its_own(watch: Watch) -> None:
    assert watch.page.locator("style").count() == 0


def test_there_is_no_toolbar_and_no_way_to_a_cloud(watch: Watch) -> None:
    for chart in watch.page.locator(".chart").all():
        chart.hover(position={"x": 60, "y": 60})
        expect(chart.locator(".modebar-btn")).to_have_count(0)
    watch.page.mouse.dblclick(300, 300)
    expect(watch.page.locator("[data-title*='Share'], .plotly-cloud-dialog")).to_have_count(0)
    text = watch.page.evaluate("() => document.body.innerText")
    assert "Share chart" not in text
    assert "Produced with Plotly" not in text
    assert "chart-studio" not in watch.page.content()
