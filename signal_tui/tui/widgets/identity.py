"""The identity table: each canonical signal, and what every integration makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from signal_tui.core.text import shown
from signal_tui.tui.text import cut, pad
from signal_tui.tui.widgets.lines import Lines, Piece, Row, row

if TYPE_CHECKING:
    from signal_tui.core.traces import IdentityCell, IdentityRow


def identity_rows(table: Sequence[IdentityRow], integrations: Sequence[str], width: int) -> list[Row]:
    """The table in a width: columns where they fit, else an entry for each integration below its signal."""
    if not table:
        return []
    label = max(cell_len(one.label) for one in table) + 1
    if len(integrations) == 1:
        return [_single(one, label, width) for one in table]
    column = (width - label - 1) // max(len(integrations), 1)
    if column >= 17:
        return _columns(table, integrations, label, column, width)
    rows: list[Row] = []
    for one in table:
        rows.append(row((pad(one.label, label), "key"), (cut(_value(one.value), width - label), "value"), item=one))
        rows[-1] = Row(rows[-1].pieces, one, one.signal)
        for name, cell in zip(integrations, one.cells, strict=False):
            words, tone = _cell(cell)
            rows.append(row((cut(f"  {name}  ", label + 8), "dim"), (cut(words, width - label - 8), tone), item=one))
    return rows


def _value(value: object) -> str:
    from signal_tui.api.settings import SECRET_LEAVES, masked
    from signal_tui.api.values import text_of

    if value is None:
        return "–"
    if isinstance(value, SECRET_LEAVES):
        return masked(value)
    return text_of(value)[:500]


def _cell(cell: IdentityCell) -> tuple[str, str]:
    if cell.state == "none":
        return "–", "faint"
    if cell.state == "missing":
        return f"{cell.parameter}  {cell.derivation}", "dim"
    words = f"{cell.parameter} {_value(cell.value)}"
    if cell.derivation and cell.derivation != "as it is":
        words += f" · {cell.derivation}"
    return words, "plain"


def _single(one: IdentityRow, label: int, width: int) -> Row:
    cell = one.cells[0]
    words, tone = _cell(cell)
    rest = width - label - 3
    same = cell.state == "sent" and cell.value == one.value
    if same:
        words = cell.parameter
    value = _value(one.value)
    right = min(cell_len(shown(words)), max(rest * 55 // 100, rest - cell_len(shown(value))))
    left = max(rest - right, 4)
    arrow: Piece = ("→ ", "trace") if cell.state == "sent" else ("  ", "trace")
    return row(
        (pad(one.label, label), "dim"),
        (pad(value, left) + " ", "value" if one.value is not None else "faint"),
        arrow,
        (cut(words, right), "info" if cell.state == "sent" else tone),
        item=one,
        source=one.signal,
    )


def _columns(
    table: Sequence[IdentityRow], integrations: Sequence[str], label: int, column: int, width: int
) -> list[Row]:
    rows = [
        row((" " * (label + 1), "dim"), *((pad(name, column - 1) + " ", "heading") for name in integrations), rests=False)
    ]
    for one in table:
        first: list[Piece] = [(pad(one.label, label) + " ", "key")]
        second: list[Piece] = [(pad("  " + _value(one.value), label) + " ", "dim")]
        for _, cell in zip(integrations, one.cells, strict=False):
            if cell.state == "sent":
                first.append((pad(f"{cell.parameter} {_value(cell.value)}", column - 1) + " ", "plain"))
                plain = "" if cell.derivation == "as it is" else cell.derivation
                second.append((pad("  " + plain if plain else "", column - 1) + " ", "trace"))
            else:
                words, tone = _cell(cell)
                first.append((pad(words, column - 1) + " ", tone))
                second.append((" " * column, "trace"))
        rows.append(Row(tuple(first), one, one.signal))
        rows.append(Row(tuple(second), one, one.signal))
    return rows


class IdentityTable(Lines):
    """Who the event is about."""

    kind = "identity"

    def __init__(self) -> None:
        super().__init__(id="identity")
        self.table: Sequence[IdentityRow] = ()
        self.integrations: Sequence[str] = ()
        self.border_title = Content("Identity")

    def tell(self, table: Sequence[IdentityRow], integrations: Sequence[str]) -> None:
        """Show another table."""
        self.table, self.integrations = table, integrations
        self.build()

    def build(self) -> None:
        """Make the rows anew."""
        self.set_rows(identity_rows(self.table, self.integrations, self.text_width))

    def on_resize(self) -> None:
        """Columns depend on the width."""
        self.build()
