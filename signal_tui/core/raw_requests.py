"""Raw vendor hits from text: JSON, a curl command, a URL, a HAR entry or a whole HAR file; one or many.

JSON is ``{"method", "url" | "path", "headers", "body" | "body_base64", "at", "remote"}``; ``headers`` an object or a
list of ``{"name", "value"}``; ``at`` seconds since 1970 or ISO-8601. A path without a host stands for a host that is
not known. Several come as NDJSON, a JSON list, or one URL or curl command a line.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from signal_tui.api.payloads import Raw, Request
from signal_tui.api.transforms import TransformError, instant
from signal_tui.api.values import parse_json
from signal_tui.core.reading_errors import ReadingError

LIMIT = 64 * 1024 * 1024
"""Bytes of a document that are read."""

UNKNOWN_HOST = "https://unknown.invalid"
"""The host of a request that was given as a path."""

_KEYS = ("method", "url", "path", "headers", "body", "body_base64", "at", "remote")


def read_requests(data: str | bytes, *, name: str = "") -> list[Request]:
    """The requests of a document, in order. Raises :class:`ReadingError` with the line where it breaks."""
    if len(data) > LIMIT:
        raise ReadingError(f"is longer than {LIMIT // 1024 // 1024} MB", name=name)
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ReadingError(f"is no UTF-8 text: byte {error.start} is wrong", name=name) from None
    text = data.strip()
    if not text:
        raise ReadingError("is empty: a request is JSON, a curl command, a URL or a HAR entry", name=name)
    try:
        if text[0] in "{[":
            return list(_json(text, name))
        return list(_lines(text, name))
    except RequestError as error:
        raise ReadingError(str(error), line=error.line, name=name) from None


class RequestError(ValueError):
    """A request that cannot be read; ``line`` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def _json(text: str, name: str) -> Iterator[Request]:
    try:
        documents = [(None, parse_json(text))]
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) == 1 or (getattr(error, "lineno", 1) == 1 and not _is_json(lines[0][1])):
            raise RequestError(f"is no JSON: {error}", getattr(error, "lineno", None)) from None
        documents = []
        for number, line in lines:
            try:
                documents.append((number, parse_json(line)))  # type: ignore[arg-type]  # a line's number
            except ValueError as broken:
                raise RequestError(f"is no JSON: {broken}", number) from None
    for line_number, document in documents:
        for entry in _entries(document):
            try:
                yield _from_tree(entry)
            except RequestError as error:
                raise RequestError(str(error), line_number) from None


def _is_json(text: str) -> bool:
    try:
        parse_json(text)
    except ValueError:
        return False
    return True


def _entries(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, Mapping) and isinstance(document.get("log"), Mapping):
        entries = document["log"].get("entries")
        return entries if isinstance(entries, list) else []
    return [document]


def _from_tree(tree: Any) -> Request:
    if not isinstance(tree, Mapping):
        raise RequestError("a request is an object")
    if isinstance(tree.get("request"), Mapping):
        return _from_har(tree)
    unknown = [key for key in tree if key not in _KEYS]
    if "url" not in tree and "path" not in tree:
        raise RequestError(f"a request needs a url or a path; this has {', '.join(map(str, unknown)) or 'neither'}")
    url = str(tree["url"]) if "url" in tree else UNKNOWN_HOST + "/" + str(tree["path"]).lstrip("/")
    headers = _headers(tree.get("headers"))
    content = _content(tree)
    remote = tree.get("remote")
    return _request(
        str(tree.get("method") or ("GET" if content is None else "POST")),
        url,
        headers,
        content,
        at=_at(tree.get("at")),
        remote=str(remote) if remote else None,
    )


def _content(tree: Mapping[str, Any]) -> bytes | None:
    if tree.get("body_base64") is not None:
        try:
            return base64.b64decode(str(tree["body_base64"]), validate=True)
        except binascii.Error as error:
            raise RequestError(f"body_base64 is no base64: {error}") from None
    body = tree.get("body")
    if body is None:
        return None
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    from signal_tui.api.values import dump_json

    return dump_json(body).encode()


