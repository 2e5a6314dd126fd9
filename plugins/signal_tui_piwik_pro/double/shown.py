"""Sessions, events and raw requests as the debugger writes them (documented fields)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from signal_tui_piwik_pro.double.store import RawRequest, Session, StoredEvent
from signal_tui_piwik_pro.parameters import NAMED
from signal_tui_piwik_pro.sessions import ANONYMOUS

_NAMES = {
    1: "Page view", 2: "Outlink", 3: "Download", 4: "Search", 5: "Custom event", 6: "Content impression",
    7: "Content interaction", 8: "Goal conversion", 9: "Ecommerce conversion", 15: "Custom ping", 16: "Cart update",
    17: "Broken event", 18: "Excluded event", 19: "Heartbeat", 20: "Deanonymization", 21: "Page performance",
    22: "Product detail view", 23: "Add to cart", 24: "Remove from cart",
}  # fmt: skip

LOGGED = (
    "idsite", "_idts", "_viewts", "_idvc", "url", "urlref", "res", "idgoal", "revenue", "ping", "send_image", "_cvar",
    "cvar", "rec", "new_visit", "debug", "ec_id", "ec_st", "ec_tx", "ec_sh", "ec_dt", "ec_items", "_ects", "e_c", "e_a",
    "e_n", "e_v", "cdt", "cid", "_id", "uia", "dda", "ua", "lang", "uid", "cs", "download", "link", "action_name",
    "search", "search_cat", "search_cats", "search_count", "pv_id", "gt_ms", "c_n", "c_p", "c_t", "c_i", "ts_n", "ts_v",
)  # fmt: skip
"""Parameters that the logs show as they came (documented)."""

HIDDEN = ("cip", "country", "region", "city", "lat", "long")
"""Parameters of which the logs only show that they came (documented)."""


def time_text(at: float) -> str:
    """A time as the debugger writes it: UTC, without saying so."""
    return _moment(at).strftime("%Y-%m-%dT%H:%M:%S")


def _moment(at: float) -> datetime:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _id(name: str, value: str) -> dict[str, Any]:
    number = int(value, 16)
    return {name: number, f"{name}_str": str(number), f"{name}_hex": value}


def session_row(session: Session) -> dict[str, Any]:
    """One session with its events."""
    times = [event.at for event in session.events]
    types = [event.type for event in session.events]
    last = len(session.events) - 1
    row: dict[str, Any] = {
        **_id("session_id", session.id),
        "server_time": time_text(min(times)),
        "updated_at": time_text(session.updated),
        "app_uuid": session.app,
        "organization": "sandbox",
        **_id("cookie_id", session.cookie),
        **_id("visitor_id", session.visitor),
        "visitor_returning": [0, "New"],
        "session_first_event_time": time_text(min(times)),
        "session_last_event_time": time_text(max(times)),
        "session_total_events": len(types),
        "session_total_time": int(max(times) - min(times)),
        "session_total_page_views": types.count(1),
        "session_total_site_searches": types.count(4),
        "session_total_custom_events": types.count(5),
        "session_total_ecommerce_conversions": types.count(9),
        "session_ecommerce_status": [1, "Ordered"] if 9 in types else [0, "No shopping activity"],
        "referrer_type": [3, "Website"] if session.referrer else [1, "Direct entry"],
        "is_bounce": len(types) == 1,
        "events": [event_row(session, event, index, last) for index, event in enumerate(session.events)],
    }
    if session.user:
        row["user_id"] = session.user
    if session.address:
        row["location_ipv6" if ":" in session.address else "location_ipv4"] = session.address
    if session.referrer:
        row["referrer_url"] = session.referrer
    if session.language:
        row["browser_language_iso639"] = session.language[:2].lower()
    return row


def event_row(session: Session, event: StoredEvent, index: int, last: int) -> dict[str, Any]:
    """One event of a session."""
    row: dict[str, Any] = {
        **_id("event_id", event.id),
        "log_uuids": [event.log],
        **_id("session_id", session.id),
        "is_exit": index == last,
        "is_entry": index == 0,
        "event_type": [event.type, _NAMES.get(event.type, "Unknown")],
        "event_index": index,
        "server_time": time_text(event.at),
        **event.shown,
    }
    if event.assumed:
        row["assumed"] = list(event.assumed)
    return row


def log_row(request: RawRequest) -> dict[str, Any]:
    """One raw request."""
    shown = {name: request.params[name] for name in LOGGED if request.params.get(name)}
    shown |= {name: ANONYMOUS for name in HIDDEN if request.params.get(name)}
    shown |= {name: value for name, value in request.params.items() if NAMED.fullmatch(name)}
    row: dict[str, Any] = {
        "id": request.id,
        "time": _moment(request.at).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
        "ip": ANONYMOUS,
        "scheme": "https",
        "method": request.method,
        "headers": [[name, ANONYMOUS if "forwarded" in name else value] for name, value in request.headers],
        "query_params": shown,
    }
    for key, name in (("cookie_id", "_id"), ("user_id", "uid")):
        if request.params.get(name):
            row[key] = request.params[name]
    return row
