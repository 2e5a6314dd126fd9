"""The properties that Signal documents for its events, in the order in which people read them.

Names and spellings are those of Signal's event specification and integration pages [documented]; where they call one
thing by several names (``revenue`` and GA4's ``value``), each name is kept with the events that are written in its
style. An event may always have others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from signal_tui.api.events import aliases_of


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an event. ``kind``: text, number or flag, where the event says nothing else."""

    name: str
    kind: str = "text"
    help: str = ""


_HELP: Mapping[str, tuple[str, str]] = {
    # name: kind, help
    "order_id": ("text", "the shop's number of the order; vendors take a repeated one for the same order"),
    "transaction_id": ("text", "the shop's number of the order, in GA4's words"),
    "revenue": ("number", "what the order came to, a number with a dot"),
    "value": ("number", "what it is worth, a number with a dot"),
    "tax": ("number", "the tax in it"),
    "shipping": ("number", "the shipping in it"),
    "discount": ("number", "what was taken off"),
    "currency": ("text", "three letters, ISO 4217"),
    "coupon": ("text", "the code that was redeemed"),
    "url": ("text", "the page it happened on, whole"),
    "path": ("text", "the path of the page"),
    "title": ("text", "the page's title"),
    "referrer": ("text", "the page before"),
    "product_id": ("text", "the shop's number of the product"),
    "sku": ("text", "the stock keeping unit"),
    "name": ("text", "what it is called"),
    "category": ("text", "the category, or several"),
    "brand": ("text", "the make"),
    "variant": ("text", "colour, size …"),
    "price": ("number", "of one piece, a number with a dot"),
    "quantity": ("number", "how many"),
    "position": ("number", "the place in the list, from 1"),
    "query": ("text", "what was searched for"),
    "results": ("number", "how much was found"),
    "search_term": ("text", "what was searched for, in GA4's words"),
    "list_id": ("text", "the list it stood in"),
    "method": ("text", "e-mail, password, a provider …"),
    "plan": ("text", "the plan that was chosen"),
    "plan_id": ("text", "the plan's id"),
    "plan_name": ("text", "the plan's name"),
    "subscription_id": ("text", "the subscription's id"),
    "lead_id": ("text", "the lead's id"),
    "form": ("text", "the form it came by"),
    "invited_by": ("text", "who invited them"),
    "referral_code": ("text", "the code they came with"),
    "item_id": ("text", "the product's number, in GA4's words"),
    "item_name": ("text", "the product's name, in GA4's words"),
    "item_category": ("text", "the category, in GA4's words"),
    "item_brand": ("text", "the make, in GA4's words"),
    "payment_method": ("text", "card, invoice …"),
    "email": ("text", "the e-mail address; some vendors know a visitor by it"),
    "company": ("text", "where they work"),
    "employees": ("number", "how many work there"),
}

_PRODUCT = "product_id sku name category price quantity currency url"
_PROPERTIES: Mapping[str, str] = {
    "page": "url title referrer",
    "Products Searched": "query results",
    "Product List Viewed": "list_id category products",
    "Product Clicked": "product_id sku name category price position currency url",
    "Product Viewed": "product_id sku name category price currency url",
    "Product Added": _PRODUCT,
    "Product Removed": _PRODUCT,
    "Product Added to Wishlist": "product_id sku name category price currency url",
    "Cart Viewed": "value currency products",
    "Checkout Started": "value currency coupon products",
    "Payment Info Entered": "payment_method value currency products",
    "Order Completed": "order_id revenue tax shipping discount currency coupon url products",
    "Signed Up": "method plan invited_by referral_code",
    "Logged In": "method",
    "Lead Generated": "lead_id form value currency",
    "Plan Viewed": "plan_id plan_name price currency",
    "Subscription Started": "subscription_id plan_id plan_name revenue currency",
    "search": "search_term",
    "view_item_list": "items",
    "select_item": "items",
    "view_item": "value currency items",
    "add_to_cart": "value currency items",
    "remove_from_cart": "value currency items",
    "add_to_wishlist": "value currency items",
    "view_cart": "value currency items",
    "begin_checkout": "value currency coupon items",
    "add_payment_info": "value currency coupon items",
    "purchase": "transaction_id value tax shipping currency coupon items",
    "sign_up": "method",
    "login": "method",
    "generate_lead": "value currency",
}
_TRAITS: Mapping[str, str] = {"identify": "email name company plan", "group": "name plan employees"}
_COLUMNS = {"products": "product_id name price quantity", "items": "item_id item_name price quantity"}
_MORE_COLUMNS = {"products": "sku category brand variant position", "items": "item_category item_brand index"}

LISTS = ("products", "items")
"""The properties that hold products, one object each."""


def properties_of(key: str) -> tuple[Property, ...]:
    """The documented properties of an event, by its name or type, in any of its names; lists of products last."""
    names = _PROPERTIES.get(key)
    for alias in aliases_of(key) if names is None else ():
        names = names or _PROPERTIES.get(alias)
    return tuple(map(property_of, (names or "").split()))


def traits_of(kind: str) -> tuple[Property, ...]:
    """The documented traits of an identify or group event."""
    return tuple(map(property_of, _TRAITS.get(kind, "").split()))


def property_of(name: str) -> Property:
    """What is known of a property, trait or product's key by its name; of an unknown one, nothing."""
    return Property(name, *_HELP.get(name, ()))


def columns_of(name: str, keys: list[str]) -> list[str]:
    """The columns of a list of products: the documented ones that every product should have, then those there are."""
    first = _COLUMNS[name].split()
    known = [*first, *_MORE_COLUMNS[name].split()]
    return [*first, *(key for key in known[len(first) :] if key in keys), *(key for key in keys if key not in known)]
