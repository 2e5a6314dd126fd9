"""The items of an order or a cart: what is left of ``ec_items``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from signal_tui_matomo import php
from signal_tui_matomo.parameters import ec_items
from signal_tui_matomo.rules.case import OBSERVED, Assumed, Case, Note, Phase, rule, short

_CATEGORIES = 5


@rule(Phase.RECORDING, OBSERVED)
def unreadable_items(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("ec_items")
    if not sent or case.kind not in ("order", "cart"):
        return
    items = ec_items(sent)
    if items is None:
        yield Note(
            "dropped", "ec_items", f"ec_items is JSON that is no list: the {case.kind} is answered and not recorded",
            "items are a list of rows", 'send [["sku","name","category",price,quantity]]', "orders-missing",
        )  # fmt: skip
        return
    rows = _rows(sent)
    if rows is None:
        yield Note(
            "altered", "ec_items", "ec_items is no JSON, so there are no items",
            "items are a JSON list of rows", 'send [["sku","name","category",price,quantity]]', "orders-missing",
        )  # fmt: skip
        return
    if len(items) < len(rows):
        yield Note(
            "altered", "ec_items", f"{len(rows) - len(items)} of {len(rows)} items are left out",
            "a row without sku is left out, and so is an object with names", "send rows that begin with their sku",
        )  # fmt: skip
    yield from _cells(rows)
    skus = [item.sku for item in items]
    if twice := next((sku for sku in skus if skus.count(sku) > 1), None):
        yield Note(
            "altered", "ec_items", f"the sku {short(twice)} is there twice; only its first row is kept",
            "items are kept by their sku", "send one row for each sku, with its quantity",
        )  # fmt: skip


def _rows(sent: str) -> list[object] | None:
    try:
        tree = php.parse_json(sent)
    except ValueError:
        return None
    rows = list(tree.values()) if isinstance(tree, Mapping) else tree
    return rows if isinstance(rows, list) else []


def _cells(rows: list[object]) -> Iterator[Note]:
    for number, row in enumerate(rows[:200], 1):
        if not isinstance(row, list) or not row or php.is_falsy(row[0]):
            continue
        categories, price, quantity = (row[index] if index < len(row) else None for index in (2, 3, 4))
        if isinstance(categories, list) and len(categories) > _CATEGORIES:
            yield Note(
                "altered", "ec_items", f"item {number} has {len(categories)} categories; {_CATEGORIES} are kept",
                "an item has at most five categories", "send at most five",
            )  # fmt: skip
        if price is not None and not php.is_numeric(php.scalar(price)):
            yield Note(
                "altered", "ec_items",
                f"the price of item {number}, {short(php.scalar(price))}, is no number; 0 is recorded",
                "a price with a comma is none", "send a number with a decimal point",
            )  # fmt: skip
        text = php.scalar(quantity)
        if quantity is not None and (not php.is_numeric(text) or not float(text).is_integer()):
            yield Note(
                "altered", "ec_items", f"the quantity of item {number}, {short(text)}, is no whole number",
                "it is cut to a whole one; what is none is 1", "send a whole number",
            )  # fmt: skip


RULES = (unreadable_items,)
