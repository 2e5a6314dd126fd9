"""What the debugger looks like in its main states and sizes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from signal_tui.tui.screens.debugger import DebuggerScreen
from tests.screens.conftest import Compare
from tests.tui.bench import EVENT, PAGE, acme, app_on, bench_of, bolt, drive, seen, settled, until

SIZES = [(150, 45), (100, 30), (80, 24)]


def _id(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", [*SIZES, (60, 20)], ids=_id)
def test_first_start(tmp_path: Path, same_screen: Compare, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await seen(pilot, screen, "This is the sandbox")
        same_screen(screen.home, f"first-start-{_id(size)}")

    drive(app_on(tmp_path), script, size)


@pytest.mark.parametrize("size", SIZES, ids=_id)
def test_after_a_send(tmp_path: Path, same_screen: Compare, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.allowed.add("shop-bolt http://127.0.0.1:9")
        await pilot.press("ctrl+s")
        await seen(pilot, screen, "Order Completed: shop-acme")
        screen.bring("shop-bolt")
        await pilot.pause()
        same_screen(screen.home, f"after-a-send-{_id(size)}")

    drive(app_on(tmp_path, acme(), bolt()), script, size)


@pytest.mark.parametrize("size", SIZES, ids=_id)
def test_half_an_event(tmp_path: Path, same_screen: Compare, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.put(EVENT.replace('"revenue": 129.99,', '"revenue": 129.99 "coupon'))
        await settled(pilot, screen)
        same_screen(screen.home, f"half-an-event-{_id(size)}")

    drive(app_on(tmp_path), script, size)


@pytest.mark.parametrize("size", SIZES, ids=_id)
def test_skipped(tmp_path: Path, same_screen: Compare, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.put(PAGE)
        await settled(pilot, screen)
        screen.bring("shop-acme")
        await pilot.pause()
        same_screen(screen.home, f"skipped-{_id(size)}")

    drive(app_on(tmp_path), script, size)


def test_under_way(tmp_path: Path, same_screen: Compare) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        bench_of(screen).hold = threading.Event()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(screen.sending and screen.sending.delivered))
        same_screen(screen.home, "under-way-120x40")
        await pilot.press("escape")
        await until(pilot, lambda: not screen.is_sending)

    drive(app_on(tmp_path), script)


@pytest.mark.parametrize("face", ["fields", "request", "reply", "verdict"])
def test_faces_of_a_payload(tmp_path: Path, same_screen: Compare, face: str) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+s")
        await seen(pilot, screen, "Order Completed: shop-bolt")
        pane = screen.payloads["shop-bolt"]
        pane.action_show(face)
        screen.bring("shop-bolt")
        await pilot.pause()
        same_screen(screen.home, f"face-{face}-80x24")

    drive(app_on(tmp_path, bolt(sandbox=True)), script, (80, 24))


def test_a_plugin_that_fails(tmp_path: Path, same_screen: Compare) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await settled(pilot, screen)
        same_screen(screen.home, "plugin-that-fails-120x40")

    drive(app_on(tmp_path, bolt("shop-broken", "broken")), script)


@pytest.mark.parametrize("size", [(150, 45), (80, 24)], ids=_id)
def test_help(tmp_path: Path, same_screen: Compare, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("f1")
        await seen(pilot, screen, "Undo, redo")
        same_screen(screen.home, f"help-{_id(size)}")

    drive(app_on(tmp_path), script, size)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=_id)
def test_question_before_production(tmp_path: Path, same_screen: Compare, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+s")
        await seen(pilot, screen, "Send it?")
        same_screen(screen.home, f"question-{_id(size)}")

    drive(app_on(tmp_path, bolt(), production=True), script, size)


@pytest.mark.parametrize("pane", ["events", "event", "shop-acme", "identity"])
def test_tabs_of_a_small_screen(tmp_path: Path, same_screen: Compare, pane: str) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.bring(pane)
        screen.say("")
        await pilot.pause()
        same_screen(screen.home, f"tab-{pane}-80x24")

    drive(app_on(tmp_path, acme(), bolt()), script, (80, 24))


def test_palette_and_jump(tmp_path: Path, same_screen: Compare) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+p")
        await seen(pilot, screen, "Send and verify")
        same_screen(screen.home, "palette-80x24")
        await pilot.press("escape", "ctrl+o")
        await until(pilot, lambda: screen.app.screen is not screen)
        await pilot.pause()
        same_screen(screen.home, "jump-80x24")

    drive(app_on(tmp_path), script, (80, 24))


def test_integrations_and_plugins(tmp_path: Path, same_screen: Compare) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("f3")
        await seen(pilot, screen, "✓ there, from")
        same_screen(screen.home, "integrations-100x30")
        await pilot.press("escape", "f4")
        await seen(pilot, screen, "Faults of this session")
        same_screen(screen.home, "plugins-100x30")

    drive(app_on(tmp_path, acme(), bolt("shop-broken", "broken")), script, (100, 30))
