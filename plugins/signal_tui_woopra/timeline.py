"""The events of a profile as Woopra shows them, and its properties.

Published code of others shows ``timeline[].events[]`` with ``type``, ``payload.name`` and ``payload.props`` as lists of
key, label and value; nothing shows how a time or ``idptnc`` looks, so they are looked for (assumed). Total over any
JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from signal_tui.api import text_of
from signal_tui.api.values import Value
from signal_tui_woopra.parameters import MARKER

MOST = 5000
"""Events that are looked at in one answer."""

_TIMES = ("time", "timestamp", "ts", "at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One event of a timeline. ``time``: seconds since 1970, None where it is not shown; ``marker`` likewise."""

    name: str
    properties: Mapping[str, Value]
    time: float | None = None
    marker: str = ""
    number: int = 0

    def named(self) -> str:
        """What to call it in a sentence."""
        return f"event {self.number + 1} of the timeline ({self.name[:40]})"

    def record(self) -> dict[str, Value]:
        """The event as JSON."""
        tree: dict[str, Value] = {"event": self.name, "properties": dict(self.properties)}
        if self.time is not None:
            tree["time"] = self.time
        if self.marker:
            tree[MARKER] = self.marker
        return tree


def read_timeline(document: Value) -> list[Shown]:
    """The events of an answer of ``profile/actions``, in their order; what is none is left out."""
    found: list[Shown] = []
    for entry in _entries(document):
        payload = entry.get("payload")
        if not isinstance(payload, Mapping) or entry.get("type", "event") != "event":
            continue
        name = payload.get("name")
        if isinstance(name, str) and name:
            properties = read_properties(payload.get("props"))
            marker = payload.get(MARKER) or entry.get(MARKER) or properties.pop(MARKER, "")
            moment = next((time for tree in (payload, entry) for time in _times(tree)), None)
            shown = Shown(name=name, properties=properties, time=moment, marker=text_of(marker), number=len(found))
            found.append(shown)
        if len(found) >= MOST:
            break
    return found


def _entries(document: Value) -> Iterator[Mapping[str, Value]]:
    days = document.get("timeline") if isinstance(document, Mapping) else document
    for day in days if isinstance(days, list) else ():
        events = day.get("events") if isinstance(day, Mapping) else None
        for entry in events if isinstance(events, list) else ():
            if isinstance(entry, Mapping):
                yield entry


def read_properties(value: Value) -> dict[str, Value]:
    """Properties by name: from lists of key, label and value, from objects with key and value, or from one object."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    found: dict[str, Value] = {}
    for row in value if isinstance(value, list) else ():
        if isinstance(row, list) and len(row) >= 2:
            found[text_of(row[0])] = row[-1]
        elif isinstance(row, Mapping) and isinstance(name := row.get("key", row.get("name")), str):
            found[name] = row.get("value")
    return found


def _plain(value: Value) -> Value:
    """A value that may stand in an object of its own."""
    return value["value"] if isinstance(value, Mapping) and "value" in value else value


def _times(tree: Mapping[str, Value]) -> Iterator[float]:
    for name in _TIMES:
        value = tree.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, int | float) and not isinstance(value, bool) and 1e8 < value < 1e14:
            yield value / 1000 if value > 1e11 else float(value)
