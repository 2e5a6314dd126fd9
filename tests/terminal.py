"""A small driver for programs in a pseudo-terminal: start, press keys, read, see the screen, quit.

What a program writes is kept as it came, each piece with the time it was read at, and drawn on an emulated screen
only when somebody looks: reading never waits for drawing, so the times can be measured with. Nothing sleeps; all
waiting is on the terminal itself.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyte

ROOT = Path(__file__).parents[1]

PATIENCE = 15.0
"""Seconds after which a thing that was waited for counts as never happening."""

ENTER, ESCAPE, TAB, BACKSPACE = "\r", "\x1b", "\t", "\x7f"
UP, DOWN, RIGHT, LEFT, HOME, END = (f"\x1b[{letter}" for letter in "ABCDHF")


def control(letter: str) -> str:
    """What a terminal sends for ctrl and a letter."""
    return chr(ord(letter.upper()) - 64)


def pasted(text: str | bytes) -> bytes:
    """Text as a terminal hands it over when it is pasted (bracketed paste)."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return b"\x1b[200~" + data + b"\x1b[201~"


def clean_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a user with a colour terminal, a home of their own, no keyring and no proxy."""
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(home),
        "SIGNAL_TUI_HOME": str(home / "signal-tui"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "PYTHONPATH": os.pathsep.join(str(Path(part).resolve()) for part in [str(ROOT), *_python_path()]),
    }
    environment.update(extra or {})
    return environment


def _python_path() -> list[str]:
    return [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]


def signal_tui(*arguments: str) -> list[str]:
    """The command that runs signal-tui with the Python of the tests."""
    return [sys.executable, "-m", "signal_tui", *arguments]


class _Screen(pyte.Screen):
    """An emulated screen that takes private forms of sequences it does not know."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        if not private:
            super().select_graphic_rendition(*attributes)

    def report_device_status(self, mode: int = 0, **_: Any) -> None:
        """Nobody asks this terminal."""


class TerminalError(AssertionError):
    """Something that was waited for did not happen; the message shows the screen."""


class Terminal:
    """A program in a terminal of its own. Use it in a ``with`` block: at its end the program is gone."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        home: Path,
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.pieces: list[tuple[float, bytes]] = []
        self.code: int | None = None
        self._drawn = 0
        self._open = True
        self._emulated = _Screen(columns, rows)
        self._stream = pyte.ByteStream(self._emulated)
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.set_blocking(self._master, False)
        # The shell opens the terminal itself: as the leader of a new session it thereby gets it as controlling one.
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" <>"$0" >&0 2>&0', os.ttyname(slave), *command],
            env=clean_environment(home, environment),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._slave = slave
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # Keys

    def press(self, keys: str | bytes) -> float:
        """Send keys; returns when they were sent. What the program writes meanwhile is read."""
        data = keys.encode() if isinstance(keys, str) else keys
        sent = time.perf_counter()
        deadline = sent + PATIENCE
        while data:
            readable, writable, _ = select.select([self._master], [self._master], [], 1.0)
            if readable:
                self._read()
            if writable:
                try:
                    data = data[os.write(self._master, data[:4096]) :]
                except BlockingIOError:
                    pass
                except OSError:
                    raise TerminalError("the program is gone") from None
            if time.perf_counter() > deadline:
                raise TerminalError("the program takes no keys")
        return sent

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal; the program is told."""
        self._draw(lambda: False)
        self._emulated.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # What is written

    @property
    def raw(self) -> bytes:
        """Everything that the program wrote."""
        return b"".join(piece for _, piece in self.pieces)

    @property
    def lines(self) -> list[str]:
        """The lines on the screen."""
        self._draw(lambda: False)
        return list(self._emulated.display)

    @property
    def drawn(self) -> list[str]:
        """The lines as far as they were drawn: for conditions of :meth:`wait_for`."""
        return list(self._emulated.display)

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def _read(self) -> bool:
        """Take what is there, without waiting; False where there was nothing."""
        came = False
        while self._open:
            try:
                piece = os.read(self._master, 65536)
            except BlockingIOError:
                break
            except OSError as error:
                # Linux says EIO when the last writer closed the terminal.
                if error.errno != errno.EIO:
                    raise
                piece = b""
            if not piece:
                self._open = False
                break
            self.pieces.append((time.perf_counter(), piece))
            came = True
        if came:
            # The program has it open: from now on its closing is seen.
            self._close_slave()
        return came

    def _close_slave(self) -> None:
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1

    def read(self, seconds: float) -> bool:
        """Wait at most so long for output and take it; False where nothing came."""
        if not self._open:
            return False
        readable, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        return bool(readable) and self._read()

    def settle(self, quiet: float = 0.05, patience: float = PATIENCE) -> None:
        """Read until nothing was written for ``quiet`` seconds."""
        deadline = time.perf_counter() + patience
        while self.read(quiet):
            if time.perf_counter() > deadline:
                raise TerminalError(f"the program goes on writing\n{self.text}")

    def _draw(self, seen: Callable[[], bool]) -> float | None:
        while self._drawn < len(self.pieces):
            at, piece = self.pieces[self._drawn]
            self._drawn += 1
            self._stream.feed(piece)
            if seen():
                return at
        return None

    def wait_for(
        self, what: str | Callable[[Terminal], bool], patience: float = PATIENCE, *, quiet: float = 0.0
    ) -> float:
        """Wait until a text, or what a condition asks for, is on the screen; returns when the piece that brought it
        was read. With ``quiet`` the screen is looked at in pauses of the output only, which disturbs no measurement.
        """
        condition = what if callable(what) else lambda terminal: what in "\n".join(terminal.drawn)
        if condition(self) and self._drawn:
            return self.pieces[self._drawn - 1][0]
        deadline = time.perf_counter() + patience
        while True:
            self.settle(quiet, patience) if quiet else self._read()
            at = self._draw(lambda: condition(self))
            if at is not None:
                return at
            left = deadline - time.perf_counter()
            ended = not self._open or (not self.pieces and self._process.poll() is not None)
            if left <= 0 or ended:
                why = "the program ended" if ended else f"not seen within {patience:g} s"
                raise TerminalError(f"{why}: {what!r}\n{self.text}")
            self.read(min(left, 1.0))

    def wait_for_output(self, text: str, patience: float = PATIENCE) -> None:
        """Wait until a text is written from now on, in one style. No screen is emulated, which is the slow part."""
        wanted, first = text.encode(), len(self.pieces)
        deadline = time.perf_counter() + patience
        while wanted not in b"".join(piece for _, piece in self.pieces[first:]):
            if not self._open or time.perf_counter() > deadline:
                raise TerminalError(f"not written: {text!r}\n{self.text}")
            self.read(0.2)

    # The end

    def alive(self) -> bool:
        """Whether the program still runs."""
        return self._process.poll() is None

    def wait(self, patience: float = PATIENCE) -> int:
        """Wait for the program's own end; returns its exit code (negative: the signal that ended it)."""
        deadline = time.perf_counter() + patience
        while self._open and time.perf_counter() < deadline:
            if not self.pieces and not self.alive():
                self._close_slave()
            self.read(min(0.2, deadline - time.perf_counter()))
        try:
            self.code = self._process.wait(max(0.1, deadline - time.perf_counter()))
        except subprocess.TimeoutExpired:
            raise TerminalError(f"the program does not end\n{self.text}") from None
        return self.code

    def quit(self, keys: str = control("q"), patience: float = PATIENCE) -> int:
        """Press the keys that quit and wait for the end."""
        self.press(keys)
        return self.wait(patience)

    def close(self) -> None:
        """End the program if it runs, and give the terminal back."""
        if self._process.poll() is None:
            for ending in (signal.SIGTERM, signal.SIGKILL):
                os.kill(self.pid, ending)
                try:
                    self._process.wait(2)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self._close_slave()
        if self._master >= 0:
            os.close(self._master)
        self._master = -1
        self._open = False
