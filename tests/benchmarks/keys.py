"""From a key to the payload that follows from it, on the screen.

The revenue of the sample is changed one digit at a time; a key's time ends with the read that brought the new value to
the last payload. The reference is a plain TextArea with the same text and size: from a key to its own echo.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signal_tui.api import dump_json
from signal_tui.core.samples import find_sample
from tests.benchmarks.row import Row
from tests.benchmarks.starts import payload_is_there
from tests.terminal import BACKSPACE, DOWN, END, LEFT, Terminal, signal_tui

REVENUE = re.compile(r'"revenue": ([\d.]+)')

QUIET = 0.12
"""Seconds without output after which the screen is looked at; longer than any pause between two repaints for a key."""

TO_THE_TOP = "\x1b[1;5H"  # ctrl+home


def _to_the_revenue(terminal: Terminal) -> str:
    """Put the cursor behind the value of the revenue; returns the value."""
    terminal.press(TO_THE_TOP)
    terminal.settle(0.2)
    lines = terminal.lines
    top = next(number for number, line in enumerate(lines) if re.search(r"[│▊▎ ]\s*\{\s", line))
    at = next(number for number, line in enumerate(lines) if '"revenue"' in line)
    for _ in range(at - top):
        terminal.press(DOWN)
    terminal.press(END + LEFT)
    terminal.settle(0.2)
    found = REVENUE.search(lines[at])
    assert found is not None
    return found[1]


def _scroll_to_the_fields(terminal: Terminal, value: str, integrations: tuple[str, ...]) -> None:
    """Turn the wheel over each payload until the field of the revenue stands in it; the focus stays."""
    for name in integrations:
        title = f"╭─ {name}"
        top = next(number for number, line in enumerate(terminal.lines) if title in line)
        left = terminal.lines[top].index(title)
        right = terminal.lines[top].find("╮", left)
        for _ in range(80):
            rows = [line[left + 1 : right] for line in terminal.lines[top + 1 :]]
            bottom = next((at for at, line in enumerate(rows) if line.startswith("──")), len(rows))
            at = next((at for at, line in enumerate(rows[:bottom]) if value in line), None)
            if at is not None and at < bottom - 2:
                break
            terminal.press(f"\x1b[<65;{left + 10};{top + 6}M")
            terminal.settle(0.1)
        else:
            raise AssertionError(f"the revenue is nowhere in the payload of {name}\n{terminal.text}")


def _times(terminal: Terminal, value: str, places: int, keys: int) -> list[float]:
    """Milliseconds of each key; the value must stand at so many places of the screen."""

    def shows(wanted: str) -> Callable[[Terminal], bool]:
        pattern = re.compile(rf"(?<![\d.]){re.escape(wanted)}(?![\d.])")
        return lambda terminal: sum(bool(pattern.search(part)) for part in _panes(terminal)) >= places

    times = []
    for number in range(keys + 4):
        longer = number % 2 == 0
        digit = str(1 + number // 2 % 9)
        pressed = terminal.press(digit if longer else BACKSPACE)
        seen = terminal.wait_for(shows(value + digit if longer else value), quiet=QUIET)
        if number >= 4:  # the first ones warm up
            times.append((seen - pressed) * 1000)
    return times


def _panes(terminal: Terminal) -> list[str]:
    return [part for line in terminal.drawn for part in line.split("││")]


def percentile(values: list[float], share: float) -> float:
    """The value that a share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True, slots=True)
class Case:
    """A size of terminal and the integrations whose payloads are all repainted for a key."""

    integrations: tuple[str, ...]
    columns: int
    rows: int


CASES = (Case(("matomo",), 120, 40), Case(("matomo", "piwik-pro", "woopra"), 150, 45))


def _plain(home: Path, case: Case, keys: int) -> list[float]:
    text = home / "event.json"
    text.parent.mkdir(parents=True, exist_ok=True)
    text.write_text(dump_json(find_sample("Order Completed").event.wire(), 2))
    command = [sys.executable, "-m", "tests.benchmarks.plain_editor", str(text)]
    with Terminal(command, home=home / "plain", columns=case.columns, rows=case.rows) as terminal:
        terminal.wait_for('"revenue"', quiet=0.2)
        times = _times(terminal, _to_the_revenue(terminal), 1, keys)
        terminal.quit()
    return times


def _debugger(home: Path, case: Case, keys: int) -> list[float]:
    environment = {"SIGNAL_TUI_PLUGINS": ",".join(case.integrations)}
    with Terminal(
        signal_tui(), home=home / "sandbox", columns=case.columns, rows=case.rows, environment=environment
    ) as terminal:
        terminal.wait_for(payload_is_there, quiet=0.5)
        value = _to_the_revenue(terminal)
        _scroll_to_the_fields(terminal, value, case.integrations)
        times = _times(terminal, value, 1 + len(case.integrations), keys)
        terminal.quit()
    return times


def measure(home: Path, *, keys: int) -> list[Row]:
    """The rows of typing."""
    rows = []
    for case in CASES:
        plain, ours = _plain(home, case, keys), _debugger(home, case, keys)
        for name, share, target in (("p50", 0.5, None), ("p95", 0.95, 33.0)):
            figure = percentile(ours, share)
            vendors = f"{len(case.integrations)} repainted payload{'s' if len(case.integrations) > 1 else ''}"
            rows.append(
                Row(
                    what=f"key → {vendors}, {case.columns}×{case.rows}, {name} of {keys}",
                    figure=figure,
                    unit="ms",
                    reference=percentile(plain, share),
                    reference_is="echo in a plain TextArea",
                    target=f"≤ {target:g} ms" if target else "",
                    met=figure <= target if target else None,
                )
            )
    return rows
