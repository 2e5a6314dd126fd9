"""Every row of the documentation's table, and what the recommended preset sends instead."""

from __future__ import annotations

from typing import Any

import pytest

from signal_tui.api import Event, Form, Json, parse_json
from tests.piwik_pro.integration import APP, CONTEXT, TOKEN, VENDOR, event, mapped, sent, settings

BEFORE = {
    "idsite": APP,
    "token_auth": TOKEN,
    "rec": "1",
    "send_image": "0",
    "url": CONTEXT["page"]["url"],
}
AFTER = {
    "_id": "a1b2c3d4e5f60718",
    "uid": "user-123",
    "cip": CONTEXT["ip"],
    "ua": CONTEXT["userAgent"],
    "lang": "en-GB",
}
PRODUCT = {"product_id": "P-1", "product_name": "Wool Runner", "category": "Shoes", "price": 98, "value": 196}
ITEMS = [{"sku": "SKU-1", "name": "Wool Runner", "category": "Shoes", "price": 98.5, "quantity": 2}]
ORDER = {"order_id": "O-1", "revenue": 197, "tax": 20, "shipping": 5, "discount": 1, "subtotal": 173, "products": ITEMS}

DEFAULT = [
    ("page", {}, {"action_name": "Wool Runner – Shop", "urlref": "https://www.example.org/"}),
    ("Products Searched", {"query": "shoe"}, {"e_c": "Search", "e_a": "search", "e_n": "shoe"}),
    ("Product Viewed", PRODUCT, {"e_c": "Ecommerce", "e_a": "view_item", "e_n": "Wool Runner", "e_v": "98"}),
    ("Product Added", PRODUCT, {"e_c": "Ecommerce", "e_a": "add_to_cart", "e_n": "Wool Runner", "e_v": "196"}),
    ("Signed Up", {"method": "email"}, {"e_c": "Account", "e_a": "sign_up", "e_n": "email"}),
    (
        "Order Completed",
        ORDER,
        {
            "idgoal": "0",
            "ec_id": "O-1",
            "revenue": "197",
            "ec_items": '[["SKU-1","Wool Runner","Shoes",98.5,2]]',
        },
    ),
]


@pytest.mark.parametrize(("name", "properties", "own"), DEFAULT)
def test_default_sends_the_documented_fields_in_order(name: str, properties: Any, own: dict[str, str]) -> None:
    (request,) = mapped(event(name, properties, userId="user-123")).requests
    assert isinstance(request.body, Json)
    assert sent(request) == [*BEFORE.items(), *own.items(), *AFTER.items()]


def test_default_is_the_first_and_knows_six_events() -> None:
    presets = VENDOR.presets()
    assert list(presets) == ["default", "recommended"]
    assert list(presets["default"].events) == [name for name, _, _ in DEFAULT]
    assert VENDOR.consent_categories == ("marketing",)


@pytest.mark.parametrize("preset", ["default", "recommended"])
@pytest.mark.parametrize("kind", ["identify", "group"])
def test_what_is_not_listed_is_dropped_with_a_reason(preset: str, kind: str) -> None:
    payload = mapped(Event.read({"type": kind, "userId": "user-123", "groupId": "g"}), preset)
    assert (payload.status, payload.requests) == ("skipped", ())
    assert kind in str(payload.reason)


@pytest.mark.parametrize(
    ("name", "properties", "target", "value"),
    [
        ("page", {"url": "https://own.example/"}, "url", "https://own.example/"),
        ("page", {"title": "Own"}, "action_name", "Own"),
        ("page", {"referrer": "https://from.example/"}, "urlref", "https://from.example/"),
        ("Products Searched", {"search_term": "boot"}, "e_n", "boot"),
        ("Product Viewed", {"name": "Shoe"}, "e_n", "Shoe"),
        ("Order Completed", {"total": 9}, "revenue", "9"),
        ("Order Completed", {"value": 0}, "revenue", "0"),
        ("Order Completed", {"transaction_id": "T-1"}, "ec_id", "T-1"),
        ("Order Completed", {"items": [{"item_id": "I", "item_name": "N"}]}, "ec_items", '[["I","N","","",1]]'),
    ],
)
def test_other_names_of_a_source(name: str, properties: Any, target: str, value: str) -> None:
    assert dict(sent(mapped(event(name, properties)).requests[0]))[target] == value


def test_an_added_product_without_value_has_none() -> None:
    (request,) = mapped(event("Product Added", {"name": "Shoe", "price": 98})).requests
    assert "e_v" not in dict(sent(request))


