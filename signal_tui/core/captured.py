"""Secrets in hits that somebody else sent: known by the name of their parameter, not by their value.

Before a captured hit is stored or shown, the values of a vendor's ``secret_parameters``, of Cookie and of
Authorization become a keyed hash: that they were there stays visible, and that two hits had the same one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from signal_tui.api.payloads import Body, Form, Json, Raw, Reply, Request
from signal_tui.api.settings import SECRET_LEAVES
from signal_tui.api.values import dump_json, parse_json, text_of
from signal_tui.core.fingerprint import fingerprint

PREFIX = "hidden-"
"""What a hidden value starts with; 12 hexadecimal characters of its hash follow."""

_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_COOKIES = frozenset({"cookie", "set-cookie"})
_HIDDEN = re.compile(r"hidden-[0-9a-f]{12}")
_BOUNDARY = re.compile(r"[=&?#;/\s\"'<>{},]")
_LONGEST_NAME = 200
_VALUE = re.compile(r"[^&=?#;/\s\"'<>{},]+")
_ENCODED_EQUALS = re.compile(r"%(?:25){0,4}3[dD]")
# The lengths are bounded so that hostile text costs no time.
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){0,200})"(\s{0,20}:\s{0,20})("(?:[^"\\]|\\.)*"?|[^,}\]\s]+)')
_PART_NAME = re.compile(r'\bname="?([^";\r\n]{1,200})')
_USER = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*://)([^/?#@]*)@")
_DEEPEST = 4


def is_hidden(value: str) -> bool:
    """Whether a value stands for one that was hidden: a replay puts the integration's own secret there."""
    return _HIDDEN.fullmatch(value) is not None


def _plain(name: str) -> str:
    # PHP reads token.auth, "token auth" and token_auth[] as token_auth.
    return re.sub(r"[. ]", "_", unquote_plus(name).strip().partition("[")[0]).lower()


