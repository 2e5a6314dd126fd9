"""From the command to the first frame, and to the payload, beside a Textual app with nothing in it.

Both run in turn, in the same terminal, from files that were compiled before. A time is that of the read which brought
the last of what had to be there; the screen is emulated afterwards, so that it costs the program nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks import empty_app
from tests.benchmarks.row import Row
from tests.terminal import Terminal, signal_tui

EMPTY = [sys.executable, "-m", "tests.benchmarks.empty_app"]

QUIET = 0.4
"""Seconds without output after which a start is over."""


def frame_is_there(terminal: Terminal) -> bool:
    """The frame stands, with the event's name in a title and its text in the editor."""
    text = "\n".join(terminal.drawn)
    return "Order Completed" in text and '"event": "Order Completed"' in text and "╯" in text


def payload_is_there(terminal: Terminal) -> bool:
    """A field of the payload is on the screen."""
    return any(re.search(r"\bidsite\s+1\b", line) for line in terminal.drawn)


def _start(command: Sequence[str], home: Path, marks: Sequence[object]) -> list[float]:
    with Terminal(command, home=home) as terminal:
        times = []
        for mark in marks:
            assert isinstance(mark, str) or callable(mark)
            times.append(terminal.wait_for(mark, quiet=QUIET) - terminal.started)
        terminal.quit()
    return times


def measure(home: Path, *, pairs: int) -> list[Row]:
    """The two rows of starting."""
    empty, frame, payload = [], [], []
    for number in range(pairs + 1):
        [first] = _start(EMPTY, home / "empty", [empty_app.MARK])
        frame_at, payload_at = _start(signal_tui(), home / "sandbox", [frame_is_there, payload_is_there])
        if number:  # the first pair warms the files
            empty.append(first * 1000)
            frame.append(frame_at * 1000)
            payload.append(payload_at * 1000)
    reference = median(empty)
    rows = []
    for what, times, most in (("first frame with the event", frame, 1.5), ("payload visible", payload, 2.5)):
        rows.append(
            Row(
                what=f"{what} (median of {pairs})",
                figure=median(times),
                unit="ms",
                reference=reference,
                reference_is="empty app with Header and Footer",
                target=f"ratio ≤ {most}",
                met=median(times) / reference <= most,
            )
        )
    return rows
