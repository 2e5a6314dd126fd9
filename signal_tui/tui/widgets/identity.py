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
    """The table in a width: a line for each signal; where integrations differ, those alike together below it."""
    if not table:
        return []
    label = max(cell_len(one.label) for one in table) + 1
    rows: list[Row] = []
    for one in table:
        groups = _groups(one, integrations)
        plain = all(cell.state == "sent" and cell.value == one.value for cell in one.cells)
        if len(groups) == 1 or plain or one.value is None:
            rows.append(_single(one, label, width))
            continue
        value = (cut(_value(one.value), width - label), "value")
        rows.append(row((pad(one.label, label), "dim"), value, item=one, source=one.signal))
        lead = min(max(map(cell_len, groups.values())), max(width * 45 // 100, 8))
        for cell, names in groups.items():
            words, tone = _cell(cell)
            if cell.state == "sent" and cell.value == one.value:
                words = cell.parameter
            pieces: tuple[Piece, ...] = ((f"  {pad(names, lead)}  ", "dim"), (cut(words, width - lead - 4), tone))
            rows.append(row(*pieces, item=one, source=one.signal))
    return rows


def _groups(one: IdentityRow, integrations: Sequence[str]) -> dict[IdentityCell, str]:
    """Cell → the names of the integrations that have it, in order."""
    groups: dict[IdentityCell, str] = {}
    for name, cell in zip(integrations, one.cells, strict=False):
        groups[cell] = f"{groups[cell]}, {name}" if cell in groups else name
    return groups


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
    if not one.cells:  # no integration is enabled
        whole = (cut(_value(one.value), width - label), "value")
        return row((pad(one.label, label), "dim"), whole, item=one, source=one.signal)
    cell = next((cell for cell in one.cells if cell.state != "none"), one.cells[0])
    words, tone = _cell(cell)
    if cell.state == "missing":
        names = dict.fromkeys(cell.parameter for cell in one.cells if cell.state == "missing")
        words = f"{', '.join(names)}  {cell.derivation}"
    rest = width - label - 3
    if cell.state == "sent" and cell.value == one.value:
        words = ", ".join(dict.fromkeys(cell.parameter for cell in one.cells))
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
