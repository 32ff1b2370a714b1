"""A server that is not there, or not yet, is said, and nothing that was typed is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.server import start_server

from .conftest import Troubles, Visit
from .site import Site
from .watch import checking


def test_a_server_that_starts_stops_and_comes_back(visit: Visit, troubles: Troubles) -> None:
    troubles.allow("the server responded with a status of 503")
    troubles.allow("net::ERR_CONNECTION_REFUSED")
    with start_server("--port", "0") as server:
        with checking("a page that is opened while the models load waits for them"):
            watch = visit(at=Site(server.address))
            expect(watch.notice).to_have_text("")
            watch.drawn()
        trace = watch.read("a good film")
        port = server.port
    with checking("the server has stopped: it is told, and everything stays"):
        watch.write("a good film that stays")
        expect(watch.notice).to_have_text(watch.say("error.offline"))
        expect(watch.sentence).to_have_value("a good film that stays")
        watch.agrees(trace)
        watch.choose_model("gru")
        expect(watch.notice).to_have_text(watch.say("error.offline"))
        watch.page.locator("#first").click()
        watch.settled(step=0, model="sentiment-lstm")
        watch.page.locator("#export summary").click()
        watch.page.locator("#export-list").get_by_text(watch.say("export.csv"), exact=True).click()
        expect(watch.notice).to_have_text(watch.say("error.offline"))
    with start_server("--port", str(port)) as server:
        server.wait_until_ready()
        with checking("it is there again, and the page goes on"):
            watch.read("a good film again", "gru")
            expect(watch.notice).to_have_text("")
