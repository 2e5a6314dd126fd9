"""Screens as text: each state of the debugger is compared with a file of what it looked like when somebody liked it.

``pytest tests/screens --accept-screens`` writes the files anew; look at the difference before committing it.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

from signal_tui.tui.app import SignalApp
from tests.tui.bench import lines_of

EXPECTED = Path(__file__).parent / "expected"

Compare = Callable[[SignalApp, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept-screens", action="store_true", help="take the screens as they are now")


@pytest.fixture
def same_screen(request: pytest.FixtureRequest) -> Compare:
    """Compare the screen with the file of a name."""

    def compare(app: SignalApp, name: str) -> None:
        now = "\n".join(line.rstrip() for line in lines_of(app)) + "\n"
        file = EXPECTED / f"{name}.txt"
        if request.config.getoption("--accept-screens", default=False):
            file.parent.mkdir(exist_ok=True)
            file.write_text(now, encoding="utf-8")
            return
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        if now != before:
            difference = difflib.unified_diff(
                before.splitlines(), now.splitlines(), "expected", "now", lineterm="", n=1
            )
            pytest.fail(f"the screen {name} looks different:\n" + "\n".join(difference), pytrace=False)

    return compare


@pytest.fixture(autouse=True)
def same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always five past twelve."""
    monkeypatch.setattr("signal_tui.tui.bridge.time_of_day", lambda: "12:05:00")
