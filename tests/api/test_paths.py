"""Dotted paths into an event."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event
from signal_tui.api.paths import PathError, getter, parse_path, path_text

EVENT = Event.read(
    {
        "type": "track",
        "event": "Order Completed",
        "userId": "u",
        "anonymousId": "a",
        "properties": {
            "total": 0,
            "free": False,
            "empty": "",
            "products": [{"sku": "S1"}, {"sku": "S2"}],
            "null": None,
        },
        "context": {"userAgent": "UA", "page": {"url": "https://x/"}},
        "vendor_ids": {"cookie": "c"},
    }
)


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("properties.total", 0, "properties.total"),
        ("properties.free", False, "properties.free"),
        ("properties.empty", None, "properties.empty"),
        ("properties.null", None, "properties.null"),
        ("properties.absent", None, "properties.absent"),
        ("properties.products[1].sku", "S2", "properties.products[1].sku"),
        ("properties.products[2].sku", None, "properties.products[2].sku"),
        ("properties.products.sku", None, "properties.products.sku"),
        ("properties.total.deeper", None, "properties.total.deeper"),
        ("properties[0]", None, "properties[0]"),
        ("user_id", "u", "userId"),
        ("userId", "u", "userId"),
        ("event.userId", "u", "userId"),
        ("event.user_id", "u", "userId"),
        ("event.event", "Order Completed", "event"),
        ("event", "Order Completed", "event"),
        ("event.properties.products[0].sku", "S1", "properties.products[0].sku"),
        ("event.vendorIds.cookie", "c", "vendor_ids.cookie"),
        ("context.anonymous_id", "a", "anonymousId"),
        ("context.user_agent", "UA", "context.userAgent"),
        ("context.page.url", "https://x/", "context.page.url"),
        ("context.device.type", None, "context.device.type"),
        ("traits.email", None, "traits.email"),
        ("groupId", None, "groupId"),
    ],
)
def test_reading_a_path(path: str, value: Any, shown: str) -> None:
    steps = parse_path(path)
    found = getter(steps)(EVENT.tree)
    assert found == value
    assert type(found) is type(value)
    assert path_text(steps) == shown


@pytest.mark.parametrize(
    "path",
    ["", ".", "a.", ".a", "a..b", "[0]", "event[0]", "a[x]", "a[-1]", "a[0", "a]", "a[0]b", "a[" + "9" * 5000 + "]"],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(PathError, match="is no path"):
        parse_path(path)


@given(st.text(st.sampled_from(list("ab.[]019 event_")), max_size=20) | st.text(max_size=10))
def test_any_text_is_a_path_or_a_path_error(text: str) -> None:
    try:
        steps = parse_path(text)
    except PathError:
        return
    getter(steps)(EVENT.tree)
    assert parse_path(path_text(steps)) == steps or path_text(steps).startswith(("event", "context"))
