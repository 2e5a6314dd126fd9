"""A payload becomes one GET; the run marker goes where it changes no report."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Form, Json, Mapping_, Raw, Request, SecretRef
from tests.woopra.integration import VENDOR, event, mapped, sent, settings, track

MARKER = "k3v9x2ab7q0z"


def test_a_skipped_payload_has_no_request() -> None:
    assert mapped(event("Cart Viewed")).requests == ()


@given(st.text(max_size=200))
def test_any_value_survives_the_query(value: str) -> None:
    value = value.encode("utf-8", "replace").decode()
    (request,) = mapped(event("Logged In", {"method": value})).requests
    assert dict(sent(request)).get("ce_method", "") == value


def test_own_mappings_carry_properties_and_the_agent_stays_a_header() -> None:
    own = [
        Mapping_(target="ce_gift", sources=("properties.gift",), event="Order Completed", origin="own"),
        Mapping_(target="user-agent", value="Own/1", origin="own"),
        Mapping_(target="cs_key", value=SecretRef("secret_key"), origin="own"),
    ]
    blueprint = VENDOR.presets()["default"].with_mappings(own)
    result = blueprint.compile(settings()).run(event("Order Completed", {"order_id": "O-1", "gift": True}))
    assert not isinstance(result, str)
    payload = mapped(event("Order Completed")).with_(fields=result.fields())
    (request,) = VENDOR.requests(payload, settings())
    pairs = dict(sent(request))
    assert pairs["ce_gift"] == "true"
    assert request.headers == (("User-Agent", "Own/1"),)
    assert "user-agent" not in pairs
    assert "cs_key" not in pairs
    assert "SecretRef" not in request.url


def test_an_unlisted_event_with_own_mappings_needs_its_name() -> None:
    own = [Mapping_(target="ce_a", value="1", event="Cart Viewed", origin="own")]
    result = VENDOR.presets()["default"].with_mappings(own).compile(settings()).run(event("Cart Viewed"))
    assert not isinstance(result, str)
    payload = mapped(event("Logged In")).with_(event=event("Cart Viewed"), fields=result.fields())
    (request,) = VENDOR.requests(payload, settings())
    assert "/track/ce/" in request.url
    assert VENDOR.forecast(request, settings(), {}).outcome == "rejected"


def test_an_event_is_marked_at_the_end() -> None:
    plain = track()
    request = VENDOR.mark(plain, MARKER)
    assert request is not None
    assert sent(request) == [*sent(plain), ("idptnc", MARKER)]
    assert request.headers == plain.headers


@pytest.mark.parametrize(
    "request_",
    [
        track("identify", cv_name="Jane"),
        track("ping"),
        track("update", idptnc="abcdefghijkl"),
        track(idptnc="abcdefghijkl"),
        Request(method="GET", url=track().url + "&idptnc="),
        Request(method="POST", url="https://www.woopra.com/track/ce/", body=Json({"project": "p", "event": "e"})),
        Request(method="POST", url=track().url, body=Form((("ce_a", "1"),))),
        Request(method="POST", url=track().url, body=Raw(b"{}", "application/json")),
        Request(method="GET", url="https://www.woopra.com/rest/3.10/profile"),
        Request(method="GET", url="https://[broken/track/ce/"),
    ],
)
def test_no_place_for_a_marker(request_: Request) -> None:
    assert VENDOR.mark(request_, MARKER) is None


@pytest.mark.parametrize("marker", ["", "short", "with-dashes!", "é" * 12, "x" * 13])
def test_no_marker_that_is_none(marker: str) -> None:
    assert VENDOR.mark(track(), marker) is None


def test_values_that_are_no_texts() -> None:
    properties: dict[str, Any] = {"method": {"a": [1, 2.50, None]}, "plan": False}
    pairs = dict(sent(mapped(event("Signed Up", properties)).requests[0]))
    assert (pairs["ce_method"], pairs["ce_plan"]) == ('{"a":[1,2.5,null]}', "false")
