"""Events made again."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event, dump_json
from signal_tui.core.duplicates import duplicated, free_name
from signal_tui.core.samples import samples

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def ids() -> Any:
    numbers = iter(range(1, 1000))
    return lambda: str(uuid.uuid5(uuid.NAMESPACE_URL, str(next(numbers))))


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
@pytest.mark.parametrize("new_visitor", [False, True])
def test_only_what_must_be_new_is_new(sample: Any, new_visitor: bool) -> None:
    before = sample.event.wire()
    after = duplicated(sample.event, NOW, ids(), new_visitor=new_visitor).wire()
    assert list(before) == list(after)
    assert after["timestamp"] == "2026-11-20T10:00:00.000Z"
    fresh = {"timestamp", "messageId"} | ({"anonymousId", "vendor_ids"} if new_visitor else set())
    assert {key for key in before if key != "properties" and before[key] != after[key]} == fresh
    properties = before.get("properties", {})
    assert {key for key in properties if after["properties"][key] != properties[key]} == {
        key for key in properties if key in ("order_id", "transaction_id")
    }
    assert dump_json(after.get("traits")) == dump_json(before.get("traits")), "numbers as they were written"


@pytest.mark.parametrize(
    ("before", "kind"), [("ORD-001", r"ORD-261120-\w{8}"), ("1001", r"\d+"), (1001, r"\d+"), ("#7", r"261120-\w{8}")]
)
def test_an_order_id_stays_of_its_kind(before: Any, kind: str) -> None:
    import re

    event = Event.read({"type": "page", "properties": {"order_id": before}})
    after = duplicated(event, NOW, ids()).tree["properties"]["order_id"]
    assert type(after) is type(before)
    assert after != before
    assert re.fullmatch(kind, str(after))


def test_what_was_never_named_stays_unnamed_and_old_times_go() -> None:
    event = Event.read({"type": "page", "receivedAt": "t", "sent_at": "t", "properties": {"order_id": ""}})
    after = duplicated(event, NOW, ids()).wire()
    assert after["properties"] == {"order_id": ""}
    assert after.keys() == {"type", "properties", "anonymousId", "timestamp", "messageId"}


def test_a_new_visitor_keeps_the_manner_of_the_ids() -> None:
    tree = {"type": "page", "anonymousId": "anon_a1b2c3d4", "vendor_ids": {"x": "AB12-ghJ.é", "n": 3}}
    after = duplicated(Event.read(tree), NOW, ids(), new_visitor=True).tree
    assert after["anonymousId"].startswith("anon_")
    assert len(after["anonymousId"]) == 13
    cookie = after["vendor_ids"]["x"]
    assert [one.isdigit() for one in cookie] == [one.isdigit() for one in "AB12-ghJ.é"]
    assert cookie[:2].isupper()
    assert cookie[4] + cookie[8:] == "-.é"


@given(st.text(max_size=20), st.sets(st.text(max_size=20), max_size=5))
def test_a_free_name_is_free(title: str, taken: set[str]) -> None:
    assert free_name(title, taken) not in taken
    assert free_name("page", {"page 2", "page 3"}) == "page 4"
    assert free_name("page 4", {"page 4"}) == "page 2"
