"""Runs the unit tests of the page's scripts by the Node that Playwright brings.

``python -m tests.js.run`` runs them all; what is added is given to Node, such as
``--test-update-snapshots`` or the name of one test file.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import playwright

FOLDER = Path(__file__).parent
NODE = (
    Path(playwright.__file__).parent
    / "driver"
    / ("node.exe" if sys.platform == "win32" else "node")
)


def run_tests(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run them; gives Node's exit code and what it printed."""
    options = [one for one in arguments if one.startswith("-")]
    files = [one for one in arguments if not one.startswith("-")] or [f"{FOLDER}/**/*.test.js"]
    return subprocess.run(
        [NODE, "--test", "--test-isolation=none", *options, *files],
        cwd=FOLDER.parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


if __name__ == "__main__":
    done = run_tests(*sys.argv[1:])
    sys.stdout.write(done.stdout)
    sys.exit(done.returncode)
