"""Which event of a timeline is the one that was sent.

By its ``idptnc`` where the timeline shows it (assumed), else by its name, its properties and the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from signal_tui.api import Hit
from signal_tui_woopra.differences import is_same
from signal_tui_woopra.hits import Tracking
from signal_tui_woopra.parameters import MARKER, seconds
from signal_tui_woopra.timeline import Shown

EARLY, LATE = 5.0, 120.0
"""Seconds around the moment of a hit by Woopra's own clock, for its event to be the hit's."""

UNSURE = 900.0
"""Seconds both ways where only our own clock is known."""

APART = 2.0
"""Seconds that one of several equal events must be nearer than the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A hit as it is looked for. ``earliest`` and ``latest`` bound the time of its event."""

    name: str
    properties: dict[str, str]
    marker: str
    moment: float
    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class Match:
    """The events that may be the hit's: one, none, or several that fit equally well. ``by`` says how."""

    found: Sequence[Shown] = field(default=())
    by: str = ""


def seek(hit: Hit, tracking: Tracking) -> Sought:
    """What to look for."""
    properties = {name: value for name, value in tracking.event_properties.items() if name != "app"}
    moment, early, late = hit.sent_at, UNSURE, UNSURE
    if (named := seconds(tracking.params.get("timestamp", ""))) is not None:
        moment, early, late = named, EARLY, EARLY
    elif (served := _served(hit)) is not None:
        moment, early, late = served, EARLY, LATE
    return Sought(
        name=tracking.params.get("event", ""),
        properties=properties,
        marker=tracking.params.get(MARKER, ""),
        moment=moment,
        earliest=moment - early,
        latest=moment + late,
    )


def _served(hit: Hit) -> float | None:
    """When the hit was answered, by the clock of who answered it."""
    date = hit.reply.header("Date") if hit.reply is not None else None
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def recognise(sought: Sought, events: Sequence[Shown]) -> Match:
    """The event of a hit."""
    if sought.marker and (marked := [event for event in events if event.marker == sought.marker]):
        return Match(marked, f"known by its {MARKER}")
    candidates = [event for event in events if event.name == sought.name and event.marker in ("", sought.marker)]
    candidates = [event for event in candidates if _is_possible(sought, event)]
    if not candidates:
        return Match()
    points = [_equal(sought, event) for event in candidates]
    most = max(points)
    best = [event for event, count in zip(candidates, points, strict=True) if count == most]
    timed = all(event.time is not None for event in best)
    by = "known by name, properties and time" if timed else "known by name and properties; the timeline shows no time"
    if len(best) > 1 and timed:
        best.sort(key=lambda event: abs((event.time or 0.0) - sought.moment))
        gaps = [abs((event.time or 0.0) - sought.moment) for event in best[:2]]
        if gaps[1] - gaps[0] > APART:
            best = best[:1]
    return Match(best, by)


def _is_possible(sought: Sought, event: Shown) -> bool:
    """Whether the time fits and no id is another one; without a time, half of the properties must be equal."""
    for name, value in sought.properties.items():
        if name.endswith("_id") and name in event.properties and not is_same(value, event.properties[name]):
            return False
    if event.time is None:
        return 2 * _equal(sought, event) >= len(sought.properties)
    return sought.earliest <= event.time <= sought.latest


def _equal(sought: Sought, event: Shown) -> int:
    shown = event.properties
    return sum(name in shown and is_same(value, shown[name]) for name, value in sought.properties.items())
