"""What Woopra will do with a request: the rules, asked one by one, and what follows from their answers."""

from __future__ import annotations

from signal_tui.api import Finding, Forecast, Known, Request, Settings
from signal_tui.api.payloads import Outcome
from signal_tui_woopra.hits import read_tracking
from signal_tui_woopra.rules import RULES
from signal_tui_woopra.rules.case import Assumed, Case

_SETTLING = ("rejected", "dropped")


def forecast_request(request: Request, settings: Settings, known: Known) -> Forecast:
    """The forecast of any request to the tracker, with what is known of the project (see
    :mod:`signal_tui_woopra.rules.case`). What is taken for granted stands in ``assumed``."""
    tracking = read_tracking(request)
    if tracking is None:
        return Forecast(
            outcome="unknown",
            findings=(
                Finding(
                    effect="risk",
                    message="the request is no hit for Woopra's tracker",
                    because="hits go to /track/ce/, /track/identify/, /track/update/ or /track/ping/ [documented]",
                ),
            ),
        )
    case = Case(tracking=tracking, request=request, settings=settings, known=known)
    findings: list[Finding] = []
    assumed: dict[str, None] = {}
    unsettled = tracking.endpoint == "ping"
    for rule in RULES:
        for said in rule.look(case):
            if isinstance(said, Assumed):
                assumed[said.sentence] = None
                continue
            unsettled = unsettled or said.unsettled
            findings.append(
                Finding(
                    effect=said.effect,
                    field=said.field,
                    message=said.message,
                    because=f"{said.because} [{rule.source}]",
                    remedy=said.remedy,
                    trouble=said.trouble,
                )
            )
    effects = {finding.effect for finding in findings}
    outcome: Outcome = "altered" if "altered" in effects else "recorded"
    if unsettled:
        outcome = "unknown"
    # What is refused is never looked at further, so that comes first.
    for effect in reversed(_SETTLING):
        if effect in effects:
            outcome = effect  # type: ignore[assignment]  # both are outcomes
    return Forecast(
        outcome=outcome,
        status=400 if outcome == "rejected" else 200,
        records=() if outcome in _SETTLING else (tracking.kind,),
        assumed=tuple(assumed),
        findings=tuple(sorted(findings, key=lambda finding: finding.effect != outcome)),
    )
