"""Other things to read: a blank to fill, a text to write on, answers of many classes."""

from __future__ import annotations

import pytest
from gatescope.registry import find_tasks
from gatescope.serving.schemas import LIMITS
from playwright.sync_api import expect

from .axe import list_grave
from .conftest import Visit
from .site import Site
from .test_layout import look_over
from .watch import Watch, percent

TASKS = sorted(find_tasks(), key=lambda name: (find_tasks()[name].order, name))


def choose(watch: Watch, task: str) -> None:
    watch.page.get_by_test_id("task").select_option(task)
    watch.page.wait_for_function(
        "(task) => document.querySelector('[data-testid=network]').dataset.model"
        ".startsWith(`${task}-`)",
        arg=task,
    )


def test_every_task_is_chosen_and_read(watch: Watch, site: Site) -> None:
    options = watch.page.get_by_test_id("task").locator("option")
    assert [one.get_attribute("value") for one in options.all()] == TASKS
    for task in reversed(TASKS):
        choose(watch, task)
        model = watch.data()["model"]
        text = watch.sentence.input_value()
        trace = site.post("api/trace", {"model": model, "input": {"text": text}})
        watch.settled(model=model, steps=len(trace["tokens"]))
        many = len(trace["classes"]) > 2
        expect(watch.view("class_probabilities")).to_be_visible(visible=many)
        if many:
            best = max(trace["probabilities"][-1])
            expect(watch.view("class_probabilities").locator("b").first).to_have_text(percent(best))
        expect(watch.page.locator("#facts")).to_contain_text(model)
    assert watch.page.evaluate("() => location.hash.includes('lang=')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_task(visit: Visit, scheme: str) -> None:
    watch = visit(color_scheme=scheme, locale="pt-BR")
    found = {}
    for task in TASKS:
        choose(watch, task)
        expect(watch.page.locator("#facts")).to_contain_text(task)
        found[task] = list_grave(watch.page)
    assert not any(found.values()), found


def test_a_slider_moves_the_clue_away_from_the_blank(watch: Watch) -> None:
    choose(watch, "cloze")
    first = watch.sentence.input_value()
    steps = int(watch.data()["steps"])
    watch.page.get_by_test_id("distance").fill("40")
    expect(watch.sentence).not_to_have_value(first)
    watch.page.wait_for_function(
        "(n) => Number(document.querySelector('[data-testid=network]').dataset.steps) > n",
        arg=steps + 25,
    )
    far = watch.sentence.input_value()
    watch.page.get_by_test_id("distance").fill("2")
    expect(watch.sentence).not_to_have_value(far)
    assert len(watch.sentence.input_value()) < len(far)
    expect(watch.view("accuracy_by_distance").locator(".plot svg").first).to_be_visible()
    choose(watch, "sentiment")
    expect(watch.page.get_by_test_id("distance")).to_be_hidden()


def test_a_network_writes_on_until_it_is_stopped(watch: Watch) -> None:
    choose(watch, "shakespeare")
    first = watch.sentence.input_value()
    write = watch.page.get_by_test_id("write")
    write.click()
    expect(write).to_have_attribute("aria-pressed", "true")
    watch.page.wait_for_function(
        "(n) => document.getElementById('sentence').value.length > n", arg=len(first) + 5
    )
    write.click()
    expect(write).to_have_attribute("aria-pressed", "false")
    written = watch.sentence.input_value()
    assert written.startswith(first)
    assert len(written) <= LIMITS.characters
    watch.settled(steps=len(written))
    watch.frames(10)
    assert watch.sentence.input_value() == written
    expect(watch.view("activation_text").locator(".shaded p span")).to_have_count(len(written))


@pytest.mark.parametrize("task", ["cloze", "shakespeare"])
def test_a_link_brings_the_task_with_it(watch: Watch, task: str) -> None:
    choose(watch, task)
    text = watch.sentence.input_value()
    watch.page.wait_for_function(f"() => location.hash.includes('task={task}')")
    watch.page.reload()
    watch.page.wait_for_selector(f"[data-testid=network][data-model^='{task}-']")
    expect(watch.sentence).to_have_value(text)
    expect(watch.page.get_by_test_id("task")).to_have_value(task)


def test_every_task_fits_on_a_telephone(visit: Visit) -> None:
    watch = visit(viewport={"width": 360, "height": 740}, locale="pt-BR")
    found = []
    for task in reversed(TASKS):
        choose(watch, task)
        expect(watch.view("unit_activations").locator(".plot svg").first).to_be_visible()
        found += look_over(watch, task)
    assert not found, "\n".join(dict.fromkeys(found))
