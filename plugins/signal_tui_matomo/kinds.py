"""Which action a hit is: the tracker's handlers in their order, site search by address among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import unquote_plus

from signal_tui_matomo import php

Kind: TypeAlias = Literal[
    "pageview",
    "event",
    "search",
    "download",
    "outlink",
    "content",
    "order",
    "cart",
    "goal",
    "ping",
    "none",
]

SEARCH_PARAMETERS = ("q", "query", "s", "search", "searchword", "k", "keyword", "keywords")
"""Parameters of the page's address that make a page view a site search, in the order they are tried (the default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A site search; ``by_url`` when the page's address made it one. ``count`` None: not told."""

    keyword: str
    category: str = ""
    count: int | None = None
    by_url: str | None = None


def _text(params: Mapping[str, str], name: str) -> str:
    return php.unescape(params.get(name, ""))


def action_kind(params: Mapping[str, str], search_parameters: tuple[str, ...] | None = SEARCH_PARAMETERS) -> Kind:
    """The action that a hit would be without goal, order and ping: the first that applies of download, outlink, event
    (both ``e_c`` and ``e_a`` are there), content, search, page view. ``none``: ``ca=1`` and none of them but the last;
    the whole hit is refused then."""
    if not php.empty(_text(params, "download")):
        return "download"
    if not php.empty(_text(params, "link")):
        return "outlink"
    if _text(params, "e_c") and _text(params, "e_a"):
        return "event"
    if not php.empty(_text(params, "c_n")):
        return "content"
    if search_parameters is not None and site_search(params, search_parameters):
        return "search"
    return "none" if php.integer(_text(params, "ca"), 0) else "pageview"


def blank_event(params: Mapping[str, str]) -> bool:
    """Whether the category or the action of an event is nothing but blanks, which is 400."""
    return not _text(params, "e_c").strip() or not _text(params, "e_a").strip()


def site_search(params: Mapping[str, str], search_parameters: tuple[str, ...] = SEARCH_PARAMETERS) -> Search | None:
    """The site search of a hit: from ``search``, ``search_cat``, ``search_count``, else from the address ``url``."""
    keyword = _text(params, "search")
    if not php.empty(keyword):
        word = keyword.strip()
        if php.empty(word):
            return None
        count = php.integer(_text(params, "search_count"), -1)
        return Search(
            keyword=word[:1024],
            category=_text(params, "search_cat").strip()[:200],
            count=count if count >= 0 else None,
        )
    return _search_by_url(clean_url(_text(params, "url")), search_parameters)


def clean_url(url: str) -> str:
    """An address before it is looked at: trimmed, line breaks gone, cut at 1024 bytes, ``;a=1;b=2`` as a query."""
    url = url.strip(" \t\n\r\v\0").replace("\n", "").replace("\r", "").replace("\0", "")
    url = url.encode("utf-8", "replace")[:1024].decode("utf-8", "ignore")
    semicolon, question = url.find(";"), url.find("?")
    if semicolon < 0 or 0 <= question < semicolon:
        return url
    if question > semicolon:
        url = url[:question] + ";" + url[question + 1 :]
    return url[:semicolon] + "?" + url[semicolon + 1 :].replace(";", "&")


def query_of(url: str) -> list[tuple[str, str]]:
    """The pairs of an address's query, as they stand."""
    query = url.partition("#")[0].partition("?")[2]
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]


def _search_by_url(url: str, search_parameters: tuple[str, ...]) -> Search | None:
    fragment = url.partition("#")[2]
    pairs = query_of(url) + query_of("?" + (fragment.partition("?")[2] if "?" in fragment else fragment))
    found = {unquote_plus(name).lower().removesuffix("[]"): value for name, value in pairs}
    name = next((name for name in search_parameters if not php.empty(found.get(name.lower(), ""))), None)
    if name is None:
        return None
    word = php.decode_value(found[name.lower()]).strip()
    count = found.get("search_count", "")
    if php.empty(word):
        return None
    return Search(
        keyword=word[:1024],
        count=int(php.leading_number(count)) if php.is_numeric(count) and float(count) >= 0 else None,
        by_url=name,
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One row of ``ec_items`` as it is stored."""

    sku: str
    name: str | None = None
    categories: tuple[str, ...] = ()
    price: float = 0.0
    quantity: int = 1


def ec_items(sent: str) -> list[Item] | None:
    """The items of ``ec_items``: lists of sku, name, category (one or up to five), price, quantity.

    What is no JSON is no items. JSON that is no list is None: the order is then answered and not recorded. A row
    without sku, and an object with names, is left out. A price that is no number is 0 (``12,50`` is), a quantity 1.
    """
    try:
        rows = php.parse_json(sent)
    except ValueError:
        return []
    if php.is_falsy(rows):
        return []
    if isinstance(rows, Mapping):
        rows = list(rows.values())
    if not isinstance(rows, list):
        return None
    return [item for item in map(_item, rows) if item]


def _item(row: object) -> Item | None:
    sku, name, category, price, quantity = (_cell(row, index) for index in range(5))
    if php.is_falsy(sku):
        return None
    categories = category if isinstance(category, list) else [] if php.is_falsy(category) else [category]
    words = [word for word in (php.scalar(entry).strip() for entry in categories) if not php.empty(word)]
    amount = php.scalar(price)
    pieces = php.scalar(quantity)
    return Item(
        sku=_joined(sku),
        name=None if php.is_falsy(name) else _joined(name) or None,
        categories=tuple(words[:5]),
        price=round(float(amount), 2) if php.is_numeric(amount) else 0.0,
        quantity=int(float(pieces)) if php.is_numeric(pieces) and not php.empty(pieces) else 1,
    )


def _cell(row: object, index: int) -> object:
    if isinstance(row, Mapping):
        return row.get(str(index))
    if isinstance(row, list | str):
        return row[index] if index < len(row) else None
    return None


def _joined(value: object) -> str:
    if isinstance(value, list):
        return ",".join(php.scalar(entry) for entry in value).strip()
    return php.unescape(php.scalar(value)).strip()
