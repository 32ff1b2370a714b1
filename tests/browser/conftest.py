"""One browser and one server for all the tests here; a page that tells on itself."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Literal, NamedTuple, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
)

from .chromium import open_browser
from .site import Site
from .watch import Watch

Scheme = Literal["light", "dark"]

# Milliseconds. No test measures how long something takes: a busy machine passes them all.
PATIENCE = 60_000
FOLDER = Path(__file__).parent
FAILURES = FOLDER / "failures"
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


class Kind(NamedTuple):
    """What is fixed once a browser is open."""

    locale: str
    touch: bool  # a telephone
    clock: bool  # whose time a test may stop and let pass


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
        page.on("console", self._read_console)
        page.on("pageerror", self._read_error)
        page.on("request", self._read_request)

    def leave(self, page: Page) -> None:
        """Stop listening: what comes from now on belongs to no test."""
        page.remove_listener("console", self._read_console)
        page.remove_listener("pageerror", self._read_error)
        page.remove_listener("request", self._read_request)

    def read(self, page: Page) -> None:
        """Look for words that no catalogue gave."""
        if not page.url.startswith("http"):
            return
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

    def _read_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.found.append(f"{message.type}: {message.text}")

    def _read_error(self, error: Error) -> None:
        self.found.append(f"uncaught: {error}")

    def _read_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.found.append(f"asked another host: {request.url}")


class Visit(Protocol):
    """Open a page afresh: on this fragment, in this room, in a browser set up like this."""

    def __call__(
        self,
        fragment: str = "",
        *,
        room: str = "",
        at: Site | None = None,
        wait: bool = True,
        locale: str = "en-US",
        touch: bool = False,
        clock: bool = False,
        size: tuple[int, int] = (1280, 900),
        scheme: Scheme = "light",
    ) -> Watch: ...


class Pages:
    """The pages there are, by the kind of their browser.

    A page that is free is loaded again for the next test: the process behind it has plotly.js
    compiled already, which costs a new one several times what the rest of the page does.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: dict[Kind, BrowserContext] = {}
        self.free: dict[Kind, list[Page]] = {}

    def take(self, kind: Kind) -> Page:
        """Give a page that nobody else holds."""
        free = self.free.setdefault(kind, [])
        if free:
            return free.pop()
        if kind not in self.contexts:
            context = self.browser.new_context(
                locale=kind.locale, has_touch=kind.touch, is_mobile=kind.touch
            )
            if kind.clock:
                context.clock.install()
            context.set_default_timeout(PATIENCE)
            context.add_init_script(TELL_VIOLATIONS)
            self.contexts[kind] = context
        return self.contexts[kind].new_page()


def load(page: Page, address: str, fragment: str) -> None:
    """Load an address from the start, also where the page is there already."""
    wanted = address + (f"#{fragment}" if fragment else "")
    if page.url.split("#")[0] != address:
        page.goto(wanted)
        return
    page.evaluate("(wanted) => { history.replaceState(null, '', wanted); scrollTo(0, 0); }", wanted)
    page.reload()


@pytest.fixture(scope="package")
def site(live_server: str) -> Site:
    return Site(live_server)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with open_browser() as found:
        yield found


@pytest.fixture(scope="package")
def pages(browser: Browser) -> Pages:
    return Pages(browser)


@pytest.fixture
def troubles(site: Site) -> Troubles:
    return Troubles(site.host)


@pytest.fixture
def visit(
    site: Site, troubles: Troubles, pages: Pages, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    held: list[tuple[Kind, Page]] = []

    def open_page(
        fragment: str = "",
        *,
        room: str = "",
        at: Site | None = None,
        wait: bool = True,
        locale: str = "en-US",
        touch: bool = False,
        clock: bool = False,
        size: tuple[int, int] = (1280, 900),
        scheme: Scheme = "light",
    ) -> Watch:
        there = at or site
        troubles.host = there.host
        kind = Kind(locale, touch, clock)
        page = pages.take(kind)
        held.append((kind, page))
        page.mouse.move(0, 0)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme, reduced_motion="no-preference")
        page.goto("about:blank")  # the page before asks no more
        troubles.listen(page)
        load(page, there.address + room, fragment)
        watch = Watch(page, there)
        if wait:
            watch.settled()
        return watch

    yield open_page
    failed = request.node.stash.get(FAILED, False)
    for k, (kind, page) in enumerate(held):
        troubles.read(page)
        troubles.leave(page)
        if failed:
            keep_picture(page, f"{request.node.name}-{k}")
            page.close()  # whatever state it is in
        else:
            pages.free[kind].append(page)
    troubles.check()


@pytest.fixture
def watch(visit: Visit) -> Watch:
    """The page as a newcomer finds it."""
    return visit()


def keep_picture(page: Page, name: str) -> None:
    FAILURES.mkdir(exist_ok=True)
    safe = re.sub(r"[^\w.-]+", "-", name)
    page.screenshot(path=FAILURES / f"{safe}.png")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a browser test have another try: a starved Chromium may drop a frame or a key."""
    for item in items:
        if FOLDER in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
