"""A letter on each pane; pressing it goes there."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from signal_tui.tui.screens.box import Dialogue


class JumpScreen(Dialogue[str]):
    """The panes stay visible below their letters."""

    def __init__(self, targets: Sequence[tuple[str, str, int, int]]) -> None:
        super().__init__()
        self.targets = targets

    def compose(self) -> ComposeResult:
        """A label for each pane, where it stands."""
        for letter, _, x, y in self.targets:
            label = Static(Content(f" {letter} "), classes="jump")
            label.styles.offset = (x, y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """A letter goes there, everything else goes back."""
        event.stop()
        event.prevent_default()
        self.dismiss(next((pane for letter, pane, _, _ in self.targets if letter == event.character), None))

    def on_click(self) -> None:
        """A click goes back."""
        self.dismiss(None)
