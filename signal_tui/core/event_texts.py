"""The text of an event with one value changed, in the casing in which it is written; the rest stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signal_tui.api.events import CONTEXT_KEYS, ENVELOPE_KEYS
from signal_tui.api.identity import CATEGORIES
from signal_tui.api.paths import Steps, parse_path
from signal_tui.api.values import Value, parse_json
from signal_tui.core.event_properties import columns_of
from signal_tui.core.json_spans import with_value, without_value


def set_value(text: str, path: str | Steps, value: Value) -> str:
    """The event's text with another value at a path, in wire spelling; the key that is there is taken, in its casing.

    A key that is missing is put at its place among the others. Raises :class:`ValueError`.
    """
    for steps in spelled(_tree(text), _steps(path)):
        text = with_value(text, steps, value, _order)
    return text


def remove_value(text: str, path: str | Steps) -> str:
    """The event's text without what stands at a path, in either casing. Raises :class:`ValueError`."""
    for steps in spelled(_tree(text), _steps(path)):
        text = without_value(text, steps)
    return text


def with_product(text: str, name: str = "products", copied: int | None = None) -> str:
    """The event's text with one more product at the end: a copy of the one of a number, else one to be filled in."""
    tree = _tree(text)
    properties = tree.get("properties")
    rows = properties.get(name) if isinstance(properties, Mapping) else None
    count = len(rows) if isinstance(rows, list) else 0
    product: Value = dict.fromkeys(columns_of(name, []), "") | {"price": 0, "quantity": 1}
    if isinstance(rows, list) and copied is not None and 0 <= copied < count:
        product = rows[copied]
    return set_value(text, ("properties", name, count), product)


def _tree(text: str) -> Mapping[str, Any]:
    tree = parse_json(text)
    if not isinstance(tree, Mapping):
        raise ValueError("an event is an object")
    return tree


def _steps(path: str | Steps) -> Steps:
    return parse_path(path) if isinstance(path, str) else path


def spelled(tree: Mapping[str, Any], steps: Steps) -> list[Steps]:
    """Steps in the spelling of the tree; several where it has a key in both, one where it has none."""
    result = []
    for first in _keys(tree, steps[0], ENVELOPE_KEYS):
        inner = tree.get(first)
        if first == "context" and len(steps) > 1:
            seconds = _keys(inner if isinstance(inner, Mapping) else {}, steps[1], CONTEXT_KEYS)
            result += [(first, second, *steps[2:]) for second in seconds]
        else:
            result.append((first, *steps[1:]))
    return result


def _keys(tree: Mapping[str, Any], key: str | int, spellings: Mapping[str, str]) -> list[str]:
    wire = spellings.get(str(key), str(key))
    found = [one for one in tree if spellings.get(one, one) == wire]
    if found:
        return found
    second = next((two for two, one in spellings.items() if one == wire and "_" in two), None)
    is_second = any(one in spellings and "_" in one for one in tree)
    return [second if second and is_second and not any(one in spellings.values() for one in tree) else wire]


_TOP = (
    "type",
    "event",
    "name",
    *("userId", "user_id", "anonymousId", "anonymous_id", "groupId", "group_id"),
    *("properties", "traits", "context", "vendor_ids", "vendorIds"),
    *("timestamp", "messageId", "message_id"),
)
_CONTEXT = ("ip", "userAgent", "user_agent", "locale", "timezone", "time_zone", "page", "consent")
_PAGE = ("url", "path", "search", "title", "referrer")


def _order(steps: Steps) -> Sequence[str]:
    match steps:
        case ():
            return _TOP
        case ("context",):
            return _CONTEXT
        case ("context", "page"):
            return _PAGE
        case ("context", "consent", "canonical"):
            return CATEGORIES
        case _:
            return ()
