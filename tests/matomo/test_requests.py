"""A payload becomes one form POST for each of its requests."""

from __future__ import annotations

import pytest

from signal_tui.api import Form, Mapping_
from tests.matomo.integration import VENDOR, event, mapped, sent, settings


@pytest.mark.parametrize("url", ["https://analytics.example.com", "http://127.0.0.1:8090/stats", "https://a.example/"])
def test_hits_go_to_the_tracker_of_the_instance(url: str) -> None:
    (request,) = mapped(event("page"), config=settings(matomo_url=url)).requests
    assert request.url == url.rstrip("/") + "/matomo.php"
    assert request.method == "POST"
    assert isinstance(request.body, Form)


def test_a_skipped_payload_has_no_request() -> None:
    assert mapped(event("Cart Viewed")).requests == ()


def test_pairs_keep_the_order_of_their_fields_and_their_request() -> None:
    payload = mapped(event("Order Completed", {"order_id": "O-1"}), "recommended")
    for number, request in enumerate(payload.requests):
        fields = [field.target for field in payload.fields if field.request == number]
        assert [name for name, _ in sent(request)] == fields
    assert len(payload.requests) == 2


def test_own_mappings_carry_dimensions_and_goals() -> None:
    own = [
        Mapping_(target="dimension3", sources=("properties.coupon",), event="Order Completed", origin="own"),
        Mapping_(target="idgoal", value="4", event="page", origin="own"),
    ]
    blueprint = VENDOR.presets()["retail"].with_mappings(own)
    order = blueprint.compile(settings()).run(event("Order Completed", {"order_id": "O-1", "coupon": "SPRING"}))
    page = blueprint.compile(settings()).run(event("page"))
    assert not isinstance(order, str)
    assert not isinstance(page, str)
    assert ("dimension3", "SPRING") in order.pairs
    assert ("idgoal", "4") in page.pairs


def test_values_with_marks_of_forms_survive() -> None:
    odd = "a=b&c+d%20é🎉 <b>\n"
    (request,) = mapped(event("page", {"title": odd})).requests
    assert dict(sent(request))["action_name"] == odd
