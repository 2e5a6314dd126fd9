"""``matomo.php``: what the tracker answers to one hit and to many."""

from __future__ import annotations

import base64
import json

from signal_tui.api import Reply, Request, text_of
from signal_tui_matomo import php
from signal_tui_matomo.double.accounts import Accounts, Blocked, Place
from signal_tui_matomo.double.exclusion import Sender
from signal_tui_matomo.double.recorder import Broken, Recorder, Refused
from signal_tui_matomo.double.sites import Switches
from signal_tui_matomo.double.visits import Log
from signal_tui_matomo.hits import Params, Tracking, query_variables, read_tracking
from signal_tui_matomo.parameters import text

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""The transparent pixel."""

PAGE = b"This resource is part of Matomo.<br>\nThis is the sandbox's tracker: hits go here, questions to index.php.\n"
"""What the tracker says when it has tracked nothing, for whatever reason."""


class Asking:
    """Who a request to the tracker comes from, and what its tokens may do.

    Each token is looked up once on each site, and a request counts as one failed login at most.
    """

    def __init__(self, accounts: Accounts, sender: Sender, token: str, place: Place) -> None:
        self.sender = sender
        self._accounts = accounts
        self._token = token
        self._place = place
        self._answers: dict[tuple[str, int], bool] = {}
        self._failed = False

    def may(self, site: int, own: str) -> bool:
        """Whether the request's token, or else the hit's ``own``, has write access to a site."""
        token = self._token or own
        if (token, site) not in self._answers:
            address, at = self.sender.address, self.sender.at
            allowed, failed = self._accounts.may_track(token, self._place, site, address, at)
            self._answers[token, site] = allowed
            if failed and not self._failed:
                self._failed = True
                self._accounts.fail(address, at)
        return self._answers[token, site]

    def is_superuser(self) -> bool:
        """Whether the request's token is a superuser's. Raises Blocked."""
        if not self._token:
            return False
        self._accounts.check(self.sender.address, self.sender.at)
        user = self._accounts.user(self._token, self._place)
        return user is not None and user.superuser


class Tracker:
    """Answers hits."""

    def __init__(self, log: Log, accounts: Accounts, switches: Switches) -> None:
        self._log = log
        self._accounts = accounts
        self._switches = switches
        self._recorder = Recorder(log, switches)

    def handle(self, request: Request) -> Reply:
        """The answer to a request. Total."""
        method = request.method.upper()
        asked = ("Access-Control-Request-Method", "Access-Control-Request-Headers")
        if method == "OPTIONS" and any(request.header(name) for name in asked):
            return Reply(
                status=204,
                headers=(
                    ("Access-Control-Allow-Methods", "GET, POST"),
                    ("Access-Control-Allow-Headers", "*"),
                    ("Access-Control-Allow-Origin", "*"),
                ),
            )
        headers: tuple[tuple[str, str], ...] = (("Cache-Control", "no-store"),)
        if method != "GET":
            origin = text_of(request.header("Origin")) or "*"
            headers = (("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"))
        tracking = read_tracking(request)
        reply = self._bulk(request, tracking) if tracking.bulk else self._single(request, tracking)
        return Reply(status=reply.status, headers=reply.headers + headers, body=reply.body)

    def _single(self, request: Request, tracking: Tracking) -> Reply:
        if not self._switches.recording:
            return _pixel(503 if tracking.send_image else 204, tracking.send_image)
        if tracking.empty:
            return _page(200 if request.method.upper() == "GET" else 400)
        params = tracking.hits[0]
        debug = not php.empty(text(params, "debug"))
        try:
            outcome = self._record(params, self._asking(request, "", _place_of(request)))
        except (Refused, Broken) as error:
            if debug:
                return _debug(400, f"An exception occurred: {error}")
            return _page(400, GIF if tracking.send_image else b"")
        if debug:
            return _debug(200, "Visit recorded" if outcome == "recorded" else f"Visitor excluded: {outcome}")
        return _pixel(200 if tracking.send_image else 204, tracking.send_image)

    def _asking(self, request: Request, token: str, place: Place) -> Asking:
        address, at = request.remote or "127.0.0.1", request.at or 0.0
        return Asking(self._accounts, _sender(request, address, at), token, place)

    def _record(self, params: Params, asking: Asking) -> str:
        token = text(params, "token_auth")
        return self._recorder.record(params, asking.sender, lambda site: asking.may(site, token))

    def _bulk(self, request: Request, tracking: Tracking) -> Reply:
        tracked, superuser = 0, False
        invalid: list[int] = []
        asking = self._asking(request, tracking.token, "json")
        if self._switches.recording and tracking.hits:
            try:
                superuser = asking.is_superuser()
                with self._log.transaction():
                    for index, params in enumerate(tracking.hits):
                        try:
                            if params:
                                self._record(params, asking)
                            tracked += 1
                        except Refused:
                            invalid.append(index)
            except (Broken, Blocked):
                return _counts(500, "error", tracked, 0, [] if superuser else None)
        if not php.empty(query_variables(request).get("debug", "")):
            body = f"Debug enabled\ntracked {tracked}, invalid {len(invalid)}\n".encode()
            return Reply(status=200, headers=(("Content-Type", "application/json"),), body=body)
        if not tracking.send_image:
            return Reply(status=204, headers=(("Content-Type", "application/json"),))
        return _counts(200, "success", tracked, len(invalid), invalid if superuser else None)


def _place_of(request: Request) -> Place:
    return "query" if query_variables(request).get("token_auth") else "body"


def _sender(request: Request, address: str, at: float) -> Sender:
    def header(name: str) -> str:
        return text_of(request.header(name))

    return Sender(
        address=address,
        at=at,
        agent=header("User-Agent"),
        language=header("Accept-Language"),
        cookie=header("Cookie"),
        do_not_track=header("DNT") == "1",
        prefetch=header("X-Purpose") in ("preview", "instant") or header("X-Moz") == "prefetch",
    )


def _pixel(status: int, image: bool) -> Reply:
    if not image:
        return Reply(status=status, headers=(("Content-Type", "text/html; charset=UTF-8"),))
    return Reply(status=status, headers=(("Content-Type", "image/gif"),), body=GIF)


def _page(status: int, before: bytes = b"") -> Reply:
    media_type = "image/gif" if before else "text/html; charset=UTF-8"
    return Reply(status=status, headers=(("Content-Type", media_type),), body=before + PAGE)


def _debug(status: int, message: str) -> Reply:
    return Reply(
        status=status,
        headers=(("Content-Type", "text/plain;charset=UTF-8"),),
        body=f"Debug enabled - Input parameters are not shown\n{message}\nEnd of the page.\n".encode(
            "utf-8", "replace"
        ),
    )


def _counts(status: int, word: str, tracked: int, invalid: int, indices: list[int] | None) -> Reply:
    counts: dict[str, object] = {"status": word, "tracked": tracked, "invalid": invalid}
    if indices is not None:
        counts["invalid_indices"] = indices
    text = json.dumps(counts, separators=(",", ":"))
    return Reply(status=status, headers=(("Content-Type", "application/json"),), body=text.encode())
