"""The state: sessions with their events, and the raw requests behind them. Bounded; the oldest goes first."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_SESSIONS = 1000
MOST_EVENTS = 5000
PAUSE = 1800.0
"""Seconds without an event after which a session is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """A request as it came: what the logs show."""

    id: str
    at: float
    method: str
    headers: tuple[tuple[str, str], ...]
    params: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class StoredEvent:
    """One event: its type, when it counts, what it shows, and what was assumed for it."""

    id: str
    type: int
    at: float
    log: str
    shown: dict[str, Any] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """One session. ``device`` is the hash of what is recognised where no id is; ``updated``: its last arrival."""

    app: str
    cookie: str
    visitor: str
    device: str
    user: str = ""
    address: str = ""
    language: str = ""
    referrer: str = ""
    updated: float = 0.0
    events: list[StoredEvent] = field(default_factory=list)
    dimensions: dict[int, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.events[0].id if self.events else "0" * 16


class Store:
    """All sessions, oldest first."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.requests: dict[str, RawRequest] = {}
        self._count = 0

    def new_id(self) -> str:
        """16 hexadecimal characters that no other event has."""
        self._count += 1
        return hashlib.sha256(f"event {self._count}".encode()).hexdigest()[:16]

    def keep(self, at: float, method: str, headers: tuple[tuple[str, str], ...], params: Mapping[str, str]) -> str:
        """Keep a raw request; returns its id."""
        self._count += 1
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"log {self._count}"))
        self.requests[name] = RawRequest(id=name, at=at, method=method, headers=headers, params=params)
        return name

    def find(self, app: str, visitor: str, cookie: str, device: str, at: float, by_device: bool) -> Session | None:
        """The session under way that a hit joins: its visitor's, else its device's."""
        open_ = [one for one in reversed(self.sessions) if one.app == app and abs(at - one.updated) < PAUSE]
        if visitor:
            own = next((one for one in open_ if visitor in (one.visitor, one.cookie) or cookie == one.cookie), None)
            if own is not None:
                return own
        return next((one for one in open_ if by_device and one.device == device), None)

    def add(self, session: Session, event: StoredEvent, arrived: float) -> None:
        """Add an event to a session, a new or a known one."""
        session.events.append(event)
        session.updated = arrived
        if session in self.sessions:
            self.sessions.remove(session)
        self.sessions.append(session)
        while len(self.sessions) > MOST_SESSIONS or len(self.requests) > MOST_EVENTS:
            first = self.sessions[0]
            gone = {one.log for one in first.events[:50]}
            del first.events[:50]
            if not first.events:
                self.sessions.pop(0)
            for name in gone:
                self.requests.pop(name, None)
