"""Read TOML with numbers kept as written, and say in which line it breaks."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from signal_tui.api.values import WrittenNumber


class TomlError(ValueError):
    """Text that is no TOML; ``line`` counts from 1 and is None where it is not known."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


def read_toml(text: str) -> dict[str, Any]:
    """The tables of a TOML document. Raises :class:`TomlError`."""
    try:
        return tomllib.loads(text, parse_float=lambda written: WrittenNumber(written.replace("_", "")))
    except RecursionError:
        raise TomlError("is not TOML: nested too deeply", None) from None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", said)
    words = re.sub(r"\s*\(at [^)]*\)", "", said)
    if place:
        raise TomlError(f"is not TOML: {words}, column {place[2]}", int(place[1]))
    raise TomlError(f"is not TOML: {words} at its end", max(1, len(text.splitlines())))
