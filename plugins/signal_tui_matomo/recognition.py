"""Which record of the visit log is which hit.

In this order: the page view id (our marker, or the page's own), the order id, the visitor with content and time, and
last a record of another visitor that the hit must have joined. Records that fit equally well are not guessed between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from signal_tui.api import Difference, Hit, text_of
from signal_tui_matomo import parameters, visitors
from signal_tui_matomo.likeness import likeness
from signal_tui_matomo.parameters import Kind, Params
from signal_tui_matomo.records import Log, Record, records
from signal_tui_matomo.reporting import number, text
from signal_tui_matomo.unread import unread

SLACK = 10.0
"""Seconds around the server's own time in which a record may lie."""

BLIND_SLACK = 300.0
"""The same where only our clock is known."""

Key: TypeAlias = tuple[str, int]

_CONVERSIONS = ("order", "cart", "goal")
_ALIKE: Mapping[str, tuple[str, ...]] = {"pageview": ("pageview", "search"), "search": ("search", "pageview")}


@dataclass(frozen=True, slots=True)
class Sought:
    """One hit that is looked for. ``at``: when it arrived by the server's clock (ours if ``blind``).

    ``moment``: when it counts, ``least`` and ``most`` what that can be at the closest.
    """

    params: Params
    kind: Kind
    marker: str
    agent: str
    at: float
    moment: float
    least: float
    most: float
    custom: bool
    blind: bool
    unread: tuple[Difference, ...] = ()

    @property
    def slack(self) -> float:
        return BLIND_SLACK if self.blind else SLACK

    @property
    def since(self) -> int:
        """The second after which the visit's last action must lie."""
        return max(1, int(self.least - self.slack) - 1)

    def near(self, record: Record) -> bool:
        """Whether a record's time lets it be this hit."""
        return record.at is None or self.least - self.slack <= record.at <= self.most + self.slack

    def close(self, record: Record) -> bool:
        """Whether a record's time is within what the server's answer leaves open; without one, whether it is near."""
        if self.blind and not self.custom:
            return self.near(record)
        return record.at is None or self.least <= record.at <= self.most


@dataclass(frozen=True, slots=True)
class Match:
    """The records that fit a hit best, and by what; more than one are candidates. ``note``: what was seen instead."""

    found: tuple[Record, ...] = ()
    by: str = ""
    note: str = ""


def seek(hit: Hit, params: Params) -> Sought:
    """What to look for. The server's clock is the ``Date`` of its reply."""
    date = _date(hit)
    at = hit.request.at or hit.sent_at if date is None else date
    took = max(0.0, hit.reply.ms / 1000) if hit.reply else 0.0
    counted = parameters.hit_time(params, at)
    # Date is cut to the second and says when the answer left; the hit counts from when it came in.
    least, most = (counted.at - 1, counted.at + 1) if counted.custom else (at - took - 2, at + 2)
    agent = params.get("ua") or text_of(hit.request.header("User-Agent"))
    return Sought(
        params=params,
        kind=parameters.kind(params),
        marker=(hit.marker or params.get("pv_id", ""))[:6],
        agent=agent,
        at=at,
        moment=counted.at,
        least=least,
        most=most,
        custom=counted.custom,
        blind=date is None,
        unread=unread(hit, params),
    )


def _date(hit: Hit) -> float | None:
    value = hit.reply.header("Date") if hit.reply and hit.reply.status else None
    try:
        moment = parsedate_to_datetime(value).timestamp() if value else 0.0
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if 0 < moment < 2**32 else None


def recognise(sought: Sequence[Sought], visits: Sequence[Mapping[str, object]]) -> list[Match]:
    """A match for each hit, in their order. A record is given to one hit only; hits that are alike get theirs in
    the order they were sent."""
    log = Log(visits)
    open_: dict[int, Match] = {}
    for index, hit in enumerate(sought):
        open_[index] = _candidates(hit, log)
    order = sorted(open_, key=lambda index: (_RANK.index(open_[index].by), sought[index].at, index))
    done: dict[int, Match] = {}
    taken: set[Key] = set()

    def give(indexes: Sequence[int], found: Sequence[Record]) -> None:
        for place, index in enumerate(indexes):
            done[index] = Match(tuple(found[place : place + 1]), open_[index].by, open_[index].note)
            order.remove(index)
        taken.update(record.key for record in found[: len(indexes)])

    while order:
        clear = next((index for index in order if len(_left(open_[index], taken)) <= 1), None)
        if clear is not None:
            give([clear], _left(open_[clear], taken))
            continue
        left = {index: _left(open_[index], taken) for index in order}
        alike = _alike(left)
        if not alike:
            done.update({index: Match(found, open_[index].by) for index, found in left.items()})
            break
        give(alike, left[alike[0]])
    return [done[index] for index in range(len(sought))]


