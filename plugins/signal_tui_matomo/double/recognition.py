"""Whose hit it is: fingerprints, the visit a hit joins, and the start of a new one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from signal_tui_matomo import php
from signal_tui_matomo.double.devices import read_agent
from signal_tui_matomo.double.places import locate, masked_ip, overridden
from signal_tui_matomo.double.sites import SITES, Site
from signal_tui_matomo.double.visits import Log, Visit
from signal_tui_matomo.double.zones import zone
from signal_tui_matomo.parameters import Params, dimensions, integer, text, user_id, visitor_id

WINDOW = 1800
"""Seconds without a hit after which a visit is over."""

_PLUGINS = ("cookie", "pdf", "fla", "java", "qt", "realp", "wma", "ag")
_FLAGS = ("fla", "java", "qt", "realp", "pdf", "wma", "ag", "cookie")


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit on its way: what it says, to which site, when it counts, and who sent it."""

    params: Params
    site: Site
    at: int
    ip: str
    agent: str
    language: str


def fingerprint(hit: Hit) -> str:
    """What tells senders apart that name no visitor: system, browser, plugins, address, language, day and site.

    HTTP libraries are no browsers: all of one address look alike (observed).
    """
    device = read_agent(hit.agent)
    browser = (device.browser_code, device.browser_version) if device.is_browser else ("UNK", "")
    flags = [str(integer(hit.params, name)) for name in _FLAGS]
    day = _day(hit.at, hit.site)
    parts = (device.system_code, *browser, *flags, hit.ip, hit.language[:20], day, str(hit.site.id))
    return hashlib.md5("|".join(parts).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:16]


def find_visit(log: Log, hit: Hit, mark: str) -> Visit | None:
    """The newest visit of the hit's visitor: by user id or ``cid`` alone, by ``_id`` or else by fingerprint."""
    params, wanted = hit.params, visitor_id(hit.params)
    visits = [visit for visit in log.of_site(hit.site.id) if visit.last <= hit.at + WINDOW]
    near = [visit for visit in visits if visit.fingerprint == mark and visit.last >= hit.at - WINDOW]
    mine = [visit for visit in visits if visit.visitor == wanted] if wanted else []
    uid = text(params, "uid")
    if uid:
        found = mine or [visit for visit in near if visit.user is None or visit.user.lower() == uid.lower()]
    elif not php.empty(text(params, "cid")):
        found = mine
    else:
        found = mine or near
    newest = max(found, key=lambda visit: (visit.last, visit.id), default=None)
    return None if newest is None or newest.actions_count >= 10_000 else newest


def same_visit(visit: Visit, hit: Hit) -> bool:
    """Whether a hit goes on with a visit: within half an hour, on the same day of the site."""
    if integer(hit.params, "new_visit"):
        return False
    return visit.last > hit.at - WINDOW and _day(visit.last, hit.site) == _day(hit.at, hit.site)


def begin_visit(log: Log, hit: Hit, mark: str, previous: Visit | None) -> Visit:
    """A new visit; of a known visitor it keeps the id of the visit before."""
    params = hit.params
    wanted = visitor_id(params) if previous is None else previous.visitor
    seed = f"{mark}{hit.at}{log.next_action()}"
    language = _language(hit.language)
    is_order = not php.empty(text(params, "ec_id"))
    clock = datetime.fromtimestamp(hit.at, UTC)
    parts = [integer(params, name, now) for name, now in zip("hms", clock.timetuple()[3:6], strict=True)]
    hours, minutes, seconds = (
        part if 0 <= part < limit else 0 for part, limit in zip(parts, (24, 60, 60), strict=True)
    )
    since_order = 0 if is_order else None
    if previous is not None and previous.since_order is not None and not is_order:
        since_order = previous.since_order + hit.at - previous.first
    visit = log.new_visit(
        site=hit.site.id,
        visitor=wanted or hashlib.sha1(seed.encode()).hexdigest()[:16],
        fingerprint=mark,
        ip=masked_ip(hit.ip),
        first=hit.at,
        last=hit.at,
        seen=2 if is_order or (previous and previous.since_order) else 0 if previous is None else 1,
        count=1 if previous is None else previous.count + 1,
        since_first=0,
        since_order=since_order,
        language=language,
        device=read_agent(hit.agent),
        place=overridden(locate(hit.ip, language), params),
        local_time=f"{hours:02}:{minutes:02}:{seconds:02}",
        resolution=text(params, "res", "unknown")[:9] if text(params, "res") != "unknown" else "unknown",
        plugins=tuple(name for name in _PLUGINS if integer(params, name)),
    )
    if previous is not None:
        total = (previous.since_first or 0) + hit.at - previous.first
        visit.since_first = None if previous.since_first is None or total < 0 else total
        visit.since_last = max(0, hit.at - previous.last)
    identify(visit, params)
    return visit


def identify(visit: Visit, params: Params) -> None:
    """Note the user and the dimensions of a visit, where the hit has them."""
    visit.user = user_id(params) or visit.user
    sent = dimensions(params)
    for dimension in SITES[visit.site].active_dimensions("visit"):
        if dimension.id in sent:
            visit.dimensions[dimension.id] = sent[dimension.id]


def _day(at: float, site: Site) -> str:
    return datetime.fromtimestamp(at, zone(site.timezone)).date().isoformat()


def _language(sent: str) -> str:
    """The first language with its region: ``de-DE,de;q=0.9`` is ``de-de``."""
    first = sent.partition(",")[0].partition(";")[0].strip()
    return first if first.replace("-", "").isalnum() else ""
