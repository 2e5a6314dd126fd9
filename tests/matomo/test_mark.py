"""The run marker goes where it changes no report, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from signal_tui.api import Form, Json, Raw, Request
from tests.matomo.integration import VENDOR, event, mapped, sent

MARKER = "k3v9x2ab"
URL = "https://analytics.example.com/matomo.php"
BASE = (("idsite", "1"), ("rec", "1"), ("url", "https://shop.example/"))


def form(*pairs: tuple[str, Any]) -> Request:
    return Request(method="POST", url=URL, body=Form((*BASE, *pairs)))


@pytest.mark.parametrize(
    "pairs",
    [
        (("action_name", "Home"),),
        (("e_c", "Cart"), ("e_a", "Add")),
        (("search", "shoe"),),
        (("download", "https://shop.example/a.pdf"),),
        (("link", "https://other.example/"),),
        (("c_n", "Banner"),),
    ],
)
def test_actions_are_marked_at_the_end(pairs: tuple[tuple[str, Any], ...]) -> None:
    request = VENDOR.mark(form(*pairs), MARKER)
    assert request is not None
    assert sent(request) == [*BASE, *pairs, ("pv_id", "k3v9x2")]


@pytest.mark.parametrize(
    "pairs",
    [
        (("idgoal", "0"), ("ec_id", "O-1")),
        (("idgoal", "0"),),
        (("idgoal", "3"),),
        (("ping", "1"),),
        (("pv_id", "abc123"),),
        (("pv_id", ""),),
    ],
)
def test_no_place_for_a_marker(pairs: tuple[tuple[str, Any], ...]) -> None:
    assert VENDOR.mark(form(*pairs), MARKER) is None


@pytest.mark.parametrize("marker", ["", "short", "no-hex", "é" * 6])
def test_no_marker_that_matomo_would_not_keep(marker: str) -> None:
    assert VENDOR.mark(form(), marker) is None


def test_a_request_that_carries_its_hit_in_the_query() -> None:
    request = Request(method="GET", url=f"{URL}?idsite=1&rec=1#top")
    made = VENDOR.mark(request, MARKER)
    assert made is not None
    assert made.url == f"{URL}?idsite=1&rec=1&pv_id=k3v9x2#top"


def test_a_body_of_bytes_is_not_touched() -> None:
    raw = Raw(b"idsite=1&rec=1&action_name=P", "application/x-www-form-urlencoded")
    made = VENDOR.mark(Request(method="POST", url=URL, body=raw), MARKER)
    assert made is not None
    assert (made.url, made.body) == (f"{URL}?pv_id=k3v9x2", raw)


def test_bulk_and_empty_requests_are_not_marked() -> None:
    bulk = Request(method="POST", url=URL, body=Json({"requests": ["?idsite=1&rec=1"]}))
    assert VENDOR.mark(bulk, MARKER) is None
    assert VENDOR.mark(Request(method="POST", url=URL), MARKER) is None


def test_only_the_page_view_of_a_recommended_order_is_marked() -> None:
    page, order = mapped(event("Order Completed", {"order_id": "O-1"}), "recommended").requests
    assert VENDOR.mark(page, MARKER) is not None
    assert VENDOR.mark(order, MARKER) is None
