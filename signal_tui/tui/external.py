"""The event in the program that $VISUAL or $EDITOR names."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from signal_tui.core.vault import without_secrets


class EditorError(Exception):
    """The editor could not be run; the message says why and what to do."""


def edit(text: str) -> str:
    """The text after somebody edited it; blocks until the editor ends. Raises :class:`EditorError`.

    The file lies in a folder for its owner alone, and is gone afterwards.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise EditorError(f"$EDITOR cannot be read: {command!r}; set it to a command such as nano")
    with tempfile.TemporaryDirectory(prefix="signal-tui-") as folder:
        file = Path(folder) / "event.json"
        file.write_text(text, encoding="utf-8", errors="surrogateescape")
        try:
            code = subprocess.call([*words, str(file)], env=without_secrets(os.environ))
        except OSError as error:
            raise EditorError(f"{words[0]} does not start: {error.strerror}; set $EDITOR to another editor") from None
        if code:
            raise EditorError(f"{words[0]} ended with {code}: the event stays as it was")
        data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditorError(f"byte {error.start} of the file is not UTF-8: the event stays as it was") from None
