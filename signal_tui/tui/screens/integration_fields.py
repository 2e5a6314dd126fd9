"""Fields of a form: a label with its state in words, what is typed or chosen, a line of help, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from signal_tui.core.text import shown
from signal_tui.core.vault import SecretValue
from signal_tui.tui.widgets.lines import Lines, row


class Line(Input):
    """One line of text. What is pasted loses the blanks around it and comes in safe to draw."""

    def __init__(self, value: str = "", placeholder: str = "", *, password: bool = False) -> None:
        super().__init__(value, shown(placeholder), compact=True, password=password, select_on_focus=False)
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        text = event.text.strip().splitlines()
        self.replace(self._safe(text[0]) if text else "", *sorted(self.selection))
        event.prevent_default()
        event.stop()

    def _safe(self, text: str) -> str:
        return shown(text)


class SecretLine(Line):
    """A token: dots while it is typed, and no way back out of the field."""

    def __init__(self, placeholder: str = "") -> None:
        super().__init__("", placeholder, password=True)

    def _safe(self, text: str) -> str:
        return text  # never drawn, and a token must not be changed

    def action_copy(self) -> None:
        """A token does not leave by the clipboard."""

    def action_cut(self) -> None:
        """As copying."""


class Passing(Lines):
    """Lines in a form: beyond the last one is the next field, and before the first one the field before."""

    def action_move(self, by: int) -> None:
        """Another line, or another field."""
        before = self.cursor
        self.move_to(before + by, by)
        if self.cursor != before:
            return
        if by > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()


class Options(Passing):
    """Some of several words, or one of them; each with a mark."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "choose", show=False)]

    @dataclass
    class Picked(Message):
        """What is chosen changed."""

        options: Options

    def __init__(self, words: Sequence[tuple[str, str]], chosen: Sequence[str], *, many: bool) -> None:
        super().__init__()
        self.words = words
        self.chosen = list(chosen)
        self.many = many
        self.styles.height = max(len(words), 1)

    def on_mount(self) -> None:
        """The cursor begins at what is chosen."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._fill()
        names = [name for name, _ in self.words]
        if self.chosen and self.chosen[0] in names:
            self.cursor = names.index(self.chosen[0])

    def on_resize(self) -> None:
        """Another width makes other rows."""
        self._fill()

    def _fill(self) -> None:
        rows = []
        for name, words in self.words:
            on = name in self.chosen
            sign = ("[x]" if on else "[ ]") if self.many else ("(•)" if on else "( )")
            rows.append(row((f"{sign} ", "plain"), (words, "plain"), item=name))
        self.set_rows(rows or [row(("there is none", "dim"), rests=False)])

    def action_choose(self) -> None:
        """Choose what the cursor is on, or no longer."""
        name = self.current.item if self.current is not None else None
        if not isinstance(name, str):
            return
        if not self.many:
            self.chosen = [name]
        elif name in self.chosen:
            self.chosen.remove(name)
        else:
            self.chosen = [one for one, _ in self.words if one in self.chosen or one == name]
        self._fill()
        self.post_message(self.Picked(self))


class FormField(Vertical):
    """A label, its control, help, and the sentence that says what is wrong with what is there."""

    DEFAULT_CSS = """
    FormField { height: auto; margin: 0 0 1 0; }
    FormField Static { height: auto; }
    FormField .state { color: $ink-dim; }
    FormField .help, FormField .note { color: $ink-dim; padding: 0 0 0 2; }
    FormField .problem { color: $error; padding: 0 0 0 2; display: none; }
    FormField.-wrong .problem { display: block; }
    FormField .note { display: none; }
    FormField.-noted .note { display: block; }
    FormField Input { background: $panel; margin: 0 0 0 2; width: 1fr; }
    FormField Input:focus { background: $tint-soft; }
    FormField Options { margin: 0 0 0 1; }
    FormField:focus-within .state { color: $accent; text-style: bold; }
    """

    @dataclass
    class Changed(Message):
        """Something was typed or chosen."""

        field: FormField

    def __init__(self, key: str, label: str, help: str, control: Line | Options, *, hint: str = "") -> None:  # noqa: A002 - what it is called everywhere
        super().__init__()
        self.key = key
        self.label = label
        self.help = help
        self.control = control
        self.hint = hint
        self.touched = False
        self.initial = self.value
        self._state = Static(classes="state")
        self._problem = Static(classes="problem")
        self._note = Static(classes="note")

    def compose(self) -> ComposeResult:
        """Label, control, help, problem."""
        yield self._state
        yield self.control
        if self.help:
            yield Static(Content(shown(self.help)), classes="help")
        yield self._note
        yield self._problem
        self.tell(None)

    @property
    def value(self) -> str | tuple[str, ...] | SecretValue:
        """What is typed or chosen; a token as something that does not show."""
        if isinstance(self.control, Options):
            return tuple(self.control.chosen)
        return SecretValue(self.control.value) if isinstance(self.control, SecretLine) else self.control.value

    @property
    def text(self) -> str:
        """What is typed into a field that holds no token."""
        assert not isinstance(self.control, SecretLine)
        return self.control.value if isinstance(self.control, Line) else " ".join(self.control.chosen)

    @property
    def empty(self) -> bool:
        """Whether nothing is there."""
        return not (self.control.value if isinstance(self.control, Line) else self.control.chosen)

    @property
    def changed(self) -> bool:
        """Whether it differs from what it began with."""
        return self.value != self.initial

    def tell(self, problem: str | None) -> None:
        """Say whether what is there fits."""
        if problem is not None:
            state = "✗ missing" if self.empty else "✗ wrong"
        elif isinstance(self.control, Options) or self.empty:
            state = self.hint
        else:
            state = "✓ fits"
        self._state.update(Content(shown(f"{self.label}  {state}".rstrip())))
        self._problem.update(Content(shown(f"✗ {problem}") if problem is not None else ""))
        self.set_class(problem is not None, "-wrong")

    def note(self, words: str) -> None:
        """One more line, below the help."""
        self._note.update(Content(shown(words)))
        self.set_class(bool(words), "-noted")

    def enter(self) -> None:
        """Give it the focus."""
        self.control.focus()

    @on(Input.Changed)
    @on(Options.Picked)
    def _changed(self, event: Message) -> None:
        event.stop()
        if self.changed:
            self.touched = True
        self.post_message(self.Changed(self))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.screen.focus_next()


class Heading(Static):
    """What a group of fields is about."""

    DEFAULT_CSS = "Heading { height: auto; color: $ink-dim; margin: 0 0 1 0; }"

    def tell(self, title: str, words: str = "") -> None:
        """A title and a sentence."""
        self.update(Content.assemble((shown(title), "bold $foreground"), f"  {shown(words)}" if words else ""))
