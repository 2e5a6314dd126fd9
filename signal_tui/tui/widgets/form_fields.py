"""The lines of a form: a field each, products as a table, and the one field that is being typed into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from signal_tui.core.event_form import PRODUCTS, PROPERTIES, FormField
from signal_tui.core.text import shown
from signal_tui.tui.text import cut, pad
from signal_tui.tui.widgets.lines import BLANK, Piece, Row, row

LONGEST = 2000
"""Characters of a value up to which it is typed in a line."""

_WIDEST = 26  # cells of a column of products


class LineEdit:
    """A line being typed, with a cursor."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = len(text)

    def insert(self, text: str) -> None:
        """Put text where the cursor is."""
        self.text = self.text[: self.at] + text + self.text[self.at :]
        self.at += len(text)

    def press(self, key: str, character: str | None) -> bool:
        """Take a key; whether it was one of a line."""
        match key:
            case "left" | "ctrl+b":
                self.at = max(self.at - 1, 0)
            case "right":
                self.at = min(self.at + 1, len(self.text))
            case "home" | "ctrl+a":
                self.at = 0
            case "end" | "ctrl+e":
                self.at = len(self.text)
            case "backspace":
                self._cut(max(self.at - 1, 0), self.at)
            case "delete" | "ctrl+d":
                self._cut(self.at, self.at + 1)
            case "ctrl+u":
                self._cut(0, self.at)
            case "ctrl+k":
                self._cut(self.at, len(self.text))
            case "ctrl+w":
                self._cut(_word_start(self.text, self.at), self.at)
            case _:
                if character is None or not character.isprintable():
                    return False
                self.insert(character)
        return True

    def _cut(self, start: int, end: int) -> None:
        self.text = self.text[:start] + self.text[end:]
        self.at = start

    def pieces(self, width: int) -> tuple[Piece, ...]:
        """The part of the line around its cursor that fits; the cursor is drawn as a block."""
        cells = [cell_len(shown(one)) for one in self.text]
        start, used = self.at, 1
        while start > 0 and used + cells[start - 1] < width:
            start -= 1
            used += cells[start]
        end = self.at + 1
        while end < len(self.text) and used + cells[end] < width:
            used += cells[end]
            end += 1
        before, after = self.text[start : self.at], self.text[self.at + 1 : end]
        if start and before:
            before = "…" + before[1:]
        if end < len(self.text) and after:
            after = after[:-1] + "…"
        return (before, "value"), (self.text[self.at : self.at + 1] or " ", "tab-front"), (after, "value")


def _word_start(text: str, at: int) -> int:
    return text[:at].rstrip().rfind(" ") + 1


@dataclass(frozen=True, slots=True)
class Adding:
    """The line that adds something: ``property`` or ``product``."""

    what: str
    label: str

    @property
    def help(self) -> str:
        """What enter does on it."""
        if self.what == "product":
            return "enter adds a product"
        return "enter, then its name, or name = value"


@dataclass(frozen=True, slots=True)
class Product:
    """One row of the table: its cells by column."""

    number: int
    cells: tuple[FormField, ...]


