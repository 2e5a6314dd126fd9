"""Events from JSON, NDJSON and YAML, and errors that say where."""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event, dump_json
from signal_tui.core.reading import LIMIT, ReadingError, composed, iter_events, read_event_json, read_events

PAGE = '{"type":"page"}'


def wires(text: str | bytes, name: str = "") -> list[dict[str, Any]]:
    return [event.wire() for event in read_events(text, name=name)]


def error(text: str | bytes, name: str = "") -> ReadingError:
    with pytest.raises(ReadingError) as caught:
        read_events(text, name=name)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"page","properties":{"price":98.00}}',
        '[{"type":"page","properties":{"price":98.00}}]',
        '{"batch":[{"type":"page","properties":{"price":98.00}}],"sentAt":"x"}',
        '\ufeff \n{"type":"page","properties":{"price":98.00}}\n',
        "type: page\nproperties:\n  price: 98.00\n",
        "# a comment\n---\ntype: page\nproperties: {price: 98.00}\n...\n",
        "- type: page\n  properties: {price: 98.00}",
        "batch:\n- {type: page, properties: {price: 98.00}}",
    ],
)
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-8-sig", "utf-16"])
def test_every_form_gives_the_event_with_its_numbers(text: str, encoding: str | None) -> None:
    given_text = text.encode(encoding) if encoding else text
    assert [dump_json(wire) for wire in wires(given_text)] == ['{"type":"page","properties":{"price":98.00}}']


def test_several_events_in_every_form() -> None:
    expected = [{"type": "page"}, {"type": "track", "event": "Signed Up"}]
    track = '{"type":"track","event":"Signed Up"}'
    assert wires(f"[{PAGE},{track}]") == expected
    assert wires(f'{{"batch":[{PAGE},{track}]}}') == expected
    assert wires(f"{PAGE}\n{track}\n") == expected
    assert wires(f"{PAGE}\r\n\r\n{track}\r\n") == expected
    assert wires(json.dumps(expected[0], indent=1) + "\n" + json.dumps(expected[1], indent=1)) == expected
    assert wires(f"{PAGE} {track}") == expected
    assert wires("type: page\n---\ntype: track\nevent: Signed Up\n") == expected


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{"type":"page",\n "x": y}', 2, 7, "expected a value, found 'y'"),
        ('{"type" "page"}', 1, 9, "expected ':' after the property name"),
        ('{"type":"page" "x":1}', 1, 16, "expected ',' or a closing bracket"),
        ("{type: 'page'}", 1, 2, "in double quotes"),
        ('{"type":"page"', 1, 15, "the text ends here"),
        ('{"type":"pa\nge"}', 1, 12, "line break or control character"),
        ('{"type":"pa\\ge"}', 1, 12, "no escape that JSON has"),
        ('{"type":"page', 1, 9, "no closing quote"),
        ('{"type":"page","x":NaN}', 1, 20, "NaN is not a JSON number"),
        ('{"type":"page","x":"NaN",\n "y":-Infinity}', 2, 6, "-Infinity is not"),
        (f"{PAGE}\n{PAGE[:-1]}\n{PAGE}", 2, 15, "expected ','"),
        (f"{PAGE[:-1]}\n{PAGE}\n{PAGE}", 1, 15, "the text ends here"),
        (f"{PAGE}\n\n{{'a':1}}", 3, 2, "in double quotes"),
        (f"{PAGE}\nhello", 2, 1, "expected a value"),
        ("a: b: c", 1, 5, "mapping values"),
        ("type: page\nx: *y", 2, 4, "*y stands for nothing"),
        ("type: page\nx: !!python/object:os.system y", 2, 4, "is not read here"),
        ("type: page\ntype: track", 2, 1, "there twice"),
        ("type: page\n? [a]\n: b", 2, 3, "a key must be a text"),
        ("type: page\nx: !!int abc", 2, 4, "is not what its tag"),
        ("[" * 5000, None, None, "nested more than 200 levels"),
        ("x: " + "[" * 100_000, 1, None, "nested more than 200 levels"),
    ],
)
def test_errors_say_where(text: str, line: int | None, column: int | None, words: str) -> None:
    found = error(text)
    assert words in found.message
    assert found.line == line
    if column is not None:
        assert found.column == column
        assert f"line {line}, column {column}: " in str(found)


