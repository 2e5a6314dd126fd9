"""The list of events: what was sent, the user's own, and the samples; typing filters it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message

from signal_tui.tui.marks import mark
from signal_tui.tui.text import pad
from signal_tui.tui.widgets.lines import BLANK, Lines, Piece, Row, row


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the list. ``kind``: sent, pasted, own or sample; ``states`` are those of the integrations."""

    kind: str
    title: str
    text: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    time: str = ""
    states: tuple[str, ...] = field(default=(), compare=False)
    key: object = None


SECTIONS = (("sent", "Sent"), ("pasted", "Pasted"), ("own", "Your events"), ("sample", "Samples"))


class EventList(Lines):
    """Sections of events with a filter."""

    kind = "events"

    @dataclass
    class Opened(Message):
        """An entry was chosen."""

        entry: Entry

    @dataclass
    class Deleted(Message):
        """An own event is to be deleted."""

        entry: Entry

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        super().__init__(id="events")
        self.entries: Sequence[Entry] = entries
        self.filter = ""
        self.opened: Entry | None = None
        self.border_title = Content("Events")

    def show(self, entries: Sequence[Entry], opened: Entry | None = None) -> None:
        """Replace the entries; the cursor stays at its entry."""
        before = self.current.item if self.current is not None else None
        self.entries = entries
        self.opened = opened or self.opened
        self.build(before)

    def build(self, at: object = None) -> None:
        """Make the rows anew."""
        words = self.filter.lower().split()
        rows: list[Row] = []
        for kind, title in SECTIONS:
            chosen = [
                entry
                for entry in self.entries
                if entry.kind == kind and all(word in entry.title.lower() for word in words)
            ]
            if not chosen:
                continue
            if rows:
                rows.append(BLANK)
            rows.append(row((title, "dim"), rests=False))
            rows.extend(self._row(entry) for entry in chosen)
        if not rows:
            rows = [row(("nothing matches", "dim"), rests=False), row(("esc clears the filter", "faint"), rests=False)]
        self.set_rows(rows)
        if at is not None:
            index = next((index for index, one in enumerate(rows) if one.item == at), None)
            if index is not None:
                self.cursor = index
        self.border_subtitle = Content(f"filter: {self.filter}▏") if self.filter else None
        self.show_cursor_row()

    def _row(self, entry: Entry) -> Row:
        opened = entry == self.opened
        tone = "chosen" if opened else "plain"
        pieces: list[Piece] = []
        used = 0
        for state in entry.states[:6]:
            sign, sign_tone, _ = mark(state)
            pieces.append((sign, sign_tone))
            used += 1
        pieces.append((" ", "plain"))
        if entry.time:
            pieces.append((entry.time + " ", "dim"))
        used += 1 + cell_len(entry.time) + bool(entry.time)
        pieces.append((pad(entry.title, max(self.text_width - used, 6)).rstrip(), tone))
        return row(*pieces, item=entry)

    def choose_entry(self, entry: Entry) -> None:
        """Put the cursor on an entry."""
        for index, one in enumerate(self.rows):
            if one.item == entry:
                self.move_to(index)

    def _best(self) -> int:
        """The row that the filter means most likely: one that begins with it, else one that holds it as it stands."""
        sought = self.filter.lower()
        titles = [(at, one.item.title.lower()) for at, one in enumerate(self.rows) if isinstance(one.item, Entry)]
        begins = (at for at, title in titles if title.startswith(sought))
        holds = (at for at, title in titles if sought in title)
        return next(begins, next(holds, 0))

    def clear_filter(self) -> bool:
        """Show all; whether there was a filter."""
        had = bool(self.filter)
        if had:
            self.filter = ""
            self.build(self.current.item if self.current is not None else None)
        return had

    def on_resize(self) -> None:
        """Titles are cut to the width."""
        self.build(self.current.item if self.current is not None else None)

    def action_choose(self) -> None:
        """Open what the cursor is on."""
        current = self.current
        if current is not None and isinstance(current.item, Entry):
            self.post_message(self.Opened(current.item))

    def on_key(self, event: events.Key) -> None:
        """Letters filter."""
        if event.key == "backspace" and self.filter:
            self.filter = self.filter[:-1]
        elif event.key == "escape" and self.filter:
            self.filter = ""
        elif event.is_printable and event.character is not None and event.character != "?":
            if event.character == " " and not self.filter:
                return
            self.filter += event.character
        else:
            return
        event.stop()
        event.prevent_default()
        self.build()
        self.move_to(self._best())
