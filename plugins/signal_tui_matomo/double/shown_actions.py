"""The actions of a visit, with its conversions, as the visit log shows them."""

from __future__ import annotations

from typing import Any

from signal_tui_matomo.double.shown_conversions import IMAGES, Row, clock, plain, shown_goal, shown_order
from signal_tui_matomo.double.sites import Site
from signal_tui_matomo.double.visits import Action, Visit, lookup_id


def shown_actions(visit: Visit, site: Site) -> list[Row]:
    """All rows by time. A conversion stands behind the action it came of, else before all actions of its second."""
    actions = sorted(visit.actions, key=lambda action: action.at)
    spent = _times(actions, bool(visit.conversions), visit)
    rows: list[tuple[tuple[Any, ...], Row]] = [
        ((action.at, action.id, "", "", 0), _action(action, site, spent.get(action.id))) for action in actions
    ]
    for conversion in visit.conversions:
        row = shown_goal(conversion, site) if conversion.goal > 0 else shown_order(conversion, site)
        link = conversion.action.id if conversion.action else 0
        rows.append(((conversion.at, link, row["type"], row.get("url") or "", conversion.goal), row))
    rows.sort(key=lambda entry: entry[0])
    return [row for _, row in rows]


def _times(actions: list[Action], has_conversions: bool, visit: Visit) -> dict[int, int]:
    """Seconds spent on each page view: until the next one; the last one only tells when a ping came long after."""
    times: dict[int, int] = {}
    page: Action | None = None
    for action in actions:
        if page is not None:
            times[page.id] += action.spent
        if action.kind == "pageview" and (action.url or action.name):
            page = action
            times[action.id] = 0
    if page is not None and actions[-1] is page:
        stayed = visit.seconds - (page.at - visit.first)
        if stayed > 10:
            times[page.id] = stayed
    return times


def _seconds(count: int) -> str:
    return f"{count}s" if count < 60 else f"{count // 60} min {count % 60}s"


def _action(action: Action, site: Site, spent: int | None) -> Row:
    moment = clock(action.at, site)
    row: Row = {"type": "action", "url": action.url}
    if action.kind in ("pageview", "download", "outlink", "content"):
        row["pageTitle"] = action.name if action.kind == "pageview" else None
    kind = "event" if action.kind == "event" else "content" if action.kind == "content" else action.kind
    row["pageIdAction"] = lookup_id(kind, action.url) if action.url else None
    row |= {"idpageview": action.view, "serverTimePretty": moment["serverTimePretty"], "pageId": action.id}
    price, name, sku = action.product
    row |= {
        key: value
        for key, value in (("productViewPrice", plain(price)), ("productViewName", name), ("productViewSku", sku))
        if value
    }
    row |= _KINDS[action.kind](action, spent)
    row["timestamp"] = moment["timestamp"]
    if action.product_categories:
        row["productViewCategories"] = list(action.product_categories)
    for dimension in site.active_dimensions("action"):
        row[f"dimension{dimension.id}"] = action.dimensions.get(dimension.id)
    return row


def _page(action: Action, spent: int | None) -> Row:
    row: Row = {}
    if action.load_time:
        row |= {"pageLoadTime": f"{plain((action.load_time + 5) // 10 / 100)}s"}
    if spent is not None:
        row |= {"timeSpent": spent, "timeSpentPretty": _seconds(spent)}
    if action.load_time:
        row["pageLoadTimeMilliseconds"] = action.load_time
    return row | {
        "pageviewPosition": action.position,
        "title": action.name,
        "subtitle": action.url,
        "icon": "",
        "iconSVG": f"{IMAGES}/action.svg",
    }


def _event(action: Action, spent: int | None) -> Row:
    row: Row = {
        "eventCategory": action.category,
        "eventAction": action.action,
        "pageviewPosition": action.position,
        "icon": f"{IMAGES}/event.png",
        "iconSVG": f"{IMAGES}/event.svg",
        "title": "Event",
        "subtitle": f'Category: "{action.category}\', Action: "{action.action}"',
    }
    if action.name is not None:
        row["eventName"] = action.name
    if action.value is not None:
        row["eventValue"] = plain(round(action.value, 3))
    return row


def _search(action: Action, spent: int | None) -> Row:
    parts = [action.name or ""]
    if action.search_category:
        parts.append(f"Search Category: {action.search_category}")
    if action.search_count:
        parts.append(f"Search Results Count: {action.search_count}")
    return {
        "type": "search",
        "siteSearchKeyword": action.name,
        "siteSearchCategory": action.search_category,
        "siteSearchCount": action.search_count,
        "pageviewPosition": action.position,
        "icon": f"{IMAGES}/search.png",
        "iconSVG": f"{IMAGES}/search.svg",
        "title": "Site Search",
        "subtitle": " - ".join(parts),
    }


def _click(action: Action, spent: int | None) -> Row:
    image = "download" if action.kind == "download" else "link"
    return {
        "type": action.kind,
        "pageviewPosition": action.position,
        "icon": f"{IMAGES}/{image}.png",
        "iconSVG": f"{IMAGES}/{image}.svg",
        "title": "Download" if action.kind == "download" else "Outlink",
        "subtitle": action.url,
    }


def _content(action: Action, spent: int | None) -> Row:
    word = "interaction" if action.interaction else "impression"
    return {
        "type": 13,
        "contentName": action.name,
        "contentPiece": action.piece,
        "contentTarget": action.target,
        "contentInteraction": action.interaction,
        "pageviewPosition": action.position,
        "icon": f"{IMAGES}/content{word}.png",
        "iconSVG": f"{IMAGES}/content{word}.svg",
        "title": f"Content Interaction ({action.interaction})" if action.interaction else "Content Impression",
        "subtitle": " - ".join(part for part in (action.name, action.piece) if part),
    }


_KINDS = {
    "pageview": _page,
    "event": lambda action, spent: {"type": "event"} | _event(action, spent),
    "search": _search,
    "download": _click,
    "outlink": _click,
    "content": _content,
}
