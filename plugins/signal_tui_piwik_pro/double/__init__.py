"""The double of Piwik PRO: what the embedded sandbox serves. Tracker, OAuth, debugger, apps and tracker settings over
one state in memory.

Answers have the form that the published specifications give; nothing was observed on an instance, and what the
specifications leave open is listed in :data:`ASSUMED`. What becomes of a hit is decided by the same rules as the
forecast's, and each event says under ``assumed`` – a key of our own – what was taken for granted for it. It reads no
clock (``request.at`` is the time) and never raises. One noun a module: ``instance`` (apps and their settings),
``accounts`` (credentials and tokens), ``tracker`` (hits), ``store`` (the state), ``shown`` (what reading shows),
``reading`` (the debugger and the other APIs).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from email.utils import formatdate
from urllib.parse import urlsplit

from signal_tui.api import Reply, Request
from signal_tui_piwik_pro.double.accounts import CLIENT_ID, CLIENT_SECRET, TRACKING_TOKEN, Accounts
from signal_tui_piwik_pro.double.instance import SHOP, apps
from signal_tui_piwik_pro.double.reading import Reading
from signal_tui_piwik_pro.double.store import Store
from signal_tui_piwik_pro.double.tracker import Tracker

__all__ = ["ASSUMED", "PiwikProDouble"]

ASSUMED: tuple[str, ...] = (
    "tracker: a flat JSON object is read as one hit; documented JSON is a list of requests",
    "tracker: query and body are read as one; the query counts first, and of a name that is there twice the last",
    "tracker: token_auth is neither read nor checked, since the specification knows none",
    "tracker: a request without any parameter is 400; every other one is 202, also with send_image=0",
    "tracker: a wrong value makes a broken event; a hit without rec=1 or with an unknown app leaves nothing",
    "tracker: which of several kinds a hit is; idgoal=0 with ec_id is an order, without it a cart update",
    "tracker: a search parameter in the address makes a search of a page view",
    "tracker: crawlers are told by a few words; the real list is not published",
    "sessions: a hit joins the session of its visitor, else of its device (address, agent, language), for 30 minutes",
    "sessions: a session keeps the ids and the address of its first event; a later user id changes the visitor",
    "sessions: browser, system, place and referrer are left out",
    "debugger: events are there at once, newest session first; the window counts from the session's last event",
    "debugger: the texts of error_message and exclusion_reason are ours; so are the names of the types 22 to 24",
    "debugger: items show brand and variant, which its specification does not list",
    "logs: only parameters of their specification are shown, so e_t and ec_products are not",
    "accounts: the form of an error of /auth/token",
)
"""What no published specification says."""


class PiwikProDouble:
    """A Piwik PRO with two apps: Shop, which takes everything, and Strict, whose settings keep things out.

    ``secrets`` holds the API credentials and a tracking token; the token is not looked at.
    """

    config: Mapping[str, str] = {"account_url": "piwik-pro.sandbox.example", "idsite": SHOP}
    secrets: Mapping[str, str] = {
        "token_auth": TRACKING_TOKEN,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }

    def __init__(self) -> None:
        self.apps = apps()
        self.store = Store()
        self.accounts = Accounts()
        self._tracker = Tracker(self.store, self.apps)
        self._reading = Reading(self.store, self.accounts, self.apps)

    def handle(self, request: Request) -> Reply:
        """Answer one request; any request gets an answer."""
        at = request.at if request.at is not None and 0 <= request.at < 2**33 else 0.0
        request = replace(request, at=float(at))
        try:
            path = urlsplit(request.url).path.rstrip("/")
            if path.rpartition("/")[2] == "ppms.php":
                reply = self._tracker.handle(request)
            elif path == "/auth/token":
                reply = self.accounts.token(request)
            else:
                reply = self._reading.handle(request, path)
        except Exception as error:  # the sandbox must answer; a fault of the double is its own kind of answer
            message = f"The double failed: {type(error).__name__}"
            reply = Reply(status=500, headers=(("Content-Type", "text/plain"),), body=message.encode())
        when = ("Date", formatdate(at, usegmt=True))
        return Reply(status=reply.status, headers=(when, *reply.headers), body=reply.body)
