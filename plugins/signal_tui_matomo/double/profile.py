"""``Live.getVisitorProfile``: the sums over a visitor's visits that a tool reads; no more than the observed fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from signal_tui_matomo.double.places import Place
from signal_tui_matomo.double.shown_conversions import plain
from signal_tui_matomo.double.shown_visits import Shown, long_date, pretty_time
from signal_tui_matomo.double.sites import SITES
from signal_tui_matomo.double.visits import Visit
from signal_tui_matomo.double.zones import zone


def profile(visitor: str, visits: Sequence[Visit], shown: Sequence[Shown], at: float) -> Shown:
    """The profile of a visitor; visits newest first, as they are and as they are shown."""
    actions = [action for visit in visits for action in visit.actions]
    kinds = Counter(action.kind for action in actions)
    pages = Counter(action.url for action in actions if action.kind == "pageview" and action.url)
    loads = [action.load_time for action in actions if action.load_time]
    searches = Counter(str(action.name) for action in actions if action.kind == "search")
    conversions = [item for visit in visits for item in visit.conversions]
    goals = Counter(f"idgoal={item.goal}" for item in conversions if item.goal > 0)
    revenue: dict[str, float] = {}
    for item in conversions:
        if item.goal > 0 and item.revenue:
            revenue[f"idgoal={item.goal}"] = revenue.get(f"idgoal={item.goal}", 0) + item.revenue
    newest = shown[0]
    seconds = sum(visit.seconds for visit in visits)
    totals: Shown = {
        "visitorId": visitor,
        "hasMoreVisits": len(visits) > 10,
        "totalVisits": len(visits),
        "totalVisitDuration": seconds,
        "totalActions": sum(visit.actions_count for visit in visits),
        "totalOutlinks": kinds["outlink"],
        "totalDownloads": kinds["download"],
        "totalSearches": kinds["search"],
        "totalPageViews": kinds["pageview"],
        "totalUniquePageViews": len(pages),
        "totalRevisitedPages": sum(count > 1 for count in pages.values()),
        "totalPageViewsWithTiming": 0,
        "totalPageViewsWithLoadTime": len(loads),
        "searches": [{"keyword": word, "searches": count} for word, count in searches.most_common()],
        "totalGoalConversions": sum(goals.values()),
        "totalConversionsByGoal": dict(goals) or [],
    }
    totals |= {name: value for name, value in newest.items() if name.startswith(("totalEcommerce", "totalAbandoned"))}
    return totals | {
        "totalEvents": kinds["event"],
        "hasLatLong": any(visit.place.latitude for visit in visits),
        "totalRevenueByGoal": {name: plain(round(amount, 2)) for name, amount in revenue.items()} or [],
        "lastVisits": list(shown[:10]),
        "totalVisitDurationPretty": pretty_time(seconds),
        "userId": shown[-1]["userId"] or False,
        "firstVisit": _summary(visits[-1], at),
        "lastVisit": _summary(visits[0], at),
        "visitsAggregated": len(visits),
        "visitedPages": [
            {"url": url, "count": count} for url, count in sorted(pages.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "averagePageLoadTime": round(sum(loads) / len(loads) / 1000, 3) if loads else None,
        "devices": [
            {
                "type": kind,
                "count": len(models),
                "icon": f"plugins/Morpheus/icons/dist/devices/{kind.lower()}.png",
                "devices": [{"name": name, "count": count} for name, count in Counter(models).most_common()],
            }
            for kind, models in _grouped((visit.device.type, visit.device.model) for visit in visits)
        ],
        "continents": [
            {"continent": code, "nb_visits": len(names), "prettyName": names[0]}
            for code, names in _grouped(visit.place.continent for visit in visits)
        ],
        "countries": [_country(code, places) for code, places in _grouped((v.place.country, v.place) for v in visits)],
        "customDimensions": _dimensions(visits),
    }


T = TypeVar("T")


def _grouped(pairs: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    """Values by their key, the most frequent key first."""
    groups: dict[str, list[T]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _country(code: str, places: Sequence[Place]) -> Shown:
    row: Shown = {
        "country": code,
        "nb_visits": len(places),
        "flag": "plugins/Morpheus/icons/dist/flags/xx.png",
        "prettyName": places[0].country_name,
    }
    cities = list(dict.fromkeys(place.city for place in places if place.city))
    return row | ({"cities": cities} if cities else {})


def _dimensions(visits: Sequence[Visit]) -> Shown:
    site = SITES[visits[0].site]
    values: dict[str, list[dict[int, str]]] = {
        "action": [action.dimensions for visit in visits for action in visit.actions],
        "visit": [visit.dimensions for visit in visits],
    }
    shown: Shown = {}
    for scope, rows in values.items():
        found = [
            {"name": dimension.name, "values": [{"value": value, "count": count} for value, count in counts]}
            for dimension in site.active_dimensions(scope)
            if (counts := Counter(row[dimension.id] for row in rows if row.get(dimension.id)).most_common())
        ]
        if found:
            shown[scope] = found
    return shown


def _summary(visit: Visit, at: float) -> dict[str, Any]:
    there = zone(SITES[visit.site].timezone)
    first, today = (datetime.fromtimestamp(moment, there) for moment in (visit.first, at))
    name, keyword = visit.referrer.name, visit.referrer.keyword
    match visit.referrer.type:
        case "direct":
            summary = "Direct Entry"
        case "campaign":
            summary = f"Campaign: {name}" + (f" - {keyword}" if keyword else "")
        case "search":
            summary = f"{name} ({keyword})" if keyword else name
        case _:
            summary = name
    return {
        "date": visit.first,
        "prettyDate": long_date(first),
        "daysAgo": max(0, (today.date() - first.date()).days),
        "referrerType": visit.referrer.type,
        "referrerUrl": visit.referrer.url,
        "referralSummary": summary,
    }
