"""What of a hit was recorded as it was sent, and what otherwise, with the reason and its weight.

``expected`` is Piwik PRO's way with any hit: rewritten visitor ids, masked addresses, stripped URLs. ``altered`` is a
value that somebody meant to be there and that is gone or another one. What neither event nor raw request shows is in
neither list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from signal_tui.api import Difference, Hit
from signal_tui.api.values import Value
from signal_tui_piwik_pro import comparisons
from signal_tui_piwik_pro.comparisons import altered, expected
from signal_tui_piwik_pro.hits import Params
from signal_tui_piwik_pro.parameters import (
    NAMES,
    SHOPPING,
    cookie_id,
    dimensions,
    hit_time,
    kind,
    products_parameter,
    search_in_address,
    visitor_id,
)
from signal_tui_piwik_pro.sessions import ANONYMOUS, Log, Record, clock, text

Compare: TypeAlias = Callable[[str, str, Value], Difference | None]

_PAGE: Mapping[str, tuple[str, Compare]] = {
    "action_name": ("event_title", comparisons.texts),
}
_ORDER: Mapping[str, tuple[str, Compare]] = {
    "ec_id": ("order_id", comparisons.texts),
    "revenue": ("revenue", comparisons.numbers),
    "ec_st": ("revenue_subtotal", comparisons.numbers),
    "ec_tx": ("revenue_tax", comparisons.numbers),
    "ec_sh": ("revenue_shipping", comparisons.numbers),
    "ec_dt": ("revenue_discount", comparisons.numbers),
}
_SHOWN: Mapping[str, Mapping[str, tuple[str, Compare]]] = {
    "pageview": _PAGE,
    "event": {
        "e_c": ("custom_event_category", comparisons.texts),
        "e_a": ("custom_event_action", comparisons.texts),
        "e_n": ("custom_event_name", comparisons.texts),
        "e_v": ("custom_event_value", comparisons.numbers),
    },
    "search": {
        "search": ("search_keyword", comparisons.texts),
        "search_count": ("search_results_count", comparisons.numbers),
    },
    "download": {"download": ("download_url", comparisons.urls)},
    "outlink": {"link": ("outlink_url", comparisons.urls)},
    "content": {
        "c_n": ("content_name", comparisons.texts),
        "c_p": ("content_piece", comparisons.texts),
        "c_t": ("content_target", comparisons.texts),
    },
    "goal": {"revenue": ("goal_revenue", comparisons.numbers)},
    "order": _ORDER,
    "cart": {"revenue": ("revenue", comparisons.numbers)},
}
"""Kind of record → parameter → where the event shows it, and how the two are compared (documented fields)."""

_CARRIERS = ("idsite", "rec", "r", "rand", "apiv", "send_image", "token_auth", "ping", "e_t")
_FAMILIES = ("dimension", "consent_", "t_")


Compared: TypeAlias = tuple[tuple[Difference, ...], tuple[str, ...]]


def compare(params: Params, record: Record, log: Log | None, at: float) -> Compared:
    """The differences between a hit and its record, and the parameters that are the same.

    ``at``: when the hit arrived. ``log``: its raw request, where it was read.
    """
    sent = {name: value for name, value in params.items() if value != ""}
    judged: dict[str, list[Difference]] = {}
    event = record.event
    shown = {**_SHOWN.get("content" if record.kind == "interaction" else record.kind, {})}
    for name, (key, comparison) in shown.items():
        if name in sent:
            judged[name] = _one(comparison(name, sent[name], event.get(key)))
    if "url" in sent and ("event_url" in event or "event_url_original" in event):
        recorded = event.get("event_url_original") or event.get("event_url")
        judged["url"] = _one(comparisons.urls("url", sent["url"], recorded))
    if "action_name" in sent and text(event.get("event_title")):
        judged["action_name"] = _one(comparisons.texts("action_name", sent["action_name"], event["event_title"]))
    name = products_parameter(sent)
    if name and record.kind in SHOPPING:
        judged[name] = comparisons.products(name, sent[name], event.get("items"))
    judged |= _kind(sent, record)
    judged |= _visitor(sent, record)
    judged |= _time(sent, record, at)
    judged |= _dimensions(sent, record)
    if log is not None:
        _by_request(sent, log, judged)
    differences = tuple(difference for found in judged.values() for difference in found)
    return differences, tuple(name for name, found in judged.items() if not found)


def _one(difference: Difference | None) -> list[Difference]:
    return [difference] if difference else []


def _kind(sent: Params, record: Record) -> dict[str, list[Difference]]:
    """What names the kind of the hit: recorded as that kind, or not."""
    meant = kind(sent, ())
    found: dict[str, list[Difference]] = {}
    names = [name for name in ("e_t", "idgoal") if name in sent]
    if meant == record.kind:
        return {name: [] for name in names if meant in SHOPPING or _same_goal(sent, record)}
    if meant == "pageview" and record.kind == "search":
        word = search_in_address(sent)
        because = f"a parameter of the address made a search of it ({text(record.event.get('search_keyword'))})"
        found["url"] = [altered("url", sent.get("url", ""), text(record.event.get("event_url")), because)]
        return found if word or "url" in sent else {}
    field = names[0] if names else "e_c" if meant == "event" else "url"
    found[field] = [altered(field, sent.get(field, meant), record.type_name, f"the hit was meant as {meant}")]
    return found


def _same_goal(sent: Params, record: Record) -> bool:
    return sent.get("idgoal", "") in (text(record.event.get("goal_uuid")), text(record.event.get("goal_id")))


def _visitor(sent: Params, record: Record) -> dict[str, list[Difference]]:
    session = record.session
    found: dict[str, list[Difference]] = {}
    device, visitor = text(session.get("cookie_id_hex")).lower(), text(session.get("visitor_id_hex")).lower()
    for name in ("cid", "_id"):
        if name not in sent or not (device or visitor):
            continue
        if sent[name].lower() in (device, visitor):
            found[name] = []
        elif name == "_id" and cookie_id(sent) != sent[name].lower() and "cid" in sent:
            found[name] = [expected(name, sent[name], device, "cid overwrites it")]
        else:
            because = "the hit joined a session of the same device, which keeps its own id"
            found[name] = [expected(name, sent[name], device or visitor, because)]
    if "uid" in sent:
        user = text(session.get("user_id"))
        if user == sent["uid"] or (not user and visitor == visitor_id(sent)):
            found["uid"] = []
        elif user:
            found["uid"] = [altered("uid", sent["uid"], user, "the session has another user id")]
        else:
            found["uid"] = [altered("uid", sent["uid"], None, "the session has no user id")]
    if "cip" in sent:
        recorded = session.get("location_ipv6") if ":" in sent["cip"] else session.get("location_ipv4")
        if sent.get("uia") == "1" or sent.get("rmip") == "1":
            found["cip"] = [altered("cip", sent["cip"], text(recorded) or None, "the hit itself asks to erase it")]
        else:
            found["cip"] = _one(comparisons.addresses("cip", sent["cip"], recorded, record.is_first))
    if "urlref" in sent and record.is_first and text(session.get("referrer_url")):
        found["urlref"] = _one(comparisons.urls("urlref", sent["urlref"], session["referrer_url"]))
    return found


def _time(sent: Params, record: Record, at: float) -> dict[str, list[Difference]]:
    if "cdt" not in sent or record.at is None:
        return {}
    meant = hit_time(sent, at)
    if meant.custom and abs(record.at - meant.at) <= 2:
        return {"cdt": []}
    because = "recorded at another time" if meant.readable else "it is no time Piwik PRO documents"
    return {"cdt": [altered("cdt", sent["cdt"], clock(record.at), because)]}


def _dimensions(sent: Params, record: Record) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for place, value in dimensions(sent).items():
        name = f"dimension{place}"
        own, common = record.event.get(f"event_custom_dimension_{place}"), None
        if own is None:
            common = record.session.get(f"session_custom_dimension_{place}")
        if own is None and common is None:
            found[name] = [altered(name, value, None, "the app shows no custom dimension of this number")]
        else:
            found[name] = _one(comparisons.texts(name, value, common if own is None else own))
    return found


def _by_request(sent: Params, log: Log, judged: dict[str, list[Difference]]) -> None:
    """What only the raw request shows: that a parameter arrived as it was sent."""
    for name, value in sent.items():
        shown = log.params.get(name, "")
        if name in judged or name in _CARRIERS or shown in ("", ANONYMOUS):
            continue
        found = comparisons.texts(name, value, shown)
        same_number = found is not None and comparisons.numbers(name, value, shown) is None
        judged[name] = [] if same_number else _one(found)


def unread(hit: Hit, params: Params) -> tuple[Difference, ...]:
    """A difference for each mapped value that Piwik PRO has no parameter for. What else a captured hit carries may be
    an extension's."""
    names = dict.fromkeys(field.target for field in hit.fields)
    return tuple(
        altered(name, params[name], None, "Piwik PRO has no parameter of this name")
        for name in names
        if params.get(name) and name not in NAMES and name not in _CARRIERS and not name.startswith(_FAMILIES)
    )
