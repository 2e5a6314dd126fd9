"""The documentation's example: a purchase, as it leaves."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from signal_tui.api import Event, encode, parse_json
from tests.woopra.integration import AGENT, FIXTURES, VENDOR, fixture, mapped, sent, settings


def order(text: str | None = None) -> Event:
    return Event.read(parse_json(text or (FIXTURES / "order-completed.json").read_text(encoding="utf-8"))["event"])


def test_same_pairs_in_the_same_order() -> None:
    (request,) = mapped(order()).requests
    assert [list(pair) for pair in sent(request)] == fixture("order-completed.json")["pairs"]


def test_address_and_agent() -> None:
    (request,) = mapped(order()).requests
    wire = encode(request)
    parts = urlsplit(wire.url)
    assert (wire.method, f"{parts.scheme}://{parts.netloc}{parts.path}") == ("GET", "https://www.woopra.com/track/ce/")
    assert "&cv_email=jane.doe@example.com&cv_name=Jane+Doe&" in wire.url
    assert wire.headers == (("User-Agent", fixture("order-completed.json")["event"]["context"]["userAgent"]),)
    assert wire.body == b""


def test_the_agent_is_a_field_with_its_trace() -> None:
    payload = mapped(order())
    (agent,) = [field for field in payload.fields if field.target == "User-Agent"]
    assert (agent.source, agent.identity) == ("context.userAgent", True)
    assert agent.value != AGENT
    assert payload.requests[0].header("user-agent") == agent.value


@pytest.mark.parametrize(("written", "leaves"), [("98.00", "98.00"), ("1e2", "1e2"), ("5", "5"), ('"12,50"', "12,50")])
def test_numbers_leave_as_they_are_written(written: str, leaves: str) -> None:
    text = (FIXTURES / "order-completed.json").read_text(encoding="utf-8").replace("149.95,", f"{written},", 1)
    assert dict(sent(mapped(order(text)).requests[0]))["ce_amount"] == leaves


def test_it_is_recorded() -> None:
    (request,) = mapped(order()).requests
    forecast = VENDOR.forecast(request, settings(), {})
    assert (forecast.outcome, forecast.status, forecast.records) == ("recorded", 200, ("event",))
    assert forecast.findings == ()
    assert "Woopra has a project mywebsite.com" in forecast.assumed
