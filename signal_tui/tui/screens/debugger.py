"""The home screen: events, the event in the editor, the identity table, and a payload for each integration."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from signal_tui.tui import actions
from signal_tui.tui.screens.duplicating import Duplicating
from signal_tui.tui.screens.forming import Forming
from signal_tui.tui.screens.pasting import Pasting


class DebuggerScreen(Forming, Duplicating, Pasting):
    """See what each integration makes of an event, send it, and find it again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *actions.bindings(),
        Binding("tab", "walk(1)", show=False),
        Binding("shift+tab", "walk(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """All panes; which are seen is a matter of the arrangement."""
        self.large.display = False
        yield from (self.head, self.tabs, self.event_list, self.editor, self.large, self.identity)
        yield from self.payloads.values()
        yield self.notice
        yield self.foot

    def on_mount(self) -> None:
        """Begin in the editor."""
        self.editor.border_title = Content("Event")
        self.editor.focus()
        self.event_list.build()

    def on_unmount(self) -> None:
        """Let the threads go."""
        self.looker.end()
        self.end_sendings()
