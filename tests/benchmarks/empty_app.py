"""The reference for starts: a Textual app with Header and Footer and nothing else."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header

MARK = "Empty reference"


class Empty(App[None]):
    """What every Textual program costs."""

    TITLE = MARK

    def compose(self) -> ComposeResult:
        """The two bars."""
        yield Header()
        yield Footer()


if __name__ == "__main__":
    Empty().run()
