"""A box over the debugger with lines in it: what help, questions and lists are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen

from signal_tui.tui.widgets.lines import Lines, Row

T = TypeVar("T")


class Dialogue(ModalScreen[T]):
    """A screen that is answered once."""

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Go away with an answer. Of two keys at once the second comes too late: there is nobody left to take it."""
        return super().dismiss(result) if self.is_current else AwaitComplete()


class BoxLines(Lines):
    """The lines of a box, made for its width."""

    def __init__(self) -> None:
        super().__init__(id="box")

    def on_resize(self) -> None:
        """Another width makes other rows."""
        screen = self.screen
        if isinstance(screen, BoxScreen):
            self.set_rows(screen.rows(self.text_width))


class BoxScreen(Dialogue[T]):
    """A box with a title; escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "close", show=False)]
    title_text = ""
    keys_text = "esc closes"

    def __init__(self) -> None:
        super().__init__()
        self.box = BoxLines()

    def compose(self) -> ComposeResult:
        """The box."""
        self.box.border_title = Content(f"{self.title_text}")
        self.box.border_subtitle = Content(f"{self.keys_text}")
        yield self.box

    def rows(self, width: int) -> Sequence[Row]:
        """The rows for a width."""
        return ()

    def redraw(self) -> None:
        """Make the rows anew."""
        if self.box.is_mounted:
            self.box.set_rows(self.rows(self.box.text_width))

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
