"""Hits of Matomo as canonical events."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event, Form, Json, Raw, Request, encode, text_of
from tests.matomo.integration import CONTEXT, VENDOR, event, mapped

URL = "https://analytics.example.com/matomo.php"


def decoded(**pairs: str) -> dict[str, Any]:
    request = Request(method="GET", url=f"{URL}?{urlencode({'idsite': '1', 'rec': '1', **pairs})}")
    events = VENDOR.decode(request)
    assert events is not None
    (found,) = events
    return found.wire()


@pytest.mark.parametrize(
    ("pairs", "name", "properties"),
    [
        (
            {"e_c": "Video", "e_a": "Play", "e_n": "Intro", "e_v": "2.50"},
            "Play",
            {"category": "Video", "value": "2.50"},
        ),
        ({"e_c": "Account", "e_a": "sign_up", "e_n": "email"}, "Signed Up", {"method": "email"}),
        ({"search": "shoe", "search_count": "3"}, "Products Searched", {"query": "shoe", "results": "3"}),
        ({"url": "https://shop.example/?q=sock"}, "Products Searched", {"query": "sock"}),
        ({"download": "https://x.example/a.pdf"}, "File Downloaded", {"file_url": "https://x.example/a.pdf"}),
        ({"link": "https://o.example/"}, "Link Clicked", {"link_url": "https://o.example/"}),
        ({"c_n": "Banner", "c_i": "click"}, "Content Clicked", {"content_name": "Banner"}),
        ({"idgoal": "3", "revenue": "9.90"}, "Goal Converted", {"goal_id": "3", "revenue": "9.90"}),
        ({"_pks": "S", "_pkp": "9.90"}, "Product Viewed", {"sku": "S", "price": "9.90"}),
        ({"idgoal": "view", "_pks": "S"}, "Product Viewed", {"sku": "S"}),
        ({"idgoal": "0", "_pks": "S", "_pkq": "2"}, "Product Added", {"sku": "S", "quantity": "2"}),
        ({"idgoal": "0", "ec_id": "O", "revenue": "1,5"}, "Order Completed", {"order_id": "O", "revenue": "1,5"}),
        ({"dimension7": "gold", "e_c": "a", "e_a": "b"}, "b", {"dimension7": "gold"}),
    ],
)
def test_track_events(pairs: dict[str, str], name: str, properties: dict[str, str]) -> None:
    found = decoded(**pairs)
    assert (found["type"], found["event"]) == ("track", name)
    assert {key: text_of(found["properties"].get(key)) for key in properties} == properties


def test_page_with_identity_and_context() -> None:
    found = decoded(
        action_name="Home",
        url="https://shop.example/",
        urlref="https://from.example/",
        _id="a1b2c3d4e5f60718",
        uid="user-1",
        cip="203.0.113.7",
        ua="Agent/1",
        lang="de-DE,de;q=0.9",
        cdt="1795168800",
    )
    assert found == {
        "type": "page",
        "name": "Home",
        "properties": {"title": "Home", "url": "https://shop.example/", "referrer": "https://from.example/"},
        "userId": "user-1",
        "anonymousId": "a1b2c3d4e5f60718",
        "timestamp": "2026-11-20T10:00:00.000Z",
        "context": {
            "page": {"url": "https://shop.example/", "referrer": "https://from.example/", "title": "Home"},
            "ip": "203.0.113.7",
            "userAgent": "Agent/1",
            "locale": "de-DE",
        },
    }


def test_headers_and_arrival_stand_in_for_what_the_hit_lacks() -> None:
    request = Request(
        method="GET",
        url=f"{URL}?idsite=1&rec=1&action_name=P",
        headers=(("User-Agent", "Agent/2"), ("Accept-Language", "fr-FR,fr;q=0.8")),
        at=1795168800.5,
        remote="192.0.2.1",
    )
    (found,) = VENDOR.decode(request) or []
    assert found.tree["context"]["userAgent"] == "Agent/2"
    assert found.tree["context"]["locale"] == "fr-FR"
    assert found.tree["context"]["ip"] == "192.0.2.1"
    assert found.tree["timestamp"] == "2026-11-20T10:00:00.500Z"


def test_products_of_an_order() -> None:
    found = decoded(idgoal="0", ec_id="O-1", ec_items='[["S1","Shoe",["Shoes","Blue"],98.00,2],["S2"]]')
    first, second = found["properties"]["products"]
    assert first == {"sku": "S1", "name": "Shoe", "category": ["Shoes", "Blue"], "price": 98.0, "quantity": 2}
    assert text_of(first["price"]) == "98.00"
    assert second == {"sku": "S2"}


def test_a_bulk_request_is_several_events_and_a_ping_is_none() -> None:
    rows = ["?idsite=1&rec=1&action_name=A", "?idsite=1&rec=1&ping=1", {"idsite": 1, "rec": 1, "e_c": "c", "e_a": "a"}]
    events = VENDOR.decode(Request(method="POST", url=URL, body=Json({"requests": rows})))
    assert events is not None
    assert [found.title for found in events] == ["page A", "a"]
    assert VENDOR.decode(Request(method="GET", url=f"{URL}?idsite=1&rec=1&ping=1")) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/",
        "https://shop.example/index.html?idsite=x&rec=1",
        "https://acme.piwik.pro/ppms.php?idsite=892d04bd-6e2b-4914-bfb4-bac721b37235&rec=1",
        "https://analytics.example.com/index.php?module=API&method=Live.getLastVisitsDetails&idSite=1",
        URL,
        "http://[broken",
    ],
)
def test_what_is_no_hit_of_matomo(url: str) -> None:
    assert VENDOR.decode(Request(method="GET", url=url)) is None


def test_behind_a_proxy_the_file_may_have_any_name() -> None:
    events = VENDOR.decode(
        Request(method="POST", url="https://shop.example/m", body=Form((("idsite", "1"), ("rec", "1"))))
    )
    assert events is not None
    assert len(events) == 1


@pytest.mark.parametrize(
    ("source", "preset"),
    [
        (event("Order Completed", {"order_id": "O-1", "revenue": 9.5, "tax": 1}), "retail"),
        (event("Product Viewed", {"sku": "S", "name": "Shoe", "price": 98}), "retail"),
        (event("Signed Up", {"method": "email"}, userId="u"), "recommended"),
        (event("Products Searched", {"query": "shoe", "results": 4}), "recommended"),
        (event("page", name="Home"), "recommended"),
    ],
)
def test_what_a_preset_sends_comes_back(source: Event, preset: str) -> None:
    request = mapped(source, preset).requests[-1]
    wire = encode(request)
    captured = Request(method="POST", url=wire.url, body=Raw(wire.body, "application/x-www-form-urlencoded"))
    (found,) = VENDOR.decode(captured) or []
    assert found.key == source.key
    for name, value in source.tree["properties"].items():
        assert found.tree["properties"][name] == value
    assert found.user_id == source.user_id
    assert found.anonymous_id == "a1b2c3d4e5f60718"
    assert found.tree["context"]["ip"] == CONTEXT["ip"]


NAMES = [
    "idsite",
    "rec",
    "idgoal",
    "ec_id",
    "ec_items",
    "cdt",
    "e_c",
    "e_a",
    "e_v",
    "search",
    "url",
    "_pkc",
    "_pks",
    "uid",
]
VALUES = st.one_of(
    st.text(max_size=20), st.sampled_from(["0", "1", "[", "[[]]", '{"a":1}', "[[1,2],null]", "1e999", "9" * 400])
)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.booleans())
def test_any_hit_is_decoded_or_not(pairs: dict[str, str], bulk: bool) -> None:
    body = Json({"requests": [pairs, pairs]}) if bulk else Form(tuple(pairs.items()))
    request = Request(method="POST", url=URL, body=body, at=1795168800.0)
    for found in VENDOR.decode(request) or []:
        json.dumps(found.wire())


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_not(raw: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"):
        VENDOR.decode(Request(method="POST", url=URL, body=Raw(b'{"requests":' + raw, kind)))
        VENDOR.decode(Request(method="POST", url=URL, body=Raw(raw, kind)))
