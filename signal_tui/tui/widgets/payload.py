"""The pane of one integration: what it makes of the event, with four faces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from signal_tui.core.text import shown
from signal_tui.tui.marks import mark, worst
from signal_tui.tui.text import seconds
from signal_tui.tui.widgets.facts import FACES, TITLES, Facts
from signal_tui.tui.widgets.lines import Lines, Piece, Row


class PayloadPane(Lines):
    """Fields, Request, Reply and Verdict of one integration.

    The face follows what happens – the verdict when something is sent, the fields when the event changes – until
    somebody chooses one.
    """

    kind = "payload"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right", "turn(1)", show=False),
        Binding("1", "show('fields')", show=False),
        Binding("2", "show('request')", show=False),
        Binding("3", "show('reply')", show=False),
        Binding("4", "show('verdict')", show=False),
        Binding("space", "choose", show=False),
    ]

    @dataclass
    class Turned(Message):
        """Another face was chosen."""

        pane: PayloadPane

    def __init__(self, integration: str) -> None:
        super().__init__(id=f"payload-{integration}" if integration else "payload")
        self.integration = integration
        self.facts = Facts()
        self.face = "fields"
        self.chosen_face = False
        self._unfolded: set[str] = set()
        self._built: tuple[object, ...] = ()
        self.set_name("")

    def set_name(self, preset: str) -> None:
        """The title of the pane."""
        title = shown(self.integration) or "payload"
        self.border_title = Content(f"{title} · {shown(preset)}" if preset else title)

    @property
    def fixed(self) -> int:
        """The line with the faces, and a blank one."""
        return 2

    @property
    def state(self) -> str:
        """The state that stands for the whole payload."""
        facts = self.facts
        if facts.running:
            states = [one.state for one in facts.delivered]
            if not states or any(state in ("sending", "sent", "accepted") for state in states):
                return "skipped" if facts.payload is not None and facts.payload.status == "skipped" else "under-way"
            return worst(states)
        if facts.delivered:
            return worst(one.state for one in facts.delivered)
        if facts.problem:
            return "failed"
        if facts.payload is not None and facts.payload.status == "skipped":
            return "skipped"
        return "not-sent"

    def tell(self, facts: Facts) -> None:
        """Show other facts."""
        self.facts = facts
        self.build()

    def build(self, *, keep: bool = True) -> None:
        """Make the rows of the face anew."""
        facts = replace(self.facts, unfolded=frozenset(self._unfolded))
        self._built = (self.face, self.text_width)
        if facts.payload is None and not facts.delivered and not facts.problem:
            self.set_rows(())
            return
        from signal_tui.tui.widgets.faces import ROWS

        self.set_rows(ROWS[self.face](facts, self.text_width), keep=keep)

    def on_resize(self) -> None:
        """Another width makes other rows."""
        if self._built != (self.face, self.text_width):
            self.build()

    def follow(self, face: str) -> None:
        """Show a face because of what happened; what somebody chose stays."""
        if not self.chosen_face and face != self.face:
            self.face = face
            self.build(keep=False)

    def action_show(self, face: str) -> None:
        """Show a face."""
        self.chosen_face = face != "fields"
        if face != self.face:
            self.face = face
            self.build(keep=False)
            self.post_message(self.Turned(self))

    def action_turn(self, by: int) -> None:
        """The next face or the one before."""
        self.action_show(FACES[(FACES.index(self.face) + by) % len(FACES)])

    def action_choose(self) -> None:
        """Unfold, or have the row looked at closer."""
        current = self.current
        if current is not None and current.folds:
            self._unfolded ^= {current.folds}
            self.build()
            return
        super().action_choose()

    def fixed_line(self, y: int) -> tuple[Piece, ...]:
        """The faces, and what became of the payload."""
        if y:
            return ()
        pieces: list[Piece] = []
        used = 1
        for face in FACES:
            title = TITLES[face]
            pieces.append((f"[{title}]", "chosen") if face == self.face else (f" {title} ", "dim"))
            used += len(title) + 2
        words, tone = self.state_words()
        room = self.scrollable_content_region.width - used - 2
        if cell_len(words) > room:
            words = words.partition(" · ")[0]
        if cell_len(words) > room:
            words = words[:1]
        gap = room - cell_len(words)
        pieces += [(" " * (gap + 1), "plain"), (words, tone)]
        return tuple(pieces)

    def state_words(self) -> tuple[str, str]:
        """Mark, words and time of the state, with its tone."""
        if self.faded:
            return "… as before the break", "dim"
        sign, tone, words = mark(self.state)
        facts = self.facts
        if self.state == "under-way":
            rounds = max((one.rounds for one in facts.delivered), default=0)
            words = f"asked {rounds} times" if rounds > 1 else "under way"
            words += f" · {facts.elapsed:.0f} s"
        times = [one.after_ms for one in facts.delivered if one.after_ms is not None]
        if times and self.state not in ("under-way", "accepted", "sent"):
            words += f" · {seconds(max(times))}"
        if facts.stale and facts.delivered:
            words += f", as of {facts.sent_at}"
            tone = "dim"
        return f"{sign} {words}", tone

    def click_fixed(self, x: int, y: int) -> None:
        """A click on a face."""
        at = 1
        for face in FACES:
            if y == 0 and at <= x < at + len(TITLES[face]) + 2:
                self.action_show(face)
            at += len(TITLES[face]) + 2

    def row_value(self) -> Row | None:
        """The row under the cursor."""
        return self.current
