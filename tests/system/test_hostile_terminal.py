"""Hostile input against the real bytes that reach a terminal: nothing foreign gets through, and the program goes on.

The program runs in a pseudo-terminal of its own; what it writes is read token by token (:mod:`tests.system.sequences`).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system import hostile
from tests.system.hostile import ANSWERS, BAD, MARKUP, TERMINAL, Instance
from tests.system.sequences import foreign
from tests.terminal import DOWN, END, ENTER, ESCAPE, TAB, Terminal, control, pasted, signal_tui

pytestmark = pytest.mark.slow

F1, F3, F4 = "\x1bOP", "\x1bOR", "\x1bOS"
QUIET = 0.13
"""Seconds without output after which a key has done its work; an escape alone is taken for a key after a tenth."""
CLEAR = "\x1b[1;5H\x1b[1;6F\x7f"  # ctrl+home, ctrl+shift+end, backspace


def folder(home: Path) -> Path:
    """Where the program under test keeps everything."""
    return home / "signal-tui"


def profile(home: Path, text: str) -> None:
    """Make a text the default profile."""
    path = folder(home) / "config" / "profiles" / "default.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)


@contextmanager
def debugger(home: Path, environment: dict[str, str] | None = None, rows: int = 40) -> Iterator[Terminal]:
    """The debugger, opened; at the end it must answer keys, quit with 0, and have written nothing foreign."""
    with Terminal(signal_tui(), home=home, rows=rows, environment=environment) as terminal:
        terminal.wait_for('"event"', quiet=QUIET)
        yield terminal
        still_there(terminal)
        assert terminal.quit() == 0
        assert foreign(terminal.raw) == []


def still_there(terminal: Terminal) -> None:
    """The program answers: help opens, and closes."""
    terminal.press(ESCAPE)
    terminal.settle(QUIET)
    terminal.press(F1)
    terminal.wait_for_output("esc closes")
    terminal.press(ESCAPE)
    terminal.settle(QUIET)
    assert terminal.alive()


def tour(terminal: Terminal) -> None:
    """Everything that shows something of the event: all faces and rows of all panes, the closer look, the palette."""
    for pane in ("1", "i", "s", "e"):
        terminal.press(control("o"))
        terminal.settle(QUIET)
        terminal.press(pane)
        terminal.settle(QUIET)
        if pane == "1":
            for face in "1234":
                terminal.press(face)
                terminal.settle(QUIET)
                look_closer(terminal, 2)
                terminal.press(END)
                look_closer(terminal, 1)
        elif pane != "e":
            look_closer(terminal, 3 if pane == "i" else 0)
    terminal.press(control("p"))
    terminal.settle(QUIET)
    terminal.press("order")
    terminal.settle(QUIET)
    terminal.press(ESCAPE)
    terminal.settle(QUIET)


def look_closer(terminal: Terminal, rows: int) -> None:
    """The whole value of some rows."""
    for _ in range(rows):
        terminal.press(DOWN + ENTER)
        terminal.settle(QUIET / 2)
        terminal.press(ESCAPE)
        terminal.settle(QUIET)


OUTCOME = re.compile(r"[✓!✗?] (found|altered|excluded|missing|rejected|failed|cannot)")


def send(terminal: Terminal, instance: Instance | None = None) -> None:
    """Send, and wait until something became of it, or until the instance's log was asked in vain a few times."""
    terminal.press(control("s"))
    if instance is not None:
        terminal.wait_for("Send it?", quiet=QUIET)
        terminal.press("y")

    def is_over(terminal: Terminal) -> bool:
        asked = instance.asked.count("log") if instance is not None else 0
        return asked > 2 or OUTCOME.search("\n".join(terminal.drawn)) is not None

    terminal.wait_for(is_over, 30, quiet=QUIET)
    terminal.press(ESCAPE)
    terminal.settle(QUIET)


def put(terminal: Terminal, text: str | bytes) -> None:
    """Replace what is in the editor by a paste."""
    terminal.press(CLEAR)
    terminal.settle(QUIET)
    terminal.press(pasted(text))
    terminal.settle(0.5)


