"""The form of the event: its common fields beside the JSON, one text with one undo."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from signal_tui.api.values import Value, parse_json
from signal_tui.core.event_form import (
    FormField,
    TypedError,
    changed,
    cleared,
    fields,
    product_list,
    read_typed,
    remove_value,
    set_value,
)
from signal_tui.core.event_texts import with_product
from signal_tui.core.json_spans import difference
from signal_tui.tui.look import Look
from signal_tui.tui.text import cut
from signal_tui.tui.widgets.editor import Editor, written_out
from signal_tui.tui.widgets.form_fields import LONGEST, Adding, LineEdit, Product, Sheet, key_of, rows_of
from signal_tui.tui.widgets.lines import Lines, Piece, Row


class FormPane(Lines):
    """Fields with a cursor; what is typed changes the editor's text at once, through its history.

    A text that is no JSON leaves the fields as they were, dimmed, with the reason.
    """

    kind = "form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("space", "cycle", show=False),
        Binding("delete", "clear", show=False),
        Binding("ctrl+z", "undo", show=False),
        Binding("ctrl+y", "redo", show=False),
    ]

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
            keys = "enter keeps it · esc takes it back"
        elif field.kind in ("choice", "flag"):
            keys = "← → or space"
        else:
            keys = "enter edits" + " · del removes" * field.present
        return f"{field.help} · {keys}" if field.help else keys

    # Moving

    def move_to(self, index: int, direction: int = 1) -> None:
        """Put the cursor on a row; what was typed is kept."""
        self.finish()
        super().move_to(index, direction)
        self.words = ""
        self.build()

    def action_turn(self, by: int) -> None:
        """The next choice or the one before; in the table, the next column."""
        item = self.item
        if isinstance(item, Product):
            self.column = max(0, min(min(self.column, len(item.cells)) + by, len(item.cells)))
            self.build()
            self.post_message(self.Moved(self, self.current))
        elif isinstance(item, FormField) and item.kind in ("choice", "flag"):
            at = item.choices.index(item.written) + by if item.written in item.choices else 0
            self._choose(item, max(0, min(at, len(item.choices) - 1)))

    def action_cycle(self) -> None:
        """The next choice, round and round."""
        field = self.field
        if field is not None and field.kind in ("choice", "flag"):
            at = field.choices.index(field.written) + 1 if field.written in field.choices else 0
            self._choose(field, at % len(field.choices))

    def _choose(self, field: FormField, at: int) -> None:
        value = read_typed(field, field.choices[at])
        if value != field.value:
            self.editor.history.checkpoint()
            self._change(lambda text: changed(text, field, value))

    # Changing

    def action_choose(self) -> None:
        """Edit the field under the cursor, choose the next of few, add a product."""
        item, field = self.item, self.field
        if self._broken:
            return
        if isinstance(item, Adding) and item.what == "product":
            self._add_product(None)
        elif isinstance(item, Product) and field is None:
            self._add_product(item.number)
        elif isinstance(item, Adding):
            self._begin("")
        elif field is not None and field.kind in ("choice", "flag"):
            self.action_cycle()
        elif field is not None and len(field.written) > LONGEST:
            self._say("this is too long for a line; ^l shows the JSON")
        elif field is not None:
            self._begin("" if field.value is None else field.written)

    def _add_product(self, copied: int | None) -> None:
        name = self.products
        if name is not None:
            self.editor.history.checkpoint()
            self._change(lambda text: with_product(text, name, copied))

    def _begin(self, text: str) -> None:
        self.editor.history.checkpoint()
        self._before = self.editor.text
        self.typed = LineEdit(text)
        self.words = ""
        self.build()

    def finish(self) -> None:
        """Keep what was typed."""
        typed, self.typed = self.typed, None
        if typed is None:
            return
        if isinstance(self.item, Adding) and typed.text.strip():
            self._add_property(typed.text)
        self.words = ""
        self.editor.history.checkpoint()
        self.build()

    def _add_property(self, typed: str) -> None:
        name, _, written = typed.partition("=")
        value: Value = written.strip()
        with contextlib.suppress(ValueError):  # a text without its quotes
            value = parse_json(value)
        steps = ("properties", name.strip())
        if any(one.steps == steps and one.present for one in self.fields):
            self.app.bell()
        elif self._change(lambda text: set_value(text, steps, value)):
            self.cursor = next((at for at, one in enumerate(self.rows) if key_of(one.item) == steps), self.cursor)

    def take_back(self) -> None:
        """Leave the field as it was."""
        self.typed = None
        self.words = ""
        self._change(lambda text: self._before)
        self.build()

    def action_clear(self) -> None:
        """Remove the field, or the product, from the event."""
        item, field = self.item, self.field
        self.editor.history.checkpoint()
        if isinstance(item, Product) and field is None:
            steps = item.cells[0].steps[:-1]
            self._change(lambda text: remove_value(text, steps))
        elif field is not None and field.present and field.path != "type":
            self._change(lambda text: cleared(text, field))

    def _change(self, change: Callable[[str], str]) -> bool:
        """Change the editor's text by one edit of its history; its cursor keeps its place."""
        if self._broken:
            return False
        text = self.editor.text
        try:
            start, end, new = difference(text, written_out(change(text)))
        except ValueError as error:
            self._say(str(error))
            return False
        if start != end or new:
            self.editor.replace(new, _location(text, start), _location(text, end))
        self.read()
        return True

    def _say(self, words: str) -> None:
        self.words = words
        self.refresh_fixed()

    def action_undo(self) -> None:
        """Take the last change back, wherever it was made."""
        self._step(self.editor.action_undo)

    def action_redo(self) -> None:
        """Do it again."""
        self._step(self.editor.action_redo)

    def _step(self, step: Callable[[], None]) -> None:
        self.typed = None
        self.words = ""
        step()
        self.read()
        self.build()

    # Typing

    def on_key(self, event: events.Key) -> None:
        """A field that is being typed takes the keys of a line; others leave it."""
        if self.typed is None:
            return
        if event.key == "enter":
            self.finish()
        elif event.key == "escape":
            self.take_back()
        elif self.typed.press(event.key, event.character):
            self._follow()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Into the field that is being typed; else it may be an event."""
        event.stop()
        if self.typed is not None:
            self.typed.insert(" ".join(event.text[:LONGEST].splitlines()))
            self._follow()
        else:
            self.post_message(Editor.Pasted(event.text))

    def _follow(self) -> None:
        """Bring what is typed into the event, as soon as it can be."""
        field, typed = self.field, self.typed
        self.words = ""
        if field is not None and typed is not None and (typed.text or field.present):
            try:
                value = read_typed(field, typed.text)
            except TypedError as error:
                self.words = str(error)
            else:
                self._change(lambda text: changed(text, field, value))
        self.build()

    def on_focus(self) -> None:
        """The cursor becomes visible."""
        self.build()
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes; what was typed is kept."""
        self.finish()
        self.build()
        self.refresh()

    def on_resize(self) -> None:
        """Another width makes other rows."""
        if self._built != self.text_width:
            self.build()
            self.show_cursor_row()

    def click_fixed(self, x: int, y: int) -> None:
        """A click on the other tab."""
        if y == 0 and 7 <= x < 13:
            self.post_message(self.Closed())

    def row_of(self, path: str) -> Row | None:
        """The row of a field, by its path."""
        return next((one for one in self.rows if one.source == path), None)


def _location(text: str, index: int) -> tuple[int, int]:
    """Row and column of a place in a text."""
    return text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1
