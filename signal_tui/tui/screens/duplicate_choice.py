"""Of whom a duplicate is to be: the same visitor, or a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.text import wrap
from signal_tui.tui.widgets.lines import BLANK, Lines, Row, row

_CHOICES = (
    ("s", "the same visitor", "anonymousId and cookies stay"),
    ("n", "a new visitor", "anonymousId and cookies are fresh, userId stays"),
)


class DuplicateScreen(BoxScreen[bool]):
    """Answers whether the duplicate is of a new visitor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "take(False)", show=False),
        Binding("n", "take(True)", show=False),
    ]
    keys_text = "enter or a letter does it · esc does not"
    title_text = "Duplicate"

    def __init__(self, title: str, name: str) -> None:
        super().__init__()
        self.words = f"Keep {title} as your own event {name}, of now, with a new messageId and, where it has one, "
        self.words += "a new order id."
        self.add_class("-small")

    def rows(self, width: int) -> Sequence[Row]:
        """What it does, and the two ways."""
        rows = [BLANK, *(row((line, "plain"), rests=False) for line in wrap(self.words, width)), BLANK]
        for key, choice, words in _CHOICES:
            rows.append(row((f"{key}  ", "key"), (f"{choice}  ", "plain"), (words, "dim"), item=key))
        return rows

    def action_take(self, new_visitor: bool) -> None:
        """One of the two."""
        self.dismiss(new_visitor)

    @on(Lines.Chosen)
    def _chosen(self, event: Lines.Chosen) -> None:
        if event.row.item is not None:
            self.dismiss(event.row.item == "n")
