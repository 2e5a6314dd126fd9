"""Every row of the documentation's tables, and what the recommended preset sends besides."""

from __future__ import annotations

from typing import Any

import pytest

from signal_tui.api import Event
from tests.woopra.integration import AGENT, CONTEXT, COOKIE, VENDOR, event, mapped, sent, settings

TRAITS = {"email": "jane.doe@example.com", "name": "Jane Doe", "company": "Acme Ltd", "plan": "free"}
HEAD = {"project": "mywebsite.com", "response": "json", "timeout": "1800000", "ce_app": "datafly-signal"}
VISITOR = {
    "cookie": COOKIE,
    "ip": CONTEXT["ip"],
    "cv_email": "jane.doe@example.com",
    "cv_name": "Jane Doe",
    "cv_id": "user-123",
    "cv_company": "Acme Ltd",
}
PRODUCT = {
    "product_id": "P-1",
    "sku": "SKU-1",
    "name": "Wool Runner",
    "category": "Shoes",
    "price": 98,
    "quantity": 2,
    "currency": "GBP",
}
SEEN = {
    "ce_product_id": "P-1",
    "ce_sku": "SKU-1",
    "ce_name": "Wool Runner",
    "ce_category": "Shoes",
    "ce_price": "98",
    "ce_currency": "GBP",
}

DEFAULT: list[tuple[str, dict[str, Any], str, dict[str, str]]] = [
    (
        "page",
        {},
        "pv",
        {
            "ce_url": "https://shop.example.com/p?ref=1",
            "ce_title": "Wool Runner – Shop",
            "ce_referrer": "https://www.example.org/",
        },
    ),
    ("Signed Up", {"method": "email", "plan": "free"}, "signup", {"ce_method": "email", "ce_plan": "free"}),
    ("Logged In", {"method": "password"}, "login", {"ce_method": "password"}),
    ("Products Searched", {"query": "shoe", "results": 7}, "search", {"ce_query": "shoe", "ce_results": "7"}),
    ("Product Viewed", PRODUCT, "product_viewed", SEEN),
    (
        "Plan Viewed",
        {"plan_id": "pro", "plan_name": "Pro", "price": 240, "currency": "GBP"},
        "plan_viewed",
        {"ce_plan_id": "pro", "ce_plan_name": "Pro", "ce_price": "240", "ce_currency": "GBP"},
    ),
    (
        "Product Added",
        PRODUCT,
        "add_to_cart",
        {**{name: SEEN[name] for name in list(SEEN)[:-1]}, "ce_quantity": "2", "ce_currency": "GBP"},
    ),
    (
        "Checkout Started",
        {"value": 196, "currency": "GBP", "coupon": "C"},
        "checkout_started",
        {"ce_amount": "196", "ce_currency": "GBP", "ce_coupon": "C"},
    ),
    (
        "Order Completed",
        {
            "order_id": "O-1",
            "revenue": 120.5,
            "currency": "GBP",
            "coupon": "C",
            "tax": 20,
            "shipping": 5,
            "discount": 1,
        },
        "purchase",
        {
            "ce_order_id": "O-1",
            "ce_amount": "120.5",
            "ce_currency": "GBP",
            "ce_coupon": "C",
            "ce_tax": "20",
            "ce_shipping": "5",
            "ce_discount": "1",
        },
    ),
    (
        "Subscription Started",
        {"subscription_id": "S-1", "plan_id": "pro", "plan_name": "Pro", "revenue": 240, "currency": "GBP"},
        "subscription_started",
        {
            "ce_subscription_id": "S-1",
            "ce_plan_id": "pro",
            "ce_plan_name": "Pro",
            "ce_amount": "240",
            "ce_currency": "GBP",
        },
    ),
    (
        "Lead Generated",
        {"lead_id": "L-1", "form": "call-back", "value": 50, "currency": "GBP"},
        "lead",
        {"ce_lead_id": "L-1", "ce_form": "call-back", "ce_amount": "50", "ce_currency": "GBP"},
    ),
]


@pytest.mark.parametrize(("name", "properties", "vendor_name", "own"), DEFAULT)
def test_default_sends_the_documented_fields_in_order(
    name: str, properties: Any, vendor_name: str, own: dict[str, str]
) -> None:
    (request,) = mapped(event(name, properties, userId="user-123", traits=TRAITS)).requests
    assert request.url.startswith("https://www.woopra.com/track/ce/?")
    assert sent(request) == [*HEAD.items(), ("event", vendor_name), *VISITOR.items(), *own.items()]
    assert request.headers == (("User-Agent", AGENT),)