class Hider:
    """Hides what is secret by its name. ``key``: see :func:`signal_tui.core.fingerprint.machine_key`."""

    def __init__(self, key: bytes, names: Iterable[str]) -> None:
        self._key = key
        self._names = frozenset(_plain(name) for name in names)
        self._headers = frozenset(name.lower() for name in names)

    def value(self, value: str) -> str:
        """What stands for a value; nothing for nothing, and a hidden value stays what it is."""
        if not value or is_hidden(value):
            return value
        return PREFIX + fingerprint(self._key, "captured", value)[:12]

    def request(self, request: Request) -> Request:
        """A request as it may be stored; what is not secret keeps its bytes, but for the spaces of a JSON body."""
        return replace(
            request,
            url=self.url(request.url),
            headers=tuple((name, self._header(name, value)) for name, value in request.headers),
            body=self._body(request.body),
        )

    def reply(self, reply: Reply) -> Reply:
        """A reply as it may be stored."""
        headers = tuple((name, str(self._header(name, value))) for name, value in reply.headers)
        return replace(reply, headers=headers, body=self._bytes(reply.body))

    def url(self, url: str) -> str:
        """A URL without the secrets in its query and fragment, and without a user's password."""
        url = _USER.sub(lambda match: f"{match[1]}{self.value(match[2])}@", url)
        return self._pairs(url, "&#")

    def _header(self, name: str, value: Any) -> Any:
        if isinstance(value, SECRET_LEAVES):
            return value
        lower, text = name.lower(), text_of(value)
        if lower in _CREDENTIALS:
            scheme, space, rest = text.partition(" ")
            return f"{scheme} {self.value(rest)}" if space and scheme.isalnum() else self.value(text)
        if lower in _COOKIES:
            return self._cookies(text, only_first=lower == "set-cookie")
        if lower in self._headers:
            return self.value(text)
        return self._pairs(text)

    def _cookies(self, text: str, *, only_first: bool) -> str:
        pieces = text.split(";")
        for number, piece in enumerate(pieces[:1] if only_first else pieces):
            name, equals, value = piece.partition("=")
            blank = piece[: len(piece) - len(piece.lstrip())]
            pieces[number] = f"{name}={self.value(value.strip())}" if equals else blank + self.value(piece.strip())
        return ";".join(pieces)

    def _body(self, body: Body | None) -> Body | None:
        match body:
            case Form(pairs):
                return Form(tuple((name, self._named(name, value)) for name, value in pairs))
            case Json(value):
                return Json(self._tree(value))
            case Raw(content, media_type):
                return Raw(self._bytes(content), media_type)
        return None

    def _bytes(self, content: bytes) -> bytes:
        # The media type of a beacon says little: every body is looked at in every way it can be read.
        text = content.decode("utf-8", "surrogateescape")
        hidden = self._json(text) if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else None
        if hidden is None:
            if text.startswith("--"):
                text = self._parts(text)
            hidden = self._pairs(_QUOTED.sub(self._quoted, text))
        return hidden.encode("utf-8", "surrogateescape")

    def _json(self, text: str) -> str | None:
        try:
            tree = parse_json(text.lstrip("\ufeff"))
        except ValueError:
            return None
        hidden = self._tree(tree)
        return text if hidden == tree else dump_json(hidden)

    def _tree(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._named(str(key), item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._tree(item) for item in value]
        return self._pairs(value) if isinstance(value, str) else value

    def _named(self, name: str, value: Any) -> Any:
        if _plain(name) not in self._names or value is None or isinstance(value, (*SECRET_LEAVES, bool)):
            return self._tree(value)
        return self.value(text_of(value))

    def _pairs(self, text: str, ends: str = "&", depth: int = 0) -> str:
        """Text with ``name=value`` in it anywhere: a secret value goes up to the next of ``ends``."""
        pieces: list[str] = []
        done, at = 0, text.find("=")
        while at >= 0:
            start = max(done, at - _LONGEST_NAME)
            name = "" if text[at - 1 : at] in ("=", "&") else _BOUNDARY.split(text[start:at])[-1]
            if name and _plain(name) in self._names:
                end = min((found for found in (text.find(sign, at) for sign in ends) if found >= 0), default=len(text))
                pieces += (self._nested(text[done : at + 1], depth), self.value(unquote_plus(text[at + 1 : end])))
                done, at = end, text.find("=", end)
            else:
                at = text.find("=", at + 1)
        pieces.append(self._nested(text[done:], depth))
        return "".join(pieces)

    def _nested(self, text: str, depth: int) -> str:
        """Addresses inside of parameters, percent-encoded once more."""
        if depth >= _DEEPEST or not _ENCODED_EQUALS.search(text):
            return text

        def hidden(match: re.Match[str]) -> str:
            decoded = unquote(match[0])
            inner = self._pairs(decoded, depth=depth + 1)
            return match[0] if inner == decoded else quote(inner, safe="")

        return _VALUE.sub(hidden, text)

    def _quoted(self, match: re.Match[str]) -> str:
        """A member of something that is nearly JSON: cut off, or several documents."""
        if _plain(match[1]) not in self._names or match[3] in ("true", "false", "null"):
            return match[0]
        value = match[3]
        try:
            value = text_of(parse_json(value))
        except ValueError:
            value = value.strip('"')
        return f'"{match[1]}"{match[2]}"{self.value(value)}"'

    def _parts(self, text: str) -> str:
        """The parts of a multipart body: its first line stands between them."""
        boundary, end = re.match(r"([^\r\n]*)(\r?\n|\Z)", text).groups()  # type: ignore[union-attr]  # matches all
        parts = text.split(boundary)
        for number, part in enumerate(parts):
            head, blank, value = part.partition(end * 2) if end else (part, "", "")
            name = _PART_NAME.search(head[:2000])
            if name is not None and _plain(name[1]) in self._names:
                content = value.removesuffix(end)
                parts[number] = head + blank + self.value(content) + value[len(content) :]
        return boundary.join(parts)
