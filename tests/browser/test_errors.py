"""What goes wrong is said in the person's language, and nothing they typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.server import start_server

from .conftest import Troubles, Visit
from .site import Site
from .watch import Watch


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_server_refuses_in_the_persons_language(
    visit: Visit, troubles: Troubles, language: str
) -> None:
    troubles.allow("the server responded with a status of 422")
    watch = visit(locale=language)
    steps = watch.data()["steps"]
    watch.write("x" * 70)
    said = watch.say("error.word_too_long", language, word="x" * 12, count=70, limit=60)
    expect(watch.notice).to_have_text(said)
    watch.write("")
    expect(watch.notice).to_have_text(watch.say("error.text_empty", language))
    assert watch.data()["steps"] == steps


def test_what_is_said_changes_its_language_with_the_switch(
    watch: Watch, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 422")
    watch.read("a zzyzx film")
    watch.page.get_by_test_id("language").click()
    said = watch.say("notice.one_unknown", "pt-BR", words="“zzyzx”")
    expect(watch.notice).to_have_text(said)
    watch.page.get_by_test_id("language").click()
    watch.write("")
    expect(watch.notice).to_have_text(watch.say("error.text_empty"))
    watch.page.get_by_test_id("language").click()
    expect(watch.notice).to_have_text(watch.say("error.text_empty", "pt-BR"))


def test_a_server_that_stopped_is_told_and_everything_stays(
    visit: Visit, troubles: Troubles
) -> None:
    troubles.allow("net::ERR_CONNECTION_REFUSED")
    with start_server("--port", "0") as server:
        server.wait_until_ready()
        watch = visit(at=Site(server.address))
        trace = watch.read("a good film")
        port = server.port
    watch.write("a good film that stays")
    expect(watch.notice).to_have_text(watch.say("error.offline"))
    expect(watch.sentence).to_have_value("a good film that stays")
    watch.agrees(trace)
    watch.page.get_by_test_id("model-gru").click()
    expect(watch.notice).to_have_text(watch.say("error.offline"))
    watch.page.locator("#first").click()
    watch.settled(step=0, model="sentiment-lstm")
    watch.page.locator("#export summary").click()
    watch.page.locator("#export-list").get_by_text(watch.say("export.csv"), exact=True).click()
    expect(watch.notice).to_have_text(watch.say("error.offline"))
    with start_server("--port", str(port)) as server:
        server.wait_until_ready()
        watch.read("a good film again", "gru")
        expect(watch.notice).to_have_text("")


def test_a_page_opened_while_the_models_load_waits_for_them(
    visit: Visit, troubles: Troubles
) -> None:
    troubles.allow("the server responded with a status of 503")
    with start_server("--port", "0") as server:
        watch = visit(at=Site(server.address), wait=False)
        watch.page.wait_for_selector("[data-testid=network][data-steps]", timeout=60_000)
        expect(watch.notice).to_have_text("")
        expect(watch.view("turning_point").locator(".bars li")).not_to_have_count(0)
        watch.page.close()
