"""The lines at the edges: heading, tabs, notice, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from signal_tui.core.text import shown
from signal_tui.tui.text import cut, wrap
from signal_tui.tui.widgets.lines import Piece, tone_of


class Bar(Widget):
    """A few lines of pieces without a cursor."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def lines(self, width: int) -> list[Sequence[Piece]]:
        """What is shown at a width."""
        return []

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        base = self.rich_style
        content = self.lines(width)
        segments = []
        used = 0
        for text, tone in content[y] if y < len(content) else ():
            safe = cut(shown(text), width - used)
            if not safe:
                continue
            segments.append(Segment(safe, base + tone_of(self, tone)))
            used += cell_len(safe)
        segments.append(Segment(" " * (width - used), base))
        return Strip(segments, width)


def width_of(pieces: Sequence[Piece]) -> int:
    """The cells that pieces take."""
    return sum(cell_len(text) for text, _ in pieces)


class Head(Bar):
    """Name, profile and destination; the sums of the session."""

    def __init__(self) -> None:
        super().__init__(id="head")
        self.profile = ""
        self.destination = ""
        self.sums: Sequence[Piece] = ()

    def tell(
        self, *, profile: str | None = None, destination: str | None = None, sums: Sequence[Piece] | None = None
    ) -> None:
        """Change what is shown."""
        self.profile = self.profile if profile is None else profile
        self.destination = self.destination if destination is None else destination
        self.sums = self.sums if sums is None else sums
        self.refresh()

    def lines(self, width: int) -> list[Sequence[Piece]]:
        """The sums keep their place; the destination is cut first."""
        left: list[Piece] = [(" signal-tui ", "chosen")]
        if self.profile:
            left.append((f" {self.profile} ", "heading"))
        right = list(self.sums)
        room = width - width_of(left) - width_of(right) - 3
        if self.destination and room > 8:
            left.append((" " + cut(self.destination, room), "dim"))
        gap = width - width_of(left) - width_of(right) - 1
        return [[*left, (" " * max(gap, 1), "plain"), *right]]


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: the pane, its title, a mark with its tone; whether the pane is seen, and whether it has the focus."""

    pane: str
    title: str
    mark: str = ""
    tone: str = "dim"
    seen: bool = False
    front: bool = False


class Tabs(Bar):
    """The panes that do not all fit."""

    @dataclass
    class Picked(Message):
        """A tab was clicked."""

        pane: str

    def __init__(self) -> None:
        super().__init__(id="tabs")
        self.tabs: Sequence[Tab] = ()
        self._spans: list[tuple[int, int, str]] = []

    def show(self, tabs: Sequence[Tab]) -> None:
        """Replace the tabs."""
        if tabs != self.tabs:
            self.tabs = tabs
            self.refresh()

    def spans(self) -> list[tuple[int, int, str]]:
        """First cell, cell after the last, and pane of each tab."""
        self.lines(self.size.width)
        return self._spans

    def lines(self, width: int) -> list[Sequence[Piece]]:
        """Titles are shortened until all fit; where even that is not enough, tabs before the front one are left out."""
        tabs = list(self.tabs)
        longest = max((cell_len(tab.title) for tab in tabs), default=0)
        while longest > 5 and sum(min(cell_len(tab.title), longest) + self._extra(tab) for tab in tabs) > width:
            longest -= 1
        front = next((index for index, tab in enumerate(tabs) if tab.front), 0)
        first = 0
        while first < front and self._width(tabs[first : front + 1], longest) + 2 * (first > 0) > width - 2:
            first += 1
        pieces: list[Piece] = [("…", "dim")] if first else []
        self._spans = []
        at = len(pieces)
        for tab in tabs[first:]:
            title = cut(tab.title, longest)
            cells = cell_len(title) + self._extra(tab)
            if at + cells > width:
                pieces.append((" …", "dim"))
                break
            tone = "tab-front" if tab.front else "tab-seen" if tab.seen else "tab"
            pieces.append((f" {title} ", tone))
            if tab.mark:
                pieces.append((f"{tab.mark} ", tone if tab.front else tab.tone))
            self._spans.append((at, at + cells, tab.pane))
            at += cells
        return [pieces]

    def _width(self, tabs: Sequence[Tab], longest: int) -> int:
        return sum(min(cell_len(tab.title), longest) + self._extra(tab) for tab in tabs)

    @staticmethod
    def _extra(tab: Tab) -> int:
        return 2 + (cell_len(tab.mark) + 1 if tab.mark else 0)

    def on_click(self, event: events.Click) -> None:
        """Bring a pane to the front."""
        for start, end, pane in self._spans:
            if start <= event.x < end:
                self.post_message(self.Picked(pane))


class Notice(Bar):
    """One thing to say, until there is another: nothing piles up."""

    MOST = 3

    def __init__(self) -> None:
        super().__init__(id="notice")
        self.words = ""
        self.tone = "info"

    def needed(self, width: int) -> int:
        """How many lines it takes."""
        return min(len(self._wrapped(width)), self.MOST) if self.words else 0

    def _wrapped(self, width: int) -> list[str]:
        return wrap(self.words, width - 4, self.MOST + 1)

    def lines(self, width: int) -> list[Sequence[Piece]]:
        """The words, wrapped."""
        if not self.words:
            return []
        mark = {"bad": "✗", "warn": "!", "info": "›"}.get(self.tone, " ")
        wrapped = self._wrapped(width)
        if len(wrapped) > self.MOST:
            wrapped = wrapped[: self.MOST]
            wrapped[-1] = cut(wrapped[-1] + " …………", width - 4)
        tone = self.tone if self.tone != "info" else "plain"
        return [[(f" {mark if not index else ' '} ", self.tone), (line, tone)] for index, line in enumerate(wrapped)]


class Foot(Bar):
    """The keys of the pane that has the focus."""

    @dataclass
    class Pressed(Message):
        """A key was clicked."""

        action: str

    def __init__(self) -> None:
        super().__init__(id="foot")
        self.keys: Sequence[tuple[str, str, str]] = ()
        self.right: Sequence[tuple[str, str, str]] = ()
        self._spans: list[tuple[int, int, str]] = []

    def show(self, keys: Sequence[tuple[str, str, str]], right: Sequence[tuple[str, str, str]] = ()) -> None:
        """Replace the keys; those on the right are never left out."""
        if keys != self.keys or right != self.right:
            self.keys, self.right = keys, right
            self.refresh()

    def lines(self, width: int) -> list[Sequence[Piece]]:
        """As many as fit; the help on the right says the others."""
        pieces: list[Piece] = []
        self._spans = []
        right = [(f" {key} ", word) for key, word, _ in self.right]
        room = width - sum(cell_len(key + word) + 1 for key, word in right)
        used = 0
        for key, word, action in self.keys:
            cells = cell_len(key) + cell_len(word) + 3
            if used + cells > room:
                break
            pieces += [(f" {key} ", "chosen"), (f"{word} ", "dim")]
            self._spans.append((used, used + cells, action))
            used += cells
        pieces.append((" " * max(room - used, 0), "plain"))
        at = max(room, used)
        for (key, word), (_, _, action) in zip(right, self.right, strict=True):
            pieces += [(key, "chosen"), (f"{word} ", "dim")]
            self._spans.append((at, at + cell_len(key + word) + 1, action))
            at += cell_len(key + word) + 1
        return [pieces]

    def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