Item = FormField | Adding | Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the rows are made of. ``column`` is that of the products' table, 0 for the number in front; ``typed`` the
    line that is typed for ``item``."""

    fields: Sequence[FormField]
    feeds: Mapping[str, Sequence[tuple[str, str]]]
    traced: bool
    products: str | None
    column: int = 0
    item: object = None
    typed: LineEdit | None = None


def rows_of(sheet: Sheet, width: int) -> list[Row]:
    """The rows of a form in a width."""
    labels = [cell_len(shown(one.label[:40])) for one in sheet.fields if one.group != PRODUCTS]
    label_width = min(max(labels, default=8) + 2, 24, max(width // 3, 10))
    rows: list[Row] = []
    for group in dict.fromkeys(_with_products(sheet)):
        held = [one for one in sheet.fields if one.group == group]
        if rows:
            rows.append(BLANK)
        remark = _remark(sheet, f"properties.{sheet.products}") if group == PRODUCTS else ""
        rows.append(row((pad(group, max(width - cell_len(remark), 10)), "dim"), (remark, "faint"), rests=False))
        if group == PRODUCTS:
            rows += _table(sheet, held, width)
        else:
            rows += [_field_row(sheet, one, label_width, width) for one in held]
        if group == PROPERTIES:
            rows.append(_adding(sheet, Adding("property", "+ property"), label_width, width))
    return rows


def key_of(item: object) -> object:
    """What a row stands for, whatever its value is."""
    match item:
        case FormField():
            return item.steps
        case Product():
            return item.number
        case _:
            return item


def _with_products(sheet: Sheet) -> list[str]:
    groups = list(dict.fromkeys(one.group for one in sheet.fields))
    if PROPERTIES not in groups:
        groups.insert(1, PROPERTIES)
    if sheet.products and PRODUCTS not in groups:
        groups.insert(groups.index(PROPERTIES) + 1, PRODUCTS)
    return groups


def _remark(sheet: Sheet, path: str) -> str:
    """Where a field goes, as behind the lines of the JSON."""
    pairs = sheet.feeds.get(path)
    if pairs is None or not sheet.traced:
        return ""
    return "→ " + (", ".join(dict.fromkeys(target for _, target in pairs)) or "nobody")


def _field_row(sheet: Sheet, field: FormField, label_width: int, width: int) -> Row:
    remark = cut(_remark(sheet, field.path), max(width // 3, 10))
    room = width - 1 - label_width
    here = sheet.item is not None and key_of(sheet.item) == field.steps
    if here and sheet.typed is not None:
        value = sheet.typed.pieces(room)
    else:
        room -= cell_len(remark) + 2 * bool(remark)
        value = _value(field, room)
        value += ((" " * max(room - sum(cell_len(shown(text)) for text, _ in value), 0), "plain"),)
        value += ((f"  {remark}" if remark else "", "faint"),)
    tone = "key" if field.present else "dim"
    return row((" ", "plain"), (pad(field.label, label_width), tone), *value, item=field, source=field.path)


def _value(field: FormField, room: int) -> tuple[Piece, ...]:
    if field.choices and field.kind in ("choice", "flag"):
        return _choices(field, room)
    if not field.present:
        return (("–", "faint"),)
    written = field.written[:LONGEST]
    if written == "":
        return (('""', "dim"),)
    tone = "number" if field.kind == "number" or field.value is None else "value"
    return ((cut(written, max(room, 4)), tone),)


def _choices(field: FormField, room: int) -> tuple[Piece, ...]:
    chosen = field.written
    pieces: list[Piece] = []
    if chosen not in field.choices:
        pieces.append((f"[{cut(chosen, 20) or '–'}]", "warn"))
    for choice in field.choices:
        pieces.append((f"[{choice}]", "value") if choice == chosen else (f" {choice} ", "faint"))
    if sum(cell_len(text) for text, _ in pieces) > room:
        return ((f"‹{cut(chosen, max(room - 2, 4)) or '–'}›", "value"),)
    return tuple(pieces)


def _adding(sheet: Sheet, adding: Adding, label_width: int, width: int) -> Row:
    if sheet.item == adding and sheet.typed is not None:
        value = sheet.typed.pieces(width - 1 - label_width)
        return row((" ", "plain"), (pad(adding.label, label_width), "dim"), *value, item=adding)
    return row((f" {adding.label}", "dim"), item=adding)


def _table(sheet: Sheet, cells: Sequence[FormField], width: int) -> list[Row]:
    adding = row((" + product", "dim"), item=Adding("product", "+ product"))
    if not cells:
        return [adding]
    path = f"properties.{sheet.products}"
    columns = list(dict.fromkeys(one.label for one in cells))
    by_number: dict[int, list[FormField]] = {}
    for one in cells:
        by_number.setdefault(one.number or 0, []).append(one)
    widths = [_width([one for one in cells if one.label == column], column) for column in columns]
    current = min(sheet.column, len(columns))
    if sheet.typed is not None and isinstance(sheet.item, Product) and current:
        widths[current - 1] = max(widths[current - 1], min(cell_len(shown(sheet.typed.text[:80])) + 4, _WIDEST))
    first = _first(widths, current - 1, width - 4)
    head: list[Piece] = [(" #  ", "faint")] + [("… ", "faint")] * bool(first)
    used = 4 + 2 * bool(first)
    fit = 0
    for column, room in zip(columns[first:], widths[first:], strict=True):
        if used + room > width and fit:
            head.append(("…", "faint"))
            break
        head.append((pad(f" {column}", room), "faint"))
        used += room
        fit += 1
    rows = [row(*head, rests=False, source=path)]
    for number, held in by_number.items():
        item = Product(number, tuple(held))
        here = isinstance(sheet.item, Product) and sheet.item.number == number
        mark = f"[{number + 1}]" if here and current == 0 else f" {number + 1} "
        pieces: list[Piece] = [(pad(mark, 4), "dim"), ("  " if first else "", "plain")]
        for index in range(first, first + fit):
            pieces += _cell(sheet, held[index], widths[index], chosen=here and current == index + 1)
        source = held[current - 1].path if here and current else f"{path}[{number}]"
        rows.append(row(*pieces, item=item, source=source))
    return [*rows, adding]


def _cell(sheet: Sheet, field: FormField, width: int, *, chosen: bool) -> list[Piece]:
    if chosen and sheet.typed is not None:
        pieces = sheet.typed.pieces(width - 2)
        used = sum(cell_len(shown(text)) for text, _ in pieces)
        return [("▏", "chosen"), *pieces, (" " * max(width - 1 - used, 0), "plain")]
    text = "–" if not field.present else cut(field.written[:LONGEST], width - 3) or '""'
    tone = "faint" if not field.present else "number" if field.kind == "number" else "value"
    return [(pad(f"[{text}]" if chosen else f" {text}", width), tone)]


def _width(cells: Sequence[FormField], title: str) -> int:
    longest = max((cell_len(cut(one.written[:80], _WIDEST)) for one in cells), default=0)
    return max(min(longest, _WIDEST), min(cell_len(shown(title[:40])), _WIDEST), 4) + 3


def _first(widths: Sequence[int], current: int, room: int) -> int:
    """The first column that is drawn, so that the current one is seen."""
    first = 0
    while first < current and sum(widths[first : current + 1]) + 2 * bool(first) > room:
        first += 1
    return first
