"""One hit: refused, dropped, or written into the log, in the order in which the tracker decides."""

from __future__ import annotations

from collections.abc import Callable

from signal_tui_matomo import php
from signal_tui_matomo.double import conversions, rows
from signal_tui_matomo.double.exclusion import Sender, exclusion
from signal_tui_matomo.double.places import overridden, read_ip
from signal_tui_matomo.double.recognition import (
    WINDOW,
    Hit,
    begin_visit,
    find_visit,
    fingerprint,
    identify,
    same_visit,
)
from signal_tui_matomo.double.referrers import find_referrer
from signal_tui_matomo.double.sites import SITES, Switches
from signal_tui_matomo.double.visits import Failure, Log, Visit
from signal_tui_matomo.parameters import (
    GATED,
    Params,
    goal_id,
    hit_time,
    integer,
    refused_visitor_id,
    site_id,
    text,
    visitor_id,
)


class Refused(Exception):
    """The hit is refused: 400, or counted invalid in a bulk request."""


class Broken(Exception):
    """The tracker fails on the hit: 400, or 500 and nothing kept in a bulk request."""


Authority = Callable[[int], bool]
"""Whether the hit's token has write access to a site; asked only where the tracker asks."""


class Recorder:
    """Writes hits into a log."""

    def __init__(self, log: Log, switches: Switches) -> None:
        self._log = log
        self._switches = switches

    def record(self, params: Params, sender: Sender, may: Authority) -> str:
        """What became of a hit: ``recorded``, or the reason why it was dropped. Raises Refused and Broken."""
        number = site_id(params)
        moment = hit_time(params, sender.at)
        if moment.needs_token and not self._allowed(params, number, sender, may):
            raise Refused("Custom timestamp is old, requires &token_auth")
        site = SITES.get(number)
        if site is None:
            self._fail(params, number, 1, sender)
            raise Refused("An unexpected website was found in the request")
        forced = text(params, "cip")
        if not php.empty(forced) and not self._allowed(params, number, sender, may):
            raise Refused("Tracker API 'cip' was used, requires valid token_auth")
        ip = read_ip(sender.address if php.empty(forced) else forced)
        hit = Hit(
            params=params,
            site=site,
            at=int(moment.at),
            ip=ip,
            agent=text(params, "ua", sender.agent),
            language=text(params, "lang", sender.language)[:255].lower(),
        )
        reason = exclusion(params, site, ip, hit.agent, sender, self._switches)
        return reason or self._track(hit, sender, may)

    def _allowed(self, params: Params, site: int, sender: Sender, may: Authority) -> bool:
        if site in SITES and may(site):
            return True
        if site in SITES:
            self._fail(params, site, 2, sender)
        return False

    def _fail(self, params: Params, site: int, kind: int, sender: Sender) -> None:
        from urllib.parse import urlencode

        shown = {name: "__TOKEN_AUTH__" if name == "token_auth" else value for name, value in params.items()}
        query = urlencode(shown, errors="replace")[:4000]
        self._log.fail(Failure(site=site, kind=kind, at=sender.at, query=query, url=text(params, "url")[:1024]))

    def _track(self, hit: Hit, sender: Sender, may: Authority) -> str:
        params = hit.params
        if refused_visitor_id(params):
            raise Refused("Visitor ID (cid) must be 16 characters long")
        mark = fingerprint(hit)
        known = find_visit(self._log, hit, mark)
        fresh = known is None or not same_visit(known, hit)
        kind = rows.kind_of(params)
        if kind is None:
            raise Broken("Request was meant for a plugin which is no longer activated")
        goal = goal_id(params)
        if goal > 0 and hit.site.goal(goal) is None:
            raise Refused(f"idGoal {goal} does not exist")
        current = None if known is None or fresh else known.referrer
        referrer = find_referrer(params, hit.site, current)
        if current is not None and referrer.type == "campaign" and referrer.differs(current):
            fresh = True
        if integer(params, "ping") == 1:
            if fresh or known is None:
                return "ping without a visit"
            self._geo(hit, sender, may)
            self._log.touch(known)
            known.seconds = max(0, 1 + hit.at - known.first)
            self._update(known, hit)
            rows.add_load_times(known, params)
            return "recorded"
        action = None
        if goal < 0:
            if problem := rows.refusal(params, kind):
                raise Refused(problem)
            if problem := rows.breakage(params, kind):
                raise Broken(problem)
            action = rows.make_action(params, kind, hit.site, hit.at, self._log.next_action())
        reached = conversions.reached_goals(params, hit.site, action, goal)
        self._geo(hit, sender, may)
        if known is None or fresh:
            visit = begin_visit(self._log, hit, mark, known)
            visit.referrer = find_referrer(params, hit.site, None)
            if known is not None and (reached or self._is_order(hit)):
                visit.seconds += goal + 2
        else:
            visit = known
            self._log.touch(visit)
            self._continue(visit, hit, converted=bool(reached) or self._is_order(hit), goal=goal)
            if visit.referrer.type == "direct" and referrer.type != "direct":
                visit.referrer = referrer
        spent = 0 if fresh or known is None else min(WINDOW, max(0, hit.at - visit.last))
        if action is not None:
            rows.add_action(visit, action, spent)
        if action is None or action.kind != "pageview":
            rows.add_load_times(visit, params)
        conversions.set_buyer(visit, params, goal)
        visit.converted = visit.converted or bool(reached) or self._is_order(hit)
        visit.last = max(visit.last, hit.at)
        if problem := conversions.add(visit, params, hit.site, hit.at, reached, action, goal, self._log):
            raise Refused(problem)
        return "recorded"

    def _is_order(self, hit: Hit) -> bool:
        return goal_id(hit.params) == 0 and not php.empty(text(hit.params, "ec_id"))

    def _geo(self, hit: Hit, sender: Sender, may: Authority) -> None:
        for name in GATED[1:]:
            if not php.empty(text(hit.params, name)) and not self._allowed(hit.params, hit.site.id, sender, may):
                raise Refused(f"Tracker API '{name}' was used, requires valid token_auth")

    def _continue(self, visit: Visit, hit: Hit, *, converted: bool, goal: int) -> None:
        visit.seconds = max(0, 1 + hit.at - visit.first) + (goal + 2 if converted else 0)
        if not php.empty(text(hit.params, "ec_id")):
            visit.since_order = 0
        self._update(visit, hit)

    def _update(self, visit: Visit, hit: Hit) -> None:
        if wanted := visitor_id(hit.params):
            visit.visitor = wanted
        visit.place = overridden(visit.place, hit.params)
        identify(visit, hit.params)
