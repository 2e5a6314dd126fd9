"""The form beside the JSON, duplicates, and pasted hits, by their keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from signal_tui.core.event_form import FormField
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.widgets.form import FormPane
from signal_tui.tui.widgets.form_fields import Adding, LineEdit, Product
from tests.tui.bench import EVENT, PAGE, app_on, drive, lines_of, seen, settled, until

ORDER = EVENT.replace(
    '"coupon": "WELCOME10"',
    '"coupon": "WELCOME10",\n    "products": [\n'
    '      {"sku": "S-1", "name": "Sock", "price": 12.50},\n      {"sku": "S-2", "price": 98.00}\n    ]',
)


async def formed(pilot: Pilot[None], screen: DebuggerScreen, text: str = EVENT) -> FormPane:
    """The form of a text, with the focus."""
    if text != EVENT:
        screen.put(text)
        await settled(pilot, screen)
    await pilot.press("ctrl+l")
    form = screen.form
    assert form is not None
    await until(pilot, lambda: screen.focused is form and bool(form.rows))
    return form


def at(form: FormPane, path: str) -> None:
    """Put the cursor on a field."""
    form.move_to(
        next(n for n, row in enumerate(form.rows) if isinstance(row.item, FormField) and row.item.path == path)
    )


def words(form: FormPane, path: str) -> str:
    return next(row.text for row in form.rows if isinstance(row.item, FormField) and row.item.path == path)


def put_in(form: FormPane, text: str) -> None:
    """What typing does, without the waiting for each key."""
    assert form.typed is not None
    form.typed.text, form.typed.at = text, len(text)


def test_what_is_typed_changes_the_json_and_the_payload_at_once(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.move_cursor((12, 3))
        form = await formed(pilot, screen)
        at(form, "properties.order_id")
        assert "→ order" in words(form, "properties.order_id")
        assert "→ nobody" in words(form, "properties.coupon")
        await pilot.press("y")
        assert screen.app.clipboard == "ORD-001"
        await pilot.press("enter", "9")
        await settled(pilot, screen)
        assert screen.text == EVENT.replace("ORD-001", "ORD-0019")
        assert "ORD-0019" in "\n".join(row.text for row in screen.payloads["shop-acme"].rows)
        await pilot.press("escape")
        assert screen.text == EVENT
        assert screen.editor.cursor_location == (12, 3)

    drive(app_on(tmp_path), script)


def test_keys_that_are_typed_ahead_come_in_their_order(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen)
        at(form, "event")
        for key in ("down", "down", "enter", "7", "left", "backspace", *["down"] * 5, "space", "enter", "X"):
            screen.app.post_message(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))
        await until(pilot, lambda: "WELCOME10X" in screen.text)
        assert screen.text == EVENT.replace("129.99", "129.97").replace("WELCOME10", "WELCOME10X")
        await pilot.press("ctrl+z")
        assert form.typed is None
        assert "WELCOME10X" not in screen.text

    drive(app_on(tmp_path), script)


def test_one_undo_for_both(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.insert(" ", (1, 0))
        typed = screen.text
        form = await formed(pilot, screen)
        at(form, "properties.revenue")
        await pilot.press("enter")
        put_in(form, "")
        await pilot.press("5")
        await pilot.press("enter")
        assert screen.text == typed.replace("129.99", "5")
        await pilot.press("ctrl+z")
        assert screen.text == typed
        await pilot.press("ctrl+y")
        assert '"revenue": 5,' in screen.text
        await pilot.press("ctrl+l", "ctrl+z")
        assert screen.text == typed
        await pilot.press("ctrl+z")
        assert screen.text == EVENT

    drive(app_on(tmp_path), script)


def test_typing_json_changes_the_form_and_half_of_it_dims_it(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen)
        screen.editor.replace("ORD-7", *_span(screen.text, "ORD-001"))
        await until(pilot, lambda: "ORD-7" in words(form, "properties.order_id"))
        screen.editor.replace("", *_span(screen.text, '"ORD-7"'))
        await settled(pilot, screen)
        assert form.faded
        assert "ORD-7" in words(form, "properties.order_id")
        await seen(pilot, screen, "✗ line 7")
        before = screen.text
        at(form, "properties.revenue")
        await pilot.press("enter", "delete")
        assert screen.text == before
        await pilot.press("ctrl+z")
        await settled(pilot, screen)
        assert not form.faded

    drive(app_on(tmp_path), script)


def _span(text: str, words: str) -> tuple[tuple[int, int], tuple[int, int]]:
    line = next(number for number, one in enumerate(text.splitlines()) if words in one)
    column = text.splitlines()[line].index(words)
    return (line, column), (line, column + len(words))


def test_consent_by_space_and_choices_by_arrows(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen)
        at(form, "context.consent.analytics")
        assert "[granted]" in words(form, "context.consent.analytics")
        await pilot.press("space")
        await settled(pilot, screen)
        assert screen.text == EVENT.replace('"analytics": true', '"analytics": false')
        assert screen.payloads["shop-acme"].state == "skipped"
        await pilot.press("space")
        assert json.loads(screen.text)["context"]["consent"] == {}
        at(form, "context.consent.marketing")
        await pilot.press("left")
        assert "denied" in words(form, "context.consent.marketing")
        at(form, "type")
        await pilot.press("right")
        await settled(pilot, screen)
        assert json.loads(screen.text)["type"] == "page"

    drive(app_on(tmp_path), script)


def test_what_a_field_cannot_take_is_said_and_not_taken(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen)
        at(form, "properties.revenue")
        await pilot.press("enter", "x")
        await seen(pilot, screen, "✗ a number such as 129.90")
        assert screen.text == EVENT
        put_in(form, '"129,99')
        await pilot.press('"')
        assert json.loads(screen.text)["properties"]["revenue"] == "129,99"
        await pilot.press("enter")
        assert '"129,99"' in words(form, "properties.revenue")

    drive(app_on(tmp_path), script)


def test_fields_come_and_go(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen)
        at(form, "properties.coupon")
        await pilot.press("delete")
        assert "coupon" not in json.loads(screen.text)["properties"]
        assert words(form, "properties.coupon").split()[1] == "–"
        at(form, "properties.tax")
        await pilot.press("enter", "3", "enter")
        assert json.loads(screen.text)["properties"]["tax"] == 3
        form.move_to(next(n for n, row in enumerate(form.rows) if row.item == Adding("property", "+ property")))
        await pilot.press("enter")
        put_in(form, "gift_wrap = tru")
        await pilot.press("e", "enter")
        assert json.loads(screen.text)["properties"]["gift_wrap"] is True
        assert isinstance(form.item, FormField)
        assert form.item.label == "gift_wrap"
        await pilot.press("space")
        assert json.loads(screen.text)["properties"]["gift_wrap"] is False

    drive(app_on(tmp_path), script)


def test_products_are_a_table(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen, ORDER)
        form.move_to(next(n for n, row in enumerate(form.rows) if isinstance(row.item, Product)))
        await pilot.press("right", "right")
        assert form.current is not None
        assert "[12.50]" in form.current.text
        assert form.current.source == "properties.products[0].price"
        await pilot.press("enter", "1", "down")
        assert screen.text == ORDER.replace("12.50", "12.501")
        assert "[98.00]" in form.current.text
        await pilot.press("left", "left", "left", "enter")
        products = json.loads(screen.text)["properties"]["products"]
        assert [one["sku"] for one in products] == ["S-1", "S-2", "S-2"]
        await pilot.press("delete")
        assert [one["sku"] for one in json.loads(screen.text)["properties"]["products"]] == ["S-1", "S-2"]
        form.move_to(next(n for n, row in enumerate(form.rows) if row.item == Adding("product", "+ product")))
        await pilot.press("enter")
        assert len(json.loads(screen.text)["properties"]["products"]) == 3

    drive(app_on(tmp_path), script)


def test_the_other_casing_stays(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        text = EVENT.replace("userId", "user_id")
        form = await formed(pilot, screen, text)
        at(form, "userId")
        await pilot.press("enter", "4")
        assert screen.text == text.replace("user-123", "user-1234")

    drive(app_on(tmp_path), script)


def test_a_trace_is_lit_from_and_to_the_form(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen)
        at(form, "properties.revenue")
        await pilot.pause()
        pane = screen.payloads["shop-acme"]
        assert pane.lit == {"properties.revenue"}
        screen.bring("shop-acme")
        pane.move_to(next(number for number, row in enumerate(pane.rows) if row.source == "properties.order_id"))
        await until(pilot, lambda: form.lit == {"properties.order_id"})

    drive(app_on(tmp_path), script)


def test_what_is_foreign_is_shown_and_never_written_raw(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        text = EVENT.replace("WELCOME10", "\\u001b]52;c;aGk=\\u0007[/]").replace('"coupon"', '"cou\\u001b[2Jpon"')
        form = await formed(pilot, screen, text)
        path = next(row.item.path for row in form.rows if isinstance(row.item, FormField) and "[2J" in row.item.path)
        at(form, path)
        await seen(pilot, screen, "␛]52;c;aGk=␇[/]", "cou␛[2Jpon")
        await pilot.press("enter", "!")
        form.post_message(events.Paste("\x1b\u202e\nx"))
        await until(pilot, lambda: "\\u202e x" in screen.text)
        assert "\x1b" not in "\n".join(lines_of(screen.home))
        await settled(pilot, screen)
        assert screen.look.event is not None
        assert screen.look.event.tree["properties"]["cou\x1b[2Jpon"] == "\x1b]52;c;aGk=\x07[/]!\x1b\u202e x"

    drive(app_on(tmp_path), script)


@pytest.mark.parametrize("size", [(150, 45), (120, 40), (100, 30), (80, 24), (60, 20), (40, 12)])
def test_the_form_draws_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        form = await formed(pilot, screen, ORDER)
        for index in range(0, len(form.rows), 4):
            form.move_to(index)
            form.action_choose()
            await pilot.pause()
            lines = lines_of(screen.home)
            assert len(lines) == size[1]
            assert all(len(line) == size[0] for line in lines)
            if form.typed is not None:
                form.take_back()
        assert any("[Form]" in line for line in lines)

    drive(app_on(tmp_path), script, size=size)


def test_the_form_keeps_to_events_that_can_be_edited(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await formed(pilot, screen)
        padding = ",\n".join(f'    "key{number}": "{"x" * 50}"' for number in range(2000))
        screen.put(EVENT.replace('"coupon": "WELCOME10"', padding))
        await settled(pilot, screen)
        assert not screen.form_shown
        await seen(pilot, screen, "too large to be")
        await pilot.press("ctrl+l")
        assert "too large for a form" in screen.notice.words
        screen.put(PAGE)
        await settled(pilot, screen)
        assert screen.editor.display

    drive(app_on(tmp_path), script)


@pytest.mark.parametrize(("key", "is_new"), [("enter", False), ("s", False), ("n", True)])
def test_an_event_is_duplicated_and_varied(tmp_path: Path, key: str, is_new: bool) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("f5")
        await seen(pilot, screen, "Order Completed 2", "the same visitor", "a new visitor")
        await pilot.press(key)
        await until(pilot, lambda: any(entry.kind == "own" for entry in screen.event_list.entries))
        await settled(pilot, screen)
        before, after = json.loads(EVENT), json.loads(screen.text)
        assert after["messageId"] != before["messageId"]
        assert after["timestamp"] != before["timestamp"]
        assert after["properties"]["order_id"].startswith("ORD-")
        assert after["properties"]["order_id"] != "ORD-001"
        assert (after["anonymousId"] != before["anonymousId"]) is is_new
        own = next(entry for entry in screen.event_list.entries if entry.kind == "own")
        assert own.title == "Order Completed 2"
        assert json.loads(own.text) == after
        assert screen.event_list.opened == own
        await pilot.press("ctrl+z")
        assert screen.text == EVENT

    drive(app_on(tmp_path), script)


def test_a_line_is_typed_as_everywhere() -> None:
    line = LineEdit("one two")
    for key, text, at in [
        ("left", "one two", 6),
        ("backspace", "one to", 5),
        ("home", "one to", 0),
        ("delete", "ne to", 0),
        ("end", "ne to", 5),
        ("ctrl+w", "ne ", 3),
        ("ctrl+u", "", 0),
    ]:
        assert line.press(key, None)
        assert (line.text, line.at) == (text, at)
    assert line.press("é", "é")
    assert not line.press("f1", None)
    wide = LineEdit("漢字" * 40)
    for wide.at in range(81):
        assert sum(len(text) + sum(one > "⺀" for one in text) for text, _ in wide.pieces(20)) <= 21
