"""An event made again: the same in everything but what must not be there twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from signal_tui.api.events import Event
from signal_tui.api.values import Value

ORDER_KEYS = ("order_id", "orderId", "transaction_id")
"""The properties that name an order: vendors take a repeated one for the same order."""

_PREFIX = re.compile(r"[A-Za-z]+[-_]?", re.ASCII)
_DIGITS, _HEX, _LETTERS = "0123456789", "0123456789abcdef", "abcdefghijklmnopqrstuvwxyz"


def duplicated(event: Event, now: datetime, new_id: Callable[[], str], *, new_visitor: bool = False) -> Event:
    """The event of ``now`` with a new messageId and, where it has one, a new order id; its order of keys stays.

    ``new_id`` gives a fresh UUID as text. With ``new_visitor`` the anonymousId and the vendor cookies are fresh too;
    userId and traits stay. The times at which the old one was sent and received go.
    """
    tree = {key: value for key, value in event.wire().items() if key not in ("sentAt", "receivedAt")}
    now = now.astimezone(UTC)
    properties = dict(event.tree["properties"])
    for key in ORDER_KEYS:
        if properties.get(key) not in (None, ""):
            properties[key] = _order_id(properties[key], now, new_id().replace("-", ""))
    if properties:
        tree["properties"] = properties
    if new_visitor or not event.anonymous_id:
        tree["anonymousId"] = _visitor_id(event.anonymous_id, new_id())
    if new_visitor and isinstance(tree.get("vendor_ids"), Mapping):
        tree["vendor_ids"] = {key: _alike(value, new_id) for key, value in tree["vendor_ids"].items()}
    tree["timestamp"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    tree["messageId"] = new_id()
    return Event.read(tree)


def _order_id(before: Value, now: datetime, unique: str) -> Value:
    """An order id in the manner of another one: a number for a number, else its letters in front."""
    number = int(unique[:12], 16)
    if isinstance(before, int | float):
        return number
    if isinstance(before, str) and before.isdecimal():
        return str(number)
    prefix = _PREFIX.match(before) if isinstance(before, str) else None
    return f"{prefix[0] if prefix else ''}{now:%y%m%d}-{unique[:8].upper()}"


def _visitor_id(before: str | None, fresh: str) -> str:
    """Ids such as ``anon_a1b2c3d4`` keep their word and length; all others become a UUID."""
    word, line, rest = (before or "").partition("_")
    return f"{word}_{fresh.replace('-', '')[: len(rest)]}" if line and len(rest) in range(8, 33) else fresh


def _alike(value: Value, new_id: Callable[[], str]) -> Value:
    """A cookie's value in which each digit and letter is another one of its kind."""
    if not isinstance(value, str):
        return value
    noise = _noise(new_id)

    def other(letter: str) -> str:
        kind = _DIGITS if letter.isdigit() else _HEX[10:] if letter.lower() in _HEX else _LETTERS
        found = kind[next(noise) % len(kind)]
        return found.upper() if letter.isupper() else found

    return "".join(other(one) if one.isascii() and one.isalnum() else one for one in value)


def _noise(new_id: Callable[[], str]) -> Iterator[int]:
    while True:
        yield from bytes.fromhex(new_id().replace("-", ""))


def free_name(title: str, taken: Mapping[str, Any] | set[str]) -> str:
    """A name for a duplicate that nothing has yet: ``Order Completed 2``."""
    stem = re.sub(r" \d{1,6}$", "", title)[:100]
    return next(name for number in range(2, len(taken) + 3) if (name := f"{stem} {number}") not in taken)
