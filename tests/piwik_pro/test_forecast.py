"""What becomes of a hit, and where it is known from: documented, or assumed."""

from __future__ import annotations

from typing import Any

import pytest

from signal_tui.api import Forecast, Form, Json, Request
from signal_tui_piwik_pro.rules import RULES
from signal_tui_piwik_pro.rules.case import ASSUMED, DOCUMENTED
from tests.piwik_pro.integration import APP, VENDOR, event, mapped, settings

NOW = 1795168480.0
OTHER = "00000000-0000-4000-8000-000000000000"
BASE = {"idsite": APP, "rec": "1", "url": "https://shop.example/p", "_id": "a1b2c3d4e5f60718", "cip": "203.0.113.7"}
EVENT = {"e_c": "Cart", "e_a": "Add"}
ORDER = {"e_t": "order", "ec_id": "O-1", "revenue": "5", "ec_products": '[["S","N","C",5,1]]'}


def forecast(known: Any = None, /, **params: str) -> Forecast:
    """The forecast of a form; a parameter of None is left out, ``id_`` stands for ``_id``."""
    names = {"id_": "_id"}
    pairs = {**BASE, **{names.get(name, name): value for name, value in params.items()}}
    body = Form(tuple((name, value) for name, value in pairs.items() if value != "-"))
    request = Request(
        method="POST", url="https://yourbrand.piwik.pro/ppms.php", body=body, at=NOW, remote="198.51.100.9"
    )
    return VENDOR.forecast(request, settings(), known or {})


def app(**facts: Any) -> dict[str, Any]:
    return {"apps": {APP: facts}}


def test_every_rule_has_a_source_and_every_finding_names_it() -> None:
    assert {rule.source for rule in RULES} == {DOCUMENTED, ASSUMED}
    assert len({rule.name for rule in RULES}) == len(RULES)
    known = {trouble.id for trouble in VENDOR.troubles}
    for change in ({"rec": "0"}, {"idsite": "1"}, {"url": "x"}, {"e_v": "x"}, {"ua": "Googlebot"}, {"idgoal": "0"}):
        for finding in forecast(**change).findings:
            assert finding.because.endswith(("[documented]", "[assumed]"))
            assert finding.trouble is None or finding.trouble in known


@pytest.mark.parametrize(
    ("params", "kind"),
    [
        ({}, "pageview"),
        (EVENT, "event"),
        ({"search": "shoe"}, "search"),
        ({"search_count": "3"}, "search"),
        ({"download": "https://shop.example/a.pdf"}, "download"),
        ({"link": "https://other.example/"}, "outlink"),
        ({"c_n": "Banner"}, "content"),
        ({"c_n": "Banner", "c_i": "click"}, "interaction"),
        ({"idgoal": "3"}, "goal"),
        ({"idgoal": OTHER}, "goal"),
        (ORDER, "order"),
        ({"e_t": "cart-update", "ec_products": '[["S"]]'}, "cart"),
        ({"e_t": "product-detail-view", "ec_products": '[["S"]]'}, "product-view"),
        ({"e_t": "add-to-cart", "ec_products": '[["S"]]'}, "add-to-cart"),
        ({"e_t": "remove-from-cart", "ec_products": '[["S"]]'}, "remove-from-cart"),
    ],
)
def test_kinds_are_recorded_and_answered_with_202(params: Any, kind: str) -> None:
    made = forecast(**params)
    assert (made.outcome, made.status, made.records) == ("recorded", 202, (kind,))
    assert not [finding for finding in made.findings if finding.effect != "risk"]


@pytest.mark.parametrize(
    ("params", "field", "source"),
    [
        ({"rec": "-"}, "rec", "documented"),
        ({"rec": "0"}, "rec", "documented"),
        ({"idsite": "-"}, "idsite", "documented"),
        ({"idsite": "shop"}, "idsite", "documented"),
        ({"url": "/relative"}, "url", "assumed"),
        ({"urlref": "nowhere"}, "urlref", "assumed"),
        ({**EVENT, "e_v": "12,5"}, "e_v", "assumed"),
        ({**EVENT, "e_v": "-1"}, "e_v", "assumed"),
        ({**EVENT, "e_v": "1e12"}, "e_v", "assumed"),
        ({**ORDER, "revenue": "129,99"}, "revenue", "assumed"),
        ({**ORDER, "revenue": "-"}, "revenue", "assumed"),
        ({**ORDER, "ec_id": "-"}, "ec_id", "assumed"),
        ({**ORDER, "ec_products": "x"}, "ec_products", "assumed"),
        ({"e_t": "add-to-cart"}, "ec_products", "assumed"),
        ({"e_t": "purchase"}, "e_t", "assumed"),
        ({"idgoal": "view"}, "idgoal", "assumed"),
        ({"ping": "9"}, "ping", "assumed"),
        ({"cdt": "yesterday"}, "cdt", "assumed"),
        ({"cdt": "1795168480000"}, "cdt", "assumed"),
        ({"cdt": str(int(NOW) + 3600)}, "cdt", "assumed"),
        ({"ua": "Mozilla/5.0 (compatible; Googlebot/2.1)"}, "ua", "assumed"),
    ],
)
def test_what_is_dropped(params: Any, field: str, source: str) -> None:
    made = forecast(**params)
    assert (made.outcome, made.status, made.records) == ("dropped", 202, ())
    assert (made.findings[0].effect, made.findings[0].field) == ("dropped", field)
    assert made.findings[0].because.endswith(f"[{source}]")


