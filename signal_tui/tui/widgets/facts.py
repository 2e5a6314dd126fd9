"""What is known of one payload, for the pane that draws it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signal_tui.api.payloads import Payload
    from signal_tui.core.delivery import Delivered

FACES = ("fields", "request", "reply", "verdict")
TITLES = {"fields": "Fields", "request": "Request", "reply": "Reply", "verdict": "Verdict"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one payload: the mapping, and what became of it where it was sent.

    ``sent_at`` is the time of day of the sending, ``stale`` says that the event was changed since. ``unused``: paths
    of the event that this integration does not use. ``routed``: where each request really goes, where elsewhere.
    """

    payload: Payload | None = None
    delivered: Sequence[Delivered] = ()
    sent_at: str = ""
    stale: bool = False
    running: bool = False
    elapsed: float = 0.0
    problem: str = ""
    unused: Sequence[str] = ()
    routed: Sequence[str | None] = ()
    unfolded: Set[str] = field(default_factory=frozenset)
