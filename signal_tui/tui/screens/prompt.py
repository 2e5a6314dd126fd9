"""One line of text asked for."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from signal_tui.core.text import shown
from signal_tui.tui.screens.box import Dialogue
from signal_tui.tui.widgets.field import Field


class PromptScreen(Dialogue[str]):
    """Enter gives the text, escape none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    def __init__(self, title: str, words: str, value: str) -> None:
        super().__init__()
        self.title_text = title
        self.words = words
        self.value = shown(value)

    def compose(self) -> ComposeResult:
        """A box with an input."""
        field = Field(self.value, id="prompt-input", compact=True)
        with Vertical(id="prompt") as box:
            box.border_title = Content(f"{self.title_text}")
            box.border_subtitle = Content("enter does it · esc does not")
            yield Static(Content(shown(self.words)), id="prompt-words")
            yield field

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)

    def action_close(self) -> None:
        """Nothing."""
        self.dismiss(None)
