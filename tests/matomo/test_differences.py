"""Sent against recorded, value by value: what is the same, what is Matomo's way, and what was altered."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Raw, Verdict
from signal_tui_matomo import comparisons
from tests.matomo.live import HOME, NOW, Log, hit, page, verdict, visit, weighed

ORDER: dict[str, Any] = {"type": "ecommerceOrder", "orderId": "A-1", "revenue": 129.99, "idpageview": None}


def _because(found: Verdict, field: str) -> str:
    return next(difference.because for difference in found.differences if difference.field == field)


@pytest.mark.parametrize(
    ("sent", "recorded", "weight"),
    [
        ("129.990", 129.99, None),
        ("129.99", "129.99", None),
        ("1e2", 100, None),
        ("10.005", 10.01, "expected"),
        ("12,5", 12, "altered"),
        ("1,234.50 EUR", 0, "altered"),
        ("free", 0, "altered"),
        ("20", 30, "altered"),
        ("20", None, "altered"),
        ("20", {"a": 1}, "altered"),
        ("9" * 400, 0, "altered"),
    ],
)
def test_numbers(sent: str, recorded: Any, weight: str | None) -> None:
    order = {**ORDER, "revenue": recorded}
    found = verdict(hit(idgoal="0", ec_id="A-1", revenue=sent), Log([visit(order)]))
    assert ("revenue" in found.same) == (weight is None)
    assert weighed(found, "altered") == (["revenue"] if weight == "altered" else [])
    assert weighed(found, "expected") == (["revenue"] if weight == "expected" else [])
    assert found.state == ("altered" if weight == "altered" else "found")


@pytest.mark.parametrize(
    ("sent", "recorded", "weight"),
    [
        ("203.0.113.50", "203.0.113.50", None),
        ("203.0.113.50", "203.0.113.0", "expected"),
        ("203.0.113.50", "203.0.0.0", "expected"),
        ("203.0.113.50", "0.0.0.0", "expected"),
        ("2001:218:85a3::8a2e:370:7334", "2001:218:85a3::", "expected"),
        ("203.0.113.50", None, "expected"),
        ("203.0.113.50", "198.51.0.0", "altered"),
        ("not-an-ip", "0.0.0.0", "altered"),
    ],
)
def test_addresses(sent: str, recorded: str | None, weight: str | None) -> None:
    found = verdict(hit(cip=sent, **HOME), Log([visit(page(), visitIp=recorded)]))
    assert ("cip" in found.same) == (weight is None)
    assert weighed(found, "altered") == (["cip"] if weight == "altered" else [])
    assert weighed(found, "expected") == (["cip"] if weight == "expected" else [])


@given(st.ip_addresses(), st.integers(0, 16))
def test_a_masked_address_is_known_as_one(address: Any, size: int) -> None:
    bits = min(size * 8, address.max_prefixlen)
    masked = type(address)(int(address) >> bits << bits)
    assert comparisons.masks(str(address), str(masked))


@pytest.mark.parametrize(
    ("sent", "recorded", "weight", "words"),
    [
        ("https://shop.example/p?a=1#top", "https://shop.example/p?a=1", "expected", "#"),
        ("https://shop.example/p?a=1&gclid=x", "https://shop.example/p?a=1", "expected", "campaign and session"),
        (
            "https://shop.example/p?a=1&secret=x",
            "https://shop.example/p?a=1",
            "expected",
            "excluded on this site: secret",
        ),
        ("https://shop.example", "https://shop.example/", "expected", "Matomo's way"),
        ("https://shop.example/" + "a" * 2000, "https://shop.example/" + "a" * 1003, "altered", "cut after 1024"),
        ("/relative", None, "altered", "no complete address"),
        ("https://shop.example/größe", "https://shop.example/gr%C3%B6%C3%9Fe", "expected", "Matomo's way"),
        ("https://[broken", "https://[other", "altered", "otherwise"),
    ],
)
def test_page_addresses(sent: str, recorded: str | None, weight: str, words: str) -> None:
    marked = page(str(recorded or ""), idpageview="abcdef") | {"url": recorded}
    found = verdict(hit(marker="abcdef", pv_id="abcdef", url=sent, action_name="Home"), Log([visit(marked)]))
    assert weighed(found, weight) == ["url"]
    assert words in _because(found, "url")


def test_a_page_view_that_became_a_site_search_has_lost_page_and_title() -> None:
    search = {"type": "search", "url": None, "siteSearchKeyword": "shoes"}
    found = verdict(hit(url="https://shop.example/list?q=shoes", action_name="List"), Log([visit(search)]))
    assert (found.state, weighed(found, "altered")) == ("altered", ["url", "action_name"])
    assert "shoes" in _because(found, "url")


def test_the_products_of_a_cart_without_items_are_lost() -> None:
    cart = {"type": "ecommerceAbandonedCart", "revenue": 0, "items": 0, "itemDetails": []}
    sent = hit(idgoal="0", pks="S", pkn="Shoe", pkc="Shoes", pkp="49.9", pkq="2", url="https://shop.example/p")
    found = verdict(sent, Log([visit(cart)]))
    assert weighed(found, "altered") == ["_pks", "_pkn", "_pkc", "_pkp", "_pkq"]
    assert weighed(found, "expected") == ["url"]


def test_items_are_compared_one_by_one() -> None:
    rows = [["S1", "Shoe", ["Shoes", "Blue"], "49.90", 2], ["S2", "Sock", "Socks", 5, 3], ["S3", "Hat", "", 9, 1]]
    recorded = [
        {
            "itemSKU": "S2",
            "itemName": "Sock",
            "itemCategory": "Socks",
            "price": 5,
            "quantity": 1,
            "categories": ["Socks"],
        },
        {"itemSKU": "S1", "itemName": "Shoe", "price": 49.9, "quantity": 2, "categories": ["Shoes", "Blue"]},
    ]
    order = {**ORDER, "itemDetails": recorded}
    found = verdict(hit(idgoal="0", ec_id="A-1", revenue="129.99", ec_items=json.dumps(rows)), Log([visit(order)]))
    assert weighed(found, "altered") == ["ec_items[1].quantity", "ec_items[2]"]
    whole = {**ORDER, "itemDetails": [recorded[1]]}
    sent = hit(idgoal="0", ec_id="A-1", revenue="129.99", ec_items=json.dumps(rows[:1]))
    assert "ec_items" in verdict(sent, Log([visit(whole)])).same


def test_what_is_not_json_brings_no_items() -> None:
    sent = hit(idgoal="0", ec_id="A-1", revenue="129.99", ec_items="[[S1, Shoe]]")
    found = verdict(sent, Log([visit({**ORDER, "itemDetails": []})]))
    assert "not JSON" in _because(found, "ec_items")


def test_a_user_id_rewrites_the_visitor_id_and_that_is_expected() -> None:
    seen = visit(page(), userId="jane", visitorId="8a8deed44623d4c4")
    found = verdict(hit(uid="jane", **HOME), Log([seen]))
    assert (found.state, weighed(found, "expected")) == ("found", ["_id"])
    assert "uid" in found.same


def test_a_visitor_id_that_is_not_hexadecimal_merges_everyone() -> None:
    zeros = verdict(hit(id_="zzzzzzzzzzzzzzzz", **HOME), Log([visit(page(), visitorId="0" * 16)]))
    assert weighed(zeros, "altered") == ["_id"]


def test_dimensions_are_lost_where_the_site_has_none_active() -> None:
    seen = visit(page(dimension2="alice"), dimension1="x" * 250)
    found = verdict(hit(dimension1="x" * 300, dimension2="alice", dimension7="lost", **HOME), Log([seen]))
    assert weighed(found, "altered") == ["dimension1", "dimension7"]
    assert "250" in _because(found, "dimension1")
    assert "dimension2" in found.same


def test_a_dimension_of_the_visit_may_be_a_later_hits() -> None:
    seen = visit(page(), page("https://shop.example/2", timestamp=NOW + 9), dimension1="gold")
    found = verdict(hit(dimension1="silver", **HOME), Log([seen]))
    assert (found.state, weighed(found, "expected")) == ("found", ["dimension1"])


def test_actions_dimensions_at_an_order_are_not_shown() -> None:
    found = verdict(hit(idgoal="0", ec_id="A-1", dimension2="x"), Log([visit({**ORDER, "dimension2": None})]))
    assert weighed(found, "expected") == ["dimension2"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [("yesterday-ish", "no time"), (str(NOW * 1000), "future"), ("1980-01-01 00:00:00", "20 years")],
)
def test_a_time_that_was_replaced_by_now(sent: str, words: str) -> None:
    found = verdict(hit(cdt=sent, **HOME), Log([visit(page())]))
    assert weighed(found, "altered") == ["cdt"]
    assert words in _because(found, "cdt")


def test_what_a_visit_has_from_its_first_hit_is_no_change_of_a_later_one() -> None:
    seen = visit(
        page("https://shop.example/first", timestamp=NOW - 60),
        page(),
        visitIp="198.51.0.0",
        languageCode="fr",
        referrerUrl="https://a.example/",
        resolution="800x600",
        city="Paris",
    )
    sent = hit(cip="203.0.113.50", lang="de-DE", urlref="https://b.example/", res="1920x1080", city="Berlin", **HOME)
    found = verdict(sent, Log([seen]))
    assert found.state == "found"
    assert weighed(found, "expected") == ["cip", "lang", "res", "urlref", "city"]


def test_a_new_visit_must_show_what_was_sent() -> None:
    seen = visit(page(), languageCode="fr", resolution="unknown", city="Paris", latitude="48.850000", longitude="x")
    found = verdict(hit(lang="de-DE", res="1920x1080", city="Berlin", lat="48.85", long="2.35", **HOME), Log([seen]))
    assert weighed(found, "altered") == ["lang", "res", "city", "long"]
    assert "lat" in found.same


def test_mapped_names_that_matomo_does_not_know_are_lost() -> None:
    found = verdict(hit(currency="EUR", ma_id="x", rand="1", **HOME), Log([visit(page())]))
    assert weighed(found, "altered") == ["currency"]


def test_a_flat_json_body_is_lost() -> None:
    sent = hit(**HOME)
    query = "https://m.example/matomo.php?idsite=1&rec=1&_id=64d48eb8f38941f3"
    body = Raw(b'{"idsite": 1, "rec": 1, "url": "https://shop.example/p"}', "application/json")
    found = verdict(replace(sent, request=replace(sent.request, url=query, body=body)), Log([visit(page("", None))]))
    assert weighed(found, "altered") == ["url"]


@given(st.text(max_size=30), st.text(max_size=30) | st.none() | st.integers() | st.lists(st.text(max_size=3)))
def test_texts_compare_without_raising(sent: str, recorded: Any) -> None:
    found = comparisons.texts("x", sent, recorded)
    assert (found is None) == (sent == ("" if recorded is None or isinstance(recorded, list) else str(recorded)))
    comparisons.urls("x", sent, recorded)
    comparisons.numbers("x", sent, recorded)
    comparisons.categories("x", sent, recorded)
    comparisons.items("x", sent, recorded)
