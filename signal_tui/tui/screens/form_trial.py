"""The part of a form that tests the connection with what is typed, before anything is saved."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content

from signal_tui.api.vendor import Check
from signal_tui.core.profiles import Integration
from signal_tui.core.text import shown
from signal_tui.core.workbench import Workbench
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_messages import Entered, Tried
from signal_tui.tui.screens.form_ground import FormGround
from signal_tui.tui.screens.question import QuestionScreen
from signal_tui.tui.text import pad, wrap
from signal_tui.tui.widgets.lines import Row, row

CHECK_MARKS = {"ok": ("✓", "plain"), "warn": ("!", "warn"), "fail": ("✗", "bad"), "cannot-tell": ("?", "warn")}


def check_rows(check: Check, width: int) -> list[Row]:
    """A check in lines: its mark, its name, its words and what to do."""
    sign, tone = CHECK_MARKS[check.state]
    remedy = f"→ {check.remedy}" if check.remedy and check.state != "ok" else ""
    first, *lines = wrap(shown(check.message), width - 18)
    if remedy:
        lines += wrap(shown(remedy), width - 18)
    rows = [row((f"{sign} {pad(check.check, 14)}  ", tone), (first, "plain"))]
    return rows + [row((" " * 18 + line, "dim" if line.startswith("→") else "plain")) for line in lines]


class FormTrial(FormGround):
    """Checks turn up one by one, below the fields."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "test", show=False, priority=True)]

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self.cancel = threading.Event()
        self.testing = False
        self.found: list[Check] = []
        self._trouble = ""
        self._integration: Integration | None = None

    def on_unmount(self) -> None:
        """Stop a test that is under way."""
        self.cancel.set()

    def on_resize(self) -> None:
        """Another width wraps anew."""
        self.call_after_refresh(self._show_checks)

    def action_test(self) -> None:
        """Ask the instance, with what is typed."""
        if self.testing:
            self.say("A test is under way: esc stops it.")
        elif self.entered() is None:
            self.say("The profile is still being read; try again in a moment.")
        else:
            self.assess("test")

    def begin_test(self, integration: Integration, *, allowed: bool = False) -> None:
        """Ask the instance; ``allowed``: also over plain http."""
        entered = self.entered()
        if entered is None or self.testing:
            return
        self.testing, self.found, self._trouble = True, [], ""
        self.cancel = threading.Event()
        self._integration = integration
        self._show_checks()
        self._try(integration, entered, self.cancel, allowed)

    @work(thread=True, exit_on_error=False, group="test")
    def _try(self, integration: Integration, entered: Entered, cancel: threading.Event, allowed: bool) -> None:
        entry_bridge.try_out(self.workbench, integration, entered, cancel, self.post_message, allowed=allowed)

    @on(Tried)
    def _tried(self, event: Tried) -> None:
        if event.check is not None:
            self.found.append(event.check)
        else:
            self.testing = False
            self._trouble = event.problem
        if event.held:
            self._ask_plain(event.held)
        self._show_checks()

    def _ask_plain(self, origins: Sequence[str]) -> None:
        words = [f"! Everybody on the way to {', '.join(origins)} can read the token: it is plain http.", "", "Test?"]

        def answered(yes: bool | None) -> None:
            if yes and self._integration is not None:
                self.begin_test(self._integration, allowed=True)

        self.app.push_screen(QuestionScreen("Plain http", words), answered)

    def _show_checks(self) -> None:
        if not self.testing and not self.found and not self._trouble:
            self.checks.display = False
            return
        width = max(self.size.width if self.size.width < 118 else 118, 30) - 8
        rows = [line for check in self.found for line in check_rows(check, width)]
        if self.testing:
            rows.append(row(("… asking; esc stops it", "info")))
        if self._trouble:
            rows += [row((line, "bad")) for line in wrap(f"✗ {self._trouble}", width)]
        if not rows:
            rows.append(row(("the vendor has nothing that could be tested", "dim")))
        self.checks.border_title = Content("Test of the connection" + (" …" if self.testing else ""))
        self.checks.styles.height = min(len(rows) + 1, max(self.size.height // 3, 4))
        self.checks.display = True
        self.checks.set_rows(rows)
        self.checks.scroll_end(animate=False)
        self.call_after_refresh(self.show_focused)
