"""The part of the debugger that looks at the event: half-written, mapped, traced both ways."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on, work
from textual.content import Content
from textual.widget import Widget

from signal_tui.core.text import shown
from signal_tui.tui import bridge
from signal_tui.tui.bridge import EntriesRead, Looked, Looker
from signal_tui.tui.places import line_of
from signal_tui.tui.screens.ground import Ground
from signal_tui.tui.text import cut
from signal_tui.tui.widgets.editor import MOST, Editor, Remark, large_title
from signal_tui.tui.widgets.events import Entry
from signal_tui.tui.widgets.identity import IdentityTable
from signal_tui.tui.widgets.lines import Lines
from signal_tui.tui.widgets.payload import PayloadPane


class Sight(Ground):
    """What the event comes to, drawn."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry)
        self.looker = Looker(self.post_message)
        self._event_title = "Event"
        self._event_subtitle = ""

    def show_payloads(self) -> None:
        """Draw the payloads."""

    @work(thread=True, exit_on_error=False, group="entries")
    def read_entries(self, *, samples: bool = True) -> None:
        """Have the list of events filled."""
        bridge.read_entries(self.home.library, self.post_message, samples=samples)

    @on(EntriesRead)
    def _entries_read(self, event: EntriesRead) -> None:
        if event.samples is not None:
            self.entry_kinds["sample"] = event.samples
        self.entry_kinds["own"] = event.own
        self.show_entries()

    @property
    def text(self) -> str:
        """The event's text as it stands."""
        return self.large_text if self.large_text is not None else self.editor.text

    @on(Editor.Changed)
    def _typed(self) -> None:
        if self.large_text is None:
            self.see()

    def see(self) -> None:
        """Have the text looked at; the result comes as a message."""
        self.looker.look(self.text, self.home.workbench)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        look = event.look
        if look.text != self.text:
            return  # a newer look is under way
        self.look = look
        self.show_look()
        self.send_if_wished()

    def send_if_wished(self) -> None:
        """Send what was typed last, where somebody asked for it before it was read."""

    def show_look(self) -> None:
        """Draw what was looked at; a text that is no event keeps the last payloads, dimmed."""
        look = self.look
        if look.problem:
            place = f"line {look.line + 1}, column {look.column}: " if look.line is not None else ""
            self._title_event(f"✗ {place}{look.problem}")
            if look.line is not None:
                self.editor.annotate({look.line: Remark(f"✗ {look.problem}", "bad")})
            else:
                self.editor.annotate({})
        else:
            self._title_event("")
            self.editor.annotate(self._remarks())
            names = [payload.integration for payload in look.payloads]
            self.identity.tell(look.identity, names)
        for pane in self.payloads.values():
            pane.faded = bool(look.problem)
        self.show_payloads()
        self.light()
        self.rearrange()

    def _title_event(self, problem: str) -> None:
        widget: Lines | Editor = self.large if self.large_text is not None else self.editor
        event = self.look.event
        title = self._event_title
        if self.large_text is not None:
            title = large_title(self.large_text)
        elif event is not None:
            title = f"{cut(shown(event.title), 40)} · {event.type}"
        subtitle = cut(shown(problem), max(widget.size.width - 6, 20))
        if (title, subtitle) != (self._event_title, self._event_subtitle):
            self._event_title, self._event_subtitle = title, subtitle
            widget.border_title = Content(title)
            widget.border_subtitle = Content(subtitle) if subtitle else None
            widget.set_class(bool(problem), "-broken")

    def _remarks(self) -> dict[int, Remark]:
        look = self.look
        remarks: dict[int, Remark] = {}
        if not any(payload.status == "mapped" for payload in look.payloads):
            return remarks
        for path, pairs in look.feeds.items():
            line = look.lines.get(path)
            if line is None:
                continue
            if not pairs:
                remarks.setdefault(line, Remark("→ nobody"))
                continue
            words = dict.fromkeys(target for _, target in pairs)
            remarks[line] = Remark("→ " + ", ".join(words))
        return remarks

    # Lighting the other end of a trace

    @on(Lines.Moved)
    def _row_moved(self) -> None:
        self.light()

    @on(Editor.SelectionChanged)
    def _cursor_moved(self) -> None:
        self.light()

    def light(self) -> None:
        """Mark what belongs to what the cursor is on, in every other pane."""
        focused = self.focused
        sources: set[str] = set()
        lines: Iterable[int] = ()
        if focused is self.editor:
            at = self.editor.cursor_location[0]
            sources = {path for path, line in self.look.lines.items() if line == at}
        elif isinstance(focused, PayloadPane | IdentityTable):
            current = focused.current
            source = current.source if current is not None else ""
            if source:
                sources = {source}
                line = line_of(source, dict(self.look.lines))
                lines = [line] if line is not None else []
        self.editor.light(frozenset(lines))
        lit = self._rows_of(sources)
        for pane in (*self.payloads.values(), self.identity):
            pane.light(frozenset() if pane is focused else lit)

    def _rows_of(self, sources: set[str]) -> frozenset[str]:
        if not sources:
            return frozenset()
        every = {field.source for payload in self.look.payloads for field in payload.fields}
        every |= {one.signal for one in self.look.identity}
        return frozenset(
            one for one in every for source in sources if one == source or _inside(one, source) or _inside(source, one)
        )

    # Putting another event in

    def put(self, text: str) -> None:
        """Make a text the event; undo brings back the one before."""
        if len(text) > MOST:
            self.large_text = text
            self._show_instead(self.editor, self.large)
            self.large.show(text)
        else:
            if self.large_text is not None:
                self.large_text = None
                self._show_instead(self.large, self.editor)
            self.editor.put(text)
        self._title_event("")
        self.head.refresh(layout=True)
        self.see()

    @staticmethod
    def _show_instead(one: Widget, other: Widget) -> None:
        had_focus = one.has_focus
        one.display, other.display = False, True
        if had_focus:
            other.focus()


def _inside(path: str, other: str) -> bool:
    return path.startswith((other + ".", other + "["))