@pytest.mark.parametrize(
    ("known", "params", "words"),
    [
        (app(excluded_ips=["203.0.113.*"]), {}, "203.0.113.*"),
        (app(excluded_ips=["198.51.100.9"]), {"cip": "-"}, "198.51.100.9"),
        (app(excluded_user_agents=["BadAgent"]), {"ua": "Some BadAgent/1"}, "BadAgent"),
        (app(only_known_urls=True, urls=["https://own.example/"]), {}, "none of the app's URLs"),
        ({"apps": {}, "apps_complete": True}, {}, "there is no app"),
    ],
)
def test_what_the_settings_keep_out(known: Any, params: Any, words: str) -> None:
    made = forecast(known, **params)
    assert made.outcome == "dropped"
    assert words in made.findings[0].message
    assert made.findings[0].because.endswith("[documented]")


def test_what_the_settings_let_in() -> None:
    known = app(excluded_ips=["10.*.*.*"], exclude_crawlers=False, only_known_urls=True, urls=["http://SHOP.example/"])
    made = forecast(known, ua="Googlebot/2.1")
    assert (made.outcome, made.assumed) == ("recorded", ())


@pytest.mark.parametrize(
    ("params", "field", "words"),
    [
        ({"e_c": "Cart"}, "e_c", "needs both e_c and e_a"),
        ({"e_a": "Add", "e_n": "x"}, "e_a", "its category (e_c) is missing"),
        ({**ORDER, **EVENT}, "e_c", "one hit becomes one event"),
        ({"url": "https://shop.example/?q=wool+runner"}, "url", "search for “wool runner”"),
        ({"id_": "abc"}, "_id", "is no visitor id"),
        ({"cip": "here"}, "cip", "is no IP address"),
        ({"uia": "1"}, "cip", "anonymous"),
        ({"rmip": "1"}, "cip", "erased"),
        ({"c_n": "x" * 1025}, "c_n", "1025 characters"),
        ({"ec_products": '[["S"]]'}, "ec_products", "the products are lost"),
    ],
)
def test_what_is_altered(params: Any, field: str, words: str) -> None:
    made = forecast(**params)
    assert made.outcome == "altered"
    told = next(finding for finding in made.findings if finding.effect == "altered")
    assert told.field == field
    assert words in f"{told.message} {told.because}"


@pytest.mark.parametrize(
    ("params", "effect", "field", "trouble"),
    [
        ({"idgoal": "0", "ec_id": "O", "revenue": "1", "ec_items": '[["S"]]'}, "risk", "idgoal", "old-order"),
        ({"idgoal": "0", "ec_items": '[["S"]]'}, "risk", "ec_items", "old-order"),
        ({"token_auth": "x"}, "ignored", "token_auth", None),
        ({"cip": "-"}, "risk", "cip", "geo-of-server"),
        ({"cdt": str(int(NOW) - 100_000)}, "risk", "cdt", "backdated"),
        ({"search": "x", "search_cat": "y"}, "risk", "search_cat", None),
        ({"cid": "0" * 16}, "ignored", "_id", None),
        ({"id_": "-"}, "risk", "_id", None),
        ({"url": "-"}, "risk", "url", None),
        ({"url": "https://shop.example/?gclid=1"}, "ignored", "url", None),
        ({"_pks": "S"}, "ignored", "_pks", None),
        ({"long": "1"}, "ignored", "long", None),
    ],
)
def test_what_is_only_told(params: Any, effect: str, field: str, trouble: str | None) -> None:
    made = forecast(**params)
    assert made.outcome == "recorded"
    assert (effect, field, trouble) in {(one.effect, one.field, one.trouble) for one in made.findings}


def test_a_number_as_app_and_a_ping_are_settled_by_no_default() -> None:
    number = forecast(idsite="7")
    assert (number.outcome, number.findings[0].trouble) == ("unknown", "numeric-id")
    assert forecast(ping="1").outcome == "unknown"


def test_a_hit_for_another_app_is_told() -> None:
    told = forecast(idsite=OTHER).findings
    assert [(finding.effect, finding.field) for finding in told] == [("risk", "idsite")]


def test_a_flat_json_object_is_assumed_to_be_read() -> None:
    made = VENDOR.forecast(mapped(event("page")).requests[0], settings(), {})
    assert made.outcome == "recorded"
    assert "a flat JSON object is read as one hit" in made.assumed
    told = next(finding for finding in made.findings if finding.trouble == "flat-json")
    assert told.because.endswith("[assumed]")
    plain = VENDOR.forecast(mapped(event("page"), "recommended").requests[0], settings(), {})
    assert not any("JSON" in sentence for sentence in plain.assumed)


def test_a_default_hit_without_token_is_told() -> None:
    request = mapped(event("page"), config=settings("-")).requests[0]
    told = next(one for one in VENDOR.forecast(request, settings("-"), {}).findings if one.field == "token_auth")
    assert told.effect == "risk"


@pytest.mark.parametrize(
    ("request_", "outcome", "status"),
    [
        (Request(method="GET", url="https://x.example/ppms.php"), "rejected", 400),
        (Request(method="OPTIONS", url="https://x.example/ppms.php"), "dropped", 204),
        (Request(method="POST", url="https://x.example/ppms.php", body=Json([1])), "rejected", 400),
        (Request(method="POST", url="https://x.example/ppms.php", body=Json({"requests": []})), "rejected", 400),
        (Request(method="POST", url="https://x.example/ppms.php", body=Json({"requests": [1]})), "dropped", 202),
    ],
)
def test_requests_without_a_hit(request_: Request, outcome: str, status: int) -> None:
    made = VENDOR.forecast(request_, settings(), {})
    assert (made.outcome, made.status) == (outcome, status)


def test_known_is_read_whatever_it_holds() -> None:
    for known in (
        {"apps": 1},
        {"apps": {APP: 3}},
        app(excluded_ips="x", urls=3, search_parameters={}, masked_octets="1"),
    ):
        assert forecast(known).outcome == "recorded"