def _from_har(entry: Mapping[str, Any]) -> Request:
    request: Mapping[str, Any] = entry["request"]
    posted = request.get("postData")
    content: bytes | None = None
    headers = _headers(request.get("headers"))
    if isinstance(posted, Mapping):
        if isinstance(posted.get("text"), str):
            content = posted["text"].encode("utf-8", "surrogatepass")
        elif isinstance(posted.get("params"), list):
            from urllib.parse import urlencode

            pairs = [(p.get("name", ""), p.get("value", "")) for p in posted["params"] if isinstance(p, Mapping)]
            content = urlencode(pairs).encode()
        kind = posted.get("mimeType")
        if isinstance(kind, str) and not any(key.lower() == "content-type" for key, _ in headers):
            headers = (*headers, ("Content-Type", kind))
    return _request(
        str(request.get("method") or "GET"),
        str(request.get("url") or ""),
        headers,
        content,
        at=_at(entry.get("startedDateTime")),
    )


def _headers(value: Any) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return tuple((str(key), str(item)) for key, item in value.items())
    if isinstance(value, list):
        # HTTP/2 pseudo headers of a HAR are no headers.
        return tuple(
            (str(item["name"]), str(item.get("value", "")))
            for item in value
            if isinstance(item, Mapping) and "name" in item and not str(item["name"]).startswith(":")
        )
    raise RequestError("headers must be an object or a list of name and value")


def _at(value: Any) -> float | None:
    if value is None or value == "":
        return None
    try:
        return instant(value).timestamp()
    except TransformError as error:
        raise RequestError(f"at: {error}") from None


def _request(
    method: str,
    url: str,
    headers: tuple[tuple[str, str], ...],
    content: bytes | None,
    *,
    at: float | None = None,
    remote: str | None = None,
) -> Request:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError as error:
        raise RequestError(f"{url[:100]!r} is no URL: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RequestError(f"{url[:100]!r} is no http URL")
    request = Request(method=method.upper()[:20], url=url, headers=headers, at=at, remote=remote)
    if content is None:
        return request
    kind = request.header("Content-Type")
    return replace(request, body=Raw(content, str(kind) if kind else "application/octet-stream"))


def _lines(text: str, name: str) -> Iterator[Request]:
    joined = text.replace("\\\r\n", " ").replace("\\\n", " ")
    for number, line in enumerate(_commands(joined), 1):
        if line.split(None, 1)[0] == "curl":
            from signal_tui.core.curl_commands import read_curl

            try:
                method, url, headers, content = read_curl(line)
            except ValueError as error:
                raise RequestError(f"is no curl command that can be read: {error}", number) from None
            yield _request(method, url, headers, content)
        elif line.startswith(("http://", "https://")):
            yield _request("GET", line.strip(), (), None)
        elif line.startswith("/"):
            yield _request("GET", UNKNOWN_HOST + line.strip(), (), None)
        else:
            raise RequestError("is no request: it is JSON, a curl command, a URL or a HAR entry", number)


def _commands(text: str) -> Iterator[str]:
    """Lines, with those joined that a quote of a curl command holds together."""
    held = ""
    for line in text.splitlines():
        held = f"{held}\n{line}" if held else line
        if held.lstrip().startswith("curl") and _open_quote(held):
            continue
        if held.strip() and not held.lstrip().startswith("#"):
            yield held.strip()
        held = ""
    if held.strip():
        yield held.strip()


def _open_quote(text: str) -> bool:
    quote, escaped = "", False
    for position, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            if character == quote[-1]:
                quote = ""
        elif character in "'\"":
            # within $'…' a backslash escapes
            quote = "$'" if character == "'" and position and text[position - 1] == "$" else character
    return bool(quote)
