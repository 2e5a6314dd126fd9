"""Hits of Woopra as canonical events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signal_tui.api import Event, Json, Raw, Request, text_of
from tests.woopra.integration import AGENT, CONTEXT, COOKIE, VENDOR, event, mapped, track
from tests.woopra.test_presets import DEFAULT, TRAITS


def decoded(request: Request) -> dict[str, Any]:
    events = VENDOR.decode(request)
    assert events is not None
    (found,) = events
    return found.wire()


@pytest.mark.parametrize(("name", "properties", "vendor_name", "own"), DEFAULT)
def test_what_the_default_sends_comes_back(
    name: str, properties: dict[str, Any], vendor_name: str, own: dict[str, str]
) -> None:
    source = event(name, properties, userId="user-123", traits=TRAITS)
    (request,) = mapped(source).requests
    found = decoded(request)
    assert (found["type"], found.get("event")) == (source.type, source.tree.get("event"))
    wanted = {name: text_of(value) for name, value in properties.items() if f"ce_{name}" in own}
    if "ce_amount" in own:
        wanted["revenue"] = own["ce_amount"]
    back = {name: text_of(value) for name, value in found.get("properties", {}).items()}
    assert {name: back.get(name) for name in wanted} == wanted
    assert found["userId"] == "user-123"
    assert found["traits"] == {"email": "jane.doe@example.com", "name": "Jane Doe", "company": "Acme Ltd"}
    assert found["vendor_ids"] == {"woopra_cookie": COOKIE}
    assert (found["context"]["ip"], found["context"]["userAgent"]) == (CONTEXT["ip"], AGENT)


def test_a_decoded_event_maps_to_the_same_hit() -> None:
    (request,) = mapped(event("Order Completed", {"order_id": "O-1", "revenue": 9.5}, traits=TRAITS)).requests
    again = decoded(request)
    assert mapped(Event.read(again)).requests == (request,)


def test_recommended_page_comes_back_whole() -> None:
    (request,) = mapped(event("page"), "recommended").requests
    found = decoded(request)
    assert found["properties"] == {"url": CONTEXT["page"]["url"], "title": CONTEXT["page"]["title"]}
    assert found["context"]["page"] == CONTEXT["page"]
    assert found["context"]["campaign"] == CONTEXT["campaign"]
    assert found["timestamp"] == "2026-11-20T10:00:00.250Z"


def test_identify() -> None:
    found = decoded(track("identify", cv_id="u", cv_email="a@b.example", cv_plan="free"))
    assert (found["type"], found["userId"], found["traits"]) == (
        "identify", "u", {"email": "a@b.example", "plan": "free"},
    )  # fmt: skip


def test_a_name_of_their_own_stays() -> None:
    found = decoded(track(event="video played", ce_length="12", ce_price="2.50"))
    assert (found["event"], found["properties"]["length"]) == ("video played", "12")
    assert text_of(found["properties"]["price"]) == "2.50"


def test_a_json_body() -> None:
    body = Json({"project": "mywebsite.com", "event": "login", "cookie": COOKIE, "ce_method": "sso"})
    found = decoded(Request(method="POST", url="https://www.woopra.com/track/ce", body=body, remote="192.0.2.1"))
    assert (found["event"], found["properties"], found["context"]["ip"]) == (
        "Logged In", {"method": "sso"}, "192.0.2.1",
    )  # fmt: skip


def test_what_makes_no_event() -> None:
    assert VENDOR.decode(track("ping")) == []
    assert VENDOR.decode(track("update", idptnc="abcdefghijkl")) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://www.woopra.com/rest/3.10/profile",
        "https://example.com/track/ce/",
        "https://example.com/track/ce/?event=x",
        "https://example.com/track/ce/?project=p.example",
        "https://[broken/track/ce/",
        "https://example.com/backtrack/ce/?project=p&event=x",
        "",
    ],
)
def test_what_is_no_hit_of_woopras(url: str) -> None:
    assert VENDOR.decode(Request(method="GET", url=url)) is None


def test_behind_an_own_host_the_parameters_speak() -> None:
    request = Request(method="GET", url="http://127.0.0.1:8787/woopra/track/ce/?project=p.example&event=login")
    assert decoded(request)["event"] == "Logged In"


@given(
    st.dictionaries(
        st.sampled_from(["event", "timestamp", "ce_url", "ce_uri", "ce_amount", "cv_id", "cookie", "ip", "ce_"]),
        st.text(max_size=12),
    ),
    st.binary(max_size=40),
)
@example({"timestamp": "²"}, b"{}")
@example({"timestamp": "9" * 15}, b'{"timestamp": 1e400}')
def test_any_hit_is_decoded(pairs: dict[str, str], body: bytes) -> None:
    pairs = {name: value.encode("utf-8", "replace").decode() for name, value in pairs.items()}
    for endpoint in ("ce", "identify"):
        request = track(endpoint, **pairs)
        raw = Request(method="POST", url=request.url, body=Raw(body, "application/json"))
        assert VENDOR.decode(request) is not None
        assert VENDOR.decode(raw) is not None
