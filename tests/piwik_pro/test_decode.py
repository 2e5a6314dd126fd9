"""A captured hit becomes the event that it was made of, as far as it tells."""

from __future__ import annotations

from typing import Any

import pytest

from signal_tui.api import Form, Json, Raw, Request
from tests.piwik_pro.integration import APP, VENDOR, event, mapped

URL = "https://yourbrand.piwik.pro/ppms.php"
PRODUCT = {"sku": "SKU-1", "name": "Shoe", "category": "Shoes", "price": 98.5, "quantity": 2}
ORDER = {"order_id": "O-1", "revenue": 197, "tax": 20, "shipping": 5, "discount": 1, "products": [PRODUCT]}


def decoded(*pairs: tuple[str, str], at: float | None = None, remote: str | None = None) -> Any:
    body = Form((("idsite", APP), ("rec", "1"), *pairs))
    found = VENDOR.decode(Request(method="POST", url=URL, body=body, at=at, remote=remote))
    assert found is not None
    return found[0].tree


@pytest.mark.parametrize("preset", ["default", "recommended"])
@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("page", {}),
        ("Products Searched", {"query": "shoe"}),
        ("Product Viewed", {"name": "Shoe", "price": 98.5, "product_id": "P"}),
        ("Product Added", PRODUCT),
        ("Signed Up", {"method": "email"}),
        ("Order Completed", ORDER),
    ],
)
def test_the_way_back_of_the_presets(preset: str, name: str, properties: dict[str, Any]) -> None:
    source = event(name, properties, userId="user-123")
    (request,) = mapped(source, preset).requests
    found = VENDOR.decode(request)
    assert found is not None
    (back,) = found
    assert back.key == source.key
    assert (back.user_id, back.anonymous_id) == ("user-123", "a1b2c3d4e5f60718")
    assert back.tree["context"]["ip"] == source.tree["context"]["ip"]
    assert back.tree["context"]["locale"] == "en-GB"
    again = mapped(back, preset).requests[0]
    body, other = again.body, request.body
    assert type(body) is type(other)
    if name != "Product Added" or preset == "recommended":
        assert {k: v for k, v in _pairs(again) if k != "cdt"} == {k: v for k, v in _pairs(request) if k != "cdt"}


def _pairs(request: Request) -> list[tuple[str, Any]]:
    if isinstance(request.body, Json):
        return list(request.body.value.items())
    assert isinstance(request.body, Form)
    return list(request.body.pairs)


@pytest.mark.parametrize(
    ("pairs", "key", "properties"),
    [
        (
            (("e_c", "Video"), ("e_a", "play"), ("e_v", "2")),
            "play",
            {"category": "Video", "action": "play", "value": 2},
        ),
        ((("search", "shoe"), ("search_cats", '["A"]')), "Products Searched", {"query": "shoe", "category": "A"}),
        (
            (("url", "https://s.example/?q=a+b"),),
            "Products Searched",
            {"query": "a b", "url": "https://s.example/?q=a+b"},
        ),
        ((("idgoal", "3"), ("revenue", "5")), "Goal Converted", {"goal_id": "3", "revenue": 5}),
        ((("download", "https://s.example/a.pdf"),), "File Downloaded", {"file_url": "https://s.example/a.pdf"}),
        ((("link", "https://o.example/"),), "Link Clicked", {"link_url": "https://o.example/"}),
        ((("c_n", "Banner"),), "Content Viewed", {"content_name": "Banner"}),
        ((("c_n", "Banner"), ("c_i", "x")), "Content Clicked", {"content_name": "Banner", "interaction": "x"}),
        ((("e_t", "cart-update"), ("ec_products", '[["S"]]')), "Cart Updated", {"products": [{"sku": "S"}]}),
        ((("e_t", "remove-from-cart"), ("ec_products", '[["S"]]')), "Product Removed", {"sku": "S"}),
        (
            (("e_t", "add-to-cart"), ("ec_products", '[["S"],["T"]]')),
            "Product Added",
            {"products": [{"sku": "S"}, {"sku": "T"}]},
        ),
        ((("dimension2", "d"), ("action_name", "T")), "page", {"dimension2": "d", "title": "T"}),
    ],
)
def test_other_kinds(pairs: Any, key: str, properties: dict[str, Any]) -> None:
    tree = decoded(*pairs)
    assert (tree.get("event") or tree["type"], tree["properties"]) == (key, properties)


def test_the_time_is_the_hits_or_the_requests_or_none() -> None:
    assert decoded(("cdt", "1795168480"))["timestamp"] == "2026-11-20T09:54:40.000Z"
    assert decoded(("cdt", "2026-11-20 09:54:40"))["timestamp"] == "2026-11-20T09:54:40.000Z"
    assert decoded(at=1795168480.5)["timestamp"] == "2026-11-20T09:54:40.500Z"
    assert "timestamp" not in decoded()
    assert decoded(remote="203.0.113.1")["context"]["ip"] == "203.0.113.1"


def test_bulk_requests_and_pings() -> None:
    body = Json({"requests": [f"?idsite={APP}&rec=1&e_c=a&e_a=b", "?ping=1&rec=1", f"?idsite={APP}&rec=1"]})
    found = VENDOR.decode(Request(method="POST", url=URL, body=body))
    assert found is not None
    assert [one.key for one in found] == ["b", "page"]


@pytest.mark.parametrize(
    ("url", "body", "is_one"),
    [
        (URL, Raw(b"rec=1", "application/x-www-form-urlencoded"), True),
        (f"https://stats.example.com/piwik.php?idsite={APP}&rec=1", None, True),
        ("https://stats.example.com/piwik.php?idsite=1&rec=1", None, False),
        ("https://stats.example.com/other?rec=1", None, False),
        ("http://[broken", None, False),
        (URL, None, False),
    ],
)
def test_what_is_a_hit_of_piwik_pro(url: str, body: Any, is_one: bool) -> None:
    assert (VENDOR.decode(Request(method="POST", url=url, body=body)) is not None) is is_one
