"""What the forms of integrations look like in their main states and sizes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from signal_tui.tui.app import SignalApp
from signal_tui.tui.screens.question import DeletionScreen
from tests.screens.conftest import Compare
from tests.tui.bench import until
from tests.tui.test_integration_form import SHOP, app_with, form, form_of, put, ring, run, shown

SIZES = [(150, 45), (100, 30), (80, 24)]
__all__ = ["ring"]


def _id(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@pytest.mark.parametrize("size", SIZES, ids=_id)
def test_a_new_integration(tmp_path: Path, same_screen: Compare, ring: Any, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await pilot.press("a")
        await shown(pilot, app, "Orbit [/] One")
        await form(pilot, app, "enter")
        await shown(pilot, app, "profile default, which")
        await until(pilot, lambda: form_of(app).seen is not None)
        same_screen(app, f"new-integration-{_id(size)}")

    run(app_with(tmp_path), script, size)


@pytest.mark.parametrize("size", SIZES, ids=_id)
def test_a_form_with_faults(tmp_path: Path, same_screen: Compare, ring: Any, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await form(pilot, app, "e")
        await until(pilot, lambda: form_of(app).seen is not None)
        await put(pilot, app, config__url="https://orbit.example.com/", token__token="mistyped")
        await pilot.press("ctrl+s")
        await shown(pilot, app, "✗ Not saved")
        same_screen(app, f"integration-with-faults-{_id(size)}")

    run(app_with(tmp_path, SHOP), script, size)


def test_tokens_and_a_deletion(tmp_path: Path, same_screen: Compare, ring: Any) -> None:
    async def script(pilot: Pilot[None], app: SignalApp) -> None:
        await form(pilot, app, "k")
        await shown(pilot, app, "never shown")
        same_screen(app, "tokens-80x24")
        await pilot.press("escape", "d")
        await until(pilot, lambda: isinstance(app.screen, DeletionScreen))
        await shown(pilot, app, "its tokens")

    run(app_with(tmp_path, SHOP), script, (80, 24))
