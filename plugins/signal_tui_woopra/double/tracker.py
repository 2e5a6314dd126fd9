"""The tracker of the double: ``/track/ce/``, ``/track/identify/``, ``/track/update/`` and ``/track/ping/``."""

from __future__ import annotations

import json

from signal_tui.api import Reply, Request
from signal_tui_woopra.double.people import People, event_of
from signal_tui_woopra.hits import Tracking, read_tracking
from signal_tui_woopra.parameters import MARKER

PROJECT = "shop.sandbox.example"
"""The one project there is."""

_METHODS = ("GET", "POST", "HEAD")


class Tracker:
    """Takes hits into the profiles."""

    def __init__(self, people: People) -> None:
        self._people = people

    def handle(self, request: Request) -> Reply:
        """The answer to one request."""
        tracking = read_tracking(request)
        if tracking is None:
            return answer(404, "not found")
        if request.method.upper() == "OPTIONS":
            return Reply(status=204)
        if request.method.upper() not in _METHODS:
            return answer(405, "method not allowed")
        if not tracking.project:
            return answer(400, "project is required")
        if tracking.endpoint == "ce" and not tracking.params.get("event"):
            return answer(400, "event is required")
        if tracking.project == PROJECT and tracking.endpoint != "ping":
            self._record(tracking, request.at or 0.0)
        return answer(200, "")

    def _record(self, tracking: Tracking, arrived: float) -> None:
        profile = self._people.profile_of(tracking.identifiers)
        if tracking.endpoint == "update":
            for event in profile.events:
                if event.marker and event.marker == tracking.params.get(MARKER):
                    event.properties.update(tracking.event_properties)
            return
        profile.properties.update(tracking.visitor_properties)
        if tracking.endpoint == "ce":
            profile.events.append(event_of(tracking, arrived))


def answer(status: int, error: str) -> Reply:
    """A JSON answer."""
    document = {"success": True} if not error else {"success": False, "message": error}
    return Reply(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(document).encode())
