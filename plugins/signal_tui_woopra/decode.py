"""A captured hit of Woopra as canonical events: the way back of the presets, as far as a hit tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from signal_tui.api import Event, Request, parse_json
from signal_tui.api.values import Value
from signal_tui_woopra.hits import Tracking, read_tracking
from signal_tui_woopra.parameters import seconds

EVENTS: Mapping[str, str] = {
    "pv": "page",
    "signup": "Signed Up",
    "login": "Logged In",
    "search": "Products Searched",
    "product_viewed": "Product Viewed",
    "plan_viewed": "Plan Viewed",
    "add_to_cart": "Product Added",
    "checkout_started": "Checkout Started",
    "purchase": "Order Completed",
    "subscription_started": "Subscription Started",
    "lead": "Lead Generated",
}
"""Woopra's name of an event → the name in Signal (``page`` is a type)."""

_NUMBERS = frozenset(("amount", "price", "quantity", "tax", "shipping", "discount", "results", "total", "value"))
_CAMPAIGN = {f"campaign_{name}": name for name in ("source", "medium", "name", "term", "content")}
_BROWSERS = frozenset(("scroll depth", "returning", "hash"))
"""Properties of a page view that the browser's tracker adds of itself."""


def decode_request(request: Request) -> list[Event] | None:
    """The canonical events of a hit; None where it is no request to the tracker.

    A ping and an update make no event, so the list may be empty. Total over any request.
    """
    tracking = read_tracking(request)
    if tracking is None:
        return None
    named = tracking.params.get("event") or tracking.identifiers
    # Behind a proxy of its own the host has any name: then the parameters must speak for themselves.
    if not tracking.at_home and not (tracking.project and named):
        return None
    if tracking.endpoint in ("ping", "update"):
        return []
    event = _identify(tracking) if tracking.endpoint == "identify" else _event(tracking)
    return [Event.read(_filled({**event, **_envelope(tracking, request, event)}))]


def _filled(tree: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in tree.items() if value not in (None, "", {})}


def _identify(tracking: Tracking) -> dict[str, Any]:
    return {"type": "identify", "properties": {}}


def _event(tracking: Tracking) -> dict[str, Any]:
    sent = tracking.params.get("event", "event")
    name = EVENTS.get(sent, sent)
    found = {key: value for key, value in tracking.event_properties.items() if key not in (*_CAMPAIGN, "app")}
    if name != "page":
        properties = {("revenue" if key == "amount" else key): _value(key, text) for key, text in found.items()}
        return {"type": "track", "event": name, "properties": properties}
    # The browser's tracker calls the path url and the whole address uri.
    address = found.pop("uri", "") or found.get("url", "")
    rest = {key: value for key, value in found.items() if key not in ("url", "domain", *_BROWSERS)}
    title = found.get("title", "")
    return {"type": "page", "name": title, "properties": _filled({"url": address, **rest})}


def _value(name: str, text: str) -> Value:
    """A number as it was written where the property is one; everything else stays text."""
    if name in _NUMBERS:
        try:
            number = parse_json(text.strip())
        except ValueError:
            return text
        return number if isinstance(number, int | float) and not isinstance(number, bool) else text
    return text


def _envelope(tracking: Tracking, request: Request, event: Mapping[str, Any]) -> dict[str, Value]:
    params, traits = tracking.params, tracking.visitor_properties
    agent = request.header("User-Agent")
    properties = event["properties"]
    page = {"url": properties.get("url"), "title": properties.get("title")} if event["type"] == "page" else {}
    campaign = {own: tracking.event_properties.get(name, "") for name, own in _CAMPAIGN.items()}
    return {
        "userId": traits.get("id"),
        "traits": {name: value for name, value in traits.items() if name != "id"},
        "vendor_ids": _filled({"woopra_cookie": params.get("cookie")}),
        "timestamp": _time(params.get("timestamp", ""), request.at),
        "context": _filled(
            {
                "page": _filled(
                    {**page, "referrer": params.get("referer") or tracking.event_properties.get("referrer")}
                ),
                "campaign": _filled(campaign),
                "ip": params.get("ip") or request.remote,
                "userAgent": agent if isinstance(agent, str) else "",
                "locale": params.get("language", ""),
            }
        ),
    }


def _time(sent: str, at: float | None) -> str:
    named = seconds(sent)
    when = at if named is None else named
    if when is None:
        return ""
    try:
        moment = datetime.fromtimestamp(when, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
