"""The transforms of Woopra's presets: parts of an address, as the browser's tracker names them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from signal_tui.api import Transform, TransformError, text_of
from signal_tui.api.values import Value


def _parts(value: Value) -> SplitResult:
    try:
        parts = urlsplit(text_of(value).strip())
        host = parts.hostname
    except ValueError:
        host = None
    if not host:
        raise TransformError("an address has a scheme and a host, as in https://example.com/page")
    return parts


def _path(value: Value, format_: str) -> str:
    parts = _parts(value)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _host(value: Value, format_: str) -> str:
    return _parts(value).hostname or ""


TRANSFORMS: Mapping[str, Transform] = {
    "url_path": Transform(apply=_path, describe=lambda before, after, _: "path and query of the address"),
    "url_host": Transform(apply=_host, describe=lambda before, after, _: "host of the address"),
}
