"""The named transforms of blueprints.

A transform is a pure function of a value and the mapping's ``format``. Its description is made only when somebody
looks at the trace. A plugin adds its own through ``Vendor.transforms``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from signal_tui.api.identity import hex16, hex16_is_documented
from signal_tui.api.values import Value, dump_json, read_number, text_of


class TransformError(ValueError):
    """A value that a transform cannot take; the message says what it would have needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """``apply(value, format)`` gives the new value or raises :class:`TransformError`.

    ``describe(before, after, format)`` says in a few words what was done. ``check(format)`` says what is wrong with a
    format when a blueprint is compiled. ``caution(before, format)`` may name a risk of this very value. With
    ``absent`` it also runs where there is no value (None).
    """

    apply: Callable[[Value, str], Value]
    describe: Callable[[Value, Value, str], str]
    check: Callable[[str], str | None] = lambda format_: None if not format_ else "takes no format"
    caution: Callable[[Value, str], str | None] | None = None
    absent: bool = False


_EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH = {"epoch_s": 1, "epoch_ms": 1_000, "epoch_micros": 1_000_000}
_EPOCH_TEXT = re.compile(r"-?(\d{9,}|\d+(?=\.))(\.\d+)?", re.ASCII)
_DATE_FORMATS = (*_EPOCH, "iso", "datetime")


def instant(value: Value) -> datetime:
    """A point in time from ISO-8601 text or from seconds, milliseconds or microseconds since 1970, by magnitude.

    Text without an offset is UTC. Raises :class:`TransformError`.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            # ISO-8601 without separators has eight digits at most before its T; longer numbers are seconds and finer.
            if text[4:5] != "-" and _EPOCH_TEXT.fullmatch(text):
                return instant(float(text))
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is UTC:
                return moment
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise TransformError(f"{value[:60]!r} is no ISO-8601 time") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TransformError("a time is a text or a number")
    try:
        seconds = float(value)
        for unit in (1_000_000, 1_000):
            if abs(seconds) >= 1e8 * unit:
                seconds /= unit
                break
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise TransformError(f"{text_of(value)[:60]} is no time") from None


def _date_format(value: Value, format_: str) -> Value:
    moment = instant(value)
    factor = _EPOCH.get(format_)
    if factor is not None:
        since = moment - _EPOCH_START
        return (since.days * 86_400 + since.seconds) * factor + since.microseconds * factor // 1_000_000
    if format_ == "iso":
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _hash(name: str) -> Transform:
    return Transform(
        apply=lambda value, _: hashlib.new(name, text_of(value).encode()).hexdigest(),
        describe=lambda before, after, _: name,
    )


def _number(value: Value, _: str) -> Value:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    text = text_of(value).strip()
    try:
        return read_number(text)
    except ValueError as error:
        raise TransformError(str(error)) from None


def _columns(format_: str) -> list[tuple[list[str], str | None]]:
    """``sku|product_id, quantity=1`` → the keys to try and the default, for each column of a tuple."""
    columns = []
    for column in format_.split(","):
        keys, equals, default = column.partition("=")
        columns.append(([key.strip() for key in keys.split("|")], default.strip() if equals else None))
    return columns


ITEM_COLUMNS = "sku|product_id|item_id, name|product_name|item_name, category|item_category, price, quantity=1"
"""The columns of an item tuple when a mapping names none."""


def _items(value: Value, format_: str) -> str:
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list | tuple):
        raise TransformError("items are a list of objects")
    rows = []
    for number, item in enumerate(value):
        if not isinstance(item, Mapping):
            raise TransformError(f"item {number + 1} is not an object")
        row: list[Value] = []
        for keys, default in _columns(format_ or ITEM_COLUMNS):
            found = next((item[key] for key in keys if item.get(key) is not None), None)
            if found is None and default is not None:
                found = int(default) if default.isdigit() else default
            row.append("" if found is None else found)
        rows.append(row)
    return dump_json(rows)


def _join(value: Value, format_: str) -> str:
    parts = value if isinstance(value, list | tuple) else [value]
    return (format_ or ",").join(text_of(part) for part in parts)


def _check_date(format_: str) -> str | None:
    return None if format_ in _DATE_FORMATS else f"needs a format, one of {', '.join(_DATE_FORMATS)}"


def _hex16_caution(value: Value, _: str) -> str | None:
    if hex16_is_documented(text_of(value)):
        return None
    return (
        "Signal documents only “the first 16 hex chars of the anonymous id”, and this id has no such 16; "
        "signal-tui takes them from its SHA-256"
    )


def _anything(format_: str) -> str | None:
    return None


TRANSFORMS: Mapping[str, Transform] = {
    "date_format": Transform(
        apply=_date_format, describe=lambda before, after, format_: f"date as {format_}", check=_check_date
    ),
    "hex16": Transform(
        apply=lambda value, _: hex16(value if value.__class__ is str else text_of(value))[0],
        describe=lambda before, after, _: hex16(text_of(before))[1],
        caution=_hex16_caution,
    ),
    "sha256": _hash("sha256"),
    "sha1": _hash("sha1"),
    "md5": _hash("md5"),
    "lower": Transform(apply=lambda value, _: text_of(value).lower(), describe=lambda before, after, _: "lower case"),
    "upper": Transform(apply=lambda value, _: text_of(value).upper(), describe=lambda before, after, _: "upper case"),
    "trim": Transform(apply=lambda value, _: text_of(value).strip(), describe=lambda before, after, _: "trimmed"),
    "string": Transform(apply=lambda value, _: text_of(value), describe=lambda before, after, _: "as text"),
    "number": Transform(apply=_number, describe=lambda before, after, _: "as number"),
    "boolean01": Transform(
        apply=lambda value, _: 1 if value in (True, 1, "1", "true", "yes") else 0,
        describe=lambda before, after, _: "as 0 or 1",
    ),
    "items": Transform(apply=_items, describe=lambda before, after, _: "list of tuples, as JSON", check=_anything),
    "join": Transform(
        apply=_join,
        describe=lambda before, after, format_: f"joined with {format_ or ','!r}",
        check=_anything,
    ),
    "default": Transform(
        apply=lambda value, format_: format_ if value is None or value == "" else value,
        describe=lambda before, after, format_: "default" if before is None or before == "" else "",
        check=lambda format_: None if format_ else "needs a format: the value to take",
        absent=True,
    ),
}
"""Name → transform. ``date_format`` is Signal's; the others are named here, since Signal's list is not published."""


def known_transforms(extra: Mapping[str, Transform] | None = None) -> dict[str, Any]:
    """The transforms of this package and those of a vendor."""
    return {**TRANSFORMS, **(extra or {})}
