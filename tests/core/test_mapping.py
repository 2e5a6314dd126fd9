"""One event for several integrations: consent, skipping with a named reason, findings, faults, traces, identities."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signal_tui.api import Event, Json, Payload, Request, Settings
from signal_tui.core.guard import Guard
from signal_tui.core.instances import Instance
from signal_tui.core.mapping import map_event, mark_request
from signal_tui.core.traces import forward, identity_table, unused
from tests.acme import Acme, AcmeDouble
from tests.core.delivering import ORDER, Desk, order


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    return Desk("http://127.0.0.1:1/acme", AcmeDouble(), tmp_path).instance


def mapped(event: Event, instance: Instance) -> Payload:
    return map_event(event, instance, Guard())


def test_a_mapped_event_has_fields_requests_and_a_forecast(instance: Instance) -> None:
    payload = mapped(order(), instance)
    assert payload.status == "mapped"
    assert [(field.target, field.source, field.change) for field in payload.fields] == [
        ("id", "anonymousId", "first 16 hex"),
        ("token", "config.token", None),
        ("kind", "preset", None),
        ("order", "properties.order_id", None),
        ("total", "properties.revenue", None),
    ]
    assert payload.requests[0].url == "https://acme.example/hit"
    assert payload.forecasts[0].outcome == "recorded"
    assert payload.findings == ()


@pytest.mark.parametrize(
    ("consent", "default", "words"),
    [
        ({"analytics": False}, "granted", "analytics is denied"),
        ({"canonical": {"analytics": False}}, "granted", "analytics is denied"),
        ({"categories": {"C0002": False}}, "granted", "analytics is denied"),
        ({}, "denied", "says nothing of analytics"),
        ({"marketing": True}, "denied", "says nothing of analytics"),
    ],
)
def test_without_consent_nothing_is_sent(instance: Instance, consent: Any, default: str, words: str) -> None:
    instance.consent_default = default
    payload = mapped(Event.read({**ORDER, "context": {"consent": consent}}), instance)
    assert payload.status == "skipped"
    assert words in (payload.reason or "")
    assert payload.requests == ()


def test_absent_consent_passes_with_a_finding(instance: Instance) -> None:
    payload = mapped(Event.read({**ORDER, "context": {}}), instance)
    assert payload.status == "mapped"
    assert "consent for analytics is absent" in payload.findings[0].message


def test_every_category_must_be_granted(instance: Instance) -> None:
    instance.integration = replace(instance.integration, consent_categories=("essential", "analytics", "marketing"))
    payload = mapped(Event.read({**ORDER, "context": {"consent": {"analytics": True, "marketing": False}}}), instance)
    assert "marketing is denied" in (payload.reason or "")


def test_a_disabled_integration_says_so(instance: Instance) -> None:
    instance.integration = replace(instance.integration, enabled=False)
    assert "disabled" in (mapped(order(), instance).reason or "")


def test_an_event_that_is_not_listed_names_the_rule(instance: Instance) -> None:
    reason = mapped(Event.read({"type": "track", "event": "Dance"}), instance).reason or ""
    assert "'default' does not list 'Dance'" in reason
    assert "Order Completed, page" in reason


def test_missing_ids_and_times_are_findings(instance: Instance) -> None:
    payload = mapped(Event.read({"type": "page", "context": {"consent": {"analytics": True}}}), instance)
    assert [finding.message for finding in payload.findings] == ["the event has no anonymousId, timestamp, messageId"]


def test_a_time_that_is_none_is_a_finding(instance: Instance) -> None:
    payload = mapped(Event.read({**ORDER, "timestamp": "yesterday"}), instance)
    assert "'yesterday' is no ISO-8601 time" in payload.findings[0].message


class Broken(Acme):
    def requests(self, payload: Payload, settings: Settings) -> list[Request]:
        raise ZeroDivisionError("oh")


def test_a_fault_of_the_plugin_is_the_reason(instance: Instance) -> None:
    instance.vendor = Broken()
    payload = mapped(order(), instance)
    assert payload.status == "skipped"
    assert "plugin acme failed while mapping 'Order Completed': ZeroDivisionError: oh" in (payload.reason or "")


def test_the_trace_reads_forwards_too(instance: Instance) -> None:
    event = order(gift_wrap=True, address={"city": "Ulm"})
    payload = mapped(event, instance)
    feeds = forward(event, [payload])
    assert feeds["properties.order_id"] == [("shop", "order")]
    assert feeds["anonymousId"] == [("shop", "id")]
    assert feeds["properties.gift_wrap"] == []
    assert unused(event, [payload]) == ["messageId", "timestamp", "properties.gift_wrap", "properties.address.city"]


def test_nothing_is_called_unused_where_nothing_was_mapped(instance: Instance) -> None:
    event = Event.read({"type": "track", "event": "Dance", "properties": {"a": 1}})
    assert unused(event, [mapped(event, instance)]) == []


def test_the_identity_table(instance: Instance) -> None:
    event = order()
    payload = mapped(event, instance)
    rows = {row.signal: row for row in identity_table(event, [payload], {"shop": Acme.identity})}
    sent, missing = rows["anonymousId"].cells[0], rows["userId"].cells[0]
    assert (sent.state, sent.parameter, sent.value, sent.derivation) == (
        "sent",
        "id",
        "a1b2c3d4e5f64718",
        "first 16 hex",
    )
    assert (missing.state, missing.parameter, missing.derivation) == ("missing", "user", "missing in the event")
    assert "context.ip" not in rows


class Flat(Acme):
    """Acme with flat JSON bodies, and a marker in them."""

    def requests(self, payload: Payload, settings: Settings) -> list[Request]:
        body = Json({field.target: field.value for field in payload.fields} | {"preset": payload.preset})
        return [Request(method="POST", url="https://acme.example/hit?a=1", body=body)]

    def mark(self, request: Request, marker: str) -> Request | None:
        assert isinstance(request.body, Json)
        return replace(request, body=Json({**request.body.value, "run": marker}))


def test_a_marker_in_a_flat_json_body_is_a_field_too(instance: Instance) -> None:
    instance.vendor = Flat()
    (request,) = mapped(order(), instance).requests
    marked, field = mark_request(request, instance, "m1", Guard())
    assert field is not None
    assert (field.target, field.value, field.source) == ("run", "m1", "signal-tui")
    assert marked != request


def test_a_vendor_is_told_which_preset_mapped(instance: Instance) -> None:
    instance.vendor = Flat()
    payload = mapped(order(), instance)
    assert payload.preset == "default"
    assert isinstance(payload.requests[0].body, Json)
    assert payload.requests[0].body.value["preset"] == "default"
