"""The command in this process, as a person types it."""

from __future__ import annotations

from gatescope.cli import app
from typer.testing import CliRunner, Result

UNSET = dict.fromkeys(("GATESCOPE_PORT", "GATESCOPE_HOST", "GATESCOPE_OPEN"))


def run(*words: str) -> Result:
    """Run the command to its end."""
    return CliRunner().invoke(app, words, env=UNSET)


def succeed(*words: str) -> str:
    """Run what must work, and give what it printed."""
    done = run(*words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def fail(*words: str) -> str:
    """Run what cannot be done: a sentence or two on stderr, and status 2."""
    done = run(*words)
    assert done.exit_code == 2, (done.output, done.exception)
    assert isinstance(done.exception, SystemExit), done.exception
    assert 1 <= len(done.stderr.strip().splitlines()) <= 4, done.stderr
    assert len(done.stderr) > 20
    assert "Traceback" not in done.stderr
    return done.stderr
