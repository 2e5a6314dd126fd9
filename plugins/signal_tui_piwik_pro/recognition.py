"""Which event of the debugger is which hit.

The raw requests decide: one that says what the hit says, at its time, is the hit, and its event is the hit's record –
also where that is a broken or excluded one, which shows nothing else. Our marker settles it alone. Where no raw request
could be read, order id, visitor, content and time must do. What fits equally well is not guessed between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime

from signal_tui.api import Difference, Hit, Reply
from signal_tui_piwik_pro import comparisons, parameters
from signal_tui_piwik_pro.differences import unread
from signal_tui_piwik_pro.hits import Params, read_tracking
from signal_tui_piwik_pro.parameters import Kind
from signal_tui_piwik_pro.sessions import ANONYMOUS, BROKEN, EXCLUDED, Log, Record, clock, number, text

SLACK = 15.0
"""Seconds around the server's own time in which a record may lie."""

BLIND_SLACK = 300.0
"""The same where only our clock is known."""

_TELLING = ("e_c", "e_a", "ec_id", "search", "idgoal", "download", "link", "c_n", "pv_id", "ping")
"""What a raw request shows exactly when the hit has it (documented; of ``e_t`` and ``ec_products`` nothing is said)."""

_UNTOLD = ("rec", "send_image", "token_auth", "r", "cip", "country", "city", "lat", "lon", "ua", "uid")
"""What a raw request does not show, or may show otherwise."""

_ALIKE: Mapping[str, tuple[str, ...]] = {"pageview": ("pageview", "search")}


@dataclass(frozen=True, slots=True)
class Sought:
    """One hit that is looked for. ``at``: when it arrived by the server's clock (ours if ``blind``); ``moment``: when
    it counts. ``flat``: it was sent as a flat JSON object."""

    params: Params
    kind: Kind
    at: float
    moment: float
    blind: bool
    flat: bool = False
    unread: tuple[Difference, ...] = ()

    @property
    def app(self) -> str:
        return parameters.app(self.params)

    @property
    def visitor(self) -> str:
        return parameters.visitor_id(self.params)

    def near(self, at: float | None, moment: float) -> bool:
        """Whether a time lets something be this hit, or of it."""
        slack = BLIND_SLACK if self.blind else SLACK
        return at is None or abs(at - moment) <= slack


@dataclass(frozen=True, slots=True)
class Match:
    """The records that fit a hit, each with its raw request where one was read; more than one are candidates.
    ``note``: what was seen instead."""

    found: tuple[tuple[Record, Log | None], ...] = ()
    by: str = ""
    note: str = ""


@dataclass(slots=True)
class Shown:
    """What was read of one app: the events of the debugger and the raw requests behind them."""

    records: dict[tuple[str, str], Record] = field(default_factory=dict)
    logs: dict[str, Log] = field(default_factory=dict)


def seek(hit: Hit, params: Params) -> Sought:
    """What to look for. The server's clock is the ``Date`` of its reply."""
    date = date_of(hit.reply)
    at = (hit.request.at or hit.sent_at) if date is None else date
    return Sought(
        params=params,
        kind=parameters.kind(params),
        at=at,
        moment=parameters.hit_time(params, at).at,
        blind=date is None,
        flat=read_tracking(hit.request).encoding == "flat",
        unread=unread(hit, params),
    )


def date_of(reply: Reply | None) -> float | None:
    """When an answer left, by the server's clock; None where it does not say."""
    value = reply.header("Date") if reply and reply.status else None
    try:
        moment = parsedate_to_datetime(value).timestamp() if value else 0.0
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return moment if 0 < moment < 2**32 else None


def nearby(sought: Sequence[Sought], records: Sequence[Record]) -> list[Record]:
    """The records whose time lets them be one of the hits, those of the hits' own visitors first."""
    visitors = {hit.visitor for hit in sought} - {""}
    close = [one for one in records if any(hit.near(one.at, hit.moment) or hit.near(one.at, hit.at) for hit in sought)]
    return sorted(close, key=lambda one: text(one.session.get("visitor_id_hex")) not in visitors)


def recognise(sought: Sequence[Sought], shown: Shown) -> list[Match]:
    """A match for each hit, in their order. A record is given to one hit only; hits that are alike get theirs in the
    order they were sent."""
    candidates = [_candidates(hit, shown) for hit in sought]
    order = sorted(range(len(sought)), key=lambda index: (sought[index].at, index))
    done: dict[int, Match] = {}
    taken: set[tuple[str, str]] = set()
    while order:
        left = {index: _without(candidates[index], taken) for index in order}
        chosen = next((index for index in order if len(left[index].found) <= 1), None)
        if chosen is None:
            chosen = _fair(order, left)
        if chosen is None:
            done.update(left)
            break
        order.remove(chosen)
        done[chosen] = Match(left[chosen].found[:1], left[chosen].by, left[chosen].note)
        taken.update(record.key for record, _ in done[chosen].found)
    return [done[index] for index in range(len(sought))]


def _without(match: Match, taken: set[tuple[str, str]]) -> Match:
    return Match(tuple(pair for pair in match.found if pair[0].key not in taken), match.by, match.note)


