"""The forecast against what a real instance did, and rule by rule."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Forecast, Form, Json, Raw, Request, SecretRef
from signal_tui_matomo.rules import RULES
from tests.matomo.integration import FIXTURES, VENDOR, event, fixture, mapped, settings

URL = "https://analytics.example.com/matomo.php"
NOW = 1795168800.0
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
LAB: Mapping[str, Any] = fixture("known.json")
CASES = [json.loads(line) for line in (FIXTURES / "forecasts.jsonl").read_text(encoding="utf-8").splitlines()]


def long(text: str) -> str:
    """``{x*300}`` in the fixture stands for 300 of the character."""
    return re.sub(r"\{(.)\*(\d+)\}", lambda match: match[1] * int(match[2]), text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_recorded_cases(case: Any) -> None:
    headers = tuple({"User-Agent": BROWSER, **case["request"]["headers"]}.items())
    body = case["request"]["body"]
    request = Request(
        method=case["request"]["method"],
        url="https://analytics.example.com" + long(case["request"]["path"]),
        headers=headers,
        body=Raw(long(body).encode(), dict(headers).get("Content-Type", "")) if body else None,
        at=case["at"],
        remote="127.0.0.1",
    )
    forecast = VENDOR.forecast(request, settings(), {**LAB, **case["known"]})
    expected = case["expected"]
    assert forecast.status == expected["status"]
    if "outcome" in expected:
        assert forecast.outcome == expected["outcome"], forecast.findings
    if "records" in expected:
        assert list(forecast.records) == expected["records"]
    if "recorded" in expected:
        assert len(forecast.records) == expected["recorded"]
    if expected.get("tracked") is not None and expected["status"] == 200 and LAB | case["known"] == LAB:
        refused = [hit for hit in forecast.hits if hit.outcome == "rejected"]
        assert (len(forecast.hits) - len(refused), len(refused)) == (expected["tracked"], expected["invalid"])
    for name in expected.get("changed", ()):
        field = {"search by url": "url", "ec_items": None}.get(name, name)
        assert any(found.effect == "altered" and field in (None, found.field) for found in forecast.findings)


def forecast(pairs: Mapping[str, str], known: Mapping[str, Any] | None = None, at: float | None = NOW) -> Forecast:
    """The forecast of a page view with other parameters on top; ``-`` takes one away."""
    form = {"idsite": "1", "rec": "1", "url": "https://shop.example/", "_id": "a1b2c3d4e5f60718", **pairs}
    kept = tuple((name, value) for name, value in form.items() if value != "-")
    request = Request(method="POST", url=URL, headers=(("User-Agent", "Mozilla/5.0"),), body=Form(kept), at=at)
    return VENDOR.forecast(request, settings(), known or {})


ROWS: list[tuple[str, dict[str, str], str, str | None, str | None]] = [
    ("recorded", {"action_name": "P"}, "", None, None),
    ("rejected", {"idsite": "-"}, "rejected", "idsite", "not-in-reports"),
    ("rejected", {"cip": "203.0.113.1"}, "rejected", "cip", "overrides-refused"),
    ("rejected", {"lat": "48.8"}, "rejected", "lat", "overrides-refused"),
    ("rejected", {"cdt": str(int(NOW) - 90000)}, "rejected", "cdt", "overrides-refused"),
    ("rejected", {"cid": "abc"}, "rejected", "cid", None),
    ("rejected", {"e_c": " ", "e_a": "x"}, "rejected", "e_c", "rejected-400"),
    ("rejected", {"e_c": "c", "ca": "1"}, "rejected", "ca", "rejected-400"),
    ("rejected", {"e_c": "c", "e_a": "a", "e_n": "n" * 4097}, "rejected", "e_n", "rejected-400"),
    ("dropped", {"rec": "-"}, "dropped", "rec", "not-in-reports"),
    ("dropped", {"ua": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, "dropped", "ua", "not-in-reports"),
    ("dropped", {"ua": "UptimeRobot/2.0"}, "dropped", "ua", "not-in-reports"),
    ("recorded", {"ua": "Googlebot/2.1", "bots": "1"}, "", None, None),
    ("recorded", {"ua": "axios/1.6"}, "", None, None),
    ("recorded", {"ua": "Go-http-client/1.1"}, "", None, None),
    ("recorded", {"ua": "HealthCheck/1.0 (monitoring)"}, "", None, None),
    ("recorded", {"ua": "Mozilla/5.0 (Linux; Android 9; CUBOT X18)"}, "", None, None),
    ("dropped", {"urlref": "https://semalt.com/x"}, "dropped", "urlref", "not-in-reports"),
    ("dropped", {"idgoal": "0", "ec_id": "O", "ec_items": '"text"'}, "dropped", "ec_items", "orders-missing"),
    ("altered", {"cdt": "1795168800000"}, "altered", "cdt", None),
    ("altered", {"cdt": str(int(NOW) + 60)}, "altered", "cdt", None),
    ("altered", {"cdt": "last week"}, "altered", "cdt", None),
    ("recorded", {"cdt": "2026-11-20T11:30:00.000+02:00"}, "", None, None),
    ("altered", {"_id": "zzzzzzzzzzzzzzzz"}, "altered", "_id", "visitors-merged"),
    ("altered", {"_id": "a1b2c3d4-e5f6-0718-9abc-def012345678"}, "altered", "_id", "visitors-merged"),
    ("altered", {"_id": "abc"}, "altered", "_id", "visitor-churn"),
    ("recorded", {"_id": "-"}, "risk", "_id", "visitor-churn"),
    ("recorded", {"_id": "0" * 16}, "risk", "_id", "visitors-merged"),
    ("recorded", {"uid": "user-1"}, "ignored", "_id", "visitor-id-differs"),
    ("altered", {"uid": "u" * 201}, "altered", "uid", None),
    ("altered", {"url": "https://shop.example/?q=shoe", "action_name": "P"}, "altered", "url", None),
    ("altered", {"url": "/relative"}, "altered", "url", None),
    ("altered", {"action_name": "t" * 1025}, "altered", "action_name", None),
    ("recorded", {"url": "https://shop.example/?gclid=1&a=2"}, "ignored", "url", None),
    ("recorded", {"url": "https://shop.example/#top"}, "ignored", "url", None),
    ("altered", {"e_c": "Cart"}, "altered", "e_c", None),
    ("altered", {"e_c": "c", "e_a": "a", "e_v": "12,5"}, "altered", "e_v", None),
    ("recorded", {"idgoal": "view", "_pks": "S"}, "ignored", "idgoal", None),
    ("altered", {"_pks": "S", "_pkp": "49,90"}, "altered", "_pkp", None),
    ("recorded", {"idgoal": "0", "revenue": "5"}, "risk", "idgoal", "orders-missing"),
    ("altered", {"idgoal": "0", "_pks": "S", "_pkq": "1"}, "altered", "_pks", "cart-empty"),
    ("altered", {"idgoal": "0", "_pks": "S", "_pkq": "1"}, "ignored", "_pkq", "cart-empty"),
    ("recorded", {"idgoal": "0", "ec_id": "O", "revenue": "5"}, "risk", "ec_items", "orders-missing"),
    ("recorded", {"idgoal": "0", "ec_id": "O", "revenue": "5"}, "ignored", "url", None),
    ("altered", {"idgoal": "0", "ec_id": "O", "revenue": "12,5"}, "altered", "revenue", None),
    ("recorded", {"idgoal": "0", "revenue": "5", "ec_items": '[["S","n","c",5,1]]'}, "", None, None),
    ("recorded", {"idgoal": "0", "ec_id": "O", "revenue": "5", "ec_dt": "false"}, "", None, None),
    ("altered", {"idgoal": "0", "ec_id": "0", "revenue": "5"}, "altered", "ec_id", "orders-missing"),
    ("altered", {"idgoal": "0", "ec_tx": "1"}, "altered", "ec_id", "orders-missing"),
    ("altered", {"ec_id": "O", "revenue": "5"}, "altered", "ec_id", "orders-missing"),
    ("altered", {"idgoal": "0", "ec_id": "O", "ec_items": '[{"sku":"S"}]'}, "altered", "ec_items", None),
    ("altered", {"idgoal": "0", "ec_id": "O", "ec_items": '[["S","n","c","1,5",1]]'}, "altered", "ec_items", None),
    ("altered", {"idgoal": "2", "e_c": "c", "e_a": "a"}, "altered", "e_c", None),
    ("altered", {"idgoal": "2", "action_name": "P"}, "altered", "action_name", None),
    ("altered", {"_id": "a1b2c3d4e5f607189"}, "altered", "_id", "visitors-merged"),
    ("recorded", {"revenue": "5"}, "ignored", "revenue", None),
    ("recorded", {"search": "shoe", "search_count": "many"}, "ignored", "search_count", None),
    ("unknown", {"ping": "1"}, "risk", "ping", None),
]


@pytest.mark.parametrize(("outcome", "pairs", "effect", "field", "trouble"), ROWS)
def test_without_knowing_the_instance(
    outcome: str, pairs: dict[str, str], effect: str, field: str | None, trouble: str | None
) -> None:
    made = forecast(pairs)
    assert made.outcome == outcome, made.findings
    found = [finding for finding in made.findings if (finding.effect, finding.field) == (effect, field)]
    assert bool(found) == bool(effect)
    assert trouble in (None, *(finding.trouble for finding in found))


SITE = {"goals": [1], "dimensions": {"1": "visit"}, "search_parameters": [], "ecommerce": False}
STRICT = {"urls": ["https://shop.example/de"], "only_known_urls": True, "excluded_ips": ["192.0.2.0/24"]}


@pytest.mark.parametrize(
    ("known", "pairs", "outcome"),
    [
        ({"sites": {"2": {}}}, {}, "rejected"),
        ({"sites": {"1": SITE}}, {"idgoal": "2"}, "rejected"),
        ({"sites": {"1": SITE}}, {"idgoal": "1"}, "recorded"),
        ({"sites": {"1": SITE}}, {"dimension1": "gold"}, "recorded"),
        ({"sites": {"1": SITE}}, {"dimension2": "gold"}, "altered"),
        ({"sites": {"1": SITE}}, {"url": "https://shop.example/?q=shoe"}, "recorded"),
        ({"sites": {"1": SITE}}, {"idgoal": "0", "ec_id": "O", "ec_items": '[["S"]]', "revenue": "1"}, "recorded"),
        ({"sites": {"1": STRICT}}, {}, "dropped"),
        ({"sites": {"1": STRICT}}, {"url": "https://www.shop.example/de/a"}, "recorded"),
        ({"sites": {"1": STRICT}}, {"url": "https://shop.example/den"}, "dropped"),
        ({"tracking_enabled": False}, {}, "dropped"),
        ({"token": "view"}, {"cip": "203.0.113.1", "token_auth": "0" * 32}, "rejected"),
        ({"token": "none"}, {"cip": "203.0.113.1", "token_auth": "0" * 32}, "rejected"),
        ({"token": "write"}, {"cip": "203.0.113.1", "token_auth": "0" * 32}, "recorded"),
        ({"token": "write"}, {"cip": "not-an-ip", "token_auth": "0" * 32}, "altered"),
        ({"token": "write"}, {"cip": "66.249.80.5", "token_auth": "0" * 32}, "dropped"),
        ({"token": "invalid"}, {"token_auth": "f" * 32}, "recorded"),
    ],
)
def test_with_what_is_known_of_the_instance(known: dict[str, Any], pairs: dict[str, str], outcome: str) -> None:
    made = forecast(pairs, known)
    assert made.outcome == outcome, made.findings


def test_excluded_sender() -> None:
    request = Request(method="GET", url=f"{URL}?idsite=1&rec=1&url=https://shop.example/de/", remote="192.0.2.7")
    assert VENDOR.forecast(request, settings(), {"sites": {"1": STRICT}}).outcome == "dropped"


@pytest.mark.parametrize(
    ("header", "known", "outcome"),
    [
        (("X-Moz", "prefetch"), {}, "dropped"),
        (("X-Purpose", "preview"), {}, "dropped"),
        (("DNT", "1"), {}, "recorded"),
        (("DNT", "1"), {"honours_dnt": True}, "dropped"),
        (("Cookie", "a=1; matomo_ignore=ignore%3DKg%3D%3D"), {}, "dropped"),
        (("Cookie", "matomo_ignore=other"), {}, "recorded"),
        (("Authorization", "Bearer x"), {}, "rejected"),
        (("Referer", "https://shop.example/?q=shoe"), {}, "rejected"),
    ],
)
def test_headers(header: tuple[str, str], known: dict[str, Any], outcome: str) -> None:
    gated = "&cip=203.0.113.1" if outcome == "rejected" else ""
    headers = (("User-Agent", BROWSER), header)
    request = Request(method="GET", url=f"{URL}?idsite=1&rec=1&action_name=P{gated}", headers=headers)
    made = VENDOR.forecast(request, settings(), known)
    assert made.outcome == outcome
    told = {finding.field for finding in made.findings}
    assert ("Authorization" in told) == (header[0] == "Authorization")
    assert ("url" in told) == (header[0] == "Referer")


@pytest.mark.parametrize(
    ("known", "pairs", "status"),
    [
        ({}, {}, 200),
        ({}, {"send_image": "0"}, 204),
        ({"tracking_enabled": False}, {}, 503),
        ({"tracking_enabled": False}, {"send_image": "0"}, 204),
        ({}, {"rec": "0"}, 200),
        ({}, {"idsite": "x", "send_image": "0"}, 400),
    ],
)
def test_status(known: dict[str, Any], pairs: dict[str, str], status: int) -> None:
    assert forecast(pairs, known).status == status


def test_defaults_are_named() -> None:
    gated = {"idgoal": "0", "cip": "203.0.113.1", "token_auth": "0" * 32, "dimension3": "x"}
    made = forecast({**gated, "ec_id": "O"})
    for words in ("site 1 exists", "may write", "new on this site", "ecommerce", "dimension 3"):
        assert any(words in sentence for sentence in made.assumed), words
    known = {"sites": {"1": {"ecommerce": True, "dimensions": {"3": "visit"}}}, "token": "write"}
    assert forecast(gated, known).assumed == ()


def test_without_a_time_of_arrival_a_fresh_cdt_is_assumed() -> None:
    made = forecast({"cdt": "1700000000"}, at=None)
    assert made.outcome == "recorded"
    assert any("24 hours" in sentence for sentence in made.assumed)
    assert forecast({"cdt": "1700000000000"}, at=None).outcome == "altered"
    assert forecast({"cdt": "soon"}, at=None).outcome == "altered"


def test_a_token_for_secure_requests_counts_in_a_form_alone() -> None:
    known = {"token": "write", "token_secure_only": True}
    query = f"{URL}?idsite=1&rec=1&cip=203.0.113.1&token_auth={'0' * 32}"
    made = VENDOR.forecast(Request(method="GET", url=query), settings(), known)
    assert (made.outcome, made.findings[0].trouble) == ("rejected", "token-in-url")
    assert forecast({"cip": "203.0.113.1", "token_auth": "0" * 32}, known).outcome == "recorded"


@pytest.mark.parametrize(
    ("name", "outcome", "records", "told"),
    [
        ("page", "recorded", ("pageview",), set()),
        ("Product Viewed", "recorded", ("pageview",), {("ignored", "idgoal")}),
        ("Product Added", "altered", ("cart",), {("altered", "_pks"), ("ignored", "_pkq"), ("ignored", "url")}),
        ("Order Completed", "recorded", ("order",), {("risk", "ec_items"), ("ignored", "url")}),
    ],
)
def test_what_becomes_of_the_retail_preset(name: str, outcome: str, records: tuple[str, ...], told: Any) -> None:
    source = event(name, {"sku": "S", "price": 1, "quantity": 1, "order_id": "O", "revenue": 1})
    (request,) = mapped(source).requests
    made = VENDOR.forecast(request, settings(), LAB)
    assert (made.outcome, made.records) == (outcome, records), made.findings
    assert told <= {(finding.effect, finding.field) for finding in made.findings}


def test_without_a_token_the_retail_preset_is_refused() -> None:
    bare = settings(token=False)
    (request,) = mapped(event("page"), config=bare).requests
    made = VENDOR.forecast(request, bare, {})
    assert (made.outcome, made.status, made.records) == ("rejected", 400, ())
    assert made.findings[0].field == "cip"
    assert "no token is sent" in made.findings[0].message


def test_every_finding_has_its_source_and_a_known_trouble() -> None:
    troubles = {trouble.id for trouble in VENDOR.troubles}
    assert len(troubles) == len(VENDOR.troubles)
    assert len({rule.name for rule in RULES}) == len(RULES)
    for _, pairs, *_ in ROWS:
        for finding in forecast(pairs).findings:
            assert re.search(r" \[(observed 5\.2|documented|assumed)\]$", finding.because)
            assert finding.trouble is None or finding.trouble in troubles


def test_the_first_finding_is_what_settled_it() -> None:
    made = forecast({"idgoal": "view", "e_v": "x", "rec": "0", "ua": "Googlebot/2.1", "cip": "203.0.113.1"})
    assert (made.outcome, made.findings[0].field) == ("rejected", "cip")


def test_one_broken_hit_takes_the_whole_bulk_request_back() -> None:
    good = "?idsite=1&rec=1&url=https://shop.example/&action_name=P"
    rows = [good, "?idsite=1&rec=1&e_c=c&ca=1", good]
    made = VENDOR.forecast(Request(method="POST", url=URL, body=Json({"requests": rows})), settings(), {})
    assert (made.outcome, made.status, made.records) == ("rejected", 500, ())
    assert "hit 2" in made.hits[0].findings[0].message


@pytest.mark.parametrize(
    ("request_", "outcome", "status"),
    [
        (Request(method="GET", url=URL), "dropped", 200),
        (Request(method="POST", url=URL), "rejected", 400),
        (Request(method="OPTIONS", url=URL), "dropped", 204),
        (Request(method="POST", url=URL, body=Json({"idsite": 1, "rec": 1})), "rejected", 400),
        (Request(method="POST", url=URL, body=Json({"requests": []})), "dropped", 200),
        (Request(method="POST", url=URL, body=Json({"requests": ["idsite=1&rec=1"]})), "dropped", 200),
    ],
)
def test_requests_without_a_hit(request_: Request, outcome: str, status: int) -> None:
    made = VENDOR.forecast(request_, settings(), {})
    assert (made.outcome, made.status, made.records) == (outcome, status, ())
    assert made.findings


NAMES = [
    "idsite",
    "rec",
    "idgoal",
    "ec_id",
    "ec_items",
    "cdt",
    "cip",
    "ua",
    "e_c",
    "e_a",
    "e_n",
    "e_v",
    "search",
    "url",
]
NAMES += [
    "_pkc",
    "_pks",
    "_pkp",
    "uid",
    "_id",
    "cid",
    "ca",
    "ping",
    "bots",
    "token_auth",
    "dimension1",
    "urlref",
    "cdo",
]
VALUES = st.one_of(
    st.text(max_size=20), st.sampled_from(["0", "1", "[", '[["S","n",[1,2],"x",1.5]]', "1e999", "9" * 400])
)
KNOWN = st.sampled_from([{}, LAB, {"sites": {"1": STRICT}}, {"sites": []}, {"sites": {"1": []}}, {"token": 3}])


@given(
    pairs=st.dictionaries(st.sampled_from(NAMES), VALUES),
    bulk=st.booleans(),
    known=KNOWN,
    at=st.sampled_from([None, NOW]),
)
def test_any_hit_has_a_forecast(pairs: dict[str, str], bulk: bool, known: Any, at: float | None) -> None:
    body = Json({"requests": [pairs, None, pairs]}) if bulk else Form((*pairs.items(), ("token_auth", SecretRef("t"))))
    made = VENDOR.forecast(Request(method="POST", url=URL, body=body, at=at), settings(), known)
    assert made.outcome in ("recorded", "altered", "dropped", "rejected", "unknown")
    assert bool(made.records) == (made.outcome in ("recorded", "altered", "unknown")) or bulk
