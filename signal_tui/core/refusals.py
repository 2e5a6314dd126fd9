"""Tokens that a vendor refused: not tried again by any process until somebody sets or checks one.

Some vendors block an address after 20 wrong tokens. What is kept is a keyed hash of origin and token, a file each, so
that processes do not get into each other's way and damage costs one entry at most.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from signal_tui.core.fingerprint import fingerprint, machine_key
from signal_tui.core.origins import origin_of
from signal_tui.core.paths import Paths, write_file
from signal_tui.core.redact import Redactor

MOST = 1000
"""Refusals that are kept; the oldest go first."""


class Refusals:
    """The memory of refused tokens, shared by all processes of this user through files in state."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._folder = paths.state / "refusals"
        self._key: bytes | None = None
        # Where state cannot be written, this process at least does not try again.
        self._unwritten: dict[str, str] = {}

    def is_refused(self, origin: str, secret: str) -> bool:
        """Whether this origin refused this token."""
        return self.why(origin, secret) is not None

    def why(self, origin: str, secret: str) -> str | None:
        """The words that were remembered for a refused token (may be empty), None for one that was not refused."""
        if not self._unwritten and not self._folder.is_dir():
            return None
        name = self._name(origin, secret)
        if name in self._unwritten:
            return self._unwritten[name]
        try:
            words = json.loads((self._folder / name).read_bytes()).get("why")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, AttributeError):
            return ""  # that the file is there is what counts
        return words if isinstance(words, str) else ""

    def remember(self, origin: str, secret: str, why: str = "") -> None:
        """Remember that an origin refused a token."""
        name = self._name(origin, secret)
        why = Redactor((secret,)).text(why)[:500]
        try:
            content = json.dumps({"origin": _normal(origin), "why": why, "at": int(time.time())})
            write_file(self._folder / name, content)
            self._forget_oldest()
        except OSError:
            self._unwritten[name] = why

    def forget(self, origin: str, secret: str) -> bool:
        """Let a token be tried again; whether it had been refused."""
        if not self._unwritten and not self._folder.is_dir():
            return False
        name = self._name(origin, secret)
        known = self._unwritten.pop(name, None) is not None
        try:
            (self._folder / name).unlink()
        except OSError:
            return known
        return True

    def _name(self, origin: str, secret: str) -> str:
        if self._key is None:
            try:
                self._key = machine_key(self._paths)
            except OSError:
                self._key = os.urandom(32)
        return fingerprint(self._key, "refusal", _normal(origin), secret)[:40] + ".json"

    def _forget_oldest(self) -> None:
        files = list(self._folder.glob("*.json"))
        if len(files) <= MOST:
            return

        def age(file: Path) -> float:
            try:
                return file.stat().st_mtime
            except OSError:
                return 0.0

        for file in sorted(files, key=age)[: len(files) - MOST]:
            file.unlink(missing_ok=True)


def _normal(origin: str) -> str:
    try:
        return origin_of(origin)
    except ValueError:
        return origin
