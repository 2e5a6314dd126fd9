"""What Matomo will do with a request: the rules, asked one by one, and what follows from their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from signal_tui.api import Finding, Forecast, Known, Request
from signal_tui.api.payloads import Outcome
from signal_tui_matomo import php
from signal_tui_matomo.hits import Params, Tracking, query_text, read_tracking
from signal_tui_matomo.parameters import LIMITS, SEARCH_PARAMETERS, kind, site_id, text
from signal_tui_matomo.rules import RULES
from signal_tui_matomo.rules.case import Assumed, Case

_WORST: tuple[Outcome, ...] = ("rejected", "dropped", "altered", "unknown", "recorded")


def forecast_request(request: Request, known: Known) -> Forecast:
    """The forecast of any request to the tracker, with what is known of the instance (see
    :mod:`signal_tui_matomo.rules.case`). What is not known takes Matomo's default and stands in ``assumed``."""
    tracking = read_tracking(request)
    if tracking.bulk:
        return _bulk(request, tracking, known)
    if not tracking.hits:
        return _nothing(request)
    status = 200 if tracking.send_image else 204
    return _hit(request, tracking, tracking.hits[0], known, status)[0]


def _nothing(request: Request) -> Forecast:
    if request.method.upper() == "OPTIONS":
        return Forecast(outcome="dropped", status=204, findings=(_whole("dropped", "a preflight records nothing"),))
    if request.method.upper() in ("GET", "HEAD") and not query_text(request.url):
        return Forecast(outcome="dropped", status=200, findings=(_whole("dropped", "the request has no parameters"),))
    because = "there are parameters in neither query nor form; JSON counts as a bulk request alone"
    return Forecast(outcome="rejected", status=400, findings=(_whole("rejected", because),))


def _whole(effect: Any, because: str) -> Finding:
    return Finding(
        effect=effect,
        message="there is no hit in the request",
        because=f"{because} [observed 5.2]",
        remedy='send the parameters as a form, or {"requests": […]}' if effect == "rejected" else "",
        trouble="rejected-400" if effect == "rejected" else None,
    )


def _case(request: Request, tracking: Tracking, params: Params, known: Known) -> Case:
    sites = known.get("sites")
    found = sites.get(str(site_id(params))) if isinstance(sites, Mapping) else None
    site: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    names = site.get("search_parameters")
    searches = tuple(map(str, names)) if isinstance(names, list) else SEARCH_PARAMETERS
    sent = tracking.token or params.get("token_auth", "")
    token, assumed, lost = "none", False, False
    if not php.empty(sent):
        told = known.get("token")
        token, assumed = (str(told), False) if told not in (None, "none") else ("write", True)
        if told == "none":
            token, assumed = "invalid", False
        in_form = not tracking.bulk and request.method.upper() == "POST"
        if known.get("token_secure_only") is True and not (in_form and "token_auth=" not in query_text(request.url)):
            token, assumed, lost = "invalid", False, True
    return Case(
        params=params,
        kind=kind({**params, "rec": "1"}, searches),
        request=request,
        known=known,
        site=site,
        token=token,
        token_assumed=assumed,
        token_lost=lost,
        bulk=tracking.bulk,
        at=request.at,
    )


def _hit(request: Request, tracking: Tracking, params: Params, known: Known, status: int) -> tuple[Forecast, bool]:
    """The forecast of one hit, and whether it takes the other hits of a bulk request back with it."""
    case = _case(request, tracking, params, known)
    findings: list[Finding] = []
    assumed: list[str] = []
    settled: Finding | None = None
    breaks = False
    for rule in RULES:
        for said in rule.look(case):
            if isinstance(said, Assumed):
                if said.sentence not in assumed:
                    assumed.append(said.sentence)
                continue
            finding = Finding(
                effect=said.effect,
                field=said.field,
                message=said.message,
                because=f"{said.because} [{rule.source}]",
                remedy=said.remedy,
                trouble=said.trouble,
            )
            findings.append(finding)
            if settled is None and said.effect in ("rejected", "dropped"):
                settled, breaks = finding, rule.breaks_bulk
    outcome: Outcome = "recorded"
    if settled is not None:
        outcome = "rejected" if settled.effect == "rejected" else "dropped"
    elif case.kind == "ping":
        outcome = "unknown"
    elif any(finding.effect == "altered" for finding in findings):
        outcome = "altered"
    if outcome == "rejected" and not tracking.bulk:
        status = 400
    elif known.get("tracking_enabled") is False and not tracking.bulk and tracking.send_image:
        status = 503
    made = Forecast(
        outcome=outcome,
        status=status,
        records=(case.kind,) if outcome in ("recorded", "altered", "unknown") else (),
        assumed=tuple(assumed),
        findings=tuple(sorted(findings, key=lambda finding: finding is not settled)),
    )
    return made, breaks


def _bulk(request: Request, tracking: Tracking, known: Known) -> Forecast:
    status = 200 if tracking.send_image else 204
    if not tracking.hits:
        return Forecast(
            outcome="dropped",
            status=status,
            findings=(_whole("dropped", "the JSON is cut off, or its list holds no string with a question mark"),),
        )
    made = [
        (_empty_entry(status), False) if not params else _hit(request, tracking, params, known, status)
        for params in tracking.hits
    ]
    broken = next((number for number, (_, breaks) in enumerate(made) if breaks), None)
    hits = _without_repeated_orders([hit for hit, _ in made], tracking.hits)
    if broken is not None:
        hits = [_taken_back(hit, broken + 1) if number != broken else hit for number, hit in enumerate(hits)]
        hits = [replace(hit, status=500) for hit in hits]
        status = 500
    outcomes = {hit.outcome for hit in hits}
    return Forecast(
        outcome=next(outcome for outcome in _WORST if outcome in outcomes),
        status=status,
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


def _without_repeated_orders(hits: list[Forecast], sent: Sequence[Params]) -> list[Forecast]:
    """The second of two orders with one id is refused; across requests only the instance knows that."""
    seen: set[tuple[int, str]] = set()
    result = []
    for hit, params in zip(hits, sent, strict=True):
        order = (site_id(params), text(params, "ec_id")[: LIMITS["ec_id"]])
        if "order" in hit.records and order in seen:
            finding = Finding(
                effect="rejected",
                field="ec_id",
                message="the order id is in this bulk request already",
                because="an order id counts once for each site; a repeated one is refused, and from another visitor it "
                "leaves a visit marked as ordered [observed 5.2]",
                remedy="send the order once",
                trouble="orders-missing",
            )
            hit = replace(hit, outcome="rejected", records=(), findings=(finding, *hit.findings))
        elif "order" in hit.records:
            seen.add(order)
        result.append(hit)
    return result


def _empty_entry(status: int) -> Forecast:
    finding = Finding(
        effect="dropped",
        message="the entry is no hit",
        because="null and numbers count as tracked and record nothing [observed 5.2]",
        remedy="leave it out",
    )
    return Forecast(outcome="dropped", status=status, findings=(finding,))


def _taken_back(hit: Forecast, by: int) -> Forecast:
    finding = Finding(
        effect="rejected",
        message=f"taken back with the whole bulk request, because of hit {by}",
        because="an error that Matomo does not expect ends the request with 500 and undoes all of it [observed 5.2]",
        remedy=f"correct hit {by}, or send the hits one by one",
        trouble="rejected-400",
    )
    return replace(hit, outcome="rejected", records=(), findings=(finding, *hit.findings))
