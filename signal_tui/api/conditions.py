"""The ``when`` of a mapping, such as ``not userId`` or ``event != 'Page Loaded' and properties.total > 0``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from signal_tui.api.paths import Getter, PathError, getter, parse_path
from signal_tui.api.values import Value, parse_json, text_of

Condition = Callable[[Mapping[str, Any]], bool]

_COMPARISON = re.compile(r"^(\S+?)\s*(==|!=|>=|<=|=|>|<|\scontains\s|\sin\s)\s*(.+)$", re.DOTALL)
_NOT_IN_PATHS = re.compile(r"[\s'\"=<>!&|()]")
_QUOTED = re.compile(r"('[^']*'|\"[^\"]*\")")
_AND = re.compile(r"\s+(?:and|AND)\s+")
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


class ConditionError(ValueError):
    """A condition that cannot be read."""


def _literal(text: str) -> Value:
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1]
    try:
        return parse_json(text.replace("'", '"') if text.startswith("[") else text)
    except ValueError:
        raise ConditionError(f"{text!r} is no literal; texts stand in quotes") from None


def _read(path: str) -> Getter:
    if _NOT_IN_PATHS.search(path):
        raise ConditionError(f"{path!r} is no comparison and no path; an example: properties.total >= 10")
    try:
        return getter(parse_path(path))
    except PathError as error:
        raise ConditionError(str(error)) from None


def _one(text: str) -> Condition:
    text = text.strip()
    match = _COMPARISON.match(text)
    if match is None:
        negated, path = (True, text[4:]) if text.startswith("not ") else (False, text)
        read = _read(path.strip())
        return lambda tree: (read(tree) is None) == negated
    path, sign, right = match[1], match[2].strip(), _literal(match[3])
    read = _read(path)
    if sign in ("==", "="):
        return lambda tree: bool(read(tree) == right)
    if sign == "!=":
        return lambda tree: bool(read(tree) != right)
    if sign == "contains":
        return lambda tree: _contains(read(tree), right)
    if sign == "in":
        if not isinstance(right, list):
            raise ConditionError("“in” needs a list, such as ['a', 'b']")
        return lambda tree: read(tree) in right
    compare = _ORDER[sign]

    def ordered(tree: Mapping[str, Any]) -> bool:
        try:
            return compare(float(read(tree)), float(right))
        except (TypeError, ValueError):
            return False

    return ordered


def _contains(whole: Value, part: Value) -> bool:
    if isinstance(whole, list):
        return part in whole
    return whole is not None and text_of(part) in text_of(whole)


def compile_condition(text: str) -> Condition:
    """A function that says whether the condition holds for an event's tree. Raises :class:`ConditionError`.

    Comparisons are ``==``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``contains``, ``in``; a path alone asks whether it
    is there, ``not`` in front whether it is not; ``and`` (outside quotes) joins several.
    """
    texts = [""]
    for number, piece in enumerate(_QUOTED.split(text)):
        first, *others = [piece] if number % 2 else _AND.split(piece)
        texts[-1] += first
        texts.extend(others)
    parts = [_one(part) for part in texts]
    if len(parts) == 1:
        return parts[0]
    return lambda tree: all(part(tree) for part in parts)
