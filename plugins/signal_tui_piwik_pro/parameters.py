"""What a hit's parameters say: its kind, its ids, its numbers and its time. Pure functions without a clock.

The names and their formats are documented; which kind wins where a hit could be several is assumed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias
from urllib.parse import unquote_plus

from signal_tui_piwik_pro.hits import Params, query_text
from signal_tui_piwik_pro.settings import UUID

Kind: TypeAlias = Literal[
    "pageview",
    "outlink",
    "download",
    "search",
    "event",
    "content",
    "interaction",
    "goal",
    "order",
    "cart",
    "product-view",
    "add-to-cart",
    "remove-from-cart",
    "ping",
]

E_T: Mapping[str, Kind] = {
    "order": "order",
    "cart-update": "cart",
    "product-detail-view": "product-view",
    "add-to-cart": "add-to-cart",
    "remove-from-cart": "remove-from-cart",
}
"""Values of ``e_t`` (documented)."""

SHOPPING: tuple[Kind, ...] = ("order", "cart", "product-view", "add-to-cart", "remove-from-cart")
PINGS = ("1", "2", "3", "4", "5", "6")
SEARCH_PARAMETERS = ("q", "query", "s", "search", "searchword", "keyword")
"""Parameters of the page's address that make a search of it: the initial setting (documented)."""

STRIPPED = (
    "gclid", "fbclid", "fb_xd_fragment", "fb_comment_id", "phpsessid", "jsessionid", "sessionid", "aspsessionid",
    "doing_wp_cron", "sid", "pk_vid",
)  # fmt: skip
"""Parameters that are taken out of the page's address: the initial setting (documented)."""

NAMES = frozenset(
    (
        "idsite", "rec", "url", "action_name", "_id", "r", "urlref", "_cvar", "cvar", "_idvc", "_viewts", "_idts",
        "res", "h", "m", "s", "ua", "lang", "uid", "cid", "new_visit", "link", "download", "search", "search_cat",
        "search_cats",
        "search_count", "pv_id", "idgoal", "revenue", "e_t", "ec_id", "ec_items", "ec_products", "ec_st", "ec_tx",
        "ec_sh", "ec_dt", "_ects", "gt_ms", "cs", "cookie", "fla", "java", "dir", "qt", "realp", "pdf", "wma", "gears",
        "ag", "e_c", "e_a", "e_n", "e_v", "c_n", "c_p", "c_t", "c_i", "send_image", "cip", "cdt", "country", "city",
        "lat", "lon", "uia", "dda", "ping", "ts_n", "ts_v", "sh", "rmip", "debug", "dp", "bw_bytes",
    )
)  # fmt: skip
"""Parameters of the tracker (documented), without dimensions, timings and those of consent forms."""

MONEY = ("revenue", "ec_st", "ec_tx", "ec_sh", "ec_dt")
NAMED = re.compile(r"dimension([1-9]\d{0,3})", re.ASCII)
_SEARCH = ("search", "search_cat", "search_cats", "search_count")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_HEX16 = re.compile(r"[0-9a-f]{16}", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


def text(params: Params, name: str) -> str:
    """A parameter, empty where it is not there."""
    return params.get(name, "")


def number(params: Params, name: str) -> float | None:
    """A parameter as a number with a decimal point; None where it is none."""
    return as_number(text(params, name))


def as_number(sent: str) -> float | None:
    """A text as a number with a decimal point; None where it is none."""
    return float(sent) if _NUMBER.fullmatch(sent) and abs(float(sent)) < 1e300 else None


def app(params: Params) -> str:
    """``idsite`` in small letters."""
    return text(params, "idsite").strip().lower()


def is_uuid(sent: str) -> bool:
    """Whether a text is a UUID."""
    return UUID.fullmatch(sent) is not None


def products_parameter(params: Params) -> str:
    """The name under which the products come: ``ec_products``, else its older name ``ec_items``; empty for none."""
    return next((name for name in ("ec_products", "ec_items") if text(params, name)), "")


def kind(params: Params, search_parameters: tuple[str, ...] = SEARCH_PARAMETERS) -> Kind:
    """What a hit becomes, if it becomes anything. One hit is one event."""
    if text(params, "ping"):
        return "ping"
    if text(params, "e_t") in E_T:
        return E_T[text(params, "e_t")]
    if text(params, "idgoal") == "0":
        return "order" if text(params, "ec_id") else "cart"
    if text(params, "idgoal"):
        return "goal"
    if text(params, "e_c") and text(params, "e_a"):
        return "event"
    if any(text(params, name) for name in _SEARCH):
        return "search"
    if text(params, "download"):
        return "download"
    if text(params, "link"):
        return "outlink"
    if text(params, "c_n"):
        return "interaction" if text(params, "c_i") else "content"
    return "search" if search_in_address(params, search_parameters) else "pageview"


def search_in_address(params: Params, names: tuple[str, ...] = SEARCH_PARAMETERS) -> tuple[str, str] | None:
    """The parameter of the page's address that holds a search, and what was searched for."""
    found: dict[str, str] = {}
    for part in query_text(text(params, "url")).split("&"):
        name, _, value = part.partition("=")
        found.setdefault(unquote_plus(name).lower(), unquote_plus(value).strip())
    return next(((name, found[name]) for name in map(str.lower, names) if found.get(name)), None)


def has_authority(sent: str) -> bool:
    """Whether an address has a scheme and a host, or is a ``mailto:`` – what the specification asks for."""
    scheme, colon, rest = sent.strip().partition(":")
    if not colon or not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme, re.ASCII | re.IGNORECASE):
        return False
    return scheme.lower() == "mailto" or (rest.startswith("//") and bool(re.split(r"[/?#]", rest[2:])[0]))


def is_hex16(sent: str) -> bool:
    """Whether a text is a visitor id as documented: 16 hexadecimal characters."""
    return _HEX16.fullmatch(sent) is not None


def cookie_id(params: Params) -> str:
    """The id of the visitor's device: ``cid``, else ``_id``; empty where neither has the documented form."""
    return next((text(params, name).lower() for name in ("cid", "_id") if is_hex16(text(params, name))), "")


def visitor_id(params: Params) -> str:
    """The visitor id that a hit leads to: the first 16 characters of the user id's SHA-1, else the device's
    (documented). Empty where the hit names nobody."""
    uid = text(params, "uid")
    if uid:
        return hashlib.sha1(uid.encode("utf-8", "replace")).hexdigest()[:16]
    return cookie_id(params)


@dataclass(frozen=True, slots=True)
class HitTime:
    """When a hit counts; ``readable`` is false for a ``cdt`` in no documented form."""

    at: float
    custom: bool = False
    readable: bool = True


def hit_time(params: Params, at: float) -> HitTime:
    """The time of a hit that arrives at ``at``: ``cdt`` as unix seconds or ``YYYY-MM-DD hh:mm:ss`` UTC (documented)."""
    sent = text(params, "cdt").strip()
    if not sent:
        return HitTime(at)
    moment: float | None = None
    if sent.isascii() and sent.isdigit() and len(sent) <= 11:
        moment = float(sent)
    elif _MOMENT.fullmatch(sent):
        try:
            moment = datetime.strptime(sent, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
        except ValueError:
            moment = None
    return HitTime(at, readable=False) if moment is None else HitTime(moment, custom=True)


def dimensions(params: Params) -> dict[int, str]:
    """The custom dimensions of a hit: number → value."""
    matches = ((NAMED.fullmatch(name), value) for name, value in params.items())
    return {int(match[1]): value for match, value in matches if match and value}
