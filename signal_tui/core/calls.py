"""Events from pasted calls: ``datafly.track('Order Completed', {…})``, ``.page``, ``.identify``, ``.group``, ``_df.…``.

The calls are found by looking at quotes, comments and brackets only, so they may stand anywhere in a script. What is in
them must be literals; code in it is named, since there is no page that could run it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from signal_tui.api.events import Event, EventError, kind_of
from signal_tui.api.values import Value, dump_json, parse_json, read_number
from signal_tui.core.reading_errors import ReadingError

DEPTH = 40
"""How deep an argument may be nested: the reader of JavaScript literals takes a good part of Python's stack."""

LITERAL_LIMIT = 256 * 1024
"""The most characters of an argument that is not JSON: its reader takes about a second for 100,000."""

_METHODS = r"(?P<method>track|page|identify|group)\s*(?:\?\.\s*)?\("
_CALL = rf"(?<![\w$.])(?:window\s*\??\.\s*)?(?P<object>datafly|_df)\s*\??\.\s*{_METHODS}"
_STRING = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
_TEMPLATE = r"`(?:[^`\\]|\\.)*`"
_TOKEN = re.compile(
    rf"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<skip>\\.)|(?P<text>{_STRING}|{_TEMPLATE})|(?P<call>{_CALL})"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>,)",
    re.DOTALL,
)
_TEXT = re.compile(rf"{_STRING}|{_TEMPLATE}", re.DOTALL)
_ANY_CALL = re.compile(rf"(?<![\w$.])(?:window\s*\??\.\s*)?(?P<object>[A-Za-z_$][\w$]*)\s*\??\.\s*{_METHODS}")
_YAML_START = re.compile(r"""\s*(?:#[^\n]*\n\s*)*(?:---|-\s|["']?[\w.-]+["']?\s*:(?:\s|$))""")
_KEY = re.compile(rf"\s*(?:{_STRING}|[A-Za-z_$][\w$]*|\d+)\s*:", re.DOTALL)
_LITERAL = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
    r"|(?:true|false|null|NaN|[-+]?Infinity)(?![\w$])"
)
_OPERATOR = re.compile(r"\s*[-+*/%.?&|=<>^(\[`]")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_PLACE = re.compile(r":(\d+) Unexpected (.*) at column (\d+)$", re.DOTALL)

Span = tuple[int, int]


def has_calls(text: str) -> bool:
    """Whether a text without a telling name is to be read as calls."""
    if text.lstrip().startswith(("//", "/*")):
        return True
    return not _YAML_START.match(text) and bool(_ANY_CALL.search(text))


def read_calls(text: str) -> Iterator[Event]:
    """The events of all calls, in order, as they are written. Raises :class:`ReadingError`."""
    script = _Script(text)
    found = False
    for call in script.calls():
        found = True
        yield script.event(call)
    if not found:
        other = _ANY_CALL.search(script.text)
        raise ReadingError(
            "there is no datafly.track(…), .page(…), .identify(…) or .group(…) call in it"
            + (f"; {other['object']}.{other['method']} is another library's, or write datafly for it" if other else ""),
            line=script.line(other.start()) if other else None,
        )


@dataclass(frozen=True, slots=True)
class _Call:
    name: str
    method: str
    start: int
    arguments: tuple[Span, ...]