@pytest.mark.parametrize(
    ("text", "line", "path", "words"),
    [
        ('{"type":"page","context":{"page":5}}', None, "context.page", "must be an object, not a number"),
        (f'[{PAGE},{{"type":"track"}}]', None, "[1].event", "needs its name"),
        (f"[{PAGE},5]", None, "[1]", "an event is an object, not a number"),
        (f'{{"batch":[{PAGE},{{}}]}}', None, "batch[1].type", "is missing"),
        ('{"batch":{}}', None, "batch", "must be a list"),
        (f'{PAGE}\n{{"type":"pag"}}', 2, "type", "not 'pag'"),
        ("- type: page\n- type: page\n  traits: 5", 1, "[1].traits", "must be an object"),
        ("type: page\n---\nevent: x", 3, "type", "is missing"),
    ],
)
def test_errors_of_an_event_name_the_path(text: str, line: int | None, path: str, words: str) -> None:
    found = error(text)
    assert (found.line, found.path) == (line, path)
    assert words in found.message
    assert path in str(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing here"),
        (" \n\t", "nothing here"),
        (b"\xef\xbb\xbf\n", "nothing here"),
        ("[]", "no event in it"),
        ("hello", "this is a text"),
        ("12", "this is a number"),
        (b'{"a":\n"\xc3\x28"}', "byte 7 (0xc3) is not UTF-8"),
        (b"\xef\xbb\xbf\xff", "byte 3 (0xff)"),
        (b"\xff\xfe\x00\xd8", "is not UTF-16"),
        ("x" * (LIMIT + 1), "larger than 16 MB"),
        ("a: " + "x" * (5 << 20), "convert it to JSON"),
        ("a: \x01", "control characters"),
    ],
)
def test_what_holds_no_event(text: str | bytes, words: str) -> None:
    assert words in error(text).message


def test_the_name_of_the_file_stands_in_front() -> None:
    found = error("{", "events.json")
    assert found.name == "events.json"
    assert str(found).startswith("events.json: line 1, column 2: ")


def test_the_name_decides_what_the_text_leaves_open() -> None:
    assert wires("{type: page}", "events.yaml") == [{"type": "page"}]
    assert error(f"{PAGE[:-1]}\n{PAGE}", "events.ndjson").line == 1
    assert "expected a value" in error("type: page", "events.json").message


def test_yaml_keeps_numbers_and_texts_as_they_are_written() -> None:
    (wire,) = wires(
        """
        type: track
        event: Order Completed
        timestamp: 2026-11-20T10:00:00Z
        properties:
          revenue: 98.00
          half: .5
          big: 12345678901234567890
          small: 1e-7
          sku: 00123
          phone: +442079460000
          day: 2026-11-20
          at: 12:30:00
          country: NO
          on: off
          nothing: ~
          empty:
          yes: true
          quoted: "5"
          tagged: !!str 5
          text: |
            two
            lines
        """
    )
    assert wire["timestamp"] == "2026-11-20T10:00:00Z"
    assert dump_json(wire["properties"]) == (
        '{"revenue":98.00,"half":0.5,"big":12345678901234567890,"small":1e-7,"sku":"00123","phone":"+442079460000",'
        '"day":"2026-11-20","at":"12:30:00","country":"NO","on":"off","nothing":null,"empty":null,"yes":true,'
        '"quoted":"5","tagged":"5","text":"two\\nlines\\n"}'
    )


def test_yaml_anchors_and_merges() -> None:
    text = "- &home {type: page, properties: {a: 1}}\n- <<: *home\n  name: Home\n- *home"
    assert wires(text) == [
        {"type": "page", "properties": {"a": 1}},
        {"type": "page", "properties": {"a": 1}, "name": "Home"},
        {"type": "page", "properties": {"a": 1}},
    ]


@pytest.mark.parametrize("shape", ["[{}]", "{{<<: [{}]}}"])
def test_aliases_of_aliases_are_bounded(shape: str) -> None:
    rows = ["a0: &a0 {x: 1}"]
    rows += [f"a{n}: &a{n} " + shape.format(",".join([f"*a{n - 1}"] * 9)) for n in range(1, 12)]
    started = time.monotonic()
    assert "values" in error("type: page\n" + "\n".join(rows)).message
    assert time.monotonic() - started < 2


def test_an_anchor_cannot_hold_itself() -> None:
    assert "*a stands for nothing" in error("type: page\ntraits: &a {x: *a}").message


# What an identify event hands on


