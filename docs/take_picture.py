"""Takes the README's picture of the running page: `make picture`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
VIEW = "#text=I+expected+to+hate+this+film%2C+but+it+turned+out+to+be+a+wonderful+surprise.&step=14"


def main() -> None:
    """Start a server, take the picture, stop it."""
    command = [str(Path(sys.executable).with_name("gatescope")), "--no-open", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        chromium = os.environ.get("GATESCOPE_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(
                viewport={"width": 1440, "height": 1010}, color_scheme="light", locale="en-US"
            )
            page.goto(found.group() + VIEW)
            page.wait_for_selector("[data-testid=network][data-step='14']")
            page.wait_for_selector(".view-held_gates .plot")
            page.screenshot(path=HERE / "watch.png")
            browser.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


if __name__ == "__main__":
    main()
