"""How PHP reads what a client sent: query strings, numbers, dates. Matomo's tracker inherits all of it.

Observed on 5.2, or read in its code where a value never came up; PHP's own rules are documented.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html.entities import name2codepoint
from typing import Any
from urllib.parse import unquote_to_bytes

MAX_VARIABLES = 1000
"""PHP's default ``max_input_vars``: what comes after is not read (documented)."""

_SPACE = " \t\n\r\v\f"
_NUMERIC = re.compile(rf"[{_SPACE}]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[{_SPACE}]*", re.ASCII)
_PREFIX = re.compile(rf"[{_SPACE}]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});", re.ASCII)
_DATE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:[T ]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,]\d{1,9})?)?)?"
    r"[ ]*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_DAYS = {"today": 0, "midnight": 0, "yesterday": -1, "tomorrow": 1}


def decode(raw: bytes) -> str:
    """Bytes as text: UTF-8, and a value that is not UTF-8 is read as Latin-1 from end to end."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def parse_query(raw: bytes) -> dict[str, str]:
    """The variables of a query string or a form body.

    A repeated name keeps its first place and its last value; ``a[b]`` makes a list of ``a``, which no parameter of a
    hit can use, so it counts as empty; dots and blanks in names become underscores.
    """
    return from_pairs(
        (decode(_unquote(name)), decode(_unquote(value)))
        for name, _, value in (part.partition(b"=") for part in raw.split(b"&")[:MAX_VARIABLES])
    )


def from_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Variables from pairs that are decoded already; see :func:`parse_query`."""
    variables: dict[str, str] = {}
    for name, value in pairs:
        name = name.lstrip(" ").partition("\0")[0]
        bare, bracket, _ = name.partition("[")
        if bare:
            variables[bare.replace(".", "_").replace(" ", "_")] = "" if bracket and "]" in name else value
    return variables


def _unquote(raw: bytes) -> bytes:
    return unquote_to_bytes(raw.replace(b"+", b" "))


def unescape(text: str) -> str:
    """HTML entities with their semicolon become characters, once; NUL bytes vanish."""
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    return text.replace("\0", "")


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return chr(name2codepoint[name]) if name in name2codepoint else match[0]
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


def escape(text: str) -> str:
    """Text as Matomo carries it inside: the five characters of HTML as entities."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#039;")):
        text = text.replace(character, entity)
    return text


def empty(text: str) -> bool:
    """PHP's ``empty``: nothing, or a lone zero."""
    return text in ("", "0")


def is_numeric(text: str) -> bool:
    """A number with blanks around it, and nothing else."""
    return _NUMERIC.fullmatch(text) is not None


def leading_number(text: str) -> float:
    """The number a text begins with: ``12,5`` is 12; none is 0."""
    match = _PREFIX.match(text)
    number = float(match[0]) if match else 0.0
    return number if abs(number) < 1e300 else 0.0


def integer(text: str, default: int) -> int:
    """A whole number (blanks around it are fine), else the default: ``1abc`` and ``view`` are the default."""
    if not is_numeric(text):
        return default
    number = float(text)
    if abs(number) >= 2**63 or number != int(number):
        return default
    return int(text) if text.strip(_SPACE).lstrip("+-").isdigit() else int(number)


def number(text: str, default: float) -> float:
    """A number, else the default. A comma passes the check as a dot would, but ends the number: ``12,5`` is 12."""
    return leading_number(text) if _FLOAT.fullmatch(text.replace(",", ".")) else default


def timestamp(text: str, now: float) -> float | None:
    """Seconds since 1970 of a number or a date (UTC where it names no zone); None for what is neither.

    PHP reads many more relative dates; only the ones of a single word are read here.
    """
    if is_numeric(text):
        return float(text)
    word = text.strip().lower()
    if word == "now":
        return float(int(now))
    if word in _DAYS:
        return float(int(now) // 86400 * 86400 + _DAYS[word] * 86400)
    if word.startswith("@") and is_numeric(word[1:]):
        return float(word[1:])
    match = _DATE.fullmatch(text.strip())
    if not match:
        return None
    clock = [int(match[part] or 0) for part in "HMS"]
    if clock[0] > 24 or clock[1] > 59 or clock[2] > 59:
        return None
    try:
        day = datetime(int(match["y"]), int(match["m"]), int(match["d"]), tzinfo=UTC)
        moment = day + timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2])
        return (moment - _offset(match["zone"] or "")).timestamp()
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if not zone or zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def decode_value(raw: str) -> str:
    """A percent-encoded value of an address as text; one that is not UTF-8 stays encoded."""
    try:
        return _unquote(raw.encode("utf-8", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        return raw


def parse_json(text: str) -> Any:
    """A JSON document as plain Python values. Raises :class:`ValueError`."""
    try:
        document = json.loads(text, parse_constant=_no_constant, parse_int=_whole)
        if "\\u" in text:
            json.dumps(document, ensure_ascii=False).encode()  # half a character makes the whole no JSON
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return document


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def is_falsy(value: object) -> bool:
    """PHP's ``empty`` for a value of JSON."""
    return not value or value == "0"


def scalar(value: object) -> str:
    """A value of JSON as PHP makes text of it: booleans are ``1`` and nothing, 2.0 is ``2``, lists are nothing."""
    if value is None or isinstance(value, list | dict) or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
