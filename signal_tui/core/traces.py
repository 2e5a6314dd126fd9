"""The trace read forwards: from a field of the event to every parameter it feeds, or to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from signal_tui.api.events import Event
from signal_tui.api.identity import SIGNALS
from signal_tui.api.payloads import Payload
from signal_tui.api.values import Value
from signal_tui.api.vendor import IdentitySignal

_NOT_DATA = ("type", "event", "name")
_MOST_LEAVES = 5000


def leaves(tree: Mapping[str, Any]) -> list[tuple[str, Value]]:
    """Path and value of everything in an event that is not an object; a list counts as one value."""
    found: list[tuple[str, Value]] = []

    def walk(value: Value, path: str) -> None:
        if isinstance(value, Mapping):
            for key, item in value.items():
                walk(item, f"{path}.{key}" if path else str(key))
        elif len(found) < _MOST_LEAVES:
            found.append((path, value))

    walk(tree, "")
    return found


def forward(event: Event, payloads: Iterable[Payload]) -> dict[str, list[tuple[str, str]]]:
    """Path in the event → (integration, parameter) pairs; an empty list for a field that nobody uses."""
    feeds: dict[str, list[tuple[str, str]]] = {}
    for payload in payloads:
        for field in payload.fields:
            feeds.setdefault(field.source, []).append((payload.integration, field.target))
    result: dict[str, list[tuple[str, str]]] = {}
    for path, _ in leaves(event.wire()):
        if path in _NOT_DATA or path.startswith("context.consent"):
            continue
        result[path] = [
            pair
            for source, pairs in feeds.items()
            if source == path or source.startswith((path + ".", path + "[")) or path.startswith(source + ".")
            for pair in pairs
        ]
    return result


def unused(event: Event, payloads: Iterable[Payload]) -> list[str]:
    """The paths of the event that feed no parameter of any mapped payload."""
    mapped = [payload for payload in payloads if payload.status == "mapped"]
    return [path for path, pairs in forward(event, mapped).items() if not pairs] if mapped else []


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCell:
    """What one vendor gets for one identity signal. ``state``: sent, missing (the event has none), or none (the
    vendor takes no such signal)."""

    state: str
    parameter: str = ""
    value: Value = None
    derivation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow:
    """One canonical signal: its value in the event and a cell per payload, in the payloads' order."""

    signal: str
    label: str
    value: Value
    cells: tuple[IdentityCell, ...]


def _value_at(event: Event, path: str) -> Value:
    value: Value = event.tree
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value or None


def identity_table(
    event: Event, payloads: Iterable[Payload], signals: Mapping[str, tuple[IdentitySignal, ...]]
) -> list[IdentityRow]:
    """The canonical signals as rows and the payloads as columns; ``signals``: integration → its vendor's table."""
    columns = list(payloads)
    rows = []
    for signal, label in SIGNALS:
        value = _value_at(event, signal)
        cells = tuple(_cell(payload, signals.get(payload.integration, ()), signal, value) for payload in columns)
        if value is not None or any(cell.state != "none" for cell in cells):
            rows.append(IdentityRow(signal=signal, label=label, value=value, cells=cells))
    return rows


def _cell(payload: Payload, table: tuple[IdentitySignal, ...], signal: str, value: Value) -> IdentityCell:
    entries = [entry for entry in table if entry.signal == signal or entry.signal.startswith(signal + ".")]
    if not entries:
        return IdentityCell(state="none")
    for entry in entries:
        for field in payload.fields:
            if field.target == entry.parameter:
                words = field.change or entry.derivation
                return IdentityCell(state="sent", parameter=entry.parameter, value=field.value, derivation=words)
    because = "missing in the event" if value is None else "not sent"
    return IdentityCell(state="missing", parameter=entries[0].parameter, derivation=because)
