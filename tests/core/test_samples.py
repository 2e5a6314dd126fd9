"""The library of sample events."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime

import pytest

from signal_tui.api import dump_json
from signal_tui.core.reading import read_event_json
from signal_tui.core.samples import UnknownSampleError, find_sample, sample_names, samples

NAMED = [
    "page",
    "Products Searched",
    "Product Viewed",
    "Product Added",
    "Signed Up",
    "Logged In",
    "Plan Viewed",
    "Checkout Started",
    "Order Completed",
    "Subscription Started",
    "Lead Generated",
    "identify",
    "group",
]
DOCUMENTATION = [ipaddress.ip_network(net) for net in ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")]


def test_every_documented_event_has_a_sample_of_its_name() -> None:
    assert [find_sample(name).event.key for name in NAMED] == NAMED
    assert len(set(sample_names())) == len(sample_names())


@pytest.mark.parametrize("name", sample_names())
def test_each_has_consent_and_full_identity(name: str) -> None:
    sample = find_sample(name)
    event = sample.event
    wire = event.wire()
    assert sample.title
    assert sample.note.endswith(".")
    assert re.match(r"(found|altered: |excluded: |skipped: )", sample.expected)
    assert set(wire["context"]["consent"]) == {"canonical"}
    assert event.consent["essential"] is True
    assert event.consent["analytics"] is ("denied" not in name)
    assert any(ipaddress.ip_address(wire["context"]["ip"]) in net for net in DOCUMENTATION)
    assert wire["context"]["userAgent"].startswith("Mozilla/5.0 (")
    assert wire["context"]["locale"] == "en-GB"
    assert wire["context"]["page"]["url"].startswith("https://shop.example.com/")
    assert {"title", "referrer", "path", "search"} < set(wire["context"]["page"])
    assert re.fullmatch(r"[0-9A-Z]{20}", wire["vendor_ids"]["woopra_cookie"])
    assert event.anonymous_id
    if event.user_id and event.type != "group":
        assert wire["traits"]["email"].endswith("@example.com")
        assert wire["traits"]["name"]
    assert not re.search(r"{\w+}", dump_json(wire))
    assert read_event_json(dump_json(wire, 2)) == event


def test_each_is_of_now_and_of_a_new_visitor() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    first, second = find_sample("Order Completed").event, find_sample("Order Completed").event
    assert datetime.fromisoformat(str(first.tree["timestamp"])) >= before
    for path in ("anonymousId", "messageId", "userId"):
        assert first.tree[path] != second.tree[path]
    assert first.tree["properties"]["order_id"] != second.tree["properties"]["order_id"]
    everyone = [sample.event for sample in samples()]
    assert len({event.anonymous_id for event in everyone}) == len(everyone)


def test_a_fixed_clock_and_fixed_ids_give_a_fixed_sample() -> None:
    ids = iter(["a1b2c3d4-e5f6-4718-9a0b-c1d2e3f40516", "message", "0f1e2d3c-0000-4000-8000-000000000000"])
    event = find_sample("Order Completed", datetime(2026, 11, 20, 10, tzinfo=UTC), lambda: next(ids)).event
    assert event.tree["anonymousId"] == "a1b2c3d4-e5f6-4718-9a0b-c1d2e3f40516"
    assert event.tree["timestamp"] == "2026-11-20T10:00:00.000Z"
    assert event.tree["messageId"] == "message"
    assert event.tree["userId"] == "user-a1b2c3"
    assert event.tree["properties"]["order_id"] == "ORD-261120-0F1E2D3C"
    assert event.tree["properties"]["discount"].written == "8.50"
    assert event.tree["context"]["ip"].startswith(("203.0.113.", "198.51.100.", "192.0.2."))


def test_the_order_adds_up() -> None:
    properties = find_sample("Order Completed").event.tree["properties"]
    goods = sum(item["price"] * item["quantity"] for item in properties["products"])
    assert round(goods - properties["discount"] + properties["shipping"], 2) == properties["revenue"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Order Completed", "Order Completed"),
        ("order completed", "Order Completed"),
        (" PAGE ", "page"),
        ("purchase", "purchase (GA4 name)"),
        ("page (BOT user agent)", "page (bot user agent)"),
    ],
)
def test_finding_a_sample(asked: str, name: str) -> None:
    assert find_sample(asked).name == name


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Order Complete", "did you mean Order Completed?"),
        ("order_completed", "did you mean Order Completed?"),
        ("xyzzy", "known: page, Products Searched"),
        ("", "known: page"),
    ],
)
def test_an_unknown_sample_names_the_nearest(asked: str, words: str) -> None:
    with pytest.raises(UnknownSampleError, match="there is no sample event") as caught:
        find_sample(asked)
    assert words in str(caught.value)


def test_variants_that_teach_something() -> None:
    variants = {sample.name: sample for sample in samples()}
    assert "?q=" in variants["page (site search in the URL)"].event.tree["properties"]["url"]
    assert "bot" in variants["page (bot user agent)"].event.tree["context"]["userAgent"]
    assert variants["Order Completed (revenue with comma)"].event.tree["properties"]["revenue"] == "129,99"
    assert re.fullmatch(r"anon_[0-9a-f]{8}", variants["page (anon_ id)"].event.anonymous_id or "")
    assert variants["purchase (GA4 name)"].event.key == "purchase"
