"""What comes in from the terminal, made harmless before Textual reads it.

Textual 8.2 ends the program at a byte that is no UTF-8, reads what follows an escape within a paste as key presses –
pasted text could press keys –, and takes a second per megabyte. Here a paste is one message, whatever is in it.
"""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from collections.abc import Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_START, _END = "\x1b[200~", "\x1b[201~"

_REST = 0.02
"""Seconds in which the rest of a mark follows; what looks like its beginning is a key otherwise."""


class Pastes:
    """Tells what is pasted from what is typed, in whatever pieces it comes."""

    def __init__(self) -> None:
        self._open = ""
        """What may be the beginning of a mark."""
        self._pasted: list[str] | None = None

    def read(self, text: str) -> Iterator[tuple[bool, str]]:
        """The next piece of input in parts: whether it was pasted, and the text; a paste comes when it is complete."""
        text = self._open + text
        while True:
            mark = _START if self._pasted is None else _END
            before, found, rest = text.partition(mark)
            if not found:
                break
            if self._pasted is not None:
                yield True, "".join([*self._pasted, before])
                self._pasted = None
            else:
                if before:
                    yield False, before
                self._pasted = []
            text = rest
        begun = next((length for length in range(len(mark) - 1, 0, -1) if text.endswith(mark[:length])), 0)
        sure, self._open = text[: len(text) - begun], text[len(text) - begun :]
        if self._pasted is not None:
            self._pasted.append(sure)
        elif sure:
            yield False, sure

    @property
    def waits(self) -> bool:
        """Whether something typed may be the beginning of a mark."""
        return bool(self._open) and self._pasted is None

    def rest(self) -> str:
        """What waited for the rest of a mark that did not come."""
        text, self._open = self._open, ""
        return text


class TerminalDriver(LinuxDriver):
    """Textual's driver with harmless input."""

    def run_input_thread(self) -> None:
        """Wait for input and pass it on, until the program ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        pastes = Pastes()

        def typed(text: str) -> None:
            for event in parser.feed(text):
                self.process_message(event)

        while not self.exit_event.is_set():
            readable, _, _ = select.select([self.fileno], [], [], _REST if pastes.waits else 0.1)
            if readable:
                data = os.read(self.fileno, 65536)
                if not data:
                    # The terminal is gone, and stays readable.
                    self.exit_event.wait(0.1)
                for pasted, text in pastes.read(decode(data)):
                    if pasted:
                        self.process_message(events.Paste(text))
                    else:
                        typed(text)
            elif pastes.waits:
                typed(pastes.rest())
            for event in parser.tick():
                self.process_message(event)
