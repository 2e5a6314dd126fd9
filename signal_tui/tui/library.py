"""The events that can be opened: samples, and the user's own on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signal_tui.tui.first_event import FIRST, first_text
from signal_tui.tui.widgets.events import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from signal_tui.core.own_events import OwnEvents
    from signal_tui.core.paths import Paths
    from signal_tui.core.samples import Sample


class Library:
    """Entries for the list of events. All but :meth:`first` may take a while: they read files."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def first(self) -> Entry:
        """What lies open at the start."""
        return Entry(kind="sample", title=FIRST, text=first_text(), key=FIRST)

    def samples(self) -> list[Entry]:
        """The samples; their text is made when one is opened, since it is of now."""
        from signal_tui.core.samples import samples

        return [_entry(sample, with_text=False) for sample in samples()]

    def fresh(self, name: str) -> Entry:
        """A sample with new ids and the time of now."""
        from signal_tui.core.samples import find_sample

        return _entry(find_sample(name), with_text=True)

    def own(self) -> list[Entry]:
        """The user's own events; one that cannot be read says why in its note, and has no text."""
        from signal_tui.api.values import dump_json
        from signal_tui.core.own_events import OwnEventError

        try:
            saved = self._own_events().list()
        except OwnEventError:
            return []
        return [
            Entry(
                kind="own",
                title=own.name,
                text=dump_json(own.event.wire(), 2) if own.event is not None else "",
                note=f"{own.path}: {own.error}" if own.error else "",
            )
            for own in saved
        ]

    def keep(self, name: str, wire: Mapping[str, Any]) -> None:
        """Save an event. Raises :class:`~signal_tui.core.own_events.OwnEventError`."""
        self._own_events().save(name, wire)

    def delete(self, name: str) -> None:
        """Delete an own event. Raises :class:`~signal_tui.core.own_events.OwnEventError`."""
        self._own_events().delete(name)

    def _own_events(self) -> OwnEvents:
        from signal_tui.core.own_events import OwnEvents

        return OwnEvents(self._paths.data / "events")


def _entry(sample: Sample, *, with_text: bool) -> Entry:
    from signal_tui.api.values import dump_json

    return Entry(
        kind="sample",
        title=sample.name,
        text=dump_json(sample.event.wire(), 2) if with_text else "",
        note=f"{sample.note} Expected: {sample.expected}",
        key=sample.name,
    )
