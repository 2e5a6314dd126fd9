"""The common fields of an event, as a form shows them, and the event's text with one of them changed.

The form is made of the JSON as it is written, in either casing, also of one that is no event yet. A change touches the
value it is about and nothing else: layout, order of keys, numbers as written and escapes stay what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from signal_tui.api.events import TYPES, Event
from signal_tui.api.identity import CATEGORIES
from signal_tui.api.paths import Steps, path_text
from signal_tui.api.values import Value, dump_json, parse_json, read_number, text_of
from signal_tui.core.consent_places import consent_of, with_consent
from signal_tui.core.event_properties import LISTS, Property, columns_of, properties_of, property_of, traits_of
from signal_tui.core.event_texts import remove_value, set_value, spelled

__all__ = [
    "FormField",
    "TypedError",
    "changed",
    "cleared",
    "fields",
    "product_list",
    "read_typed",
    "remove_value",
    "set_value",
]

MOST = 400
"""Fields of one event that a form shows; what is beyond is in the JSON."""

_MOST_MEMBERS = 60
_MOST_PRODUCTS = 20

GRANTED = ("granted", "denied", "absent")
EVENT, PROPERTIES, PRODUCTS, VISITOR, PAGE, CONSENT, DELIVERY = (
    "Event",
    "Properties",
    "Products",
    "Visitor",
    "Page",
    "Consent",
    "Time and id",
)


class TypedError(ValueError):
    """Something typed that a field cannot take; the message says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field. ``kind``: text, number, choice, flag, time, or json for a list or an object.

    ``steps`` lead to it in the text, by the keys that are there. ``number`` and ``column`` are those of a product.
    """

    steps: Steps
    path: str
    label: str
    kind: str
    group: str
    present: bool = True
    value: Value = None
    help: str = ""
    choices: tuple[str, ...] = ()
    number: int | None = None

    @property
    def written(self) -> str:
        """The value as it is typed into the field."""
        if not self.present:
            return ""
        quoted = self.kind in ("number", "json") and isinstance(self.value, str)
        return dump_json(self.value) if quoted or self.value is None else text_of(self.value)


def fields(event: Event | Mapping[str, Any]) -> list[FormField]:
    """The fields of an event or of its JSON, in the order in which they are read; at most :data:`MOST`."""
    tree = event.tree if isinstance(event, Event) else event
    found: list[FormField] = []
    for one in _fields(tree):
        found.append(one)
        if len(found) == MOST:
            break
    return found


def read_typed(field: FormField, typed: str, now: Callable[[], datetime] | None = None) -> Value:
    """The value that something typed into a field stands for. Raises :class:`TypedError`.

    Numbers are kept as typed; a number field takes a text where it stands in quotes, a time field the word ``now``.
    """
    bare = typed.strip()
    if field.kind == "number":
        if bare[:1] == '"':
            return _json(bare, 'a text in quotes ends with "')
        try:
            return read_number(bare)
        except ValueError:
            raise TypedError('a number such as 129.90; "129,90" in quotes goes as text') from None
    if field.kind == "json":
        return _json(bare, "JSON")
    if field.kind == "time" and bare.lower() == "now":
        moment = (now or _now)().astimezone(UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if field.kind == "flag" and bare in ("true", "false"):
        return bare == "true"
    if field.kind == "flag" or (field.kind == "choice" and bare not in field.choices):
        raise TypedError("one of " + ", ".join(field.choices))
    return bare if field.kind in ("choice", "time") else typed


def changed(text: str, field: FormField, value: Value) -> str:
    """The event's text with another value in a field. Raises :class:`ValueError`."""
    if field.group == CONSENT:
        return with_consent(text, str(field.steps[-1]), {"granted": True, "denied": False}.get(value))
    return set_value(text, field.steps, value)


def cleared(text: str, field: FormField) -> str:
    """The event's text without a field. Raises :class:`ValueError`."""
    return with_consent(text, str(field.steps[-1]), None) if field.group == CONSENT else remove_value(text, field.steps)


def product_list(tree: Mapping[str, Any]) -> str | None:
    """The property that holds an event's products: the one that does, else the one documented for it, if any."""
    held = tree.get("properties")
    for name in LISTS:
        if _is_table("properties", name, _at(held, (name,))):
            return name
    key = tree.get("event") if tree.get("type") == "track" else None
    return next((one.name for one in properties_of(str(key or "")) if one.name in LISTS), None)


def _now() -> datetime:
    return datetime.now(UTC)


def _json(typed: str, what: str) -> Value:
    try:
        return parse_json(typed)
    except ValueError as error:
        raise TypedError(f"{what}: {error}") from None