def _fair(order: Sequence[int], left: Mapping[int, Match]) -> int | None:
    """A hit of a group that has as many hits as candidates: hits that are alike are given theirs in turn."""
    groups: dict[frozenset[tuple[str, str]], list[int]] = {}
    for index in order:
        groups.setdefault(frozenset(record.key for record, _ in left[index].found), []).append(index)
    return next((members[0] for keys, members in groups.items() if len(members) >= len(keys)), None)


def _candidates(hit: Sought, shown: Shown) -> Match:
    told: dict[str, tuple[Record, Log]] = {}
    for record in sorted(shown.records.values(), key=lambda one: one.at or 0.0):
        for name in record.logs:
            log = shown.logs.get(name)
            if log is not None and _is_hit(hit, log) and _better(record, told.get(name), hit.kind):
                told[name] = (record, log)
    if told:
        marked = parameters.text(hit.params, "pv_id") != ""
        return Match(tuple(told.values()), "its raw request, by marker" if marked else "its raw request")
    silent = [one for one in shown.records.values() if not any(name in shown.logs for name in one.logs)]
    match = _by_event(hit, silent)
    if match.found or not parameters.text(hit.params, "pv_id"):
        return match
    bare = replace(hit, params={name: value for name, value in hit.params.items() if name != "pv_id"})
    alike = next((log for log in shown.logs.values() if _is_hit(bare, log)), None)
    return Match(note=f"a request like it came at {clock(alike.at)} without its pv_id" if alike else "")


def _better(record: Record, known: tuple[Record, Log] | None, kind: str) -> bool:
    """One request may make several events – a goal beside a page view: the one of the hit's own kind is its record."""
    return known is None or (known[0].kind != kind and record.kind == kind)


def _is_hit(hit: Sought, log: Log) -> bool:
    """Whether a raw request says what the hit says, at its time."""
    if not hit.near(log.at, hit.at):
        return False
    if any((parameters.text(hit.params, name) != "") != (log.params.get(name, "") != "") for name in _TELLING):
        return False
    if log.params.get("e_t", "") and not parameters.text(hit.params, "e_t"):
        return False
    return all(
        _same(value, log.params[name])
        for name, value in hit.params.items()
        if value != "" and name not in _UNTOLD and log.params.get(name, "") not in ("", ANONYMOUS)
    )


def _same(sent: str, shown: str) -> bool:
    if sent == shown or " ".join(sent.split()) == " ".join(shown.split()):
        return True
    one, other = parameters.as_number(sent), parameters.as_number(shown)
    return one is not None and one == other


def _by_event(hit: Sought, silent: Sequence[Record]) -> Match:
    """Candidates among events whose raw requests could not be read."""
    kinds = _ALIKE.get(hit.kind, (hit.kind,))
    near = [record for record in silent if hit.near(record.at, hit.moment)]
    own = [record for record in near if _is_visitor(hit, record)]
    if hit.kind == "order":
        wanted = parameters.text(hit.params, "ec_id").strip()
        same = [record for record in near if text(record.event.get("order_id")).strip() == wanted != ""]
        if same:
            return Match(tuple((record, None) for record in same), "order id")
    scored = [(points, one) for one in own if one.kind in kinds and (points := _likeness(hit, one)) is not None]
    most = max((points for points, _ in scored), default=0)
    best = [record for points, record in scored if points == most]
    if not best:
        best = [record for record in own if record.type in (BROKEN, EXCLUDED)]
    return Match(tuple((record, None) for record in best), "visitor, content and time" if best else "")


def _is_visitor(hit: Sought, record: Record) -> bool:
    ids = {text(record.session.get(name)).lower() for name in ("visitor_id_hex", "cookie_id_hex")} - {""}
    uid = parameters.text(hit.params, "uid")
    return bool({hit.visitor, parameters.cookie_id(hit.params)} & ids) or (
        uid != "" and uid == text(record.session.get("user_id"))
    )


_CONTENT: tuple[tuple[str, str], ...] = (
    ("e_c", "custom_event_category"),
    ("e_a", "custom_event_action"),
    ("e_n", "custom_event_name"),
    ("search", "search_keyword"),
    ("action_name", "event_title"),
    ("c_n", "content_name"),
)


def _likeness(hit: Sought, record: Record) -> int | None:
    """How many values of the hit stand in an event; None when one speaks against it."""
    points = 0
    for name, key in _CONTENT:
        sent, shown = parameters.text(hit.params, name), text(record.event.get(key))
        if sent and shown:
            difference = comparisons.texts(name, sent, shown)
            if difference is not None and difference.weight == "altered" and not difference.because.startswith("cut"):
                return None
            points += 2
    sent, shown = parameters.text(hit.params, "url"), text(record.event.get("event_url"))
    if sent and shown:
        difference = comparisons.urls("url", sent, shown)
        if difference is not None and difference.weight == "altered":
            return None
        points += 2
    value, recorded = parameters.number(hit.params, "e_v"), number(record.event.get("custom_event_value"))
    return points + (2 if value is not None and value == recorded else 0)
