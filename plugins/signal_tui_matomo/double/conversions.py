"""Goals, orders and carts of a visit."""

from __future__ import annotations

from collections.abc import Sequence

from signal_tui_matomo import php
from signal_tui_matomo.double.addresses import without_parameters
from signal_tui_matomo.double.referrers import Referrer
from signal_tui_matomo.double.sites import Goal, Site
from signal_tui_matomo.double.visits import Action, Conversion, Log, Visit
from signal_tui_matomo.parameters import LIMITS, Item, Params, ec_items, number, text


def reached_goals(params: Params, site: Site, action: Action | None, goal: int) -> list[Goal]:
    """The goals that a hit reaches: the one it names, else those that match its action."""
    if goal >= 0:
        named = site.goal(goal)
        return [named] if named else []
    return [item for item in site.goals if action is not None and _matches(item, params, action)]


def _matches(goal: Goal, params: Params, action: Action) -> bool:
    if goal.attribute == "url" and action.kind == "pageview":
        return goal.pattern.lower() in text(params, "url").lower()
    return goal.attribute == "event_action" and action.kind == "event" and goal.pattern in action.action.lower()


def set_buyer(visit: Visit, params: Params, goal: int) -> None:
    """What the visit bought, or left in its cart."""
    if goal != 0:
        return
    if not php.empty(text(params, "ec_id")):
        visit.buyer = 1
    else:
        visit.buyer = 3 if visit.buyer in (1, 3) else 2


def _money(amount: float) -> float:
    return amount if amount == round(amount) else round(amount, 2)


def add(
    visit: Visit,
    params: Params,
    site: Site,
    at: int,
    goals: Sequence[Goal],
    action: Action | None,
    goal: int,
    log: Log,
) -> str | None:
    """Write the conversions of a hit; the reason when an order is refused. The visit stays as it is then."""
    if goal == 0:
        return _shop(visit, params, at, log)
    for reached in goals:
        if not reached.multiple and any(item.goal == reached.id for item in visit.conversions):
            continue
        url = without_parameters(text(params, "url"), site) if goal > 0 else action.url if action else None
        visit.conversions.append(
            Conversion(
                goal=reached.id,
                at=at,
                revenue=_goal_revenue(reached, params, action),
                referrer=_attributed(visit, params),
                url=url,
                action=action,
            )
        )
    return None


def _goal_revenue(goal: Goal, params: Params, action: Action | None) -> float:
    if goal.event_value and action is not None and action.value is not None:
        return _money(action.value)
    return _money(number(params, "revenue", goal.revenue))


def _attributed(visit: Visit, params: Params) -> Referrer:
    name = text(params, "_rcn").strip()
    if name:
        return Referrer("campaign", name.lower()[:255], text(params, "_rck").strip().lower()[:255])
    return visit.referrer


def _shop(visit: Visit, params: Params, at: int, log: Log) -> str | None:
    order = text(params, "ec_id")[: LIMITS["ec_id"]]
    is_order = not php.empty(order)
    items = ec_items(params.get("ec_items", ""))
    if items is None:
        return None
    cart = next((item for item in visit.conversions if item.goal == -1), None)
    if is_order and log.has_order(visit.site, order):
        return f"Invalid non-unique idsite/idorder combination ({visit.site}, {order})"
    conversion = cart or Conversion(goal=-1, at=at, revenue=0, referrer=_attributed(visit, params))
    if cart is None:
        visit.conversions.append(conversion)
    conversion.at = at
    conversion.revenue = _money(number(params, "revenue"))
    conversion.pieces = sum(item.quantity for item in items)
    conversion.items = _synced(conversion.items, items)
    if is_order:
        conversion.goal, conversion.order = 0, order
        conversion.subtotal, conversion.tax, conversion.shipping, conversion.discount = (
            _money(number(params, name)) for name in ("ec_st", "ec_tx", "ec_sh", "ec_dt")
        )
    return None


def _synced(before: dict[str, Item], items: Sequence[Item]) -> dict[str, Item]:
    """The new items: known ones in their place with their last row, new ones behind with their first."""
    last = {item.sku: item for item in items}
    synced = {sku: last[sku] for sku in before if sku in last}
    for item in items:
        synced.setdefault(item.sku, item)
    return synced
