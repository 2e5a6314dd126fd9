"""What Piwik PRO will do with a request: the rules, asked one by one, and what follows from their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from signal_tui.api import Finding, Forecast, Known, Request
from signal_tui.api.payloads import Outcome
from signal_tui_piwik_pro.hits import Params, Tracking, query_text, read_tracking
from signal_tui_piwik_pro.parameters import SEARCH_PARAMETERS, app, kind
from signal_tui_piwik_pro.rules import RULES
from signal_tui_piwik_pro.rules.case import Assumed, Case, Open, Phase

ACCEPTED = 202
"""The status of every request that is taken (documented); it says nothing about recording."""

_WORST: tuple[Outcome, ...] = ("rejected", "dropped", "altered", "unknown", "recorded")


@dataclass(frozen=True, slots=True)
class Judged:
    """The forecast of one hit; for one that is dropped, the finding and the phase that settled it."""

    forecast: Forecast
    case: Case
    settled: Finding | None = None
    phase: Phase | None = None


def forecast_request(request: Request, known: Known, own_app: str = "") -> Forecast:
    """The forecast of any request to the tracker, with what is known of the instance (see
    :mod:`signal_tui_piwik_pro.rules.case`). What is not known takes its default and stands in ``assumed``."""
    tracking = read_tracking(request)
    if tracking.bulk:
        return _bulk(request, tracking, known, own_app)
    if not tracking.hits:
        return _nothing(request, tracking)
    return judge(request, tracking, tracking.hits[0], known, own_app).forecast


def _nothing(request: Request, tracking: Tracking) -> Forecast:
    if request.method.upper() == "OPTIONS":
        return Forecast(outcome="dropped", status=204, findings=(_whole("dropped", "a preflight records nothing"),))
    because = tracking.unread or "there are parameters in neither query nor body"
    if request.method.upper() in ("GET", "HEAD") and not query_text(request.url):
        because = "the request has no parameters"
    return Forecast(outcome="rejected", status=400, findings=(_whole("rejected", because),))


def _whole(effect: Any, because: str) -> Finding:
    return Finding(
        effect=effect,
        message="there is no hit in the request",
        because=f"{because} [assumed]",
        remedy='send the parameters as a query or a form, or {"requests": […]}' if effect == "rejected" else "",
        trouble="flat-json" if effect == "rejected" else None,
    )


def case_of(request: Request, tracking: Tracking, params: Params, known: Known, own_app: str = "") -> Case:
    """The hit with what is known of its app."""
    apps = known.get("apps")
    found = apps.get(app(params)) if isinstance(apps, Mapping) else None
    facts: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    names = facts.get("search_parameters")
    searches = tuple(map(str, names)) if isinstance(names, list) else SEARCH_PARAMETERS
    return Case(
        params=params,
        kind=kind(params, searches),
        request=request,
        encoding=tracking.encoding,
        known=known,
        app=facts,
        own_app=own_app,
        at=request.at,
    )


def judge(request: Request, tracking: Tracking, params: Params, known: Known, own_app: str = "") -> Judged:
    """What becomes of one hit of a request."""
    case = case_of(request, tracking, params, known, own_app)
    findings: list[Finding] = []
    assumed: list[str] = []
    settled: Finding | None = None
    phase: Phase | None = None
    is_open = False
    for rule in RULES:
        for said in rule.look(case):
            if isinstance(said, Assumed):
                if said.sentence not in assumed:
                    assumed.append(said.sentence)
                continue
            note = said.note if isinstance(said, Open) else said
            is_open = is_open or isinstance(said, Open)
            finding = Finding(
                effect=note.effect,
                field=note.field,
                message=note.message,
                because=f"{note.because} [{rule.source}]",
                remedy=note.remedy,
                trouble=note.trouble,
            )
            findings.append(finding)
            if settled is None and note.effect in ("rejected", "dropped"):
                settled, phase = finding, rule.phase
    outcome: Outcome = "recorded"
    if settled is not None:
        outcome = "rejected" if settled.effect == "rejected" else "dropped"
    elif is_open:
        outcome = "unknown"
    elif any(finding.effect == "altered" for finding in findings):
        outcome = "altered"
    forecast = Forecast(
        outcome=outcome,
        status=ACCEPTED,
        records=(case.kind,) if outcome in ("recorded", "altered", "unknown") else (),
        assumed=tuple(assumed),
        findings=tuple(sorted(findings, key=lambda finding: finding is not settled)),
    )
    return Judged(forecast, case, settled, phase)


def _bulk(request: Request, tracking: Tracking, known: Known, own_app: str) -> Forecast:
    if not tracking.hits:
        return Forecast(outcome="rejected", status=400, findings=(_whole("rejected", tracking.unread),))
    hits = [
        judge(request, tracking, params, known, own_app).forecast
        if params
        else Forecast(outcome="dropped", status=ACCEPTED, findings=(_whole("dropped", "the entry is empty"),))
        for params in tracking.hits
    ]
    outcomes = {hit.outcome for hit in hits}
    return Forecast(
        outcome=next(outcome for outcome in _WORST if outcome in outcomes),
        status=ACCEPTED,
        records=tuple(record for hit in hits for record in hit.records),
        assumed=tuple(dict.fromkeys(sentence for hit in hits for sentence in hit.assumed)),
        findings=tuple(
            replace(finding, message=f"hit {number}: {finding.message}")
            for number, hit in enumerate(hits, 1)
            for finding in hit.findings
            if finding.effect in ("rejected", "dropped", "altered")
        ),
        hits=tuple(hits),
    )
