"""Orders, carts and goals as the visit log shows them, and the time of any row."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

from signal_tui_matomo.double.referrers import Referrer
from signal_tui_matomo.double.sites import Site
from signal_tui_matomo.double.visits import Conversion
from signal_tui_matomo.double.zones import zone

Row: TypeAlias = dict[str, Any]

IMAGES = "plugins/Morpheus/images"


def plain(amount: float) -> float | int:
    """A number without a fraction is a whole one."""
    return int(amount) if amount == int(amount) else amount


def clock(at: int, site: Site) -> Row:
    """The time of a row; its timestamp is shifted by the site's timezone (observed)."""
    there = datetime.fromtimestamp(at, zone(site.timezone))
    offset = there.utcoffset()
    return {
        "serverTimePretty": f"{there:%b} {there.day}, {there.year} {there:%H:%M:%S}",
        "timestamp": at + int(offset.total_seconds() if offset else 0),
    }


def _source(referrer: Referrer) -> Row:
    direct = referrer.type == "direct"
    return {
        "referrerType": referrer.type,
        "referrerName": None if direct else referrer.name,
        "referrerKeyword": None if direct else referrer.keyword,
    }


def _without(site: Site) -> Row:
    return {f"dimension{dimension.id}": None for dimension in site.active_dimensions("action")}


def shown_goal(conversion: Conversion, site: Site) -> Row:
    """A goal; one that came of an action names it."""
    goal = site.goal(conversion.goal)
    name = goal.name if goal else ""
    moment = clock(conversion.at, site)
    money = f" ({site.currency_symbol}{_amount(conversion.revenue)} revenue)" if conversion.revenue else ""
    return {
        "type": "goal",
        "goalName": name,
        "goalId": conversion.goal,
        "idpageview": conversion.action.view if conversion.action else None,
        "revenue": plain(conversion.revenue),
        "goalPageId": conversion.action.id if conversion.action else None,
        "serverTimePretty": moment["serverTimePretty"],
        "url": conversion.url,
        **_source(conversion.referrer),
        "icon": f"{IMAGES}/goal.png",
        "iconSVG": f"{IMAGES}/goal.svg",
        "title": "Goal conversion",
        "subtitle": name + money,
        "timestamp": moment["timestamp"],
        **_without(site),
    }


def _amount(amount: float) -> str:
    return str(int(amount)) if amount == int(amount) else f"{amount:,.2f}"


def shown_order(conversion: Conversion, site: Site) -> Row:
    """An order, or the cart that was left."""
    kind = "ecommerceOrder" if conversion.goal == 0 else "ecommerceAbandonedCart"
    moment = clock(conversion.at, site)
    row: Row = {"type": kind}
    if conversion.goal == 0:
        row["orderId"] = conversion.order
    row["revenue"] = plain(conversion.revenue)
    if conversion.goal == 0:
        row |= {
            "revenueSubTotal": plain(conversion.subtotal),
            "revenueTax": plain(conversion.tax),
            "revenueShipping": plain(conversion.shipping),
            "revenueDiscount": plain(conversion.discount),
        }
    items = [
        {
            "itemSKU": item.sku,
            "itemName": item.name,
            "itemCategory": item.categories[0] if item.categories else None,
            "price": plain(item.price),
            "quantity": item.quantity,
            "categories": list(item.categories),
        }
        for item in conversion.items.values()
    ]
    names = ", ".join(str(item["itemName"] or "") for item in items)
    money = f"{site.currency_symbol}{_amount(conversion.revenue)}"
    return row | {
        "items": conversion.pieces,
        "serverTimePretty": moment["serverTimePretty"],
        "idpageview": None,
        **_source(conversion.referrer),
        "itemDetails": items,
        "icon": f"{IMAGES}/{kind}.png",
        "iconSVG": f"{IMAGES}/{kind}.svg",
        "title": f"Ordered ({conversion.order})" if conversion.goal == 0 else "Abandoned Cart",
        "subtitle": f"{money} revenue - {conversion.pieces} items: {names})",
        "timestamp": moment["timestamp"],
        **_without(site),
    }
