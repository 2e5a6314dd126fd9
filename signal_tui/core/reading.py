"""Read events from text: JSON, NDJSON, YAML, and pasted calls of Signal's JavaScript.

One event, a list, or ``{"batch": […]}`` as Signal's ingestion takes it. What is read is what is there: only calls,
which are made into events here, get ids and times (:mod:`signal_tui.core.composition`).
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import BinaryIO

from signal_tui.api.events import Event, EventError, kind_of
from signal_tui.api.values import Value, parse_json
from signal_tui.core.composition import Carrier, composed
from signal_tui.core.reading_errors import ReadingError, no_json

__all__ = ["LIMIT", "ReadingError", "composed", "iter_events", "read_event_json", "read_events"]

LIMIT = 16 * 1024 * 1024
"""The most bytes that are read at once: of a document, or of one line of a stream."""

_SUFFIXES = {
    ".json": "json",
    ".ndjson": "lines",
    ".jsonl": "lines",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".js": "calls",
    ".mjs": "calls",
    ".ts": "calls",
}
_FORMS = "an event is a JSON object, a YAML mapping or a datafly.track(…) call"


def read_event_json(text: str) -> Event:
    """The one event of a JSON text: the quick way, for every key that is pressed. Raises :class:`ReadingError`."""
    return _event(_parsed(text), "", None)


def read_events(
    text: str | bytes,
    *,
    name: str = "",
    now: datetime | None = None,
    new_id: Callable[[], str] | None = None,
) -> list[Event]:
    """All events of a document, in order; a file's ``name`` helps to recognise its format.

    An identify event hands its userId and traits on (:class:`~signal_tui.core.composition.Carrier`). Events made of
    calls get what they lack at the time ``now``, all with one anonymousId. Raises :class:`ReadingError`.
    """
    try:
        whole = _decoded(text)
        form = _form(whole, name)
        carry = Carrier()
        if form == "calls":
            from signal_tui.core.calls import read_calls

            return _made([carry(event) for event in read_calls(whole)], now, new_id)
        documents = _yaml(whole) if form == "yaml" else _json(whole, form == "lines")
        events = [carry(event) for value, line in documents for event in _events(value, line)]
        if not events:
            raise ReadingError(f"there is no event in it; {_FORMS}")
        return events
    except ReadingError as error:
        error.name = name
        raise


def iter_events(stream: BinaryIO, *, name: str = "") -> Iterator[Event]:
    """The events of an NDJSON stream, one line at a time, so that a file of any size can be read.

    Raises :class:`ReadingError` with the number of the line.
    """
    carry = Carrier()
    number = 0
    try:
        while line := stream.readline(LIMIT + 1):
            number += 1
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                value = _parsed(_decoded(line, number), number)
                yield from (carry(event) for event in _events(value, number))
    except ReadingError as error:
        error.name = name
        raise


def _made(events: list[Event], now: datetime | None, new_id: Callable[[], str] | None) -> list[Event]:
    if new_id is None:
        import uuid

        new_id = lambda: str(uuid.uuid4())  # noqa: E731  # a name for the default
    now = now or datetime.now(UTC)
    visitor = next((event.anonymous_id for event in events if event.anonymous_id), None) or new_id()
    return [composed(event, now, new_id, visitor) for event in events]


def _decoded(text: str | bytes, line: int | None = None) -> str:
    if len(text) > LIMIT:
        raise ReadingError(f"is larger than {LIMIT >> 20} MB; split it, or give it as NDJSON", line=line)
    if isinstance(text, bytes):
        encoding = "utf-16" if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
        try:
            return text.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            # The codec counts from behind a byte order mark.
            at = error.start + (3 if text.startswith(codecs.BOM_UTF8) else 0)
            message = f"byte {at} (0x{text[at]:02x}) is not {encoding.removesuffix('-sig').upper()}; save it as UTF-8"
            raise ReadingError(message, line=(line or 1) + text.count(b"\n", 0, at)) from None
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.removeprefix("\ufeff")


def _form(text: str, name: str) -> str:
    if not text.strip():
        raise ReadingError(f"there is nothing here; {_FORMS}")
    form = _SUFFIXES.get(PurePath(name).suffix.lower())
    if form:
        return form
    if text.lstrip()[0] in "{[":
        return "json"
    from signal_tui.core.calls import has_calls

    return "calls" if has_calls(text) else "yaml"


def _events(value: Value, line: int | None) -> Iterator[Event]:
    path = ""
    if isinstance(value, Mapping) and "batch" in value and "type" not in value:
        path, value = "batch", value["batch"]
        if not isinstance(value, list):
            raise ReadingError(f"must be a list of events, not {kind_of(value)}", line=line, path=path)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield _event(item, f"{path}[{number}]", line)
    else:
        yield _event(value, path, line)


def _event(value: Value, path: str, line: int | None) -> Event:
    try:
        return Event.read(value)
    except EventError as error:
        message = str(error).removeprefix(f"{error.path}: ") if error.path else str(error)
        place = ".".join(filter(None, (path, error.path)))
        raise ReadingError(message, line=line, path=place) from None


def _yaml(text: str) -> Iterator[tuple[Value, int | None]]:
    from signal_tui.core.yaml_documents import read_yaml

    if text.lstrip()[0] in "{[":
        # JSON is YAML, but for the escapes of characters outside the basic plane.
        try:
            yield parse_json(text), None
            return
        except ValueError:
            pass
    for value, line in read_yaml(text):
        if not isinstance(value, dict | list):
            raise ReadingError(f"this is {kind_of(value)}; {_FORMS}", line=line)
        yield value, line


def _json(text: str, lines: bool) -> Iterator[tuple[Value, int | None]]:
    """The values of a JSON document, of NDJSON, or of documents one after another, with their lines where many."""
    error: json.JSONDecodeError | None = None
    if not lines:
        try:
            yield parse_json(text), None
            return
        except json.JSONDecodeError as broken:
            error = broken
        except ValueError as broken:
            raise no_json(broken, text) from None
    if lines or _is_ndjson(text):
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield _parsed(line, number), number
        return
    if error is None or error.msg != "Extra data":
        raise no_json(error or ValueError(), text)
    decoder, start = json.JSONDecoder(), 0
    while start < len(text):
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError) as broken:
            raise no_json(broken, text) from None
        line_number = text.count("\n", 0, start) + 1
        yield _parsed(text[start:end], line_number), line_number
        start = end + len(text[end:]) - len(text[end:].lstrip())


def _is_ndjson(text: str) -> bool:
    """Whether one of the first two lines is a JSON object of its own, with other lines beside it."""
    start = text.lstrip().split("\n", 2)
    for line in start[:2] if len(start) > 1 else ():
        try:
            if isinstance(parse_json(line), dict):
                return True
        except ValueError:
            continue
    return False


def _parsed(text: str, line: int | None = None) -> Value:
    try:
        return parse_json(text)
    except ValueError as error:
        if not text.strip():
            raise ReadingError(f"there is nothing here; {_FORMS}", line=line) from None
        raise no_json(error, text, line) from None
