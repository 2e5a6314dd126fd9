"""``ppms.php``: what the tracker answers, and what becomes of each hit."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from signal_tui.api import Reply, Request, text_of
from signal_tui_piwik_pro.double.instance import App
from signal_tui_piwik_pro.double.store import Session, Store, StoredEvent
from signal_tui_piwik_pro.forecast import Judged, judge
from signal_tui_piwik_pro.hits import Params, read_tracking
from signal_tui_piwik_pro.parameters import (
    SHOPPING,
    app,
    cookie_id,
    dimensions,
    hit_time,
    number,
    products_parameter,
    search_in_address,
    text,
    visitor_id,
)
from signal_tui_piwik_pro.products import read_products
from signal_tui_piwik_pro.rules.case import Phase
from signal_tui_piwik_pro.sessions import BROKEN, EXCLUDED

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""The transparent pixel."""

_TYPES = {
    "pageview": 1, "outlink": 2, "download": 3, "search": 4, "event": 5, "content": 6, "interaction": 7, "goal": 8,
    "order": 9, "cart": 16, "product-view": 22, "add-to-cart": 23, "remove-from-cart": 24,
}  # fmt: skip
_PINGS = {"1": 19, "2": 19, "3": 19, "4": 20, "5": 21, "6": 15}
OPEN_DIMENSIONS = range(1, 6)
"""The double's custom dimensions, all of them of events."""


class Tracker:
    """Answers hits."""

    def __init__(self, store: Store, apps: Mapping[str, App]) -> None:
        self._store = store
        self._apps = apps

    def handle(self, request: Request) -> Reply:
        """The answer to a request. Total."""
        if request.method.upper() == "OPTIONS":
            return Reply(status=204, headers=(("Access-Control-Allow-Origin", "*"),))
        tracking = read_tracking(request)
        if not tracking.hits:
            return Reply(status=400, headers=(("Content-Type", "text/plain"),), body=b"Bad Request")
        known = {"apps": {name: one.known() for name, one in self._apps.items()}, "apps_complete": True}
        for params in tracking.hits:
            if params:
                self._take(request, judge(request, tracking, params, known))
        if not tracking.bulk and text(tracking.hits[0], "send_image") == "1":
            return Reply(status=202, headers=(("Content-Type", "image/gif"),), body=GIF)
        return Reply(status=202, headers=(("Content-Type", "text/html"),))

    def _take(self, request: Request, judged: Judged) -> None:
        params = judged.case.params
        of_app = self._apps.get(app(params))
        if of_app is None or judged.phase is Phase.REQUEST:
            return
        arrived = request.at or 0.0
        session = self._session(judged, of_app, arrived)
        if judged.case.kind == "ping" and not session.events:
            return
        log = self._store.keep(arrived, request.method, _headers(request), params)
        event = StoredEvent(
            id=self._store.new_id(),
            type=_PINGS.get(text(params, "ping"), 0) or _TYPES.get(judged.case.kind, 1),
            at=hit_time(params, arrived).at,
            log=log,
            assumed=judged.forecast.assumed,
        )
        if judged.settled is not None:
            event.type = BROKEN if judged.phase is Phase.BROKEN else EXCLUDED
            key = "error_message" if event.type == BROKEN else "exclusion_reason"
            event.shown = {key: judged.settled.message}
            because, _, source = judged.settled.because.rpartition(" [")
            if source == "assumed]":
                event.assumed = (*event.assumed, because)
        else:
            event.shown = shown_values(judged, of_app)
        self._store.add(session, event, arrived)

    def _session(self, judged: Judged, of_app: App, arrived: float) -> Session:
        case, params = judged.case, judged.case.params
        language = (text(params, "lang") or case.header("Accept-Language"))[:100]
        address = _address(case.address, params, of_app.masked_octets)
        mark = f"{case.address}\n{case.agent}\n{language}"
        device = hashlib.sha256(mark.encode("utf-8", "replace")).hexdigest()[:16]
        cookie, visitor = cookie_id(params) or device, visitor_id(params)
        found = self._store.find(of_app.id, visitor, cookie, device, arrived, of_app.session_hash)
        session = found or Session(
            app=of_app.id,
            cookie=cookie,
            visitor=visitor or cookie,
            device=device,
            address=address,
            language=language,
            referrer=text(params, "urlref")[:2000],
        )
        if text(params, "uid"):
            session.user, session.visitor = text(params, "uid")[:1000], visitor
        return session


