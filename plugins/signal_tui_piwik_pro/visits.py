"""The sessions of an integration's app with their events, newest first, as the tracker debugger shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signal_tui.api import Flow, Settings, VisitQuery
from signal_tui_piwik_pro.access import NotReadable, Problem, Reader
from signal_tui_piwik_pro.parameters import is_hex16
from signal_tui_piwik_pro.sessions import Record, moment, read_sessions, records
from signal_tui_piwik_pro.settings import app_id
from signal_tui_piwik_pro.verify import DEBUGGER, SESSIONS, STREAM, WINDOW

_PAGES = 20


def visits(query: VisitQuery, settings: Settings) -> Flow[Sequence[Mapping[str, Any]]]:
    """Sessions of the last five hours, newest first, at most ``query.limit``.

    A session has the names of the debugger API; ``actions`` is the list of its events, each with ``type`` in our words
    and ``timestamp`` in seconds UTC. Raises :class:`NotReadable` with a sentence for people.
    """
    reader = Reader(settings)
    pairs: list[tuple[str, str | int]] = [("app_id", app_id(settings)), ("lookup_window", WINDOW)]
    if query.visitor:
        if not is_hex16(query.visitor):
            raise NotReadable("a visitor id of Piwik PRO has 16 hexadecimal characters")
        pairs.append(("visitor_id", query.visitor.lower()))
    if query.user:
        pairs.append(("user_id", query.user))
    found: dict[str, Mapping[str, Any]] = {}
    for page in range(_PAGES):
        size = min(SESSIONS, query.limit - len(found))
        if size <= 0:
            break
        answer = yield from reader.get(DEBUGGER, *pairs, ("limit", size), ("offset", page * SESSIONS), accept=STREAM)
        if isinstance(answer, Problem):
            raise NotReadable(answer.reason)
        sessions = read_sessions(answer.body)
        before = len(found)
        for session in sessions:
            last = moment(session.get("session_last_event_time")) or moment(session.get("updated_at"))
            if query.since is None or last is None or last >= query.since - 1:
                found.setdefault(str(session.get("session_id_hex") or f"?{len(found)}"), _shown(session))
        if len(sessions) < size or len(found) == before:
            break
    return list(found.values())[: query.limit]


def _shown(session: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in session.items() if name != "events"}
    found["actions"] = [_event(record) for record in records([session])]
    return found


def _event(record: Record) -> dict[str, Any]:
    return {**record.event, "type": record.kind, "timestamp": record.at}
