"""The debugger, by its keys."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.widgets.events import Entry
from signal_tui.tui.widgets.payload import PayloadPane
from tests.tui.bench import EVENT, PAGE, acme, app_on, bench_of, bolt, drive, lines_of, seen, settled, until


def _pane(screen: DebuggerScreen, name: str = "shop-acme") -> PayloadPane:
    return screen.payloads[name]


def _rows(pane: PayloadPane) -> str:
    return "\n".join(row.text for row in pane.rows)


def test_the_first_screen_says_what_to_press(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        words = "This is the sandbox: nothing leaves this machine. ^s sends this event to shop-acme"
        await seen(pilot, screen, words, '"event": "Order Completed"')
        assert "ORD-001" in _rows(_pane(screen))
        assert _pane(screen).state == "not-sent"

    drive(app_on(tmp_path), script)


def test_typing_changes_the_payload_and_half_an_event_keeps_it(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        pane = _pane(screen)
        screen.editor.move_cursor((6, len('    "order_id": "ORD-001')))
        await pilot.press("9")
        await settled(pilot, screen)
        assert "ORD-0019" in _rows(pane)
        assert not pane.faded
        screen.editor.move_cursor((6, len('    "order_id": "ORD-0019"')))
        await pilot.press("backspace")
        await settled(pilot, screen)
        assert pane.faded
        assert "ORD-0019" in _rows(pane)
        await seen(pilot, screen, "line 7, column")
        await pilot.press("ctrl+z")
        await settled(pilot, screen)
        assert not pane.faded

    drive(app_on(tmp_path), script)


def test_an_event_of_the_wrong_kind_says_where(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.put(EVENT.replace('"properties": {', '"properties": 3, "x": {'))
        await settled(pilot, screen)
        assert "properties" in screen.look.problem
        assert screen.look.line == 5
        assert _pane(screen).faded

    drive(app_on(tmp_path), script)


def test_sending_names_the_destination_once_and_shows_verdicts_and_sums(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+s")
        await seen(pilot, screen, "shop-bolt → http://127.0.0.1:9")
        await pilot.press("enter")
        assert bench_of(screen).sent == []
        await pilot.press("y")
        await until(pilot, lambda: screen.notice.words.startswith("Order Completed:"))
        rows = _rows(_pane(screen, "shop-bolt"))
        assert "1 of 2  page view  ✓ found" in rows
        assert "2 of 2  order  ! altered" in rows
        assert "≈ 1 expected difference" in rows
        assert _pane(screen, "shop-bolt").face == "verdict"
        await seen(pilot, screen, "mapped 2 · ✓ found 1 · ! altered 1")
        assert screen.event_list.rows[1].text.startswith("✓! ")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(screen.sendings) == 2)
        assert screen.app.screen is screen

    drive(app_on(tmp_path, acme(), bolt()), script)


def test_production_is_asked_about_every_time_and_no_sends_nothing(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        for answer in ("y", "n"):
            await pilot.press("ctrl+s")
            await seen(pilot, screen, "shop-bolt is production")
            await pilot.press(answer)
            await until(pilot, lambda: screen.app.screen is screen)
            await settled(pilot, screen)
        await until(pilot, lambda: screen.notice.words == "Nothing was sent.")
        assert bench_of(screen).sent == ["shop-bolt"]

    drive(app_on(tmp_path, bolt(), production=True), script)


def test_escape_stops_what_is_under_way(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        bench_of(screen).hold = threading.Event()
        await pilot.press("ctrl+s")
        await until(pilot, lambda: _pane(screen).state == "under-way")
        assert ("esc", "stop", "stop") in screen.foot.keys
        await pilot.press("ctrl+s")
        assert "esc stops it" in screen.notice.words
        await pilot.press("escape")
        await until(pilot, lambda: not screen.is_sending)
        assert screen.notice.words == "Stopped."
        assert screen._ticking is None, "nothing ticks when nothing is under way"

    drive(app_on(tmp_path), script)


def test_sending_without_verifying_is_never_green(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+r")
        await until(pilot, lambda: bool(screen.sendings) and not screen.is_sending)
        assert _pane(screen).state == "accepted"
        await seen(pilot, screen, "↑ not verified 1")

    drive(app_on(tmp_path), script)


def test_a_changed_event_makes_the_verdict_an_old_one(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+s")
        await until(pilot, lambda: bool(screen.sendings) and not screen.is_sending)
        pane = _pane(screen)
        screen.editor.move_cursor((6, len('    "order_id": "ORD-001')))
        await pilot.press("7")
        await settled(pilot, screen)
        assert pane.face == "fields"
        assert pane.facts.stale
        await pilot.press("ctrl+z")
        await settled(pilot, screen)
        assert not pane.facts.stale

    drive(app_on(tmp_path), script)


def test_the_reason_why_nothing_is_sent_is_named(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.put(PAGE)
        await settled(pilot, screen)
        assert _pane(screen).state == "skipped"
        assert "consent: analytics is denied" in _rows(_pane(screen))
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "names the reason" in screen.notice.words
        assert screen.sendings == []

    drive(app_on(tmp_path), script)


def test_a_plugin_that_fails_is_a_sentence_at_its_payload(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        text = "\n".join(lines_of(screen.home))
        assert "plugin broken failed" in _rows(_pane(screen, "shop-broken"))
        assert "\x1b" not in text
        assert "ORD-001" in _rows(_pane(screen, "shop-acme"))
        await pilot.press("f4")
        await seen(pilot, screen, "no [/] such ␛]52;c;aGk=␇ thing")

    drive(app_on(tmp_path, acme(), bolt("shop-broken", "broken")), script)


def test_panes_are_walked_through_and_jumped_to(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        seen = []
        for _ in range(4):
            seen.append(screen.pane_name(screen.focused) if screen.focused else "")
            await pilot.press("tab")
        assert seen == ["event", "shop-acme", "identity", "events"]
        await pilot.press("shift+tab")
        assert screen.focused is screen.event_list
        await pilot.press("ctrl+o")
        await pilot.press("1")
        await until(pilot, lambda: screen.focused is _pane(screen))
        for name in ("events", "event", "shop-acme", "identity"):
            screen.bring(name)
            await pilot.pause()
            assert name in screen.arrangement().regions

    drive(app_on(tmp_path), script, size=(80, 24))


def test_a_trace_is_lit_at_both_ends(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.move_cursor((7, 4))
        await pilot.pause()
        assert _pane(screen).lit == {"properties.revenue"}
        screen.bring("shop-acme")
        pane = _pane(screen)
        index = next(number for number, row in enumerate(pane.rows) if row.source == "properties.order_id")
        pane.move_to(index)
        await pilot.pause()
        assert screen.editor.lit_lines == {6}
        assert screen.editor.remarks[6].words == "→ order"
        assert screen.editor.remarks[8].words == "→ nobody"

    drive(app_on(tmp_path), script)


def test_typing_filters_the_events_and_enter_opens(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+n", "p", "a", "g")
        assert [row.text.strip() for row in screen.event_list.rows if row.item] == ["page"]
        await pilot.press("enter")
        await settled(pilot, screen)
        assert screen.text == PAGE
        assert screen.notice.words == "About page."
        assert screen.event_list.filter == ""
        screen.bring("event")
        await pilot.press("ctrl+z")
        await settled(pilot, screen)
        assert screen.text == EVENT

    drive(app_on(tmp_path), script)


def test_the_cursor_goes_to_what_was_meant(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        titles = ("Products Searched", "Product Viewed", "Product Added", "page (Product Added)")
        screen.event_list.show([Entry(kind="sample", title=title, text="{}") for title in titles])
        screen.bring("events")
        await pilot.press(*"product", "space", "a")
        current = screen.event_list.current
        assert current is not None
        assert current.text.strip() == "Product Added"

    drive(app_on(tmp_path), script)


def test_an_event_is_kept_found_and_deleted(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+b")
        await until(pilot, lambda: screen.app.screen is not screen)
        await pilot.press("!", "enter")
        await until(pilot, lambda: any(entry.kind == "own" for entry in screen.event_list.entries))
        screen.bring("events")
        entry = next(entry for entry in screen.event_list.entries if entry.kind == "own")
        assert entry.title == "!"
        assert json.loads(entry.text)["properties"]["order_id"] == "ORD-001"
        screen.event_list.choose_entry(entry)
        await pilot.press("delete")
        await until(pilot, lambda: screen.app.screen is not screen)
        await pilot.press("y")
        await until(pilot, lambda: not any(entry.kind == "own" for entry in screen.event_list.entries))

    drive(app_on(tmp_path), script)


@pytest.mark.parametrize(
    ("pasted", "order"),
    [
        ('datafly.track("Order Completed", {order_id: "P-1", revenue: 3});', "P-1"),
        ('type: track\nevent: "Order Completed"\nproperties:\n  order_id: P-2\n', "P-2"),
        (EVENT.replace("ORD-001", "P-3"), "P-3"),
    ],
)
def test_a_pasted_event_becomes_the_event(tmp_path: Path, pasted: str, order: str) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.post_message(events.Paste(pasted))
        await until(pilot, lambda: screen.notice.words.startswith("Pasted"))
        await settled(pilot, screen)
        assert json.loads(screen.text)["properties"]["order_id"] == order
        await pilot.press("ctrl+z")
        await settled(pilot, screen)
        assert screen.text == EVENT

    drive(app_on(tmp_path), script)


def test_other_pasted_text_stays_text(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.move_cursor((6, len('    "order_id": "')))
        screen.editor.post_message(events.Paste("A\x1b]52;c;aGk=\x07\u202eB"))
        await until(pilot, lambda: "\\u202eB" in screen.text)
        await settled(pilot, screen)
        assert not screen.look.problem
        assert screen.look.event is not None
        assert screen.look.event.tree["properties"]["order_id"] == "A\x1b]52;c;aGk=\x07\u202eBORD-001"

    drive(app_on(tmp_path), script)


def test_values_and_requests_leave_by_key_only_and_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.put(EVENT.replace("ORD-001", "A\\u001b[2J"))
        await settled(pilot, screen)
        screen.bring("shop-acme")
        pane = _pane(screen)
        index = next(number for number, row in enumerate(pane.rows) if row.source == "properties.order_id")
        pane.move_to(index)
        await pilot.press("y")
        assert screen.app.clipboard == "A␛[2J"
        index = next(number for number, row in enumerate(pane.rows) if row.source == "config.token")
        pane.move_to(index)
        await pilot.press("y")
        assert screen.app.clipboard == "••••••••"
        await pilot.press("c")
        assert screen.app.clipboard.startswith("curl ")
        assert "${SIGNAL_TUI_SECRET_SHOP_ACME__TOKEN}" in screen.app.clipboard
        for _ in range(2):
            await pilot.press("w")
            await until(pilot, lambda: screen.app.screen is not screen)
            await pilot.press("enter")
            await until(pilot, lambda: screen.app.screen is screen)
        assert "is there already" in screen.notice.words
        assert (tmp_path / "order-completed.sh").read_text().startswith("curl ")

    drive(app_on(tmp_path / "home"), script)


def test_the_json_is_formatted_as_it_was_written(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.put('{"type":"page","properties":{"price":98.00}}')
        await settled(pilot, screen)
        await pilot.press("ctrl+f")
        assert screen.text == '{\n  "type": "page",\n  "properties": {\n    "price": 98.00\n  }\n}'

    drive(app_on(tmp_path), script)


def test_help_speaks_of_the_pane(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.bring("shop-acme")
        await pilot.press("question_mark")
        await seen(pilot, screen, "What one integration makes of the event", "Copy the request as curl")
        await pilot.press("escape")
        screen.bring("event")
        await pilot.press("question_mark")
        await settled(pilot, screen)
        assert screen.text.startswith("?"), "where text is typed it is a letter"
        await pilot.press("f1")
        await until(pilot, lambda: screen.app.screen is not screen)

    drive(app_on(tmp_path), script)


def test_the_palette_does_actions_and_opens_events(tmp_path: Path) -> None:
    async def choose(pilot: Pilot[None], screen: DebuggerScreen, words: str) -> None:
        await until(pilot, lambda: bool(screen.app.screen.query(Input)))
        screen.app.screen.query_one(Input).value = words
        await pilot.press("enter")

    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("ctrl+p")
        await choose(pilot, screen, "open page")
        await until(pilot, lambda: screen.text == PAGE)
        await pilot.press("ctrl+p")
        await choose(pilot, screen, "marker")
        await until(pilot, lambda: not screen.marks_hits)
        await pilot.press("ctrl+p")
        await choose(pilot, screen, "theme")
        await until(pilot, lambda: screen.app.screen is not screen)
        await choose(pilot, screen, "signal-light")
        await until(pilot, lambda: screen.app.screen is screen)
        assert screen.app.theme == "signal-light"

    drive(app_on(tmp_path), script)


def test_integrations_show_tokens_and_test_the_connection(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await pilot.press("f3")
        await seen(pilot, screen, "✓ there, from", "Acme Analytics", "shop-acme")

    drive(app_on(tmp_path), script)


def test_a_large_event_is_shown_and_mapped_but_not_edited(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        padding = ",\n".join(f'    "key{number}": "{"x" * 50}"' for number in range(2000))
        screen.put(EVENT.replace('"coupon": "WELCOME10"', f'"coupon": "WELCOME10",\n{padding}'))
        await settled(pilot, screen)
        await seen(pilot, screen, "too large to be")
        assert "ORD-001" in _rows(_pane(screen))
        await pilot.press("tab")
        assert screen.focused is _pane(screen)
        screen.put(PAGE)
        await settled(pilot, screen)
        assert screen.text == PAGE
        assert screen.editor.display

    drive(app_on(tmp_path), script)


def test_five_megabytes_and_long_keys_do_not_freeze(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        padding = ",\n".join(f'    "{"k" * 10_000}{number}": "[/]"' for number in range(500))
        screen.put(EVENT.replace('"coupon": "WELCOME10"', f'"coupon": "[type=x, v={{\'a[0]\'}}]",\n{padding}'))
        await settled(pilot, screen)
        assert len(screen.text) > 5_000_000
        assert "ORD-001" in _rows(_pane(screen))
        for face in ("2", "3", "4", "1"):
            screen.bring("shop-acme")
            await pilot.press(face, "end")
        assert all(len(line) <= 130 for line in lines_of(screen.home))

    drive(app_on(tmp_path), script)


@pytest.mark.parametrize("size", [(200, 60), (100, 30), (60, 20), (40, 12)])
def test_every_pane_draws_at_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        for name in ("events", "event", "shop-acme", "shop-bolt", "identity"):
            screen.bring(name)
            await pilot.pause()
            lines = lines_of(screen.home)
            assert len(lines) == size[1]
            assert all(len(line) == size[0] for line in lines), name

    drive(app_on(tmp_path, acme(), bolt()), script, size=size)
