"""The function that is written for many rules gives what the rules give one by one."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from signal_tui.api import Blueprint, Event, Mapped, Settings, WrittenNumber

_KEYS = ("a", "b", "url", 'it\'s "quoted"\n')
_PLAIN_KEYS = ("a", "b", "url")
_LEAVES = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-3, 3),
    some.sampled_from(["", "x", " Y ", "2026-03-04T10:41:30Z", "a1b2c3d4-e5f6-4718-9a0b-c1d2e3f40718"]),
    some.just(WrittenNumber("98.00")),
)
_VALUES = some.recursive(
    _LEAVES,
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.sampled_from(_KEYS), inner),
    max_leaves=8,
)
_OBJECTS = some.dictionaries(some.sampled_from(_KEYS), _VALUES, max_size=4)

_TOPS = ("properties", "traits", "context", "userId", "extra", "timestamp")


@some.composite
def _paths(draw: some.DrawFn) -> str:
    path = draw(some.sampled_from(_TOPS))
    for _ in range(draw(some.integers(0, 3))):
        path += draw(some.sampled_from([*(f".{key}" for key in _PLAIN_KEYS), "[0]", "[1]"]))
    return path


@some.composite
def _mappings(draw: some.DrawFn) -> dict[str, Any]:
    mapping: dict[str, Any] = {"target": draw(some.sampled_from("opqrstuvw"))}
    if draw(some.booleans()):
        paths = draw(
            some.lists(_paths() | some.sampled_from(["config.site", "vendor_event_name"]), min_size=1, max_size=3)
        )
        mapping["source"] = paths[0] if len(paths) == 1 else paths
    else:
        mapping["value"] = draw(_LEAVES)
    mapping["transform"] = draw(
        some.lists(some.sampled_from(["lower", "trim", "number", "hex16", "default"]), max_size=2, unique=True)
    )
    if "default" in mapping["transform"]:
        mapping["format"] = "none"
    if draw(some.booleans()):
        mapping["value_map"] = {"x": "mapped", "*": None}
    if draw(some.integers(0, 3)) == 0:
        mapping["when"] = "properties.a"
    return mapping


@given(some.lists(_mappings(), max_size=12), _OBJECTS, _OBJECTS, _VALUES)
def test_the_written_function_agrees_with_the_rules(
    mappings: list[dict[str, Any]], properties: dict[str, Any], context: dict[str, Any], extra: Any
) -> None:
    tree = {"version": 2, "events": {"It": {"vendor_event_name": "it", "mappings": mappings}}}
    program = Blueprint.read(tree, "sketch").compile(Settings("one", {"site": "7"}))
    context = {key: value for key, value in context.items() if key not in ("page", "device", "campaign", "consent")}
    event = Event.read(
        {"type": "track", "event": "It", "userId": "u", "properties": properties, "context": context, "extra": extra}
    )
    mapped = program.run(event)
    assert isinstance(mapped, Mapped)
    rules = program._events["It"]
    values, failures = rules.read_each(event.tree)
    assert list(mapped.failures) == failures
    if not failures:
        assert rules.read(event.tree) == values
    assert [value for _, value in mapped.found] == [field.value for field in mapped.fields()]
    if not rules.overrides:
        assert [value for _, value in mapped.found] == [value for value in values if value is not None]


def test_nothing_of_a_blueprint_is_in_the_function() -> None:
    tree = {
        "version": 2,
        "events": {
            "It": {
                "mappings": [
                    {"source": "properties.x = __import__('os')", "target": "a') or b"},
                    {"source": "traits.while True:", "target": "b"},
                    {"value": "'); raise SystemExit", "target": "c"},
                ]
            }
        },
    }
    program = Blueprint.read(tree, "sketch").compile(Settings("one"))
    event = Event.read(
        {"type": "track", "event": "It", "properties": {"x = __import__('os')": 1}, "traits": {"while True:": 2}}
    )
    mapped = program.run(event)
    assert isinstance(mapped, Mapped)
    assert mapped.pairs == [("a') or b", 1), ("b", 2), ("c", "'); raise SystemExit")]
