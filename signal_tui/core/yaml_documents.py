"""Read YAML as JSON data: numbers as they were written, dates and times as text, aliases bounded.

Plain values follow YAML 1.2: only ``true`` and ``false`` are booleans, so that ``NO`` stays a country. Digits with a
zero or a plus in front stay text, so that a SKU and a telephone number keep it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from signal_tui.api.values import DEPTH, Value, read_number
from signal_tui.core.reading_errors import ReadingError

LIMIT = 4 * 1024 * 1024
"""The most characters of YAML that are read: it is much slower to read than JSON."""

MOST_VALUES = 1_000_000
"""The most values of a file, those that aliases repeat included."""

_NUMBER = re.compile(r"-?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_WORDS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_TAG = "tag:yaml.org,2002:"


def read_yaml(text: str) -> Iterator[tuple[Value, int]]:
    """Each document with the line it starts in. Raises :class:`ReadingError`."""
    if len(text) > LIMIT:
        raise ReadingError(f"YAML of more than {LIMIT >> 20} MB is not read; convert it to JSON")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # Events, not yaml's own objects: those are made by a recursion without bounds.
        yield from _Documents(yaml.parse(text, Loader=loader)).read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        words = error.problem or "cannot be read"
        raise ReadingError(
            f"{words} (read as YAML)",
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    except yaml.YAMLError as error:
        raise ReadingError(f"{str(error).splitlines()[0]} (read as YAML)") from None


class _Documents:
    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Value, int]] = {}
        self._values = 0

    def read(self) -> Iterator[tuple[Value, int]]:
        for event in self._events:
            match type(event).__name__:
                case "DocumentStartEvent":
                    self._anchors.clear()
                    node = next(self._events)
                    value = self._value(node, 0)
                    yield value, node.start_mark.line + 1

    def _value(self, event: Any, depth: int) -> Value:
        before = self._values
        self._values += 1
        if depth > DEPTH:
            raise self._error(event, f"nested more than {DEPTH} levels deep")
        value: Value
        match type(event).__name__:
            case "AliasEvent":
                if event.anchor not in self._anchors:
                    raise self._error(event, f"*{event.anchor} stands for nothing: there is no &{event.anchor} before")
                value, size = self._anchors[event.anchor]
                self._values += size
            case "ScalarEvent":
                value = self._scalar(event)
            case "SequenceStartEvent":
                self._check_tag(event, "seq")
                value = []
                while type(item := next(self._events)).__name__ != "SequenceEndEvent":
                    value.append(self._value(item, depth + 1))
            case _:
                self._check_tag(event, "map")
                value = self._mapping(depth)
        if self._values > MOST_VALUES:
            raise self._error(event, f"holds more than {MOST_VALUES} values, with those that aliases repeat")
        if getattr(event, "anchor", None) and type(event).__name__ != "AliasEvent":
            self._anchors[event.anchor] = (value, self._values - before)
        return value

    def _mapping(self, depth: int) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        while type(key := next(self._events)).__name__ != "MappingEndEvent":
            if type(key).__name__ == "AliasEvent":
                text = self._value(key, depth)
            elif type(key).__name__ == "ScalarEvent":
                text = key.value
            else:
                text = None
            if not isinstance(text, str):
                raise self._error(key, "a key must be a text")
            value = self._value(next(self._events), depth + 1)
            if text == "<<" and key.implicit[0]:
                for one in value if isinstance(value, list) else [value]:
                    if not isinstance(one, dict):
                        raise self._error(key, "<< takes a mapping or a list of mappings")
                    merged = {**one, **merged}
            elif text in own:
                raise self._error(key, f"{text[:60]!r} is there twice")
            else:
                own[text] = value
        return {**merged, **own}

    def _scalar(self, event: Any) -> Value:
        text = event.value
        if (event.tag is None and not event.implicit[0]) or event.tag in ("!", f"{_TAG}str"):
            return text
        if text in _WORDS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if event.tag is not None:
            self._check_tag(event, "int", "float", "bool", "null")
        try:
            return read_number(text) if _NUMBER.fullmatch(text) or event.tag is not None else text
        except ValueError:
            raise self._error(event, f"{text[:60]!r} is not what its tag {event.tag[-60:]} says") from None

    def _check_tag(self, event: Any, *known: str) -> None:
        if event.tag is not None and event.tag not in ("!", *(_TAG + name for name in known)):
            raise self._error(event, f"the tag {event.tag[-60:]!r} is not read here; leave it out")

    def _error(self, event: Any, message: str) -> ReadingError:
        mark = event.start_mark
        return ReadingError(message, line=mark.line + 1, column=mark.column + 1)
