"""From a send to its verdict on the embedded sandbox, without a screen.

The reference is what no program could do without: the same hit posted and the same question asked, over one open
connection, with nothing made of the answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from signal_tui.core.delivery import Wishes
from signal_tui.core.paths import Paths
from signal_tui.core.samples import find_sample
from signal_tui.core.workbench import Workbench
from tests.benchmarks.row import Row

ALLOWANCE = 250.0
"""Milliseconds that a verdict may come later than the instance could tell."""


@contextmanager
def _only_own_settings() -> Iterator[None]:
    names = [name for name in os.environ if name.startswith("SIGNAL_TUI_") or name.lower().endswith("_proxy")]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(kept)


def _bare(origin: str, sends: int) -> list[float]:
    """Milliseconds for a hit and a question, sent as plainly as can be."""
    connection = HTTPConnection(urlsplit(origin).netloc)
    times = []
    for number in range(sends):
        started = perf_counter()
        hit = f"idsite=1&rec=1&url=https%3A%2F%2Fshop.example.com%2F{number}&_id={number:016x}"
        for body, path in (
            (hit, "/matomo/matomo.php"),
            (
                "module=API&method=Live.getLastVisitsDetails&idSite=1&period=day&date=today&format=JSON&filter_limit=5",
                "/matomo/index.php",
            ),
        ):
            connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
            connection.getresponse().read()
        times.append((perf_counter() - started) * 1000)
    connection.close()
    return times


def measure(home: Path, *, sends: int) -> list[Row]:
    """The row of verdicts."""
    with _only_own_settings(), Workbench.open(paths=Paths.under(home / "core")) as workbench:
        origin = workbench.start_sandbox()
        times, states = [], set()
        for number in range(sends + 1):
            payloads = workbench.map(find_sample("Order Completed").event)
            started = perf_counter()
            delivered = workbench.deliver(payloads, Wishes())
            states |= {one.state for one in delivered}
            if number:  # the first one imports and connects
                times.append((perf_counter() - started) * 1000)
        reference = median(_bare(origin, sends))
    settled = states <= {"found", "altered"}
    return [
        Row(
            what=f"send → verdict (median of {sends}): {', '.join(sorted(states))}",
            figure=median(times),
            unit="ms",
            reference=reference,
            reference_is="bare hit and question",
            target=f"≤ reference + {ALLOWANCE:g} ms",
            met=settled and median(times) <= reference + ALLOWANCE,
        )
    ]
