"""What the form of the event looks like."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from signal_tui.core.event_form import FormField
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.widgets.form_fields import Product
from tests.screens.conftest import Compare
from tests.tui.bench import EVENT, app_on, drive, settled, until

ORDER = EVENT.replace(
    '"coupon": "WELCOME10"',
    '"coupon": "WELCOME10",\n    "products": [\n'
    '      {"sku": "S-1", "name": "Merino Sock", "price": 12.50, "quantity": 1},\n'
    '      {"sku": "S-2", "name": "Wool Runner", "price": 98.00, "category": "Shoes"}\n    ]',
)


SIZES = [(150, 45), (100, 30), (80, 24)]
CASES = [(state, size) for state in ("form", "products") for size in SIZES] + [
    ("typed", (80, 24)),
    ("half", (80, 24)),
]


@pytest.mark.parametrize(("state", "size"), CASES, ids=lambda part: part if isinstance(part, str) else str(part[0]))
def test_form(tmp_path: Path, same_screen: Compare, size: tuple[int, int], state: str) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.put(ORDER)
        await settled(pilot, screen)
        screen.do_form()
        form = screen.form
        assert form is not None
        await until(pilot, lambda: screen.focused is form and bool(form.rows))
        if state == "typed":
            is_it = [isinstance(row.item, FormField) and row.item.label == "revenue" for row in form.rows]
            form.move_to(is_it.index(True))
            await pilot.press("enter", "x")
        elif state == "products":
            form.move_to(max(n for n, row in enumerate(form.rows) if isinstance(row.item, Product)))
            await pilot.press("right", "right")
        elif state == "half":
            screen.editor.replace("", (7, 4), (8, 0))
            screen.editor.replace("", (6, 0), (6, 5))
        await settled(pilot, screen)
        await pilot.pause()
        same_screen(screen.home, f"event-{state}-{size[0]}x{size[1]}")

    drive(app_on(tmp_path), script, size)
