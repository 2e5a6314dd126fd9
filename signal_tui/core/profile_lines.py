"""In which line of a TOML file a key stands, so that an error can say it. tomllib keeps no positions."""

from __future__ import annotations

import re
import tomllib
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys from the top of a file down; a number is a place in a list."""

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_LONGEST = 200
"""Lines of one value that are looked at."""


def line_of(text: str, path: KeyPath) -> int | None:
    """The line (from 1) of a key, or of the nearest key above it that has one; None where there is none."""
    lines = _lines(text)
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _lines(text: str) -> dict[KeyPath, int]:
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    lines = text.splitlines()
    table: KeyPath = ()
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        header = _HEADER.match(line)
        key = None if header else _KEY.match(line)
        if header:
            table = _placed(_keys(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key:
            path = (*table, *_keys(key[1]))
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], number)
            at = _end_of_value(lines, at - 1)
    return found


def _keys(written: str) -> tuple[str, ...]:
    try:
        tree: Any = tomllib.loads(f"{written} = 0")
    except tomllib.TOMLDecodeError:
        return (written,)
    keys = []
    while isinstance(tree, dict):
        key, tree = next(iter(tree.items()))
        keys.append(key)
    return tuple(keys)


def _placed(keys: tuple[str, ...], counts: dict[KeyPath, int]) -> KeyPath:
    """A table below a list of tables belongs to the list's last one."""
    path: KeyPath = ()
    for key in keys[:-1]:
        path = (*path, key)
        if path in counts:
            path = (*path, counts[path])
    return (*path, *keys[-1:])


def _end_of_value(lines: list[str], start: int) -> int:
    """The index of the first line behind the value that starts here: it may span lines, with signs of its own."""
    for end in range(start + 1, min(len(lines), start + _LONGEST) + 1):
        try:
            tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return start + 1
