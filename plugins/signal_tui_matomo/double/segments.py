"""Segments: conditions joined by ``;`` (and) and ``,`` (or, which binds tighter), matched against visits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias
from urllib.parse import unquote_plus

from signal_tui_matomo.double.addresses import normal
from signal_tui_matomo.double.shown_visits import BUYERS, VISITORS
from signal_tui_matomo.double.visits import Visit

Values: TypeAlias = Callable[[Visit], Iterable[object]]
Test: TypeAlias = Callable[[Visit], bool]

_CONDITION = re.compile(r"(.+?)(==|!=|>=|<=|>|<|=@|!@|=\^|=\$)(.*)", re.DOTALL)
_HEX16 = re.compile(r"[0-9a-f]{16}", re.ASCII)
_SPLIT = {";": re.compile(r"(?<!\\);"), ",": re.compile(r"(?<!\\),")}


class SegmentError(ValueError):
    """A segment that cannot be used; the text is Matomo's."""


def _rows(kind: str, member: str) -> Values:
    return lambda visit: [getattr(row, member) for row in visit.actions if row.kind == kind]


def _orders(visit: Visit) -> list[object]:
    return [item.order for item in visit.conversions if item.order is not None]


def _items(visit: Visit) -> list[str]:
    return [sku for conversion in visit.conversions for sku in conversion.items]


def _urls(visit: Visit) -> list[object]:
    return [row.url for row in visit.actions if row.kind == "pageview"]


# assumed: names beyond these are no segments here
FIELDS: dict[str, Values] = {
    "visitorId": lambda visit: [visit.visitor],
    "userId": lambda visit: [visit.user],
    "visitId": lambda visit: [visit.id],
    "visitIp": lambda visit: [visit.ip],
    "fingerprint": lambda visit: [visit.fingerprint],
    "orderId": _orders,
    "productSku": _items,
    "eventCategory": _rows("event", "category"),
    "eventAction": _rows("event", "action"),
    "eventName": _rows("event", "name"),
    "eventValue": _rows("event", "value"),
    "eventUrl": _rows("event", "url"),
    "pageUrl": _urls,
    "entryPageUrl": lambda visit: _urls(visit)[:1],
    "exitPageUrl": lambda visit: _urls(visit)[-1:],
    "actionUrl": lambda visit: [row.url for row in visit.actions],
    "pageTitle": _rows("pageview", "name"),
    "siteSearchKeyword": _rows("search", "name"),
    "siteSearchCategory": _rows("search", "search_category"),
    "downloadUrl": _rows("download", "url"),
    "outlinkUrl": _rows("outlink", "url"),
    "contentName": _rows("content", "name"),
    "contentPiece": _rows("content", "piece"),
    "contentTarget": _rows("content", "target"),
    "contentInteraction": _rows("content", "interaction"),
    "visitEcommerceStatus": lambda visit: [BUYERS[visit.buyer]],
    "visitConverted": lambda visit: [int(visit.converted)],
    "visitConvertedGoalId": lambda visit: [item.goal for item in visit.conversions],
    "visitorType": lambda visit: [VISITORS[visit.seen]],
    "visitCount": lambda visit: [visit.count],
    "visitDuration": lambda visit: [visit.seconds],
    "actions": lambda visit: [visit.actions_count],
    "interactions": lambda visit: [visit.interactions],
    "searches": lambda visit: [visit.searches],
    "events": lambda visit: [visit.events],
    "countryCode": lambda visit: [visit.place.country],
    "city": lambda visit: [visit.place.city],
    "regionCode": lambda visit: [visit.place.region],
    "referrerType": lambda visit: [visit.referrer.type],
    "referrerName": lambda visit: [visit.referrer.name],
    "referrerKeyword": lambda visit: [visit.referrer.keyword],
    "referrerUrl": lambda visit: [visit.referrer.url],
    "languageCode": lambda visit: [visit.language],
    "resolution": lambda visit: [visit.resolution],
    "deviceType": lambda visit: [visit.device.type.lower()],
    "browserCode": lambda visit: [visit.device.browser_code],
    "operatingSystemCode": lambda visit: [visit.device.system_code],
    "dimension1": lambda visit: [visit.dimensions.get(1)],
    "dimension2": lambda visit: [row.dimensions.get(2) for row in visit.actions],
}


def compile_segment(written: str) -> Test:
    """A test for visits. Raises :class:`SegmentError`.

    A segment is read decoded once more, unless it has more conditions as it stands; then each value is decoded again
    (code of 5.2).
    """
    decoded = unquote_plus(written)
    if decoded != written:
        try:
            as_written = _compile(written)
        except SegmentError:
            as_written = []
        try:
            count = sum(map(len, _compile(decoded)))
        except SegmentError:
            count = 0
        groups = as_written if sum(map(len, as_written)) > count else _compile(decoded)
    else:
        groups = _compile(written)
    return lambda visit: all(any(test(visit) for test in group) for group in groups)


def _compile(written: str) -> list[list[Test]]:
    return [
        [_condition(condition) for condition in _SPLIT[","].split(group)]
        for group in _SPLIT[";"].split(written)
        if group
    ]


def _condition(written: str) -> Test:
    match = _CONDITION.fullmatch(written)
    if not match:
        raise SegmentError(f"The segment condition '{written}' is not valid.")
    name, operator, raw = match.groups()
    values = FIELDS.get(name)
    if values is None:
        raise SegmentError(f"Segment '{name}' is not a supported segment.")
    value = unquote_plus(re.sub(r"\\([;,])", r"\1", raw))
    if name == "visitorId" and operator in ("==", "!=") and not _HEX16.fullmatch(value):
        raise SegmentError("visitorId is expected to be a 16 hex char string")
    prepare = normal if name.endswith("Url") and name != "referrerUrl" else str
    wanted = prepare(value).lower()
    negative = operator in ("!=", "!@")
    positive = _COMPARE[operator]

    def test(visit: Visit) -> bool:
        found = list(values(visit)) or [None]
        hit = any(positive("" if item is None else prepare(str(item)).lower(), wanted) for item in found)
        return hit is not negative

    return test


def _numeric(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    def numbers(mine: str, wanted: str) -> bool:
        try:
            return compare(float(mine), float(wanted))
        except ValueError:
            return False

    return numbers


def _same(mine: str, wanted: str) -> bool:
    return mine == wanted


def _within(mine: str, wanted: str) -> bool:
    return wanted in mine


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "==": _same,
    "!=": _same,
    "=@": _within,
    "!@": _within,
    "=^": str.startswith,
    "=$": str.endswith,
    ">": _numeric(lambda mine, wanted: mine > wanted),
    "<": _numeric(lambda mine, wanted: mine < wanted),
    ">=": _numeric(lambda mine, wanted: mine >= wanted),
    "<=": _numeric(lambda mine, wanted: mine <= wanted),
}
