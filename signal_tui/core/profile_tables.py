"""Plain values of a profile's tables: each read in one way, and what is wrong with it noted with its place."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from signal_tui.api.mappings import nearest
from signal_tui.api.settings import Secret
from signal_tui.core.profile_lines import KeyPath, line_of
from signal_tui.core.profiles import Problem


class Tables:
    """Reads values, and gathers problems; a value that is wrong counts as not there."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._problems: list[Problem] = []
        self._integration: str | None = None

    def _problem(self, place: KeyPath, message: str) -> None:
        self._problems.append(
            Problem(
                file=str(self._path),
                message=message,
                place=place,
                line=line_of(self._text, place),
                integration=self._integration,
            )
        )

    def _unknown(
        self,
        table: Mapping[str, Any],
        known: Sequence[str],
        place: KeyPath,
        secrets: Mapping[str, Secret] | None = None,
        integration: str = "",
    ) -> None:
        for key in table:
            if key in known:
                continue
            secret = _nearest_secret(key, known, secrets or {})
            if secret is not None:
                self._problem((*place, key), no_secrets(integration, secret))
            else:
                self._problem((*place, key), f"is not known; {nearest(key, known) if known else 'remove it'}")

    def _flag(self, table: Mapping[str, Any], key: str, place: KeyPath, default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self._problem((*place, key), f"must be true or false, not {value!r}")
            return default
        return value

    def _line(self, table: Mapping[str, Any], key: str, place: KeyPath) -> str | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value or not value.isprintable():
            self._problem((*place, key), "must be a text in one line")
            return None
        return value

    def _address(self, table: Mapping[str, Any], key: str, place: KeyPath) -> str | None:
        value = self._line(table, key, place)
        if value is None:
            return None
        problem = address_problem(value)
        if problem:
            self._problem((*place, key), problem)
            return None
        return value.rstrip("/")

    def _file(self, table: Mapping[str, Any], key: str, place: KeyPath) -> str | None:
        value = self._line(table, key, place)
        if value is None:
            return None
        path = Path(os.path.abspath(self._path.parent / os.path.expanduser(value)))
        if not path.is_file():
            self._problem((*place, key), f"there is no file {path}")
            return None
        return str(path)


def _nearest_secret(key: str, known: Sequence[str], secrets: Mapping[str, Secret]) -> str | None:
    import difflib

    close = difflib.get_close_matches(key, [*secrets, *known], 1)
    return close[0] if close and close[0] in secrets else None


def no_secrets(integration: str, key: str) -> str:
    """What is said about a token in a profile."""
    return (
        "tokens are never in a profile: remove this line, make a new token if others could read it, and say "
        f"“signal-tui tokens set {integration} {key}”"
    )


def address_problem(value: str) -> str | None:
    """What is wrong with the address of a server, as a sentence; None when nothing is."""
    example = "it looks like https://analytics.example.com"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return f"is no address; {example}"
    if "@" in parts.netloc:
        return "holds a user or password, and a profile holds no secret"
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return f"is no http address; {example}"
    if parts.query or parts.fragment or "?" in value or "#" in value:
        return f"goes on behind the path; {example}"
    return None
