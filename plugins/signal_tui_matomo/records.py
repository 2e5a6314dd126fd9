"""What the visit log holds: visits with their actions, read from JSON that may have any type anywhere.

An action's ``timestamp`` is ahead of UTC by the site's offset, a visit's timestamps are not (matomo-org/matomo#22720,
observed on 5.2); :func:`records` undoes that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from signal_tui.api.values import Value
from signal_tui_matomo.reporting import number, rows, text

_QUARTER = 900
"""Offsets of time zones are multiples of 15 minutes."""

_TYPES = {
    "action": "pageview",
    "ecommerceOrder": "order",
    "ecommerceAbandonedCart": "cart",
    "13": "content",
}
"""Matomo's name of a type → ours, where they differ; content actions come as the number 13 (observed on 5.2)."""

_VISIT = (
    "idVisit", "visitorId", "userId", "visitIp", "serverDate", "visitEcommerceStatus", "referrerType", "referrerName",
    "referrerUrl", "languageCode", "country", "countryCode", "region", "city", "deviceType", "operatingSystem",
    "browser", "resolution", "siteCurrency",
)  # fmt: skip
_ACTION = (
    "url", "pageTitle", "idpageview", "eventCategory", "eventAction", "eventName", "eventValue", "siteSearchKeyword",
    "siteSearchCategory", "siteSearchCount", "contentName", "contentPiece", "contentTarget", "contentInteraction",
    "goalId", "goalName", "orderId", "revenue", "revenueSubTotal", "revenueTax", "revenueShipping", "revenueDiscount",
    "items", "itemDetails", "productViewSku", "productViewName", "productViewPrice", "productViewCategories",
    "pageLoadTimeMilliseconds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One action or conversion of a visit. ``kind`` in our words, ``at`` in seconds UTC where it is readable."""

    visit: Mapping[str, Value]
    action: Mapping[str, Value]
    index: int
    kind: str
    at: float | None

    @property
    def key(self) -> tuple[str, int]:
        """What tells this record from every other of one answer."""
        return text(self.visit.get("idVisit")), self.index

    @property
    def later(self) -> bool:
        """Whether another hit began the visit: then the visit shows what that one brought."""
        first = number(self.visit.get("firstActionTimestamp"))
        if first is None or self.at is None or self.at == first:
            # Of one second, a conversion may be listed before the page that came first (observed on 5.2).
            count = len(rows(self.visit.get("actionDetails")))
            return self.index > 0 or (count > 1 and self.kind in ("order", "cart", "goal"))
        return True

    @property
    def followed(self) -> bool:
        """Whether the visit went on after this action: then the visit may show what a later hit brought."""
        last = number(self.visit.get("lastActionTimestamp"))
        count = len(rows(self.visit.get("actionDetails")))
        return self.index < count - 1 or (last is not None and self.at is not None and self.at < last)

    def named(self) -> str:
        """The record in a few words, to tell it from others."""
        return f"visit {text(self.visit.get('idVisit')) or '?'} at {clock(self.at)}"


class Log:
    """The records of some visits, to be looked up by page view id, visitor and visit."""

    def __init__(self, visits: Sequence[Mapping[str, Value]]) -> None:
        self.records = records(visits)
        self._named: dict[tuple[str, str], list[Record]] = {}
        for record in self.records:
            for name, value in (
                ("idpageview", record.action.get("idpageview")),
                ("visitorId", text(record.visit.get("visitorId")).lower()),
                ("userId", record.visit.get("userId")),
                ("idVisit", record.visit.get("idVisit")),
            ):
                if text(value):
                    self._named.setdefault((name, text(value)), []).append(record)

    @cached_property
    def followed(self) -> list[Record]:
        """The records with another one of the same visit after them, or in the same second.

        A visit takes the visitor id of each hit that joins it (observed on 5.2), so only of these may the hit have
        asked for another visitor id than the visit shows – or those whose visit shows none.
        """
        last: dict[str, list[float]] = {}
        for record in self.records:
            if record.at is not None:
                last.setdefault(record.key[0], []).append(record.at)
        ends = {visit: sorted(times)[-2:] for visit, times in last.items()}

        def followed(record: Record) -> bool:
            times = ends.get(record.key[0], [])
            if record.at is None or len(times) < 2:
                return text(record.visit.get("visitorId")) == ""
            return record.at < times[1] or record.at == times[0]

        return [record for record in self.records if followed(record)]

    def by(self, name: str, *values: str | None) -> list[Record]:
        """The records that have one of the values under a name."""
        wanted = dict.fromkeys(value for value in values if value)
        return [record for value in wanted for record in self._named.get((name, value), ())]


def clock(at: float | None) -> str:
    """A time of day in UTC with its date, for people."""
    if at is None:
        return "an unknown time"
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return "an unknown time"


def kind_of(action: Mapping[str, Value]) -> str:
    """What an action is, in the words of forecasts: ``pageview``, ``event``, ``order``, …"""
    name = text(action.get("type"))
    return _TYPES.get(name, name or "unknown")


def records(visits: Sequence[Mapping[str, Value]]) -> list[Record]:
    """All actions of all visits of one site, with their time in UTC."""
    found: list[Record] = []
    common = _common_shift(visits)
    for visit in visits:
        ends = _shifts(visit)
        shift = ends[0] if ends and ends[0] == ends[-1] else common
        for index, action in enumerate(rows(visit.get("actionDetails"))):
            at = number(action.get("timestamp"))
            found.append(Record(visit, action, index, kind_of(action), None if at is None else at - shift))
    return found


def _shifts(visit: Mapping[str, Value]) -> list[int]:
    """How far the actions seem ahead, by the visit's first action and by its last.

    A ping moves the visit's end, a late hit its beginning, and a cart that became an order leaves none: then the two
    disagree.
    """
    times = [at for action in rows(visit.get("actionDetails")) if (at := number(action.get("timestamp"))) is not None]
    first, last = (number(visit.get(key)) for key in ("firstActionTimestamp", "lastActionTimestamp"))
    if not times or first is None or last is None:
        return []
    return [round((min(times) - first) / _QUARTER) * _QUARTER, round((max(times) - last) / _QUARTER) * _QUARTER]


def _common_shift(visits: Sequence[Mapping[str, Value]]) -> int:
    votes: Counter[int] = Counter()
    for visit in visits:
        ends = _shifts(visit)
        for shift in ends:
            votes[shift] += 2 if ends[0] == ends[-1] else 1
    return max(votes, key=lambda shift: (votes[shift], -abs(shift))) if votes else 0


def compact(record: Record) -> dict[str, Any]:
    """The record as it is shown and stored: the visit, and of its actions only this one."""
    shown: dict[str, Any] = {"type": record.kind}
    if record.at is not None:
        shown["time"] = clock(record.at)
    for source, names in ((record.visit, _VISIT), (record.action, _ACTION)):
        for name in names:
            value = source.get(name)
            if value is not None and value != "":
                shown[name] = value
        for name, value in source.items():
            if isinstance(name, str) and name.startswith("dimension") and value is not None and value != "":
                shown[name] = value
    return shown
