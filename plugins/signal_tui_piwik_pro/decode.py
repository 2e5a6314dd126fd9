"""A captured hit of Piwik PRO as canonical events: the way back of both presets, as far as a hit tells.

What a hit does not say is not made up: an event has a timestamp only where the hit has ``cdt`` or the request a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from signal_tui.api import Event, Request, parse_json
from signal_tui.api.values import Value
from signal_tui_piwik_pro.hits import Params, read_tracking
from signal_tui_piwik_pro.parameters import (
    NAMED,
    app,
    as_number,
    hit_time,
    is_uuid,
    kind,
    products_parameter,
    search_in_address,
    text,
)

_ENDPOINTS = ("ppms.php",)
_COLUMNS = ("sku", "name", "category", "price", "quantity", "brand", "variant", "dimensions")

_EVENTS: Mapping[tuple[str, str], tuple[str, str, str]] = {
    ("Search", "search"): ("Products Searched", "query", "value"),
    ("Ecommerce", "view_item"): ("Product Viewed", "product_name", "price"),
    ("Ecommerce", "add_to_cart"): ("Product Added", "product_name", "value"),
    ("Account", "sign_up"): ("Signed Up", "method", "value"),
    ("Account", "login"): ("Logged In", "method", "value"),
    ("Subscription", "plan_viewed"): ("Plan Viewed", "plan_name", "price"),
    ("Subscription", "subscription_started"): ("Subscription Started", "plan_name", "revenue"),
    ("Ecommerce", "checkout_started"): ("Checkout Started", "label", "value"),
    ("Lead", "lead_generated"): ("Lead Generated", "form_name", "value"),
}
"""Category and action of the presets → the event's name, and what its ``e_n`` and ``e_v`` are."""


def decode_request(request: Request) -> list[Event] | None:
    """The canonical events of a hit or a bulk request, in order; None where it is no request to the tracker.

    A ping is no event, so the list may be empty. Total over any request.
    """
    try:
        name = urlsplit(request.url).path.rsplit("/", 1)[-1]
    except ValueError:
        return None
    tracking = read_tracking(request)
    # Behind a domain of its own the file may have any name, piwik.php too: then the parameters must speak.
    hits = [hit for hit in tracking.hits if hit and (name in _ENDPOINTS or (is_uuid(app(hit)) and "rec" in hit))]
    if not hits and not (name in _ENDPOINTS and tracking.bulk):
        return None
    return [event for hit in hits if (event := _event(hit, request)) is not None]


def _event(hit: Params, request: Request) -> Event | None:
    make = _MAKERS.get(kind(hit))
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
    when = hit_time(hit, at or 0.0)
    if at is None and not when.custom:
        return ""
    try:
        moment = datetime.fromtimestamp(when.at, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(hit: Params, name: str) -> Value:
    """A number as it was written, the text where it is none, None where it is not there."""
    sent = text(hit, name)
    if not sent or as_number(sent) is None:
        return sent or None
    try:
        return parse_json(sent)
    except ValueError:
        return sent


def _list(sent: str) -> list[Value]:
    try:
        value = parse_json(sent)
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def _products(hit: Params) -> list[dict[str, Value]]:
    found = []
    for row in _list(text(hit, products_parameter(hit))):
        if isinstance(row, list):
            pairs = zip(_COLUMNS, row, strict=False)
            found.append({key: value for key, value in pairs if value not in (None, "")})
    return found


def _track(event: str, /, **properties: Value) -> dict[str, Any]:
    return {"type": "track", "event": event, "properties": properties}


def _custom(hit: Params) -> dict[str, Any]:
    category, action = text(hit, "e_c"), text(hit, "e_a")
    known = _EVENTS.get((category, action))
    label, value = text(hit, "e_n"), _number(hit, "e_v")
    if known:
        return _track(known[0], **{known[1]: label, known[2]: value})
    return _track(action.strip() or "event", category=category, action=action, label=label, value=value)


def _search(hit: Params) -> dict[str, Any]:
    by_address = search_in_address(hit)
    query = text(hit, "search") or (by_address[1] if by_address else "")
    categories = _list(text(hit, "search_cats")) or [text(hit, "search_cat")]
    category = categories[0] if len(categories) == 1 else categories
    return _track("Products Searched", query=query, category=category, results=_number(hit, "search_count"))


def _one_product(event: str) -> Callable[[Params], dict[str, Any]]:
    def make(hit: Params) -> dict[str, Any]:
        products = _products(hit)
        return _track(event, **products[0]) if len(products) == 1 else _track(event, products=products)

    return make


def _order(hit: Params) -> dict[str, Any]:
    return _track(
        "Order Completed",
        order_id=text(hit, "ec_id"),
        revenue=_number(hit, "revenue"),
        subtotal=_number(hit, "ec_st"),
        tax=_number(hit, "ec_tx"),
        shipping=_number(hit, "ec_sh"),
        discount=_number(hit, "ec_dt"),
        products=_products(hit),
    )


def _cart(hit: Params) -> dict[str, Any]:
    return _track("Cart Updated", value=_number(hit, "revenue"), products=_products(hit))


def _content(hit: Params) -> dict[str, Any]:
    done = text(hit, "c_i")
    return _track(
        "Content Clicked" if done else "Content Viewed",
        content_name=text(hit, "c_n"),
        content_piece=text(hit, "c_p"),
        content_target=text(hit, "c_t"),
        interaction=done,
    )


def _pageview(hit: Params) -> dict[str, Any]:
    title = text(hit, "action_name")
    return {"type": "page", "name": title, "properties": {"title": title}}


_MAKERS: Mapping[str, Callable[[Params], dict[str, Any]]] = {
    "pageview": _pageview,
    "event": _custom,
    "search": _search,
    "download": lambda hit: _track("File Downloaded", file_url=text(hit, "download")),
    "outlink": lambda hit: _track("Link Clicked", link_url=text(hit, "link")),
    "content": _content,
    "interaction": _content,
    "order": _order,
    "cart": _cart,
    "goal": lambda hit: _track("Goal Converted", goal_id=text(hit, "idgoal"), revenue=_number(hit, "revenue")),
    "product-view": _one_product("Product Viewed"),
    "add-to-cart": _one_product("Product Added"),
    "remove-from-cart": _one_product("Product Removed"),
}
