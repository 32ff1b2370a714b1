"""One browser and one server for all the tests here; a page that tells on itself."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .chromium import open_browser
from .site import Site
from .watch import Watch

FAILURES = Path(__file__).parent / "failures"
FAILED = pytest.StashKey[bool]()
TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`));"""
# Everything a person can read or hear, but not what they typed.
READ_ALL = """() => [document.title, document.body.innerText,
  ...['aria-label', 'title', 'placeholder', 'aria-valuetext'].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name))),
  ...[...document.querySelectorAll('dialog, .hidden, .letters, svg text')]
    .map((e) => e.textContent),
].join('\\n')"""
LEFT_OVER = re.compile(r"\{\w+\}|\bundefined\b|\bNaN\b|\[object |\bnull\b")


class Troubles:
    """What went wrong in the pages of one test."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.found: list[str] = []
        self.allowed: list[str] = []

    def allow(self, part: str) -> None:
        """Expect a message that holds ``part``: the browser's own word on a refused request."""
        self.allowed.append(part)

    def listen(self, page: Page) -> None:
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self._hear("uncaught", str(error)))
        page.on("request", lambda request: self._see(request.url))

    def read(self, page: Page) -> None:
        """Look for words that no catalogue gave."""
        text: str = page.evaluate(READ_ALL)
        keys = page.evaluate(
            "() => Object.keys("
            "JSON.parse(document.getElementById('data').textContent).catalogues.en)"
        )
        for key in keys:
            if re.search(rf"(?<![\w.]){re.escape(key)}(?![\w.])", text):
                self.found.append(f"untranslated: {key}")
        self.found += [f"left over in a sentence: {part}" for part in LEFT_OVER.findall(text)]

    def check(self) -> None:
        left = [one for one in self.found if not any(part in one for part in self.allowed)]
        assert not left, "\n".join(left)

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning", "uncaught"}:
            self.found.append(f"{kind}: {text}")

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.found.append(f"asked another host: {url}")


class Visit(Protocol):
    """Open a fresh page, in a context with these options."""

    def __call__(
        self,
        fragment: str = "",
        *,
        room: str = "",
        at: Site | None = None,
        wait: bool = True,
        **context: Any,
    ) -> Watch: ...


@pytest.fixture(scope="package")
def site(live_server: str) -> Site:
    return Site(live_server)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture(scope="package")
def contexts() -> dict[str, BrowserContext]:
    """The contexts there are, by their options: the page keeps nothing but its address, and a
    context that is used again has plotly.js compiled already."""
    return {}


@pytest.fixture
def troubles(site: Site) -> Troubles:
    return Troubles(site.host)


@pytest.fixture
def visit(
    browser: Browser,
    site: Site,
    troubles: Troubles,
    contexts: dict[str, BrowserContext],
    request: pytest.FixtureRequest,
) -> Iterator[Visit]:
    pages: list[Page] = []

    def open_page(
        fragment: str = "",
        *,
        room: str = "",
        at: Site | None = None,
        wait: bool = True,
        **options: Any,
    ) -> Watch:
        there = at or site
        troubles.host = there.host
        wanted = {
            "viewport": {"width": 1280, "height": 900},
            "locale": "en-US",
            "color_scheme": "light",
            **options,
        }
        key = repr(sorted(wanted.items()))
        if key not in contexts:
            contexts[key] = browser.new_context(**wanted)
            contexts[key].set_default_timeout(10_000)
            contexts[key].add_init_script(TELL_VIOLATIONS)
        page = contexts[key].new_page()
        pages.append(page)
        troubles.listen(page)
        page.goto(there.address + room + (f"#{fragment}" if fragment else ""))
        watch = Watch(page, there)
        if wait:
            watch.settled()
        return watch

    yield open_page
    pages = [page for page in pages if not page.is_closed()]
    if request.node.stash.get(FAILED, False):
        for k, page in enumerate(pages):
            keep_picture(page, f"{request.node.name}-{k}")
    for page in pages:
        if page.url.startswith("http"):
            troubles.read(page)
    for page in pages:
        page.close()
    troubles.check()


@pytest.fixture
def watch(visit: Visit) -> Watch:
    """The page as a newcomer finds it."""
    return visit()


def keep_picture(page: Page, name: str) -> None:
    FAILURES.mkdir(exist_ok=True)
    safe = re.sub(r"[^\w.-]+", "-", name)
    page.screenshot(path=FAILURES / f"{safe}.png")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
