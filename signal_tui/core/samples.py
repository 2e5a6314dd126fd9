"""Sample events: one for each event that Signal's presets name, and some that vendors take otherwise than meant.

Each is filled when it is asked for, so that it is always of now, of a visitor nobody has seen, and with an order id
that no vendor knows yet: a repeated order is refused, and visitors of one address and browser fall into one visit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from signal_tui.api.events import Event
from signal_tui.api.mappings import nearest
from signal_tui.api.values import Value, parse_json

_FOLDER = Path(__file__).parent / "sample_events"
_NETWORKS = ("203.0.113", "198.51.100", "192.0.2")  # set aside for documentation


class UnknownSampleError(ValueError):
    """There is no sample of that name; the message names the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A sample event. ``expected`` says what becomes of it with the preset that Signal documents, on a vendor that
    records orders: found, altered, excluded or skipped, with the reason."""

    name: str
    title: str
    note: str
    expected: str
    event: Event


def samples(now: datetime | None = None, new_id: Callable[[], str] | None = None) -> tuple[Sample, ...]:
    """All samples, freshly filled. ``new_id`` gives a UUID as text."""
    return tuple(_filled(data, now, new_id) for data in _data())


def sample_names() -> tuple[str, ...]:
    """The names of the samples, in their order."""
    return tuple(data["name"] for data in _data())


def find_sample(name: str, now: datetime | None = None, new_id: Callable[[], str] | None = None) -> Sample:
    """The sample of a name, freshly filled: as it is written, else in any case, else the only one with that event.

    Raises :class:`UnknownSampleError`.
    """
    wanted = name.strip().casefold()
    data = _data()
    found = [one for one in data if one["name"] == name] or [one for one in data if one["name"].casefold() == wanted]
    if not found:
        found = [one for one in data if one["event"].get("event", one["event"]["type"]).casefold() == wanted]
    if len(found) != 1:
        known = {known.casefold(): known for known in sample_names()}
        words = nearest(wanted.replace("_", " "), tuple(known))
        for folded, known_name in known.items() if words.startswith("did you mean") else ():
            if words == f"did you mean {folded}?":
                words = f"did you mean {known_name}?"
        if not words.startswith("did you mean"):
            words = f"known: {', '.join(sample_names())}"
        raise UnknownSampleError(f"there is no sample event {name[:100]!r}; {words}")
    return _filled(found[0], now, new_id)


@cache
def _data() -> tuple[dict[str, Any], ...]:
    return tuple(parse_json(path.read_bytes()) for path in sorted(_FOLDER.glob("*.json")))


def _filled(data: dict[str, Any], now: datetime | None, new_id: Callable[[], str] | None) -> Sample:
    event = Event.read(_with(data["event"], _filling(now, new_id)))
    return Sample(name=data["name"], title=data["title"], note=data["note"], expected=data["expected"], event=event)


def _filling(now: datetime | None, new_id: Callable[[], str] | None) -> dict[str, str]:
    if new_id is None:
        import uuid

        new_id = lambda: str(uuid.uuid4())  # noqa: E731  # a name for the default
    now = (now or datetime.now(UTC)).astimezone(UTC)
    anonymous, message, unique = new_id(), new_id(), new_id().replace("-", "")
    bare = anonymous.replace("-", "")
    return {
        "{now}": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "{anonymous}": anonymous,
        "{short}": bare[:8],
        "{visitor}": bare[:6],
        "{cookie}": bare[:20].upper(),
        "{ip}": f"{_NETWORKS[int(bare[6:8], 16) % 3]}.{int(bare[8:14], 16) % 254 + 1}",
        "{message}": message,
        "{unique}": f"{now:%y%m%d}-{unique[:8].upper()}",
    }


def _with(value: Value, filling: dict[str, str]) -> Value:
    if isinstance(value, dict):
        return {key: _with(item, filling) for key, item in value.items()}
    if isinstance(value, list):
        return [_with(item, filling) for item in value]
    if isinstance(value, str) and "{" in value:
        for mark, text in filling.items():
            value = value.replace(mark, text)
    return value