def test_the_scanner_sees_everything_foreign() -> None:
    for sign in TERMINAL:
        if not sign.isprintable():
            assert foreign(f"a{sign}b".encode()), repr(sign)
    for text in ("\x1b[2J", "\x1b]0;x\x07", "\x1b]52;c;eA==\x07", "\x1b]8;;x\x1b\\", "\x1b[6n", "\x1bc", "a\r\nb"):
        assert foreign(text.encode()), repr(text)
    assert foreign(b"\xff")
    assert not foreign("\x1b[?1049h\x1b[1;1H\x1b[38;2;1;2;3mx ü ␛\x1b[0m\r\n\x1b[2;1H\x1b[?1049l".encode())


PASTES: dict[str, str | bytes] = {
    "an event full of it": json.dumps(hostile.event()),
    "an event full of it, written out": json.dumps(hostile.event(), indent=2, ensure_ascii=False),
    "raw text": TERMINAL.replace("\x1b", ""),
    "raw escapes": TERMINAL + "\x1b\x13\x1b\x11",  # and the keys that send and quit
    "markup": MARKUP,
    "markup as an event": json.dumps({"type": "track", "event": MARKUP, "properties": {MARKUP: MARKUP}}),
    "half an event": json.dumps(hostile.event())[:400],
    "a name of it": json.dumps({"type": "page", "name": BAD, "properties": {"url": BAD}}),
    "a wrong type of it": json.dumps({"type": BAD}),
    "a long key": json.dumps({"type": "track", "event": "Order Completed", "properties": {"k" * 10_000: 1}}),
    "no text": b'{"type": "track", "event": "\xff\xfe\xed\xa0\x80 \xc3"}',
    "a call": "datafly.track('Order Completed', {order_id: '[/]\\x1b[2J\\u202e', revenue: 1})",
    "a call of it": f"datafly.track('{MARKUP.replace(chr(39), '')}', {{'[/]': '[/]'",
}


def test_pasted_text(tmp_path: Path) -> None:
    with debugger(tmp_path) as terminal:
        for text in PASTES.values():
            put(terminal, text)
            tour_briefly(terminal)


@pytest.mark.parametrize("field", ["p", "b", "t", "n"])
def test_pasted_into_a_field(field: str, tmp_path: Path) -> None:
    with debugger(tmp_path) as terminal:
        for text in (TERMINAL, MARKUP, BAD, "\n", "x" * 100_000):
            terminal.press(control(field))
            terminal.settle(QUIET)
            terminal.press(pasted(text))
            terminal.settle(QUIET)
            terminal.press(ENTER)
            terminal.settle(QUIET)
            terminal.press(ESCAPE)
            terminal.settle(QUIET)


@pytest.mark.parametrize(
    ("opens", "keys"),
    [(control("o"), "1e"), (control("p"), ENTER * 2), (control("b"), ENTER * 2), (F1, ESCAPE * 2), (F3, "\x1bOR" * 2)],
    ids=["jump", "palette", "keep", "help", "integrations"],
)
def test_two_keys_at_once_in_a_dialogue(opens: str, keys: str, tmp_path: Path) -> None:
    with debugger(tmp_path) as terminal:
        terminal.press(opens)
        terminal.settle(0.3)
        terminal.press(keys)
        terminal.settle(0.3)


def tour_briefly(terminal: Terminal) -> None:
    """The panes without a closer look."""
    terminal.press(control("f"))
    terminal.settle(QUIET)


def test_a_hostile_event_is_looked_at_everywhere_and_sent(tmp_path: Path) -> None:
    with debugger(tmp_path) as terminal:
        put(terminal, json.dumps(hostile.event()))
        tour(terminal)
        send(terminal)
        tour(terminal)
        assert "PWNED" in terminal.text, "the text is shown, written out"


def test_five_megabytes_are_pasted(tmp_path: Path) -> None:
    properties = {"rows": [TERMINAL, MARKUP] * 12_000}
    text = json.dumps({"type": "track", "event": "Order Completed", "properties": properties})
    assert len(text) > 5_000_000
    with debugger(tmp_path) as terminal:
        put(terminal, text)
        terminal.wait_for(" MB", quiet=QUIET)


