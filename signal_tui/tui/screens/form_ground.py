"""The ground of a form: fields that scroll and are checked while somebody types, and one line that speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from signal_tui.core.profiles import Integration
from signal_tui.core.text import shown
from signal_tui.core.workbench import Workbench
from signal_tui.tui import entry_bridge
from signal_tui.tui.entry_messages import Assessed, Entered, Stored
from signal_tui.tui.screens.box import Dialogue
from signal_tui.tui.screens.integration_fields import FormField, Passing

PAUSE = 0.15
"""Seconds without a key after which what is typed is checked."""


class Body(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The fields; the arrows go from one to the next and do not scroll."""


class FormGround(Dialogue[Stored]):
    """Fields that are checked while somebody types, and where they stand."""

    DEFAULT_CSS = """
    FormGround { align: center middle; background: $background 55%; }
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
        # Priority: what is typed right after the key must not go to the field that is left.
        Binding("down", "field(1)", show=False, priority=True),
        Binding("up", "field(-1)", show=False, priority=True),
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
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
        self.checks = Passing(id="entry-checks")
        self.said = Static(id="entry-said")
        self.words = ""
        self.problems: Mapping[str, str] = {}
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

    def on_descendant_focus(self) -> None:
        """The whole field is seen, not its control alone."""
        self.call_after_refresh(self.show_focused)

    def show_focused(self) -> None:
        """Bring the field that has the focus into view, the whole of it."""
        fields = list(self.fields.values())
        owner = next((field for field in fields if field.control is self.focused), None)
        if owner is not None:
            words = f"{self.title_text} · field {fields.index(owner) + 1} of {len(fields)}"
            self.frame.border_title = Content(shown(words))
        if owner is fields[0]:
            self.body.scroll_home(animate=False)
        elif owner is not None:
            self.body.scroll_to_widget(owner, animate=False)

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
        else:
            self.fulfil(wish, event.integration, event.origins)

    def fulfil(self, wish: str, integration: Integration, origins: Sequence[str]) -> None:
        """Nothing is wrong: do what was wished."""

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

    def typed(self, key: str) -> str:
        """The text of a field without the blanks around it."""
        return self.fields[key].text.strip()

    def chosen(self, key: str) -> tuple[str, ...]:
        """What is chosen in a field."""
        return cast("tuple[str, ...]", self.fields[key].value)

    def action_field(self, by: int) -> None:
        """To the next field or the one before; within a field of several rows first to its next row."""
        if isinstance(self.focused, Passing):
            self.focused.action_move(by)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_page(self, by: int) -> None:
        """A page of the form."""
        self.body.scroll_relative(y=by * max(self.body.size.height - 2, 1), animate=False)
