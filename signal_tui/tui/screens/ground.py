"""The ground of the debugger: its panes, where they stand, and what is said in the lines around them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget

from signal_tui.core.text import shown
from signal_tui.tui import actions
from signal_tui.tui.arrangement import EVENT, EVENTS, IDENTITY, LEFT, Arrangement, arrange
from signal_tui.tui.look import Look
from signal_tui.tui.marks import mark
from signal_tui.tui.widgets.bars import Foot, Head, Notice, Tab, Tabs
from signal_tui.tui.widgets.editor import Editor, LargeEvent
from signal_tui.tui.widgets.events import Entry, EventList
from signal_tui.tui.widgets.identity import IdentityTable
from signal_tui.tui.widgets.payload import PayloadPane

if TYPE_CHECKING:
    from signal_tui.tui.app import SignalApp


class Panes(Layout):
    """Places widgets where the debugger's arrangement says; what is not in it is not shown."""

    name = "panes"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """A placement for each pane that is shown."""
        assert isinstance(parent, Ground)
        regions = parent.regions(size)
        return [
            WidgetPlacement(regions[name], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if (name := parent.pane_name(child)) in regions
        ]


class Ground(Screen[None]):
    """The panes and their arrangement."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self._panes = Panes()
        self.head = Head()
        self.tabs = Tabs()
        self.event_list = EventList([entry])
        self.event_list.opened = entry
        self.editor = Editor(entry.text)
        self.large = LargeEvent()
        self.large_text: str | None = None
        self.identity = IdentityTable()
        self.payloads: dict[str, PayloadPane] = {"": PayloadPane("")}
        self.notice = Notice()
        self.foot = Foot()
        self.look = Look(text="")
        self.front, self.left, self.right = EVENT, EVENT, ""
        self.entry_kinds: dict[str, list[Entry]] = {"sent": [], "pasted": [], "own": [], "sample": [entry]}
        self._arrangement: tuple[object, Arrangement] | None = None
        self._laid: Arrangement | None = None

    @property
    def home(self) -> SignalApp:
        """The application, with its workbench."""
        return cast("SignalApp", self.app)

    @property
    def layout(self) -> Layout:
        """Where the panes stand is computed, not styled."""
        return self._panes

    @property
    def is_sending(self) -> bool:
        """Whether something is under way."""
        return False

    def light(self) -> None:
        """Mark what belongs to what the cursor is on."""

    # Where the panes stand

    def pane_name(self, widget: Widget) -> str:
        """The name of a widget in an arrangement."""
        if isinstance(widget, PayloadPane):
            return widget.integration or "payload"
        if widget is self.editor or widget is self.large:
            return EVENT
        return widget.id or ""

    def regions(self, size: Size) -> dict[str, Region]:
        """The regions of the panes, as they are being laid out."""
        self._laid = self.arrangement(size)
        return self._laid.regions

    def arrangement(self, size: Size | None = None) -> Arrangement:
        """The arrangement for a size, by default the screen's."""
        width, height = size or self.size
        rows = len(self.identity.rows) + 2
        notice = self.notice.needed(width)
        names = [name or "payload" for name in self.payloads]
        right = self.right or names[0]
        key = (width, height, tuple(names), self.front, self.left, right, rows, notice)
        if self._arrangement is None or self._arrangement[0] != key:
            made = arrange(
                width,
                height,
                names,
                front=self.front,
                left=self.left,
                right=right,
                identity=rows,
                notice=notice,
            )
            self._arrangement = key, made
        return self._arrangement[1]

    def rearrange(self) -> None:
        """Lay the panes out anew where that changes something."""
        if self.arrangement() != self._laid:
            self.head.refresh(layout=True)  # through a child: the screen itself keeps its arrangement
        self._dress()

    def _dress(self) -> None:
        arrangement = self.arrangement()
        self.set_class(arrangement.way == "single", "-single")
        self.show_tabs()

    def on_resize(self) -> None:
        """Another size may have another arrangement."""
        self._dress()

    def order(self) -> list[Widget]:
        """The panes in the order in which tab walks through them."""
        event: Widget = self.large if self.large_text is not None else self.editor
        return [self.event_list, event, *self.payloads.values(), self.identity]

    def action_walk(self, by: int) -> None:
        """The next pane or the one before."""
        order = self.order()
        focused = self.focused
        index = order.index(focused) if focused in order else 0
        self.bring(self.pane_name(order[(index + by) % len(order)]))

    def bring(self, name: str) -> None:
        """Show a pane and give it the focus."""
        for widget in self.order():
            if self.pane_name(widget) == name:
                self._remember(name)
                self.rearrange()
                widget.focus(scroll_visible=False)

    def _remember(self, name: str) -> None:
        self.front = name
        if name in LEFT:
            self.left = name
        else:
            self.right = name

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The footer speaks of the pane that has the focus."""
        self._remember(self.pane_name(event.widget))
        self.rearrange()
        self.show_keys()
        self.light()

    @property
    def kind(self) -> str:
        """What kind of pane has the focus: events, event, payload or identity."""
        return getattr(self.focused, "kind", EVENT)

    def show_keys(self) -> None:
        """The footer for the pane that has the focus."""
        keys = actions.footer(self.kind)
        if self.is_sending:
            keys.insert(0, ("esc", "stop", "stop"))
        always = [one for one in keys if one[2] in ("help",)]
        self.foot.show([one for one in keys if one not in always], always)

    def show_tabs(self) -> None:
        """Tabs with their marks."""
        if not self.arrangement().tabs:
            return
        regions = self.arrangement().regions
        broken = bool(self.look.problem)
        tabs = [Tab(EVENTS, "Events"), Tab(EVENT, "Event", "✗" if broken else "", "bad")]
        for name, pane in self.payloads.items():
            sign, tone, _ = mark(pane.state)
            tabs.append(Tab(name or "payload", shown(name) or "Payload", sign, tone))
        tabs.append(Tab(IDENTITY, "Identity"))
        tabs = [replace(tab, seen=tab.pane in regions, front=tab.pane == self.front) for tab in tabs]
        self.tabs.show(tabs)

    @on(Tabs.Picked)
    def _tab_picked(self, event: Tabs.Picked) -> None:
        self.bring(event.pane)

    @on(Foot.Pressed)
    def _key_pressed(self, event: Foot.Pressed) -> None:
        self.action_do(event.action)

    def say(self, words: str, tone: str = "info") -> None:
        """Say one thing; it stays until there is another, or none."""
        if (words, tone) != (self.notice.words, self.notice.tone):
            self.notice.words, self.notice.tone = words, tone
            self.notice.refresh()
            self.rearrange()

    def action_do(self, name: str) -> None:
        """Do one of the actions of the table."""
        if name == "quit":
            self.app.exit()
        else:
            getattr(self, f"do_{name}")()

    def show_entries(self, opened: Entry | None = None) -> None:
        """Draw the list of events."""
        self.event_list.show([entry for kind in self.entry_kinds.values() for entry in kind], opened)
