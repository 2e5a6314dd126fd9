"""Events from pasted JavaScript calls."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event, dump_json
from signal_tui.core.calls import read_calls
from signal_tui.core.reading import ReadingError, read_events

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
MADE = ("anonymousId", "timestamp", "messageId")


def read(text: str) -> list[Event]:
    numbers = iter(range(1000))
    return read_events(text, now=NOW, new_id=lambda: f"id-{next(numbers)}")


def bare(text: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in event.wire().items() if key not in MADE} for event in read(text)]


def error(text: str) -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read_events(text)
    return caught.value


@pytest.mark.parametrize(
    ("call", "wire"),
    [
        ('datafly.track("Signed Up")', {"type": "track", "event": "Signed Up"}),
        (
            "datafly.track('Signed Up', {plan: 'free'});",
            {"type": "track", "event": "Signed Up", "properties": {"plan": "free"}},
        ),
        ("datafly.track(`Signed Up`, null)", {"type": "track", "event": "Signed Up"}),
        ("datafly.page()", {"type": "page"}),
        ("datafly.page({url: 'u', title: 't'})", {"type": "page", "properties": {"url": "u", "title": "t"}}),
        ('datafly.page("Home")', {"type": "page", "name": "Home"}),
        ('datafly.page("Home", {a: 1})', {"type": "page", "name": "Home", "properties": {"a": 1}}),
        ("datafly.page(null, {a: 1})", {"type": "page", "name": None, "properties": {"a": 1}}),
        ('datafly.identify("user-123")', {"type": "identify", "userId": "user-123"}),
        ('datafly.identify("u", {email: "e"})', {"type": "identify", "userId": "u", "traits": {"email": "e"}}),
        ("datafly.identify({email: 'e'})", {"type": "identify", "traits": {"email": "e"}}),
        ("datafly.group('g', {plan: 'p'})", {"type": "group", "groupId": "g", "traits": {"plan": "p"}}),
        ("_df.page()", {"type": "page"}),
        ("window.datafly.page()", {"type": "page"}),
        ("datafly . page ( )", {"type": "page"}),
        ("datafly?.page?.()", {"type": "page"}),
        ("if (ok) { datafly.page(); }", {"type": "page"}),
        ("button.onclick = () => datafly.page({},);", {"type": "page"}),
    ],
)
def test_calls(call: str, wire: dict[str, Any]) -> None:
    assert bare(call) == [wire]


def test_an_example_as_people_paste_it() -> None:
    (event,) = read(
        """
        datafly.track("Order Completed", {
          order_id: "ORD-001",
          revenue: 129.90,
          tax: 21.66,
          shipping: 4.99, // a comment, with 'quotes' and (brackets
          currency: "USD",
          url: "https://example.com/checkout/confirmation",
          products: [{sku: 'S1', 'price': 98.00,}, ], /* datafly.page() */
        });
        """
    )
    assert event.key == "Order Completed"
    assert dump_json(event.tree["properties"]) == (
        '{"order_id":"ORD-001","revenue":129.90,"tax":21.66,"shipping":4.99,"currency":"USD",'
        '"url":"https://example.com/checkout/confirmation","products":[{"sku":"S1","price":98.00}]}'
    )
    assert dump_json({key: event.tree[key] for key in MADE}) == (
        '{"anonymousId":"id-0","timestamp":"2026-11-20T10:00:00.000Z","messageId":"id-1"}'
    )


@pytest.mark.parametrize(
    ("literal", "json_text"),
    [
        ("98.00", "98.00"),
        ("-0.50", "-0.50"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5.0"),
        ("0x1F", "31"),
        ("1e3", "1e3"),
        ("12345678901234567890", "12345678901234567890"),
        ("true", "true"),
        ("null", "null"),
        (r"'it\'s \x41 A'", '"it\'s A A"'),
        ('"a, b) // c"', '"a, b) // c"'),
        ("'/* no comment */'", '"/* no comment */"'),
        (r"'\ud83d\ude00'", '"😀"'),
        ("'a\\\nb'", '"ab"'),
        ('`say "hi" \\` \\${x}\nnext`', '"say \\"hi\\" ` ${x}\\nnext"'),
        ("[]", "[]"),
        ("[1,2,]", "[1,2]"),
        ("{}", "{}"),
        ("{'a-b': {$c: [{}]}}", '{"a-b":{"$c":[{}]}}'),
    ],
)
def test_literals(literal: str, json_text: str) -> None:
    (wire,) = bare(f"datafly.track('X', {{value: {literal}}})")
    assert dump_json(wire["properties"]["value"]) == json_text


def test_many_calls_are_of_one_visitor() -> None:
    events = read(
        """
        // the visit
        datafly.page({url: 'https://shop.example.com/'})
        datafly.identify("user-123", {email: 'jane.doe@example.com'});
        const x = 'datafly.page()';  /* datafly.page() */
        datafly.track('Logged In', {method: 'password'}); datafly.group('acme', {plan: 'p'})
        """
    )
    assert [(event.key, event.user_id, event.tree["traits"]) for event in events] == [
        ("page", None, {}),
        ("identify", "user-123", {"email": "jane.doe@example.com"}),
        ("Logged In", "user-123", {"email": "jane.doe@example.com"}),
        ("group", "user-123", {"plan": "p"}),
    ]
    assert {event.anonymous_id for event in events} == {"id-0"}
    assert len({event.tree["messageId"] for event in events}) == 4


@pytest.mark.parametrize(
    ("text", "line", "column", "expression", "advice"),
    [
        (
            "datafly.page({\n  url: window.location.href,\n  title: 'x'\n});",
            2,
            8,
            "window.location.href",
            "write its value",
        ),
        ("datafly.page({url: 'u', title: document.title})", 1, 32, "document.title", "write its value"),
        ("datafly.track(name)", 1, 15, "name", "write its value"),
        ("datafly.track('X', props)", 1, 20, "props", "write its value"),
        ("datafly.track('X', {total: 1 + 2})", 1, 28, "1 + 2", "write its value"),
        ("datafly.track('X', {a: 'x' + y})", 1, 24, "'x' + y", "write its value"),
        ("datafly.track('X', {a: `x${y}`})", 1, 24, "`x${y}`", "write its value"),
        ("datafly.track('X', {at: new Date()})", 1, 25, "new Date()", "write its value"),
        ("datafly.track('X', {a: [1, f(2, 3)]})", 1, 28, "f(2, 3)", "write its value"),
        ("datafly.track('X', {...rest})", 1, 21, "...rest", "write its value"),
        ("datafly.track('X', {total})", 1, 21, "total", "write its value"),
        ("datafly.track('X', {[key]: 1})", 1, 21, "[key]: 1", "write its value"),
        ("datafly.track('X', {a: undefined})", 1, 24, "undefined", "leave the property out"),
        ("datafly.track('X', {a: items[0]})", 1, 24, "items[0]", "write its value"),
        ("datafly.track('X', {a: [1].length})", 1, 24, "[1].length", "write its value"),
        ("datafly.track('X', {a: () => {\n return 1\n}})", 1, 24, "() => { return 1 }", "write its value"),
    ],
)
def test_code_is_named(text: str, line: int, column: int, expression: str, advice: str) -> None:
    found = error(text)
    assert (found.line, found.column) == (line, column)
    assert f": {expression} is code" in found.message
    assert advice in found.message
    assert found.message.startswith(("datafly.page", "datafly.track"))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("datafly.track()", 1, "needs the name of the event"),
        ("datafly.track({a: 1})", 1, "needs the name of the event"),
        ("datafly.track('')", 1, "not empty"),
        ("\n\ndatafly.track(5, {})", 3, "the event's name must be a text"),
        ("datafly.identify(123)", 1, "userId must be a text in quotes, not a number"),
        ("datafly.group()", 1, "needs the groupId"),
        ("datafly.track('X', 'y')", 1, "must be an object, not a text"),
        ("datafly.track('X', {}, {})", 1, "two arguments at most"),
        ("datafly.track('X', {a: 1", 1, "never closed"),
        ("datafly.track('X', {a: [1})", 1, "expected ']', found '}'"),
        ("datafly.track('X', {a: 1 b: 2})", 1, "unexpected b"),
        ("datafly.track('X', {a: 'b' c: 2})", 1, "unexpected c"),
        ("datafly.track('X',\n {\n a: 'b\n'})", 3, "datafly.track"),
        ("datafly.track('X', {a: NaN})", 1, "NaN is no number"),
        ("datafly.track('X', {a: -Infinity})", 1, "Infinity is no number"),
        ("\nanalytics.track('X')", 2, "analytics.track is another library's"),
        ("// nothing here", None, "there is no datafly.track"),
        ("datafly.track('X', {a: " + "[" * 5000, 1, "nested more than 40"),
        ("datafly.track('X', {a: '" + "x" * 300_000 + "'})", 1, "must be JSON"),
    ],
)
def test_wrong_calls(text: str, line: int | None, words: str) -> None:
    found = error(text)
    assert found.line == line
    assert words in found.message


def test_a_long_argument_in_json_is_read() -> None:
    text = f'datafly.track("X", {{"a": "{"x" * 1_000_000}"}})'
    assert len(bare(text)[0]["properties"]["a"]) == 1_000_000


@pytest.mark.parametrize(
    "text", ["'" * 200_000, "\\'" * 200_000, "`" * 200_001, "/*" * 100_000, "datafly.page(" * 50_000, "{" * 500_000]
)
def test_awkward_texts_are_quick(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(ReadingError):
        list(read_calls(text))
    assert time.monotonic() - started < 3


PIECES = [
    "datafly.track(",
    "'X'",
    ", ",
    "{",
    "}",
    "a: ",
    "1",
    "`",
    '"',
    "'",
    ")",
    "[",
    "]",
    "//",
    "/*",
    "*/",
    "\n",
    "\\",
    "${",
    "x",
    ";",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_script_is_read_or_a_reading_error(pieces: list[str]) -> None:
    try:
        events = list(read_calls("".join(pieces)))
    except ReadingError:
        return
    assert all(dump_json(event.wire()) for event in events)
