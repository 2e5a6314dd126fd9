"""What must not be shown, stored or logged: known secrets, in every form in which they turn up.

A reply may quote a token, an error may hold the whole URL, a log may escape it twice. :class:`Redactor` takes the
secrets that are known and removes them from any text. What is secret by its name – in hits that somebody else sent –
is the business of :mod:`signal_tui.core.captured`.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

from signal_tui.api.settings import MASK

_SHORT_ESCAPES = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", '"': '"', "'": "'", "/": "/"}
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-=]")
_LEAST_BASE64 = 4
"""Bytes of a secret from which on its base64 form is telling; shorter ones would be found everywhere."""

# What quoting once more makes of the sign that starts an escape; bounded, so that a long run of it costs no time.
_PERCENT = "%(?:25){0,4}"
_BACKSLASH = r"\\{1,16}+"
_AMPERSAND = "&(?:amp;){0,4}"
_ZEROS = "0{0,6}"
_ESCAPE = re.compile(r"[%\\&+]")
_LONG = 200
"""Characters of a secret up to which every mixture of encodings is looked for; a pattern takes 0.2 ms a character."""


def _any_case(hexadecimal: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in hexadecimal)


def _percent(data: bytes) -> str:
    return "".join(_PERCENT + _any_case(f"{byte:02x}") for byte in data)


def _entity(code: int) -> str:
    return f"{_AMPERSAND}#(?:{_ZEROS}{code}|[xX]{_ZEROS}{_any_case(f'{code:x}')});"


def _forms_of(character: str) -> str:
    """A pattern for the ways in which one character of a secret is written."""
    data, code = character.encode("utf-8", "surrogatepass"), ord(character)
    units = character.encode("utf-16-be", "surrogatepass")
    forms = [
        re.escape(character),
        _percent(data),
        "".join(f"{_BACKSLASH}u{_any_case(units[at : at + 2].hex())}" for at in range(0, len(units), 2)),
        "".join(f"{_BACKSLASH}x{_any_case(f'{byte:02x}')}" for byte in data),
        _entity(code),
    ]
    if code < 0x100:
        forms.append(f"{_BACKSLASH}x{_any_case(f'{code:02x}')}")
    if code > 0xFFFF:
        forms.append(f"{_BACKSLASH}U{_any_case(f'{code:08x}')}")
    if character in _SHORT_ESCAPES:
        forms.append(_BACKSLASH + re.escape(_SHORT_ESCAPES[character]))
    if character in _ENTITIES:
        forms.append(f"{_AMPERSAND}{_ENTITIES[character]};")
    if character == " ":
        forms.append(r"\+")
    return f"(?:{'|'.join(forms)})"


def _backslashes(count: int) -> str:
    # Each level of quoting doubles them.
    return rf"(?:\\|{_PERCENT}5[cC]|{_entity(0x5C)}){{{count},{count * 8}}}"


@lru_cache(maxsize=256)
def _pattern(secret: str) -> re.Pattern[str]:
    runs = re.findall(r"\\+|[^\\]", secret, re.DOTALL)
    return re.compile("".join(_backslashes(len(run)) if run[0] == "\\" else _forms_of(run) for run in runs))


@lru_cache(maxsize=16)
def _usual_forms(secret: str) -> tuple[str, ...]:
    """What the usual libraries write for a secret that is too long for a pattern."""
    import html

    data = secret.encode("utf-8", "surrogatepass")
    quoted = [quote(data, safe=""), quote(data), quote_plus(data)]
    quoted += [re.sub("%..", lambda found: found[0].lower(), form) for form in quoted]
    in_json = [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]
    in_json += [form.replace("/", "\\/") for form in in_json] + [json.dumps(form)[1:-1] for form in in_json]
    python = [repr(secret)[1:-1], repr(data)[2:-1]]
    return tuple({secret, *quoted, *map(quote, quoted), *in_json, *python, html.escape(secret)})


@lru_cache(maxsize=256)
def _base64_cores(secret: str) -> tuple[str, ...]:
    """What stays the same of a secret's base64 form whatever stands before and after it, at each of three offsets."""
    data = secret.encode("utf-8", "surrogatepass")
    if len(data) < _LEAST_BASE64:
        return ()
    cores: set[str] = set()
    for offset in range(3):
        encoded = b64encode(b"\0" * offset + data).decode().rstrip("=")
        first = (0, 2, 3)[offset]
        last = len(encoded) - (1 if (offset + len(data)) % 3 else 0)
        core = encoded[first:last]
        cores |= {core, core.replace("+", "-").replace("/", "_")}
        cores |= {
            core.replace("+", plus).replace("/", slash)
            for plus in ("%2B", "%2b", "+")
            for slash in ("%2F", "%2f", r"\/", "/")
        }
    return tuple(cores)


class Redactor:
    """Removes known secrets from texts, bytes and headers; what stands for them is always the same."""

    __slots__ = ("_secrets",)

    def __init__(self, secrets: Iterable[str]) -> None:
        # One that is part of what stands for secrets cannot be removed by it.
        self._secrets = tuple(sorted({secret for secret in secrets if secret and secret not in MASK}, key=len))

    def __repr__(self) -> str:
        return f"Redactor({len(self._secrets)} secrets)"

    def text(self, text: str) -> str:
        """The text without the secrets: raw, percent-encoded, escaped as in JSON, Python and HTML, or in base64."""
        spans: list[tuple[int, int]] = []
        escaped = _ESCAPE.search(text) is not None
        for secret in self._secrets:
            if escaped and len(secret) <= _LONG:
                spans.extend(match.span() for match in _pattern(secret).finditer(text))
            else:
                for form in _usual_forms(secret) if escaped else (secret,):
                    spans.extend(_spans(text, form))
            for core in _base64_cores(secret):
                spans.extend(_base64_spans(text, core))
        return _without(text, spans) if spans else text

    def bytes(self, data: bytes) -> bytes:
        """The bytes without the secrets, read as UTF-8; bytes that are none stay what they are."""
        if not self._secrets:
            return data
        text = data.decode("utf-8", "surrogateescape")
        scrubbed = self.text(text)
        return data if scrubbed is text else scrubbed.encode("utf-8", "surrogateescape")

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Headers without the secrets."""
        return tuple((self.text(name), self.text(value)) for name, value in headers)


def _spans(text: str, form: str) -> Iterator[tuple[int, int]]:
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + len(form))


def _base64_spans(text: str, core: str) -> list[tuple[int, int]]:
    spans = []
    at = text.find(core)
    while at >= 0:
        start, end = at, at + len(core)
        # The characters beside it hold bits of the secret, and those further on belong to the same value.
        while start > 0 and _BASE64.match(text[start - 1]):
            start -= 1
        while end < len(text) and _BASE64.match(text[end]):
            end += 1
        spans.append((start, end))
        at = text.find(core, end)
    return spans


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        if start >= done:
            pieces += (text[done:start], MASK)
        done = max(done, end)
    pieces.append(text[done:])
    return "".join(pieces)
