"""A form over the debugger: fields that scroll, what became of a test, one line that speaks, and keys."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from signal_tui.api.vendor import Check
from signal_tui.core.profiles import Integration
from signal_tui.core.text import shown
from signal_tui.core.workbench import Workbench
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_bridge import Assessed, Entered, NotStored, Stored, Tried
from signal_tui.tui.screens.box import Dialogue
from signal_tui.tui.screens.integration_fields import FormField
from signal_tui.tui.screens.question import QuestionScreen
from signal_tui.tui.text import wrap
from signal_tui.tui.widgets.lines import Lines, Row, row

PAUSE = 0.15
"""Seconds without a key after which what is typed is checked."""

CHECK_MARKS = {"ok": ("✓", "plain"), "warn": ("!", "warn"), "fail": ("✗", "bad"), "cannot-tell": ("?", "warn")}


def check_rows(check: Check, width: int) -> list[Row]:
    """A check in lines: its mark, its name, its words and what to do."""
    sign, tone = CHECK_MARKS[check.state]
    words = shown(check.message + (f" {check.remedy}" if check.remedy and check.state != "ok" else ""))
    name = wrap(check.check, 14, 1)[0]
    lines = wrap(words, width - 18)
    rows = [row((f"{sign} {name:<14}  ", tone), (lines[0], "plain"))]
    return rows + [row((" " * 18 + line, "plain")) for line in lines[1:]]


class Body(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The fields; the arrows go from one to the next and do not scroll."""


