"""Reading visits: the methods of the plugin Live."""

from __future__ import annotations

from collections import defaultdict

from signal_tui_matomo import php
from signal_tui_matomo.double.calls import ApiError, Call
from signal_tui_matomo.double.periods import PeriodError, period_range
from signal_tui_matomo.double.profile import profile
from signal_tui_matomo.double.shown_visits import Shown, shown_visit
from signal_tui_matomo.double.visits import Log, Visit


def last_visits(call: Call) -> list[Shown]:
    """``Live.getLastVisitsDetails``."""
    sites = call.sites()
    counted = call.text("countVisitorsToFetch")
    limit = call.number("countVisitorsToFetch", 0) if counted else call.number("filter_limit", 10)
    offset = 0 if counted else max(0, call.number("filter_offset", 0))
    try:
        first, last = period_range(call.text("period"), call.text("date"), sites[0].timezone, call.at)
    except PeriodError as error:
        raise ApiError(str(error)) from None
    since = call.text("minTimestamp")
    visits = call.matching([visit for site in sites for visit in call.log.of_site(site.id)])
    visits = [
        visit
        for visit in visits
        if (first is None or visit.last >= first)
        and (last is None or visit.last <= last)
        and (not php.is_numeric(since) or visit.last > int(float(since)))
    ]
    ascending = call.text("filter_sort_order").lower() == "asc"
    visits.sort(key=lambda visit: (visit.last, visit.id), reverse=not ascending)
    page = visits[offset:] if limit < 0 else visits[offset : offset + limit]
    hide_actions = not php.empty(call.text("doNotFetchActions"))
    visitors = _visitors(call.log, [site.id for site in sites])
    return [
        _columns(call, shown_visit(visit, visitors[visit.site, visit.visitor], actions=not hide_actions))
        for visit in page
    ]


def _visitors(log: Log, sites: list[int]) -> dict[tuple[int, str], list[Visit]]:
    """The visits of each visitor of each site: totals are about the visitor, not the visit."""
    visitors: dict[tuple[int, str], list[Visit]] = defaultdict(list)
    for site in sites:
        for visit in log.of_site(site):
            visitors[site, visit.visitor].append(visit)
    return visitors


def _columns(call: Call, row: Shown) -> Shown:
    shown, hidden = ({name for name in call.text(key).split(",") if name} for key in ("showColumns", "hideColumns"))
    return {name: value for name, value in row.items() if (not shown or name in shown) and name not in hidden}


def counters(call: Call) -> list[Shown]:
    """``Live.getCounters``."""
    for name in ("idSite", "lastMinutes"):
        call.required(name)
    minutes = call.number("lastMinutes", 0)
    if not 1 <= minutes <= 2880:
        raise ApiError("lastMinutes only accepts values between 1 and 2880")
    since = call.at - minutes * 60
    visits = call.matching([visit for site in call.sites() for visit in call.log.of_site(site.id)])
    recent = [visit for visit in visits if visit.last >= since]
    counts = {
        "visits": len(recent),
        "actions": sum(action.at >= since for visit in visits for action in visit.actions),
        "visitors": len({visit.visitor for visit in recent}),
        "visitsConverted": sum(item.at >= since for visit in visits for item in visit.conversions),
    }
    return [_columns(call, counts if recent else dict.fromkeys(counts, 0))]


def most_recent(call: Call) -> str | bool:
    """``Live.getMostRecentVisitorId``."""
    visits = call.matching(call.log.of_site(call.site().id))
    newest = max(visits, key=lambda visit: (visit.last, visit.id), default=None)
    return newest.visitor if newest else False


def visitor_profile(call: Call) -> Shown | list[Shown]:
    """``Live.getVisitorProfile``; without a visitor the most recent one's."""
    site = call.site()
    wanted = call.text("visitorId") or str(most_recent(call) or "")
    visits = sorted(
        (visit for visit in call.log.of_site(site.id) if visit.visitor == wanted),
        key=lambda visit: (visit.last, visit.id),
        reverse=True,
    )
    return profile(wanted, visits, [shown_visit(visit, visits) for visit in visits], call.at) if visits else []
