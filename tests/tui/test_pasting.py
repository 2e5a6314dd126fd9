"""Pasted hits become the events they were."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from textual import events
from textual.pilot import Pilot

from signal_tui.api import Event, Request
from signal_tui.core.guard import Guard
from signal_tui.core.plugins import Plugins
from signal_tui.tui.screens.debugger import DebuggerScreen
from signal_tui.tui.screens.pasting import looks_like_hits, read_hits
from tests.tui.bench import EVENT, Bolt, app_on, bench_of, bolt, drive, settled, until

HIT = "https://bolt.example.com/collect?order=ORD-9&token=very-secret"


class Reader(Bolt):
    """Bolt, and it reads its hits."""

    def decode(self, request: Request) -> Sequence[Event] | None:
        parts = urlsplit(request.url)
        if parts.hostname != "bolt.example.com":
            return None
        orders = [value for name, value in parse_qsl(parts.query) if name == "order"]
        tree = {"type": "track", "event": "Order Completed", "anonymousId": "a"}
        return [Event.read({**tree, "properties": {"order_id": order}}) for order in orders]


def har(*urls: str) -> str:
    entries = [
        {
            "startedDateTime": "2026-01-31T12:00:00.000Z",
            "request": {"method": "GET", "url": url, "postData": {"text": '{"type": "track"}'}},
        }
        for url in urls
    ]
    return json.dumps({"log": {"entries": entries}})


async def paste(pilot: Pilot[None], screen: DebuggerScreen, text: str) -> None:
    bench_of(screen).plugins.vendors["bolt"] = Reader()
    screen.editor.post_message(events.Paste(text))
    before = screen.text
    await until(pilot, lambda: screen.text != before or screen.notice.tone == "bad")
    await settled(pilot, screen)


@pytest.mark.parametrize(
    "text", [HIT, f"curl '{HIT}' -H 'User-Agent: x'", har(HIT), json.dumps({"method": "GET", "url": HIT})]
)
def test_a_pasted_hit_becomes_its_event(tmp_path: Path, text: str) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await paste(pilot, screen, text)
        assert json.loads(screen.text)["properties"]["order_id"] == "ORD-9"
        assert screen.notice.words.startswith("A hit of Bolt as the event it was: Order Completed")
        await pilot.press("ctrl+z")
        assert screen.text == EVENT

    drive(app_on(tmp_path, bolt()), script)


def test_of_several_the_first_is_opened_and_all_are_counted(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await paste(pilot, screen, har(HIT, "https://other.example.com/x.js", HIT.replace("ORD-9", "ORD-10")))
        assert json.loads(screen.text)["properties"]["order_id"] == "ORD-9"
        assert screen.notice.words.startswith("2 events of Bolt; here is the first")
        assert "1 other requests were left out" in screen.notice.words
        assert len(screen.entry_kinds["pasted"]) == 2

    drive(app_on(tmp_path, bolt()), script)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("curl 'https://other.example.com/?token=very-secret'", "what goes to other.example.com is no hit of Bolt"),
        ("curl 'ftp://x/very-secret'", "is no http URL"),
        ("curl 'https://x/very-secret", "no curl command"),
        ('{"startedDateTime": 3, "postData": ', "is no JSON"),
        (har(), "there is no request in it"),
    ],
)
def test_what_is_no_hit_is_said_without_what_was_pasted(tmp_path: Path, text: str, words: str) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        await paste(pilot, screen, text)
        assert words in screen.notice.words
        assert "very-secret" not in screen.notice.words
        assert screen.text == EVENT

    drive(app_on(tmp_path, bolt()), script)


def test_a_url_that_is_nobodys_hit_is_text(tmp_path: Path) -> None:
    async def script(pilot: Pilot[None], screen: DebuggerScreen) -> None:
        screen.editor.move_cursor((6, len('    "order_id": "')))
        await paste(pilot, screen, "https://shop.example.com/?a=1")
        assert '"order_id": "https://shop.example.com/?a=1ORD-001"' in screen.text

    drive(app_on(tmp_path, bolt()), script)


def test_what_is_read_as_hits() -> None:
    for text in (HIT, f"{HIT}\n{HIT}\n", "/collect?x=1", f"curl {HIT}", har(HIT), '[{"method": "POST", "path": "/x"}]'):
        assert looks_like_hits(text), text
    for text in (EVENT, "", "some words", "a/b?c", '{"type": "page", "method": "GET"}', "datafly.page()", "curly"):
        assert not looks_like_hits(text), text


def test_a_paste_of_any_size_ends() -> None:
    plugins = Plugins(guard=Guard(), rows=[], vendors={"bolt": Reader()}, plugin_of={"bolt": "bolt"})
    many = read_hits("\n".join([HIT] * 5000), plugins)
    assert len(many.events) == 200
    assert "longer than" in read_hits("curl " + "x" * 9_000_000, plugins).problem
