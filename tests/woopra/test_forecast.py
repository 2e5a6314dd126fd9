"""What Woopra will do with a hit, and where that is known from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Finding, Forecast, Form, Json, Raw, Request
from signal_tui_woopra.troubles import TROUBLES
from tests.woopra.integration import AGENT, COOKIE, NOW, VENDOR, settings, track


def forecast(request: Request, known: dict[str, Any] | None = None) -> Forecast:
    found = VENDOR.forecast(request, settings(), known or {})
    for finding in found.findings:
        assert finding.because.endswith(("[documented]", "[assumed]"))
        assert finding.trouble is None or finding.trouble in {trouble.id for trouble in TROUBLES}
    return found


def finding(found: Forecast, field: str | None) -> Finding:
    (one,) = [one for one in found.findings if one.field == field]
    return one


def test_a_good_hit_has_nothing_to_be_said_of() -> None:
    found = forecast(track(), {"project": {"name": "mywebsite.com", "readable": True}})
    assert (found.outcome, found.status, found.records, found.findings, found.assumed) == (
        "recorded", 200, ("event",), (), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "records"),
    [
        (track(event="pv"), ("pageview",)),
        (track("identify", cv_name="Jane"), ("profile",)),
        (track("update", idptnc="abcdefghijkl"), ("update",)),
    ],
)
def test_kinds(request_: Request, records: tuple[str, ...]) -> None:
    assert forecast(request_).records == records


def test_a_ping_is_not_settled() -> None:
    assert forecast(track("ping")).outcome == "unknown"


REJECTED = [
    (track(project=""), "project"),
    (track(event=""), "event"),
    (replace(track(), headers=(("User-Agent", "a\r\nb"),)), "User-Agent"),
]


@pytest.mark.parametrize(("request_", "field"), REJECTED)
def test_rejected(request_: Request, field: str) -> None:
    found = forecast(request_)
    assert (found.outcome, found.status, found.records) == ("rejected", 400, ())
    assert found.findings[0].field == field


@pytest.mark.parametrize("project", ["https://mywebsite.com", "mywebsite.com/", "my website.com"])
def test_a_project_that_is_not_written_as_woopra_shows_it_drops_hits(project: str) -> None:
    found = forecast(track(project=project))
    assert (found.outcome, found.status) == ("dropped", 200)
    assert found.findings[0].trouble == "not-appearing"


def test_a_project_that_the_key_cannot_read() -> None:
    found = forecast(track(), {"project": {"name": "mywebsite.com", "readable": False}})
    assert finding(found, "project").effect == "risk"
    assert not any("has a project" in sentence for sentence in found.assumed)
    assert finding(forecast(track(project="other.example")), "project").effect == "risk"


@pytest.mark.parametrize(("name", "most"), [("cookie", 24), ("cv_email", 140), ("cv_id", 140)])
def test_long_identifiers_are_cut(name: str, most: int) -> None:
    assert forecast(track(**{name: "x" * most})).outcome == "recorded"
    found = forecast(track(**{name: "x" * (most + 1)}))
    assert (found.outcome, finding(found, name).effect) == ("altered", "altered")
    assert f"cut at {most}" in finding(found, name).message


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ({"cookie": "", "cv_email": "a@b.example"}, "by cv_email alone"),
        ({"cookie": "", "cv_email": "a@b.example", "cv_id": "u"}, "by cv_id alone"),
        ({"cookie": ""}, "new anonymous profile"),
        ({"cookie": "", "cv_name": "Jane"}, "new anonymous profile"),
    ],
)
def test_without_the_cookie(pairs: dict[str, str], words: str) -> None:
    found = forecast(track(**pairs))
    one = finding(found, "cookie")
    assert (found.outcome, one.effect, one.trouble) == ("recorded", "risk", "wrong-visitor")
    assert words in one.message
    assert ("identifies nobody" in one.because) == ("cv_name" in pairs)


def test_names_without_a_prefix_are_ignored() -> None:
    found = forecast(track(order_id="O-1", campaign_source="news", ce_="x", cv_cookie="c"))
    for name in ("order_id", "campaign_source", "ce_"):
        assert (finding(found, name).effect, finding(found, name).trouble) == ("ignored", "properties-missing")
    assert finding(found, "cv_cookie").trouble == "wrong-visitor"
    assert "ce_campaign_" in finding(found, "campaign_source").because


def test_identify_makes_no_event() -> None:
    found = forecast(track("identify", event="purchase", ce_a="1"))
    assert finding(found, "event").effect == "ignored"
    assert "ce_a" in finding(found, "event").message
    assert finding(found, None).effect == "risk"


@pytest.mark.parametrize(
    ("timestamp", "outcome", "effect"),
    [
        (str(int(NOW * 1000)), "recorded", None),
        (str(int((NOW - 90_000) * 1000)), "recorded", None),
        (str(int((NOW + 3600) * 1000)), "unknown", "risk"),
        (str(int(NOW)), "altered", "altered"),
        ("2026-11-20T10:00:00Z", "unknown", "risk"),
    ],
)
def test_times(timestamp: str, outcome: str, effect: str | None) -> None:
    found = forecast(track(timestamp=timestamp))
    assert found.outcome == outcome
    assert [one.effect for one in found.findings if one.field == "timestamp"] == ([effect] if effect else [])


@pytest.mark.parametrize(("timeout", "words"), [("", "30 seconds"), ("x", "no number"), ("30", "looks like seconds")])
def test_timeouts(timeout: str, words: str) -> None:
    one = finding(forecast(track(timeout=timeout)), "timeout")
    assert one.trouble == "visits-split"
    assert words in one.message + one.because


def test_signals_timeout_is_taken_for_the_browsers() -> None:
    found = forecast(track(timeout="1800000"))
    assert [sentence for sentence in found.assumed if "300000" in sentence]
    assert found.findings == ()


@pytest.mark.parametrize("ip", ["", "10.0.0.1", "127.0.0.1", "not-an-ip", "fe80::1"])
def test_places(ip: str) -> None:
    assert finding(forecast(track(ip=ip)), "ip").trouble == "geo-of-server"
    assert not forecast(track(ip=ip, instance="woopra", screen="1x1")).findings or ip


@pytest.mark.parametrize("amount", ["129,99", "£5", "five"])
def test_an_amount_that_is_no_number(amount: str) -> None:
    assert finding(forecast(track(ce_amount=amount)), "ce_amount").effect == "risk"
    assert forecast(track(ce_amount="129.99")).findings == ()


def test_an_agent_is_wanted() -> None:
    assert finding(forecast(replace(track(), headers=())), "User-Agent").effect == "risk"


def test_a_long_address() -> None:
    assert "8000 bytes" in finding(forecast(track(ce_a="x" * 9000)), None).because


def test_older_and_other_ways() -> None:
    pairs = {"event": "e", "cookie": COOKIE, "ip": "81.2.69.142", "timeout": "600000", "host": "mywebsite.com"}
    url = "https://www.woopra.com/track/ce"
    agent = (("User-Agent", AGENT),)
    for request in (
        Request(method="GET", url=f"{url}?{urlencode(pairs)}", headers=agent),
        Request(method="POST", url=url, headers=agent, body=Form(tuple(pairs.items()))),
        Request(method="POST", url=url, headers=agent, body=Json(pairs)),
        Request(method="POST", url=url, headers=agent, body=Raw(b'{"event":"e","host":"p.example"}', "text/plain")),
    ):
        found = forecast(request)
        assert found.outcome == "recorded"
        assert any("host still counts as project" in sentence for sentence in found.assumed)
        assert any("body" in sentence for sentence in found.assumed) == (request.body is not None)
    third_party = Request(
        method="GET", url=f"https://t.shop.example/track/tp/mywebsite.com/ce/?event=e&cookie={COOKIE}"
    )
    assert any("t.shop.example" in sentence for sentence in forecast(third_party).assumed)
    assert not [one for one in forecast(third_party).findings if one.field == "project"]


def test_no_hit_at_all() -> None:
    found = forecast(Request(method="GET", url="https://www.woopra.com/rest/3.10/profile"))
    assert (found.outcome, found.findings[0].effect) == ("unknown", "risk")


@given(
    url=st.one_of(
        st.text(max_size=80), st.text(max_size=80).map(lambda text: f"https://www.woopra.com/track/ce/?{text}")
    ),
    body=st.one_of(st.none(), st.binary(max_size=80).map(lambda raw: Raw(raw, "application/json"))),
    at=st.one_of(st.none(), st.floats(0, 4e9)),
    known=st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: st.dictionaries(st.sampled_from(["project", "name", "readable", "key"]), inner, max_size=3),
    ),
)
def test_any_request_has_a_forecast(url: str, body: Raw | None, at: float | None, known: Any) -> None:
    request = Request(method="POST", url=url, body=body, at=at)
    assert VENDOR.forecast(request, settings(), known if isinstance(known, dict) else {}).outcome
