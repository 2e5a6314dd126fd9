"""The documentation's example: an order of Signal's Retail preset, as it leaves."""

from __future__ import annotations

import pytest

from signal_tui.api import Event, encode, parse_json
from tests.matomo.integration import FIXTURES, TOKEN, VENDOR, fixture, mapped, sent, settings


def order(text: str | None = None) -> Event:
    return Event.read(parse_json(text or (FIXTURES / "order-completed.json").read_text(encoding="utf-8"))["event"])


def test_same_pairs_in_the_same_order() -> None:
    payload = mapped(order())
    assert [list(pair) for pair in sent(payload.requests[0])] == fixture("order-completed.json")["pairs"]


def test_address_and_encoding() -> None:
    (request,) = mapped(order()).requests
    wire = encode(request, lambda leaf: TOKEN)
    assert (wire.method, wire.url) == ("POST", "https://analytics.example.com/matomo.php")
    assert ("Content-Type", "application/x-www-form-urlencoded") in wire.headers
    assert b"url=https%3A%2F%2Fexample.com%2Fcheckout%2Fconfirmation&" in wire.body
    assert request.header("User-Agent") is None


def test_token_is_a_reference_until_it_leaves() -> None:
    (request,) = mapped(order()).requests
    assert TOKEN not in repr(request)
    assert TOKEN.encode() not in encode(request).body


@pytest.mark.parametrize(("written", "leaves"), [("98.00", "98.00"), ("1e2", "1e2"), ("5", "5"), ('"12,50"', "12,50")])
def test_numbers_leave_as_they_are_written(written: str, leaves: str) -> None:
    text = (FIXTURES / "order-completed.json").read_text(encoding="utf-8").replace("129.99,", f"{written},", 1)
    assert dict(sent(mapped(order(text)).requests[0]))["revenue"] == leaves


def test_it_is_recorded_without_products() -> None:
    (request,) = mapped(order()).requests
    forecast = VENDOR.forecast(request, settings(), {"sites": {"1": {"ecommerce": True}}, "token": "write"})
    assert (forecast.outcome, forecast.status, forecast.records) == ("recorded", 200, ("order",))
    told = {finding.field: finding for finding in forecast.findings}
    assert told["ec_items"].effect == "risk"
    assert told["url"].effect == "ignored"
