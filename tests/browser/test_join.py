"""A lesson: the server is open to the network, and a student comes in by the printed address."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.server import start_server


def test_the_token_stands_in_no_address_after_the_first_visit(browser: Browser) -> None:
    token = "turma-7b-2026"
    options = ("--host", "0.0.0.0", "--port", "0", "--token", token)
    with start_server(*options) as server:
        context = browser.new_context(locale="pt-BR")
        page = context.new_page()
        page.goto(f"{server.address}#text=Uma+frase")
        assert "token" not in page.url
        assert "text=Uma+frase" in page.url, "what a link says of the view stays"
        page.get_by_test_id("join").click()
        expect(page.get_by_test_id("address")).to_have_text(server.address)
        expect(page.locator("figure svg")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert "token" not in page.url
        page.go_back()
        assert "token" not in page.url

        # Who gets a shared link without ever having had the address is told so, on a page.
        stranger = browser.new_context(locale="pt-BR").new_page()
        stranger.goto(page.url)
        expect(stranger.get_by_text("É preciso um token")).to_be_visible()
        stranger.context.close()
        context.close()
