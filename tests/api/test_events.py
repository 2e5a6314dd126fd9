"""The canonical event in both spellings, and errors that name the place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event, EventError, aliases_of
from signal_tui.api.events import ALIASES, CONTEXT_KEYS, ENVELOPE_KEYS

KEYS = ["type", "event", "name", "properties", "traits", "context", "consent", "timestamp"]
keys = st.sampled_from([*KEYS, *ENVELOPE_KEYS, *ENVELOPE_KEYS.values(), *CONTEXT_KEYS, "page", "device", "campaign"])
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["track", "page", "identify", "group"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=3), inner, max_size=6),
    max_leaves=20,
)


@given(json_values)
def test_any_json_is_an_event_or_an_event_error(value: Any) -> None:
    try:
        event = Event.read(value)
    except EventError:
        return
    assert event.key
    assert event.title
    assert Event.read(event.wire()) == event
    assert set(event.consent.values()) <= {True, False}


@given(json_values)
def test_an_envelope_with_any_members_is_an_event_or_an_event_error(value: Any) -> None:
    wire = {**value, "type": "page"} if isinstance(value, dict) else {"type": "page", "properties": value}
    try:
        event = Event.read(wire)
    except EventError:
        return
    for key in ("properties", "traits", "context", "vendor_ids"):
        assert isinstance(event.tree[key], dict)


def test_both_spellings_give_the_same_event() -> None:
    camel = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u",
        "anonymousId": "a",
        "groupId": "g",
        "messageId": "m",
        "sentAt": "s",
        "receivedAt": "r",
        "vendor_ids": {"woopra_cookie": "c"},
        "context": {"userAgent": "UA", "timezone": "Europe/London", "locale": "en-GB"},
    }
    snake = {
        "type": "track",
        "event": "Order Completed",
        "user_id": "u",
        "anonymous_id": "a",
        "group_id": "g",
        "message_id": "m",
        "sent_at": "s",
        "received_at": "r",
        "vendorIds": {"woopra_cookie": "c"},
        "context": {"user_agent": "UA", "time_zone": "Europe/London", "locale": "en-GB"},
    }
    assert Event.read(snake) == Event.read(camel)
    assert Event.read(snake).wire() == camel


def test_the_same_value_in_both_spellings_is_one() -> None:
    assert Event.read({"type": "page", "userId": "u", "user_id": "u"}).user_id == "u"


@pytest.mark.parametrize(
    ("wire", "path", "words"),
    [
        (5, "", "an object, not a number"),
        ([], "", "not a list"),
        ({}, "type", "is missing"),
        ({"type": "screen"}, "type", "track, page, identify, group"),
        ({"type": ["track"]}, "type", "must be one of"),
        ({"type": "track"}, "event", "needs its name"),
        ({"type": "track", "event": ""}, "event", "not empty"),
        ({"type": "track", "event": 5}, "event", "a text"),
        ({"type": "page", "name": {}}, "name", "not an object"),
        ({"type": "page", "properties": []}, "properties", "must be an object, not a list"),
        ({"type": "page", "user_id": 5}, "userId", "must be a text, not a number"),
        ({"type": "page", "timestamp": 1732060800}, "timestamp", "must be a text"),
        ({"type": "page", "context": {"page": "x"}}, "context.page", "not a text"),
        ({"type": "page", "context": {"consent": True}}, "context.consent", "true or false"),
        ({"type": "page", "userId": "a", "user_id": "b"}, "user_id", "there twice"),
        ({"type": "page", "context": {"userAgent": "a", "user_agent": "b"}}, "context.user_agent", "there twice"),
        (
            {"type": "page", "consent": {"analytics": True}, "context": {"consent": {"analytics": False}}},
            "consent",
            "twice",
        ),
    ],
)
def test_errors_name_the_path(wire: Any, path: str, words: str) -> None:
    with pytest.raises(EventError) as caught:
        Event.read(wire)
    assert caught.value.path == path
    assert words in str(caught.value)


def test_a_long_wrong_type_makes_a_short_message() -> None:
    with pytest.raises(EventError) as caught:
        Event.read({"type": "x" * 100_000})
    assert len(str(caught.value)) < 300


def test_consent_beside_the_context_counts() -> None:
    beside = Event.read({"type": "page", "consent": {"analytics": True}, "context": {"consent": None}})
    assert beside.consent == {"analytics": True}
    assert Event.read({"type": "page", "consent": None, "context": {"consent": {"analytics": False}}}).consent == {
        "analytics": False
    }


def test_unknown_members_stay() -> None:
    assert Event.read({"type": "page", "integrations": {"all": True}}).wire() == {
        "type": "page",
        "integrations": {"all": True},
    }


def test_reading_leaves_its_input_alone() -> None:
    wire = {"type": "page", "user_id": "u", "context": {"user_agent": "x"}, "consent": {"analytics": True}}
    Event.read(wire)
    assert wire == {"type": "page", "user_id": "u", "context": {"user_agent": "x"}, "consent": {"analytics": True}}


@pytest.mark.parametrize(
    ("wire", "key", "title"),
    [
        ({"type": "track", "event": "Signed Up"}, "Signed Up", "Signed Up"),
        ({"type": "page"}, "page", "page"),
        ({"type": "page", "name": "Home"}, "page", "page Home"),
        ({"type": "identify", "userId": ""}, "identify", "identify"),
    ],
)
def test_what_an_event_is_called(wire: dict[str, Any], key: str, title: str) -> None:
    event = Event.read(wire)
    assert (event.key, event.title, event.user_id) == (key, title, None)


def test_a_copy_with_changes_is_checked() -> None:
    event = Event.read({"type": "page"})
    assert event.with_(userId="u").user_id == "u"
    assert event.user_id is None
    with pytest.raises(EventError):
        event.with_(userId=5)


def test_aliases() -> None:
    assert aliases_of("purchase") == ("Order Completed", "order_completed")
    assert aliases_of("Order Completed") == ("order_completed", "purchase")
    assert aliases_of("Something Else") == ()
    names = [name for group in ALIASES for name in group]
    assert len(names) == len(set(names))
