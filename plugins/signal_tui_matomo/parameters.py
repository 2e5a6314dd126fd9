"""What Matomo's tracker reads in a request: the hits, their parameters, what they become, what they need.

Pure functions without a clock. Sources: observed on 5.2 or, for values that never came up there, read in its code;
"documented" is Matomo's reference of the tracking API. A hit is an ordered mapping of parameter names and texts as
they were sent (:data:`Params`); :func:`text`, :func:`integer` and :func:`number` read one the way the tracker does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from signal_tui_matomo import php
from signal_tui_matomo.hits import Params, Tracking, read_hits, read_tracking
from signal_tui_matomo.kinds import (
    SEARCH_PARAMETERS,
    Item,
    Kind,
    Search,
    action_kind,
    blank_event,
    ec_items,
    site_search,
)

__all__ = [
    "GATED",
    "LIMITS",
    "REJECTED_OVER",
    "SEARCH_PARAMETERS",
    "TOKEN_AGE",
    "ZERO_ID",
    "HitTime",
    "Item",
    "Kind",
    "Params",
    "Search",
    "Tracking",
    "action_kind",
    "blank_event",
    "dimensions",
    "ec_items",
    "goal_id",
    "hit_time",
    "integer",
    "is_recorded",
    "kind",
    "needs_token",
    "normal_id",
    "number",
    "read_hits",
    "read_tracking",
    "refused_visitor_id",
    "site_id",
    "site_search",
    "text",
    "user_id",
    "visitor_id",
]

LIMITS: Mapping[str, int] = {
    "url": 1024,
    "action_name": 1024,
    "link": 1024,
    "download": 1024,
    "search": 1024,
    "search_cat": 200,
    "urlref": 1024,
    "uid": 200,
    "ec_id": 100,
    "pv_id": 6,
    "dimension": 250,
    "res": 9,
    "lang": 20,
    "city": 255,
    "region": 3,
    "country": 3,
}
"""Parameter → length at which it is cut; ``dimension`` stands for all of them (code of 5.2, most of them observed)."""

REJECTED_OVER = 4096
"""Characters of ``e_c``, ``e_a``, ``e_n``, ``c_n``, ``c_p``, ``c_t``, ``c_i`` past which the hit is refused with 400,
and a whole bulk request rolled back (observed for ``e_n``; the others share its column)."""

GATED = ("cip", "country", "region", "city", "lat", "long")
"""Parameters that need a token with write access; ``cdt`` joins them when it is old (:func:`hit_time`)."""

TOKEN_AGE = 86400
"""Seconds: a ``cdt`` this old or older needs a token."""

OLDEST = 20 * 365 * 86400
"""Seconds: a ``cdt`` this old or older is replaced by now (code of 5.2)."""

ZERO_ID = "0" * 16
NAMED = re.compile(r"dimension([1-9]\d*)", re.ASCII)
_HEX = frozenset("0123456789abcdef")


def text(params: Params, name: str, default: str = "") -> str:
    """A parameter as text: entities decoded once, NUL gone; the default where it is absent or empty."""
    value = params.get(name, "")
    return php.unescape(value) if value else default


def integer(params: Params, name: str, default: int = 0) -> int:
    """A whole number, else the default: ``idgoal=view`` is the default (-1 there)."""
    return php.integer(text(params, name), default)


def number(params: Params, name: str, default: float = 0.0) -> float:
    """A number, else the default: ``12,5`` is 12, ``abc`` and ``1,234.50 EUR`` are the default."""
    return php.number(text(params, name), default)


def site_id(params: Params) -> int:
    """``idsite`` as a number, 0 where it is none: that hit is refused with 400."""
    return integer(params, "idsite")


def goal_id(params: Params) -> int:
    """``idgoal``: 0 is an order or a cart, above 0 a goal, -1 where it is absent or no whole number."""
    return integer(params, "idgoal", -1)


def is_recorded(params: Params) -> bool:
    """Whether ``rec`` is there; without it the hit is answered as any other and dropped."""
    return integer(params, "rec") != 0


def kind(params: Params, search_parameters: tuple[str, ...] | None = SEARCH_PARAMETERS) -> Kind:
    """What a hit becomes. One hit becomes one thing: a goal or an order records no page view and no event.

    ``none``: it is dropped for want of ``rec``, or refused because ``ca=1`` says it is no page view and nothing else
    in it is known. ``search_parameters``: the site's, in the order they are tried; None when its search is off.
    """
    if not is_recorded(params):
        return "none"
    action = action_kind(params, search_parameters)
    if action == "none":
        return "none"
    if integer(params, "ping") == 1:
        return "ping"
    goal = goal_id(params)
    if goal == 0:
        return "cart" if php.empty(text(params, "ec_id")) else "order"
    return "goal" if goal > 0 else action


@dataclass(frozen=True, slots=True)
class HitTime:
    """When a hit counts. ``problem`` says why its ``cdt`` was replaced by now; ``age`` is in seconds."""

    at: float
    age: float = 0.0
    problem: Literal["", "garbage", "future", "ancient"] = ""
    custom: bool = False

    @property
    def needs_token(self) -> bool:
        return self.custom and self.age >= TOKEN_AGE


def hit_time(params: Params, at: float) -> HitTime:
    """The time of a hit that arrives at ``at``: ``cdt`` as unix seconds, a date with time or ISO 8601 with offset,
    less ``cdo`` seconds. A future one (milliseconds are), a garbage one or one past 20 years is now instead."""
    sent, offset = text(params, "cdt"), integer(params, "cdo")
    if php.empty(sent):
        if not offset:
            return HitTime(at)
        sent = str(int(at))
    moment = php.timestamp(sent, at)
    if moment is None:
        return HitTime(at, problem="garbage")
    moment -= abs(offset)
    if moment >= int(at) + 1:
        return HitTime(at, problem="future")
    age = int(at) - moment
    if age >= OLDEST:
        return HitTime(at, problem="ancient")
    return HitTime(float(int(moment)), age=float(int(at) - int(moment)), custom=True)


def needs_token(params: Params, at: float) -> tuple[str, ...]:
    """The parameters of a hit for which it needs a token with write access to its site; without one it is refused
    with 400 and not recorded. Empty values need none."""
    names = [name for name in GATED if not php.empty(text(params, name))]
    if hit_time(params, at).needs_token:
        names.append("cdt" if not php.empty(text(params, "cdt")) else "cdo")
    return tuple(names)


def normal_id(sent: str) -> str:
    """A visitor id as it is stored: 16 characters in lower case; each that is not hexadecimal becomes 0, so that an
    id of other letters is ``0000000000000000`` and a UUID is mangled at its dashes."""
    return "".join(character if character in _HEX else "0" for character in sent[:16].lower()).ljust(16, "0")


def user_id(params: Params) -> str:
    """``uid`` as it is stored: at most 200 characters."""
    return text(params, "uid")[: LIMITS["uid"]]


def visitor_id(params: Params) -> str | None:
    """The visitor id a hit asks for: from ``uid`` (the first 16 of its SHA-1), else ``cid``, else ``_id``; None when
    it leaves that to the tracker (no id, or an ``_id`` shorter than 16). The visit it joins may carry another one
    until now, and takes this one."""
    uid = text(params, "uid")
    if not php.empty(uid):
        return hashlib.sha1(php.escape(uid).encode("utf-8", "replace")).hexdigest()[:16]
    forced = text(params, "cid")
    if not php.empty(forced):
        return normal_id(forced)
    sent = text(params, "_id")
    return normal_id(sent) if len(sent.encode("utf-8", "replace")) >= 16 else None


def refused_visitor_id(params: Params) -> bool:
    """Whether ``cid`` counts and is not 16 long, which is 400."""
    forced = text(params, "cid")
    return php.empty(text(params, "uid")) and not php.empty(forced) and len(forced.encode("utf-8", "replace")) != 16


def dimensions(params: Params) -> dict[int, str]:
    """The custom dimensions of a hit: number → value, trimmed and cut as they are stored."""
    found = {}
    for name in params:
        if match := NAMED.fullmatch(name):
            found[int(match[1])] = text(params, name).strip()[: LIMITS["dimension"]]
    return found
