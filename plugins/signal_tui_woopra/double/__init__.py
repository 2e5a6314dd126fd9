"""The double of Woopra: what the embedded sandbox serves. Tracker and REST API over one state in memory.

No Woopra was observed: what it does is documented, or stands in :data:`ASSUMED`. It reads no clock (``request.at`` is
the time), holds a bounded number of profiles and events, and never raises. ``people`` is the state, ``tracker`` takes
hits, ``rest`` answers questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from urllib.parse import urlsplit

from signal_tui.api import Reply, Request
from signal_tui_woopra.double.people import People
from signal_tui_woopra.double.rest import APP_ID, SECRET_KEY, Rest
from signal_tui_woopra.double.tracker import PROJECT, Tracker

__all__ = ["ASSUMED", "WoopraDouble"]

ASSUMED: tuple[str, ...] = (
    "tracker: the bodies of all answers, and 400 as the status of a malformed request",
    "tracker: a hit for another project is answered with 200 and dropped (Signal documents this, and 4xx as well)",
    "tracker: form and JSON bodies count like the query, which counts before them",
    "tracker: a hit without any identifier makes a profile that nobody can ask for",
    "tracker: a time in the future becomes the time of arrival; what is no time counts as absent",
    "tracker: all requests are processed at once, none is queued with 202",
    "people: an anonymous profile goes into the identified one as soon as a hit names both",
    "people: a known profile takes further cookies; a cookie that is another person's moves to who decided last",
    "rest: the shape of timelines (events as in published code of others; their time and idptnc added)",
    "rest: a session is an entry of the timeline, newest first; limit counts days back from now",
    "rest: a profile that is not there has an empty timeline and no properties",
    "rest: 403 for another project, 401 for a wrong key, and the bodies of errors",
    "rest: the times of questions count in sliding windows",
)
"""What is not documented."""


class WoopraDouble:
    """A Woopra with one project and one access key. ``config`` and ``secrets`` are what an integration needs."""

    config: Mapping[str, str] = {"project": PROJECT}
    secrets: Mapping[str, str] = {"app_id": APP_ID, "secret_key": SECRET_KEY}

    def __init__(self) -> None:
        people = People()
        self._tracker = Tracker(people)
        self._rest = Rest(people)

    def handle(self, request: Request) -> Reply:
        """Answer one request; any request gets an answer."""
        try:
            path = urlsplit(request.url).path
            if "/rest/" in path:
                reply = self._rest.handle(request, path.partition("/rest/")[2])
            else:
                reply = self._tracker.handle(request)
        except Exception as error:  # the sandbox must answer; a fault of the double is its own kind of answer
            message = f"The double failed: {type(error).__name__}"
            reply = Reply(status=500, headers=(("Content-Type", "text/plain"),), body=message.encode())
        when = ("Date", formatdate(request.at or 0.0, usegmt=True))
        return Reply(status=reply.status, headers=(when, *reply.headers), body=reply.body)
