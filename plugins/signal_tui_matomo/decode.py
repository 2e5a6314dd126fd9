"""A captured hit of Matomo as canonical events: the way back of the presets, as far as a hit tells.

What a hit does not say is not made up: an event has a timestamp only where the hit has ``cdt`` or the request a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from signal_tui.api import Event, Request, parse_json
from signal_tui.api.values import Value
from signal_tui_matomo import php
from signal_tui_matomo.hits import Params, read_tracking
from signal_tui_matomo.parameters import NAMED, goal_id, hit_time, kind, site_id, site_search, text

_ENDPOINTS = ("matomo.php", "piwik.php")

_EVENTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("Account", "sign_up"): ("Signed Up", "method"),
    ("Account", "login"): ("Logged In", "method"),
    ("Subscription", "plan_viewed"): ("Plan Viewed", "plan_name"),
    ("Subscription", "subscription_started"): ("Subscription Started", "plan_name"),
    ("Ecommerce", "checkout_started"): ("Checkout Started", "label"),
    ("Lead", "lead_generated"): ("Lead Generated", "form_name"),
}
"""Category and action of the preset "recommended" → the event's name, and what its ``e_n`` is."""


def decode_request(request: Request) -> list[Event] | None:
    """The canonical events of a hit or a bulk request, in order; None where it is no request to the tracker.

    A ping is no event, so the list may be empty. Total over any request.
    """
    try:
        path = urlsplit(request.url).path
    except ValueError:
        return None
    tracking = read_tracking(request)
    named = path.rsplit("/", 1)[-1] in _ENDPOINTS
    # Behind a proxy of its own the file has any name: then the parameters must speak for themselves.
    hits = [hit for hit in tracking.hits if hit and (named or (site_id(hit) > 0 and "rec" in hit))]
    if not hits and not (named and tracking.bulk):
        return None
    return [event for hit in hits if (event := _event(hit, request)) is not None]


def _event(hit: Params, request: Request) -> Event | None:
    make = _MAKERS.get(kind({**hit, "rec": "1"}))
    if make is None:
        return None
    tree = make(hit)
    properties = {key: value for key, value in tree.pop("properties").items() if value not in (None, "", [])}
    for name, value in (("url", text(hit, "url")), ("referrer", text(hit, "urlref"))):
        if value:
            properties.setdefault(name, value)
    properties |= {name: text(hit, name) for name in hit if NAMED.fullmatch(name) and text(hit, name)}
    return Event.read(_filled({**tree, "properties": properties, **_envelope(hit, request)}))


def _filled(tree: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in tree.items() if value not in (None, "", {})}


def _envelope(hit: Params, request: Request) -> dict[str, Value]:
    agent, language = request.header("User-Agent"), request.header("Accept-Language")
    locale = text(hit, "lang") or (language if isinstance(language, str) else "")
    page = {"url": text(hit, "url"), "referrer": text(hit, "urlref"), "title": text(hit, "action_name")}
    return {
        "userId": text(hit, "uid"),
        "anonymousId": text(hit, "cid") or text(hit, "_id"),
        "timestamp": _time(hit, request.at),
        "context": _filled(
            {
                "page": _filled(page),
                "ip": text(hit, "cip") or request.remote,
                "userAgent": text(hit, "ua") or (agent if isinstance(agent, str) else ""),
                "locale": locale.split(",")[0].split(";")[0].strip(),
            }
        ),
    }


def _time(hit: Params, at: float | None) -> str:
    seconds = at
    sent = text(hit, "cdt")
    if sent and at is not None:
        seconds = hit_time(hit, at).at
    elif sent and (read := php.timestamp(sent, 0.0)) is not None:
        seconds = read
    if seconds is None:
        return ""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(hit: Params, name: str) -> Value:
    """A number as it was written, the text where it is none, None where it is not there."""
    sent = text(hit, name)
    if not sent or not php.is_numeric(sent):
        return sent or None
    try:
        return parse_json(sent.strip())
    except ValueError:
        return sent


def _category(sent: str) -> Value:
    if sent.startswith("["):
        try:
            return parse_json(sent)
        except ValueError:
            return sent
    return sent


def _track(event: str, /, **properties: Value) -> dict[str, Any]:
    return {"type": "track", "event": event, "properties": properties}


def _product(hit: Params) -> dict[str, Value]:
    return {
        "sku": text(hit, "_pks"),
        "name": text(hit, "_pkn"),
        "category": _category(text(hit, "_pkc")),
        "price": _number(hit, "_pkp"),
        "quantity": _number(hit, "_pkq"),
    }


def _items(hit: Params) -> list[dict[str, Value]]:
    try:
        rows = parse_json(text(hit, "ec_items") or "[]")
    except ValueError:
        return []
    items = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list):
            pairs = zip(("sku", "name", "category", "price", "quantity"), row, strict=False)
            items.append({key: value for key, value in pairs if value not in (None, "")})
        elif isinstance(row, Mapping):
            items.append(dict(row))
    return items


def _pageview(hit: Params) -> dict[str, Any]:
    if text(hit, "_pks") or text(hit, "_pkn"):
        return _track("Product Viewed", **_product(hit))
    title = text(hit, "action_name")
    return {"type": "page", "name": title, "properties": {"title": title}}


def _custom(hit: Params) -> dict[str, Any]:
    category, action, label = text(hit, "e_c"), text(hit, "e_a"), text(hit, "e_n")
    known = _EVENTS.get((category, action))
    if known:
        return _track(known[0], **{known[1]: label, "value": _number(hit, "e_v")})
    return _track(action.strip() or "event", category=category, action=action, label=label, value=_number(hit, "e_v"))


def _search(hit: Params) -> dict[str, Any]:
    found = site_search(hit)
    return _track(
        "Products Searched",
        query=found.keyword if found else text(hit, "search"),
        category=found.category if found else None,
        results=found.count if found else None,
    )


def _order(hit: Params) -> dict[str, Any]:
    return _track(
        "Order Completed",
        order_id=text(hit, "ec_id"),
        revenue=_number(hit, "revenue"),
        subtotal=_number(hit, "ec_st"),
        tax=_number(hit, "ec_tx"),
        shipping=_number(hit, "ec_sh"),
        discount=_number(hit, "ec_dt"),
        products=_items(hit),
    )


def _cart(hit: Params) -> dict[str, Any]:
    return _track("Product Added", **_product(hit), cart_total=_number(hit, "revenue"), products=_items(hit))


def _goal(hit: Params) -> dict[str, Any]:
    return _track("Goal Converted", goal_id=goal_id(hit), revenue=_number(hit, "revenue"))


def _content(hit: Params) -> dict[str, Any]:
    done = text(hit, "c_i")
    return _track(
        "Content Clicked" if done else "Content Viewed",
        content_name=text(hit, "c_n"),
        content_piece=text(hit, "c_p"),
        content_target=text(hit, "c_t"),
        interaction=done,
    )


_MAKERS: Mapping[str, Callable[[Params], dict[str, Any]]] = {
    "pageview": _pageview,
    "event": _custom,
    "search": _search,
    "download": lambda hit: _track("File Downloaded", file_url=text(hit, "download")),
    "outlink": lambda hit: _track("Link Clicked", link_url=text(hit, "link")),
    "content": _content,
    "order": _order,
    "cart": _cart,
    "goal": _goal,
    "none": lambda hit: {"type": "page", "properties": {"title": text(hit, "action_name")}},
}
