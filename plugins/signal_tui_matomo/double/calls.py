"""A call of the Reporting API: its arguments, who calls, and what that user may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from signal_tui_matomo import php
from signal_tui_matomo.double.segments import SegmentError, compile_segment
from signal_tui_matomo.double.sites import SITES, Access, Site, User
from signal_tui_matomo.double.visits import Log, Visit

# assumed: more plugins are there, and each has more methods than the double knows
PLUGINS = frozenset(
    [
        "API",
        "Live",
        "SitesManager",
        "UsersManager",
        "Goals",
        "CustomDimensions",
        "CoreAdminHome",
        "Ecommerce",
        "Events",
        "Actions",
        "Contents",
        "PrivacyManager",
        "Referrers",
        "Login",
        "BulkTracking",
        "VisitsSummary",
        "UserCountry",
        "DevicesDetection",
        "UserId",
    ]
)
"""Plugins that are there; a method of any other is answered otherwise than an unknown method of these."""


class ApiError(Exception):
    """An error of the API; ``status`` is the HTTP status it comes with."""

    def __init__(self, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its arguments, who calls, and what there is."""

    arguments: Mapping[str, str]
    user: User
    log: Log
    at: float
    address: str
    batch: tuple[str, ...] = ()

    def text(self, name: str, default: str = "") -> str:
        return php.unescape(self.arguments.get(name, "")) or default

    def number(self, name: str, default: int) -> int:
        return php.integer(self.text(name), default)

    def required(self, name: str) -> str:
        if name not in self.arguments:
            raise ApiError(f"Please specify a value for '{name}'.")
        return self.text(name)

    def site(self, needed: Access = "view") -> Site:
        """The site that is asked for. Raises where it is missing, not allowed or unknown."""
        return self.sites(needed)[0]

    def sites(self, needed: Access = "view") -> list[Site]:
        written = self.required("idSite")
        numbers = self.user.sites(needed) if written == "all" else [php.integer(part, 0) for part in written.split(",")]
        for number in numbers:
            if not self.user.may(number, needed):
                raise ApiError(
                    f"You can't access this resource as it requires '{needed}' access for the website id = {number}.",
                    401,
                )
            if number not in SITES:
                raise ApiError(f"An unexpected website was found in the request: website id was set to '{number}' .")
        if not numbers:
            raise ApiError("You can't access this resource as it requires view access for at least one website.", 401)
        return [SITES[number] for number in numbers]

    def some(self, needed: Access) -> None:
        """Raises where the user has that access to no site."""
        if not self.user.sites(needed):
            raise ApiError(
                f"You can't access this resource as it requires {needed} access for at least one website.", 401
            )

    def superuser(self) -> None:
        if not self.user.superuser:
            raise ApiError("You can't access this resource as it requires a 'superuser' access.", 401)

    def matching(self, visits: list[Visit]) -> list[Visit]:
        """The visits that the segment of the call leaves."""
        written = self.text("segment")
        if not written:
            return visits
        try:
            test = compile_segment(written)
        except SegmentError as error:
            raise ApiError(str(error)) from None
        return [visit for visit in visits if test(visit)]
