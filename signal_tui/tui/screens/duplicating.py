"""The part of the debugger that makes an event again, to be varied."""

from __future__ import annotations

from signal_tui.tui.arrangement import EVENT
from signal_tui.tui.screens.deeds import Deeds
from signal_tui.tui.widgets.events import Entry


class Duplicating(Deeds):
    """Events made again."""

    def do_duplicate(self) -> None:
        """Keep the event under a new name, with what must not be there twice made fresh."""
        event = self.look.event
        if self.look.text != self.text:
            self.say("The event is still being read; try again in a moment.")
            return
        if event is None or self.look.problem:
            self.say(f"Only an event that can be read can be duplicated: {self.look.problem}", "bad")
            return
        from signal_tui.core.duplicates import free_name
        from signal_tui.tui.screens.duplicate_choice import DuplicateScreen

        opened = self.event_list.opened
        title = opened.title if opened is not None and opened.kind == "own" else event.title
        name = free_name(title, {entry.title for entry in self.entry_kinds["own"]})

        def chosen(new_visitor: bool | None) -> None:
            if new_visitor is not None:
                self._duplicate(name, new_visitor=new_visitor)

        self.app.push_screen(DuplicateScreen(event.title, name), chosen)

    def _duplicate(self, name: str, *, new_visitor: bool) -> None:
        import uuid
        from datetime import UTC, datetime

        from signal_tui.api.values import dump_json
        from signal_tui.core.duplicates import duplicated

        assert self.look.event is not None
        made = duplicated(self.look.event, datetime.now(UTC), lambda: str(uuid.uuid4()), new_visitor=new_visitor).wire()
        try:
            self.home.library.keep(name, made)
        except (OSError, ValueError) as error:
            self.say(f"{name} was not kept: {error}", "bad")
            return
        self.sending = None
        self.event_list.opened = Entry(kind="own", title=name)
        self.put(dump_json(made, 2))
        self.read_entries(samples=False)
        whose = "of a new visitor" if new_visitor else "of the same visitor"
        self.say(f"Kept as {name}, {whose}, with fresh ids · ^z brings back what was here")
        self.bring(EVENT)
