"""Events that the user saved: one JSON file each, named after the event, to be edited by hand as well."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote

from signal_tui.api.events import Event, EventError
from signal_tui.api.mappings import nearest
from signal_tui.api.values import dump_json
from signal_tui.core.paths import write_file
from signal_tui.core.reading import LIMIT, ReadingError, read_events

_SUFFIX = ".json"
_PLAIN = " -_()+,=@."
_LONGEST = 180  # bytes; with its suffix, and what a file is called while it is written, below the 255 of file systems


class OwnEventError(ValueError):
    """An event that cannot be saved, read, renamed or removed; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """A saved event: ``event`` is None where the file cannot be read, and ``error`` then says why."""

    name: str
    path: Path
    event: Event | None
    error: str | None = None


class OwnEvents:
    """The saved events of one folder, which exists once something was saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The names, sorted."""
        return sorted(self._paths(), key=lambda name: (name.casefold(), name))

    def list(self) -> list[OwnEvent]:
        """All events, sorted by name; a broken file is in it with its error."""
        paths = self._paths()
        return [_own_event(name, paths[name]) for name in self.names()]

    def load(self, name: str) -> dict[str, Any]:
        """The wire form of an event. Raises :class:`OwnEventError`."""
        own = _own_event(name, self._path(name))
        if own.event is None:
            raise OwnEventError(f"{own.path}: {own.error}")
        return own.event.wire()

    def save(self, name: str, wire: Mapping[str, Any], *, overwrite: bool = False) -> Path:
        """Write an event, indented and with numbers as written. Raises :class:`OwnEventError`.

        ``overwrite`` replaces the event of that name; without it that is an error.
        """
        name = _checked(name)
        try:
            content = dump_json(Event.read(wire).wire(), 2) + "\n"
        except EventError as error:
            raise OwnEventError(f"this is no event yet: {error}") from None
        if len(content.encode()) > LIMIT:
            raise OwnEventError(f"the event is larger than {LIMIT >> 20} MB")
        path = self._paths().get(name, self._new_path(name))
        if not overwrite:
            self._refuse_existing(name, path)
        try:
            write_file(path, content)
        except OSError as error:
            raise _failed(path, error) from None
        return path

    def rename(self, old: str, new: str, *, overwrite: bool = False) -> Path:
        """Give an event another name. Raises :class:`OwnEventError`."""
        source = self._path(old)
        new = _checked(new)
        target = self._new_path(new)
        if target == source:
            return source
        if not overwrite:
            self._refuse_existing(new, self._paths().get(new, target))
        try:
            os.replace(source, target)
        except OSError as error:
            raise _failed(source, error) from None
        return target

    def delete(self, name: str) -> None:
        """Remove an event. Raises :class:`OwnEventError`."""
        path = self._path(name)
        try:
            path.unlink()
        except OSError as error:
            raise _failed(path, error) from None

    def _paths(self) -> dict[str, Path]:
        try:
            files = [path for path in self.folder.iterdir() if path.suffix == _SUFFIX and path.name[0] != "."]
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise _failed(self.folder, error) from None
        return {_name_of(path): path for path in sorted(files)}

    def _path(self, name: str) -> Path:
        paths = self._paths()
        path = paths.get(name) or paths.get(unicodedata.normalize("NFC", name).strip())
        if path is None:
            words = nearest(name, sorted(paths)) if paths else "nothing was saved yet"
            raise OwnEventError(f"there is no saved event {name[:100]!r}; {words}")
        return path

    def _new_path(self, name: str) -> Path:
        return self.folder / (_file_name(name) + _SUFFIX)

    def _refuse_existing(self, name: str, path: Path) -> None:
        if path.exists() or path.is_symlink():
            raise OwnEventError(f"there is a saved event {name!r} already; take another name, or overwrite it")


def _checked(name: str) -> str:
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise OwnEventError("a saved event needs a name")
    if not name.isprintable():
        raise OwnEventError("the name of a saved event cannot hold line breaks or control characters")
    if len(_file_name(name).encode()) > _LONGEST:
        raise OwnEventError("the name of a saved event is too long; take a shorter one")
    return name


def _file_name(name: str) -> str:
    # Letters stay readable; everything a path or a shell could mean something by becomes %XX, also a dot in front.
    plain = [
        char if (char.isalnum() or char in _PLAIN) and not (char == "." and not place) else _percent(char)
        for place, char in enumerate(name)
    ]
    return "".join(plain)


def _percent(char: str) -> str:
    return f"%{ord(char):02X}" if char.isascii() else quote_from_bytes(char.encode(), safe="")


def _name_of(path: Path) -> str:
    # A file of somebody else's may hold bytes that are no text.
    stem = path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", unquote(stem))


def _own_event(name: str, path: Path) -> OwnEvent:
    try:
        if path.stat().st_size > LIMIT:
            raise ReadingError(f"is larger than {LIMIT >> 20} MB")
        events = read_events(path.read_bytes(), name=path.name)
    except ReadingError as error:
        error.name = ""
        return OwnEvent(name=name, path=path, event=None, error=str(error))
    except OSError as error:
        return OwnEvent(name=name, path=path, event=None, error=error.strerror or "cannot be read")
    if len(events) > 1:
        return OwnEvent(name=name, path=path, event=None, error=f"holds {len(events)} events; one belongs in a file")
    return OwnEvent(name=name, path=path, event=events[0])


def _failed(path: Path, error: OSError) -> OwnEventError:
    return OwnEventError(f"{path}: {error.strerror or error}")
