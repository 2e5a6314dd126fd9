"""The fields of an event, and its text with one of them changed."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import Event, dump_json, parse_json
from signal_tui.core.consent_places import consent_of, with_consent
from signal_tui.core.event_form import (
    FormField,
    TypedError,
    changed,
    cleared,
    fields,
    product_list,
    read_typed,
    remove_value,
    set_value,
)
from signal_tui.core.event_texts import with_product
from signal_tui.core.json_spans import SpanError, difference, value_span, with_value, without_value
from signal_tui.core.samples import samples

Path = tuple[str | int, ...]
KEYS = st.sampled_from(["a", "b", 'q"', "é", "\\", "{", "[]", "", "\u202e", "\x1b", "\n"]) | st.text(max_size=4)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["{", "[1,2]", '"', "a:b,", "\\\\", '\\"'])
)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
GAPS = st.sampled_from(["", "", " ", "\n", "\n    ", "\t", " \r\n "])


@st.composite
def written(draw: st.DrawFn, trees: st.SearchStrategy[Any] = TREES) -> tuple[Any, str]:
    """A value, and a JSON text of it with any white space, numbers as somebody writes them, and escapes."""

    def gap() -> str:
        return draw(GAPS)

    def text_of(value: Any) -> str:
        if isinstance(value, dict):
            items = [f"{gap()}{string(key)}{gap()}:{gap()}{text_of(item)}{gap()}" for key, item in value.items()]
            return "{" + (",".join(items) or gap()) + "}"
        if isinstance(value, list):
            return "[" + (",".join(gap() + text_of(item) + gap() for item in value) or gap()) + "]"
        return string(value) if isinstance(value, str) else json.dumps(value)

    def string(value: str) -> str:
        return json.dumps(value, ensure_ascii=draw(st.booleans()))

    value = draw(trees)
    return value, draw(GAPS) + text_of(value) + draw(GAPS)


def paths_in(value: Any) -> list[Path]:
    found: list[Path] = [()]
    if isinstance(value, dict):
        found += [(key, *rest) for key, item in value.items() for rest in paths_in(item)]
    if isinstance(value, list):
        found += [(index, *rest) for index, item in enumerate(value) for rest in paths_in(item)]
    return found


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    result = copy.copy(value)
    result[path[0]] = replaced(value[path[0]], path[1:], new)
    return result


def same(text: str, value: Any) -> bool:
    """Equal as JSON, also in the order of keys and in how numbers are written."""
    return dump_json(parse_json(text)) == dump_json(parse_json(json.dumps(value)))


@given(written(), st.data())
def test_a_span_is_the_value_at_its_path(one: tuple[Any, str], data: st.DataObject) -> None:
    value, text = one
    path = data.draw(st.sampled_from(paths_in(value)))
    span = value_span(text, path)
    assert span is not None
    assert same(text[span[0] : span[1]], at(value, path))
    assert text[span[0] : span[1]].strip() == text[span[0] : span[1]]


@given(written(), TREES, st.data())
def test_a_value_is_replaced_and_nothing_else(one: tuple[Any, str], new: Any, data: st.DataObject) -> None:
    value, text = one
    path = data.draw(st.sampled_from(paths_in(value)))
    span = value_span(text, path)
    assert span is not None
    result = with_value(text, path, new)
    assert same(result, replaced(value, path, new))
    assert result.startswith(text[: span[0]])
    assert result.endswith(text[span[1] :])


@given(written(st.dictionaries(KEYS, TREES, max_size=4)), KEYS, KEYS, TREES, st.data())
def test_a_missing_key_is_put_in_and_taken_out_again(
    one: tuple[Any, str], key: str, inner: str, new: Any, data: st.DataObject
) -> None:
    value, text = one
    objects = [path for path in paths_in(value) if isinstance(at(value, path), dict) and key not in at(value, path)]
    if not objects:
        return
    path = data.draw(st.sampled_from(objects))
    order = data.draw(st.permutations([key, *at(value, path)]))
    result = with_value(text, (*path, key, inner), new, lambda steps: order)
    parsed = parse_json(result)
    assert at(parsed, (*path, key)).keys() == {inner}
    assert same(dump_json(at(parsed, (*path, key, inner))), new)
    without = without_value(result, (*path, key))
    assert same(without, value)
    if at(value, path):
        assert without == text, "the text around it was never touched"


@given(written(), st.data())
def test_what_is_removed_is_gone_and_the_rest_is_there(one: tuple[Any, str], data: st.DataObject) -> None:
    value, text = one
    paths = [path for path in paths_in(value) if path]
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    rest = copy.deepcopy(value)
    del at(rest, path[:-1])[path[-1]]
    assert same(without_value(text, path), rest)


@given(st.text(alphabet="ab\n", max_size=12), st.text(alphabet="ab\n", max_size=12))
def test_the_difference_makes_the_other_text(before: str, after: str) -> None:
    start, end, new = difference(before, after)
    assert before[:start] + new + before[end:] == after
    assert 0 <= start <= end <= len(before)


@pytest.mark.parametrize(
    ("text", "path", "result"),
    [
        ('{"a": 98.00, "b": "\\u0041"}', ("a",), '{"a": 1, "b": "\\u0041"}'),
        ('{"a": 1, "a": 2}', ("a",), '{"a": 1, "a": 1}'),
        ("{}", ("a",), '{\n  "a": 1\n}'),
        ('{"a":{}}', ("a", "b"), '{"a":{"b":1}}'),
        ('{"a": 2}', ("b",), '{"a": 2, "b": 1}'),
        ('{ "a": 2 }', ("b",), '{ "a": 2, "b": 1 }'),
        ('{\n\t"a": {\n\t}\n}', ("a", "b"), '{\n\t"a": {\n\t\t"b": 1\n\t}\n}'),
        ('{\n    "a": null\n}', ("a", "b"), '{\n    "a": {\n        "b": 1\n    }\n}'),
        ('{\n  "a": {"x": 2}\n}', ("a", "b", "c"), '{\n  "a": {"x": 2, "b": {"c": 1}}\n}'),
        ('{"a": [1, 2]}', ("a", 2), '{"a": [1, 2, 1]}'),
        ('{"a": [\n  3\n]}', ("a", 1), '{"a": [\n  3,\n  1\n]}'),
    ],
)
def test_what_is_put_in_looks_like_what_is_around_it(text: str, path: Path, result: str) -> None:
    assert with_value(text, path, 1) == result


@pytest.mark.parametrize("path", [("a", "b"), ("l", 5), ("l", "x"), ("t", 0), ("n", 1)])
def test_what_cannot_hold_a_value_is_named(path: Path) -> None:
    with pytest.raises(SpanError):
        with_value('{"a": 3, "l": [1], "t": "x"}', path, 1)


def test_broken_json_is_no_text_to_change() -> None:
    for text in ("", "{", '{"a": }', "[1,]", '"a'):
        with pytest.raises(json.JSONDecodeError):
            with_value(text, ("a",), 1)


# Events

CAMEL = '{\n  "type": "track",\n  "event": "X",\n  "userId": "u",\n  "context": {\n    "userAgent": "A"\n  }\n}'
SNAKE = CAMEL.replace("userId", "user_id").replace("userAgent", "user_agent")


@pytest.mark.parametrize("text", [CAMEL, SNAKE])
def test_the_key_that_is_there_is_taken_in_its_casing(text: str) -> None:
    assert set_value(text, "userId", "v") == text.replace('"u"', '"v"')
    assert set_value(text, "context.user_agent", "B") == text.replace('"A"', '"B"')
    assert Event.read(parse_json(remove_value(text, "userId"))).user_id is None
    key = "anonymous_id" if text == SNAKE else "anonymousId"
    assert f'"{key}": "n"' in set_value(text, "anonymousId", "n")


def test_a_key_in_both_casings_stays_one() -> None:
    text = '{"type": "page", "userId": "u", "user_id": "u"}'
    assert Event.read(parse_json(set_value(text, "userId", "v"))).user_id == "v"
    assert Event.read(parse_json(remove_value(text, "userId"))).user_id is None


def test_a_missing_key_stands_where_people_look_for_it() -> None:
    text = '{\n  "type": "page",\n  "properties": {},\n  "messageId": "m"\n}'
    text = set_value(text, "timestamp", "t")
    text = set_value(text, "anonymousId", "a")
    text = set_value(text, "context.page.title", "T")
    text = set_value(text, "context.ip", "192.0.2.1")
    assert list(parse_json(text)) == ["type", "anonymousId", "properties", "context", "timestamp", "messageId"]
    assert text.endswith(
        '  "context": {\n    "ip": "192.0.2.1",\n    "page": {\n      "title": "T"\n    }\n  },\n'
        '  "timestamp": "t",\n  "messageId": "m"\n}'
    )


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_the_form_of_every_sample(sample: Any) -> None:
    text = dump_json(sample.event.wire(), 2)
    found = fields(parse_json(text))
    assert len({one.steps for one in found}) == len(found)
    present = {one.path for one in found if one.present}
    for one in found:
        if one.present:
            assert changed(text, one, one.value) == text, one.path
            assert one.kind == "time" or read_typed(one, one.written) == one.value, one.path
            assert one.path not in {other.path for other in fields(parse_json(cleared(text, one))) if other.present}
    for name in ("properties", "traits", "vendor_ids"):
        for key, value in sample.event.tree[name].items():
            assert f"{name}.{key}" in present or isinstance(value, list)
    assert {"anonymousId", "context.ip", "timestamp", "messageId"} <= present


def by_path(event: Any) -> dict[str, FormField]:
    return {one.path: one for one in fields(event)}


def test_documented_fields_come_first_then_what_there_is() -> None:
    event = {"type": "track", "event": "Order Completed", "properties": {"gift": True, "tax": 3, "a.b": {"c": [1]}}}
    labels = [one.label for one in fields(event) if one.group == "Properties"]
    assert labels == [
        *("order_id", "revenue", "tax", "shipping", "discount", "currency", "coupon", "url", "gift", "a.b.c")
    ]
    found = by_path(event)
    assert found["properties.gift"].kind == "flag"
    assert found["properties.tax"].kind == "number"
    assert not found["properties.revenue"].present
    last = next(one for one in fields(event) if one.label == "a.b.c")
    assert last.kind == "json"
    assert parse_json(changed(dump_json(event), last, [2]))["properties"]["a.b"] == {"c": [2]}


def test_other_names_of_an_event_have_fields_of_their_style() -> None:
    assert "properties.transaction_id" in by_path({"type": "track", "event": "purchase"})
    assert "properties.order_id" in by_path({"type": "track", "event": "order_completed"})
    assert "properties.query" in by_path({"type": "track", "event": "product_searched"})
    assert "traits.email" in by_path({"type": "identify"})
    assert "groupId" in by_path({"type": "group"})


@pytest.mark.parametrize("event", [{}, {"type": 3, "properties": [1], "context": "x", "traits": None}, {"event": None}])
def test_what_is_no_event_yet_has_a_form_too(event: Any) -> None:
    assert "type" in by_path(event)


def test_products_are_rows_of_cells() -> None:
    text = '{"type": "track", "event": "Order Completed", "properties": {"products": [{"sku": "S"}, {"price": 98.00}]}}'
    cells = [one for one in fields(parse_json(text)) if one.group == "Products"]
    assert [one.label for one in cells if one.number == 0] == ["product_id", "name", "price", "quantity", "sku"]
    price = next(one for one in cells if one.number == 1 and one.label == "price")
    assert price.written == "98.00"
    assert changed(text, price, read_typed(price, "12.50")) == text.replace("98.00", "12.50")
    more = parse_json(with_product(text, "products", 0))["properties"]["products"]
    assert more[2] == {"sku": "S"}
    assert product_list(parse_json(text)) == "products"
    assert product_list({"type": "track", "event": "purchase"}) == "items"
    assert product_list({"type": "page"}) is None
    first = with_product('{"type": "track", "event": "purchase"}', "items")
    assert parse_json(first)["properties"]["items"] == [{"item_id": "", "item_name": "", "price": 0, "quantity": 1}]


def test_an_event_of_any_size_has_a_form_that_ends() -> None:
    many = {f"k{number}": number for number in range(5000)}
    products = [{f"c{column}": 1 for column in range(50)} for _ in range(500)]
    found = by_path({"type": "page", "properties": {**many, "products": products}})
    assert len(found) <= 400
    assert {"messageId", "context.consent.marketing"} <= set(found)


NUMBER = FormField(steps=("properties", "revenue"), path="properties.revenue", label="", kind="number", group="")


@pytest.mark.parametrize(
    ("typed", "result"), [("98.00", "98.00"), ("+5", "5"), (".5", "0.5"), ('"129,99"', '"129,99"'), (" 7 ", "7")]
)
def test_numbers_go_as_they_are_typed(typed: str, result: str) -> None:
    assert dump_json(read_typed(NUMBER, typed)) == result


@pytest.mark.parametrize("typed", ["", "129,99", "1e", "abc", '"a', "NaN"])
def test_what_is_no_number_is_refused_with_words(typed: str) -> None:
    with pytest.raises(TypedError):
        read_typed(NUMBER, typed)


def test_now_is_a_time() -> None:
    time = by_path({"type": "page"})["timestamp"]
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert read_typed(time, "now", lambda: noon) == "2026-11-20T12:00:00.000Z"
    assert read_typed(time, "yesterday") == "yesterday"


SHAPES = [
    {},
    {"context": {"consent": None}},
    {"context": {"consent": {"analytics": False, "advertising": True}}},
    {"context": {"consent": {"categories": {"C0002": True, "C0004": False}}}},
    {"context": {"consent": {"categories": {"2": True, "3": False}, "canonical": {"analytics": True}}}},
    {"context": {"consent": {"marketing": True, "canonical": {"marketing": False}}}},
    {"consent": {"analytics": True}, "context": {}},
]


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
@pytest.mark.parametrize("category", ["analytics", "marketing", "essential"])
def test_consent_is_changed_in_the_shape_that_is_there(shape: dict[str, Any], category: str) -> None:
    text = dump_json({"type": "page", **shape}, 2)
    before = consent_of(parse_json(text))
    for granted in (True, False, None):
        result = parse_json(with_consent(text, category, granted))
        expected = {**before, category: granted} if granted is not None else {**before}
        if granted is None:
            expected.pop(category, None)
        assert consent_of(result) == Event.read(result).consent == expected
        if granted is not None and category in before:
            assert dump_json(result).count(category) == dump_json(parse_json(text)).count(category)
