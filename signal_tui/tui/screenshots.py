"""Pictures of the running debugger on the sandbox: ``python -m signal_tui.tui.screenshots [FOLDER]``.

Each is an SVG of the app as it is, without a terminal: the debugger after a send, small screens, help.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from signal_tui.core.paths import Paths
from signal_tui.core.workbench import Workbench
from signal_tui.tui.app import SignalApp
from signal_tui.tui.screens.debugger import DebuggerScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

Steps = Callable[["Pilot[None]", DebuggerScreen], Awaitable[None]]

PATIENCE = 20.0


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    while not condition():
        if loop.time() > end:
            raise TimeoutError("the debugger did not come so far")
        await pilot.pause(0.02)
    await pilot.pause()


async def _open(pilot: Pilot[None], screen: DebuggerScreen, name: str) -> None:
    entry = next(entry for entry in screen.event_list.entries if entry.title == name)
    screen.open_entry(entry)
    await _until(pilot, lambda: screen.look.text == screen.text)


async def _send(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    count = len(screen.sendings)
    await pilot.press("ctrl+s")
    await _until(pilot, lambda: len(screen.sendings) > count and not screen.is_sending)


async def _debugger(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    for name in ("page", "Product Viewed", "Order Completed", "Product Added"):
        await _open(pilot, screen, name)
        await _send(pilot, screen)


async def _fields(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    screen.editor.move_cursor((7, 4))


async def _small_event(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    screen.bring("event")


async def _small_payload(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    await _open(pilot, screen, "Product Added")
    await _send(pilot, screen)
    screen.bring(next(iter(screen.payloads)))


async def _help(pilot: Pilot[None], screen: DebuggerScreen) -> None:
    screen.bring(next(iter(screen.payloads)))
    await pilot.press("f1")
    await _until(pilot, lambda: screen.app.screen is not screen)


PICTURES: dict[str, tuple[tuple[int, int], Steps]] = {
    "debugger": ((150, 45), _debugger),
    "fields": ((150, 45), _fields),
    "event-80x24": ((80, 24), _small_event),
    "payload-80x24": ((80, 24), _small_payload),
    "help": ((120, 40), _help),
}
"""File name → size and what is done before the picture is taken."""


async def _picture(size: tuple[int, int], steps: Steps) -> str:
    with tempfile.TemporaryDirectory(prefix="signal-tui-") as home:
        paths = Paths.under(Path(home))
        app = SignalApp(lambda: Workbench.open(paths=paths), paths)
        async with app.run_test(size=size) as pilot:
            screen = app.screen
            assert isinstance(screen, DebuggerScreen)
            await _until(pilot, lambda: bool(screen.look.payloads) and len(screen.event_list.entries) > 1)
            await _until(pilot, lambda: bool(app.workbench and app.workbench.sandbox.origin))
            await steps(pilot, screen)
            await pilot.pause()
            picture = app.export_screenshot(title="signal-tui")
        if app.workbench is not None:
            app.workbench.close()
    return _indented(picture)


_TEXT = re.compile(r'(<text [^>]*?x=")([\d.]+)(" [^>]*?textLength=")([\d.]+)("[^>]*>)((?:&#160;)+)([^<]*</text>)')


def _indented(picture: str) -> str:
    """Some viewers drop blanks at the beginning of a text: move it to the right instead."""

    def moved(match: re.Match[str]) -> str:
        before, left, between, length, after, blanks, rest = match.groups()
        words = rest.removesuffix("</text>")
        count = len(blanks) // len("&#160;")
        cells = count + len(re.sub(r"&#?\w+;", "x", words))
        if not words or cells == 0:
            return match[0]
        cell = float(length) / cells
        return f"{before}{float(left) + cell * count:g}{between}{float(length) - cell * count:g}{after}{rest}"

    return _TEXT.sub(moved, picture)


def main(folder: Path) -> None:
    """Write all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (size, steps) in PICTURES.items():
        (folder / f"{name}.svg").write_text(asyncio.run(_picture(size, steps)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots"))
