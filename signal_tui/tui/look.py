"""What the event in the editor comes to: read, mapped for every integration, and traced both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signal_tui.tui.places import line_of, places

if TYPE_CHECKING:
    from signal_tui.api.events import Event
    from signal_tui.api.payloads import Payload
    from signal_tui.core.traces import IdentityRow
    from signal_tui.core.workbench import Workbench

MOST_TRACED = 200_000
"""Characters of an event up to which its lines are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at a text. Where it is no event, ``problem`` says why, ``line`` (from 0) and ``column`` (from 1) where,
    as far as known; the other members are empty then.

    ``feeds``: path → (integration, parameter) pairs. ``lines``: path → line of the text.
    """

    text: str
    event: Event | None = None
    problem: str = ""
    line: int | None = None
    column: int | None = None
    payloads: Sequence[Payload] = ()
    identity: Sequence[IdentityRow] = ()
    feeds: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def unused(self, integration: str) -> list[str]:
        """The paths that an integration does not use."""
        return [path for path, pairs in self.feeds.items() if not any(name == integration for name, _ in pairs)]


def look_at(text: str, workbench: Workbench | None) -> Look:
    """Read and map a text. Never raises for what stands in it."""
    from signal_tui.core import traces
    from signal_tui.core.reading import ReadingError, read_event_json

    if not text.strip():
        return Look(text=text, problem="There is no event yet: ^n chooses one, or paste one.")
    try:
        event = read_event_json(text)
    except ReadingError as error:
        words = f"{error.path}: {error.message}" if error.path else error.message
        line = error.line - 1 if error.line else line_of(error.path, places(text)) if error.path else None
        return Look(text=text, problem=words, line=line, column=error.column)
    found = places(text) if len(text) <= MOST_TRACED else {}
    if workbench is None:
        return Look(text=text, event=event, lines=found)
    payloads = workbench.map(event)
    mapped = [payload for payload in payloads if payload.status == "mapped"]
    return Look(
        text=text,
        event=event,
        payloads=payloads,
        identity=workbench.identities(event, payloads),
        feeds=traces.forward(event, mapped) if mapped else {},
        lines=found,
    )
