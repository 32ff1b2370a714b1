"""Other things to read: a blank to fill, a text to write on, answers of many classes."""

from __future__ import annotations

import numpy as np
from gatescope.limits import LIMITS
from gatescope.registry import find_tasks
from playwright.sync_api import expect

from .site import Site
from .watch import Watch, checking, percent


def test_every_task_is_chosen_and_read(watch: Watch, site: Site) -> None:
    tasks = site.tasks()
    assert tasks == sorted(find_tasks(), key=lambda name: (find_tasks()[name].order, name))
    options = watch.page.get_by_test_id("task").locator("option")
    assert [one.get_attribute("value") for one in options.all()] == tasks
    for task in reversed(tasks):
        with checking(f"{task}: its example, its answer, its facts"):
            watch.choose_task(task)
            model = watch.data()["model"]
            read = site.examples(task)[0]["input"]
            if "text" in read:  # which one opens depends on the reader's language
                read = {"text": watch.sentence.input_value()}
            trace = site.post("api/trace", {"model": model, "input": read})
            watch.settled(model=model, steps=len(trace["tokens"]))
            many = len(trace["classes"]) > 2
            expect(watch.view("class_probabilities")).to_be_visible(visible=many)
            best = int(np.argmax(trace["probabilities"][-1])) if trace["classes"] else 0
            if many:
                share = watch.view("class_probabilities").locator("b").first
                expect(share).to_have_text(percent(trace["probabilities"][-1][best]))
            expect(watch.page.locator("#facts")).to_contain_text(model)
        with checking(f"{task}: a second sentence of its own is set beside it"):
            if "text" not in read:
                expect(watch.page.get_by_test_id("beside-toggle")).to_be_hidden()
                expect(watch.page.get_by_test_id("input")).to_be_visible()
            elif len(site.examples(task)) > 1:
                watch.page.get_by_test_id("beside-toggle").click()
                watch.page.locator("#partners button").nth(1).click()
                expect(watch.view("text_comparison")).to_be_visible()
                beside = watch.page.get_by_test_id("beside").input_value()
                other = site.post("api/trace", {"model": model, "input": {"text": beside}})
                found = watch.pairs()
                assert [i for i, _ in found if i is not None] == list(range(len(trace["tokens"])))
                second = sorted(j for _, j in found if j is not None)
                assert second == list(range(len(other["tokens"])))
                told = best if many else 1
                shares = [
                    "–" if i is None else percent(trace["probabilities"][i][told]) for i, _ in found
                ]
                cells = watch.open_table("text_comparison").locator("td:nth-child(4)")
                expect(cells).to_have_text(shares)
                watch.page.get_by_test_id("beside-toggle").click()
                expect(watch.view("text_comparison")).to_be_hidden()
    with checking("a link brings the task with it"):
        task = tasks[-1]
        watch.choose_task(task)
        text = watch.sentence.input_value()
        watch.page.wait_for_function(f"() => location.hash.includes('task={task}')")
        assert watch.page.evaluate("() => location.hash.includes('lang=')")
        watch.page.reload()
        watch.page.wait_for_selector(f"[data-testid=network][data-model^='{task}-']")
        expect(watch.sentence).to_have_value(text)
        expect(watch.page.get_by_test_id("task")).to_have_value(task)


def test_what_only_some_tasks_have_to_press(watch: Watch) -> None:
    distance = watch.page.get_by_test_id("distance")
    with checking("a slider moves the clue away from the blank, and back"):
        watch.choose_task("cloze")
        first = watch.sentence.input_value()
        steps = int(watch.data()["steps"])
        distance.fill("40")
        expect(watch.sentence).not_to_have_value(first)
        watch.page.wait_for_function(
            "(n) => Number(document.querySelector('[data-testid=network]').dataset.steps) > n",
            arg=steps + 25,
        )
        far = watch.sentence.input_value()
        distance.fill("2")
        expect(watch.sentence).not_to_have_value(far)
        assert len(watch.sentence.input_value()) < len(far)
        expect(watch.view("accuracy_by_distance").locator(".plot svg").first).to_be_visible()
        watch.choose_task("sentiment")
        expect(distance).to_be_hidden()
    with checking("a network writes on until it is stopped"):
        watch.choose_task("shakespeare")
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
        shaded = watch.view("activation_text").locator(".shaded p span")
        expect(shaded).to_have_count(len(written))
