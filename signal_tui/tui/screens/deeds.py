"""The part of the debugger that opens, keeps, copies and writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on, work
from textual.message import Message

from signal_tui.core.text import shown
from signal_tui.tui.faults import sentence
from signal_tui.tui.screens.sendings import Sendings
from signal_tui.tui.widgets.editor import MOST, Editor
from signal_tui.tui.widgets.events import Entry, EventList
from signal_tui.tui.widgets.lines import Lines
from signal_tui.tui.widgets.payload import PayloadPane

if TYPE_CHECKING:
    from signal_tui.api.events import Event

_EVENT_LIKE = re.compile(r"\b(datafly|_df)\s*\.\s*\w+\s*\(|[\"']?\btype[\"']?\s*:", re.ASCII)


class PasteRead(Message):
    """A paste was looked at: the events in it, none where it is just text."""

    def __init__(self, text: str, events: list[Event]) -> None:
        super().__init__()
        self.text = text
        self.events = events


class Deeds(Sendings):
    """Events in and out, values and requests out."""

    # Opening

    @on(EventList.Opened)
    def _entry_opened(self, event: EventList.Opened) -> None:
        self.open_entry(event.entry)

    def open_entry(self, entry: Entry) -> None:
        """Put an entry into the editor; for one that was sent, its verdicts beside it."""
        from signal_tui.tui.bridge import Sending

        if entry.kind == "sample":
            entry = self.home.library.fresh(str(entry.key))
        elif not entry.text:
            self.say(entry.note, "bad")
            return
        self.sending = entry.key if isinstance(entry.key, Sending) else None
        self.event_list.opened = entry
        self.put(entry.text)
        for pane in self.payloads.values():
            pane.chosen_face = False
            pane.follow("verdict" if self.sending is not None else "fields")
        self.event_list.filter = ""
        self.event_list.build(entry)
        self.show_sendings()
        self.say(entry.note)
        if self.arrangement().way == "single" and entry.kind != "sent":
            self.bring("event")

    def do_open(self) -> None:
        """Open what the list's cursor is on."""
        self.event_list.action_choose()

    def do_samples(self) -> None:
        """Go to the list of events."""
        self.event_list.clear_filter()
        self.bring("events")

    @on(Editor.Pasted)
    def _pasted(self, event: Editor.Pasted) -> None:
        text = event.text
        if _EVENT_LIKE.search(text[:20_000]):
            self._read_paste(text)
        elif len(text) + len(self.text) > MOST:
            self.put(text)
        else:
            self.editor.insert_pasted(text)

    @work(thread=True, exit_on_error=False, group="paste")
    def _read_paste(self, text: str) -> None:
        from signal_tui.core.reading import ReadingError, read_events

        try:
            events = read_events(text)
        except ReadingError:
            events = []
        self.post_message(PasteRead(text, events))

    @on(PasteRead)
    def _paste_read(self, event: PasteRead) -> None:
        from signal_tui.api.values import dump_json

        if not event.events:
            if len(event.text) + len(self.text) > MOST:
                self.put(event.text)
            else:
                self.editor.insert_pasted(event.text)
            return
        entries = []
        for one in event.events[:200]:
            text = event.text if len(event.events) == 1 and _is_json(event.text) else dump_json(one.wire(), 2)
            entries.append(Entry(kind="pasted", title=one.title, text=text))
        self.entry_kinds["pasted"] = [*entries, *self.entry_kinds["pasted"]][:200]
        many = f" and {len(event.events) - 1} more, in the list of events" if len(event.events) > 1 else ""
        self.sending = None
        self.show_entries(entries[0])
        self.put(entries[0].text)
        self.say(f"Pasted: {entries[0].title}{many} · ^z brings back what was here")

    # Own events

    def do_keep(self) -> None:
        """Save the event under a name."""
        event = self.look.event
        if event is None or self.look.problem:
            self.say("Only an event that can be read can be kept: " + self.look.problem, "bad")
            return
        from signal_tui.tui.screens.prompt import PromptScreen

        def named(name: str | None) -> None:
            if name:
                self._keep(name)

        self.app.push_screen(PromptScreen("Keep as own event", "Its name in the list of events.", event.title), named)

    def _keep(self, name: str) -> None:
        assert self.look.event is not None
        try:
            self.home.library.keep(name, self.look.event.wire())
        except (OSError, ValueError) as error:
            self.say(f"{name} was not kept: {_reason(error)}", "bad")
            return
        self.event_list.opened = Entry(kind="own", title=name)
        self.read_entries(samples=False)
        self.say(f"Kept as {name}.")

    def do_forget(self) -> None:
        """Delete an own event."""
        current = self.event_list.current
        entry = current.item if current is not None else None
        if not isinstance(entry, Entry) or entry.kind != "own":
            self.say("Only your own events can be deleted.")
            return
        from signal_tui.tui.screens.question import QuestionScreen

        def answered(yes: bool | None) -> None:
            if yes:
                try:
                    self.home.library.delete(entry.title)
                except (OSError, ValueError) as error:
                    self.say(f"{entry.title} was not deleted: {_reason(error)}", "bad")
                    return
                self.read_entries(samples=False)
                self.say(f"{entry.title} is deleted.")

        self.app.push_screen(QuestionScreen("Delete an own event", [f"Delete {entry.title}?"]), answered)

    # The text

    def do_format(self) -> None:
        """Indent the JSON anew."""
        from signal_tui.api.values import dump_json, parse_json

        if self.large_text is not None or (self.look.problem and self.look.line is not None):
            self.say("Only JSON that can be read can be formatted.", "warn")
            return
        try:
            formatted = dump_json(parse_json(self.text), 2)
        except ValueError:
            self.say("Only JSON that can be read can be formatted.", "warn")
            return
        if formatted != self.text:
            self.editor.put(formatted)

    def do_edit(self) -> None:
        """Open the event in $EDITOR."""
        from textual.app import SuspendNotSupported

        from signal_tui.tui.external import EditorError, edit

        try:
            with self.app.suspend():
                text = edit(self.text)
        except SuspendNotSupported:
            self.say("This terminal cannot be left for an editor.", "warn")
            return
        except EditorError as error:
            self.say(str(error), "bad")
            return
        self.refresh()
        if text != self.text:
            self.put(text)

    # Out

    def value_under_cursor(self) -> str | None:
        """The value that the cursor of the focused pane is on, secrets as dots."""
        focused = self.focused
        current = focused.current if isinstance(focused, Lines) else None
        if current is None:
            return None
        from signal_tui.api.payloads import Difference, Field
        from signal_tui.api.settings import SECRET_LEAVES, masked
        from signal_tui.api.values import text_of
        from signal_tui.core.traces import IdentityRow
        from signal_tui.tui.widgets.faces import value_text

        item = current.item
        if isinstance(item, Field):
            return masked(item.value) if isinstance(item.value, SECRET_LEAVES) else text_of(item.value)
        if isinstance(item, Difference):
            return value_text(item.recorded)
        if isinstance(item, IdentityRow):
            return value_text(item.value)
        return current.text.strip()

    def do_copy(self) -> None:
        """Copy the value under the cursor."""
        value = self.value_under_cursor()
        if value is None:
            self.say("There is no value under the cursor.")
            return
        self.app.copy_to_clipboard(shown(value, lines=True))
        self.say(f"Copied: {value[:80]}{'…' * (len(value) > 80)}")

    def _pane(self) -> PayloadPane | None:
        focused = self.focused
        if isinstance(focused, PayloadPane):
            return focused
        return self.payloads.get(self.right) or next(iter(self.payloads.values()), None)

    def _commands(self) -> list[str]:
        """The requests of the focused payload as curl commands."""
        from signal_tui.core.curl import curl

        pane = self._pane()
        if pane is None or pane.facts.payload is None:
            return []
        facts = pane.facts
        payload = pane.facts.payload
        commands = []
        for number, request in enumerate(payload.requests):
            routed = facts.routed[number] if number < len(facts.routed) else None
            commands.append(curl(request, payload.integration, routed))
        return commands

    def do_curl(self) -> None:
        """Copy the requests as curl commands."""
        commands = self._commands()
        if not commands:
            self.say("There is no request to copy.")
            return
        self.app.copy_to_clipboard("\n".join(commands) + "\n")
        many = f"{len(commands)} commands" if len(commands) > 1 else "a command"
        self.say(f"Copied {many} for curl; secrets are names of environment variables.")

    def do_write(self) -> None:
        """Write the requests, or the event, to a file."""
        from signal_tui.tui.screens.prompt import PromptScreen

        in_payload = isinstance(self.focused, PayloadPane)
        commands = self._commands() if in_payload else []
        if in_payload and not commands:
            self.say("There is no request to write.")
            return
        title = self.look.event.title if self.look.event is not None else "event"
        stem = re.sub(r"[^a-z0-9]+", "-", title.lower(), flags=re.ASCII).strip("-") or "event"
        content = "\n".join(commands) + "\n" if commands else self.text.rstrip("\n") + "\n"
        name = f"{stem}.sh" if commands else f"{stem}.json"
        what = "Write the requests to a file" if commands else "Write the event to a file"

        def named(path: str | None) -> None:
            if path:
                self._write(path, content)

        self.app.push_screen(PromptScreen(what, f"In {Path.cwd()}, or a path of your own.", name), named)

    def _write(self, name: str, content: str) -> None:
        path = Path(name).expanduser()
        try:
            with path.open("x", encoding="utf-8", errors="surrogateescape") as file:
                file.write(content)
        except FileExistsError:
            self.say(f"{path} is there already; nothing was written. Choose another name.", "bad")
        except (OSError, ValueError) as error:
            self.say(f"{path} cannot be written: {_reason(error)}", "bad")
        else:
            self.say(f"Written to {path.resolve()}.")

    # Screens

    def do_help(self) -> None:
        """The keys of this pane and of all."""
        from signal_tui.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.kind))

    def do_palette(self) -> None:
        """Everything by a few letters."""
        from signal_tui.tui.palette import PaletteScreen

        entries = [entry for kind in self.entry_kinds.values() for entry in kind]

        def chosen(item: object) -> None:
            if isinstance(item, Entry):
                self.open_entry(item)
            elif isinstance(item, str):
                self.action_do(item)

        self.app.push_screen(PaletteScreen.of_everything(self.kind, entries), chosen)

    def do_theme(self) -> None:
        """Choose a theme; it changes while choosing."""
        from signal_tui.tui.palette import PaletteScreen

        before = self.app.theme

        def chosen(item: object) -> None:
            self.app.theme = item if isinstance(item, str) else before

        self.app.push_screen(PaletteScreen.of_themes(self.app), chosen)

    def do_jump(self) -> None:
        """A letter for each pane."""
        from signal_tui.tui.screens.jump import JumpScreen

        def chosen(pane: str | None) -> None:
            if pane:
                self.bring(pane)

        self.app.push_screen(JumpScreen(self.jump_targets()), chosen)

    def jump_targets(self) -> list[tuple[str, str, int, int]]:
        """Letter, pane, and where to draw the letter."""
        regions = self.arrangement().regions
        spans = {pane: start for start, _, pane in self.tabs.spans()} if "tabs" in regions else {}
        letters = {"events": "s", "event": "e", "identity": "i"}
        targets = []
        number = 0
        for widget in self.order():
            name = self.pane_name(widget)
            letter = letters.get(name)
            if letter is None:
                number += 1
                letter = str(number) if number < 10 else ""
            if name in spans:
                targets.append((letter, name, spans[name], regions["tabs"].y))
            elif name in regions:
                x, y = regions[name].offset
                targets.append((letter, name, x + 1, y))
        return [target for target in targets if target[0]]

    def do_integrations(self) -> None:
        """Integrations and tokens."""
        from signal_tui.tui.screens.integrations import IntegrationsScreen

        if self.home.workbench is not None:
            self.app.push_screen(IntegrationsScreen(self.home.workbench))

    def do_plugins(self) -> None:
        """Plugins and their faults."""
        from signal_tui.tui.screens.plugins import PluginsScreen

        if self.home.workbench is not None:
            self.app.push_screen(PluginsScreen(self.home.workbench))

    @on(Lines.Chosen)
    def _looked_closer(self, event: Lines.Chosen) -> None:
        self.do_look()

    def do_look(self) -> None:
        """The whole value under the cursor, with its trace."""
        focused = self.focused
        current = focused.current if isinstance(focused, Lines) else None
        if current is None or current.item is None:
            return
        from signal_tui.tui.screens.closer import CloserScreen

        self.app.push_screen(CloserScreen.of(current.item))


def _is_json(text: str) -> bool:
    from signal_tui.api.values import parse_json

    try:
        return isinstance(parse_json(text), dict)
    except ValueError:
        return False


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return sentence(error) if not isinstance(error, ValueError) else str(error)