class FormScreen(Dialogue[Stored]):
    """Fields that are checked while somebody types. Answers what was stored, or nothing."""

    DEFAULT_CSS = """
    FormScreen { align: center middle; background: $background 55%; }
    #entry {
        width: 100%; max-width: 118; height: 100%; max-height: 60;
        background: $background; border: round $border;
        border-title-color: $accent; border-title-style: bold; border-subtitle-color: $ink-dim;
        padding: 0 1;
    }
    #entry-fields { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1 0 0; }
    #entry-checks { display: none; border-top: solid $border-blurred; border-title-color: $ink-dim; }
    #entry-checks:focus { border-top: solid $border; border-title-color: $accent; }
    #entry-said { height: auto; display: none; background: $panel; padding: 0 1; }
    #entry-said.-bad { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+t", "test", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
    ]
    title_text = ""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.fields: dict[str, FormField] = {}
        self.frame = Vertical(id="entry")
        self.body = Body(id="entry-fields")
        self.checks = Lines(id="entry-checks")
        self.said = Static(id="entry-said")
        self.words = ""
        self.problems: Mapping[str, str] = {}
        self.cancel = threading.Event()
        self.testing = False
        self.storing = False
        self.half: Stored | None = None
        self.found: list[Check] = []
        self._trouble = ""
        self._number = self._answered = 0
        self._wish = ""
        self._timer: Timer | None = None

    # What a form is made of

    def parts(self) -> list[Widget]:
        """Headings and fields, in order."""
        raise NotImplementedError

    def entered(self) -> Entered | None:
        """What stands in the form; None while that cannot be said yet."""
        raise NotImplementedError

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

    def add(self, field: FormField) -> FormField:
        """Take a field into the form."""
        self.fields[field.key] = field
        return field

    def compose(self) -> ComposeResult:
        """The box."""
        self.frame.border_title = Content(shown(self.title_text))
        self.frame.border_subtitle = Content("^s save · ^t test connection · ↑ ↓ fields · space choose · esc cancel")
        with self.frame:
            with self.body:
                yield from self.parts()
            yield self.checks
            yield self.said

    def on_mount(self) -> None:
        """Begin in the first field."""
        next(iter(self.fields.values())).enter()
        self.assess()

    def on_unmount(self) -> None:
        """Stop a test that is under way."""
        self.cancel.set()

    def on_descendant_focus(self) -> None:
        """The whole field is seen, not its control alone."""
        self.call_after_refresh(self._show_focused)

    def _show_focused(self) -> None:
        fields = list(self.fields.values())
        owner = next((field for field in fields if field.control is self.focused), None)
        if owner is not None:
            words = f"{self.title_text} · field {fields.index(owner) + 1} of {len(fields)}"
            self.frame.border_title = Content(shown(words))
        if owner is fields[0]:
            self.body.scroll_home(animate=False)
        elif owner is not None:
            self.body.scroll_to_widget(owner, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """Another width wraps anew."""
        self.call_after_refresh(self._show_checks)

    # Checking what is typed

    @property
    def dirty(self) -> bool:
        """Whether something would be lost."""
        return any(field.changed for field in self.fields.values())

    @property
    def checked(self) -> bool:
        """Whether what the fields say is about what stands in them."""
        return self._answered == self._number

    @on(FormField.Changed)
    def _typed(self, event: FormField.Changed) -> None:
        self.field_changed(event.field)
        if self.words.startswith("✗"):
            self.say("")
        self._stop_timer()
        self._timer = self.set_timer(PAUSE, self.assess)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def field_changed(self, field: FormField) -> None:
        """A field has another value."""

    def assess(self, wish: str = "") -> None:
        """Check what is typed, then do what is wished: save or test."""
        self._stop_timer()
        self._wish = wish or self._wish
        entered = self.entered()
        if entered is not None:
            self._number += 1
            self._assess(entered, self._number)

    @work(thread=True, exit_on_error=False, group="assess")
    def _assess(self, entered: Entered, number: int) -> None:
        entry_bridge.assess(self.workbench, entered, number, self.post_message)

    @on(Assessed)
    def _assessed(self, event: Assessed) -> None:
        if event.number != self._number:
            return  # something else is typed by now
        self._answered = event.number
        self.problems = event.problems
        wish, self._wish = self._wish, ""
        if wish:
            for field in self.fields.values():
                field.touched = True
        self.show_problems()
        if not wish:
            return
        if event.integration is None:
            self._tell_wrong(wish)
        elif wish == "test":
            self._begin_test(event.integration)
        else:
            self._ask_to_save(event.integration, event.origins)

    def show_problems(self) -> None:
        """Each field says whether it fits; one that nobody has been in yet is not blamed for being empty."""
        for key, field in self.fields.items():
            problem = self.problems.get(key)
            field.tell(problem if field.touched or not field.empty else None)

    def _tell_wrong(self, wish: str) -> None:
        wrong = [field for key, field in self.fields.items() if key in self.problems]
        rest = [words for key, words in self.problems.items() if key not in self.fields]
        names = ", ".join(field.label for field in wrong)
        doing = "Not saved" if wish == "save" else "Not tested"
        parts = [f"look at {names}"] if names else []
        self.say(f"✗ {doing}: " + "; ".join(parts + rest), "bad")
        if wrong:
            wrong[0].enter()

    def say(self, words: str, tone: str = "info") -> None:
        """One line at the bottom."""
        self.words = words
        self.said.update(Content(shown(words)))
        self.said.display = bool(words)
        self.said.set_class(tone == "bad", "-bad")

    # Testing

    def action_test(self) -> None:
        """Ask the instance, with what is typed."""
        if self.testing:
            self.say("A test is under way: esc stops it.")
        elif self.entered() is None:
            self.say("The profile is still being read; try again in a moment.")
        else:
            self.assess("test")

    def _begin_test(self, integration: Integration, *, allowed: bool = False) -> None:
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
            if yes:
                self._begin_test(self._integration, allowed=True)

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

    def action_page(self, by: int) -> None:
        """A page of the form."""
        self.body.scroll_relative(y=by * max(self.body.size.height - 2, 1), animate=False)

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

    def typed(self, key: str) -> str:
        """The text of a field without the blanks around it."""
        return self.fields[key].text.strip()

    def chosen(self, key: str) -> tuple[str, ...]:
        """What is chosen in a field."""
        return cast("tuple[str, ...]", self.fields[key].value)
