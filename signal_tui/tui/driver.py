"""What comes in from the terminal, made harmless before Textual reads it.

Textual 8.2 ends the program at a byte that is no UTF-8, and reads what follows an escape within a paste as key
presses: pasted text could press keys.
"""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

_START, _END = "\x1b[200~", "\x1b[201~"


class Pastes:
    """Takes escapes out of what is pasted; everything else passes. Text may come in any pieces."""

    def __init__(self) -> None:
        self._within = False
        self._before = ""
        """Within a paste what may begin its end and waits for the rest, else the last that was passed on."""

    def clean(self, text: str) -> str:
        """The next piece of input, with every escape between the two marks of a paste written out."""
        cleaned = ""
        while text:
            mark = _END if self._within else _START
            known = self._before + text
            at = known.find(mark)
            if self._within:
                stop = at if at >= 0 else len(known) - _begun(known)
                cleaned += known[:stop].replace("\x1b", "␛")
                text, self._before = ("", known[stop:]) if at < 0 else (known[at + len(mark) :], "")
                cleaned += mark if at >= 0 else ""
            else:
                # Nothing waits here, since an escape may be a key: a start may have been passed on in part.
                stop = len(text) if at < 0 else at + len(mark) - len(self._before)
                cleaned += text[:stop]
                text, self._before = text[stop:], known[-len(mark) + 1 :] if at < 0 else ""
            if at >= 0:
                self._within = not self._within
        return cleaned


def _begun(text: str) -> int:
    """How much of the end of a text may be the beginning of a paste's end."""
    return next((length for length in range(len(_END) - 1, 0, -1) if text.endswith(_END[:length])), 0)


class TerminalDriver(LinuxDriver):
    """Textual's driver with harmless input."""

    def run_input_thread(self) -> None:
        """Wait for input and pass it on, until the program ends."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        pastes = Pastes()
        while not self.exit_event.is_set():
            readable, _, _ = select.select([self.fileno], [], [], 0.1)
            if readable:
                data = os.read(self.fileno, 4096)
                if not data:
                    # The terminal is gone, and stays readable.
                    self.exit_event.wait(0.1)
                    continue
                if text := pastes.clean(decode(data)):
                    for event in parser.feed(text):
                        self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
