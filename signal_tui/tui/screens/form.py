"""A form over the debugger that writes: questions first, then the file, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from signal_tui.core.profiles import Integration
from signal_tui.core.workbench import Workbench
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_messages import Entered, NotStored, Stored
from signal_tui.tui.screens.form_trial import FormTrial
from signal_tui.tui.screens.question import QuestionScreen


class FormScreen(FormTrial):
    """Answers what was stored, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("ctrl+s", "save", show=False, priority=True),
    ]

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self.storing = False
        self.half: Stored | None = None

    def questions(self, integration: Integration, origins: Sequence[str]) -> list[str]:
        """What must be confirmed before saving, in sentences."""
        return []

    def to_store(self, entered: Entered) -> Entered:
        """What is written of it."""
        return entered

    def refused(self) -> str:
        """Why nothing can be saved at the moment, empty where it can."""
        busy = getattr(self.app.screen_stack[0], "is_sending", False)
        return "something is being sent: wait until it is over, or stop it with esc in the debugger" if busy else ""

    def fulfil(self, wish: str, integration: Integration, origins: Sequence[str]) -> None:
        """Test or save."""
        if wish == "test":
            self.begin_test(integration)
        else:
            self._ask_to_save(integration, origins)

    # Saving

    def action_save(self) -> None:
        """Write it."""
        why = self.refused()
        if why:
            self.say(f"✗ Not saved: {why}", "bad")
        elif self.entered() is None:
            self.say("The profile is still being read; try again in a moment.")
        elif not self.storing:
            self.assess("save")

    def _ask_to_save(self, integration: Integration, origins: Sequence[str]) -> None:
        questions = self.questions(integration, origins)
        if not questions:
            self._save()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._save()

        words = [line for question in questions for line in (f"! {question}", "")]
        self.app.push_screen(QuestionScreen("Save", [*words, "Save it?"]), answered)

    def _save(self) -> None:
        entered = self.entered()
        if entered is not None and not self.storing:
            self.storing = True
            self.say("Saving …")
            self._store(self.to_store(entered))

    @work(thread=True, exit_on_error=False, group="store")
    def _store(self, entered: Entered) -> None:
        entry_bridge.store(self.workbench, entered, self.post_message)

    @on(NotStored)
    def _not_stored(self, event: NotStored) -> None:
        self.storing = False
        self.say(f"✗ Not saved: {event.problem}", "bad")

    @on(Stored)
    def _stored(self, event: Stored) -> None:
        self.storing = False
        if event.problem:
            self.half = event
            self.half_stored(event)
            self.say(f"✗ {event.name} is saved, but not every token: {event.problem}", "bad")
        else:
            self.dismiss(event)

    def half_stored(self, event: Stored) -> None:
        """The file is written, a token is not kept: saving again is no adding any more."""

    # Leaving

    def action_close(self) -> None:
        """Stop a test; else leave, and ask where something would be lost."""
        if self.testing:
            self.cancel.set()
            self.say("Stopping the test.")
            return
        if self.storing:
            return
        if not self.dirty:
            self.leave()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.leave()

        words = ["What was typed here is not saved.", "", "Throw it away?"]
        self.app.push_screen(QuestionScreen("Leave the form", words), answered)

    def leave(self) -> None:
        """Without an answer, unless something is written already."""
        self.dismiss(self.half)
