"""What the form of the event shows: its fields, where they go, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message

from signal_tui.api.values import parse_json
from signal_tui.core.event_form import FormField, fields, product_list
from signal_tui.tui.look import Look
from signal_tui.tui.text import cut
from signal_tui.tui.widgets.editor import Editor
from signal_tui.tui.widgets.form_fields import Adding, LineEdit, Product, Sheet, key_of, rows_of
from signal_tui.tui.widgets.lines import Lines, Piece


class FormView(Lines):
    """Fields with a cursor. A text that is no JSON leaves them as they were, dimmed, with the reason."""

    kind = "form"

    @dataclass
    class Closed(Message):
        """The tab of the JSON was clicked."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(id="event-form")
        self.editor = editor
        self.fields: Sequence[FormField] = ()
        self.products: str | None = None
        self.typed: LineEdit | None = None
        self.column = 1
        self.words = ""
        self._feeds: Mapping[str, Sequence[tuple[str, str]]] = {}
        self._traced = False
        self._broken = ""
        self._problem = ""
        self._read: str | None = None
        self._before = ""
        self._built: object = None
        self.border_title = Content("Event")

    # What is shown

    def read(self) -> None:
        """Make the fields of the editor's text anew, where it changed."""
        text = self.editor.text
        if text == self._read:
            return
        self._read = text
        try:
            tree = parse_json(text)
            if not isinstance(tree, Mapping):
                raise ValueError("an event is an object")
        except ValueError as error:
            self._broken = str(error)
            self.typed = None
        else:
            self._broken = ""
            self.fields = fields(tree)
            self.products = product_list(tree)
        self.faded = bool(self._broken)
        self.build()

    def tell(self, look: Look) -> None:
        """Take over where the fields go, and what is wrong with the text."""
        place = f"line {look.line + 1}: " if look.line is not None else ""
        self._problem = f"{place}{look.problem}" if look.problem else ""
        if not look.problem:
            self._feeds = look.feeds
            self._traced = any(payload.status == "mapped" for payload in look.payloads)
        self.read()
        self.build()

    def build(self) -> None:
        """Make the rows anew; the cursor stays at its field."""
        key = key_of(self.item)
        sheet = Sheet(
            fields=self.fields,
            feeds=self._feeds,
            traced=self._traced,
            products=self.products,
            column=self.column,
            item=self.item if self.has_focus else None,
            typed=self.typed,
        )
        self._built = self.text_width
        rows = rows_of(sheet, self.text_width)
        before = self.cursor
        if key is not None:
            self.cursor = next((at for at, one in enumerate(rows) if key_of(one.item) == key), self.cursor)
        self.set_rows(rows)
        if before != self.cursor:
            self.refresh()
        self.refresh_fixed()

    @property
    def item(self) -> object:
        """What the cursor is on."""
        return self.current.item if self.current is not None else None

    @property
    def field(self) -> FormField | None:
        """The field that the cursor is on; in the table, that of the column."""
        item = self.item
        if isinstance(item, Product):
            column = min(self.column, len(item.cells))
            return item.cells[column - 1] if column else None
        return item if isinstance(item, FormField) else None

    @property
    def fixed(self) -> int:
        """The tabs, and a line about the field under the cursor."""
        return 2

    def fixed_line(self, y: int) -> tuple[Piece, ...]:
        """The tabs; what is wrong, else what the field is."""
        if not y:
            words = "… as before the break" if self.faded else "undo: ^z"
            room = self.scrollable_content_region.width - 13 - cell_len(words)
            return ("[Form]", "chosen"), (" JSON ", "dim"), (" " * max(room, 1), "plain"), (words, "faint")
        for problem in (self.words, self._problem if self._broken or self._problem else "", self._broken):
            if problem:
                return ((cut(f"✗ {problem}", self.text_width), "bad"),)
        return ((cut(self._help(), self.text_width), "dim"),)

    def _help(self) -> str:
        item, field = self.item, self.field
        if isinstance(item, Adding):
            return item.help
        if field is None:
            return "enter adds a copy of this product · del removes it" if isinstance(item, Product) else ""
        if self.typed is not None:
            keys = "enter keeps · esc takes back"
        elif field.kind in ("choice", "flag"):
            keys = "← → or space"
        else:
            keys = "enter edits" + " · del removes" * field.present
        return f"{field.help} · {keys}" if field.help else keys

    def on_resize(self) -> None:
        """Another width makes other rows."""
        if self._built != self.text_width:
            self.build()
            self.show_cursor_row()

    def click_fixed(self, x: int, y: int) -> None:
        """A click on the other tab."""
        if y == 0 and 7 <= x < 13:
            self.post_message(self.Closed())
