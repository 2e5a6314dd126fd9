"""The sample that lies open at the start, as text, made without loading the core: the first frame need not wait for it.

:mod:`signal_tui.core.samples` fills all samples in this way; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

FIRST = "Order Completed"
"""Its name among the samples."""

_FILE = Path(__file__).parent.parent / "core" / "sample_events" / "06-order-completed.json"
_NETWORKS = ("203.0.113", "198.51.100", "192.0.2")


def first_text(now: datetime | None = None, new_id: Callable[[], str] | None = None) -> str:
    """The event's JSON, of now, with ids that nobody has seen."""
    if new_id is None:
        import uuid

        new_id = lambda: str(uuid.uuid4())  # noqa: E731  # a name for the default
    now = (now or datetime.now(UTC)).astimezone(UTC)
    anonymous, message, unique = new_id(), new_id(), new_id().replace("-", "")
    bare = anonymous.replace("-", "")
    filling = {
        "{now}": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "{anonymous}": anonymous,
        "{short}": bare[:8],
        "{visitor}": bare[:6],
        "{cookie}": bare[:20].upper(),
        "{ip}": f"{_NETWORKS[int(bare[6:8], 16) % 3]}.{int(bare[8:14], 16) % 254 + 1}",
        "{message}": message,
        "{unique}": f"{now:%y%m%d}-{unique[:8].upper()}",
    }
    lines = _FILE.read_text("utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith('  "event": {'))
    last = next(number for number in range(first, len(lines)) if lines[number] in ("  }", "  },"))
    text = "\n".join(["{", *(line[2:] for line in lines[first + 1 : last]), "}"])
    for mark, words in filling.items():
        text = text.replace(mark, words)
    return text
