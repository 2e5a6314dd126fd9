"""What was recorded otherwise than sent, with its weight."""

from __future__ import annotations

from typing import Any

import pytest

from signal_tui.api import Field
from tests.piwik_pro.live import PAGE, VISITOR, Debugger, hit, log, page, session, verdict, weighed

EVENT = {"event_type": [5, "Custom event"], "custom_event_category": "Cart", "custom_event_action": "Add"}
ORDER = {"event_type": [9, "Ecommerce conversion"], "order_id": "O-1", "revenue": 196.0}
ITEM = {"sku": "S", "name": "N", "price": 98.0, "quantity": 2, "category1": "A", "category2": "B"}
CART: dict[str, Any] = {"e_c": "Cart", "e_a": "Add"}
BUY: dict[str, Any] = {"e_t": "order", "ec_id": "O-1", "revenue": "196.00"}


def compared(sent: dict[str, Any], event: dict[str, Any], /, **more: Any) -> Any:
    seen = Debugger([session(page(**{"event_title": "", **event}), **more)], [log()])
    logged = {
        name: value for name, value in sent.items() if name in ("e_c", "e_a", "ec_id", "search", "idgoal", "link")
    }
    seen.logs = Debugger(logs=[log(**logged)]).logs
    return verdict(hit(**sent), seen)


@pytest.mark.parametrize(
    ("sent", "event", "more", "same"),
    [
        (
            {**CART, "e_n": "x", "e_v": "98.00"},
            {**EVENT, "custom_event_name": "x", "custom_event_value": 98},
            {},
            "e_v",
        ),
        (BUY, ORDER, {}, "revenue"),
        (BUY, ORDER, {}, "e_t"),
        ({"idgoal": "0", "ec_id": "O-1", "revenue": "196"}, ORDER, {}, "idgoal"),
        ({**BUY, "ec_products": '[["S","N",["A","B"],98.00,2]]'}, {**ORDER, "items": [ITEM]}, {}, "ec_products"),
        (
            {"search": "shoe", "search_count": "3"},
            {"event_type": [4, "Search"], "search_keyword": "shoe", "search_results_count": 3},
            {},
            "search_count",
        ),
        (
            {"idgoal": "3", "revenue": "5"},
            {"event_type": [8, "Goal conversion"], "goal_id": 3, "goal_revenue": 5},
            {},
            "idgoal",
        ),
        (
            {"link": "https://o.example/"},
            {"event_type": [2, "Outlink"], "outlink_url": "https://o.example/"},
            {},
            "link",
        ),
        ({"cdt": "1795168480", **PAGE}, {"event_title": "Home"}, {}, "cdt"),
        ({"cip": "203.0.113.7", **PAGE}, {"event_title": "Home"}, {}, "cip"),
        ({"uid": "u", **PAGE}, {"event_title": "Home"}, {"user_id": "u"}, "uid"),
        (
            {"urlref": "https://r.example/", **PAGE},
            {"event_title": "Home"},
            {"referrer_url": "https://r.example/"},
            "urlref",
        ),
        ({"dimension2": "d", **PAGE}, {"event_title": "Home", "event_custom_dimension_2": "d"}, {}, "dimension2"),
        ({"dimension3": "d", **PAGE}, {"event_title": "Home"}, {"session_custom_dimension_3": "d"}, "dimension3"),
    ],
)
def test_recorded_as_sent(sent: dict[str, Any], event: Any, more: Any, same: str) -> None:
    found = compared(sent, event, **more)
    assert (found.state, found.differences) == ("found", ())
    assert same in found.same