@pytest.mark.parametrize("missing", ["anonymousId", "userId", "context"])
def test_what_an_event_lacks_is_left_out(missing: str) -> None:
    tree = {key: value for key, value in event("page", userId="user-123").tree.items() if key != missing}
    names = [name for name, _ in sent(mapped(Event.read(tree)).requests[0])]
    gone = {"anonymousId": {"_id"}, "userId": {"uid"}, "context": {"cip", "ua", "lang", "url"}}[missing]
    assert gone.isdisjoint(names)
    assert {"idsite", "rec", "send_image", "token_auth"} <= set(names)


def test_without_a_token_there_is_none() -> None:
    assert "token_auth" not in dict(sent(mapped(event("page"), config=settings("-")).requests[0]))


@pytest.mark.parametrize("preset", ["default", "recommended"])
def test_identity_is_marked_and_traced(preset: str) -> None:
    fields = {field.target: field for field in mapped(event("page", userId="user-123"), preset).fields}
    assert {target for target, field in fields.items() if field.identity} == {"_id", "uid", "cip", "ua", "lang"}
    assert (fields["_id"].source, fields["_id"].change) == ("anonymousId", "first 16 hex")


RECOMMENDED = [
    ("page", {}, {"action_name": "Wool Runner – Shop", "urlref": "https://www.example.org/"}),
    (
        "Products Searched",
        {"query": "shoe", "category": "Shoes", "results": 7},
        {"search": "shoe", "search_cats": '["Shoes"]', "search_count": "7"},
    ),
    (
        "Product Viewed",
        PRODUCT,
        {"e_t": "product-detail-view", "ec_products": '[["P-1","Wool Runner","Shoes",98]]'},
    ),
    (
        "Product Added",
        {**ITEMS[0], "brand": "B", "variant": "V"},
        {"e_t": "add-to-cart", "ec_products": '[["SKU-1","Wool Runner","Shoes",98.5,2,"B","V"]]'},
    ),
    ("Product Removed", {"sku": "S"}, {"e_t": "remove-from-cart", "ec_products": '[["S"]]'}),
    (
        "Order Completed",
        ORDER,
        {
            "e_t": "order",
            "ec_id": "O-1",
            "revenue": "197",
            "ec_st": "173",
            "ec_tx": "20",
            "ec_sh": "5",
            "ec_dt": "1",
            "ec_products": '[["SKU-1","Wool Runner","Shoes",98.5,2]]',
        },
    ),
    ("Signed Up", {"method": "email"}, {"e_c": "Account", "e_a": "sign_up", "e_n": "email"}),
    ("Logged In", {"method": "sso"}, {"e_c": "Account", "e_a": "login", "e_n": "sso"}),
    (
        "Plan Viewed",
        {"plan_name": "Pro", "price": 240},
        {"e_c": "Subscription", "e_a": "plan_viewed", "e_n": "Pro", "e_v": "240"},
    ),
    ("Checkout Started", {"value": 196}, {"e_c": "Ecommerce", "e_a": "checkout_started", "e_v": "196"}),
    (
        "Subscription Started",
        {"plan_id": "pro", "revenue": 240},
        {"e_c": "Subscription", "e_a": "subscription_started", "e_n": "pro", "e_v": "240"},
    ),
    (
        "Lead Generated",
        {"form": "call-back", "value": 50},
        {"e_c": "Lead", "e_a": "lead_generated", "e_n": "call-back", "e_v": "50"},
    ),
]


@pytest.mark.parametrize(("name", "properties", "own"), RECOMMENDED)
def test_recommended_sends_a_form_as_specified(name: str, properties: Any, own: dict[str, str]) -> None:
    (request,) = mapped(event(name, properties, userId="user-123"), "recommended").requests
    assert isinstance(request.body, Form)
    first = {"idsite": APP, "rec": "1", "url": CONTEXT["page"]["url"]}
    assert sent(request) == [*first.items(), *own.items(), *AFTER.items(), ("cdt", "1795168800")]


@pytest.mark.parametrize(("name", "properties", "own"), RECOMMENDED)
def test_recommended_is_recorded_as_meant(name: str, properties: Any, own: dict[str, str]) -> None:
    (request,) = mapped(event(name, properties), "recommended").requests
    forecast = VENDOR.forecast(request, settings(), {})
    kinds = {"page": "pageview", "Products Searched": "search", "Product Viewed": "product-view"}
    kinds |= {"Product Added": "add-to-cart", "Product Removed": "remove-from-cart", "Order Completed": "order"}
    assert (forecast.outcome, forecast.records) == ("recorded", (kinds.get(name, "event"),))
    assert forecast.findings == ()


def test_a_ga4_event_is_mapped_with_its_items() -> None:
    items = [{"item_id": "A", "item_name": "N", "price": "1.50", "item_category": "C", "item_brand": "B"}]
    (request,) = mapped(event("add_to_cart", {"items": items, "value": 3}), "recommended").requests
    assert parse_json(dict(sent(request))["ec_products"]) == [["A", "N", "C", 1.5, None, "B"]]
