"""One line of input in which nothing is hidden: what would not be safe to draw becomes a sign as it enters."""

from __future__ import annotations

from textual.widgets import Input

from signal_tui.core.text import shown


class Field(Input):
    """An input without a blinking cursor; pasted control characters cannot reach the terminal."""

    def on_mount(self) -> None:
        """A cursor at rest."""
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Each character that is not safe as one that is as long, so that the cursor stays where it is."""
        if value.isprintable():
            return value
        return "".join(one if shown(one) == one else "�" for one in value)
