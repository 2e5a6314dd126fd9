"""The JSON that commands print: stable shapes, secrets masked, numbers as written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signal_tui.api.payloads import Finding, Forecast, Payload, Reply, Request, Verdict
from signal_tui.api.settings import SECRET_LEAVES, masked
from signal_tui.api.values import Value
from signal_tui.api.vendor import Check
from signal_tui.api.wire import encode
from signal_tui.core.delivery import Delivered
from signal_tui.core.plugins import Plugin


def plain(value: Value) -> Value:
    """A value without secret leaves: each becomes its mask."""
    if isinstance(value, SECRET_LEAVES):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def finding_shape(finding: Finding) -> dict[str, Any]:
    """``effect``, ``field``, ``message``, ``because``, ``remedy``, ``request``."""
    return {
        "effect": finding.effect,
        "field": finding.field,
        "message": finding.message,
        "because": finding.because,
        "remedy": finding.remedy,
        "request": finding.request,
    }


def forecast_shape(forecast: Forecast) -> dict[str, Any]:
    """``outcome``, ``status``, ``records``, ``assumed``, ``findings``, and ``hits`` for a bulk request."""
    shape: dict[str, Any] = {
        "outcome": forecast.outcome,
        "status": forecast.status,
        "records": list(forecast.records),
        "assumed": list(forecast.assumed),
        "findings": [finding_shape(finding) for finding in forecast.findings],
    }
    if forecast.hits:
        shape["hits"] = [forecast_shape(hit) for hit in forecast.hits]
    return shape


def request_shape(request: Request, routed: str | None = None) -> dict[str, Any]:
    """``method``, ``url``, ``headers``, ``body`` as they leave, secrets masked; ``routed_to`` where that differs."""
    wire = encode(request)
    shape: dict[str, Any] = {
        "method": wire.method,
        "url": wire.url,
        "headers": dict(wire.headers),
        "body": wire.body.decode("utf-8", "replace"),
    }
    if routed is not None:
        shape["routed_to"] = routed
    return shape


def payload_shape(payload: Payload, routed: Sequence[str | None] = ()) -> dict[str, Any]:
    """One entry of ``payloads`` of the command ``map``."""
    requests = []
    for number, request in enumerate(payload.requests):
        shape = request_shape(request, routed[number] if number < len(routed) else None)
        if number < len(payload.forecasts):
            shape["forecast"] = forecast_shape(payload.forecasts[number])
        requests.append(shape)
    return {
        "integration": payload.integration,
        "vendor": payload.vendor,
        "status": payload.status,
        "reason": payload.reason,
        "requests": requests,
        "fields": [
            {
                "target": field.target,
                "value": plain(field.value),
                "source": field.source,
                "change": field.change,
                "identity": field.identity,
                "request": field.request,
            }
            for field in payload.fields
        ],
        "findings": [finding_shape(finding) for finding in payload.findings],
    }


def verdict_shape(verdict: Verdict, after_ms: float | None) -> dict[str, Any]:
    """``state``, ``reason``, ``after_ms``, ``evidence``, ``record``, ``differences``."""
    return {
        "state": verdict.state,
        "reason": verdict.reason,
        "after_ms": after_ms,
        "evidence": verdict.evidence,
        "record": plain(verdict.record),
        "differences": [
            {
                "field": difference.field,
                "sent": plain(difference.sent),
                "recorded": plain(difference.recorded),
                "because": difference.because,
                "weight": difference.weight,
            }
            for difference in verdict.differences
        ],
    }


def reply_shape(reply: Reply | None) -> dict[str, Any] | None:
    """``status`` and ``ms``, with ``error`` where there was no answer."""
    if reply is None:
        return None
    shape: dict[str, Any] = {"status": reply.status, "ms": reply.ms}
    if reply.error:
        shape["error"] = reply.error
    return shape


def delivered_shape(delivered: Delivered) -> dict[str, Any]:
    """One entry of ``hits`` of the command ``send``."""
    return {
        "id": delivered.hit.id,
        "integration": delivered.hit.integration,
        "vendor": delivered.hit.vendor,
        "request": delivered.number,
        "state": delivered.state,
        "message": delivered.message,
        "marker": delivered.hit.marker,
        "reply": reply_shape(delivered.hit.reply),
        "verdict": verdict_shape(delivered.verdict, delivered.after_ms) if delivered.verdict else None,
    }


def check_shape(subject: str, check: Check) -> dict[str, Any]:
    """One entry of ``checks`` of the command ``doctor``."""
    return {
        "subject": subject,
        "check": check.check,
        "state": check.state,
        "message": check.message,
        "remedy": check.remedy,
    }


def plugin_shape(plugin: Plugin) -> dict[str, Any]:
    """One entry of ``plugins`` of the command ``plugins list``."""
    return {
        "name": plugin.name,
        "version": plugin.version,
        "distribution": plugin.distribution,
        "vendors": list(plugin.vendors),
        "sources": list(plugin.sources),
        "state": plugin.state,
        "fault": str(plugin.fault) if plugin.fault else None,
    }