def test_identify_sends_traits_alone() -> None:
    (request,) = mapped(event("identify", userId="user-123", traits=TRAITS)).requests
    assert request.url.startswith("https://www.woopra.com/track/identify/?")
    head = {name: value for name, value in HEAD.items() if name != "ce_app"}
    assert sent(request) == [*head.items(), *VISITOR.items()]
    assert request.header("User-Agent") == AGENT


def test_the_default_comes_first_and_knows_the_table() -> None:
    presets = VENDOR.presets()
    assert list(presets) == ["default", "recommended"]
    table = {name: rules.vendor_event_name for name, rules in presets["default"].events.items()}
    assert table == {"identify": None, **{row[0]: row[2] for row in DEFAULT}}
    assert {name: rules.vendor_event_name for name, rules in presets["recommended"].events.items()} == table
    assert VENDOR.consent_categories == ("analytics",)


@pytest.mark.parametrize("preset", ["default", "recommended"])
def test_what_is_not_listed_is_dropped_with_a_reason(preset: str) -> None:
    for source in (event("group", groupId="g"), event("Cart Viewed")):
        payload = mapped(source, preset)
        assert (payload.status, payload.requests) == ("skipped", ())
        assert source.key in (payload.reason or "")


@pytest.mark.parametrize(
    ("name", "properties", "target", "value"),
    [
        ("page", {"url": "https://own.example/", "title": "Own"}, "ce_title", "Own"),
        ("page", {"url": "https://own.example/"}, "ce_url", "https://own.example/"),
        ("Order Completed", {"total": 9}, "ce_amount", "9"),
        ("Order Completed", {"value": 0}, "ce_amount", "0"),
        ("Order Completed", {"transaction_id": "T-1"}, "ce_order_id", "T-1"),
        ("Products Searched", {"search_term": "shoe"}, "ce_query", "shoe"),
        ("Product Viewed", {"item_name": "Shoe"}, "ce_name", "Shoe"),
    ],
)
def test_other_spellings(name: str, properties: dict[str, Any], target: str, value: str) -> None:
    assert dict(sent(mapped(event(name, properties)).requests[0]))[target] == value


def recommended(source: Event) -> dict[str, str]:
    (request,) = mapped(source, "recommended").requests
    return dict(sent(request))


def test_recommended_keeps_the_time_the_referrer_and_the_campaign() -> None:
    pairs = recommended(event("Order Completed", {"order_id": "O-1"}))
    assert pairs["timestamp"] == "1795168800250"
    assert pairs["referer"] == "https://www.example.org/"
    assert {name: value for name, value in pairs.items() if "campaign" in name} == {
        "ce_campaign_source": "news",
        "ce_campaign_medium": "email",
        "ce_campaign_name": "spring",
    }


def test_recommended_names_a_page_as_the_browsers_tracker_does() -> None:
    pairs = recommended(event("page"))
    assert {name: pairs[name] for name in ("ce_url", "ce_uri", "ce_domain", "ce_title")} == {
        "ce_url": "/p?ref=1",
        "ce_uri": "https://shop.example.com/p?ref=1",
        "ce_domain": "shop.example.com",
        "ce_title": "Wool Runner – Shop",
    }
    assert "ce_referrer" not in pairs


def test_recommended_stands_in_for_a_cookie_that_is_missing() -> None:
    assert recommended(event("Logged In"))["cookie"] == COOKIE
    assert recommended(event("Logged In", vendor_ids={}))["cookie"] == "a1b2c3d4e5f60718"
    assert "cookie" not in dict(sent(mapped(event("Logged In", vendor_ids={})).requests[0]))


def test_recommended_identify_has_no_property_of_an_event() -> None:
    pairs = recommended(event("identify", userId="user-123", traits=TRAITS))
    assert not [name for name in pairs if name.startswith("ce_") or name in ("event", "timestamp", "referer")]


def test_an_address_that_is_none_is_left_out_with_a_finding() -> None:
    program = VENDOR.presets()["recommended"].compile(settings(), transforms=VENDOR.transforms)
    result = program.run(event("page", {"url": "/only/a/path"}))
    assert not isinstance(result, str)
    targets = [target for target, _ in result.pairs]
    assert "ce_uri" in targets
    assert "ce_url" not in targets
    assert {finding.field for finding in result.findings()} == {"ce_url", "ce_domain"}
