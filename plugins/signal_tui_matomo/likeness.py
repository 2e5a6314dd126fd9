"""How much of a hit's content stands in a record, and whether anything in it speaks against the two being one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_plus

from signal_tui_matomo import comparisons, parameters
from signal_tui_matomo.parameters import Kind, Params
from signal_tui_matomo.records import Record
from signal_tui_matomo.reporting import number, text, whole

_EXACT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "event": (("e_c", "eventCategory"), ("e_a", "eventAction"), ("e_n", "eventName")),
    "content": (("c_n", "contentName"), ("c_p", "contentPiece"), ("c_i", "contentInteraction")),
}
_ADDRESS = {"pageview": "url", "event": "url", "content": "url", "goal": "url", "download": "download"}
_ADDRESS |= {"outlink": "link"}


def likeness(params: Params, kind: Kind, record: Record) -> int | None:
    """How many values of the hit stand in a record; None when one speaks against it."""
    action, points = record.action, 0
    for name, key in _EXACT.get(kind, ()):
        if not _same_text(parameters.text(params, name), text(action.get(key))):
            return None
        points += 1
    address = parameters.text(params, _ADDRESS.get(kind, ""))
    recorded = text(action.get("url"))
    if address and recorded:
        if not comparisons.same_page(address, recorded):
            return None
        points += 2
    if kind in ("pageview", "search"):
        more = _page(params, record)
        return None if more is None else points + more
    if kind == "goal":
        if whole(action.get("goalId")) != parameters.goal_id(params):
            return None
        points += 1
    for name, key in (("revenue", "revenue"), ("e_v", "eventValue")):
        if name in params and (value := number(action.get(key))) is not None:
            points += 2 if abs(value - parameters.number(params, name)) < 0.01 else 0
    if kind == "cart":
        meant = parameters.ec_items(params.get("ec_items", "")) or []
        pieces = sum(item.quantity for item in meant)
        points += 2 if (whole(action.get("items")) or 0) == pieces else 0
    return points


def _page(params: Params, record: Record) -> int | None:
    title, recorded = parameters.text(params, "action_name"), text(record.action.get("pageTitle"))
    if record.kind == "search":
        word = text(record.action.get("siteSearchKeyword"))
        search = parameters.site_search(params)
        if search is not None:
            return 2 if _same_text(search.keyword, word) else None
        return 1 if word and word in unquote_plus(params.get("url", "")) else None
    if title and recorded:
        return 2 if _same_text(title, recorded) else None
    return 0


def _same_text(sent: str, recorded: str) -> bool:
    if sent == "" or recorded == "":
        return sent.strip() == recorded.strip()
    found = comparisons.texts("", sent, recorded)
    return found is None or found.weight == "expected" or (found.because.startswith("cut") and len(recorded) > 60)
