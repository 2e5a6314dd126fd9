"""The canonical event of Signal: reading both casings, writing the wire form, and the alias table of event names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signal_tui.api.identity import consent
from signal_tui.api.values import Value

TYPES = ("track", "page", "identify", "group")

ALIASES: tuple[tuple[str, ...], ...] = (
    ("Products Searched", "product_searched", "products_searched", "search"),
    ("Product List Viewed", "product_list_viewed", "view_item_list"),
    ("Product Clicked", "product_clicked", "select_item"),
    ("Product Viewed", "product_viewed", "view_item"),
    ("Product Added", "product_added", "add_to_cart"),
    ("Product Removed", "product_removed", "remove_from_cart"),
    ("Product Added to Wishlist", "product_added_to_wishlist", "add_to_wishlist"),
    ("Cart Viewed", "cart_viewed", "view_cart"),
    ("Checkout Started", "checkout_started", "begin_checkout"),
    ("Payment Info Entered", "payment_info_entered", "add_payment_info"),
    ("Order Completed", "order_completed", "purchase"),
    ("Signed Up", "signed_up", "sign_up"),
    ("Logged In", "logged_in", "login"),
    ("Lead Generated", "lead_generated", "generate_lead"),
    ("Plan Viewed", "plan_viewed"),
    ("Subscription Started", "subscription_started"),
)
"""Names of one event in the three styles that Signal's documentation uses. Signal itself matches literally."""

_GROUP_OF = {name: group for group in ALIASES for name in group}

ENVELOPE_KEYS = {
    "user_id": "userId",
    "anonymous_id": "anonymousId",
    "group_id": "groupId",
    "message_id": "messageId",
    "sent_at": "sentAt",
    "received_at": "receivedAt",
    "vendorIds": "vendor_ids",
}
"""Second spelling → wire spelling, at the top of an event."""

CONTEXT_KEYS = {"user_agent": "userAgent", "time_zone": "timezone"}
"""The same within ``context``."""

_OBJECTS = ("properties", "traits", "context", "vendor_ids")
_TEXTS = ("userId", "anonymousId", "groupId", "messageId", "timestamp", "sentAt", "receivedAt")


class EventError(ValueError):
    """An event that cannot be read. ``path`` says where, for example ``context.page``."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


def kind_of(value: Value) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case Mapping():
            return "an object"
        case _:
            return "a list"


def _one_spelling(
    tree: Mapping[str, Any], spellings: Mapping[str, str], path: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    result: dict[str, Any] = {}
    second: list[str] = []
    for key, value in tree.items():
        if not isinstance(key, str):
            raise EventError(path, f"the key {key!r} must be a text")
        wire = spellings.get(key, key)
        if wire != key:
            second.append(path + key)
        if wire in result and result[wire] != value:
            raise EventError(path + key, f"is there twice, as {wire} and {key}, with different values")
        result[wire] = value
    return result, tuple(second)


@dataclass(frozen=True, slots=True)
class Event:
    """One canonical event.

    ``tree`` is the wire form with one spelling, ``properties``, ``traits``, ``context`` and ``vendor_ids`` always
    there; it must not be changed. Keys that are not of the schema stay in it. Build one with :meth:`read`.
    """

    tree: Mapping[str, Any]

    @classmethod
    def read(cls, wire: Value) -> Event:
        """An event from its wire form, in either casing. Raises :class:`EventError` naming the path."""
        if not isinstance(wire, Mapping):
            raise EventError("", f"an event is an object, not {kind_of(wire)}")
        tree, _ = _one_spelling(wire, ENVELOPE_KEYS, "")
        kind = tree.get("type")
        if kind is None:
            raise EventError("type", f"is missing: one of {', '.join(TYPES)}")
        if kind not in TYPES:
            raise EventError("type", f"must be one of {', '.join(TYPES)}, not {kind!r}"[:200])
        if kind == "track":
            name = tree.get("event")
            if not isinstance(name, str) or not name:
                wrong = "is missing" if name is None else "must be a text that is not empty"
                raise EventError("event", f"{wrong}: a track event needs its name")
        for key in ("event", "name"):
            if not isinstance(tree.get(key), str | None):
                raise EventError(key, f"must be a text, not {kind_of(tree[key])}")
        for key in _TEXTS:
            if not isinstance(tree.get(key), str | None):
                raise EventError(key, f"must be a text, not {kind_of(tree[key])}")
        for key in _OBJECTS:
            value = tree.get(key)
            if value is None:
                tree[key] = {}
            elif not isinstance(value, Mapping):
                raise EventError(key, f"must be an object, not {kind_of(value)}")
        context, _ = _one_spelling(tree["context"], CONTEXT_KEYS, "context.")
        for key in ("page", "device", "campaign"):
            if key in context and not isinstance(context[key], Mapping | None):
                raise EventError(f"context.{key}", f"must be an object, not {kind_of(context[key])}")
        if "consent" in tree:
            beside = tree.pop("consent")
            if context.get("consent") is None:
                context["consent"] = beside
            elif beside is not None and beside != context["consent"]:
                raise EventError("consent", "is there twice, also in context, with different values")
        if not isinstance(context.get("consent"), Mapping | None):
            raise EventError("context.consent", f"must be an object, not {kind_of(context['consent'])}")
        tree["context"] = context
        return cls(tree)

    @property
    def type(self) -> str:
        """``track``, ``page``, ``identify`` or ``group``."""
        return str(self.tree["type"])

    @property
    def key(self) -> str:
        """What a blueprint matches: the event's name for track, else the type."""
        return str(self.tree["event"]) if self.tree["type"] == "track" else self.type

    @property
    def title(self) -> str:
        """What people call it: the event's name, or the type with the page's name."""
        name = self.tree.get("name")
        return f"{self.key} {name}" if self.type == "page" and name else self.key

    @property
    def user_id(self) -> str | None:
        """The known user, or None."""
        return self.tree.get("userId") or None

    @property
    def anonymous_id(self) -> str | None:
        """The anonymous visitor, or None."""
        return self.tree.get("anonymousId") or None

    @property
    def consent(self) -> Mapping[str, bool]:
        """Canonical consent category → granted; a category that the event does not speak of is absent."""
        return consent(self.tree["context"].get("consent"))

    def wire(self) -> dict[str, Any]:
        """The event as JSON in its wire form, without the empty objects that reading added."""
        return {key: value for key, value in self.tree.items() if not (key in _OBJECTS and value == {})}

    def with_(self, **changes: Value) -> Event:
        """A copy with some top-level members changed, given in wire spelling."""
        return Event.read({**self.tree, **changes})


def aliases_of(name: str) -> tuple[str, ...]:
    """The other names of an event, the documentation's first."""
    return tuple(other for other in _GROUP_OF.get(name, ()) if other != name)
