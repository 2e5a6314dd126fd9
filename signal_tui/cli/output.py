"""What commands print: words for people with nothing hidden in them, or JSON; errors on standard error."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

from signal_tui.api.values import dump_json
from signal_tui.core.text import shown

OK, NO, WRONG, UNREACHABLE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes: yes or answered; the answer is no; wrong use or configuration; not reachable or not authorised."""


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def say(*lines: str) -> None:
    """Print lines for people; a line may hold newlines, everything else that is invisible is written out."""
    for line in lines:
        _write(sys.stdout, shown(line, lines=True) + "\n")


def warn(message: str) -> None:
    """Print a remark on standard error: something to know that does not change the exit code."""
    sys.stdout.flush()
    _write(sys.stderr, shown(message, lines=True) + "\n")
    sys.stderr.flush()


def fail(message: str, code: int = WRONG) -> int:
    """Print what happened, where and what to do on standard error; returns the exit code, for ``return fail(…)``."""
    warn(f"signal-tui: {message}")
    return code


def as_json(value: Any, indent: int | None = None) -> str:
    """JSON, numbers as written; what is invisible is escaped, so that it is safe on a terminal and equal when read."""
    text = dump_json(value, indent)
    if text.isprintable():
        return text
    return "".join(
        character if character in "\n" or shown(character) == character else _escaped(character) for character in text
    )


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def print_json(value: Any) -> None:
    """Print one JSON document as one line."""
    text = as_json(value)
    try:
        sys.stdout.write(text + "\n")
    except UnicodeEncodeError:
        sys.stdout.write("".join(c if c.isascii() else _escaped(c) for c in text) + "\n")


def table(rows: Sequence[Sequence[str]], headings: Sequence[str] = (), indent: str = "") -> None:
    """Print rows in columns; nothing is cut."""
    cells = [[shown(str(cell)) for cell in row] for row in ([headings, *rows] if headings else rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell + " " * (size - width(cell)) for cell, size in zip(row, widths, strict=True))
        _write(sys.stdout, f"{indent}{'  '.join(padded)}".rstrip() + "\n")


def width(text: str) -> int:
    """The cells that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def at_terminal() -> bool:
    """Whether somebody is there to answer: standard input and standard error are a terminal."""
    try:
        return sys.stdin.isatty() and sys.stderr.isatty()
    except (AttributeError, ValueError):  # closed, or none at all
        return False


def ask(prompt: str, default: str = "") -> str:
    """Ask for a line at the terminal; an empty answer is ``default``. Raises EOFError where the input ends."""
    _write(sys.stderr, shown(f"{prompt}{f' [{default}]' if default else ''}: "))
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.strip() or default


def confirm(question: str) -> bool:
    """Ask a yes-or-no question at the terminal; anything but yes is no."""
    try:
        return ask(f"{question} [y/N]").lower() in ("y", "yes")
    except EOFError:
        return False
