"""A curl command read back into a request: the options that browsers and people write."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote, urlsplit, urlunsplit

_WITH_VALUE = {
    "-A": "user-agent",
    "-b": "cookie",
    "-d": "data",
    "-e": "referer",
    "-F": "form",
    "-H": "header",
    "-o": "output",
    "-T": "upload-file",
    "-u": "user",
    "-w": "write-out",
    "-x": "proxy",
    "-X": "request",
    "-m": "max-time",
    "-c": "cookie-jar",
    "-E": "cert",
}
_LONG_WITH_VALUE = {
    *_WITH_VALUE.values(),
    "cacert",
    "connect-timeout",
    "data-ascii",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "form-string",
    "json",
    "key",
    "max-redirs",
    "resolve",
    "retry",
    "url",
}
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}
_ANSI = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|.)", re.DOTALL)
_DOLLAR = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)

Read = tuple[str, str, tuple[tuple[str, str], ...], bytes | None]


def read_curl(command: str) -> Read:
    """Method, URL, headers and body of a curl command. Raises ValueError for what cannot be read without running it:
    files (``@name``), uploads, multipart forms, variables."""
    words = _words(command)
    if not words or words[0] != "curl":
        raise ValueError("it does not begin with curl")
    method, urls, headers, data = "", list[str](), list[tuple[str, str]](), list[str]()
    in_query = False
    for option, value in _options(words[1:]):
        match option:
            case "request":
                method = value
            case "" | "url":
                urls.append(value)
            case "header":
                name, colon, text = value.partition(":")
                if colon and text.strip():
                    headers.append((name.strip(), text.strip()))
            case "user-agent":
                headers.append(("User-Agent", value))
            case "referer":
                headers.append(("Referer", value))
            case "cookie":
                headers.append(("Cookie", value))
            case "user":
                headers.append(("Authorization", "Basic " + base64.b64encode(value.encode()).decode()))
            case "data" | "data-ascii" | "data-binary":
                if value.startswith("@"):
                    raise ValueError(f"the body is in the file {value[1:]!r}: paste the body itself")
                data.append(value.replace("\n", "").replace("\r", "") if option != "data-binary" else value)
            case "data-raw":
                data.append(value)
            case "json":
                data.append(value)
                headers.append(("Content-Type", "application/json"))
            case "data-urlencode":
                data.append(_encoded(value))
            case "form" | "form-string" | "upload-file":
                raise ValueError(f"--{option} makes a body that only curl can build")
            case "get":
                in_query = True
            case "head":
                method = method or "HEAD"
    if len(urls) != 1:
        raise ValueError("it names no URL" if not urls else f"it names {len(urls)} URLs; give one command each")
    url = urls[0] if "://" in urls[0] else f"http://{urls[0]}"
    if data and in_query:
        parts = urlsplit(url)
        url = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, *data)))))
        data = []
    body = "&".join(data).encode("utf-8", "surrogateescape") if data else None
    if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    return method or ("POST" if body is not None else "GET"), url, tuple(headers), body


def _encoded(value: str) -> str:
    name, equals, text = value.partition("=")
    if not equals:
        return quote(value, safe="")
    return f"{name}={quote(text, safe='')}" if name else quote(text, safe="")


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Option and value pairs; an option without a value has an empty one, a URL has no option."""
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in _LONG_WITH_VALUE:
                yield name, value if equals else _next(rest, word)
            else:
                yield name, ""
        elif word.startswith("-") and len(word) > 1:
            short, value = word[:2], word[2:]
            if short in _WITH_VALUE:
                yield _WITH_VALUE[short], value or _next(rest, word)
                continue
            for position, letter in enumerate(word[1:], 1):
                if f"-{letter}" in _WITH_VALUE:
                    yield _WITH_VALUE[f"-{letter}"], word[position + 1 :] or _next(rest, word)
                    break
                yield {"G": "get", "I": "head"}.get(letter, letter), ""
        else:
            yield "", word


def _next(rest: Iterator[str], option: str) -> str:
    try:
        return next(rest)
    except StopIteration:
        raise ValueError(f"{option} has no value") from None


def _words(command: str) -> list[str]:
    """Words as a shell would make them; ``$'…'`` is understood, variables and substitutions are refused."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(_ANSI.sub(_ansi, match[1]))
        return f"\x00{len(kept) - 1}\x00"

    words = shlex.split(_DOLLAR.sub(keep, command.replace("\x00", "")))
    return [re.sub("\x00(\\d+)\x00", lambda match: kept[int(match[1])], word) for word in words]


def _ansi(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
    elif code[0] in "01234567":
        number = int(code, 8)
    else:
        return _ESCAPES.get(code, "\\" + code)
    if code[0] in "x01234567" and number > 127:
        # A byte of its own: joined with its neighbours when the body is encoded.
        return bytes([number & 0xFF]).decode("utf-8", "surrogateescape")
    return chr(number) if number < 0x110000 else "\ufffd"
