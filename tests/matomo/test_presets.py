"""Every row of the documentation's tables, and what the recommended preset sends instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signal_tui.api import Event
from tests.matomo.integration import CONTEXT, TOKEN, VENDOR, event, mapped, sent, settings

GLOBAL = {
    "idsite": "1",
    "rec": "1",
    "token_auth": TOKEN,
    "cip": CONTEXT["ip"],
    "ua": CONTEXT["userAgent"],
    "_id": "a1b2c3d4e5f60718",
    "uid": "user-123",
    "url": CONTEXT["page"]["url"],
}
PRODUCT = {"sku": "SKU-1", "name": "Wool Runner", "category": "Shoes", "price": 98, "quantity": 2}
ORDER = {"order_id": "O-1", "revenue": 120.5, "tax": 20, "shipping": 5, "discount": 1.5}

RETAIL = [
    ("page", {}, {"action_name": "Wool Runner – Shop", "urlref": "https://www.example.org/"}),
    (
        "Product Viewed",
        PRODUCT,
        {"idgoal": "view", "_pks": "SKU-1", "_pkn": "Wool Runner", "_pkc": "Shoes", "_pkp": "98"},
    ),
    (
        "Product Added",
        PRODUCT,
        {"idgoal": "0", "_pks": "SKU-1", "_pkn": "Wool Runner", "_pkc": "Shoes", "_pkp": "98", "_pkq": "2"},
    ),
    (
        "Order Completed",
        ORDER,
        {"idgoal": "0", "ec_id": "O-1", "revenue": "120.5", "ec_tx": "20", "ec_sh": "5", "ec_dt": "1.5"},
    ),
]


@pytest.mark.parametrize(("name", "properties", "own"), RETAIL)
def test_retail_sends_the_documented_fields_in_order(name: str, properties: Any, own: dict[str, str]) -> None:
    (request,) = mapped(event(name, properties, userId="user-123")).requests
    assert sent(request) == [*GLOBAL.items(), *own.items()]


def test_retail_is_the_default_and_knows_four_events() -> None:
    presets = VENDOR.presets()
    assert list(presets) == ["retail", "recommended"]
    assert list(presets["retail"].events) == ["page", "Product Viewed", "Product Added", "Order Completed"]
    assert VENDOR.consent_categories == ("analytics",)


@pytest.mark.parametrize("preset", ["retail", "recommended"])
@pytest.mark.parametrize("kind", ["identify", "group"])
def test_what_is_not_listed_is_dropped_with_a_reason(preset: str, kind: str) -> None:
    payload = mapped(Event.read({"type": kind, "userId": "user-123", "groupId": "g"}), preset)
    assert payload.status == "skipped"
    assert payload.requests == ()
    assert payload.reason is not None
    assert kind in payload.reason


@pytest.mark.parametrize(
    ("name", "properties", "target", "value"),
    [
        ("page", {"url": "https://own.example/"}, "url", "https://own.example/"),
        ("page", {"title": "Own"}, "action_name", "Own"),
        ("page", {"referrer": "https://from.example/"}, "urlref", "https://from.example/"),
        ("Product Viewed", {"product_id": "P1"}, "_pks", "P1"),
        ("Product Viewed", {"product_name": "Shoe"}, "_pkn", "Shoe"),
        ("Product Viewed", {"category": ["Shoes", "Blue"]}, "_pkc", '["Shoes","Blue"]'),
        ("Order Completed", {"total": 9}, "revenue", "9"),
        ("Order Completed", {"value": 0}, "revenue", "0"),
        ("Order Completed", {"transaction_id": "T-1"}, "ec_id", "T-1"),
    ],
)
def test_other_names_of_a_source(name: str, properties: Any, target: str, value: str) -> None:
    assert dict(sent(mapped(event(name, properties)).requests[0]))[target] == value


def test_page_name_is_the_title_where_there_is_no_other() -> None:
    bare = event("page", context={"page": {"url": "https://x.example/"}}, name="Home")
    assert dict(sent(mapped(bare).requests[0]))["action_name"] == "Home"


@pytest.mark.parametrize("missing", ["anonymousId", "userId", "context"])
def test_what_an_event_lacks_is_left_out(missing: str) -> None:
    tree = {key: value for key, value in event("page", userId="user-123").tree.items() if key != missing}
    names = [name for name, _ in sent(mapped(Event.read(tree)).requests[0])]
    gone = {"anonymousId": {"_id"}, "userId": {"uid"}, "context": {"cip", "ua", "url"}}[missing]
    assert gone.isdisjoint(names)
    assert {"idsite", "rec", "token_auth"} <= set(names)


def test_without_a_token_there_is_no_token() -> None:
    assert "token_auth" not in dict(sent(mapped(event("page"), config=settings(token=False)).requests[0]))


def test_identity_is_marked_and_traced() -> None:
    fields = {field.target: field for field in mapped(event("page", userId="user-123")).fields}
    assert {target for target, field in fields.items() if field.identity} == {"_id", "uid", "cip", "ua"}
    assert (fields["_id"].source, fields["_id"].change) == ("anonymousId", "first 16 hex")
    assert (fields["cip"].source, fields["ua"].source) == ("context.ip", "context.userAgent")
    assert fields["idsite"].source == "config.site_id"


def recommended(name: str, properties: Any = None, **members: Any) -> list[dict[str, str]]:
    return [dict(sent(request)) for request in mapped(event(name, properties, **members), "recommended").requests]


def test_recommended_adds_time_and_language_to_each_request() -> None:
    for pairs in recommended("Order Completed", ORDER):
        assert (pairs["cdt"], pairs["lang"]) == ("1795168800", "en-GB")
        assert "send_image" not in pairs


def test_recommended_product_view_is_a_page_view() -> None:
    (view,) = recommended("Product Viewed", PRODUCT)
    assert (view["_pks"], view["_pkp"], view["action_name"]) == ("SKU-1", "98", "Wool Runner – Shop")
    assert "idgoal" not in view


def test_recommended_order_is_a_page_view_and_an_order_with_items() -> None:
    page, order = recommended("Order Completed", {**ORDER, "subtotal": 96, "products": [PRODUCT]})
    assert page["action_name"] == "Wool Runner – Shop"
    assert page["urlref"] == "https://www.example.org/"
    assert {"idgoal", "ec_id", "ec_items"}.isdisjoint(page)
    assert {name: order[name] for name in ("idgoal", "ec_id", "revenue", "ec_st", "ec_tx", "ec_sh", "ec_dt")} == {
        "idgoal": "0",
        "ec_id": "O-1",
        "revenue": "120.5",
        "ec_st": "96",
        "ec_tx": "20",
        "ec_sh": "5",
        "ec_dt": "1.5",
    }
    assert order["ec_items"] == '[["SKU-1","Wool Runner","Shoes",98,2]]'
    assert "action_name" not in order
    assert page["_id"] == order["_id"]


@pytest.mark.parametrize("own", [PRODUCT, {"products": [PRODUCT], "cart_total": 196}])
def test_recommended_cart_has_items(own: Any) -> None:
    (cart,) = recommended("Product Added", own)
    assert json.loads(cart["ec_items"]) == [["SKU-1", "Wool Runner", "Shoes", 98, 2]]
    assert cart["idgoal"] == "0"
    assert "ec_id" not in cart
    assert cart.get("revenue") == ("196" if "cart_total" in own else None)


@pytest.mark.parametrize(
    ("name", "properties", "own"),
    [
        ("Signed Up", {"method": "email"}, {"e_c": "Account", "e_a": "sign_up", "e_n": "email"}),
        ("Logged In", {"method": "sso"}, {"e_c": "Account", "e_a": "login", "e_n": "sso"}),
        ("Plan Viewed", {"plan": "Pro", "price": 9}, {"e_c": "Subscription", "e_n": "Pro", "e_v": "9"}),
        ("Checkout Started", {"value": 12.5}, {"e_c": "Ecommerce", "e_a": "checkout_started", "e_v": "12.5"}),
        ("Subscription Started", {"plan_name": "Pro"}, {"e_a": "subscription_started", "e_n": "Pro"}),
        ("Lead Generated", {"form_name": "Demo"}, {"e_c": "Lead", "e_a": "lead_generated", "e_n": "Demo"}),
        ("Products Searched", {"query": "shoe", "results": 0}, {"search": "shoe", "search_count": "0"}),
    ],
)
def test_recommended_events(name: str, properties: Any, own: dict[str, str]) -> None:
    (pairs,) = recommended(name, properties)
    assert {target: pairs.get(target) for target in own} == own


EVERY = [
    ("page", {}, ["pageview"]),
    ("Product Viewed", PRODUCT, ["pageview"]),
    ("Product Added", {**PRODUCT, "cart_total": 196}, ["cart"]),
    ("Order Completed", {**ORDER, "products": [PRODUCT]}, ["pageview", "order"]),
    ("Products Searched", {"query": "shoe"}, ["search"]),
    ("Signed Up", {"method": "email"}, ["event"]),
    ("Logged In", {"method": "sso"}, ["event"]),
    ("Plan Viewed", {"plan": "Pro"}, ["event"]),
    ("Checkout Started", {"value": 12.5}, ["event"]),
    ("Subscription Started", {"plan_name": "Pro"}, ["event"]),
    ("Lead Generated", {"form_name": "Demo"}, ["event"]),
]


@pytest.mark.parametrize(("name", "properties", "records"), EVERY)
def test_everything_recommended_is_recorded_as_meant(name: str, properties: Any, records: list[str]) -> None:
    known = {"sites": {"1": {"ecommerce": True}}, "token": "write"}
    for request in mapped(event(name, properties), "recommended").requests:
        forecast = VENDOR.forecast(request, settings(), known)
        assert (forecast.outcome, list(forecast.records)) == ("recorded", [records.pop(0)]), forecast.findings
    assert not records
