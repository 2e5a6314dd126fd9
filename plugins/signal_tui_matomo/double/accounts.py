"""Tokens and failed logins: who may do what, and whose address is blocked."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Literal

from signal_tui_matomo.double.sites import USERS, Switches, User

MAX_FAILED = 20
"""Failed logins of one address that are still allowed; the one after the next is blocked (observed: 21 were logged)."""

WINDOW = 3600.0
"""Seconds for which a failed login counts."""

_KEPT = 1000
"""Addresses whose failed logins are remembered."""

Place = Literal["body", "query", "json"]


class Blocked(Exception):
    """The sender's address has failed too often."""


class Accounts:
    """The users and the failed logins, by the address of the sender."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._failed: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MAX_FAILED + 5))

    def user(self, token: str, place: Place) -> User | None:
        """Whose token it is; None for a wrong one, or one that may not stand where it stood."""
        user = USERS.get(token)
        if user and (user.secure_only or self._switches.secure_tokens) and place != "body":
            return None
        return user

    def check(self, address: str, at: float) -> None:
        """Raises :class:`Blocked` for an address that failed too often."""
        if sum(moment > at - WINDOW for moment in self._failed.get(address, ())) > MAX_FAILED:
            raise Blocked

    def fail(self, address: str, at: float) -> None:
        """A failed login counts. Raises :class:`Blocked` when the address is blocked already."""
        self.check(address, at)
        if len(self._failed) >= _KEPT and address not in self._failed:
            self._failed.pop(next(iter(self._failed)))
        self._failed[address].append(at)

    def may_track(self, token: str, place: Place, site: int, address: str, at: float) -> tuple[bool, bool]:
        """Whether a hit may use gated parameters, and whether this was a failed login to be counted.

        Tokens of users with write or admin access are known to the tracker beforehand and work for a blocked address
        as well; a superuser's is looked up, and does not (observed).
        """
        if not token:
            return False, False
        user = self.user(token, place)
        if user and not user.superuser and user.may(site, "write"):
            return True, False
        try:
            self.check(address, at)
        except Blocked:
            return False, False
        return (True, False) if user and user.superuser else (False, True)
