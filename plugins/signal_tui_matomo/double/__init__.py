"""The double of Matomo: what the embedded sandbox serves. Tracker and Reporting API over one state in memory.

It answers as a Matomo 5.2 was observed to answer, and by the rules of its code where nothing was recorded; what is
neither is listed in :data:`ASSUMED` and marked in the code. It reads no clock (``request.at`` is the time) and never
raises. One noun a module: ``sites`` (the instance), ``accounts`` (tokens), ``tracker``, ``recorder`` and
``recognition`` (hits), ``exclusion``, ``rows``, ``conversions``, ``visits`` (the state), ``referrers``,
``addresses``, ``places``, ``devices``, ``zones`` (what is made of a value), ``reporting``, ``calls``, ``methods`` and
``live`` (the API), ``segments``, ``periods``, ``shown_visits``, ``shown_actions``, ``shown_conversions``, ``profile``
(what reading shows).
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate

from signal_tui.api import Reply, Request
from signal_tui_matomo.double.accounts import Accounts
from signal_tui_matomo.double.reporting import Reporting
from signal_tui_matomo.double.sites import OTHER_TOKENS, TOKEN, Switches
from signal_tui_matomo.double.tracker import Tracker
from signal_tui_matomo.double.visits import Log

__all__ = ["ASSUMED", "MatomoDouble"]

ASSUMED: tuple[str, ...] = (
    "sites: when site 3 was made, its timezone and its currency",
    "devices: browsers, systems and bots are a few rows of a table of thousands; the rules for bots are near it",
    "referrers: search engines and social networks are a few rows of a table of thousands",
    "exclusion: referrer spam is a few rows of a list of thousands",
    "places: only the addresses of the recordings are somewhere; any other is where its language is",
    "reporting: CSV and the other formats are answered as plain XML; pages for people are one line",
    "tracker: the text of debug=1 is short; a single hit in a bulk request cannot turn it on",
    "segments: names beyond the common ones are unknown",
    "profile: the visitors before and after are left out",
    "reporting: a method that the double does not know is answered as one that does not exist",
    "reporting: arguments such as flat and format_metrics change nothing",
)
"""What is neither as it was observed nor as the code of 5.2 has it."""


class MatomoDouble:
    """A Matomo with three sites: 1 Shop (ecommerce, goals, dimensions), 2 Second (Berlin), 3 Strict (exclusions).

    ``secrets`` holds a superuser's token, ``tokens`` those of lesser users; anything else is a wrong token.
    ``switches`` are the owner's settings.
    """

    config: Mapping[str, str] = {"matomo_url": "https://matomo.sandbox.example", "site_id": "1"}
    secrets: Mapping[str, str] = {"token_auth": TOKEN}
    tokens: Mapping[str, str] = OTHER_TOKENS

    def __init__(self) -> None:
        self.switches = Switches()
        self._log = Log()
        accounts = Accounts(self.switches)
        self._tracker = Tracker(self._log, accounts, self.switches)
        self._reporting = Reporting(self._log, accounts, self.switches)

    def handle(self, request: Request) -> Reply:
        """Answer one request; any request gets an answer."""
        path = request.url.partition("#")[0].partition("?")[0].partition("://")[2].partition("/")[2] or ""
        if "://" not in request.url:
            path = request.url.partition("?")[0].lstrip("/")
        name = path.rstrip("/").rpartition("/")[2]
        try:
            if name in ("matomo.php", "piwik.php"):
                reply = self._tracker.handle(request)
            elif name in ("index.php", ""):
                reply = self._reporting.handle(request)
            else:
                reply = Reply(status=404, headers=(("Content-Type", "text/html"),), body=b"File not found.")
        except Exception as error:  # the sandbox must answer; a fault of the double is its own kind of answer
            message = f"The double failed: {type(error).__name__}"
            reply = Reply(status=500, headers=(("Content-Type", "text/plain"),), body=message.encode())
        when = ("Date", formatdate(request.at or 0.0, usegmt=True))
        return Reply(status=reply.status, headers=(when, *reply.headers), body=reply.body)
