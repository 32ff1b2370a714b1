"""Typing: the picture follows, and what cannot be read is said in a sentence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .conftest import Troubles
from .site import Site
from .watch import Watch

REFUSED = "the server responded with a status of 422"


def test_the_page_opens_with_an_example_already_drawn(watch: Watch, site: Site) -> None:
    text = site.example()
    expect(watch.sentence).to_have_value(text)
    trace = site.trace(text)
    last = len(trace["tokens"]) - 1
    watch.settled(step=last)
    watch.agrees(trace)
    for steps in watch.cursors().values():
        assert steps == pytest.approx([last] * len(steps), abs=0.1)


def test_the_picture_follows_every_key(watch: Watch, site: Site) -> None:
    watch.sentence.focus()
    watch.page.keyboard.press("Control+A")
    typed = ""
    for key in "bad film!":
        watch.sentence.press_sequentially(key)
        typed += key
        watch.agrees(site.trace(typed))
    expect(watch.sentence).to_be_focused()
    expect(watch.sentence).to_have_value("bad film!")


def test_an_empty_box_keeps_the_last_picture_and_says_so(watch: Watch, troubles: Troubles) -> None:
    troubles.allow(REFUSED)
    trace = watch.read("a good film")
    watch.write("")
    expect(watch.notice).to_have_text(watch.say("error.text_empty"))
    watch.agrees(trace)
    watch.write("   ")
    expect(watch.notice).to_have_text(watch.say("error.text_empty"))
    watch.read("bad")
    expect(watch.notice).to_have_text("")


def test_a_text_without_words_keeps_the_last_picture(watch: Watch, troubles: Troubles) -> None:
    troubles.allow(REFUSED)
    trace = watch.read("a good film")
    watch.write("***")
    expect(watch.notice).to_have_text(watch.say("error.nothing_to_read"))
    watch.agrees(trace)


def test_unknown_words_are_marked_in_the_picture_and_named_beside_it(watch: Watch) -> None:
    watch.read("a zzyzx film")
    expect(watch.notice).to_have_text(watch.say("notice.one_unknown", words="“zzyzx”"))
    letters = watch.view("network").locator(".letters > span")
    expect(letters.filter(has_text=re.compile(r"^(a|zzyzx\?|film)$"))).to_have_text(
        ["a", "zzyzx?", "film"]
    )
    watch.read("zzyzx a blorpt film")
    named = watch.say("notice.unknown", count=2, words="“zzyzx”, “blorpt”")
    expect(watch.notice).to_have_text(named)
    watch.read("zzyzx blorpt")
    expect(watch.notice).to_have_text(watch.say("notice.all_unknown", words="“zzyzx”, “blorpt”"))
    watch.read("a film")
    expect(watch.notice).to_have_text("")


def test_every_example_is_read_when_it_is_clicked(watch: Watch, site: Site) -> None:
    examples = site.get("api/catalog")["tasks"][0]["examples"]
    buttons = watch.page.locator("#examples button")
    expect(buttons).to_have_count(len(examples))
    for k, example in enumerate(examples):
        buttons.nth(k).click()
        expect(watch.sentence).to_have_value(example["text"])
        watch.agrees(site.trace(example["text"]))


def test_three_hundred_words_are_paged_by_the_step_and_stay_readable(watch: Watch) -> None:
    steps = 300
    watch.read("good bad " * (steps // 2))
    for step in (0, 137, 298, steps - 1):
        watch.seek(step)
        low, high, wide = watch.page.evaluate(
            """() => {
              const {xaxis} = document.querySelector('.view-network .chart').axes;
              return [...xaxis.range, xaxis.length];
            }"""
        )
        assert low < step < high
        assert wide / (high - low) >= 30, "a column is too narrow to read"
        expect(watch.page.locator("#where")).to_contain_text(f"step {step + 1} of {steps}")
        assert watch.cursors()["network"] == pytest.approx([step], abs=0.1)


PASTED = [
    "great 🎬🍿 film 👍🏽",
    "<img src=x onerror='hurt=1'><script>hurt=1</script> <b>great</b> film </textarea>",
    "great &lt;b&gt; film <svg/onload=hurt=1",
    "{title} ${steps} %s \\n great",
    "Ω≈ç√ 映画 фильм great",
]
REFUSALS: list[tuple[str, str, dict[str, object]]] = [
    ("good " * 4000, "error.text_too_long", {"count": 20000, "limit": 10000}),
    ("g" * 5000, "error.word_too_long", {"word": "g" * 12, "count": 5000, "limit": 60}),
    ("good " * 1300, "error.too_many_steps", {"count": 1300, "limit": 1200}),
    ("bell \x07", "error.text_control", {"place": 5, "letter": "U+0007"}),
]


def test_anything_pasted_is_text_and_nothing_else(watch: Watch) -> None:
    watch.open_table("unit_activations")
    for text in PASTED:
        watch.read(text)
        expect(watch.sentence).to_have_value(text)
        watch.seek(0)
        assert watch.page.locator("img, b b, main script").count() == 0, text
        assert watch.page.evaluate("() => globalThis.hurt") is None, text


def test_too_much_is_refused_in_a_sentence_and_nothing_is_lost(
    watch: Watch, troubles: Troubles
) -> None:
    troubles.allow(REFUSED)
    trace = watch.read("a good film")
    for text, key, values in REFUSALS:
        watch.write(text)
        expect(watch.notice).to_have_text(watch.say(key, **values))
        expect(watch.sentence).to_have_value(text)
        expect(watch.sentence).to_have_attribute("aria-invalid", "true")
        watch.agrees(trace)
    watch.read("a bad film")
    expect(watch.sentence).to_have_attribute("aria-invalid", "false")
