"""A pane of lines: a list of rows of which only the visible ones are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from signal_tui.core.text import shown

Piece = tuple[str, str]
"""Text and tone; the tones are in :mod:`signal_tui.tui.themes`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``item`` is what it stands for; ``source`` the path of the event it comes from; ``folds`` the name of
    the fold that it opens and closes."""

    pieces: tuple[Piece, ...] = ()
    item: object = None
    source: str = ""
    folds: str = ""
    rests: bool = True

    @property
    def text(self) -> str:
        """The line without its tones."""
        return "".join(text for text, _ in self.pieces)


def row(*pieces: Piece, item: object = None, source: str = "", folds: str = "", rests: bool = True) -> Row:
    """A row of pieces."""
    return Row(pieces, item, source, folds, rests)


BLANK = Row(rests=False)


def tone_of(widget: Widget, name: str) -> Style:
    """The style of a tone in the theme of the moment."""
    tones: Mapping[str, Style] = getattr(widget.app, "tones", {})
    return tones.get(name) or Style.null()


class Lines(ScrollView, can_focus=True):
    """Rows with a cursor. Text is made safe when it is drawn, whatever it is.

    The first cell of a line belongs to the cursor: ``▌`` where it stands, ``▎`` at what is lit from another pane, so
    that both can be told without colour.
    """

    DEFAULT_CSS = """
    Lines { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "to_end(-1)", show=False),
        Binding("end", "to_end(1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    @dataclass
    class Moved(Message):
        """The cursor came to rest on another row."""

        lines: Lines
        row: Row | None

        @property
        def control(self) -> Lines:
            """The pane."""
            return self.lines

    @dataclass
    class Chosen(Message):
        """Enter or a click on a row."""

        lines: Lines
        row: Row

        @property
        def control(self) -> Lines:
            """The pane."""
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self.faded = False
        self.keeps_cursor = False
        """Whether the cursor is seen without the focus."""
        self._drawn: object = None
        self.lit: frozenset[str] = frozenset()

    # Rows

    def set_rows(self, rows: Sequence[Row], *, keep: bool = True) -> None:
        """Replace what is shown; with ``keep`` cursor and scroll position stay where they are, if they can.

        Only lines that changed are drawn anew: a key that is pressed elsewhere changes few.
        """
        before, cursor = self.rows, self.cursor
        self.rows = rows
        self.virtual_size = Size(self.scrollable_content_region.width, len(rows) + self.fixed)
        if not keep:
            self.cursor = 0
            self.scroll_to(y=0, animate=False, force=True)
        self.cursor = self._resting(min(self.cursor, max(len(rows) - 1, 0)), 1)
        if not keep or cursor != self.cursor or self._look() != self._drawn:
            self.refresh()
        else:
            self._refresh_changed(before, rows)
        self._drawn = self._look()

    def _look(self) -> object:
        return self.faded, self.fixed_line(0) if self.fixed else ()

    def _refresh_changed(self, before: Sequence[Row], rows: Sequence[Row]) -> None:
        top = self.scroll_offset.y
        bottom = top + self.scrollable_content_region.height
        common = min(len(before), len(rows))
        changed = [at for at in range(top, min(common, bottom)) if before[at].pieces != rows[at].pieces]
        if len(before) != len(rows) and common < bottom:
            changed += range(max(common, top), min(max(len(before), len(rows)), bottom))
        if len(changed) > 12:
            self.refresh()
        else:
            width = self.scrollable_content_region.width
            for at in changed:
                self.refresh(Region(0, at - top + self.fixed, width, 1))

    @property
    def fixed(self) -> int:
        """Lines at the top that do not scroll."""
        return 0

    def fixed_line(self, y: int) -> tuple[Piece, ...]:
        """One of the lines that do not scroll."""
        return ()

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def text_width(self) -> int:
        """Cells for a row's text."""
        return max(self.scrollable_content_region.width - 2, 8)

    def light(self, sources: frozenset[str]) -> None:
        """Mark the rows that come from these paths."""
        if sources != self.lit:
            changed = sources ^ self.lit
            self.lit = sources
            for at, one in enumerate(self.rows):
                if one.source in changed:
                    self.refresh_line(at + self.fixed)

    def _resting(self, index: int, direction: int) -> int:
        rows = self.rows
        for step in (direction, -direction):
            at = index
            while 0 <= at < len(rows):
                if rows[at].rests:
                    return at
                at += step
        return index

    def move_to(self, index: int, direction: int = 1) -> None:
        """Put the cursor on a row and bring it into view."""
        if not self.rows:
            return
        index = self._resting(max(0, min(index, len(self.rows) - 1)), direction)
        if index != self.cursor:
            self.refresh_line(self.cursor + self.fixed)
            self.cursor = index
            self.refresh_line(index + self.fixed)
            self.post_message(self.Moved(self, self.current))
        self.show_cursor_row()

    def show_cursor_row(self) -> None:
        """Scroll so far that the cursor is seen."""
        height = self.scrollable_content_region.height - self.fixed
        top = self.scroll_offset.y
        index = self.cursor
        # What cannot be reached by the cursor is above the first row and below the last one: show it with them.
        if not any(one.rests for one in self.rows[:index]):
            index = 0
        if index < top:
            self.scroll_to(y=index, animate=False, force=True)
        elif index >= top + height > 0:
            self.scroll_to(y=index - height + 1, animate=False, force=True)

    # Keys and mouse

    def action_move(self, by: int) -> None:
        """One row up or down; where nothing rests, scroll."""
        before = self.cursor
        self.move_to(self.cursor + by, by)
        if self.cursor == before:
            self.scroll_relative(y=by, animate=False, force=True)

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self.move_to(self.cursor + by * max(self.scrollable_content_region.height - self.fixed - 1, 1), by)

    def action_to_end(self, by: int) -> None:
        """To the first or the last row."""
        self.move_to(0 if by < 0 else len(self.rows) - 1, -by)

    def action_choose(self) -> None:
        """Enter."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click there chooses."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        y = offset.y
        if y < self.fixed:
            self.click_fixed(offset.x, y)
            return
        index = y - self.fixed + self.scroll_offset.y
        if 0 <= index < len(self.rows) and self.rows[index].rests:
            again = index == self.cursor and event.chain > 1
            self.move_to(index)
            if again:
                self.action_choose()

    def click_fixed(self, x: int, y: int) -> None:
        """A click on a line that does not scroll."""

    # Drawing

    def tone(self, name: str) -> Style:
        """The style of a tone."""
        return tone_of(self, name)

    def on_focus(self) -> None:
        """The cursor becomes visible."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor goes."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One visible line."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y < self.fixed:
            return self._strip(" ", self.fixed_line(y), width, base, fade=False)
        index = y - self.fixed + self.scroll_offset.y
        if index >= len(self.rows):
            return Strip.blank(width, base)
        line = self.rows[index]
        gutter = " "
        if index == self.cursor and (self.has_focus or self.keeps_cursor):
            gutter = "▌"
            base = base + self.tone("cursor")
        elif line.source and line.source in self.lit:
            gutter = "▎"
            base = base + self.tone("lit")
        return self._strip(gutter, line.pieces, width, base, fade=self.faded)

    def _strip(self, gutter: str, pieces: Sequence[Piece], width: int, base: Style, *, fade: bool) -> Strip:
        segments = [Segment(gutter, base + self.tone("chosen"))]
        used = 1
        for text, tone in pieces:
            safe = shown(text)
            cells = cell_len(safe)
            style = base + self.tone("faint" if fade and tone != "heading" else tone)
            if used + cells > width:
                from signal_tui.tui.text import cut

                safe = cut(safe, width - used)
                segments.append(Segment(safe, style))
                used += cell_len(safe)
                break
            segments.append(Segment(safe, style))
            used += cells
        if used < width:
            segments.append(Segment(" " * (width - used), base))
        return Strip(segments, max(used, width))

    def refresh_fixed(self) -> None:
        """Draw the lines that do not scroll anew."""
        self.refresh(Region(0, 0, self.size.width, self.fixed))
