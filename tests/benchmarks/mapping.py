"""Mapping one event with twenty mappings, against functions written by hand for just these twenty.

The reference does what somebody would write who has only this table to serve: one small function per mapping, called
one after another, each putting its value into a dict – the same results, also for events that lack something (the
benchmark looks), and no trace of where a value came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from signal_tui.api import Blueprint, Event, Mapped, Program, Settings
from tests.benchmarks.row import Row

Tree = Mapping[str, Any]
Put = Callable[[Tree, dict[str, Any]], None]

BLUEPRINT = """
version = 2
[global]
mappings = [
  { source = "config.site_id", target = "site" },
  { value = "1", target = "rec" },
  { value = "0", target = "image" },
  { source = "context.page.url", target = "url" },
  { source = "context.page.referrer", target = "referrer" },
  { source = "context.page.title", target = "title" },
  { source = "context.userAgent", target = "agent" },
  { source = "context.locale", target = "lang", transform = "lower" },
  { source = "context.ip", target = "address" },
  { source = "userId", target = "uid" },
  { source = "anonymousId", target = "visitor", transform = "hex16" },
  { source = "timestamp", target = "at", transform = "date_format", format = "epoch_s" },
]
[events."Order Completed"]
mappings = [
  { value = "0", target = "goal" },
  { source = ["properties.order_id", "properties.transaction_id"], target = "order" },
  { source = ["properties.revenue", "properties.total", "properties.value"], target = "revenue" },
  { source = "properties.tax", target = "tax" },
  { source = "properties.shipping", target = "shipping" },
  { source = "properties.discount", target = "discount" },
  { source = ["properties.coupon", "context.campaign.name"], target = "coupon" },
  { source = "properties.products[0].sku", target = "first" },
]
"""

ORDER: Tree = {
    "type": "track",
    "event": "Order Completed",
    "messageId": "5f0c3a52-6b0e-4bd5-9d0f-7b6f0f7f2a11",
    "timestamp": "2026-03-04T10:41:30.512Z",
    "anonymousId": "a1b2c3d4-e5f6-4718-9a0b-c1d2e3f40718",
    "userId": "user-123",
    "context": {
        "ip": "203.0.113.7",
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
        "locale": "en-GB",
        "page": {
            "url": "https://shop.example.com/checkout/thanks?step=4",
            "referrer": "https://shop.example.com/checkout",
            "title": "Thank you",
        },
        "campaign": {"name": "spring", "source": "newsletter", "medium": "email"},
        "consent": {"analytics": True, "marketing": False},
    },
    "properties": {
        "order_id": "ORD-001",
        "revenue": 129.99,
        "tax": 20.8,
        "shipping": 4.95,
        "discount": 10,
        "currency": "EUR",
        "coupon": "WELCOME10",
        "products": [
            {"sku": "SKU-1", "name": "Mug", "category": "Kitchen", "price": 24.99, "quantity": 2},
            {"sku": "SKU-2", "name": "Lamp", "category": "Home", "price": 59.0, "quantity": 1},
            {"sku": "SKU-3", "name": "Tray", "category": "Kitchen", "price": 21.01, "quantity": 1},
        ],
    },
}


def program() -> Program:
    """The blueprint, compiled."""
    return Blueprint.from_toml(BLUEPRINT, "benchmark").compile(
        Settings("benchmark", {"site_id": "7"}), identity=frozenset({"uid", "visitor"})
    )


def by_hand(site: str) -> Callable[[Tree], dict[str, Any]]:
    """The same twenty mappings as functions written for them."""

    def constant(target: str, value: str) -> Put:
        def put(tree: Tree, out: dict[str, Any]) -> None:
            out[target] = value

        return put

    def top(target: str, key: str) -> Put:
        def put(tree: Tree, out: dict[str, Any]) -> None:
            value = tree.get(key)
            if value is not None and value != "":
                out[target] = value

        return put

    def within(target: str, parent: str, key: str) -> Put:
        def put(tree: Tree, out: dict[str, Any]) -> None:
            value = tree[parent].get(key)
            if value is not None and value != "":
                out[target] = value

        return put

    def page(target: str, key: str) -> Put:
        def put(tree: Tree, out: dict[str, Any]) -> None:
            about = tree["context"].get("page")
            if about is not None:
                value = about.get(key)
                if value is not None and value != "":
                    out[target] = value

        return put

    def lang(tree: Tree, out: dict[str, Any]) -> None:
        value = tree["context"].get("locale")
        if value is not None and value != "":
            out["lang"] = value.lower()

    def visitor(tree: Tree, out: dict[str, Any]) -> None:
        value = tree.get("anonymousId")
        if value:
            bare = value.replace("-", "").lower()[:16]
            try:
                int(bare, 16)
            except ValueError:
                bare = hashlib.sha256(value.encode()).hexdigest()[:16]
            out["visitor"] = bare

    def at(tree: Tree, out: dict[str, Any]) -> None:
        value = tree.get("timestamp")
        if value:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            out["at"] = int(moment.timestamp())

    def first_of(target: str, *keys: str) -> Put:
        def put(tree: Tree, out: dict[str, Any]) -> None:
            properties = tree["properties"]
            for key in keys:
                value = properties.get(key)
                if value is not None and value != "":
                    out[target] = value
                    return

        return put

    def coupon(tree: Tree, out: dict[str, Any]) -> None:
        value = tree["properties"].get("coupon")
        if value is None or value == "":
            campaign = tree["context"].get("campaign")
            value = campaign.get("name") if campaign is not None else None
        if value is not None and value != "":
            out["coupon"] = value

    def first(tree: Tree, out: dict[str, Any]) -> None:
        products = tree["properties"].get("products")
        if products:
            value = products[0].get("sku")
            if value is not None and value != "":
                out["first"] = value

    steps: list[Put] = [
        constant("site", site),
        constant("rec", "1"),
        constant("image", "0"),
        page("url", "url"),
        page("referrer", "referrer"),
        page("title", "title"),
        within("agent", "context", "userAgent"),
        lang,
        within("address", "context", "ip"),
        top("uid", "userId"),
        visitor,
        at,
        constant("goal", "0"),
        first_of("order", "order_id", "transaction_id"),
        first_of("revenue", "revenue", "total", "value"),
        within("tax", "properties", "tax"),
        within("shipping", "properties", "shipping"),
        within("discount", "properties", "discount"),
        coupon,
        first,
    ]

    def run(tree: Tree) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for step in steps:
            step(tree, out)
        return out

    return run


def variants() -> list[Tree]:
    """The order, and orders that lack something: both sides must agree on all of them."""
    properties: Tree = ORDER["properties"]
    context: Tree = ORDER["context"]

    def without(tree: Tree, *keys: str) -> Tree:
        return {key: value for key, value in tree.items() if key not in keys}

    return [
        ORDER,
        {"type": "track", "event": "Order Completed"},
        {**ORDER, "properties": {**without(properties, "order_id", "coupon"), "transaction_id": "T-1", "revenue": ""}},
        {**ORDER, "properties": {"total": 0, "value": 3, "products": [], "coupon": ""}},
        {**ORDER, "context": {**without(context, "page", "campaign"), "locale": ""}, "userId": ""},
        {**ORDER, "anonymousId": "short", "timestamp": "2026-03-04T10:41:30"},
    ]


def mapped(compiled: Program, event: Event) -> Mapped:
    """The mapped event; a skipped one would be a mistake of the benchmark."""
    made = compiled.run(event)
    assert isinstance(made, Mapped)
    return made


def check_agreement() -> None:
    """Both sides give the same pairs for every variant."""
    compiled, reference = program(), by_hand("7")
    for tree in variants():
        event = Event.read(tree)
        ours, theirs = dict(mapped(compiled, event).pairs), reference(event.tree)
        assert ours == theirs, (ours, theirs)


def rates(*, rounds: int, calls: int) -> dict[str, float]:
    """Events per second for the reference and for what is asked of a mapped event.

    Rounds are taken in turn, so that a busy machine meets all alike; the figure is that of the best round:
    what makes the others slower is other programs.
    """
    check_agreement()
    event = Event.read(ORDER)
    compiled, reference = program(), by_hand("7")

    def theirs() -> None:
        tree = event.tree
        for _ in range(calls):
            reference(tree)

    def run() -> None:
        for _ in range(calls):
            compiled.run(event)

    def found() -> None:
        for _ in range(calls):
            mapped(compiled, event).found  # noqa: B018

    def fields() -> None:
        for _ in range(calls):
            mapped(compiled, event).fields()

    works = {"reference": theirs, "run": run, "found": found, "fields": fields}
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            started = perf_counter()
            work()
            taken[name].append(perf_counter() - started)
    return {name: calls / min(seconds) for name, seconds in taken.items()}


LEAST = 0.85


def measure(*, rounds: int, calls: int) -> list[Row]:
    """The rows of mapping."""
    measured = rates(rounds=rounds, calls=calls)
    reference = measured["reference"]

    def row(what: str, name: str, target: bool) -> Row:
        figure = measured[name]
        return Row(
            what=what,
            figure=figure,
            unit="events/s",
            reference=reference,
            reference_is="closures by hand, no trace",
            target=f"ratio ≥ {LEAST}" if target else "",
            met=figure / reference >= LEAST if target else None,
        )

    return [
        row("mapping Order Completed, 20 mappings, trace when looked at", "run", True),
        row("  the same, each value listed with its rule", "found", False),
        row("  the same, every trace spelt out as a Field", "fields", False),
    ]
