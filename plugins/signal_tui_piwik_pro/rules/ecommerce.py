"""Orders, carts and products: what they need, and what the older way of sending them is."""

from __future__ import annotations

from collections.abc import Iterator

from signal_tui_piwik_pro.parameters import SHOPPING, products_parameter
from signal_tui_piwik_pro.products import ProductsError, read_products
from signal_tui_piwik_pro.rules.case import ASSUMED, DOCUMENTED, Assumed, Case, Note, Open, Phase, rule

_BROKEN = "what the specification asks for is missing; that this makes a broken event of the hit is taken"


@rule(Phase.BROKEN, ASSUMED)
def half_an_order(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.kind != "order":
        return
    for name, what in (("ec_id", "order id"), ("revenue", "revenue")):
        if not case.text(name):
            yield Note(
                "dropped", name, f"the order has no {what} ({name})", _BROKEN, f"map {name}", "broken",
            )  # fmt: skip


@rule(Phase.BROKEN, ASSUMED)
def bad_products(case: Case) -> Iterator[Note | Assumed | Open]:
    name = products_parameter(case.params)
    if case.kind not in SHOPPING:
        return
    if not name:
        if case.kind in ("product-view", "add-to-cart", "remove-from-cart"):
            yield Note(
                "dropped", "ec_products", f"e_t={case.text('e_t')} has no ec_products", _BROKEN,
                "map ec_products, a JSON list of product rows", "broken",
            )  # fmt: skip
        return
    try:
        read_products(case.text(name))
    except ProductsError as error:
        yield Note(
            "dropped", name, f"{name}: {error}",
            "the form of the list is documented; that a wrong one makes a broken event of the hit is taken",
            "send rows of [sku, name, category, price, quantity]", "broken",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def old_way(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.kind in ("order", "cart") and not case.text("e_t"):
        yield Note(
            "risk", "idgoal", f"idgoal=0 is the older way to send {'an order' if case.kind == 'order' else 'a cart'}",
            "the specification names orders and carts by e_t; of idgoal=0 it says that it is reserved for them",
            f"send e_t={'order' if case.kind == 'order' else 'cart-update'} with ec_products", "old-order",
        )  # fmt: skip
        words = "ec_id is still read as an order" if case.kind == "order" else "no ec_id is still read as a cart"
        yield Assumed(f"idgoal=0 with {words}")
    if case.text("ec_items"):
        yield Note(
            "risk", "ec_items", "ec_items is deprecated", "it is an alias of ec_products", "send ec_products",
            "old-order",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def products_of_nothing(case: Case) -> Iterator[Note | Assumed | Open]:
    name = products_parameter(case.params)
    if name and case.kind not in SHOPPING:
        yield Note(
            "altered", name, "the products are lost: the hit is none that has products",
            "e_t says that a hit is an order, a cart, a product view, or a change of the cart", "send e_t",
        )  # fmt: skip


@rule(Phase.RECORDING, DOCUMENTED)
def order_without_products(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.kind == "order" and not products_parameter(case.params):
        yield Note(
            "risk", "ec_products", "the order has no products", "they come from ec_products alone", "map ec_products"
        )


@rule(Phase.RECORDING, DOCUMENTED)
def ecommerce_off(case: Case) -> Iterator[Note | Assumed | Open]:
    if case.kind in SHOPPING and case.app.get("ecommerce") is False:
        yield Note(
            "risk", None, "e-commerce reports are off in this app", "the setting decides whether reports show orders",
            "switch them on under Administration → Sites & apps",
        )  # fmt: skip


RULES = (half_an_order, bad_products, old_way, products_of_nothing, order_without_products, ecommerce_off)
