"""The instance the double imitates: its sites, goals, dimensions, users and settings. Sites 1 and 2 and the
users' rights were observed on 5.2; of site 3 only its exclusions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

VERSION = "5.2.0-b5"

Access = Literal["none", "view", "write", "admin"]
LEVELS: tuple[Access, ...] = ("none", "view", "write", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal. ``attribute`` is what it looks at, ``pattern`` what must be contained there."""

    id: int
    name: str
    attribute: Literal["manually", "url", "event_action"] = "manually"
    pattern: str = ""
    multiple: bool = False
    revenue: float = 0.0
    event_value: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    id: int
    name: str
    scope: Literal["visit", "action"]
    index: int
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    id: int
    name: str
    urls: tuple[str, ...]
    created: str
    timezone: str = "UTC"
    timezone_name: str = "UTC"
    currency: str = "EUR"
    currency_name: str = "Euro"
    currency_symbol: str = "€"
    ecommerce: bool = False
    goals: tuple[Goal, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    only_known_urls: bool = False
    excluded_ips: tuple[str, ...] = ()
    excluded_agents: tuple[str, ...] = ()
    excluded_parameters: tuple[str, ...] = ()

    def goal(self, number: int) -> Goal | None:
        return next((goal for goal in self.goals if goal.id == number), None)

    def active_dimensions(self, scope: str) -> list[Dimension]:
        return [item for item in self.dimensions if item.active and item.scope == scope]


SITES: Mapping[int, Site] = {
    1: Site(
        id=1,
        name="Shop",
        urls=("https://shop.example",),
        created="2026-11-17 00:00:00",
        ecommerce=True,
        goals=(
            Goal(id=1, name="Signup", multiple=True, revenue=5),
            Goal(id=2, name="Thanks", attribute="url", pattern="thanks"),
            Goal(id=3, name="Play", attribute="event_action", pattern="play", multiple=True, event_value=True),
        ),
        dimensions=(
            Dimension(id=1, name="plan", scope="visit", index=1),
            Dimension(id=2, name="author", scope="action", index=1),
            Dimension(id=3, name="off", scope="action", index=2, active=False),
        ),
    ),
    2: Site(
        id=2,
        name="Second",
        urls=("https://second.example",),
        created="2026-11-19 00:00:00",
        timezone="Europe/Berlin",
        timezone_name="Germany - Berlin",
        currency="USD",
        currency_name="US Dollar",
        currency_symbol="$",
    ),
    3: Site(
        id=3,
        name="Strict",
        urls=("https://strict.example",),
        created="2026-11-19 00:00:00",  # assumed, as its timezone and currency
        ecommerce=True,
        only_known_urls=True,
        excluded_ips=("81.2.69.*",),
        excluded_agents=("BadAgent",),
        excluded_parameters=("secret",),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who a token belongs to. ``secure_only``: the token counts in a form body alone."""

    login: str
    superuser: bool = False
    access: Mapping[int, Access] = field(default_factory=dict)
    secure_only: bool = False

    def may(self, site: int, needed: Access) -> bool:
        return self.superuser or LEVELS.index(self.access.get(site, "none")) >= LEVELS.index(needed)

    def sites(self, needed: Access) -> list[int]:
        return [number for number in SITES if self.may(number, needed)]


ANONYMOUS = User(login="anonymous")

TOKEN = "5a4db0c5a4db0c5a4db0c5a4db0c5a4d"
"""The sandbox's token, a superuser's. It opens nothing but a double in memory."""

OTHER_TOKENS: Mapping[str, str] = {
    "admin": "5a4db0c5a4db0c5a4db0c5a4db0cad31",
    "writer": "5a4db0c5a4db0c5a4db0c5a4db0c3217",
    "viewer": "5a4db0c5a4db0c5a4db0c5a4db0c71e3",
    "noaccess": "5a4db0c5a4db0c5a4db0c5a4db0c0acc",
    "secure_only": "5a4db0c5a4db0c5a4db0c5a4db0c5ec0",
}
"""Tokens of lesser users, to try out what they may and may not; an expired token is like a wrong one."""

USERS: Mapping[str, User] = {
    TOKEN: User(login="super user was set", superuser=True),
    OTHER_TOKENS["admin"]: User(login="admin", access={1: "admin"}),
    OTHER_TOKENS["writer"]: User(login="writer", access={1: "write"}),
    OTHER_TOKENS["viewer"]: User(login="viewer", access={1: "view"}),
    OTHER_TOKENS["noaccess"]: User(login="noaccess"),
    OTHER_TOKENS["secure_only"]: User(login="super user was set", superuser=True, secure_only=True),
}


@dataclass(slots=True, kw_only=True)
class Switches:
    """Settings of the server, as its owner may turn them.

    ``honours_dnt``: the DoNotTrack header excludes. ``recording``: ``record_statistics``. ``secure_tokens``: no
    token counts in a URL or in a JSON body (``only_allow_secure_auth_tokens``).
    """

    honours_dnt: bool = False
    recording: bool = True
    secure_tokens: bool = False
