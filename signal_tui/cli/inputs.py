"""What commands are given: a profile, and events by file, standard input or name of a sample."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signal_tui.api.events import Event
    from signal_tui.core.workbench import Workbench


class InputError(ValueError):
    """An argument that cannot be used; the message says what to do."""


def open_workbench(args: argparse.Namespace) -> Workbench:
    """The workbench for ``--profile`` and ``--no-plugins``."""
    from signal_tui.core.workbench import Workbench

    return Workbench.open(args.profile, no_plugins=args.no_plugins)


def read_argument(argument: str, workbench: Workbench) -> Iterator[Event]:
    """The events of EVENT: ``-``, a file, an own event or a sample. Raises :class:`InputError`."""
    from signal_tui.core.reading import read_events

    if argument == "-":
        yield from read_events(sys.stdin.buffer.read(), name="standard input")
        return
    path = Path(argument)
    if path.is_file():
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InputError(f"{argument}: {error.strerror}") from None
        yield from read_events(data, name=argument)
        return
    if path.suffix or "/" in argument or path.exists():
        what = "is a folder" if path.is_dir() else "there is no such file"
        raise InputError(f"{argument}: {what}; EVENT is a file, - for standard input, or the name of a sample")
    yield sample_event(argument, workbench)


def sample_event(name: str, workbench: Workbench) -> Event:
    """The own event or sample of a name. Raises :class:`InputError` that names the nearest."""
    from signal_tui.api.events import Event
    from signal_tui.core.own_events import OwnEvents
    from signal_tui.core.samples import find_sample

    own = OwnEvents(workbench.paths.data / "events")
    if name in own.names():
        return Event.read(own.load(name))
    return find_sample(name).event