def _fields(tree: Mapping[str, Any]) -> Iterator[FormField]:
    kind = tree.get("type") if isinstance(tree.get("type"), str) else ""
    key = str(tree.get("event") or "") if kind == "track" else str(kind)
    yield _field(tree, ("type",), "type", "choice", EVENT, help="what kind of event it is", choices=TYPES)
    if kind == "track" or "event" in tree:
        yield _field(tree, ("event",), "event", group=EVENT, help="its name; mappings match it to the letter")
    if kind == "page" or "name" in tree:
        yield _field(tree, ("name",), "name", group=EVENT, help="the page's name")
    yield from _object(tree, "properties", properties_of(key), PROPERTIES)
    yield from _products(tree)
    yield from _visitor(tree, str(kind))
    for name, words in (("url", "the page's address"), ("title", "its title"), ("referrer", "the page before it")):
        yield _field(tree, ("context", "page", name), name, group=PAGE, help=words + ", from the browser")
    consent = consent_of(tree)
    for category in CATEGORIES:
        state = consent.get(category)
        words = "absent" if state is None else "granted" if state else "denied"
        yield FormField(
            steps=("context", "consent", category),
            path=f"context.consent.{category}",
            label=category,
            kind="choice",
            group=CONSENT,
            present=state is not None,
            value=words,
            help="always granted" if category == "essential" else "absent: the event does not speak of it",
            choices=GRANTED,
        )
    yield _field(tree, ("timestamp",), "timestamp", "time", DELIVERY, help="when it happened, ISO 8601; or type now")
    yield _field(tree, ("messageId",), "messageId", group=DELIVERY, help="its own id; a repeated one may be dropped")


def _visitor(tree: Mapping[str, Any], kind: str) -> Iterator[FormField]:
    yield _field(tree, ("userId",), "userId", group=VISITOR, help="the known user")
    yield _field(tree, ("anonymousId",), "anonymousId", group=VISITOR, help="the visitor, known or not")
    if kind == "group" or "groupId" in tree or "group_id" in tree:
        yield _field(tree, ("groupId",), "groupId", group=VISITOR, help="the group they belong to")
    yield from _object(tree, "traits", traits_of(kind), VISITOR)
    yield _field(tree, ("context", "ip"), "ip", group=VISITOR, help="the visitor's address")
    yield _field(tree, ("context", "userAgent"), "userAgent", group=VISITOR, help="the visitor's browser")
    yield _field(tree, ("context", "locale"), "locale", group=VISITOR, help="language and country, en-GB")
    yield from _object(tree, "vendor_ids", (), VISITOR)


def _at(tree: Value, steps: Steps) -> Value:
    for step in steps:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _object(tree: Mapping[str, Any], name: str, known: Sequence[Property], group: str) -> Iterator[FormField]:
    """The documented members of an object, then whatever else is in it."""
    (holder,) = spelled(tree, (name,))[:1]
    held = tree.get(str(holder[0]))
    held = held if isinstance(held, Mapping) else {}
    label = "" if name == "properties" else f"{name}."
    for one in known:
        if one.name not in LISTS and not isinstance(held.get(one.name), Mapping):
            yield _field(tree, (name, one.name), label + one.name, one.kind, group, help=one.help)
    listed = {one.name for one in known if one.name not in LISTS}
    for key in islice(held, _MOST_MEMBERS):
        if isinstance(held[key], Mapping) and held[key]:
            yield from _leaves(tree, (name, key), held[key], f"{label}{key}", group)
        elif key not in listed and not _is_table(name, key, held[key]):
            kind = property_of(key).kind
            yield _field(tree, (name, key), label + key, kind, group, help=property_of(key).help)


def _leaves(
    tree: Mapping[str, Any], steps: Steps, held: Mapping[str, Any], label: str, group: str
) -> Iterator[FormField]:
    for key, value in islice(held.items(), _MOST_MEMBERS):
        if isinstance(value, Mapping) and value and len(steps) < 6:
            yield from _leaves(tree, (*steps, key), value, f"{label}.{key}", group)
        else:
            yield _field(tree, (*steps, key), f"{label}.{key}", group=group)


def _is_table(holder: str, key: str, value: Value) -> bool:
    return (
        holder == "properties"
        and key in LISTS
        and isinstance(value, list)
        and bool(value)
        and all(isinstance(row, Mapping) for row in value)
    )


def _products(tree: Mapping[str, Any]) -> Iterator[FormField]:
    held = _at(tree, ("properties",))
    for name in LISTS:
        rows = _at(held, (name,))
        if not _is_table("properties", name, rows):
            continue
        rows = rows[:_MOST_PRODUCTS]
        keys = dict.fromkeys(str(one) for row in rows for one in row)
        for number, row in enumerate(rows):
            for column in columns_of(name, list(keys)[:12]):
                known = property_of(column)
                yield _made(
                    ("properties", name, number, column),
                    column,
                    known.kind,
                    PRODUCTS,
                    column in row,
                    row.get(column),
                    help=known.help,
                    number=number,
                )


def _field(
    tree: Mapping[str, Any],
    steps: Steps,
    label: str,
    kind: str = "text",
    group: str = "",
    help: str = "",  # noqa: A002 - the name of the member
    choices: tuple[str, ...] = (),
) -> FormField:
    held: Value = tree
    present = True
    for step in spelled(tree, steps)[0]:
        present = isinstance(held, Mapping) and step in held
        held = held[step] if present else None
    return _made(steps, label, kind, group, present, held, help=help, choices=choices)


def _made(steps: Steps, label: str, kind: str, group: str, present: bool, value: Value, **more: Any) -> FormField:
    if kind != "choice":
        if isinstance(value, bool):
            kind, more["choices"] = "flag", ("true", "false")
        elif isinstance(value, int | float):
            kind = "number"
        elif isinstance(value, Mapping | list):
            kind = "json"
    return FormField(
        steps=steps, path=path_text(steps), label=label, kind=kind, group=group, present=present, value=value, **more
    )
