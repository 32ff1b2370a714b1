"""The stage in a notebook's frame: drawn from the document alone, without a server."""

from __future__ import annotations

from collections.abc import Iterator

import gatescope
import pytest
import torch
from playwright.sync_api import Browser, Page, expect
from torch import Tensor, nn


class Translator(nn.Module):
    """A decoder that starts where the encoder ended."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = nn.LSTM(3, 6), nn.LSTM(3, 6)

    def forward(self, x: Tensor) -> Tensor:
        h: Tensor = self.decoder(x, self.encoder(x)[1])[0]
        return h


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1000, "height": 760})
    yield page
    page.close()


def test_the_stage_is_alive_and_asks_nobody(page: Page) -> None:
    torch.manual_seed(0)
    trace = gatescope.trace(
        Translator(),
        torch.randn(4, 1, 3),
        loss=lambda h: h[-1].sum(),
        tokens=["a", "<b>", "c", "d"],
    )
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.set_content(str(trace._repr_html_()))
    stage = page.frame_locator("iframe")
    network = stage.locator("[data-testid=network]")
    expect(network).to_have_attribute("data-steps", "4", timeout=60_000)
    expect(network).to_have_attribute("data-model", "encoder")
    expect(stage.locator("#where")).to_contain_text("d")
    stage.locator("[data-testid=previous]").click()
    expect(network).to_have_attribute("data-step", "2")
    # The decoder's first step has a memory already: the encoder's last.
    stage.get_by_role("button", name="decoder").click()
    expect(network).to_have_attribute("data-model", "decoder")
    stage.locator("[data-testid=level-cell]").click()
    stage.locator("#first").click()
    expect(network).to_have_attribute("data-step", "0")
    expect(network).to_contain_text("to what follows")
    expect(network).to_contain_text("stays, ")
    stage.locator("[data-testid=direction-backward]").click()
    expect(network).to_have_attribute("data-direction", "backward")
    expect(network).to_contain_text("reaches the step before")
    assert [url for url in asked if not url.startswith(("about:", "data:", "blob:"))] == []
    assert wrong == []


def test_without_a_loss_there_is_no_way_back(page: Page) -> None:
    trace = gatescope.trace(nn.RNN(3, 4), torch.randn(5, 1, 3))
    page.set_content(trace.to_html(language="pt-BR"))
    network = page.locator("[data-testid=network]")
    expect(network).to_have_attribute("data-steps", "5", timeout=60_000)
    expect(page.locator("#direction")).to_be_hidden()
    expect(page.locator("#traces")).to_be_hidden()
    expect(network.locator("h2")).to_have_text("A rede, desenrolada")
