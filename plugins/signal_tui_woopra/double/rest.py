"""The REST API of the double: ``profile/actions`` and ``profile`` of any version, behind Basic credentials."""

from __future__ import annotations

import base64
import json
import math
from collections import deque
from collections.abc import Mapping

from signal_tui.api import Reply, Request, form_pairs, text_of
from signal_tui.api.values import Value
from signal_tui_woopra.double.people import Event, People, Profile
from signal_tui_woopra.double.tracker import PROJECT, answer
from signal_tui_woopra.hits import flat_body
from signal_tui_woopra.parameters import LENGTHS, MARKER, whole
from signal_tui_woopra.reading import FIELDS

APP_ID = "SANDBOX0APP0ID00000000000000WOOP"
SECRET_KEY = "sandbox-secret-key-of-woopra"

_WINDOWS = ((60, 300), (3600, 600), (86_400, 3000))
"""Seconds, and the questions that a project may be asked within them (documented)."""


class Rest:
    """Answers questions about profiles."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._asked: deque[float] = deque(maxlen=max(most for _, most in _WINDOWS))

    def handle(self, request: Request, path: str) -> Reply:
        """The answer to one question; ``path`` begins with the version."""
        if not _is_authorized(request):
            return answer(401, "Invalid access key")
        now = request.at or 0.0
        if wait := self._full(now):
            reply = answer(429, "Too many requests")
            return Reply(status=429, headers=(*reply.headers, ("Retry-After", str(wait))), body=reply.body)
        self._asked.append(now)
        arguments = _arguments(request)
        name = path.partition("/")[2].strip("/")
        if name not in ("profile", "profile/actions"):
            return answer(404, "No such endpoint")
        if text_of(arguments.get("project", arguments.get("website"))) != PROJECT:
            return answer(403, "No access to this project")
        profile = self._profile(arguments)
        if name == "profile":
            return _json({"pid": str(profile.number), "properties": profile.properties} if profile else {})
        days = whole(text_of(arguments.get("limit")))
        since = now - 86_400 * (30 if days is None else days)
        events = [event for event in profile.events if event.time >= since] if profile else []
        return _json({"timeline": [_session(session) for session in reversed(_sessions(events))]})

    def _full(self, now: float) -> int:
        """Seconds until a question may be asked again; 0 when it may now."""
        waits = [self._asked[-most] + seconds - now for seconds, most in _WINDOWS if len(self._asked) >= most]
        return max(0, math.ceil(max(waits, default=0.0)))

    def _profile(self, arguments: Mapping[str, Value]) -> Profile | None:
        key = text_of(arguments.get("key"))
        if key == "pid":
            return None
        for name, field in FIELDS.items():
            value = arguments.get("value") if field == key else arguments.get(field)
            if value not in (None, ""):
                return self._people.find(name, text_of(value)[: LENGTHS[name]])
        return None


def _arguments(request: Request) -> dict[str, Value]:
    return {**(flat_body(request) or {}), **dict(form_pairs(request))}


def _is_authorized(request: Request) -> bool:
    wanted = "Basic " + base64.b64encode(f"{APP_ID}:{SECRET_KEY}".encode()).decode()
    older = (request.header("X-Access-Id"), request.header("X-Access-Secret"))
    return request.header("Authorization") == wanted or older == (APP_ID, SECRET_KEY)


def _json(document: Value) -> Reply:
    return Reply(status=200, headers=(("Content-Type", "application/json"),), body=json.dumps(document).encode())


def _sessions(events: list[Event]) -> list[list[Event]]:
    """Events in the order of their time, cut where a visit had ended before the next one."""
    sessions: list[list[Event]] = []
    for event in sorted(events, key=lambda event: event.time):
        if sessions and event.time - sessions[-1][-1].time <= sessions[-1][-1].timeout:
            sessions[-1].append(event)
        else:
            sessions.append([event])
    return sessions


def _session(events: list[Event]) -> dict[str, Value]:
    shown: list[dict[str, Value]] = [_shown(event) for event in reversed(events)]
    shown.append({"type": "session_started", "payload": {"time": int(events[0].time * 1000)}})
    return {"meta": {"total": len(events), "percent": 0}, "events": shown}


def _shown(event: Event) -> dict[str, Value]:
    props = [[name, name, value] for name, value in event.properties.items()]
    payload: dict[str, Value] = {
        "name": event.name,
        "props": props,
        "time": int(event.time * 1000),
        "system": False,
        "domain": PROJECT,
    }
    if event.marker:
        payload[MARKER] = event.marker
    return {"type": "event", "payload": payload}
