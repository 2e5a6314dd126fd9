"""Text in cells: cut with a sign, wrapped, padded. What comes out is safe to draw."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from signal_tui.core.text import shown

MOST = 4000
"""Characters of one value that are looked at for one line of a pane."""


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells, with ``…`` at its end where some of it is left out."""
    if width <= 0:
        return ""
    long = len(text) > MOST
    safe = shown(text[:MOST] if long else text)
    if not long and cell_len(safe) <= width:
        return safe
    return set_cell_size(safe, width - 1).rstrip() + "…"


def pad(text: str, width: int) -> str:
    """The text cut or filled with blanks to exactly ``width`` cells."""
    return set_cell_size(cut(text, width), width) if width > 0 else ""


def wrap(text: str, width: int, most: int = 400) -> list[str]:
    """The text in lines of at most ``width`` cells, broken at blanks where there are some.

    Newlines count. After ``most`` lines a last one says that there is more.
    """
    width = max(width, 4)
    lines: list[str] = []
    for paragraph in text[: width * most + 1].split("\n"):
        lines.extend(_wrap_line(shown(paragraph), width))
        if len(lines) > most:
            break
    if len(lines) > most or len(text) > width * most + 1:
        del lines[most:]
        lines.append("… and more")
    return lines


def _wrap_line(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    lines = []
    line = ""
    for word in text.split(" "):
        candidate = f"{line} {word}" if line else word
        if cell_len(candidate) <= width:
            line = candidate
            continue
        # A long word starts on the line that has room for a good part of it.
        if line and (cell_len(word) <= width or cell_len(line) > width * 2 // 3):
            lines.append(line)
            line = ""
        candidate = f"{line} {word}" if line else word
        while cell_len(candidate) > width:
            head = _head(candidate, width)
            lines.append(head)
            candidate = candidate[len(head) :]
        line = candidate
    lines.append(line)
    return lines


def _head(text: str, width: int) -> str:
    if text[:width].isascii():
        return text[:width]
    cells = 0
    for index, character in enumerate(text):
        cells += cell_len(character)
        if cells > width:
            return text[: max(index, 1)]
    return text


def size_of(length: int) -> str:
    """A number of bytes for people."""
    if length < 1000:
        return f"{length} B"
    return f"{length / 1000:.1f} KB" if length < 1_000_000 else f"{length / 1_000_000:.1f} MB"


def seconds(ms: float) -> str:
    """Milliseconds for people."""
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
