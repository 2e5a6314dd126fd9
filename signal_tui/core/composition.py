"""What an event gets when it is made here, and what an identify event hands on to the events after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from signal_tui.api.events import Event

_ORDER = ("type", "event", "name", "userId", "anonymousId", "groupId", "properties", "traits", "context", "vendor_ids")
_MOST_VISITORS = 100_000


def _in_order(tree: Mapping[str, Any]) -> Event:
    known = {key: tree[key] for key in _ORDER if key in tree}
    return Event.read({**known, **{key: value for key, value in tree.items() if key not in known}})


def composed(event: Event, now: datetime, new_id: Callable[[], str], anonymous_id: str | None = None) -> Event:
    """An event that was made here, with ``timestamp``, ``messageId`` and ``anonymousId`` where it has none.

    ``new_id`` gives a fresh UUID as text. ``anonymous_id`` is taken where several events are of one visitor. Captured
    events never go through here: what they lack is what somebody wants to know.
    """
    tree = event.wire()
    if not event.anonymous_id:
        tree["anonymousId"] = anonymous_id or new_id()
    if not tree.get("timestamp"):
        tree["timestamp"] = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if not tree.get("messageId"):
        tree["messageId"] = new_id()
    return _in_order(tree)


class Carrier:
    """Hands the userId and traits of identify events on to the later events of one file.

    They go to events of the same anonymousId (or, like the identify event, of none) that have none of their own;
    nothing is overwritten. Traits go to track and page events only, since those of a group event are the group's, and
    not to events of another user. A second identify event of the same user adds its traits, one of another user
    starts anew.
    """

    def __init__(self) -> None:
        self._known: dict[str | None, tuple[str | None, dict[str, Any]]] = {}

    def __call__(self, event: Event) -> Event:
        """The event with what it was handed, or as it was."""
        visitor = event.anonymous_id
        if not self._known and event.type != "identify":
            return event
        user, traits = self._known.get(visitor, (None, {}))
        other_user = bool(user and event.user_id and event.user_id != user)
        changes: dict[str, Any] = {}
        if user and not event.user_id:
            changes["userId"] = user
        if event.type == "identify":
            self._known.pop(visitor, None)
            self._known[visitor] = (event.user_id or user, {**({} if other_user else traits), **event.tree["traits"]})
            if len(self._known) > _MOST_VISITORS:
                del self._known[next(iter(self._known))]
        elif traits and not event.tree["traits"] and event.type in ("track", "page") and not other_user:
            changes["traits"] = traits
        return _in_order({**event.wire(), **changes}) if changes else event
