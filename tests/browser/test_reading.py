"""Typing: the picture follows, and what cannot be read is said in a sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from .conftest import Troubles
from .site import Site
from .watch import Watch, checking

REFUSED = "the server responded with a status of 422"
PASTED = [
    "great 🎬🍿 film 👍🏽",
    "<img src=x onerror='hurt=1'><script>hurt=1</script> <b>great</b> film </textarea>",
    "great &lt;b&gt; film <svg/onload=hurt=1",
    "{title} ${steps} %s \\n great",
    "Ω≈ç√ 映画 фильм great",
]
REFUSALS: list[tuple[str, str, dict[str, object]]] = [
    ("", "error.text_empty", {}),
    ("   ", "error.text_empty", {}),
    ("***", "error.nothing_to_read", {}),
    ("good " * 4000, "error.text_too_long", {"count": 20000, "limit": 10000}),
    ("ab" * 2500, "error.word_too_long", {"word": "ab" * 6, "count": 5000, "limit": 60}),
    ("good " * 1300, "error.too_many_steps", {"count": 1300, "limit": 1200}),
    ("bell \x07", "error.text_control", {"place": 5, "letter": "U+0007"}),
]


def say_unknown(watch: Watch, trace: Any, unread: str, language: str = "en") -> str:
    """Say of the unknown words how they were read; ``unread`` is the key for a vector they share.

    Each is one word of letters, so that a model with n-grams reads all by their spelling.
    """
    places = [step for step, known in enumerate(trace["known"]) if not known]
    words = [f"“{trace['tokens'][step]}”" for step in places]
    if trace["similar"] is None:
        return watch.say(unread, language, words=", ".join(words), count=len(words))
    told: list[dict[str, str]] = []
    for word, step in zip(words, places, strict=True):
        nearest = trace["similar"][step][0]
        cosine = f"{nearest['cosine']:.2f}".replace("-", "−")
        cosine = cosine.replace(".", ",") if language == "pt-BR" else cosine
        told.append({"words": word, "similar": f"“{nearest['token']}”", "cosine": cosine})
    if len(told) == 1:
        return watch.say("notice.one_spelled", language, **told[0])
    each = "; ".join(watch.say("notice.closest", language, **values) for values in told)
    return watch.say("notice.spelled", language, words=each, count=len(told))


def test_a_newcomer_finds_an_example_drawn_in_every_panel(watch: Watch, site: Site) -> None:
    with checking("the example is read to its end, and every cursor stands there"):
        text = site.example()
        trace = site.trace(text)
        last = len(trace["tokens"]) - 1
        expect(watch.sentence).to_have_value(text)
        watch.drawn()
        watch.at_step(last, trace["tokens"][last])
        watch.agrees(trace)
    with checking("every panel has a title, says what it shows, and has a table"):
        for view in watch.views():
            panel = watch.view(view)
            expect(panel.locator("h2"), view).not_to_be_empty()
            expect(panel.locator(".shows"), view).not_to_be_empty()
            expect(panel.locator("p.hidden").first, view).not_to_be_empty()
            expect(watch.open_table(view), view).not_to_have_count(0)
            expect(panel.locator("thead th").first, view).not_to_be_empty()
    with checking("there is one heading, one main part, and every section of it has a name"):
        assert watch.page.locator("h1").count() == 1
        assert watch.page.locator("main").count() == 1
        nameless = watch.page.locator("main section:visible").evaluate_all(
            """(all) => all.filter((e) => !(e.getAttribute('aria-label')
              || document.getElementById(e.getAttribute('aria-labelledby'))?.textContent))
              .map((e) => e.className)"""
        )
        assert nameless == []


def test_the_picture_follows_every_key_and_every_example(watch: Watch, site: Site) -> None:
    with checking("every key is read, and the focus stays in the sentence"):
        watch.sentence.focus()
        watch.page.keyboard.press("Control+A")
        typed = ""
        for key in "bad film!":
            watch.sentence.press_sequentially(key)
            typed += key
            watch.agrees(site.trace(typed))
        expect(watch.sentence).to_be_focused()
        expect(watch.sentence).to_have_value("bad film!")
    with checking("unknown words are marked in the picture and named beside it"):
        watch.look("strips")
        trace = watch.read("a zzyzx film")
        expect(watch.notice).to_have_text(say_unknown(watch, trace, "notice.one_unknown"))
        letters = watch.view("network").locator(".letters > span")
        expect(letters.filter(has_text=re.compile(r"^(a|zzyzx\?|film)$"))).to_have_text(
            ["a", "zzyzx?", "film"]
        )
        trace = watch.read("zzyzx a blorpt film")
        expect(watch.notice).to_have_text(say_unknown(watch, trace, "notice.unknown"))
        trace = watch.read("zzyzx blorpt")
        expect(watch.notice).to_have_text(say_unknown(watch, trace, "notice.all_unknown"))
        watch.read("a film")
        expect(watch.notice).to_have_text("")
    with checking("every example is read when it is clicked"):
        examples = site.examples()
        buttons = watch.page.locator("#examples button")
        expect(buttons).to_have_count(len(examples))
        for k, example in enumerate(examples):
            buttons.nth(k).click()
            expect(watch.sentence).to_have_value(example["text"])
            watch.agrees(site.trace(example["text"]))


def test_what_cannot_be_read_is_said_in_the_persons_language_and_nothing_is_lost(
    watch: Watch, troubles: Troubles
) -> None:
    troubles.allow(REFUSED)
    trace = watch.read("a good film")
    switch = watch.page.get_by_test_id("language")
    for language in ("en", "pt-BR"):
        with checking(f"each is refused in a sentence, in {language}, beside the last picture"):
            for text, key, values in REFUSALS:
                watch.write(text)
                expect(watch.notice, text[:20]).to_have_text(watch.say(key, language, **values))
                expect(watch.sentence).to_have_value(text)
                expect(watch.sentence).to_have_attribute("aria-invalid", "true")
                watch.agrees(trace, language)
        with checking(f"what is said changes its language with the switch, from {language}"):
            switch.click()
            other = {"en": "pt-BR", "pt-BR": "en"}[language]
            key, values = REFUSALS[-1][1:]
            expect(watch.notice).to_have_text(watch.say(key, other, **values))
    with checking("what is told of a word changes its language too"):
        trace = watch.read("a zzyzx film")
        switch.click()
        said = say_unknown(watch, trace, "notice.one_unknown", "pt-BR")
        expect(watch.notice).to_have_text(said)
        expect(watch.sentence).to_have_attribute("aria-invalid", "false")
        switch.click()
    with checking("a sentence that can be read takes the message away"):
        watch.read("a bad film")
        expect(watch.notice).to_have_text("")
        expect(watch.sentence).to_have_attribute("aria-invalid", "false")


def test_anything_pasted_is_text_and_a_long_text_is_paged(watch: Watch) -> None:
    watch.open_table("unit_activations")
    for text in PASTED:
        with checking(f"nothing of {text!r} becomes part of the page"):
            watch.read(text)
            expect(watch.sentence).to_have_value(text)
            watch.seek(0)
            assert watch.page.locator("img, b b, main script").count() == 0
            assert watch.page.evaluate("() => globalThis.hurt") is None
    with checking("three hundred words are paged by the step, in columns that can be read"):
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