@pytest.mark.parametrize(
    ("sent", "event", "more", "field"),
    [
        ({**CART, "e_n": "x"}, EVENT, {}, "e_n"),
        ({**CART, "e_v": "98.00"}, {**EVENT, "custom_event_value": 9.8}, {}, "e_v"),
        (BUY, {**ORDER, "revenue": 129}, {}, "revenue"),
        (
            {**BUY, "ec_products": '[["S"],["T"]]'},
            {**ORDER, "items": [{**ITEM, "price": 0, "quantity": 1}]},
            {},
            "ec_products[1]",
        ),
        (
            {**BUY, "ec_products": '[["S","N",null,99]]'},
            {**ORDER, "items": [{**ITEM, "quantity": 1}]},
            {},
            "ec_products[0].price",
        ),
        ({**BUY, "ec_products": '[["S"]]'}, ORDER, {}, "ec_products[0]"),
        (BUY, {"event_type": [16, "Cart update"], "revenue": 196}, {}, "e_t"),
        (CART, {"event_type": [1, "Page view"]}, {}, "e_c"),
        (PAGE, {"event_title": "Ho"}, {}, "action_name"),
        ({"url": "https://shop.example/home?q=x"}, {"event_type": [4, "Search"], "search_keyword": "x"}, {}, "url"),
        ({"cip": "203.0.113.9", **PAGE}, {"event_title": "Home"}, {}, "cip"),
        ({"cip": "nowhere", **PAGE}, {"event_title": "Home"}, {}, "cip"),
        ({"cip": "203.0.113.7", "rmip": "1", **PAGE}, {"event_title": "Home"}, {}, "cip"),
        ({"uid": "u", **PAGE}, {"event_title": "Home"}, {"user_id": "v"}, "uid"),
        ({"dimension9": "d", **PAGE}, {"event_title": "Home"}, {}, "dimension9"),
        ({"cdt": "1795168400", **PAGE}, {"event_title": "Home"}, {}, "cdt"),
    ],
)
def test_a_value_that_was_lost_or_changed(sent: dict[str, Any], event: Any, more: Any, field: str) -> None:
    found = compared(sent, event, **more)
    assert found.state == "altered"
    assert field in weighed(found, "altered")


@pytest.mark.parametrize(
    ("sent", "event", "more", "field"),
    [
        ({"cip": "203.0.113.7", **PAGE}, {"event_title": "Home"}, {"location_ipv4": "203.0.0.0"}, "cip"),
        ({"cip": "203.0.113.7", **PAGE}, {"event_title": "Home"}, {"location_ipv4": None}, "cip"),
        ({"cip": "203.0.113.9", **PAGE}, {"event_title": "Home", "is_entry": False, "event_index": 1}, {}, "cip"),
        ({"url": f"{PAGE['url']}?gclid=1"}, {}, {}, "url"),
        ({"url": f"{PAGE['url']}#top"}, {}, {}, "url"),
        ({"action_name": " Home "}, {"event_title": "Home"}, {}, "action_name"),
        ({**BUY, "revenue": "196.004"}, ORDER, {}, "revenue"),
    ],
)
def test_what_is_the_way_of_piwik_pro(sent: dict[str, Any], event: Any, more: Any, field: str) -> None:
    first = page(event_id_hex="9" * 16, event_url="https://shop.example/first", log_uuids=[])
    shown = page(**{"event_title": "", **event})
    events = [first, shown] if event.get("is_entry") is False else [shown]
    logged: dict[str, Any] = {name: value for name, value in sent.items() if name == "ec_id"}
    found = verdict(hit(**sent), Debugger([session(*events, **more)], [log(**logged)]))
    assert (found.state, weighed(found, "expected")) == ("found", [field])


def test_what_only_the_raw_request_shows() -> None:
    sent: dict[str, Any] = {"lang": "en-GB", "res": "1920x1080", "ua": "Mozilla/5.0", **PAGE}
    seen = Debugger([session(page())], [log(lang="en-GB", res="1920x1080", ua="<anonymized>", **PAGE)])
    found = verdict(hit(**sent), seen)
    assert {"lang", "res", "_id"} <= set(found.same)
    assert "ua" not in found.same


def test_a_mapped_name_that_piwik_pro_has_not_is_lost() -> None:
    found = verdict(hit(_pks="S", ts_n="signal", **PAGE), Debugger([session(page())], [log(**PAGE)]))
    assert weighed(found, "altered") == ["_pks"]


def test_carriers_are_no_values() -> None:
    sent = hit(send_image="0", token_auth="t", r="1", **PAGE)
    assert Field(target="token_auth", value="t", source="properties") in sent.fields
    found = verdict(sent, Debugger([session(page())], [log(**PAGE)]))
    assert (found.state, found.differences) == ("found", ())


def test_cid_overwrites_the_id() -> None:
    other = "0123456789abcdef"
    shown = session(page(), cookie_id_hex=other, visitor_id_hex=other)
    found = verdict(hit(cid=other, **PAGE), Debugger([shown], [log(cid=other, **PAGE)]))
    assert (found.state, weighed(found, "expected")) == ("found", ["_id"])
    assert other != VISITOR
