"""``python -m tests.benchmarks [--quick]``: all figures in one table, in less than three minutes."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import keys, mapping, rest, sandbox, starts
from tests.benchmarks.row import Row, table


def machine() -> str:
    """What the figures were taken on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores{load}, "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"Textual {importlib.metadata.version('textual')}"
    )


def main() -> int:
    """Measure and print; 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: shows that it runs, says little")
    parser.add_argument("only", nargs="*", help="mapping, starts, keys, rest, sandbox (default: all)")
    args = parser.parse_args()
    quick = args.quick
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="signal-tui-benchmarks-") as folder:
        home = Path(folder)
        parts: dict[str, Callable[[], list[Row]]] = {
            "mapping": lambda: mapping.measure(rounds=5 if quick else 25, calls=500 if quick else 4000),
            "starts": lambda: starts.measure(home, pairs=1 if quick else 9),
            "keys": lambda: keys.measure(home, keys=10 if quick else 120),
            "rest": lambda: rest.measure(home, seconds=0.5 if quick else 3.0),
            "sandbox": lambda: sandbox.measure(home, sends=3 if quick else 20),
        }
        rows: list[Row] = []
        for name, measure in parts.items():
            if not args.only or name in args.only:
                print(f"measuring {name} …", file=sys.stderr, flush=True)
                rows += measure()
    print(table(rows))
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