def test_identify_hands_user_and_traits_on() -> None:
    text = [
        {"type": "page", "anonymousId": "a"},
        {"type": "identify", "anonymousId": "a", "userId": "u", "traits": {"email": "e"}},
        {"type": "page", "anonymousId": "a"},
        {"type": "track", "event": "X", "anonymousId": "a", "userId": "u", "traits": {"own": 1}},
        {"type": "track", "event": "X", "anonymousId": "a", "userId": "u"},
        {"type": "track", "event": "X", "anonymousId": "a", "userId": "someone else"},
        {"type": "page", "anonymousId": "b"},
        {"type": "page"},
        {"type": "group", "anonymousId": "a", "groupId": "g"},
        {"type": "identify", "anonymousId": "a", "traits": {"name": "n"}},
        {"type": "page", "anonymousId": "a", "userId": None},
        {"type": "identify", "anonymousId": "a", "userId": "v", "traits": {"age": 5}},
        {"type": "page", "anonymousId": "a"},
    ]
    for form in (json.dumps(text), "\n".join(json.dumps(one) for one in text)):
        assert [(wire.get("userId"), wire.get("traits")) for wire in wires(form)] == [
            (None, None),
            ("u", {"email": "e"}),
            ("u", {"email": "e"}),
            ("u", {"own": 1}),
            ("u", {"email": "e"}),
            ("someone else", None),
            (None, None),
            (None, None),
            ("u", None),
            ("u", {"name": "n"}),
            ("u", {"email": "e", "name": "n"}),
            ("v", {"age": 5}),
            ("v", {"age": 5}),
        ]


def test_without_anonymous_ids_a_file_is_of_one_visitor() -> None:
    text = '[{"type":"identify","userId":"u"},{"type":"page"},{"type":"page","anonymousId":"a"}]'
    assert [wire.get("userId") for wire in wires(text)] == ["u", "u", None]


# Streams, and the quick way


def test_a_stream_is_read_line_by_line() -> None:
    stream = io.BytesIO(b'\xef\xbb\xbf{"type":"identify","userId":"u"}\n\n{"type":"page"}\r\nbroken\n')
    events = iter_events(stream, name="big.ndjson")
    assert next(events).user_id == "u"
    assert next(events).wire() == {"type": "page", "userId": "u"}
    with pytest.raises(ReadingError, match=r"^big.ndjson: line 4, column 1: "):
        next(events)


def test_a_line_of_a_stream_is_bounded() -> None:
    with pytest.raises(ReadingError, match="line 1: is larger than 16 MB"):
        next(iter_events(io.BytesIO(b"[" * (LIMIT + 5))))


def test_a_stream_that_is_not_utf_8_names_the_line() -> None:
    events = iter_events(io.BytesIO(b'{"type":"page"}\n{"type":"p\xffge"}\n'))
    next(events)
    with pytest.raises(ReadingError, match="line 2: byte 10"):
        next(events)


def test_the_quick_way_reads_one_event() -> None:
    assert read_event_json('{"type":"page","properties":{"a":1.50}}').tree["properties"]["a"].written == "1.50"
    for text, line, column in (('{\n "type": }', 2, 10), ("", None, None), ("[]", None, None)):
        with pytest.raises(ReadingError) as caught:
            read_event_json(text)
        assert (caught.value.line, caught.value.column) == (line, column)


@given(st.text() | st.binary() | st.text(st.sampled_from(list('{}[]":, \ntypeag-&*!#|\\'))))
def test_any_text_is_read_or_a_reading_error(text: str | bytes) -> None:
    try:
        events = read_events(text)
    except ReadingError:
        return
    for event in events:
        dump_json(event.wire()).encode()


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["", "x.json", "x.yaml", "x.ndjson"]))
def test_any_text_in_an_event_stays(text: str, name: str) -> None:
    wire = {"type": "page", "properties": {"text": text}}
    assert wires(json.dumps(wire), name) == [wire]


# What is made here


def test_what_is_made_gets_ids_and_a_time() -> None:
    ids = iter(["id-1", "id-2"])
    now = datetime(2026, 11, 20, 10, 0, 0, 250_000, tzinfo=UTC)
    event = composed(Event.read({"type": "page", "userId": "u", "extra": 1}), now, lambda: next(ids))
    assert list(event.wire().items()) == [
        ("type", "page"),
        ("userId", "u"),
        ("anonymousId", "id-1"),
        ("extra", 1),
        ("timestamp", "2026-11-20T10:00:00.250Z"),
        ("messageId", "id-2"),
    ]


def test_what_is_there_stays() -> None:
    wire = {"type": "page", "anonymousId": "a", "timestamp": "t", "messageId": "m"}
    assert composed(Event.read(wire), datetime.now(UTC), lambda: "new").wire() == wire


def test_what_is_read_gets_nothing() -> None:
    assert wires(PAGE) == [{"type": "page"}]
