"""The state of the double: visits with their actions and conversions, in memory and bounded."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from signal_tui_matomo.double.devices import Device
from signal_tui_matomo.double.places import Place
from signal_tui_matomo.double.referrers import Referrer
from signal_tui_matomo.kinds import Item

KEPT = 2000
"""Visits that are kept; older ones go."""

DIRECT = Referrer()
UNKNOWN_DEVICE = Device()
NOWHERE = Place()

ActionKind = Literal["pageview", "event", "search", "download", "outlink", "content"]


@dataclass(slots=True, kw_only=True)
class Action:
    """A row of the visit log. ``spent``: seconds since the last action of the visit; ``id`` is shown as pageId."""

    id: int
    kind: ActionKind
    at: int
    spent: int
    position: int | None
    url: str | None = None
    name: str | None = None
    view: str = ""
    load_times: dict[str, int] = field(default_factory=dict)
    category: str = ""
    action: str = ""
    value: float | None = None
    search_category: str = ""
    search_count: int | None = None
    piece: str | None = None
    target: str | None = None
    interaction: str | None = None
    product: tuple[float, str, str] = (0.0, "", "")
    product_categories: tuple[str, ...] = ()
    dimensions: dict[int, str] = field(default_factory=dict)

    @property
    def load_time(self) -> int:
        """Milliseconds until the page was loaded; 0 until all its parts are known."""
        return sum(self.load_times.values()) if len(self.load_times) == len(LOAD_TIMES) else 0


LOAD_TIMES = ("pf_net", "pf_srv", "pf_tfr", "pf_dm1", "pf_dm2", "pf_onl")
"""The parameters that make a page's load time; a later hit with the same ``pv_id`` may bring the rest."""


@dataclass(slots=True, kw_only=True)
class Conversion:
    """A goal (``goal`` above 0), an order (0) or a cart (-1)."""

    goal: int
    at: int
    revenue: float
    referrer: Referrer
    url: str | None = None
    action: Action | None = None
    order: str | None = None
    subtotal: float = 0.0
    tax: float = 0.0
    shipping: float = 0.0
    discount: float = 0.0
    pieces: int = 0
    items: dict[str, Item] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Visit:
    """A visit. ``buyer``: 0 none, 1 ordered, 2 open cart, 3 ordered and open cart. ``seen``: 0 new, 1 returning,
    2 a returning customer."""

    id: int
    site: int
    visitor: str
    fingerprint: str
    ip: str
    first: int
    last: int
    user: str | None = None
    seconds: int = 0
    actions_count: int = 0
    interactions: int = 0
    searches: int = 0
    events: int = 0
    buyer: int = 0
    converted: bool = False
    seen: int = 0
    count: int = 1
    since_first: int | None = 0
    since_order: int | None = None
    since_last: int = 0
    referrer: Referrer = DIRECT
    language: str = ""
    device: Device = UNKNOWN_DEVICE
    place: Place = NOWHERE
    local_time: str = ""
    resolution: str = "unknown"
    plugins: tuple[str, ...] = ()
    dimensions: dict[int, str] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    conversions: list[Conversion] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The first request that failed in one way on one site: kind 1 an unknown site, 2 not authenticated."""

    site: int
    kind: int
    at: float
    query: str
    url: str


class Log:
    """All visits, by their number. What happens inside :meth:`transaction` can be taken back."""

    def __init__(self) -> None:
        self._visits: dict[int, Visit] = {}
        self._last_visit = 0
        self._last_action = 0
        self._before: dict[int, Visit | None] | None = None
        self.failures: dict[tuple[int, int], Failure] = {}

    def __iter__(self) -> Iterator[Visit]:
        return iter(list(self._visits.values()))

    def of_site(self, site: int) -> list[Visit]:
        return [visit for visit in self._visits.values() if visit.site == site]

    def new_visit(self, **members: object) -> Visit:
        self._last_visit += 1
        visit = Visit(id=self._last_visit, **members)  # type: ignore[arg-type]  # members of Visit, checked there
        if self._before is not None:
            self._before.setdefault(visit.id, None)
        self._visits[visit.id] = visit
        while len(self._visits) > KEPT:
            self._visits.pop(next(iter(self._visits)))
        return visit

    def next_action(self) -> int:
        self._last_action += 1
        return self._last_action

    def touch(self, visit: Visit) -> None:
        """To be called before a visit is changed."""
        if self._before is not None and visit.id not in self._before:
            self._before[visit.id] = copy.deepcopy(visit)

    def has_order(self, site: int, order: str) -> bool:
        return any(
            conversion.order is not None and conversion.order.lower() == order.lower()
            for visit in self._visits.values()
            if visit.site == site
            for conversion in visit.conversions
        )

    def fail(self, failure: Failure) -> None:
        if len(self.failures) < KEPT:
            self.failures.setdefault((failure.site, failure.kind), failure)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keeps everything, or nothing when an exception leaves it."""
        self._before = {}
        try:
            yield
        except BaseException:
            for number, visit in self._before.items():
                if visit is None:
                    self._visits.pop(number, None)
                else:
                    self._visits[number] = visit
            raise
        finally:
            self._before = None


def lookup_id(*parts: object) -> int:
    """A number that is always the same for the same address and type, as an id of a table is."""
    return zlib.crc32("\0".join(map(str, parts)).encode("utf-8", "replace")) & 0x7FFFFFFF
