"""Nothing that comes from outside crashes the screen or reaches the terminal as it came."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from signal_tui.api import Finding, Reply
from signal_tui.core.text import is_safe
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.widgets.facts import FACES
from tests.terminal import ENTER, ESCAPE, TAB, Terminal, control, pasted, signal_tui
from tests.tui.bench import EVENT, acme, app_on, bench_of, bolt, drive, lines_of, seen, settled, until

pytestmark = pytest.mark.slow

EVIL = "\x1b]52;c;ZXZpbA==\x07\x1b]0;evil\x07\x1b[2J\x9b31m\u202egpj\x00[/][type=x, v={'a[0]'}][@click=app.quit]hi[/]"
WRITTEN = EVIL.encode("unicode_escape").decode().replace("\\x", "\\u00").replace('"', '\\"')
RAW = [b"\x1b]52", b"\x1b]0;evil", b"\xc2\x9b", "\u202e".encode(), b"\x1b[2Jx"]


def _check(screen: DebuggerScreen) -> None:
    assert all(is_safe(line) for line in lines_of(screen.home))


def test_evil_values_in_every_pane_and_face(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        bench = bench_of(screen)
        screen.allowed.add("shop-bolt http://127.0.0.1:9")
        screen.put(EVENT.replace("ORD-001", WRITTEN).replace("user-123", WRITTEN).replace('"coupon"', f'"{WRITTEN}"'))
        await settled(pilot, screen)
        assert not screen.look.problem
        bench.hold = threading.Event()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(screen.sending and len(screen.sending.delivered) == 2))
        evil_reply = Reply(status=200, headers=((EVIL, EVIL),), body=EVIL.encode() + b"\xff\xfe")
        assert screen.sending is not None
        for hits in screen.sending.delivered.values():
            for number, one in hits.items():
                hits[number] = replace(one, hit=replace(one.hit, reply=evil_reply))
        bench.hold.set()
        await until(pilot, lambda: not screen.is_sending)
        screen.say(EVIL, "bad")
        for name in ("shop-acme", "shop-bolt", "identity", "events", "event"):
            screen.bring(name)
            pane = screen.payloads.get(name)
            for face in FACES if pane is not None else ("",):
                if pane is not None:
                    pane.action_show(face)
                await pilot.pause()
                _check(screen)

    drive(app_on(tmp_path, acme(), bolt()), script)


def test_an_evil_name_is_drawn_in_titles_lists_palette_and_closer(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.post_message(events.Paste(EVENT.replace("Order Completed", WRITTEN)))
        await until(pilot, lambda: screen.notice.words.startswith("Pasted"))
        await settled(pilot, screen)
        _check(screen)
        await pilot.press("ctrl+p")
        await seen(pilot, screen, "Open ␛]52")
        _check(screen)
        await pilot.press("escape", "ctrl+b")
        await until(pilot, lambda: screen.app.screen is not screen)
        await pilot.pause()
        _check(screen)
        await pilot.press("escape")
        from signal_tui.tui.screens.closer import CloserScreen

        evil = Finding(effect="risk", message=EVIL, because=EVIL, remedy=EVIL, field=EVIL)
        await screen.app.push_screen(CloserScreen.of(evil))
        await seen(pilot, screen, "Finding")
        _check(screen)

    drive(app_on(tmp_path), script)


TEXTS = [
    "",
    "[/]",
    "{",
    '{"a": ' * 400,
    "\x00" * 50,
    "}" * 3000,
    '"' + "k" * 10_000,
    "[" * 20_000,
    "\ud800",
    '{"type": "page", "x": "\udcff"}',
]


def test_any_text_can_be_in_the_editor(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        for text in TEXTS:
            screen.editor.put(text)
            await settled(pilot, screen)
            screen.editor.move_cursor(screen.editor.document.end)
            await pilot.press("x", "ctrl+f")
            screen.do_send()
            await settled(pilot, screen)
            _check(screen)

    drive(app_on(tmp_path), script, (80, 24))


def test_the_terminal_gets_no_foreign_sequence(tmp_path: Path) -> None:
    event = EVENT.replace("ORD-001", WRITTEN)
    with Terminal(signal_tui(), home=tmp_path) as terminal:
        terminal.wait_for("idsite")
        terminal.press(pasted(event))
        terminal.wait_for("Pasted")
        terminal.press(pasted(EVIL.encode() + b"\xff\xfe\x80 not utf-8"))
        terminal.settle(0.2)
        terminal.press(control("z"))
        terminal.press(control("s"))
        terminal.wait_for("› Order Completed: matomo")
        for face in "1234":
            terminal.press(TAB if face == "1" else b"")
            terminal.press(face)
            terminal.settle(0.1)
        terminal.press(ENTER)
        terminal.settle(0.1)
        terminal.press(ESCAPE)
        for sequence in RAW:
            assert sequence not in terminal.raw
        assert terminal.quit() == 0


CRASH = """
import sys
from signal_tui.tui.app import run
from signal_tui.tui.screens.deeds import Deeds

def crash(self):
    token = "tok-3f9c-never-shown"
    raise ValueError("value with " + token)

Deeds.do_format = crash
sys.exit(run(None, False))
"""


def test_a_crash_shows_no_value(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-c", CRASH], home=tmp_path) as terminal:
        terminal.wait_for("idsite")
        assert terminal.quit(control("f")) == 1
        assert b"tok-3f9c" not in terminal.raw
        assert b"Traceback" not in terminal.raw
        assert b"signal-tui has a fault and had to stop: ValueError" in terminal.raw
    logs = list(tmp_path.rglob("crash.log"))
    assert len(logs) == 1
    assert "tok-3f9c" not in logs[0].read_text()
    assert "ValueError" in logs[0].read_text()


def test_a_profile_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    profile = tmp_path / "wrong.toml"
    profile.write_text("[integrations.a]\nvendor = \n")
    with Terminal([*signal_tui(), "--profile", str(profile)], home=tmp_path) as terminal:
        assert terminal.wait() == 2
        assert b"wrong.toml" in terminal.raw
        assert b"Traceback" not in terminal.raw
