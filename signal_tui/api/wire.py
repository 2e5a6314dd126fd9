"""A request as bytes, and the pairs in bytes that came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from signal_tui.api.payloads import Form, Json, Raw, Request
from signal_tui.api.settings import SECRET_LEAVES, SecretLeaf, masked
from signal_tui.api.values import Value, dump_json, text_of

Reveal = Callable[[SecretLeaf], str]
"""Gives the text of a secret leaf: the value when sending, dots when showing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A request ready to leave: header values and body are final."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _revealed(value: Value, reveal: Reveal) -> Value:
    if isinstance(value, SECRET_LEAVES):
        return reveal(value)
    if isinstance(value, Mapping):
        return {key: _revealed(item, reveal) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_revealed(item, reveal) for item in value]
    return value


def encode(request: Request, reveal: Reveal = masked) -> Wire:
    """Encode a request; without ``reveal`` secrets stay masked. A Content-Type of the request itself counts first."""
    headers = [(name, text_of(_revealed(value, reveal))) for name, value in request.headers]
    body, media_type = b"", ""
    match request.body:
        case Form(pairs):
            encoded = (
                f"{quote(name, safe='')}={quote(text_of(_revealed(value, reveal)), safe='')}" for name, value in pairs
            )
            body, media_type = "&".join(encoded).encode(), "application/x-www-form-urlencoded"
        case Json(value):
            body, media_type = dump_json(_revealed(value, reveal)).encode(), "application/json"
        case Raw(content, kind):
            body, media_type = content, kind
    if media_type and request.header("Content-Type") is None:
        headers.append(("Content-Type", media_type))
    return Wire(method=request.method, url=request.url, headers=tuple(headers), body=body)


def form_pairs(request: Request) -> list[tuple[str, Value]]:
    """The pairs of the query and of a form body, in the order they stand; secret leaves stay what they are.

    A raw body counts when its media type is a form's. Bytes that are not UTF-8 become the replacement character.
    """
    pairs: list[tuple[str, Value]] = list(
        parse_qsl(urlsplit(request.url).query, keep_blank_values=True, errors="replace", max_num_fields=5000)
    )
    match request.body:
        case Form(own):
            pairs.extend(own)
        case Raw(content, kind) if kind.split(";")[0].strip().lower() == "application/x-www-form-urlencoded":
            text = content.decode("utf-8", "replace")
            pairs.extend(parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=5000))
    return pairs
