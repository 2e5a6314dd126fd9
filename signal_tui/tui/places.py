"""Where in the text of an event each of its fields stands: the two ends of a trace on one screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\],:]|\n|[^\s{}\[\],:"]+')


def places(text: str) -> dict[str, int]:
    """Path in wire spelling → line (from 0) of what is no object; a list stands at the line it begins on.

    Tolerant: for half-written JSON it gives what it could read.
    """
    found: dict[str, int] = {}
    path: list[str] = []
    depth_of_list = 0
    key: str | None = None
    after_colon = False
    for token, line in _tokens(text):
        if depth_of_list:
            depth_of_list += (token in "[{") - (token in "]}")
            continue
        if token == "{":
            if after_colon and key is not None:
                path.append(_wire(path, key))
            key, after_colon = None, False
        elif token == "}":
            if path:
                path.pop()
            key, after_colon = None, False
        elif token == "[" and after_colon and key is not None:
            found[".".join((*path, _wire(path, key)))] = line
            depth_of_list = 1
            key, after_colon = None, False
        elif token == ":":
            after_colon = True
        elif token == ",":
            key, after_colon = None, False
        elif after_colon and key is not None:
            found.setdefault(".".join((*path, _wire(path, key))), line)
        elif token[0] == '"':
            key = token[1:-1]
    return found


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n":
            line += 1
        else:
            yield token, line


def _wire(path: list[str], key: str) -> str:
    from signal_tui.api.events import CONTEXT_KEYS, ENVELOPE_KEYS

    if not path:
        return ENVELOPE_KEYS.get(key, key)
    return CONTEXT_KEYS.get(key, key) if path == ["context"] else key


def line_of(path: str, found: dict[str, int]) -> int | None:
    """The line of a path, or of the nearest thing that holds it."""
    while path:
        if path in found:
            return found[path]
        path = re.sub(r"(\.[^.\[]*|\[\d+\])$", "", path) if re.search(r"[.\[]", path) else ""
    return None
