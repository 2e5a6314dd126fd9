"""The palette: everything that can be done, and every event, found by a few letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from signal_tui.core.text import shown
from signal_tui.tui.actions import ACTIONS, key_name, keys_of
from signal_tui.tui.screens.box import Dialogue
from signal_tui.tui.text import cut
from signal_tui.tui.widgets.events import SECTIONS, Entry
from signal_tui.tui.widgets.field import Field
from signal_tui.tui.widgets.lines import Lines, row


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: its words, what stands at the right, and what choosing it gives."""

    words: str
    right: str
    item: object


class PaletteScreen(Dialogue[object]):
    """Type, choose, enter. ``previewed`` names the themes, which show themselves while choosing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "close", show=False),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, previews: bool = False) -> None:
        super().__init__()
        self.title_text = title
        self.choices = choices
        self.previews = previews
        self.lines = Lines(id="palette-lines")
        self.lines.can_focus = False
        self.lines.keeps_cursor = True

    @classmethod
    def of_everything(cls, pane: str, entries: Sequence[Entry]) -> PaletteScreen:
        """Actions that hold in a pane, and events."""
        choices = [
            Choice(action.title, " ".join(key_name(key) for key in keys_of(action, pane)), action.name)
            for action in ACTIONS
            if action.palette and (not action.where or pane in action.where)
        ]
        names = dict(SECTIONS)
        choices += [Choice(f"Open {entry.title}", names[entry.kind].lower(), entry) for entry in entries]
        return cls("Palette", choices)

    @classmethod
    def of_themes(cls, app: App[Any]) -> PaletteScreen:
        """The themes, the present one first."""
        names = sorted(app.available_themes, key=lambda name: (name != app.theme, not name.startswith("signal"), name))
        choices = [Choice(name, "as it is" if name == app.theme else "", name) for name in names]
        return cls("Theme", choices, previews=True)

    def compose(self) -> ComposeResult:
        """An input and the lines below it."""
        field = Field(placeholder="a few letters", id="palette-input", compact=True)
        with Vertical(id="palette") as box:
            box.border_title = Content(f"{self.title_text}")
            box.border_subtitle = Content("enter chooses · esc closes")
            yield field
            yield self.lines

    def on_mount(self) -> None:
        """All of them at first."""
        self.call_after_refresh(self._fill, "")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    def _fill(self, typed: str) -> None:
        words = typed.lower().split()
        width = self.lines.text_width
        found = [one for one in self.choices if all(word in f"{one.words} {one.right}".lower() for word in words)]
        first = words[0] if words else ""
        found.sort(key=lambda one: not one.words.lower().startswith(first))
        rows = []
        for one in found:
            right = shown(one.right)
            left = cut(one.words, width - cell_len(right) - 2)
            gap = width - cell_len(left) - cell_len(right)
            rows.append(row((left, "plain"), (" " * max(gap, 1), "plain"), (right, "dim"), item=one))
        self.lines.set_rows(rows or [row(("nothing matches", "dim"), rests=False)], keep=False)
        self.lines.light(frozenset())
        self._mark()

    def _mark(self) -> None:
        self.lines.refresh()
        current = self.lines.current
        if self.previews and current is not None and isinstance(current.item, Choice):
            self.app.theme = str(current.item.item)

    def action_move(self, by: int) -> None:
        """Another line."""
        self.lines.move_to(self.lines.cursor + by, by)
        self._mark()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        current = self.lines.current
        choice = current.item if current is not None else None
        self.dismiss(choice.item if isinstance(choice, Choice) else None)

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        if isinstance(event.row.item, Choice):
            self.dismiss(event.row.item.item)

    def action_close(self) -> None:
        """Nothing."""
        self.dismiss(None)
