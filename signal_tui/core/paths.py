"""Where files are, and how they are written: folders 0700, files 0600, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "signal-tui"
HOME_VARIABLE = "SIGNAL_TUI_HOME"


@dataclass(frozen=True, slots=True)
class Paths:
    """The three folders: what the user wrote, what the user gathered, what the program remembers.

    None of them exists until something is written.
    """

    config: Path
    data: Path
    state: Path

    @classmethod
    def standard(cls, environment: Mapping[str, str] | None = None) -> Paths:
        """The platform's folders, or those under ``SIGNAL_TUI_HOME`` where it is set."""
        home = (os.environ if environment is None else environment).get(HOME_VARIABLE)
        if home:
            return cls.under(Path(home))
        import platformdirs

        return cls(
            config=Path(platformdirs.user_config_dir(APPLICATION, appauthor=False)),
            data=Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)),
            state=Path(platformdirs.user_state_dir(APPLICATION, appauthor=False)),
        )

    @classmethod
    def under(cls, home: Path) -> Paths:
        """All three in one folder."""
        home = Path(os.path.abspath(home.expanduser()))
        return cls(config=home / "config", data=home / "data", state=home / "state")

    @property
    def profiles(self) -> Path:
        """The folder of the profiles that are known by name."""
        return self.config / "profiles"


def make_folder(folder: Path) -> Path:
    """Make a folder where it is missing, and each missing folder above it, for its owner alone."""
    missing = []
    current = folder
    while not current.exists() and current != current.parent:
        missing.append(current)
        current = current.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    if not folder.is_dir():
        raise NotADirectoryError(20, "is no folder", str(folder))
    return folder


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file for its owner alone: readers see the old content or the new, also when the machine stops.

    A symbolic link keeps pointing to the file that is written. Raises :class:`OSError`.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    folder = make_folder(target.parent)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=folder)  # created 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    # Makes the new name last through a power cut; not every file system can.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    with suppress(OSError):
        os.fsync(handle)
    os.close(handle)


@contextmanager
def only_one(paths: Paths, name: str) -> Iterator[None]:
    """Let one process at a time do what ``name`` stands for: reading a file, changing it and writing it back."""
    import fcntl
    import hashlib

    folder = make_folder(paths.state / "locks")
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    handle = os.open(folder / digest, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