def _headers(request: Request) -> tuple[tuple[str, str], ...]:
    hidden = ("authorization", "cookie")
    return tuple((name.lower(), text_of(value)) for name, value in request.headers if name.lower() not in hidden)


def _address(sent: str, params: Params, octets: int) -> str:
    try:
        address = ipaddress.ip_address(sent.strip())
    except ValueError:
        return ""
    if text(params, "rmip") == "1":
        return ""
    bits = address.max_prefixlen if text(params, "uia") == "1" else min(octets, 4) * (address.max_prefixlen // 4)
    return str(type(address)(int(address) >> bits << bits))


def shown_values(judged: Judged, of_app: App) -> dict[str, Any]:
    """What the debugger shows of a recorded hit."""
    params, kind = judged.case.params, judged.case.kind
    shown: dict[str, Any] = {}
    if text(params, "url"):
        shown["event_url"] = shown["event_url_original"] = _page(text(params, "url"), of_app)
    if text(params, "action_name"):
        shown["event_title"] = text(params, "action_name")
    make = _SHOWN.get(kind)
    if make is not None:
        shown |= make(params)
    if kind == "search" and "search_keyword" not in shown:
        found = search_in_address(params, tuple(of_app.search_parameters))
        shown["search_keyword"] = found[1] if found else ""
    if kind in SHOPPING and products_parameter(params):
        shown["items"] = _items(text(params, products_parameter(params)))
        shown["item_count"] = sum(item["quantity"] for item in shown["items"])
    for place, value in dimensions(params).items():
        if place in OPEN_DIMENSIONS:
            shown[f"event_custom_dimension_{place}"] = value
    return {name: value for name, value in shown.items() if value is not None and value != ""}


def _page(url: str, of_app: App) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    gone = {name.lower() for name in of_app.excluded_parameters}
    pairs = [part for part in parts.query.split("&") if unquote_plus(part.partition("=")[0]).lower() not in gone]
    return urlunsplit(parts._replace(query="&".join(pairs), fragment=parts.fragment if of_app.keep_fragment else ""))


def _event(params: Params) -> dict[str, Any]:
    return {
        "custom_event_category": text(params, "e_c")[:16384],
        "custom_event_action": text(params, "e_a")[:16384],
        "custom_event_name": text(params, "e_n")[:16384],
        "custom_event_value": number(params, "e_v"),
    }


def _search(params: Params) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if text(params, "search"):
        shown["search_keyword"] = text(params, "search")
    try:
        categories = json.loads(text(params, "search_cats") or "[]")
    except (ValueError, RecursionError):
        categories = []
    named = ", ".join(map(str, categories)) if isinstance(categories, list) else ""
    shown["search_category"] = named or text(params, "search_cat")
    count = number(params, "search_count")
    shown["search_results_count"] = int(count) if count is not None and count >= 0 else None
    return shown


def _content(params: Params) -> dict[str, Any]:
    names = {"c_n": "content_name", "c_p": "content_piece", "c_t": "content_target"}
    return {shown: text(params, name)[:1024] for name, shown in names.items()}


def _goal(params: Params) -> dict[str, Any]:
    goal = text(params, "idgoal")
    return {"goal_id" if goal.isdigit() else "goal_uuid": goal, "goal_revenue": number(params, "revenue")}


def _order(params: Params) -> dict[str, Any]:
    return {
        "order_id": text(params, "ec_id"),
        "revenue": number(params, "revenue"),
        "revenue_subtotal": number(params, "ec_st"),
        "revenue_tax": number(params, "ec_tx"),
        "revenue_shipping": number(params, "ec_sh"),
        "revenue_discount": number(params, "ec_dt"),
    }


def _items(sent: str) -> list[dict[str, Any]]:
    rows = []
    for product in read_products(sent):
        row: dict[str, Any] = {"sku": product.sku, "quantity": product.quantity, "price": product.price}
        row |= {f"category{place}": name for place, name in enumerate(product.categories, 1)}
        texts = {"name": product.name, "brand": product.brand, "variant": product.variant}
        row |= {key: value for key, value in texts.items() if value}
        rows.append(row)
    return rows


_SHOWN: Mapping[str, Callable[[Params], dict[str, Any]]] = {
    "event": _event,
    "search": _search,
    "download": lambda params: {"download_url": text(params, "download")},
    "outlink": lambda params: {"outlink_url": text(params, "link")},
    "content": _content,
    "interaction": _content,
    "goal": _goal,
    "order": _order,
    "cart": lambda params: {"revenue": number(params, "revenue")},
}
