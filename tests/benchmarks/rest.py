"""What the program costs while nobody does anything: processor time, and memory after a send."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from time import perf_counter

from tests.benchmarks import empty_app
from tests.benchmarks.row import Row
from tests.benchmarks.starts import EMPTY, payload_is_there
from tests.terminal import Terminal, control, signal_tui

SETTLED = re.compile(r"✓ found|! altered|✗ (excluded|missing)|\? cannot-tell")
MOST_MEMORY = 80.0


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, user and system, from ``/proc``."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> tuple[float, float]:
    """Resident memory now and at most, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    now, most = (re.search(rf"{name}:\s+(\d+) kB", status) for name in ("VmRSS", "VmHWM"))
    assert now is not None
    assert most is not None
    return int(now[1]) / 1024, int(most[1]) / 1024


def _idle(terminal: Terminal, seconds: float) -> float:
    """Percent of a processor that is used while nothing happens."""
    terminal.settle(0.5)
    before, started = cpu_seconds(terminal.pid), perf_counter()
    while (left := started + seconds - perf_counter()) > 0:
        terminal.read(left)
    return 100 * (cpu_seconds(terminal.pid) - before) / seconds


def measure(home: Path, *, seconds: float) -> list[Row]:
    """The rows of rest."""
    if not sys.platform.startswith("linux"):
        return []
    with Terminal(EMPTY, home=home / "empty") as terminal:
        terminal.wait_for(empty_app.MARK, quiet=0.2)
        empty_idle, (empty_memory, empty_most) = _idle(terminal, seconds), memory(terminal.pid)
        terminal.quit()
    with Terminal(signal_tui(), home=home / "sandbox") as terminal:
        terminal.wait_for(payload_is_there, quiet=0.2)
        before = _idle(terminal, seconds)
        terminal.press(control("s"))
        terminal.wait_for(lambda terminal: SETTLED.search("\n".join(terminal.drawn)) is not None, quiet=0.2)
        after = _idle(terminal, seconds)
        now, most = memory(terminal.pid)
        terminal.quit()
    name = "empty app"
    return [
        Row(
            what=f"idle CPU over {seconds:g} s, after the start",
            figure=before,
            unit="%",
            reference=empty_idle,
            reference_is=name,
            target="0",
            met=before == 0,
        ),
        Row(
            what=f"idle CPU over {seconds:g} s, after a send",
            figure=after,
            unit="%",
            reference=empty_idle,
            reference_is=name,
            target="0",
            met=after == 0,
        ),
        Row(
            what="memory at rest, after a send",
            figure=now,
            unit="MiB",
            reference=empty_memory,
            reference_is=name,
            target=f"≤ {MOST_MEMORY:g} MiB",
            met=now <= MOST_MEMORY,
        ),
        Row(
            what="memory at most, after a send",
            figure=most,
            unit="MiB",
            reference=empty_most,
            reference_is=name,
            target=f"≤ {MOST_MEMORY:g} MiB",
            met=most <= MOST_MEMORY,
        ),
    ]
