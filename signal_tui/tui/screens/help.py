"""Help: what the pane is for, its keys, all other keys, and the marks; made from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from signal_tui.tui.actions import ACTIONS, PANES, Action, groups, key_name, keys_of
from signal_tui.tui.marks import LEGEND, mark
from signal_tui.tui.screens.box import BoxScreen
from signal_tui.tui.text import pad, wrap
from signal_tui.tui.widgets.lines import BLANK, Row, row


class HelpScreen(BoxScreen[None]):
    """Help for the pane that had the focus."""

    title_text = "Help"
    keys_text = "↑ ↓ scroll · esc closes"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,question_mark", "close", show=False)]

    def __init__(self, pane: str) -> None:
        super().__init__()
        self.pane = pane

    def rows(self, width: int) -> Sequence[Row]:
        """The pane first, then everything."""
        title, words = PANES.get(self.pane, ("", ""))
        rows = [row((title, "heading"))]
        rows += [row((line, "plain")) for line in wrap(words, width)]
        rows.append(BLANK)
        here = [action for action in ACTIONS if self.pane in action.where]
        for action in here:
            rows += self._action(action, width)
        for group, actions in groups().items():
            others = [action for action in actions if action not in here and not action.where]
            elsewhere = [action for action in actions if action not in here and action.where]
            if others or elsewhere:
                rows += [BLANK, row((group, "heading"))]
                for action in others:
                    rows += self._action(action, width)
                for action in elsewhere:
                    rows += self._action(action, width, ", ".join(PANES[pane][0] for pane in action.where))
        rows += [BLANK, row(("Marks", "heading"))]
        for state, meaning in LEGEND:
            sign, tone, name = mark(state)
            lines = wrap(meaning, width - 28)
            rows.append(row((f"  {sign} ", tone), (pad(name, 23) + " ", tone), (lines[0], "dim")))
            rows += [row((" " * 28 + line, "dim")) for line in lines[1:]]
        return rows

    def _action(self, action: Action, width: int, where: str = "") -> list[Row]:
        keys = " ".join(key_name(key) for key in keys_of(action, self.pane)) or "palette"
        title = action.title + (f" ({where})" if where else "")
        lead = 2 + 10 + 1
        if width >= 90:
            lines = wrap(action.help, width - lead - 34)
            first = row((f"  {pad(keys, 10)} ", "key"), (pad(title, 33) + " ", "plain"), (lines[0], "dim"))
            return [first, *(row((" " * (lead + 34) + line, "dim")) for line in lines[1:])]
        first = row((f"  {pad(keys, 10)} ", "key"), (title, "plain"))
        return [first, *(row((" " * lead + line, "dim")) for line in wrap(action.help, width - lead))]
