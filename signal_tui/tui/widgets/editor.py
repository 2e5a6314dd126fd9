"""The editor of the event: JSON in colours, what each line feeds behind it, and where it breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.document._document import EditResult, Selection
from textual.document._edit import Edit
from textual.message import Message
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets import TextArea

from signal_tui.core.text import shown
from signal_tui.tui.text import cut, size_of, wrap
from signal_tui.tui.widgets.lines import BLANK, Lines, Row, row, tone_of

MOST = 50_000
"""Characters that are edited here; longer events are shown and go to $EDITOR, since each key would cost too much."""

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)|(?P<mark>[{}\[\],:])"
)


_TONES = {"key": "key", "string": "value", "number": "number", "word": "number", "mark": "faint"}


def written_out(text: str) -> str:
    """JSON text in which everything invisible is an escape of JSON: the same event, and nothing hidden in it."""
    if text.isprintable():
        return text
    return "".join(
        character if character in "\n\t" or shown(character) == character else _escape(character)
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
    )


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


@dataclass(frozen=True, slots=True)
class Remark:
    """Words behind a line of the editor, with their tone."""

    words: str
    tone: str = "faint"


class Editor(TextArea):
    """The event being composed. All text that enters is written out, so that nothing in it reaches a terminal raw."""

    kind = "event"
    # Textual draws everything anew for each move of the cursor; see watch_selection.
    selection: Reactive[Selection] = Reactive(Selection(), repaint=False, init=False, always_update=True)

    @dataclass
    class Pasted(Message):
        """Text was pasted; whoever handles it decides what it is."""

        text: str

    def __init__(self, text: str) -> None:
        super().__init__(written_out(text), id="event", tab_behavior="focus", soft_wrap=False, show_line_numbers=False)
        self.cursor_blink = False
        self.match_cursor_bracket = False
        self.indent_width = 2
        self.remarks: Mapping[int, Remark] = {}
        self.lit_lines: frozenset[int] = frozenset()

    # What enters

    def edit(self, edit: Edit) -> EditResult:
        """Every change of the text passes here."""
        edit.text = written_out(edit.text)
        lines = self.document.line_count
        result = super().edit(edit)
        if lines != self.document.line_count:
            self.refresh()
        else:
            self._refresh_rows(edit.top[0], result.end_location[0])
        return result

    def action_undo(self) -> None:
        """Take the last change back."""
        super().action_undo()
        self.refresh()

    def action_redo(self) -> None:
        """Do it again."""
        super().action_redo()
        self.refresh()

    def watch_selection(self, before: Selection, after: Selection) -> None:
        """Only the lines of the cursor and the selection are drawn anew."""
        rows = {before.start[0], before.end[0], after.start[0], after.end[0]}
        if before.is_empty and after.is_empty:
            for row in rows:
                self._refresh_rows(row, row)
        else:
            self._refresh_rows(min(rows), max(rows))

    def _refresh_rows(self, first: int, last: int) -> None:
        self.refresh_lines(first, last - first + 1)

    def find_matching_bracket(self, bracket: str, search_from: tuple[int, int]) -> tuple[int, int] | None:
        """Nothing: brackets are not matched, since that reads the text character by character."""
        return None

    def load_text(self, text: str) -> None:
        """Replace the text and forget how it was."""
        super().load_text(written_out(text))

    def put(self, text: str) -> None:
        """Replace the whole text so that undo brings back what was there."""
        self.history.checkpoint()
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor((0, 0))
        self.scroll_to(0, 0, animate=False)

    def insert_pasted(self, text: str) -> None:
        """Put pasted text where the cursor is."""
        result = self._replace_via_keyboard(text, *self.selection)
        if result is not None:
            self.move_cursor(result.end_location)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted(event.text))

    def action_paste(self) -> None:
        """Paste what was copied here."""
        self.post_message(self.Pasted(self.app.clipboard))

    # Drawing

    def annotate(self, remarks: Mapping[int, Remark]) -> None:
        """Words behind lines."""
        before, self.remarks = self.remarks, remarks
        for line in {*before, *remarks}:
            if before.get(line) != remarks.get(line):
                self.refresh_lines(line)

    def light(self, lines: frozenset[int]) -> None:
        """Mark lines that feed what is looked at elsewhere."""
        before, self.lit_lines = self.lit_lines, lines
        for line in before ^ lines:
            self.refresh_lines(line)

    def get_line(self, line_index: int) -> Text:
        """A line in colours; a character that would not be safe becomes one that is as wide."""
        line = self.document.get_line(line_index)
        if not line.isprintable():
            line = "".join(one if one == "\t" or shown(one) == one else "�" for one in line)
        text = Text(line, end="", no_wrap=True)
        if len(line) <= 2000:
            for match in _TOKEN.finditer(line):
                text.stylize(tone_of(self, _TONES[match.lastgroup or "mark"]), match.start(), match.end())
        return text

    def render_line(self, y: int) -> Strip:
        """A line with what stands behind it; what does not fit ends in a sign."""
        strip = super().render_line(y)
        line = y + self.scroll_offset.y
        if line >= self.document.line_count:
            return strip
        if line in self.lit_lines:
            strip = strip.apply_style(tone_of(self, "lit"))
        width = self.scrollable_content_region.width
        used = cell_len(self.document.get_line(line).expandtabs(self.indent_width)) - self.scroll_offset.x
        if used > width:
            return self._with_words(strip, width, "…", "faint")
        remark = self.remarks.get(line)
        room = width - used - 3
        if remark is None or room < 5:
            return strip
        return self._with_words(strip, width, cut(remark.words, room), remark.tone)

    def _with_words(self, strip: Strip, width: int, words: str, tone: str) -> Strip:
        start = width - cell_len(words)
        under = strip.crop(start, start + 1)
        base = next((segment.style for segment in under if segment.style), None) or Style()
        end = Strip([Segment(words, base + tone_of(self, tone))], cell_len(words))
        return Strip.join([strip.crop(0, start), end])


class LargeEvent(Lines):
    """An event too large to edit here: what it is, and how it begins."""

    kind = "event"
    FIRST = 400

    def __init__(self) -> None:
        super().__init__(id="large")
        self.text = ""

    def show(self, text: str) -> None:
        """Show another text."""
        self.text = text
        lines = text.count("\n") + 1
        width = max(self.text_width, 20)
        head = f"{size_of(len(text))} in {lines:,} line{'s' * (lines > 1)}: too large to be edited here."
        rows: list[Row] = [row((line, "heading"), rests=False) for line in wrap(head, width)]
        rows += [
            row((line, "dim"), rests=False)
            for line in wrap("^g opens it in $EDITOR, ^n another event. It is mapped and sent whole.", width)
        ]
        rows.append(BLANK)
        start = 0
        for _ in range(self.FIRST):
            end = text.find("\n", start)
            line = text[start : end if end >= 0 else len(text)][:2000]
            rows.append(row((cut(line.expandtabs(2), width), "value")))
            if end < 0:
                break
            start = end + 1
        else:
            rows.append(row(("… ", "dim"), (f"{lines - self.FIRST:,} lines more", "dim")))
        self.set_rows(rows, keep=False)

    def on_resize(self) -> None:
        """Another width cuts elsewhere."""
        if self.text:
            self.show(self.text)


def large_title(text: str) -> str:
    """The title of a large event's pane."""
    return f"Event · {size_of(len(text))}"
