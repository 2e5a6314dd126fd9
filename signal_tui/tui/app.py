"""The application: opens the debugger, holds the workbench, and says little when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import App
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.reactive import Reactive
from textual.screen import Screen
from textual.theme import Theme

from signal_tui.core.text import shown
from signal_tui.tui.faults import place_of, places_of
from signal_tui.tui.first_event import FIRST, first_text
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.themes import DARK, LIGHT, shades, tones
from signal_tui.tui.widgets.events import Entry

if TYPE_CHECKING:
    from signal_tui.core.own_events import OwnEvents
    from signal_tui.core.paths import Paths
    from signal_tui.core.samples import Sample
    from signal_tui.core.workbench import Workbench


class SignalApp(App[None]):
    """Event debugger for the terminal."""

    TITLE = "signal-tui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    theme: Reactive[str] = Reactive(DARK.name)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", show=False, priority=True)]

    def __init__(self, opener: Callable[[], Workbench], paths: Paths) -> None:
        self.tones: dict[str, Style] = {}
        super().__init__()
        self.opener = opener
        self.paths = paths
        self.workbench: Workbench | None = None
        self.parting_words = ""
        self.animation_level = "none"

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Two of our own, and Textual's."""
        return {DARK.name: DARK, LIGHT.name: LIGHT, **super().available_themes}

    def get_driver_class(self) -> type[Driver]:
        """Textual's own where another than that for terminals is wanted; else ours, which takes any input."""
        wanted = super().get_driver_class()
        if wanted.__name__ != "LinuxDriver":
            return wanted
        from signal_tui.tui.driver import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """The debugger, with the first sample in it."""
        return DebuggerScreen(Entry(kind="sample", title=FIRST, text=first_text(), key=FIRST))

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables and our shades of them."""
        variables = super().get_css_variables()
        variables |= shades(variables, dark=self.current_theme.dark)
        self.tones = tones(variables)
        return variables

    def on_mount(self) -> None:
        """The profile is opened when the first frame is out."""
        self.screen.call_after_refresh(self._begin)

    def _begin(self) -> None:
        screen = self.screen_stack[0]
        assert isinstance(screen, DebuggerScreen)
        screen.open_workbench(screen.text)

    def load_entries(self) -> None:
        """Fill the list of events."""
        screen = self.screen_stack[0]
        assert isinstance(screen, DebuggerScreen)
        screen.entry_kinds["sample"] = sample_entries()
        screen.entry_kinds["own"] = self.own_entries()
        screen.show_entries()

    def fresh(self, name: str) -> Entry:
        """A sample with new ids and the time of now."""
        return fresh(name)

    # Own events

    def own_events(self) -> OwnEvents:
        """The user's own events on disk."""
        from signal_tui.core.own_events import OwnEvents

        return OwnEvents(self.paths.data / "events")

    def own_entries(self) -> list[Entry]:
        """The user's own events for the list."""
        from signal_tui.api.values import dump_json

        try:
            saved = self.own_events().list()
        except ValueError:
            return []
        return [
            Entry(
                kind="own",
                title=own.name,
                text=dump_json(own.event.wire(), 2) if own.event is not None else "",
                note=f"{own.path}: {own.error}" if own.error else "",
            )
            for own in saved
        ]

    # Breaking

    def action_help_quit(self) -> None:
        """What ctrl+c does where nothing can be copied."""
        screen = self.screen
        if isinstance(screen, DebuggerScreen):
            screen.say("^q leaves; esc stops what is under way.")

    def _fatal_error(self) -> None:
        # The inherited one prints the local variables of every frame: a token could be among them.
        self.bell()
        error = self._exception
        log = self._write_log(error) if error is not None else None
        kind = type(error).__name__ if error is not None else "an error"
        place = place_of(error.__traceback__) if error is not None else "signal-tui"
        words = f"signal-tui has a fault and had to stop: {kind} in {place}."
        words += f"\nThe places it went through are in {log}." if log else ""
        words += "\nYour own events are on disk; the event in the editor is not.\n"
        self._exit_renderables.append(Text(shown(words, lines=True)))
        self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        # An exception may bring its own rendering, with values in it: only ours is shown.
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self._fatal_error()

    def _write_log(self, error: BaseException) -> Path | None:
        from signal_tui.core.paths import write_file

        file = self.paths.state / "crash.log"
        try:
            write_file(file, "\n".join([type(error).__name__, *places_of(error)]) + "\n")
        except OSError:
            return None
        return file


def sample_entries() -> list[Entry]:
    """The samples for the list; their text is made when one is opened, since it is of now."""
    from signal_tui.core.samples import samples

    return [_entry(sample, with_text=False) for sample in samples()]


def fresh(name: str) -> Entry:
    """A sample with new ids and the time of now."""
    from signal_tui.core.samples import find_sample

    return _entry(find_sample(name), with_text=True)


def _entry(sample: Sample, *, with_text: bool) -> Entry:
    from signal_tui.api.values import dump_json

    return Entry(
        kind="sample",
        title=sample.name,
        text=dump_json(sample.event.wire(), 2) if with_text else "",
        note=f"{sample.note} Expected: {sample.expected}",
        key=sample.name,
    )


def run(profile: str | None = None, no_plugins: bool = False) -> int:
    """Open the debugger for a profile (None: the default one, or the sandbox). Returns the exit code.

    A profile that cannot be read ends with 2 and a sentence on standard error; a fault of the program with 1.
    """
    from signal_tui.core.paths import Paths

    paths = Paths.standard()

    def opener() -> Workbench:
        from signal_tui.core.workbench import Workbench

        return Workbench.open(profile, no_plugins=no_plugins, paths=paths, strict=False)

    app = SignalApp(opener, paths)
    try:
        app.run()
    finally:
        if app.workbench is not None:
            app.workbench.close()
    if app.parting_words:
        import sys

        sys.stderr.write(f"signal-tui: {shown(app.parting_words, lines=True)}\n")
    return app.return_code or 0
