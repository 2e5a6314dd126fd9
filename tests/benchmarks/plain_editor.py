"""The reference for keys: the same text in a plain TextArea, and nothing that follows from it."""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class PlainEditor(App[None]):
    """What a key costs in any Textual editor."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        """The editor alone."""
        area = TextArea(self.text, soft_wrap=True)
        area.cursor_blink = False
        yield area


if __name__ == "__main__":
    PlainEditor(Path(sys.argv[1]).read_text()).run()
