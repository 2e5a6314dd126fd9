"""Orders, carts, goals and product views; the items of orders and carts stand in :mod:`.items`."""

from __future__ import annotations

from collections.abc import Iterator

from signal_tui_matomo import php
from signal_tui_matomo.exclusions import listed
from signal_tui_matomo.parameters import goal_id
from signal_tui_matomo.rules.case import ASSUMED, DOCUMENTED, OBSERVED, Assumed, Case, Note, Phase, rule, short

_PRODUCT = ("_pks", "_pkn", "_pkc", "_pkp")
_AMOUNTS = ("ec_st", "ec_tx", "ec_sh", "ec_dt")


@rule(Phase.RECORDING, OBSERVED)
def unknown_goal(case: Case) -> Iterator[Note | Assumed]:
    if case.kind != "goal":
        return
    goal = goal_id(case.params)
    if "goals" not in case.site:
        yield Assumed(f"the goal {goal} exists")
    elif str(goal) not in map(str, listed(case.site, "goals")):
        yield Note(
            "rejected", "idgoal", f"the site has no goal {goal}", "a hit with an unknown goal is refused with 400",
            "create the goal, or correct its number", "rejected-400",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def goal_that_is_none(case: Case) -> Iterator[Note | Assumed]:
    sent = case.text("idgoal")
    if sent and goal_id(case.params) < 0:
        yield Note(
            "ignored", "idgoal", f"idgoal={sent[:40]} is no number and is ignored",
            "a product view is an ordinary page view with _pk* parameters; idgoal has no value for it",
            "leave idgoal out; the preset “recommended” does",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def order_that_is_a_cart(case: Case) -> Iterator[Note | Assumed]:
    if case.kind != "cart":
        return
    amounts = case.has(*_AMOUNTS)
    if case.text("ec_id") or amounts:
        yield Note(
            "altered", "ec_id",
            "the order becomes a cart, since ec_id is " + ("0" if case.text("ec_id") else "missing"),
            "idgoal=0 without an order id is a cart update; it shows as abandoned until an order follows",
            "map the order's id to ec_id", "orders-missing",
        )  # fmt: skip
    elif not case.text("ec_items"):
        yield Note(
            "risk", "idgoal", "idgoal=0 without ec_id is a cart, not an order",
            "it shows as an abandoned cart until an order follows in the same visit", "map ec_id if an order is meant",
            "orders-missing",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def order_without_goal(case: Case) -> Iterator[Note | Assumed]:
    sent = case.has("ec_id", "ec_items", *_AMOUNTS)
    if sent and not case.is_conversion and case.kind not in ("ping", "none"):
        yield Note(
            "altered", sent[0], "the order is lost: idgoal=0 is missing",
            "without idgoal=0 the hit is an ordinary one, and its order parameters are not read",
            "map idgoal with the value 0", "orders-missing",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def products_outside_items(case: Case) -> Iterator[Note | Assumed]:
    sent = case.has(*_PRODUCT)
    if sent and case.kind in ("order", "cart"):
        without = "" if case.text("ec_items") else f"; the {case.kind} has 0 items"
        yield Note(
            "altered", sent[0], f"the product is lost: {', '.join(sent)} are dropped{without}",
            "with idgoal=0 products count from ec_items alone",
            'send ec_items=[["sku","name","category",price,quantity]]; the preset “recommended” does', "cart-empty",
        )  # fmt: skip
    elif sent and case.kind == "goal":
        yield Note(
            "altered", sent[0], f"the product view is lost: {', '.join(sent)} are dropped",
            "a goal records no page view", "send the product view as a hit of its own",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def unknown_quantity(case: Case) -> Iterator[Note | Assumed]:
    if "_pkq" in case.params:
        yield Note(
            "ignored", "_pkq", "Matomo has no parameter _pkq", "a quantity stands in ec_items, fifth in each row",
            "send ec_items", "cart-empty",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def nothing_in_it(case: Case) -> Iterator[Note | Assumed]:
    if case.kind in ("order", "cart") and not case.text("ec_items") and not case.has(*_PRODUCT):
        order = case.kind == "order"
        yield Note(
            "risk", "ec_items", f"the {case.kind} has no items",
            "it is recorded with its amounts and without products"
            if order else "an abandoned cart with 0 items appears; each cart update replaces the one before",
            "map the products to ec_items; the preset “recommended” does", "orders-missing" if order else "cart-empty",
        )  # fmt: skip


@rule(Phase.RECORDING, ASSUMED)
def no_amount(case: Case) -> Iterator[Note | Assumed]:
    if case.kind in ("order", "cart") and not case.text("revenue"):
        yield Note(
            "risk", "revenue", f"the {case.kind} has no amount; 0 is recorded",
            "Matomo does not add up the items", "map the total to revenue",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def amounts(case: Case) -> Iterator[Note | Assumed]:
    names = ("revenue", *_AMOUNTS) if case.kind in ("order", "cart") else ("revenue",) if case.kind == "goal" else ()
    for name in names if case.is_conversion else ("_pkp",):
        sent = case.text(name)
        # matomo.js says false for an amount that there is none of.
        if not sent or php.is_numeric(sent) or sent == "false":
            continue
        value = php.number(sent, 0.0)
        kept = "the goal's own revenue" if case.kind == "goal" and not value else f"{value:g}"
        yield Note(
            "altered", name, f"{name} {short(sent)} is no number; {kept} is recorded",
            "a comma ends the number, and what is none is 0", "send a number with a decimal point and nothing else",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def page_of_a_conversion(case: Case) -> Iterator[Note | Assumed]:
    if not case.is_conversion:
        return
    if case.text("action_name"):
        yield Note(
            "altered", "action_name", f"the page view is lost: the hit is recorded as the {case.kind} alone",
            "a hit with idgoal records only its conversion", "send the page view as a hit of its own",
        )  # fmt: skip
    if case.text("url"):
        yield Note(
            "ignored", "url", "url is not recorded as a page",
            "a hit with idgoal records only its conversion"
            + (", which keeps its address" if case.kind == "goal" else ""),
            "send a page view of its own before it",
        )  # fmt: skip


@rule(Phase.RECORDING, OBSERVED)
def repeated_order(case: Case) -> Iterator[Note | Assumed]:
    if case.kind == "order":
        yield Assumed("the order id is new on this site (a repeated one is refused with 400)")


@rule(Phase.RECORDING, OBSERVED)
def ecommerce_off(case: Case) -> Iterator[Note | Assumed]:
    if case.kind not in ("order", "cart"):
        return
    if case.site.get("ecommerce") is False:
        yield Note(
            "risk", "idgoal", "ecommerce is not enabled on this site",
            f"the {case.kind} is recorded and shows in the visit log, but there are no ecommerce reports",
            "enable ecommerce under Administration → Websites → Manage", "orders-missing",
        )  # fmt: skip
    elif "ecommerce" not in case.site:
        yield Assumed("ecommerce is enabled on the site")


@rule(Phase.RECORDING, DOCUMENTED)
def orphan_amount(case: Case) -> Iterator[Note | Assumed]:
    if case.text("revenue") and not case.is_conversion and not case.has("ec_id", "ec_items", *_AMOUNTS):
        yield Note(
            "ignored", "revenue", "revenue counts for an order, a cart or a goal alone",
            "without idgoal it is not read", "map idgoal",
        )  # fmt: skip


RULES = (
    unknown_goal,
    goal_that_is_none,
    order_that_is_a_cart,
    order_without_goal,
    products_outside_items,
    unknown_quantity,
    nothing_in_it,
    no_amount,
    amounts,
    page_of_a_conversion,
    repeated_order,
    ecommerce_off,
    orphan_amount,
)
