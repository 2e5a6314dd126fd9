"""Product lists: how the preset makes them, and how ``ec_products`` and its older name ``ec_items`` are read.

A product is a row of sku, name, category (one or up to five), price, quantity, brand, variant and its own dimensions;
what is left out is null (documented). What becomes of a row that is none of that is not documented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signal_tui.api import Transform, TransformError, dump_json, parse_json, text_of
from signal_tui.api.values import Value, read_number

MOST_PRODUCTS = 100
MOST_CATEGORIES = 5
MOST_BYTES = 1024
"""Bytes of a sku, a name or a category (documented, as the two limits above)."""

_COLUMNS: tuple[tuple[str, ...], ...] = (
    ("sku", "product_id", "item_id"),
    ("name", "product_name", "item_name"),
    ("category", "item_category"),
    ("price",),
    ("quantity",),
    ("brand", "item_brand"),
    ("variant", "item_variant"),
)
_NUMBERS = (3, 4)


def _rows(value: Value, format_: str) -> str:
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, list | tuple):
        raise TransformError("products are a list of objects")
    rows = []
    for number, item in enumerate(items, 1):
        if not isinstance(item, Mapping):
            raise TransformError(f"product {number} is not an object")
        row = [next((item[key] for key in keys if item.get(key) is not None), None) for keys in _COLUMNS]
        for column in _NUMBERS:
            row[column] = _number(row[column])
        while len(row) > 1 and row[-1] is None:
            row.pop()
        rows.append(row)
    return dump_json(rows)


def _number(value: Value) -> Value:
    if isinstance(value, str):
        try:
            return read_number(value.strip())
        except ValueError:
            return value
    return value


def _texts(value: Value, format_: str) -> str:
    return dump_json([text_of(part) for part in (value if isinstance(value, list | tuple) else [value])])


TRANSFORMS: Mapping[str, Transform] = {
    "products": Transform(apply=_rows, describe=lambda before, after, _: "list of product rows, as JSON"),
    "text_list": Transform(apply=_texts, describe=lambda before, after, _: "list of texts, as JSON"),
}
"""The transforms of the preset ``recommended``."""


@dataclass(frozen=True, slots=True)
class Product:
    """One row as it is meant. ``price`` and ``quantity`` have the defaults of the specification."""

    sku: str
    name: str = ""
    categories: tuple[str, ...] = ()
    price: float = 0.0
    quantity: int = 1
    brand: str = ""
    variant: str = ""


class ProductsError(ValueError):
    """A list of products that does not follow the specification; the message says where."""


def read_products(sent: str) -> list[Product]:
    """The products of ``ec_products`` or ``ec_items``. Raises :class:`ProductsError`."""
    try:
        rows = parse_json(sent)
    except ValueError:
        raise ProductsError("it is no JSON") from None
    if not isinstance(rows, list):
        raise ProductsError("it is no list of rows")
    if len(rows) > MOST_PRODUCTS:
        raise ProductsError(f"it has {len(rows)} products, and {MOST_PRODUCTS} are allowed")
    return [_product(row, number) for number, row in enumerate(rows, 1)]


def _product(row: Value, number: int) -> Product:
    if not isinstance(row, list):
        raise ProductsError(f"product {number} is no list [sku, name, category, price, quantity]")
    cells: Sequence[Value] = [*row, *[None] * 8]
    sku = _text(cells[0])
    if not sku:
        raise ProductsError(f"product {number} has no sku")
    categories = cells[2] if isinstance(cells[2], list) else [cells[2]]
    named = tuple(_text(category) for category in categories if _text(category))
    if len(named) > MOST_CATEGORIES:
        raise ProductsError(f"product {number} has {len(named)} categories, and {MOST_CATEGORIES} are allowed")
    if long := next((text for text in (sku, _text(cells[1]), *named) if len(text.encode()) > MOST_BYTES), None):
        raise ProductsError(f"product {number} has a text of {len(long.encode())} bytes, and {MOST_BYTES} fit")
    return Product(
        sku=sku,
        name=_text(cells[1]),
        categories=named,
        price=_amount(cells[3], 0.0, f"product {number} has the price"),
        quantity=_count(cells[4], f"product {number} has the quantity"),
        brand=_text(cells[5]),
        variant=_text(cells[6]),
    )


def _text(value: Value) -> str:
    return "" if value is None or isinstance(value, bool | list | dict) else text_of(value).strip()


def _amount(value: Value, default: float, what: str) -> float:
    if value is None or value == "":
        return default
    if isinstance(value, bool | list | dict):
        raise ProductsError(f"{what} {text_of(value)[:30]}, which is no number")
    try:
        amount = float(text_of(value))
    except (ValueError, OverflowError):
        raise ProductsError(f"{what} {text_of(value)[:30]!r}, which is no number") from None
    if not abs(amount) < 1e300:
        raise ProductsError(f"{what} {text_of(value)[:30]}, which is no number")
    return amount


def _count(value: Value, what: str) -> int:
    amount = _amount(value, 1.0, what)
    if amount != int(amount) or amount < 0:
        raise ProductsError(f"{what} {text_of(value)[:30]}, which is no whole number")
    return int(amount)
