"""What the tracker debugger shows: sessions with their events, and the raw requests behind them.

The debugger answers a session a line, the logs a request a line (documented). Any field may be missing or of another
type; such a line or value counts as not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from signal_tui.api import parse_json, text_of
from signal_tui.api.values import Value

BROKEN = 17
EXCLUDED = 18
TYPES: Mapping[int, str] = {
    1: "pageview", 2: "outlink", 3: "download", 4: "search", 5: "event", 6: "content", 7: "interaction", 8: "goal",
    9: "order", 15: "ping", 16: "cart", 17: "broken", 18: "excluded", 19: "ping", 20: "ping", 21: "ping",
    22: "product-view", 23: "add-to-cart", 24: "remove-from-cart",
}  # fmt: skip
"""Types of events by their number (documented), in the words of forecasts."""

MOST_SESSIONS = 1000
MOST_EVENTS = 20_000

_SESSION = (
    "session_id_hex", "visitor_id_hex", "cookie_id_hex", "user_id", "server_time", "organization", "location_ipv4",
    "location_ipv6", "location_country_iso_code", "location_city_name", "browser_name", "operating_system",
    "device_type", "browser_language_iso639", "referrer_type", "referrer_url", "source_medium", "campaign_name",
)  # fmt: skip


def text(value: Value) -> str:
    """A shown value as text; nothing for what is missing, and for trees."""
    return "" if value is None or isinstance(value, bool | dict | list) else text_of(value)


def number(value: Value) -> float | None:
    """A shown value as a number: it may come as a number or a text; None for anything else."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < 1e300 else None


def moment(value: Value) -> float | None:
    """Seconds since 1970 of a time of the debugger (UTC without saying so) or of the logs."""
    sent = text(value)
    head, dot, fraction = sent.partition(".")
    digits = fraction.rstrip("Z")[:6] if dot else ""
    try:
        at = datetime.fromisoformat(head.removesuffix("Z"))
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return at.timestamp() + (float("0." + digits) if digits.isdigit() else 0.0)
    except (ValueError, OverflowError):
        return None


def clock(at: float | None) -> str:
    """A time of day in UTC with its date, for people."""
    try:
        return "an unknown time" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return "an unknown time"


@dataclass(frozen=True, slots=True)
class Record:
    """One event of a session. ``kind`` in our words, ``at`` in seconds UTC where it is readable."""

    session: Mapping[str, Value]
    event: Mapping[str, Value]
    index: int

    @property
    def type(self) -> int:
        """The number of the event's type, 0 where it is not readable."""
        told = self.event.get("event_type")
        first = told[0] if isinstance(told, list) and told else told
        return first if isinstance(first, int) and not isinstance(first, bool) else 0

    @property
    def kind(self) -> str:
        return TYPES.get(self.type, "unknown")

    @property
    def type_name(self) -> str:
        """What the debugger calls the type."""
        told = self.event.get("event_type")
        return text(told[1]) if isinstance(told, list) and len(told) > 1 else self.kind

    @property
    def at(self) -> float | None:
        return moment(self.event.get("server_time"))

    @property
    def key(self) -> tuple[str, str]:
        """What tells this event from every other."""
        own = text(self.event.get("event_id_hex")) or text(self.event.get("event_id_str")) or str(self.index)
        return text(self.session.get("session_id_hex")), own

    @property
    def logs(self) -> list[str]:
        """The ids of the raw requests that made the event."""
        told = self.event.get("log_uuids")
        return [text(one) for one in told if text(one)] if isinstance(told, list) else []

    @property
    def is_first(self) -> bool:
        """Whether the event began its session: then the session shows what it brought."""
        return self.event.get("is_entry") is True or self.index == 0

    def named(self) -> str:
        """The record in a few words, to tell it from others."""
        return f"session {self.key[0] or '?'} at {clock(self.at)}"


@dataclass(frozen=True, slots=True)
class Log:
    """One raw request. ``params`` are texts; what the debugger anonymises is ``<anonymized>``."""

    id: str
    at: float | None
    params: Mapping[str, str]


ANONYMOUS = "<anonymized>"


def _lines(body: bytes, most: int) -> Iterator[dict[str, Any]]:
    for line in body.splitlines()[:most]:
        if not line.strip():
            continue
        try:
            value = parse_json(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def is_stream(body: bytes) -> bool:
    """Whether a body is what the debugger answers: nothing, or lines of JSON objects."""
    first = body.lstrip()[:1]
    return first in (b"", b"{")


def read_sessions(body: bytes) -> list[dict[str, Any]]:
    """The sessions of an answer, in its order."""
    return list(_lines(body, MOST_SESSIONS))


def records(sessions: Sequence[Mapping[str, Value]]) -> list[Record]:
    """All events of some sessions."""
    found: list[Record] = []
    for session in sessions:
        events = session.get("events")
        rows = events if isinstance(events, list) else []
        found += [Record(session, event, index) for index, event in enumerate(rows) if isinstance(event, dict)]
        if len(found) > MOST_EVENTS:
            break
    return found[:MOST_EVENTS]


def read_logs(body: bytes) -> list[Log]:
    """The raw requests of an answer."""
    found = []
    for row in _lines(body, MOST_EVENTS):
        params = row.get("query_params")
        shown = {str(name): text(value) for name, value in params.items()} if isinstance(params, dict) else {}
        found.append(Log(text(row.get("id")), moment(row.get("time")), shown))
    return found


def compact(record: Record) -> dict[str, Any]:
    """The record as it is shown and stored: the event, and of its session what is of use."""
    shown: dict[str, Any] = {"type": record.kind}
    if record.at is not None:
        shown["time"] = clock(record.at)
    for name in _SESSION:
        value = record.session.get(name)
        if value is not None and value != "":
            shown[name] = value
    for name, value in record.event.items():
        if value is None or value == "" or str(name).startswith(("previous_", "next_", "timing_", "session_id")):
            continue
        if name not in ("event_id", "event_id_str", "is_exit", "is_entry"):
            shown[str(name)] = value
    return shown
