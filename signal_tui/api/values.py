"""Values of events and payloads: numbers as they were written, and text made of any value."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A JSON value (None, bool, int, float, str, list, dict), or a secret leaf (see :mod:`signal_tui.api.settings`)."""


class WrittenNumber(float):
    """A number that remembers how it was written: ``98.00`` counts as 98.0 and is sent as ``98.00``."""

    __slots__ = ("written",)
    written: str

    def __new__(cls, written: str) -> WrittenNumber:
        number = super().__new__(cls, written)
        number.written = written
        return number

    def __str__(self) -> str:
        return self.written

    def __reduce__(self) -> tuple[type[WrittenNumber], tuple[str]]:
        return (WrittenNumber, (self.written,))


DEPTH = 200
"""How deep a value may be nested; deeper ones could be read, but not walked."""

_LOOSE_NUMBER = re.compile(r"([+-]?)(\d*)(?:(\.)(\d*))?([eE][+-]?\d+)?", re.ASCII)


def _read_int(written: str) -> int | WrittenNumber:
    # int() refuses more than 4300 digits, and 0 has no sign: both are kept as written.
    return WrittenNumber(written) if len(written) > 300 or written == "-0" else int(written)


def read_number(text: str) -> int | WrittenNumber:
    """A decimal number as people write it (``+5``, ``.5``, ``007``), kept as written as far as JSON allows.

    Raises :class:`ValueError`.
    """
    match = _LOOSE_NUMBER.fullmatch(text)
    if match is None or not (match[2] or match[4]):
        raise ValueError(f"{text[:60]!r} is not a number")
    sign, whole, dot, part, exponent = match.groups(default="")
    written = sign.replace("+", "") + (whole.lstrip("0") or "0") + (f".{part or '0'}" if dot else "") + exponent
    return WrittenNumber(written) if dot or exponent else _read_int(written)


def _check_depth(value: Value) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [
            item
            for node in level
            for item in (node.values() if isinstance(node, dict) else node)
            if isinstance(item, dict | list)
        ]
        if not level:
            return
    raise ValueError(f"nested more than {DEPTH} levels deep")


def _whole_text(value: Value) -> Value:
    # Half of a surrogate pair is no character: it could be shown, but neither hashed nor sent.
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole_text(key): _whole_text(item) for key, item in value.items()}
    return [_whole_text(item) for item in value] if isinstance(value, list) else value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def parse_json(text: str | bytes) -> Value:
    """Read JSON with numbers kept as written. Half of a surrogate pair becomes the replacement character.

    Raises :class:`ValueError` (``json.JSONDecodeError`` with line and column where the JSON breaks), also for
    NaN, Infinity, bytes that are no text, and nesting deeper than :data:`DEPTH`.
    """
    if isinstance(text, bytes | bytearray):
        text = text.decode(json.detect_encoding(text))
    try:
        value = json.loads(text, parse_float=WrittenNumber, parse_int=_read_int, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError(f"nested more than {DEPTH} levels deep") from None
    if isinstance(value, dict | list) and text.count("[") + text.count("{") > DEPTH:
        _check_depth(value)
    # Surrogates come escaped; in the text itself only when it was never encoded.
    if "\\ud" in text or "\\uD" in text or not (text.isascii() or _is_encodable(text)):
        value = _whole_text(value)
    return value


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def dump_json(value: Value, indent: int | None = None) -> str:
    """Write JSON with numbers as they were written; without ``indent`` in the shortest form."""
    return "".join(_pieces(value, indent, 0))


def _pieces(value: Value, indent: int | None, level: int) -> list[str]:
    if isinstance(value, WrittenNumber):
        return [value.written]
    nested = isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str | bytes))
    if not nested:
        return [json.dumps(value, ensure_ascii=False, default=str)]
    is_object = isinstance(value, Mapping)
    opening, closing = "{}" if is_object else "[]"
    if not value:
        return [opening + closing]
    line = "" if indent is None else "\n" + " " * indent * (level + 1)
    end = "" if indent is None else "\n" + " " * indent * level
    colon = ":" if indent is None else ": "
    pieces = [opening]
    for number, item in enumerate(value):
        pieces.append(("," if number else "") + line)
        if is_object:
            pieces.append(json.dumps(str(item), ensure_ascii=False) + colon)
            item = value[item]
        pieces.extend(_pieces(item, indent, level + 1))
    pieces.append(end + closing)
    return pieces


def text_of(value: Value) -> str:
    """The text that stands for a value in a form field or a query: numbers as written, true/false, JSON for trees."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple):
        return dump_json(value)
    return str(value)
