"""One event for many integrations: consent, blueprint, requests, forecasts."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace

from signal_tui.api.events import Event
from signal_tui.api.payloads import Field, Finding, Forecast, Json, Payload, Request
from signal_tui.api.programs import Skipped
from signal_tui.api.transforms import TransformError, instant
from signal_tui.api.values import Value
from signal_tui.core.guard import FaultError, Guard
from signal_tui.core.instances import Instance


def map_event(event: Event, instance: Instance, guard: Guard) -> Payload:
    """What one integration makes of an event. Pure but for the guard; a plugin's fault becomes the reason."""
    reason = _closed(event, instance)
    if reason is not None:
        return _skipped(event, instance, reason)
    try:
        return guard.call(instance.plugin, f"mapping {event.key!r}", lambda: _mapped(event, instance))
    except FaultError as error:
        return _skipped(event, instance, str(error.fault))


def map_for_all(event: Event, instances: Iterable[Instance], guard: Guard) -> list[Payload]:
    """A payload for each integration, in order."""
    return [map_event(event, instance, guard) for instance in instances]


def _skipped(event: Event, instance: Instance, reason: str) -> Payload:
    return Payload(integration=instance.name, vendor=instance.vendor.name, event=event, status="skipped", reason=reason)


def _closed(event: Event, instance: Instance) -> str | None:
    if instance.problem is not None:
        return instance.problem
    if not instance.integration.enabled:
        return "the integration is disabled: enabled = false in the profile"
    granted = event.consent
    for category in instance.integration.consent_categories:
        if category == "essential":
            continue
        if category not in granted:
            if instance.consent_default == "denied":
                return f"consent: context.consent says nothing of {category}, and consent_default is denied"
        elif not granted[category]:
            return f"consent: {category} is denied in context.consent"
    return None


def _mapped(event: Event, instance: Instance) -> Payload:
    assert instance.program is not None
    mapped = instance.program.run(event)
    if isinstance(mapped, Skipped):
        return _skipped(event, instance, str(mapped))
    payload = Payload(
        integration=instance.name,
        vendor=instance.vendor.name,
        event=event,
        status="mapped",
        fields=mapped.fields(),
        preset=instance.preset,
    )
    requests = tuple(instance.vendor.requests(payload, instance.settings))
    now = time.time()  # what a vendor does with an old time depends on when the hit arrives
    forecasts = tuple(
        instance.vendor.forecast(replace(request, at=now), instance.settings, instance.known) for request in requests
    )
    findings = (*mapped.findings(), *_event_findings(event, instance), *_forecast_findings(forecasts))
    return replace(payload, requests=requests, forecasts=forecasts, findings=findings)


def _forecast_findings(forecasts: tuple[Forecast, ...]) -> list[Finding]:
    return [
        replace(finding, request=number) for number, forecast in enumerate(forecasts) for finding in forecast.findings
    ]


def _event_findings(event: Event, instance: Instance) -> list[Finding]:
    findings = []
    silent = [
        category
        for category in instance.integration.consent_categories
        if category not in event.consent and category != "essential"
    ]
    if silent:
        findings.append(
            Finding(
                effect="risk",
                message=f"consent for {', '.join(silent)} is absent; consent_default = granted lets the event through",
                because="absent consent follows the default policy [documented]",
                remedy="put context.consent into the event",
            )
        )
    missing = [key for key in ("anonymousId", "timestamp", "messageId") if not event.tree.get(key)]
    if missing:
        findings.append(
            Finding(
                effect="risk",
                message=f"the event has no {', '.join(missing)}",
                because="Signal's schema has them on every event, and nothing is invented for them [documented]",
                remedy=f"add {', '.join(missing)}",
            )
        )
    timestamp = event.tree.get("timestamp")
    if timestamp:
        try:
            instant(timestamp)
        except TransformError as error:
            findings.append(
                Finding(
                    effect="risk",
                    message=f"timestamp: {error}",
                    because="Signal checks ISO-8601 [documented]",
                    remedy="write it like 2026-01-31T12:00:00.000Z",
                )
            )
    return findings


def mark_request(request: Request, instance: Instance, marker: str, guard: Guard) -> tuple[Request, Field | None]:
    """The request with a run marker and the field that says so; unchanged and None where there is no place for one."""
    try:
        marked = guard.call(instance.plugin, "marking a hit", lambda: instance.vendor.mark(request, marker))
    except FaultError:
        return request, None
    if marked is None:
        return request, None
    before = {name for name, _ in _parameters(request)}
    added = [(name, value) for name, value in _parameters(marked) if name not in before]
    if len(added) != 1:
        return marked, None
    name, value = added[0]
    return marked, Field(target=name, value=value, source="signal-tui", change="run marker")


def _parameters(request: Request) -> list[tuple[str, Value]]:
    """The parameters of a hit by name: of its query, and of a form or a flat JSON object in its body."""
    from signal_tui.api.wire import form_pairs

    flat = request.body.value if isinstance(request.body, Json) else None
    return [*form_pairs(request), *(flat.items() if isinstance(flat, Mapping) else ())]