def test_files(tmp_path: Path) -> None:
    events = folder(tmp_path) / "data" / "events"
    events.mkdir(parents=True)
    for name, content in hostile.files().items():
        (Path(os.fsdecode(os.fsencode(events) + b"/" + name))).write_bytes(content)
    with debugger(tmp_path, rows=60) as terminal:
        terminal.wait_for("5 bytes", quiet=QUIET)
        beginnings = [os.fsdecode(name)[:5] for name in hostile.files() if name[:2] not in (b"c ", b"d ")]
        for beginning in [*beginnings, "PWNED", "d "]:
            terminal.press(control("n"))
            terminal.settle(QUIET)
            terminal.press(beginning)
            terminal.settle(QUIET)
            terminal.press(ENTER)
            terminal.settle(0.3)
            terminal.press(ESCAPE)
            terminal.settle(QUIET)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_instance(name: str, tmp_path: Path) -> None:
    with Instance.running(ANSWERS[name]) as instance:
        profile(tmp_path, instance.profile())
        with debugger(tmp_path, instance.environment()) as terminal:
            terminal.wait_for("shop", quiet=QUIET)
            send(terminal, instance)
            assert "hit" in instance.asked
            for face in "34":
                terminal.press(control("o"))
                terminal.settle(QUIET)
                terminal.press("1" + face)
                terminal.settle(QUIET)
                look_closer(terminal, 2)
                terminal.press(END)
                look_closer(terminal, 1)
            for screen in (F3, F4):
                terminal.press(screen)
                terminal.settle(QUIET)
                terminal.press(ESCAPE)
                terminal.settle(QUIET)
            terminal.press(TAB)
        for token in instance.double.secrets.values():
            assert token.encode() not in terminal.raw


def test_a_hostile_profile(tmp_path: Path) -> None:
    evil = json.dumps(f"{TERMINAL}{MARKUP}")
    config = f"[integrations.shop.config]\nmatomo_url = {evil}\n{evil} = 1\n"
    profile(tmp_path, f"[integrations.shop]\nvendor = {evil}\n{config}")
    with Terminal(signal_tui(), home=tmp_path) as terminal:
        terminal.settle(1.0)
        if terminal.code is None and terminal.alive():
            terminal.press(control("q"))
        assert terminal.wait() in (0, 2)
        assert "Traceback" not in terminal.text
        assert [one for one in foreign(terminal.raw) if "\\r\\n" not in one] == []


CRASH = """
import sys
from signal_tui.tui.screens.sight import Sight
{patch}
from signal_tui.cli import main
raise SystemExit(main([]))
"""

BROKEN = """
def broken(*anything):
    hidden = __import__("os").environ["SIGNAL_TUI_SECRET_MATOMO__TOKEN_AUTH"]
    raise ValueError(hidden)
"""

PATCHES = {
    "a message": "Sight.show_look = broken",
    "a drawing": "from signal_tui.tui.widgets.lines import Lines\nLines.render_line = broken",
    "a start": "from signal_tui.tui.screens.debugger import DebuggerScreen\nDebuggerScreen.on_mount = broken",
    "a thread": "from signal_tui.tui import bridge\nbridge.look_at = broken",
}


@pytest.mark.parametrize("name", PATCHES)
def test_a_crash_tells_no_secret(name: str, tmp_path: Path) -> None:
    secret = "5ec2e75ec2e75ec2e75ec2e75ec2e70f"
    environment = {"SIGNAL_TUI_SECRET_MATOMO__TOKEN_AUTH": secret}
    command = [sys.executable, "-c", CRASH.format(patch=BROKEN + PATCHES[name])]
    with Terminal(command, home=tmp_path, environment=environment) as terminal:
        if name == "a thread":
            terminal.wait_for("ValueError in tui/bridge.py", quiet=QUIET)
            code = terminal.quit()
        else:
            code = terminal.wait()
        assert code == (0 if name == "a thread" else 1)
        assert secret.encode() not in terminal.raw
        assert b"hidden" not in terminal.raw
        assert b"Traceback" not in terminal.raw
        # The terminal is given back as it was.
        assert b"\x1b[?1049l" in terminal.raw
        assert b"\x1b[?25h" in terminal.raw
    files = [path for path in folder(tmp_path).rglob("*") if path.is_file()]
    assert [path for path in files if secret.encode() in path.read_bytes()] == []