_RANK = ("page view id", "order id", "visitor", "likeness", "")


def _left(match: Match, taken: set[Key]) -> tuple[Record, ...]:
    return tuple(record for record in match.found if record.key not in taken) if taken else match.found


def _alike(left: Mapping[int, Sequence[Record]]) -> list[int]:
    """Hits with the same candidates, no more of these than hits: each is given one, in turn."""
    groups: dict[frozenset[Key], list[int]] = {}
    for index, found in left.items():
        groups.setdefault(frozenset(record.key for record in found), []).append(index)
    return next((members for keys, members in groups.items() if len(members) >= len(keys)), [])


def _candidates(hit: Sought, log: Log) -> Match:
    kinds = _ALIKE.get(hit.kind, (hit.kind,))
    marked = hit.marker != "" and hit.kind not in _CONVERSIONS

    def alike(found: Iterable[Record]) -> list[Record]:
        # What has another page view id, or none, is another hit, unless the log does not show them at all.
        return [one for one in found if one.kind in kinds and not (marked and "idpageview" in one.action)]

    if marked:
        known = [record for record in log.by("idpageview", hit.marker) if record.kind in kinds]
        if known:
            return Match(_best(hit, known) or tuple(known), "page view id")
    if hit.kind == "order":
        return _order(hit, alike(log.records))
    own = [record for record in alike(visitors.own(hit.params, log)) if visitors.is_visitor(hit.params, record)]
    if found := _best(hit, [record for record in own if hit.close(record)]):
        return Match(found, "visitor")
    unnamed = parameters.visitor_id(hit.params) is None
    others = [record for record in alike(log.records if unnamed else log.followed) if hit.close(record)]
    if found := _best(hit, [record for record in others if _joined(hit, record)]):
        return Match(found, "likeness")
    return Match(note=_note(hit, own, log))


def _order(hit: Sought, orders: Sequence[Record]) -> Match:
    wanted = parameters.text(hit.params, "ec_id")[: parameters.LIMITS["ec_id"]].strip()
    same = [record for record in orders if text(record.action.get("orderId")).strip() == wanted]
    fresh = tuple(record for record in same if hit.near(record))
    if fresh or not same:
        return Match(fresh, "order id") if fresh else Match()
    note = f"the order id stands in {same[0].named()}, from an earlier hit: Matomo refuses a repeated one"
    return Match(note=note)


def _best(hit: Sought, found: Iterable[Record]) -> tuple[Record, ...]:
    """The records that fit best: by content, then by time as far as the server's answer tells it."""
    scored = [(points, record) for record in found if (points := likeness(hit.params, hit.kind, record)) is not None]
    close = [pair for pair in scored if hit.close(pair[1])] or scored
    most = max((points for points, _ in close), default=0)
    best = [record for points, record in close if points == most]
    exact = [record for record in best if record.at is not None and record.at == float(int(hit.moment))]
    return tuple(best if hit.blind else exact or best)


def _joined(hit: Sought, record: Record) -> bool:
    """Whether browser and address leave it possible that the hit joined the visit of a record."""
    return _same_browser(hit.agent, record) and visitors.could_be(hit.params, record)


def _same_browser(agent: str, record: Record) -> bool:
    version = text(record.visit.get("browserVersion")).split(".")[0]
    return not agent or not version.isdigit() or version in agent


def _note(hit: Sought, own: Iterable[Record], log: Log) -> str:
    """What stands in the log where the hit is not, if that says something."""
    if hit.kind != "cart":
        like = next((record for record in _best(hit, own) if hit.near(record)), None)
        return f"it is not in the visit log; {like.named()} is like it, but of another time" if like else ""
    later = [
        record
        for record in log.records
        if record.kind in ("order", "cart")
        and record.at is not None
        and record.at >= hit.least
        and (visitors.is_visitor(hit.params, record) or ("cip" in hit.params and _joined(hit, record)))
    ]
    if not later:
        return ""
    return f"a later {later[0].kind} of the same visitor ({later[0].named()}) has taken the cart's place"


def pinged(hit: Sought, visits: Sequence[Mapping[str, object]]) -> tuple[Mapping[str, object], bool] | None:
    """The visit that a ping belongs to, and whether its end shows the ping; None where there is no such visit."""
    for visit in visits:
        if not visitors.is_visitor(hit.params, Record(visit, {}, 0, "ping", None)):
            continue
        last = number(visit.get("lastActionTimestamp"))
        if last is None or last < hit.least - hit.slack:
            continue
        times = [record.at for record in records([visit]) if record.at is not None]
        shown = hit.least <= last <= hit.most and all(at < last for at in times) and bool(times)
        return visit, shown
    return None