class _Script:
    def __init__(self, text: str) -> None:
        # Comments become blanks of the same length, so that places stay what they are.
        def blank(match: re.Match[str]) -> str:
            return re.sub(r"[^\n]", " ", match[0]) if match["comment"] else match[0]

        self.text = _TOKEN.sub(blank, text)

    def line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

    def error(self, position: int, message: str) -> ReadingError:
        column = position - self.text.rfind("\n", 0, position)
        return ReadingError(message, line=self.line(position), column=column)

    def calls(self) -> Iterator[_Call]:
        position = 0
        while match := _TOKEN.search(self.text, position):
            position = match.end()
            if match["call"]:
                name = f"{match['object']}.{match['method']}"
                spans, position = self._items(match.end(), len(self.text), ")", match.start(), name)
                yield _Call(name, match["method"], match.start(), tuple(spans))

    def _items(self, start: int, end: int, closing: str, opened: int, name: str) -> tuple[list[Span], int]:
        """What stands between commas up to the closing bracket, without blanks around; and where that ends."""
        spans: list[Span] = []
        expected = [closing]
        item = start
        for match in _TOKEN.finditer(self.text, start, end):
            if match["open"] or match["call"]:
                expected.append(_CLOSING[match[0][-1]])
                if len(expected) > DEPTH:
                    raise self.error(match.start(), f"{name}: nested more than {DEPTH} levels deep")
            if match["close"] and match[0] != (wanted := expected.pop()):
                raise self.error(match.start(), f"{name}: expected {wanted!r}, found {match[0]!r}")
            if (match["comma"] and len(expected) == 1) or not expected:
                spans.append(self._bare(item, match.start()))
                item = match.end()
            if not expected:
                if spans[-1][0] == spans[-1][1]:
                    spans.pop()
                return spans, match.end()
        raise self.error(opened, f"{name}: the bracket that opens here is never closed")

    def _bare(self, start: int, end: int) -> Span:
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        return start, start + len(part.strip())

    def event(self, call: _Call) -> Event:
        values = [self._literal(span, call) for span in call.arguments]
        try:
            return Event.read(_wire(call.method, values))
        except EventError as error:
            raise self.error(call.start, f"{call.name}: {error}") from None
        except _UsageError as error:
            raise self.error(call.start, f"{call.name}: {error}") from None

    def _literal(self, span: Span, call: _Call) -> Value:
        start, end = span
        source = self.text[start:end]
        try:
            return parse_json(source)
        except ValueError:
            pass
        if len(source) > LITERAL_LIMIT:
            raise self.error(start, f'{call.name}: an argument this long must be JSON, its keys and texts in "')
        if code := self._code(start, end, call.name):
            position, expression = code
            what = "leave the property out" if expression == "undefined" else "write its value in its place"
            shown = " ".join(expression.split())
            shown = shown if len(shown) <= 60 else shown[:59] + "…"
            raise self.error(position, f"{call.name}: {shown} is code, which nothing runs here; {what}")
        import json5

        try:
            value = json5.loads(
                _TEXT.sub(_as_string, source), parse_float=read_number, parse_int=_read_int, parse_constant=_refuse
            )
        except RecursionError:
            raise self.error(start, f"{call.name}: nested too deeply") from None
        except ValueError as error:
            place = _PLACE.search(str(error))
            if place is None:
                raise self.error(start, f"{call.name}: {error}") from None
            lines = source.split("\n")
            position = start + sum(len(line) + 1 for line in lines[: int(place[1]) - 1]) + int(place[3]) - 1
            words = "unexpected " + place[2].strip('"').replace("\n", "end of line")
            raise self.error(min(position, end), f"{call.name}: {words}") from None
        # The two halves of a character outside the basic plane come apart in it.
        return parse_json(dump_json(value)) if "\\u" in source else value

    def _code(self, start: int, end: int, name: str) -> tuple[int, str] | None:
        """The first expression within an argument that is no literal, and its place."""
        source = self.text[start:end]
        if literal := _TEXT.match(source) or _LITERAL.match(source):
            filled = literal[0][0] == "`" and re.search(r"(?<!\\)\$\{", literal[0])
            return (start, source) if filled or _OPERATOR.match(source, literal.end()) else None
        if source[:1] in ("'", '"', "`"):
            return None
        if source[:1] not in ("{", "["):
            return start, source
        spans, close = self._items(start + 1, end, _CLOSING[source[0]], start, name)
        if close != end:
            return (start, source) if _OPERATOR.match(self.text, close) else None
        for item_start, item_end in spans:
            if item_start == item_end:
                continue
            if source[0] == "{":
                key = _KEY.match(self.text, item_start, item_end)
                if key is None:
                    item = self.text[item_start:item_end]
                    return None if item[0] in "'\"" or item[0].isdigit() else (item_start, item)
                item_start, item_end = self._bare(key.end(), item_end)
            if found := self._code(item_start, item_end, name):
                return found
        return None


def _as_string(match: re.Match[str]) -> str:
    """A template string as a quoted one."""
    if match[0][0] != "`":
        return match[0]
    special = {'"': '\\"', "\n": "\\n", "\r": "\\r", "\\`": "`", "\\$": "$"}
    inner = re.sub(r'\\.|"|\n|\r', lambda part: special.get(part[0], part[0]), match[0][1:-1], flags=re.DOTALL)
    return f'"{inner}"'


def _read_int(text: str, base: int = 10) -> Value:
    return int(text, base) if base == 16 else read_number(text)


def _refuse(name: str) -> Value:
    raise ValueError(f"{name} is no number that an event can carry")


class _UsageError(ValueError):
    pass


def _wire(method: str, values: list[Value]) -> dict[str, Any]:
    """The wire form of a call's event."""
    first, rest = {
        "track": ("event", "properties"),
        "page": ("name", "properties"),
        "identify": ("userId", "traits"),
        "group": ("groupId", "traits"),
    }[method]
    wire: dict[str, Any] = {"type": method}
    if len(values) > 2:
        raise _UsageError(f"takes two arguments at most, not {len(values)}")
    if len(values) == 2 or (values and not isinstance(values[0], dict)):
        wire[first] = values[0]
        if not isinstance(values[0], str) and not (method == "page" and values[0] is None):
            what = {"event": "the event's name", "name": "the page's name"}.get(first, f"the {first}")
            raise _UsageError(f"{what} must be a text in quotes, not {kind_of(values[0])}")
        values = values[1:]
    elif method in ("track", "group"):
        raise _UsageError(f"needs {'the name of the event' if method == 'track' else 'the groupId'} in front")
    if values and values[0] is not None:
        if not isinstance(values[0], dict):
            raise _UsageError(f"the {rest} must be an object, not {kind_of(values[0])}")
        wire[rest] = values[0]
    return wire
