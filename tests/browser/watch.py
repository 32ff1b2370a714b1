"""The page as a person uses it, and the numbers as the page writes them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, Position, expect

from .site import Site

RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@contextmanager
def checking(what: str) -> Iterator[None]:
    """One step of a journey: whatever fails in it says what was being checked."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"While checking: {what}.")
        raise


INKS = """() => [...document.querySelectorAll('.chart')].filter((e) => e.checkVisibility())
  .map((e) => [...e.querySelectorAll('.letters > span')].map((one) => one.style.color).join())"""


class Watch:
    """One open page. Steps and units are counted from 0."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.network = page.get_by_test_id("network")
        self.sentence = page.get_by_test_id("sentence")
        self.play = page.get_by_test_id("play")
        self.scrubber = page.get_by_test_id("scrubber")
        self.notice = page.locator("#notice")
        self.whatif = page.locator("#whatif")
        self.keys = page.locator("#keys")

    def go(self, fragment: str) -> None:
        """Change the address by hand. What it does not say stays as it is."""
        self.page.evaluate("(fragment) => { location.hash = fragment; }", fragment)

    def settled(self, **data: object) -> None:
        """Wait until the network is painted with these ``data-`` attributes."""
        wanted = "".join(f'[data-{name}="{value}"]' for name, value in data.items())
        try:
            self.page.wait_for_selector(f"[data-testid=network][data-steps]{wanted}")
        except Exception as error:
            raise AssertionError(f"wanted {data}, the page shows {self.data()}") from error

    def data(self) -> dict[str, str]:
        found: dict[str, str] = self.page.evaluate(
            "() => ({...document.querySelector('[data-testid=network]')?.dataset})"
        )
        return found

    @property
    def step(self) -> int:
        return int(self.data()["step"])

    def choose_model(self, name: str) -> None:
        """Press a network's button; ``name`` is what its id says beside its task."""
        self.page.get_by_test_id(f"model-{name}").click()

    def look(self, level: str) -> None:
        """Choose how near the picture of the network is looked at."""
        button = self.page.get_by_test_id(f"level-{level}")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def choose_task(self, task: str) -> None:
        self.page.get_by_test_id("task").select_option(task)
        self.page.wait_for_function(
            "(task) => document.querySelector('[data-testid=network]').dataset.model"
            ".startsWith(`${task}-`)",
            arg=task,
        )

    def switch_theme(self) -> None:
        """Press the switch, and wait until every chart is drawn in the other theme."""
        before = self.page.evaluate(INKS)
        self.page.get_by_test_id("theme").click()
        self.page.wait_for_function(
            f"(before) => ({INKS})().every((inks, k) => !inks || inks !== before[k])", arg=before
        )

    def drawn(self) -> None:
        """Wait until the last panels are there, those of the slower questions too."""
        expect(self.view("held_gates").locator(".picks button").first).to_be_visible()
        expect(self.view("unit_activations").locator(".plot svg").first).to_be_visible()

    def drawn_in_theme(self) -> None:
        """Wait until no chart's letters change their ink any more: all are drawn in the theme."""
        self.page.evaluate("() => { window.inks = null; }")
        self.page.wait_for_function(
            f"() => {{ const before = window.inks; window.inks = String(({INKS})());"
            " return before === window.inks; }",
            polling=700,
        )

    def views(self) -> list[str]:
        """Name the views that have a card on screen, in their order."""
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll('.card[class*=view-]')]
              .filter((card) => card.checkVisibility())
              .map((card) => card.className.match(/view-(\\w+)/)[1])"""
        )
        return found

    def write(self, text: str) -> None:
        self.sentence.fill(text)

    def read(self, text: str, cell: str = "lstm") -> Any:
        """Write a sentence, wait until it is drawn, return its trace as the API gives it."""
        self.write(text)
        trace = self.site.trace(text, cell)
        self.agrees(trace)
        return trace

    def seek(self, step: int) -> None:
        self.scrubber.fill(str(step))
        self.settled(step=step)

    def say(self, key: str, language: str = "en", /, **values: object) -> str:
        """A sentence of the catalogue that the page itself was given."""
        sentence: str = self.page.evaluate(
            "([language, key]) => JSON.parse(document.getElementById('data').textContent)"
            ".catalogues[language][key]",
            [language, key],
        )
        for name, value in values.items():
            sentence = sentence.replace(f"{{{name}}}", str(value))
        return sentence

    def view(self, name: str) -> Locator:
        return self.page.locator(f".view-{name}")

    def open_table(self, view: str) -> Locator:
        """Open a view's table; returns its rows."""
        details = self.view(view).locator("details.table")
        if details.get_attribute("open") is None:
            details.locator("summary").click()
        return details.locator("tbody tr")

    def pairs(self) -> list[tuple[int | None, int | None]]:
        """The steps of two sentences that stand under each other."""
        rows = self.open_table("text_comparison")
        expect(rows).not_to_have_count(0)
        cells: list[list[str]] = rows.evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].slice(1, 3).map((e) => e.textContent))"
        )
        read = [[None if cell == "–" else int(cell) - 1 for cell in row] for row in cells]
        return [(one, other) for one, other in read]

    def agrees(self, trace: Any, language: str = "en") -> None:
        """Wait until the opinion at every step is, to the last digit shown, that of a trace."""
        self.settled(model=trace["model"], steps=len(trace["tokens"]), weights=trace["weights"])
        self.open_table("network")
        cells = self.view("network").locator("details.table tbody tr td:nth-child(4)")
        wanted = [percent(row[1], language) for row in trace["probabilities"]]
        expect(cells).to_have_text(wanted)

    def spot(self, view: str, step: float, height: float, axis: int = 1) -> Position:
        """A place on a figure: ``height`` 0 at the top of an axis, 1 at its foot."""
        found: Position = self.page.evaluate(
            """([view, step, height, axis]) => {
              const {axes} = document.querySelector(`.view-${view} .chart`);
              const id = axis === 1 ? '' : axis;
              const y = axes[`yaxis${id}`];
              const x = axes[`xaxis${id}`] ?? axes.xaxis;
              const share = (step - x.range[0]) / (x.range[1] - x.range[0]);
              return {x: x.offset + share * x.length, y: y.offset + height * y.length};
            }""",
            [view, step, height, axis],
        )
        return found

    def strip(self, step: int, signal: int, signals: int, height: float = 0.5) -> Position:
        """A place on the network: in a step's column, on the strip of a signal."""
        middle = step - signals / (signals + 1) / 2 + (signal + 0.5) / (signals + 1)
        return self.spot("network", middle, height, axis=2)

    def overlay(self, view: str) -> Locator:
        return self.view(view).locator(".overlay")

    def cursors(self) -> dict[str, list[float]]:
        """The step each panel's cursor stands at, by view."""
        found: dict[str, list[float]] = self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('.chart')].filter((chart) =>
              chart.checkVisibility() && chart.querySelector('.cursor')).map((chart) => {
              const view = chart.closest('.card').className.match(/view-(\\w+)/)[1];
              const start = chart.getBoundingClientRect().left;
              return [view, [...chart.querySelectorAll('.cursor')].map((cursor, k) => {
                if (cursor.hidden) return -1;
                const axis = chart.axes[`xaxis${k ? k + 1 : ''}`];
                const {left, width} = cursor.getBoundingClientRect();
                const at = left + width / 2 - start - axis.offset;
                return axis.range[0] + (at / axis.length) * (axis.range[1] - axis.range[0]);
              })];
            }))"""
        )
        return found

    def at_step(self, step: int, token: str) -> None:
        """Hold every panel to this step, to the pixel."""
        self.settled(step=step)
        aside = self.view("equations").locator(".aside")
        expect(aside).to_contain_text(f"step {step + 1}, “{token}”")
        found = self.cursors()
        assert "network" in found
        for view, steps in found.items():
            assert steps == pytest.approx([step] * len(steps), abs=0.1), view
        expect(self.page.locator("#where")).to_contain_text(f"step {step + 1} of")

    def record_steps(self) -> None:
        """Keep every ``data-step`` from now on, with the time it was painted."""
        self.page.evaluate(
            """() => {
              const network = document.querySelector('[data-testid=network]');
              let last = Number(network.dataset.step);
              globalThis.recorded = [];
              new MutationObserver(() => {
                const step = Number(network.dataset.step);
                if (step !== last) recorded.push([(last = step), performance.now()]);
              }).observe(network, {attributeFilter: ['data-step']});
            }"""
        )

    def recorded(self) -> list[int]:
        return [int(step) for step, _ in self.page.evaluate("() => globalThis.recorded")]

    def passes(self, step: int) -> None:
        """Wait until the step on screen is this one or a later one."""
        self.page.wait_for_function(
            "(step) => document.querySelector('[data-testid=network]').dataset.step >= step",
            arg=step,
        )

    def plays(self, on: bool) -> None:
        """Wait until it plays, or until it has stopped. Looks once a frame, so misses nothing."""
        self.page.wait_for_function(
            "(on) => document.getElementById('play').getAttribute('aria-pressed') === on",
            arg=str(on).lower(),
        )

    def frames(self, count: int) -> None:
        """Let some frames pass, to see that nothing moves."""
        self.page.evaluate(
            """(count) => new Promise((done) => {
              const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
              next();
            })""",
            count,
        )


def number(value: float, language: str = "en") -> str:
    """A number as the page writes it: two decimals, one digit where it is small."""
    size = abs(value)
    if 0 < size < 1e-4:
        text = power(size, language)
        return text if value >= 0 else f"−{text}"
    if size != 0 and size < 0.005:
        places = -math.floor(math.log10(size))
        text = f"{_round(Decimal(size), places):f}".rstrip("0")
    else:
        text = f"{_round(Decimal(size), 2):f}"
    text = text if language == "en" else text.replace(".", ",")
    return text if value >= 0 else f"−{text}"


def power(value: float, language: str = "en") -> str:
    """A small number as the page writes it: 3.1 × 10⁻⁷."""
    exponent = math.floor(math.log10(value))
    exponent += value / 10**exponent >= 9.95
    lead = f"{_round(Decimal(value).scaleb(-exponent), 1):f}"
    lead = lead if language == "en" else lead.replace(".", ",")
    return f"{lead} × 10{str(exponent).translate(RAISED)}"


def percent(value: float, language: str = "en") -> str:
    """A share as the page writes it."""
    if 0 < value < 0.0005:
        text = "< 0.1%"
    elif 0.9995 < value < 1:
        text = "> 99.9%"
    else:
        close = 0 < value < 0.005 or 0.995 < value < 1
        text = f"{_round(Decimal(value) * 100, 1 if close else 0):f}%"
    return text if language == "en" else text.replace(".", ",")


def overlap(a: FloatRect, b: FloatRect) -> bool:
    """Whether two boxes share more than an edge."""
    return (
        min(a["x"] + a["width"], b["x"] + b["width"]) - max(a["x"], b["x"]) > 1
        and min(a["y"] + a["height"], b["y"] + b["height"]) - max(a["y"], b["y"]) > 1
    )


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
