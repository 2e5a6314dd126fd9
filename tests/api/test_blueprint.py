"""Blueprints: checked with the place of every mistake, compiled, and run with a trace of each field."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signal_tui.api import (
    Blueprint,
    BlueprintError,
    Event,
    Field,
    Mapped,
    SecretRef,
    Settings,
    Skipped,
    Transform,
    read_mapping,
    text_of,
)

SETTINGS = Settings("shop", {"site_id": "1", "token": SecretRef("token"), "second": "two"})
ORDER = {
    "type": "track",
    "event": "Order Completed",
    "anonymousId": "a1b2c3d4-e5f6-0718-9a0b-c1d2e3f40516",
    "properties": {
        "order_id": "ORD-1",
        "revenue": 129.5,
        "coupon": "WELCOME10",
        "empty": "",
        "zero": 0,
        "text": "129,99",
    },
    "context": {"page": {"url": "https://shop.example.com/"}, "consent": {"analytics": True}},
}


def blueprint(*mappings: Mapping[str, Any]) -> Blueprint:
    return Blueprint.read({"events": {"Order Completed": {"mappings": list(mappings)}}}, "test")


def mapped(plan: Blueprint, wire: Mapping[str, Any] = ORDER, **options: Any) -> Mapped:
    result = plan.compile(SETTINGS, **options).run(Event.read(wire))
    assert isinstance(result, Mapped), result
    return result


def skipped(plan: Blueprint, wire: Mapping[str, Any] = ORDER, **options: Any) -> str:
    result = plan.compile(SETTINGS, **options).run(Event.read(wire))
    assert isinstance(result, Skipped)
    return result


def field(plan: Blueprint, target: str = "t", wire: Mapping[str, Any] = ORDER) -> Field:
    return next(one for one in mapped(plan, wire).fields() if one.target == target)


def pairs(*mappings: Mapping[str, Any], wire: Mapping[str, Any] = ORDER) -> list[tuple[str, Any]]:
    return mapped(blueprint(*mappings), wire).pairs


# Where a value comes from


def test_the_order_of_the_mappings_is_the_order_of_the_pairs() -> None:
    plan = Blueprint.from_toml(
        """
        version = 2
        [global]
        mappings = [
          { source = "config.site_id", target = "idsite" },
          { value = 1.0, target = "rec" },
          { source = "config.token", target = "token" },
          { source = "anonymousId", target = "_id", transform = "hex16" },
          { source = ["properties.url", "context.page.url"], target = "url" },
        ]
        [events."Order Completed"]
        vendor_event_name = "purchase"
        mappings = [
          { source = "vendor_event_name", target = "name" },
          { source = "properties.order_id", target = "ec_id" },
          { source = "properties.zero", target = "zero" },
          { source = "properties.empty", target = "empty" },
          { source = "userId", target = "uid" },
          { source = "properties.revenue", target = "revenue" },
        ]
        """,
        "test",
    )
    result = mapped(plan)
    assert [(name, value if isinstance(value, SecretRef) else text_of(value)) for name, value in result.pairs] == [
        ("idsite", "1"),
        ("rec", "1.0"),
        ("token", SecretRef("token")),
        ("_id", "a1b2c3d4e5f60718"),
        ("url", "https://shop.example.com/"),
        ("name", "purchase"),
        ("ec_id", "ORD-1"),
        ("zero", "0"),
        ("revenue", "129.5"),
    ]
    assert [one.target for one in result.fields()] == [name for name, _ in result.pairs]
    assert [one.value for one in result.fields()] == [value for _, value in result.pairs]
    assert {one.target: one.source for one in result.fields()} == {
        "idsite": "config.site_id",
        "rec": "preset",
        "token": "config.token",
        "_id": "anonymousId",
        "url": "context.page.url",
        "name": "preset",
        "ec_id": "properties.order_id",
        "zero": "properties.zero",
        "revenue": "properties.revenue",
    }


@pytest.mark.parametrize(
    ("sources", "value"),
    [
        (["properties.coupon", "properties.order_id"], "WELCOME10"),
        (["properties.absent", "properties.order_id"], "ORD-1"),
        (["properties.empty", "properties.order_id"], "ORD-1"),
        (["properties.absent", "context.page.url", "userId"], "https://shop.example.com/"),
        (["properties.absent", "config.site_id"], "1"),
        (["config.site_id", "properties.order_id"], "1"),
        (["config.absent", "properties.order_id"], "ORD-1"),
        (["config.absent", "config.second"], "two"),
        (["config.second", "config.site_id"], "two"),
        (["properties.absent", "vendor_event_name", "config.site_id"], "1"),
        (["properties.zero", "properties.order_id"], 0),
    ],
)
def test_the_first_present_source_counts(sources: list[str], value: Any) -> None:
    assert pairs({"source": sources, "target": "t"}) == [("t", value)]
    trace = field(blueprint({"source": sources, "target": "t"}))
    assert (trace.value, trace.original, trace.change) == (value, value, None)
    assert trace.source in sources


def test_an_absent_source_maps_nothing() -> None:
    assert pairs({"source": "properties.absent", "target": "t"}, {"source": "config.absent", "target": "u"}) == []


def test_the_old_spelling_is_traced_in_the_wire_spelling() -> None:
    plan = blueprint({"source": "event.context.page.url", "target": "t"})
    assert field(plan).source == "context.page.url"


# What is done to it


@pytest.mark.parametrize(
    ("value_map", "source", "value"),
    [
        ({"true": "GRANTED", "*": "DENIED"}, "context.consent.analytics", "GRANTED"),
        ({"true": "GRANTED", "*": "DENIED"}, "context.consent.marketing", "DENIED"),
        ({"null": "UNKNOWN", "*": "DENIED"}, "context.consent.marketing", "UNKNOWN"),
        ({"WELCOME10": 10}, "properties.coupon", 10),
        ({"other": 10}, "properties.coupon", None),
        ({"0": "none"}, "properties.zero", "none"),
        ({"129.5": "much"}, "properties.revenue", "much"),
    ],
)
def test_value_maps(value_map: dict[str, Any], source: str, value: Any) -> None:
    mapping = {"source": source, "target": "t", "value_map": value_map}
    assert pairs(mapping) == ([("t", value)] if value is not None else [])
    if value is not None:
        assert field(blueprint(mapping)).change


def test_transforms_run_one_after_another_and_are_traced() -> None:
    plan = blueprint({"source": "properties.coupon", "target": "t", "transform": ["lower", "sha256"]})
    trace = field(plan)
    assert trace.value == hashlib.sha256(b"welcome10").hexdigest()
    assert (trace.change, trace.original) == ("lower case, sha256", "WELCOME10")


def test_a_transform_that_changes_nothing_is_not_named() -> None:
    plan = blueprint({"source": "properties.order_id", "target": "t", "transform": "upper"})
    assert field(plan).change is None


def test_a_format_goes_to_the_transform_that_takes_it() -> None:
    plan = blueprint({"source": "timestamp", "target": "t", "transform": ["trim", "date_format"], "format": "epoch_s"})
    assert mapped(plan, {**ORDER, "timestamp": " 2026-11-20T12:00:00Z"}).pairs == [("t", 1795176000)]


def test_a_default_stands_in_for_what_is_absent() -> None:
    for transform in ("default", ["lower", "default"]):
        plan = blueprint({"source": "properties.currency", "target": "t", "transform": transform, "format": "GBP"})
        assert mapped(plan).pairs == [("t", "GBP")]
        assert field(plan).change == "default"


def test_a_value_that_a_transform_cannot_take_is_left_out_with_a_finding() -> None:
    plan = blueprint(
        {"source": "properties.text", "target": "bad", "transform": "number"},
        {"source": "properties.order_id", "target": "good"},
    )
    result = mapped(plan)
    assert result.pairs == [("good", "ORD-1")]
    finding = next(one for one in result.findings() if one.field == "bad")
    assert "'129,99' is not a number" in finding.message
    assert "properties.text" in finding.remedy


def test_a_constant_through_a_map_and_a_transform() -> None:
    plan = blueprint({"value": "x", "target": "t", "value_map": {"x": "5"}, "transform": "number"})
    assert mapped(plan).pairs == [("t", 5)]
    assert field(plan).value == 5


def test_a_secret_goes_through_no_transform() -> None:
    plan = blueprint({"source": "config.token", "target": "t", "transform": "sha256"})
    assert mapped(plan).pairs == [("t", SecretRef("token"))]


def test_when_decides() -> None:
    mapping = {"source": "properties.order_id", "target": "t"}
    assert pairs({**mapping, "when": "not userId"}) == [("t", "ORD-1")]
    assert pairs({**mapping, "when": "userId"}) == []
    assert pairs({"value": "1", "target": "t", "when": "properties.revenue > 1000"}) == []


def test_a_transform_of_a_vendor() -> None:
    shout = Transform(apply=lambda value, _: f"{value}!", describe=lambda before, after, _: "shouted")
    plan = blueprint({"source": "properties.order_id", "target": "t", "transform": "shout"})
    assert mapped(plan, transforms={"shout": shout}).fields()[0].change == "shouted"


def test_a_derived_id_has_a_finding_and_a_uuid_has_none() -> None:
    plan = blueprint({"source": "anonymousId", "target": "_id", "transform": "hex16"})
    assert mapped(plan).findings() == ()
    short = mapped(plan, {**ORDER, "anonymousId": "anon_a1b2c3d4"})
    (finding,) = short.findings()
    assert (finding.field, finding.effect) == ("_id", "risk")
    assert short.fields()[0].change == "sha256, first 16 hex"


def test_identity_is_marked() -> None:
    plan = blueprint({"source": "anonymousId", "target": "_id"}, {"value": "1", "target": "rec"})
    assert [one.identity for one in mapped(plan, identity=frozenset({"_id"})).fields()] == [True, False]


# Which event


def test_an_alias_maps_with_a_finding() -> None:
    plan = blueprint({"value": "1", "target": "t"})
    for name in ("purchase", "order_completed"):
        result = mapped(plan, {**ORDER, "event": name})
        assert result.pairs == [("t", "1")]
        assert [one.effect for one in result.findings()] == ["risk"]
        assert "'Order Completed'" in result.findings()[0].message
    assert mapped(plan).findings() == ()


def test_with_strict_names_an_alias_is_skipped() -> None:
    plan = blueprint({"value": "1", "target": "t"})
    reason = skipped(plan, {**ORDER, "event": "purchase"}, strict_names=True)
    assert "'purchase'" in reason
    assert "'Order Completed'" in reason
    assert mapped(plan, strict_names=True).pairs == [("t", "1")]


def test_a_literal_match_beats_an_alias() -> None:
    plan = Blueprint.read(
        {
            "events": {
                "Order Completed": {"mappings": [{"value": "title", "target": "t"}]},
                "purchase": {"mappings": [{"value": "ga4", "target": "t"}]},
            }
        },
        "test",
    )
    assert mapped(plan, {**ORDER, "event": "purchase"}).pairs == [("t", "ga4")]
    assert mapped(plan, {**ORDER, "event": "order_completed"}).pairs == [("t", "title")]


def test_events_that_are_not_listed() -> None:
    page = {"type": "page", "properties": {"url": "u"}}
    plan = blueprint({"value": "1", "target": "t"})
    assert "'page'" in skipped(plan, page)
    assert "Order Completed" in skipped(plan, page)
    sending = Blueprint.read(
        {
            "global": {"mappings": [{"value": "g", "target": "g"}]},
            "defaults": {"action": "send", "mappings": [{"source": "properties.url", "target": "url"}]},
            "events": {"Order Completed": {"mappings": [{"value": "1", "target": "t"}]}},
        },
        "test",
    )
    assert mapped(sending, page).pairs == [("g", "g"), ("url", "u")]


def test_a_disabled_event_is_skipped() -> None:
    plan = Blueprint.read({"events": {"page": {"enabled": False}}}, "test")
    assert "disabled" in skipped(plan, {"type": "page"})


# Overrides and several requests


def test_a_later_mapping_of_the_same_parameter_counts_at_the_place_of_the_first() -> None:
    result = mapped(
        blueprint(
            {"value": "first", "target": "a"},
            {"value": "b", "target": "b"},
            {"source": "properties.order_id", "target": "a"},
        )
    )
    assert result.pairs == [("a", "ORD-1"), ("b", "b")]
    assert [one.source for one in result.fields()] == ["properties.order_id", "preset"]


def test_an_absent_override_leaves_what_was_there() -> None:
    assert pairs({"value": "first", "target": "a"}, {"source": "userId", "target": "a"}) == [("a", "first")]


def test_own_mappings_lie_on_top() -> None:
    own = [
        read_mapping(
            {"source": "properties.coupon", "target": "dimension3", "event": "Order Completed"}, "m[0]", "own"
        ),
        read_mapping({"value": "mine", "target": "t"}, "m[1]", "own"),
        read_mapping({"source": "name", "target": "n", "event": "page"}, "m[2]", "own"),
    ]
    plan = blueprint({"value": "preset", "target": "t"}).with_mappings(own)
    result = mapped(plan)
    assert dict(result.pairs)["dimension3"] == "WELCOME10"
    page = mapped(plan, {"type": "page", "name": "Home"})
    assert page.pairs == [("t", "mine"), ("n", "Home")]
    assert [one.source for one in page.fields()] == ["own mapping", "name"]


TWO = {
    "global": {"mappings": [{"value": "g", "target": "g"}]},
    "events": {
        "Order Completed": {
            "requests": ["view", "order"],
            "mappings": [
                {"source": "context.page.url", "target": "url", "request": "view"},
                {"source": "properties.order_id", "target": "ec_id"},
                {"value": "o", "target": "url", "request": "order"},
            ],
        },
        "page": {"mappings": [{"source": "name", "target": "title"}]},
    },
}


def test_several_requests_of_one_event() -> None:
    plan = Blueprint.read(TWO, "test")
    fields = mapped(plan).fields()
    assert [(one.request, one.target, one.value) for one in fields] == [
        (0, "g", "g"),
        (0, "url", "https://shop.example.com/"),
        (1, "g", "g"),
        (1, "ec_id", "ORD-1"),
        (1, "url", "o"),
    ]


def test_a_global_mapping_may_name_a_request_that_only_some_events_have() -> None:
    plan = Blueprint.read({**TWO, "global": {"mappings": [{"value": "g", "target": "g", "request": "view"}]}}, "test")
    assert [(one.request, one.target) for one in mapped(plan).fields() if one.target == "g"] == [(0, "g")]
    assert mapped(plan, {"type": "page", "name": "n"}).pairs == [("title", "n")]


def test_an_unknown_request_is_an_error_wherever_it_stands() -> None:
    own = read_mapping(
        {"value": "1", "target": "t", "request": "ordre", "event": "Order Completed"}, "mappings[0]", "own"
    )
    with pytest.raises(BlueprintError, match=r"mappings\[0\].request: 'ordre'"):
        Blueprint.read(TWO, "test").with_mappings([own]).compile(SETTINGS)
    with pytest.raises(BlueprintError, match=r"global.mappings\[0\].request: 'ordre'"):
        Blueprint.read(
            {**TWO, "global": {"mappings": [{"value": "1", "target": "t", "request": "ordre"}]}}, "test"
        ).compile(SETTINGS)


# Mistakes


@pytest.mark.parametrize(
    ("tree", "place", "words"),
    [
        ([], "", "must be a table"),
        ({"evnts": {}}, "evnts", "did you mean events?"),
        ({"xyz": {}}, "xyz", "known: version"),
        ({"version": 1}, "version", "must be 2"),
        ({"global": {"mapings": []}}, "global.mapings", "did you mean mappings?"),
        ({"global": {"mappings": {}}}, "global.mappings", "must be a list"),
        ({"global": {"after": {}}}, "global.after", "must be a list"),
        ({"global": {"after": [{"target": "t"}]}}, "global.after[0]", "either a source or a value"),
        ({"defaults": {"action": "keep"}}, "defaults.action", "drop, send"),
        ({"events": 5}, "events", "must be a table"),
        ({"events": {"page": []}}, "events.page", "must be a table"),
        ({"events": {"page": {"mapping": []}}}, "events.page.mapping", "did you mean mappings?"),
        ({"events": {"page": {"requests": 5}}}, "events.page.requests", "a list of names"),
        ({"events": {"page": {"requests": []}}}, "events.page.requests", "at least one"),
        ({"events": {"page": {"requests": ["a", "a"]}}}, "events.page.requests", "each once"),
        ({"events": {"page": {"vendor_event_name": 5}}}, "events.page.vendor_event_name", "a text"),
        ({"events": {"page": {"enabled": "yes"}}}, "events.page.enabled", "true or false"),
    ],
)
def test_mistakes_of_a_blueprint_name_their_place(tree: Any, place: str, words: str) -> None:
    with pytest.raises(BlueprintError, match=re.escape(words)) as caught:
        Blueprint.read(tree, "test")
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("mapping", "place", "words"),
    [
        (5, "", "must be a table"),
        ({"source": "userId"}, ".target", "is missing"),
        ({"target": "t"}, "", "either a source or a value"),
        ({"target": "t", "source": "userId", "value": 1}, "", "either a source or a value"),
        ({"target": "t", "source": 5}, ".source", "a path or a list"),
        ({"target": "t", "source": [5]}, ".source", "a path or a list"),
        ({"target": "t", "source": []}, ".source", "names no path"),
        ({"target": "t", "source": "a..b"}, ".source", "is no path"),
        ({"target": "t", "source": "a", "transform": 5}, ".transform", "a name or a list"),
        ({"target": "t", "source": "a", "transform": [[]]}, ".transform", "a name or a list"),
        ({"target": "t", "source": "a", "tranform": "lower"}, ".tranform", "did you mean transform?"),
        ({"target": "t", "source": "a", "value_map": []}, ".value_map", "must be a table"),
        ({"target": "t", "source": "a", "when": 5}, ".when", "must be a text"),
        ({"target": "t", "source": "a", "when": "a or b"}, ".when", "no comparison"),
        ({"target": "t", "source": "a", "request": "view"}, ".request", "is not in"),
        ({"target": "t", "source": "a", "transform": "lowr"}, ".transform", "did you mean lower?"),
        ({"target": "t", "source": "a", "transform": "date_format"}, ".format", "needs a format"),
        ({"target": "t", "source": "a", "transform": "lower", "format": "x"}, ".format", "used by no transform"),
    ],
)
def test_mistakes_of_a_mapping_name_their_place(mapping: Any, place: str, words: str) -> None:
    with pytest.raises(BlueprintError, match=re.escape(words)) as caught:
        blueprint(mapping).compile(SETTINGS)
    assert caught.value.place == "events.Order Completed.mappings[0]" + place


def test_broken_toml_names_the_file_and_the_place() -> None:
    with pytest.raises(BlueprintError, match=r"retail: .*line 1"):
        Blueprint.from_toml("version = = 2", "retail")


WORDS = [
    "version",
    "global",
    "defaults",
    "events",
    "mappings",
    "action",
    "source",
    "target",
    "value",
    "transform",
    "format",
    "value_map",
    "when",
]
WORDS += ["request", "requests", "enabled", "vendor_event_name", "page", "event"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(["page", "userId", "lower", "drop", "a or b", ""]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(WORDS),
                inner,
                max_size=6,
            )
        ),
        max_leaves=20,
    )
)
def test_any_tree_is_a_blueprint_or_a_blueprint_error(tree: Any) -> None:
    try:
        Blueprint.read(tree, "test").compile(SETTINGS)
        Blueprint.read({"events": {"page": {"mappings": [tree]}}}, "test").compile(SETTINGS)
    except BlueprintError:
        return


SOURCES = ["config.site_id", "config.absent", "userId", "anonymousId", "properties.order_id", "properties.empty"]
SOURCES += ["properties.text", "properties.zero", "properties.deep.x", "context.page.url", "traits.email", "event"]
mappings = st.fixed_dictionaries(
    {"source": st.sampled_from(SOURCES) | st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3)}
    | {"target": st.sampled_from("abcdefgh")},
    optional={
        "transform": st.sampled_from(["lower", "number", "hex16", "string", "trim"]),
        "when": st.sampled_from(["userId", "not userId", "properties.zero == 0"]),
        "value_map": st.sampled_from([{"*": "x"}, {"0": "zero"}]),
    },
)


@given(st.lists(mappings, max_size=12), st.booleans())
def test_many_mappings_give_what_each_gives_alone(rows: list[dict[str, Any]], known: bool) -> None:
    wire = {**ORDER, "userId": "u"} if known else ORDER
    expected: dict[str, Any] = {}
    for row in rows:
        expected |= dict(pairs(row, wire=wire))
    result = mapped(blueprint(*rows), wire)
    assert dict(result.pairs) == expected
    assert [(one.target, one.value) for one in result.fields()] == result.pairs


# Parameters behind the event's own


AFTER = {
    "global": {"mappings": [{"value": "1", "target": "first"}], "after": [{"value": "z", "target": "last"}]},
    "defaults": {"action": "send", "mappings": [{"value": "d", "target": "default"}]},
    "events": {
        "Order Completed": {"mappings": [{"value": "o", "target": "own"}]},
        "page": {"requests": ["one", "two"], "mappings": [{"value": "p", "target": "own", "request": "one"}]},
    },
}


@pytest.mark.parametrize(
    ("wire", "targets"),
    [
        (ORDER, [("first", 0), ("own", 0), ("last", 0)]),
        ({**ORDER, "event": "Other"}, [("first", 0), ("default", 0), ("last", 0)]),
        ({"type": "page"}, [("first", 0), ("own", 0), ("last", 0), ("first", 1), ("last", 1)]),
    ],
)
def test_global_after_stands_behind_the_events_own_in_every_request(
    wire: Mapping[str, Any], targets: list[tuple[str, int]]
) -> None:
    fields = mapped(Blueprint.read(AFTER, "test"), wire).fields()
    assert [(one.target, one.request) for one in fields] == targets


@pytest.mark.parametrize("event", [None, "Order Completed"])
@pytest.mark.parametrize("target", ["first", "own", "last"])
def test_somebodys_own_mapping_counts_before_all_of_a_preset(event: str | None, target: str) -> None:
    tree = {"value": "mine", "target": target} | ({"event": event} if event else {})
    plan = Blueprint.read(AFTER, "test").with_mappings([read_mapping(tree, "mappings[0]", "own")])
    pairs = mapped(plan).pairs
    assert [name for name, _ in pairs] == ["first", "own", "last"]
    assert dict(pairs)[target] == "mine"
