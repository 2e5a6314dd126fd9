"""The application: opens the debugger, holds the workbench, and says little when it breaks."""

from __future__ import annotations

import sys
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
from signal_tui.tui.library import Library
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.themes import DARK, LIGHT, shades, tones

if TYPE_CHECKING:
    from signal_tui.core.paths import Paths
    from signal_tui.core.workbench import Workbench

_OWN = {DARK.name: DARK, LIGHT.name: LIGHT}


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
        self.library = Library(paths)
        self.workbench: Workbench | None = None
        self.parting_words = ""
        self.animation_level = "none"

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Two of our own, and Textual's."""
        return {**_OWN, **super().available_themes}

    def get_theme(self, theme_name: str) -> Theme | None:
        """A theme by its name; asked for at every drawing."""
        return _OWN.get(theme_name) or super().get_theme(theme_name)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own where another than that for terminals is wanted; else ours, which takes any input."""
        wanted = super().get_driver_class()
        if wanted.__name__ != "LinuxDriver":
            return wanted
        from signal_tui.tui.driver import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """The debugger, with the first sample in it."""
        return DebuggerScreen(self.library.first())

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


def run(profile: str | None = None, no_plugins: bool = False) -> int:
    """Open the debugger for a profile (None: the default one, or the sandbox). Returns the exit code.

    A profile that cannot be read ends with 2 and a sentence on standard error; a fault of the program with 1.
    """
    from signal_tui.core.paths import Paths

    paths = Paths.standard()

    def opener() -> Workbench:
        from signal_tui.core.workbench import Workbench

        return Workbench.open(profile, no_plugins=no_plugins, paths=paths, strict=False)

    # A key is answered by three threads in turn; each would wait up to 5 ms for the one that is drawing.
    sys.setswitchinterval(0.0005)
    app = SignalApp(opener, paths)
    try:
        app.run()
    finally:
        if app.workbench is not None:
            app.workbench.close()
    if app.parting_words:
        sys.stderr.write(f"signal-tui: {shown(app.parting_words, lines=True)}\n")
    return app.return_code or 0
