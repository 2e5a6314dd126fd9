"""Reading hits back from the visit log: a verdict for each, for this moment.

``Live.getLastVisitsDetails`` reads the raw tables, so a hit is there with the answer to it (30 of 30 times on 5.2):
one request without a segment is enough in the usual case. Only hits that it cannot show – the page was full, the hit
is an old one, the server's clock is not known – are asked for by their ids as well.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from signal_tui.api import Difference, Flow, Hit, Reply, Request, SecretRef, Settings, Verdict
from signal_tui.api.values import Value
from signal_tui_matomo import differences, parameters, reporting
from signal_tui_matomo.parameters import Params
from signal_tui_matomo.recognition import Match, Sought, pinged, recognise, seek
from signal_tui_matomo.records import Record, clock, compact
from signal_tui_matomo.reporting import PAGE, Problem
from signal_tui_matomo.visitors import identifiers

METHOD = "Live.getLastVisitsDetails"
OLD = 600.0
"""Seconds: a hit that counts longer ago than this is asked for by its ids first."""

ROUND = 12
"""Requests of one round at most; what is left is asked in the next one."""

_CONDITIONS = 24
_STATES = ("found", "altered", "excluded", "missing", "cannot-tell")

Visits: TypeAlias = list[dict[str, Value]]
Asking: TypeAlias = Generator[Request, Reply, "Visits | Problem"]


@dataclass(slots=True)
class _Reader:
    """The conversation of one round. After a problem that any further request would have too, it asks no more."""

    settings: Settings
    token: SecretRef
    requests: int = 0
    stopped: Problem | None = None

    def visits(self, site: int, *pairs: tuple[str, Value]) -> Asking:
        if self.stopped:
            return self.stopped
        if self.requests >= ROUND:
            return Problem("error", "too many sites for one round of questions; asked again later")
        self.requests += 1
        arguments = (("idSite", site), ("filter_limit", PAGE), *pairs)
        answer = reporting.read((yield reporting.ask(self.settings, METHOD, *arguments, token=self.token)))
        if isinstance(answer, Problem):
            if answer.kind in ("refused", "blocked", "unreachable", "redirect", "not-matomo"):
                self.stopped = answer
            return answer
        return [visit for visit in reporting.rows(answer) if visit.get("idSite", site) in (site, str(site))]


def verify(hits: Sequence[Hit], settings: Settings) -> Flow[Sequence[Verdict]]:
    """A verdict for each hit. ``missing`` means: not there yet. The reason of a ``cannot-tell`` begins with
    ``refused:`` when the token was refused or may not read the site."""
    parts = [_parts(hit) for hit in hits]
    verdicts: dict[tuple[int, int], Verdict] = {}
    groups: dict[int, list[tuple[tuple[int, int], Sought]]] = {}
    token = settings.secret("token_auth")
    for index, (hit, hit_parts) in enumerate(zip(hits, parts, strict=True)):
        for number, params in enumerate(hit_parts):
            early = _without_asking(hit, params)
            if early:
                verdicts[index, number] = early
            elif token is None:
                verdicts[index, number] = Verdict(state="cannot-tell", reason=_no_token(settings))
            else:
                groups.setdefault(parameters.site_id(params), []).append(((index, number), seek(hit, params)))
    if token is not None:
        reader = _Reader(settings, token)
        for site, members in groups.items():
            found = yield from _site(reader, site, [sought for _, sought in members])
            verdicts.update(zip((key for key, _ in members), found, strict=True))
    return [_joined([verdicts[index, number] for number in range(len(own))]) for index, own in enumerate(parts)]


def _parts(hit: Hit) -> list[Params]:
    return parameters.read_hits(hit.request) or [{}]


def _without_asking(hit: Hit, params: Params) -> Verdict | None:
    if hit.reply and 400 <= hit.reply.status < 500:
        return Verdict(state="missing", reason=f"Matomo answered {hit.reply.status}: the hit was not recorded")
    if not params:
        return Verdict(state="missing", reason="the request holds no hit that Matomo's tracker reads")
    if parameters.site_id(params) <= 0:
        return Verdict(state="missing", reason="the hit names no site: idsite must be a number above 0")
    if parameters.kind(params) == "none":
        return Verdict(state="missing", reason="Matomo records nothing of it: rec=1 is missing, or ca=1 stands alone")
    return None


def _no_token(settings: Settings) -> str:
    return (
        "reading back needs a token of Matomo (token_auth; view access to the site is enough): "
        f"signal-tui tokens set {settings.integration} token_auth"
    )


def _site(reader: _Reader, site: int, sought: Sequence[Sought]) -> Generator[Request, Reply, list[Verdict]]:
    """One round for one site: the newest visits, then by id what they cannot show, then the days of old hits."""
    pool: dict[str, dict[str, Value]] = {}
    asked: list[str] = []
    problem: Problem | None = None
    matches = [Match() for _ in sought]
    newest = max(hit.at for hit in sought)
    fresh = [hit for hit in sought if newest - hit.moment <= OLD]
    full = False
    if fresh:
        since = min(hit.since for hit in fresh)
        answer = yield from reader.visits(site, ("minTimestamp", since))
        if isinstance(answer, Problem):
            return [_cannot_tell(answer, site) for _ in sought]
        full = len(answer) >= PAGE
        asked.append(f"visits since {clock(since)}")
        matches = _again(sought, pool, answer)
    left = [hit for hit, match in zip(sought, matches, strict=True) if not match.found]
    timely = {id(hit) for hit in fresh}
    left = [hit for hit in left if full or hit.blind or id(hit) not in timely]
    unsure = {id(hit) for hit in left}
    for conditions in _chunks(left):
        since = min(hit.since for hit in left)
        answer = yield from reader.visits(site, ("segment", ",".join(conditions)), ("minTimestamp", since))
        if isinstance(answer, Problem):
            problem = answer
            break
        asked.append(f"visits by {', '.join(dict.fromkeys(name.split('==')[0] for name in conditions))}")
        matches = _again(sought, pool, answer)
    old = [hit for hit, match in zip(sought, matches, strict=True) if not match.found and id(hit) not in timely]
    if old and not (problem and reader.stopped):
        answer = yield from reader.visits(site, *_days(old[0]))
        if isinstance(answer, Problem):
            problem = answer
        else:
            asked.append(f"visits of {clock(old[0].moment)[:10]}")
            matches = _again(sought, pool, answer)
    how = f"{METHOD} of site {site}: {'; '.join(asked)}"
    return [
        _verdict(hit, match, list(pool.values()), how, problem if id(hit) in unsure else None, site)
        for hit, match in zip(sought, matches, strict=True)
    ]


def _again(sought: Sequence[Sought], pool: dict[str, dict[str, Value]], answer: Visits) -> list[Match]:
    for visit in answer:
        pool[reporting.text(visit.get("idVisit")) or f"?{len(pool)}"] = visit
    return recognise(sought, list(pool.values()))


def _chunks(left: Sequence[Sought]) -> list[list[str]]:
    names = dict.fromkeys(
        reporting.segment(name, value) for hit in left for name, value in identifiers(hit.params, hit.kind) if value
    )
    conditions = list(names)
    return [conditions[start : start + _CONDITIONS] for start in range(0, len(conditions), _CONDITIONS)][:3]


def _days(hit: Sought) -> tuple[tuple[str, Value], ...]:
    # Days are the site's own, so the neighbours of the day in UTC are asked for as well.
    day = datetime.fromtimestamp(hit.moment, UTC)
    span = ",".join((day + timedelta(days=offset)).strftime("%Y-%m-%d") for offset in (-1, 1))
    return ("period", "range"), ("date", span), ("minTimestamp", hit.since)


def _cannot_tell(problem: Problem, site: int) -> Verdict:
    message = problem.message
    if problem.kind == "no-site":
        return Verdict(state="missing", reason=f"there is no site {site} in this Matomo")
    match problem.kind:
        case "refused" | "no-access":
            message = f"refused: {message} The token needs view access to site {site}."
        case "blocked":
            message = f"blocked: {message} Too many wrong tokens came from here; wait an hour, or have it lifted."
        case "log-off":
            message = f"{message} Without the visit log nothing can be read back."
    return Verdict(
        state="cannot-tell",
        reason=message,
        evidence=f"{METHOD} of site {site}",
        refused=problem.kind == "refused",
    )


def _verdict(hit: Sought, match: Match, visits: Visits, how: str, problem: Problem | None, site: int) -> Verdict:
    if hit.kind == "ping":
        return _ping(hit, visits, how)
    if not match.found:
        if problem:
            return replace(_cannot_tell(problem, site), evidence=how)
        if hit.kind == "cart" and match.note:
            return Verdict(state="cannot-tell", reason=match.note, evidence=how)
        return Verdict(state="missing", reason=match.note or "it is not in the visit log", evidence=how)
    if len(match.found) > 1:
        names = ", ".join(record.named() for record in match.found[:5])
        reason = f"{len(match.found)} records fit equally well: {names}"
        return Verdict(state="cannot-tell", reason=reason, evidence=f"{how}; compared by {match.by}")
    record = match.found[0]
    found, same = differences.compare(hit.params, record, hit.at)
    found += hit.unread
    return Verdict(
        state="altered" if any(difference.weight == "altered" for difference in found) else "found",
        evidence=f"{how}; {_KNOWN[match.by]} in {record.named()}",
        record=compact(record),
        differences=found,
        same=same,
    )


_KNOWN = {
    "page view id": "known by its page view id",
    "order id": "known by its order id",
    "visitor": "known by visitor, content and time",
    "likeness": "known by content, time and browser, in a visit that carries another visitor id,",
}


def _ping(hit: Sought, visits: Visits, how: str) -> Verdict:
    found = pinged(hit, visits)
    if found is None:
        return Verdict(state="missing", reason="no visit that it could have kept open is there", evidence=how)
    visit, shown = found
    record = Record(visit, {}, 0, "ping", reporting.number(visit.get("lastActionTimestamp")))
    if shown:
        return Verdict(state="found", evidence=f"{how}; known by the end of {record.named()}", record=compact(record))
    reason = f"a ping leaves no record of its own; the visitor has {record.named()}"
    return Verdict(state="cannot-tell", reason=reason, evidence=how, record=compact(record))


def _joined(parts: Sequence[Verdict]) -> Verdict:
    """One verdict for the hits of a bulk request: the worst of them, with the differences of all."""
    if len(parts) == 1:
        return parts[0]
    worst = max(parts, key=lambda part: _STATES.index(part.state))
    found: list[Difference] = []
    for index, part in enumerate(parts):
        found += [replace(difference, field=f"[{index}].{difference.field}") for difference in part.differences]
    counts = {state: sum(part.state == state for part in parts) for state in _STATES}
    tally = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    recorded: Mapping[str, Value] = {"hits": [dict(part.record) if part.record else None for part in parts]}
    return Verdict(
        state=worst.state,
        reason=worst.reason and f"{worst.reason} ({tally})",
        evidence=f"{len(parts)} hits in one request: {tally}; {worst.evidence}",
        record=recorded if any(part.record for part in parts) else None,
        differences=tuple(found),
        same=tuple(f"[{index}].{name}" for index, part in enumerate(parts) for name in part.same),
    )
