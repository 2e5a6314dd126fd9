"""The form of the event: its common fields beside the JSON, one text with one undo."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from textual import events

from signal_tui.api.values import Value, parse_json
from signal_tui.core.event_form import FormField, TypedError, changed, cleared, read_typed, remove_value, set_value
from signal_tui.core.event_texts import with_product
from signal_tui.core.json_spans import difference
from signal_tui.tui.widgets.editor import Editor, written_out
from signal_tui.tui.widgets.form_fields import LONGEST, Adding, LineEdit, Product, key_of
from signal_tui.tui.widgets.form_view import FormView


class FormPane(FormView):
    """Fields that are filled in: what is typed changes the editor's text at once, through its history."""

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
        if not steps[1] or any(one.steps == steps and one.present for one in self.fields):
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
        """A field that is being typed takes the keys of a line; else they are the form's.

        They are taken here and not by bindings, which come round later than the next key that was typed ahead.
        """
        if self.typed is None:
            action = self._actions().get(event.key)
            if action is None:
                return
            action()
        elif event.key == "enter":
            self.finish()
        elif event.key == "escape":
            self.take_back()
        elif event.key in ("up", "down", "pageup", "pagedown", "ctrl+z", "ctrl+y"):
            self._actions()[event.key]()
        elif self.typed.press(event.key, event.character):
            self._follow()
        else:
            return
        event.stop()
        event.prevent_default()

    def _actions(self) -> Mapping[str, Callable[[], None]]:
        return {
            "up": lambda: self.action_move(-1),
            "down": lambda: self.action_move(1),
            "pageup": lambda: self.action_page(-1),
            "pagedown": lambda: self.action_page(1),
            "home": lambda: self.action_to_end(-1),
            "end": lambda: self.action_to_end(1),
            "left": lambda: self.action_turn(-1),
            "right": lambda: self.action_turn(1),
            "space": self.action_cycle,
            "enter": self.action_choose,
            "delete": self.action_clear,
            "ctrl+z": self.action_undo,
            "ctrl+y": self.action_redo,
        }

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


def _location(text: str, index: int) -> tuple[int, int]:
    """Row and column of a place in a text."""
    return text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1
