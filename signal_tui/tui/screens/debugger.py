"""The home screen: events, the event in the editor, the identity table, and a payload for each integration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.screen import Screen
from textual.widget import Widget

from signal_tui.api.payloads import Field
from signal_tui.core.text import shown
from signal_tui.tui import actions
from signal_tui.tui.arrangement import EVENT, EVENTS, IDENTITY, LEFT, Arrangement, arrange
from signal_tui.tui.bridge import Looked, Looker
from signal_tui.tui.look import Look
from signal_tui.tui.marks import mark
from signal_tui.tui.places import line_of
from signal_tui.tui.screens.deeds import Deeds
from signal_tui.tui.screens.sendings import Sendings
from signal_tui.tui.text import cut
from signal_tui.tui.widgets.bars import Foot, Head, Notice, Tab, Tabs
from signal_tui.tui.widgets.editor import MOST, Editor, LargeEvent, Remark, large_title
from signal_tui.tui.widgets.events import Entry, EventList
from signal_tui.tui.widgets.identity import IdentityTable
from signal_tui.tui.widgets.lines import Lines
from signal_tui.tui.widgets.payload import PayloadPane

if TYPE_CHECKING:
    from signal_tui.tui.app import SignalApp


class Panes(Layout):
    """Places widgets where the debugger's arrangement says; what is not in it is not shown."""

    name = "panes"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """A placement for each pane that is shown."""
        assert isinstance(parent, DebuggerScreen)
        regions = parent.regions(size)
        return [
            WidgetPlacement(regions[name], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if (name := parent.pane_name(child)) in regions
        ]


class DebuggerScreen(Sendings, Deeds, Screen[None]):
    """See what each integration makes of an event, send it, and find it again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *actions.bindings(),
        Binding("tab", "walk(1)", show=False),
        Binding("shift+tab", "walk(-1)", show=False),
    ]
    if TYPE_CHECKING:

        @property
        def app(self) -> SignalApp: ...

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.styles.layout = Panes()
        self.head = Head()
        self.tabs = Tabs()
        self.event_list = EventList([entry])
        self.event_list.opened = entry
        self.editor = Editor(entry.text)
        self.large = LargeEvent()
        self.identity = IdentityTable()
        self.notice = Notice()
        self.foot = Foot()
        self.payloads: dict[str, PayloadPane] = {"": PayloadPane("")}
        self.front, self.left, self.right = EVENT, EVENT, ""
        self.look = Look(text="")
        self.looker = Looker(self.post_message)
        self.large_text: str | None = None
        self._arrangement: tuple[object, Arrangement] | None = None
        self.entry_kinds: dict[str, list[Entry]] = {"sent": [], "pasted": [], "own": [], "sample": [entry]}
        self.begin_sendings()

    def compose(self) -> ComposeResult:
        """All panes; which are seen is a matter of the arrangement."""
        self.large.display = False
        yield from (self.head, self.tabs, self.event_list, self.editor, self.large, self.identity)
        yield from self.payloads.values()
        yield self.notice
        yield self.foot

    def on_mount(self) -> None:
        """Begin in the editor."""
        self.editor.border_title = Content(" Event ")
        self.editor.focus()
        self.event_list.build()

    def on_unmount(self) -> None:
        """Let the threads go."""
        self.looker.end()
        self.end_sendings()

    # Where the panes stand

    def pane_name(self, widget: Widget) -> str:
        """The name of a widget in an arrangement."""
        if isinstance(widget, PayloadPane):
            return widget.integration or "payload"
        if widget is self.editor or widget is self.large:
            return EVENT
        return widget.id or ""

    def regions(self, size: Size) -> dict[str, Region]:
        """The regions of the panes."""
        return self.arrangement(size).regions

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
        before = self._arrangement[1] if self._arrangement else None
        if self.arrangement() != before:
            self.refresh(layout=True)
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
        tabs = [Tab(EVENTS, "Events", front=EVENTS in regions)]
        broken = bool(self.look.problem)
        tabs.append(Tab(EVENT, "Event", "✗" if broken else "", "bad", front=EVENT in regions))
        for name, pane in self.payloads.items():
            sign, tone, _ = mark(pane.state)
            tabs.append(Tab(name or "payload", shown(name) or "Payload", sign, tone, (name or "payload") in regions))
        tabs.append(Tab(IDENTITY, "Identity", front=IDENTITY in regions))
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

    # Looking at the event

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
        self.looker.look(self.text, self.app.workbench)

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        look = event.look
        if look.text != self.text:
            return  # a newer look is under way
        self.look = look
        self.show_look()

    def show_look(self) -> None:
        """Draw what was looked at; a text that is no event keeps the last payloads, dimmed."""
        look = self.look
        if look.problem:
            place = f"line {look.line + 1}, column {look.column}: " if look.line is not None else ""
            self._title_event(f"✗ {place}{look.problem}")
            if look.line is not None:
                self.editor.annotate({look.line: Remark(f"✗ {look.problem}", "broken")})
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
        if self.large_text is not None:
            widget.border_title = large_title(self.large_text)
        elif event is not None:
            widget.border_title = Content(f" {cut(shown(event.title), 40)} · {event.type} ")
        subtitle = Content(f" {cut(shown(problem), max(widget.size.width - 6, 20))} ") if problem else None
        widget.border_subtitle = subtitle
        widget.set_class(bool(problem), "-broken")

    def _remarks(self) -> dict[int, Remark]:
        look = self.look
        remarks: dict[int, Remark] = {}
        if not any(payload.status == "mapped" for payload in look.payloads):
            return remarks
        many = len(look.payloads) > 1
        for path, pairs in look.feeds.items():
            line = look.lines.get(path)
            if line is None:
                continue
            if not pairs:
                remarks.setdefault(line, Remark("→ nobody", "nobody"))
                continue
            targets: dict[str, list[str]] = {}
            for integration, target in pairs:
                targets.setdefault(target, []).append(integration)
            words = [
                target if not many or len(names) == len(look.payloads) else f"{names[0]}:{target}"
                for target, names in targets.items()
            ]
            remarks[line] = Remark("→ " + ", ".join(dict.fromkeys(words)))
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
            one
            for one in every
            for source in sources
            if one == source or one.startswith((source + ".", source + "[")) or source.startswith((one + ".", one + "["))
        )

    # Putting another event in

    def put(self, text: str) -> None:
        """Make a text the event; undo brings back the one before."""
        if len(text) > MOST:
            self.large_text = text
            self.editor.display, self.large.display = False, True
            self.large.show(text)
        else:
            if self.large_text is not None:
                self.large_text = None
                self.editor.display, self.large.display = True, False
            self.editor.put(text)
        self._title_event("")
        self.refresh(layout=True)
        self.see()

    def field_under_cursor(self) -> Field | None:
        """The field that the cursor of the focused payload is on."""
        focused = self.focused
        current = focused.current if isinstance(focused, Lines) else None
        return current.item if current is not None and isinstance(current.item, Field) else None

    def show_entries(self, opened: Entry | None = None) -> None:
        """Draw the list of events."""
        entries: Sequence[Entry] = [entry for kind in self.entry_kinds.values() for entry in kind]
        self.event_list.show(entries, opened)
