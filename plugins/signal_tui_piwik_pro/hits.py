"""A request to the tracker taken apart: one hit from query and body, or those of a bulk request.

Documented are a query (GET) and JSON as ``{"requests": ["?…", …]}``; a form is what Piwik PRO's own server-side tag
sends, and objects in the list what its log importer sends. That a flat JSON object is read as one hit is assumed, and
so is everything about clashes: the query counts before the body, and of a name that is there twice the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl

from signal_tui.api import Form, Json, Raw, Request, SecretLeaf, masked, parse_json, text_of
from signal_tui.api.values import Value

Params: TypeAlias = Mapping[str, str]
"""The parameters of a hit: name → text as it was sent."""

Encoding: TypeAlias = Literal["query", "form", "flat", "bulk", "none"]

MOST_PAIRS = 5000
MOST_HITS = 1000
"""Pairs of a hit, and hits of a bulk request, that are read; the specification names no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """What a request to the tracker holds. ``unread``: why its body says nothing, where it has one."""

    hits: tuple[Params, ...] = ()
    encoding: Encoding = "none"
    unread: str = ""

    @property
    def bulk(self) -> bool:
        return self.encoding == "bulk"


def read_tracking(request: Request) -> Tracking:
    """The hits of a request, in their order. Total: any request gives a result. Secrets stay masked."""
    query = _pairs(query_text(request.url))
    match request.body:
        case Form(own):
            return _single(query, [(name, _plain(value)) for name, value in own], "form")
        case Json(value):
            return _json(query, value)
        case Raw(content, media_type):
            header = request.header("Content-Type")
            kind = (media_type or (header if isinstance(header, str) else "")).partition(";")[0].strip().lower()
            return _raw(query, content, kind)
        case _:
            return _single(query, [], "query")


def read_hits(request: Request) -> list[Params]:
    """The hits of a request, in their order; see :func:`read_tracking`."""
    return list(read_tracking(request).hits)


def query_text(url: str) -> str:
    """The query of an address, whatever else is wrong with it."""
    return url.partition("#")[0].partition("?")[2]


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=MOST_PAIRS)
    except ValueError:
        return []


def _single(query: list[tuple[str, str]], body: list[tuple[str, str]], encoding: Encoding) -> Tracking:
    hit = _hit([*body, *query])
    if not hit:
        return Tracking()
    return Tracking(hits=(hit,), encoding=encoding if body else "query")


def _hit(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in pairs if name}


def _raw(query: list[tuple[str, str]], content: bytes, kind: str) -> Tracking:
    if kind == "application/x-www-form-urlencoded":
        return _single(query, _pairs(content.decode("utf-8", "replace")), "form")
    if "json" not in kind and content.lstrip()[:1] != b"{":
        found = _single(query, [], "query")
        unread = f"a body of {kind or 'no media type'} is neither a form nor JSON" if content.strip() else ""
        return Tracking(hits=found.hits, encoding=found.encoding, unread=unread)
    try:
        value = parse_json(content)
    except ValueError:
        found = _single(query, [], "query")
        return Tracking(hits=found.hits, encoding=found.encoding, unread="the body is no JSON")
    return _json(query, value)


def _json(query: list[tuple[str, str]], value: Value) -> Tracking:
    if not isinstance(value, Mapping):
        found = _single(query, [], "query")
        return Tracking(hits=found.hits, encoding=found.encoding, unread="the JSON of the body is no object")
    if "requests" in value:
        entries = value["requests"] if isinstance(value["requests"], list) else []
        hits = tuple(_entry(entry) for entry in entries[:MOST_HITS])
        return Tracking(hits=hits, encoding="bulk", unread="" if hits else "the list of requests is empty")
    return _single(query, _members(value), "flat")


def _entry(entry: Value) -> Params:
    if isinstance(entry, str):
        return _hit(_pairs(query_text(entry) if "?" in entry else entry))
    return _hit(_members(entry)) if isinstance(entry, Mapping) else {}


def _members(value: Mapping[str, Value]) -> list[tuple[str, str]]:
    return [(str(name), _plain(member)) for name, member in value.items() if member is not None]


def _plain(value: Value) -> str:
    return masked(value) if isinstance(value, SecretLeaf) else text_of(value)
